//! The working folder of a run: what is half made lies there, until it is whole and gets its place.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::diag::Diagnostic;
use crate::load::reason;

use super::shard::Shard;

/// The folder in which files are written before they get their names. One run holds it at a time.
#[derive(Debug)]
pub struct Work {
    folder: PathBuf,
    /// Held as long as the run lasts; the system lets go of it when the process ends, however that happens.
    _lock: Option<File>,
    /// Removed with the run, where the folder is not in the folder of the copies.
    _temporary: Option<TempDir>,
}

impl Work {
    /// Makes the folder of this share in `out`, which messages call `shown`, empty but for what a broken run knows of its copies.
    ///
    /// # Errors
    /// When it cannot be made, or another run holds it.
    pub fn within(out: &Path, shown: &str, shard: Shard) -> Result<Work, Diagnostic> {
        let folder = out.join(format!(".bulk{}", suffix(shard)));
        let trouble = |e: io::Error| Diagnostic::error(format!("`{shown}` cannot be written to: {}", reason(&e)));
        fs::create_dir_all(&folder).map_err(trouble)?;
        let lock = private(&folder.join("lock")).map_err(trouble)?;
        if lock.try_lock().is_err() {
            let problem = Diagnostic::error(format!("another run is writing to `{shown}`"));
            return Err(problem.hint("wait for it, or give each its own folder or share"));
        }
        let work = Work { folder, _lock: Some(lock), _temporary: None };
        work.clear().map_err(trouble)?;
        Ok(work)
    }

    /// Makes a folder somewhere on this machine, for copies that go elsewhere.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn apart() -> Result<Work, Diagnostic> {
        let temporary = TempDir::new().map_err(|e| Diagnostic::error(format!("the working folder cannot be made: {}", reason(&e))))?;
        Ok(Work { folder: temporary.path().to_path_buf(), _lock: None, _temporary: Some(temporary) })
    }

    /// Removes the half-written files of a broken run.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "part") {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// A file of the working folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Removes the working folder at the end of a run.
    pub fn end(self) {
        // What stays behind does no harm: the next run clears it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What a share adds to the names of the run's own files: nothing for the whole, else `-2-of-8`.
pub fn suffix(shard: Shard) -> String {
    if shard.is_whole() { String::new() } else { format!("-{}-of-{}", shard.index, shard.count) }
}

/// A new, empty file that only its owner may read.
///
/// # Errors
/// Those of the system.
pub fn private(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().write(true).create(true).truncate(true))
}

/// The same, to be written to at its end if it is there already.
///
/// # Errors
/// Those of the system.
pub fn appended(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().append(true).create(true))
}

/// The same, unless there is such a file already.
///
/// # Errors
/// Those of the system.
pub fn new_private(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().write(true).create_new(true))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
