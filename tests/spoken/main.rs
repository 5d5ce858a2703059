//! What a screen reader would say for a page of each kind: read off the finished PDF's structure tree, so that a person
//! can judge order, roles, alternative texts, the headers of cells and the names of fields.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

#[path = "../common/mod.rs"]
mod common;
mod file;
mod voice;

use std::ffi::OsString;

use handbook::cli::{Surroundings, run};

/// The small book of `tests/cases/spoken`, which has a page of each kind, as a PDF.
fn book() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let project = common::root().join("tests/cases/spoken");
    let typed = [
        "handbook",
        "build",
        &project.to_string_lossy(),
        "--reader",
        "Ada Lovelace",
        "--stage",
        "2",
        "--strict",
        "--no-system-fonts",
        "--format",
        "pdf",
        "--out",
    ];
    let arguments = typed.iter().map(OsString::from).chain([folder.path().into()]);
    let surroundings = Surroundings { here: folder.path().to_path_buf(), source_date_epoch: None, terminal: false, smtp_password: None };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run(arguments, &surroundings, &mut out, &mut err), 0, "{}", String::from_utf8_lossy(&err));
    let made = std::fs::read_dir(folder.path()).expect("the folder").flatten().next().expect("a book");
    std::fs::read(made.path()).expect("the book")
}

#[test]
fn every_kind_of_page_is_read_aloud_as_its_reference_says() {
    let file = file::File::read(&book());
    common::reference("spoken/book.txt", &voice::speak(&file));
}

#[test]
fn nothing_that_is_drawn_is_passed_over_and_nothing_is_read_twice() {
    let file = file::File::read(&book());
    let mut read = Vec::new();
    voice::pieces(&file, &mut read);
    let mut marked: Vec<_> = file.pages.iter().enumerate().flat_map(|(page, found)| found.texts.keys().map(move |mark| (page, *mark))).collect();
    read.sort_unstable();
    marked.sort_unstable();
    assert_eq!(read, marked, "the pieces of the structure tree are not those of the pages");
    assert!(
        file.pages.iter().all(|page| page.unmarked.trim().is_empty()),
        "text that belongs to nothing: {:?}",
        file.pages.iter().map(|page| &page.unmarked).collect::<Vec<_>>()
    );
}
