//! The EPUB writer: a [`Resolved`] book to an EPUB 3.3 file.
//!
//! Every section becomes one XHTML file ([`section`], [`blocks`], [`inlines`]), written by a [`scribe`]; cover, title page,
//! imprint, index and colophon are added ([`matter`], [`index`]); fonts, pictures and the stylesheet join them. epub-builder
//! makes the container, and a finish step replaces the package document and the navigation documents ([`package`], [`nav`],
//! [`archive`]). Nothing depends on a clock, on chance or on the number of threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::fonts::FontBook;
use crate::furniture::Folio;
use crate::paginate::Start;
use crate::resolve::{Matter, Resolved};
use crate::theme::Theme;

mod access;
mod archive;
mod blocks;
mod breaks;
mod code;
mod fonts;
mod images;
mod index;
mod inlines;
mod language;
mod matter;
mod nav;
mod notes;
mod package;
mod page;
mod pictures;
mod scribe;
mod section;
mod style;
mod tables;
mod targets;
#[cfg(test)]
mod tests;
mod url;
mod xml;

use access::Traits;
use archive::{Entry, Rewritten};
use breaks::Breaks;
use pictures::Pictures;
use scribe::{Characters, Context, Written};
use targets::Targets;

/// Files that every book has, by name.
const COVER_PAGE: &str = "cover.xhtml";
const TITLE_PAGE: &str = "title-page.xhtml";
const IMPRINT: &str = "imprint.xhtml";
const NAVIGATION: &str = "nav.xhtml";
const INDEX: &str = "index.xhtml";
const COLOPHON: &str = "colophon.xhtml";

/// The cover picture: at least 1600 pixels tall.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The file, PNG or JPEG.
    pub bytes: Arc<[u8]>,
}

impl Cover {
    fn is_png(&self) -> bool {
        self.bytes.starts_with(b"\x89PNG")
    }

    fn path(&self) -> &'static str {
        if self.is_png() { "images/cover.png" } else { "images/cover.jpg" }
    }

    fn media(&self) -> &'static str {
        if self.is_png() { "image/png" } else { "image/jpeg" }
    }
}

/// What the writer takes beside the resolved book.
pub struct Parts<'a> {
    /// The typeset book's pages, for the page list; `None` where no PDF is made.
    pub pages: Option<&'a [(Folio, Option<Start>)]>,
    /// The cover picture.
    pub cover: Cover,
    /// The drawn map of the ladder as an `svg` element, for the text itself, with its description in it.
    pub route_map: Option<String>,
    /// Fonts at hand.
    pub fonts: &'a FontBook,
    /// The theme: families and colours.
    pub theme: &'a Theme,
}

/// Writes the EPUB.
///
/// # Errors
/// Only if the container cannot be built, which no manuscript should bring about.
pub fn write(resolved: &Resolved, parts: &Parts<'_>) -> Result<Vec<u8>, Diagnostics> {
    let book = Book::make(resolved, parts);
    let built = archive::build(resolved, &book.entries, parts.cover.path()).map_err(|error| failed(&error))?;
    archive::finish(&built, &book.rewritten).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::error(format!("the EPUB could not be written: {error}")));
    diagnostics
}

/// All files of a book before they go into the container.
struct Book {
    entries: Vec<Entry>,
    rewritten: Rewritten,
}

impl Book {
    fn make(resolved: &Resolved, parts: &Parts<'_>) -> Book {
        let pictures = Pictures::new(resolved, parts.fonts);
        let context = Context { resolved, parts, targets: Targets::new(resolved), pictures };
        let sections = sections(&context);
        let mut texts = Texts::gather(&context, sections);
        let traits = traits(&context, &texts);
        let landmarks = landmarks(&context, &texts);
        let pages: Vec<nav::PageEntry<'_>> = texts.files.iter().flat_map(|w| w.pages.iter().map(|mark| (w.file.as_str(), mark))).collect();
        let contents = contents(&context, &texts);
        let navigation = nav::document(resolved, &contents, &landmarks, &pages);
        let ncx = nav::ncx(resolved, &contents, &pages);
        let characters = std::mem::take(&mut texts.characters);
        let mut entries = resources(&context, &characters);
        let spine = texts.spine();
        entries.extend(texts.files.into_iter().map(|w| Entry {
            path: w.file,
            media: "application/xhtml+xml",
            bytes: w.xhtml.into_bytes(),
            svg: w.svg,
            personal: w.personal,
        }));
        let package = package::document(resolved, parts, &entries, &spine, traits);
        Book { entries, rewritten: Rewritten { package, navigation, ncx } }
    }
}

/// Every section, written in parallel and kept in order.
fn sections(context: &Context<'_>) -> Vec<Option<Written>> {
    let count = context.resolved.document.sections.len();
    let breaks = Breaks::of_sections(context.parts.pages.unwrap_or_default(), count);
    breaks.into_par_iter().enumerate().map(|(index, (breaks, page))| section::write(context, index, breaks, page)).collect()
}

