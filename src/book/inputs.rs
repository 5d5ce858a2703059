//! What a chapter is set from, as a fingerprint: chapters with the same one are set once for all selections.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;

use foldhash::quality::FixedState;

use crate::parse::{Block, BlockKind, Node, NodeId, walk};
use crate::resolve::{LinkTo, Picture, Resolved};

/// Fingerprint of all that [`crate::typeset::typeset`] looks at when it sets these sections, for one setter and one
/// manuscript. Two of 64 bits: nobody gains from a book whose chapters pass for each other, and by chance none do.
pub(super) fn fingerprint(resolved: &Resolved, sections: &Range<usize>) -> u128 {
    let one = |seed: u64| {
        let mut hasher = FixedState::with_seed(seed).build_hasher();
        inputs(resolved, sections, &mut hasher);
        hasher.finish()
    };
    u128::from(one(1)) << 64 | u128::from(one(2))
}

fn inputs(resolved: &Resolved, sections: &Range<usize>, hasher: &mut impl Hasher) {
    let document = &resolved.document;
    sections.hash(hasher);
    let (begin, end) = (NodeId { section: sections.start as u32, index: 0 }, NodeId { section: sections.end as u32, index: 0 });
    let here = begin..end;
    for section in document.sections.get(sections.clone()).unwrap_or_default() {
        section.hash(hasher);
        let mut has_map = false;
        walk(section, &mut |node| has_map = has_map || matches!(node, Node::Block(Block { kind: BlockKind::RouteMap, .. })));
        if has_map {
            // Nothing else in a chapter depends on where the reader stands on the ladder.
            let selection = &document.selection;
            (format!("{:?}", selection.ladder), selection.target, selection.from, &resolved.route_description).hash(hasher);
        }
    }
    resolved.sections.get(sections.clone()).unwrap_or_default().hash(hasher);
    all(&resolved.heading_levels, &here, hasher);
    all(&resolved.caption_numbers, &here, hasher);
    all(&resolved.link_texts, &here, hasher);
    all(&resolved.note_refs, &here, hasher);
    all(&resolved.note_numbers, &here, hasher);
    all(&resolved.fields, &here, hasher);
    all(&resolved.labels, &here, hasher);
    for (node, to) in resolved.links.range(here.clone()) {
        let label = if let LinkTo::Node(target) = to { resolved.labels.get(target) } else { None };
        (node, to, label).hash(hasher);
    }
    for (node, Picture { file, alt }) in resolved.images.range(here.clone()) {
        (node, alt).hash(hasher);
        file.as_ref().map(|file| (&file.path, file.kind, file.pixels, &file.digest)).hash(hasher);
    }
    resolved.personal.iter().filter(|field| here.contains(&field.node)).for_each(|field| field.hash(hasher));
}

/// The entries of some nodes.
fn all<T: Hash>(entries: &BTreeMap<NodeId, T>, nodes: &Range<NodeId>, hasher: &mut impl Hasher) {
    entries.range(nodes.clone()).for_each(|entry| entry.hash(hasher));
    // What follows cannot run into these.
    u64::MAX.hash(hasher);
}
