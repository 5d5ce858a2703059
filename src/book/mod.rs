//! Books for readers: the stages in order.
//!
//! ```text
//! Press ── Reader::shape ──▶ Plate (select … furniture, what all readers of the shape share) ── copy(Reader) ──▶ Built
//! ```
//!
//! [`build`] presses one copy, `handbook bulk` many: the same code makes both, so that a copy is the book that `build` makes.
//! A [`Press`] keeps a [`plate`] for each shape of reader, and a copy sets only what is the reader's own ([`copy`]).

mod alone;
mod audit;
mod chapters;
mod copy;
mod edition;
mod foundry;
mod inputs;
mod kit;
mod plain;
mod plate;
mod press;
mod texts;

use std::sync::Arc;

use crate::diag::{Diagnostic, Diagnostics};
use crate::load::Manuscript;
use crate::provenance::digest::Digested;
use crate::provenance::seal::Sealer;
use crate::select::{Reader, Selection};
use crate::theme::Theme;

pub use audit::audit;
pub use edition::edition;
pub use foundry::PlatesMade;
pub use plain::build_plainly;
pub use press::Press;

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
    /// Seals the copies.
    pub sealer: Option<Arc<Sealer>>,
}

/// A finished book.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The PDF, if asked for.
    pub pdf: Option<Digested>,
    /// The EPUB, if asked for.
    pub epub: Option<Digested>,
    /// Pages of the PDF.
    pub pages: usize,
    /// Words of the book.
    pub words: usize,
    /// What `--verbose` tells: what was chosen and why, one line each.
    pub reasons: Vec<String>,
    /// What a person should know though nothing is wrong: fonts of the system that were used.
    pub told: Vec<String>,
    /// Warnings; copies of one plate have the same.
    pub diagnostics: Arc<Diagnostics>,
    /// Why it shares nothing with the copies of other readers, where it does not.
    pub alone: Option<Box<Diagnostic>>,
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

/// Where the steps are told.
pub type Progress<'p> = &'p (dyn Fn(Step) + Sync);

/// Makes a reader's book.
///
/// # Errors
/// All errors that were found, with the warnings found before them; under `strict` warnings count as errors.
pub fn build(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options, progress: Progress<'_>) -> Result<Built, Diagnostics> {
    Press::new(manuscript.clone(), options.clone()).copy(reader, progress)
}

/// What was chosen and why, a line for each chapter.
fn reasons(selection: &Selection) -> Vec<String> {
    let name = |path: &str, title: Option<&str>| if path.is_empty() { title.unwrap_or("(made by the program)").to_string() } else { path.to_string() };
    let taken = selection.entries.iter().map(|e| format!("taken    {}: {}", name(&e.path, e.title.as_deref()), e.why));
    let left = selection.omitted.iter().map(|o| format!("left out {}: {}", o.path, o.why));
    taken.chain(left).collect()
}
