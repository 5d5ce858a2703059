//! An mdBook as it stands: `book.toml`, `SUMMARY.md`, includes. Nothing of it needs to be changed for this command.

mod config;
mod context;
mod gitbook;
mod hidden;
mod macros;
mod summary;

use std::collections::BTreeMap;
use std::path::Path;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::{files, limits};

use self::config::Config;
use super::assets::{Assets, relative_to};
use super::front_matter;
use super::include::Includes;
use super::listed::{Listed, chapter};
use super::manuscript::{BookInfo, ChapterSource, FrontMatter, Manuscript, Mathematics, ProjectKind, Sources, Text};
use super::text_file::Reading;
use super::works;

pub use context::RenderContext;
pub use hidden::visible_code;

/// The name of an mdBook's configuration.
pub(super) const CONFIG: &str = "book.toml";
const SUMMARY: &str = "SUMMARY.md";

/// Whether a folder is an mdBook, or a GitBook, whose lists of chapters are alike.
pub(super) fn is_here(folder: &Path) -> bool {
    let named = [CONFIG, SUMMARY, gitbook::FILES[0]].iter().any(|name| folder.join(name).exists());
    named || folder.join("src").join(SUMMARY).exists()
}

/// The folder of the first language of a book that GitBook and HonKit keep in several, as `LANGS.md` lists them.
pub(super) fn first_language(folder: &Path) -> Option<String> {
    let list = crate::files::text(&folder.join("LANGS.md"), crate::limits::SMALL_TEXT).ok()?;
    let named = list.lines().filter_map(|line| line.split_once("](")?.1.split(')').next()).map(|path| path.trim().trim_matches('/').to_string());
    let is_folder = |path: &String| !path.is_empty() && !path.split('/').any(|part| part == "..") && folder.join(path).is_dir();
    named.into_iter().find(is_folder)
}

/// Reads an mdBook.
pub(super) fn load(folder: &Path, name: String, assets: Assets, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics };
    let config = configuration(folder, &mut reading)?;
    reading.assets = reading.assets.with_text_root(&config.src);
    reading.prefix = if config.src.is_empty() { String::new() } else { format!("{}/", config.src) };
    let listed = contents(&config.summary, &mut reading)?;
    let chapters = chapters(&listed, &config.hidelines, &config.variables, &mut reading);
    finished(name, &config, chapters, reading)
}

/// The book, when its chapters have been read.
fn finished(name: String, config: &Config, mut chapters: Vec<ChapterSource>, mut reading: Reading<'_>) -> Option<Manuscript> {
    if let Some(file) = &config.macros {
        macros::define(file, &config.src, &mut chapters, &mut reading);
    }
    // The preprocessor that cites names its file from the folder of the text.
    let works = works::read(&config.bibliography, config.citation_style.as_deref(), &Place::file(CONFIG), &mut reading);
    if reading.diagnostics.has_errors() {
        return None;
    }
    let named = |c: &ChapterSource| reading.name(&c.path);
    let heads: Vec<(String, FrontMatter)> = chapters.iter().map(|c| (named(c), c.meta.clone())).collect();
    front_matter::warn_of_foreign(heads.iter().map(|(name, meta)| (name.as_str(), meta)), reading.diagnostics);
    let Reading { assets, sources, .. } = reading;
    Some(Manuscript {
        kind: ProjectKind::MdBook,
        name,
        book: book_info(config, &chapters),
        stages: Vec::new(),
        paths: Vec::new(),
        guides: Vec::new(),
        redirects: redirects(config, &chapters),
        chapters,
        assets,
        sources,
        works,
    })
}

fn configuration(folder: &Path, reading: &mut Reading<'_>) -> Option<Config> {
    if folder.join(CONFIG).exists() {
        let file = reading.text(CONFIG, &Place::file(CONFIG))?;
        let config = config::read(&file, reading.diagnostics)?;
        let mathematics = if config.mathematics == Mathematics::None && loads_a_script(folder) { Mathematics::Dollars } else { config.mathematics };
        return Some(Config { mathematics, ..config });
    }
    if let Some(settings) = gitbook::FILES.into_iter().find(|name| folder.join(name).exists()) {
        let file = reading.text(settings, &Place::file(settings))?;
        return Some(Config { mathematics: Mathematics::GitBook, ..gitbook::read(&file) });
    }
    let src = if folder.join(SUMMARY).exists() { "" } else { "src" };
    Some(Config { src: src.to_string(), mathematics: Mathematics::All, ..Config::default() })
}

