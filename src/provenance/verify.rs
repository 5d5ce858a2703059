//! Reads a finished file and says whose copy it is, and whether it is as it was made.

use std::io::{Cursor, Read, Seek};

use super::seal::Witness;
use super::{Found, Statement, epub, opf, pdf, xmp};
use crate::panics::guarded;

/// Which kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// An EPUB.
    Epub,
}

/// What became of a copy since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unchanged,
    /// So many boxes were ticked or cleared.
    FilledIn(usize),
    /// More than that.
    Altered(Vec<Change>),
}

/// What of a copy is not as it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Text, pages, or the book's own metadata: the digest of the content is another.
    Content,
    /// The statement itself: whose copy it is, of which edition.
    Statement,
}

/// What a seal is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// There is none.
    Not,
    /// There is one, and no key to hold it against.
    Unknown,
    /// It is the key's.
    Right,
    /// It is not the key's, or was made for something else.
    Wrong,
}

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which kind of file it is.
    pub kind: Kind,
    /// What it says of itself.
    pub statement: Statement,
    /// What became of it.
    pub state: State,
    /// What its seal is worth.
    pub sealed: Sealed,
}

impl Report {
    /// Whether the copy is what it says it is: not altered, and sealed by the key if there is one.
    pub fn is_right(&self, key: bool) -> bool {
        !matches!(self.state, State::Altered(_)) && (!key || self.sealed == Sealed::Right)
    }
}

/// Why nothing can be said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is neither a PDF nor an EPUB.
    Kind,
    /// It cannot be read.
    Unreadable(String),
    /// It says nothing of where it comes from.
    NoStatement,
}

/// Examines a file; the seal is held against `key`, which never comes from the file.
///
/// # Errors
/// Why nothing can be said of it.
pub fn examine(bytes: &[u8], key: Option<&Witness>) -> Result<Report, Unknown> {
    // The libraries that read PDF and ZIP meet files here that somebody made to trip them.
    let examined = guarded(|| match kind(bytes) {
        Some(Kind::Pdf) => of_pdf(bytes, key),
        Some(Kind::Epub) => of_epub(Cursor::new(bytes), key),
        None => Err(Unknown::Kind),
    });
    examined.unwrap_or_else(|_| Err(Unknown::Unreadable("the file is damaged".to_string())))
}

/// Which kind of file it is, by how it begins; a PDF may have something else in front of it.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(Kind::Epub);
    }
    bytes.get(..bytes.len().min(1024))?.windows(5).any(|window| window == b"%PDF-").then_some(Kind::Pdf)
}

fn of_pdf(bytes: &[u8], key: Option<&Witness>) -> Result<Report, Unknown> {
    let mut doc = pdf::load(bytes).map_err(Unknown::Unreadable)?;
    let found = xmp::read(&pdf::packet(&doc)).ok_or(Unknown::NoStatement)?;
    // Content that can no longer be walked is not the content it was made with.
    let content = pdf::content_of_file(bytes, &mut doc).map(|content| content.to_string()).unwrap_or_default();
    Ok(report(Kind::Pdf, found, &content, pdf::filled_in(&doc), key))
}

/// Examines an EPUB that is read as it is needed.
///
/// # Errors
/// Why nothing can be said of it.
pub fn examine_epub(file: impl Read + Seek, key: Option<&Witness>) -> Result<Report, Unknown> {
    guarded(|| of_epub(file, key)).unwrap_or_else(|_| Err(Unknown::Unreadable("the file is damaged".to_string())))
}

fn of_epub(bytes: impl Read + Seek, key: Option<&Witness>) -> Result<Report, Unknown> {
    let contents = epub::read(bytes).map_err(Unknown::Unreadable)?;
    let found = opf::read(&contents.package).ok_or(Unknown::NoStatement)?;
    Ok(report(Kind::Epub, found, &contents.content.to_string(), 0, key))
}

fn report(kind: Kind, found: Found, content: &str, filled_in: usize, key: Option<&Witness>) -> Report {
    let Found { statement, check, seal } = found;
    let changes = [(statement.content != content, Change::Content), (statement.check() != check, Change::Statement)];
    let changes: Vec<Change> = changes.into_iter().filter(|(is, _)| *is).map(|(_, change)| change).collect();
    let state = match filled_in {
        _ if !changes.is_empty() => State::Altered(changes),
        0 => State::Unchanged,
        count => State::FilledIn(count),
    };
    let sealed = match (seal, key) {
        (None, _) => Sealed::Not,
        (Some(_), None) => Sealed::Unknown,
        (Some(seal), Some(key)) if key.confirms(&statement, &seal) => Sealed::Right,
        (Some(_), Some(_)) => Sealed::Wrong,
    };
    Report { kind, statement, state, sealed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_other_files_nothing_can_be_said() {
        assert_eq!(examine(b"", None), Err(Unknown::Kind));
        assert_eq!(examine(b"# A book", None), Err(Unknown::Kind));
        assert!(matches!(examine(b"%PDF-1.7\nno more", None), Err(Unknown::Unreadable(_))));
        assert!(matches!(examine(b"PK\x03\x04", None), Err(Unknown::Unreadable(_))));
    }
}
