//! Tables: column widths from their contents, three rules, head rows that are repeated.

use crate::length::{Length, Point};
use crate::parse::{Align, Block, BlockKind, Cell, Inline, Row, Table};
use crate::theme::TextStyle;

use super::builder::{Builder, Context, stacked};
use super::frame::{Artifact, Frame, Item, Mark, Placed};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::paragraph::Paragraph;
use super::setter::Alignment;
use super::tags::Role;

/// Weight of the rules at the head and the foot of a table, and under its head row, in points.
const OUTER_RULE: f64 = 0.8;
const INNER_RULE: f64 = 0.4;
/// Tables up to this share of a page's height, in hundredths, are kept whole where they fit.
const SHORT: i64 = 35;

/// Widths that a column asks for.
#[derive(Clone, Copy, Default)]
struct Wish {
    /// Its widest piece that cannot be parted.
    min: Length,
    /// Its widest cell in one line.
    max: Length,
}

impl Builder<'_> {
    pub(super) fn table(&mut self, block: &Block, table: &Table, cx: &Context) {
        let theme = &self.setter.theme;
        let columns = table.align.len().max(1);
        let element = self.tag(cx.parent, Role::Table, Some(block.id));
        if let Some(caption) = &table.caption {
            self.caption(block.id, caption, &self.resolved.words.table.clone(), element, block, cx, true);
        }
        let padding = theme.spaces.cell_x * 2 * columns as i32;
        let mut style = theme.styles.table;
        let mut wishes = self.wishes(table, columns, &style);
        let least = |wishes: &[Wish]| wishes.iter().map(|w| w.min).sum::<Length>() + padding;
        if least(&wishes) > cx.measure {
            style = theme.styles.table_small;
            wishes = self.wishes(table, columns, &style);
        }
        if least(&wishes) > cx.measure {
            self.warn(
                block.pos,
                "the table is too wide for the measure; long words in it are divided",
                "give it fewer columns, shorter words, or a larger page",
            );
        }
        let widths: Vec<Length> = share(&wishes, cx.measure - padding).into_iter().map(|w| w + theme.spaces.cell_x * 2).collect();
        let grid = Grid { widths, style, align: table.align.clone() };
        // A head without a body is a body of header cells: the structure has no other place for it.
        let head_role = if table.body.is_empty() { Role::TableBody } else { Role::TableHead };
        let head_tag = if table.head.is_empty() { element } else { self.tag(element, head_role, None) };
        let head = self.rows(&table.head, head_tag, true, &grid, cx);
        let body_tag = if table.body.is_empty() { element } else { self.tag(element, Role::TableBody, None) };
        let body = self.rows(&table.body, body_tag, false, &grid, cx);
        self.push_table(block, head, body, &grid, cx);
    }

    /// A caption with its number, above a table or under a figure.
    #[allow(clippy::too_many_arguments)] // a caption is where all of these meet
    pub(super) fn caption(&mut self, node: crate::parse::NodeId, caption: &[Inline], word: &str, parent: u32, block: &Block, cx: &Context, with_next: bool) {
        let theme = &self.setter.theme;
        let style = theme.styles.caption;
        let tag = self.tag(parent, Role::Caption, None);
        let mut text = super::text::ParagraphText::default();
        if let Some(number) = self.resolved.caption_numbers.get(&node) {
            let label = super::text::SpanStyle::new(theme.styles.caption_label, self.mark(tag));
            text.push(&format!("{word}\u{A0}{number}"), &label);
            text.push("  ", &super::text::SpanStyle::new(style, self.mark(tag)));
        }
        let own = self.text(caption, &style, tag, block.pos);
        text.append(own);
        let cx = Context { style, alignment: Alignment::Left, ..cx.clone() };
        let mut stack = self.heading_stack(text, node, &cx);
        stack.keep.with_next = with_next;
        (stack.before, stack.after) = (theme.spaces.caption / 2, theme.spaces.caption / 2);
        self.push(stack);
    }

    fn wishes(&mut self, table: &Table, columns: usize, style: &TextStyle) -> Vec<Wish> {
        let mut wishes = vec![Wish { min: Length::pt(12), max: Length::pt(12) }; columns];
        for row in table.head.iter().chain(&table.body) {
            let mut column = 0;
            for cell in &row.cells {
                let span = usize::from(cell.colspan.max(1));
                if let Some(wish) = wishes.get_mut(column)
                    && span == 1
                {
                    let cell = self.cell_wish(&cell.blocks, style);
                    wish.min = wish.min.max(cell.min);
                    wish.max = wish.max.max(cell.max);
                }
                column += span;
            }
        }
        wishes
    }

    fn cell_wish(&mut self, blocks: &[Block], style: &TextStyle) -> Wish {
        let mut wish = Wish::default();
        for block in blocks {
            if let BlockKind::Paragraph(text) = &block.kind {
                // Measured on a tree of its own: what is only measured must leave no elements behind.
                let probe = self.probe(text, style);
                wish.min = wish.min.max(probe.min);
                wish.max = wish.max.max(probe.max);
            } else {
                wish.min = wish.min.max(Length::pt(60));
                wish.max = wish.max.max(Length::pt(160));
            }
        }
        wish
    }

    fn probe(&mut self, text: &[Inline], style: &TextStyle) -> Wish {
        let mut probe = Builder::new(self.resolved, self.setter, self.section..self.section + 1);
        let text = probe.text(text, style, 0, Default::default());
        let cx = Context {
            x: Length::ZERO,
            measure: Length::MAX,
            parent: 0,
            style: *style,
            decorations: Vec::new(),
            top: false,
            alignment: Alignment::Left,
            lists: 0,
            depth: 0,
        };
        let shape = self.shape(&cx, style, Length::ZERO, Vec::new());
        let paragraph = Paragraph::set(self.setter, text, shape);
        Wish { min: paragraph.min_width(), max: paragraph.natural_width() }
    }

    fn rows(&mut self, rows: &[Row], parent: u32, head: bool, grid: &Grid, cx: &Context) -> Vec<Line> {
        let mut spans = vec![0u16; grid.widths.len()];
        rows.iter()
            .map(|row| {
                let element = self.tag(parent, Role::TableRow, Some(row.id));
                let line = self.row(row, element, head, grid, &mut spans, cx);
                for span in &mut spans {
                    *span = span.saturating_sub(1);
                }
                line
            })
            .collect()
    }

    fn row(&mut self, row: &Row, parent: u32, head: bool, grid: &Grid, spans: &mut [u16], cx: &Context) -> Line {
        let theme = &self.setter.theme;
        let mut line = Line::default();
        let mut column = 0;
        let mut tallest = theme.styles.table.leading;
        let mut cells: Vec<(Length, Line)> = Vec::new();
        for cell in &row.cells {
            while spans.get(column).is_some_and(|s| *s > 0) {
                column += 1;
            }
            let covered = usize::from(cell.colspan.max(1)).min(grid.widths.len().saturating_sub(column).max(1));
            let x: Length = grid.widths.iter().take(column).copied().sum();
            let width: Length = grid.widths.iter().skip(column).take(covered).copied().sum();
            let set = self.cell(cell, parent, head, column, width, grid, cx);
            tallest = tallest.max(if cell.rowspan > 1 { theme.styles.table.leading } else { set.metrics.height });
            for span in spans.iter_mut().skip(column).take(covered) {
                *span = cell.rowspan.max(1);
            }
            cells.push((x, set));
            column += covered;
        }
        // A cell that covers rows keeps them together on a page.
        line.metrics.glued = spans.iter().any(|s| *s > 1);
        line.metrics.height = tallest + theme.spaces.cell_y * 2;
        for (x, set) in cells {
            line.metrics.notes.extend(set.metrics.notes);
            line.frame.place(Point::new(cx.x + x, theme.spaces.cell_y), set.frame);
        }
        line
    }

    #[allow(clippy::too_many_arguments)] // a cell is where row and column meet
    fn cell(&mut self, cell: &Cell, parent: u32, head: bool, column: usize, width: Length, grid: &Grid, cx: &Context) -> Line {
        let theme = &self.setter.theme;
        let (colspan, rowspan) = (cell.colspan.max(1), cell.rowspan.max(1));
        let role = if head || cell.header { Role::HeaderCell { row: !head, colspan, rowspan } } else { Role::DataCell { colspan, rowspan } };
        let element = self.tag(parent, role, Some(cell.id));
        let alignment = match grid.align.get(column).copied().unwrap_or_default() {
            Align::None | Align::Left => Alignment::Left,
            Align::Center => Alignment::Center,
            Align::Right => Alignment::Right,
        };
        let mut style = grid.style;
        if head || cell.header {
            style.weight = theme.styles.table_head.weight;
        }
        // The first column stands flush with the text around, the last one too.
        let inner = Context {
            x: theme.spaces.cell_x,
            measure: (width - theme.spaces.cell_x * 2).max(Length::pt(8)),
            parent: element,
            style,
            decorations: Vec::new(),
            top: false,
            alignment,
            lists: cx.lists,
            depth: cx.depth,
        };
        let lines = self.boxed(|builder| builder.cell_blocks(&cell.blocks, &inner));
        stacked(lines)
    }

    /// A cell of one paragraph needs no element but its own.
    fn cell_blocks(&mut self, blocks: &[Block], cx: &Context) {
        if let [Block { kind: BlockKind::Paragraph(text), id, pos, .. }] = blocks {
            let text = self.text(text, &cx.style, cx.parent, *pos);
            return self.set_text(text, *id, cx, Length::ZERO, Vec::new());
        }
        self.blocks(blocks, cx);
    }

    fn push_table(&mut self, block: &Block, mut head: Vec<Line>, mut body: Vec<Line>, grid: &Grid, cx: &Context) {
        let width: Length = grid.widths.iter().copied().sum();
        let rule = |line: &mut Line, at: Length, weight: f64, item: Item| {
            let at = Point::new(cx.x, at - Length::from_pt(weight / 2.0));
            line.frame.items.insert(0, Placed { at, mark: Mark::Artifact(Artifact::Layout), item });
        };
        let outer = self.rule(width, OUTER_RULE);
        let inner = self.rule(width, INNER_RULE);
        if let Some(first) = head.first_mut().or(body.first_mut()) {
            rule(first, Length::ZERO, OUTER_RULE, outer.clone());
        }
        if let Some(last) = head.last_mut() {
            let at = last.metrics.height;
            rule(last, at, INNER_RULE, inner);
        }
        if let Some(last) = body.last_mut().or(head.last_mut()) {
            let at = last.metrics.height;
            rule(last, at, OUTER_RULE, outer.clone());
        }
        let head_rows = head.len();
        for line in head.iter_mut() {
            line.metrics.glued = true;
        }
        let repeat: Vec<Line> = head.iter().map(as_artifact).collect();
        let mut lines = head;
        lines.append(&mut body);
        let height: Length = lines.iter().map(|l| l.metrics.height).sum();
        let keep = Keep {
            together: height <= self.setter.theme.text_height().scale(SHORT, 100),
            with_next: false,
            head: (head_rows + 1).min(usize::from(u16::MAX)) as u16,
            tail: 1,
        };
        let start = self.flow.len();
        self.push_lines(cx, block.id, lines, keep);
        if let Some(Flow::Stack(stack)) = self.flow.get_mut(start) {
            stack.repeat = repeat;
        }
    }
}

