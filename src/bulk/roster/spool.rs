//! A roster in a private file of its own: checked to be UTF-8, so that it can be read twice, wherever it came from.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Code, Diagnostic, Place, reason};

/// No line may have more bytes.
const LONGEST_LINE: u64 = 1024 * 1024;

/// How a roster is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated by commas, semicolons or tabs, with a header.
    Csv,
    /// A list of readers.
    Yaml,
    /// An object a line.
    Json,
}

impl Format {
    /// By a file's ending.
    pub fn of(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Format::Csv),
            "yaml" | "yml" => Some(Format::Yaml),
            "jsonl" | "ndjson" | "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// By how the text begins.
    fn guess(first: &str) -> Format {
        match first.trim_start().chars().next() {
            Some('{' | '[') => Format::Json,
            Some('-' | '#') => Format::Yaml,
            _ => Format::Csv,
        }
    }
}

/// A roster that can be read again and again. Its file has no name, so that nothing is left of it however the program ends.
#[derive(Clone, Debug)]
pub struct Spool {
    file: Arc<Mutex<File>>,
    /// How messages call it.
    pub name: String,
    /// How it is written.
    pub format: Format,
}

impl Spool {
    /// Copies a roster file, which messages call `name`.
    ///
    /// # Errors
    /// When it cannot be read, or is not UTF-8.
    pub fn open(path: &Path, name: &str, format: Option<Format>) -> Result<Spool, Diagnostic> {
        let unreadable =
            |e: &std::io::Error| Diagnostic::error(Code::RosterUnreadable, format!("the roster cannot be read: {}", reason(e))).at(Place::file(name));
        let about = std::fs::metadata(path).map_err(|e| unreadable(&e))?;
        if about.is_dir() {
            return Err(Diagnostic::error(Code::RosterUnreadable, "the roster cannot be read: it is a folder").at(Place::file(name)));
        }
        let file = File::open(path).map_err(|e| unreadable(&e))?;
        Spool::read(file, name, format.or_else(|| Format::of(path)))
    }

    /// Takes in a roster from anywhere.
    ///
    /// # Errors
    /// When it cannot be read, or is not UTF-8.
    pub fn read(from: impl Read, name: &str, format: Option<Format>) -> Result<Spool, Diagnostic> {
        let unread = |e: std::io::Error| Diagnostic::error(Code::RosterUnreadable, format!("the roster cannot be read: {}", reason(&e))).at(Place::file(name));
        let failed = |e: std::io::Error| {
            let place = std::env::temp_dir();
            let message = format!("the roster cannot be kept aside in the temporary folder `{}`: {}", place.display(), reason(&e));
            Diagnostic::error(Code::OutputUnwritable, message).hint("the variable `TMPDIR` names that folder: it must be there and take new files")
        };
        let file = tempfile::tempfile().map_err(failed)?;
        let mut out = BufWriter::new(&file);
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        let mut number = 0;
        let mut guessed = None;
        loop {
            line.clear();
            let count = from.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line).map_err(unread)?;
            if count == 0 {
                break;
            }
            number += 1;
            let text = checked(&line, number, name)?;
            if guessed.is_none() && !text.trim().is_empty() {
                guessed = Some(Format::guess(text));
            }
            out.write_all(text.as_bytes()).map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        drop(out);
        let format = format.or(guessed).unwrap_or(Format::Csv);
        Ok(Spool { file: Arc::new(Mutex::new(file)), name: name.to_string(), format })
    }

    /// The roster from its beginning.
    pub(super) fn reader(&self) -> BufReader<Reading> {
        self.reader_from(0)
    }

    /// The roster from some byte on.
    pub(super) fn reader_from(&self, at: u64) -> BufReader<Reading> {
        BufReader::new(self.from(at))
    }

    fn from(&self, at: u64) -> Reading {
        Reading { file: self.file.clone(), at }
    }

    pub(super) fn trouble(&self, error: &std::io::Error) -> Diagnostic {
        Diagnostic::error(Code::RosterUnreadable, format!("the roster cannot be read: {}", reason(error))).at(Place::file(&self.name))
    }

