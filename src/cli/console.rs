//! Talking to a person: results to standard output, everything else to standard error.
//! A stream that has been closed is no reason to stop: the book is what counts. A result that cannot be written for another
//! reason, such as a full disk, is told at the end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;

use clap::CommandFactory;

use crate::diag::{Code, Diagnostic, Diagnostics, Severity, printable, reason};

use super::Status;
use super::args::Args;

/// The two streams.
pub(super) struct Console<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// Why a result was lost.
    lost: Option<std::io::Error>,
    /// Every warning is shown, however many there are of a kind.
    all: bool,
}

/// So many warnings of a kind are shown; of more only their number is, unless all are asked for.
const SHOWN: usize = 3;

impl<'a> Console<'a> {
    pub(super) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Console<'a> {
        Console { out, err, lost: None, all: false }
    }

    /// Shows every warning from now on.
    pub(super) fn show_all(&mut self, all: bool) {
        self.all = all;
    }

    /// A line of the result.
    pub(super) fn result(&mut self, line: impl Display) {
        let written = writeln!(self.out, "{}", printable(&line.to_string())).and_then(|()| self.out.flush());
        self.note_loss(written);
    }

    /// A file on standard output, as it is.
    pub(super) fn file(&mut self, bytes: &[u8]) {
        let written = self.out.write_all(bytes).and_then(|()| self.out.flush());
        self.note_loss(written);
    }

    fn note_loss(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            self.lost.get_or_insert(error);
        }
    }

    /// The status of a run, in which a lost result counts.
    pub(super) fn end(&mut self, status: Status) -> Status {
        let Some(error) = self.lost.take() else { return status };
        let problem = Diagnostic::error(Code::OutputUnwritable, format!("the result cannot be written to standard output: {}", reason(&error)));
        self.diagnostics(&problem.into(), true);
        if status == Status::Done { Status::Input } else { status }
    }

    /// A line about how things are going.
    pub(super) fn say(&mut self, line: impl Display) {
        let _ = writeln!(self.err, "{}", printable(&line.to_string()));
    }

    /// Shows what was found, and how much of it.
    pub(super) fn diagnostics(&mut self, diagnostics: &Diagnostics, quiet: bool) {
        self.messages(diagnostics, quiet);
        let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
        if let Some(line) = counts(count(Severity::Error), if quiet { 0 } else { count(Severity::Warning) }) {
            self.say(line);
        }
    }

    /// Shows what was found. Warnings are left out when the person asked for quiet; of a kind that comes by the dozen the first few stand
    /// for all.
    pub(super) fn messages(&mut self, diagnostics: &Diagnostics, quiet: bool) {
        let shown: Vec<&Diagnostic> = diagnostics.iter().filter(|d| !quiet || d.severity == Severity::Error).collect();
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        shown.iter().filter(|d| d.severity == Severity::Warning).for_each(|d| *kinds.entry(d.code.name()).or_default() += 1);
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in &shown {
            let kind = diagnostic.code.name();
            let count = if diagnostic.severity == Severity::Warning { kinds.get(kind).copied().unwrap_or(0) } else { 0 };
            let number = seen.entry(kind).or_default();
            *number += 1;
            // One more is no longer than the line that counts it.
            let gathered = !self.all && count > SHOWN + 1;
            if !gathered || *number <= SHOWN {
                let _ = writeln!(self.err, "{diagnostic}\n");
            }
            if gathered && *number == SHOWN {
                let _ = writeln!(self.err, "and {} more warnings of this kind, `{kind}`: `--verbose` shows all\n", grouped(count - SHOWN));
            }
        }
    }

    /// What clap has to say: help and version to standard output, mistakes to standard error.
    pub(super) fn answer(&mut self, answer: &clap::Error, args: &[OsString], terminal: bool) -> Status {
        let with_one_hyphen = || super::meant::with_one_hyphen(answer, args, &Args::command());
        if let Some(meant) = super::meant::meant(answer).or_else(with_one_hyphen) {
            self.say(meant);
            return Status::CommandLine;
        }
        let text = answer.render();
        let shown = if terminal { text.ansi().to_string() } else { text.to_string() };
        if answer.use_stderr() {
            let _ = write!(self.err, "{shown}");
            Status::CommandLine
        } else {
            let _ = write!(self.out, "{shown}");
            Status::Done
        }
    }
}

/// `2 errors, 1 warning`, or nothing.
pub(super) fn counts(errors: usize, warnings: usize) -> Option<String> {
    let of = |count: usize, word: &str| (count > 0).then(|| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
    let parts: Vec<String> = [of(errors, "error"), of(warnings, "warning")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A number with its thousands divided: `61,234`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in bytes as people say it: `640 KB`, `1.4 MB`.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_say_them() {
        assert_eq!((grouped(7), grouped(1_234), grouped(1_234_567)), ("7".into(), "1,234".into(), "1,234,567".into()));
        assert_eq!((size(999), size(1_001), size(1_449_999)), ("999 bytes".into(), "2 KB".into(), "1.4 MB".into()));
        assert_eq!((counts(2, 1), counts(0, 0)), (Some("2 errors, 1 warning".to_string()), None));
    }
}
