//! Where a cell stands in the text of its row. Only a message asks.

use super::spool::{Format, Spool};

/// Byte offset of a cell's beginning in the row's text.
pub(super) fn locate(spool: &Spool, text: &str, index: usize, heading: &str) -> Option<usize> {
    match spool.format {
        Format::Csv => in_csv(text, index, char::from(spool.delimiter())),
        Format::Json => text.find(&serde_json::Value::from(heading).to_string()),
        Format::Yaml => in_yaml(text, heading),
    }
}

fn in_csv(text: &str, index: usize, delimiter: char) -> Option<usize> {
    let (mut cell, mut quoted) = (0, false);
    if index == 0 {
        return Some(0);
    }
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => {
                cell += 1;
                if cell == index {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn in_yaml(text: &str, heading: &str) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = line.trim_start_matches([' ', '-', '"', '\'', '{']);
        if key.strip_prefix(heading).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':')) {
            return Some(start + line.len() - key.len());
        }
        start += line.len();
    }
    text.find(&format!("{heading}:"))
}
