//! The raster writer: the frames that the PDF writer draws, as pictures and as SVG.
//!
//! It makes the cover picture of the EPUB, the pictures of pages that tests compare, and the route map of the EPUB.

mod outline;
mod pictures;
mod pixels;
mod png;
mod prepared;
mod svg;

pub use self::png::png;
pub(crate) use pictures::{decode, svg_fonts, svg_tree};
pub use pixels::page;
pub use prepared::prepared;
pub use svg::{formula, svg};
#[cfg(feature = "web")]
pub(crate) use svg::{outline, path_data};
