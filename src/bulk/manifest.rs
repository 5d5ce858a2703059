//! The manifest of a run: a line for every copy, in the roster's order, without times, so that two runs can be compared.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::provenance::digest::hex;
use crate::select::Reader;

use super::naming::short;
use super::roster::{Column, column};
use super::shard::Shard;
use super::work::{Work, appended, private, suffix};

/// A file of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its name in the folder of the run.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The files are there.
    Made,
    /// There are none; `error` says why.
    Failed,
}

/// A line of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Row of the roster, from 1.
    pub row: u64,
    /// Number of the copy.
    pub copy: u64,
    /// The name of the files without ending; unique.
    pub name: String,
    /// The reader's name.
    pub reader: Option<String>,
    /// Where to send it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// The reader's organisation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<String>,
    /// Whom it is archived with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<String>,
    /// Who the reader is, across editions and mended names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// No longer given anything.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub revoked: bool,
    /// Id of the target stage.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stage: Option<String>,
    /// Id of the present stage.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Ids of the paths and guides that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub paths: Vec<String>,
    /// All other columns, by the names that fields have in the text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub fields: BTreeMap<String, String>,
    /// The edition.
    pub edition: String,
    /// Digest of all that the copy is made from.
    pub input: String,
    /// What became of it.
    pub status: Status,
    /// Its files.
    pub files: Vec<FileRecord>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

impl Record {
    /// The reader that it speaks of, as far as it does: a mentor's note is in the copy alone.
    pub fn reader(&self) -> Reader {
        // The roster's heading stands in the field's name.
        let first = self.fields.iter().find(|(key, name)| column(key) == Column::Given && !name.is_empty());
        Reader {
            name: self.reader.clone(),
            first_name: first.map(|(_, name)| name.clone()),
            stage: self.stage.clone(),
            from: self.from.clone(),
            paths: self.paths.clone(),
            organisation: self.organisation.clone(),
            email: self.email.clone(),
            fields: self.fields.clone(),
            copy: Some(self.copy),
            group: self.group.clone(),
            ..Reader::default()
        }
    }

    /// What tells this reader from all others for good: the id, else the e-mail address.
    pub fn identity(&self) -> Option<&str> {
        self.id.as_deref().or(self.email.as_deref())
    }
}

/// Name of a share's manifest.
pub fn file_name(shard: Shard) -> String {
    format!("manifest{}.jsonl", suffix(shard))
}

/// Its name in the working folder.
pub(super) const PART: &str = "manifest.jsonl";
const KNOWN: &str = "known.jsonl";

/// Writes the manifest beside, line by line; it gets its name when the run is over.
#[derive(Debug)]
pub struct ManifestWriter {
    file: BufWriter<File>,
    path: PathBuf,
    /// Where copies stand whose line has to wait for others, and the file when there is one.
    early: (PathBuf, Option<File>),
}

impl ManifestWriter {
    /// Begins a manifest in the working folder.
    ///
    /// # Errors
    /// Those of the system.
    pub fn begin(work: &Work) -> io::Result<ManifestWriter> {
        let path = work.path(PART);
        Ok(ManifestWriter { file: BufWriter::new(private(&path)?), path, early: (work.path(KNOWN), None) })
    }

    /// Notes a copy whose line has to wait for those of others: a run that is killed knows of it all the same.
    ///
    /// # Errors
    /// Those of the system.
    pub fn note(&mut self, record: &Record) -> io::Result<()> {
        let (path, file) = &mut self.early;
        let file = match file {
            Some(file) => file,
            None => {
                let file = file.insert(appended(path)?);
                // A line that a full disk or the end of the machine broke off must not swallow this one.
                file.write_all(b"\n")?;
                file
            }
        };
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        file.write_all(&line)
    }

    /// Adds a line. It is out of this process at once, so that a run which is killed knows what it had made.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, record)?;
        self.file.write_all(b"\n")?;
        self.file.flush()
    }

    /// Ends it; the file is ready to be put in its place.
    ///
    /// # Errors
    /// Those of the system.
    pub fn end(mut self) -> io::Result<PathBuf> {
        self.file.flush()?;
        Ok(self.path)
    }
}

/// What earlier runs made, by the name of the files. The lines stay on disk; only their places are held.
#[derive(Debug, Default)]
pub struct Known {
    files: Vec<PathBuf>,
    places: HashMap<u128, (usize, u64)>,
}

impl Known {
    /// Reads the last manifest of this share and what a run that was broken off had made since. Lines that are not
    /// whole are passed over.
    ///
    /// # Errors
    /// Those of the system.
    pub fn read(out: &Path, shard: Shard, work: &Work) -> io::Result<Known> {
        let (part, kept) = (work.path(PART), work.path(KNOWN));
        if part.exists() {
            let mut all = appended(&kept)?;
            io::copy(&mut File::open(&part)?, &mut all)?;
            // A line that was broken off must not swallow the next one.
            all.write_all(b"\n")?;
            fs::remove_file(&part)?;
        }
        let mut known = Known::default();
        for path in [out.join(file_name(shard)), kept] {
            if path.exists() {
                known.index(path)?;
            }
        }
        Ok(known)
    }

    fn index(&mut self, path: PathBuf) -> io::Result<()> {
        let mut reader = BufReader::new(File::open(&path)?);
        self.files.push(path);
        let (mut line, mut start) = (Vec::new(), 0);
        loop {
            line.clear();
            let count = reader.read_until(b'\n', &mut line)? as u64;
            if count == 0 {
                return Ok(());
            }
            if let Ok(record) = serde_json::from_slice::<Record>(&line) {
                self.places.insert(short(&record.name), (self.files.len() - 1, start));
            }
            start += count;
        }
    }

    /// What is known of a copy.
    pub fn get(&self, name: &str) -> Option<Record> {
        let (file, start) = *self.places.get(&short(name))?;
        let mut file = File::open(self.files.get(file)?).ok()?;
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut line = String::new();
        BufReader::new(file).read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok().filter(|record: &Record| record.name == name)
    }
}

impl FileRecord {
    /// Whether this is the file in `folder`, byte for byte.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn is_in(&self, folder: &Path) -> io::Result<bool> {
        let path = folder.join(&self.path);
        Ok(fs::metadata(&path)?.len() == self.bytes && digest_of(&mut File::open(&path)?)? == self.sha256)
    }
}

/// Whether all files of a record are in `out`, byte for byte.
pub fn is_right(record: &Record, out: &Path) -> bool {
    record.status == Status::Made && !record.files.is_empty() && record.files.iter().all(|file| file.is_in(out).unwrap_or(false))
}

/// SHA-256 of all that can be read, in hexadecimal.
pub(crate) fn digest_of(file: &mut impl Read) -> io::Result<String> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&sha.finalize())),
            count => sha.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}
