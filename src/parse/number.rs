//! Node ids: once a section's tree stands, every node gets its count in document order.

use super::document::*;
use super::walk::{NodeMut, walk_inlines_mut, walk_mut};

/// Numbers a section's nodes, in the order of [`super::walk`], and notes how many there are.
pub(super) fn section(section: &mut Section, id: SectionId) {
    let mut counter = Counter { section: id, next: 0 };
    section.id = counter.next();
    walk_mut(section, &mut |node| counter.number(node));
    section.nodes = counter.next;
}

/// Numbers the inlines of the book's title and subtitle.
pub(super) fn book(title: &mut [Inline], subtitle: &mut [Inline]) {
    let mut counter = Counter { section: SectionId::BOOK, next: 0 };
    walk_inlines_mut(title, &mut |node| counter.number(node));
    walk_inlines_mut(subtitle, &mut |node| counter.number(node));
}

struct Counter {
    section: SectionId,
    next: u32,
}

impl Counter {
    fn next(&mut self) -> NodeId {
        let index = self.next;
        self.next += 1;
        NodeId { section: self.section, index }
    }

    fn number(&mut self, node: &mut NodeMut<'_>) {
        let id = match node {
            NodeMut::Block(block) => &mut block.id,
            NodeMut::Item(item) => &mut item.id,
            NodeMut::Row(row) => &mut row.id,
            NodeMut::Cell(cell) => &mut cell.id,
            NodeMut::Definition(definition) => &mut definition.id,
            NodeMut::Term(term) => &mut term.id,
            NodeMut::Note(note) => &mut note.id,
            NodeMut::Inline(inline) => &mut inline.id,
        };
        *id = self.next();
    }
}
