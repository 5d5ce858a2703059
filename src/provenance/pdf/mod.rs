//! The content of a PDF, by a canonical walk over its objects.
//!
//! The content is: the pages in order ([`page`]: size, decoded streams, the resources these use, annotations, named
//! places), the structure tree ([`structure`]), the outline and the pages' labels, the rest of the catalog, and what the
//! file says of itself ([`about`]). It is not: numbers and order of objects, compression, whether boxes are ticked and how
//! a tick looks, dates, and the provenance itself.

pub mod about;
mod alike;
mod canon;
mod page;
mod scan;
mod structure;

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::digest::{Digest, Sum};

pub use canon::Trouble;

use canon::{Cache, Pages, Result, Walk};
use page::place_digest;

/// Entries of the catalog that are looked at one by one, or that a viewer may change.
const APART: [&[u8]; 10] = [b"Pages", b"AcroForm", b"StructTreeRoot", b"Outlines", b"Names", b"Dests", b"PageLabels", b"Version", b"Extensions", b"MarkInfo"];

/// Digest of the content of a file that is in `doc`, where what its table of objects gave up is taken out.
///
/// # Errors
/// When something in it cannot be read, or not by every viewer in the same way.
pub(super) fn content_of_file(bytes: &[u8], doc: &mut Document) -> Result<Digest> {
    let given_up = alike::given_up(bytes, doc).ok_or_else(|| Trouble("viewers read it in different ways".to_string()))?;
    doc.objects.retain(|(number, _), _| !given_up.contains(number));
    content(doc)
}

/// Digest of the content of a whole document.
///
/// # Errors
/// When something in it cannot be read.
pub fn content(doc: &Document) -> Result<Digest> {
    let catalog = root(doc).ok_or_else(|| Trouble("it has no catalog".to_string()))?;
    let mut walk = Walk::whole(doc, catalog)?;
    walk.content(catalog, about::digest(&information(doc), &packet(doc)))
}

/// The objects that copies share. What they contribute to a copy's digest is found out once, with the first copy.
#[derive(Debug)]
pub struct Shared {
    doc: Document,
    pages: Arc<Pages>,
    cache: OnceLock<Cache>,
}

impl Shared {
    /// Objects that copies share, and all pages in order, those that each copy has for itself among them.
    pub fn new(doc: Document, pages: Vec<ObjectId>) -> Shared {
        Shared { doc, pages: Arc::new(Pages::new(pages)), cache: OnceLock::new() }
    }

    /// Digest of a copy's content: its own objects over the shared ones. `packet` is the XMP packet, with or without the
    /// statement: it does not count. The stream of the packet itself need not be there yet.
    ///
    /// # Errors
    /// When something in it cannot be read, which would be a mistake of the writer.
    pub fn copy(&self, own: &Document, catalog: ObjectId, information: ObjectId, packet: &str) -> Result<Digest> {
        let mut walk = Walk::new(&self.doc, Some(own), self.pages.clone(), self.cache.get());
        let none = Dictionary::new();
        let information = walk.at(information).and_then(|info| info.as_dict().ok()).unwrap_or(&none);
        let digest = walk.content(catalog, about::digest(information, packet))?;
        if self.cache.get().is_none() {
            // Another copy may have been quicker; it found out the same.
            let _ = self.cache.set(walk.found);
        }
        Ok(digest)
    }
}

/// The number of the catalog.
fn root(doc: &Document) -> Option<ObjectId> {
    doc.trailer.get(b"Root").and_then(Object::as_reference).ok()
}

/// No stream that is needed to find objects unpacks to more.
const MOST_OF_ONE: usize = 1 << 28;

/// Reads a file's objects.
///
/// # Errors
/// What it is not.
pub(super) fn load(bytes: &[u8]) -> std::result::Result<Document, String> {
    if counts_nothing(bytes) {
        return Err("the PDF cannot be read: its cross-references have entries of no width".to_string());
    }
    let options = LoadOptions { max_decompressed_size: Some(MOST_OF_ONE), ..LoadOptions::default() };
    const ENCRYPTED: &str = "the PDF is encrypted, so nothing can be said of what it holds: save it without a password first";
    match Document::load_mem_with_options(bytes, options) {
        Ok(doc) if doc.is_encrypted() || doc.encryption_state.is_some() => Err(ENCRYPTED.to_string()),
        Ok(doc) => Ok(doc),
        Err(_) if bytes.windows(8).any(|window| window == b"/Encrypt") => Err(ENCRYPTED.to_string()),
        Err(error) => Err(format!("the PDF cannot be read: {error}")),
    }
}

/// Whether a cross-reference stream may have entries of no width: there is no end to reading as many of these as it says.
fn counts_nothing(bytes: &[u8]) -> bool {
    let widths = |key: &[u8]| {
        let array = bytes.windows(key.len()).enumerate().filter(|(_, window)| *window == key).filter_map(|(at, _)| {
            let rest = bytes.get(at + key.len()..)?.trim_ascii_start().strip_prefix(b"[")?;
            rest.split(|byte| *byte == b']').next()
        });
        // Nothing else but noughts: other arrays of the name are the widths of a font's glyphs, and anything may stand in a stream.
        array.into_iter().any(|array| array.contains(&b'0') && array.iter().all(|byte| byte.is_ascii_whitespace() || b"0+-.\0".contains(byte)))
    };
    // A name may be written in other ways; an honest one is not.
    [&b"/W"[..], b"/#57"].into_iter().any(widths)
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
    root(doc).and_then(|catalog| Walk::whole(doc, catalog).ok()).map_or(0, |walk| walk.filled_in())
}

