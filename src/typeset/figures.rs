//! Figures: pictures alone in their paragraph, with captions; the route map.

use std::sync::Arc;

use crate::diag::Code;
use crate::diagram::LABEL;
use crate::length::{Length, Point, Size};
use crate::parse::{Block, BlockKind, Image, Inline, InlineKind, NodeId};
use crate::theme::TextStyle;

use super::builder::{Builder, Context, stacked};
use super::frame::{Artifact, Frame, Item, Mark, Path, Segment};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::inlines::{asked, fit, pixels, scales};
use super::setter::{Alignment, Piece};
use super::tags::Role;

/// Lines that are left for a caption or a heading on the page of a picture.
const SIDE_LINES: i32 = 6;
/// Share in hundredths of the captions' size below which a diagram's labels are hard to read.
const READABLE: i64 = 60;
/// Labels smaller than this are a warning.
const SMALLEST: Length = Length::pt(4);

impl Builder<'_> {
    pub(super) fn figure(&mut self, block: &Block, blocks: &[Block], caption: Option<&[Inline]>, cx: &Context) {
        let group = self.tag(cx.parent, Role::Division, Some(block.id));
        let inner = Context { parent: group, top: false, ..cx.clone() };
        let word = self.input.words.figure.clone();
        if let Some(source) = self.undrawn(blocks) {
            // A diagram that cannot be drawn is code.
            self.code(block, Some("mermaid"), &source, &inner);
            if let Some(caption) = caption {
                self.caption(block.id, caption, &word, group, block, cx, false);
            }
            return;
        }
        let is_picture = |b: &Block| matches!(&b.kind, BlockKind::Paragraph(text) if lone_image(text).is_some());
        if !blocks.iter().all(is_picture) {
            // Code or tables with a caption flow as they would without.
            self.blocks(blocks, &inner);
            if let Some(caption) = caption {
                if let Some(Flow::Stack(last)) = self.flow.last_mut() {
                    last.keep.with_next = true;
                }
                self.caption(block.id, caption, &word, group, block, cx, false);
            }
            return;
        }
        let turned = cx.top && self.is_turned(blocks, cx.measure, block);
        let (long, across) = (self.setter.theme.text_height(), self.setter.theme.measure());
        let inner = if turned { Context { x: Length::ZERO, measure: long, alignment: Alignment::Left, ..inner } } else { inner };
        let room = if turned { across } else { long };
        self.name_next(block.id);
        let names = std::mem::take(&mut self.pending);
        let aside = !turned && cx.top && self.boxes == 0 && self.setter.theme.side().is_some();
        let lines = self.boxed(|builder| {
            for inner_block in blocks {
                if let BlockKind::Paragraph(text) = &inner_block.kind
                    && let Some((id, image)) = lone_image(text)
                {
                    builder.check_drawing(id, inner_block.pos);
                    builder.lone_picture(id, image, inner_block.id, group, (room, caption.is_some()), &inner);
                }
            }
            if let Some(caption) = caption.filter(|_| !aside) {
                builder.caption(block.id, caption, &word, group, block, if turned { &inner } else { cx }, false);
            }
        });
        let beside = caption.filter(|_| aside).map(|caption| {
            let (gap, width) = self.setter.theme.side().unwrap_or_default();
            let cx = Context { x: across + gap, measure: width, ..cx.clone() };
            stacked(self.boxed(|builder| builder.caption(block.id, caption, &word, group, block, &cx, false)))
        });
        self.pending = names;
        if lines.iter().map(|line| line.metrics.height).sum::<Length>() > room {
            // A caption longer than a page has room for beside its picture goes on to the next.
            return self.push_lines(&inner, block.id, lines, Keep { together: false, with_next: false, head: 2, tail: 2 });
        }
        let mut line = stacked(lines);
        if let Some(beside) = beside {
            // Their last lines are level where the picture is the higher.
            let down = (line.metrics.height - beside.metrics.height).max(Length::ZERO);
            line.frame.place(Point::new(Length::ZERO, down), beside.frame);
            line.metrics.height = line.metrics.height.max(beside.metrics.height);
            line.metrics.notes.extend(beside.metrics.notes);
        }
        if turned {
            let mut frame = Frame::default();
            frame.place(Point::new(Length::ZERO, (across - line.metrics.height) / 2), line.frame);
            line = Line { metrics: LineMetrics { height: long, ..line.metrics }, frame: frame.turned(long) };
        }
        let start = self.flow.len();
        self.push_lines(&inner, block.id, vec![line], Keep { together: true, with_next: false, head: 1, tail: 1 });
        if let Some(Flow::Stack(stack)) = self.flow.get_mut(start) {
            stack.float = cx.top;
        }
    }

    /// The source of a diagram that is not drawn.
    fn undrawn(&self, blocks: &[Block]) -> Option<Arc<str>> {
        let [Block { kind: BlockKind::Paragraph(text), .. }] = blocks else { return None };
        let (id, image) = lone_image(text)?;
        let is_drawn = self.input.images.get(&id).is_some_and(|picture| picture.file.is_some());
        image.diagram.clone().filter(|_| !is_drawn)
    }

    /// Whether a diagram stands on a page of its own, turned, since its labels would be too small upright. Warns of labels that are too small
    /// either way.
    fn is_turned(&mut self, blocks: &[Block], measure: Length, block: &Block) -> bool {
        let [Block { kind: BlockKind::Paragraph(text), .. }] = blocks else { return false };
        let Some((id, image)) = lone_image(text).filter(|(_, image)| image.diagram.is_some()) else { return false };
        let Some(file) = self.input.images.get(&id).and_then(|picture| picture.file.clone()) else { return false };
        let theme = &self.setter.theme;
        let natural = self.labelled(file.pixels);
        let percent = |room: Size| i64::from(fit(natural, room).width.raw()) * 100 / i64::from(natural.width.raw().max(1));
        let above = theme.leading() * SIDE_LINES;
        let upright = percent(Size::new(measure, theme.text_height() - above));
        let turned = percent(Size::new(theme.text_height(), theme.measure() - above));
        let is_turned = image.width.is_none() && image.height.is_none() && upright < READABLE && turned * 4 > upright * 5;
        let best = if is_turned { turned } else { upright };
        let size = theme.styles.caption.size.scale(best, 100);
        if size < SMALLEST {
            self.warn(
                Code::DiagramSmall,
                block.pos,
                format!("the labels of a diagram are only {:.1} pt high", size.to_pt()),
                "divide the diagram, shorten its labels, or let it run the other way: `TB` for `LR`, or `LR` for `TB`",
            );
        }
        is_turned
    }

    /// The size of a diagram whose labels are as large as captions.
    fn labelled(&self, (width, height): (u32, u32)) -> Size {
        let (size, label) = (i64::from(self.setter.theme.styles.caption.size.raw()), i64::from(pixels(LABEL as u32).raw()));
        Size::new(pixels(width).scale(size, label), pixels(height).scale(size, label))
    }

    fn lone_picture(&mut self, id: NodeId, image: &Image, node: NodeId, parent: u32, (room, captioned): (Length, bool), cx: &Context) {
        let theme = &self.setter.theme;
        let Some(picture) = self.input.images.get(&id) else { return };
        // Room for a caption of some lines is left on the page, and for a diagram for the heading that it often stands under.
        let room = room - if captioned || image.diagram.is_some() { theme.leading() * SIDE_LINES } else { theme.leading() };
        let (alt, file) = (picture.alt.clone(), picture.file.clone());
        let mark = if alt.is_empty() {
            Mark::Artifact(Artifact::Layout)
        } else {
            let element = self.tag(parent, Role::Figure { alt: alt.clone() }, Some(id));
            self.mark(element)
        };
        let Some(file) = file else { return self.missing_picture(picture.in_its_place(&image.source), node, mark, cx) };
        let mut natural = Size::new(pixels(file.pixels.0), pixels(file.pixels.1));
        let measure = cx.measure;
        natural = match (image.width, image.height) {
            (None, None) if image.diagram.is_some() => self.labelled(file.pixels),
            // A drawing that comes near the measure fills it.
            (None, None) if scales(file.kind) && natural.width * 2 >= measure => scaled_to(natural, measure),
            _ => asked(image, natural, measure),
        };
        let size = fit(natural, Size::new(measure, room));
        let mut line = Line { metrics: LineMetrics { height: size.height, ..LineMetrics::default() }, ..Line::default() };
        line.frame.push(Point::new(cx.x + (measure - size.width) / 2, Length::ZERO), mark, Item::Picture { file, size, turned: false });
        self.push_lines(cx, node, vec![line], Keep { together: true, with_next: captioned, head: 1, tail: 1 });
    }

    /// What stands in the place of a picture that could not be had, in a frame.
    fn missing_picture(&mut self, text: &str, node: NodeId, mark: Mark, cx: &Context) {
        let theme = &self.setter.theme;
        let style = TextStyle { italic: true, ..theme.styles.caption };
        let pad = theme.spaces.frame;
        let lines = self.setter.paragraph(&[Piece::new(text, &style, mark)], cx.measure - pad * 2, Alignment::Center, false);
        if lines.iter().map(|line| line.metrics.height).sum::<Length>() + pad * 2 > theme.text_height() {
            // No frame is as long as this text.
            return self.push_lines(cx, node, lines, Keep { together: false, with_next: false, head: 2, tail: 2 });
        }
        let content = stacked(lines);
        let size = Size::new(cx.measure, content.metrics.height + pad * 2);
        let mut frame = Frame::default();
        let corner = |x, y| Segment::Line(Point::new(x, y));
        let zero = Length::ZERO;
        let segments =
            vec![Segment::Move(Point::default()), corner(size.width, zero), corner(size.width, size.height), corner(zero, size.height), Segment::Close];
        let path = Path { segments, fill: None, stroke: Some((theme.colors.rule, theme.rules.frame)), dash: None };
        frame.push(Point::new(cx.x, zero), Mark::Artifact(Artifact::Layout), Item::Path(path));
        frame.place(Point::new(cx.x + pad, pad), content.frame);
        let line = Line { metrics: LineMetrics { height: size.height, ..LineMetrics::default() }, frame };
        self.push_lines(cx, node, vec![line], Keep { together: true, with_next: false, head: 1, tail: 1 });
    }
}

