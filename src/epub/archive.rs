//! The container: epub-builder builds it, and a finish step puts in the documents that it cannot write.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ZipLibrary};
use rayon::prelude::*;
use uuid::Uuid;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::provenance;
use crate::provenance::digest::{Beginning, Digest, Digested};
use crate::resolve::Resolved;

use super::pictures::{Asset, Pictures};

/// A file of the book.
pub(super) struct Entry {
    /// What the package document says of it.
    pub(super) item: Item,
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// Whether the reader's words stand in it, so that each copy writes its own.
    pub(super) personal: bool,
}

/// What the package document says of a file.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Path in the book.
    pub(super) path: String,
    /// Media type.
    pub(super) media: &'static str,
    /// A drawing stands within its text.
    pub(super) svg: bool,
    /// Formulas stand within its text.
    pub(super) mathml: bool,
}

/// Where epub-builder puts everything.
const FOLDER: &str = "OEBPS/";

/// Documents that epub-builder writes and that are put in anew.
const REPLACED: [&str; 3] = ["content.opf", "nav.xhtml", "toc.ncx"];

/// Builds the container of the files that copies share.
pub(super) fn build(resolved: &Resolved, entries: &[Entry], cover: &str) -> Result<Vec<u8>, epub_builder::Error> {
    let mut builder = EpubBuilder::new(ZipLibrary::new()?)?;
    builder.epub_version(EpubVersion::V33);
    builder.set_title(&resolved.book.title);
    builder.set_toc_name(&resolved.words.contents);
    builder.set_uuid(uuid(&resolved.book.identifier));
    // Never the clock: a date that cannot be read becomes a fixed one.
    let midnight = |date: &str| format!("{date}T00:00:00Z").parse();
    if let Ok(date) = midnight(&resolved.book.date).or_else(|_| midnight("2000-01-01")) {
        builder.set_modified_date(date);
        builder.set_publication_date(date);
    }
    for entry in entries.iter().filter(|entry| !entry.personal) {
        add(&mut builder, entry, cover)?;
    }
    let mut out = Vec::new();
    builder.generate(&mut out)?;
    Ok(out)
}

fn add(builder: &mut EpubBuilder<ZipLibrary>, entry: &Entry, cover: &str) -> Result<(), epub_builder::Error> {
    let (path, bytes) = (entry.item.path.as_str(), entry.bytes.as_slice());
    match entry.item.media {
        "application/xhtml+xml" => builder.add_content(EpubContent::new(path, bytes).title(path))?,
        "text/css" if path == "stylesheet.css" => builder.stylesheet(bytes)?,
        media if path == cover => builder.add_cover_image(path, bytes, media)?,
        media => builder.add_resource(path, bytes, media)?,
    };
    Ok(())
}

/// The identifier's UUID, or one made from it (version 5).
fn uuid(identifier: &str) -> Uuid {
    let bare = identifier.trim_start_matches("urn:uuid:");
    Uuid::parse_str(bare).unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_URL, identifier.as_bytes()))
}

impl Asset {
    /// An archive with nothing but this picture, made once.
    fn packed(&self) -> ZipResult<&[u8]> {
        if let Some(packed) = self.packed.get() {
            return Ok(packed);
        }
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        out.start_file(path(&self.path), options(None))?;
        out.write_all(&self.bytes)?;
        let packed = out.finish()?.into_inner();
        Ok(self.packed.get_or_init(|| packed))
    }
}

/// The archive of what copies share: everything as it was compressed, in its order, without the documents that epub-builder
/// cannot write, with `navigation` in place of its own, and with the pictures, which it had nothing of but their names.
pub(super) fn shared(built: &[u8], navigation: &str, pictures: &Pictures) -> ZipResult<Shared> {
    pictures.assets.par_iter().try_for_each(|(_, asset)| asset.packed().map(drop))?;
    let pictures: BTreeMap<String, &Asset> = pictures.assets.values().map(|asset| (path(&asset.path), &**asset)).collect();
    let mut archive = ZipArchive::new(Cursor::new(built))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(built.len() + 65536)));
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at)?;
        let name = file.name()?;
        if let Some(picture) = pictures.get(&*name) {
            out.raw_copy_file(ZipArchive::new(Cursor::new(picture.packed()?))?.by_index_raw(0)?)?;
            continue;
        }
        let is_replaced = name.strip_prefix(FOLDER).is_some_and(|name| REPLACED.contains(&name));
        if !is_replaced {
            out.raw_copy_file(file)?;
        }
    }
    put(&mut out, "nav.xhtml", navigation, None)?;
    let mut files = out.finish()?.into_inner();
    let end = ZipArchive::new(Cursor::new(&files))?.central_directory_start();
    let directory = files.split_off(usize::try_from(end).unwrap_or(usize::MAX).min(files.len()));
    Ok(Shared { files: Beginning::new(files), directory })
}

