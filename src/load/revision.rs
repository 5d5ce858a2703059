//! A project as it stood at a revision of its own Git repository.
//!
//! The tree is read blob by blob from `git cat-file --batch` into a folder of its own, the whole of it, so that what the project takes from
//! around it is there: an archive would heed `export-ignore`, and a checkout would touch the author's folder and run filters. Git
//! itself is asked because it alone reads every repository: packs, alternates, worktrees, partial clones.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;

use super::{Manuscript, load_within};
use crate::diag::{Code, Diagnostic, Diagnostics, reason};
use crate::limits;

/// How a revision is named on the command line and in manifests: `git:v2025.11`.
const GIT: &str = "git:";

/// The revision that is named where an edition is, if it is one.
pub fn revision(named: &Path) -> Option<&str> {
    named.to_str()?.strip_prefix(GIT)
}

/// An edition of a book as it was read: a folder's, or a revision's, whose tree stays as long as this, since pictures are read later.
#[derive(Debug)]
pub struct Edition {
    /// The book.
    pub manuscript: Arc<Manuscript>,
    /// The revision, if it is one.
    pub revision: Option<Revision>,
}

impl Edition {
    /// Reads what is named: a project, relative to `here`, or a revision of the repository that `project` is part of.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(named: &Path, project: &Path, here: &Path) -> Result<Edition, Diagnostics> {
        let revision = revision(named).map(|name| Revision::read(name, project)).transpose()?;
        let read = match &revision {
            Some(tree) => load_within(Some(&tree.project()), here, Some(tree.root())),
            None => load_within(Some(named), here, None),
        };
        Ok(Edition { manuscript: Arc::new(read?.value), revision })
    }
}

/// A project at a revision, in a folder that is gone when this is dropped.
#[derive(Debug)]
pub struct Revision {
    folder: TempDir,
    /// Where the project stands in the tree.
    place: PathBuf,
    /// Pictures that are kept elsewhere: in their place stands a pointer of Git's large file storage.
    pub pointers: usize,
}

