//! Footnotes: set to the measure in the notes' style, with their number hanging.

use crate::length::{Length, Point};
use crate::parse::{BlockKind, NodeId, NoteDefinition};
use crate::theme::{Figures, TextStyle};

use super::builder::{Builder, Context};
use super::frame::{Artifact, Item, Mark, Placed};
use super::galley::{Content, Flow, NoteGalley, Stack};
use super::setter::{Alignment, Piece};
use super::tags::Role;

/// A note that has been called and is to be set.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoteToSet<'a> {
    index: u32,
    definition: &'a NoteDefinition,
    number: u32,
    element: u32,
}

impl<'a> Builder<'a> {
    /// Sets a note that is called for the first time and gives its index; `tag` is the element that calls it.
    pub(super) fn note(&mut self, node: NodeId, number: u32, tag: u32) -> Option<u32> {
        if let Some(known) = self.note_places.get(&node) {
            // The text that calls it is set anew.
            return Some(*known);
        }
        let definition = self.definition(node)?;
        let index = self.notes.len() as u32;
        self.note_places.insert(node, index);
        self.notes.push(NoteGalley { node, flow: Vec::new(), again: None });
        // The note stands beside the block that calls it, where a reader of the structure meets it next; one that a note calls beside
        // that note.
        let parent = match self.note_parent {
            Some(parent) => parent,
            None => self.tags.last().and_then(|t| self.block_parent(t, tag)).unwrap_or(0),
        };
        let element = self.tag(parent, Role::Note, Some(node));
        self.notes_to_set.push_back(NoteToSet { index, definition, number, element });
        if self.note_parent.is_none() {
            // Notes may call notes without end: each waits for the one that calls it.
            self.note_parent = Some(parent);
            while let Some(next) = self.notes_to_set.pop_front() {
                self.set_note(next);
            }
            self.note_parent = None;
        }
        Some(index)
    }

    /// A further call of a note. On a page on which the note does not stand a line at the foot says where it does: furniture, since who
    /// hears the book is led there by the call. A call within something that is set apart comes first there.
    pub(super) fn note_again(&mut self, node: NodeId, number: u32, tag: u32) -> Option<u32> {
        let Some(first) = self.note_places.get(&node).copied() else { return self.note(node, number, tag) };
        if let Some(known) = self.notes_again.get(&node) {
            return Some(*known);
        }
        let mark = Mark::Artifact(Artifact::Footer);
        let style = self.setter.theme.styles.note;
        let (mut items, cx) = self.note_number(number, mark, 0);
        let see = self.setter.line(&[Piece::new(&format!("{} ", self.input.words.see), &style, mark)]);
        let widest = self.setter.line(&[Piece::new(&self.input.words.on_page(&self.input.words.figures("888")), &style, mark)]);
        let at = |from: Length, width: Length| Point::new(cx.beside(from, width), Length::ZERO);
        items.extend(see.items.into_iter().map(|p| Placed { at: p.at + at(Length::ZERO, see.width), ..p }));
        let room = cx.direction.is_rtl().then_some(widest.width);
        items.push(Placed { at: at(see.width, widest.width), mark, item: Item::Folio { node, style, room, brackets: false } });
        let line = self.natural_line(items, &style, Length::ZERO);
        let stack = Stack { on_grid: false, ..self.stack(&cx, node, Content::Lines(vec![line])) };
        let index = self.notes.len() as u32;
        self.notes.push(NoteGalley { node, flow: vec![Flow::Stack(stack)], again: Some(first) });
        self.notes_again.insert(node, index);
        Some(index)
    }

    /// A note's number, which hangs before its text, and the context of the text.
    fn note_number(&self, number: u32, mark: Mark, element: u32) -> (Vec<Placed>, Context) {
        let theme = &self.setter.theme;
        let style = theme.styles.note;
        let figures = TextStyle { figures: Figures::Tabular, ..style };
        let line = self.setter.line(&[Piece::new(&self.input.words.figures(&number.to_string()), &figures, mark)]);
        let indent = theme.spaces.note_indent;
        let direction = self.here().map_or(self.input.direction, |here| self.input.direction_of(here.section));
        let from = (indent - line.width - theme.spaces.note_gap).max(Length::ZERO);
        let x = if direction.is_rtl() { theme.measure() - from - line.width } else { from };
        let lead = line.items.into_iter().map(|p| Placed { at: p.at + Point::new(x, Length::ZERO), ..p }).collect();
        let cx = Context {
            x: if direction.is_rtl() { Length::ZERO } else { indent },
            measure: theme.measure() - indent,
            parent: element,
            style,
            decorations: Vec::new(),
            top: false,
            alignment: Alignment::Justified,
            lists: 0,
            depth: 0,
            divide: false,
            card: None,
            language: self.here().and_then(|here| here.section.language.as_deref()).and_then(|language| self.foreign(language)),
            direction,
        };
        (lead, cx)
    }

    /// What a note says. Those of a section stand in the order of their nodes.
    fn definition(&self, node: NodeId) -> Option<&'a NoteDefinition> {
        let section = self.input.sections.iter().map(|input| input.section).find(|section| section.id.section == node.section)?;
        section.notes.binary_search_by_key(&node, |note| note.id).ok().and_then(|at| section.notes.get(at))
    }

    fn set_note(&mut self, note: NoteToSet<'a>) {
        let NoteToSet { index, definition, number, element } = note;
        let style = self.setter.theme.styles.note;
        let label = self.tag(element, Role::Label, None);
        let (lead, cx) = self.note_number(number, self.mark(label), element);
        let outer = std::mem::take(&mut self.flow);
        self.boxes += 1;
        let waiting = std::mem::take(&mut self.pending);
        self.name_next(definition.id);
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
            self.push_lines(&cx, definition.id, vec![line], Default::default());
        }
        self.blocks(blocks, &cx);
        self.pending = waiting;
        self.boxes -= 1;
        let flow: Vec<Flow> = std::mem::replace(&mut self.flow, outer);
        self.notes[index as usize].flow = flow;
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
