//! What a page is: its size, its content with what that uses, its annotations, the places in it that have names.

use lopdf::{Dictionary, Object, ObjectId};

use super::super::digest::{Digest, Sum};
use super::canon::{Result, Trouble, Used, Walk, scalar};

/// Entries of a page that are looked at one by one, or not at all.
const APART: [&[u8]; 8] = [b"Contents", b"Resources", b"Annots", b"MediaBox", b"CropBox", b"Rotate", b"Thumb", b"B"];

/// Entries that a page may have from the nodes above it (ISO 32000-1, 7.7.3.4).
const INHERITED: [&[u8]; 3] = [b"MediaBox", b"CropBox", b"Rotate"];

/// What a box to tick is: where, what it is called and does, what it showed first. All else about it (its value, how that
/// is drawn, dates) is what viewers write when it is filled in.
const OF_BOX: [&[u8]; 11] = [b"Subtype", b"Rect", b"F", b"OC", b"FT", b"T", b"TU", b"DV", b"A", b"AA", b"Contents"];

/// What does not belong to any other annotation's content.
const OF_ANNOTATION: [&[u8]; 3] = [b"P", b"M", b"NM"];

/// A page in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageParts {
    /// Boxes, rotation and whatever else the page's dictionary says.
    dictionary: Digest,
    /// Digests of the decoded content streams, in order.
    streams: Vec<Digest>,
    /// The resources that the streams use, by kind and name.
    used: Vec<Used>,
    /// The annotations in order.
    annotations: Vec<Digest>,
}

impl PageParts {
    /// The page's digest as far as it does not depend on the resources that it uses. `places` are its named ones, sorted.
    fn begin(&self, places: &[Digest]) -> Sum {
        let mut sum = Sum::of("page");
        sum.digest(self.dictionary);
        sum.list(&self.streams);
        sum.list(&self.annotations);
        sum.list(places);
        sum.number(self.used.len() as u64);
        sum
    }
}

/// What is known of a page that copies share.
#[derive(Debug)]
pub(super) struct SharedPage {
    /// Its named places.
    places: Vec<Digest>,
    /// Its digest up to the first resource that is a copy's own.
    sum: Sum,
    /// The resources from there on, and whether each is a copy's own.
    rest: Vec<(Used, bool)>,
    /// What its resources stand in, if that is an object by itself.
    resources: Option<ObjectId>,
}

impl<'a> Walk<'a> {
    /// The digest of a page with these named places, sorted.
    pub(super) fn page(&mut self, id: ObjectId, places: &[Digest]) -> Result<Digest> {
        let known = self.before.and_then(|cache| cache.pages.get(&id)).filter(|page| page.places == places);
        if let Some(page) = known {
            return self.renewed(id, page);
        }
        let is_shared = !self.is_own(id);
        let (parts, own, holds) = self.parts(id)?;
        let mut sum = parts.begin(places);
        let fixed = own.first().copied().unwrap_or(parts.used.len());
        parts.used.iter().take(fixed).for_each(|used| sum.digest(used.digest()));
        if holds && is_shared {
            let rest = parts.used.iter().enumerate().skip(fixed).map(|(index, used)| (used.clone(), own.contains(&index))).collect();
            let resources = self.at(id).and_then(|page| page.as_dict().ok()?.get(b"Resources").and_then(Object::as_reference).ok());
            self.found.pages.insert(id, SharedPage { places: places.to_vec(), sum: sum.clone(), rest, resources });
        }
        parts.used.iter().skip(fixed).for_each(|used| sum.digest(used.digest()));
        Ok(sum.end())
    }

    /// A page in parts; which of the resources that it uses are a copy's own; whether all the rest of it is shared.
    fn parts(&mut self, id: ObjectId) -> Result<(PageParts, Vec<usize>, bool)> {
        let missing = || Trouble("a page is missing".to_string());
        let dict = self.at(id).and_then(|page| page.as_dict().ok()).ok_or_else(missing)?;
        let mut names = std::collections::BTreeSet::new();
        let ((dictionary, streams, annotations), holds) = self.watched(|walk| {
            let mut sum = Sum::of("page dictionary");
            for key in INHERITED {
                sum.part(key);
                walk.value(walk.inherited(dict, key), &mut sum, 0)?;
            }
            walk.entries(dict, &APART, &mut sum, 0)?;
            let mut streams = Vec::new();
            for object in walk.items(dict, b"Contents") {
                let Ok(stream) = walk.resolved(object).as_stream() else { continue };
                let scanned = walk.scanned(object.as_reference().ok(), stream)?;
                names.extend(scanned.names.iter().cloned());
                streams.push(scanned.digest);
            }
            let mut annotations = Vec::new();
            for object in walk.items(dict, b"Annots") {
                if let Ok(annotation) = walk.resolved(object).as_dict() {
                    annotations.push(walk.annotation(annotation)?);
                }
            }
            Ok((sum.end(), streams, annotations))
        })?;
        let (mut used, mut own) = (Vec::new(), Vec::new());
        if let Ok(resources) = self.inherited(dict, b"Resources").as_dict() {
            for (kind, name, object) in self.uses(resources, &names) {
                let (digest, holds) = self.watched(|walk| walk.object(object, 0))?;
                if !holds {
                    own.push(used.len());
                }
                used.push(Used { kind, name, object: digest });
            }
        }
        Ok((PageParts { dictionary, streams, used, annotations }, own, holds))
    }

