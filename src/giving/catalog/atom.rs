//! OPDS 1.2: an acquisition feed in Atom (RFC 4287).

use crate::xml::{Attribute, Markup};

use super::{ATOM_TYPE, Acquisition, Catalogue, JSON_TYPE, PICTURE, Publication, moment};

const NAMESPACES: [Attribute<'_>; 2] = [("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:dc", "http://purl.org/dc/terms/")];

/// The catalogue as OPDS 1.2.
pub fn atom(catalogue: &Catalogue) -> String {
    let mut xml = Markup::new();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut attributes = NAMESPACES.to_vec();
    attributes.push(("xml:lang", &catalogue.language));
    xml.open("feed", &attributes);
    xml.line();
    text(&mut xml, "id", &catalogue.identifier);
    text(&mut xml, "title", &catalogue.title);
    text(&mut xml, "updated", &moment(&catalogue.updated));
    // RFC 4287, 4.1.1: a feed has an author, unless its entry has.
    if catalogue.book.authors.is_empty() {
        author(&mut xml, &catalogue.title);
    }
    link(&mut xml, "self", &catalogue.atom, ATOM_TYPE);
    link(&mut xml, "start", &catalogue.atom, ATOM_TYPE);
    link(&mut xml, "alternate", &catalogue.json, JSON_TYPE);
    link(&mut xml, "alternate", &catalogue.page, "text/html");
    entry(&mut xml, &catalogue.book);
    xml.close("feed");
    xml.line();
    xml.finish()
}

fn entry(xml: &mut Markup, book: &Publication) {
    xml.open("entry", &[("xml:lang", &book.language)]);
    xml.line();
    text(xml, "title", &book.title);
    text(xml, "id", &book.identifier);
    text(xml, "updated", &moment(&book.date));
    book.authors.iter().for_each(|name| author(xml, name));
    text(xml, "dc:language", &book.language);
    text(xml, "dc:issued", &book.date);
    if let Some(publisher) = &book.publisher {
        text(xml, "dc:publisher", publisher);
    }
    if let Some(rights) = &book.rights {
        text(xml, "rights", rights);
    }
    // Atom has no subtitle; where nothing else says what the book is about, it does.
    if let Some(summary) = book.summary.as_ref().or(book.subtitle.as_ref()) {
        text(xml, "summary", summary);
    }
    for relation in ["http://opds-spec.org/image", "http://opds-spec.org/image/thumbnail"] {
        book.cover.iter().for_each(|cover| link(xml, relation, cover, PICTURE));
    }
    book.files.iter().for_each(|file| acquisition(xml, file));
    xml.close("entry");
    xml.line();
}

fn acquisition(xml: &mut Markup, file: &Acquisition) {
    let length = file.bytes.map(|bytes| bytes.to_string());
    let mut attributes = vec![("rel", file.relation()), ("href", &file.href), ("type", file.media)];
    attributes.extend(length.as_deref().map(|length| ("length", length)));
    xml.empty("link", &attributes);
    xml.line();
}

fn author(xml: &mut Markup, name: &str) {
    xml.open("author", &[]);
    xml.element("name", &[], name);
    xml.close("author");
    xml.line();
}

fn text(xml: &mut Markup, tag: &str, text: &str) {
    xml.element(tag, &[], text);
    xml.line();
}

fn link(xml: &mut Markup, rel: &str, href: &str, media: &str) {
    xml.empty("link", &[("rel", rel), ("href", href), ("type", media)]);
    xml.line();
}
