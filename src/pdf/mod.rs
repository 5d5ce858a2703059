//! Stage 8, *pdf*: the laid-out book to a PDF file that is PDF/A-2a and PDF/UA-1.
//!
//! ```text
//! Layout ── collect glyphs and pictures ── subset fonts ── draw sheets ── assemble ── finish ──▶ bytes
//! ```
//!
//! printpdf draws content streams, on all cores ([`sheets`]); lopdf holds everything else. The writer decides nothing:
//! it copies what the frames say. What copies for many readers share stands first in the file (fonts, pictures, the
//! streams of page bodies), what is one reader's own last (fonts of personal text, the stamp, the metadata).

mod annotations;
mod assemble;
mod canvas;
mod file;
mod fonts;
mod glyphs;
mod icc;
mod metadata;
mod navigation;
mod object;
mod pictures;
mod place;
mod sheets;
mod structure;
mod text;
mod trees;

use crate::diag::Diagnostics;
use crate::fonts::FontBook;
use crate::furniture::Layout;
use crate::resolve::Resolved;

/// What a file should be like beyond its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PdfOptions {
    /// Opens with two pages side by side, the recto on the right: for print editions.
    pub facing_pages: bool,
}

/// Writes the file.
///
/// The bytes depend on the arguments only, never on the number of threads or the time.
///
/// # Errors
/// A font that cannot be embedded, a picture that cannot be drawn.
pub fn write(layout: &Layout, resolved: &Resolved, fonts: &FontBook, options: &PdfOptions) -> Result<Vec<u8>, Diagnostics> {
    let inventory = glyphs::Inventory::of(&layout.pages);
    let subsets = fonts::Subsets::of(&inventory, fonts)?;
    let pictures = pictures::Pictures::of(&inventory.pictures, fonts)?;
    let (drawn, stamps) = sheets::draw(layout, &subsets)?;
    let parts = assemble::Parts { layout, resolved, options, subsets: &subsets, drawn, stamps };
    file::finish(assemble::assemble(parts, pictures))
}
