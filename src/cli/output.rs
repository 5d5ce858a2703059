//! Writing what was made: beside its name first, renamed when all of it is there, so that nothing is ever half written.

use std::fs::{self, File};
#[cfg(feature = "web")]
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(feature = "web")]
use crate::bulk::work::private;
use crate::diag::{Code, Diagnostic, Place, no_folder, reason};
use crate::provenance::digest::Digested;

/// A file to be written.
pub(super) struct Output<'a> {
    /// Its final name.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) file: &'a Digested,
}

/// Writes all files, or none of them.
///
/// # Errors
/// What stood in the way, for a person.
pub(super) fn write_all(folder: &Path, outputs: &[Output<'_>]) -> Result<(), Diagnostic> {
    fs::create_dir_all(folder).map_err(|error| failure(folder, "the folder cannot be made", no_folder(folder, &error)))?;
    // Found out before anything is put in its place: all of a book is there, or none of it.
    if let Some(in_the_way) = outputs.iter().find(|output| fs::symlink_metadata(&output.path).is_ok_and(|about| about.is_dir())) {
        return Err(failure(&in_the_way.path, "the file cannot be put in its place", "a folder of that name is in the way".to_string()));
    }
    let mut written = Vec::new();
    let result = outputs.iter().try_for_each(|output| {
        let beside = beside(&output.path);
        written.push(beside.clone());
        File::create(&beside)
            .and_then(|mut open| output.file.write_to(&mut open))
            .map_err(|error| failure(&output.path, "the file cannot be written", reason(&error)))
    });
    let result = result.and_then(|()| {
        outputs.iter().zip(&written).try_for_each(|(output, beside)| {
            fs::rename(beside, &output.path).map_err(|error| failure(&output.path, "the file cannot be put in its place", reason(&error)))
        })
    });
    if result.is_err() {
        // What was written beside is of no use to anybody; if it cannot be removed there is nothing more to do.
        written.iter().for_each(|path| drop(fs::remove_file(path)));
    }
    result
}

/// Writes a file that only its owner may read, beside its name first.
///
/// # Errors
/// What stood in the way; what was there before stays as it was.
#[cfg(feature = "web")]
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let written = private(&beside).and_then(|mut file| file.write_all(bytes)).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // As above.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder that no book has and no other process uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn failure(path: &Path, what: &str, why: String) -> Diagnostic {
    Diagnostic::error(Code::OutputUnwritable, format!("{what}: {why}"))
        .at(Place::file(&path.display().to_string()))
        .hint("`--out` names the folder to write to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (good, bad) = (folder.path().join("a.pdf"), folder.path().join("b.epub"));
        fs::create_dir_all(bad.join("in the way")).expect("a folder");
        let file = Digested::whole(b"a".to_vec());
        let outputs = [&good, &bad].map(|path| Output { path: path.clone(), file: &file });
        assert!(write_all(folder.path(), &outputs).is_err());
        let left: Vec<_> = fs::read_dir(folder.path()).expect("entries").flatten().map(|e| e.file_name()).collect();
        assert_eq!(left, ["b.epub"]);
        fs::remove_dir_all(&bad).expect("removed");
        assert!(write_all(folder.path(), &outputs).is_ok() && good.is_file());
    }
}
