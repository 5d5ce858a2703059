//! The builder: what a galley is put together with, and the place in it where a block is set.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::diag::{Code, Diagnostic};
use crate::language::Direction;
use crate::length::{Length, Point};
use crate::load::Pos;
use crate::parse::NodeId;
use crate::resolve::{ChapterInput, SectionInput};
use crate::theme::TextStyle;

use super::cards::InCard;
use super::frame::{Artifact, Destination, Frame, Item, Mark, Placed};
use super::galley::{Content, Decoration, Flow, Galley, Keep, Line, LineMetrics, NoteGalley, Stack};
use super::notes::NoteToSet;
use super::setter::{Alignment, Setter, baseline};
use super::tags::{Role, TagId, TagTree};

/// Puts one galley together.
pub(super) struct Builder<'a> {
    /// The chapter.
    pub input: &'a ChapterInput<'a>,
    /// Sets text.
    pub setter: &'a Setter,
    /// What is set so far.
    pub flow: Vec<Flow>,
    /// Notes so far.
    pub notes: Vec<NoteGalley>,
    /// Where each of them is.
    pub note_places: BTreeMap<NodeId, u32>,
    /// The lines that say where notes are, likewise.
    pub notes_again: BTreeMap<NodeId, u32>,
    /// Notes that were called by the note that is being set.
    pub notes_to_set: VecDeque<NoteToSet<'a>>,
    /// Element that a note's stands in, while one is being set.
    pub note_parent: Option<u32>,
    /// Decorations so far.
    pub decorations: Vec<Decoration>,
    /// Trees of the galley's sections.
    pub tags: Vec<TagTree>,
    /// The section being set: index into those of the chapter.
    pub section: usize,
    /// What there is to say, by its place in the source.
    pub findings: Vec<(Pos, Diagnostic)>,
    /// Destinations to be placed on the next line that is set.
    pub pending: Vec<NodeId>,
    /// The next paragraph begins a chapter.
    pub begins: bool,
    /// How deep in boxes this is: cells, figures, notes. A page can begin in none of them.
    pub boxes: u32,
    /// Terms of the glossary that this chapter has linked to.
    pub mentioned: BTreeSet<NodeId>,
    /// Width that a picture in a line may have, where that is less than the measure.
    pub picture_limit: Option<Length>,
}

/// Where and how blocks are set.
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// From the left of the galley's measure.
    pub x: Length,
    /// Width at hand.
    pub measure: Length,
    /// Element that blocks are children of.
    pub parent: u32,
    /// Style of running text here.
    pub style: TextStyle,
    /// Decorations around.
    pub decorations: Vec<u32>,
    /// Not within anything: paragraphs stand on the grid and are indented.
    pub top: bool,
    /// How text fills the measure.
    pub alignment: Alignment,
    /// Nesting of lists, for their markers.
    pub lists: usize,
    /// Levels that a nested section adds to headings.
    pub depth: u8,
    /// Words may be divided even where lines are ragged.
    pub divide: bool,
    /// The card in which this stands.
    pub card: Option<InCard>,
    /// The language of text, where it is not the book's: words are divided by its rules.
    pub language: Option<Arc<str>>,
    /// Which way text runs: markers and rules stand where its lines begin.
    pub direction: Direction,
}

impl Context {
    /// Moves the left edge in, as long as a readable measure remains.
    pub(super) fn indented(&self, by: Length) -> Context {
        let least = Length::pt(90);
        let by = if self.measure - by < least { Length::ZERO } else { by };
        Context { x: self.x + by, measure: self.measure - by, top: false, ..self.clone() }
    }

    /// Moves in the edge at which lines begin, to make room for a marker: in a narrow column by a third of it at most, and not at all
    /// where hardly a word has room.
    pub(super) fn marked(&self, by: Length) -> Context {
        let least = Length::pt(90);
        if self.measure - by >= least {
            return self.begun(by);
        }
        let by = by.min(self.measure / 3);
        let by = if self.measure - by < Length::pt(18) { Length::ZERO } else { by };
        let x = if self.direction.is_rtl() { self.x } else { self.x + by };
        Context { x, measure: self.measure - by, top: false, ..self.clone() }
    }