/// Whether the head of a book's web pages loads a script for formulas.
fn loads_a_script(folder: &Path) -> bool {
    let head = |name: &str| files::read(&folder.join("theme").join(name), limits::SMALL_TEXT).unwrap_or_default();
    let names = |bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        text.contains("katex") || text.contains("tex-mml") || text.contains("tex-svg") || text.contains("tex-chtml")
    };
    ["head.hbs", "index.hbs"].into_iter().any(|name| names(head(name)))
}

fn contents(summary: &str, reading: &mut Reading<'_>) -> Option<Vec<Listed>> {
    let name = reading.name(summary);
    if reading.assets.read(summary) == Err(super::AssetError::Missing) {
        let diagnostic = Diagnostic::error(Code::SummaryMissing, format!("this mdBook has no `{name}`")).at(Place::file(CONFIG));
        reading.diagnostics.push(diagnostic.hint("it lists the chapters; `src` under `[book]` says where it is"));
        return None;
    }
    let file = reading.text(summary, &Place::file(&name))?;
    let listed = summary::read(&file, reading.diagnostics);
    if listed.iter().all(|item| item.path.is_none()) && !reading.diagnostics.has_errors() {
        let diagnostic = Diagnostic::error(Code::BookEmpty, "the book has no chapters").at(Place::file(&name));
        reading.diagnostics.push(diagnostic.hint("list them: `- [Title](file.md)`"));
    }
    Some(listed)
}

fn chapters(listed: &[Listed], hidelines: &[(String, String)], variables: &[(String, String)], reading: &mut Reading<'_>) -> Vec<ChapterSource> {
    let mut includes = Includes::default();
    let mut whole = |path: &str, mut text: Text, reading: &mut Reading<'_>| {
        for (name, value) in variables {
            if text.text.contains(name.as_str()) {
                text.text = text.text.replace(name.as_str(), value);
            }
        }
        let mut text = includes.expand(path, text, reading);
        if let Some(marked) = hidden::with_prefixes(&text.text, hidelines) {
            text.text = marked;
        }
        text
    };
    listed.iter().map(|item| chapter(item, reading, &mut whole)).collect()
}

fn book_info(config: &Config, chapters: &[ChapterSource]) -> BookInfo {
    let first = || chapters.first().and_then(|c| c.listed_title.clone());
    BookInfo {
        title: config.title.clone().or_else(first).unwrap_or_else(|| "Book".to_string()),
        language: config.language.clone().unwrap_or_else(|| "en".to_string()),
        language_named: config.language.is_some(),
        direction: config.direction,
        authors: config.authors.clone(),
        description: config.description.clone(),
        smart_punctuation: config.smart_punctuation,
        mathematics: config.mathematics,
        ..BookInfo::default()
    }
}

/// Other names of chapters: what `book.toml` redirects, and `index.html`, which mdBook makes of every `README.md`.
fn redirects(config: &Config, chapters: &[ChapterSource]) -> BTreeMap<String, String> {
    let mut redirects = BTreeMap::new();
    for chapter in chapters {
        let (folder, file) = chapter.path.rsplit_once('/').map_or(("", chapter.path.as_str()), |(folder, file)| (folder, file));
        if file.eq_ignore_ascii_case("readme.md") {
            for index in ["index.html", "index.md"] {
                redirects.insert(relative_to("", &format!("{folder}/{index}")), chapter.path.clone());
            }
        }
    }
    for (from, to) in &config.redirects {
        if !to.contains("://") {
            let from = relative_to("", from);
            redirects.insert(from.clone(), relative_to(&from, to));
        }
    }
    redirects
}
