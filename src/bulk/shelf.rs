//! Where copies go: a folder of this machine, or a bucket.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::provenance::digest::Digested;

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

/// Whether a text begins as an address does: a scheme (RFC 3986, section 3.1), a colon and two strokes.
fn is_address(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

impl Out {
    /// From the command line; folders are seen from `here`.
    ///
    /// # Errors
    /// An address of a kind that is not known: nobody means a folder called `http:`.
    pub fn of(out: &Path, here: &Path) -> Result<Out, Diagnostic> {
        match out.to_str() {
            Some(address) if SCHEMES.iter().any(|scheme| address.starts_with(scheme)) => {
                let shortened = address.trim_end_matches('/');
                Ok(Out::Bucket(if shortened.contains("://") { shortened } else { address }.to_string()))
            }
            Some(address) if is_address(address) => {
                let scheme = address.split("://").next().unwrap_or_default();
                let hint = "buckets begin with `s3://`, `gs://` or `az://`; a folder whose name looks like an address is written with `./` before it";
                Err(Diagnostic::error(format!("copies cannot be sent to `{address}`: `{scheme}://` is no bucket that is known")).hint(hint))
            }
            _ => Ok(Out::Folder(here.join(out), out.display().to_string())),
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
            Out::Bucket(address) => Ok((Box::new(Bucket::open(address, shard, resume)?), Work::apart()?)),
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
        assert_eq!(of("s3://b/p/"), Out::Bucket("s3://b/p".to_string()));
        assert_eq!(of("gs://b"), Out::Bucket("gs://b".to_string()));
        assert_eq!(of("out"), Out::Folder(PathBuf::from("/here/out"), "out".to_string()));
        assert_eq!(of("s3:/b"), Out::Folder(PathBuf::from("/here/s3:/b"), "s3:/b".to_string()));
        assert_eq!(of("./http://b"), Out::Folder(PathBuf::from("/here/./http://b"), "./http://b".to_string()));
        for unknown in ["http://b/p", "foo://b", "sftp://b", "S3://b"] {
            assert!(Out::of(Path::new(unknown), here).is_err(), "{unknown}");
        }
    }
}
