//! `handbook diff`: what changed between two editions.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Diagnostics, reason};
use crate::diff;
use crate::load::{Edition, revision};

use super::console::Console;
use super::invocation::beside;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook diff ../handbook-2025 .                  two folders
  handbook diff git:v2025.11                        the book of the current folder, since a tag
  handbook diff git:v2025.11 book --format markdown     release notes
  handbook diff git:v2025.05 git:v2025.11 --format json

An edition is a project's folder, or `git:REVISION`: the project at its place in its own repository at that tag, branch or
commit. Compared is whatever any reader can get, as text: another way to write the same is no change.

Exit status: 0 they were compared, changed or not; 1 one of them cannot be read; 2 the command line was at fault: what it
names is not there, say.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The old edition: a project, or git:REVISION
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The new edition; without it the project of the current folder
    #[arg(value_name = "NEW")]
    new: Option<PathBuf>,
    /// The project whose revisions are meant, where neither edition is a folder
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// How it is told
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    format: DiffFormat,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DiffFormat {
    /// For a person
    Human,
    /// For release notes
    Markdown,
    /// For a script
    Json,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let named = [Some(args.old.as_path()), args.new.as_deref(), args.project.as_deref()];
    let missing: Diagnostics = named.into_iter().flatten().filter_map(|named| exists(&surroundings.here, named).err()).collect();
    if !missing.is_empty() {
        console.diagnostics(&missing, false);
        return Status::CommandLine;
    }
    let mut warnings = Diagnostics::new();
    let compared = compare(args, surroundings, &mut warnings);
    console.diagnostics(&warnings, false);
    let changes = match compared {
        Ok(changes) => changes,
        Err(problems) => {
            console.diagnostics(&problems, false);
            return Status::Input;
        }
    };
    let format = if args.json { DiffFormat::Json } else { args.format };
    match format {
        DiffFormat::Human => console.result(diff::people(&changes).trim_end()),
        DiffFormat::Markdown => console.result(diff::markdown(&changes).trim_end()),
        DiffFormat::Json => console.result(diff::json(&changes)),
    }
    Status::Done
}

/// Whether a folder or a file that is named as an edition is there. What a revision is, git knows.
fn exists(here: &Path, named: &Path) -> Result<(), Diagnostic> {
    let found = if revision(named).is_some() { Ok(()) } else { std::fs::metadata(here.join(named)).map(drop) };
    found.map_err(|error| {
        let problem = Diagnostic::error(Code::ProjectUnreadable, format!("the edition `{}` cannot be read: {}", named.display(), reason(&error)));
        problem.hint(match beside(here, named) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a project's folder, or `git:REVISION` for the project at a tag, a branch or a commit".to_string(),
        })
    })
}

fn compare(args: &DiffArgs, surroundings: &Surroundings, warnings: &mut Diagnostics) -> Result<diff::Changes, Diagnostics> {
    let here = surroundings.here.as_path();
    let new = args.new.as_deref().or(args.project.as_deref()).unwrap_or(Path::new("."));
    // Revisions are those of the repository around the project: of the other edition, if that is a folder.
    let folder = [args.project.as_deref(), Some(new), Some(&args.old)].into_iter().flatten().find(|named| revision(named).is_none());
    let project = here.join(folder.unwrap_or(Path::new(".")));
    let mut read = |named: &Path| {
        let edition = Edition::read(named, &project, here)?;
        if let Some(count) = edition.revision.as_ref().map(|tree| tree.pointers).filter(|count| *count > 0) {
            let message = format!("{count} files of `{}` are kept in Git's large file storage and are not there: they are not compared", named.display());
            warnings.push(Diagnostic::warning(Code::Revision, message));
        }
        Ok::<_, Diagnostics>(edition)
    };
    let (old, new) = (read(&args.old)?, read(new)?);
    Ok(diff::diff(&old.manuscript, &new.manuscript))
}
