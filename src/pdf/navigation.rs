//! Ways through the file: named destinations, the outline, and the pages' labels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::furniture::{Layout, OutlineEntry};

use super::canvas::Marks;
use super::object::{key, real, reference, text};
use super::place::Spot;
use super::trees::Leaves;

/// Named destinations.
#[derive(Debug, Default)]
pub(super) struct Destinations {
    /// All names.
    pub known: BTreeSet<Arc<str>>,
    /// Those in what is a copy's own of some pages, with the objects that say where they are, and the pages.
    own: BTreeMap<Arc<str>, (ObjectId, usize)>,
    /// The name tree, if there are any.
    pub tree: Option<Object>,
}

impl Destinations {
    /// Writes the destinations of all pages as a name tree; of two places with one name the first counts.
    pub fn write(doc: &mut Document, shared: &[Marks], own: &BTreeMap<usize, Marks>, pages: &[ObjectId]) -> Destinations {
        let mut places: BTreeMap<Arc<str>, Object> = BTreeMap::new();
        let mut known = Destinations::default();
        for ((index, marks), page) in shared.iter().enumerate().zip(pages) {
            for (name, spot) in &marks.destinations {
                if known.known.insert(name.clone()) {
                    places.insert(name.clone(), place(*page, *spot));
                }
            }
            for (name, _) in own.get(&index).iter().flat_map(|marks| &marks.destinations) {
                if known.known.insert(name.clone()) {
                    let id = doc.new_object_id();
                    known.own.insert(name.clone(), (id, index));
                    places.insert(name.clone(), Object::Reference(id));
                }
            }
        }
        let places: Vec<_> = places.into_iter().map(|(name, place)| (name.to_string(), place)).collect();
        known.tree = (!places.is_empty()).then(|| Leaves::names(doc, places).root(doc));
        known
    }

    /// Writes where the destinations are that are a copy's own.
    pub fn write_own(&self, doc: &mut Document, marks: &[(usize, &Marks)], pages: &[ObjectId]) {
        for (name, (id, index)) in &self.own {
            let of_page = marks.iter().filter(|(at, _)| at == index).flat_map(|(_, marks)| &marks.destinations);
            let spot = of_page.filter(|(other, _)| other == name).map(|(_, spot)| *spot).next().unwrap_or_default();
            doc.set_object(*id, place(pages.get(*index).copied().unwrap_or_default(), spot));
        }
    }
}

fn place(page: ObjectId, spot: Spot) -> Object {
    Object::Array(vec![Object::Reference(page), "XYZ".into(), Object::Null, real(f64::from(spot.y.pt())), Object::Null])
}

/// Entries that a reader sees when the outline opens; in longer outlines only the top level is open.
const OPEN: usize = 40;

/// The outline, nested as the entries' levels say. A level that skips is taken as one deeper.
pub(super) fn outline(doc: &mut Document, entries: &[OutlineEntry], known: &BTreeSet<Arc<str>>, pages: &[ObjectId]) -> Option<Object> {
    if entries.is_empty() {
        return None;
    }
    let root = doc.new_object_id();
    let ids: Vec<ObjectId> = entries.iter().map(|_| doc.new_object_id()).collect();
    let parents = parents(entries);
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (index, parent) in parents.iter().enumerate() {
        children.entry(*parent).or_default().push(index);
    }
    let open = entries.len() <= OPEN;
    for (index, entry) in entries.iter().enumerate() {
        let siblings = children.get(&parents[index]).map_or(&[][..], Vec::as_slice);
        let at = siblings.binary_search(&index).unwrap_or(0);
        let mut item = dictionary! { "Title" => text(&entry.title), "Parent" => parents[index].map_or(root, |parent| ids[parent]) };
        if let Some(before) = at.checked_sub(1).and_then(|at| siblings.get(at)) {
            item.set("Prev", ids[*before]);
        }
        if let Some(after) = siblings.get(at + 1) {
            item.set("Next", ids[*after]);
        }
        family(&mut item, children.get(&Some(index)), &ids);
        if let Some(own) = children.get(&Some(index)) {
            let count = if open { descendants(&parents, index) } else { own.len() } as i64;
            item.set("Count", if open { count } else { -count });
        }
        if known.contains(entry.destination.as_str()) {
            item.set("Dest", key(&entry.destination));
        } else if let Some(page) = pages.get(entry.page) {
            item.set("Dest", vec![Object::Reference(*page), "Fit".into()]);
        }
        doc.set_object(ids[index], item);
    }
    let top = children.get(&None);
    let mut outlines = dictionary! { "Type" => "Outlines" };
    family(&mut outlines, top, &ids);
    outlines.set("Count", if open { entries.len() } else { top.map_or(0, Vec::len) } as i64);
    doc.set_object(root, outlines);
    Some(Object::Reference(root))
}

fn family(item: &mut Dictionary, children: Option<&Vec<usize>>, ids: &[ObjectId]) {
    if let Some((first, last)) = children.and_then(|list| list.first().zip(list.last())) {
        item.set("First", ids[*first]);
        item.set("Last", ids[*last]);
    }
}

/// For each entry the one it stands under.
fn parents(entries: &[OutlineEntry]) -> Vec<Option<usize>> {
    let mut above: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        above.retain(|other| entries[*other].level < entry.level);
        parents.push(above.last().copied());
        above.push(index);
    }
    parents
}

/// How many entries stand under one. They follow it.
fn descendants(parents: &[Option<usize>], index: usize) -> usize {
    parents[index + 1..].iter().take_while(|parent| parent.is_some_and(|parent| parent >= index)).count()
}

/// The pages' labels: what a viewer shows and takes as a page's number.
pub(super) fn labels(doc: &mut Document, layout: &Layout, cover: &str) -> Object {
    let mut ranges = Vec::new();
    let mut expected = None;
    for (index, page) in layout.pages.iter().enumerate() {
        let folio = page.folio;
        if layout.cover == Some(index) && !cover.is_empty() {
            ranges.push((index as i64, Object::Dictionary(dictionary! { "P" => text(cover) })));
            expected = None;
            continue;
        }
        if expected != Some((folio.roman, folio.number)) {
            let style = if folio.roman { "r" } else { "D" };
            ranges.push((index as i64, Object::Dictionary(dictionary! { "S" => style, "St" => i64::from(folio.number.max(1)) })));
        }
        expected = Some((folio.roman, folio.number.saturating_add(1)));
    }
    Leaves::numbers(doc, ranges).root(doc)
}

/// The dictionary of names, for the catalog.
pub(super) fn names(doc: &mut Document, destinations: Object) -> Object {
    reference(doc, dictionary! { "Dests" => destinations })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(levels: &[u8]) -> Vec<OutlineEntry> {
        levels.iter().map(|level| OutlineEntry { level: *level, title: "t".into(), destination: String::new(), page: 0 }).collect()
    }

    #[test]
    fn outlines_nest_by_level_even_where_one_is_skipped() {
        let parents = parents(&entries(&[0, 1, 3, 2, 0, 1]));
        assert_eq!(parents, [None, Some(0), Some(1), Some(1), None, Some(4)]);
        assert_eq!((descendants(&parents, 0), descendants(&parents, 1), descendants(&parents, 4)), (3, 2, 1));
    }
}
