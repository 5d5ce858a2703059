//! `handbook new`: a small project that builds, to be written over.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Place, no_folder, reason};
use crate::provenance::digest::hex;
use crate::resolve;

use super::console::Console;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook new my-book                a ladder of three stages, a path and a guide
  handbook new my-book --kind book    five plain chapters

The manifest has a comment at each key. Nothing that is there already is written over.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct NewArgs {
    /// Folder to make the project in
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// What kind of book
    #[arg(long, value_name = "KIND", default_value = "ladder")]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Stages that readers go through, each reader with the chapters up to their target
    Ladder,
    /// Plain chapters, the same for all
    Book,
}

/// Stands for the book's title in a manifest.
const TITLE: &str = "@TITLE@";
/// Stands for its identifier.
const IDENTIFIER: &str = "@IDENTIFIER@";

/// Files by their place in the project.
macro_rules! files {
    ($folder:literal: $($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("new/", $folder, "/", $file)))),*]
    };
}

const LADDER: &[(&str, &str)] = files!("ladder":
    "handbook.yaml", "front/letter.md", "stages/1-beginner.md", "stages/2-regular.md", "stages/3-teacher.md", "paths/market.md", "guides/first-day.md",
    "readers.csv");
const BOOK: &[(&str, &str)] = files!("book":
    "handbook.yaml", "chapters/1-begin.md", "chapters/2-see.md", "chapters/3-count.md", "chapters/4-heed.md", "chapters/5-end.md", "readers.csv");
const BOTH: &[(&str, &str)] =
    &[("bench.svg", include_str!("new/both/bench.svg")), (".gitignore", include_str!("new/both/gitignore")), ("ci.sh", include_str!("new/both/ci.sh"))];

/// Runs the command.
pub(super) fn run(args: &NewArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let folder = surroundings.here.join(&args.folder);
    let files = if args.kind == Kind::Ladder { LADDER } else { BOOK };
    let title = title(&folder);
    // Nobody else's book has the same.
    let identifier = resolve::urn([hex(&*ed25519_compact::Seed::generate()).as_str()]);
    let files: Vec<(&str, String)> =
        files.iter().chain(BOTH).map(|(name, text)| (*name, text.replace(TITLE, &title).replace(IDENTIFIER, &identifier))).collect();
    if let Err(problem) = write_all(&folder, &args.folder, &files) {
        console.diagnostics(&problem.into(), false);
        return Status::Input;
    }
    files.iter().for_each(|(name, _)| console.result(args.folder.join(name).display()));
    let shown = shell_word(&args.folder.display().to_string());
    let roster = shell_word(&args.folder.join("readers.csv").display().to_string());
    let stage = if args.kind == Kind::Ladder { " --stage 2" } else { "" };
    console.say("\nTry next:");
    console.say(format!("  handbook check {shown}"));
    console.say(format!("  handbook build {shown} --reader \"Ada Lovelace\"{stage}"));
    console.say(format!("  handbook bulk {roster} {shown} --dry-run"));
    Status::Done
}

/// The book's title as YAML, from the folder's name.
fn title(folder: &Path) -> String {
    let name = folder.components().next_back().map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let title: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_else(|| "A book".to_string());
    // A text in JSON is one in YAML too.
    serde_json::Value::from(title).to_string()
}

/// A word as a shell takes it.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    if !text.is_empty() && text.chars().all(plain) { text.to_string() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Writes all files, or none: what is there already is never written over.
fn write_all(folder: &Path, shown: &Path, files: &[(&str, String)]) -> Result<(), Diagnostic> {
    let problem = |name: &Path, why: String| Diagnostic::error(Code::OutputUnwritable, why).at(Place::file(&name.display().to_string()));
    if let Some((name, _)) = files.iter().find(|(name, _)| fs::symlink_metadata(folder.join(name)).is_ok()) {
        let taken = problem(&shown.join(name), "there is a file of that name already, and nothing is written over".to_string());
        return Err(taken.hint("name a folder that is not there yet, or an empty one"));
    }
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        let made = fs::create_dir_all(parent)
            .map_err(|error| no_folder(parent, &error))
            .and_then(|()| new_file(&path, text, &mut written).map_err(|error| reason(&error)));
        if let Err(why) = made {
            // Half a project is of no use; what cannot be removed is nobody's loss.
            written.iter().for_each(|path: &PathBuf| drop(fs::remove_file(path)));
            return Err(problem(&shown.join(name), format!("the file cannot be written: {why}")));
        }
    }
    Ok(())
}

fn new_file(path: &Path, text: &str, written: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    written.push(path.to_path_buf());
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    if text.starts_with("#!") {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_from_the_folder() {
        assert_eq!(title(Path::new("x/my-first_book")), "\"My first book\"");
        assert_eq!(title(Path::new("/")), "\"/\"");
        assert_eq!((shell_word("a/b"), shell_word("my book"), shell_word("it's")), ("a/b".into(), "'my book'".into(), "'it'\\''s'".into()));
    }
}
