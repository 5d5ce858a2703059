//! Where the reader's words keep a copy from sharing: outside the paragraphs that can be set anew for each.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic};
use crate::load::Pos;
use crate::parse::{Block, BlockKind, Inline, InlineKind, Node, NodeId, walk, walk_blocks, walk_inlines};
use crate::resolve::Resolved;

/// A field of the reader's outside running text.
struct Outside {
    /// What it asks for: `reader.name`.
    name: String,
    /// Where it stands, for a message: `a table`.
    place: &'static str,
    /// Whether that is a title: those stand in contents, running heads and bookmarks too.
    in_title: bool,
    pos: Pos,
}

/// The reader's fields in titles, tables and notes, in the order of the document.
fn outside(resolved: &Resolved) -> Vec<Outside> {
    let own: BTreeSet<NodeId> = resolved.personal.iter().map(|field| field.node).collect();
    let mut found = Vec::new();
    if own.is_empty() {
        return found;
    }
    let mut note = |node: Node<'_>, place: &'static str, in_title: bool| {
        if let Node::Inline(Inline { id, pos, kind: InlineKind::Field { name, .. } }) = node
            && own.contains(id)
        {
            found.push(Outside { name: name.clone(), place, in_title, pos: *pos });
        }
    };
    let document = &resolved.document;
    walk_inlines(&document.title, &mut |node| note(node, "the title", true));
    walk_inlines(&document.subtitle, &mut |node| note(node, "the subtitle", true));
    for section in document.sections.iter() {
        walk_inlines(&section.title, &mut |node| note(node, "a title", true));
        walk_inlines(section.part.as_deref().unwrap_or(&[]), &mut |node| note(node, "the title of a part", true));
        walk(section, &mut |node| match node {
            Node::Block(Block { kind: BlockKind::Heading { text, .. }, .. }) => walk_inlines(text, &mut |node| note(node, "a heading", true)),
            Node::Block(block @ Block { kind: BlockKind::Table(_), .. }) => {
                walk_blocks(std::slice::from_ref(block), &mut |node| note(node, "a table", false));
            }
            Node::Note(definition) => walk_blocks(&definition.blocks, &mut |node| note(node, "a note", false)),
            _ => {}
        });
    }
    found
}

/// Whether the reader's words stand in titles: then they stand in contents, running heads and bookmarks too, all over the
/// book, and no two readers share a plate.
pub(super) fn in_titles(resolved: &Resolved) -> bool {
    outside(resolved).iter().any(|field| field.in_title)
}

/// The first field that stands in a title, a table or a note, with its place.
pub(super) fn why_unshared(resolved: &Resolved) -> Diagnostic {
    let hint = "in a paragraph of the text it would cost next to nothing";
    match outside(resolved).into_iter().next() {
        Some(Outside { name, place, pos, .. }) => {
            let warning =
                Diagnostic::warning(Code::CopyAlone, format!("`{{{{ {name} }}}}` stands in {place}, so each copy is set on its own, as slowly as one book"))
                    .hint(hint);
            if pos.line > 0 { warning.at(resolved.document.selection.manuscript.sources.place(pos)) } else { warning }
        }
        None => Diagnostic::warning(Code::CopyAlone, "the reader's words stand where no copy can share what is set, so each is set on its own").hint(hint),
    }
}
