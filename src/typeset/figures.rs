//! Figures: pictures alone in their paragraph, with captions; the route map.

use std::sync::Arc;

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
        self.name_next(block.id);
        let names = std::mem::take(&mut self.pending);
        let lines = self.boxed(|builder| {
            for inner_block in blocks {
                if let BlockKind::Paragraph(text) = &inner_block.kind
                    && let Some((id, image)) = lone_image(text)
                {
                    builder.check_drawing(id, inner_block.pos);
                    builder.lone_picture(id, image, inner_block.id, group, caption.is_some(), &inner);
                }
            }
            if let Some(caption) = caption {
                builder.caption(block.id, caption, &word, group, block, cx, false);
            }
        });
        self.pending = names;
        if lines.iter().map(|line| line.metrics.height).sum::<Length>() > self.setter.theme.text_height() {
            // A caption longer than a page has room for beside its picture goes on to the next.
            return self.push_lines(&inner, block.id, lines, Keep { together: false, with_next: false, head: 2, tail: 2 });
        }
        let line = stacked(lines);
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

    fn lone_picture(&mut self, id: NodeId, image: &Image, node: NodeId, parent: u32, captioned: bool, cx: &Context) {
        let theme = &self.setter.theme;
        let Some(picture) = self.input.images.get(&id) else { return };
        // Room for a caption of some lines is left on the page.
        let room = theme.text_height() - if captioned { theme.leading() * 6 } else { theme.leading() };
        let (alt, file) = (picture.alt.clone(), picture.file.clone());
        let mark = if alt.is_empty() {
            Mark::Artifact(Artifact::Layout)
        } else {
            let element = self.tag(parent, Role::Figure { alt: alt.clone() }, Some(id));
            self.mark(element)
        };
        let Some(file) = file else { return self.missing_picture(&alt, image, node, mark, cx) };
        let mut natural = Size::new(pixels(file.pixels.0), pixels(file.pixels.1));
        let measure = cx.measure;
        natural = match (image.width, image.height) {
            // A drawing that comes near the measure fills it.
            // A diagram's labels are as large as captions.
            (None, None) if image.diagram.is_some() => {
                let (size, label) = (i64::from(theme.styles.caption.size.raw()), i64::from(pixels(LABEL as u32).raw()));
                Size::new(natural.width.scale(size, label), natural.height.scale(size, label))
            }
            (None, None) if scales(file.kind) && natural.width * 2 >= measure => scaled_to(natural, measure),
            _ => asked(image, natural, measure),
        };
        let size = fit(natural, Size::new(measure, room));
        let mut line = Line { metrics: LineMetrics { height: size.height, ..LineMetrics::default() }, ..Line::default() };
        line.frame.push(Point::new(cx.x + (measure - size.width) / 2, Length::ZERO), mark, Item::Picture { file, size, turned: false });
        self.push_lines(cx, node, vec![line], Keep { together: true, with_next: captioned, head: 1, tail: 1 });
    }

    /// A picture that could not be had: its alternative text in a frame.
    fn missing_picture(&mut self, alt: &str, image: &Image, node: NodeId, mark: Mark, cx: &Context) {
        let theme = &self.setter.theme;
        let text = if alt.is_empty() { image.source.as_str() } else { alt };
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
