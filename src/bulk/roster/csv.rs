//! CSV, by the `csv` crate: a header, then a row a reader.

use std::io::BufRead;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use crate::diag::{Diagnostic, Place};

use super::Rows;
use super::columns::{Column, column};
use super::row::{Cell, Row, Value};
use super::spool::Spool;

/// What separates the cells of a line: whichever of comma, semicolon and tab it has most of.
pub(super) fn delimiter(line: &str) -> u8 {
    let count = |d: u8| line.bytes().filter(|b| *b == d).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|d| count(*d)).filter(|d| count(*d) > 0).unwrap_or(b',')
}

pub(super) fn rows(spool: &Spool) -> Result<Rows, Diagnostic> {
    let mut first = String::new();
    spool.reader()?.read_line(&mut first).map_err(|e| spool.trouble(&e))?;
    let separator = delimiter(&first);
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(spool.reader()?);
    let mut record = StringRecord::new();
    let name: Arc<str> = spool.name.as_str().into();
    let mistake = |e: &csv::Error, name: &str| {
        let line = e.position().map_or(0, |p| p.line() as u32);
        Diagnostic::error("the roster is not CSV").at(Place { file: name.into(), line, column: 0, text: String::new() })
    };
    reader.read_record(&mut record).map_err(|e| mistake(&e, &name))?;
    let headings = headings(&record, &name, &first)?;
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
            let (line, start) = record.position().map_or((0, 0), |p| (p.line() as u32, p.byte()));
            let cells = record.iter().zip(&headings).map(|(value, (heading, column))| Cell {
                heading: heading.clone(),
                column: column.clone(),
                value: Value::Text(value.to_string()),
            });
            let row = Row { number, line, bytes: start..reader.position().byte(), cells: cells.collect() };
            let shown = || record.iter().map(|cell| cell.replace('\n', " ")).collect::<Vec<_>>().join(&char::from(separator).to_string());
            return Some(fits(record.len(), headings.len(), line, &name, record.iter().any(|cell| cell.contains('\n')), &shown).map(|()| row));
        }
    })))
}

fn fits(cells: usize, headings: usize, line: u32, name: &Arc<str>, lines: bool, shown: &dyn Fn() -> String) -> Result<(), Diagnostic> {
    if cells == headings {
        return Ok(());
    }
    let place = Place { file: name.clone(), line, column: 0, text: shown() };
    // A row that runs over several lines and does not fit was hardly meant to.
    let hint = if lines { "is there a quotation mark that is never closed?" } else { "put a text that holds the separator in quotes" };
    let plural = if cells == 1 { "cell" } else { "cells" };
    Err(Diagnostic::error(format!("this row has {cells} {plural}, and the header has {headings}")).at(place).hint(hint))
}

/// The header. Two columns must not mean the same.
fn headings(record: &StringRecord, name: &Arc<str>, line: &str) -> Result<Vec<(String, Column)>, Diagnostic> {
    let place = || Place { file: name.clone(), line: 1, column: 0, text: line.trim_end().to_string() };
    if record.iter().all(|heading| heading.trim().is_empty()) {
        return Err(Diagnostic::error(format!("the roster `{name}` is empty")).hint("it begins with a line that names the columns, such as `name,stage,email`"));
    }
    let all: Vec<(String, Column)> = record.iter().map(|h| (h.trim().to_string(), column(h))).collect();
    for (index, (heading, column)) in all.iter().enumerate() {
        if matches!(column, Column::Field(key) if key.is_empty()) {
            return Err(Diagnostic::error(format!("column {} has no heading", index + 1)).at(place()));
        }
        if let Some((other, _)) = all.iter().take(index).find(|(_, earlier)| earlier == column) {
            return Err(Diagnostic::error(format!("the columns `{other}` and `{heading}` mean the same")).at(place()).hint("leave one out"));
        }
    }
    if !all.iter().any(|(_, column)| matches!(column, Column::Name | Column::Given | Column::Family)) {
        let hint = "the first line names the columns, such as `name,stage,email`";
        return Err(Diagnostic::error("the roster has no column for the name").at(place()).hint(hint));
    }
    Ok(all)
}
