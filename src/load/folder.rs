//! A folder of Markdown files, or a single file: chapters in the natural order of their names.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed};

use super::assets::Assets;
use super::front_matter;
use super::heading;
use super::manuscript::{BookInfo, ChapterSource, Manuscript, Pos, ProjectKind, Role, Sources};
use super::text_file::Reading;

/// Reads a folder's Markdown files, or only the one that is named.
pub(super) fn load(name: String, folder_name: &str, only: Option<&str>, assets: Assets, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let names = assets.names();
    let files = match only {
        Some(file) => vec![file.to_string()],
        None => chapter_files(&names),
    };
    if files.is_empty() {
        diagnostics.push(no_chapters(&name, &names));
        return None;
    }
    if only.is_none() {
        warn_of_subfolders(&names, diagnostics);
    }
    let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics };
    let chapters: Vec<ChapterSource> = files.iter().filter_map(|file| chapter(file, only.is_none(), &mut reading)).collect();
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
    })
}

fn chapter(path: &str, in_folder: bool, reading: &mut Reading<'_>) -> Option<ChapterSource> {
    let file = reading.text(path, &Place::file(path))?;
    let read = front_matter::foreign(&file, reading.diagnostics);
    Some(ChapterSource {
        path: path.to_string(),
        role: Role::Chapter { depth: 0, numbered: !(in_folder && is_first(path)) },
        listed_title: None,
        meta: read.meta,
        pos: Pos { file: file.id, line: 1, column: 0 },
        part: None,
        text: read.text,
        draft: false,
    })
}

fn is_markdown(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && (end.eq_ignore_ascii_case("md") || end.eq_ignore_ascii_case("markdown")))
}

/// Whether a file opens its folder.
fn is_first(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index")
}

/// The chapters among a folder's files: `README.md` or `index.md` first, the others in natural order.
fn chapter_files(names: &[String]) -> Vec<String> {
    let mut files: Vec<String> = names.iter().filter(|n| !n.contains('/') && is_markdown(n)).cloned().collect();
    files.sort_by(|a, b| is_first(b).cmp(&is_first(a)).then_with(|| natural_order(a, b)));
    files
}

fn no_chapters(name: &str, names: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::ProjectEmpty, "there is no book here").at(Place::file(name));
    match names.iter().find(|n| n.ends_with("handbook.yaml") || n.ends_with("book.toml") || is_markdown(n)).and_then(|n| n.rsplit_once('/')) {
        Some((folder, file)) => diagnostic.hint(format!("there is `{file}` in `{folder}`: name that folder")),
        None => diagnostic.hint("a book is a folder with handbook.yaml, an mdBook (book.toml, SUMMARY.md) or a folder of .md files"),
    }
}

fn warn_of_subfolders(names: &[String], diagnostics: &mut Diagnostics) {
    let mut folders: Vec<&str> = names.iter().filter(|n| is_markdown(n)).filter_map(|n| n.split_once('/')).map(|(folder, _)| folder).collect();
    folders.dedup();
    if let Some(first) = folders.first() {
        let what = if folders.len() == 1 { "the Markdown files in the folder" } else { "the Markdown files in the folders" };
        let message = format!("{what} {} are not in the book", listed(&folders));
        let hint = "a folder's own files are its chapters; a handbook.yaml or a SUMMARY.md can name others";
        diagnostics.push(Diagnostic::warning(Code::SubfoldersLeftOut, message).at(Place::file(first)).hint(hint));
    }
}

/// The book's title: what a single file or the opening one is called, else the folder's name.
fn title(chapters: &[ChapterSource], folder_name: &str) -> String {
    let own = |c: &ChapterSource| c.meta.title.clone().or_else(|| heading::first(&c.text.text));
    let opening = chapters.first().filter(|c| chapters.len() == 1 || is_first(&c.path));
    opening.and_then(own).unwrap_or_else(|| spoken(folder_name))
}

/// A file's or folder's name as words.
fn spoken(name: &str) -> String {
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
        let names: Vec<String> = ["ch10.md", "ch2.md", "b/x.md", "README.md", "Ch1.md", "ch02b.md", "notes.txt", ".md"].map(String::from).to_vec();
        assert_eq!(chapter_files(&names), ["README.md", "Ch1.md", "ch2.md", "ch02b.md", "ch10.md"]);
        assert_eq!(natural_order("a1", "a01"), "a1".cmp("a01"));
    }

    #[test]
    fn folders_speak() {
        assert_eq!(spoken("my-first_book"), "My first book");
        assert_eq!(spoken(""), "Book");
    }
}
