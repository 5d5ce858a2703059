//! `handbook bulk`: a copy for every reader in a roster.

use std::collections::BTreeSet;
use std::io::stdin;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::bulk::archive::Archive;
use crate::bulk::check::{Checked, check};
use crate::bulk::contract::{Event, Outcome, Settings};
use crate::bulk::manifest;
use crate::bulk::out::Out;
use crate::bulk::roster::{Column, Format, Spool};
use crate::bulk::run;
use crate::bulk::shard::Shard;
use crate::bulk::understood::Understood;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, reason};
use crate::load::{self, ProjectKind};
use crate::memo::Key;
use crate::press::{PlatesMade, Watch};
use crate::project::Project;
use crate::select::{Mentions, Reader};

use super::args::{BookArgs, FormatArg, ReaderArgs, TalkArgs, folder};
use super::build::origin;
use super::console::{Console, grouped, size};
use super::invocation::{Asked, Invocation};
use super::report::{Files, as_json};
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook bulk readers.csv --dry-run            says what would be made, and what is wrong with the roster
  handbook bulk readers.csv --project my-book --out copies
  handbook bulk readers.csv --out copies --resume     after a crash: makes what is missing or out of date
  handbook bulk readers.csv --shard 2/8          every eighth reader from the second on, for one of eight machines
  some-program | handbook bulk - --format epub

A roster is CSV with a header, YAML or JSON lines. Columns: name, stage, from, paths, organisation, email, note,
copy, group; any other becomes a field, {{ field.KEY }}. docs/bulk.md has the rest.

