//! A glance at the e-book: its files one by one, made when somebody looks at them, and no archive.
//!
//! They are the files of the archive, but for the fonts, which are whole: what characters they would have to be cut down to is known only
//! when every chapter has been written.

use std::sync::{Arc, OnceLock};

use crate::fonts::FaceId;
use crate::resolve::Resolved;

use super::breaks::Breaks;
use super::fonts;
use super::nav::{self, Entry};
use super::pictures::Pictures;
use super::scribe::{Characters, Context, Written};
use super::targets::{Found, Targets};
use super::{COLOPHON, COVER_PAGE, IMPRINT, INDEX, NAVIGATION, NEWS, Part, Parts, TITLE_PAGE, breaks_of, index_of, matter, order, section, sections, style};

/// The e-book of a reader, not yet written.
#[derive(Debug)]
pub struct Glance {
    resolved: Resolved,
    parts: Parts,
    found: Found,
    pictures: OnceLock<Arc<Pictures>>,
    breaks: Vec<(Breaks, Option<String>)>,
    faces: Vec<(fonts::Font, FaceId)>,
}

/// A file of the e-book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlanceFile {
    /// Media type.
    pub media: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A file that is read, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its name among the files.
    pub file: String,
    /// Its title.
    pub title: String,
}

impl Glance {
    /// Looks through the book once.
    pub(crate) fn new(resolved: Resolved, parts: Parts) -> Glance {
        let found = Targets::new(&resolved).found();
        let faces = fonts::whole(&parts.fonts, &parts.theme.fonts);
        let breaks = breaks_of(&resolved, &parts);
        Glance { found, parts, faces, pictures: OnceLock::new(), breaks, resolved }
    }

    /// The files that are read, in their order.
    pub fn chapters(&self) -> Vec<Chapter> {
        let targets = self.targets();
        let words = &self.resolved.words;
        let info = |at: usize| self.resolved.sections.get(at);
        let chapter = |part: Part| {
            let (file, title) = match part {
                Part::Cover => (COVER_PAGE.to_string(), words.cover.clone()),
                Part::TitlePage => (TITLE_PAGE.to_string(), words.title_page.clone()),
                Part::Imprint => (IMPRINT.to_string(), words.imprint.clone()),
                Part::News => (NEWS.to_string(), words.news_title(&self.resolved.news.as_ref()?.since)),
                Part::Title(at) => (targets.part_file(at), info(at)?.part.as_ref()?.1.clone()),
                Part::Section(at) => (targets.file(at), [info(at)?.number.as_deref().unwrap_or_default(), info(at)?.title.trim()].join(" ").trim().to_string()),
                Part::Index => (INDEX.to_string(), words.index.clone()),
                Part::Colophon => (COLOPHON.to_string(), words.colophon.clone()),
            };
            Some(Chapter { file, title })
        };
        order(&self.resolved).into_iter().filter_map(chapter).collect()
    }

    /// The file of a section, by its place in the document.
    pub fn file_of(&self, section: usize) -> String {
        self.targets().file(section)
    }

    /// A file by its name in the archive. None that the book does not have.
    pub fn file(&self, name: &str) -> Option<GlanceFile> {
        let css = |text: String| GlanceFile { media: "text/css", bytes: text.into_bytes() };
        match name {
            "stylesheet.css" => return Some(css(self.stylesheet())),
            "dark.css" => return Some(css(style::dark_sheet(&self.parts.theme, self.resolved.document.selection.ladder.len()))),
            _ if name == self.parts.cover.path() => return Some(GlanceFile { media: self.parts.cover.media(), bytes: self.parts.cover.bytes.to_vec() }),
            _ => {}
        }
        if let Some((_, face)) = self.faces.iter().find(|(font, _)| font.path == name) {
            return Some(GlanceFile { media: "font/ttf", bytes: self.parts.fonts.face(*face).data.as_ref().to_vec() });
        }
        if name.starts_with("images/") {
            let pictures = self.pictures();
            let asset = pictures.assets.values().find(|asset| asset.path == name)?;
            return Some(GlanceFile { media: asset.media, bytes: asset.bytes.clone() });
        }
        self.text(name).map(|written| GlanceFile { media: "application/xhtml+xml", bytes: written.xhtml.into_bytes() })
    }

    /// A file of text.
    fn text(&self, name: &str) -> Option<Written> {
        let context = self.context();
        let resolved = &self.resolved;
        match name {
            COVER_PAGE => return Some(matter::cover(resolved, &self.parts)),
            TITLE_PAGE => return Some(matter::title_page(resolved)),
            IMPRINT => return Some(matter::imprint(resolved)),
            COLOPHON => return Some(matter::colophon(resolved, &self.parts)),
            NAVIGATION => return Some(self.navigation(&context)),
            NEWS => return matter::news(resolved, &context.targets),
            INDEX => return index_of(&context, &sections(&context).iter().flatten().collect::<Vec<_>>()),
            _ => {}
        }
        for (index, info) in resolved.sections.iter().enumerate() {
            if info.part.is_some() && context.targets.part_file(index) == name {
                return matter::part(resolved, &context.targets, index);
            }
            if context.targets.file(index) == name {
                let (breaks, page) = self.breaks.get(index).cloned()?;
                return section::write(&context, index, breaks, page);
            }
        }
        None
    }

    fn navigation(&self, context: &Context<'_>) -> Written {
        let contents: Vec<Entry> = nav::tree(&self.resolved, &context.targets, self.parts.theme.contents.grouped);
        Written { xhtml: nav::document(&self.resolved, &contents, &[], &[]), ..Written::default() }
    }

    fn stylesheet(&self) -> String {
        let book = &self.resolved.book;
        let language = crate::language::primary(&book.language);
        let characters = Characters {
            rtl: book.direction.is_rtl(),
            without_italics: matches!(language.as_str(), "zh" | "cmn" | "yue" | "ja" | "ko"),
            ..Characters::default()
        };
        let fonts: Vec<fonts::Font> = self.faces.iter().map(|(font, _)| font.clone()).collect();
        style::sheet(&self.parts.theme, self.resolved.document.selection.ladder.len(), &fonts, &characters)
    }

    fn pictures(&self) -> Arc<Pictures> {
        self.pictures.get_or_init(|| Arc::new(Pictures::new(&self.resolved, &self.parts.fonts, &self.parts.materials))).clone()
    }

    fn targets(&self) -> Targets<'_> {
        Targets::again(&self.resolved, &self.found)
    }

    fn context(&self) -> Context<'_> {
        Context { resolved: &self.resolved, parts: &self.parts, targets: self.targets(), pictures: self.pictures(), setter: OnceLock::new() }
    }
}
