//! The content of a PDF, by a canonical walk over its objects.
//!
//! The content is: the pages in order ([`page`]: size, decoded streams, the resources these use, annotations, named
//! places), the structure tree ([`structure`]), the outline and the pages' labels, the rest of the catalog, and what the
//! file says of itself ([`about`]). It is not: numbers and order of objects, compression, whether boxes are ticked and how
//! a tick looks, dates, and the provenance itself.

pub mod about;
mod canon;
mod page;
mod scan;
mod structure;

use std::collections::{BTreeMap, HashSet};

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::digest::{Digest, Sum};

pub use canon::{Trouble, Used, Walk};
pub use page::{PageParts, place_digest};
pub use structure::{Structure, Subtree};

use canon::Result;

/// Entries of the catalog that are looked at one by one, or that a viewer may change.
const APART: [&[u8]; 10] = [b"Pages", b"AcroForm", b"StructTreeRoot", b"Outlines", b"Names", b"Dests", b"PageLabels", b"Version", b"Extensions", b"MarkInfo"];

/// The content in parts. A writer may hold what copies share and change the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Each page's [`PageParts::digest`], in order.
    pub pages: Vec<Digest>,
    /// The structure tree.
    pub structure: Structure,
    /// The outline: [`Walk::outline`].
    pub outline: Digest,
    /// The pages' labels: [`Walk::labels`].
    pub labels: Digest,
    /// All else that the catalog says: [`Walk::catalog`].
    pub catalog: Digest,
    /// What the file says of itself: [`about::digest`].
    pub about: Digest,
}

impl Content {
    /// The digest of the content.
    pub fn digest(&self) -> Digest {
        let mut sum = Sum::of("pdf content 1");
        sum.list(&self.pages);
        for part in [self.structure.digest(), self.outline, self.labels, self.catalog, self.about] {
            sum.digest(part);
        }
        sum.end()
    }
}

/// The content of a whole document.
///
/// # Errors
/// When something in it cannot be read.
pub fn content(doc: &Document) -> Result<Content> {
    let catalog = doc.catalog().map_err(|_| Trouble("it has no catalog".to_string()))?;
    let mut walk = Walk::new(doc);
    let places = walk.places(catalog)?;
    let mut pages = Vec::with_capacity(walk.pages.len());
    for id in walk.pages.clone() {
        let mut parts = walk.page(id)?;
        parts.places = places.iter().filter(|place| place.page == Some(pages.len())).map(|place| place.digest).collect();
        pages.push(parts.digest());
    }
    let structure = structure::Elements::new(&mut walk).structure(catalog)?;
    let (outline, labels) = (walk.outline(catalog)?, walk.labels(catalog)?);
    let lost: Vec<Digest> = places.iter().filter(|place| place.page.is_none()).map(|place| place.digest).collect();
    let rest = walk.catalog(catalog, &lost)?;
    Ok(Content { pages, structure, outline, labels, catalog: rest, about: about::digest(&information(doc), &packet(doc)) })
}

/// Reads a file's objects.
///
/// # Errors
/// What it is not.
pub(super) fn load(bytes: &[u8]) -> std::result::Result<Document, String> {
    let options = LoadOptions { max_decompressed_size: Some(1 << 28), ..LoadOptions::default() };
    Document::load_mem_with_options(bytes, options).map_err(|e| format!("the PDF cannot be read: {e}"))
}

/// The document information.
fn information(doc: &Document) -> Dictionary {
    let mut info = doc.trailer.get_deref(b"Info", doc).and_then(Object::as_dict).cloned().unwrap_or_default();
    for (_, value) in info.iter_mut() {
        if let Ok((_, resolved)) = doc.dereference(value) {
            *value = resolved.clone();
        }
    }
    info
}