    /// Moves in the edge at which lines begin.
    pub(super) fn begun(&self, by: Length) -> Context {
        if self.direction.is_rtl() { self.narrowed(by) } else { self.indented(by) }
    }

    /// Where something so wide stands that is `from` away from the edge at which lines begin.
    pub(super) fn beside(&self, from: Length, width: Length) -> Length {
        if self.direction.is_rtl() { self.x + self.measure - from - width } else { self.x + from }
    }

    /// Takes from the right edge.
    pub(super) fn narrowed(&self, by: Length) -> Context {
        let by = if self.measure - by < Length::pt(90) { Length::ZERO } else { by };
        Context { measure: self.measure - by, top: false, ..self.clone() }
    }
}

impl<'a> Builder<'a> {
    /// A builder for a chapter's galley.
    pub(super) fn new(input: &'a ChapterInput<'a>, setter: &'a Setter) -> Builder<'a> {
        Builder {
            input,
            setter,
            flow: Vec::new(),
            notes: Vec::new(),
            note_places: BTreeMap::new(),
            notes_again: BTreeMap::new(),
            notes_to_set: VecDeque::new(),
            note_parent: None,
            decorations: Vec::new(),
            tags: Vec::new(),
            section: 0,
            findings: Vec::new(),
            pending: Vec::new(),
            begins: false,
            boxes: 0,
            mentioned: BTreeSet::new(),
            picture_limit: None,
        }
    }

    /// A builder for something that is set on the side: to measure it, or to put it into a box.
    pub(super) fn apart(&self) -> Builder<'a> {
        Builder { section: self.section, ..Builder::new(self.input, self.setter) }
    }

    /// The finished galley.
    pub(super) fn finish(self) -> (Galley, Vec<(Pos, Diagnostic)>) {
        let direction = self.input.sections.first().map_or(self.input.direction, |first| self.input.direction_of(first.section));
        let galley = Galley { flow: self.flow, notes: self.notes, tags: self.tags, decorations: self.decorations, direction };
        (galley, self.findings)
    }

    /// The section being set.
    pub(super) fn here(&self) -> Option<&'a SectionInput<'a>> {
        self.input.sections.get(self.section)
    }

    /// Adds an element to the section's tree.
    pub(super) fn tag(&mut self, parent: u32, role: Role, node: Option<NodeId>) -> u32 {
        match self.tags.last_mut() {
            Some(tree) => tree.add(parent, role, node),
            None => 0,
        }
    }

    /// Names an element of the section's tree.
    pub(super) fn tag_id(&self, index: u32) -> TagId {
        TagId { tree: self.here().map_or(0, |here| here.section.id.section.0), index }
    }

    /// The mark for content of an element.
    pub(super) fn mark(&self, index: u32) -> Mark {
        Mark::Tag(self.tag_id(index))
    }

    /// Has a destination placed on the next line, where something may lead to the node.
    pub(super) fn name_next(&mut self, node: NodeId) {
        if self.input.named.contains(&node) {
            self.pending.push(node);
        }
    }

    /// Says something about a place in the source.
    pub(super) fn warn(&mut self, code: Code, pos: Pos, message: impl Into<String>, hint: &str) {
        self.findings.push((pos, Diagnostic::warning(code, message).hint(hint)));
    }

    /// Adds a stack.
    pub(super) fn push(&mut self, stack: Stack) {
        self.flow.push(Flow::Stack(stack));
    }

    /// A stack with the defaults of its place.
    pub(super) fn stack(&self, cx: &Context, node: NodeId, content: Content) -> Stack {
        Stack {
            node,
            content,
            before: Length::ZERO,
            after: Length::ZERO,
            on_grid: cx.top,
            keep: Keep::default(),
            repeat: Vec::new(),
            edge: None,
            leads: false,
            float: false,
            list: None,
            decorations: cx.decorations.clone(),
        }
    }

    /// Adds lines as a stack, with the destinations that wait.
    pub(super) fn push_lines(&mut self, cx: &Context, node: NodeId, mut lines: Vec<Line>, keep: Keep) {
        if lines.is_empty() {
            return;
        }
        for node in std::mem::take(&mut self.pending).into_iter().rev() {
            let item = Item::Destination(Destination::Node(node));
            let placed = Placed { at: Point::new(cx.x, Length::ZERO), mark: Mark::Artifact(Artifact::Layout), item };
            lines[0].frame.items.insert(0, placed);
        }
        let mut stack = self.stack(cx, node, Content::Lines(lines));
        stack.on_grid = false;
        stack.keep = keep;
        self.push(stack);
    }

