//! One copy: the reader's words set, their places on the pages filled, both files finished.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::epub::PageMap;
use crate::fonts::FontBook;
use crate::furniture::FilledPages;
use crate::provenance::digest::Digested;
use crate::resolve::Resolved;
use crate::select::Reader;
use crate::typeset::Setter;

use super::chapters::Refilled;
use super::plate::Plate;
use super::press::{Laid, Press};
use super::texts;
use super::variant::variant;
use super::watch::Watch;

/// A finished book.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    pub(super) pdf: Option<Digested>,
    pub(super) epub: Option<Digested>,
    /// What there is to say of the book.
    pub laid: Laid,
}

impl Copy {
    /// The PDF.
    ///
    /// # Errors
    /// When the options did not ask for one.
    pub fn pdf(&self) -> Result<&Digested, Diagnostics> {
        self.pdf.as_ref().ok_or_else(|| Diagnostics::from(Diagnostic::error(Code::FormatNotMade, "this copy has no PDF").hint("`Options::pdf` asks for one")))
    }

    /// The EPUB.
    ///
    /// # Errors
    /// When the options did not ask for one.
    pub fn epub(&self) -> Result<&Digested, Diagnostics> {
        self.epub
            .as_ref()
            .ok_or_else(|| Diagnostics::from(Diagnostic::error(Code::FormatNotMade, "this copy has no EPUB").hint("`Options::epub` asks for one")))
    }

    /// The files that were made, each with its ending.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &Digested)> {
        [("pdf", &self.pdf), ("epub", &self.epub)].into_iter().filter_map(|(ending, file)| Some((ending, file.as_ref()?)))
    }
}

/// A plate's book with a reader's words.
struct Filled {
    resolved: Resolved,
    setter: Arc<Setter>,
    chapters: Vec<Refilled>,
    words: usize,
    notices: Vec<String>,
}

/// Sets a reader's words.
///
/// # Errors
/// Words that no font can set: nobody wants a book with a name in code points.
fn filled(press: &Press, plate: &Plate, reader: &Reader) -> Result<Filled, Diagnostics> {
    let resolved = plate.resolved.for_reader(reader);
    let texts = texts::personal(&resolved);
    let (setter, fonts) = plate.session.setter_for(&plate.setter, &texts, press.project().options().system_fonts);
    check(&setter.fonts, &texts::own(&resolved))?;
    let chapters = plate.chapters.iter().map(|chapter| chapter.refilled(&resolved, &setter)).collect();
    let words = plate.words + texts::words(&texts);
    let notices = plate.notices.iter().cloned().chain(fonts.iter().map(texts::notice)).collect();
    Ok(Filled { resolved, setter, chapters, words, notices })
}

/// Makes the copy of a reader whose shape the plate has: all of its files, or one by its ending.
///
/// # Errors
/// Words that cannot be set, and what the writers say.
pub(super) fn copy(press: &Press, plate: &Plate, reader: &Reader, only: Option<&str>, watch: Watch<'_>) -> Result<Copy, Diagnostics> {
    let Filled { resolved, setter, chapters, words, notices } = filled(press, plate, reader)?;
    let variant = variant(press, plate, &resolved, &chapters, watch);
    let variant = variant.as_ref().as_ref().map_err(Clone::clone)?;
    let own = variant.pages.fill(&resolved, &setter, |chapter, page| plate.chapters.get(chapter)?.own_body(chapters.get(chapter)?, page, &setter));
    let pages = press.project().options().pdf.then(|| page_map(&variant.page_map, &own));
    // One after the other: what could be done side by side is in the variant.
    let pdf = variant
        .pdf
        .as_ref()
        .filter(|_| only.is_none_or(|only| only == "pdf"))
        .map(|shared| shared.copy(&own, &resolved, &setter.fonts, Some(press.origin())))
        .transpose()?;
    let epub = variant
        .epub
        .as_ref()
        .filter(|_| only.is_none_or(|only| only == "epub"))
        .map(|shared| shared.copy(&resolved, pages, Some(press.origin())))
        .transpose()?;
    Ok(Copy { pdf, epub, laid: said_of(plate, variant.page_map.len(), words, notices) })
}

/// Lays out the book of a reader whose shape the plate has.
///
/// # Errors
/// Words that cannot be set.
pub(super) fn laid(press: &Press, plate: &Plate, reader: &Reader) -> Result<Laid, Diagnostics> {
    let Filled { chapters, words, notices, .. } = filled(press, plate, reader)?;
    let (layout, _) = plate.lay_out(&chapters);
    Ok(said_of(plate, layout.pages.len(), words, notices))
}

/// What there is to say of a book made from a plate.
pub(super) fn said_of(plate: &Plate, pages: usize, words: usize, notices: Vec<String>) -> Laid {
    Laid { pages, words, reasons: plate.reasons.clone(), notices, warnings: plate.warnings.clone(), unshared: None }
}

/// Finds characters of the reader's own words that no font has.
pub(super) fn check(fonts: &FontBook, texts: &[&str]) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    for c in fonts.missing(texts.iter().copied()) {
        problems.push(
            Diagnostic::error(Code::CharacterWithoutFont, format!("no font has the character `{c}` (U+{:04X}) of the reader's own words", u32::from(c)))
                .hint(crate::typeset::font_hint(c)),
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Where the pages of this copy begin: on its personal pages its own lines.
fn page_map(shared: &PageMap, own: &FilledPages) -> PageMap {
    if own.pages.is_empty() {
        return shared.clone();
    }
    let mut map = shared.to_vec();
    for (index, page) in &own.pages {
        if let Some(entry) = map.get_mut(*index) {
            entry.1 = page.start;
        }
    }
    map.into()
}
