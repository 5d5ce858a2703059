//! What a chapter's parse has to say, kept apart until all chapters are there: some things are said once a book.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{Pos, Sources};

/// Warnings of one chapter, in the order of its text.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    /// Keys of what was said already.
    said: BTreeSet<String>,
}

#[derive(Debug)]
struct Finding {
    /// Said once a book for each key; `None` is said each time.
    once: Option<String>,
    code: Code,
    pos: Pos,
    message: String,
    hint: Option<String>,
}

impl Findings {
    /// Says something of this place.
    pub(super) fn warn(&mut self, code: Code, pos: Pos, message: impl Into<String>, hint: impl Into<String>) {
        self.push(None, code, pos, message.into(), hint.into());
    }

    /// Says something of the first such place in the book.
    pub(super) fn warn_once(&mut self, code: Code, key: impl Into<String>, pos: Pos, message: impl Into<String>, hint: impl Into<String>) {
        let key = key.into();
        if self.said.insert(key.clone()) {
            self.push(Some(key), code, pos, message.into(), hint.into());
        }
    }

    /// Says something of the first such place in the file.
    pub(super) fn warn_once_a_file(&mut self, code: Code, key: &str, pos: Pos, message: impl Into<String>, hint: impl Into<String>) {
        self.warn_once(code, format!("{key} in {}", pos.file.0), pos, message, hint);
    }

    /// An element that nobody knows.
    pub(super) fn unknown_element(&mut self, name: &str, written: &str, pos: Pos) {
        let message = format!("the element `<{written}>` is not known: its text is kept");
        let hint = "if a title, a number or a file is written in its tag, they are printed below its text; other elements are those of HTML";
        self.warn_once(Code::ElementUnknown, format!("element {name}"), pos, message, hint);
    }

    /// A tag without an end, the first of its kind in the book: no element, but text.
    pub(super) fn never_closed(&mut self, source: &str, pos: Pos) {
        let hint = format!("write `\\{source}` or put it in backticks; others like it are taken for text too");
        self.warn_once(Code::ElementOpen, "literal", pos, format!("`{source}` is never closed and is taken for text"), hint);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Takes over what a part of the chapter had to say.
    pub(super) fn extend(&mut self, other: Findings) {
        self.said.extend(other.said);
        self.list.extend(other.list);
    }

    fn push(&mut self, once: Option<String>, code: Code, pos: Pos, message: String, hint: String) {
        let hint = (!hint.is_empty()).then_some(hint);
        self.list.push(Finding { once, code, pos, message, hint });
    }
}

/// Turns the findings of all chapters, in order, into diagnostics.
pub(super) fn report(found: &[Arc<Findings>], sources: &Sources) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut said = BTreeSet::new();
    for finding in found.iter().flat_map(|f| &f.list) {
        if finding.once.as_ref().is_some_and(|key| !said.insert(key)) {
            continue;
        }
        let mut diagnostic = Diagnostic::warning(finding.code, &finding.message);
        if finding.pos.line > 0 {
            diagnostic = diagnostic.at(sources.place(finding.pos));
        }
        if let Some(hint) = &finding.hint {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
    diagnostics
}