/// The XMP packet; empty if there is none.
pub(super) fn packet(doc: &Document) -> String {
    let stream = doc.catalog().and_then(|catalog| catalog.get_deref(b"Metadata", doc)).and_then(Object::as_stream);
    let bytes = stream.and_then(|stream| stream.get_plain_content_with_limit(1 << 24)).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// How many boxes do not show what they showed when the copy was made.
pub(super) fn filled_in(doc: &Document) -> usize {
    Walk::new(doc).filled_in()
}

/// A named destination.
struct Place {
    page: Option<usize>,
    digest: Digest,
}

/// Items of a tree or of an outline that are looked at; more are a trap.
const MOST_ITEMS: usize = 1_000_000;

impl<'a> Walk<'a> {
    /// All named destinations, sorted by name.
    fn places(&self, catalog: &'a Dictionary) -> Result<Vec<Place>> {
        let mut named: BTreeMap<&[u8], &Object> = BTreeMap::new();
        if let Some(tree) = self.dict(catalog, b"Names").and_then(|names| self.dict(names, b"Dests")) {
            for (name, place) in self.leaves(tree, b"Names")? {
                named.insert(name.as_str().unwrap_or_default(), place);
            }
        }
        if let Some(old) = self.dict(catalog, b"Dests") {
            named.extend(old.iter().map(|(name, place)| (name.as_slice(), self.resolved(place))));
        }
        let place = |(name, place): (&[u8], &'a Object)| {
            let place = place.as_dict().ok().and_then(|dict| self.get(dict, b"D")).unwrap_or(place);
            let items = place.as_array().map_or(&[][..], Vec::as_slice);
            let page = items.first().and_then(|page| self.numbers.get(&page.as_reference().ok()?).copied());
            Place { page, digest: place_digest(name, items.get(1..).unwrap_or_default()) }
        };
        Ok(named.into_iter().map(place).collect())
    }

    /// The leaves of a name tree or number tree in order.
    fn leaves(&self, tree: &'a Dictionary, list: &[u8]) -> Result<Vec<(&'a Object, &'a Object)>> {
        let mut leaves = Vec::new();
        let mut open = vec![tree];
        let mut count = 0;
        while let Some(node) = open.pop() {
            count += 1;
            if count > MOST_ITEMS {
                return Err(Trouble("a tree of names in it has no end".to_string()));
            }
            let pairs = self.get(node, list).and_then(|list| list.as_array().ok()).map_or(&[][..], Vec::as_slice);
            leaves.extend(pairs.chunks_exact(2).filter_map(|pair| Some((self.resolved(pair.first()?), self.resolved(pair.get(1)?)))));
            let kids = self.listed(node, b"Kids");
            open.extend(kids.into_iter().rev().filter_map(|kid| kid.as_dict().ok()));
        }
        Ok(leaves)
    }

    /// The pages' labels.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn labels(&mut self, catalog: &'a Dictionary) -> Result<Digest> {
        let mut sum = Sum::of("labels");
        if let Some(tree) = self.dict(catalog, b"PageLabels") {
            for (first, label) in self.leaves(tree, b"Nums")? {
                self.value(first, &mut sum, 0)?;
                self.value(label, &mut sum, 0)?;
            }
        }
        Ok(sum.end())
    }

    /// The outline: titles and where they lead.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn outline(&mut self, catalog: &'a Dictionary) -> Result<Digest> {
        const FAMILY: [&[u8]; 5] = [b"First", b"Last", b"Next", b"Prev", b"Count"];
        let mut sum = Sum::of("outline");
        let mut met = HashSet::new();
        let first = |item: &'a Dictionary| item.get(b"First").ok();
        let mut open: Vec<&Object> = self.dict(catalog, b"Outlines").and_then(first).into_iter().collect();
        while let Some(object) = open.pop() {
            let Ok(item) = self.resolved(object).as_dict() else {
                // The end of a family.
                sum.part(b"up");
                continue;
            };
            if object.as_reference().is_ok_and(|id| !met.insert(id)) || met.len() > MOST_ITEMS {
                return Err(Trouble("the outline goes in a circle".to_string()));
            }
            sum.part(b"item");
            self.entries(item, &FAMILY, &mut sum, 0)?;
            open.extend(item.get(b"Next").ok());
            if let Some(child) = first(item) {
                open.push(&Object::Null);
                open.push(child);
            }
        }
        Ok(sum.end())
    }

    /// All else that the catalog says: language, what happens when the file is opened, scripts, attached files. `lost` are
    /// named places in no page.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn catalog(&mut self, catalog: &'a Dictionary, lost: &[Digest]) -> Result<Digest> {
        let mut sum = Sum::of("catalog");
        self.entries(catalog, &APART, &mut sum, 0)?;
        sum.list(lost);
        if let Some(names) = self.dict(catalog, b"Names") {
            self.entries(names, &[b"Dests"], &mut sum, 0)?;
        }
        if let Some(form) = self.dict(catalog, b"AcroForm") {
            for key in [&b"XFA"[..], b"CO"] {
                self.value(form.get(key).unwrap_or(&Object::Null), &mut sum, 0)?;
            }
        }
        Ok(sum.end())
    }
}
