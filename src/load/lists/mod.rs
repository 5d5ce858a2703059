//! Projects of MkDocs and Quarto: a settings file in YAML that lists the chapters. Nothing of them needs to be changed for this command.

mod mkdocs;
mod quarto;

use std::collections::BTreeMap;
use std::path::Path;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::yaml::{self, Node, Value};

use super::assets::{Assets, relative_to};
use super::elsewhere;
use super::folder;
use super::front_matter;
use super::heading;
use super::include::Includes;
use super::listed::{Listed, chapter};
use super::manuscript::{BookInfo, ChapterSource, Manuscript, Pos, ProjectKind, Role, Sources};
use super::text_file::{Reading, TextFile};
use super::works;

/// The settings files, by which such a project is known.
pub(super) const FILES: [&str; 4] = ["mkdocs.yml", "mkdocs.yaml", "_quarto.yml", "_quarto.yaml"];

/// Which of these a folder is, if one.
pub(super) fn kind(folder: &Path) -> Option<ProjectKind> {
    let name = FILES.into_iter().find(|name| folder.join(name).is_file())?;
    Some(if name.starts_with("mkdocs") { ProjectKind::MkDocs } else { ProjectKind::Quarto })
}

/// What a settings file says.
#[derive(Default)]
struct Settings {
    book: BookInfo,
    /// The folder of the text.
    text_root: String,
    /// The chapters; `None` where all files of the folder are chapters.
    listed: Option<Vec<Listed>>,
}

/// Reads such a project.
pub(super) fn load(kind: ProjectKind, path: &Path, name: String, assets: Assets, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let settings_file = FILES.into_iter().find(|name| path.join(name).is_file())?;
    let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics };
    let file = reading.text(settings_file, &Place::file(settings_file))?;
    let root = match yaml::parse_foreign(&file.text) {
        Ok(root) => root,
        Err(problem) => {
            let (line, column) = problem.position.unwrap_or_default();
            let text = file.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
            let diagnostic = Diagnostic::error(Code::YamlSyntax, problem.message).at(Place { file: file.name.clone(), line, column, cut: 0, text });
            reading.diagnostics.push(problem.hint.map_or_else(|| diagnostic.clone(), |hint| diagnostic.clone().hint(hint)));
            return None;
        }
    };
    let mut list = List { file: &file, line: 0, listed: Vec::new(), diagnostics: &mut *reading.diagnostics };
    let settings = match kind {
        ProjectKind::MkDocs => mkdocs::read(&root, &mut list),
        _ => quarto::read(&root, &mut list),
    };
    let text_root = settings.text_root.clone();
    let Some(listed) = settings.listed else {
        let mut manuscript = folder::load(name, &folder_title(path), None, reading.assets.with_text_root(&text_root), reading.diagnostics)?;
        let language = if settings.book.language_named { settings.book.language.clone() } else { manuscript.book.language.clone() };
        let language_named = settings.book.language_named || manuscript.book.language_named;
        let title = if settings.book.title.is_empty() { manuscript.book.title.clone() } else { settings.book.title.clone() };
        manuscript.book = BookInfo { title, language, language_named, ..settings.book };
        manuscript.kind = kind;
        return Some(manuscript);
    };
    reading.assets = reading.assets.with_text_root(&text_root);
    reading.prefix = if text_root.is_empty() { String::new() } else { format!("{text_root}/") };
    let mut includes = Includes::below(&text_root);
    let mut chapters: Vec<ChapterSource> = Vec::with_capacity(listed.len());
    for item in &listed {
        let mut read = chapter(item, &mut reading, &mut |path, text, reading| includes.expand(path, text, reading));
        if heading::is_unnumbered(&read.text.text)
            && let Role::Chapter { numbered, .. } = &mut read.role
        {
            *numbered = false;
        }
        // A part that is a file is called as that file is.
        if read.part.as_deref() == Some("") {
            read.part = read.meta.title.clone().or_else(|| heading::first(&read.text.text));
        }
        chapters.push(read);
    }
    let works = works::read(&settings.book.bibliography, settings.book.citation_style.as_deref(), &Place::file(settings_file), &mut reading);
    if reading.diagnostics.has_errors() {
        return None;
    }
    if chapters.iter().all(|chapter| chapter.draft) {
        let hint = "list its Markdown files there, or name the folder that they are in";
        reading.diagnostics.push(Diagnostic::error(Code::BookEmpty, "the book has no chapters").at(Place::file(settings_file)).hint(hint));
        return None;
    }
    front_matter::warn_of_foreign(chapters.iter().map(|c| (c.path.as_str(), &c.meta)), reading.diagnostics);
    let Reading { assets, sources, .. } = reading;
    let mut book = settings.book;
    if book.title.is_empty() {
        book.title = folder_title(path);
    }
    Some(Manuscript {
        kind,
        name,
        book,
        stages: Vec::new(),
        paths: Vec::new(),
        guides: Vec::new(),
        redirects: BTreeMap::new(),
        chapters,
        assets,
        sources,
        works,
    })
}

