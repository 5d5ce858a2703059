//! Where copies lie that an earlier run made, for whoever hands them out: a folder of this machine or a bucket.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use crate::diag::reason;
use crate::files;

use super::manifest::FileRecord;

/// A place with copies.
pub trait CopySource: std::fmt::Debug + Sync {
    /// The names of all files in it.
    ///
    /// # Errors
    /// Why they cannot be told.
    fn names(&self) -> Result<Vec<String>, String>;

    /// Opens a file of no more than `most` bytes.
    ///
    /// # Errors
    /// Why not, in a person's words.
    fn open(&self, name: &str, most: u64) -> Result<Box<dyn Read>, String>;

    /// Whether this is the file that is there, byte for byte.
    ///
    /// # Errors
    /// Why it cannot be told.
    fn has(&self, file: &FileRecord) -> Result<bool, String>;
}

/// A folder of this machine.
#[derive(Debug)]
pub struct SourceFolder(pub PathBuf);

impl CopySource for SourceFolder {
    fn names(&self) -> Result<Vec<String>, String> {
        let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(&self.0).and_then(Iterator::collect);
        let named = |entry: fs::DirEntry| entry.file_name().into_string().ok();
        // A name that is no text is none of ours.
        entries.map(|entries| entries.into_iter().filter_map(named).collect()).map_err(|error| reason(&error))
    }

    fn open(&self, name: &str, most: u64) -> Result<Box<dyn Read>, String> {
        Ok(Box::new(files::open(&self.0.join(name), most)?))
    }

    fn has(&self, file: &FileRecord) -> Result<bool, String> {
        file.is_in(&self.0).map_err(|error| reason(&error))
    }
}
