//! Footnotes: set to the measure in the notes' style, with their number hanging.

use crate::length::{Length, Point};
use crate::parse::{BlockKind, NodeId};
use crate::theme::{Figures, TextStyle};

use super::builder::{Builder, Context};
use super::frame::Placed;
use super::galley::{Flow, NoteGalley};
use super::setter::{Alignment, Piece};
use super::tags::Role;

impl Builder<'_> {
    /// Sets a note and gives its index; `tag` is the element that calls it.
    pub(super) fn note(&mut self, node: NodeId, number: u32, tag: u32) -> Option<u32> {
        let section = self.input.sections.iter().map(|input| input.section).find(|section| section.id.section == node.section)?;
        let definition = section.notes.iter().find(|n| n.id == node)?;
        if let Some(known) = self.notes.iter().position(|n| n.node == node) {
            return Some(known as u32);
        }
        let index = self.notes.len() as u32;
        self.notes.push(NoteGalley { node, flow: Vec::new() });
        let theme = &self.setter.theme;
        let style = theme.styles.note;
        // The note stands beside the block that calls it, where a reader of the structure meets it next.
        let parent = self.tags.last().and_then(|t| self.block_parent(t, tag)).unwrap_or(0);
        let element = self.tag(parent, Role::Note, Some(node));
        let label = self.tag(element, Role::Label, None);
        let figures = TextStyle { figures: Figures::Tabular, ..style };
        let line = self.setter.line(&[Piece::new(&number.to_string(), &figures, self.mark(label))]);
        let indent = theme.spaces.note_indent;
        let x = indent - line.width - theme.spaces.note_gap;
        let lead: Vec<Placed> = line.items.into_iter().map(|p| Placed { at: p.at + Point::new(x.max(Length::ZERO), Length::ZERO), ..p }).collect();
        let cx = Context {
            x: indent,
            measure: theme.measure() - indent,
            parent: element,
            style,
            decorations: Vec::new(),
            top: false,
            alignment: Alignment::Justified,
            lists: 0,
            depth: 0,
            divide: false,
            rtl: false,
        };
        let outer = std::mem::take(&mut self.flow);
        self.boxes += 1;
        let waiting = std::mem::take(&mut self.pending);
        self.name_next(node);
        let mut blocks = definition.blocks.as_slice();
        if let Some(first) = blocks.first()
            && let BlockKind::Paragraph(text) = &first.kind
        {
            blocks = &blocks[1..];
            let tag = self.tag(element, Role::Paragraph, Some(first.id));
            let text = self.text(text, &style, tag, first.pos);
            self.set_text(text, first.id, &cx, Length::ZERO, lead);
        } else {
            let line = self.natural_line(lead, &style, Length::ZERO);
            self.push_lines(&cx, node, vec![line], Default::default());
        }
        self.blocks(blocks, &cx);
        self.pending = waiting;
        self.boxes -= 1;
        let flow: Vec<Flow> = std::mem::replace(&mut self.flow, outer);
        self.notes[index as usize].flow = flow;
        Some(index)
    }

    /// The nearest element above `tag` that holds blocks.
    fn block_parent(&self, tree: &super::tags::TagTree, tag: u32) -> Option<u32> {
        let mut at = tag;
        loop {
            let node = tree.nodes.get(at as usize)?;
            let holds_blocks = matches!(
                node.role,
                Role::Section | Role::Division | Role::BlockQuote | Role::ListBody | Role::Note | Role::DataCell { .. } | Role::HeaderCell { .. } | Role::Part
            );
            if holds_blocks {
                return Some(at);
            }
            at = node.parent?;
        }
    }
}
