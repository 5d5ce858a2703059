//! The table for a mail merge: name, address, stage and files of each copy that was made, for programs that read CSV.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use csv::Writer;

use super::manifest::{Record, Status};
use super::shard::Shard;
use super::work::{Work, private, suffix};

/// Its name in the working folder.
const PART: &str = "manifest.csv";

/// Name of a share's table.
pub fn file_name(shard: Shard) -> String {
    format!("manifest{}.csv", suffix(shard))
}

/// Writes the table.
pub(super) struct MergeWriter {
    table: Writer<File>,
    path: PathBuf,
    /// The files of a copy, a column each.
    endings: Vec<&'static str>,
}

/// What somebody wrote, as a cell of a table: what a program of tables would take for a formula is given to it as text.
pub(crate) fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_string() }
}

impl MergeWriter {
    /// Begins the table in the working folder.
    pub(super) fn begin(work: &Work, endings: Vec<&'static str>) -> io::Result<MergeWriter> {
        let path = work.path(PART);
        let mut table = Writer::from_writer(private(&path)?);
        table.write_record(["name", "address", "stage"].into_iter().chain(endings.iter().copied()))?;
        Ok(MergeWriter { table, path, endings })
    }

    /// Adds a copy that was made, unless nothing is to be sent to its reader.
    pub(super) fn add(&mut self, record: &Record) -> io::Result<()> {
        if record.status != Status::Made || record.revoked {
            return Ok(());
        }
        let file = |ending: &str| record.files.iter().find(|file| file.path.ends_with(&format!(".{ending}"))).map_or("", |file| file.path.as_str());
        let about = [&record.reader, &record.email, &record.stage].map(|text| cell(text.as_deref().unwrap_or_default()));
        Ok(self.table.write_record(about.iter().map(String::as_str).chain(self.endings.iter().map(|ending| file(ending))))?)
    }

    /// Ends it; the file is ready to be put in its place.
    pub(super) fn end(mut self) -> io::Result<PathBuf> {
        self.table.flush()?;
        Ok(self.path)
    }
}
