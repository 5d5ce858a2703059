//! Whether a formula can be read, and what was made of it.

use std::sync::Arc;

use ratex_parser::{ParseNode, Parser};

use super::drawing;
use super::source;
use crate::limits;
use crate::panics::guarded;

/// A formula that was read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(super) nodes: Arc<[ParseNode]>,
}

/// Why a formula cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// In words.
    pub reason: String,
    /// Offset in the formula's text.
    pub at: usize,
}

/// Reads a formula.
///
/// # Errors
/// What the reader does not understand, what is too much, and where.
pub(crate) fn read(tex: &str) -> Result<Reading, Fault> {
    if tex.len() > limits::FORMULA {
        return Err(Fault { reason: format!("it has {} bytes, and {} is the most", tex.len(), limits::FORMULA), at: 0 });
    }
    let prepared = source::prepared(tex);
    let failed = |said: String| Fault { reason: format!("the reader of formulas failed: {said}"), at: 0 };
    let parsed = guarded(|| Parser::new(&prepared.text).parse()).map_err(failed)?;
    let mut nodes = parsed.map_err(|error| {
        let at = match &error.loc {
            Some(place) => prepared.origin(place.start),
            None => named(tex, &error.message).unwrap_or(0),
        };
        Fault { reason: said(&error.message), at: floor(tex, at) }
    })?;
    // A chemical equation comes in braces, which would keep it together.
    if prepared.text.trim_start().starts_with("\\ce{")
        && let [ParseNode::OrdGroup { body, .. }] = &mut nodes[..]
    {
        nodes = std::mem::take(body);
    }
    let reading = Reading { nodes: nodes.into() };
    guarded(|| drawing::is_bounded(&reading)).map_err(failed)?.map_err(|reason| Fault { reason, at: 0 })?;
    Ok(reading)
}

/// The reader's message as part of a sentence.
fn said(message: &str) -> String {
    let mut chars = message.trim().trim_end_matches('.').chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    let all: String = first.chars().chain(chars).map(|c| if c == '\n' { ' ' } else { c }).collect();
    let short: String = all.chars().take(160).collect();
    // What it quotes, an author wrote.
    match short.rsplit_once(": ") {
        Some((what, name)) if name.starts_with('\\') || what.ends_with("environment") => format!("{what} `{name}`"),
        _ => short,
    }
}

/// Where a thing stands that a message without a place names.
fn named(tex: &str, message: &str) -> Option<usize> {
    let name = message.rsplit(": ").next()?.trim();
    tex.find(&format!("{{{name}}}")).map(|at| tex[..at].rfind('\\').unwrap_or(at)).or_else(|| tex.find(name))
}

/// The nearest offset at which a character begins.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_said_with_its_place() {
        let fault = |tex: &str| read(tex).err().map(|fault| (fault.reason, fault.at));
        assert_eq!(fault("x + \\foo y"), Some(("undefined control sequence `\\foo`".to_string(), 4)));
        assert_eq!(fault("\\label{a} é \\foo"), Some(("undefined control sequence `\\foo`".to_string(), 13)));
        assert_eq!(fault("x \\begin{tikz} y \\end{tikz}"), Some(("no such environment `tikz`".to_string(), 2)));
        assert!(fault("\\frac{a}{").is_some_and(|(_, at)| at == 9));
        assert_eq!(fault("\\begin{align} a \\label{x} \\\\ b \\eqref{x} \\end{align}"), None);
    }

    #[test]
    fn hostile_formulas_end() {
        let deep = |open: &str, close: &str, count: usize| format!("{}x{}", open.repeat(count), close.repeat(count));
        let cases = [
            deep("{", "}", 10_000),
            deep("\\frac{1}{", "}", 2_000),
            deep("\\left(", "\\right)", 2_000),
            deep("\\sqrt{", "}", 3_000),
            deep("x^{", "}", 5_000),
            "\\def\\a{\\a\\a}\\a".to_string(),
            "\\def\\a{\\b\\b}\\def\\b{\\a\\a}\\a".to_string(),
            "\\rule{99999999em}{99999999em}".to_string(),
            "\\begin{array}{:c:}x\\\\[99999999em]y\\end{array}".to_string(),
            "\\hspace{1e300em}x".to_string(),
            "\\ce{".repeat(500),
            "\\begin{matrix}".repeat(500),
            "\\char\"FFFFFF".to_string(),
            "$".repeat(1000),
            "%".to_string(),
            "\\".to_string(),
            "\\tag{".to_string(),
            "\\verb".to_string(),
            "a".repeat(limits::FORMULA + 1),
        ];
        for tex in cases {
            // It is read or refused, and what is read can be drawn.
            if let Ok(reading) = read(&tex) {
                let drawing = reading.display(&super::super::Fallback::default()).body;
                assert!(drawing.width < i64::from(i32::MAX) * 8, "{}", &tex[..tex.len().min(60)]);
            }
        }
        let at_the_limit = format!("a{}", " ".repeat(limits::FORMULA - 1));
        assert!(read(&at_the_limit).is_ok() && read(&(at_the_limit + " ")).is_err());
    }
}
