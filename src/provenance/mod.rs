//! Whose copy a file is, which edition, and whether it is as it was made.
//!
//! Every copy carries a [`Statement`]: edition, copy number, reader, stage, and a digest of its content. In a PDF it
//! stands in the XMP packet ([`xmp`]), in an EPUB in the package document ([`opf`]), each with a digest of the statement
//! itself and, where the edition has a key, a [`seal`] over it.
//!
//! The digest of the content is made from a finished file by a canonical walk ([`pdf`], [`epub`]), so that a file may be
//! compressed, ordered and numbered anew and is still the same copy. The writers call the same code piece by piece: what
//! copies share is digested once, and a copy only combines. [`verify`] reads a file and says what is so.

pub mod digest;
pub mod directory;
pub mod epub;
pub mod opf;
pub mod pdf;
pub mod seal;
pub mod verify;
pub mod xml;
pub mod xmp;

use std::fmt::Write as _;
use std::sync::Arc;

use crate::select::Selection;

use digest::Digest;

/// The namespace of a statement's properties, in XMP and in the package document.
pub const NAMESPACE: &str = "urn:uuid:dba6167b-bb98-5d15-8f22-d72fbd955ff4#";

/// The prefix that stands for it.
pub const PREFIX: &str = "handbook";

/// What a copy says of itself; this is what is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Edition id.
    pub edition: String,
    /// Number of the copy, if it has one.
    pub copy: Option<u64>,
    /// The reader's name; none for a public edition.
    pub reader: Option<String>,
    /// Id of the target stage.
    pub stage: Option<String>,
    /// Digest of the content, in hexadecimal.
    pub content: String,
}

impl Statement {
    /// A statement, with the reader's name as XML can carry it: one line, no control characters.
    pub fn new(edition: &str, copy: Option<u64>, reader: Option<&str>, stage: Option<&str>, content: Digest) -> Statement {
        let plain = |text: &str| Some(xml::one_line(text)).filter(|t| !t.is_empty());
        Statement { edition: edition.to_string(), copy, reader: reader.and_then(plain), stage: stage.and_then(plain), content: content.to_string() }
    }

    /// The bytes that are signed: each part with its length, so that no two statements read alike.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = String::from("handbook copy 1\n");
        let copy = self.copy.map(|n| n.to_string()).unwrap_or_default();
        let (reader, stage) = (self.reader.as_deref().unwrap_or(""), self.stage.as_deref().unwrap_or(""));
        let parts = [&self.edition, &copy, reader, stage, &self.content];
        for part in parts {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{} {part}", part.len());
        }
        text.into_bytes()
    }

    /// A digest of the statement, which shows a slip or a thoughtless change where there is no seal.
    pub fn check(&self) -> String {
        Digest::of(&self.bytes()).to_string()
    }

    /// Its properties by name, with the check and the seal, in the order in which they are written.
    pub fn properties(&self, seal: Option<&str>) -> Vec<(&'static str, String)> {
        let all = [
            ("edition", Some(self.edition.clone())),
            ("copy", self.copy.map(|n| n.to_string())),
            ("reader", self.reader.clone()),
            ("stage", self.stage.clone()),
            ("content", Some(self.content.clone())),
            ("check", Some(self.check())),
            ("seal", seal.map(str::to_string)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// How much a copy says of itself in its metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// Edition, copy number, the reader's name and target stage.
    #[default]
    Full,
    /// Edition and copy number.
    Minimal,
    /// Nothing: there is no statement.
    None,
}

/// Where copies come from: what their makers put into the statements.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Edition id.
    pub edition: String,
    /// Seals the copies, if they are to be sealed.
    pub sealer: Option<Arc<seal::Sealer>>,
    /// How much copies say.
    pub provenance: Provenance,
}

impl Origin {
    /// What a copy says of itself, with the seal over it.
    pub fn state(&self, selection: &Selection, content: Digest) -> (Statement, Option<String>) {
        let reader = &selection.reader;
        let stage = selection.target.and_then(|at| selection.ladder.get(at)).map(|stage| stage.id.as_str());
        let personal = self.provenance == Provenance::Full;
        let (name, stage) = (reader.name.as_deref().filter(|_| personal), stage.filter(|_| personal));
        let statement = Statement::new(&self.edition, reader.copy, name, stage, content);
        let seal = self.sealer.as_ref().map(|sealer| sealer.seal(&statement));
        (statement, seal)
    }
}

/// A statement as it was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What the file says of itself.
    pub statement: Statement,
    /// The digest of the statement that stands beside it.
    pub check: String,
    /// The seal, in hexadecimal.
    pub seal: Option<String>,
}

impl Found {
    /// Gathers a statement from its properties; `None` where there is none, or one that says something twice or not at all.
    pub fn gather(properties: impl Iterator<Item = (String, String)>) -> Option<Found> {
        let mut found = Found::default();
        let mut met = std::collections::BTreeSet::new();
        for (name, value) in properties {
            let value = xml::one_line(&value);
            match name.as_str() {
                "edition" => found.statement.edition = value,
                "copy" => found.statement.copy = Some(value.parse().ok()?),
                "reader" => found.statement.reader = Some(value),
                "stage" => found.statement.stage = Some(value),
                "content" => found.statement.content = value,
                "check" => found.check = value,
                "seal" => found.seal = Some(value),
                _ => continue,
            }
            if !met.insert(name) {
                return None;
            }
        }
        ["edition", "content", "check"].iter().all(|name| met.contains(*name)).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_run_into_each_other() {
        let one = Statement { reader: Some("a\n1 b".into()), stage: None, ..Statement::default() };
        let two = Statement { reader: Some("a".into()), stage: Some("b".into()), ..Statement::default() };
        assert_ne!(one.bytes(), two.bytes());
    }

    #[test]
    fn a_statement_that_says_something_twice_is_none() {
        let statement = Statement::new("e", Some(7), Some(" Ada\nLovelace\u{1} "), None, Digest::of(b""));
        assert_eq!(statement.reader.as_deref(), Some("Ada Lovelace"));
        let properties = || statement.properties(Some("5ea1")).into_iter().map(|(name, value)| (name.to_string(), value));
        let found = Found::gather(properties());
        assert_eq!(found, Some(Found { check: statement.check(), seal: Some("5ea1".to_string()), statement: statement.clone() }));
        assert_eq!(Found::gather(properties().chain([("reader".to_string(), "Bob".to_string())])), None);
        assert_eq!(Found::gather(properties().filter(|(name, _)| name != "check")), None);
    }
}
