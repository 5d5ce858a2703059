//! A folder of copies. Files are written in the working folder and renamed; only their owner may read them.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, reason};

use super::archive;
use super::disk::begin_writing;
use super::manifest::{FileRecord, Known, is_right};
use super::shard::Shard;
use super::store::{Finished, OutputStore};
use super::work::{Work, private};

/// A folder, and what earlier runs made in it.
#[derive(Debug)]
pub struct Folder {
    out: PathBuf,
    /// Where files are written first.
    beside: PathBuf,
    known: Known,
}

impl Folder {
    /// Opens a folder whose working folder is there already.
    ///
    /// # Errors
    /// When what an earlier run left cannot be read.
    pub fn open(out: &Path, shard: Shard, resume: bool, work: &Work) -> Result<Folder, Diagnostic> {
        let trouble = |e: io::Error| Diagnostic::error(Code::OutputUnreadable, format!("`{}` cannot be read: {}", out.display(), reason(&e)));
        let known = if resume { Known::read(out, shard, work).map_err(trouble)? } else { Known::default() };
        Ok(Folder { out: out.to_path_buf(), beside: work.path(""), known })
    }
}

impl OutputStore for Folder {
    fn put(&self, file: &Finished<'_>) -> io::Result<()> {
        let beside = self.beside.join(format!("{}.part", file.name));
        let written = private(&beside).and_then(|mut open| {
            file.file.write_to(&mut open)?;
            begin_writing(&open);
            Ok(())
        });
        let placed = written.and_then(|()| fs::rename(&beside, self.out.join(file.name)));
        if placed.is_err() {
            // Half a file would only take room, and a full disk has none.
            let _ = fs::remove_file(beside);
        }
        placed
    }

    fn put_file(&self, name: &str, from: &Path) -> io::Result<()> {
        fs::rename(from, self.out.join(name))
    }

    fn put_archive(&self, name: &str, from: &Path, _: &str) -> io::Result<()> {
        self.put_file(name, from)
    }

    fn has_archive(&self, name: &str, _: &str, files: &mut dyn Iterator<Item = io::Result<FileRecord>>) -> bool {
        // What somebody did to it since shows only in the file itself.
        File::open(self.out.join(name)).and_then(|archive| archive::holds(BufReader::new(archive), files)).unwrap_or(false)
    }

    fn known(&self, name: &str, endings: &[&'static str], input: &str) -> Option<Vec<FileRecord>> {
        let record = self.known.get(name).filter(|record| record.input == input)?;
        let wanted = endings.iter().map(|ending| format!("{name}.{ending}"));
        (record.files.iter().map(|file| file.path.clone()).eq(wanted) && is_right(&record, &self.out)).then_some(record.files)
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(self.out.join(name))?))
    }

    fn waiting(&self) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::digest::Digested;

    #[test]
    fn files_are_whole_or_not_there() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let work = Work::within(out.path(), "out", Shard::WHOLE).map_err(|d| d.message)?;
        assert!(Work::within(out.path(), "out", Shard::WHOLE).is_err());
        let folder = Folder::open(out.path(), Shard::WHOLE, false, &work).map_err(|d| d.message)?;
        let file = Finished { name: "a.pdf", file: &Digested::whole(b"old".to_vec()), sha256: "", input: "" };
        folder.put(&file)?;
        // Something is in the way where the next one is written.
        fs::create_dir(work.path("a.pdf.part"))?;
        assert!(folder.put(&Finished { file: &Digested::whole(b"new".to_vec()), ..file }).is_err());
        assert_eq!(fs::read(out.path().join("a.pdf"))?, b"old");
        work.end();
        assert_eq!(fs::read_dir(out.path())?.count(), 1);
        Ok(())
    }
}
