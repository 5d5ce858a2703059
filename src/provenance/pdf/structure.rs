//! The structure tree: what is heard where a page is seen.

use std::collections::HashMap;
use std::sync::Arc;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::digest::{Digest, Sum};
use super::canon::{Result, Trouble, Walk};

/// Elements nested deeper are not looked into.
const DEEPEST: u32 = 500;

/// Entries of an element that say where it stands; its children are looked at one by one.
const APART: [&[u8]; 4] = [b"P", b"Pg", b"K", b"R"];

/// An element with all below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// The first page it speaks of.
    first: Option<usize>,
    /// Its digest, in which pages count from that first one: an element keeps it wherever it stands.
    digest: Digest,
}

/// Walks elements.
pub(super) struct Elements<'w, 'a> {
    walk: &'w mut Walk<'a>,
    /// Page and place in it of each annotation: of shared pages, and of a copy's own.
    annotations: [Arc<HashMap<ObjectId, (usize, usize)>>; 2],
}

impl<'w, 'a> Elements<'w, 'a> {
    pub(super) fn new(walk: &'w mut Walk<'a>) -> Elements<'w, 'a> {
        let pages = walk.pages.clone();
        let (own, shared): (Vec<_>, Vec<_>) = pages.ids.iter().enumerate().partition(|(_, page)| walk.is_own(**page));
        let of = |walk: &Walk<'a>, pages: Vec<(usize, &ObjectId)>| {
            let mut annotations = HashMap::new();
            for (number, page) in pages {
                let Some(Object::Dictionary(page)) = walk.at(*page) else { continue };
                let ids = walk.items(page, b"Annots").into_iter().enumerate();
                annotations.extend(ids.filter_map(|(at, object)| Some((object.as_reference().ok()?, (number, at)))));
            }
            Arc::new(annotations)
        };
        let before = walk.touches();
        let known = walk.before.and_then(|cache| cache.annotations.clone());
        let shared = known.unwrap_or_else(|| of(walk, shared));
        walk.found.annotations = Some(shared.clone()).filter(|_| walk.touches() == before);
        let own = of(walk, own);
        Elements { walk, annotations: [shared, own] }
    }

    fn annotation(&self, id: ObjectId) -> Option<(usize, usize)> {
        self.annotations.iter().find_map(|known| known.get(&id)).copied()
    }

    /// Digest of the whole tree.
    pub(super) fn structure(&mut self, catalog: &'a Dictionary) -> Result<Digest> {
        let mut sum = Sum::of("structure");
        let Some(tree) = self.walk.dict(catalog, b"StructTreeRoot") else { return Ok(sum.end()) };
        for key in [&b"RoleMap"[..], b"ClassMap"] {
            self.walk.value(tree.get(key).unwrap_or(&Object::Null), &mut sum, 0)?;
        }
        for top in self.walk.items(tree, b"K") {
            let element = self.element(top, 0)?;
            sum.number(element.first.map_or(u64::MAX, |page| page as u64));
            sum.digest(element.digest);
        }
        Ok(sum.end())
    }

    fn element(&mut self, object: &'a Object, depth: u32) -> Result<Element> {
        if depth > DEEPEST {
            return Err(Trouble("its structure is nested too deep".to_string()));
        }
        let id = object.as_reference().ok();
        // An element that hangs in many places is looked at once: a file could make them more than the stars.
        let known = |walk: &Walk<'a>| walk.before.and_then(|cache| cache.elements.get(&id?)).or_else(|| walk.found.elements.get(&id?)).copied();
        if let Some(element) = known(self.walk) {
            return Ok(element);
        }
        let before = self.walk.touches();
        let mut element = Element { first: None, digest: Sum::of("nothing").end() };
        if let Ok(dict) = self.walk.resolved(object).as_dict() {
            let mut sum = Sum::of("element");
            self.walk.entries(dict, &APART, &mut sum, 0)?;
            let page = self.page(dict);
            for kid in self.walk.items(dict, b"K") {
                self.kid(kid, page, &mut element.first, &mut sum, depth)?;
            }
            element.digest = sum.end();
        }
        if let Some(id) = id.filter(|_| self.walk.touches() == before) {
            self.walk.found.elements.insert(id, element);
        }
        Ok(element)
    }

    fn kid(&mut self, kid: &'a Object, page: Option<usize>, first: &mut Option<usize>, sum: &mut Sum, depth: u32) -> Result<()> {
        match kid {
            Object::Integer(number) => content(page, *number, first, sum),
            Object::Dictionary(dict) if dict.has(b"MCID") => {
                let number = self.walk.get(dict, b"MCID").and_then(|n| n.as_i64().ok()).unwrap_or(-1);
                content(self.page(dict).or(page), number, first, sum);
            }
            Object::Dictionary(dict) if dict.has(b"Obj") => {
                let place = dict.get(b"Obj").and_then(Object::as_reference).ok().and_then(|id| self.annotation(id));
                sum.part(b"annotation");
                offset(place.map(|(page, _)| page), first, sum);
                sum.number(place.map_or(u64::MAX, |(_, at)| at as u64));
            }
            // A piece of content may be an object of its own.
            Object::Reference(_) if self.is_piece(kid) => {
                let piece = self.walk.resolved(kid);
                self.kid(piece, page, first, sum, depth)?;
            }
            _ => {
                let element = self.element(kid, depth + 1)?;
                sum.part(b"element");
                offset(element.first, first, sum);
                sum.digest(element.digest);
            }
        }
        Ok(())
    }

    fn is_piece(&self, object: &'a Object) -> bool {
        match self.walk.resolved(object) {
            Object::Integer(_) => true,
            Object::Dictionary(dict) => dict.has(b"MCID") || dict.has(b"Obj"),
            _ => false,
        }
    }

    fn page(&self, dict: &Dictionary) -> Option<usize> {
        let id = dict.get(b"Pg").and_then(Object::as_reference).ok()?;
        self.walk.pages.numbers.get(&id).copied()
    }
}

fn content(page: Option<usize>, number: i64, first: &mut Option<usize>, sum: &mut Sum) {
    sum.part(b"content");
    offset(page, first, sum);
    sum.part(&number.to_be_bytes());
}

/// A page, counted from the first that the element speaks of.
fn offset(page: Option<usize>, first: &mut Option<usize>, sum: &mut Sum) {
    let Some(page) = page else { return sum.part(b"nowhere") };
    let first = *first.get_or_insert(page);
    sum.part(&(page as i64 - first as i64).to_be_bytes());
}
