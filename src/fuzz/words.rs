//! The words of a finished book, from its pages and from its e-book.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use unicode_normalization::UnicodeNormalization;
use usvg::roxmltree::Node;

use crate::epub::OWN_FILES;
use crate::furniture::Layout;
use crate::typeset::{Item, Mark, TagId, TextRun};
use crate::xml::{DocumentType, Refusal, parse};

/// Words of more letters may be divided in ways that cannot be told from other words.
const LONGEST: usize = 12;

/// The text of a book without blanks, in the orders in which its words may hold together.
pub(super) struct Text {
    /// With blanks.
    written: String,
    bare: Vec<String>,
    /// What the runs on the pages say, each without blanks.
    runs: Vec<String>,
}

impl Text {
    /// Whether a word is in it.
    pub(super) fn has(&self, word: &str) -> bool {
        self.bare.iter().any(|text| text.contains(word))
    }

    /// Whether a word is divided between the end of a run and the beginning of another: a line from right to left has its words in
    /// the order of the eye, and the part of one that ends it stands anywhere.
    pub(super) fn has_parts(&self, word: &str) -> bool {
        let parted = |at: usize| {
            word.split_at_checked(at)
                .is_some_and(|(head, tail)| self.runs.iter().any(|run| run.ends_with(head)) && self.runs.iter().any(|run| run.starts_with(tail)))
        };
        (1..word.len()).any(parted)
    }

    /// Its words of some letters, without figures: numbers are counted by each form in its own way.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let words = self.written.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| (2..=LONGEST).contains(&word.chars().count()) && word.chars().all(|c| c.is_ascii_alphabetic()))
    }
}

/// Letters as they are compared: small, composed, ligatures taken apart.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}')).collect()
}

fn bare(text: &str) -> String {
    folded(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text on the pages: line by line, and element by element, since lines of two cells side by side stand between each other.
pub(super) fn of_pages(layout: &Layout) -> Text {
    let (mut lines, mut runs) = (String::new(), Vec::new());
    let mut elements: BTreeMap<TagId, String> = BTreeMap::new();
    for placed in layout.pages.iter().flat_map(|page| &page.body.items) {
        let Item::Text(run) = &placed.item else { continue };
        let text = said(run);
        lines.push_str(text);
        runs.push(bare(text));
        if let Mark::Tag(tag) = placed.mark {
            elements.entry(tag).or_default().push_str(text);
        }
    }
    let elements: Vec<String> = elements.into_values().collect();
    Text { bare: vec![bare(&lines), bare(&elements.join(" "))], written: lines, runs }
}

/// What a run says: a hyphen at a line's end is none.
fn said(run: &TextRun) -> &str {
    if run.actual.as_deref() == Some("\u{AD}") { "" } else { &run.text }
}

/// The text of an e-book: its words are those of the chapters, and what is in it is in any of its files.
pub(super) fn of_epub(bytes: &[u8]) -> Text {
    let (mut chapters, mut all) = (String::new(), String::new());
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { unreachable!("the e-book is an archive") };
    for index in 0..archive.len() {
        let Ok(mut file) = archive.by_index(index) else { continue };
        let name = file.name().map(|name| name.to_string()).unwrap_or_default();
        let mut xhtml = String::new();
        if !name.ends_with(".xhtml") || file.read_to_string(&mut xhtml).is_err() {
            continue;
        }
        let text = text_of(&xhtml);
        all.push_str(&text);
        if !OWN_FILES.iter().any(|own| name.ends_with(own)) {
            chapters.push_str(&text);
        }
    }
    Text { bare: vec![bare(&all)], written: folded(&chapters), runs: Vec::new() }
}

/// Elements whose text is not what stands on the page.
const PASSED_OVER: [&str; 4] = ["head", "math", "svg", "style"];
/// Elements that do not end a word.
const WITHIN_WORDS: [&str; 15] = ["a", "b", "bdi", "cite", "code", "del", "em", "i", "kbd", "s", "span", "strong", "sub", "sup", "u"];

/// What stands between the tags of a file; nothing for one that is nested deeper than any document that is read back.
fn text_of(xhtml: &str) -> String {
    let mut out = String::from(" ");
    match parse(xhtml, DocumentType::Taken) {
        Ok(document) => text_nodes(document.root_element(), &mut out),
        Err(Refusal::TooDeep) => {}
        Err(refusal) => unreachable!("what is written is well-formed: {refusal:?}"),
    }
    out
}

fn text_nodes(node: Node<'_, '_>, out: &mut String) {
    let name = node.tag_name().name();
    if PASSED_OVER.contains(&name) {
        // It stands between words all the same.
        return out.push(' ');
    }
    let parts = node.is_element() && !WITHIN_WORDS.contains(&name);
    out.push_str(if parts { " " } else { "" });
    out.push_str(if node.is_text() { node.text().unwrap_or_default() } else { "" });
    node.children().for_each(|child| text_nodes(child, out));
    out.push_str(if parts { " " } else { "" });
}
