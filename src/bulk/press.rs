//! Who makes the files of one copy for a run: a press.

use std::collections::BTreeSet;

use crate::diag::Diagnostics;
use crate::memo::Key;
use crate::press::{PlatesMade, Press};
use crate::select::Reader;

use super::about::BookAbout;
use super::contract::{CopyMaker, Made, MadeCopy};
use super::edition;

impl CopyMaker for Press {
    fn copy(&self, reader: &Reader) -> Result<MadeCopy, Diagnostics> {
        let copy = Press::copy(self, reader)?;
        let files = copy.files().map(|(ending, file)| Made { ending, file: file.clone() }).collect();
        Ok(MadeCopy { files, warnings: copy.laid.warnings, notices: copy.laid.notices, unshared: copy.laid.unshared })
    }

    fn endings(&self) -> Vec<&'static str> {
        self.project().options().endings()
    }

    fn input(&self, reader: &Reader) -> String {
        edition::input(self.edition_id(), reader, self.project().options())
    }

    fn shape(&self, reader: &Reader) -> u128 {
        self.shape_of(reader).map_or(0, |shape| Key::of(&shape).into())
    }

    fn plates(&self) -> PlatesMade {
        Press::plates(self)
    }

    fn edition(&self) -> &str {
        self.edition_id()
    }

    fn book(&self, targets: &BTreeSet<String>) -> Result<Option<BookAbout>, Diagnostics> {
        BookAbout::of(self, &self.nobody(), targets).map(Some)
    }
}
