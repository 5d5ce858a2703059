//! `handbook new`: what it makes is sound as it is, and nothing is written over.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;

/// Runs a command in a folder: its status, and all that it says.
fn handbook(here: &Path, args: &[&str]) -> (u8, String) {
    let (status, out, err) = common::handbook(here, args);
    (status, out + &err)
}

#[test]
fn a_new_project_is_sound_as_it_is() {
    for (kind, books) in [("ladder", "3 books"), ("book", "1 book")] {
        let here = tempfile::tempdir().unwrap();
        let (status, said) = handbook(here.path(), &["new", "my-book", "--kind", kind]);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("handbook check my-book") && said.contains("handbook bulk my-book/readers.csv my-book --dry-run"), "{said}");
        let (status, said) = handbook(here.path(), &["check", "my-book", "--strict", "--no-system-fonts"]);
        assert_eq!(status, 0, "{kind}: {said}");
        assert!(said.starts_with("nothing is wrong with") && said.contains(books), "{kind}: {said}");
        let (status, said) = handbook(here.path(), &["bulk", "my-book/readers.csv", "my-book", "--dry-run", "--strict", "--no-system-fonts"]);
        assert_eq!(status, 0, "{kind}: {said}");
        assert!(!said.contains("warning") && said.contains("Mary Somerville"), "{kind}: {said}");
        let manifest = std::fs::read_to_string(here.path().join("my-book/handbook.yaml")).unwrap();
        assert!(manifest.contains("title: \"My book\"\n"), "{manifest}");
        let keys = manifest.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        assert!(keys.count() <= manifest.lines().filter(|line| line.starts_with('#')).count(), "a comment at each key");
    }
}

#[test]
fn nothing_is_written_over() {
    let here = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(here.path().join("book/stages")).unwrap();
    std::fs::write(here.path().join("book/readers.csv"), "mine").unwrap();
    let (status, said) = handbook(here.path(), &["new", "book"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("book/readers.csv") && said.contains("nothing is written over"), "{said}");
    assert_eq!(std::fs::read_to_string(here.path().join("book/readers.csv")).unwrap(), "mine");
    assert!(!here.path().join("book/handbook.yaml").exists(), "all of it is there, or nothing");
    std::fs::write(here.path().join("file"), "").unwrap();
    let (status, said) = handbook(here.path(), &["new", "file/book"]);
    assert_eq!(status, 1, "{said}");
}
