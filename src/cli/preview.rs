//! `handbook preview`: the book in a browser, changed pages at once.

use std::process::{Command, Stdio};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::preview::{Editor, Listen, Preview, Report, Source};

use super::args::{BookArgs, FormatArg, ProjectArgs, ReaderArgs, TalkArgs};
use super::console::{Console, counts, grouped};
use super::invocation::Asked;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook preview my-book --open
  handbook preview my-book --reader \"Ada Lovelace\" --stage 2
  handbook preview my-book --editor 'code -g {file}:{line}'
  handbook preview my-book --listen 127.0.0.1:8000

It runs until it is stopped with Ctrl-C. Nothing is written to the disk.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct PreviewArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    reader: ReaderArgs,
    #[command(flatten)]
    book: BookArgs,
    /// Open the address in the browser
    #[arg(long, help_heading = "Preview")]
    open: bool,
    /// Address to listen on: HOST:PORT, a host or a port; of a port that is taken the next free one
    ///
    /// Without it: this machine alone, 127.0.0.1:4280. With another address whoever reaches it can read the book and open files in the editor.
    #[arg(long, value_name = "ADDRESS", value_parser = Listen::parse, help_heading = "Preview")]
    listen: Option<Listen>,
    /// Program that a click on a line opens, with {file}, {line} and {column} where they belong
    #[arg(long, value_name = "COMMAND", value_parser = Editor::parse, help_heading = "Preview")]
    editor: Option<Editor>,
    #[command(flatten)]
    talk: TalkArgs,
}

/// Runs the command until somebody stops it.
pub(super) fn run(args: &PreviewArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let mut diagnostics = Diagnostics::new();
    let formats = [FormatArg::Pdf, FormatArg::Epub];
    let asked = Asked::of(&args.project, &args.reader, &args.book, &formats, &args.talk);
    console.show_all(args.talk.verbose);
    let Some((reader, mut options)) = asked.meaning(surroundings, &mut diagnostics) else {
        console.diagnostics(&diagnostics, args.talk.quiet);
        return Status::CommandLine;
    };
    // A theme's file is read anew at each change.
    options.theme = None;
    let source = Source {
        project: args.project.project.clone(),
        built_in: args.project.built_in,
        here: surroundings.here.clone(),
        options,
        theme: args.book.theme.clone(),
        reader,
    };
    console.messages(&diagnostics, args.talk.quiet);
    match Preview::start(source, &args.listen.clone().unwrap_or_default(), args.editor.clone()) {
        Ok(preview) => {
            told(&preview, args, console);
            follow(&preview, args, console)
        }
        Err(problems) => {
            console.diagnostics(&problems, args.talk.quiet);
            Status::Input
        }
    }
}

/// Says where it is.
fn told(preview: &Preview, args: &PreviewArgs, console: &mut Console<'_>) {
    if let Some(port) = preview.taken() {
        console.say(format!("port {port} is taken, so this is port {}", preview.address().port()));
    }
    if args.talk.json {
        console.result(serde_json::json!({ "url": preview.url() }));
    } else {
        console.result(format!("preview at {}", preview.url()));
    }
    if !args.talk.quiet {
        console.say("Ctrl-C ends it");
    }
    if args.open && !opened(preview.url()) {
        let hint = format!("open {} yourself", preview.url());
        console.messages(&Diagnostic::warning(Code::ListenAddress, "no browser could be opened").hint(hint).into(), args.talk.quiet);
    }
}

/// Tells what comes of each change: when the book breaks, and when it is whole again; each change with `--verbose`.
fn follow(preview: &Preview, args: &PreviewArgs, console: &mut Console<'_>) -> Status {
    let mut seen = 0;
    let mut broken = Diagnostics::new();
    while let Some(report) = preview.report(seen) {
        let first = seen == 0;
        seen = report.number;
        let was_broken = !broken.is_empty();
        if report.pages.is_none() {
            if report.diagnostics.iter().ne(broken.iter()) {
                console.diagnostics(&report.diagnostics, true);
            }
            broken = report.diagnostics;
            continue;
        }
        broken = Diagnostics::new();
        if !args.talk.quiet && (first || was_broken || args.talk.verbose) {
            console.say(line(&report));
        }
    }
    Status::Done
}

fn line(report: &Report) -> String {
    let pages = format!("{} pages", grouped(report.pages.unwrap_or_default()));
    let place = report.place.map(|page| format!(", page {page} changed")).unwrap_or_default();
    let warnings = counts(0, report.diagnostics.len()).map(|warnings| format!(", {warnings}")).unwrap_or_default();
    format!("{pages}{place}{warnings}, in {} ms", report.took.as_millis())
}

/// Opens an address in the person's browser.
fn opened(url: &str) -> bool {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("explorer", &[])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program).args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = started else { return false };
    std::thread::spawn(move || drop(child.wait()));
    true
}
