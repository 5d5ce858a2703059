//! Digests of objects that do not depend on how a file writes them: numbers of objects, what is indirect, the order of
//! keys, compression.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::super::digest::{Digest, Sum};
use super::Place;
use super::page::SharedPage;
use super::scan;
use super::structure::Element;

/// Objects nested deeper are not looked into: no honest file has them.
const DEEPEST: u32 = 500;

/// No more than this is unpacked of all streams of a small file. A large one may be full of pictures: those of screens are packed to a
/// hundredth of their size and less.
const MOST: usize = 1 << 30;
/// How many times its packed size more a file may unpack to, and the end of it.
const TIMES: usize = 200;
const MOST_OF_ANY: usize = 1 << 34;

/// Keys that say where an object stands or who touched it, not what it is.
const ABOUT: [&[u8]; 8] = [b"Type", b"Parent", b"StructParent", b"StructParents", b"LastModified", b"PieceInfo", b"Metadata", b"Length"];

/// Keys that say how a stream is packed.
const PACKING: [&[u8]; 5] = [b"Length", b"Filter", b"DecodeParms", b"DL", b"Resources"];

/// What cannot be digested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(pub String);

pub(super) type Result<T> = std::result::Result<T, Trouble>;

/// What was found out about the objects that copies share. None of it depends on a copy's own objects.
#[derive(Debug, Default)]
pub(super) struct Cache {
    pub(super) objects: HashMap<ObjectId, Digest>,
    pub(super) streams: HashMap<ObjectId, Arc<Scanned>>,
    pub(super) pages: HashMap<ObjectId, SharedPage>,
    pub(super) elements: HashMap<ObjectId, Element>,
    /// Leaves of the tree of named places.
    pub(super) places: HashMap<ObjectId, Arc<Vec<Place>>>,
    /// Page and place in it of each annotation.
    pub(super) annotations: Option<Arc<HashMap<ObjectId, (usize, usize)>>>,
    /// Parts of the catalog, by name.
    pub(super) catalog: HashMap<&'static str, Digest>,
}

/// A content stream that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Of its decoded bytes.
    pub(super) digest: Digest,
    /// The names it uses.
    pub(super) names: BTreeSet<Vec<u8>>,
}

/// The pages of a document.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// In order.
    pub(super) ids: Vec<ObjectId>,
    /// Number of each, from 0.
    pub(super) numbers: HashMap<ObjectId, usize>,
}

impl Pages {
    /// Pages in order.
    pub(super) fn new(ids: Vec<ObjectId>) -> Pages {
        Pages { numbers: ids.iter().enumerate().map(|(number, id)| (*id, number)).collect(), ids }
    }
}

/// A document being walked: a copy's own objects over those that copies share, or all of them in one.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    shared: &'a Document,
    own: Option<&'a Document>,
    /// The pages.
    pub(super) pages: Arc<Pages>,
    /// What was found out before, by another copy.
    pub(super) before: Option<&'a Cache>,
    /// What is found out now.
    pub(super) found: Cache,
    /// Digests that hold for this copy only: a stamp stands on every page and is looked at once.
    mine: HashMap<ObjectId, Digest>,
    /// The resource that was looked at last on a page that copies share: where from, what it is, its digest.
    pub(super) renewed: Option<(ObjectId, Used, Digest)>,
    /// Objects that are being walked.
    open: HashSet<ObjectId>,
    /// How often a copy's own object was met. What is found out while this stays the same holds for every copy.
    touched: Cell<u64>,
    left: usize,
}

/// How much may be unpacked of a document.
fn room(doc: &Document) -> usize {
    let packed: usize = doc.objects.values().filter_map(|object| object.as_stream().ok()).map(|stream| stream.content.len()).sum();
    packed.saturating_mul(TIMES).saturating_add(MOST).min(MOST_OF_ANY)
}

