//! Where a cell stands in the text of its row. Only a message asks.

use super::quotes::Within;
use super::spool::{Format, Spool};

/// Byte offset of a cell's beginning in the row's text.
pub(super) fn locate(spool: &Spool, text: &str, index: usize, heading: &str) -> Option<usize> {
    match spool.format {
        Format::Csv => in_csv(text, index, spool.delimiter()),
        Format::Json => text.find(&serde_json::Value::from(heading).to_string()),
        Format::Yaml => in_yaml(text, heading),
    }
}

pub(super) fn in_csv(text: &str, index: usize, separator: u8) -> Option<usize> {
    let (mut cell, mut within) = (0, Within::Start);
    for (at, byte) in text.bytes().enumerate() {
        if cell == index {
            return Some(at);
        }
        let next = within.after(byte, separator)?;
        cell += usize::from(byte == separator && next == Within::Start);
        within = next;
    }
    (cell == index).then_some(text.len())
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
