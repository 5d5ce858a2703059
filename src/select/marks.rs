//! The marks of a passage: the right ones, and what people write in their place.

use crate::diag::nearest;

use super::conditions::{FIELD, KEYS};

/// A mark in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark<'t> {
    /// `only CONDITION`.
    Only(&'t str),
    /// `else`, or `else only CONDITION`.
    Else(Option<&'t str>),
    /// `end`.
    End,
}

/// What other languages and slips of the hand make of `else` and `end`, in a comment that says nothing else.
const ELSE: [&str; 12] = ["otherwise", "or else", "elsewhere", "esle", "els", "elses", "elese", "eles", "all others", "else if", "elseif", "elsif"];
const END: [&str; 14] =
    ["endif", "end if", "endonly", "end only", "end else", "end passage", "end of passage", "end stages", "/only", "/if", "fi", "ned", "edn", "endd"];

/// Reads a comment's content. What is no mark and resembles one comes with the right way to write it. `None` for any other comment.
pub(super) fn read(comment: &str) -> Option<(Mark<'_>, Option<String>)> {
    match comment {
        "else" => return Some((Mark::Else(None), None)),
        "end" => return Some((Mark::End, None)),
        _ => {}
    }
    if let Some(condition) = after(comment, "only") {
        return Some((Mark::Only(condition), None));
    }
    if let Some(condition) = after(comment, "else").and_then(|rest| after(rest, "only")) {
        return Some((Mark::Else(Some(condition)), None));
    }
    resembling(comment)
}

/// What follows a word, if a text begins with it.
fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)).map(str::trim)
}

fn resembling(comment: &str) -> Option<(Mark<'_>, Option<String>)> {
    let right = |mark, written: &str| Some((mark, Some(format!("write `<!-- {written} -->`, or other words if it is only a comment"))));
    let plain = comment.to_lowercase();
    let plain = plain.trim_end_matches([':', '.', ';']).trim();
    if plain == "else" || ELSE.contains(&plain) {
        return right(Mark::Else(None), "else");
    }
    if plain == "end" || END.contains(&plain) {
        return right(Mark::End, "end");
    }
    if plain == "only" {
        return right(Mark::Only(""), "only …");
    }
    let condition = condition_in(comment)?;
    let words = comment.get(..comment.len() - condition.len())?.to_lowercase();
    // `note: format: pdf` is somebody's note.
    if words.contains(':') || words.split_whitespace().count() > 2 {
        return None;
    }
    if words.starts_with("els") || words.starts_with("or ") || words.starts_with("otherwise") || words.starts_with("elif") {
        return right(Mark::Else(Some(condition)), &format!("else only {condition}"));
    }
    right(Mark::Only(condition), &format!("only {condition}"))
}

/// The condition with which a comment ends, if it has one: one of the keys, or what is nearly one, a colon and a value of its kind.
fn condition_in(comment: &str) -> Option<&str> {
    let (before, value) = comment.split_once(':')?;
    let key = before.split_whitespace().next_back()?;
    let alone = before.trim() == key;
    let at = before.len() - before.trim_start().len() + before.trim().len() - key.len();
    let lower = key.to_lowercase();
    let known = KEYS.contains(&lower.as_str()) || lower.starts_with(FIELD);
    let value = value.trim();
    // A range of stages, which no sentence has.
    let is_range =
        !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ' ' | ',')) && value.contains(|c: char| c.is_ascii_digit());
    let meant = if alone {
        matches!(nearest(&lower, ["stages"]), Some("stages")) && is_range || matches!(value, "pdf" | "epub") && lower == "format" || value == "given" && known
    } else {
        known || is_range && nearest(&lower, ["stages"]).is_some()
    };
    (meant && !value.is_empty()).then(|| comment.get(at..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_comments() {
        assert_eq!(read("only stages: 3"), Some((Mark::Only("stages: 3"), None)));
        assert_eq!(read("else only  paths: a"), Some((Mark::Else(Some("paths: a")), None)));
        let resembled = |comment: &'static str| read(comment).and_then(|(mark, right)| right.map(|_| mark));
        for comment in ["ELSE", "Else:", "otherwise", "esle"] {
            assert_eq!(resembled(comment), Some(Mark::Else(None)), "{comment}");
        }
        for comment in ["End", "endif", "end only", "/only"] {
            assert_eq!(resembled(comment), Some(Mark::End), "{comment}");
        }
        for comment in ["onyl stages: 2", "if stages: 2", "Only stages: 2", "stages: 2", "show if stages: 2", "if stage: 2"] {
            assert!(matches!(resembled(comment), Some(Mark::Only(_))), "{comment}");
        }
        for comment in ["elseif stages: 2", "else stages: 2", "else if from: 1", "elif group: a"] {
            assert!(matches!(resembled(comment), Some(Mark::Else(Some(_)))), "{comment}");
        }
        for comment in
            ["a note", "end of list", "send", "note: check this", "TODO: from: here", "if you change this, tell Ada", "index: a; b", "and", "Only for us? No"]
        {
            assert_eq!(read(comment), None, "{comment}");
        }
    }
}
