//! The text as it goes to the Markdown parser, and the way back from its offsets to source places.

use std::borrow::Cow;
use std::cell::Cell;

use pulldown_cmark::Options;

use super::dialect;
use super::mathematics::{self, Found};
use crate::load::{FileId, Mathematics, Pos, Text};

/// Stands before a marker comment at a line's start, so that Markdown takes the line as text and not as raw HTML, and behind braces
/// at a heading's end that are no attributes, so that it takes these as text.
/// A noncharacter, which no text may hold; it never reaches the tree.
pub(super) const GUARD: char = '\u{FDD0}';

/// Prepared text with the places of its lines.
pub(super) struct Places<'a> {
    /// What is parsed: the source with control characters replaced, guards put in and formulas masked.
    pub(super) text: String,
    /// The same before formulas were masked, if there are any.
    unmasked: Option<String>,
    /// The formulas, in order.
    pub(super) formulas: Vec<Found>,
    line_starts: Vec<usize>,
    origin: Cow<'a, [(FileId, u32)]>,
    /// Where the text as a whole stands, for text without lines of its own (a title from the manifest).
    whole: Option<Pos>,
    /// The last offset that was asked for, with its line and column: most questions go on from there, and a line may be
    /// as long as the whole text.
    last: Cell<(usize, usize, u32)>,
}

impl<'a> Places<'a> {
    /// Prepares a chapter's text.
    pub(super) fn new(source: &'a Text, marks: Mathematics, options: Options) -> Places<'a> {
        let clean = without_forbidden(&source.text);
        let text = match clean {
            Cow::Borrowed(_) => Cow::Borrowed(source),
            Cow::Owned(text) => Cow::Owned(Text { text, origin: source.origin.clone() }),
        };
        let (text, origin) = match dialect::rewritten(&text) {
            Some(rewritten) => (guarded(&rewritten.text), Cow::Owned(rewritten.origin)),
            None => (guarded(&text.text), Cow::Borrowed(source.origin.as_slice())),
        };
        let places = Places { line_starts: line_starts(&text), text, unmasked: None, formulas: Vec::new(), origin, whole: None, last: Cell::default() };
        places.with_formulas(marks, options)
    }

    /// A line of text that stands at one place and is parsed as it is.
    pub(super) fn line(text: String, pos: Pos, marks: Mathematics, options: Options) -> Places<'static> {
        let places =
            Places { text, line_starts: vec![0], unmasked: None, formulas: Vec::new(), origin: Cow::Borrowed(&[]), whole: Some(pos), last: Cell::default() };
        places.with_formulas(marks, options)
    }

    fn with_formulas(mut self, marks: Mathematics, options: Options) -> Self {
        self.formulas = mathematics::find(&self.text, marks, options);
        if !self.formulas.is_empty() {
            let masked = mathematics::masked(&self.text, &self.formulas);
            self.unmasked = Some(std::mem::replace(&mut self.text, masked));
        }
        self
    }

    /// The text as it was written.
    pub(super) fn written(&self) -> &str {
        self.unmasked.as_deref().unwrap_or(&self.text)
    }

    /// The formula that stands at an offset.
    pub(super) fn formula(&self, offset: usize) -> Option<&Found> {
        let index = self.formulas.partition_point(|found| found.range.start <= offset).checked_sub(1)?;
        self.formulas.get(index).filter(|found| found.range.contains(&offset))
    }

    /// The source position of an offset into the prepared text.
    pub(super) fn pos(&self, offset: usize) -> Pos {
        if let Some(pos) = self.whole {
            return pos;
        }
        let line = self.line_starts.partition_point(|s| *s <= offset).saturating_sub(1);
        let Some((file, number)) = self.origin.get(line).or(self.origin.last()).copied() else { return Pos::default() };
        let start = self.line_starts.get(line).copied().unwrap_or(0);
        let (last, last_line, last_column) = self.last.get();
        let (from, column) = if last_line == line && (start..=offset).contains(&last) { (last, last_column) } else { (start, 0) };
        let between = self.written().get(from..offset).unwrap_or("");
        let column = column + between.chars().filter(|c| *c != GUARD).count() as u32;
        self.last.set((offset, line, column));
        Pos { file, line: number, column: column + 1 }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect()
}

/// Replaces what neither XML nor a page can hold.
fn without_forbidden(source: &str) -> Cow<'_, str> {
    if source.contains(forbidden) { source.replace(forbidden, "\u{FFFD}").into() } else { source.into() }
}

