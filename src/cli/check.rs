//! `handbook check`: everything that could go wrong, without writing a book.

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::press::Watch;

use super::args::{CheckArgs, CheckForm, FormatArg};
use super::build::origin;
use super::console::{Console, counts, grouped};
use super::invocation::{Asked, Invocation};
use super::progress::Progress;
use super::report::{Files, as_json, sarif, workflow_commands};
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
    let asked = Asked::of(&args.project, &args.reader, &args.book, &formats, &args.talk);
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
    match args.form() {
        // The verdict counts.
        CheckForm::Human if status == Status::Done => console.messages(&diagnostics, args.talk.quiet),
        // A runner of GitHub reads both streams as one log, in which each message is a command already.
        CheckForm::Github => {}
        _ => console.diagnostics(&diagnostics, args.talk.quiet),
    }
    let files = Files::of(&surroundings.here, args.project.project.as_deref(), args.book.root.as_deref());
    match args.form() {
        CheckForm::Json => console.result(serde_json::json!({
            "status": status.code(), "books": looked.books, "pages": looked.pages, "words": looked.words, "audits": looked.audits,
            "diagnostics": as_json(&diagnostics, &files),
        })),
        CheckForm::Github => workflow_commands(&diagnostics, &files).into_iter().for_each(|command| console.result(command)),
        CheckForm::Sarif => console.result(sarif(&diagnostics, &files)),
        CheckForm::Human if status == Status::Done && !args.talk.quiet => {
            let books = if looked.books == 1 { "1 book".to_string() } else { format!("{} books", looked.books) };
            let wrong = counts(0, diagnostics.len()).map_or_else(|| "nothing is wrong with".to_string(), |warnings| format!("{warnings}, no error in"));
            console.result(format!("{wrong} {from}: {books}, {} pages", grouped(looked.pages)));
        }
        CheckForm::Human => {}
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
    let press = invocation.project.press()?;
    let progress = Progress::begin(surroundings.terminal && !args.talk.quiet);
    for reader in press.targets(&invocation.reader, &invocation.aim) {
        let book = press.layout(&reader, Watch::steps(&|step| progress.step(step)))?;
        looked.books += 1;
        looked.pages += book.pages;
        looked.words += book.words;
        if args.talk.verbose {
            book.reasons.iter().for_each(|reason| console.say(reason));
        }
        if (args.talk.verbose || args.form() == CheckForm::Json)
            && let Ok((counts, places)) = press.audit(&reader)
        {
            if args.talk.verbose {
                audit::lines(&counts, &places).into_iter().for_each(|line| console.say(line));
            }
            looked.audits.push(serde_json::json!({ "stage": reader.stage, "counts": audit::json(&counts) }));
        }
        diagnostics.extend(Arc::unwrap_or_clone(book.warnings));
    }
    if args.reader.stage.is_none() {
        diagnostics.extend(press.warnings_of_everybody(Watch::steps(&|step| progress.step(step))));
    }
    Ok(())
}
