//! JSON lines: an object a line.

use std::io::BufRead;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

use crate::diag::{Code, Diagnostic, Place};

use super::Rows;
use super::columns::column;
use super::row::{Cell, Row, Value};
use super::spool::Spool;

pub(super) fn rows(spool: &Spool) -> Result<Rows, Diagnostic> {
    let mut reader = spool.reader();
    let name: Arc<str> = spool.name.as_str().into();
    let (mut line, mut start, mut number) = (0, 0, 0);
    let mut text = String::new();
    let (spool, mut broken) = (spool.clone(), false);
    Ok(Box::new(std::iter::from_fn(move || {
        while !broken {
            text.clear();
            let count = match reader.read_line(&mut text) {
                Ok(0) => return None,
                Ok(count) => count as u64,
                Err(error) => {
                    broken = true;
                    return Some(Err(spool.trouble(&error)));
                }
            };
            line += 1;
            let bytes = start..start + count;
            start += count;
            if text.trim().is_empty() {
                continue;
            }
            number += 1;
            let shown = text.trim_end();
            return Some(cells(shown, line, &name).map(|cells| Row { number, line, bytes, cells }));
        }
        None
    })))
}

/// One row from the text of an object, wherever it comes from.
pub(super) fn row(text: &str, name: &str) -> Result<Row, Diagnostic> {
    let cells = cells(text, 1, &Arc::from(name))?;
    Ok(Row { number: 1, line: 1, bytes: 0..text.len() as u64, cells })
}

fn cells(text: &str, line: u32, name: &Arc<str>) -> Result<Vec<Cell>, Diagnostic> {
    let place = |column: u32| Place { file: name.clone(), line, column, cut: 0, text: text.to_string() };
    let object: Entries = serde_json::from_str(text).map_err(|e| {
        let message = e.to_string();
        let message = message.split(" at line ").next().unwrap_or("").to_string();
        let hint = if text.starts_with('[') {
            "JSON lines have an object on every line, and no list around them"
        } else {
            "each line is an object: {\"name\": \"Ada\", \"stage\": 3}"
        };
        Diagnostic::error(Code::RosterNotJson, format!("this line is not a JSON object: {message}")).at(place(e.column() as u32)).hint(hint)
    })?;
    let mut cells: Vec<Cell> = Vec::new();
    for (heading, value) in object.0 {
        let value =
            plain(value).ok_or_else(|| Diagnostic::error(Code::RosterValue, format!("`{heading}` is neither text nor a list of texts")).at(place(0)))?;
        let column = column(&heading);
        if let Some(other) = cells.iter().find(|cell| cell.column == column) {
            let message = format!("the keys `{}` and `{heading}` mean the same", other.heading);
            return Err(Diagnostic::error(Code::RosterColumnTwice, message).at(place(0)).hint("leave one out"));
        }
        cells.push(Cell { column, heading, value });
    }
    Ok(cells)
}

/// An object with all its entries as written: one that is there twice is not lost.
struct Entries(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        struct Gather;
        impl<'de> Visitor<'de> for Gather {
            type Value = Entries;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Gather)
    }
}

fn plain(value: Json) -> Option<Value> {
    let scalar = |value: Json| match value {
        Json::Null => Some(String::new()),
        Json::Bool(b) => Some(b.to_string()),
        Json::Number(n) => Some(n.to_string()),
        Json::String(s) => Some(s),
        Json::Array(_) | Json::Object(_) => None,
    };
    match value {
        Json::Array(list) => list.into_iter().map(scalar).collect::<Option<Vec<_>>>().map(Value::List),
        value => scalar(value).map(Value::Text),
    }
}
