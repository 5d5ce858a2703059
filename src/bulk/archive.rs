//! Zip files of copies, for each reader or for each group. The copies are compressed already and are stored as they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Seek, SeekFrom, Write};
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

/// A zip for each group, from the manifest that this run has written. It is read twice: once to see where the lines of each
/// group begin, and then each line for its group. Eight bytes a copy are held.
pub(super) fn groups(work: &Work, shelf: &dyn Shelf, settings: &Settings) -> io::Result<()> {
    let mut manifest = BufReader::new(File::open(work.path(manifest::PART))?);
    let mut all: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let (mut line, mut start) = (String::new(), 0);
    loop {
        line.clear();
        let count = manifest.read_line(&mut line)? as u64;
        if count == 0 {
            break;
        }
        if let Some(group) = serde_json::from_str::<Record>(&line)?.group {
            all.entry(group).or_default().push(start);
        }
        start += count;
    }
    let stem = |group: &str| format!("group-{}", slug(group, "group"));
    let mut names = Names::default();
    all.keys().for_each(|group| names.note(&stem(group)));
    for (group, lines) in &all {
        let name = format!("{}{}.zip", names.give(&stem(group)), suffix(settings.shard));
        let beside = work.path(&format!("{name}.part"));
        gather(lines, &mut manifest, private(&beside)?, shelf)?;
        shelf.put_file(&name, &beside)?;
    }
    Ok(())
}

/// The files that some lines of the manifest name.
fn gather(lines: &[u64], manifest: &mut BufReader<File>, out: impl Write + Seek, shelf: &dyn Shelf) -> io::Result<()> {
    let mut zip = ZipWriter::new(out);
    let mut line = String::new();
    for start in lines {
        line.clear();
        manifest.seek(SeekFrom::Start(*start))?;
        manifest.read_line(&mut line)?;
        for file in serde_json::from_str::<Record>(&line)?.files {
            zip.start_file(file.path.as_str(), stored())?;
            io::copy(&mut shelf.read(&file.path)?, &mut zip)?;
        }
    }
    zip.finish()?;
    Ok(())
}
