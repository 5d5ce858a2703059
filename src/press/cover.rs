//! Pictures of covers: each is drawn once, however many plates and pages have the same one.

use std::sync::Arc;

use crate::fonts::FontBook;
use crate::furniture::Page;
use crate::memo::{Key, Remembered};
use crate::raster;
use crate::session::Session;

/// The picture of a cover, in PNG.
struct DrawnCover(Arc<[u8]>);

impl Remembered for DrawnCover {
    fn weight(&self) -> usize {
        self.0.len()
    }
}

/// A cover as a picture in PNG, so many pixels wide; none of a page of a size that no picture can have.
pub(super) fn picture(session: &Session, fonts: &FontBook, page: &Page, width: u32) -> Option<Arc<[u8]>> {
    // Drawing and compressing it takes as long as setting a short book, and all plates of a ladder's book have hardly two.
    let key = Key::of(&(fonts.key(), page.size, &page.body, &page.furniture, width));
    let draw = || raster::png(&raster::page(page, fonts, width)?).map(|png| DrawnCover(png.into()));
    session.texts().get_or_try(key, || draw().ok_or(())).ok().map(|drawn| drawn.0.clone())
}
