//! Cards: a page of its own for what is to be used with a pencil. A band in the chapter's colour with the title, the content, and below it
//! room for dates or for writing; a full form has a ruled page more. The text before a card goes on, as with a picture as high as a page.

use crate::length::{Length, Point, Size};
use crate::parse::{Block, BlockKind, CardKind};
use crate::select::EntryKind;
use crate::theme::{ColorRole, TextStyle};

use super::builder::{Builder, Context, stacked};
use super::frame::{Artifact, Frame, Item, Mark, Path, Segment};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::setter::{Alignment, Piece};
use super::tags::Role;

/// Dates on which skills are marked.
pub(super) const DATES: i32 = 3;
/// From one ruled line to the next.
const RULED: Length = Length::pt(22);

/// What a block within a card has to know of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct InCard {
    pub kind: CardKind,
    /// How many steps smaller all is set: two at most.
    pub steps: i64,
    /// What a skill is judged by stands in columns as wide as each other.
    pub even: bool,
    /// Room to write in each row of a form's tables, and twice that after each of its headings.
    pub room: Length,
}

impl InCard {
    /// A style as many steps smaller.
    pub fn smaller(self, style: TextStyle) -> TextStyle {
        let percent = 100 - 8 * self.steps;
        TextStyle { size: style.size.scale(percent, 100), leading: style.leading.scale(percent, 100), ..style }
    }

    /// The padding of a table's cells, less by a fifth with each step.
    pub fn padding(self, space: Length) -> Length {
        space.scale(5 - self.steps, 5)
    }

    /// The space between the items of a list, narrower by a third with each step.
    pub fn between_items(self, space: Length) -> Length {
        space.scale(3 - self.steps, 3)
    }
}

/// A card's content, set one below the other.
struct Content {
    frame: Frame,
    /// Bottom of the band.
    band: Length,
    height: Length,
    notes: Vec<u32>,
    /// How many places there are to write in.
    places: i32,
}

