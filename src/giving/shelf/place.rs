//! Where a shelf stands: a folder that a web server serves, or a bucket. A file is there as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bulk::media::media_type;
use crate::giving::catalog::{ATOM_TYPE, JSON_TYPE};

/// The folder of the readers' pages.
pub const READERS: &str = "r";

/// A place for pages. Names have `/` between folders.
pub trait Place {
    /// Puts a file there. One that is as it should be is left alone.
    ///
    /// # Errors
    /// Why it is not there; a file that was there before still is.
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// The names of the folders in a folder, and of the files in it.
    ///
    /// # Errors
    /// Why they cannot be told. A folder that is not there is empty.
    fn names(&self, folder: &str) -> io::Result<(Vec<String>, Vec<String>)>;

    /// Removes a file, and its folder if it was the last in it.
    ///
    /// # Errors
    /// Why it is still there.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// Media type of a file on a shelf, by its name.
pub fn media(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("xml") => ATOM_TYPE,
        Some("json") => JSON_TYPE,
        _ => media_type(name),
    }
}

/// What others may do with the folder of the readers' pages: open what they know the name of.
const CLOSED: u32 = 0o711;

/// A folder on this machine.
///
/// A web server runs as somebody else, so all may read the files; but nobody may list the folder of the readers' pages, whose names are
/// what keeps them private.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Makes the folder if there is none.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open(root: &Path) -> io::Result<Folder> {
        let folder = Folder { root: root.to_path_buf() };
        fs::create_dir_all(root)?;
        let readers = Path::new(READERS);
        folder.make(readers)?;
        // One that was there may be one that everybody may list.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = root.join(readers);
            if fs::metadata(&path)?.permissions().mode() & 0o044 != 0 {
                mode(&path, CLOSED)?;
            }
        }
        Ok(folder)
    }

    /// Makes a folder and those above it.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if folder.as_os_str().is_empty() || self.root.join(folder).is_dir() {
            return Ok(());
        }
        folder.parent().map_or(Ok(()), |above| self.make(above))?;
        let path = self.root.join(folder);
        fs::create_dir(&path)?;
        mode(&path, if folder == Path::new(READERS) { CLOSED } else { 0o755 })
    }
}

impl Place for Folder {
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.root.join(name);
        if fs::metadata(&path).is_ok_and(|about| about.len() == bytes.len() as u64) && fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        self.make(Path::new(name).parent().unwrap_or(Path::new("")))?;
        let beside = path.with_file_name(format!(".{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
        let written =
            File::create(&beside).and_then(|mut file| file.write_all(bytes)).and_then(|()| mode(&beside, 0o644)).and_then(|()| fs::rename(&beside, &path));
        if written.is_err() {
            // Half a file is of no use to anybody.
            let _ = fs::remove_file(beside);
        }
        written
    }

    fn names(&self, folder: &str) -> io::Result<(Vec<String>, Vec<String>)> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
            Err(error) => return Err(error),
        };
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if entry.file_type()?.is_dir() { folders.push(name) } else { files.push(name) }
        }
        Ok((folders, files))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.root.join(name);
        fs::remove_file(&path)?;
        if let Some(folder) = path.parent().filter(|folder| *folder != self.root) {
            // Unless there is something else in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(feature = "cloud")]
impl Place for crate::bulk::bucket::Bucket {
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        // No cache on the way keeps what is one reader's own.
        let cache = if name.starts_with("r/") { "private, no-store" } else { "no-cache" };
        self.put_page(name, bytes.to_vec(), media(name), cache)
    }

    fn names(&self, folder: &str) -> io::Result<(Vec<String>, Vec<String>)> {
        self.names_in(folder)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.remove_page(name)
    }
}