/// The archive of what copies share.
#[derive(Debug)]
pub(super) struct Shared {
    /// Its files.
    files: Beginning,
    /// The directory at its end, which each copy writes anew.
    directory: Vec<u8>,
}

impl Shared {
    /// Its length in bytes.
    pub(super) fn size(&self) -> usize {
        self.files.len() + self.directory.len()
    }

    /// Digests of the files in it, by name.
    pub(super) fn digests(&self) -> ZipResult<BTreeMap<String, Digest>> {
        let mut archive = ZipArchive::new(Tail::of(self))?;
        let mut digests = BTreeMap::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at)?;
            let name = file.name()?.to_string();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            digests.insert(name, provenance::epub::file_digest(&bytes));
        }
        Ok(digests)
    }
}

/// An archive whose files are shared and stay as they are; all that comes after them is its own.
#[derive(Debug)]
struct Tail<'s> {
    files: &'s [u8],
    own: Vec<u8>,
    /// Where is read or written next, from the beginning of the archive.
    at: usize,
}

impl Tail<'_> {
    fn of(shared: &Shared) -> Tail<'_> {
        let mut own = Vec::with_capacity(64 << 10);
        own.extend_from_slice(&shared.directory);
        Tail { files: shared.files.bytes(), own, at: 0 }
    }
}

impl Read for Tail<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = match self.at.checked_sub(self.files.len()) {
            None => self.files.get(self.at..),
            Some(at) => self.own.get(at..),
        };
        let read = from.unwrap_or_default().read(into)?;
        self.at += read;
        Ok(read)
    }
}

impl Write for Tail<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let shared = || io::Error::other("a file that copies share would be overwritten");
        let at = self.at.checked_sub(self.files.len()).ok_or_else(shared)?;
        let end = at + bytes.len();
        if self.own.len() < end {
            self.own.resize(end, 0);
        }
        if let Some(place) = self.own.get_mut(at..end) {
            place.copy_from_slice(bytes);
        }
        self.at += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Tail<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(at) => (0, i64::try_from(at).unwrap_or(i64::MAX)),
            SeekFrom::End(offset) => (self.files.len() + self.own.len(), offset),
            SeekFrom::Current(offset) => (self.at, offset),
        };
        let outside = || io::Error::new(io::ErrorKind::InvalidInput, "before the beginning of the archive");
        self.at = (base as i64).checked_add(offset).and_then(|at| usize::try_from(at).ok()).ok_or_else(outside)?;
        Ok(self.at as u64)
    }
}

/// Where a file of the book lies in the archive.
pub(super) fn path(name: &str) -> String {
    format!("{FOLDER}{name}")
}

/// The archive of a copy: what is shared, then its own files.
pub(super) fn with_own<'f>(shared: &Shared, own: impl Iterator<Item = (&'f str, &'f str)>) -> ZipResult<Digested> {
    let mut out = ZipWriter::new_append(Tail::of(shared))?;
    for (name, text) in own {
        put(&mut out, name, text, Some(QUICKLY))?;
    }
    Ok(shared.files.file(out.finish()?.own))
}

/// How well a copy's own files are compressed: they are small, and there are very many copies.
const QUICKLY: i64 = 1;

/// How a file is put into an archive: compressed, at a time that says nothing.
fn options(level: Option<i64>) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(level).last_modified_time(DateTime::default())
}

fn put(out: &mut ZipWriter<impl Write + Seek>, name: &str, text: &str, level: Option<i64>) -> ZipResult<()> {
    out.start_file(path(name), options(level))?;
    Ok(out.write_all(text.as_bytes())?)
}
