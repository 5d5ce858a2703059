//! Blocks: one function for each kind, and the spaces between them.

use std::sync::Arc;

use crate::diag::Code;
use crate::language::primary;
use crate::length::{Length, Point, Size};
use crate::parse::{Block, BlockKind, CalloutKind, Format, GroupKind, Inline, InlineKind, NodeId, blocks_run, plain_text};
use crate::select::EntryKind;
use crate::theme::{Color, ColorRole, TextStyle};

use super::builder::{Builder, Context};
use super::frame::{Artifact, Frame, Item, Mark, Path, Segment};
use super::galley::{Content, Decoration, Flow, Keep, Line, LineMetrics, Stack};
use super::paragraph::{Paragraph, Shape};
use super::setter::{Alignment, Piece, baseline};
use super::tags::Role;
use super::text::ParagraphText;

/// What stands before a block decides whether a paragraph is indented.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Paragraph,
    Other,
}

impl Builder<'_> {
    /// Sets blocks one after the other.
    pub(super) fn blocks(&mut self, blocks: &[Block], cx: &Context) {
        self.blocks_after(Before::Other, blocks, cx);
    }

    /// Sets blocks after something else, and says what stands at their end.
    fn blocks_after(&mut self, mut before: Before, blocks: &[Block], cx: &Context) -> Before {
        let begins = std::mem::take(&mut self.begins);
        for (index, block) in blocks.iter().enumerate() {
            self.begins = begins && index == 0 && matches!(block.kind, BlockKind::Paragraph(_));
            if block.anchor.is_some() {
                self.name_next(block.id);
            }
            let own = self.own_context(block, cx);
            let cx = own.as_ref().unwrap_or(cx);
            if let BlockKind::Paragraph(text) = &block.kind {
                let indent = before == Before::Paragraph && cx.top;
                self.paragraph(text, block, cx, indent);
                self.lead(text, blocks.get(index + 1));
                before = Before::Paragraph;
                continue;
            }
            // A container without a caption is none to the eye.
            match &block.kind {
                BlockKind::Group { caption: None, blocks, kind } if !matches!(kind, GroupKind::Closing | GroupKind::Works | GroupKind::Card(_)) => {
                    before = self.blocks_after(before, blocks, cx);
                    continue;
                }
                BlockKind::Only(format, blocks) => {
                    if *format == Format::Pdf {
                        before = self.blocks_after(before, blocks, cx);
                    }
                    continue;
                }
                _ => {}
            }
            let start = self.flow.len();
            self.block(block, cx);
            if self.moves_away(start) {
                continue;
            }
            // What may move to another page leaves the paragraphs around it as they are.
            let floats = self.flow[start..].iter().all(|flow| matches!(flow, Flow::Stack(stack) if stack.float));
            if !floats || self.flow.len() == start {
                before = Before::Other;
            }
        }
        before
    }

    /// Where a block stands that is in another language than what is around it, or runs the other way.
    fn own_context(&mut self, block: &Block, cx: &Context) -> Option<Context> {
        if block.is_of_its_surroundings() {
            return None;
        }
        let mut own = Context { direction: block.direction(cx.direction), ..cx.clone() };
        if let Some(language) = &block.language {
            own.language = self.foreign(language);
            // A paragraph says it of its own element.
            if !matches!(block.kind, BlockKind::Paragraph(_)) {
                own.parent = self.tag(cx.parent, Role::Division, None);
                self.speaks(own.parent, language);
            }
        }
        Some(own)
    }

    /// A language that is not the book's.
    pub(super) fn foreign(&self, language: &str) -> Option<Arc<str>> {
        (primary(language) != primary(self.input.language)).then(|| language.into())
    }

    /// Says which language an element is in.
    pub(super) fn speaks(&mut self, tag: u32, language: &str) {
        if let Some(node) = self.tags.last_mut().and_then(|t| t.nodes.get_mut(tag as usize)) {
            node.language = Some(language.into());
        }
    }

    /// Whether all that was set since `start` takes pages of its own, so that the text before it goes on.
    fn moves_away(&self, start: usize) -> bool {
        let page = self.setter.theme.text_height();
        let away = |flow: &Flow| matches!(flow, Flow::Stack(stack) if stack.float && stack.metrics(0).iter().any(|line| line.height >= page));
        self.flow.len() > start && self.flow[start..].iter().all(away)
    }

    fn block(&mut self, block: &Block, cx: &Context) {
        let space = self.setter.theme.spaces.block;
        let start = self.flow.len();
        match &block.kind {
            BlockKind::Paragraph(text) => self.paragraph(text, block, cx, false),
            BlockKind::Heading { level, text, .. } => return self.heading(block, *level, text, cx),
            // A list within a tight one is tight to it.
            BlockKind::List { start, tight: true, items } if cx.lists > 0 => return self.list(*start, true, items, block.id, cx),
            BlockKind::List { start, tight, items } => self.list(*start, *tight, items, block.id, cx),
            BlockKind::Quote { blocks, attribution } => self.quote(block, blocks, attribution.as_deref(), cx),
            BlockKind::Callout { kind, blocks } => self.callout(block, *kind, blocks, cx),
            BlockKind::Code { language, text } => self.code(block, language.as_deref(), text, cx),
            BlockKind::Formula(formula) => self.display(block, formula, cx),
            BlockKind::Table(table) => self.table(block, table, cx),
            BlockKind::Figure { blocks, caption } => self.figure(block, blocks, caption.as_deref(), cx),
            BlockKind::Definitions(list) => self.definitions(list, block.id, cx),
            BlockKind::Rule => self.ornament(block.id, cx),
            BlockKind::PageBreak => return self.flow.push(Flow::PageBreak),
            // Nothing is cited.
            BlockKind::Bibliography => return,
            BlockKind::Group { kind, caption, blocks } => return self.group(block, *kind, caption.as_deref(), blocks, cx),
            BlockKind::Only(..) => return self.blocks(std::slice::from_ref(block), cx),
            BlockKind::RouteMap => self.route_map(block.id, cx),
        }
        self.space(start, space, space);
    }

    /// Has a paragraph that was set last stay with the block after it, if it introduces that: what ends in a colon if that can be
    /// had, a label over code in any case.
    pub(super) fn lead(&mut self, text: &[Inline], next: Option<&Block>) {
        let Some(lead) = next.and_then(|next| Lead::of(text, next)) else { return };
        let Some(Flow::Stack(last)) = self.flow.last_mut() else { return };
        let Content::Paragraph(paragraph) = &last.content else { return };
        // Where a reader's words stand another reader's may take more lines.
        let is_label = lead == Lead::Label && paragraph.settings.iter().all(|s| s.lines.len() == 1) && paragraph.fields().next().is_none();
        last.keep.with_next |= is_label;
        last.leads = true;
    }

    fn paragraph(&mut self, inlines: &[Inline], block: &Block, cx: &Context, indent: bool) {
        let tag = self.tag(cx.parent, Role::Paragraph, Some(block.id));
        if let Some(language) = &block.language {
            self.speaks(tag, language);
        }
        let mut text = self.text(inlines, &cx.style, tag, block.pos);
        if std::mem::take(&mut self.begins) {
            text.small_caps_at_start(&self.setter.theme.paragraph);
        }
        let start = self.flow.len();
        self.set_text(text, block.id, cx, if indent { self.setter.theme.paragraph.indent } else { Length::ZERO }, Vec::new());
        if !cx.top {
            // Within lists, quotations and callouts paragraphs are parted by space instead of indents.
            let item = self.setter.theme.spaces.item;
            self.space(start, item, item);
        }
    }

    /// Sets a paragraph's text as a stack.
    pub(super) fn set_text(&mut self, text: ParagraphText, node: NodeId, cx: &Context, indent: Length, lead: Vec<super::frame::Placed>) {
        if text.is_empty() && lead.is_empty() {
            // Nothing to see; its anchors go to what comes next.
            self.pending.extend(text.anchors.into_iter().map(|(_, name)| name));
            return;
        }
        let shape = self.shape(cx, &cx.style, indent, lead);
        let paragraph = self.set(text, shape);
        let stack = self.stack(cx, node, Content::Paragraph(paragraph.shared()));
        self.push(stack);
    }

    /// Sets a paragraph, and says so if what cannot be divided is wider than the measure.
    pub(super) fn set(&mut self, text: ParagraphText, shape: Shape) -> Paragraph {
        let paragraph = Paragraph::set(self.setter, text, shape);
        if let Some((by, pos)) = paragraph.overfull(self.setter) {
            let message = format!("a line sticks out of the measure by {:.0} pt: what stands in it cannot be divided", by.to_pt());
            self.warn(Code::LineWidth, pos, message, "make it smaller, or give the table fewer columns or the book a larger page");
        }
        paragraph
    }

    /// Shape of running text in a context.
    pub(super) fn shape(&self, cx: &Context, style: &TextStyle, indent: Length, lead: Vec<super::frame::Placed>) -> Shape {
        Shape {
            measure: cx.measure,
            x: cx.x,
            indent,
            alignment: cx.alignment,
            hyphenate: cx.alignment == Alignment::Justified || cx.divide,
            leading: style.leading,
            baseline: baseline(style),
            lead,
            direction: cx.direction,
            language: cx.language.clone(),
            side: None,
        }
    }

    /// The level of a heading, without skips.
    pub(super) fn level(&self, block: &Block, written: u8) -> u8 {
        self.input.heading_levels.get(&block.id).copied().copied().unwrap_or(written)
    }

    fn heading(&mut self, block: &Block, written: u8, text: &[Inline], cx: &Context) {
        let level = self.level(block, written);
        let theme = &self.setter.theme;
        let shown = level + cx.depth;
        let kind = self.here().map(|here| here.section.kind);
        let (style, before, after) = match shown {
            _ if cx.card.is_some() => (theme.styles.heading4, Length::ZERO, Length::ZERO),
            // The stages of these two are a list, and should be seen together.
            0..=2 if kind == Some(EntryKind::Milestones) => (theme.styles.heading3, theme.spaces.heading4_before, theme.spaces.heading3_after),
            0..=2 if kind == Some(EntryKind::RoadBeyond) => (theme.styles.heading3, theme.spaces.heading4_before, theme.spaces.heading4_after),
            0..=2 => (theme.styles.heading2, theme.spaces.heading2_before, theme.spaces.heading2_after),
            3 => (theme.styles.heading3, theme.spaces.heading3_before, theme.spaces.heading3_after),
            _ => (theme.styles.heading4, theme.spaces.heading4_before, theme.spaces.heading4_after),
        };
        let tag = self.tag(cx.parent, Role::Heading(shown.min(6)), Some(block.id));
        self.name_next(block.id);
        self.set_heading(text, block, tag, &style, before, after, cx);
        if kind == Some(EntryKind::Milestones) {
            self.date_line(cx);
        }
    }

    /// Room for a date at the end of the line that was set last, for a pen: an ornament.
    fn date_line(&mut self, cx: &Context) {
        const ROOM: Length = Length::pt(64);
        let theme = &self.setter.theme;
        let mark = Mark::Artifact(Artifact::Layout);
        let style = TextStyle { color: ColorRole::Muted, ..theme.styles.caption };
        let label = self.setter.line(&[Piece::new(&self.input.words.date, &style, mark)]);
        let heading = theme.styles.heading3;
        let Some(Flow::Stack(Stack { content: Content::Lines(lines), .. })) = self.flow.last_mut() else { return };
        let Some(line) = lines.last_mut() else { return };
        let down = baseline(&heading);
        let width = label.width + ROOM + theme.spaces.marker;
        line.frame.place(Point::new(cx.beside(cx.measure - width, label.width), down), Frame { items: label.items });
        let rule = Item::Rect { size: Size::new(ROOM, theme.rules.frame), color: theme.colors.rule };
        line.frame.push(Point::new(cx.beside(cx.measure - ROOM, ROOM), down), mark, rule);
    }

    #[allow(clippy::too_many_arguments)] // each of them differs between headings of sections and of nested chapters
    pub(super) fn set_heading(&mut self, text: &[Inline], block: &Block, tag: u32, style: &TextStyle, before: Length, after: Length, cx: &Context) {
        let text = self.title(text, style, tag, block.pos);
        let cx = Context { style: *style, alignment: Alignment::Left, ..cx.clone() };
        let mut stack = self.heading_stack(text, block.id, &cx);
        // A heading right below another stands as near to it as text would.
        let below = matches!(self.flow.last(), Some(Flow::Stack(last)) if last.keep.with_next);
        (stack.before, stack.after) = (if below { Length::ZERO } else { before }, after);
        self.push(stack);
    }

    /// The text of a title: no running text, so that its links have neither hairlines nor pages.
    pub(super) fn title(&mut self, text: &[Inline], style: &TextStyle, tag: u32, pos: crate::load::Pos) -> ParagraphText {
        self.boxes += 1;
        let text = self.text(text, style, tag, pos).without_hairlines();
        self.boxes -= 1;
        text
    }

    pub(super) fn heading_stack(&mut self, text: ParagraphText, node: NodeId, cx: &Context) -> Stack {
        let paragraph = self.set(text, self.shape(cx, &cx.style, Length::ZERO, Vec::new()));
        let mut stack = self.stack(cx, node, Content::Lines(paragraph.build(0, self.setter)));
        stack.on_grid = false;
        stack.keep = Keep { together: true, with_next: true, head: 1, tail: 1 };
        if stack.metrics(0).iter().map(|line| line.height).sum::<Length>() > self.setter.theme.text_height() / 2 {
            // As long as no heading is; no page may have to hold it whole, with what follows.
            stack.keep = Keep { together: false, with_next: true, head: 2, tail: 2 };
        }
        stack
    }

    fn quote(&mut self, block: &Block, blocks: &[Block], attribution: Option<&[Inline]>, cx: &Context) {
        let indent = self.setter.theme.spaces.quote_indent;
        let tag = self.tag(cx.parent, Role::BlockQuote, Some(block.id));
        let inner = Context { parent: tag, ..cx.indented(indent).narrowed(indent) };
        self.blocks(blocks, &inner);
        if let Some(attribution) = attribution {
            if let Some(Flow::Stack(last)) = self.flow.last_mut() {
                last.keep.with_next = true;
            }
            let style = self.setter.theme.styles.attribution;
            let child = self.tag(tag, Role::Paragraph, None);
            let text = self.text(attribution, &style, child, block.pos);
            self.set_text(text, block.id, &Context { alignment: Alignment::Right, style, ..inner }, Length::ZERO, Vec::new());
        }
    }

    fn callout(&mut self, block: &Block, kind: CalloutKind, blocks: &[Block], cx: &Context) {
        let theme = &self.setter.theme;
        let words = self.input.words;
        let label = match kind {
            CalloutKind::Note => &words.note,
            CalloutKind::Tip => &words.tip,
            CalloutKind::Important => &words.important,
            CalloutKind::Warning => &words.warning,
            CalloutKind::Caution => &words.caution,
        };
        let tag = self.tag(cx.parent, Role::Division, Some(block.id));
        let cx = &Context { direction: blocks_run(cx.direction, blocks), ..cx.clone() };
        // What must not be missed is told by weight and mark, and not by colour alone.
        let weight = theme.rules.callout * kind.weight();
        let color = if kind.weight() > 2 { theme.colors.text } else { theme.colors.accent };
        let rule = Decoration { x: cx.beside(Length::ZERO, weight), width: weight, color, overhang: theme.spaces.callout_y };
        let mut inner = Context { parent: tag, ..cx.begun(theme.spaces.quote_indent) };
        inner.decorations.push(self.decorations.len() as u32);
        self.decorations.push(rule);
        let head = self.tag(tag, Role::Paragraph, None);
        let style = theme.styles.callout_label;
        let line = self.setter.line(&[Piece::new(&style.label(label), &style, self.mark(head))]);
        let side = style.size.scale(64, 100);
        let mark = callout_mark(kind, color, side);
        let aside = if mark.is_some() { style.size.scale(105, 100) } else { Length::ZERO };
        let x = inner.beside(aside, line.width);
        let mut line = self.natural_line(line.items, &style, x);
        if let Some(mark) = mark {
            line.frame.push(Point::new(inner.beside(Length::ZERO, side), baseline(&style) - side), Mark::Artifact(Artifact::Layout), Item::Path(mark));
        }
        if let Some((gap, _)) = theme.side().filter(|_| cx.top) {
            // The label stands beside its text, and takes no line of it.
            let aside = Point::new(theme.measure() + gap - inner.x, Length::ZERO);
            let label = std::mem::take(&mut line.frame);
            line.frame.place(aside, label);
            line.metrics.height = Length::ZERO;
        }
        let start = self.flow.len();
        self.push_lines(&inner, block.id, vec![line], Keep { together: true, with_next: true, head: 1, tail: 1 });
        let title = self.flow.len();
        self.blocks(blocks, &inner);
        // A title stays with what it is the title of.
        if let (Some(Flow::Stack(first)), true) = (self.flow.get_mut(title), blocks.len() > 1 && blocks.first().is_some_and(is_strong)) {
            first.keep.with_next = true;
        }
        self.bind(start);
        // Its label is a line of it. A page is worth more than a long one.
        self.keep_short(start, usize::from(self.setter.theme.keeps.list_lines) / 2 + 1);
    }

    /// The closing of a letter: a line apart, without indents, the signature in italics. It never stands alone on a page.
    fn closing(&mut self, blocks: &[Block], cx: &Context) {
        if let Some(Flow::Stack(last)) = self.flow.last_mut() {
            last.keep.with_next = true;
        }
        let start = self.flow.len();
        let last = blocks.len().saturating_sub(1);
        for (index, block) in blocks.iter().enumerate() {
            let italic = index == last && last > 0;
            let inner = Context { alignment: Alignment::Left, style: TextStyle { italic, ..cx.style }, ..cx.clone() };
            self.blocks(std::slice::from_ref(block), &inner);
        }
        let end = self.flow.len().saturating_sub(1);
        for flow in self.flow.get_mut(start..end).unwrap_or_default() {
            if let Flow::Stack(stack) = flow {
                stack.keep.with_next = true;
            }
        }
        let leading = self.setter.theme.leading();
        self.space(start, leading, Length::ZERO);
    }

    /// The list of works: each with its first line out and a little apart, its lines ragged, for addresses do not divide well.
    fn works(&mut self, blocks: &[Block], cx: &Context) {
        let indent = self.setter.theme.spaces.quote_indent;
        let inner = Context { alignment: Alignment::Left, ..cx.indented(indent) };
        for block in blocks {
            let BlockKind::Paragraph(text) = &block.kind else { continue };
            self.name_next(block.id);
            let start = self.flow.len();
            let tag = self.tag(cx.parent, Role::Paragraph, Some(block.id));
            let text = self.text(text, &cx.style, tag, block.pos);
            self.set_text(text, block.id, &inner, -indent, Vec::new());
            let gap = self.setter.theme.leading() / 2;
            self.space(start, gap, Length::ZERO);
        }
    }

    fn group(&mut self, block: &Block, kind: GroupKind, caption: Option<&[Inline]>, blocks: &[Block], cx: &Context) {
        match kind {
            GroupKind::Closing => return self.closing(blocks, cx),
            GroupKind::Works => return self.works(blocks, cx),
            GroupKind::Card(kind) => return self.card(block, kind, blocks, cx),
            _ => {}
        }
        if let Some(caption) = caption {
            let theme = &self.setter.theme;
            let style = if kind == GroupKind::Details { theme.styles.heading4 } else { theme.styles.caption };
            let tag = self.tag(cx.parent, Role::Paragraph, Some(block.id));
            let start = self.flow.len();
            let text = self.text(caption, &style, tag, block.pos);
            if !text.is_empty() {
                let stack = self.heading_stack(text, block.id, &Context { style, alignment: Alignment::Left, ..cx.clone() });
                self.push(stack);
                let gap = theme.spaces.block;
                self.space(start, gap, gap / 2);
                let below = self.flow.len();
                self.blocks(blocks, cx);
                // What it names stands nearer to it than to the text above.
                let tinted = matches!(blocks.first().map(|b| &b.kind), Some(BlockKind::Code { .. }));
                if let (true, Some(Flow::Stack(first))) = (tinted, self.flow.get_mut(below)) {
                    first.before = first.before.min(gap / 2 + theme.spaces.code_y);
                }
                return;
            }
        }
        self.blocks(blocks, cx);
    }

    /// A thematic break: small lozenges in the middle.
    fn ornament(&mut self, node: NodeId, cx: &Context) {
        let theme = &self.setter.theme;
        let (side, count) = (theme.ornament.size, i32::from(theme.ornament.count));
        let mut line = Line { metrics: LineMetrics { height: theme.leading(), ..LineMetrics::default() }, ..Line::default() };
        for index in 0..count {
            let x = cx.x + cx.measure / 2 + theme.ornament.step * (index * 2 - count + 1) / 2;
            let p = |dx: Length, dy: Length| Point::new(dx, dy);
            let segments = vec![
                Segment::Move(p(Length::ZERO, -side)),
                Segment::Line(p(side, Length::ZERO)),
                Segment::Line(p(Length::ZERO, side)),
                Segment::Line(p(-side, Length::ZERO)),
                Segment::Close,
            ];
            let path = Path { segments, fill: Some(theme.colors.accent), stroke: None, dash: None };
            line.frame.push(Point::new(x, theme.leading() / 2), Mark::Artifact(Artifact::Layout), Item::Path(path));
        }
        self.push_lines(cx, node, vec![line], Keep { together: true, with_next: false, head: 1, tail: 1 });
    }

    /// A rule across the context, as an artifact.
    pub(super) fn rule(&self, width: Length, weight: Length) -> Item {
        Item::Rect { size: Size::new(width, weight), color: self.setter.theme.colors.text }
    }
}

