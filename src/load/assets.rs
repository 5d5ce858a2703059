//! Pictures and other files of a project, read when asked for and never from outside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;
use unicode_normalization::{UnicodeNormalization, is_nfc};

#[cfg(feature = "builtin")]
use super::builtin;
use crate::diag::{Code, Diagnostic, Place, reason};
use crate::{files, limits};

/// File names that are looked at for a suggestion, and folders deep. A suggestion is a courtesy: in a folder that holds far more than a
/// book it is given up rather than waited for. Not measured; no book of the corpus comes near.
const MOST_NAMES: usize = 20_000;
const DEEPEST: usize = 16;

/// Why an asset could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetError {
    /// No such file in the project.
    Missing,
    /// The path leads out of the project, and out of the repository that it is part of.
    Outside,
    /// The file is hidden and lies outside the project's own folder.
    Hidden,
    /// The file is there and cannot be read; the system's reason.
    Unreadable(String),
}

/// The files of a project. Every path is relative to the *text root*, the folder that chapters are named from,
/// with `/` between folders; `..` is allowed as far as the project's root.
#[derive(Clone, Debug)]
pub enum Assets {
    /// A folder on disk.
    Folder {
        /// The boundary, with all links resolved: nothing outside it is read.
        root: PathBuf,
        /// The project's own folder relative to `root`: empty where the two are one.
        own: String,
        /// The text root relative to the project's folder: empty, or `src` for most mdBooks.
        text: String,
        /// Files that were read from outside the project's own folder.
        outside: Arc<Mutex<BTreeSet<String>>>,
    },
    /// The handbook in the binary.
    #[cfg(feature = "builtin")]
    BuiltIn,
    /// Files in memory, by path, for tests.
    Memory(BTreeMap<String, Arc<[u8]>>),
}

impl Assets {
    /// The folder `project`, whose chapters are named from its subfolder `text` (empty for the folder itself). Files may come from
    /// anywhere within `boundary`, which holds the project: without one it is the repository around the project, if there is one.
    ///
    /// # Errors
    /// Those of the system when the folder cannot be resolved; a boundary that does not hold the project is invalid input.
    pub fn folder(project: &Path, text: &str, boundary: Option<&Path>) -> io::Result<Assets> {
        let project = fs::canonicalize(project)?;
        let root = boundary.map(fs::canonicalize).transpose()?.or_else(|| repository(&project)).unwrap_or_else(|| project.clone());
        let own = project.strip_prefix(&root).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let own = own.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        Ok(Assets::Folder { root, own, text: text.trim_matches('/').to_string(), outside: Arc::default() })
    }

    /// The same project, its chapters named from another of its subfolders.
    pub(super) fn with_text_root(&self, text_root: &str) -> Assets {
        match self {
            Assets::Folder { root, own, outside, .. } => {
                Assets::Folder { root: root.clone(), own: own.clone(), text: text_root.trim_matches('/').to_string(), outside: outside.clone() }
            }
            other => other.clone(),
        }
    }

    /// The project's own folder on disk.
    pub fn project_folder(&self) -> Option<PathBuf> {
        if let Assets::Folder { root, own, .. } = self { Some(root.join(own)) } else { None }
    }

