//! Stage 8, *pdf*: the laid-out book to a PDF file that is PDF/A-2a and PDF/UA-1.
//!
//! ```text
//! Layout ── collect glyphs and pictures ── subset fonts ── draw sheets ──▶ SharedPdf ── a copy's own pages ──▶ bytes
//! ```
//!
//! printpdf draws content streams, on all cores ([`sheets`]); lopdf holds everything else. The writer decides nothing:
//! it copies what the frames say. What copies for many readers share stands first in the file and is written once, in the
//! [`SharedPdf`]; what is one reader's own stands last.

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
mod profile;
mod shared;
mod sheets;
mod structure;
mod syntax;
mod text;
mod trees;

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::fonts::FontBook;
use crate::furniture::{Layout, Page};
use crate::memo::Memo;
use crate::resolve::Resolved;

pub use shared::SharedPdf;

/// What a file should be like beyond its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// Opens with two pages side by side, the recto on the right: for print editions.
    pub facing_pages: bool,
}

/// Writes the file of a layout: what copies would share, and the one copy.
///
/// The bytes depend on the arguments only, never on the number of threads or the time.
///
/// # Errors
/// A font that cannot be embedded, a picture that cannot be drawn.
pub fn write(layout: &Layout, resolved: &Resolved, fonts: &FontBook, options: &PdfOptions) -> Result<Vec<u8>, Diagnostics> {
    let own = layout.filled_pages();
    let sample: Vec<Arc<Page>> = layout.pages.iter().filter(|page| page.is_personal()).cloned().collect();
    Ok(SharedPdf::new(layout, &sample, resolved, fonts, &Memo::new(0), options)?.copy(&own, resolved, fonts, None)?.bytes())
}
