//! `handbook diff`: what changed between two editions.

use std::path::PathBuf;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::diff;
use crate::load::{self, GIT, Manuscript, Revision};

use super::console::Console;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook diff ../handbook-2025 .                  two folders
  handbook diff git:v2025.11                        the book of the current folder, since a tag
  handbook diff git:v2025.11 book --format markdown     release notes
  handbook diff git:v2025.05 git:v2025.11 --format json

An edition is a project's folder, or `git:REVISION`: the project at its place in its own repository at that tag, branch or
commit. Compared is whatever any reader can get, as text: another way to write the same is no change.

Exit status: 0 they were compared, changed or not; 1 one of them cannot be read; 2 the command line was at fault.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The old edition: a project, or git:REVISION
    #[arg(value_name = "OLD")]
    old: String,
    /// The new edition; without it the project of the current folder
    #[arg(value_name = "NEW")]
    new: Option<String>,
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

fn compare(args: &DiffArgs, surroundings: &Surroundings, warnings: &mut Diagnostics) -> Result<diff::Changes, Diagnostics> {
    let new = args.new.as_deref();
    // Revisions are those of the repository around the project: of the other edition, if that is a folder.
    let folder =
        [args.project.as_ref().and_then(|path| path.to_str()), new, Some(args.old.as_str())].into_iter().flatten().find(|named| !named.starts_with(GIT));
    let project = surroundings.here.join(folder.unwrap_or("."));
    let (old, _old_tree) = edition(&args.old, &project, surroundings, warnings)?;
    let (new, _new_tree) = match new {
        Some(new) => edition(new, &project, surroundings, warnings)?,
        None => edition(args.project.as_ref().and_then(|path| path.to_str()).unwrap_or("."), &project, surroundings, warnings)?,
    };
    Ok(diff::diff(&old, &new))
}

/// Reads an edition. What its manuscript reads later lies in the revision's folder, so that is given back too.
fn edition(
    named: &str,
    project: &std::path::Path,
    surroundings: &Surroundings,
    warnings: &mut Diagnostics,
) -> Result<(Manuscript, Option<Revision>), Diagnostics> {
    let Some(revision) = named.strip_prefix(GIT) else {
        return Ok((load::load(Some(std::path::Path::new(named)), &surroundings.here)?.value, None));
    };
    let revision = Revision::read(revision, project)?;
    if revision.pointers > 0 {
        let count = revision.pointers;
        let message = format!("{count} files of `{named}` are kept in Git's large file storage and are not there: they are not compared");
        warnings.push(Diagnostic::warning(Code::Revision, message));
    }
    let read = load::load_within(Some(&revision.project()), &surroundings.here, Some(revision.root()))?;
    Ok((read.value, Some(revision)))
}
