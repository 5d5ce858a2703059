//! Going through a section's tree in document order.

use super::document::*;

/// A node met on the way. Its children follow it.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Node<'d> {
    Block(&'d Block),
    Item(&'d ListItem),
    Row(&'d Row),
    Cell(&'d Cell),
    Definition(&'d Definition),
    Term(&'d Term),
    Note(&'d NoteDefinition),
    Inline(&'d Inline),
}

/// Visits all nodes of a section in document order: title, summary, part, content, notes.
pub fn walk<'d>(section: &'d Section, visit: &mut dyn FnMut(Node<'d>)) {
    walk_inlines(&section.title, visit);
    walk_inlines(&section.summary, visit);
    walk_inlines(section.part.as_deref().unwrap_or(&[]), visit);
    walk_blocks(&section.blocks, visit);
    for note in &section.notes {
        visit(Node::Note(note));
        walk_blocks(&note.blocks, visit);
    }
}

/// Visits blocks and all that is in them. The tree's depth is capped by the parser, so recursion is safe.
pub fn walk_blocks<'d>(blocks: &'d [Block], visit: &mut dyn FnMut(Node<'d>)) {
    for block in blocks {
        visit(Node::Block(block));
        walk_block(block, visit);
    }
}

fn walk_block<'d>(block: &'d Block, visit: &mut dyn FnMut(Node<'d>)) {
    match &block.kind {
        BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => walk_inlines(text, visit),
        BlockKind::List { items, .. } => {
            for item in items {
                visit(Node::Item(item));
                walk_blocks(&item.blocks, visit);
            }
        }
        BlockKind::Quote { blocks, attribution } => {
            walk_blocks(blocks, visit);
            walk_inlines(attribution.as_deref().unwrap_or(&[]), visit);
        }
        BlockKind::Callout { blocks, .. } | BlockKind::Only(_, blocks) => walk_blocks(blocks, visit),
        BlockKind::Table(table) => walk_table(table, visit),
        BlockKind::Figure { blocks, caption } => {
            walk_blocks(blocks, visit);
            walk_inlines(caption.as_deref().unwrap_or(&[]), visit);
        }
        BlockKind::Group { caption, blocks, .. } => {
            walk_inlines(caption.as_deref().unwrap_or(&[]), visit);
            walk_blocks(blocks, visit);
        }
        BlockKind::Definitions(definitions) => definitions.iter().for_each(|d| walk_definition(d, visit)),
        BlockKind::Code { .. } | BlockKind::Rule | BlockKind::PageBreak | BlockKind::RouteMap => {}
    }
}

fn walk_table<'d>(table: &'d Table, visit: &mut dyn FnMut(Node<'d>)) {
    walk_inlines(table.caption.as_deref().unwrap_or(&[]), visit);
    for row in table.head.iter().chain(&table.body) {
        visit(Node::Row(row));
        for cell in &row.cells {
            visit(Node::Cell(cell));
            walk_blocks(&cell.blocks, visit);
        }
    }
}

fn walk_definition<'d>(definition: &'d Definition, visit: &mut dyn FnMut(Node<'d>)) {
    visit(Node::Definition(definition));
    for term in &definition.terms {
        visit(Node::Term(term));
        walk_inlines(&term.text, visit);
    }
    for detail in &definition.details {
        walk_blocks(detail, visit);
    }
}

/// Visits inlines and all that is in them.
pub fn walk_inlines<'d>(inlines: &'d [Inline], visit: &mut dyn FnMut(Node<'d>)) {
    for inline in inlines {
        visit(Node::Inline(inline));
        if let Some(content) = inline.kind.content() {
            walk_inlines(content, visit);
        }
    }
}

impl InlineKind {
    /// The inlines within this one, if it is of a kind that holds others.
    pub fn content(&self) -> Option<&[Inline]> {
        match self {
            InlineKind::Emphasis(c)
            | InlineKind::Strong(c)
            | InlineKind::Strike(c)
            | InlineKind::Superscript(c)
            | InlineKind::Subscript(c)
            | InlineKind::Only(_, c)
            | InlineKind::Span { content: c, .. }
            | InlineKind::Link { content: c, .. } => Some(c),
            _ => None,
        }
    }

    /// Likewise, to be changed.
    pub(super) fn content_mut(&mut self) -> Option<&mut Vec<Inline>> {
        match self {
            InlineKind::Emphasis(c)
            | InlineKind::Strong(c)
            | InlineKind::Strike(c)
            | InlineKind::Superscript(c)
            | InlineKind::Subscript(c)
            | InlineKind::Only(_, c)
            | InlineKind::Span { content: c, .. }
            | InlineKind::Link { content: c, .. } => Some(c),
            _ => None,
        }
    }
}
