//! Where copies go: a folder of this machine, or a bucket.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::provenance::digest::Digested;

#[cfg(feature = "cloud")]
use super::bucket::Bucket;
use super::folder::Folder;
use super::manifest::FileRecord;
use super::shard::Shard;
use super::work::Work;

/// The place that `--out` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// A folder, and what it is called in messages.
    Folder(PathBuf, String),
    /// A bucket and what all names in it begin with: `s3://bucket/prefix`, `gs://…`, `az://…`.
    Bucket(String),
}

/// Ways to write the address of a bucket.
const SCHEMES: [&str; 7] = ["s3://", "s3a://", "gs://", "az://", "azure://", "abfs://", "abfss://"];

impl Out {
    /// From the command line; folders are seen from `here`.
    pub fn of(out: &Path, here: &Path) -> Out {
        match out.to_str() {
            Some(address) if SCHEMES.iter().any(|scheme| address.starts_with(scheme)) => {
                let shortened = address.trim_end_matches('/');
                Out::Bucket(if shortened.contains("://") { shortened } else { address }.to_string())
            }
            _ => Out::Folder(here.join(out), out.display().to_string()),
        }
    }

    /// Makes it ready, with a working folder for what is not finished yet.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn open(&self, shard: Shard, resume: bool) -> Result<(Box<dyn Shelf>, Work), Diagnostic> {
        match self {
            Out::Folder(folder, shown) => {
                let work = Work::within(folder, shown, shard)?;
                Ok((Box::new(Folder::open(folder, shard, resume, &work)?), work))
            }
            #[cfg(feature = "cloud")]
            Out::Bucket(address) => Ok((Box::new(Bucket::open(address, shard, resume)?), Work::apart()?)),
            #[cfg(not(feature = "cloud"))]
            Out::Bucket(address) => Err(Diagnostic::error(format!("`{address}` is a bucket, and this program was built without what buckets need"))
                .hint("`cargo install --locked --path . --features cloud` builds it with them; or write to a folder and copy that")),
        }
    }
}

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
pub trait Shelf: Sync {
    /// Puts a copy's file there.
    ///
    /// # Errors
    /// Why it is not there; a file that was there before still is.
    fn put(&self, file: &Finished<'_>) -> io::Result<()>;

    /// Puts a file of the run itself there, from the working folder.
    ///
    /// # Errors
    /// As [`Shelf::put`].
    fn put_file(&self, name: &str, from: &Path) -> io::Result<()>;

    /// Puts an archive of copies there, from the working folder. `contents` is the digest of what it holds.
    ///
    /// # Errors
    /// As [`Shelf::put`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_told_from_folders() {
        let here = Path::new("/here");
        assert_eq!(Out::of(Path::new("s3://b/p/"), here), Out::Bucket("s3://b/p".to_string()));
        assert_eq!(Out::of(Path::new("gs://b"), here), Out::Bucket("gs://b".to_string()));
        assert_eq!(Out::of(Path::new("out"), here), Out::Folder(PathBuf::from("/here/out"), "out".to_string()));
        assert_eq!(Out::of(Path::new("s3:/b"), here), Out::Folder(PathBuf::from("/here/s3:/b"), "s3:/b".to_string()));
    }
}