Exit status: 0 done, 1 the input was at fault, 2 the command line was, 3 some copies failed.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct BulkArgs {
    /// The roster, or - for standard input
    #[arg(value_name = "ROSTER")]
    roster: PathBuf,
    /// The project, as `--project` names it
    #[arg(value_name = "PROJECT", conflicts_with_all = ["project", "built_in"])]
    folder: Option<PathBuf>,
    /// How the roster is written, where its name does not tell
    #[arg(long, value_name = "FORMAT", help_heading = "Roster")]
    roster_format: Option<RosterFormat>,
    /// Check the roster and say what would be made
    #[arg(long, help_heading = "Roster")]
    dry_run: bool,
    /// Only this share of the readers, such as 2/8
    #[arg(long, value_name = "I/N", default_value = "1/1", help_heading = "Roster")]
    shard: Shard,
    /// The project, as for `handbook build`
    #[arg(long, value_name = "DIR", help_heading = "Book")]
    project: Option<PathBuf>,
    /// The handbook that this program carries, whatever the current folder holds
    #[arg(long, conflicts_with = "project", help_heading = "Book")]
    built_in: bool,
    #[command(flatten)]
    book: BookArgs,
    /// Formats to make, divided by commas
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', ignore_case = true, default_value = "pdf,epub", help_heading = "Output")]
    format: Vec<FormatArg>,
    /// Folder to write to, or a bucket: s3://BUCKET/PREFIX, gs://… or az://…
    #[arg(long, value_name = "DIR", default_value = "out", value_parser = folder, help_heading = "Output")]
    out: PathBuf,
    /// Leave the copies that an earlier run has made and that are up to date
    #[arg(long, help_heading = "Output")]
    resume: bool,
    /// Zip files: one for each reader in place of the files, or one for each group beside them
    #[arg(long, value_name = "reader|group", help_heading = "Output")]
    archive: Option<Archive>,
    #[command(flatten)]
    talk: TalkArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum RosterFormat {
    /// Separated by commas, semicolons or tabs, with a header
    Csv,
    /// A list
    Yaml,
    /// An object on every line
    Jsonl,
}

impl BulkArgs {
    /// The project that is named, in either way.
    fn project(&self) -> Option<&Path> {
        self.project.as_deref().or(self.folder.as_deref())
    }
}

/// Runs the command.
pub(super) fn run(args: &BulkArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let begun = Instant::now();
    let mut diagnostics = Diagnostics::new();
    let mut ready = ready(args, surroundings, &mut diagnostics);
    if args.book.strict {
        diagnostics.make_strict();
        if diagnostics.has_errors() {
            ready = ready.and(Err(Status::Input));
        }
    }
    console.diagnostics(&diagnostics, args.talk.quiet);
    let (spool, project, checked) = match ready {
        Ok(ready) => ready,
        Err(status) => return summary(args, surroundings, console, status, &diagnostics, None, begun),
    };
    if !args.talk.quiet {
        console.say(format!("{}, from {}", project.manuscript().book.title, origin(project.manuscript())));
    }
    if args.dry_run {
        return dry_run(args, console, &spool, &project, &checked);
    }
    match make(args, surroundings, console, &spool, &project, &checked, &mut diagnostics) {
        Ok(outcome) => {
            let status = if outcome.failed > 0 { Status::Copies } else { Status::Done };
            summary(args, surroundings, console, status, &diagnostics, Some(outcome), begun)
        }
        Err(problems) => {
            console.diagnostics(&problems, args.talk.quiet);
            summary(args, surroundings, console, Status::Input, &problems, None, begun)
        }
    }
}

/// The roster and the book, both sound.
fn ready(args: &BulkArgs, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Result<(Spool, Project, Checked), Status> {
    let nobody = ReaderArgs::default();
    let asked = Asked { project: args.project(), built_in: args.built_in, reader: &nobody, book: &args.book, formats: &args.format, talk: &args.talk };
    let project = Invocation::of(asked, surroundings, diagnostics)?.project;
    if args.roster != Path::new("-")
        && let Err(error) = std::fs::metadata(surroundings.here.join(&args.roster))
    {
        // A name that leads nowhere is a mistake of the command line, as with a project.
        let problem = Diagnostic::error(Code::RosterUnreadable, format!("the roster cannot be read: {}", reason(&error)))
            .at(Place::file(&args.roster.display().to_string()));
        diagnostics.push(problem.hint("name a file with a row for each reader, or `-` for standard input"));
        return Err(Status::CommandLine);
    }
    if args.project().is_none() && !args.built_in && project.manuscript().kind == ProjectKind::BuiltIn {
        let beside = surroundings.here.join(&args.roster).parent().filter(|folder| load::is_project(folder)).map(|folder| folder.display().to_string());
        if let Some(folder) = beside {
            let problem = Diagnostic::error(Code::ProjectNotNamed, "no project is named, and the roster lies beside one");
            diagnostics.push(problem.hint(format!("name it with `--project {folder}`; `--built-in` is the handbook that this program carries")));
            return Err(Status::CommandLine);
        }
    }
    let result = spool(&args.roster, args.roster_format, surroundings).map_err(Diagnostics::from).and_then(|spool| {
        let checked = check(&spool, project.manuscript(), (**project.fonts()).clone(), project.options().system_fonts)?;
        Ok((spool, checked))
    });
    match result {
        Ok((spool, checked)) => {
            let (manuscript, understood) = (project.manuscript(), &checked.understood);
            diagnostics.extend(understood.warnings(&spool.name, manuscript, &Mentions::of(manuscript)));
            if args.archive == Some(Archive::Group) && !understood.headings.iter().any(|heading| heading.column == Column::Group && heading.filled > 0) {
                let warning = Diagnostic::warning(Code::RosterColumnMissing, "no reader has a group, so `--archive group` makes no zip");
                diagnostics.push(warning.at(Place::file(&spool.name)).hint("add a column `group`, or say `--archive reader`"));
            }
            Ok((spool, project, checked))
        }
        Err(problems) => {
            if args.project().is_none() && !args.built_in && project.manuscript().kind == ProjectKind::BuiltIn {
                let problem =
                    Diagnostic::error(Code::ProjectNotNamed, "no project is named, so the roster is held against the handbook that this program carries");
                diagnostics.push(problem.hint("name the roster's own book with `--project DIR`"));
            }
            diagnostics.extend(problems);
            Err(Status::Input)
        }
    }
}

fn spool(roster: &Path, format: Option<RosterFormat>, surroundings: &Surroundings) -> Result<Spool, Diagnostic> {
    let format = format.map(|format| match format {
        RosterFormat::Csv => Format::Csv,
        RosterFormat::Yaml => Format::Yaml,
        RosterFormat::Jsonl => Format::Json,
    });
    if roster == Path::new("-") {
        return Spool::read(stdin().lock(), "standard input", format);
    }
    Spool::open(&surroundings.here.join(roster), &roster.display().to_string(), format)
}

/// A line for every copy that would be made.
fn dry_run(args: &BulkArgs, console: &mut Console<'_>, spool: &Spool, project: &Project, checked: &Checked) -> Status {
    let jobs = match checked.jobs(spool, project.manuscript()) {
        Ok(jobs) => jobs,
        Err(problem) => {
            console.diagnostics(&Diagnostics::from(problem), false);
            return Status::Input;
        }
    };
    let endings = project.options().endings();
    understood(args, console, project, checked);
    match mistakes_of_the_book(args, console, spool, project, checked) {
        Ok(Status::Done) => {}
        Ok(status) => return status,
        Err(problem) => {
            console.diagnostics(&Diagnostics::from(problem), false);
            return Status::Input;
        }
    }
    for job in jobs {
        let job = match job {
            Ok(job) if args.shard.takes(job.entry.row) => job,
            Ok(_) => continue,
            Err(problem) => {
                console.diagnostics(&Diagnostics::from(problem), false);
                return Status::Input;
            }
        };
        let reader = &job.entry.reader;
        if args.talk.json {
            console.result(serde_json::json!({
                "row": job.entry.row, "copy": reader.copy, "reader": reader.name, "stage": job.stage, "from": reader.from, "paths": reader.paths,
                "group": reader.group, "note": reader.note.is_some(), "name": job.name, "formats": endings,
            }));
        } else {
            console.result(format!("{}.{{{}}}  {}", args.out.join(&job.name).display(), endings.join(","), of_reader(reader, job.stage.as_deref())));
        }
    }
    Status::Done
}

/// How each column was read, and how many readers each stage has.
fn understood(args: &BulkArgs, console: &mut Console<'_>, project: &Project, checked: &Checked) {
    let Understood { headings, targets, .. } = &checked.understood;
    let stages = &project.manuscript().stages;
    let title = |at: &usize| stages.get(*at).map_or("", |stage| stage.title.as_str());
    if args.talk.json {
        let columns: Vec<_> = headings
            .iter()
            .map(|heading| serde_json::json!({ "heading": heading.text, "read_as": heading.column.reading(), "filled": heading.filled }))
            .collect();
        let targets: Vec<_> =
            targets.iter().map(|(at, count)| serde_json::json!({ "stage": stages.get(*at).map(|stage| &stage.id), "readers": count })).collect();
        return console.result(serde_json::json!({ "readers": checked.readers, "columns": columns, "stages": targets }));
    }
    let width = headings.iter().map(|heading| heading.text.chars().count()).max().unwrap_or(0);
    for heading in headings {
        let filled = if heading.filled == checked.readers {
            String::new()
        } else {
            format!(", in {} of {} rows", grouped(heading.filled as usize), grouped(checked.readers as usize))
        };
        console.result(format!("column   {:width$}  {}{filled}", heading.text, heading.column.reading()));
    }
    for (at, count) in targets {
        console.result(format!("stage    {}: {} reader{}", title(at), grouped(*count as usize), if *count == 1 { "" } else { "s" }));
    }
}

/// A reader in a line.
fn of_reader(reader: &Reader, stage: Option<&str>) -> String {
    let some = |what: &str, text: Option<&str>| text.map(|text| format!("{what} {text}"));
    let paths = (!reader.paths.is_empty()).then(|| format!("paths {}", reader.paths.join(", ")));
    let note = reader.note.as_ref().map(|note| format!("a note of {} letters", grouped(note.chars().count())));
    let parts = [reader.name.clone(), some("stage", stage), some("from", reader.from.as_deref()), paths, some("group", reader.group.as_deref()), note];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Sets the book once for each shape of reader that the roster has, and tells what is wrong with it.
fn mistakes_of_the_book(args: &BulkArgs, console: &mut Console<'_>, spool: &Spool, project: &Project, checked: &Checked) -> Result<Status, Diagnostic> {
    let press = match project.press() {
        Ok(press) => press,
        Err(problems) => {
            console.diagnostics(&problems, args.talk.quiet);
            return Ok(Status::Input);
        }
    };
    let (mut shapes, mut said) = (BTreeSet::new(), BTreeSet::new());
    let mut found = Diagnostics::new();
    for job in checked.jobs(spool, project.manuscript())? {
        let job = job?;
        if !args.shard.takes(job.entry.row) {
            continue;
        }
        let Some(shape) = press.shape_of(&job.entry.reader) else { continue };
        if !shapes.insert(Key::of(&shape)) {
            continue;
        }
        let (diagnostics, unshared) = match press.layout(&shape, Watch::nobody()) {
            Ok(book) => (book.warnings, book.unshared),
            Err(problems) => (Arc::new(problems), None),
        };
        for problem in diagnostics.iter().cloned().chain(unshared.map(|why| *why).filter(|_| checked.readers >= MANY)) {
            if said.insert(problem.to_string()) {
                found.push(problem);
            }
        }
    }
    console.diagnostics(&found, args.talk.quiet);
    Ok(if found.has_errors() { Status::Input } else { Status::Done })
}

fn make(
    args: &BulkArgs,
    surroundings: &Surroundings,
    console: &mut Console<'_>,
    spool: &Spool,
    project: &Project,
    checked: &Checked,
    warnings: &mut Diagnostics,
) -> Result<Outcome, Diagnostics> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let settings = Settings {
        out: Out::of(&args.out, &surroundings.here)?,
        jobs: args.talk.jobs.map_or(cores, usize::from),
        shard: args.shard,
        resume: args.resume,
        archive: args.archive,
        targets: checked.understood.targets.keys().filter_map(|at| project.manuscript().stages.get(*at)).map(|stage| stage.id.clone()).collect(),
        many: checked.readers >= MANY,
    };
    // The program ends when the copies are made: taking the plates apart piece by piece would only keep it from that.
    let press = ManuallyDrop::new(project.press()?);
    let bar = bar(args.shard.share_of(checked.readers), surroundings.terminal && !args.talk.quiet);
    let (mut bytes, mut next) = (0, EVERY);
    let result = run::run(checked.jobs(spool, project.manuscript()).map_err(Diagnostics::from)?, &*press, &settings, &mut |event| {
        match event {
            Event::Made(count) => bytes += count,
            Event::Kept => {}
            Event::Noticed(line) => {
                if !args.talk.quiet {
                    bar.suspend(|| console.say(line));
                }
                return;
            }
            Event::Failed(name, why) => bar.suspend(|| console.say(format!("{name}: {why}"))),
            Event::Warned(warning) => {
                if !args.talk.quiet {
                    bar.suspend(|| console.say(format!("{warning}\n")));
                }
                warnings.push(warning.clone());
                return;
            }
        }
        bar.inc(1);
        bar.set_message(written(bytes, bar.elapsed().as_secs_f64()));
        if !surroundings.terminal && !args.talk.quiet && bar.elapsed() >= next {
            next = bar.elapsed() + EVERY;
            let (count, of, seconds) = (bar.position(), bar.length().unwrap_or(0), bar.elapsed().as_secs_f64());
            let left = of.saturating_sub(count) as f64 * seconds / count.max(1) as f64;
            let (shown, of) = (grouped(count as usize), grouped(of as usize));
            console.say(format!(
                "{shown} of {of} copies, {:.1} copies/s, {}, {left:.0} seconds left",
                count as f64 / seconds.max(0.001),
                written(bytes, seconds)
            ));
        }
    });
    bar.finish_and_clear();
    result.map_err(Diagnostics::from)
}

/// From so many copies on it is worth a word that each is set on its own: fewer are made in a minute however they are made.
const MANY: u64 = 50;

/// How often a log without a terminal is told how things are going.
const EVERY: Duration = Duration::from_secs(30);

fn rate(bytes: u64, seconds: f64) -> String {
    format!("{}/s", size((bytes as f64 / seconds.max(0.001)) as usize))
}

/// How fast files are being written, unless all copies were up to date so far.
fn written(bytes: u64, seconds: f64) -> String {
    if bytes == 0 { "nothing written".to_string() } else { rate(bytes, seconds) }
}

/// Rate and time left, on a terminal.
fn bar(count: u64, terminal: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(count), if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} copies, {per_sec}, {msg}, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Says how it went.
fn summary(
    args: &BulkArgs,
    surroundings: &Surroundings,
    console: &mut Console<'_>,
    status: Status,
    diagnostics: &Diagnostics,
    outcome: Option<Outcome>,
    begun: Instant,
) -> Status {
    let seconds = begun.elapsed().as_secs_f64();
    if args.talk.json {
        let files = Files::of(&surroundings.here, args.project(), args.book.root.as_deref());
        let diagnostics = as_json(diagnostics, &files);
        let counts = outcome.map(|o| serde_json::json!({ "made": o.made, "kept": o.kept, "failed": o.failed, "bytes": o.bytes }));
        let plates = outcome.map(|o| serde_json::json!({ "made": o.plates.count, "variants": o.plates.variants }));
        let seconds = (seconds * 1000.0).round() / 1000.0;
        let manifest = outcome.map(|_| args.out.join(manifest::file_name(args.shard)).display().to_string());
        console.result(serde_json::json!({ "status": status.code(), "copies": counts, "plates": plates, "manifest": manifest, "seconds": seconds, "diagnostics": diagnostics }));
    } else if let (false, Some(outcome)) = (args.talk.quiet, outcome) {
        let counts = [(outcome.made, "made"), (outcome.kept, "up to date"), (outcome.failed, "failed")];
        let counts: Vec<String> =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", grouped(count as usize))).collect();
        let counts = counts.join(", ");
        console.result(if outcome.made == 0 {
            format!("copies: {counts}; nothing written, in {seconds:.1} seconds")
        } else {
            let rates = format!("{:.1} copies/s, {}", outcome.made as f64 / seconds.max(0.001), rate(outcome.bytes, seconds));
            format!("copies: {counts}; {} in {seconds:.1} seconds ({rates})", size(outcome.bytes as usize))
        });
        if args.talk.verbose {
            let PlatesMade { count, variants } = outcome.plates;
            console.result(format!("plates, made once for many copies: {count} in {variants} variants of their pages"));
        }
        console.result(format!("manifest: {}", args.out.join(manifest::file_name(args.shard)).display()));
    }
    status
}
