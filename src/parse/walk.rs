//! Going through a section's tree in document order.
//!
//! What lies within a node is said once, in `children`: a new kind of node is added there, and whoever walks the tree, to
//! look or to change, sees it.

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

/// The same, to be changed.
#[derive(Debug)]
pub(super) enum NodeMut<'d> {
    Block(&'d mut Block),
    Item(&'d mut ListItem),
    Row(&'d mut Row),
    Cell(&'d mut Cell),
    Definition(&'d mut Definition),
    Term(&'d mut Term),
    Note(&'d mut NoteDefinition),
    Inline(&'d mut Inline),
}

/// What lies directly within sections, nodes and inlines, in document order. Looking and changing differ only in the `mut`,
/// which `for` and `match` take over by themselves.
macro_rules! children {
    ($node:ident, $content:ident, $children:ident, $section:ident $(, $mut:tt)?) => {
        /// Visits what lies directly within a section: title, summary, part, content, notes, promise.
        fn $section<'d>(section: &'d $($mut)? Section, visit: &mut dyn FnMut($node<'d>)) {
            let Section { title, summary, part, blocks, notes, promise, .. } = section;
            title.into_iter().for_each(|inline| visit($node::Inline(inline)));
            summary.into_iter().for_each(|inline| visit($node::Inline(inline)));
            part.into_iter().flatten().for_each(|inline| visit($node::Inline(inline)));
            blocks.into_iter().for_each(|block| visit($node::Block(block)));
            notes.into_iter().for_each(|note| visit($node::Note(note)));
            promise.into_iter().for_each(|inline| visit($node::Inline(inline)));
        }

        impl<'d> $node<'d> {
            /// Visits what lies directly within the node.
            pub fn $children(self, visit: &mut dyn FnMut($node<'d>)) {
                match self {
                    $node::Block(block) => match & $($mut)? block.kind {
                        BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => text.into_iter().for_each(|inline| visit($node::Inline(inline))),
                        BlockKind::List { items, .. } => items.into_iter().for_each(|item| visit($node::Item(item))),
                        BlockKind::Quote { blocks, attribution: after } | BlockKind::Figure { blocks, caption: after } => {
                            blocks.into_iter().for_each(|block| visit($node::Block(block)));
                            after.into_iter().flatten().for_each(|inline| visit($node::Inline(inline)));
                        }
                        BlockKind::Callout { blocks, .. } | BlockKind::Only(_, blocks) => blocks.into_iter().for_each(|block| visit($node::Block(block))),
                        BlockKind::Table(Table { caption, head, body, .. }) => {
                            caption.into_iter().flatten().for_each(|inline| visit($node::Inline(inline)));
                            head.into_iter().chain(body).for_each(|row| visit($node::Row(row)));
                        }
                        BlockKind::Group { caption, blocks, .. } => {
                            caption.into_iter().flatten().for_each(|inline| visit($node::Inline(inline)));
                            blocks.into_iter().for_each(|block| visit($node::Block(block)));
                        }
                        BlockKind::Definitions(definitions) => definitions.into_iter().for_each(|one| visit($node::Definition(one))),
                        BlockKind::Code { .. } | BlockKind::Formula(_) | BlockKind::Rule | BlockKind::PageBreak | BlockKind::Bibliography | BlockKind::RouteMap => {}
                    },
                    $node::Item(ListItem { blocks, .. }) | $node::Cell(Cell { blocks, .. }) | $node::Note(NoteDefinition { blocks, .. }) => {
                        blocks.into_iter().for_each(|block| visit($node::Block(block)));
                    }
                    $node::Row(row) => (& $($mut)? row.cells).into_iter().for_each(|cell| visit($node::Cell(cell))),
                    $node::Definition(Definition { terms, details, .. }) => {
                        terms.into_iter().for_each(|term| visit($node::Term(term)));
                        details.into_iter().flatten().for_each(|block| visit($node::Block(block)));
                    }
                    $node::Term(term) => (& $($mut)? term.text).into_iter().for_each(|inline| visit($node::Inline(inline))),
                    $node::Inline(inline) => inline.kind.$content().into_iter().flatten().for_each(|inline| visit($node::Inline(inline))),
                }
            }
        }

        impl InlineKind {
            /// The inlines within this one, if it is of a kind that holds others.
            pub fn $content(& $($mut)? self) -> Option<& $($mut)? Vec<Inline>> {
                match self {
                    InlineKind::Emphasis(content)
                    | InlineKind::Strong(content)
                    | InlineKind::Strike(content)
                    | InlineKind::Superscript(content)
                    | InlineKind::Ruby(content)
                    | InlineKind::Reading(content)
                    | InlineKind::Subscript(content)
                    | InlineKind::Only(_, content)
                    | InlineKind::Span { content, .. }
                    | InlineKind::Link { content, .. } => Some(content),
                    InlineKind::Text(_)
                    | InlineKind::Field { .. }
                    | InlineKind::Code(_)
                    | InlineKind::Keyboard(_)
                    | InlineKind::Formula(_)
                    | InlineKind::Image(_)
                    | InlineKind::NoteRef(_)
                    | InlineKind::Citation(_)
                    | InlineKind::Break
                    | InlineKind::Anchor(_)
                    | InlineKind::IndexTerm(_) => None,
                }
            }
        }
    };
}

children!(Node, content, children, of_section);
children!(NodeMut, content_mut, children_mut, of_section_mut, mut);

/// Visits all nodes of a section in document order: title, summary, part, content, notes, promise.
pub fn walk<'d>(section: &'d Section, visit: &mut dyn FnMut(Node<'d>)) {
    of_section(section, &mut |node| walk_node(node, visit));
}

/// Visits blocks and all that is in them.
pub fn walk_blocks<'d>(blocks: &'d [Block], visit: &mut dyn FnMut(Node<'d>)) {
    blocks.iter().for_each(|block| walk_node(Node::Block(block), visit));
}

/// Visits inlines and all that is in them.
pub fn walk_inlines<'d>(inlines: &'d [Inline], visit: &mut dyn FnMut(Node<'d>)) {
    inlines.iter().for_each(|inline| walk_node(Node::Inline(inline), visit));
}

/// The tree's depth is capped by the parser, so recursion is safe.
fn walk_node<'d>(node: Node<'d>, visit: &mut dyn FnMut(Node<'d>)) {
    visit(node);
    node.children(&mut |child| walk_node(child, visit));
}

/// Visits all nodes of a section to change them, each before what lies within it.
pub(super) fn walk_mut(section: &mut Section, visit: &mut dyn FnMut(&mut NodeMut<'_>)) {
    of_section_mut(section, &mut |node| change_node(node, visit));
}

/// Likewise inlines.
pub(super) fn walk_inlines_mut(inlines: &mut [Inline], visit: &mut dyn FnMut(&mut NodeMut<'_>)) {
    inlines.iter_mut().for_each(|inline| change_node(NodeMut::Inline(inline), visit));
}

fn change_node(mut node: NodeMut<'_>, visit: &mut dyn FnMut(&mut NodeMut<'_>)) {
    visit(&mut node);
    node.children_mut(&mut |child| change_node(child, visit));
}
