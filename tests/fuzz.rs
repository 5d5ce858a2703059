//! What the search for faults found before, and small inputs that reach as much as it could: every target is called with each again.
//! `make fuzz` searches for more.

#![cfg(feature = "fuzz")]
#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;

use handbook::fuzz::{TARGETS, Target};
use handbook::panics::guarded;

/// Calls a target with every file of its folder and says what went wrong.
fn replay(target: Target, folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten().map(|e| e.path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no inputs", folder.display());
    let called = files.iter().filter_map(|file| {
        let bytes = std::fs::read(file).expect("a file that was kept");
        guarded(|| target(&bytes)).err().map(|said| format!("{}: {said}", file.display()))
    });
    called.collect()
}

#[test]
fn what_was_found_before_is_found_no_more() {
    let corpus = common::root().join("fuzz/corpus");
    let found: Vec<String> = std::thread::scope(|scope| {
        let all = TARGETS.map(|(name, target)| (name, corpus.join(name), target)).map(|(_, folder, target)| scope.spawn(move || replay(target, &folder)));
        all.into_iter().flat_map(|one| one.join().unwrap_or_else(|_| vec!["a target's thread".to_string()])).collect()
    });
    assert!(found.is_empty(), "{} inputs:\n{}", found.len(), found.join("\n"));
}