impl Revision {
    /// Reads the tree of `revision` of the repository that the project, a folder or a file in one, is part of.
    ///
    /// # Errors
    /// When there is no repository, no such revision, or git cannot be asked.
    pub fn read(revision: &str, project: &Path) -> Result<Revision, Diagnostic> {
        let here = if project.is_dir() { project } else { project.parent().unwrap_or(project) };
        let here = fs::canonicalize(here).map_err(|error| trouble(&format!("`{}` cannot be read: {}", here.display(), reason(&error))))?;
        let top = line(git(&here, &["rev-parse", "--show-toplevel"])?);
        let top = fs::canonicalize(&top).map_err(|error| trouble(&format!("`{top}` cannot be read: {}", reason(&error))))?;
        let commit = git(&here, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")]);
        let commit =
            line(commit.map_err(|_| trouble(&format!("there is no revision `{revision}`")).hint("name a tag, a branch or a commit, such as `git:v2025.11`"))?);
        let folder = tempfile::tempdir().map_err(|error| trouble(&format!("no folder for it can be made: {}", reason(&error))))?;
        let blobs = blobs(&git(&here, &["ls-tree", "-r", "-z", "--full-tree", &commit])?);
        let pointers = write(&here, &blobs, folder.path())?;
        let inside = here.strip_prefix(&top).unwrap_or(Path::new(""));
        let place = if project.is_dir() { inside.to_path_buf() } else { inside.join(project.file_name().unwrap_or_default()) };
        Ok(Revision { folder, place, pointers })
    }

    /// The project's folder or file.
    pub fn project(&self) -> PathBuf {
        self.folder.path().join(&self.place)
    }

    /// The folder that its tree is in: the boundary of its files.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }
}

fn trouble(message: &str) -> Diagnostic {
    Diagnostic::error(Code::Revision, message)
}

/// Git in a folder. What the repository lacks is not fetched, by whatever its settings name; and what a hook of Git's that runs us says of its own
/// repository is not heeded.
fn at(here: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(here).args(words);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(name);
    }
    command.envs([("GIT_NO_LAZY_FETCH", "1"), ("GIT_ALLOW_PROTOCOL", "none"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0")]);
    command
}

/// Runs git in a folder and gives what it prints.
fn git(here: &Path, words: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = at(here, words).stdin(Stdio::null()).output();
    let output =
        output.map_err(|error| trouble(&format!("git cannot be run: {}", reason(&error))).hint("a revision is read by git: it has to be installed"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing").trim_start_matches("fatal: ");
    Err(trouble(&format!("git says: {said}")).hint("a revision is one of the repository that the project is part of"))
}

fn line(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_string()
}

/// A file of a tree.
struct Blob {
    id: String,
    path: PathBuf,
    /// A symbolic link: its content is where it leads.
    link: bool,
}

/// The files of what `ls-tree -r -z` printed. What is no file, or has a name that would lead out of the folder, is left out.
fn blobs(listed: &[u8]) -> Vec<Blob> {
    let entries = listed.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok());
    let blob = |entry: &str| {
        let (about, path) = entry.split_once('\t')?;
        let mut about = about.split(' ');
        let (mode, kind, id) = (about.next()?, about.next()?, about.next()?);
        let path = PathBuf::from(path);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        (kind == "blob" && inside).then(|| Blob { id: id.to_string(), path, link: mode == "120000" })
    };
    entries.filter_map(blob).collect()
}

/// Writes the files into a folder; says how many of them are pointers.
fn write(here: &Path, blobs: &[Blob], folder: &Path) -> Result<usize, Diagnostic> {
    let broken = |error: std::io::Error| trouble(&format!("the revision cannot be read: {}", reason(&error)));
    let mut child = at(here, &["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(broken)?;
    let (Some(mut asking), Some(answers)) = (child.stdin.take(), child.stdout.take()) else { return Err(trouble("git cannot be asked")) };
    let mut answers = BufReader::new(answers);
    let pointers = std::thread::scope(|scope| {
        // Git answers while it is still asked: whoever only wrote at first would wait for ever once both pipes are full.
        let asked = scope.spawn(move || blobs.iter().try_for_each(|blob| writeln!(asking, "{}", blob.id)));
        let mut pointers = 0;
        for blob in blobs {
            let bytes = answer(&mut answers).map_err(broken)?;
            pointers += usize::from(is_pointer(&bytes));
            put(folder, blob, bytes).map_err(broken)?;
        }
        asked.join().map_err(|_| trouble("git cannot be asked"))?.map_err(broken)?;
        Ok(pointers)
    });
    let ended = child.wait().map_err(broken)?;
    if ended.success() { pointers } else { Err(trouble("git ended with an error while it was read")) }
}

/// One answer: a line `ID blob SIZE`, the bytes, a line's end. A file that is larger than any file of a project is left out.
fn answer(from: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut head = String::new();
    from.read_line(&mut head)?;
    let size: u64 = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
    let mut bytes = Vec::new();
    if size <= limits::FILE {
        from.by_ref().take(size).read_to_end(&mut bytes)?;
    } else {
        std::io::copy(&mut from.by_ref().take(size), &mut std::io::sink())?;
    }
    from.read_exact(&mut [0])?;
    Ok(bytes)
}

fn put(folder: &Path, blob: &Blob, bytes: Vec<u8>) -> std::io::Result<()> {
    let path = folder.join(&blob.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    if !blob.link {
        return fs::write(path, bytes);
    }
    // What a link leads to is held against the boundary by whoever reads it, as in any project.
    #[cfg(unix)]
    std::os::unix::fs::symlink(String::from_utf8_lossy(&bytes).as_ref(), path)?;
    Ok(())
}

/// Whether a file is what Git's large file storage leaves in a file's place.
pub(crate) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(b"version https://git-lfs.github.com/spec/")
}