/// What the cells of a table have in common.
struct Grid {
    widths: Vec<Length>,
    style: TextStyle,
    align: Vec<Align>,
}

/// Shares a width among columns: all get what they need; what is left goes to those that would fill it.
/// A table that would not fill the measure keeps its natural width, unless it comes near.
fn share(wishes: &[Wish], measure: Length) -> Vec<Length> {
    let max: Length = wishes.iter().map(|w| w.max).sum();
    let min: Length = wishes.iter().map(|w| w.min).sum();
    if max <= measure {
        let spread = if max.scale(10, 6) >= measure { measure - max } else { Length::ZERO };
        let total = i64::from(max.raw().max(1));
        return wishes.iter().map(|w| w.max + spread.scale(i64::from(w.max.raw()), total)).collect();
    }
    if min >= measure {
        let total = i64::from(min.raw().max(1));
        return wishes.iter().map(|w| measure.scale(i64::from(w.min.raw()), total)).collect();
    }
    let room = measure - min;
    // Long columns get more, but not in proportion: a column of paragraphs would starve the others.
    let weight = |w: &Wish| ((w.max - w.min).to_pt().max(0.0)).sqrt();
    let mut widths: Vec<Length> = wishes.iter().map(|w| w.min).collect();
    let mut left = room;
    for _ in 0..4 {
        let open: f64 = wishes.iter().zip(&widths).filter(|(w, width)| w.max > **width).map(|(w, _)| weight(w)).sum();
        if open <= 0.0 || left <= Length::ZERO {
            break;
        }
        let portion = left;
        for (wish, width) in wishes.iter().zip(widths.iter_mut()).filter(|(w, width)| w.max > **width) {
            let part = Length::from_pt(portion.to_pt() * weight(wish) / open).min(wish.max - *width).min(left);
            *width += part;
            left -= part;
        }
    }
    widths
}

/// A line whose content has been read once already.
fn as_artifact(line: &Line) -> Line {
    let keep = |placed: &Placed| !matches!(placed.item, Item::Link { .. } | Item::Destination(_));
    let items = line.frame.items.iter().filter(|p| keep(p)).map(|p| Placed { mark: Mark::Artifact(Artifact::Header), ..p.clone() }).collect();
    Line { metrics: LineMetrics { height: line.metrics.height, ..LineMetrics::default() }, frame: Frame { items } }
}