    /// Files that were read from outside the project's own folder so far, relative to the boundary, sorted.
    pub fn outside(&self) -> Vec<String> {
        match self {
            Assets::Folder { outside, .. } => outside.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Reads a file. A path that is written as in a URL (`a%20b.png`) is found too.
    ///
    /// # Errors
    /// When the file is not there, not inside the project, or not readable.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, AssetError> {
        let plain = match self.read_exact(path) {
            Err(AssetError::Missing) if path.contains('%') => self.read_exact(&percent_decoded(path)),
            result => result,
        };
        match plain {
            // Some systems take letters apart in the names of files: `ü` is then `u` and two dots.
            Err(AssetError::Missing) if !path.is_ascii() || path.contains('%') => {
                let asked = composed(&percent_decoded(path)).into_owned();
                match self.alike(&asked) {
                    Some(name) => self.read_exact(&name),
                    None => Err(AssetError::Missing),
                }
            }
            result => result,
        }
    }

    /// The path that a path means whose letters are composed in another way.
    fn alike(&self, asked: &str) -> Option<String> {
        match self {
            Assets::Folder { root, own, text, .. } => {
                let path = normalise(&format!("{own}/{text}"), asked).ok()?;
                let mut folder = root.clone();
                let mut found = Vec::new();
                for part in path.split('/') {
                    let name = if folder.join(part).exists() {
                        part.to_string()
                    } else {
                        let names = fs::read_dir(&folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
                        names.filter(|name| composed(name) == part).min()?
                    };
                    folder.push(&name);
                    found.push(name);
                }
                // Seen from the text root again.
                let base = normalise(&format!("{own}/{text}"), "").ok()?;
                let up = base.split('/').filter(|part| !part.is_empty()).count();
                Some(format!("{}{}", "../".repeat(up), found.join("/")))
            }
            #[cfg(feature = "builtin")]
            Assets::BuiltIn => None,
            Assets::Memory(files) => files.keys().find(|name| composed(name) == asked).cloned(),
        }
    }

    fn read_exact(&self, path: &str) -> Result<Arc<[u8]>, AssetError> {
        match self {
            Assets::Folder { root, own, text, outside } => {
                let (bytes, from) = read_file(root, own, &normalise(&format!("{own}/{text}"), path)?)?;
                if let Some(from) = from {
                    outside.lock().unwrap_or_else(PoisonError::into_inner).insert(from);
                }
                Ok(bytes)
            }
            #[cfg(feature = "builtin")]
            Assets::BuiltIn => builtin::read(&normalise("", path)?),
            Assets::Memory(files) => files.get(&normalise("", path)?).cloned().ok_or(AssetError::Missing),
        }
    }

    /// The Markdown files of a folder and of all folders in it, sorted, and warnings of what had to be left out. Passed over are hidden
    /// folders, `node_modules` and `target`, and what the folder's own `.gitignore` files name; those of the machine and of the person
    /// do not count, so that the book is the same everywhere.
    pub(super) fn markdown(&self) -> (Vec<String>, Vec<Diagnostic>) {
        let Assets::Folder { root, own, text, .. } = self else { return (self.names(), Vec::new()) };
        let base = root.join(own).join(text);
        let mut walk = WalkBuilder::new(&base);
        walk.git_global(false).git_exclude(false).ignore(false).parents(false).require_git(false).follow_links(true);
        walk.max_depth(Some(limits::FOLDERS + 1));
        walk.filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("target" | "node_modules")) || entry.depth() == 0);
        let (mut names, mut left_out, mut other) = (Vec::new(), Vec::new(), Vec::new());
        let shown = |path: &Path| path.strip_prefix(&base).unwrap_or(path).to_string_lossy().replace('\\', "/");
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    left_out.push(Diagnostic::warning(Code::FolderPartLeftOut, format!("a part of the folder is left out: {}", plain(&error, &base))));
                    continue;
                }
            };
            let name = shown(entry.path());
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if is_folder && entry.depth() > limits::FOLDERS {
                let message = format!("what lies more than {} folders deep is left out", limits::FOLDERS);
                left_out.push(Diagnostic::warning(Code::FolderPartLeftOut, message).at(Place::file(&name)));
            }
            if is_folder {
                continue;
            }
            if !super::folder::is_markdown(&name) {
                other.extend(name.rsplit_once('.').filter(|(_, end)| OTHER_TEXTS.contains(end)).map(|_| name.clone()));
                continue;
            }
            if fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(root)) {
                names.push(composed(&name).into_owned());
            } else {
                let hint = "a link is followed as long as it stays in the project or the repository around it: `--root DIR` names a folder that holds both";
                left_out.push(Diagnostic::warning(Code::FolderPartLeftOut, format!("the link `{name}` leads out of the project and is left out")).hint(hint));
            }
        }
        names.sort();
        other.sort();
        if let Some(first) = other.first() {
            let message = match other.len() {
                1 => format!("`{first}` is no Markdown and is left out"),
                count => format!("{count} files are no Markdown and are left out, `{first}` among them"),
            };
            let hint = "convert what is to be in the book: `jupyter nbconvert --to markdown`, or Pandoc";
            left_out.push(Diagnostic::warning(Code::ChapterNotMarkdown, message).at(Place::file(first)).hint(hint));
        }
        left_out.sort_by(|a, b| a.message.cmp(&b.message));
        (names, left_out)
    }

    /// The names of all files, sorted, relative to the text root: for suggestions.
    /// Hidden folders and what builds leave behind are passed over.
    pub fn names(&self) -> Vec<String> {
        match self {
            Assets::Folder { root, own, text, .. } => {
                let mut names = Vec::new();
                collect_names(&root.join(own), "", DEEPEST, &mut names);
                let mut names: Vec<String> = names.into_iter().map(|name| from_text_root(text, name)).collect();
                names.sort();
                names
            }
            #[cfg(feature = "builtin")]
            Assets::BuiltIn => builtin::names(),
            Assets::Memory(files) => files.keys().cloned().collect(),
        }
    }
}

