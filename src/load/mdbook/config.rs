//! `book.toml`: what this command uses of it, and a warning for what a book asks for and does not get.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed};
use crate::language::Direction;
use crate::load::check::is_language_tag;
use crate::load::manuscript::Mathematics;
use crate::load::text_file::TextFile;

/// The preprocessors that mdBook has built in, and others whose work this command does itself.
const BUILT_IN: [&str; 4] = ["links", "index", "admonish", "bib"];

/// Preprocessors whose work on formulas this command does itself.
const MATHEMATICS: [&str; 3] = ["katex", "mathpunc", "katex-static"];

/// What `book.toml` says.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) title: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) language: Option<String>,
    /// Which way the book runs, where its language does not say it.
    pub(super) direction: Option<Direction>,
    pub(super) description: Option<String>,
    /// The text root, relative to the book.
    pub(super) src: String,
    /// The list of chapters, in the text root.
    pub(super) summary: String,
    pub(super) smart_punctuation: bool,
    /// For languages the marks at the beginning of lines of code that are hidden.
    pub(super) hidelines: Vec<(String, String)>,
    /// What marks a formula.
    pub(super) mathematics: Mathematics,
    /// Pages that have moved, from and to, as written.
    pub(super) redirects: Vec<(String, String)>,
    /// A file with commands that formulas may use, as `[preprocessor.katex]` names it, from the book's folder.
    pub(super) macros: Option<String>,
    /// What stands for what in the text: `{{ book.version }}` and its value, on one line.
    pub(super) variables: Vec<(String, String)>,
    /// Files of works to cite, as `[preprocessor.bib]` names them.
    pub(super) bibliography: Vec<String>,
    pub(super) citation_style: Option<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: None,
            authors: Vec::new(),
            language: None,
            direction: None,
            description: None,
            src: "src".to_string(),
            summary: "SUMMARY.md".to_string(),
            // mdBook's own default since version 0.5.
            smart_punctuation: true,
            hidelines: Vec::new(),
            mathematics: Mathematics::None,
            redirects: Vec::new(),
            macros: None,
            variables: Vec::new(),
            bibliography: Vec::new(),
            citation_style: None,
        }
    }
}

/// Reads `book.toml`. `None` when it is not TOML.
pub(super) fn read(file: &TextFile, diagnostics: &mut Diagnostics) -> Option<Config> {
    let table = match DeTable::parse(&file.text) {
        Ok(table) => table,
        Err(error) => {
            let place = error.span().map_or_else(|| Place::file(&file.name), |span| place(file, &span));
            diagnostics.push(Diagnostic::error(Code::TomlSyntax, format!("this is not TOML: {}", error.message())).at(place));
            return None;
        }
    };
    let mut reader = Reader { file, diagnostics };
    let root = table.get_ref();
    let mut config = Config::default();
    if let Some(book) = reader.table(root, "book") {
        config.title = reader.text(book, "title");
        config.authors = reader.texts(book, "authors");
        config.description = reader.text(book, "description");
        config.language = reader.language(book);
        config.direction = reader.direction(book);
        config.src = reader.src(book).unwrap_or(config.src);
    }
    if let Some(html) = reader.table(root, "output").and_then(|output| reader.table(output, "html")) {
        let quotes = reader.truth(html, "curly-quotes");
        config.smart_punctuation = reader.truth(html, "smart-punctuation").or(quotes).unwrap_or(true);
        config.redirects = reader.redirects(html);
        if let Some(hidden) = reader.table(html, "code").and_then(|code| reader.table(code, "hidelines")) {
            let prefix = |(language, prefix): (&Spanned<_>, &Spanned<DeValue<'_>>)| match prefix.get_ref() {
                DeValue::String(prefix) if !prefix.is_empty() => Some((key_text(language), prefix.to_string())),
                _ => None,
            };
            config.hidelines = hidden.iter().filter_map(prefix).collect();
        }
        config.mathematics = reader.mathematics(html);
        reader.warn_of_content(html);
        reader.warn_of_web_files(html);
    }
    config.macros = reader.table(root, "preprocessor").and_then(|all| reader.table(all, "katex")).and_then(|katex| reader.text(katex, "macros"));
    if let Some(bib) = reader.table(root, "preprocessor").and_then(|all| reader.table(all, "bib")) {
        config.bibliography = reader.text(bib, "bibliography").into_iter().collect();
        config.citation_style = reader.text(bib, "csl").or_else(|| reader.text(bib, "citation-style"));
    }
    if reader.has_formulas_made(root) {
        config.mathematics = if config.mathematics == Mathematics::MathJax { Mathematics::All } else { Mathematics::Dollars };
    }
    reader.warn_of_preprocessors(root);
    Some(config)
}