/// The mark before a callout's label: a triangle for a danger, a square for what matters; in a square of this side.
fn callout_mark(kind: CalloutKind, color: Color, side: Length) -> Option<Path> {
    let corners: &[(i64, i64)] = match kind {
        CalloutKind::Note | CalloutKind::Tip => return None,
        CalloutKind::Important => &[(10, 10), (90, 10), (90, 90), (10, 90)],
        CalloutKind::Warning | CalloutKind::Caution => &[(50, 2), (104, 100), (-4, 100)],
    };
    let point = |(x, y): &(i64, i64)| Point::new(side.scale(*x, 100), side.scale(*y, 100));
    let mut segments: Vec<Segment> = corners.iter().take(1).map(|corner| Segment::Move(point(corner))).collect();
    segments.extend(corners.iter().skip(1).map(|corner| Segment::Line(point(corner))));
    segments.push(Segment::Close);
    Some(Path { segments, fill: Some(color), stroke: None, dash: None })
}

/// How a paragraph introduces the block after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// It ends in a colon.
    Sentence,
    /// It stands over code and does not end as a sentence does.
    Label,
}

impl Lead {
    fn of(text: &[Inline], mut next: &Block) -> Option<Lead> {
        while let BlockKind::Group { caption: None, blocks, .. } | BlockKind::Only(Format::Pdf, blocks) = &next.kind {
            next = blocks.first()?;
        }
        let led =
            matches!(next.kind, BlockKind::List { .. } | BlockKind::Table(_) | BlockKind::Quote { .. } | BlockKind::Definitions(_) | BlockKind::Group { .. });
        let is_code = matches!(next.kind, BlockKind::Code { .. });
        match plain_text(text).trim_end().chars().next_back()? {
            ':' | '：' if led || is_code => Some(Lead::Sentence),
            last if is_code && last.is_alphanumeric() => Some(Lead::Label),
            _ => None,
        }
    }
}

/// Whether a paragraph is in bold as a whole.
fn is_strong(block: &Block) -> bool {
    matches!(&block.kind, BlockKind::Paragraph(text) if matches!(text.as_slice(), [Inline { kind: InlineKind::Strong(_), .. }]))
}
