//! Digests of objects that do not depend on how a file writes them: numbers of objects, what is indirect, the order of
//! keys, compression.

use std::collections::{BTreeMap, HashMap};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::super::digest::{Digest, Sum};
use super::scan;

/// Objects nested deeper are not looked into: no honest file has them.
const DEEPEST: u32 = 500;

/// No more than this is unpacked of all streams.
const MOST: usize = 1 << 30;

/// Keys that say where an object stands or who touched it, not what it is.
const ABOUT: [&[u8]; 8] = [b"Type", b"Parent", b"StructParent", b"StructParents", b"LastModified", b"PieceInfo", b"Metadata", b"Length"];

/// Keys that say how a stream is packed.
const PACKING: [&[u8]; 5] = [b"Length", b"Filter", b"DecodeParms", b"DL", b"Resources"];

/// What cannot be digested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(pub String);

pub(super) type Result<T> = std::result::Result<T, Trouble>;

/// A document being walked.
#[derive(Debug)]
pub struct Walk<'a> {
    pub(super) doc: &'a Document,
    /// Pages in order.
    pub(super) pages: Vec<ObjectId>,
    /// Number of each page, from 0.
    pub(super) numbers: HashMap<ObjectId, usize>,
    /// What was digested; `None` while it is being walked.
    known: HashMap<ObjectId, Option<Digest>>,
    left: usize,
}

impl<'a> Walk<'a> {
    /// Begins a walk.
    pub fn new(doc: &'a Document) -> Walk<'a> {
        let pages: Vec<ObjectId> = doc.page_iter().collect();
        let numbers = pages.iter().enumerate().map(|(number, id)| (*id, number)).collect();
        Walk { doc, pages, numbers, known: HashMap::new(), left: MOST }
    }

    /// Digest of any object: a font, a form, a picture.
    ///
    /// # Errors
    /// When it is nested too deep, or too big.
    pub fn object(&mut self, object: &'a Object) -> Result<Digest> {
        let mut sum = Sum::of("object");
        self.value(object, &mut sum, 0)?;
        Ok(sum.end())
    }

    /// An object behind its reference, or nothing.
    pub(super) fn resolved(&self, object: &'a Object) -> &'a Object {
        self.doc.dereference(object).map_or(&Object::Null, |(_, object)| object)
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
        if let Some(number) = id.and_then(|id| self.numbers.get(&id)) {
            sum.part(b"page");
            sum.number(*number as u64);
            return Ok(());
        }
        let object = self.resolved(object);
        if scalar(object, sum) {
            return Ok(());
        }
        match id {
            None => {
                let digest = self.composite(object, depth)?;
                sum.digest(digest);
            }
            Some(id) => match self.known.get(&id) {
                Some(Some(digest)) => sum.digest(*digest),
                Some(None) => sum.part(b"circle"),
                None => {
                    self.known.insert(id, None);
                    let digest = self.composite(object, depth)?;
                    self.known.insert(id, Some(digest));
                    sum.digest(digest);
                }
            },
        }
        Ok(())
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
            for used in self.used(resources, &scan::names(&content), depth + 1)? {
                sum.digest(used.digest());
            }
        }
        Ok(sum.end())
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

    /// The resources that go by these names, in order.
    pub(super) fn used(&mut self, resources: &'a Dictionary, names: &std::collections::BTreeSet<Vec<u8>>, depth: u32) -> Result<Vec<Used>> {
        let mut used = Vec::new();
        let kinds: BTreeMap<&[u8], &Object> = resources.iter().map(|(kind, list)| (kind.as_slice(), list)).collect();
        for (kind, list) in kinds {
            let Ok(list) = self.resolved(list).as_dict() else { continue };
            for name in names {
                let Ok(object) = list.get(name) else { continue };
                let mut sum = Sum::of("object");
                self.value(object, &mut sum, depth)?;
                used.push(Used { kind: kind.to_vec(), name: name.clone(), object: sum.end() });
            }
        }
        Ok(used)
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
pub struct Used {
    /// `Font`, `XObject` …
    pub kind: Vec<u8>,
    /// What the content calls it.
    pub name: Vec<u8>,
    /// What it is: [`Walk::object`].
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
