//! Zip files of copies, for each reader or for each group. The copies are compressed already and are stored as they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::names::slug;
use crate::provenance::digest::hex;

use super::contract::{Made, Settings};
use super::manifest::{self, FileRecord, Record, digest_of};
use super::naming::Names;
use super::store::OutputStore;
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

/// A zip for each group, from the manifest that this run has written. It is read once to see where the lines of each group
/// begin, and then line by line for each group. Eight bytes a copy are held. With `--resume` a zip that holds these very
/// files stays; one that was being written when the run broke off is begun anew.
pub(super) fn groups(work: &Work, store: &dyn OutputStore, settings: &Settings) -> io::Result<()> {
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
        let contents = contents(files(lines, &mut manifest))?;
        if settings.resume && store.has_archive(&name, &contents, &mut files(lines, &mut manifest)) {
            continue;
        }
        let beside = work.path(&format!("{name}.part"));
        gather(files(lines, &mut manifest), private(&beside)?, store)?;
        store.put_archive(&name, &beside, &contents)?;
    }
    Ok(())
}

/// The files that some lines of the manifest name.
fn files<'m>(lines: &'m [u64], manifest: &'m mut BufReader<File>) -> impl Iterator<Item = io::Result<FileRecord>> + 'm {
    let of_line = move |start: &u64| -> io::Result<Vec<FileRecord>> {
        let mut line = String::new();
        manifest.seek(SeekFrom::Start(*start))?;
        manifest.read_line(&mut line)?;
        Ok(serde_json::from_str::<Record>(&line)?.files)
    };
    lines.iter().map(of_line).flat_map(|files| match files {
        Ok(files) => files.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// A digest of what is in an archive: names and contents, in order.
fn contents(files: impl Iterator<Item = io::Result<FileRecord>>) -> io::Result<String> {
    let mut sha = Sha256::new();
    for file in files {
        let FileRecord { path, sha256, .. } = file?;
        sha.update(format!("{sha256} {path}\n"));
    }
    Ok(hex(&sha.finalize()))
}

/// Puts files into an archive.
fn gather(files: impl Iterator<Item = io::Result<FileRecord>>, out: impl Write + Seek, store: &dyn OutputStore) -> io::Result<()> {
    let mut zip = ZipWriter::new(out);
    let all = || -> io::Result<()> {
        for file in files {
            let file = file?;
            zip.start_file(file.path.as_str(), stored())?;
            io::copy(&mut store.read(&file.path)?, &mut zip)?;
        }
        Ok(())
    };
    if let Err(error) = all() {
        // Dropped, the writer would try to end the archive, and on a full disk complain on standard error by itself.
        std::mem::forget(zip);
        return Err(error);
    }
    zip.finish()?;
    Ok(())
}

/// Whether an archive holds these very files and nothing else, in this order.
pub(super) fn holds(archive: impl Read + Seek, files: &mut dyn Iterator<Item = io::Result<FileRecord>>) -> io::Result<bool> {
    let mut zip = ZipArchive::new(archive)?;
    let mut count = 0;
    for file in files {
        let file = file?;
        if count == zip.len() {
            return Ok(false);
        }
        let mut entry = zip.by_index(count)?;
        let same = entry.name().is_ok_and(|name| name == file.path) && entry.size() == file.bytes && entry.compression() == CompressionMethod::Stored;
        if !same || digest_of(&mut entry)? != file.sha256 {
            return Ok(false);
        }
        count += 1;
    }
    Ok(count == zip.len() && zip.offset() == 0)
}
