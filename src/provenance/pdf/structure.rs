//! The structure tree: what is heard where a page is seen.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId};

use super::super::digest::{Digest, Sum};
use super::canon::{Result, Trouble, Walk};

/// Elements nested deeper are not looked into.
const DEEPEST: u32 = 500;

/// Entries of an element that say where it stands; its children are looked at one by one.
const APART: [&[u8]; 4] = [b"P", b"Pg", b"K", b"R"];

/// A subtree under the root element, such as a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// The first page it speaks of, from 0.
    pub first_page: u64,
    /// Its digest, in which pages count from that first one, so that a chapter keeps it wherever it stands.
    pub digest: Digest,
}

/// The tree in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The root element's own entries, roles and classes.
    pub root: Digest,
    /// What stands under it, in order.
    pub subtrees: Vec<Subtree>,
}

impl Structure {
    pub(super) fn digest(&self) -> Digest {
        let mut sum = Sum::of("structure");
        sum.digest(self.root);
        sum.number(self.subtrees.len() as u64);
        for subtree in &self.subtrees {
            sum.number(subtree.first_page);
            sum.digest(subtree.digest);
        }
        sum.end()
    }
}

/// Walks elements.
pub(super) struct Elements<'w, 'a> {
    walk: &'w mut Walk<'a>,
    /// Page and place in it of each annotation.
    annotations: HashMap<ObjectId, (usize, usize)>,
    first: Option<usize>,
}

impl<'w, 'a> Elements<'w, 'a> {
    pub(super) fn new(walk: &'w mut Walk<'a>) -> Elements<'w, 'a> {
        let mut annotations = HashMap::new();
        for (number, page) in walk.pages.iter().enumerate() {
            let list = walk.doc.get_dictionary(*page).ok().and_then(|page| walk.get(page, b"Annots")?.as_array().ok());
            let ids = list.into_iter().flatten().enumerate().filter_map(|(at, object)| Some((object.as_reference().ok()?, (number, at))));
            annotations.extend(ids);
        }
        Elements { walk, annotations, first: None }
    }

    pub(super) fn structure(&mut self, catalog: &'a Dictionary) -> Result<Structure> {
        let mut root = Sum::of("structure root");
        let Some(tree) = self.walk.dict(catalog, b"StructTreeRoot") else { return Ok(Structure { root: root.end(), subtrees: Vec::new() }) };
        for key in [&b"RoleMap"[..], b"ClassMap"] {
            self.walk.value(tree.get(key).unwrap_or(&Object::Null), &mut root, 0)?;
        }
        let mut top = self.walk.listed(tree, b"K");
        if let [Object::Dictionary(document)] = top[..] {
            self.walk.entries(document, &APART, &mut root, 0)?;
            top = self.walk.listed(document, b"K");
        }
        let subtrees = top.into_iter().map(|object| self.subtree(object)).collect::<Result<_>>()?;
        Ok(Structure { root: root.end(), subtrees })
    }

    fn subtree(&mut self, object: &'a Object) -> Result<Subtree> {
        self.first = None;
        let mut sum = Sum::of("subtree");
        self.kid(object, None, &mut sum, 0)?;
        Ok(Subtree { first_page: self.first.unwrap_or(0) as u64, digest: sum.end() })
    }

    fn kid(&mut self, object: &'a Object, page: Option<usize>, sum: &mut Sum, depth: u32) -> Result<()> {
        if depth > DEEPEST {
            return Err(Trouble("its structure is nested too deep".to_string()));
        }
        match object {
            Object::Integer(number) => self.content(page, *number, sum),
            Object::Dictionary(dict) if dict.has(b"MCID") => {
                let number = self.walk.get(dict, b"MCID").and_then(|n| n.as_i64().ok()).unwrap_or(-1);
                let page = self.page(dict).or(page);
                self.content(page, number, sum);
            }
            Object::Dictionary(dict) if dict.has(b"Obj") => {
                let place = dict.get(b"Obj").and_then(Object::as_reference).ok().and_then(|id| self.annotations.get(&id).copied());
                sum.part(b"annotation");
                self.number(place.map(|(page, _)| page), sum);
                sum.number(place.map_or(u64::MAX, |(_, at)| at as u64));
            }
            Object::Dictionary(dict) => {
                sum.part(b"element");
                self.walk.entries(dict, &APART, sum, 0)?;
                let page = self.page(dict).or(page);
                for kid in self.walk.listed(dict, b"K") {
                    self.kid(kid, page, sum, depth + 1)?;
                }
                sum.part(b"end");
            }
            _ => sum.part(b"odd"),
        }
        Ok(())
    }

    fn page(&self, dict: &Dictionary) -> Option<usize> {
        let id = dict.get(b"Pg").and_then(Object::as_reference).ok()?;
        self.walk.numbers.get(&id).copied()
    }

    fn content(&mut self, page: Option<usize>, number: i64, sum: &mut Sum) {
        sum.part(b"content");
        self.number(page, sum);
        sum.part(&number.to_be_bytes());
    }

    /// A page, counted from the first that the subtree speaks of.
    fn number(&mut self, page: Option<usize>, sum: &mut Sum) {
        let Some(page) = page else { return sum.part(b"nowhere") };
        let first = *self.first.get_or_insert(page);
        sum.part(&(page as i64 - first as i64).to_be_bytes());
    }
}
