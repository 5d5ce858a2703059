//! Stage 1, *load*: files to a [`Manuscript`]. Reads, checks and keeps places; chooses nothing.
//!
//! Kinds of input, in this order: a folder with `handbook.yaml` ([`manifest`]), an mdBook ([`mdbook`]), a project of MkDocs or Quarto
//! ([`lists`]), a folder of Markdown files ([`folder`]), and when no project is named the handbook in the binary ([`builtin`]).

mod assets;
#[cfg(feature = "builtin")]
mod builtin;
mod check;
mod elsewhere;
mod fence;
mod folder;
mod front_matter;
mod heading;
mod include;
mod letters;
mod listed;
mod lists;
mod manifest;
mod manuscript;
mod mdbook;
mod patterns;
mod revision;
mod schema;
mod split;
mod text_file;
mod works;

use std::path::Path;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, Warned, reason};

pub(crate) use assets::percent_decoded;
#[cfg(feature = "cli")]
pub(crate) use assets::repository;
pub use assets::{AssetError, Assets, relative_to};
#[cfg(feature = "cli")]
pub(crate) use check::PAGE_HINT;
pub use check::{is_date, is_language_tag, page, stage_range};
pub(crate) use fence::Fence;
pub(crate) use front_matter::language_hint;
pub(crate) use heading::first as first_heading;
pub(crate) use manuscript::stable_number;
pub use manuscript::*;
pub use mdbook::{RenderContext, visible_code};
pub(crate) use revision::is_pointer;
pub use revision::{Edition, Revision, revision};
pub use schema::manifest_schema;
pub(crate) use split::whole_path;
pub use works::Works;

/// How the command names the handbook that it carries.
pub const BUILT_IN: &str = "the built-in handbook";

/// Reads a project: the folder or file that is named, else the folder `here` if one of its files says that it is a project, else
/// the built-in handbook; a folder that only holds Markdown has to be named.
///
/// # Errors
/// Everything that keeps it from being a book.
pub fn load(project: Option<&Path>, here: &Path) -> Result<Warned<Manuscript>, Diagnostics> {
    load_within(project, here, None)
}

/// The same; files may come from anywhere within the folder `root`, which holds the project. Without it that is the repository around
/// the project, if there is one, else the project's own folder.
///
/// # Errors
/// As [`load`].
pub fn load_within(project: Option<&Path>, here: &Path, root: Option<&Path>) -> Result<Warned<Manuscript>, Diagnostics> {
    let root = root.map(|root| here.join(root));
    let mut found = Diagnostics::new();
    let diagnostics = &mut found;
    let manuscript = match project {
        Some(path) => load_path(&here.join(path), &path.display().to_string(), root.as_deref(), diagnostics),
        None if is_project(here) => load_path(here, ".", root.as_deref(), diagnostics),
        None if let Some(near) = looks_like_one(here) => {
            diagnostics.push(near);
            None
        }
        None if folder::holds_markdown(here) => {
            let message = "this folder holds Markdown, and no project is named";
            let hint = match around(here) {
                Some(up) => format!("the book that it is part of is in `{up}`: name that folder, or `.` to make a book of this one alone"),
                None => "name the folder, `.`, to make a book of it; `--built-in` is the handbook that this program carries".to_string(),
            };
            diagnostics.push(Diagnostic::error(Code::ProjectNotNamed, message).hint(hint));
            None
        }
        #[cfg(feature = "builtin")]
        None => manifest::load(ProjectKind::BuiltIn, BUILT_IN.to_string(), Assets::BuiltIn, diagnostics),
        #[cfg(not(feature = "builtin"))]
        None => {
            diagnostics.push(Diagnostic::error(Code::ProjectUnreadable, "there is no book here").hint("name a folder with one"));
            None
        }
    };
    Warned::unless_stopped(manuscript.map(in_its_language), found)
}

/// Whether a folder says by one of its files that it is a project.
pub(crate) fn is_project(folder: &Path) -> bool {
    manifest::is_here(folder) || folder.join(mdbook::CONFIG).is_file() || lists::kind(folder).is_some()
}

/// What to say of a folder with a file that is called nearly as a manifest is: `handbook.yaml.txt`, which some programs make of the name,
/// or `Handbook.yaml`.
fn looks_like_one(folder: &Path) -> Option<Diagnostic> {
    let right = manifest::FILE;
    let mut names: Vec<String> = std::fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let is_near = |name: &&String| {
        let small = name.to_lowercase();
        manifest::FILES.iter().any(|file| small == *file || small.strip_prefix(file).is_some_and(|rest| matches!(rest, ".txt" | ".yaml" | ".yml" | ".md")))
    };
    let near = names.iter().find(is_near).filter(|_| !manifest::is_here(folder))?;
    let problem = Diagnostic::error(Code::ProjectNotBook, format!("there is no `{right}` here, and `{near}` looks as if it were meant to be one"));
    Some(problem.at(Place::file(near)).hint(format!("call it `{right}`")))
}

/// The way up to the project that a folder is part of, if there is one a few folders above.
fn around(here: &Path) -> Option<String> {
    let up = here.ancestors().skip(1).take(4).position(is_project)?;
    Some(vec![".."; up + 1].join("/"))
}

