//! How blocks are set and where pages end: a small manuscript in, its pages as text out.
//!
//! The pages have twenty lines, so that a few paragraphs are enough to fill one; those of the cases in `page` are whole. References are in
//! `tests/refs/layout`; what a trace says is told in [`handbook::paginate::trace`].

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;
use std::sync::Arc;

use handbook::diag::{Diagnostics, Severity};
use handbook::memo::Memo;
use handbook::paginate::{paginate, trace};
use handbook::press::draw_diagrams;
use handbook::select::Reader;
use handbook::theme::Theme;
use handbook::typeset::{Setter, chapters, typeset};

use common::layouts::{FONTS, placed, resolved};

/// The default theme with pages of so many lines.
fn theme(lines: u16) -> Arc<Theme> {
    let mut theme = common::layouts::theme("classic");
    theme.page.lines = lines;
    Arc::new(theme)
}

/// The pages of a manuscript as text, and what was said about it.
fn pages(manuscript: &Path, theme: &Arc<Theme>) -> String {
    let mut said = Diagnostics::new();
    let mut out = String::new();
    if let Some(resolved) = resolved(manuscript, &Reader::default(), &mut said) {
        let setter = Arc::new(Setter::new(theme, &FONTS, &resolved.book.language));
        let resolved = draw_diagrams(resolved, &setter, &Memo::new(0), &mut said);
        for sections in chapters(&resolved) {
            let (galley, findings) = typeset(&resolved.chapter(&sections), &setter);
            placed(&resolved, findings).for_each(|finding| said.push(finding));
            out.push_str(&trace(&paginate(&galley, theme, &setter), theme));
        }
    }
    for diagnostic in said.iter() {
        out.push_str(&format!("{}: {}\n", if diagnostic.severity == Severity::Error { "error" } else { "warning" }, diagnostic.message));
    }
    out
}

#[test]
fn every_kind_of_block_is_set_and_parted_as_its_reference_says() {
    // Some are about the whole page.
    let differences = [compared("tests/cases/layout", 20, 18), compared("tests/cases/layout/page", 34, 2)].concat();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Compares a folder's cases on pages of so many lines; there must be `least` of them.
fn compared(folder: &str, lines: u16, least: usize) -> Vec<String> {
    let theme = theme(lines);
    let mut files: Vec<_> = std::fs::read_dir(common::root().join(folder)).expect("the cases are there").flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "md"));
    files.sort();
    assert!(files.len() >= least, "cases are missing in {folder}");
    let difference = |file: &std::path::PathBuf| {
        let name = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        common::compare(&format!("layout/{name}.txt"), &pages(file, &theme)).err()
    };
    files.iter().filter_map(difference).collect()
}
