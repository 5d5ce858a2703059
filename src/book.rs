//! One book for one reader: the stages in order.

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::load::Manuscript;
use crate::select::Reader;
use crate::theme::Theme;

/// What to make and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The theme, already on the page size that was asked for.
    pub theme: Arc<Theme>,
    /// Make the PDF.
    pub pdf: bool,
    /// Make the EPUB.
    pub epub: bool,
    /// Date of the build, YYYY-MM-DD: from `--date`, else `SOURCE_DATE_EPOCH`, else the manifest, else a fixed one. Never from a clock.
    pub date: String,
    /// Warnings are errors.
    pub strict: bool,
    /// The system's fonts may be used for characters that no other font has.
    pub system_fonts: bool,
}

/// A finished book.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The PDF, if asked for.
    pub pdf: Option<Vec<u8>>,
    /// The EPUB, if asked for.
    pub epub: Option<Vec<u8>>,
    /// Pages of the PDF.
    pub pages: usize,
    /// Words of the book.
    pub words: usize,
    /// What `--verbose` tells: what was chosen and why, one line each.
    pub reasons: Vec<String>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// Names of the steps, for a progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Step {
    Parse,
    Typeset,
    Pdf,
    Epub,
}

/// Makes a reader's book.
///
/// # Errors
/// All errors that were found, with the warnings found before them; under `strict` warnings count as errors.
pub fn build(_manuscript: &Arc<Manuscript>, _reader: &Reader, _options: &Options, _progress: &(dyn Fn(Step) + Sync)) -> Result<Built, Diagnostics> {
    Err(Diagnostics::new())
}