/// Guards marker comments that begin a line of text, and braces that are no attributes.
fn guarded(clean: &str) -> String {
    if !clean.contains("<!--") && !clean.contains('}') {
        return clean.to_string();
    }
    let mut out = String::with_capacity(clean.len() + 16);
    let mut within_text = false;
    let mut lines = clean.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let body = line.trim_start_matches(' ');
        if line.len() - body.len() < 4 && is_guarded(body, within_text) {
            out.push_str(&line[..line.len() - body.len()]);
            out.push(GUARD);
            out.push_str(body);
        } else if let Some(end) = braces(line, lines.peek().copied()) {
            out.push_str(&line[..end]);
            out.push(GUARD);
            out.push_str(&line[end..]);
        } else {
            out.push_str(line);
        }
        within_text = !line.trim().is_empty();
    }
    out
}

/// Where braces end with which a heading ends and which are no list of attributes: `{"a": 1}`, `{all}`. The Markdown parser takes any
/// braces for attributes, and they would be gone.
fn braces(line: &str, next: Option<&str>) -> Option<usize> {
    let text = line.trim_end();
    let open = text.trim_end_matches('#');
    let text = if open.ends_with([' ', '\t']) { open.trim_end() } else { text };
    let inner = text.strip_suffix('}')?;
    let inner = &inner[inner.rfind('{')? + 1..];
    // Marks of the quotations and lists that it may lie in.
    let bare = |line: &'_ str| line.trim_start_matches(|c: char| c.is_ascii_digit() || " \t>-*+.)".contains(c)).starts_with('#');
    let underlined = |next: &str| {
        let next = next.trim_matches([' ', '\t', '>', '\n']);
        !next.is_empty() && (next.bytes().all(|b| b == b'=') || next.bytes().all(|b| b == b'-'))
    };
    ((bare(line) || next.is_some_and(underlined)) && !are_attributes(inner)).then_some(text.len())
}

/// Whether the content of braces is a list of attributes: `#id`, `.class`, `key=value`.
pub(super) fn are_attributes(inner: &str) -> bool {
    let mut rest = inner.trim_start();
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let end = match rest.split_once('=') {
            Some((key, value)) if is_key(key) => {
                let start = rest.len() - value.len();
                match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].find(quote).map(|at| start + at + 2),
                    _ => Some(word(rest)).filter(|end| *end > start),
                }
            }
            _ => Some(word(rest)).filter(|end| *end > 1 && rest.starts_with(['#', '.'])),
        };
        let Some(end) = end else { return false };
        let after = &rest[end..];
        if !after.is_empty() && !after.starts_with(char::is_whitespace) {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

fn word(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_:.".contains(c))
}

/// Characters that are not text: controls, noncharacters.
fn forbidden(c: char) -> bool {
    let code = c as u32;
    (c.is_control() && !matches!(c, '\n' | '\t')) || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Whether a line begins with one of our marker comments and is text all the same: more text follows on the line, or
/// the marker names index terms for the paragraph that it stands in.
fn is_guarded(body: &str, within_text: bool) -> bool {
    let Some((comment, rest)) = body.strip_prefix("<!--").and_then(|b| b.split_once("-->")) else { return false };
    let word = comment.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    match word {
        "index" => within_text || !rest.trim().is_empty(),
        "only" | "else" | "end" => !rest.trim().is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepare(source: &str) -> String {
        guarded(&without_forbidden(source))
    }

    #[test]
    fn guards_stand_only_before_markers_with_text() {
        let text = "<!-- index: a -->\n\nWords\n<!-- index: b -->\n<!-- index: c --> words\n<!-- pagebreak -->\n";
        assert_eq!(prepare(text).matches(GUARD).count(), 2);
        assert!(prepare(text).contains("Words\n\u{FDD0}<!-- index: b -->"));
    }

    #[test]
    fn braces_at_a_headings_end_are_attributes_only_where_they_look_so() {
        for attributes in ["# A {#id}", "## A {.b #c}", "> - # A {key=value} ##", "A {#x}\n===\n", "# A {title=\"a b\" .c}"] {
            assert_eq!(prepare(attributes), attributes);
        }
        for text in ["# A {\"a\": 1}", "## {all}", "> ## Set {x} ##\n", "A {b} \n---\n", "# {}", "# A {.}", "# A {a=}"] {
            assert_eq!(prepare(text), text.replacen('}', "}\u{FDD0}", 1), "{text}");
        }
        // Not at the end of a heading they mean nothing anyway.
        assert_eq!(prepare("fn main() {}\n\nText {x}\n"), "fn main() {}\n\nText {x}\n");
    }

    #[test]
    fn places_do_not_count_guards() {
        let source = Text::whole(FileId(0), "a\n<!-- index: b --> c", 7);
        let places = Places::new(&source, Mathematics::All, Options::empty());
        let at = places.text.rfind('c').unwrap_or(0);
        assert_eq!(places.pos(at), Pos { file: FileId(0), line: 8, column: 19 });
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(prepare("a\0b\u{1b}c\td\u{FDD0}"), "a\u{FFFD}b\u{FFFD}c\td\u{FFFD}");
    }
}
