//! What a book shows of itself before anybody reads it: its title and its cover, without a chapter being set.

use crate::diag::Diagnostics;
use crate::furniture;
use crate::language::Direction;
use crate::raster;
use crate::select::Reader;

use super::plate::prepare;
use super::press::Press;
use super::texts;

/// The outside of a book that was made for nobody by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The title, as plain text.
    pub title: String,
    /// The subtitle, likewise; empty if there is none.
    pub subtitle: String,
    /// Which way the book runs.
    pub direction: Direction,
    /// The cover as a picture in PNG; none if it cannot be drawn.
    pub cover: Option<Vec<u8>>,
}

impl Press {
    /// Title and cover, the latter so many pixels wide. Nothing of a reader is in it, and no chapter is set for it.
    ///
    /// # Errors
    /// All that keeps the book from being read.
    pub fn front(&self, cover_width: u32) -> Result<Front, Diagnostics> {
        // What there is to say of the text is said of the copies.
        let mut found = Diagnostics::new();
        let project = self.project();
        self.on_threads(|| {
            let (resolved, _) = prepare(project, self.session(), &Reader::default(), &mut found)?;
            let setter = self.session().setter(project.theme(), project.fonts(), &resolved.book);
            let (setter, _) = self.session().setter_for(&setter, &texts::all(&resolved, project.theme()), project.options().system_fonts);
            // Nobody's name stands on the cover of a book that is nobody's.
            let page = furniture::cover_alone(&resolved, &setter);
            let cover = page.and_then(|page| raster::png(&raster::page(&page, &setter.fonts, cover_width)?));
            Ok(Front { title: resolved.book.title.clone(), subtitle: resolved.book.subtitle.clone(), direction: resolved.book.direction, cover })
        })
    }
}
