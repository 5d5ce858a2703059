//! Putting other nodes in the place of nodes, in a tree that stands.

use super::document::*;
use super::walk::{NodeMut, walk_mut};
use super::{Node, number, walk};

/// Whether a section cites works.
pub(crate) fn has_citations(section: &Section) -> bool {
    let mut found = false;
    walk(section, &mut |node| {
        if let Node::Inline(inline) = node {
            found |= matches!(inline.kind, InlineKind::Citation(_));
        }
    });
    found
}

/// A section whose nodes have been given their names anew.
pub(crate) fn renumbered(mut section: Section) -> Section {
    let id = section.id.section;
    number::section(&mut section, id);
    section
}

/// Puts what `other` gives in the place of inlines, in document order.
pub(crate) fn replace_inlines(section: &mut Section, other: &mut dyn FnMut(&Inline) -> Option<Vec<Inline>>) {
    in_list(&mut section.title, other);
    in_list(&mut section.summary, other);
    in_list(&mut section.promise, other);
    section.part.iter_mut().for_each(|part| in_list(part, other));
    // What lies below a node that was put in is not looked at: it holds none of its kind.
    walk_mut(section, &mut |node| lists_of(node, &mut |list| in_list(list, other)));
}

/// The lists of inlines directly within a node.
fn lists_of(node: &mut NodeMut<'_>, visit: &mut dyn FnMut(&mut Vec<Inline>)) {
    match node {
        NodeMut::Block(block) => match &mut block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => visit(text),
            BlockKind::Quote { attribution: Some(text), .. } | BlockKind::Figure { caption: Some(text), .. } | BlockKind::Group { caption: Some(text), .. } => {
                visit(text)
            }
            BlockKind::Table(Table { caption: Some(text), .. }) => visit(text),
            _ => {}
        },
        NodeMut::Term(term) => visit(&mut term.text),
        NodeMut::Inline(inline) => {
            if let Some(content) = inline.kind.content_mut() {
                visit(content);
            }
        }
        _ => {}
    }
}

fn in_list(list: &mut Vec<Inline>, other: &mut dyn FnMut(&Inline) -> Option<Vec<Inline>>) {
    if !list.iter().any(|inline| matches!(inline.kind, InlineKind::Citation(_))) {
        return;
    }
    let old = std::mem::take(list);
    for inline in old {
        match other(&inline) {
            Some(put) => {
                // No blank stands before the number of a note.
                if let (true, Some(InlineKind::Text(before))) =
                    (put.iter().any(|inline| matches!(inline.kind, InlineKind::NoteRef(_))), list.last_mut().map(|inline| &mut inline.kind))
                    && !put.iter().any(|inline| matches!(inline.kind, InlineKind::Text(_)))
                {
                    before.truncate(before.trim_end().len());
                }
                list.extend(put);
            }
            None => list.push(inline),
        }
    }
}

/// Puts what `other` gives in the place of blocks.
pub(crate) fn replace_blocks(section: &mut Section, other: &mut dyn FnMut(&Block) -> Option<Vec<Block>>) {
    let mut put = |list: &mut Vec<Block>| {
        let old = std::mem::take(list);
        for block in old {
            match other(&block) {
                Some(blocks) => list.extend(blocks),
                None => list.push(block),
            }
        }
    };
    put(&mut section.blocks);
    walk_mut(section, &mut |node| match node {
        NodeMut::Block(block) => match &mut block.kind {
            BlockKind::Quote { blocks, .. }
            | BlockKind::Figure { blocks, .. }
            | BlockKind::Callout { blocks, .. }
            | BlockKind::Only(_, blocks)
            | BlockKind::Group { blocks, .. } => put(blocks),
            _ => {}
        },
        NodeMut::Item(ListItem { blocks, .. }) | NodeMut::Cell(Cell { blocks, .. }) | NodeMut::Note(NoteDefinition { blocks, .. }) => put(blocks),
        NodeMut::Definition(definition) => definition.details.iter_mut().for_each(&mut put),
        _ => {}
    });
}
