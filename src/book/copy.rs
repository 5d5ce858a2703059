//! One copy: the reader's words set, their pages cast, both files finished.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::epub::PageMap;
use crate::fonts::FontBook;
use crate::furniture::OwnPages;
use crate::provenance::Origin;
use crate::select::Reader;

use super::chapters::Refilled;
use super::plate::Plate;
use super::texts;
use super::{Built, Options, Progress};

/// Makes the copy of a reader whose shape the plate has.
///
/// # Errors
/// Words that cannot be set, and what the writers say.
pub(super) fn copy(plate: &Plate, reader: &Reader, options: &Options, origin: &Origin, progress: Progress<'_>) -> Result<Built, Diagnostics> {
    let resolved = plate.resolved.for_reader(reader);
    let own_texts = texts::own(&resolved);
    let (kit, told) = plate.kit.for_texts(&own_texts, options);
    let (setter, fonts) = (&*kit.setter, kit.fonts());
    check(fonts, &own_texts)?;

    let refilled: Vec<Refilled> = plate.chapters.iter().map(|chapter| chapter.refilled(&resolved, setter)).collect();
    let slot = plate.form_slot(&refilled);
    let form = slot.get_or_init(|| plate.form_of(&resolved, &refilled, options, progress)).as_ref().map_err(Clone::clone)?;
    let own = form.mould.fill(&resolved, setter, |chapter, page| plate.chapters.get(chapter)?.own_body(refilled.get(chapter)?, page, setter));
    let pages = options.pdf.then(|| page_map(&form.page_map, &own));
    let write_pdf = || form.pdf.as_ref().map(|plate| plate.copy(&own, &resolved, fonts, Some(origin))).transpose();
    let write_epub = || form.epub.as_ref().map(|plate| plate.copy(&resolved, pages, Some(origin))).transpose();
    let (pdf, epub) = rayon::join(write_pdf, write_epub);
    let words = plate.words + texts::words(&own_texts);
    Ok(Built {
        pdf: pdf?,
        epub: epub?,
        pages: form.page_map.len(),
        words,
        reasons: plate.reasons.clone(),
        told: plate.told.iter().cloned().chain(told).collect(),
        diagnostics: plate.said.clone(),
        alone: None,
    })
}

/// A reader's words that no font can set are an error: nobody wants a book with a name in code points.
fn check(fonts: &FontBook, texts: &[&str]) -> Result<(), Diagnostics> {
    let mut said = Diagnostics::new();
    for c in fonts.missing(texts.iter().copied()) {
        said.push(
            Diagnostic::error(Code::CharacterWithoutFont, format!("no font has the character `{c}` (U+{:04X}) of the reader's own words", u32::from(c)))
                .hint(crate::typeset::font_hint(c)),
        );
    }
    if said.is_empty() { Ok(()) } else { Err(said) }
}

/// Where the pages of this copy begin: on its own pages its own lines.
fn page_map(shared: &PageMap, own: &OwnPages) -> PageMap {
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
