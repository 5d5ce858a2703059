//! mdBook's render context, as it gives it to a renderer on standard input: the chapters as the book's preprocessors left them.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, Warned};
use crate::files::plain_lines;
use crate::load::assets::{Assets, relative_to};
use crate::load::front_matter;
use crate::load::listed::Listed;
use crate::load::manuscript::{ChapterSource, FrontMatter, Manuscript, Pos, Role, Sources, Text};
use crate::load::text_file::{Reading, TextFile};

use super::{CONFIG, hidden};

/// Chapters within chapters, as deep as any book goes.
const DEEPEST: usize = 64;

/// What mdBook says to a renderer.
#[derive(Clone, Debug)]
pub struct RenderContext {
    /// The book's folder.
    pub root: PathBuf,
    /// Where the renderer is to put what it makes.
    pub destination: PathBuf,
    /// The version of mdBook.
    pub version: String,
    /// What stands under `[output.handbook]`.
    pub settings: Map<String, Value>,
    config: Value,
    items: Vec<Value>,
}

impl RenderContext {
    /// Reads it.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<RenderContext, Diagnostic> {
        let none = |what: &str| {
            let hint = "mdBook runs this command for a book whose book.toml has `[output.handbook]` with `command = \"handbook mdbook\"`";
            Diagnostic::error(Code::RenderContext, format!("standard input has no render context of mdBook: {what}")).hint(hint)
        };
        let Ok(Value::Object(mut map)) = serde_json::from_str(text) else { return Err(none("it is not a JSON object")) };
        let path = |key: &str| map.get(key).and_then(Value::as_str).map(PathBuf::from);
        let (Some(root), Some(destination)) = (path("root"), path("destination")) else { return Err(none("`root` and `destination` are missing")) };
        let version = map.get("version").and_then(Value::as_str).unwrap_or("").to_string();
        let config = map.remove("config").unwrap_or_default();
        // Version 0.5 has `items`, those before it `sections`.
        let book = map.remove("book").unwrap_or_default();
        let items = ["items", "sections"].iter().find_map(|key| book.get(key).and_then(Value::as_array).cloned());
        let Some(items) = items else { return Err(none("the book has no `items`")) };
        let settings = config.pointer("/output/handbook").and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(RenderContext { root, destination, version, settings, config, items })
    }

    /// The book. Files that its chapters name are read from its folder.
    ///
    /// # Errors
    /// Everything that keeps it from being a book.
    pub fn manuscript(&self, boundary: Option<&Path>) -> Result<Warned<Manuscript>, Diagnostics> {
        let mut found = Diagnostics::new();
        let manuscript = self.read(boundary, &mut found);
        Warned::unless_stopped(manuscript, found)
    }

    fn read(&self, boundary: Option<&Path>, found: &mut Diagnostics) -> Option<Manuscript> {
        let name = self.root.display().to_string();
        let assets = match Assets::folder(&self.root, "", boundary) {
            Ok(assets) => assets,
            Err(error) => {
                let message = format!("the book's folder cannot be read: {}", crate::diag::reason(&error));
                found.push(Diagnostic::error(Code::ProjectUnreadable, message).at(Place::file(&name)));
                return None;
            }
        };
        let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics: found };
        let mut config = super::configuration(&self.root, &mut reading)?;
        // They have run.
        let said = std::mem::take(reading.diagnostics);
        said.iter().filter(|diagnostic| diagnostic.code != Code::PreprocessorNotRun).for_each(|diagnostic| reading.diagnostics.push(diagnostic.clone()));
        // What the environment says goes before what the file says.
        let book = |key: &str| self.config.pointer(&format!("/book/{key}")).and_then(Value::as_str).map(str::to_string);
        config.title = book("title").or(config.title);
        config.description = book("description").or(config.description);
        config.src = book("src").map_or(config.src, |src| relative_to("", &src.replace('\\', "/")));
        reading.assets = reading.assets.with_text_root(&config.src);
        reading.prefix = if config.src.is_empty() { String::new() } else { format!("{}/", config.src) };
        let mut chapters = Chapters { reading: &mut reading, hidelines: &config.hidelines, found: Vec::new(), part: None };
        chapters.items(&self.items, 0);
        let chapters = chapters.found;
        if chapters.iter().all(|chapter| chapter.draft) {
            reading.diagnostics.push(Diagnostic::error(Code::BookEmpty, "the book has no chapters").at(Place::file(CONFIG)));
            return None;
        }
        super::finished(name, &config, chapters, reading)
    }
}

struct Chapters<'a, 'r> {
    reading: &'a mut Reading<'r>,
    hidelines: &'a [(String, String)],
    found: Vec<ChapterSource>,
    /// A part's title that waits for its first chapter.
    part: Option<String>,
}

impl Chapters<'_, '_> {
    fn items(&mut self, items: &[Value], depth: usize) {
        for item in items {
            if let Some(title) = item.get("PartTitle").and_then(Value::as_str) {
                self.part = Some(title.to_string());
            }
            if let Some(chapter) = item.get("Chapter") {
                self.chapter(chapter, depth);
            }
        }
    }

    fn chapter(&mut self, chapter: &Value, depth: usize) {
        let text = |key: &str| chapter.get(key).and_then(Value::as_str).unwrap_or("");
        let numbered = chapter.get("number").is_some_and(Value::is_array);
        let path = if text("source_path").is_empty() { text("path") } else { text("source_path") };
        let path = relative_to("", &path.replace('\\', "/"));
        let (name, content) = (format!("{}{path}", self.reading.prefix), plain_lines(text("content")));
        let id = self.reading.sources.add(&name, &content);
        let pos = Pos { file: id, line: 1, column: 0 };
        let file = TextFile { id, name: name.as_str().into(), text: content.as_ref().into() };
        let listed = Listed {
            title: text("name").to_string(),
            path: (!path.is_empty()).then(|| path.clone()),
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            numbered,
            part: self.part.take_if(|_| numbered),
            pos,
            place: Place::file(&name),
        };
        let (meta, text) = if listed.path.is_some() {
            let read = front_matter::foreign(&file, self.reading.diagnostics);
            (read.meta, read.text)
        } else {
            (FrontMatter::default(), Text::default())
        };
        let text = match hidden::with_prefixes(&text.text, self.hidelines) {
            Some(marked) => Text { text: marked, ..text },
            None => text,
        };
        self.found.push(ChapterSource {
            draft: listed.path.is_none(),
            path,
            role: Role::Chapter { depth: listed.depth, numbered },
            listed_title: Some(listed.title).filter(|title| !title.is_empty()),
            meta,
            pos,
            part: listed.part,
            text,
        });
        if depth < DEEPEST {
            let within = chapter.get("sub_items").and_then(Value::as_array).cloned().unwrap_or_default();
            self.items(&within, depth + 1);
        }
    }
}
