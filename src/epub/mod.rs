//! The EPUB writer: a [`Resolved`] book to an EPUB 3.3 file.
//!
//! Every section becomes one XHTML file ([`section`], [`blocks`], [`inlines`]), written by a [`scribe`]; cover, title page,
//! imprint, index and colophon are added ([`matter`], [`index`]); fonts, pictures and the stylesheet join them. epub-builder
//! makes the container, and a finish step replaces the package document and the navigation documents ([`package`], [`nav`],
//! [`archive`]). What copies for readers of one shape share is compressed once, in the [`SharedEpub`]; a copy adds the files in
//! which the reader's words stand. Nothing depends on a clock, on chance or on the number of threads.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::FontBook;
use crate::furniture::{Folio, NamePlace};
use crate::length::Size;
use crate::load::OwnPage;
use crate::memo::Memo;
use crate::paginate::Start;
use crate::provenance::digest::{Digest, Digested};
use crate::provenance::{self, Origin, opf};
use crate::resolve::{Matter, Resolved, SectionInfo};
use crate::theme::Theme;
use crate::xml::escaped;

mod access;
mod archive;
mod blocks;
mod breaks;
mod code;
mod fonts;
mod formulas;
mod glance;
mod images;
mod index;
mod inlines;
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
mod whole;

use crate::xml::Template;
use access::Traits;
use archive::Entry;
use breaks::Breaks;
pub use glance::{Chapter, Glance, GlanceFile};
pub use pictures::Asset;
use pictures::Pictures;
#[cfg(feature = "web")]
pub(crate) use pictures::picture;
use scribe::{Characters, Context, Written};
use targets::Targets;

/// Files that every book has, by name.
const COVER_PAGE: &str = "cover.xhtml";
const TITLE_PAGE: &str = "title-page.xhtml";
const IMPRINT: &str = "imprint.xhtml";
const NAVIGATION: &str = "nav.xhtml";
const INDEX: &str = "index.xhtml";
const COLOPHON: &str = "colophon.xhtml";
const NEWS: &str = "news.xhtml";
/// Files that the book makes of itself, whose words are not the manuscript's.
#[cfg(feature = "fuzz")]
pub(crate) const OWN_FILES: [&str; 7] = [COVER_PAGE, TITLE_PAGE, IMPRINT, NAVIGATION, NEWS, INDEX, COLOPHON];

/// The cover picture: at least 1600 pixels tall.
#[derive(Clone, Debug)]
pub struct Cover {
    /// The file, PNG or JPEG.
    pub bytes: Arc<[u8]>,
    /// The page that it shows.
    pub size: Size,
    /// Where the reader's name is laid over it.
    pub name: Option<NamePlace>,
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

/// The typeset book's pages: for each its folio, and where its text begins.
pub type PageMap = Arc<[(Folio, Option<Start>)]>;

/// What the writer takes beside the resolved book.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The typeset book's pages, for the page list; `None` where no PDF is made.
    pub pages: Option<PageMap>,
    /// The cover picture.
    pub cover: Cover,
    /// The drawn map of the ladder as an `svg` element, for the text itself, with its description in it.
    pub route_map: Option<Arc<str>>,
    /// Fonts at hand.
    pub fonts: Arc<FontBook>,
    /// Pictures that were made ready before, and code that was highlighted.
    pub materials: Arc<Memo>,
    /// The theme: families and colours.
    pub theme: Arc<Theme>,
}

/// Writes the EPUB of one book.
///
/// # Errors
/// Only if the container cannot be built, which no manuscript should bring about.
pub fn write(resolved: &Resolved, parts: &Parts, origin: Option<&Origin>) -> Result<Digested, Diagnostics> {
    SharedEpub::new(resolved, parts.clone())?.copy(resolved, parts.pages.clone(), origin)
}

fn failed(error: &dyn std::fmt::Display) -> Diagnostics {
    Diagnostic::error(Code::ProgramFault, format!("the EPUB could not be written: {error}")).into()
}

/// What the EPUBs of all readers of one shape share.
#[derive(Debug)]
pub struct SharedEpub {
    /// The archive without each copy's own files.
    shared: archive::Shared,
    /// Digests of the files in it, by name.
    digests: BTreeMap<String, Digest>,
    /// Those files, in reading order.
    own: Vec<OwnFile>,
    package: package::Package,
    ncx: Template,
    found: targets::Found,
    pictures: Arc<Pictures>,
    parts: Parts,
}

