//! Pandoc's notes within a line, `^[the note]`, as notes with a label of their own.

use super::Line;
use super::mark::SIGN;
use crate::load::Fence;

/// Takes the notes out of the lines and puts them behind all others.
pub(super) fn taken_out(lines: &mut Vec<Line<'_>>, changed: &mut bool) {
    let mut fence = Fence::default();
    let mut notes = Vec::new();
    for line in lines.iter_mut() {
        let was_open = fence.is_open();
        fence.line(&line.text);
        if was_open || fence.is_open() || !line.text.contains("^[") {
            continue;
        }
        let mut out = String::new();
        let mut from = 0;
        while let Some((start, end)) = next(&line.text, from) {
            let label = format!("{SIGN}{}", notes.len() + 1);
            out.push_str(&line.text[from..start]);
            out.push_str(&format!("[^{label}]"));
            notes.push((format!("[^{label}]: {}", &line.text[start + 2..end - 1]), line.at));
            from = end;
        }
        if from > 0 {
            out.push_str(&line.text[from..]);
            line.text = out.into();
        }
    }
    for (text, at) in notes {
        *changed = true;
        lines.push(Line { text: "".into(), at });
        lines.push(Line { text: text.into(), at });
    }
}

/// The next note of a line, from its caret to behind its bracket, outside of code.
fn next(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => at = past_code(bytes, at),
            b'^' if bytes.get(at + 1) == Some(&b'[') && !text[..at].ends_with('[') => match closed(bytes, at + 2) {
                Some(end) if end > at + 3 => return Some((at, end)),
                _ => at += 2,
            },
            _ => at += 1,
        }
    }
    None
}

/// Behind the code that begins at a place, or behind its marks if it has no end.
pub(super) fn past_code(bytes: &[u8], at: usize) -> usize {
    let count = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
    let mut end = at + count;
    while end < bytes.len() {
        let run = bytes[end..].iter().take_while(|byte| **byte == b'`').count();
        if run == count {
            return end + run;
        }
        end += run.max(1);
    }
    at + count
}

/// Behind the bracket that closes what is open at a place.
pub(super) fn closed(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => {
                at = past_code(bytes, at);
                continue;
            }
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
