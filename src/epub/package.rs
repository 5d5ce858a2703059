//! The package document: what the book is, what it holds, in what order.

use std::collections::BTreeMap;

use crate::language::{self, Direction};
use crate::provenance::opf;
use crate::resolve::Resolved;
use crate::xml::escaped;

use super::access::{self, Traits};
use super::archive::Item;
use super::{COVER_PAGE, NAVIGATION, Parts, TITLE_PAGE};
use crate::xml::{Markup, Template};

/// A package document as far as copies share it.
#[derive(Debug)]
pub(super) struct Package(Template);

impl Package {
    /// The document of one copy. `statement` are the properties by which it says whose it is.
    pub(super) fn document(&self, resolved: &Resolved, statement: Option<&str>) -> String {
        let prefix = statement.map(|_| format!(" prefix=\"{}\"", opf::prefix()));
        self.0.filled(&[&prefix.unwrap_or_default(), &escaped(&resolved.book.copy_identifier), statement.unwrap_or_default()])
    }
}

/// The package document. `spine` names the files in reading order.
pub(super) fn package(resolved: &Resolved, parts: &Parts, items: &[Item], spine: &[String], traits: Traits) -> Package {
    let language = language::tag(&resolved.book.language);
    let mut xml = Markup::new();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.start("package", &[("xmlns", "http://www.idpf.org/2007/opf"), ("version", "3.0"), ("unique-identifier", "identifier"), ("xml:lang", &language)]);
    xml.blank();
    xml.raw(">\n");
    xml.open("metadata", &[("xmlns:dc", "http://purl.org/dc/elements/1.1/")]);
    xml.line();
    metadata(&mut xml, resolved, traits);
    xml.blank();
    xml.close("metadata");
    xml.line();
    manifest(&mut xml, parts, items);
    reading_order(&mut xml, spine, resolved.book.direction);
    guide(&mut xml, resolved);
    xml.close("package");
    xml.line();
    Package(xml.template())
}

fn metadata(xml: &mut Markup, resolved: &Resolved, traits: Traits) {
    let book = &resolved.book;
    let info = &resolved.document.selection.manuscript.book;
    xml.open("dc:identifier", &[("id", "identifier")]);
    xml.blank();
    xml.close("dc:identifier");
    xml.line();
    if let Some(isbn) = &info.isbn {
        let digits: String = isbn.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        line(xml, "dc:identifier", &[("id", "isbn")], &format!("urn:isbn:{digits}"));
    }
    titles(xml, resolved);
    line(xml, "dc:language", &[], &language::tag(&book.language));
    for (at, author) in book.authors.iter().enumerate() {
        let id = format!("creator-{}", at + 1);
        line(xml, "dc:creator", &[("id", &id)], author);
        refine(xml, &id, "role", Some("marc:relators"), "aut");
        refine(xml, &id, "display-seq", None, &(at + 1).to_string());
    }
    optional(xml, "dc:publisher", info.publisher.as_deref());
    optional(xml, "dc:date", Some(&book.date));
    optional(xml, "dc:description", info.description.as_deref());
    optional(xml, "dc:rights", info.rights.as_deref());
    for subject in subjects(resolved) {
        line(xml, "dc:subject", &[], &subject);
    }
    if let Some((series, number)) = &info.series {
        line(xml, "meta", &[("property", "belongs-to-collection"), ("id", "series")], series);
        refine(xml, "series", "collection-type", None, "series");
        if let Some(number) = number {
            refine(xml, "series", "group-position", None, number);
        }
    }
    line(xml, "meta", &[("property", "dcterms:modified")], &format!("{}T00:00:00Z", book.date));
    if traits.pages {
        let edition = info.edition.as_ref().map(|edition| format!(" {edition}")).unwrap_or_default();
        line(xml, "meta", &[("property", "pageBreakSource")], &format!("{}: PDF{edition}", book.title));
    }
    access::metadata(xml, resolved, traits);
    xml.empty("meta", &[("name", "cover"), ("content", "cover-image")]);
    xml.line();
    let generator = format!("handbook {}", env!("CARGO_PKG_VERSION"));
    xml.empty("meta", &[("name", "generator"), ("content", &generator)]);
    xml.line();
}