/// The place of a span of bytes.
fn place(file: &TextFile, span: &Range<usize>) -> Place {
    let before = file.text.get(..span.start).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.get(start..).unwrap_or("").chars().count() as u32 + 1;
    Place { file: file.name.clone(), line, column, cut: 0, text: file.text.lines().nth(line as usize - 1).unwrap_or("").to_string() }
}

struct Reader<'a, 'd> {
    file: &'a TextFile,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    fn error(&mut self, code: Code, span: &Range<usize>, message: String, hint: &str) {
        self.diagnostics.push(Diagnostic::error(code, message).at(place(self.file, span)).hint(hint));
    }

    fn table<'t>(&mut self, table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => {
                self.error(Code::ValueKind, &value.span(), format!("`{key}` must be a table"), "write it as a section in brackets");
                None
            }
        }
    }

    fn text(&mut self, table: &DeTable<'a>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if text.contains('\0') => {
                self.error(Code::ValueCharacter, &value.span(), format!("`{key}` holds a NUL, which is no character of any text"), "take it out");
                None
            }
            DeValue::String(text) => Some(text.trim().to_string()).filter(|t| !t.is_empty()),
            _ => {
                self.error(Code::ValueKind, &value.span(), format!("`{key}` must be text"), "put it in quotes");
                None
            }
        }
    }

    fn texts(&mut self, table: &DeTable<'a>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.error(Code::ValueKind, &value.span(), format!("`{key}` must be a list"), "write it `[\"One\", \"Two\"]`");
            return Vec::new();
        };
        let as_text = |item: &Spanned<DeValue<'a>>| if let DeValue::String(text) = item.get_ref() { Some(text.to_string()) } else { None };
        items.iter().filter_map(as_text).collect()
    }

    fn truth(&mut self, table: &DeTable<'a>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => {
                self.error(Code::ValueKind, &value.span(), format!("`{key}` must be true or false"), "write it without quotes");
                None
            }
        }
    }

    fn language(&mut self, book: &DeTable<'a>) -> Option<String> {
        let tag = self.text(book, "language")?;
        if is_language_tag(&tag) {
            return Some(tag);
        }
        let span = book.get("language").map(Spanned::span).unwrap_or_default();
        self.error(Code::LanguageTag, &span, format!("`{tag}` is not a language tag"), "write it like `en`, `en-GB` or `pt-BR` (BCP 47)");
        None
    }

    fn direction(&mut self, book: &DeTable<'a>) -> Option<Direction> {
        let name = self.text(book, "text-direction")?;
        let direction = Direction::named(&name);
        if direction.is_none() {
            let span = book.get("text-direction").map(Spanned::span).unwrap_or_default();
            let message = format!("`{name}` is no direction of text, and the language decides");
            self.diagnostics.push(Diagnostic::warning(Code::ValueKind, message).at(place(self.file, &span)).hint("write `ltr` or `rtl`"));
        }
        direction
    }

    fn src(&mut self, book: &DeTable<'a>) -> Option<String> {
        let src = self.text(book, "src")?.replace('\\', "/");
        if src.starts_with('/') || src.split('/').any(|part| part == "..") {
            let span = book.get("src").map(Spanned::span).unwrap_or_default();
            self.error(Code::FileOutside, &span, format!("`{src}` lies outside the project"), "name a folder of the book");
            return None;
        }
        Some(crate::load::relative_to("", &src))
    }

    fn redirects(&mut self, html: &DeTable<'a>) -> Vec<(String, String)> {
        let Some(table) = self.table(html, "redirect") else { return Vec::new() };
        let pair = |(from, to): (&Spanned<_>, &Spanned<DeValue<'a>>)| match to.get_ref() {
            DeValue::String(to) => Some((key_text(from), to.to_string())),
            _ => None,
        };
        table.iter().filter_map(pair).collect()
    }

    /// What marks a formula: MathJax looks for its own marks, and scripts that a book brings along mostly take dollars.
    fn mathematics(&mut self, html: &DeTable<'a>) -> Mathematics {
        if self.truth(html, "mathjax-support") == Some(true) {
            return Mathematics::MathJax;
        }
        let scripts = self.texts(html, "additional-js");
        let known = |script: &String| ["katex", "mathjax"].iter().any(|name| script.to_ascii_lowercase().contains(name));
        if scripts.iter().any(known) { Mathematics::Dollars } else { Mathematics::None }
    }

    /// Whether a preprocessor would make formulas of what stands between dollars: that is done here.
    fn has_formulas_made(&mut self, root: &DeTable<'a>) -> bool {
        self.table(root, "preprocessor").is_some_and(|table| table.iter().any(|(name, _)| MATHEMATICS.contains(&key_text(name).as_str())))
    }

    /// Keys that change the text on the web and nothing here.
    fn warn_of_content(&mut self, html: &DeTable<'a>) {
        let told = [
            ("no-section-label", true, "chapters keep their numbers"),
            ("definition-lists", false, "a line that begins with `: ` explains the one above it"),
            ("admonitions", false, "quotations that begin with `[!NOTE]` and the like are callouts"),
        ];
        for (key, value, instead) in told {
            let Some(set) = html.get(key) else { continue };
            if matches!(set.get_ref(), DeValue::Boolean(is) if *is == value) {
                let message = format!("`{key} = {value}` is not heeded: {instead}");
                self.diagnostics.push(Diagnostic::warning(Code::WebSettingUnused, message).at(place(self.file, &set.span())));
            }
        }
    }

    fn warn_of_web_files(&mut self, html: &DeTable<'a>) {
        let asked: Vec<&str> = ["additional-css", "additional-js"].into_iter().filter(|key| html.contains_key(*key)).collect();
        if let Some(span) = asked.first().and_then(|key| html.get(*key)).map(Spanned::span) {
            let message = format!("{} are for web pages and are not used", listed(&asked));
            self.diagnostics.push(Diagnostic::warning(Code::WebFilesUnused, message).at(place(self.file, &span)).hint("the book's looks come from its theme"));
        }
    }

    fn warn_of_preprocessors(&mut self, root: &DeTable<'a>) {
        let Some(table) = self.table(root, "preprocessor") else { return };
        let mut asked: Vec<(Range<usize>, String)> = table.iter().map(|(name, _)| (name.span(), key_text(name))).collect();
        asked.retain(|(_, name)| !BUILT_IN.contains(&name.as_str()) && !MATHEMATICS.contains(&name.as_str()));
        asked.sort_by_key(|(span, _)| span.start);
        let Some((span, _)) = asked.first() else { return };
        let names: Vec<&str> = asked.iter().map(|(_, name)| name.as_str()).collect();
        let what = if names.len() == 1 { "the preprocessor" } else { "the preprocessors" };
        let is = if names.len() == 1 { "is" } else { "are" };
        let message = format!("{what} {} {is} not run", listed(&names));
        self.diagnostics.push(
            Diagnostic::warning(Code::PreprocessorNotRun, message)
                .at(place(self.file, span))
                .hint("what they would change in the chapters stays as it is written"),
        );
    }
}

fn key_text<T: AsRef<str>>(key: &Spanned<T>) -> String {
    key.get_ref().as_ref().to_string()
}
