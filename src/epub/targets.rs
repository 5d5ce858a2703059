//! Which file each part of the book goes to, and what links to it are called.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::parse::{Block, BlockKind, Format, Inline, InlineKind, NodeId};
use crate::resolve::Resolved;

/// Files and ids of everything that can be linked to.
pub(super) struct Targets<'a> {
    resolved: &'a Resolved,
    /// Nodes that this format does not show: blocks for the PDF only, and notes that nothing calls.
    hidden: Arc<BTreeSet<NodeId>>,
    /// Nodes that contents or index name, and that need an id for it.
    named: Arc<BTreeSet<NodeId>>,
}

/// What was found out of a book, without the book: it is the same for all readers of one shape.
#[derive(Clone, Debug)]
pub(super) struct Found {
    hidden: Arc<BTreeSet<NodeId>>,
    named: Arc<BTreeSet<NodeId>>,
}

impl<'a> Targets<'a> {
    /// Looks through the whole book once.
    pub(super) fn new(resolved: &'a Resolved) -> Targets<'a> {
        let mut hidden = BTreeSet::new();
        for section in resolved.document.sections.iter() {
            hide_in(&section.blocks, false, &mut hidden);
            for note in &section.notes {
                let uncalled = !resolved.note_numbers.contains_key(&note.id);
                if uncalled {
                    hidden.insert(note.id);
                }
                hide_in(&note.blocks, uncalled, &mut hidden);
            }
        }
        let contents = resolved.contents.iter().map(|entry| entry.node);
        let named: BTreeSet<NodeId> = contents.chain(resolved.index.iter().map(|(node, _)| *node)).collect();
        Targets { resolved, hidden: hidden.into(), named: named.into() }
    }

    /// What was found out, to be kept.
    pub(super) fn found(&self) -> Found {
        Found { hidden: self.hidden.clone(), named: self.named.clone() }
    }

    /// The targets of another reader's copy.
    pub(super) fn again(resolved: &'a Resolved, found: &Found) -> Targets<'a> {
        Targets { resolved, hidden: found.hidden.clone(), named: found.named.clone() }
    }

    /// File name of a section.
    pub(super) fn file(&self, section: usize) -> String {
        match self.resolved.sections.get(section) {
            Some(info) if !info.label.is_empty() => format!("{}.xhtml", info.label),
            _ => format!("section-{section}.xhtml"),
        }
    }

    /// File name of the page that opens a part with this section.
    pub(super) fn part_file(&self, section: usize) -> String {
        format!("part-{}", self.file(section))
    }

    /// The id that the node's element bears, if anything names it.
    pub(super) fn id(&self, node: NodeId) -> Option<String> {
        match self.resolved.labels.get(&node) {
            Some(label) => Some(label.clone()),
            None if node.index == 0 => self.resolved.sections.get(self.section_of(node)).map(|info| info.label.clone()),
            None => self.named.contains(&node).then(|| format!("n{}-{}", self.section_of(node), node.index)),
        }
    }

    /// The number of a node's section in the book.
    pub(super) fn section_of(&self, node: NodeId) -> usize {
        self.resolved.document.index_of(node.section).unwrap_or_default()
    }

    /// A link to a node; `from` is the section whose file it stands in.
    pub(super) fn href(&self, node: NodeId, from: Option<usize>) -> String {
        let section = self.section_of(node);
        let id = if node.index == 0 || self.hidden.contains(&node) { None } else { self.id(node) };
        match id {
            Some(id) if from == Some(section) => format!("#{id}"),
            Some(id) => format!("{}#{id}", self.file(section)),
            None => self.file(section),
        }
    }

    /// Whether this format shows the node.
    pub(super) fn shows(&self, node: NodeId) -> bool {
        !self.hidden.contains(&node)
    }
}

/// Collects the nodes of what is only for another format (or all of them, under `hide`).
fn hide_in(blocks: &[Block], hide: bool, hidden: &mut BTreeSet<NodeId>) {
    for block in blocks {
        if hide {
            hidden.insert(block.id);
        }
        match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Paragraph(text) => hide_inlines(text, hide, hidden),
            BlockKind::List { items, .. } => {
                for item in items {
                    if hide {
                        hidden.insert(item.id);
                    }
                    hide_in(&item.blocks, hide, hidden);
                }
            }
            BlockKind::Quote { blocks, attribution } => {
                hide_inlines(attribution.as_deref().unwrap_or_default(), hide, hidden);
                hide_in(blocks, hide, hidden);
            }
            BlockKind::Figure { blocks, caption } | BlockKind::Group { blocks, caption, .. } => {
                hide_inlines(caption.as_deref().unwrap_or_default(), hide, hidden);
                hide_in(blocks, hide, hidden);
            }
            BlockKind::Callout { blocks, .. } => hide_in(blocks, hide, hidden),
            BlockKind::Only(format, blocks) => hide_in(blocks, hide || *format != Format::Epub, hidden),
            BlockKind::Table(table) => {
                hide_inlines(table.caption.as_deref().unwrap_or_default(), hide, hidden);
                for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
                    hide_in(&cell.blocks, hide, hidden);
                }
            }
            BlockKind::Definitions(groups) => {
                for group in groups {
                    for term in &group.terms {
                        hide_inlines(&term.text, hide, hidden);
                    }
                    if hide {
                        hidden.extend(group.terms.iter().map(|term| term.id));
                    }
                    for detail in &group.details {
                        hide_in(detail, hide, hidden);
                    }
                }
            }
            BlockKind::Code { .. } | BlockKind::Formula(_) | BlockKind::Rule | BlockKind::PageBreak | BlockKind::Bibliography | BlockKind::RouteMap => {}
        }
    }
}

fn hide_inlines(inlines: &[Inline], hide: bool, hidden: &mut BTreeSet<NodeId>) {
    for inline in inlines {
        if hide {
            hidden.insert(inline.id);
        }
        match &inline.kind {
            InlineKind::Emphasis(c)
            | InlineKind::Strong(c)
            | InlineKind::Strike(c)
            | InlineKind::Superscript(c)
            | InlineKind::Ruby(c)
            | InlineKind::Reading(c)
            | InlineKind::Subscript(c)
            | InlineKind::Span { content: c, .. }
            | InlineKind::Link { content: c, .. } => hide_inlines(c, hide, hidden),
            InlineKind::Only(format, c) => hide_inlines(c, hide || *format != Format::Epub, hidden),
            _ => {}
        }
    }
}
