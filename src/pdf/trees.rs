//! Name trees and number trees (ISO 32000-1, 7.9.6 and 7.9.7): two levels, leaves of a hundred.

use lopdf::{Dictionary, Document, Object, dictionary};

use super::object::{key, reference};

const LEAF: usize = 100;

/// The leaves of a tree, ascending. Those of several parts of a book can be brought together under one root.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves(Vec<Object>);

impl Leaves {
    /// Leaves of a name tree. The names must be sorted and distinct.
    pub fn names(doc: &mut Document, entries: Vec<(String, Object)>) -> Leaves {
        Leaves::of(doc, "Names", entries.into_iter().map(|(name, value)| (key(&name), value)).collect())
    }

    /// Leaves of a number tree. The numbers must be sorted and distinct.
    pub fn numbers(doc: &mut Document, entries: Vec<(i64, Object)>) -> Leaves {
        Leaves::of(doc, "Nums", entries.into_iter().map(|(number, value)| (Object::Integer(number), value)).collect())
    }

    fn of(doc: &mut Document, list: &str, entries: Vec<(Object, Object)>) -> Leaves {
        let leaf = |entries: &[(Object, Object)]| {
            let (first, last) = (entries.first()?, entries.last()?);
            let mut leaf = Dictionary::new();
            leaf.set("Limits", vec![first.0.clone(), last.0.clone()]);
            leaf.set(list, entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect::<Vec<_>>());
            Some(reference(doc, leaf))
        };
        Leaves(entries.chunks(LEAF).filter_map(leaf).collect())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These leaves and others whose keys are greater than all of theirs.
    pub fn with(&self, others: Leaves) -> Leaves {
        Leaves(self.0.iter().cloned().chain(others.0).collect())
    }

    /// The tree of these leaves.
    pub fn root(self, doc: &mut Document) -> Object {
        reference(doc, dictionary! { "Kids" => self.0 })
    }
}
