//! The plain way to a book, without shared plates: every stage with the reader's own words from the start, nothing set
//! again, no personal slot filled. Tests hold copies against it, byte for byte.

use std::sync::Arc;

use super::plate::Plate;
use super::watch::Watch;
use super::{Copy, Laid, Press, texts, variant};
use crate::diag::Diagnostics;
use crate::epub;
use crate::furniture::Layout;
use crate::memo::Memo;
use crate::pdf::{self, SharedPdf};
use crate::project::Project;
use crate::select::Reader;
use crate::session::Session;
use crate::theme::Medium;

/// Makes a reader's book the plain way.
///
/// # Errors
/// As [`super::Press::copy`].
pub fn copy_plainly(project: &Project, reader: &Reader) -> Result<Copy, Diagnostics> {
    let press = project.press()?;
    let reader = press.by_id(reader)?;
    let shape = Plate::set(&press, press.session(), &press.shape(&reader), None, Watch::nobody())?.laid_out();
    let own = shape.resolved.for_reader(&reader);
    let (setter, _) = press.session().setter_for(&shape.setter, &texts::personal(&own), project.options().system_fonts);
    let fonts = &setter.fonts;
    let mut set = Plate::set(&press, &Session::new(), &reader, Some(&setter), Watch::nobody())?.laid_out();
    set.resolved = press.identified(set.resolved);
    // Glyphs that copies share are those of the shape's pages, and so is the cover, whatever way a book is made.
    let sample = if shape.shareable { shape.sample() } else { set.sample() };
    let mut layout = set.pages();
    let own = layout.filled_pages();
    if shape.shareable {
        // So are the faces of the stamp: a name in a font of the system must not bring this font's letters to all copies.
        let stamp = shape.pages().filled_pages().stamp;
        layout.pages.iter_mut().filter(|page| !page.stamp.items.is_empty()).for_each(|page| Arc::make_mut(page).stamp = stamp.clone());
    }
    let pdf = if project.options().pdf {
        let facing_pages = project.theme().page.medium == Medium::Print;
        let nothing = Arc::new(Memo::new(0));
        let shared = SharedPdf::new(&layout, sample, &set.resolved, fonts, &nothing, &pdf::PdfOptions { facing_pages })?;
        Some(shared.copy(&own, &set.resolved, fonts, press.stated())?)
    } else {
        None
    };
    let epub = if project.options().epub {
        let cover = if shape.shareable { shape.cover() } else { set.cover() }?;
        let parts = variant::epub_parts(project, &set, cover, layout.page_map.clone().into());
        Some(epub::write(&set.resolved, &parts, press.stated())?)
    } else {
        None
    };
    Ok(Copy { pdf, epub, laid: Laid { pages: layout.pages.len(), ..Laid::default() } })
}

/// The pages of a reader's book, and no file of it.
///
/// # Errors
/// As [`super::Press::copy`].
pub fn pages_plainly(press: &Press, reader: &Reader) -> Result<Layout, Diagnostics> {
    let reader = press.by_id(reader)?;
    Ok(Plate::set(press, press.session(), &reader, None, Watch::nobody())?.pages())
}