fn folder_title(path: &Path) -> String {
    folder::spoken(&super::folder_name(path))
}

/// A list of chapters that is being read.
struct List<'a> {
    file: &'a TextFile,
    /// The line that was found last: a list goes on downwards.
    line: usize,
    listed: Vec<Listed>,
    diagnostics: &'a mut Diagnostics,
}

impl List<'_> {
    /// The line in which a value stands, after those that were found before it.
    fn place(&mut self, value: &str) -> (Pos, Place) {
        let first = value.lines().next().unwrap_or("");
        let lines = || self.file.text.lines().enumerate().filter(|(_, line)| line.contains(first));
        let found = lines().find(|(number, _)| *number >= self.line).or_else(|| lines().next());
        let (number, text) = found.unwrap_or((self.line, ""));
        self.line = number;
        let column = text.find(first).map_or(0, |at| text[..at].chars().count() as u32 + 1);
        let pos = Pos { file: self.file.id, line: number as u32 + 1, column };
        (pos, Place { file: self.file.name.clone(), line: pos.line, column, cut: 0, text: text.to_string() })
    }

    /// Lists a chapter, or with an empty path a heading of chapters.
    fn push(&mut self, title: &str, path: &str, depth: usize, numbered: bool, part: &mut Option<String>) {
        let (pos, place) = self.place(if path.is_empty() { title } else { path });
        if path.contains("://") || path.starts_with("mailto:") {
            let hint = "a chapter is a file of the book; a link to the web stands in the text of one";
            self.diagnostics.push(Diagnostic::warning(Code::SummaryLink, format!("`{path}` is no chapter and is left out")).at(place).hint(hint));
            return;
        }
        let file = path.split('#').next().unwrap_or("");
        if !file.is_empty() && !folder::is_markdown(file) {
            let hint = elsewhere::hint(file).unwrap_or_else(|| "a chapter is a Markdown file".to_string());
            self.diagnostics.push(Diagnostic::warning(Code::ChapterNotMarkdown, format!("`{file}` is no Markdown and is left out")).at(place).hint(hint));
            return;
        }
        let path = (!file.is_empty()).then(|| relative_to("", file));
        if let Some(before) = self.listed.iter().find(|item| path.is_some() && item.path == path) {
            let message = format!("the chapter `{file}` is listed twice: its second place is left out");
            let hint = format!("it is named in line {} already", before.pos.line);
            return self.diagnostics.push(Diagnostic::warning(Code::ChapterTwice, message).at(place).hint(hint));
        }
        let depth = u8::try_from(depth).unwrap_or(u8::MAX);
        self.listed.push(Listed { title: title.to_string(), path, depth, numbered, part: part.take(), pos, place });
    }
}

/// A value by its key.
fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(map) = &node.value else { return None };
    map.iter().find(|(name, _)| matches!(&name.value, Value::Text(name) if name == key)).map(|(_, value)| value)
}

/// A text that is not empty.
fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

fn list(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(list) => list,
        _ => &[],
    }
}

/// The book's language by a tag that may not be one.
fn language(book: &mut BookInfo, tag: Option<&str>) {
    let tag = tag.map(|tag| tag.replace('_', "-")).filter(|tag| super::is_language_tag(tag));
    book.language_named = tag.is_some();
    book.language = tag.unwrap_or_else(|| "en".to_string());
}