    /// Spaces around what was set since `start`.
    pub(super) fn space(&mut self, start: usize, before: Length, after: Length) {
        if let Some(Flow::Stack(first)) = self.flow[start..].iter_mut().find(|f| matches!(f, Flow::Stack(_))) {
            first.before = first.before.max(before);
        }
        if let Some(Flow::Stack(last)) = self.flow[start..].iter_mut().rev().find(|f| matches!(f, Flow::Stack(_))) {
            last.after = last.after.max(after);
        }
    }

    /// Sets something apart from the galley and gives it as one frame with its height: a cell, a figure's content.
    pub(super) fn boxed(&mut self, work: impl FnOnce(&mut Builder<'a>)) -> Vec<Line> {
        let outer = std::mem::take(&mut self.flow);
        self.boxes += 1;
        work(self);
        self.boxes -= 1;
        let inner = std::mem::replace(&mut self.flow, outer);
        let mut lines: Vec<Line> = Vec::new();
        let mut space = Length::ZERO;
        for flow in inner {
            let Flow::Stack(stack) = flow else { continue };
            let space_before = if lines.is_empty() { Length::ZERO } else { space.max(stack.before) };
            let mut built = stack.build(0, self.setter);
            for index in &stack.decorations {
                self.decorate_box(*index, &mut built);
            }
            if let Some(first) = built.first_mut()
                && space_before > Length::ZERO
            {
                let frame = std::mem::take(&mut first.frame);
                first.frame.place(Point::new(Length::ZERO, space_before), frame);
                first.metrics.height += space_before;
            }
            space = stack.after;
            lines.append(&mut built);
        }
        lines
    }

    /// Decorations inside a box are drawn line by line.
    fn decorate_box(&self, index: u32, lines: &mut [Line]) {
        let Some(decoration) = self.decorations.get(index as usize) else { return };
        for line in lines {
            let size = crate::length::Size::new(decoration.width, line.metrics.height);
            let item = Item::Rect { size, color: decoration.color };
            let at = Point::new(decoration.x, Length::ZERO);
            line.frame.items.insert(0, Placed { at, mark: Mark::Artifact(Artifact::Layout), item });
        }
    }

    /// Makes one stack of a label and the single line that it labels. A label asks to stay with the next two lines; where only one line
    /// belongs to it, the second would be the next label, which asks for the same, and so a whole list of labels would have to stand on
    /// one page. What holds a reader's words is left as it is: another reader's may take more lines than one.
    pub(super) fn bind(&mut self, start: usize) {
        let Some([Flow::Stack(label), Flow::Stack(body), ..]) = self.flow.get(start..start + 2) else { return };
        if !label.keep.with_next || body.keep.with_next || label.decorations != body.decorations || body.metrics(0).len() != 1 || body.is_personal() {
            return;
        }
        let space = label.after.max(body.before);
        let mut lines = label.build(0, self.setter);
        if let Some(last) = lines.last_mut() {
            last.metrics.height += space;
        }
        lines.extend(body.build(0, self.setter));
        let after = body.after;
        self.flow.remove(start + 1);
        if let Some(Flow::Stack(label)) = self.flow.get_mut(start) {
            label.content = Content::Lines(lines);
            label.after = after;
            label.keep = Keep { together: true, with_next: false, head: 1, tail: 1 };
        }
    }

    /// One line of natural width as a galley line in a style's leading.
    pub(super) fn natural_line(&self, items: Vec<Placed>, style: &TextStyle, x: Length) -> Line {
        let mut frame = Frame::default();
        frame.place(Point::new(x, baseline(style)), Frame { items });
        Line { metrics: LineMetrics { height: style.leading, ..LineMetrics::default() }, frame }
    }
}

/// Lines one under the other as a single one.
pub(super) fn stacked(lines: Vec<Line>) -> Line {
    let mut all = Line::default();
    for line in lines {
        all.frame.place(Point::new(Length::ZERO, all.metrics.height), line.frame);
        all.metrics.height += line.metrics.height;
        all.metrics.notes.extend(line.metrics.notes);
    }
    all
}
