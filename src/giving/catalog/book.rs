//! A book in a catalogue, and the catalogue of one reader: the same whether a server makes it or it lies on a shelf.

use crate::bulk::about::Book;
use crate::giving::page::CatalogueLink;
use crate::resolve::urn;

use super::{ATOM, ATOM_TYPE, Acquisition, Catalogue, Cover, JSON, JSON_TYPE, Publication, segment};

/// The book without its files. The cover lies below `base`.
pub fn publication(book: &Book, base: &str) -> Publication {
    Publication {
        identifier: String::new(),
        title: book.title.clone(),
        subtitle: Some(book.subtitle.clone()).filter(|subtitle| !subtitle.is_empty()),
        language: book.language.clone(),
        authors: book.authors.clone(),
        publisher: book.publisher.clone(),
        summary: book.summary.clone(),
        rights: book.rights.clone(),
        date: book.date.clone(),
        cover: book.cover.as_ref().map(|name| Cover { href: format!("{base}/{}", segment(name)), media: "image/png".to_string(), size: None }),
        files: Vec::new(),
    }
}

/// A reader's own catalogue. `page` is the address of their page, with a stroke at its end, and `whose` what tells them from all others.
pub fn of_reader(book: &Book, base: &str, page: &str, whose: &str, files: Vec<Acquisition>) -> Catalogue {
    Catalogue {
        identifier: urn(["catalogue", book.identifier.as_str(), whose]),
        title: book.title.clone(),
        language: book.language.clone(),
        updated: book.date.clone(),
        atom: format!("{page}{ATOM}"),
        json: format!("{page}{JSON}"),
        page: Some(page.to_string()),
        publications: vec![Publication { identifier: urn(["copy", book.identifier.as_str(), whose]), files, ..publication(book, base) }],
    }
}

/// Links to both catalogues from the page beside them.
pub fn links() -> [CatalogueLink; 2] {
    [(JSON, "OPDS 2.0", JSON_TYPE), (ATOM, "OPDS 1.2", ATOM_TYPE)].map(|(href, name, media)| CatalogueLink { href: href.to_string(), name, media })
}