/// The picture of a paragraph that holds nothing else.
pub(super) fn lone_image(text: &[Inline]) -> Option<(NodeId, &Image)> {
    let mut found = None;
    for inline in text {
        match &inline.kind {
            InlineKind::Image(image) if found.is_none() => found = Some((inline.id, image)),
            InlineKind::Text(t) if t.trim().is_empty() => {}
            InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => {}
            _ => return None,
        }
    }
    found
}

fn scaled_to(size: Size, width: Length) -> Size {
    Size::new(width, width.scale(i64::from(size.height.raw()), i64::from(size.width.raw().max(1))))
}

impl Builder<'_> {
    /// The map of the ladder, filling the measure.
    pub(super) fn route_map(&mut self, node: NodeId, cx: &Context) {
        let Some(route) = self.input.route.filter(|route| !route.ladder.is_empty()) else { return };
        let element = self.tag(cx.parent, Role::Figure { alt: route.description.to_string() }, Some(node));
        let rungs = super::ladder::route_rows(self.setter, &route, cx.measure, self.mark(element));
        if rungs.iter().map(|line| line.metrics.height).sum::<Length>() > self.setter.theme.text_height() {
            return self.push_lines(cx, node, rungs, Keep { together: false, with_next: false, head: 1, tail: 1 });
        }
        self.push_lines(cx, node, vec![stacked(rungs)], Keep { together: true, with_next: false, head: 1, tail: 1 });
    }
}
