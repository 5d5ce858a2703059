//! Files that are whole or not there: written in a working folder beside the others, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::load::reason;

use super::shard::Shard;

/// The folder in which files are written before they get their names. One run holds it at a time.
#[derive(Debug)]
pub struct Work {
    out: PathBuf,
    folder: PathBuf,
    /// Held as long as the run lasts; the system lets go of it when the process ends, however that happens.
    _lock: File,
}

impl Work {
    /// Makes the folder of this share in `out`, empty but for what a broken run knows of its copies.
    ///
    /// # Errors
    /// When it cannot be made, or another run holds it.
    pub fn begin(out: &Path, shard: Shard) -> Result<Work, Diagnostic> {
        let folder = out.join(format!(".bulk{}", suffix(shard)));
        let trouble = |e: io::Error| Diagnostic::error(format!("`{}` cannot be written to: {}", out.display(), reason(&e)));
        fs::create_dir_all(&folder).map_err(trouble)?;
        let lock = private(&folder.join("lock")).map_err(trouble)?;
        if lock.try_lock().is_err() {
            let problem = Diagnostic::error(format!("another run is writing to `{}`", out.display()));
            return Err(problem.hint("wait for it, or give each its own folder or share"));
        }
        let work = Work { out: out.to_path_buf(), folder, _lock: lock };
        work.clear().map_err(trouble)?;
        Ok(work)
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

    /// A file of the working folder itself.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file of `out` as a whole; only the owner may read it. `name` is a bare file name.
    ///
    /// # Errors
    /// Those of the system; then there is no file by this name, or the one that was there before.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.write_with(name, |file| file.write_all(bytes))
    }

    /// As [`Work::write`], from whatever writes to the file.
    ///
    /// # Errors
    /// As [`Work::write`].
    pub fn write_with(&self, name: &str, content: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        let beside = self.folder.join(format!("{name}.part"));
        let mut file = private(&beside)?;
        content(&mut file)?;
        drop(file);
        fs::rename(beside, self.out.join(name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_whole_or_not_there() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let work = Work::begin(out.path(), Shard::WHOLE).map_err(|d| d.message)?;
        assert!(Work::begin(out.path(), Shard::WHOLE).is_err());
        work.write("a.pdf", b"old")?;
        let broken = work.write_with("a.pdf", |file| {
            file.write_all(b"ne")?;
            Err(io::Error::other("broken off"))
        });
        assert!(broken.is_err());
        assert_eq!(fs::read(out.path().join("a.pdf"))?, b"old");
        work.end();
        assert_eq!(fs::read_dir(out.path())?.count(), 1);
        Ok(())
    }
}
