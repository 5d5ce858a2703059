//! Finished books, counted: what must never be is not there. The counts come from the pages' frames (`src/paginate/audit`).

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What no page may have.
const NEVER: [&str; 7] = ["widows", "orphans", "stranded", "overfull", "loose", "parted_lists", "heading_spaces"];

/// Checks a project and gives the counts of each book made of it.
fn audits(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_handbook")).args(["check", "--json"]).args(arguments).output().expect("the program starts");
    let value: Value = serde_json::from_slice(&output.stdout).expect("check writes JSON");
    value["audits"].as_array().expect("every book is audited").clone()
}

fn assert_sound(book: &str, audits: &[Value]) {
    for audit in audits {
        let counts = &audit["counts"];
        assert!(counts["lines"].as_u64() > Some(500), "{book}: nothing was counted: {audit}");
        for fault in NEVER {
            assert_eq!(counts[fault].as_u64(), Some(0), "{book}: {fault} in {audit}");
        }
        assert!(counts["ladder"].as_u64() <= Some(2), "{book}: {audit}");
        assert!(counts["hyphens"].as_f64() <= counts["justified"].as_f64().map(|lines| lines * 0.06), "{book}: {audit}");
        assert_eq!(counts["short_ends"].as_u64(), Some(0), "{book}: {audit}");
        assert!(counts["thin_pages"].as_u64() <= Some(1), "{book}: {audit}");
        // What may be, but seldom: two pages are a spread.
        let seldom = |what: &str, of: &str, one_in: u64| {
            let (count, all) = (counts[what].as_u64(), counts[of].as_u64());
            assert!(count.zip(all).is_some_and(|(count, all)| count * one_in <= all), "{book}: {what} more often than one in {one_in} {of}: {audit}");
        };
        seldom("unlevel", "pages", 18);
        seldom("stubs", "pages", 30);
        seldom("cuts", "pages", 30);
        seldom("stacks", "lines", 150);
        seldom("letters", "lines", 100);
    }
}

/// The shared corpus, where it is.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("CORPUS").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn the_handbook_is_set_as_a_typographer_would() {
    for arguments in [&["--no-system-fonts"][..], &["--no-system-fonts", "--medium", "print"]] {
        let audits = audits(arguments);
        assert_eq!(audits.len(), 5);
        assert_sound("handbook", &audits);
    }
}

#[test]
fn so_are_the_books_of_the_corpus() {
    let Some(corpus) = corpus() else {
        eprintln!("the shared corpus is not there: its books are not counted");
        return;
    };
    for book in ["rust-book/small", "rust-book/mdbook"] {
        let folder = corpus.join(book);
        assert_sound(book, &audits(&[&folder.to_string_lossy(), "--no-system-fonts"]));
    }
}

/// A fault is found where there is one: a measure too narrow for the words in it leaves holes and hyphens.
#[test]
fn what_is_wrong_is_counted() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let words = "Incomprehensibilities characteristically misunderstood `unbreakableidentifier` notwithstanding. ".repeat(60);
    std::fs::write(folder.path().join("one.md"), format!("# One\n\n{words}\n\n{words}\n")).expect("a chapter");
    let counts = audits(&[&folder.path().to_string_lossy(), "--no-system-fonts", "--page", "84mmx140mm"]);
    let counts = &counts[0]["counts"];
    let holes = counts["loose"].as_u64().unwrap_or(0) + counts["loose_by_code"].as_u64().unwrap_or(0);
    assert!(holes > 0 && counts["hyphens"].as_u64() > Some(10), "{counts}");
}
