//! The content of an EPUB: every file in it, decoded, in order of name; the package document without the statement.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use usvg::roxmltree;
use zip::ZipArchive;

use super::digest::{Digest, Sum};
use super::{directory, opf, xml};
use crate::limits;

/// Digest of one file's decoded content; for the package document [`opf::digest`] instead.
pub fn file_digest(bytes: &[u8]) -> Digest {
    Digest::of(bytes)
}

/// The content: each file's name in the archive with its digest.
pub fn combine(files: &BTreeMap<&str, Digest>) -> Digest {
    let mut sum = Sum::of("epub content 1");
    sum.number(files.len() as u64);
    for (name, digest) in files {
        sum.part(name.as_bytes());
        sum.digest(*digest);
    }
    sum.end()
}

/// What was read of a file.
#[derive(Debug)]
pub(super) struct Contents {
    /// The package document.
    pub package: String,
    /// Digest of the content.
    pub content: Digest,
}

/// Reads an EPUB.
///
/// # Errors
/// What it is not.
pub(super) fn read(mut bytes: impl Read + Seek) -> Result<Contents, String> {
    let broken = |e: &dyn std::fmt::Display| format!("the archive cannot be read: {e}");
    let archive = ZipArchive::new(&mut bytes).map_err(|e| broken(&e))?;
    let (offset, start, length) = (archive.offset(), archive.central_directory_start(), archive.len());
    drop(archive);
    directory::sound(&mut bytes, offset, start, length)?;
    let mut archive = ZipArchive::new(bytes).map_err(|e| broken(&e))?;
    let container = text(&mut archive, "META-INF/container.xml")?;
    let path = package_path(&container).ok_or("its container names no package document")?;
    let package = text(&mut archive, &path)?;
    let mut files = BTreeMap::new();
    let mut left = limits::UNPACKED;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(|e| broken(&e))?;
        let name = file.name().map_err(|e| broken(&e))?.to_string();
        if name.ends_with('/') {
            // Some archivers write the folders too.
            continue;
        }
        let digest = if name == path { opf::digest(&package).ok_or("its package document is not XML")? } else { digest_of(&mut file, &mut left)? };
        if files.insert(name.clone(), digest).is_some() {
            return Err(format!("it holds two files `{name}`"));
        }
    }
    let files: BTreeMap<&str, Digest> = files.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
    Ok(Contents { package, content: combine(&files) })
}

fn digest_of(file: &mut impl Read, left: &mut u64) -> Result<Digest, String> {
    let (digest, count) = Digest::of_reader(&mut file.take(*left + 1)).map_err(|e| format!("the archive cannot be unpacked: {e}"))?;
    *left = left.checked_sub(count).ok_or("it unpacks to more than a gigabyte")?;
    Ok(digest)
}

fn text(archive: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<String, String> {
    let file = archive.by_name(name).map_err(|_| format!("it has no `{name}`"))?;
    let mut bytes = Vec::new();
    file.take(1 << 26).read_to_end(&mut bytes).map_err(|e| format!("`{name}` cannot be unpacked: {e}"))?;
    String::from_utf8(bytes).map_err(|_| format!("`{name}` is not UTF-8"))
}

/// Where the package document is.
fn package_path(container: &str) -> Option<String> {
    let container = xml::parse(container)?;
    let is_root = |n: &roxmltree::Node<'_, '_>| n.tag_name().name() == "rootfile";
    container.descendants().find(is_root)?.attribute("full-path").map(str::to_string)
}