/// A file that each copy writes for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OwnFile {
    Cover,
    TitlePage,
    Colophon,
    Section(usize),
}

impl SharedEpub {
    /// Bytes that it takes, roughly.
    pub fn weight(&self) -> usize {
        self.shared.size()
    }

    /// Makes what copies of a book share.
    ///
    /// # Errors
    /// Only if the container cannot be built, which no manuscript should bring about.
    pub fn new(resolved: &Resolved, parts: Parts) -> Result<SharedEpub, Diagnostics> {
        let pictures = Arc::new(Pictures::new(resolved, &parts.fonts, &parts.materials));
        let context = Context { resolved, parts: &parts, targets: Targets::new(resolved), pictures: pictures.clone(), setter: OnceLock::new() };
        let mut texts = Texts::gather(&context, sections(&context));
        let traits = traits(&context, &texts);
        let landmarks = landmarks(&context, &texts);
        let pages: Vec<(String, breaks::PageMark)> = texts.files.iter().flat_map(|(_, w)| w.pages.iter().map(|mark| (w.file.clone(), mark.clone()))).collect();
        let contents = contents(&context, &texts);
        let navigation = nav::document(resolved, &contents, &landmarks, &pages);
        let characters = std::mem::take(&mut texts.characters);
        let mut entries = resources(&context, &characters);
        let spine = texts.spine();
        let mut own = Vec::new();
        for (source, written) in texts.files {
            own.extend(source.filter(|_| written.personal));
            let item = archive::Item { path: written.file, media: "application/xhtml+xml", svg: written.svg, mathml: written.mathml };
            entries.push(Entry { item, bytes: written.xhtml.into_bytes(), personal: source.is_some() && written.personal });
        }
        let built = archive::build(resolved, &entries, parts.cover.path()).map_err(|error| failed(&error))?;
        let shared = archive::shared(&built, &navigation, &pictures).map_err(|error| failed(&error))?;
        let found = context.targets.found();
        let items: Vec<archive::Item> = entries.into_iter().map(|entry| entry.item).collect();
        let package = package::package(resolved, &parts, &items, &spine, traits);
        let ncx = nav::ncx(resolved, &contents, &pages);
        let digests = shared.digests().map_err(|error| failed(&error))?;
        Ok(SharedEpub { shared, digests, own, package, ncx, found, pictures, parts })
    }

