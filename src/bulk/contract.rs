//! What a run takes and gives: who makes the copies, how it is asked for, and what it reports.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, Diagnostics};
use crate::press::PlatesMade;
use crate::provenance::digest::Digested;
use crate::select::Reader;

use super::about::BookAbout;
use super::archive::Archive;
use super::out::Out;
use super::shard::Shard;

/// A finished file of a copy: its ending and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// `pdf` or `epub`.
    pub ending: &'static str,
    /// The whole file.
    pub file: Digested,
}

/// A finished copy.
#[derive(Clone, Debug, Default)]
pub struct MadeCopy {
    /// Its files, in the order of [`CopyMaker::endings`].
    pub files: Vec<Made>,
    /// What the book asked for and did not get.
    pub warnings: Arc<Diagnostics>,
    /// What a person should know though nothing is wrong.
    pub notices: Vec<String>,
    /// Why this copy could share nothing with others, where it could not.
    pub unshared: Option<Box<Diagnostic>>,
}

/// Makes copies.
pub trait CopyMaker: Sync {
    /// The reader's files.
    ///
    /// # Errors
    /// All that stands against this reader's copy.
    fn copy(&self, reader: &Reader) -> Result<MadeCopy, Diagnostics>;

    /// The endings of a copy's files.
    fn endings(&self) -> Vec<&'static str>;

    /// Digest of all that the reader's copy is made from.
    fn input(&self, reader: &Reader) -> String;

    /// The same for readers whose copies share a plate, as a digest.
    fn shape(&self, reader: &Reader) -> u128;

    /// What has been made once for many copies.
    fn plates(&self) -> PlatesMade;

    /// Id of the edition.
    fn edition(&self) -> &str;

    /// The book itself, without anybody's words, with the covers of these target stages; none where there is no more than copies.
    ///
    /// # Errors
    /// All that keeps it from being told.
    fn book(&self, _targets: &BTreeSet<String>) -> Result<Option<BookAbout>, Diagnostics> {
        Ok(None)
    }
}

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the files go.
    pub out: Out,
    /// Threads to work with.
    pub jobs: usize,
    /// This machine's share.
    pub shard: Shard,
    /// Leave what is right already.
    pub resume: bool,
    /// Zip files in place of, or beside, the copies.
    pub archive: Option<Archive>,
    /// Ids of the target stages of all readers, those of other shares too.
    pub targets: BTreeSet<String>,
    /// So many copies that it is worth a word if each has to be set on its own.
    pub many: bool,
}

/// What happened to one copy, for a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was made; bytes written.
    Made(u64),
    /// It was right already.
    Kept,
    /// It could not be made; the file's name and why.
    Failed(String, String),
    /// The book asked for something and did not get it. Reported once, whichever copies it is about.
    Warned(Diagnostic),
    /// Something to know though nothing is wrong. Reported once.
    Noticed(String),
}

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Copies made.
    pub made: u64,
    /// Copies that were right already.
    pub kept: u64,
    /// Copies that failed.
    pub failed: u64,
    /// Bytes written.
    pub bytes: u64,
    /// What was made once for many copies.
    pub plates: PlatesMade,
}