impl<'a> Walk<'a> {
    /// Begins a walk over a whole document.
    pub(super) fn whole(doc: &'a Document, catalog: ObjectId) -> Result<Walk<'a>> {
        let mut walk = Walk::new(doc, None, Arc::default(), None);
        walk.pages = Arc::new(Pages::new(walk.page_tree(catalog)?));
        Ok(walk)
    }

    /// Begins a walk over a copy's own objects and those that copies share. All copies have these pages.
    pub(super) fn new(shared: &'a Document, own: Option<&'a Document>, pages: Arc<Pages>, before: Option<&'a Cache>) -> Walk<'a> {
        Walk {
            shared,
            own,
            pages,
            before,
            found: Cache::default(),
            mine: HashMap::new(),
            renewed: None,
            open: HashSet::new(),
            touched: Cell::new(0),
            left: room(shared),
        }
    }

    /// All pages in order. The tree must be one that every viewer reads in the same way: a node says what it is and how many pages are
    /// below it, and stands in one place. Viewers differ in what they make of any other, so that a page could be hidden, or one more shown.
    fn page_tree(&self, catalog: ObjectId) -> Result<Vec<ObjectId>> {
        /// A node that is still to be read, or whose pages have all been met: how many there were before it, and how many it says it has.
        enum Step {
            Into(ObjectId),
            OutOf(usize, i64),
        }
        let odd = || Trouble("its tree of pages is not as viewers expect it".to_string());
        let root = self.at(catalog).and_then(|catalog| catalog.as_dict().ok()?.get(b"Pages").ok()?.as_reference().ok());
        let mut open = vec![Step::Into(root.ok_or_else(odd)?)];
        let (mut pages, mut met) = (Vec::new(), HashSet::new());
        while let Some(step) = open.pop() {
            let id = match step {
                Step::Into(id) => id,
                Step::OutOf(before, count) if usize::try_from(count) == Ok(pages.len() - before) => continue,
                Step::OutOf(..) => return Err(odd()),
            };
            let node = self.at(id).and_then(|node| node.as_dict().ok()).filter(|_| met.insert(id)).ok_or_else(odd)?;
            let entry = |key| self.get(node, key);
            match (entry(b"Type").and_then(|kind| kind.as_name().ok()), entry(b"Kids")) {
                (Some(b"Page"), None) => pages.push(id),
                (Some(b"Pages"), Some(Object::Array(kids))) => {
                    let count = entry(b"Count").and_then(|count| count.as_i64().ok()).ok_or_else(odd)?;
                    open.push(Step::OutOf(pages.len(), count));
                    for kid in kids.iter().rev() {
                        open.push(Step::Into(kid.as_reference().map_err(|_| odd())?));
                    }
                }
                _ => return Err(odd()),
            }
        }
        Ok(pages)
    }

    /// An object by its number.
    pub(super) fn at(&self, id: ObjectId) -> Option<&'a Object> {
        if let Some(own) = self.own.and_then(|own| own.objects.get(&id)) {
            self.touched.set(self.touched.get() + 1);
            return Some(own);
        }
        self.shared.objects.get(&id)
    }

    /// How often a copy's own object was met.
    pub(super) fn touches(&self) -> u64 {
        self.touched.get()
    }

    /// Does something, and says whether it holds for every copy.
    pub(super) fn watched<T>(&mut self, what: impl FnOnce(&mut Walk<'a>) -> Result<T>) -> Result<(T, bool)> {
        let before = self.touched.get();
        let done = what(self)?;
        Ok((done, self.touched.get() == before))
    }

    /// A part of the catalog that is as it is in every copy, unless it holds something of this one's.
    pub(super) fn once(&mut self, part: &'static str, what: impl FnOnce(&mut Walk<'a>) -> Result<Digest>) -> Result<Digest> {
        if let Some(known) = self.before.and_then(|cache| cache.catalog.get(part)) {
            return Ok(*known);
        }
        let (digest, holds) = self.watched(what)?;
        if holds {
            self.found.catalog.insert(part, digest);
        }
        Ok(digest)
    }

    /// An object behind its reference, or nothing.
    pub(super) fn resolved(&self, object: &'a Object) -> &'a Object {
        let mut object = object;
        for _ in 0..32 {
            match object {
                Object::Reference(id) => object = self.at(*id).unwrap_or(&Object::Null),
                _ => return object,
            }
        }
        &Object::Null
    }

    /// A value of a dictionary behind its reference.
    pub(super) fn get(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        dict.get(key).ok().map(|object| self.resolved(object)).filter(|object| !object.is_null())
    }

    pub(super) fn dict(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        self.get(dict, key)?.as_dict().ok()
    }

    /// Adds a value: plain ones as they are, pages by number, all others by their digest.
    pub(super) fn value(&mut self, object: &'a Object, sum: &mut Sum, depth: u32) -> Result<()> {
        if depth > DEEPEST {
            return Err(Trouble("its objects are nested too deep".to_string()));
        }
        let id = object.as_reference().ok();
        if let Some(number) = id.and_then(|id| self.pages.numbers.get(&id)) {
            sum.part(b"page");
            sum.number(*number as u64);
            return Ok(());
        }
        if let Some(digest) = id.and_then(|id| self.known(id)) {
            sum.digest(digest);
            return Ok(());
        }
        let before = self.touched.get();
        let object = self.resolved(object);
        if scalar(object, sum) {
            return Ok(());
        }
        if id.is_some_and(|id| !self.open.insert(id)) {
            sum.part(b"circle");
            return Ok(());
        }
        let digest = self.composite(object, depth)?;
        sum.digest(digest);
        if let Some(id) = id {
            self.open.remove(&id);
            let known = if self.touched.get() == before { &mut self.found.objects } else { &mut self.mine };
            known.insert(id, digest);
        }
        Ok(())
    }

    /// What is known of an object.
    fn known(&self, id: ObjectId) -> Option<Digest> {
        if let Some(mine) = self.mine.get(&id) {
            // What it is met in does not hold for other copies either.
            self.touched.set(self.touched.get() + 1);
            return Some(*mine);
        }
        let before = self.before.and_then(|cache| cache.objects.get(&id));
        before.or_else(|| self.found.objects.get(&id)).copied()
    }

    fn composite(&mut self, object: &'a Object, depth: u32) -> Result<Digest> {
        match object {
            Object::Array(items) => {
                let mut sum = Sum::of("array");
                sum.number(items.len() as u64);
                for item in items {
                    self.value(item, &mut sum, depth + 1)?;
                }
                Ok(sum.end())
            }
            Object::Dictionary(dict) => {
                let mut sum = Sum::of("dictionary");
                self.entries(dict, &[], &mut sum, depth)?;
                Ok(sum.end())
            }
            Object::Stream(stream) => self.stream(stream, depth),
            _ => Ok(Sum::of("nothing").end()),
        }
    }

    /// Adds a dictionary's entries, sorted, but those about it and those named.
    pub(super) fn entries(&mut self, dict: &'a Dictionary, without: &[&[u8]], sum: &mut Sum, depth: u32) -> Result<()> {
        let left_out = |key: &[u8]| ABOUT.contains(&key) || without.contains(&key);
        let sorted: BTreeMap<&[u8], &Object> = dict.iter().map(|(key, value)| (key.as_slice(), value)).filter(|(key, _)| !left_out(key)).collect();
        for (key, value) in sorted {
            if self.resolved(value).is_null() {
                // The same as if it were not there (7.3.9).
                continue;
            }
            sum.part(key);
            self.value(value, sum, depth + 1)?;
        }
        sum.part(b"");
        Ok(())
    }

    /// A stream with what its content uses of its resources.
    fn stream(&mut self, stream: &'a Stream, depth: u32) -> Result<Digest> {
        let mut sum = Sum::of("stream");
        let content = match self.unpacked(stream)? {
            Some(content) => {
                self.entries(&stream.dict, &PACKING, &mut sum, depth)?;
                content
            }
            // Packed in a way that is part of what it is, such as JPEG.
            None => {
                self.entries(&stream.dict, &[b"Resources"], &mut sum, depth)?;
                stream.content.clone()
            }
        };
        sum.digest(Digest::of(&content));
        if let Some(resources) = self.dict(&stream.dict, b"Resources") {
            for (kind, name, object) in self.uses(resources, &scan::names(&content)) {
                let object = self.object(object, depth + 1)?;
                sum.digest(Used { kind, name, object }.digest());
            }
        }
        Ok(sum.end())
    }

    /// A page's content stream.
    pub(super) fn scanned(&mut self, id: Option<ObjectId>, stream: &'a Stream) -> Result<Arc<Scanned>> {
        if let Some(known) = id.and_then(|id| self.before.and_then(|cache| cache.streams.get(&id)).or_else(|| self.found.streams.get(&id))) {
            return Ok(known.clone());
        }
        let content = self.unpacked(stream)?.ok_or_else(|| Trouble("a page's content has a filter that is not known".to_string()))?;
        let scanned = Arc::new(Scanned { digest: Digest::of(&content), names: scan::names(&content) });
        if let Some(id) = id.filter(|id| !self.is_own(*id)) {
            self.found.streams.insert(id, scanned.clone());
        }
        Ok(scanned)
    }

    /// The decoded content, unless the filter is one for pictures.
    pub(super) fn unpacked(&mut self, stream: &'a Stream) -> Result<Option<Vec<u8>>> {
        let plain = |filter: &&[u8]| matches!(*filter, b"FlateDecode" | b"LZWDecode" | b"ASCII85Decode");
        let filters = stream.filters().unwrap_or_default();
        // lopdf reads the parameters of one filter only.
        let parameters = stream.dict.get(b"DecodeParms").map(|p| self.resolved(p));
        let odd = parameters.is_ok_and(|p| !p.is_null() && p.as_dict().is_err());
        if !filters.iter().all(plain) || odd || (filters.is_empty() && stream.dict.has(b"Filter")) {
            return Ok(None);
        }
        let content = stream.get_plain_content_with_limit(self.left).map_err(|e| Trouble(format!("a stream cannot be unpacked: {e}")))?;
        self.left = self.left.saturating_sub(content.len());
        Ok(Some(content))
    }

    /// The resources that go by these names, in order: kind, name, object.
    pub(super) fn uses(&self, resources: &'a Dictionary, names: &BTreeSet<Vec<u8>>) -> Vec<(Vec<u8>, Vec<u8>, &'a Object)> {
        let kinds: BTreeMap<&[u8], &Object> = resources.iter().map(|(kind, list)| (kind.as_slice(), list)).collect();
        let lists = kinds.into_iter().filter_map(|(kind, list)| Some((kind, self.resolved(list).as_dict().ok()?)));
        lists.flat_map(|(kind, list)| names.iter().filter_map(move |name| Some((kind.to_vec(), name.clone(), list.get(name).ok()?)))).collect()
    }

    /// Digest of an object.
    pub(super) fn object(&mut self, object: &'a Object, depth: u32) -> Result<Digest> {
        let mut sum = Sum::of("object");
        self.value(object, &mut sum, depth)?;
        Ok(sum.end())
    }

    /// Whether an object is a copy's own.
    pub(super) fn is_own(&self, id: ObjectId) -> bool {
        self.own.is_some_and(|own| own.objects.contains_key(&id))
    }
}

/// Adds a plain value; says whether it was one.
pub(super) fn scalar(object: &Object, sum: &mut Sum) -> bool {
    match object {
        Object::Null => sum.part(b"null"),
        Object::Boolean(value) => sum.part(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => sum.part(format!("n{value}").as_bytes()),
        Object::Real(value) if value.fract() == 0.0 && value.abs() < 1e9 => sum.part(format!("n{}", *value as i64).as_bytes()),
        Object::Real(value) => sum.part(format!("n{value}").as_bytes()),
        Object::Name(name) => {
            sum.part(b"/");
            sum.part(name);
        }
        Object::String(text, _) => {
            sum.part(b"s");
            sum.part(text);
        }
        Object::Reference(_) => sum.part(b"circle"),
        Object::Array(_) | Object::Dictionary(_) | Object::Stream(_) => return false,
    }
    true
}

/// A resource that some content uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// `Font`, `XObject` …
    pub kind: Vec<u8>,
    /// What the content calls it.
    pub name: Vec<u8>,
    /// Digest of the object.
    pub object: Digest,
}

impl Used {
    pub(super) fn digest(&self) -> Digest {
        let mut sum = Sum::of("resource");
        sum.part(&self.kind);
        sum.part(&self.name);
        sum.digest(self.object);
        sum.end()
    }
}