    /// The file of one copy. `pages` are those of its own PDF.
    ///
    /// # Errors
    /// As [`SharedEpub::new`].
    pub fn copy(&self, resolved: &Resolved, pages: Option<PageMap>, origin: Option<&Origin>) -> Result<Digested, Diagnostics> {
        let parts = Parts { pages, ..self.parts.clone() };
        let context =
            Context { resolved, parts: &parts, targets: Targets::again(resolved, &self.found), pictures: self.pictures.clone(), setter: OnceLock::new() };
        let mut breaks = breaks_of(context.resolved, &parts);
        let mut own: Vec<(String, String)> = Vec::with_capacity(self.own.len() + 2);
        for file in &self.own {
            let written = match file {
                OwnFile::Cover => Some(matter::cover(resolved, &parts)),
                OwnFile::TitlePage => Some(matter::title_page(resolved)),
                OwnFile::Colophon => Some(matter::colophon(resolved, &parts)),
                OwnFile::Section(index) => breaks.get_mut(*index).map(std::mem::take).and_then(|(breaks, page)| section::write(&context, *index, breaks, page)),
            };
            own.extend(written.map(|written| (written.file, written.xhtml)));
        }
        own.push(("toc.ncx".to_string(), self.ncx.filled(&[&escaped(&resolved.book.copy_identifier)])));
        let mut document = self.package.document(resolved, None);
        if let Some(origin) = origin {
            let content = self.content(&own, &document).ok_or_else(|| failed(&"its package document is not XML"))?;
            let (statement, seal) = origin.state(&resolved.document.selection, content);
            document = self.package.document(resolved, Some(&opf::properties(&statement, seal.as_deref())));
        }
        own.push(("content.opf".to_string(), document));
        archive::with_own(&self.shared, own.iter().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(|error| failed(&error))
    }
}

impl SharedEpub {
    /// Digest of a copy's content, of its own files and those that all share.
    fn content(&self, own: &[(String, String)], package: &str) -> Option<Digest> {
        let own: Vec<(String, Digest)> = own.iter().map(|(name, text)| (archive::path(name), provenance::epub::file_digest(text.as_bytes()))).collect();
        let package = (archive::path("content.opf"), opf::digest(package)?);
        let shared = self.digests.iter().map(|(name, digest)| (name.as_str(), *digest));
        let all: BTreeMap<&str, Digest> = shared.chain(own.iter().chain([&package]).map(|(name, digest)| (name.as_str(), *digest))).collect();
        Some(provenance::epub::combine(&all))
    }
}

/// For each section the pages that begin in it, and the page in force where it begins.
fn breaks_of(resolved: &Resolved, parts: &Parts) -> Vec<(Breaks, Option<String>)> {
    let (pages, document) = (parts.pages.as_deref().unwrap_or_default(), &resolved.document);
    Breaks::of_sections(pages, document.sections.len(), |section| document.index_of(section), &resolved.words)
}

/// Every section, written in parallel and kept in order.
fn sections(context: &Context<'_>) -> Vec<Option<Written>> {
    breaks_of(context.resolved, context.parts).into_par_iter().enumerate().map(|(index, (breaks, page))| section::write(context, index, breaks, page)).collect()
}

/// A part of the e-book that is read, each a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Cover,
    TitlePage,
    Imprint,
    News,
    /// The title of the part that begins with a section.
    Title(usize),
    Section(usize),
    Index,
    Colophon,
}

/// All parts in reading order.
fn order(resolved: &Resolved) -> Vec<Part> {
    let manuscript = &resolved.document.selection.manuscript;
    let one = |part, there: bool| there.then_some(part);
    let section = |(index, info): (usize, &SectionInfo)| [one(Part::Title(index), info.part.is_some()), Some(Part::Section(index))].into_iter().flatten();
    let before = [
        Some(Part::Cover),
        Some(Part::TitlePage),
        one(Part::Imprint, manuscript.has(OwnPage::Imprint)),
        one(Part::News, resolved.news.as_ref().is_some_and(|news| !news.chapters.is_empty())),
    ];
    let after = [one(Part::Index, !resolved.index.is_empty()), one(Part::Colophon, manuscript.has(OwnPage::Colophon))];
    before.into_iter().flatten().chain(resolved.sections.iter().enumerate().flat_map(section)).chain(after.into_iter().flatten()).collect()
}

/// The index, for which the sections have to be written: it shows the pages in force at their terms.
fn index_of(context: &Context<'_>, sections: &[&Written]) -> Option<Written> {
    let term_pages = sections.iter().flat_map(|written| written.term_pages.clone()).collect();
    index::write(context.resolved, &context.targets, &term_pages)
}

/// All XHTML files in reading order, without the navigation document.
struct Texts {
    /// Each with what it is, if a copy may have its own.
    files: Vec<(Option<OwnFile>, Written)>,
    /// Files before the contents.
    before_contents: usize,
    has_index: bool,
    characters: Characters,
}

impl Texts {
    fn gather(context: &Context<'_>, mut sections: Vec<Option<Written>>) -> Texts {
        let (resolved, parts) = (context.resolved, context.parts);
        let mut index = index_of(context, &sections.iter().flatten().collect::<Vec<_>>());
        let has_index = index.is_some();
        let order = order(resolved);
        let before_contents = order.iter().take_while(|part| matches!(part, Part::Cover | Part::TitlePage | Part::Imprint)).count();
        let mut write = |part: Part| match part {
            Part::Cover => Some((Some(OwnFile::Cover), matter::cover(resolved, parts))),
            Part::TitlePage => Some((Some(OwnFile::TitlePage), matter::title_page(resolved))),
            Part::Imprint => Some((None, matter::imprint(resolved))),
            Part::News => Some((None, matter::news(resolved, &context.targets)?)),
            Part::Title(at) => Some((None, matter::part(resolved, &context.targets, at)?)),
            Part::Section(at) => Some((Some(OwnFile::Section(at)), sections.get_mut(at)?.take()?)),
            Part::Index => Some((None, index.take()?)),
            Part::Colophon => Some((Some(OwnFile::Colophon), matter::colophon(resolved, parts))),
        };
        let mut files: Vec<(Option<OwnFile>, Written)> = order.into_iter().filter_map(&mut write).collect();
        let mut characters = Characters { rtl: resolved.book.direction.is_rtl(), ..Characters::default() };
        for (_, file) in &mut files {
            characters.merge(std::mem::take(&mut file.characters));
        }
        Texts { files, before_contents, has_index, characters }
    }

