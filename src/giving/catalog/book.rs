//! A book in a catalogue, and the catalogues of one reader and of everybody: the same whether a server makes them or they lie on a shelf.

use crate::bulk::about::Book;
use crate::giving::page::CatalogueLink;
use crate::resolve::urn;

use super::{ATOM, ATOM_TYPE, Acquisition, Catalogue, JSON, JSON_TYPE, Publication, segment};

/// A reader to whom a catalogue belongs.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// What tells them from all others.
    pub identity: &'a str,
    /// Id of the target stage.
    pub stage: Option<&'a str>,
}

/// The catalogue at `page`, an address with a stroke at its end, of a reader, or of everybody if it is nobody's. Covers lie below `base`.
pub fn catalogue(book: &Book, base: &str, page: &str, whose: Option<Whose<'_>>, files: Vec<Acquisition>) -> Catalogue {
    let of = |thing: &str, public: &str| match whose {
        Some(whose) => urn([thing, book.identifier.as_str(), whose.identity]),
        None => urn([public, book.identifier.as_str()]),
    };
    let cover = book.cover_of(whose.and_then(|whose| whose.stage)).map(|name| format!("{base}/{}", segment(name)));
    Catalogue {
        identifier: of("catalogue", "public catalogue"),
        title: book.title.clone(),
        language: book.language.clone(),
        updated: book.date.clone(),
        atom: format!("{page}{ATOM}"),
        json: format!("{page}{JSON}"),
        page: page.to_string(),
        book: Publication {
            identifier: of("copy", "public edition"),
            title: book.title.clone(),
            subtitle: Some(book.subtitle.clone()).filter(|subtitle| !subtitle.is_empty()),
            language: book.language.clone(),
            authors: book.authors.clone(),
            publisher: book.publisher.clone(),
            summary: book.summary.clone(),
            rights: book.rights.clone(),
            date: book.date.clone(),
            cover,
            files,
        },
    }
}

/// Links to both catalogues from the page beside them.
pub fn links() -> [CatalogueLink; 2] {
    [(JSON, "OPDS 2.0", JSON_TYPE), (ATOM, "OPDS 1.2", ATOM_TYPE)].map(|(href, name, media)| CatalogueLink { href, name, media })
}