/// A book that does not name its language speaks the one that its letters tell, else the one that its folder is called by.
fn in_its_language(mut manuscript: Manuscript) -> Manuscript {
    if !manuscript.book.language_named {
        let told = letters::language(manuscript.chapters.iter().map(|chapter| chapter.text.text.as_str()));
        let folder = manuscript.assets.project_folder().and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
        if let Some(language) = told.or_else(|| letters::of_folder(folder.as_deref().unwrap_or_default())) {
            manuscript.book.language = language.to_string();
        }
    }
    manuscript
}

/// Reads the handbook in the binary.
///
/// # Errors
/// None that a release has.
#[cfg(feature = "builtin")]
pub fn load_built_in() -> Result<Warned<Manuscript>, Diagnostics> {
    let mut found = Diagnostics::new();
    let manuscript = manifest::load(ProjectKind::BuiltIn, BUILT_IN.to_string(), Assets::BuiltIn, &mut found);
    Warned::unless_stopped(manuscript, found)
}

/// Reads a project with a manifest from files in memory, by path. For tests and for those who make manuscripts by program.
///
/// # Errors
/// As [`load`].
pub fn load_memory(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Warned<Manuscript>, Diagnostics> {
    let files = files.into_iter().map(|(path, bytes)| (path, bytes.into())).collect();
    let mut found = Diagnostics::new();
    let manuscript = manifest::load(ProjectKind::Manifest, "memory".to_string(), Assets::Memory(files), &mut found);
    Warned::unless_stopped(manuscript, found)
}

fn load_path(path: &Path, shown: &str, root: Option<&Path>, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let name = shown.replace('\\', "/");
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) => {
            let message = format!("`{name}` cannot be read: {}", reason(&error));
            diagnostics
                .push(Diagnostic::error(Code::ProjectUnreadable, message).hint("name a folder with a book in it, or no folder for the built-in handbook"));
            return None;
        }
    };
    if about.is_dir() { load_folder(path, name, root, diagnostics) } else { load_file(path, name, root, diagnostics) }
}

fn load_folder(path: &Path, name: String, root: Option<&Path>, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let kind = if manifest::is_here(path) {
        ProjectKind::Manifest
    } else if mdbook::is_here(path) {
        ProjectKind::MdBook
    } else {
        lists::kind(path).unwrap_or(ProjectKind::Folder)
    };
    if kind == ProjectKind::Folder
        && let Some(near) = looks_like_one(path)
    {
        diagnostics.push(near);
        return None;
    }
    if kind != ProjectKind::Manifest
        && let Some(first) = mdbook::first_language(path)
    {
        // A book in several languages, each in a folder of its own.
        let message = format!("the book is kept in several languages: the first one, in `{first}`, is made");
        let hint = "name the folder of another one to make that";
        diagnostics.push(Diagnostic::warning(Code::LanguagesSeveral, message).at(Place::file("LANGS.md")).hint(hint));
        return load_folder(&path.join(&first), format!("{}/{first}", name.trim_end_matches('/')), root, diagnostics);
    }
    let assets = opened(path, &name, root, diagnostics)?;
    match kind {
        ProjectKind::Manifest => manifest::load(kind, name, assets, diagnostics),
        ProjectKind::MdBook => mdbook::load(path, name, assets, diagnostics),
        ProjectKind::MkDocs | ProjectKind::Quarto => lists::load(kind, path, name, assets, diagnostics),
        _ => folder::load(name, &folder_name(path), None, assets, diagnostics),
    }
}

/// A file stands for its project: a manifest or `book.toml` for its folder, a Markdown file for a book of one chapter.
fn load_file(path: &Path, name: String, root: Option<&Path>, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let (Some(parent), Some(file)) = (path.parent(), path.file_name().map(|f| f.to_string_lossy().into_owned())) else {
        return None;
    };
    if manifest::FILES.contains(&file.as_str()) || file == mdbook::CONFIG || lists::FILES.contains(&file.as_str()) {
        return load_folder(parent, name, root, diagnostics);
    }
    if !folder::is_markdown(&file) {
        let message = format!("`{name}` is not a book");
        let hint = elsewhere::hint(&file).unwrap_or_else(|| "name a folder, a handbook.yaml, a book.toml or a Markdown file".to_string());
        diagnostics.push(Diagnostic::error(Code::ProjectNotBook, message).hint(hint));
        return None;
    }
    let assets = opened(parent, &name, root, diagnostics)?;
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem).to_string();
    folder::load(name, &stem, Some(&file), assets, diagnostics)
}

fn opened(path: &Path, name: &str, root: Option<&Path>, diagnostics: &mut Diagnostics) -> Option<Assets> {
    if let Some(root) = root {
        let holds = std::fs::canonicalize(root).is_ok_and(|root| std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(root)));
        if !holds {
            let message = format!("`{}` does not hold the project `{name}`", root.display());
            let hint = "`--root` names a folder that the project's folder lies in, from which files may be taken";
            diagnostics.push(Diagnostic::error(Code::RootFolder, message).hint(hint));
            return None;
        }
    }
    let readable = std::fs::read_dir(path).and_then(|_| Assets::folder(path, "", root));
    readable
        .map_err(|e| diagnostics.push(Diagnostic::error(Code::ProjectUnreadable, format!("the folder cannot be read: {}", reason(&e))).at(Place::file(name))))
        .ok()
}

/// The folder's own name, also where it is written as `.`.
fn folder_name(path: &Path) -> String {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
