//! How large a book may be: what is beyond a limit is refused before it is parsed, or before it is set.

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::parse::Document;
use crate::select::Selection;

/// Holds the text of all chapters against a limit in bytes.
///
/// # Errors
/// At the chapter that passes it.
pub(super) fn of_text(selection: &Selection, limit: usize) -> Result<(), Diagnostics> {
    let sizes = selection.entries.iter().map(|entry| (entry.path.as_str(), entry.text.text.len() as u64));
    within(sizes, limit as u64, &format!("{} MB of text", limit >> 20))
}

/// Holds the nodes of the tree against a limit.
///
/// # Errors
/// At the chapter that passes it.
pub(super) fn of_tree(document: &Document, limit: u64) -> Result<(), Diagnostics> {
    let sizes = document.sections.iter().map(|section| (section.path.as_str(), u64::from(section.nodes)));
    within(sizes, limit, &format!("{} million paragraphs, items, cells, notes and links", limit / 1_000_000))
}

fn within<'a>(sizes: impl Iterator<Item = (&'a str, u64)>, limit: u64, what: &str) -> Result<(), Diagnostics> {
    let mut sum = 0;
    for (path, size) in sizes {
        sum += size;
        if sum > limit {
            let problem = Diagnostic::error(Code::BookTooLarge, format!("the book has more than {what}"));
            let problem = if path.is_empty() { problem } else { problem.at(Place::file(path)) };
            return Err(problem.hint("leave out what is no chapter, or make several books").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chapter_that_passes_the_limit_is_named() {
        let sizes = || [("1.md", 3), ("2.md", 4)].into_iter();
        assert!(within(sizes(), 7, "lines").is_ok());
        let problems = within(sizes(), 6, "lines").expect_err("one over it");
        let problem = problems.iter().next().expect("one");
        assert_eq!((problem.code, problem.message.as_str()), (Code::BookTooLarge, "the book has more than lines"));
        assert_eq!(problem.place.as_ref().map(|place| place.file.as_ref()), Some("2.md"));
    }
}
