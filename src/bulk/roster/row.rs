//! A row of a roster, and the reader it speaks of.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Place};
use crate::names::field_key;
use crate::select::Reader;

use super::columns::Column;
use super::csv::heading_place;
use super::locate::locate;
use super::spool::{Format, Spool};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text; empty where there is nothing.
    Text(String),
    /// A list, in YAML and JSON.
    List(Vec<String>),
}

impl Value {
    fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.trim().is_empty(),
            Value::List(list) => list.is_empty(),
        }
    }

    /// As one text.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) => text.trim().to_string(),
            Value::List(list) => list.join(", "),
        }
    }

    /// As a list: what semicolons, commas and spaces separate.
    fn list(&self) -> Vec<String> {
        match self {
            Value::List(list) => list.clone(),
            Value::Text(text) if text.contains([';', ',']) => text.split([';', ',']).map(|t| t.trim().to_string()).filter(|t| !t.is_empty()).collect(),
            Value::Text(text) => text.split_whitespace().map(str::to_string).collect(),
        }
    }
}

/// A cell under its heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The heading as written.
    pub heading: String,
    /// What it means.
    pub column: Column,
    /// What stands there.
    pub value: Value,
}

/// A row as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number from 1, without the header and empty rows.
    pub number: u64,
    /// Line where it begins.
    pub line: u32,
    /// Its bytes in the spooled text.
    pub bytes: Range<u64>,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A reader of the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Number of the row, from 1.
    pub row: u64,
    /// Who.
    pub reader: Reader,
    /// Who they are, across editions and mended names.
    pub id: Option<String>,
    /// No longer given anything.
    pub revoked: bool,
}

impl Entry {
    /// What tells this reader from all others for good: the id, else the e-mail address.
    pub fn identity(&self) -> Option<&str> {
        self.id.as_deref().or(self.reader.email.as_deref())
    }
}

impl Row {
    /// The reader, and the cells that say something no reader can have, by their index.
    pub fn entry(&self) -> (Entry, Vec<(usize, Diagnostic)>) {
        let mut entry = Entry { row: self.number, ..Entry::default() };
        let mut problems = Vec::new();
        let (mut given, mut family) = (None, None);
        for (index, cell) in self.cells.iter().enumerate() {
            if let Column::Field(key) = &cell.column {
                // An empty cell is a field without a value, which a default in the text may stand in for.
                entry.reader.fields.insert(key.clone(), cell.value.text());
                continue;
            }
            if cell.value.is_empty() {
                continue;
            }
            let text = || Some(cell.value.text());
            match &cell.column {
                Column::Name => entry.reader.name = text(),
                Column::Given => {
                    given = text();
                    entry.reader.first_name = text();
                    entry.reader.fields.insert(field_key(&cell.heading), cell.value.text());
                }
                Column::Family => {
                    family = text();
                    entry.reader.fields.insert(field_key(&cell.heading), cell.value.text());
                }
                Column::Stage => entry.reader.stage = text(),
                Column::From => entry.reader.from = text(),
                Column::Paths => entry.reader.paths = cell.value.list(),
                Column::Organisation => entry.reader.organisation = text(),
                Column::Email => entry.reader.email = text(),
                Column::Note => entry.reader.note = text(),
                Column::Group => entry.reader.group = text(),
                Column::Had => entry.reader.had = text(),
                Column::All => match truth(&cell.value.text()) {
                    Ok(all) => entry.reader.all = all,
                    Err(problem) => problems.push((index, problem)),
                },
                Column::Id => {
                    entry.id = text();
                    entry.reader.fields.insert("id".to_string(), cell.value.text());
                }
                Column::Revoked => match truth(&cell.value.text()) {
                    Ok(revoked) => entry.revoked = revoked,
                    Err(problem) => problems.push((index, problem)),
                },
                Column::Copy => match number(&cell.value.text()) {
                    Ok(copy) => entry.reader.copy = Some(copy),
                    Err(problem) => problems.push((index, problem)),
                },
                Column::Field(_) => {}
            }
        }
        if entry.reader.name.is_none() && (given.is_some() || family.is_some()) {
            entry.reader.name = Some([given, family].into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        entry.reader.copy.get_or_insert(self.number);
        entry.reader = entry.reader.tidy();
        (entry, problems)
    }

    /// The first cell that means this.
    pub fn index_of(&self, wanted: impl Fn(&Column) -> bool) -> Option<usize> {
        self.cells.iter().position(|cell| wanted(&cell.column))
    }

    /// Where the heading of a cell stands: in the first line of a CSV roster, else in the row itself.
    pub fn heading_place(&self, cell: usize, spool: &Spool) -> Place {
        let first = (spool.format == Format::Csv).then(|| heading_place(spool, cell)).flatten();
        first.unwrap_or_else(|| self.place(Some(cell), spool))
    }

    /// Where a cell stands, or the row when there is no such cell.
    pub fn place(&self, cell: Option<usize>, spool: &Spool) -> Place {
        let text = spool.text(&self.bytes);
        let offset = cell.and_then(|index| Some((index, self.cells.get(index)?))).and_then(|(index, cell)| locate(spool, &text, index, &cell.heading));
        let before = text.get(..offset.unwrap_or(0)).unwrap_or("");
        let line = self.line + before.matches('\n').count() as u32;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let shown = text.get(start..).and_then(|t| t.lines().next()).unwrap_or("").to_string();
        let column = offset.map_or(0, |_| before.get(start..).map_or(0, |t| t.chars().count() as u32) + 1);
        Place { file: spool.name.as_str().into(), line, column, cut: 0, text: shown }
    }
}

fn truth(text: &str) -> Result<bool, Diagnostic> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "x" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err(Diagnostic::error(Code::RosterYesOrNo, format!("`{text}` is neither yes nor no"))),
    }
}

fn number(text: &str) -> Result<u64, Diagnostic> {
    let wrong = || {
        Diagnostic::error(Code::CopyNumber, format!("`{text}` is not the number of a copy"))
            .hint("copies are numbered 1, 2, 3 …; leave the column out to number them in order")
    };
    text.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)
}