/// All XHTML files in reading order, without the navigation document.
struct Texts {
    files: Vec<Written>,
    /// Files before the contents.
    before_contents: usize,
    has_index: bool,
    characters: Characters,
}

impl Texts {
    fn gather(context: &Context<'_>, sections: Vec<Option<Written>>) -> Texts {
        let (resolved, parts) = (context.resolved, context.parts);
        let mut files = matter::front(resolved, parts);
        let before_contents = files.len();
        for (index, written) in sections.into_iter().enumerate() {
            if let Some((title, number)) = resolved.sections.get(index).and_then(|info| info.part.as_ref()) {
                files.push(matter::part(resolved, &context.targets.part_file(index), title, number));
            }
            files.extend(written);
        }
        let term_pages: BTreeMap<_, _> = files.iter().flat_map(|w| w.term_pages.clone()).collect();
        let index = index::write(resolved, &context.targets, &term_pages);
        let has_index = index.is_some();
        files.extend(index);
        files.push(matter::colophon(resolved, parts));
        let mut characters = Characters::default();
        for file in &mut files {
            characters.merge(std::mem::take(&mut file.characters));
        }
        Texts { files, before_contents, has_index, characters }
    }

    /// File names in reading order, the contents among them.
    fn spine(&self) -> Vec<String> {
        let mut spine: Vec<String> = self.files.iter().map(|w| w.file.clone()).collect();
        spine.insert(self.before_contents.min(spine.len()), NAVIGATION.to_string());
        spine
    }
}

/// The contents with what the book adds at its end.
fn contents(context: &Context<'_>, texts: &Texts) -> Vec<nav::Entry> {
    let words = &context.resolved.words;
    let mut contents = nav::tree(context.resolved, &context.targets);
    let added = [(texts.has_index, INDEX, &words.index), (true, COLOPHON, &words.colophon)];
    for (_, file, title) in added.into_iter().filter(|(there, _, _)| *there) {
        contents.push(nav::Entry { href: file.to_string(), title: title.clone(), ..nav::Entry::default() });
    }
    contents
}

fn landmarks(context: &Context<'_>, texts: &Texts) -> Vec<nav::Landmark> {
    let (resolved, words) = (context.resolved, &context.resolved.words);
    let mut landmarks = vec![
        ("cover", COVER_PAGE.to_string(), words.cover.clone()),
        ("titlepage", TITLE_PAGE.to_string(), words.title_page.clone()),
        ("toc", NAVIGATION.to_string(), words.contents.clone()),
    ];
    let main = |at: usize| resolved.sections.get(at).is_some_and(|info| info.matter == Matter::Main);
    let first = nav::first_section(resolved, main).or_else(|| nav::first_section(resolved, |_| true));
    if let Some(node) = first {
        let title = resolved.sections.get(node.section as usize).map(|info| info.title.clone()).unwrap_or_default();
        landmarks.push(("bodymatter", context.targets.href(node, None), if title.is_empty() { words.chapter.clone() } else { title }));
    }
    if texts.has_index {
        landmarks.push(("index", INDEX.to_string(), words.index.clone()));
    }
    landmarks.push(("colophon", COLOPHON.to_string(), words.colophon.clone()));
    landmarks
}

fn traits(context: &Context<'_>, texts: &Texts) -> Traits {
    Traits {
        pictures: context.resolved.images.values().any(|picture| !picture.alt.is_empty()) || context.parts.route_map.is_some(),
        pages: texts.files.iter().any(|w| !w.pages.is_empty()),
        index: texts.has_index,
        described: context.resolved.all_pictures_described,
    }
}

/// Stylesheet, fonts with their licences, and pictures.
fn resources(context: &Context<'_>, characters: &Characters) -> Vec<Entry> {
    let parts = context.parts;
    let fonts = fonts::subset(parts.fonts, &parts.theme.fonts, characters);
    let shared = |path: String, media: &'static str, bytes: Vec<u8>| Entry { path, media, bytes, svg: false, personal: false };
    let mut entries = vec![shared("stylesheet.css".to_string(), "text/css", style::sheet(parts.theme, &fonts).into_bytes())];
    entries.push(shared(parts.cover.path().to_string(), parts.cover.media(), parts.cover.bytes.to_vec()));
    entries.extend(fonts::licences(&fonts).into_iter().map(|(path, text)| shared(path, "text/plain", text.as_bytes().to_vec())));
    entries.extend(fonts.into_iter().map(|font| shared(font.path, "font/ttf", font.bytes)));
    entries.extend(context.pictures.assets.values().map(|asset| shared(asset.path.clone(), asset.media, asset.bytes.clone())));
    entries
}
