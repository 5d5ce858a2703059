//! Node ids: once a section's tree stands, every node gets its count in document order.

use super::document::*;

/// Numbers a section's nodes, in the order of [`super::walk`], and notes how many there are.
pub(super) fn section(section: &mut Section, id: SectionId) {
    let mut counter = Counter { section: id, next: 0 };
    section.id = counter.next();
    counter.inlines(&mut section.title);
    counter.inlines(&mut section.summary);
    counter.optional(&mut section.part);
    counter.blocks(&mut section.blocks);
    for note in &mut section.notes {
        note.id = counter.next();
        counter.blocks(&mut note.blocks);
    }
    section.nodes = counter.next;
}

/// Numbers the inlines of the book's title and subtitle.
pub(super) fn book(title: &mut [Inline], subtitle: &mut [Inline]) {
    let mut counter = Counter { section: SectionId::BOOK, next: 0 };
    counter.inlines(title);
    counter.inlines(subtitle);
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

    fn optional(&mut self, inlines: &mut Option<Vec<Inline>>) {
        if let Some(inlines) = inlines {
            self.inlines(inlines);
        }
    }

    fn inlines(&mut self, inlines: &mut [Inline]) {
        for inline in inlines {
            inline.id = self.next();
            if let Some(content) = inline.kind.content_mut() {
                self.inlines(content);
            }
        }
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            block.id = self.next();
            self.block(&mut block.kind);
        }
    }

    fn block(&mut self, kind: &mut BlockKind) {
        match kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => self.inlines(text),
            BlockKind::List { items, .. } => {
                for item in items {
                    item.id = self.next();
                    self.blocks(&mut item.blocks);
                }
            }
            BlockKind::Quote { blocks, attribution } => {
                self.blocks(blocks);
                self.optional(attribution);
            }
            BlockKind::Callout { blocks, .. } | BlockKind::Only(_, blocks) => self.blocks(blocks),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure { blocks, caption } => {
                self.blocks(blocks);
                self.optional(caption);
            }
            BlockKind::Group { caption, blocks, .. } => {
                self.optional(caption);
                self.blocks(blocks);
            }
            BlockKind::Definitions(definitions) => definitions.iter_mut().for_each(|d| self.definition(d)),
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::PageBreak | BlockKind::RouteMap => {}
        }
    }

    fn table(&mut self, table: &mut Table) {
        self.optional(&mut table.caption);
        for row in table.head.iter_mut().chain(&mut table.body) {
            row.id = self.next();
            for cell in &mut row.cells {
                cell.id = self.next();
                self.blocks(&mut cell.blocks);
            }
        }
    }

    fn definition(&mut self, definition: &mut Definition) {
        definition.id = self.next();
        for term in &mut definition.terms {
            term.id = self.next();
            self.inlines(&mut term.text);
        }
        for detail in &mut definition.details {
            self.blocks(detail);
        }
    }
}