    /// From now on the spooled file cannot be read, as when its disk fails.
    #[cfg(test)]
    pub(crate) fn break_it(&self) -> std::io::Result<()> {
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = File::options().write(true).open("/dev/null")?;
        Ok(())
    }

    /// What separates the cells of a CSV roster.
    pub(super) fn delimiter(&self) -> u8 {
        super::csv::head(self).map_or(b',', |head| head.separator)
    }

    /// A part of the text, for a message.
    pub(super) fn text(&self, range: &Range<u64>) -> String {
        let mut bytes = Vec::new();
        let length = range.end.saturating_sub(range.start).min(LONGEST_LINE);
        match self.from(range.start).take(length).read_to_end(&mut bytes) {
            Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    }
}

/// Reads a spool from some place on, whoever else reads it too.
#[derive(Debug)]
pub(super) struct Reading {
    file: Arc<Mutex<File>>,
    at: u64,
}

impl Read for Reading {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// A line as text, without a byte order mark.
fn checked<'l>(line: &'l [u8], number: u32, name: &str) -> Result<&'l str, Diagnostic> {
    let place = |text: String, column: u32| Place { file: name.into(), line: number, column, cut: 0, text };
    if line.len() as u64 > LONGEST_LINE {
        return Err(Diagnostic::error(Code::RosterLine, format!("line {number} is longer than {} KB", LONGEST_LINE / 1024))
            .at(place(String::new(), 0))
            .hint("a roster has a row a line"));
    }
    if number == 1 && (line.starts_with(b"PK\x03\x04") || line.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])) {
        let hint = "save it as CSV UTF-8 in the spreadsheet";
        return Err(Diagnostic::error(Code::RosterNotText, "the roster is a spreadsheet's own file, such as xlsx or ods, and not CSV")
            .at(Place::file(name))
            .hint(hint));
    }
    if number == 1 && (line.starts_with(&[0xFF, 0xFE, 0, 0]) || line.starts_with(&[0, 0, 0xFE, 0xFF])) {
        let hint = "save it as UTF-8 (in a spreadsheet: CSV UTF-8)";
        return Err(Diagnostic::error(Code::RosterNotText, "the roster is UTF-32, not UTF-8").at(Place::file(name)).hint(hint));
    }
    if number == 1 && (line.starts_with(&[0xFF, 0xFE]) || line.starts_with(&[0xFE, 0xFF])) {
        let hint = "save it as UTF-8 (in a spreadsheet: CSV UTF-8)";
        return Err(Diagnostic::error(Code::RosterNotText, "the roster is UTF-16, not UTF-8").at(Place::file(name)).hint(hint));
    }
    if number == 1 && line.iter().take(4).any(|byte| *byte == 0) {
        let hint = "it seems to be UTF-16: save it as UTF-8 (in a spreadsheet: CSV UTF-8)";
        return Err(Diagnostic::error(Code::RosterNotText, "the roster is not text in UTF-8").at(Place::file(name)).hint(hint));
    }
    let line = if number == 1 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
    std::str::from_utf8(line).map_err(|e| {
        let before = String::from_utf8_lossy(line.get(..e.valid_up_to()).unwrap_or_default()).chars().count() as u32;
        let shown = String::from_utf8_lossy(line).trim_end().to_string();
        Diagnostic::error(Code::RosterNotText, "the roster is not UTF-8").at(place(shown, before + 1)).hint("save it as UTF-8 (in a spreadsheet: CSV UTF-8)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        Spool::read(bytes, "r.csv", None).err().map(|d| d.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_utf8_is_taken_in() {
        assert!(said(b"name\nAda\nJos\xe9\n").contains("r.csv:3:4"), "{}", said(b"name\nAda\nJos\xe9\n"));
        assert!(said(b"\xff\xfen\0a\0").contains("UTF-16"));
        assert_eq!(said("\u{feff}name\nJosé\n".as_bytes()), "");
    }

    #[test]
    fn the_form_is_told_by_how_it_begins() {
        for (text, format) in [("name\n", Format::Csv), ("\n- name: A\n", Format::Yaml), ("{\"name\":1}", Format::Json)] {
            assert_eq!(Spool::read(text.as_bytes(), "-", None).map(|s| s.format), Ok(format));
        }
    }
}
