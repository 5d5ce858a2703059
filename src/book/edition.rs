//! The edition: a digest of everything that all copies have in common.

use sha2::{Digest as _, Sha256};

use crate::load::Manuscript;
use crate::provenance::digest::hex;

use super::Options;

/// Edition id: sixteen bytes of a digest of everything that the copies have in common: the text, the pictures, the
/// theme, how they are made, and the program's version.
pub fn edition(manuscript: &Manuscript, options: &Options) -> String {
    let mut sha = Sha256::new();
    let mut part = |label: &str, bytes: &[u8]| {
        sha.update(format!("{label} {}\n", bytes.len()).as_bytes());
        sha.update(bytes);
    };
    part("handbook", env!("CARGO_PKG_VERSION").as_bytes());
    part("book", format!("{:?}", manuscript.book).as_bytes());
    part("theme", format!("{:?}", options.theme).as_bytes());
    part("date", options.date.as_bytes());
    part("system fonts", if options.system_fonts { b"1" } else { b"0" });
    for file in &manuscript.sources.files {
        part(&file.name, file.text.as_bytes());
    }
    for name in manuscript.assets.names() {
        if let Ok(bytes) = manuscript.assets.read(&name) {
            part(&name, &bytes);
        }
    }
    hex(sha.finalize().get(..16).unwrap_or_default())
}