/// Endings of texts that are chapters elsewhere and are not read here.
const OTHER_TEXTS: [&str; 8] = ["ipynb", "rst", "adoc", "asciidoc", "org", "Rmd", "rmd", "tex"];

/// What a path written in the chapter `chapter` means, relative to the text root: `../img/a.png` in `ch/one.md` is `img/a.png`.
/// A leading `/` means the text root. The result may begin with `../` where the project's root lies above.
pub fn relative_to(chapter: &str, written: &str) -> String {
    let mut parts: Vec<&str> = match written.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => chapter.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    composed(&parts.join("/")).into_owned()
}

/// A name with its letters composed (Unicode's form C): names are compared so.
pub(crate) fn composed(name: &str) -> std::borrow::Cow<'_, str> {
    if is_nfc(name) { name.into() } else { name.nfc().collect::<String>().into() }
}

/// `path` below `base` without `.` and `..`.
fn normalise(base: &str, path: &str) -> Result<String, AssetError> {
    let mut parts: Vec<&str> = base.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(AssetError::Outside)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Why a part of a folder cannot be looked through.
fn plain(error: &ignore::Error, base: &Path) -> String {
    match error {
        ignore::Error::WithPath { path, err } => {
            format!("`{}`: {}", path.strip_prefix(base).unwrap_or(path).display(), plain(err, base))
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => plain(err, base),
        ignore::Error::Loop { child, .. } => format!("the link `{}` leads back to a folder around it", child.strip_prefix(base).unwrap_or(child).display()),
        ignore::Error::Io(error) => reason(error),
        other => other.to_string(),
    }
}

/// The repository that a folder is part of: the nearest one upwards with a `.git`, which may be a file. Never the home folder, where
/// some keep their settings in one, nor the root of all folders.
pub(crate) fn repository(project: &Path) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).and_then(|home| fs::canonicalize(home).ok());
    let found = project.ancestors().find(|folder| folder.join(".git").exists())?;
    (found.parent().is_some() && home.is_none_or(|home| home != found)).then(|| found.to_path_buf())
}

/// Reads `path` below `root`, which must already be canonical. Links are followed and count by where they lead: inside the boundary,
/// and outside the project's own folder to no hidden file. Says where the file was found if that is outside this folder.
fn read_file(root: &Path, own: &str, path: &str) -> Result<(Arc<[u8]>, Option<String>), AssetError> {
    if path.contains('\0') {
        return Err(AssetError::Missing);
    }
    let real = fs::canonicalize(root.join(path)).map_err(|e| from_io(&e))?;
    if !real.starts_with(root) {
        return Err(AssetError::Outside);
    }
    let from = (!real.starts_with(root.join(own))).then(|| real.strip_prefix(root).unwrap_or(&real).to_path_buf());
    if from.as_ref().is_some_and(|from| from.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'))) {
        return Err(AssetError::Hidden);
    }
    let bytes = files::read(&real, limits::FILE).map(Arc::from).map_err(AssetError::Unreadable)?;
    Ok((bytes, from.map(|from| from.to_string_lossy().replace('\\', "/"))))
}

fn from_io(error: &io::Error) -> AssetError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => AssetError::Missing,
        _ => AssetError::Unreadable(reason(error)),
    }
}

