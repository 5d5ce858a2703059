//! `handbook check`: everything that could go wrong, without writing a book.

use std::sync::Arc;

use crate::diag::{Diagnostics, Severity};

use super::args::CheckArgs;
use super::build::{built, origin};
use super::console::{Console, grouped};
use super::meant::{Meant, meant};
use super::{Status, Surroundings, audit};

/// What was looked at.
#[derive(Default)]
struct Looked {
    books: usize,
    pages: usize,
    words: usize,
    /// What was counted on the pages of each book.
    audits: Vec<serde_json::Value>,
}

/// Runs the command: makes the book in memory for the stage that is named, else for every stage of the ladder.
pub(super) fn run(args: &CheckArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let mut diagnostics = Diagnostics::new();
    let mut looked = Looked::default();
    let mut from = String::new();
    let status = match meant(args.project.project.as_deref(), &args.reader, &args.book, surroundings, &mut diagnostics) {
        Err(status) => status,
        Ok(meant) => {
            from = origin(&meant.manuscript);
            every_stage(meant, args, surroundings, &mut diagnostics, &mut looked, console)
        }
    };
    if args.book.strict {
        diagnostics.make_strict();
    }
    let status = if status == Status::Done && diagnostics.has_errors() { Status::Input } else { status };
    console.diagnostics(&diagnostics, args.talk.quiet);
    if args.talk.json {
        let value = serde_json::json!({ "status": status.code(), "books": looked.books, "pages": looked.pages, "words": looked.words, "audits": looked.audits, "diagnostics": as_json(&diagnostics) });
        console.result(value);
    } else if status == Status::Done && !args.talk.quiet {
        let books = if looked.books == 1 { "1 book".to_string() } else { format!("{} books", looked.books) };
        console.result(format!("nothing is wrong with {from}: {books}, {} pages", grouped(looked.pages)));
    }
    status
}

fn every_stage(
    mut meant: Meant,
    args: &CheckArgs,
    surroundings: &Surroundings,
    diagnostics: &mut Diagnostics,
    looked: &mut Looked,
    console: &mut Console<'_>,
) -> Status {
    let named = args.reader.stage.is_some() || meant.manuscript.stages.is_empty();
    let first = meant.aim.from.unwrap_or(0);
    let targets: Vec<Option<String>> =
        if named { vec![meant.reader.stage.clone()] } else { meant.manuscript.stages.iter().skip(first).map(|stage| Some(stage.id.clone())).collect() };
    for target in targets {
        meant.reader.stage = target.clone();
        match built(&meant, &meant.options, &args.talk, surroundings) {
            Ok(book) => {
                looked.books += 1;
                looked.pages += book.pages;
                looked.words += book.words;
                if args.talk.verbose {
                    book.reasons.iter().for_each(|reason| console.say(reason));
                }
                if (args.talk.verbose || args.talk.json)
                    && let Ok((counts, places)) = crate::book::audit(&meant.manuscript, &meant.reader, &meant.options)
                {
                    if args.talk.verbose {
                        audit::lines(&counts, &places).into_iter().for_each(|line| console.say(line));
                    }
                    looked.audits.push(serde_json::json!({ "stage": target, "counts": audit::json(&counts) }));
                }
                diagnostics.extend(Arc::unwrap_or_clone(book.diagnostics));
            }
            Err(found) => {
                diagnostics.extend(found);
                return Status::Input;
            }
        }
    }
    Status::Done
}

/// Diagnostics as a script reads them.
pub(super) fn as_json(diagnostics: &Diagnostics) -> Vec<serde_json::Value> {
    let one = |d: &crate::diag::Diagnostic| {
        let place = d.place.as_ref();
        serde_json::json!({
            "code": d.code.name(),
            "severity": if d.severity == Severity::Error { "error" } else { "warning" },
            "message": d.message,
            "file": place.map(|p| p.file.to_string()),
            "line": place.map(|p| p.line).filter(|n| *n > 0),
            "column": place.map(|p| p.column).filter(|n| *n > 0),
            "end_line": null,
            "end_column": null,
            "source": place.map(|p| p.text.as_str()).filter(|text| !text.is_empty()),
            "hint": d.hint,
        })
    };
    diagnostics.iter().map(one).collect()
}
