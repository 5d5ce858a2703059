//! Heading levels: counted from the chapter's title, never skipping one.

use std::collections::BTreeMap;

use super::Context;
use crate::diag::Code;
use crate::load::Pos;
use crate::parse::{BlockKind, Node, NodeId, Section, walk};

/// Effective levels of all headings, 2 to 6.
///
/// A further first-level heading in a chapter becomes a section of it, and everything below that heading goes one level
/// down with it. A level that skips one is raised, with a warning.
pub(super) fn levels(cx: &mut Context<'_>) -> BTreeMap<NodeId, u8> {
    let mut out = BTreeMap::new();
    for section in cx.document.sections.iter() {
        let mut skips: Vec<(Pos, u8, u8, u8)> = Vec::new();
        section_levels(section, &mut out, &mut skips);
        for (pos, before, written, set) in skips {
            cx.warn(
                Code::HeadingSkip,
                pos,
                format!("the heading skips from level {before} to level {written}"),
                format!("it is set at level {set}; write `{}`", "#".repeat(usize::from(set))),
            );
        }
    }
    out
}

fn section_levels(section: &Section, out: &mut BTreeMap<NodeId, u8>, skips: &mut Vec<(Pos, u8, u8, u8)>) {
    let mut down = 0;
    let mut before = 1;
    walk(section, &mut |node| {
        let Node::Block(block) = node else { return };
        let BlockKind::Heading { level, .. } = block.kind else { return };
        if level == 1 {
            down = 1;
        }
        let wanted = (level + down).clamp(2, 6);
        let set = wanted.min(before + 1);
        if set < wanted {
            skips.push((block.pos, before - down.min(before - 1), level, set - down));
        }
        before = set;
        out.insert(block.id, set);
    });
}
