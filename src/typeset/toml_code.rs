//! A highlighter for TOML, which the grammars at hand lack.

use std::ops::Range;

use super::highlight::{CodeClass, CodeLine};

/// Classifies one line of `code`: comments, table heads, keys' strings and values.
pub(super) fn line(code: &str, range: Range<usize>) -> CodeLine {
    let text = code.get(range.clone()).unwrap_or("");
    let trimmed = text.trim_start();
    if trimmed.starts_with('[') && !text.contains('=') {
        let end = trimmed.rfind(']').map_or(text.len(), |i| text.len() - trimmed.len() + i + 1);
        let mut pieces = vec![(CodeClass::Name, range.start..range.start + end)];
        pieces.extend(values(text, end, range.start));
        return pieces;
    }
    values(text, 0, range.start)
}

/// Splits the rest of a line into strings, bare values, comments and what stands between.
fn values(text: &str, from: usize, base: usize) -> CodeLine {
    let mut pieces: CodeLine = Vec::new();
    let mut at = from;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let (class, length) = token(&text[at..], first);
        match pieces.last_mut() {
            Some((last, before)) if *last == class && class == CodeClass::Plain => before.end += length,
            _ => pieces.push((class, base + at..base + at + length)),
        }
        at += length;
    }
    pieces
}

/// The token at the head of `rest`, and its length in bytes.
fn token(rest: &str, first: char) -> (CodeClass, usize) {
    match first {
        '#' => (CodeClass::Comment, rest.len()),
        '"' | '\'' => (CodeClass::Literal, string(rest, first)),
        c if c.is_ascii_alphanumeric() || c == '-' || c == '_' => {
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:+".contains(c))).unwrap_or(rest.len());
            let word = &rest[..length];
            let is_key = rest[length..].trim_start().starts_with('=');
            let is_value = word == "true" || word == "false" || word.starts_with(|c: char| c.is_ascii_digit());
            (if is_value && !is_key { CodeClass::Literal } else { CodeClass::Plain }, length)
        }
        c => (CodeClass::Plain, c.len_utf8()),
    }
}

/// Length of the string at the head of `rest`, to the line's end if it is not closed there.
fn string(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_strings_values_and_comments_are_told_apart() {
        let classes = |text: &str| -> Vec<(CodeClass, String)> { line(text, 0..text.len()).into_iter().map(|(c, r)| (c, text[r].to_string())).collect() };
        assert_eq!(classes("[package]"), [(CodeClass::Name, "[package]".to_string())]);
        assert_eq!(
            classes("a-b = { v = \"1\", on = true } # why"),
            [
                (CodeClass::Plain, "a-b = { v = ".to_string()),
                (CodeClass::Literal, "\"1\"".to_string()),
                (CodeClass::Plain, ", on = ".to_string()),
                (CodeClass::Literal, "true".to_string()),
                (CodeClass::Plain, " } ".to_string()),
                (CodeClass::Comment, "# why".to_string()),
            ]
        );
    }
}
