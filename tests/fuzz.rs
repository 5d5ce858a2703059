//! What the search for faults found before, and small inputs that reach as much as it could: every target is called with each again.
//! `make fuzz` searches for more.

#![cfg(feature = "fuzz")]
#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;

use common::draw::Draw;
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

/// An input made of others: bytes changed, pieces of two put together, put in from the dictionary, doubled, taken out.
fn input(draw: &mut Draw, known: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = known[draw.below(known.len())].clone();
    for _ in 0..=draw.below(6) {
        let at = draw.below(bytes.len() + 1);
        let end = (at + draw.below(40)).min(bytes.len());
        match draw.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].repeat(1 + draw.below(30));
                drop(bytes.splice(at..at, piece));
            }
            3 => {
                let other = &known[draw.below(known.len())];
                let from = draw.below(other.len() + 1);
                drop(bytes.splice(at..at, other[from..(from + draw.below(400)).min(other.len())].iter().copied()));
            }
            _ if !words.is_empty() => {
                let word = words[draw.below(words.len())].repeat(1 + draw.below(3));
                drop(bytes.splice(at..at, word));
            }
            _ => {}
        }
    }
    bytes.truncate(20_000);
    bytes
}

/// The words of a dictionary in libFuzzer's form.
fn dictionary(file: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let word = |line: &str| {
        let inner = line.strip_prefix('"')?.strip_suffix('"')?;
        let (mut out, mut rest) = (Vec::new(), inner.as_bytes());
        while let Some((byte, more)) = rest.split_first() {
            match (*byte, more) {
                (b'\\', [b'x', a, b, after @ ..]) => {
                    out.push(u8::from_str_radix(&format!("{}{}", *a as char, *b as char), 16).ok()?);
                    rest = after;
                }
                (b'\\', [escaped, after @ ..]) => {
                    out.push(*escaped);
                    rest = after;
                }
                (byte, after) => {
                    out.push(byte);
                    rest = after;
                }
            }
        }
        Some(out)
    };
    text.lines().filter_map(word).collect()
}

/// A search without coverage, for compilers that cannot measure it: `FUZZ_SECONDS` for each target of `FUZZ_TARGETS`, or of all.
#[test]
#[ignore = "searches for as long as FUZZ_SECONDS says"]
fn nothing_is_found_by_chance() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let (seconds, seed) = (number("FUZZ_SECONDS").unwrap_or(60), number("FUZZ_SEED").unwrap_or(1));
    let wanted = std::env::var("FUZZ_TARGETS").unwrap_or_default();
    let root = common::root();
    for (name, target) in TARGETS.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.split(',').any(|asked| asked == *name)) {
        let files = std::fs::read_dir(root.join("fuzz/corpus").join(name)).expect("inputs").flatten();
        let known: Vec<Vec<u8>> = files.filter_map(|file| std::fs::read(file.path()).ok()).collect();
        let words = dictionary(&root.join("fuzz/dictionaries").join(format!("{name}.dict")));
        let (mut draw, start, mut runs, mut found) = (Draw(seed), std::time::Instant::now(), 0_u64, 0_u64);
        while start.elapsed().as_secs() < seconds {
            let input = input(&mut draw, &known, &words);
            runs += 1;
            if let Err(said) = guarded(|| target(&input)) {
                found += 1;
                let file = std::env::temp_dir().join(format!("fuzz-{name}-{seed}-{runs}"));
                std::fs::write(&file, &input).expect("a finding can be kept");
                eprintln!("{}: {said}", file.display());
            }
        }
        eprintln!("{name}: {runs} runs, {found} findings");
    }
}
