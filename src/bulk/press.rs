//! The press: makes the files of one copy.

use std::sync::Arc;

use rayon::ThreadPool;

use crate::book::{self, Options, PlatesMade};
use crate::diag::Diagnostics;
use crate::load::Manuscript;
use crate::select::Reader;

use super::contract::{Copy, Made, Press};
use super::edition;
use super::naming::short;

/// Makes the copies of an edition.
#[derive(Debug)]
pub struct BookPress {
    options: Options,
    press: book::Press,
}

impl BookPress {
    /// A press for a manuscript, with threads for what is made once for many copies.
    pub fn new(manuscript: Arc<Manuscript>, options: Options, threads: ThreadPool) -> BookPress {
        BookPress { press: book::Press::new(manuscript, options.clone()).with_threads(threads), options }
    }
}

impl Press for BookPress {
    fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics> {
        let built = self.press.copy(reader, &|_| {})?;
        let files = [("pdf", built.pdf), ("epub", built.epub)];
        let files = files.into_iter().filter_map(|(ending, file)| Some(Made { ending, file: file? })).collect();
        Ok(Copy { files, warnings: built.diagnostics, told: built.told, alone: built.alone })
    }

    fn endings(&self) -> Vec<&'static str> {
        let all = [("pdf", self.options.pdf), ("epub", self.options.epub)];
        all.into_iter().filter(|(_, made)| *made).map(|(ending, _)| ending).collect()
    }

    fn input(&self, reader: &Reader) -> String {
        edition::input(self.press.edition(), reader, &self.options)
    }

    fn shape(&self, reader: &Reader) -> u128 {
        self.press.shape_of(reader).map_or(0, |shape| short(&format!("{shape:?}")))
    }

    fn plates(&self) -> PlatesMade {
        self.press.plates()
    }

    fn edition(&self) -> &str {
        self.press.edition()
    }
}
