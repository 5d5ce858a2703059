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

use super::copy::{check, said_of};
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

    /// The document that stands on them.
    pub fn resolved(&self) -> &Resolved {
        &self.plate.resolved
    }

    /// The fonts that they are set in.
    pub fn fonts(&self) -> &Arc<FontBook> {
        &self.plate.setter.fonts
    }

    /// The e-book, of which files are made one by one as they are looked at.
    ///
    /// # Errors
    /// When the page has a size that no picture of a cover can have.
    pub fn glance(&self) -> Result<Glance, Diagnostics> {
        let parts = epub_parts(&self.project, &self.plate, self.plate.cover()?, self.layout.page_map.clone().into());
        Ok(Glance::new(self.plate.resolved.clone(), parts))
    }
}

/// Lays a reader's book out.
///
/// It is set with the reader's own words, and in the press's session, not apart as for copies: here there is one reader, who is the same at
/// each change.
///
/// # Errors
/// As [`Press::layout`].
pub(super) fn pages(press: &Press, reader: &Reader, watch: Watch<'_>) -> Result<Pages, Diagnostics> {
    let plate = Plate::set(press, press.session(), reader, None, watch)?;
    check(&plate.setter.fonts, &texts::own(&plate.resolved))?;
    let layout = plate.pages();
    let words = plate.words + texts::words(&texts::personal(&plate.resolved));
    let laid = said_of(&plate, layout.pages.len(), words, plate.notices.clone());
    let cover = layout.cover.and_then(|index| layout.pages.get(index)).cloned();
    let plate = plate.with_cover(cover, layout.cover_name);
    Ok(Pages { layout, laid, project: press.project().clone(), plate })
}
