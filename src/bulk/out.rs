//! The place that `--out` names, opened.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;

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
    pub fn open(&self, shard: Shard, resume: bool) -> Result<(Box<dyn OutputStore>, Work), Diagnostic> {
        match self {
            Out::Folder(folder, shown) => {
                let work = Work::within(folder, shown, shard)?;
                Ok((Box::new(Folder::open(folder, shard, resume, &work)?), work))
            }
            #[cfg(feature = "cloud")]
            Out::Bucket(address) => Ok((Box::new(Bucket::open(address, shard, resume)?), Work::apart()?)),
            #[cfg(not(feature = "cloud"))]
            Out::Bucket(address) => Err(Diagnostic::error(
                crate::diag::Code::BucketsNotBuilt,
                format!("`{address}` is a bucket, and this program was built without what buckets need"),
            )
            .hint("`cargo install --locked --path . --features cloud` builds it with them; or write to a folder and copy that")),
        }
    }
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
