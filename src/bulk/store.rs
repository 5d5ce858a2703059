//! Where copies are put: what a folder of this machine and a bucket have in common.

use std::io::{self, Read};
use std::path::Path;

use crate::provenance::digest::Digested;

use super::manifest::FileRecord;

/// A finished file.
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    /// Its bare name.
    pub name: &'a str,
    /// All of it.
    pub file: &'a Digested,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: &'a str,
    /// Digest of all that it was made from.
    pub input: &'a str,
}

/// A place for files. A file is there as a whole or not at all.
pub trait OutputStore: Sync {
    /// Puts a copy's file there.
    ///
    /// # Errors
    /// Why it is not there; a file that was there before still is.
    fn put(&self, file: &Finished<'_>) -> io::Result<()>;

    /// Puts a file of the run itself there, from the working folder.
    ///
    /// # Errors
    /// As [`OutputStore::put`].
    fn put_file(&self, name: &str, from: &Path) -> io::Result<()>;

    /// Puts an archive of copies there, from the working folder. `contents` is the digest of what it holds.
    ///
    /// # Errors
    /// As [`OutputStore::put`].
    fn put_archive(&self, name: &str, from: &Path, contents: &str) -> io::Result<()>;

    /// Whether an archive that holds these very files is there. What cannot be found out is not so.
    fn has_archive(&self, name: &str, contents: &str, files: &mut dyn Iterator<Item = io::Result<FileRecord>>) -> bool;

    /// The files of a copy, if an earlier run has made them from the same input and they are still right.
    fn known(&self, name: &str, endings: &[&'static str], input: &str) -> Option<Vec<FileRecord>>;

    /// Reads a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, name: &str) -> io::Result<Box<dyn Read>>;

    /// How many copies wait for the network while one is being made.
    fn waiting(&self) -> usize;
}
