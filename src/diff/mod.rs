//! Two editions compared: which chapters came, went and moved, and in those that stayed which passages did, with their words.
//!
//! ```text
//! Manuscript, Manuscript ── text ──▶ Chapter[], Chapter[] ── align ──▶ Changes ── report ──▶ for people, release notes, scripts
//! ```
//!
//! Whatever any reader can get is compared, every passage and every chapter, as parsed text and not as Markdown: another way to write
//! the same is no change. What moved is neither removed nor added.

mod align;
mod news;
mod pairs;
mod report;
mod text;
mod words;

use std::sync::Arc;

use crate::load::{Manuscript, Pos};

pub(crate) use news::news;
pub use report::{json, markdown, people};
pub use words::Piece;

/// What became of a book between two editions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Title and edition of the old one.
    pub old: Edition,
    /// Title and edition of the new one.
    pub new: Edition,
    /// Chapters that are not as they were: those of the new edition in their order, each removed one where it stood.
    pub chapters: Vec<Chapter>,
    /// Chapters that are as they were.
    pub same: usize,
}

impl Changes {
    /// Bytes that they take, roughly.
    pub(crate) fn weight(&self) -> usize {
        let pieces = |change: &Change| change.pieces.iter().map(|piece| piece.text().len()).sum::<usize>() + size_of::<Change>();
        self.chapters.iter().flat_map(|chapter| &chapter.changes).map(pieces).sum()
    }
}

/// What an edition says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// The book's title.
    pub title: String,
    /// Its edition, if it names one.
    pub edition: Option<String>,
}

/// A chapter that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// Its title now, or the last it had.
    pub title: String,
    /// Its file now, or the last it had; relative to the text root.
    pub path: String,
    /// What became of it as a whole.
    pub state: State,
    /// It stands elsewhere in the order of the book.
    pub moved: bool,
    /// The file that it was in, where that had another name.
    pub was: Option<String>,
    /// The title that it had, where that was another.
    pub was_called: Option<String>,
    /// Words that came.
    pub words_added: usize,
    /// Words that went.
    pub words_removed: usize,
    /// Its passages that are not as they were, in the order of the new edition.
    pub changes: Vec<Change>,
}

/// What became of a chapter as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stayed, and something of it changed.
    Kept,
}

/// A passage that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// The heading that it stands under, if it is not the chapter's.
    pub heading: Option<String>,
    /// Where it stands in the new edition; where it would stand, if it is gone: there is none.
    pub at: Option<Spot>,
    /// Where it stood in the old one.
    pub was: Option<Spot>,
    /// Its words.
    pub pieces: Vec<Piece>,
}

/// What became of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Some of its words are others.
    Changed,
    /// It stands elsewhere.
    Moved,
}

/// A place in an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file, as a person knows it.
    pub file: Arc<str>,
    /// Its line.
    pub line: u32,
    /// The same for the program.
    pub pos: Pos,
}

/// Compares two editions of a book. What they warn of is theirs alone and is not said here.
pub fn diff(old: &Arc<Manuscript>, new: &Arc<Manuscript>) -> Changes {
    let edition = |m: &Manuscript| Edition { title: m.book.title.clone(), edition: m.book.edition.clone() };
    let (before, after) = rayon::join(|| text::chapters(old), || text::chapters(new));
    let (chapters, same) = align::chapters(&before, &after);
    Changes { old: edition(old), new: edition(new), chapters, same }
}