impl Builder<'_> {
    /// A card, or its content as it would stand without one where no page holds it.
    pub(super) fn card(&mut self, block: &Block, kind: CardKind, blocks: &[Block], cx: &Context) {
        if !cx.top || self.boxes > 0 {
            return self.blocks(blocks, cx);
        }
        let page = self.setter.theme.text_height();
        let least = |steps: i64| match kind {
            CardKind::Skills => RULED,
            // Some room to write is worth a smaller size, but not a card.
            CardKind::Closing if steps < 2 => RULED * 2,
            CardKind::Form if steps < 2 => page / 6,
            CardKind::Closing | CardKind::Form => Length::ZERO,
        };
        let at = |steps: i64, even: bool| InCard { kind, steps, even, room: Length::ZERO };
        // Columns of other widths are seen less than smaller letters.
        let ways = (0..=2).flat_map(|steps| [(steps, true), (steps, false)]).filter(|(_, even)| *even || kind == CardKind::Skills);
        for (steps, even) in ways {
            let mut apart = self.apart();
            let measured = apart.card_content(blocks, cx, at(steps, even));
            // Notes stand at the foot of the page, below the card.
            let notes = measured.notes.iter().filter_map(|note| apart.notes.get(*note as usize)).flat_map(|note| &note.flow);
            let foot: Length = notes
                .filter_map(|flow| if let Flow::Stack(stack) = flow { Some(stack) } else { None })
                .flat_map(|stack| stack.metrics(0))
                .map(|line| line.height)
                .sum();
            let page = if foot > Length::ZERO { page - foot - self.setter.theme.spaces.notes * 3 / 2 } else { page };
            let free = page - measured.height;
            if free < least(steps) {
                continue;
            }
            let room = match kind {
                CardKind::Form => free / measured.places.max(1),
                _ => Length::ZERO,
            };
            let names = std::mem::take(&mut self.pending);
            let content = self.card_content(blocks, cx, InCard { room, ..at(steps, even) });
            self.pending = names;
            let line = self.card_page(content, kind, page, cx);
            let start = self.flow.len();
            let keep = Keep { together: true, with_next: false, head: 1, tail: 1 };
            self.push_lines(cx, block.id, vec![line], keep);
            if kind == CardKind::Form && steps > 0 {
                // What had to be set smaller has hardly room for a pencil.
                let ruled = self.ruled_page(cx);
                self.push_lines(cx, block.id, vec![ruled], keep);
            }
            for flow in &mut self.flow[start..] {
                if let Flow::Stack(stack) = flow {
                    stack.float = true;
                }
            }
            return;
        }
        self.blocks(blocks, cx);
    }

    /// The band and what stands below it.
    fn card_content(&mut self, blocks: &[Block], cx: &Context, card: InCard) -> Content {
        let theme = &self.setter.theme;
        let leading = theme.leading();
        let mut frame = Frame::default();
        let mut notes = Vec::new();
        let mut y = Length::ZERO;
        let mut rest = blocks;
        if let Some((first, others)) = blocks.split_first()
            && let BlockKind::Heading { level, text, .. } = &first.kind
        {
            rest = others;
            let level = self.level(first, *level);
            let style = TextStyle { color: ColorRole::Reversed, ..theme.styles.heading2 };
            let tag = self.tag(cx.parent, Role::Heading((level + cx.depth).min(6)), Some(first.id));
            let lines = self.boxed(|builder| {
                builder.name_next(first.id);
                let cx = Context { x: builder.card_context(cx).beside(Length::ZERO, cx.measure), ..cx.clone() };
                builder.set_heading(text, first, tag, &style, Length::ZERO, Length::ZERO, &cx);
            });
            let title = stacked(lines);
            // A card has no running head: its title stands where that would be.
            y = (title.metrics.height - leading * 2).max(Length::ZERO - leading);
            frame.place(Point::new(Length::ZERO, y - title.metrics.height), title.frame);
            notes.extend(title.metrics.notes);
        }
        let band = y + leading / 2;
        y = band + leading * 3 / 4;
        let style = card.smaller(theme.styles.card);
        let wide = self.card_context(cx);
        let inner = Context { style, card: Some(card), top: false, alignment: Alignment::Left, ..cx.clone() };
        let inner = Context { x: wide.beside(Length::ZERO, inner.measure), ..inner };
        let across = Context { x: wide.x, measure: wide.measure, ..inner.clone() };
        let mut places = 0;
        for (index, block) in rest.iter().enumerate() {
            let cx = if matches!(block.kind, BlockKind::Table(_)) { &across } else { &inner };
            let lines = self.boxed(|builder| builder.blocks(std::slice::from_ref(block), cx));
            let set = stacked(lines);
            let gap = match block.kind {
                _ if index == 0 => Length::ZERO,
                BlockKind::Heading { .. } => leading,
                _ => leading / 2,
            };
            let after_heading = index.checked_sub(1).and_then(|at| rest.get(at)).is_some_and(|above| matches!(above.kind, BlockKind::Heading { .. }));
            y += if after_heading { leading / 4 } else { gap };
            frame.place(Point::new(Length::ZERO, y), set.frame);
            y += set.metrics.height;
            notes.extend(set.metrics.notes);
            if let BlockKind::Table(table) = &block.kind {
                places += table.body.len() as i32;
            }
            // Under a heading of a form somebody writes, unless there is a list or a table to fill in.
            let ends = rest.get(index + 1).is_none_or(|next| matches!(next.kind, BlockKind::Heading { .. }));
            if card.kind == CardKind::Form && after_heading && ends && matches!(block.kind, BlockKind::Paragraph(_)) {
                places += 2;
                y = self.ruled(&mut frame, y, y + card.room * 2, &across);
            }
        }
        Content { frame, band, height: y, notes, places }
    }

    /// Where the tables and ruled lines of a card stand: a page that holds nothing else has no column at its side, and they take its
    /// width too, and leave the gap at the fore-edge, where the tab is. Text keeps its measure.
    fn card_context(&self, cx: &Context) -> Context {
        let more = self.setter.theme.side().map_or(Length::ZERO, |(_, width)| width);
        Context { measure: cx.measure + more, ..cx.clone() }
    }

    /// The page: its ground and content, and what is for the pencil at the foot.
    fn card_page(&self, mut content: Content, kind: CardKind, page: Length, cx: &Context) -> Line {
        let theme = &self.setter.theme;
        let artifact = Mark::Artifact(Artifact::Layout);
        let stage = self.here().and_then(|here| here.stage);
        let color = match (stage, self.here().map(|here| here.section.kind)) {
            (Some(stage), Some(EntryKind::Stage { .. })) => theme.stage(stage.rung, stage.rungs),
            _ => theme.colors.quiet,
        };
        let wide = self.card_context(cx);
        match kind {
            CardKind::Skills => self.dates(&mut content.frame, page, &wide),
            CardKind::Closing => {
                self.ruled(&mut content.frame, content.height, page, &wide);
            }
            CardKind::Form => {}
        }
        let mut line = Line { metrics: LineMetrics { height: page, notes: content.notes, ..LineMetrics::default() }, ..Line::default() };
        line.frame.push(Point::new(Length::ZERO, content.band), artifact, Item::Ground { color, whole: false });
        line.frame.push(Point::default(), artifact, Item::Wide);
        line.frame.items.append(&mut content.frame.items);
        line
    }

    /// A page to write on.
    fn ruled_page(&self, cx: &Context) -> Line {
        let page = self.setter.theme.text_height();
        let mut line = Line { metrics: LineMetrics { height: page, ..LineMetrics::default() }, ..Line::default() };
        line.frame.push(Point::default(), Mark::Artifact(Artifact::Layout), Item::Wide);
        self.ruled(&mut line.frame, Length::ZERO, page, &self.card_context(cx));
        line
    }

    /// Ruled lines from `from` down to `to`, as many as there is room for. Gives `to`.
    fn ruled(&self, frame: &mut Frame, from: Length, to: Length, cx: &Context) -> Length {
        let theme = &self.setter.theme;
        let mut y = to;
        let mut lines = Vec::new();
        while y - RULED >= from - Length::pt(2) {
            lines.push(y);
            y -= RULED;
        }
        // Where there is hardly room, one.
        if lines.is_empty() && to - from >= RULED / 2 {
            lines.push(to);
        }
        for y in lines.into_iter().rev() {
            let item = Item::Rect { size: Size::new(cx.measure, theme.rules.frame), color: theme.colors.rule };
            frame.push(Point::new(cx.x, y), Mark::Artifact(Artifact::Layout), item);
        }
        to.max(from)
    }

    /// Lines for the dates on which the boxes are ticked, at the foot of the page.
    fn dates(&self, frame: &mut Frame, foot: Length, cx: &Context) {
        let theme = &self.setter.theme;
        let mark = Mark::Artifact(Artifact::Layout);
        let style = TextStyle { color: ColorRole::Muted, ..theme.styles.caption };
        let gap = theme.leading();
        let wide = (cx.measure - gap * (DATES - 1)) / DATES;
        for date in 0..DATES {
            let from = (wide + gap) * date;
            let mut at = from;
            for box_number in 0..DATES {
                frame.push(Point::new(cx.beside(at, Length::pt(7)), foot - Length::pt(7)), mark, Item::Path(square(box_number == date, theme.colors.muted)));
                at += Length::pt(9);
            }
            let label = self.setter.line(&[Piece::new(&self.input.words.date, &style, mark)]);
            let width = label.width;
            frame.place(Point::new(cx.beside(at + Length::pt(3), width), foot), Frame { items: label.items });
            let begin = at + width + Length::pt(7);
            let rule = Item::Rect { size: Size::new(from + wide - begin, theme.rules.frame), color: theme.colors.rule };
            frame.push(Point::new(cx.beside(begin, from + wide - begin), foot), mark, rule);
        }
    }

    /// The boxes in the first cell of a skill's row, one for each date.
    pub(super) fn boxes_to_tick(&self, cx: &Context) -> Line {
        let theme = &self.setter.theme;
        let mut line = Line { metrics: LineMetrics { height: Length::pt(12), ..LineMetrics::default() }, ..Line::default() };
        for date in 0..DATES {
            let at = Point::new(cx.beside(Length::pt(11) * date, Length::pt(7)), Length::pt(4));
            line.frame.push(at, Mark::Artifact(Artifact::Layout), Item::Path(square(false, theme.colors.muted)));
        }
        line
    }
}

/// A box for a pencil, filled where it is the one that is meant.
fn square(filled: bool, color: crate::theme::Color) -> Path {
    let side = Length::pt(7);
    let corner = |x: Length, y: Length| Segment::Line(Point::new(x, y));
    let segments = vec![Segment::Move(Point::default()), corner(side, Length::ZERO), corner(side, side), corner(Length::ZERO, side), Segment::Close];
    Path { segments, fill: filled.then_some(color), stroke: Some((color, Length::pt(1) / 2)), dash: None }
}
