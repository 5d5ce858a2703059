//! What a copy is made from, as digests: the edition, which all copies share, and the reader.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

use crate::book::Options;
use crate::load::Manuscript;
use crate::provenance::digest::hex;
use crate::select::Reader;

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

/// A reader as a digest sees it: every part by name, so that no two readers look alike.
#[derive(Serialize)]
struct Seen<'a> {
    edition: &'a str,
    formats: (bool, bool),
    name: &'a Option<String>,
    stage: &'a Option<String>,
    from: &'a Option<String>,
    paths: &'a [String],
    all: bool,
    organisation: &'a Option<String>,
    email: &'a Option<String>,
    note: &'a Option<String>,
    fields: &'a BTreeMap<String, String>,
    copy: Option<u64>,
}

/// Digest of all that a copy is made from, in hexadecimal.
pub fn input(edition: &str, reader: &Reader, options: &Options) -> String {
    let Reader { name, stage, from, paths, all, organisation, email, note, fields, copy } = reader;
    let seen = Seen { edition, formats: (options.pdf, options.epub), name, stage, from, paths, all: *all, organisation, email, note, fields, copy: *copy };
    // Texts, numbers and lists always become JSON.
    hex(&Sha256::digest(serde_json::to_vec(&seen).unwrap_or_default()))
}
