//! Blocks whose body is indented, as Python-Markdown's: `!!! note "Title"`, `??? tip`, `=== "Tab"`.

use std::iter::Peekable;

use super::mark::{Container, Shape};
use super::{Line, callout, header};

/// What such a line opens.
pub(super) struct Opening {
    pub(super) container: Container,
    /// It is one even without a body.
    pub(super) is_known: bool,
}

/// How many blanks a line begins with, a tab going on to the next stop of four, and what follows them.
pub(super) fn split(line: &str) -> (usize, &str) {
    let bare = line.trim_start_matches([' ', '\t']);
    let indent = line[..line.len() - bare.len()].bytes().fold(0, |width, byte| if byte == b'\t' { width / 4 * 4 + 4 } else { width + 1 });
    (indent, bare.trim_end())
}

/// How far the mark of a list item moves its content in.
pub(super) fn item(bare: &str) -> Option<usize> {
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = match digits {
        0 => bare.strip_prefix(['-', '*', '+'])?,
        1..=9 => bare[digits..].strip_prefix(['.', ')'])?,
        _ => return None,
    };
    let mark = bare.len() - rest.len();
    match rest.len() - rest.trim_start_matches(' ').len() {
        0 if rest.is_empty() => Some(mark + 1),
        0 => None,
        blanks @ 1..=4 => Some(mark + blanks),
        _ => Some(mark + 1),
    }
}

/// What a line opens, if it is one of these.
pub(super) fn opening(bare: &str) -> Option<Opening> {
    if let Some(rest) = bare.strip_prefix("===") {
        let title = header::quotation(rest.trim_start_matches(['+', '!']).strip_prefix(' ')?.trim())?;
        return Some(Opening { container: Container::new(Shape::Plain, "tab", title), is_known: false });
    }
    let rest = bare.strip_prefix("!!!").or(bare.strip_prefix("???"))?;
    let rest = rest.strip_prefix('+').unwrap_or(rest).trim();
    let (names, title) = match rest.find('"') {
        Some(at) => (rest[..at].trim(), Some(header::quotation(&rest[at..])?)),
        None => (rest, None),
    };
    let is_name = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let name = names.split_whitespace().next()?;
    if !names.split_whitespace().all(is_name) {
        return None;
    }
    let is_known = callout::named(name).is_some() && (title.is_some() || names == name);
    Some(Opening { container: header::called(name, title.unwrap_or("")), is_known })
}

/// Takes the lines of a body: those that are indented by four more, with the blank ones between them. They lose these four.
pub(super) fn body<'t>(lines: &mut Peekable<impl Iterator<Item = Line<'t>>>, indent: usize) -> Vec<Line<'t>> {
    let mut body: Vec<Line<'t>> = Vec::new();
    let mut blank: Vec<Line<'t>> = Vec::new();
    while let Some(next) = lines.peek() {
        let (within, bare) = split(&next.text);
        let is_blank = bare.is_empty();
        if !is_blank && within < indent + 4 {
            break;
        }
        let Some(mut line) = lines.next() else { break };
        if is_blank {
            blank.push(Line { text: "".into(), at: line.at });
            continue;
        }
        let kept = line.text.trim_start_matches([' ', '\t']).to_string();
        line.text = format!("{}{kept}", " ".repeat(within - indent - 4)).into();
        body.append(&mut blank);
        body.push(line);
    }
    body
}
