//! YAML: a list of readers. The items are read one by one, so that a long list does not fill the memory.

use std::cell::OnceCell;
use std::io::BufRead;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Place};
use crate::yaml::{self, Node, Value as Yaml};

use super::Rows;
use super::columns::column;
use super::row::{Cell, Row, Value};
use super::spool::Spool;

/// The text of one item of the list.
struct Item {
    text: String,
    line: u32,
    bytes: Range<u64>,
}

pub(super) fn rows(spool: &Spool) -> Result<Rows, Diagnostic> {
    let reader = spool.reader();
    let name: Arc<str> = spool.name.as_str().into();
    let mut number = 0;
    let items = Items { lines: reader, line: 0, offset: 0, indent: None, item: None, ended: false };
    let spool = spool.clone();
    Ok(Box::new(items.map(move |item| {
        let item = item.map_err(|e| spool.trouble(&e))?;
        number += 1;
        let cells = cells(&item, &name)?;
        Ok(Row { number, line: item.line, bytes: item.bytes, cells })
    })))
}

/// Cuts the list into items: each begins with a hyphen at the indent of the first.
struct Items<R> {
    lines: R,
    line: u32,
    offset: u64,
    indent: Option<usize>,
    item: Option<Item>,
    ended: bool,
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = std::io::Result<Item>;

    fn next(&mut self) -> Option<std::io::Result<Item>> {
        while !self.ended {
            let mut text = String::new();
            let count = match self.lines.read_line(&mut text) {
                Ok(count) => count as u64,
                Err(error) => {
                    // What there is of the item may lack its end, so it is nobody's.
                    (self.ended, self.item) = (true, None);
                    return Some(Err(error));
                }
            };
            self.ended = count == 0;
            self.line += 1;
            let start = self.offset;
            self.offset += count;
            let plain = text.trim_start();
            let indent = text.len() - plain.len();
            if plain.starts_with("---") || (self.item.is_none() && (plain.is_empty() || plain.starts_with('#'))) {
                continue;
            }
            let begins = (plain.starts_with("- ") || plain.trim_end() == "-") && self.indent.is_none_or(|first| first == indent);
            if begins || self.item.is_none() {
                self.indent.get_or_insert(indent);
                let new = Item { text, line: self.line, bytes: start..self.offset };
                if let Some(done) = self.item.replace(new) {
                    return Some(Ok(done));
                }
            } else if let Some(item) = &mut self.item {
                item.text.push_str(&text);
                item.bytes.end = self.offset;
            }
        }
        self.item.take().map(Ok)
    }
}

fn cells(item: &Item, name: &Arc<str>) -> Result<Vec<Cell>, Diagnostic> {
    let place = |(line, column): (u32, u32)| {
        let text = item.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
        Place { file: name.clone(), line: item.line + line.saturating_sub(1), column, cut: 0, text }
    };
    let root = yaml::parse(&item.text).map_err(|problem| {
        let unknown = problem.message.contains("anchor");
        let mistake = Diagnostic::error(Code::YamlSyntax, problem.message).at(place(problem.position.unwrap_or((1, 0))));
        if unknown {
            return mistake.hint("readers are read one by one: an anchor is known within its own reader only, so write out what the others share");
        }
        if let Some(hint) = problem.hint { mistake.hint(hint) } else { mistake }
    })?;
    let wrong = |number: u32| {
        Diagnostic::error(Code::RosterNotList, "a YAML roster is a list of readers")
            .at(place(yaml::position(&item.text, number)))
            .hint("write each as `- name: Ada Lovelace` with further keys below")
    };
    let scalars = yaml::scalars(&root);
    let Yaml::List(list) = root.value else { return Err(wrong(root.number)) };
    let Some(Node { value: Yaml::Map(map), .. }) = list.into_iter().next() else { return Err(wrong(root.number)) };
    // One more reading has all numbers of a reader as they are written.
    let raws = OnceCell::new();
    let raw = |number: u32| raws.get_or_init(|| yaml::raw_texts(&item.text, &scalars)).get(&number).cloned();
    let mut cells: Vec<Cell> = Vec::new();
    for (key, value) in map {
        let Some(heading) = scalar(&key, &raw) else { return Err(wrong(key.number)) };
        let at = value.number;
        let value = plain(&value, &raw).ok_or_else(|| {
            Diagnostic::error(Code::RosterValue, format!("`{heading}` is neither text nor a list of texts")).at(place(yaml::position(&item.text, at)))
        })?;
        let column = column(&heading);
        if let Some(other) = cells.iter().find(|cell| cell.column == column) {
            let message = format!("the keys `{}` and `{heading}` mean the same", other.heading);
            return Err(Diagnostic::error(Code::RosterColumnTwice, message).at(place(yaml::position(&item.text, key.number))).hint("leave one out"));
        }
        cells.push(Cell { column, heading, value });
    }
    Ok(cells)
}

fn plain(node: &Node, raw: &dyn Fn(u32) -> Option<String>) -> Option<Value> {
    match &node.value {
        Yaml::List(list) => list.iter().map(|n| scalar(n, raw)).collect::<Option<Vec<_>>>().map(Value::List),
        _ => scalar(node, raw).map(Value::Text),
    }
}

/// A number keeps its text as written, so that a telephone number keeps its noughts.
fn scalar(node: &Node, raw: &dyn Fn(u32) -> Option<String>) -> Option<String> {
    match &node.value {
        Yaml::Null => Some(String::new()),
        Yaml::Bool(b) => Some(b.to_string()),
        Yaml::Number => raw(node.number),
        Yaml::Text(t) => Some(t.clone()),
        Yaml::List(_) | Yaml::Map(_) => None,
    }
}
