//! Quotation marks of CSV, taken strictly. The `csv` crate reads whatever it is given: a mark that is never closed takes the
//! next readers' rows into the cell of the one before, and text after a closing mark is joined to the cell. Neither is a
//! reader's data, so both are errors before the first row is read.

use std::io::BufRead;

use crate::diag::{Code, Diagnostic, Place};

use super::spool::Spool;

/// Where a byte of CSV stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// At the beginning of a cell, where a mark opens a quotation.
    Start,
    /// In a cell without a quotation, where a mark is a character like another.
    Plain,
    /// In a quotation, which may run over lines.
    Quotation,
    /// After a mark in a quotation: it closes it, unless another one follows.
    Mark,
    /// After blanks that follow a closing mark.
    Blanks,
}

impl Within {
    /// Where the next byte stands; `None` where text follows a quotation that is closed.
    pub(super) fn after(self, byte: u8, separator: u8) -> Option<Within> {
        match (self, byte) {
            (Within::Quotation, b'"') => Some(Within::Mark),
            (Within::Quotation, _) | (Within::Mark, b'"') => Some(Within::Quotation),
            (_, byte) if byte == separator || matches!(byte, b'\n' | b'\r') => Some(Within::Start),
            (Within::Start, b'"') => Some(Within::Quotation),
            (Within::Start | Within::Plain, _) => Some(Within::Plain),
            (Within::Mark | Within::Blanks, b' ' | b'\t') => Some(Within::Blanks),
            (Within::Mark | Within::Blanks, _) => None,
        }
    }
}

/// A byte of the roster: its line from 1, where the line begins, and how many bytes of the line stand before it.
#[derive(Clone, Copy)]
struct Spot {
    line: u32,
    begin: u64,
    before: usize,
}

impl Spot {
    fn place(self, spool: &Spool) -> Place {
        let text = spool.text(&(self.begin..u64::MAX));
        let text = text.lines().next().unwrap_or("");
        let column = text.get(..self.before).unwrap_or(text).chars().count() as u32 + 1;
        Place { file: spool.name.as_str().into(), line: self.line, column, cut: 0, text: text.to_string() }
    }
}

/// Reads all of a CSV roster after its first `lines` lines of `bytes` bytes, and says of the first quotation that is not
/// written as CSV has it where it opened.
pub(super) fn check(spool: &Spool, separator: u8, (lines, bytes): (u32, u64)) -> Result<(), Diagnostic> {
    let mut reader = spool.reader_from(bytes);
    let mut at = Spot { line: lines, begin: bytes, before: 0 };
    let mut opened = at;
    let mut within = Within::Start;
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line).map_err(|e| spool.trouble(&e))?;
        if count == 0 {
            break;
        }
        at.line += 1;
        for (before, byte) in line.iter().enumerate() {
            let here = Spot { before, ..at };
            let Some(next) = within.after(*byte, separator) else { return Err(text_after(opened, here, spool)) };
            if (within, next) == (Within::Start, Within::Quotation) {
                opened = here;
            }
            within = next;
        }
        at.begin += count as u64;
    }
    if within == Within::Quotation {
        return Err(Diagnostic::error(Code::RosterQuotation, "this quotation is never closed, and so takes in all rows below")
            .at(opened.place(spool))
            .hint(TWICE));
    }
    Ok(())
}

const TWICE: &str = "close it before the next separator or the line's end; a quotation mark within a quotation is written twice: \"\"";

/// Text after a closing mark. On another line it is most likely a later row's opening mark that closed a quotation left open,
/// so the message shows where that one began.
fn text_after(opened: Spot, here: Spot, spool: &Spool) -> Diagnostic {
    if opened.line == here.line {
        return Diagnostic::error(Code::RosterQuotation, "text follows a closed quotation").at(here.place(spool)).hint(TWICE);
    }
    let message = format!("this quotation is not closed in its row: the next quotation mark, in line {}, has text after it", here.line);
    Diagnostic::error(Code::RosterQuotation, message).at(opened.place(spool)).hint(TWICE)
}
