//! Zip files of copies, for each reader or for each group. The copies are compressed already and are stored as they are.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Seek, Write};
use std::str::FromStr;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::names::slug;

use super::manifest::{self, Record};
use super::naming::Names;
use super::run::{Made, Settings};
use super::shelf::Shelf;
use super::work::{Work, private, suffix};

/// What one zip file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// The files of one reader, which are then not there by themselves.
    Reader,
    /// The files of all readers with the same `group`, beside the files themselves.
    Group,
}

impl FromStr for Archive {
    type Err = String;

    fn from_str(text: &str) -> Result<Archive, String> {
        match text {
            "reader" => Ok(Archive::Reader),
            "group" => Ok(Archive::Group),
            _ => Err(format!("`{text}` is neither `reader` nor `group`")),
        }
    }
}

/// No times: the same copies make the same archive.
fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600)
        .large_file(false)
}

/// The files of one reader.
pub(super) fn one(name: &str, files: &[Made]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        zip.start_file(format!("{name}.{}", file.ending), stored())?;
        file.file.write_to(&mut zip)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A zip for each group, from the manifest that this run has written.
pub(super) fn groups(work: &Work, shelf: &dyn Shelf, settings: &Settings) -> io::Result<()> {
    let mut all = BTreeSet::new();
    each(work, |record| {
        all.extend(record.group);
        Ok(())
    })?;
    let stem = |group: &str| format!("group-{}", slug(group, "group"));
    let mut names = Names::default();
    all.iter().for_each(|group| names.note(&stem(group)));
    for group in &all {
        let name = format!("{}{}.zip", names.give(&stem(group)), suffix(settings.shard));
        let beside = work.path(&format!("{name}.part"));
        group_of(group, private(&beside)?, work, shelf)?;
        shelf.put_file(&name, &beside)?;
    }
    Ok(())
}

fn group_of(group: &str, out: impl Write + Seek, work: &Work, shelf: &dyn Shelf) -> io::Result<()> {
    let mut zip = ZipWriter::new(out);
    each(work, |record| {
        if record.group.as_deref() == Some(group) {
            for file in record.files {
                zip.start_file(file.path.as_str(), stored())?;
                io::copy(&mut shelf.read(&file.path)?, &mut zip)?;
            }
        }
        Ok(())
    })?;
    zip.finish()?;
    Ok(())
}

fn each(work: &Work, mut see: impl FnMut(Record) -> io::Result<()>) -> io::Result<()> {
    for line in BufReader::new(File::open(work.path(manifest::PART))?).lines() {
        see(serde_json::from_str(&line?)?)?;
    }
    Ok(())
}
