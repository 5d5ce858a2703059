//! Why a copy shares nothing: where the reader's words stand outside the paragraphs that can be set anew for each.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::load::Pos;
use crate::parse::{Block, BlockKind, Inline, InlineKind, Node, NodeId, walk, walk_blocks, walk_inlines};
use crate::resolve::Resolved;

/// The first field that stands in a title, a table or a note, with its place.
pub(super) fn why_alone(resolved: &Resolved) -> Diagnostic {
    let own: BTreeSet<NodeId> = resolved.personal.iter().map(|field| field.node).collect();
    let document = &resolved.document;
    let mut found: Option<(String, &str, Pos)> = None;
    let mut note = |node: Node<'_>, what: &'static str| {
        if let Node::Inline(Inline { id, pos, kind: InlineKind::Field { name, .. } }) = node
            && own.contains(id)
        {
            found.get_or_insert((name.clone(), what, *pos));
        }
    };
    walk_inlines(&document.title, &mut |node| note(node, "the title"));
    walk_inlines(&document.subtitle, &mut |node| note(node, "the subtitle"));
    for section in document.sections.iter() {
        walk_inlines(&section.title, &mut |node| note(node, "a title"));
        walk_inlines(section.part.as_deref().unwrap_or(&[]), &mut |node| note(node, "the title of a part"));
        walk(section, &mut |node| match node {
            Node::Block(Block { kind: BlockKind::Heading { text, .. }, .. }) => walk_inlines(text, &mut |node| note(node, "a heading")),
            Node::Block(block @ Block { kind: BlockKind::Table(_), .. }) => {
                walk_blocks(std::slice::from_ref(block), &mut |node| note(node, "a table"));
            }
            Node::Note(definition) => walk_blocks(&definition.blocks, &mut |node| note(node, "a note")),
            _ => {}
        });
    }
    let hint = "in a paragraph of the text it would cost next to nothing";
    match found {
        Some((name, what, pos)) => {
            let warning = Diagnostic::warning(format!("`{{{{ {name} }}}}` stands in {what}, so each copy is set on its own, as slowly as one book")).hint(hint);
            if pos.line > 0 { warning.at(document.selection.manuscript.sources.place(pos)) } else { warning }
        }
        None => Diagnostic::warning("the reader's words stand where no copy can share what is set, so each is set on its own").hint(hint),
    }
}
