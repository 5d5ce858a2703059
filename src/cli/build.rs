//! `handbook build`: one book for one reader.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::book::{self, Built, Options};
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::{Manuscript, ProjectKind};
use crate::names::file_stem;
use crate::provenance::digest::Digested;

use super::args::{BuildArgs, FormatArg, TalkArgs};
use super::console::{Console, grouped, size};
use super::meant::{Meant, meant};
use super::output::{Output, write_all};
use super::progress::Progress;
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
        Ok((meant, built)) => match write(args, surroundings, &meant, &built) {
            Ok(made) => (Status::Done, Some((meant, built, made))),
            Err(problem) => {
                diagnostics.push(problem);
                (Status::Input, None)
            }
        },
        Err(status) => (status, None),
    };
    if let (true, Some((meant, built, _))) = (args.talk.verbose, &report) {
        built.reasons.iter().for_each(|reason| console.say(reason));
        meant.manuscript.assets.outside().iter().for_each(|file| console.say(format!("from outside the project's folder: {file}")));
    }
    console.diagnostics(&diagnostics, args.talk.quiet);
    if let (false, Some((_, built, _))) = (args.talk.quiet, &report) {
        built.told.iter().for_each(|line| console.say(line));
    }
    let seconds = begun.elapsed().as_secs_f64();
    if args.talk.json {
        console.result(json(status, report.as_ref(), &diagnostics, seconds));
    } else if let (false, Some((meant, built, made))) = (args.talk.quiet, &report) {
        lines(meant, built, made, seconds).into_iter().for_each(|line| console.result(line));
    }
    status
}

/// Reads, chooses, sets and writes the book into memory.
fn make(args: &BuildArgs, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Result<(Meant, Built), Status> {
    let mut meant = meant(args.project.project.as_deref(), &args.reader, &args.book, surroundings, diagnostics)?;
    meant.options.pdf = args.format.contains(&FormatArg::Pdf);
    meant.options.epub = args.format.contains(&FormatArg::Epub);
    let mut built = built(&meant, &meant.options, &args.talk, surroundings).map_err(|found| {
        diagnostics.extend(found);
        Status::Input
    })?;
    diagnostics.extend(Arc::unwrap_or_clone(std::mem::take(&mut built.diagnostics)));
    Ok((meant, built))
}

/// Makes the book with as many threads as were asked for.
pub(super) fn built(meant: &Meant, options: &Options, talk: &TalkArgs, surroundings: &Surroundings) -> Result<Built, Diagnostics> {
    let progress = Progress::begin(surroundings.terminal && !talk.quiet);
    let build = || book::build(&meant.manuscript, &meant.reader, options, &|step| progress.step(step));
    match talk.jobs {
        None => build(),
        Some(jobs) => match rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build() {
            Ok(pool) => pool.install(build),
            Err(error) => {
                let mut diagnostics = Diagnostics::new();
                diagnostics.push(Diagnostic::error(format!("{jobs} threads cannot be started: {error}")).hint("ask for fewer with `--jobs`"));
                Err(diagnostics)
            }
        },
    }
}

fn write(args: &BuildArgs, surroundings: &Surroundings, meant: &Meant, built: &Built) -> Result<Vec<Made>, Diagnostic> {
    let stage = meant.aim.target.and_then(|at| meant.manuscript.stages.get(at)).map(|stage| stage.id.as_str());
    let stem = file_stem(meant.reader.name.as_deref(), &meant.manuscript.book.title, stage);
    let folder = surroundings.here.join(&args.out);
    let files: Vec<(&'static str, &Digested)> =
        [("pdf", &built.pdf), ("epub", &built.epub)].into_iter().filter_map(|(format, file)| Some((format, file.as_ref()?))).collect();
    let path = |root: &PathBuf, format: &str| root.join(format!("{stem}.{format}"));
    let outputs: Vec<Output<'_>> = files.iter().map(|(format, file)| Output { path: path(&folder, format), file }).collect();
    write_all(&folder, &outputs)?;
    Ok(files.into_iter().map(|(format, file)| Made { format, path: path(&args.out, format).display().to_string(), bytes: file.size() as usize }).collect())
}

/// The result as a person reads it.
fn lines(meant: &Meant, built: &Built, made: &[Made], seconds: f64) -> Vec<String> {
    let reader = meant.reader.name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let mut lines = vec![format!("{}{reader}, from {}", meant.manuscript.book.title, origin(&meant.manuscript))];
    let width = made.iter().map(|file| file.path.chars().count()).max().unwrap_or(0);
    for file in made {
        let pages = if file.format == "pdf" { format!("{} pages, ", grouped(built.pages)) } else { String::new() };
        lines.push(format!("  {:width$}  {pages}{} words, {}", file.path, grouped(built.words), size(file.bytes)));
    }
    lines.push(format!("  in {seconds:.1} seconds"));
    lines
}

/// Which kind of input was used, for a person.
pub(super) fn origin(manuscript: &Manuscript) -> String {
    match manuscript.kind {
        ProjectKind::Manifest => format!("the manifest in {}", manuscript.name),
        ProjectKind::MdBook => format!("the mdBook {}", manuscript.name),
        ProjectKind::Folder => format!("the Markdown in {}", manuscript.name),
        ProjectKind::BuiltIn => manuscript.name.clone(),
    }
}

/// The result as a script reads it.
fn json(status: Status, report: Option<&(Meant, Built, Vec<Made>)>, diagnostics: &Diagnostics, seconds: f64) -> serde_json::Value {
    let seconds = (seconds * 1000.0).round() / 1000.0;
    let mut value = serde_json::json!({ "status": status.code(), "seconds": seconds, "diagnostics": super::check::as_json(diagnostics) });
    if let (Some((meant, built, made)), Some(map)) = (report, value.as_object_mut()) {
        let stage = meant.aim.target.and_then(|at| meant.manuscript.stages.get(at)).map(|stage| stage.id.clone());
        map.insert("title".to_string(), meant.manuscript.book.title.clone().into());
        map.insert("input".to_string(), origin(&meant.manuscript).into());
        map.insert("reader".to_string(), meant.reader.name.clone().into());
        map.insert("stage".to_string(), stage.into());
        map.insert("date".to_string(), meant.options.date.clone().into());
        map.insert("pages".to_string(), built.pages.into());
        map.insert("words".to_string(), built.words.into());
        map.insert("files".to_string(), serde_json::to_value(made).unwrap_or_default());
    }
    value
}
