//! Watching: tells when something changed in the folders that the book was read from.
//!
//! Folders are watched one by one, and not with all that lies in them, so that what other programs keep beside a book (`node_modules`,
//! `target`, `.git`) costs nothing. An editor may write in place or rename a new file over the old one; both are seen by the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// More folders than these are not watched: no book has as many, and the system has a limit.
const MOST: usize = 4_000;
/// Folders within each other.
const DEEPEST: usize = 16;

/// Something happened to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Touch {
    /// Which one; none where the system only says that it lost count.
    pub path: Option<PathBuf>,
    /// Whoever wrote it is done: it was closed, or renamed to its name.
    pub settled: bool,
    /// It may be a folder, so that what is watched has to be looked at again.
    pub folders: bool,
}

/// Folders to be watched, and whether with all that lie in them.
pub(super) type Folders = BTreeMap<PathBuf, bool>;

/// Adds folders to others. One that is to be watched with all that lie in it stays so.
pub(super) fn add(folders: &mut Folders, more: impl IntoIterator<Item = (PathBuf, bool)>) {
    for (folder, deep) in more {
        *folders.entry(folder).or_default() |= deep;
    }
}

/// Watches folders.
pub(super) struct Watched {
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<PathBuf>,
    /// What was asked for and was not there.
    missing: bool,
}

impl Watched {
    /// Watches nothing yet. What happens is told from another thread. Where the system cannot watch, only what is asked for again and
    /// again is seen.
    pub fn new(tell: impl Fn(Touch) + Send + 'static) -> Watched {
        let heard = move |event: notify::Result<Event>| match event {
            Ok(event) => touches(&event).into_iter().for_each(&tell),
            Err(_) => tell(Touch { path: None, settled: false, folders: true }),
        };
        Watched { watcher: notify::recommended_watcher(heard).ok(), folders: BTreeSet::new(), missing: false }
    }

    /// Watches these folders and no others. Says whether some are new, in which something may have happened
    /// before anybody watched.
    pub fn set(&mut self, roots: &Folders) -> bool {
        self.missing = roots.keys().any(|root| !root.is_dir());
        let mut wanted = BTreeSet::new();
        for (root, deep) in roots {
            wanted.extend(folders_of(root, if *deep { DEEPEST } else { 0 }).take(MOST.saturating_sub(wanted.len())));
        }
        let Some(watcher) = &mut self.watcher else { return false };
        for gone in self.folders.difference(&wanted) {
            // One that is no longer there is not watched anyhow.
            let _ = watcher.unwatch(gone);
        }
        let new: Vec<&PathBuf> = wanted.difference(&self.folders).collect();
        let refused: BTreeSet<PathBuf> =
            new.iter().filter(|folder| watcher.watch(folder, RecursiveMode::NonRecursive).is_err()).map(|folder| (*folder).clone()).collect();
        let any = new.len() > refused.len();
        self.folders = wanted.difference(&refused).cloned().collect();
        any
    }

    /// Whether what happened may change the book.
    pub fn concerns(&self, touch: &Touch) -> bool {
        touch.path.as_ref().is_none_or(|path| self.folders.contains(path) || concerns(path))
    }

    /// Whether a folder that should be watched is not there, so that somebody has to look for it now and then.
    pub fn misses(&self) -> bool {
        self.missing || self.watcher.is_none()
    }

    /// A folder that was watched may have been taken away and put back under the same name: it is watched anew.
    pub fn forget(&mut self, path: &Path) {
        let gone: Vec<PathBuf> = self.folders.iter().filter(|folder| folder.starts_with(path)).cloned().collect();
        for folder in gone {
            if let Some(watcher) = &mut self.watcher {
                let _ = watcher.unwatch(&folder);
            }
            self.folders.remove(&folder);
        }
    }
}

/// A folder and those in it, so many within each other, that may hold parts of a book.
fn folders_of(root: &Path, depth: usize) -> impl Iterator<Item = PathBuf> {
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).hidden(true).max_depth(Some(depth)).follow_links(false);
    walk.filter_entry(|entry| {
        entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) && !matches!(entry.file_name().to_str(), Some("target" | "node_modules"))
    });
    walk.build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir())).map(|entry| entry.into_path())
}

/// What an event means for a book.
fn touches(event: &Event) -> Vec<Touch> {
    let (settled, folders) = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => (true, false),
        // Reading changes nothing, and we read ourselves.
        EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => (false, true),
        EventKind::Modify(ModifyKind::Name(_)) => (true, true),
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => (false, false),
        EventKind::Remove(RemoveKind::File) => (true, false),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => (false, true),
    };
    if event.need_rescan() {
        return vec![Touch { path: None, settled: false, folders: true }];
    }
    event.paths.iter().map(|path| Touch { path: Some(path.clone()), settled, folders }).collect()
}

/// Whether a file may be part of a book. What editors keep beside a file while they work on it is not, nor what this program makes.
pub(super) fn concerns(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return true };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let editors = name.starts_with('.') || name.starts_with('#') || name.ends_with('~') || name == "4913";
    !editors && !matches!(ending.as_str(), "swp" | "swx" | "tmp" | "part" | "bak" | "pdf" | "epub")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_folder_that_is_not_the_book_only_itself_is_watched() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("a/b")).expect("folders");
        assert_eq!((folders_of(folder.path(), DEEPEST).count(), folders_of(folder.path(), 0).count()), (3, 1));
        let mut folders = Folders::new();
        add(&mut folders, [("a".into(), false), ("b".into(), true)]);
        add(&mut folders, [("a".into(), true), ("b".into(), false)]);
        assert_eq!(folders, Folders::from([("a".into(), true), ("b".into(), true)]));
    }

    #[test]
    fn what_editors_keep_beside_a_file_is_passed_over() {
        for (name, is) in
            [("one.md", true), (".one.md.swp", false), ("one.md~", false), ("4913", false), ("#one.md#", false), ("out.pdf", false), ("fonts", true)]
        {
            assert_eq!(concerns(&Path::new("/book").join(name)), is, "{name}");
        }
    }
}
