//! Files that somebody names, and the lines of what is in them: only ordinary files are read, and no more of them than a limit.
//!
//! A device or a pipe has no end, or keeps whoever opens it waiting; so a file is looked at before it is opened, and again after.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::diag::reason;

/// Opens an ordinary file of no more than `most` bytes, links followed.
///
/// # Errors
/// Why not, in a person's words.
pub(crate) fn open(path: &Path, most: u64) -> Result<File, String> {
    ordinary(&fs::metadata(path).map_err(|error| reason(&error))?, most)?;
    let file = File::open(path).map_err(|error| reason(&error))?;
    ordinary(&file.metadata().map_err(|error| reason(&error))?, most)?;
    Ok(file)
}

/// Reads such a file.
///
/// # Errors
/// Why not, in a person's words.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let file = open(path, most)?;
    let bytes = Vec::with_capacity(file.metadata().map_or(0, |about| about.len() as usize));
    read_onto(bytes, file, most)
}

/// Reads all that comes, if it is no more than `most` bytes.
///
/// # Errors
/// Why not, in a person's words.
#[cfg(feature = "web")]
pub(crate) fn read_all(from: impl Read, most: u64) -> Result<Vec<u8>, String> {
    read_onto(Vec::new(), from, most)
}

fn read_onto(mut bytes: Vec<u8>, from: impl Read, most: u64) -> Result<Vec<u8>, String> {
    // A file may have grown since it was looked at.
    from.take(most + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// Reads such a file of text, without a byte order mark.
///
/// # Errors
/// Why not, in a person's words.
pub(crate) fn text(path: &Path, most: u64) -> Result<String, String> {
    let text = String::from_utf8(read(path, most)?).map_err(|_| "it is not UTF-8".to_string())?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_string).unwrap_or(text))
}

fn ordinary(about: &fs::Metadata, most: u64) -> Result<(), String> {
    match () {
        () if about.is_dir() => Err(reason(&io::ErrorKind::IsADirectory.into()).replace("a folder of that name is in the way", "it is a folder")),
        () if !about.is_file() => Err("it is not an ordinary file".to_string()),
        () if about.len() > most => Err(too_large(most)),
        () => Ok(()),
    }
}

/// A text whose lines end as they do here, whatever machine it was written on: Windows ends them with two characters, and old Macs did with
/// the first of these.
pub(crate) fn plain_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// What is said of a file that is larger than this.
pub(crate) fn too_large(most: u64) -> String {
    if most >= 1 << 20 { format!("it is larger than {} MB", most >> 20) } else { format!("it is larger than {} KB", most >> 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_files_of_the_right_size_are_read() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a");
        fs::write(&path, vec![b'a'; 2048])?;
        assert_eq!(read(&path, 2048).map(|bytes| bytes.len()), Ok(2048));
        assert_eq!(read(&path, 2047), Err("it is larger than 1 KB".to_string()));
        assert_eq!(read(folder.path(), 10), Err("it is a folder".to_string()));
        assert!(read(&folder.path().join("b"), 10).is_err_and(|why| why.contains("no such file")));
        fs::write(&path, b"\xEF\xBB\xBFtext")?;
        assert_eq!(text(&path, 10), Ok("text".to_string()));
        #[cfg(unix)]
        assert_eq!(read(Path::new("/dev/zero"), 10), Err("it is not an ordinary file".to_string()));
        Ok(())
    }
}
