//! Planned pages to frames: lines are built, notes stand at the foot, decorations reach from the first of their lines to the last.

use std::borrow::Cow;
use std::sync::Arc;

use crate::length::{Length, Point, Size};
use crate::theme::Theme;
use crate::typeset::{Artifact, Content, Flow, Frame, Galley, Item, Line, Mark, Setter, Stack};

use super::plan::{End, Fragment, NotePiece, PagePlan};
use super::strip::measured_stacks;
use super::{BodyPage, Own, OwnBody, Start, with_fields};

/// Draws planned pages.
pub(super) struct Placer<'g, 's, 't> {
    galley: &'g Galley,
    stacks: Vec<Cow<'g, Stack>>,
    theme: &'t Theme,
    setter: &'s Setter,
    /// The lines of the stack that was placed last, for when it goes on overleaf: (block, setting, lines), used-up lines are empty.
    built: Option<(usize, usize, Vec<Line>)>,
    /// The lines of the note that was placed last, each with the space above it, likewise.
    noted: Option<(usize, Vec<(Length, Line)>)>,
}

impl<'g, 's, 't> Placer<'g, 's, 't> {
    /// For a galley in which some paragraphs are one reader's own.
    pub fn new(galley: &'g Galley, own: &Own, theme: &'t Theme, setter: &'s Setter) -> Placer<'g, 's, 't> {
        let stack = |(block, stack): (usize, &'g Stack)| match own.get(&block) {
            Some(paragraph) => Cow::Owned(Stack { content: Content::Paragraph(paragraph.clone()), ..stack.clone() }),
            None => Cow::Borrowed(stack),
        };
        Placer { galley, stacks: measured_stacks(galley).enumerate().map(stack).collect(), theme, setter, built: None, noted: None }
    }

    pub fn page(&mut self, plan: &PagePlan) -> BodyPage {
        let mut page = BodyPage { filled: plan.bottom, why: plan.why.clone(), forced: plan.end == End::Asked, ..BodyPage::default() };
        let mut frame = Frame::default();
        self.decorate(plan, &mut frame);
        for fragment in &plan.fragments {
            let stack = &self.stacks[fragment.block];
            let own = with_fields(stack).is_some();
            if fragment.from == 0 {
                page.nodes.push(stack.node);
            }
            let before = frame.items.len();
            self.fragment(fragment, &mut frame);
            if own {
                page.own.push(before..frame.items.len());
            }
        }
        page.start = self.start_of(plan);
        self.notes(plan, &mut frame);
        page.frame = Arc::new(frame.into());
        page
    }

    /// The pieces of a page in which the reader's words stand.
    pub fn own(&mut self, plan: &PagePlan) -> OwnBody {
        let mut parts = Vec::new();
        for fragment in &plan.fragments {
            if with_fields(&self.stacks[fragment.block]).is_some() {
                let mut frame = Frame::default();
                self.fragment(fragment, &mut frame);
                parts.push(frame);
            }
        }
        OwnBody { parts, start: self.start_of(plan) }
    }

    /// Where a page's text begins: with its first piece, or the second where the first is a picture that was moved there; nowhere if
    /// there is none but that and the page before began behind it, since the places of pages are in order.
    fn start_of(&self, plan: &PagePlan) -> Option<Start> {
        let second = plan.fragments.get(1).filter(|_| plan.floated);
        let first = plan.fragments.first().filter(|_| !plan.late);
        second.or(first).map(|fragment| self.start(fragment))
    }

    /// Where the fragment's text begins: how many bytes of the block's text stand on earlier pages.
    fn start(&self, fragment: &Fragment) -> Start {
        let stack = &self.stacks[fragment.block];
        let first = stack.metrics(fragment.setting).get(fragment.from).copied().filter(|_| fragment.from > 0);
        Start { node: first.and_then(|l| l.within).unwrap_or(stack.node), offset: first.map_or(0, |l| l.offset as usize) }
    }

    fn fragment(&mut self, fragment: &Fragment, frame: &mut Frame) {
        let stack = &self.stacks[fragment.block];
        if fragment.from > 0 {
            let height: Length = stack.repeat.iter().map(|l| l.metrics.height).sum();
            put_lines(stack.repeat.iter().cloned(), fragment.y - height, frame);
        }
        let known = self.built.take().filter(|(block, setting, _)| (*block, *setting) == (fragment.block, fragment.setting));
        let mut lines = known.map_or_else(|| stack.build(fragment.setting, self.setter), |(_, _, lines)| lines);
        let bottom = put_lines(lines.iter_mut().take(fragment.to).skip(fragment.from).map(std::mem::take), fragment.y, frame);
        if let (true, Some(edge)) = (fragment.to < lines.len(), &stack.edge) {
            frame.place(Point::new(Length::ZERO, bottom), edge.clone());
        }
        self.built = Some((fragment.block, fragment.setting, lines));
    }

    /// Rules and tints, outermost first, behind the lines.
    fn decorate(&self, plan: &PagePlan, frame: &mut Frame) {
        let mut open: Vec<(u32, Length, Length)> = Vec::new();
        for fragment in &plan.fragments {
            let stack = &self.stacks[fragment.block];
            let (top, bottom) = self.extent(fragment);
            let kept = open.iter().zip(&stack.decorations).take_while(|((o, ..), d)| o == *d).count();
            for (decoration, from, to) in open.drain(kept..) {
                self.decoration(decoration, from, to, frame);
            }
            open.iter_mut().for_each(|(.., to)| *to = bottom);
            open.extend(stack.decorations.iter().skip(kept).map(|d| (*d, top, bottom)));
        }
        for (decoration, from, to) in open {
            self.decoration(decoration, from, to, frame);
        }
    }

    /// Top and bottom of a fragment with the lines repeated above it, without empty lines at its end.
    fn extent(&self, fragment: &Fragment) -> (Length, Length) {
        let stack = &self.stacks[fragment.block];
        let metrics = stack.metrics(fragment.setting);
        let lines = &metrics[fragment.from..fragment.to];
        let seen = lines.iter().rposition(|line| !line.empty).map_or(lines.len(), |last| last + 1);
        let height: Length = lines[..seen].iter().map(|l| l.height).sum();
        let repeat: Length = if fragment.from > 0 { stack.repeat.iter().map(|l| l.metrics.height).sum() } else { Length::ZERO };
        (fragment.y - repeat, fragment.y + height)
    }

    fn decoration(&self, index: u32, top: Length, bottom: Length, frame: &mut Frame) {
        if let Some(d) = self.galley.decorations.get(index as usize) {
            let size = Size::new(d.width, bottom - top + d.overhang * 2);
            frame.push(Point::new(d.x, top - d.overhang), Mark::Artifact(Artifact::Layout), Item::Rect { size, color: d.color });
        }
    }

    fn notes(&mut self, plan: &PagePlan, frame: &mut Frame) {
        if plan.notes.is_empty() {
            return;
        }
        let mut y = (self.theme.text_height() - plan.notes_height).max(plan.bottom);
        let rule = Size::new(self.theme.rules.notes_width, self.theme.rules.notes);
        let x = if self.galley.direction.is_rtl() { self.theme.measure() - rule.width } else { Length::ZERO };
        let at = Point::new(x, y - self.theme.spaces.notes / 2);
        frame.push(at, Mark::Artifact(Artifact::Layout), Item::Rect { size: rule, color: self.theme.colors.rule });
        for piece in &plan.notes {
            y = self.note(piece, y, frame);
        }
    }

    /// Puts a piece of a note at `y` and gives its bottom.
    fn note(&mut self, piece: &NotePiece, mut y: Length, frame: &mut Frame) -> Length {
        let known = self.noted.take().filter(|(note, _)| *note == piece.note && piece.from > 0);
        let mut lines = known.map_or_else(|| self.note_lines(piece.note), |(_, lines)| lines);
        for (space, line) in lines.iter_mut().take(piece.to).skip(piece.from) {
            let line = std::mem::take(line);
            let height = line.metrics.height;
            frame.place(Point::new(Length::ZERO, y + *space), line.frame);
            y += *space + height;
        }
        self.noted = Some((piece.note, lines));
        y
    }

    /// A note's lines, each with the space above it.
    fn note_lines(&self, note: usize) -> Vec<(Length, Line)> {
        let Some(note) = self.galley.notes.get(note) else { return Vec::new() };
        let mut lines = Vec::new();
        let mut after = Length::ZERO;
        for flow in &note.flow {
            let Flow::Stack(stack) = flow else { continue };
            if stack.settings() == 0 {
                continue;
            }
            for (number, line) in stack.build(0, self.setter).into_iter().enumerate() {
                let space = if number == 0 && !lines.is_empty() { after.max(stack.before) } else { Length::ZERO };
                lines.push((space, line));
            }
            after = stack.after;
        }
        lines
    }
}

/// Puts lines one below the other and gives the bottom of the last.
fn put_lines(lines: impl Iterator<Item = Line>, mut y: Length, frame: &mut Frame) -> Length {
    for line in lines {
        frame.place(Point::new(Length::ZERO, y), line.frame);
        y += line.metrics.height;
    }
    y
}
