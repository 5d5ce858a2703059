//! `handbook verify`: whose copy a file is, which edition, and whether it is as it was made.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::diag::{Code, Diagnostic, Place, reason};
use crate::panics::guarded;
use crate::provenance::Statement;
use crate::provenance::directory;
use crate::provenance::seal::{Sealer, Witness};
use crate::provenance::verify::{Change, Kind, Report, Sealed, State, Unknown, examine, examine_epub, kind};
use crate::{files, limits};

use super::console::Console;
use super::{Status, Surroundings, fault_of};

pub(super) const EXAMPLES: &str = "Examples:
  handbook verify out/ada-lovelace--cto.pdf
  handbook verify copies                                     a folder: every copy in it
  handbook verify out/*.pdf out/*.epub --key handbook.pub    also: is it sealed by the owner of this key?
  handbook verify copy.epub --json

`unchanged`: as it was made, though it may have been compressed or ordered anew. `filled in`: boxes were ticked, nothing
else. `altered`: text, pages or metadata are others. Only a seal shows that nobody made the file anew: the key for it comes
from the owner, never from the file.

Exit status: 0 every copy is unchanged or filled in and, with --key, sealed by that key; 1 some are not; 2 the command line
was at fault: it names a file that is not there, say.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Copies, as PDF or EPUB, zip files of them, or folders with them
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
    let mut files = Vec::with_capacity(args.files.len());
    for named in &args.files {
        if !surroundings.here.join(named).is_dir() {
            files.push(named.clone());
            continue;
        }
        match copies_in_folder(named, surroundings) {
            Ok(found) => files.extend(found),
            Err(problem) => {
                say(problem, console);
                all_right = false;
            }
        }
    }
    for file in &files {
        let path = surroundings.here.join(file);
        match looked_at(&path, key.as_ref()) {
            Err(unknown) => all_right &= tell(args, console, file, &Err(unknown)),
            Ok(Looked::Copy(report)) => all_right &= tell(args, console, file, &Ok(*report)),
            Ok(Looked::Copies(mut zip)) => {
                for at in 0..zip.len() {
                    let (name, examined) = entry(&mut zip, at, key.as_ref());
                    all_right &= tell(args, console, &file.join(name), &examined);
                }
            }
        }
    }
    if all_right { Status::Done } else { fault_of(&surroundings.here, args.files.iter().map(PathBuf::as_path)) }
}

/// The copies in a folder, by name; those in folders below it are others' affair.
fn copies_in_folder(folder: &Path, surroundings: &Surroundings) -> Result<Vec<PathBuf>, Diagnostic> {
    let problem = |why: String| Diagnostic::error(Code::VerifyUnreadable, why).at(Place::file(&folder.display().to_string()));
    let entries = std::fs::read_dir(surroundings.here.join(folder)).map_err(|error| problem(format!("the folder cannot be read: {}", reason(&error))))?;
    let is_copy = |path: &PathBuf| path.extension().is_some_and(|end| ["pdf", "epub", "zip"].iter().any(|known| end.eq_ignore_ascii_case(known)));
    let mut copies: Vec<PathBuf> = entries.flatten().map(|entry| folder.join(entry.file_name())).filter(is_copy).collect();
    copies.sort();
    if copies.is_empty() {
        Err(problem("there is no copy in this folder".to_string()).hint("copies are files that end in .pdf, .epub or .zip"))
    } else {
        Ok(copies)
    }
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

/// What a file turned out to be.
enum Looked {
    /// A copy.
    Copy(Box<Report>),
    /// A zip of copies, as `handbook bulk --archive` makes it. It may be of any size, and is read one copy at a time.
    Copies(ZipArchive<BufReader<File>>),
}

/// Looks at a file as far as its kind asks for: a PDF is read as a whole, an archive one file after the other, and of what is neither
/// only how it begins.
fn looked_at(path: &Path, key: Option<&Witness>) -> Result<Looked, Unknown> {
    let unreadable = |why: String| Unknown::Unreadable(format!("the file cannot be read: {why}"));
    let failed = |error: io::Error| unreadable(reason(&error));
    let mut file = files::open(path, u64::MAX).map_err(unreadable)?;
    let mut begin = Vec::new();
    (&mut file).take(1024).read_to_end(&mut begin).map_err(failed)?;
    let copy = |report: Report| Looked::Copy(Box::new(report));
    match kind(&begin).ok_or(Unknown::Kind)? {
        Kind::Pdf => files::read(path, limits::COPY).map_err(unreadable).and_then(|bytes| examine(&bytes, key)).map(copy),
        Kind::Epub => {
            let again = file.try_clone().map_err(failed)?;
            match copies_in(file).map_err(Unknown::Unreadable)? {
                Some(zip) => Ok(Looked::Copies(zip)),
                None => examine_epub(BufReader::new(again), key).map(copy),
            }
        }
    }
}

/// The zip of copies that a file is; nothing if it is another archive: an EPUB is a zip too, with a `mimetype`.
fn copies_in(file: File) -> Result<Option<ZipArchive<BufReader<File>>>, String> {
    let mut again = BufReader::new(file.try_clone().map_err(|error| reason(&error))?);
    let zip = match guarded(|| ZipArchive::new(BufReader::new(file))) {
        Ok(Ok(zip)) => zip,
        // What is wrong with it is told of it as an EPUB.
        _ => return Ok(None),
    };
    if zip.index_for_name("mimetype").is_some() && zip.offset() == 0 {
        return Ok(None);
    }
    // The two read the same open file, but not at the same time.
    directory::sound(&mut again, zip.offset(), zip.central_directory_start(), zip.len())?;
    let is_copy = |name: &str| name.ends_with(".pdf") || name.ends_with(".epub");
    if zip.is_empty() || !zip.file_names().all(|name| name.is_ok_and(|name| is_copy(&name))) {
        return Err("this zip is neither an EPUB nor one of copies: it holds other files".to_string());
    }
    Ok(Some(zip))
}

/// A file of a zip of copies: its name, and what was found out about it.
fn entry(zip: &mut ZipArchive<BufReader<File>>, at: usize, key: Option<&Witness>) -> (String, Result<Report, Unknown>) {
    let mut entry = match zip.by_index(at) {
        Ok(entry) => entry,
        Err(error) => return (String::new(), Err(Unknown::Unreadable(format!("a file of this zip cannot be read: {error}")))),
    };
    let (name, mut bytes) = (entry.name().map_or_else(|_| String::new(), |name| name.to_string()), Vec::new());
    // Copies are stored as they are; a file that unpacks to more than this is none.
    let read = (&mut entry).take(limits::COPY + 1).read_to_end(&mut bytes);
    let examined = match read {
        Ok(_) if bytes.len() as u64 > limits::COPY => Err(Unknown::Unreadable("this file of a zip is too large to be a copy".to_string())),
        Ok(_) => examine(&bytes, key),
        Err(error) => Err(Unknown::Unreadable(format!("the file cannot be read: {}", reason(&error)))),
    };
    (name, examined)
}

fn key(path: &Path, surroundings: &Surroundings) -> Result<Witness, Diagnostic> {
    let place = || Place::file(&path.display().to_string());
    let text = files::text(&surroundings.here.join(path), limits::SMALL_TEXT)
        .map_err(|why| Diagnostic::error(Code::KeyFile, format!("the key cannot be read: {why}")).at(place()))?;
    let public = path.with_extension("pub");
    if Sealer::parse(&text).is_ok() {
        let problem = Diagnostic::error(Code::KeyFile, "this is the secret key, and seals are held against the public one").at(place());
        return Err(problem.hint(format!("give `{}`, and keep this one to yourself", public.display())));
    }
    Witness::parse(&text).map_err(|what| {
        Diagnostic::error(Code::KeyFile, format!("this is no key: {what}")).at(place()).hint("`handbook keygen` makes a pair; FILE.pub is the public one")
    })
}

fn say(problem: Diagnostic, console: &mut Console<'_>) {
    console.diagnostics(&problem.into(), false);
}

/// Why nothing can be said of a file.
fn diagnostic(file: &Path, unknown: &Unknown) -> Diagnostic {
    let problem = match unknown {
        Unknown::Kind => Diagnostic::error(Code::VerifyKind, "this is neither a PDF nor an EPUB"),
        Unknown::Unreadable(why) => Diagnostic::error(Code::VerifyUnreadable, why.clone()),
        Unknown::NoStatement => Diagnostic::error(Code::VerifyNoStatement, "this file carries no record: it does not say whose copy it is")
            .hint("copies made by `handbook build` and `handbook bulk` do, unless they were made with `--provenance none`"),
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
        ("reader", Some(statement.reader.clone().unwrap_or_else(|| "not named".to_string()))),
        ("stage", statement.stage.clone()),
        ("edition", Some(statement.edition.clone())),
        ("copy", statement.copy.map(|copy| copy.to_string())),
        ("personal", Some(personal(statement))),
        ("content", Some(state(report))),
        ("seal", sealed(report, key)),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some(format!("  {name:8} {}", value?)));
    std::iter::once(file.display().to_string()).chain(rows).collect()
}

/// What in a record is somebody's own. The pages of the book show what its text asks for beside it.
fn personal(statement: &Statement) -> String {
    let parts =
        [statement.reader.as_ref().map(|_| "the name"), statement.stage.as_ref().map(|_| "the target stage"), statement.copy.map(|_| "the copy number")];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing in this record".to_string() } else { format!("{} in this record; the name on the book's own pages", parts.join(", ")) }
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
                Unknown::NoStatement => "this file carries no record: it does not say whose copy it is",
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
