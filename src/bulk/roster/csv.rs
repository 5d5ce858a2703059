//! CSV, by the `csv` crate: a header, then a row a reader.

use std::cmp::Ordering;
use std::io::BufRead;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use crate::diag::{Code, Diagnostic, Place};

use super::Rows;
use super::columns::{Column, column};
use super::quotes;
use super::row::{Cell, Row, Value};
use super::spool::Spool;

/// What separates the cells of a line: whichever of comma, semicolon and tab it has most of outside quotation marks.
pub(super) fn delimiter(line: &str) -> u8 {
    let outside = || {
        let mut quoted = false;
        line.bytes().filter(move |b| {
            quoted ^= *b == b'"';
            !quoted
        })
    };
    let count = |d: u8| outside().filter(|b| *b == d).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).filter(|d| count(*d) > 0).unwrap_or(b',')
}

/// The separator that a first line such as `sep=;` names. Spreadsheets write it for one another.
fn declared(line: &str) -> Option<u8> {
    let (key, separator) = line.trim_matches(['\n', '\r', '"', ' ']).split_once('=')?;
    let separator = separator.bytes().next().filter(|b| matches!(b, b',' | b';' | b'\t' | b'|') && separator.len() == 1)?;
    key.eq_ignore_ascii_case("sep").then_some(separator)
}

/// How a CSV roster begins.
pub(super) struct Head {
    /// What separates the cells: what the first line says, or what the header has most of.
    pub separator: u8,
    /// The header's line.
    line: String,
    /// Lines and bytes before it.
    before: (u32, u64),
}

pub(super) fn head(spool: &Spool) -> Result<Head, Diagnostic> {
    let mut reader = spool.reader();
    let mut read = |line: &mut String| reader.read_line(line).map_err(|e| spool.trouble(&e));
    let mut line = String::new();
    let bytes = read(&mut line)? as u64;
    let Some(separator) = declared(&line) else { return Ok(Head { separator: delimiter(&line), line, before: (0, 0) }) };
    line.clear();
    read(&mut line)?;
    Ok(Head { separator, line, before: (1, bytes) })
}

/// Where a column's heading stands.
pub(super) fn heading_place(spool: &Spool, index: usize) -> Option<Place> {
    let Head { separator, line, before: (before, _) } = head(spool).ok()?;
    let text = line.trim_end_matches(['\n', '\r']);
    let at = super::locate::in_csv(text, index, separator)?;
    let column = text.get(..at)?.chars().count() as u32 + 1;
    Some(Place { file: spool.name.as_str().into(), line: before + 1, column, cut: 0, text: text.to_string() })
}

pub(super) fn rows(spool: &Spool) -> Result<Rows, Diagnostic> {
    let Head { separator, line: first, before: (lines_before, bytes_before) } = head(spool)?;
    quotes::check(spool, separator, (lines_before, bytes_before))?;
    let text = spool.reader_from(bytes_before);
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text);
    let mut record = StringRecord::new();
    let name: Arc<str> = spool.name.as_str().into();
    let spool = spool.clone();
    let mistake = move |e: &csv::Error, name: &str| {
        if let csv::ErrorKind::Io(error) = e.kind() {
            return spool.trouble(error);
        }
        let line = e.position().map_or(0, |p| p.line() as u32 + lines_before);
        Diagnostic::error(Code::RosterNotCsv, "the roster is not CSV").at(Place { file: name.into(), line, column: 0, cut: 0, text: String::new() })
    };
    reader.read_record(&mut record).map_err(|e| mistake(&e, &name))?;
    let headings = headings(&record, &name, &first, lines_before + 1)?;
    // A spreadsheet may end each line in the separators of columns that somebody once used.
    let unused = record.len() > headings.len();
    let mut number = 0;
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => return None,
                Err(error) => return Some(Err(mistake(&error, &name))),
                Ok(true) => {}
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            number += 1;
            let (line, start) = record.position().map_or((0, 0), |p| (p.line() as u32 + lines_before, p.byte() + bytes_before));
            let cells = record.iter().zip(&headings).map(|(value, (heading, column))| Cell {
                heading: heading.clone(),
                column: column.clone(),
                value: Value::Text(value.to_string()),
            });
            let row = Row { number, line, bytes: start..reader.position().byte() + bytes_before, cells: cells.collect() };
            let shown = || record.iter().map(|cell| cell.replace('\n', " ")).collect::<Vec<_>>().join(&char::from(separator).to_string());
            let used = used(&record);
            let count = if unused { record.len().min(used.max(headings.len())) } else { record.len() };
            return Some(fits(count, headings.len(), line, &name, record.iter().any(|cell| cell.contains('\n')), &shown).map(|()| row));
        }
    })))
}

/// How many cells there are without empty ones at the end.
fn used(record: &StringRecord) -> usize {
    record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).last().map_or(0, |(last, _)| last + 1)
}

fn fits(cells: usize, headings: usize, line: u32, name: &Arc<str>, lines: bool, shown: &dyn Fn() -> String) -> Result<(), Diagnostic> {
    if cells == headings {
        return Ok(());
    }
    let place = Place { file: name.clone(), line, column: 0, cut: 0, text: shown() };
    // A row that runs over several lines and does not fit was hardly meant to.
    let hint = match cells.cmp(&headings) {
        _ if lines => "is there a quotation mark that is never closed?",
        Ordering::Less => "give every row as many separators as the header has, also where nothing stands between them",
        _ => "put a text that holds the separator in quotes",
    };
    let plural = if cells == 1 { "cell" } else { "cells" };
    Err(Diagnostic::error(Code::RosterCells, format!("this row has {cells} {plural}, and the header has {headings}")).at(place).hint(hint))
}

/// The header, without empty columns at its end. Two columns must not mean the same.
fn headings(record: &StringRecord, name: &Arc<str>, line: &str, number: u32) -> Result<Vec<(String, Column)>, Diagnostic> {
    let place = || Place { file: name.clone(), line: number, column: 0, cut: 0, text: line.trim_end().to_string() };
    if record.iter().all(|heading| heading.trim().is_empty()) {
        return Err(Diagnostic::error(Code::RosterEmpty, format!("the roster `{name}` is empty"))
            .hint("it begins with a line that names the columns, such as `name,stage,email`"));
    }
    let used = used(record);
    let all: Vec<(String, Column)> = record.iter().take(used).map(|h| (h.trim().to_string(), column(h))).collect();
    for (index, (heading, column)) in all.iter().enumerate() {
        if matches!(column, Column::Field(key) if key.is_empty()) {
            return Err(Diagnostic::error(Code::RosterHeading, format!("column {} has no heading", index + 1))
                .at(place())
                .hint("name it, or take the column out"));
        }
        if let Some((other, _)) = all.iter().take(index).find(|(_, earlier)| earlier == column) {
            return Err(Diagnostic::error(Code::RosterColumnTwice, format!("the columns `{other}` and `{heading}` mean the same"))
                .at(place())
                .hint("leave one out"));
        }
    }
    if !all.iter().any(|(_, column)| column.is_name()) {
        let hint = "the first line names the columns, such as `name,stage,email`";
        return Err(Diagnostic::error(Code::RosterWithoutName, "the roster has no column for the name").at(place()).hint(hint));
    }
    Ok(all)
}