    /// File names in reading order, the contents among them.
    fn spine(&self) -> Vec<String> {
        let mut spine: Vec<String> = self.files.iter().map(|(_, w)| w.file.clone()).collect();
        spine.insert(self.before_contents.min(spine.len()), NAVIGATION.to_string());
        spine
    }
}

/// The contents with what the book adds at its end.
fn contents(context: &Context<'_>, texts: &Texts) -> Vec<nav::Entry> {
    let words = &context.resolved.words;
    let mut contents = nav::tree(context.resolved, &context.targets, context.parts.theme.contents.grouped);
    let added = [(texts.has_index, INDEX, &words.index), (has_colophon(context), COLOPHON, &words.colophon)];
    for (_, file, title) in added.into_iter().filter(|(there, _, _)| *there) {
        contents.push(nav::Entry { href: file.to_string(), title: title.clone(), ..nav::Entry::default() });
    }
    contents
}

fn has_colophon(context: &Context<'_>) -> bool {
    context.resolved.document.selection.manuscript.has(OwnPage::Colophon)
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
        let title = resolved.sections.get(context.targets.section_of(node)).map(|info| info.title.clone()).unwrap_or_default();
        landmarks.push(("bodymatter", context.targets.href(node, None), if title.is_empty() { words.chapter.clone() } else { title }));
    }
    if texts.has_index {
        landmarks.push(("index", INDEX.to_string(), words.index.clone()));
    }
    if has_colophon(context) {
        landmarks.push(("colophon", COLOPHON.to_string(), words.colophon.clone()));
    }
    landmarks
}

fn traits(context: &Context<'_>, texts: &Texts) -> Traits {
    Traits {
        pictures: context.resolved.images.values().any(|picture| !picture.alt.is_empty()) || context.parts.route_map.is_some(),
        pages: texts.files.iter().any(|(_, w)| !w.pages.is_empty()),
        index: texts.has_index,
        described: context.resolved.all_pictures_described,
        mathml: texts.files.iter().any(|(_, w)| w.mathml),
        drawn_formulas: texts.files.iter().any(|(_, w)| w.drawn_formulas),
    }
}

/// Stylesheet, fonts with their licences, and pictures.
fn resources(context: &Context<'_>, characters: &Characters) -> Vec<Entry> {
    let parts = context.parts;
    let fonts = fonts::subset(&parts.fonts, &parts.theme.fonts, characters);
    let shared =
        |path: String, media: &'static str, bytes: Vec<u8>| Entry { item: archive::Item { path, media, svg: false, mathml: false }, bytes, personal: false };
    let mut entries = vec![shared(
        "stylesheet.css".to_string(),
        "text/css",
        style::sheet(&parts.theme, context.resolved.document.selection.ladder.len(), &fonts, characters).into_bytes(),
    )];
    entries.push(shared("dark.css".to_string(), "text/css", style::dark_sheet(&parts.theme, context.resolved.document.selection.ladder.len()).into_bytes()));
    entries.push(shared(parts.cover.path().to_string(), parts.cover.media(), parts.cover.bytes.to_vec()));
    entries.extend(fonts::licences(&fonts).into_iter().map(|(path, text)| shared(path, "text/plain", text.as_bytes().to_vec())));
    entries.extend(fonts.into_iter().map(|font| shared(font.path, "font/ttf", font.bytes)));
    // The pictures are put in when the archive is finished: many books have the same, compressed once.
    entries.extend(context.pictures.assets.values().map(|asset| shared(asset.path.clone(), asset.media, Vec::new())));
    entries
}
