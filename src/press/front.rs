//! What a book shows of itself before anybody reads it: its title and its cover, without a chapter being set.

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::furniture;
use crate::language::Direction;
use crate::select::Reader;

use super::cover::picture;
use super::plate::prepare;
use super::press::Press;
use super::texts;

/// The outside of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The title, as plain text.
    pub title: String,
    /// The subtitle, likewise; empty if there is none.
    pub subtitle: String,
    /// Which way the book runs.
    pub direction: Direction,
    /// The cover as a picture in PNG; none if it cannot be drawn.
    pub cover: Option<Arc<[u8]>>,
}

impl Press {
    /// Title and cover of a reader's book, the latter so many pixels wide. No chapter is set for it.
    ///
    /// # Errors
    /// All that keeps the book from being read.
    pub fn front(&self, reader: &Reader, cover_width: u32) -> Result<Front, Diagnostics> {
        // What there is to say of the text is said of the copies.
        let mut found = Diagnostics::new();
        let project = self.project();
        self.on_threads(|| {
            let (resolved, _) = prepare(project, self.session(), reader, &mut found)?;
            let setter = self.session().setter(project.theme(), project.fonts(), &resolved.book);
            let (setter, _) = self.session().setter_for(&setter, &texts::all(&resolved, project.theme()), project.options().system_fonts);
            let cover = furniture::cover_alone(&resolved, &setter).and_then(|page| picture(self.session(), &setter.fonts, &page, cover_width));
            Ok(Front { title: resolved.book.title.clone(), subtitle: resolved.book.subtitle.clone(), direction: resolved.book.direction, cover })
        })
    }
}
