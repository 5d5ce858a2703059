//! Catalogues that reading apps subscribe to: what is on a shelf, as OPDS 1.2 ([`atom`]) and as OPDS 2.0 ([`json`]).
//!
//! Both say the same of the same [`Catalogue`]; each names the other, so that an app takes the one it knows.

mod atom;
mod book;
mod json;

#[cfg(test)]
mod tests;

pub use atom::atom;
pub use book::{Whose, catalogue, links};
pub use json::json;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::language::Direction;

/// Name of the catalogue in OPDS 1.2.
pub const ATOM: &str = "catalog.xml";
/// Name of the catalogue in OPDS 2.0.
pub const JSON: &str = "catalog.json";

/// Media type of a catalogue in OPDS 1.2.
pub const ATOM_TYPE: &str = "application/atom+xml;profile=opds-catalog;kind=acquisition";
/// Media type of a catalogue in OPDS 2.0.
pub const JSON_TYPE: &str = "application/opds+json";

/// A shelf with a book. All text in it is text, whatever it looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// What does not change when the shelf does: a URI, such as `urn:uuid:…`.
    pub identifier: String,
    /// What it is called.
    pub title: String,
    /// BCP 47 tag of that title.
    pub language: String,
    /// Day of the last change, YYYY-MM-DD.
    pub updated: String,
    /// Its own address in OPDS 1.2.
    pub atom: String,
    /// Its own address in OPDS 2.0.
    pub json: String,
    /// Address of the page that shows the same to people.
    pub page: String,
    /// What stands on it.
    pub book: Publication,
}

/// The book on the shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// A URI of its own, the same in later editions.
    pub identifier: String,
    /// Title.
    pub title: String,
    /// Subtitle.
    pub subtitle: Option<String>,
    /// BCP 47 tag.
    pub language: String,
    /// Authors, in order.
    pub authors: Vec<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// What it is about, in a paragraph.
    pub summary: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// Day of the edition, YYYY-MM-DD.
    pub date: String,
    /// Address of its cover's picture, in PNG.
    pub cover: Option<String>,
    /// Its files; at least one.
    pub files: Vec<Acquisition>,
}

/// A file to be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquisition {
    /// Address.
    pub href: String,
    /// Media type.
    pub media: &'static str,
    /// Size in bytes, where it is known.
    pub bytes: Option<u64>,
    /// Anybody may have it; else it is one reader's own.
    pub open: bool,
}

impl Acquisition {
    /// The relation that says how it is to be had.
    fn relation(&self) -> &'static str {
        if self.open { "http://opds-spec.org/acquisition/open-access" } else { "http://opds-spec.org/acquisition" }
    }
}

impl Publication {
    /// Whether its pages run from right to left.
    fn is_right_to_left(&self) -> bool {
        Direction::of_language(&self.language).is_rtl()
    }
}

/// Media type of a cover's picture.
const PICTURE: &str = "image/png";

/// A file's name as a part of an address.
pub fn segment(name: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(name, PLAIN).to_string()
}

/// A day as a moment: its first second.
fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}
