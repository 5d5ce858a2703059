//! Old editions of the book, for readers who have one: what changed since is found once, however many readers there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::diff::{Changes, diff};
use crate::load::{GIT, Manuscript, Revision, load, load_within};

/// What changed since each edition that was asked for.
#[derive(Debug, Default)]
pub(super) struct Editions {
    known: Mutex<BTreeMap<String, Result<Arc<Changes>, Diagnostics>>>,
}

impl Editions {
    /// What changed since an edition that the book knows by this name.
    ///
    /// # Errors
    /// When the book knows none of that name, or it cannot be read.
    pub(super) fn changes(&self, name: &str, manuscript: &Manuscript) -> Result<Arc<Changes>, Diagnostics> {
        // Held while it is read, so that nobody reads it a second time; only who makes plates comes here.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(name.to_string()).or_insert_with(|| changes(name, manuscript)).clone()
    }
}

fn changes(name: &str, manuscript: &Manuscript) -> Result<Arc<Changes>, Diagnostics> {
    let place = manuscript.book.editions.get(name).map(String::as_str).unwrap_or_default();
    let project = manuscript.assets.project_folder();
    let compared = match (place.strip_prefix(GIT), project) {
        (Some(revision), Some(project)) => {
            let tree = Revision::read(revision, &project)?;
            let old = load_within(Some(&tree.project()), Path::new(""), Some(tree.root()))?;
            // While the tree is there: what the old edition shows is read from it.
            diff(&old.value, manuscript)
        }
        (Some(_), None) => {
            let problem = Diagnostic::error(Code::Revision, format!("the edition `{name}` is a revision, and this book has no folder"));
            return Err(problem.hint("a revision is one of the repository around the project's folder").into());
        }
        (None, project) => {
            let folder: PathBuf = project.unwrap_or_default().join(place);
            diff(&load(Some(&folder), Path::new(""))?.value, manuscript)
        }
    };
    Ok(Arc::new(compared))
}
