//! A folder of Markdown files with all folders in it, or a single file: chapters in the natural order of their names, folders as parts.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Diagnostics, Place};

use super::assets::Assets;
use super::front_matter;
use super::heading;
use super::manuscript::{BookInfo, ChapterSource, Manuscript, Pos, ProjectKind, Role, Sources};
use super::split::divided;
use super::text_file::Reading;

/// Reads a folder's Markdown files, or only the one that is named.
pub(super) fn load(name: String, folder_name: &str, only: Option<&str>, assets: Assets, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let files = match only {
        Some(file) => vec![Found { path: file.to_string(), part: None, depth: 0 }],
        None => {
            let (names, left_out) = assets.markdown();
            left_out.into_iter().for_each(|warning| diagnostics.push(warning));
            chapter_files(&names)
        }
    };
    if files.is_empty() {
        diagnostics.push(no_chapters(&name, &assets.names()));
        return None;
    }
    let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics };
    let mut chapters: Vec<ChapterSource> = Vec::with_capacity(files.len());
    let mut part = None;
    for mut file in files {
        // The part that an empty file would have opened begins with the next one.
        file.part = file.part.or(part.take());
        let read = chapter(&file, only.is_none(), &mut reading);
        if read.is_empty() {
            part = file.part;
        }
        chapters.extend(read);
    }
    if reading.diagnostics.has_errors() {
        return None;
    }
    if chapters.iter().all(|c| c.text.text.trim().is_empty()) {
        reading.diagnostics.push(Diagnostic::error(Code::BookEmpty, "the book is empty").at(Place::file(&name)).hint("its Markdown files hold no text"));
        return None;
    }
    front_matter::warn_of_foreign(chapters.iter().map(|c| (c.path.as_str(), &c.meta)), reading.diagnostics);
    let Reading { assets, sources, .. } = reading;
    // The book speaks the language of its first chapter, where that names one.
    let named = chapters.first().and_then(|chapter| chapter.meta.language.clone());
    let book = BookInfo {
        title: title(&chapters, folder_name),
        language_named: named.is_some(),
        language: named.unwrap_or_else(|| "en".to_string()),
        smart_punctuation: true,
        ..BookInfo::default()
    };
    Some(Manuscript {
        kind: ProjectKind::Folder,
        name,
        book,
        stages: Vec::new(),
        paths: Vec::new(),
        guides: Vec::new(),
        chapters,
        redirects: BTreeMap::new(),
        assets,
        sources,
        works: None,
    })
}

/// A chapter's file in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    path: String,
    /// The part that begins with it.
    part: Option<String>,
    /// Within the chapter that opens its folder.
    depth: u8,
}

/// The chapters of a file: one, or as many as it asks for; none of an empty one.
fn chapter(found: &Found, in_folder: bool, reading: &mut Reading<'_>) -> Vec<ChapterSource> {
    let path = found.path.as_str();
    let Some(file) = reading.text(path, &Place::file(path)) else { return Vec::new() };
    let read = front_matter::foreign(&file, reading.diagnostics);
    if read.text.text.trim().is_empty() && read.meta.title.is_none() {
        reading.diagnostics.push(super::check::empty_chapter(&file.name));
        return Vec::new();
    }
    let asked = read.meta.split;
    let chapter = ChapterSource {
        path: path.to_string(),
        role: Role::Chapter { depth: found.depth, numbered: !(in_folder && !path.contains('/') && is_first(path)) },
        listed_title: None,
        meta: read.meta,
        pos: Pos { file: file.id, line: 1, column: 0 },
        part: found.part.clone(),
        text: read.text,
        draft: false,
    };
    divided(chapter, &file, asked, reading.diagnostics)
}

pub(super) fn is_markdown(name: &str) -> bool {
    let ends = ["md", "markdown", "qmd", "mdx"];
    name.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && ends.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Whether a folder has Markdown in it that is more than what stands at the head of any repository.
pub(super) fn holds_markdown(folder: &std::path::Path) -> bool {
    const ABOUT: [&str; 8] = ["readme", "changelog", "contributing", "code_of_conduct", "security", "license", "support", "news"];
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_markdown(name)).any(|name| {
        let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem).to_lowercase();
        !ABOUT.contains(&stem.as_str()) && !name.starts_with('.')
    })
}

/// Whether a file opens its folder.
fn is_first(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index")
}

/// The chapters among a folder's files: `README.md` or `index.md` first, then the other files, then the folders, each in natural order.
/// A folder is a part; one within it is a chapter with others in it if a file of its own opens it.
fn chapter_files(names: &[String]) -> Vec<Found> {
    let mut files: Vec<&String> = names.iter().filter(|name| is_markdown(name)).collect();
    files.sort_by(|a, b| in_order(a, b));
    let opened: BTreeSet<&str> = files.iter().filter(|file| is_first(file)).filter_map(|file| Some(file.rsplit_once('/')?.0)).collect();
    let mut part = "";
    let mut found = Vec::with_capacity(files.len());
    for file in files {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let top = folder.split('/').next().unwrap_or("");
        let begins = top != part;
        part = top;
        // How many of the folders around it, below the part, are opened by a chapter that it is within.
        let around = folder.match_indices('/').map(|(at, _)| at).skip(1).chain(folder.contains('/').then_some(folder.len()));
        let within = around.filter(|end| opened.contains(&folder[..*end])).count();
        let depth = if is_first(file) && folder.contains('/') { within.saturating_sub(1) } else { within };
        let title = (begins && !top.is_empty()).then(|| spoken(unnumbered(top)));
        found.push(Found { path: file.clone(), part: title, depth: depth.min(usize::from(u8::MAX)) as u8 });
    }
    found
}

