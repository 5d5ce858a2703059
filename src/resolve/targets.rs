//! What a link's fragment can name in each section.

use std::collections::BTreeMap;

use crate::parse::{BlockKind, Document, InlineKind, Node, NodeId, Section, walk, walk_inlines};

/// Names and nodes of all sections.
pub(super) struct Targets<'d> {
    sections: Vec<BTreeMap<&'d str, NodeId>>,
}

impl<'d> Targets<'d> {
    /// Collects them; where a name is used twice the first place has it.
    pub(super) fn of(document: &'d Document) -> Targets<'d> {
        Targets { sections: document.sections.iter().map(|section| names(section)).collect() }
    }

    /// The node that a fragment names: as written, else without regard to case.
    pub(super) fn find(&self, section: usize, fragment: &str) -> Option<NodeId> {
        let names = self.sections.get(section)?;
        let lower = fragment.to_lowercase();
        names.get(fragment).or_else(|| names.get(lower.as_str())).copied()
    }

    /// All names in a section, for suggestions.
    pub(super) fn names(&self, section: usize) -> impl Iterator<Item = &'d str> + '_ {
        self.sections.get(section).into_iter().flat_map(|names| names.keys().copied())
    }
}

fn names(section: &Section) -> BTreeMap<&str, NodeId> {
    let mut names = BTreeMap::new();
    let mut add = |name, id| {
        names.entry(name).or_insert(id);
    };
    add(section.anchor.as_str(), section.id);
    walk_inlines(&section.title, &mut |node| anchor(node, &mut |name| add(name, section.id)));
    walk(section, &mut |node| match node {
        Node::Block(block) => {
            if let Some(name) = &block.anchor {
                add(name.as_str(), block.id);
            }
            if let BlockKind::Heading { slug, text, .. } = &block.kind {
                add(slug.as_str(), block.id);
                walk_inlines(text, &mut |node| anchor(node, &mut |name| add(name, block.id)));
            }
        }
        Node::Term(term) => {
            add(term.slug.as_str(), term.id);
            walk_inlines(&term.text, &mut |node| anchor(node, &mut |name| add(name, term.id)));
        }
        Node::Inline(inline) => {
            if let InlineKind::Anchor(name) = &inline.kind {
                add(name.as_str(), inline.id);
            }
        }
        _ => {}
    });
    names
}

fn anchor<'d>(node: Node<'d>, add: &mut dyn FnMut(&'d str)) {
    if let Node::Inline(inline) = node
        && let InlineKind::Anchor(name) = &inline.kind
    {
        add(name);
    }
}
