//! `handbook check`: everything that could go wrong, without writing a book.

use std::sync::Arc;

use crate::diag::{Diagnostics, Severity};

use crate::press::Watch;
use crate::select::Reader;

use super::args::{CheckArgs, FormatArg};
use super::build::origin;
use super::console::{Console, grouped};
use super::invocation::{Asked, Invocation};
use super::progress::Progress;
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

/// Runs the command: lays the book out for the stage that is named, else for every stage of the ladder. No file is made.
pub(super) fn run(args: &CheckArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let mut diagnostics = Diagnostics::new();
    let mut looked = Looked::default();
    let mut from = String::new();
    let formats = [FormatArg::Pdf, FormatArg::Epub];
    let asked = Asked { project: args.project.project.as_deref(), reader: &args.reader, book: &args.book, formats: &formats, talk: &args.talk };
    let status = match Invocation::of(asked, surroundings, &mut diagnostics) {
        Err(status) => status,
        Ok(invocation) => {
            from = origin(invocation.project.manuscript());
            match every_stage(invocation, args, surroundings, &mut diagnostics, &mut looked, console) {
                Ok(()) => Status::Done,
                Err(problems) => {
                    diagnostics.extend(problems);
                    Status::Input
                }
            }
        }
    };
    if args.book.strict {
        diagnostics.make_strict();
    }
    let status = if status == Status::Done && diagnostics.has_errors() { Status::Input } else { status };
    console.show_all(args.talk.verbose);
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
    invocation: Invocation,
    args: &CheckArgs,
    surroundings: &Surroundings,
    diagnostics: &mut Diagnostics,
    looked: &mut Looked,
    console: &mut Console<'_>,
) -> Result<(), Diagnostics> {
    let stages = &invocation.project.manuscript().stages;
    let named = args.reader.stage.is_some() || stages.is_empty();
    let first = invocation.aim.from.unwrap_or(0);
    let targets: Vec<Option<String>> =
        if named { vec![invocation.reader.stage.clone()] } else { stages.iter().skip(first).map(|stage| Some(stage.id.clone())).collect() };
    let press = invocation.project.press()?;
    let progress = Progress::begin(surroundings.terminal && !args.talk.quiet);
    for target in targets {
        let reader = Reader { stage: target.clone(), ..invocation.reader.clone() };
        let book = press.layout(&reader, Watch::steps(&|step| progress.step(step)))?;
        looked.books += 1;
        looked.pages += book.pages;
        looked.words += book.words;
        if args.talk.verbose {
            book.reasons.iter().for_each(|reason| console.say(reason));
        }
        if (args.talk.verbose || args.talk.json)
            && let Ok((counts, places)) = press.audit(&reader)
        {
            if args.talk.verbose {
                audit::lines(&counts, &places).into_iter().for_each(|line| console.say(line));
            }
            looked.audits.push(serde_json::json!({ "stage": target, "counts": audit::json(&counts) }));
        }
        diagnostics.extend(Arc::unwrap_or_clone(book.warnings));
    }
    Ok(())
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