fn collect_names(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if names.len() >= MOST_NAMES || name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if kind.is_file() {
            names.push(path);
        } else if kind.is_dir() && depth > 0 && !matches!(name.as_str(), "target" | "node_modules") {
            collect_names(&entry.path(), &format!("{path}/"), depth - 1, names);
        }
    }
}

/// A path of the project as seen from its text root.
fn from_text_root(text: &str, name: String) -> String {
    if text.is_empty() {
        return name;
    }
    match name.strip_prefix(text).and_then(|rest| rest.strip_prefix('/')) {
        Some(inside) => inside.to_string(),
        None => format!("{}{name}", "../".repeat(text.split('/').count())),
    }
}

/// Undoes URL escapes; what is not one stays, and so does what would not be UTF-8.
pub(crate) fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).filter(|hex| !hex.starts_with('+'));
        match escaped.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_the_chapter_that_writes_them() {
        assert_eq!(relative_to("ch/one.md", "../img/a.png"), "img/a.png");
        assert_eq!(relative_to("one.md", "../listings/x.rs"), "../listings/x.rs");
        assert_eq!(relative_to("a/b/c.md", "./d/../e.svg"), "a/b/e.svg");
        assert_eq!(relative_to("a/b/c.md", "/img/e.svg"), "img/e.svg");
    }

    #[test]
    fn names_are_the_same_however_their_letters_are_composed() {
        let (composed, apart) = ("\u{fc}ber/b\u{e9}.md", "u\u{308}ber/be\u{301}.md");
        assert_eq!(relative_to("a.md", apart), composed);
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("u\u{308}ber")).expect("a folder");
        fs::write(folder.path().join(apart), "text").expect("a file");
        let assets = Assets::folder(folder.path(), "", None).expect("a folder");
        for asked in [composed, apart, "%C3%BCber/b%C3%A9.md"] {
            assert_eq!(assets.read(asked).as_deref(), Ok(&b"text"[..]), "{asked}");
        }
        assert_eq!(assets.read("\u{fc}ber/c.md"), Err(AssetError::Missing));
        let memory = Assets::Memory([(apart.to_string(), Arc::from(&b"text"[..]))].into());
        assert!(memory.read(composed).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_left_out_of_a_folder_is_told() {
        let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let at_the_limit = vec!["d"; limits::FOLDERS].join("/");
        fs::create_dir_all(folder.path().join(&at_the_limit).join("over")).expect("folders");
        for name in [format!("{at_the_limit}/a.md"), format!("{at_the_limit}/over/b.md")] {
            fs::write(folder.path().join(name), "text").expect("a file");
        }
        fs::write(elsewhere.path().join("c.md"), "text").expect("a file");
        for (to, link) in [(elsewhere.path().join("c.md"), "out.md"), (folder.path().to_path_buf(), "again")] {
            std::os::unix::fs::symlink(to, folder.path().join(link)).expect("a link");
        }
        let (names, left_out) = Assets::folder(folder.path(), "", None).expect("a folder").markdown();
        assert_eq!(names, [format!("{at_the_limit}/a.md")]);
        let said: Vec<&str> = left_out.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        for part in ["`again` leads back", "32 folders deep", "`out.md` leads out"] {
            assert!(said.iter().any(|message| message.contains(part)), "{part}: {said:?}");
        }
        assert!(left_out.iter().all(|warning| warning.code == Code::FolderPartLeftOut));
    }

    #[test]
    fn no_path_leads_out() {
        assert_eq!(normalise("src", "../listings/a.rs"), Ok("listings/a.rs".to_string()));
        assert_eq!(normalise("src", "../../etc/passwd"), Err(AssetError::Outside));
        assert_eq!(normalise("", "a/../../b"), Err(AssetError::Outside));
        assert_eq!(normalise("", "/etc/passwd"), Ok("etc/passwd".to_string()));
    }

    #[test]
    fn url_escapes_are_undone() {
        assert_eq!(percent_decoded("a%20b%C3%A9%zz%+1%2"), "a bé%zz%+1%2");
        assert_eq!(percent_decoded("%ff"), "%ff");
    }
}
