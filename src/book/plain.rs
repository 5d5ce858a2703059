//! The plain way to a book, without shared plates: every stage with the reader's own words from the start, nothing set
//! again, no page cast in a mould. Tests hold copies against it, byte for byte.

use std::sync::Arc;

use super::chapters::Refilled;
use super::kit::Kit;
use super::plate::Plate;
use super::{Built, Options, Press, texts};
use crate::diag::Diagnostics;
use crate::epub;
use crate::load::Manuscript;
use crate::pdf;
use crate::raster::Prepared;
use crate::select::Reader;
use crate::theme::Edition;

/// Makes a reader's book the plain way.
///
/// # Errors
/// As [`super::build`].
pub fn build_plainly(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options) -> Result<Built, Diagnostics> {
    let press = Press::new(manuscript.clone(), options.clone());
    let reader = press.by_id(reader)?;
    let shape = Plate::set(manuscript, &press.shape(&reader), options, &|language| Kit::new(press.fonts(), language, options), &Arc::default(), &|_| {})?
        .laid_out(options)?;
    let own = shape.resolved.for_reader(&reader);
    let (kit, _) = shape.kit.for_texts(&texts::own(&own), options);
    let fonts = kit.fonts();
    let set = Plate::set(manuscript, &reader, options, &|_| kit.apart(options), &Arc::default(), &|_| {})?.laid_out(options)?;
    // Glyphs that copies share are those of the shape's pages, and so is the cover, whatever way a book is made.
    let sample = if shape.shareable { shape.sample() } else { set.sample() };
    let refilled = |plate: &Plate| -> Vec<Refilled> { plate.chapters.iter().map(|chapter| chapter.refilled(&plate.resolved, &plate.kit.setter)).collect() };
    let (mut layout, _) = set.lay_out(&refilled(&set));
    let own = layout.own_pages();
    if shape.shareable {
        // So are the faces of the stamp: a name in a font of the system must not bring this font's letters to all copies.
        let stamp = shape.lay_out(&refilled(&shape)).0.own_pages().stamp;
        layout.pages.iter_mut().filter(|page| !page.stamp.items.is_empty()).for_each(|page| page.stamp = stamp.clone());
    }
    let pdf = if options.pdf {
        let facing_pages = options.theme.page.edition == Edition::Print;
        let plate = pdf::Plate::new(&layout, sample, &set.resolved, fonts, &Prepared::default(), &pdf::PdfOptions { facing_pages })?;
        Some(plate.copy(&own, &set.resolved, fonts, Some(press.origin()))?)
    } else {
        None
    };
    let cover = if shape.shareable { shape.cover() } else { set.cover() };
    let parts = set.epub_parts(layout.page_map.clone().into(), options).zip(cover);
    let epub = parts.map(|(parts, cover)| epub::write(&set.resolved, &epub::Parts { cover, ..parts }, Some(press.origin()))).transpose()?;
    Ok(Built { pdf, epub, pages: layout.pages.len(), ..Built::default() })
}
