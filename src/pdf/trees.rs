//! Name trees and number trees (ISO 32000-1, 7.9.6 and 7.9.7): two levels, leaves of a hundred.

use lopdf::{Dictionary, Document, Object};

use super::object::{key, reference};

const LEAF: usize = 100;

/// A name tree. The names must be sorted and distinct.
pub(super) fn names(doc: &mut Document, entries: Vec<(String, Object)>) -> Object {
    tree(doc, "Names", entries.into_iter().map(|(name, value)| (key(&name), value)).collect())
}

/// A number tree. The numbers must be sorted and distinct.
pub(super) fn numbers(doc: &mut Document, entries: Vec<(i64, Object)>) -> Object {
    tree(doc, "Nums", entries.into_iter().map(|(number, value)| (Object::Integer(number), value)).collect())
}

fn tree(doc: &mut Document, list: &str, entries: Vec<(Object, Object)>) -> Object {
    let flat = |entries: &[(Object, Object)]| Object::Array(entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect());
    let mut root = Dictionary::new();
    if entries.len() <= LEAF {
        root.set(list, flat(&entries));
        return reference(doc, root);
    }
    let leaves = entries.chunks(LEAF).filter_map(|entries| {
        let (first, last) = (entries.first()?, entries.last()?);
        let mut leaf = Dictionary::new();
        leaf.set("Limits", vec![first.0.clone(), last.0.clone()]);
        leaf.set(list, flat(entries));
        Some(reference(doc, leaf))
    });
    let leaves: Vec<Object> = leaves.collect();
    root.set("Kids", leaves);
    reference(doc, root)
}
