//! What a copy is made from, as a digest: the edition, which all copies share, and the reader.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

use crate::project::Options;
use crate::provenance::Provenance;
use crate::provenance::digest::hex;
use crate::select::Reader;

/// A reader as a digest sees it: every part by name, so that no two readers look alike.
#[derive(Serialize)]
struct Seen<'a> {
    edition: &'a str,
    formats: (bool, bool),
    sealed_by: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    had: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'static str>,
}

/// Digest of all that a copy is made from, in hexadecimal.
pub fn input(edition: &str, reader: &Reader, options: &Options) -> String {
    let Reader { name, stage, from, paths, all, organisation, email, note, fields, copy, first_name, group, had, branches: _ } = reader;
    let had = if had.is_some() { had } else { &options.since };
    let sealed_by = options.sealer.as_ref().map(|sealer| sealer.public_text());
    let (formats, all, copy) = ((options.pdf, options.epub), *all, *copy);
    let provenance = match options.provenance {
        Provenance::Full => None,
        Provenance::Minimal => Some("minimal"),
        Provenance::None => Some("none"),
    };
    let seen = Seen { edition, formats, sealed_by, name, stage, from, paths, all, organisation, email, note, fields, copy, first_name, group, had, provenance };
    // Texts, numbers and lists always become JSON.
    hex(&Sha256::digest(serde_json::to_vec(&seen).unwrap_or_default()))
}
