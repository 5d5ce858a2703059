//! `handbook verify`: whose copy a file is, which edition, and whether it is as it was made.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, reason};
use crate::provenance::directory;
use crate::provenance::seal::Witness;
use crate::provenance::verify::{Change, Kind, Report, Sealed, State, Unknown, examine};

use super::console::Console;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook verify out/ada-lovelace--cto.pdf
  handbook verify out/*.pdf out/*.epub --key handbook.pub    also: is it sealed by the owner of this key?
  handbook verify copy.epub --json

`unchanged`: as it was made, though it may have been compressed or ordered anew. `filled in`: boxes were ticked, nothing
else. `altered`: text, pages or metadata are others. Only a seal shows that nobody made the file anew: the key for it comes
from the owner, never from the file.

Exit status: 0 every copy is unchanged or filled in and, with --key, sealed by that key; 1 some are not; 2 the command line
was at fault.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Copies, as PDF or EPUB, or zip files of them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The public key that seals are held against
    #[arg(long, value_name = "PUBLIC")]
    key: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    /// Write the result as JSON, a line for each file
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let key = match args.key.as_deref().map(|path| key(path, surroundings)).transpose() {
        Ok(key) => key,
        Err(problem) => {
            say(problem, console);
            return Status::CommandLine;
        }
    };
    let mut all_right = true;
    for file in &args.files {
        let unreadable = |error| Unknown::Unreadable(format!("the file cannot be read: {}", reason(&error)));
        match fs::read(surroundings.here.join(file)).map_err(unreadable) {
            Err(unknown) => all_right &= tell(args, console, file, &Err(unknown)),
            Ok(bytes) => match copies_in(&bytes) {
                Zip::None => all_right &= tell(args, console, file, &examine(&bytes, key.as_ref())),
                Zip::Unsound(why) => all_right &= tell(args, console, file, &Err(Unknown::Unreadable(why))),
                Zip::Copies(mut zip) => {
                    for at in 0..zip.len() {
                        let (name, examined) = entry(&mut zip, at, key.as_ref());
                        all_right &= tell(args, console, &file.join(name), &examined);
                    }
                }
            },
        }
    }
    if all_right { Status::Done } else { Status::Input }
}

/// Says what was found out about a copy; whether all is right with it.
fn tell(args: &VerifyArgs, console: &mut Console<'_>, file: &Path, examined: &Result<Report, Unknown>) -> bool {
    let right = examined.as_ref().is_ok_and(|report| report.is_right(args.key.is_some()));
    match (examined, args.json) {
        (_, true) => console.result(json(file, examined)),
        (Ok(report), false) if !args.quiet => lines(file, report, args.key.as_deref()).into_iter().for_each(|line| console.result(line)),
        (Ok(report), false) if !right => say(wrong(file, report), console),
        (Ok(_), false) => {}
        (Err(unknown), false) => say(diagnostic(file, unknown), console),
    }
    right
}

/// What of a zip of copies, as `handbook bulk --archive` makes it, a file is.
enum Zip<'b> {
    /// None: an EPUB is a zip too, with a `mimetype`.
    None,
    /// One that cannot be vouched for.
    Unsound(String),
    Copies(ZipArchive<Cursor<&'b [u8]>>),
}

fn copies_in(bytes: &[u8]) -> Zip<'_> {
    let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else { return Zip::None };
    if bytes.starts_with(b"%PDF-") || (zip.index_for_name("mimetype").is_some() && zip.offset() == 0) {
        return Zip::None;
    }
    if let Err(why) = directory::sound(bytes, &zip) {
        return Zip::Unsound(why);
    }
    let is_copy = |name: &str| name.ends_with(".pdf") || name.ends_with(".epub");
    if zip.is_empty() || !zip.file_names().all(|name| name.is_ok_and(|name| is_copy(&name))) {
        return Zip::Unsound("this zip is neither an EPUB nor one of copies: it holds other files".to_string());
    }
    Zip::Copies(zip)
}

/// A file of a zip of copies: its name, and what was found out about it.
fn entry(zip: &mut ZipArchive<Cursor<&[u8]>>, at: usize, key: Option<&Witness>) -> (String, Result<Report, Unknown>) {
    let mut entry = match zip.by_index(at) {
        Ok(entry) => entry,
        Err(error) => return (String::new(), Err(Unknown::Unreadable(format!("a file of this zip cannot be read: {error}")))),
    };
    let (name, mut bytes) = (entry.name().map_or_else(|_| String::new(), |name| name.to_string()), Vec::new());
    // Copies are stored as they are; a file that unpacks to more than this is none.
    let read = (&mut entry).take(LARGEST).read_to_end(&mut bytes);
    let examined = match read {
        Ok(_) if bytes.len() as u64 == LARGEST => Err(Unknown::Unreadable("this file of a zip is too large to be a copy".to_string())),
        Ok(_) => examine(&bytes, key),
        Err(error) => Err(Unknown::Unreadable(format!("the file cannot be read: {}", reason(&error)))),
    };
    (name, examined)
}

/// No file of a zip of copies has so many bytes.
const LARGEST: u64 = 1 << 30;

fn key(path: &Path, surroundings: &Surroundings) -> Result<Witness, Diagnostic> {
    let place = || Place::file(&path.display().to_string());
    let text = fs::read_to_string(surroundings.here.join(path))
        .map_err(|e| Diagnostic::error(Code::KeyFile, format!("the key cannot be read: {}", reason(&e))).at(place()))?;
    Witness::parse(&text).map_err(|what| {
        Diagnostic::error(Code::KeyFile, format!("this is no key: {what}")).at(place()).hint("`handbook keygen` makes a pair; FILE.pub is the public one")
    })
}

fn say(problem: Diagnostic, console: &mut Console<'_>) {
    let mut problems = Diagnostics::new();
    problems.push(problem);
    console.diagnostics(&problems, false);
}

/// Why nothing can be said of a file.
fn diagnostic(file: &Path, unknown: &Unknown) -> Diagnostic {
    let problem = match unknown {
        Unknown::Kind => Diagnostic::error(Code::VerifyKind, "this is neither a PDF nor an EPUB"),
        Unknown::Unreadable(why) => Diagnostic::error(Code::VerifyUnreadable, why.clone()),
        Unknown::NoStatement => {
            Diagnostic::error(Code::VerifyNoStatement, "this file does not say whose copy it is").hint("copies made by `handbook build` and `handbook bulk` do")
        }
    };
    problem.at(Place::file(&file.display().to_string()))
}

fn wrong(file: &Path, report: &Report) -> Diagnostic {
    let what = if matches!(report.state, State::Altered(_)) { state(report) } else { sealed(report, None).unwrap_or_default() };
    Diagnostic::error(Code::VerifyUnreadable, what).at(Place::file(&file.display().to_string()))
}

/// The report as a person reads it.
fn lines(file: &Path, report: &Report, key: Option<&Path>) -> Vec<String> {
    let statement = &report.statement;
    let rows = [
        ("reader", Some(statement.reader.clone().unwrap_or_else(|| "nobody by name".to_string()))),
        ("stage", statement.stage.clone()),
        ("edition", Some(statement.edition.clone())),
        ("copy", statement.copy.map(|copy| copy.to_string())),
        ("content", Some(state(report))),
        ("seal", sealed(report, key)),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some(format!("  {name:8} {}", value?)));
    std::iter::once(file.display().to_string()).chain(rows).collect()
}

fn state(report: &Report) -> String {
    match &report.state {
        State::Unchanged => "unchanged".to_string(),
        State::FilledIn(1) => "filled in: 1 box is not as it was".to_string(),
        State::FilledIn(count) => format!("filled in: {count} boxes are not as they were"),
        State::Altered(changes) => {
            let what = |change: &Change| match change {
                Change::Content => "text, pages or metadata are not those it was made with",
                Change::Statement => "reader, edition or number are not those it was made with",
            };
            format!("altered: {}", changes.iter().map(what).collect::<Vec<_>>().join("; "))
        }
    }
}

fn sealed(report: &Report, key: Option<&Path>) -> Option<String> {
    match report.sealed {
        Sealed::Not => Some("none".to_string()),
        Sealed::Unknown => Some("not looked at: name the owner's public key with --key".to_string()),
        Sealed::Right => Some(format!("right, by {}", key.map_or("the key".to_string(), |key| key.display().to_string()))),
        Sealed::Wrong => Some("wrong: it is not this key's for this copy".to_string()),
    }
}

/// The report as a script reads it.
fn json(file: &Path, examined: &Result<Report, Unknown>) -> serde_json::Value {
    let file = file.display().to_string();
    match examined {
        Err(unknown) => {
            let why = match unknown {
                Unknown::Kind => "this is neither a PDF nor an EPUB",
                Unknown::Unreadable(why) => why,
                Unknown::NoStatement => "this file does not say whose copy it is",
            };
            serde_json::json!({ "file": file, "state": "unknown", "error": why })
        }
        Ok(report) => {
            let (state, boxes) = match &report.state {
                State::Unchanged => ("unchanged", 0),
                State::FilledIn(count) => ("filled in", *count),
                State::Altered(_) => ("altered", 0),
            };
            let changes: &[Change] = if let State::Altered(changes) = &report.state { changes } else { &[] };
            let changes: Vec<&str> = changes.iter().map(|c| if *c == Change::Content { "content" } else { "statement" }).collect();
            let sealed = match report.sealed {
                Sealed::Not => "none",
                Sealed::Unknown => "unknown",
                Sealed::Right => "right",
                Sealed::Wrong => "wrong",
            };
            let statement = &report.statement;
            serde_json::json!({
                "file": file,
                "format": if report.kind == Kind::Pdf { "pdf" } else { "epub" },
                "reader": statement.reader,
                "stage": statement.stage,
                "edition": statement.edition,
                "copy": statement.copy,
                "state": state,
                "boxes": boxes,
                "changes": changes,
                "seal": sealed,
            })
        }
    }
}
