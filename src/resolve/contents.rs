//! Contents and index entries, in the order of the book.

use std::collections::BTreeMap;

use super::fields::{Values, plain};
use super::resolved::{ContentsEntry, Matter, SectionInfo};
use crate::parse::{Block, BlockKind, Document, IndexTerm, InlineKind, Node, NodeId, walk};

/// The deepest level in the contents.
const DEEPEST: u8 = 3;

/// The contents: parts, chapters, nested chapters, and the sections of each. Sections of the front matter are left out.
pub(super) fn contents(document: &Document, sections: &[SectionInfo], levels: &BTreeMap<NodeId, u8>, values: &Values) -> Vec<ContentsEntry> {
    let mut out = Vec::new();
    for (section, info) in document.sections.iter().zip(sections) {
        let entry = |node, level, number, title| ContentsEntry { node, level, number, title, matter: info.matter };
        if let Some((number, title)) = &info.part {
            out.push(entry(section.id, 0, Some(number.clone()), title.clone()));
        }
        let level = section.depth.saturating_add(1);
        if level <= DEEPEST {
            out.push(entry(section.id, level, info.number.clone(), info.title.clone()));
        }
        if level >= DEEPEST || info.matter == Matter::Front {
            continue;
        }
        let mut headings = Vec::new();
        collect(&section.blocks, &mut headings);
        for (node, text) in headings {
            if levels.get(&node) == Some(&2) {
                out.push(entry(node, level + 1, None, plain(text, values)));
            }
        }
    }
    out
}

/// Headings of the text itself, not those in quotations and lists.
fn collect<'d>(blocks: &'d [Block], out: &mut Vec<(NodeId, &'d [crate::parse::Inline])>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { text, .. } => out.push((block.id, text)),
            BlockKind::Group { blocks, .. } | BlockKind::Only(_, blocks) => collect(blocks, out),
            _ => {}
        }
    }
}

/// Index entries in order of place.
pub(super) fn index(document: &Document) -> Vec<(NodeId, IndexTerm)> {
    let mut out = Vec::new();
    for section in document.sections.iter() {
        walk(section, &mut |node| {
            if let Node::Inline(inline) = node
                && let InlineKind::IndexTerm(term) = &inline.kind
            {
                out.push((inline.id, term.clone()));
            }
        });
    }
    out
}
