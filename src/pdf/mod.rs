//! Stage 8, *pdf*: the laid-out book to a PDF file that is PDF/A-2a and PDF/UA-1.
//!
//! ```text
//! Layout ── collect glyphs and pictures ── subset fonts ── draw sheets ──▶ Plate ── a copy's own pages ──▶ bytes
//! ```
//!
//! printpdf draws content streams, on all cores ([`sheets`]); lopdf holds everything else. The writer decides nothing:
//! it copies what the frames say. What copies for many readers share stands first in the file and is written once, in the
//! [`Plate`]; what is one reader's own stands last.

mod annotations;
mod assembly;
mod canvas;
mod file;
mod fonts;
mod glyphs;
mod metadata;
mod navigation;
mod object;
mod pictures;
mod place;
mod plate;
mod profile;
mod sheets;
mod structure;
mod syntax;
mod text;
mod trees;

use crate::diag::Diagnostics;
use crate::fonts::FontBook;
use crate::furniture::{Layout, Page};
use crate::raster::Prepared;
use crate::resolve::Resolved;

pub use pictures::Ready;
pub use plate::Plate;

/// What a file should be like beyond its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// Opens with two pages side by side, the recto on the right: for print editions.
    pub facing_pages: bool,
}

/// Writes the file of a layout: its plate, and the one copy of it.
///
/// The bytes depend on the arguments only, never on the number of threads or the time.
///
/// # Errors
/// A font that cannot be embedded, a picture that cannot be drawn.
pub fn write(layout: &Layout, resolved: &Resolved, fonts: &FontBook, options: &PdfOptions) -> Result<Vec<u8>, Diagnostics> {
    let own = layout.own_pages();
    let sample: Vec<Page> = layout.pages.iter().filter(|page| page.is_personal()).cloned().collect();
    Ok(Plate::new(layout, &sample, resolved, fonts, &Prepared::default(), options)?.copy(&own, resolved, fonts, None)?.bytes())
}
