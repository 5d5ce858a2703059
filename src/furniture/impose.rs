//! Imposition: the order of pages, blank ones where a print edition needs them, and each page's folio and side.

use std::collections::BTreeMap;

use crate::parse::NodeId;
use crate::resolve::Resolved;
use crate::theme::{Medium, Theme};
use crate::typeset::{Destination, Item};

use super::group::Group;
use super::{Folio, Side};

/// One page of the book: a leaf of a group, or a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Group and leaf.
    pub leaf: Option<(usize, usize)>,
    pub folio: Folio,
    pub side: Side,
}

/// All pages in order, and where things are.
pub(super) struct Imposition {
    pub slots: Vec<Slot>,
    /// Pages by the names that they were given.
    names: BTreeMap<String, usize>,
    /// Pages on which a destination stands, by its node.
    marked: BTreeMap<NodeId, usize>,
    /// Pages on which a block begins.
    nodes: BTreeMap<NodeId, usize>,
}

impl Imposition {
    /// Imposes groups in order. Front matter has roman folios from the cover on, the rest arabic ones from 1, odd on the recto.
    pub fn new(groups: &[Group], theme: &Theme) -> Imposition {
        let mut pages = Pages { print: theme.page.medium == Medium::Print, slots: Vec::new(), number: 0, roman: true };
        for (index, group) in groups.iter().enumerate() {
            pages.group(index, group);
        }
        let mut all = Imposition { slots: pages.slots, names: BTreeMap::new(), marked: BTreeMap::new(), nodes: BTreeMap::new() };
        all.note_places(groups);
        all
    }

    fn note_places(&mut self, groups: &[Group]) {
        for (number, slot) in self.slots.iter().enumerate() {
            let Some((group, leaf)) = slot.leaf else { continue };
            let leaf = &groups[group].leaves[leaf];
            for name in &leaf.names {
                self.names.entry(name.to_string()).or_insert(number);
            }
            for placed in &leaf.body.items {
                match &placed.item {
                    Item::Destination(Destination::Name(name)) => {
                        self.names.entry(name.to_string()).or_insert(number);
                    }
                    Item::Destination(Destination::Node(node)) => {
                        self.marked.entry(*node).or_insert(number);
                    }
                    _ => {}
                }
            }
            for node in &leaf.nodes {
                self.nodes.entry(*node).or_insert(number);
            }
        }
    }

    /// Page of a destination.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Page on which a node's destination stands: its own, or a page that was given its label for a name.
    pub fn marked(&self, node: NodeId, label: &str) -> Option<usize> {
        match (self.marked.get(&node).copied(), self.named(label)) {
            (Some(marked), Some(named)) => Some(marked.min(named)),
            (marked, named) => marked.or(named),
        }
    }

    /// Page on which a node begins: where its label stands, else its block's first line, else that of the nearest block before it.
    pub fn page_of(&self, node: NodeId, resolved: &Resolved) -> Option<usize> {
        let labelled = resolved.labels.get(&node).and_then(|label| self.marked(node, label));
        let near = || self.nodes.range(..=node).next_back().filter(|(near, _)| near.section == node.section).map(|(_, page)| *page);
        labelled.or_else(near)
    }

    /// Page on which a node's first line stands, whatever its label says: the title of a part, which is named like its first chapter.
    pub fn first_page_of(&self, node: NodeId) -> Option<usize> {
        self.nodes.get(&node).copied()
    }

    /// Pages of all nodes that begin somewhere.
    pub fn node_pages(&self, resolved: &Resolved) -> BTreeMap<NodeId, usize> {
        let mut pages = self.nodes.clone();
        for (node, label) in resolved.labels.iter() {
            if let Some(page) = self.marked(*node, label) {
                pages.insert(*node, page);
            }
        }
        pages
    }
}

struct Pages {
    print: bool,
    slots: Vec<Slot>,
    number: u32,
    roman: bool,
}

impl Pages {
    fn group(&mut self, index: usize, group: &Group) {
        if self.roman && !group.front {
            if self.print && self.number % 2 == 1 {
                self.push(None);
            }
            (self.roman, self.number) = (false, 0);
        }
        let odd = self.number % 2 == 1;
        if self.print && (group.recto && odd || group.verso && !odd) && !group.leaves.is_empty() {
            self.push(None);
        }
        for (number, leaf) in group.leaves.iter().enumerate() {
            self.push(Some((index, number)));
            if self.print && leaf.blank_after {
                self.push(None);
            }
        }
    }

    fn push(&mut self, leaf: Option<(usize, usize)>) {
        self.number += 1;
        let side = if self.number % 2 == 1 { Side::Recto } else { Side::Verso };
        self.slots.push(Slot { leaf, folio: Folio { number: self.number, roman: self.roman }, side });
    }
}
