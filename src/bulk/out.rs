//! The place that `--out` names, opened.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic};

#[cfg(feature = "cloud")]
use super::bucket::Bucket;
use super::folder::Folder;
use super::shard::Shard;
use super::store::OutputStore;
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

/// What to say of a bucket, in a program that was built without them.
#[cfg(not(feature = "cloud"))]
pub(crate) fn buckets_not_built(address: &str) -> Diagnostic {
    Diagnostic::error(Code::BucketsNotBuilt, format!("`{address}` is a bucket, and this program was built without what buckets need"))
        .hint("`cargo install --locked --path . --features cloud` builds it with them; or write to a folder and copy that")
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
                Err(Diagnostic::error(Code::OutputAddress, format!("`{address}` is no place for copies: `{scheme}://` is no bucket that is known")).hint(hint))
            }
            _ => Ok(Out::Folder(here.join(out), out.display().to_string())),
        }
    }

    /// The folder that it is, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        if let Out::Folder(folder, _) = self { Some(folder) } else { None }
    }

    /// Makes it ready, with a working folder for what is not finished yet.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn open(&self, shard: Shard, resume: bool) -> Result<(Box<dyn OutputStore>, Work), Diagnostic> {
        match self {
            Out::Folder(folder, shown) => {
                let work = Work::within(folder, shown, shard)?;
                Ok((Box::new(Folder::open(folder, shard, resume, &work)?), work))
            }
            #[cfg(feature = "cloud")]
            Out::Bucket(address) => Ok((Box::new(Bucket::open(address, shard, resume)?), Work::apart()?)),
            #[cfg(not(feature = "cloud"))]
            Out::Bucket(address) => Err(buckets_not_built(address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_told_from_folders() {
        let here = Path::new("/here");
        let of = |text: &str| Out::of(Path::new(text), here).ok();
        assert_eq!(of("s3://b/p/"), Some(Out::Bucket("s3://b/p".to_string())));
        assert_eq!(of("gs://b"), Some(Out::Bucket("gs://b".to_string())));
        assert_eq!(of("out"), Some(Out::Folder(PathBuf::from("/here/out"), "out".to_string())));
        assert_eq!(of("s3:/b"), Some(Out::Folder(PathBuf::from("/here/s3:/b"), "s3:/b".to_string())));
        assert_eq!(of("./http://b"), Some(Out::Folder(PathBuf::from("/here/./http://b"), "./http://b".to_string())));
        for unknown in ["http://b/p", "foo://b", "sftp://b", "S3://b"] {
            assert!(Out::of(Path::new(unknown), here).is_err(), "{unknown}");
        }
    }
}
