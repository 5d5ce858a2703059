//! Old editions of the book, for readers who have one: what changed since is found once, however many readers there are.

use std::path::Path;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::diff::{Changes, diff};
use crate::load::{Edition, Manuscript, revision};
use crate::memo::{Key, Memo, Remembered};

/// Bytes of changes that are kept. Those of a book of 200,000 words that was written anew take 3 MB.
const LIMIT: usize = 64 << 20;

/// What changed since an edition, or why it cannot be said.
type Compared = Result<Arc<Changes>, Diagnostics>;

impl Remembered for Compared {
    fn weight(&self) -> usize {
        self.as_ref().map_or(0, |changes| changes.weight())
    }
}

/// What changed since each edition that was asked for.
#[derive(Debug)]
pub(super) struct Editions(Memo);

impl Default for Editions {
    fn default() -> Editions {
        Editions(Memo::new(LIMIT))
    }
}

impl Editions {
    /// What changed since an edition that the book knows by this name.
    ///
    /// # Errors
    /// When the book knows none of that name, or it cannot be read.
    pub(super) fn changes(&self, name: &str, manuscript: &Arc<Manuscript>) -> Compared {
        // Plates ask for it on the threads of a pool.
        let compared = self.0.get_or_make(Key::of(name), || compare(name, manuscript));
        (*compared).clone()
    }
}

fn compare(name: &str, manuscript: &Arc<Manuscript>) -> Compared {
    let place = Path::new(manuscript.book.editions.get(name).map(String::as_str).unwrap_or_default());
    let folder = manuscript.assets.project_folder();
    if folder.is_none() && revision(place).is_some() {
        let problem = Diagnostic::error(Code::Revision, format!("the edition `{name}` is a revision, and this book has no folder"));
        return Err(problem.hint("a revision is one of the repository around the project's folder").into());
    }
    let folder = folder.unwrap_or_default();
    let old = Edition::read(place, &folder, &folder)?;
    Ok(Arc::new(diff(&old.manuscript, manuscript)))
}