/// The order of two files: what opens a folder before all else in it, files before folders, else as people sort names.
fn in_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('/').peekable(), b.split('/').peekable());
    loop {
        match (left.next(), right.next()) {
            (Some(x), Some(y)) => {
                let (x_file, y_file) = (left.peek().is_none(), right.peek().is_none());
                let first = |name: &str, file: bool| file && is_first(name);
                let order = first(y, y_file).cmp(&first(x, x_file)).then(y_file.cmp(&x_file)).then_with(|| natural_order(x, y));
                if order.is_ne() {
                    return order;
                }
            }
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

/// A folder's name without the number that puts it in its place: `02-guides`.
fn unnumbered(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = rest.trim_start_matches(['-', '_', '.', ' ']);
    if rest.len() < name.len() && bare.len() < rest.len() && !bare.is_empty() { bare } else { name }
}

fn no_chapters(name: &str, names: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::ProjectEmpty, "there is no book here").at(Place::file(name));
    match names
        .iter()
        .find(|n| n.ends_with("handbook.yaml") || n.ends_with("handbook.yml") || n.ends_with("book.toml") || is_markdown(n))
        .and_then(|n| n.rsplit_once('/'))
    {
        Some((folder, file)) => diagnostic.hint(format!("there is `{file}` in `{folder}`: name that folder")),
        None => diagnostic.hint("a book is a folder with handbook.yaml, an mdBook (book.toml, SUMMARY.md) or a folder of .md files"),
    }
}

/// The book's title: what a single file or the opening one is called, else the folder's name.
fn title(chapters: &[ChapterSource], folder_name: &str) -> String {
    let own = |c: &ChapterSource| c.meta.title.clone().or_else(|| heading::first(&c.text.text));
    let opening = chapters.first().filter(|c| chapters.len() == 1 || is_first(&c.path));
    opening.and_then(own).unwrap_or_else(|| spoken(folder_name))
}

/// A file's or folder's name as words.
pub(super) fn spoken(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "Book".to_string(),
    }
}

/// Compares names as people do: numbers by value, letters without their case.
pub(super) fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (n, after_left) = number(left);
            let (m, after_right) = number(right);
            let order = n.len().cmp(&m.len()).then_with(|| n.cmp(m));
            if order.is_ne() {
                return order;
            }
            (left, right) = (after_left, after_right);
        } else {
            let order = x.to_lowercase().cmp(y.to_lowercase());
            if order.is_ne() {
                return order;
            }
            (left, right) = (left.get(x.len_utf8()..).unwrap_or(""), right.get(y.len_utf8()..).unwrap_or(""));
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The digits at the start without leading zeros, and the rest.
fn number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_in_natural_order() {
        let names: Vec<String> = ["ch10.md", "ch2.md", "README.md", "Ch1.md", "ch02b.md", "notes.txt", ".md"].map(String::from).to_vec();
        let files: Vec<String> = chapter_files(&names).into_iter().map(|found| found.path).collect();
        assert_eq!(files, ["README.md", "Ch1.md", "ch2.md", "ch02b.md", "ch10.md"]);
        assert_eq!(natural_order("a1", "a01"), "a1".cmp("a01"));
    }

    #[test]
    fn folders_are_parts() {
        let names = ["a.md", "topic/b.md", "topic/README.md", "2-more/deep/x.md", "2-more/deep/index.md", "2-more/deep/er/y.md", "2-more/c.md", "10-last/z.md"];
        let found = chapter_files(&names.map(String::from));
        let shown: Vec<String> =
            found.iter().map(|f| format!("{}{} {}", f.part.as_ref().map(|p| format!("{p}: ")).unwrap_or_default(), f.depth, f.path)).collect();
        assert_eq!(
            shown,
            [
                "0 a.md",
                "More: 0 2-more/c.md",
                "0 2-more/deep/index.md",
                "1 2-more/deep/x.md",
                "1 2-more/deep/er/y.md",
                "Last: 0 10-last/z.md",
                "Topic: 0 topic/README.md",
                "0 topic/b.md",
            ]
        );
        assert_eq!((unnumbered("02-guides"), unnumbered("2024"), unnumbered("3d")), ("guides", "2024", "3d"));
    }

    #[test]
    fn folders_speak() {
        assert_eq!(spoken("my-first_book"), "My first book");
        assert_eq!(spoken(""), "Book");
    }
}