fn titles(xml: &mut Markup, resolved: &Resolved) {
    let book = &resolved.book;
    let title = if book.title.trim().is_empty() { "—" } else { &book.title };
    line(xml, "dc:title", &[("id", "title")], title);
    refine(xml, "title", "title-type", None, "main");
    if !book.subtitle.trim().is_empty() {
        line(xml, "dc:title", &[("id", "subtitle")], &book.subtitle);
        refine(xml, "subtitle", "title-type", None, "subtitle");
    }
}

/// A library files a book under no more subjects.
const SUBJECTS: usize = 8;

/// The book's subjects, or the keywords that most of its chapters share, in order of their first mention.
fn subjects(resolved: &Resolved) -> Vec<String> {
    let selection = &resolved.document.selection;
    let named = &selection.manuscript.book.subjects;
    if !named.is_empty() {
        return named.iter().take(SUBJECTS).cloned().collect();
    }
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let keywords = selection.entries.iter().flat_map(|entry| &entry.meta.keywords).map(|keyword| keyword.trim());
    for keyword in keywords.filter(|keyword| !keyword.is_empty()) {
        let place = *places.entry(keyword.to_lowercase()).or_insert(counts.len());
        match counts.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => counts.push((keyword.to_string(), 1)),
        }
    }
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|at| (usize::MAX - counts[*at].1, *at));
    order.truncate(SUBJECTS);
    order.sort_unstable();
    order.into_iter().map(|at| counts[at].0.clone()).collect()
}

fn manifest(xml: &mut Markup, parts: &Parts, items: &[Item]) {
    xml.open("manifest", &[]);
    xml.line();
    item(xml, "nav", NAVIGATION, "application/xhtml+xml", Some("nav"));
    item(xml, "ncx", "toc.ncx", "application/x-dtbncx+xml", None);
    for Item { path, media, svg, mathml } in items {
        let is_cover = path == parts.cover.path();
        let properties = match (is_cover, mathml, svg) {
            (true, _, _) => Some("cover-image"),
            (_, true, true) => Some("mathml svg"),
            (_, true, false) => Some("mathml"),
            (_, false, true) => Some("svg"),
            (_, false, false) => None,
        };
        let id = if is_cover { "cover-image".to_string() } else { item_id(path) };
        item(xml, &id, path, media, properties);
    }
    xml.close("manifest");
    xml.line();
}

fn item(xml: &mut Markup, id: &str, href: &str, media: &str, properties: Option<&str>) {
    let mut attributes = vec![("id", id), ("href", href), ("media-type", media)];
    attributes.extend(properties.map(|properties| ("properties", properties)));
    xml.empty("item", &attributes);
    xml.line();
}

/// An id for a file of the book, from its path.
fn item_id(path: &str) -> String {
    if path == NAVIGATION {
        return "nav".to_string();
    }
    let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("f-{name}")
}

fn reading_order(xml: &mut Markup, spine: &[String], direction: Direction) {
    xml.open("spine", &[("toc", "ncx"), ("page-progression-direction", direction.name())]);
    xml.line();
    for file in spine {
        xml.empty("itemref", &[("idref", &item_id(file))]);
        xml.line();
    }
    xml.close("spine");
    xml.line();
}

/// The guide of EPUB 2, which some stores still look for.
fn guide(xml: &mut Markup, resolved: &Resolved) {
    let words = &resolved.words;
    xml.open("guide", &[]);
    for (kind, title, href) in [("cover", &words.cover, COVER_PAGE), ("title-page", &words.title_page, TITLE_PAGE), ("toc", &words.contents, NAVIGATION)] {
        xml.empty("reference", &[("type", kind), ("title", title), ("href", href)]);
    }
    xml.close("guide");
    xml.line();
}

fn line(xml: &mut Markup, tag: &str, attributes: &[(&str, &str)], text: &str) {
    xml.element(tag, attributes, text.trim());
    xml.line();
}

fn optional(xml: &mut Markup, tag: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        line(xml, tag, &[], text);
    }
}

fn refine(xml: &mut Markup, id: &str, property: &str, scheme: Option<&str>, value: &str) {
    let refines = format!("#{id}");
    let mut attributes = vec![("refines", refines.as_str()), ("property", property)];
    attributes.extend(scheme.map(|scheme| ("scheme", scheme)));
    line(xml, "meta", &attributes, value);
}
