//! The container: epub-builder builds it, and a finish step puts in the documents that it cannot write.

use std::io::{Cursor, Write};

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ZipLibrary};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::resolve::Resolved;

/// A file of the book.
pub(super) struct Entry {
    /// Path in the book.
    pub(super) path: String,
    /// Media type.
    pub(super) media: &'static str,
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// A drawing stands within its text.
    pub(super) svg: bool,
    /// Whether the reader's data stands in it: such files come last.
    pub(super) personal: bool,
}

/// The documents that the finish step puts in place of epub-builder's.
pub(super) struct Rewritten {
    /// The package document.
    pub(super) package: String,
    /// The navigation document.
    pub(super) navigation: String,
    /// The NCX.
    pub(super) ncx: String,
}

/// Where epub-builder puts everything.
const FOLDER: &str = "OEBPS/";

/// Builds the container. Files that the reader's data stands in come after all others.
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
    let shared = entries.iter().filter(|entry| !entry.personal);
    for entry in shared.chain(entries.iter().filter(|entry| entry.personal)) {
        add(&mut builder, entry, cover)?;
    }
    let mut out = Vec::new();
    builder.generate(&mut out)?;
    Ok(out)
}

fn add(builder: &mut EpubBuilder<ZipLibrary>, entry: &Entry, cover: &str) -> Result<(), epub_builder::Error> {
    let bytes = entry.bytes.as_slice();
    match entry.media {
        "application/xhtml+xml" => builder.add_content(EpubContent::new(entry.path.as_str(), bytes).title(entry.path.as_str()))?,
        "text/css" => builder.stylesheet(bytes)?,
        media if entry.path == cover => builder.add_cover_image(&entry.path, bytes, media)?,
        media => builder.add_resource(&entry.path, bytes, media)?,
    };
    Ok(())
}

/// The identifier's UUID, or one made from it (version 5).
fn uuid(identifier: &str) -> Uuid {
    let bare = identifier.trim_start_matches("urn:uuid:");
    Uuid::parse_str(bare).unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_URL, identifier.as_bytes()))
}

/// Puts the rewritten documents in, copies everything else as it was compressed, in its order.
pub(super) fn finish(built: &[u8], rewritten: &Rewritten) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(built))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(built.len() + 65536)));
    let replaced = [("content.opf", &rewritten.package), ("nav.xhtml", &rewritten.navigation), ("toc.ncx", &rewritten.ncx)];
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at)?;
        let is_replaced = file.name()?.strip_prefix(FOLDER).is_some_and(|name| replaced.iter().any(|(other, _)| *other == name));
        if !is_replaced {
            out.raw_copy_file(file)?;
        }
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    for (name, text) in replaced {
        out.start_file(format!("{FOLDER}{name}"), options)?;
        out.write_all(text.as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}
