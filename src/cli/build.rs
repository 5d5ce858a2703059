//! `handbook build`: one book for one reader.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::diag::{Diagnostic, Diagnostics};
use crate::load::{Manuscript, ProjectKind};
use crate::names::file_stem;
use crate::press::{Copy, Watch};

use super::args::BuildArgs;
use super::console::{Console, grouped, size};
use super::invocation::{Asked, Invocation};
use super::output::{Output, write_all};
use super::progress::Progress;
use super::report::{Files, as_json};
use super::{Status, Surroundings};

/// A file that was written.
#[derive(Serialize)]
struct Made {
    format: &'static str,
    /// As a person would name it from the current folder.
    path: String,
    bytes: usize,
}

/// Runs the command.
pub(super) fn run(args: &BuildArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let begun = Instant::now();
    let mut diagnostics = Diagnostics::new();
    let result = make(args, surroundings, &mut diagnostics);
    if args.book.strict {
        diagnostics.make_strict();
    }
    let (status, report) = match result {
        Ok(_) if diagnostics.has_errors() => (Status::Input, None),
        Ok((invocation, copy)) => match write(args, surroundings, &invocation, &copy) {
            Ok(made) => (Status::Done, Some((invocation, copy, made))),
            Err(problem) => {
                diagnostics.push(problem);
                (Status::Input, None)
            }
        },
        Err(status) => (status, None),
    };
    if let (true, Some((invocation, copy, _))) = (args.talk.verbose, &report) {
        copy.laid.reasons.iter().for_each(|reason| console.say(reason));
        let smart = invocation.project.manuscript().book.smart_punctuation;
        console.say(if smart { "straight quotes and hyphens are made typographic" } else { "quotes and hyphens stay as they are written" });
        invocation.project.manuscript().assets.outside().iter().for_each(|file| console.say(format!("from outside the project's folder: {file}")));
    }
    console.show_all(args.talk.verbose);
    console.diagnostics(&diagnostics, args.talk.quiet);
    if let (false, Some((_, copy, _))) = (args.talk.quiet, &report) {
        copy.laid.notices.iter().for_each(|line| console.say(line));
    }
    let seconds = begun.elapsed().as_secs_f64();
    if args.talk.json {
        let files = Files::of(&surroundings.here, args.project.project.as_deref(), args.book.root.as_deref());
        console.result(json(status, report.as_ref(), as_json(&diagnostics, &files), seconds));
    } else if let (false, Some((invocation, copy, made))) = (args.talk.quiet, &report) {
        lines(invocation, copy, made, seconds).into_iter().for_each(|line| console.result(line));
    }
    status
}

/// Reads, chooses, sets and writes the book into memory.
fn make(args: &BuildArgs, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Result<(Invocation, Copy), Status> {
    let asked = Asked::of(&args.project, &args.reader, &args.book, &args.format, &args.talk);
    let invocation = Invocation::of(asked, surroundings, diagnostics)?;
    let progress = Progress::begin(surroundings.terminal && !args.talk.quiet);
    let copy = invocation.project.press().and_then(|press| press.copy_watched(&invocation.reader, Watch::steps(&|step| progress.step(step))));
    let mut copy = copy.map_err(|problems| {
        diagnostics.extend(problems);
        Status::Input
    })?;
    diagnostics.extend(Arc::unwrap_or_clone(std::mem::take(&mut copy.laid.warnings)));
    Ok((invocation, copy))
}

fn write(args: &BuildArgs, surroundings: &Surroundings, invocation: &Invocation, copy: &Copy) -> Result<Vec<Made>, Diagnostic> {
    let stem = file_stem(invocation.reader.name.as_deref(), &invocation.project.manuscript().book.title, invocation.target());
    let folder = surroundings.here.join(&args.out);
    let path = |root: &PathBuf, format: &str| root.join(format!("{stem}.{format}"));
    let outputs: Vec<Output<'_>> = copy.files().map(|(format, file)| Output { path: path(&folder, format), file }).collect();
    write_all(&folder, &outputs)?;
    Ok(copy.files().map(|(format, file)| Made { format, path: path(&args.out, format).display().to_string(), bytes: file.size() as usize }).collect())
}

/// The result as a person reads it.
fn lines(invocation: &Invocation, copy: &Copy, made: &[Made], seconds: f64) -> Vec<String> {
    let manuscript = invocation.project.manuscript();
    let reader = invocation.reader.name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let mut lines = vec![format!("{}{reader}, from {}", manuscript.book.title, origin(manuscript))];
    let width = made.iter().map(|file| file.path.chars().count()).max().unwrap_or(0);
    for file in made {
        let pages = if file.format == "pdf" { format!("{} pages, ", grouped(copy.laid.pages)) } else { String::new() };
        lines.push(format!("  {:width$}  {pages}{} words, {}", file.path, grouped(copy.laid.words), size(file.bytes)));
    }
    lines.push(format!("  in {seconds:.1} seconds"));
    lines
}

/// Which kind of input was used, for a person.
pub(super) fn origin(manuscript: &Manuscript) -> String {
    match manuscript.kind {
        ProjectKind::Manifest => format!("the manifest in {}", manuscript.name),
        ProjectKind::MdBook => format!("the mdBook {}", manuscript.name),
        ProjectKind::MkDocs => format!("the MkDocs project {}", manuscript.name),
        ProjectKind::Quarto => format!("the Quarto project {}", manuscript.name),
        ProjectKind::Folder => match manuscript.chapters.len() {
            1 => format!("the Markdown in {}", manuscript.name),
            count => format!("the Markdown in {}, {count} chapters", manuscript.name),
        },
        ProjectKind::BuiltIn => manuscript.name.clone(),
    }
}

/// The result as a script reads it.
fn json(status: Status, report: Option<&(Invocation, Copy, Vec<Made>)>, diagnostics: Vec<serde_json::Value>, seconds: f64) -> serde_json::Value {
    let seconds = (seconds * 1000.0).round() / 1000.0;
    let mut value = serde_json::json!({ "status": status.code(), "seconds": seconds, "diagnostics": diagnostics });
    if let (Some((invocation, copy, made)), Some(map)) = (report, value.as_object_mut()) {
        let manuscript = invocation.project.manuscript();
        map.insert("title".to_string(), manuscript.book.title.clone().into());
        map.insert("input".to_string(), origin(manuscript).into());
        map.insert("reader".to_string(), invocation.reader.name.clone().into());
        map.insert("stage".to_string(), invocation.target().into());
        map.insert("date".to_string(), invocation.project.date().into());
        map.insert("pages".to_string(), copy.laid.pages.into());
        map.insert("words".to_string(), copy.laid.words.into());
        map.insert("files".to_string(), serde_json::to_value(made).unwrap_or_default());
    }
    value
}