    /// A page that copies share, with this copy's own objects among those it uses.
    fn renewed(&mut self, id: ObjectId, page: &SharedPage) -> Result<Digest> {
        let mut sum = page.sum.clone();
        if page.rest.is_empty() {
            return Ok(sum.end());
        }
        for (used, is_own) in &page.rest {
            if !is_own {
                sum.digest(used.digest());
                continue;
            }
            // Most pages have the same resources, and of a copy's own use only the stamp.
            let same =
                |(resources, known, _): &&(ObjectId, Used, Digest)| page.resources == Some(*resources) && known.kind == used.kind && known.name == used.name;
            if let Some((_, _, digest)) = self.renewed.as_ref().filter(same) {
                sum.digest(*digest);
                continue;
            }
            let dict = self.at(id).and_then(|page| page.as_dict().ok());
            let resources = dict.and_then(|dict| self.inherited(dict, b"Resources").as_dict().ok());
            let list = resources.and_then(|resources| self.dict(resources, &used.kind));
            let object = self.object(list.and_then(|list| list.get(&used.name).ok()).unwrap_or(&Object::Null), 0)?;
            let used = Used { object, ..used.clone() };
            let digest = used.digest();
            self.renewed = page.resources.map(|resources| (resources, used, digest));
            sum.digest(digest);
        }
        Ok(sum.end())
    }

    /// An entry of the page or of a node above it.
    fn inherited(&self, page: &'a Dictionary, key: &[u8]) -> &'a Object {
        let mut node = page;
        for _ in 0..64 {
            if let Some(object) = self.get(node, key) {
                return object;
            }
            match self.dict(node, b"Parent") {
                Some(parent) => node = parent,
                None => break,
            }
        }
        &Object::Null
    }

    /// The items of an array as they stand there, or the one thing that stands in its place.
    pub(super) fn items(&self, dict: &'a Dictionary, key: &[u8]) -> Vec<&'a Object> {
        match (dict.get(key), self.get(dict, key)) {
            (_, Some(Object::Array(items))) => items.iter().collect(),
            (Ok(one), Some(_)) => vec![one],
            _ => Vec::new(),
        }
    }

    /// An annotation. Of a box to tick: where it is and what it is called, not whether it is ticked.
    fn annotation(&mut self, dict: &'a Dictionary) -> Result<Digest> {
        let mut sum = Sum::of("annotation");
        if !is_field(dict) {
            self.entries(dict, &OF_ANNOTATION, &mut sum, 0)?;
            return Ok(sum.end());
        }
        for key in OF_BOX {
            sum.part(key);
            self.value(dict.get(key).unwrap_or(&Object::Null), &mut sum, 0)?;
        }
        // No flag is the same as none set.
        sum.number(self.get(dict, b"Ff").and_then(|flags| flags.as_i64().ok()).unwrap_or(0) as u64);
        // A field may have its name, kind and first value from one above it.
        let mut node = dict;
        for _ in 0..16 {
            let Some(parent) = self.dict(node, b"Parent") else { break };
            sum.part(b"above");
            for key in [&b"T"[..], b"TU", b"FT", b"Ff", b"DV"] {
                sum.part(key);
                self.value(parent.get(key).unwrap_or(&Object::Null), &mut sum, 0)?;
            }
            node = parent;
        }
        Ok(sum.end())
    }

    /// How many boxes do not show what they showed when the copy was made.
    pub(super) fn filled_in(&self) -> usize {
        let pages = self.pages.ids.iter().filter_map(|id| self.at(*id)?.as_dict().ok());
        let annotations = pages.flat_map(|page| self.items(page, b"Annots")).filter_map(|object| self.resolved(object).as_dict().ok());
        annotations.filter(|dict| is_field(dict) && self.is_filled_in(dict)).count()
    }

    fn is_filled_in(&self, dict: &'a Dictionary) -> bool {
        let first = self.state(dict, b"DV").unwrap_or(b"Off");
        [&b"V"[..], b"AS"].iter().any(|key| self.state(dict, key).unwrap_or(first) != first)
    }

    fn state(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        let value = self.get(dict, key).or_else(|| self.get(self.dict(dict, b"Parent")?, key))?;
        value.as_name().or_else(|_| value.as_str()).ok()
    }
}

fn is_field(dict: &Dictionary) -> bool {
    dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Widget")
}

/// A named place in a page: its name, and how it is shown (the destination without the page, such as `/XYZ null 500 null`).
pub(super) fn place_digest(name: &[u8], shown: &[Object]) -> Digest {
    let mut sum = Sum::of("place");
    sum.part(name);
    sum.number(shown.len() as u64);
    for object in shown {
        if !scalar(object, &mut sum) {
            sum.part(b"odd");
        }
    }
    sum.end()
}
