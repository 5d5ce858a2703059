//! A reader's pages with what they were made from, for whoever looks at them. No file is made, and no plate is kept: a preview sets a
//! project once and then opens it anew.

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::epub::Glance;
use crate::fonts::FontBook;
use crate::furniture::Layout;
use crate::project::Project;
use crate::resolve::Resolved;
use crate::select::Reader;

use super::copy::{Filled, filled, said_of};
use super::plate::Plate;
use super::press::{Laid, Press};
use super::texts;
use super::variant::epub_parts;
use super::watch::Watch;

/// A reader's book laid out.
#[derive(Debug)]
pub struct Pages {
    /// The pages.
    pub layout: Layout,
    /// The document that stands on them.
    pub resolved: Resolved,
    /// The fonts that they are set in.
    pub fonts: Arc<FontBook>,
    /// What there is to say of them.
    pub laid: Laid,
    project: Project,
    plate: Plate,
}

impl Pages {
    /// The project that they were made from.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The e-book, of which files are made one by one as they are looked at.
    ///
    /// # Errors
    /// When the page has a size that no picture of a cover can have.
    pub fn glance(&self) -> Result<Glance, Diagnostics> {
        let parts = epub_parts(&self.project, &self.plate, self.plate.cover()?, self.layout.page_map.clone().into());
        Ok(Glance::new(self.resolved.clone(), parts))
    }
}

/// Lays a reader's book out.
///
/// Where the reader's words change the book as a whole it is set in the same session, and not apart as for copies: here there is one
/// reader, who is the same at each change.
///
/// # Errors
/// As [`Press::layout`].
pub(super) fn pages(press: &Press, reader: &Reader, watch: Watch<'_>) -> Result<Pages, Diagnostics> {
    let session = press.session();
    let shape = Plate::set(press, session, &press.shape(reader), None, watch)?;
    let plate = if shape.shareable {
        shape
    } else {
        let personal = shape.resolved.for_reader(reader);
        let (setter, _) = session.setter_for(&shape.setter, &texts::personal(&personal), press.project().options().system_fonts);
        Plate::set(press, session, reader, Some(&setter), watch)?
    };
    let Filled { resolved, setter, chapters, words, notices } = filled(press, &plate, reader)?;
    let (layout, _) = plate.lay_out(&chapters);
    let cover = layout.cover.and_then(|index| layout.pages.get(index)).cloned();
    let laid = said_of(&plate, layout.pages.len(), words, notices);
    let plate = plate.with_cover(cover, layout.cover_name);
    Ok(Pages { fonts: setter.fonts.clone(), layout, resolved, laid, project: press.project().clone(), plate })
}