/// A named place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    name: Vec<u8>,
    page: Option<usize>,
    digest: Digest,
}

/// Items of a tree or of an outline that are looked at; more are a trap.
const MOST_ITEMS: usize = 1_000_000;

impl<'a> Walk<'a> {
    /// Digest of the content; `about` is that of what the file says of itself.
    fn content(&mut self, catalog: ObjectId, about: Digest) -> Result<Digest> {
        let root = self.at(catalog).and_then(|catalog| catalog.as_dict().ok()).ok_or_else(|| Trouble("it has no catalog".to_string()))?;
        let leaves = self.places(root)?;
        let mut places: Vec<&Place> = leaves.iter().flat_map(|leaf| leaf.iter()).collect();
        // Of two of one name the later one counts.
        places.sort_by(|one, other| one.name.cmp(&other.name));
        let mut by_page: Vec<Vec<Digest>> = vec![Vec::new(); self.pages.ids.len()];
        let mut lost = Vec::new();
        for (index, place) in places.iter().enumerate() {
            if places.get(index + 1).is_none_or(|next| next.name != place.name) {
                place.page.and_then(|page| by_page.get_mut(page)).unwrap_or(&mut lost).push(place.digest);
            }
        }
        let mut sum = Sum::of("pdf content 1");
        sum.number(by_page.len() as u64);
        for (id, places) in self.pages.clone().ids.iter().zip(by_page) {
            sum.digest(self.page(*id, &places)?);
        }
        sum.digest(structure::Elements::new(self).structure(root)?);
        let outline = self.once("outline", |walk| walk.outline(root))?;
        let labels = self.once("labels", |walk| walk.labels(root))?;
        let rest = if lost.is_empty() { self.once("rest", |walk| walk.rest(root, &[]))? } else { self.rest(root, &lost)? };
        for part in [outline, labels, rest, about] {
            sum.digest(part);
        }
        Ok(sum.end())
    }

    /// All named places, leaf by leaf.
    fn places(&mut self, catalog: &'a Dictionary) -> Result<Vec<Arc<Vec<Place>>>> {
        let mut places = Vec::new();
        let tree = self.dict(catalog, b"Names").and_then(|names| names.get(b"Dests").ok());
        let mut open: Vec<&Object> = tree.into_iter().collect();
        let mut met = HashSet::new();
        while let Some(object) = open.pop() {
            let id = object.as_reference().ok();
            if id.is_some_and(|id| !met.insert(id)) {
                continue;
            }
            if let Some(known) = self.before.and_then(|cache| cache.places.get(&id?)) {
                places.push(known.clone());
                continue;
            }
            let Ok(node) = self.resolved(object).as_dict() else { continue };
            open.extend(self.items(node, b"Kids").into_iter().rev());
            let is_leaf = !node.has(b"Kids");
            let (found, holds) = self.watched(|walk| {
                let pairs = walk.get(node, b"Names").and_then(|list| list.as_array().ok()).map_or(&[][..], Vec::as_slice);
                Ok(pairs.chunks_exact(2).filter_map(|pair| Some(walk.place(walk.resolved(pair.first()?).as_str().ok()?, pair.get(1)?))).collect::<Vec<_>>())
            })?;
            let found = Arc::new(found);
            places.push(found.clone());
            if let Some(id) = id.filter(|id| holds && is_leaf && !self.is_own(*id)) {
                self.found.places.insert(id, found);
            }
        }
        if let Some(old) = self.dict(catalog, b"Dests") {
            places.push(Arc::new(old.iter().map(|(name, place)| self.place(name, place)).collect()));
        }
        Ok(places)
    }

    fn place(&self, name: &[u8], object: &'a Object) -> Place {
        let object = self.resolved(object);
        let object = object.as_dict().ok().and_then(|dict| self.get(dict, b"D")).unwrap_or(object);
        let items = object.as_array().map_or(&[][..], Vec::as_slice);
        let page = items.first().and_then(|page| self.pages.numbers.get(&page.as_reference().ok()?).copied());
        Place { name: name.to_vec(), page, digest: place_digest(name, items.get(1..).unwrap_or_default()) }
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
            let kids = self.items(node, b"Kids");
            open.extend(kids.into_iter().rev().filter_map(|kid| self.resolved(kid).as_dict().ok()));
        }
        Ok(leaves)
    }

    /// The pages' labels.
    fn labels(&mut self, catalog: &'a Dictionary) -> Result<Digest> {
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
    fn outline(&mut self, catalog: &'a Dictionary) -> Result<Digest> {
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
    fn rest(&mut self, catalog: &'a Dictionary, lost: &[Digest]) -> Result<Digest> {
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
