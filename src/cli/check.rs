//! `handbook check`: everything that could go wrong, without writing a book.

use std::sync::Arc;

use crate::diag::{Code, Diagnostics};
use crate::load::{ChapterSource, Manuscript};
use crate::press::Watch;
use crate::select::{Branches, Mentions, Reader, most_branches};

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
    let asked = Asked {
        project: args.project.project.as_deref(),
        built_in: args.project.built_in,
        reader: &args.reader,
        book: &args.book,
        formats: &formats,
        talk: &args.talk,
    };
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
        if (args.talk.verbose || args.form() == CheckForm::Json)
            && let Ok((counts, places)) = press.audit(&reader)
        {
            if args.talk.verbose {
                audit::lines(&counts, &places).into_iter().for_each(|line| console.say(line));
            }
            looked.audits.push(serde_json::json!({ "stage": target, "counts": audit::json(&counts) }));
        }
        diagnostics.extend(Arc::unwrap_or_clone(book.warnings));
    }
    if args.reader.stage.is_none() {
        let mut found = Vec::new();
        for reader in everybody(invocation.project.manuscript()) {
            // Warnings of a strict run come as what stands in a book's way.
            found.push(press.layout(&reader, Watch::steps(&|step| progress.step(step))).map_or_else(Arc::new, |book| book.warnings));
        }
        for warning in found.iter().flat_map(|found| found.iter()) {
            // What nothing calls in one branch may be called in another.
            let may_be_elsewhere = matches!(warning.code, Code::FootnoteUnused | Code::IndexSee);
            if !may_be_elsewhere || found.iter().all(|found| found.iter().any(|other| other == warning)) {
                diagnostics.push(warning.clone());
            }
        }
    }
    Ok(())
}

/// Readers who between them get every chapter, and of every passage each branch, with something in each field. None for a book that is
/// the same for all.
fn everybody(manuscript: &Manuscript) -> Vec<Reader> {
    let choice = |chapter: &ChapterSource| chapter.meta.stages.is_some() || !chapter.meta.paths.is_empty();
    let branches = most_branches(manuscript);
    if branches == 0 && manuscript.paths.is_empty() && manuscript.guides.is_empty() && !manuscript.chapters.iter().any(choice) {
        return Vec::new();
    }
    let some = |text: &str| Some(text.to_string());
    let mentions = Mentions::of(manuscript);
    let reader = |branch| Reader {
        name: some("Reader"),
        from: manuscript.stages.first().map(|stage| stage.id.clone()),
        paths: manuscript.paths.iter().chain(&manuscript.guides).map(|extra| extra.id.clone()).collect(),
        all: true,
        organisation: some("Organisation"),
        email: some("reader@example.org"),
        note: some("A note."),
        fields: mentions.fields().map(|key| (key.to_string(), "Field".to_string())).collect(),
        copy: Some(1),
        group: some("Group"),
        branches: Branches::Number(branch),
        ..Reader::default()
    };
    (0..branches.max(1)).map(reader).collect()
}
