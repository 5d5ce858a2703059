//! The working folder of a run: what is half made lies there, until it is whole and gets its place.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::diag::{Code, Diagnostic, no_folder, reason};

use super::shard::Shard;

/// The file that says, by its lock, that a run holds a working folder.
const LOCK: &str = "lock";

/// How working folders are called that are not in the folder of the copies.
const APART: &str = "handbook-bulk-";

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
        let refused = |why: String| {
            Diagnostic::error(Code::OutputUnwritable, format!("`{shown}` cannot be written to: {why}")).hint("`--out` names the folder to write to")
        };
        let trouble = |e: io::Error| refused(reason(&e));
        fs::create_dir_all(out).map_err(|e| refused(no_folder(out, &e)))?;
        if fs::symlink_metadata(&folder).is_ok_and(|about| about.is_symlink()) {
            // What lies behind it is somebody else's: half-written files there would be removed.
            return Err(refused(format!("its working folder `.bulk{}` is a link, which leads elsewhere", suffix(shard))));
        }
        fs::create_dir_all(&folder).map_err(|e| refused(format!("its working folder `.bulk{}` cannot be made, {}", suffix(shard), no_folder(&folder, &e))))?;
        let lock = private(&folder.join(LOCK)).map_err(trouble)?;
        if lock.try_lock().is_err() {
            let problem = Diagnostic::error(Code::OutputBusy, format!("another run is writing to `{shown}`"));
            return Err(problem.hint("wait for it, or give each its own folder or share"));
        }
        let work = Work { folder, _lock: Some(lock), _temporary: None };
        work.clear().map_err(trouble)?;
        Ok(work)
    }

    /// Makes a folder somewhere on this machine, for copies that go elsewhere, and removes those of runs that were killed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn apart() -> Result<Work, Diagnostic> {
        Work::apart_in(&std::env::temp_dir())
            .map_err(|e| Diagnostic::error(Code::OutputUnwritable, format!("the working folder cannot be made: {}", reason(&e))))
    }

    fn apart_in(place: &Path) -> io::Result<Work> {
        let temporary = tempfile::Builder::new().prefix(APART).tempdir_in(place)?;
        let folder = temporary.path().to_path_buf();
        // The lock gets its name when it is held: a folder that is only being made does not look as if somebody had left it.
        let new = folder.join("new");
        let lock = private(&new)?;
        lock.try_lock().map_err(io::Error::from)?;
        fs::rename(new, folder.join(LOCK))?;
        remove_left(place, &folder);
        Ok(Work { folder, _lock: Some(lock), _temporary: Some(temporary) })
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

/// Removes working folders that runs of this user, which were killed, left in the system's temporary folder. One that
/// cannot be removed is no worse than before.
fn remove_left(place: &Path, mine: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let path = entry.path();
        if path == mine || !entry.file_name().to_string_lossy().starts_with(APART) || !same_owner(&path, mine) {
            continue;
        }
        let lock = path.join(LOCK);
        let free = fs::symlink_metadata(&lock).is_ok_and(|about| about.is_file()) && File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok());
        if free {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Whether a folder, and not a link to one, belongs to whom another one belongs to.
fn same_owner(path: &Path, mine: &Path) -> bool {
    let (Ok(path), Ok(mine)) = (fs::symlink_metadata(path), fs::symlink_metadata(mine)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        path.is_dir() && path.uid() == mine.uid()
    }
    #[cfg(not(unix))]
    {
        path.is_dir() && mine.is_dir()
    }
}

/// What a share adds to the names of the run's own files: nothing for the whole, else `-2-of-8`.
pub fn suffix(shard: Shard) -> String {
    if shard.is_whole() { String::new() } else { format!("-{}-of-{}", shard.index, shard.count) }
}

/// Name of a share's log of times.
pub fn log_name(shard: Shard) -> String {
    format!("bulk{}.log.jsonl", suffix(shard))
}

/// A new, empty file that only its owner may read.
///
/// # Errors
/// Those of the system.
pub fn private(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().write(true).create(true).truncate(true))
}

/// The same, to be read, and written to at its end, if it is there already.
///
/// # Errors
/// Those of the system.
pub fn appended(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true).append(true).create(true))
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
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // One that was there may have been open to others.
        let about = file.metadata()?;
        if about.is_file() && about.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_runs_folder_is_removed_by_the_next_one() -> io::Result<()> {
        let place = tempfile::tempdir()?;
        let running = Work::apart_in(place.path())?;
        // Left by a kill: the lock is there, and nobody holds it. One that is being made has none yet; the last is somebody else's affair.
        let [left, new, other] = ["handbook-bulk-left", "handbook-bulk-new", "other"].map(|name| place.path().join(name));
        for folder in [&left, &new, &other] {
            fs::create_dir(folder)?;
        }
        fs::write(left.join(LOCK), "")?;
        fs::write(left.join("manifest.jsonl"), "{}")?;
        fs::write(other.join(LOCK), "")?;
        let next = Work::apart_in(place.path())?;
        assert!(!left.exists() && new.exists() && other.exists());
        assert!(running.path("").exists() && next.path("").exists());
        running.end();
        next.end();
        assert_eq!(fs::read_dir(place.path())?.count(), 2);
        Ok(())
    }
}
