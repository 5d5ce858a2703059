//! Tables: column widths from their contents, three rules, head rows that are repeated.

use crate::diag::Code;
use crate::language::Direction;
use crate::length::{Length, Point, Size};
use crate::parse::{Align, Block, BlockKind, CardKind, Cell, Inline, Row, Table, table_runs};
use crate::theme::TextStyle;

use super::builder::{Builder, Context, stacked};
use super::cards::InCard;
use super::frame::{Artifact, Frame, Item, Mark, Placed};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::paragraph::Paragraph;
use super::rows::{SetCell, SetRow};
use super::setter::{Alignment, Piece};
use super::tags::Role;
use super::widths::{CellText, Columns, Wish, stretch};

/// Pictures in cells are not asked to be narrower than this.
const SMALL_PICTURE: Length = Length::pt(36);

/// How a table is set: the size of its text, what its columns ask for, which way it stands.
struct Plan {
    style: TextStyle,
    columns: Columns,
    turned: bool,
    /// Words have to be divided.
    squeezed: bool,
    /// Columns of each part of a table that is too wide for any page; none for a table in one piece.
    parts: Vec<Vec<usize>>,
}

impl Builder<'_> {
    pub(super) fn table(&mut self, block: &Block, table: &Table, cx: &Context) {
        let cx = &Context { direction: table_runs(cx.direction, table), ..cx.clone() };
        let columns = table.align.len().max(1);
        let element = self.tag(cx.parent, Role::Table, Some(block.id));
        let plan = self.plan(table, columns, cx);
        self.say(block, &plan);
        if plan.turned {
            return self.turned_table(block, table, element, &plan, cx);
        }
        if let Some(caption) = &table.caption {
            self.caption(block.id, caption, &self.input.words.table.clone(), element, block, cx, true);
        }
        let continued = self.continued(block, table, cx);
        let tags = self.row_tags(table, element);
        if plan.parts.is_empty() {
            let all: Vec<usize> = (0..columns).collect();
            let grid = self.grid(table, &plan, &all, cx, self.setter.theme.text_height());
            let (head, body) = self.table_rows(table, &tags, &grid, cx);
            return self.push_table(block, continued, head, body, &grid, cx);
        }
        let mut grids: Vec<Grid> = plan.parts.iter().map(|part| self.grid(table, &plan, part, cx, self.setter.theme.text_height())).collect();
        self.align(&mut grids, &plan, cx.measure);
        for (number, (part, mut grid)) in plan.parts.iter().zip(grids).enumerate() {
            grid.key = number > 0 && part.first() == Some(&0);
            let (mut head, body) = self.table_rows(table, &tags, &grid, cx);
            if number > 0 && table.caption.is_some() {
                head.insert(0, continued.clone());
            }
            self.push_table(block, continued.clone(), head, body, &grid, cx);
            let gap = self.setter.theme.leading();
            let end = self.flow.len() - 1;
            self.space(end, if number > 0 { gap } else { Length::ZERO }, Length::ZERO);
        }
    }

    /// The theme's size if the longest words have room in it, else the smaller one, else that turned on a page of its own, else
    /// that in parts, some columns under the others.
    fn plan(&mut self, table: &Table, columns: usize, cx: &Context) -> Plan {
        let theme = &self.setter.theme;
        let padding = theme.spaces.cell_x * 2 * columns as i32;
        let least = |columns: &Columns| columns.least() + padding;
        let plan = |style, columns| Plan { style, columns, turned: false, squeezed: false, parts: Vec::new() };
        // Within a card that is set smaller, tables begin with the smaller size.
        let normal = cx.card.is_none_or(|card| card.steps == 0).then(|| self.wishes(table, columns, &theme.styles.table, cx));
        let normal = match normal {
            Some(normal) if least(&normal) <= cx.measure => return plan(theme.styles.table, normal),
            normal => normal,
        };
        let small_style = match cx.card {
            // The first step is that from the one size of tables to the other, which is the least that is read with ease: with the second
            // only their lines come nearer.
            Some(card) if card.steps > 1 => {
                TextStyle { leading: InCard { steps: card.steps - 1, ..card }.smaller(theme.styles.table_small).leading, ..theme.styles.table_small }
            }
            _ => theme.styles.table_small,
        };
        let small = self.wishes(table, columns, &small_style, cx);
        let (upright, long) = (least(&small) <= cx.measure, theme.text_height());
        // A table within a cell or a note has no page to turn on; a column or two gain little by it.
        let turned = !upright && self.boxes == 0 && long > cx.measure && (least(&small) <= long || columns > 2);
        let room = if turned { long } else { cx.measure };
        if let Some(normal) = normal.filter(|normal| turned && least(normal) <= room) {
            return Plan { turned, ..plan(theme.styles.table, normal) };
        }
        let squeezed = least(&small) > room;
        if squeezed {
            let parts = self.parts(table, &small.wishes, room, cx.measure);
            if parts.len() > 1 {
                return Plan { parts, squeezed, ..plan(small_style, small) };
            }
        }
        Plan { turned, squeezed, ..plan(small_style, small) }
    }

    /// Columns of the parts of a table that has too many for `room`; one part if it is only too wide because of a few long words.
    /// The first column stands in each part, since it names the rows.
    fn parts(&self, table: &Table, wishes: &[Wish], room: Length, measure: Length) -> Vec<Vec<usize>> {
        let beside = self.setter.theme.spaces.cell_x * 2;
        let fair = |wish: &Wish| wish.min.min(measure / 3);
        if wishes.iter().map(|w| fair(w) + beside).sum::<Length>() <= room {
            return Vec::new();
        }
        let joined = crossed(table, wishes.len());
        let wish = |column: usize| wishes.get(column).map_or(Length::ZERO, |w| fair(w).max(w.max.min(measure / 6)) + beside);
        let key = joined.get(1) == Some(&false);
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut part: Vec<usize> = Vec::new();
        let mut width = Length::ZERO;
        let mut column = 0;
        while column < wishes.len() {
            // What a cell covers stays in one part.
            let end = (column + 1..wishes.len()).find(|at| !joined[*at]).unwrap_or(wishes.len());
            let more: Length = (column..end).map(wish).sum();
            if width + more > measure && !part.is_empty() && part != [0] {
                parts.push(std::mem::take(&mut part));
                width = Length::ZERO;
                if key {
                    part.push(0);
                    width = wish(0);
                }
            }
            part.extend(column..end);
            width += more;
            column = end;
        }
        parts.push(part);
        parts
    }

    fn say(&mut self, block: &Block, plan: &Plan) {
        const HINT: &str = "give it fewer columns, shorter words, or a larger page";
        match (plan.turned, plan.squeezed) {
            (_, true) if !plan.parts.is_empty() => {
                let message = format!("the table is too wide for a page and is set in {} parts, one under the other", plan.parts.len());
                self.warn(Code::TableWidth, block.pos, message, HINT);
            }
            (true, false) => self.warn(Code::TableWidth, block.pos, "the table is too wide for the measure and is turned on a page of its own", HINT),
            (true, true) => {
                self.warn(Code::TableWidth, block.pos, "the table is too wide for the measure: it is turned, and long words in it are divided", HINT)
            }
            (false, true) => self.warn(Code::TableWidth, block.pos, "the table is too wide for the measure; long words in it are divided", HINT),
            (false, false) => {}
        }
    }

    fn grid(&self, table: &Table, plan: &Plan, columns: &[usize], cx: &Context, height: Length) -> Grid {
        let measure = cx.measure;
        let cell_x = self.setter.theme.spaces.cell_x;
        let padding = cell_x * 2 * columns.len() as i32;
        let widths = plan.columns.of(columns).share(measure - padding).into_iter().map(|w| w + cell_x * 2).collect();
        Grid {
            columns: columns.to_vec(),
            all: plan.columns.wishes.len(),
            key: false,
            widths,
            style: plan.style,
            align: table.align.clone(),
            most: share_of(height, self.setter.theme.keeps.row),
            divide: plan.squeezed,
            direction: cx.direction,
            shift: Length::ZERO,
        }
        .shifted(measure)
    }

    /// Sets the columns of the parts of a table under each other, where the measure has room for the widest of each.
    fn align(&self, grids: &mut [Grid], plan: &Plan, measure: Length) {
        let padding = self.setter.theme.spaces.cell_x * 2;
        let most = grids.iter().map(|grid| grid.columns.len()).max().unwrap_or(0);
        let asked = |place: usize| grids.iter().filter_map(|grid| plan.columns.wishes.get(*grid.columns.get(place)?)).map(|wish| wish.max + padding).max();
        let mut widths: Vec<Length> = (0..most).filter_map(asked).collect();
        let left = measure - widths.iter().copied().sum::<Length>();
        if left < Length::ZERO {
            return;
        }
        // What is left is shared alike.
        let count = widths.len().max(1) as i32;
        widths.iter_mut().for_each(|width| *width += left / count);
        for grid in grids.iter_mut() {
            grid.widths = widths[..grid.columns.len()].to_vec();
            grid.shift = if grid.direction.is_rtl() { (measure - grid.width()).max(Length::ZERO) } else { Length::ZERO };
        }
    }

    /// Elements of the rows of the head and of the body.
    fn row_tags(&mut self, table: &Table, element: u32) -> [Vec<u32>; 2] {
        // A head without a body is a body of header cells: the structure has no other place for it.
        let head_role = if table.body.is_empty() { Role::TableBody } else { Role::TableHead };
        let mut tags = |rows: &[Row], role: Role| {
            let parent = if rows.is_empty() { element } else { self.tag(element, role, None) };
            rows.iter().map(|row| self.tag(parent, Role::TableRow, Some(row.id))).collect()
        };
        [tags(&table.head, head_role), tags(&table.body, Role::TableBody)]
    }

    /// The rows of the head and of the body.
    fn table_rows(&mut self, table: &Table, tags: &[Vec<u32>; 2], grid: &Grid, cx: &Context) -> (Vec<Line>, Vec<Line>) {
        let head = self.rows(&table.head, &tags[0], true, grid, cx);
        (head, self.rows(&table.body, &tags[1], false, grid, cx))
    }

    /// Says above the repeated head that a table goes on, and which one, if it has a number.
    fn continued(&self, block: &Block, table: &Table, cx: &Context) -> Line {
        let words = self.input.words;
        let number = self.input.caption_numbers.get(&block.id).filter(|_| table.caption.is_some());
        let styles = &self.setter.theme.styles;
        let mark = Mark::Artifact(Artifact::Header);
        let label = number.map(|number| words.caption_label(&words.table, number).replace(' ', "\u{A0}") + "  ");
        let word = words.continued.to_lowercase();
        let italic = TextStyle { italic: true, ..styles.caption };
        let label = label.iter().map(|label| Piece::new(label, &styles.caption_label, mark));
        let line = self.setter.line(&label.chain([Piece::new(&word, &italic, mark)]).collect::<Vec<_>>());
        let mut line = self.natural_line(line.items, &styles.caption, cx.beside(Length::ZERO, line.width));
        line.metrics.height += self.setter.theme.spaces.caption / 2;
        line
    }

    /// A table turned to the left on pages of its own. Text goes on before it; its head stands on each of its pages.
    fn turned_table(&mut self, block: &Block, table: &Table, element: u32, plan: &Plan, around: &Context) {
        let theme = &self.setter.theme;
        let (long, across) = (theme.text_height(), theme.measure());
        let cx = Context {
            x: Length::ZERO,
            measure: long,
            parent: element,
            style: plan.style,
            decorations: Vec::new(),
            top: false,
            alignment: Alignment::Left,
            lists: 0,
            depth: 0,
            divide: false,
            card: None,
            language: around.language.clone(),
            direction: around.direction,
        };
        let names = std::mem::take(&mut self.pending);
        let caption = match &table.caption {
            Some(caption) => {
                let word = self.input.words.table.clone();
                let mut lines = self.boxed(|builder| builder.caption(block.id, caption, &word, element, block, &cx, true));
                lines.push(super::opening::blank(theme.spaces.caption / 2));
                lines
            }
            None => Vec::new(),
        };
        let all: Vec<usize> = (0..plan.columns.wishes.len()).collect();
        let grid = self.grid(table, plan, &all, &cx, across);
        let tags = self.row_tags(table, element);
        let (mut head, mut body) = self.table_rows(table, &tags, &grid, &cx);
        self.table_rules(&mut head, &mut body, &grid, Length::ZERO);
        let repeat: Vec<Line> = std::iter::once(self.continued(block, table, &cx)).chain(head.iter().map(as_artifact)).collect();
        let first = caption.into_iter().chain(head).collect();
        self.pending = names;
        let sheets = sheets(first, &repeat, body, across);
        let alone = sheets.len() == 1;
        for rows in sheets {
            self.push_turned(block, rows, &grid, alone);
        }
    }

    /// One turned page. A table of one page stands in the middle of the text area, a longer one begins at its edge.
    fn push_turned(&mut self, block: &Block, rows: Vec<Line>, grid: &Grid, alone: bool) {
        let theme = &self.setter.theme;
        let (long, across) = (theme.text_height(), theme.measure());
        let within = rows.iter().find_map(|l| l.metrics.within);
        let sheet = stacked(rows);
        let middle = |room: Length, size: Length| ((room - size) / 2).max(Length::ZERO);
        let mut frame = Frame::default();
        frame.place(Point::new(middle(long, grid.width()) - grid.shift, if alone { middle(across, sheet.metrics.height) } else { Length::ZERO }), sheet.frame);
        let line = Line { metrics: LineMetrics { height: long, notes: sheet.metrics.notes, within, ..LineMetrics::default() }, frame: frame.turned(long) };
        let cx = Context {
            x: Length::ZERO,
            measure: across,
            parent: 0,
            style: grid.style,
            decorations: Vec::new(),
            top: true,
            alignment: Alignment::Left,
            lists: 0,
            depth: 0,
            divide: false,
            card: None,
            language: None,
            direction: grid.direction,
        };
        let start = self.flow.len();
        self.push_lines(&cx, block.id, vec![line], Keep { together: true, with_next: false, head: 1, tail: 1 });
        if let Some(Flow::Stack(stack)) = self.flow.get_mut(start) {
            stack.float = true;
        }
    }

    fn wishes(&mut self, table: &Table, columns: usize, style: &TextStyle, cx: &Context) -> Columns {
        let mut wishes = vec![Wish { min: Length::pt(12), max: Length::pt(12) }; columns];
        let mut covered = vec![0u16; columns];
        let mut wide: Vec<(usize, usize, Wish)> = Vec::new();
        let mut texts = Vec::new();
        let rows = table.head.iter().map(|r| (r, true)).chain(table.body.iter().map(|r| (r, false)));
        for (row, head) in rows {
            let mut column = 0;
            let mut own = Vec::new();
            for cell in &row.cells {
                while covered.get(column).is_some_and(|rows| *rows > 0) {
                    column += 1;
                }
                let span = usize::from(cell.colspan.max(1));
                let weight = if head || cell.header { self.setter.theme.styles.table_head.weight } else { style.weight };
                let mut text = CellText { column, columns: span, rows: u32::from(cell.rowspan.max(1)), ..CellText::default() };
                let asked = self.blocks_wish(&cell.blocks, &TextStyle { weight, ..*style }, Length::ZERO, &mut text, cx);
                own.push(text);
                match wishes.get_mut(column) {
                    Some(wish) if span == 1 => wish.widen(asked, Length::ZERO),
                    Some(_) => wide.push((column, span, asked)),
                    None => {}
                }
                covered.iter_mut().skip(column).take(span).for_each(|rows| *rows = cell.rowspan.max(1));
                column += span;
            }
            covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
            texts.push(own);
        }
        let between = self.setter.theme.spaces.cell_x * 2;
        for (column, span, asked) in wide {
            let end = (column + span).min(columns);
            stretch(&mut wishes[column..end], asked, between);
        }
        let scale = cx.card.is_some_and(|card| card.kind == CardKind::Skills && card.even);
        Columns { wishes, rows: texts, between, head: table.head.len(), scale }
    }

    /// What blocks ask for that stand so far from their cell's edge, and their text for trials.
    fn blocks_wish(&mut self, blocks: &[Block], style: &TextStyle, beside: Length, trial: &mut CellText, cx: &Context) -> Wish {
        let spaces = &self.setter.theme.spaces;
        let mut wish = Wish::default();
        for block in blocks {
            match &block.kind {
                // Measured on a tree of its own: what is only measured must leave no elements behind.
                BlockKind::Paragraph(text) => {
                    let (asked, pieces) = self.probe(text, style, cx);
                    wish.widen(asked, Length::ZERO);
                    trial.paragraphs.push((beside, pieces));
                }
                BlockKind::List { items, start, .. } => {
                    let indent = self.list_indent(*start, items, cx);
                    for item in items {
                        wish.widen(self.blocks_wish(&item.blocks, style, beside + indent, trial, cx), indent);
                    }
                }
                BlockKind::Code { text, .. } => {
                    // Its longest line, and what a line needs that is wrapped.
                    let spaces = spaces.code_x * 2;
                    let column = self.setter.line(&[Piece::new("0", &self.setter.theme.styles.code, Mark::Artifact(Artifact::Layout))]).width;
                    let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0).min(200) as i32;
                    wish.widen(Wish { min: column * longest.min(12) + spaces, max: column * longest + spaces }, Length::ZERO);
                }
                BlockKind::Callout { blocks, .. } => {
                    let indent = spaces.quote_indent;
                    wish.widen(self.blocks_wish(blocks, style, beside + indent, trial, cx), indent);
                }
                BlockKind::Quote { blocks, .. } => {
                    let indent = spaces.quote_indent * 2;
                    wish.widen(self.blocks_wish(blocks, style, beside + indent, trial, cx), indent);
                }
                _ => wish.widen(Wish { min: Length::pt(60), max: Length::pt(160) }, Length::ZERO),
            }
        }
        wish
    }

    fn probe(&mut self, text: &[Inline], style: &TextStyle, cx: &Context) -> (Wish, Vec<super::widths::Piece>) {
        let mut probe = self.apart();
        let mut measured = |picture: Length| {
            probe.picture_limit = Some(picture);
            let text = probe.text(text, style, 0, Default::default());
            let pictures = !text.objects.is_empty();
            let cx = Context { x: Length::ZERO, measure: Length::MAX, parent: 0, style: *style, alignment: Alignment::Left, ..cx.clone() };
            let shape = self.shape(&cx, style, Length::ZERO, Vec::new());
            (Paragraph::measured(self.setter, text, shape), pictures)
        };
        // Pictures may be made smaller.
        let (paragraph, pictures) = measured(cx.measure / 2);
        let max = paragraph.natural_width();
        let pieces = if pictures { measured(SMALL_PICTURE).0.pieces() } else { paragraph.pieces() };
        let min = pieces.iter().map(|piece| piece.1).max().unwrap_or_default();
        (Wish { min: super::units::length(min), max }, pieces)
    }

    /// Padding in a cell, above and below.
    fn cell_pad(&self, cx: &Context) -> Length {
        let pad = self.setter.theme.spaces.cell_y;
        cx.card.map_or(pad, |card| card.padding(pad))
    }

    fn rows(&mut self, rows: &[Row], tags: &[u32], head: bool, grid: &Grid, cx: &Context) -> Vec<Line> {
        let pad = self.cell_pad(cx);
        let mut spans: Vec<Span> = vec![Span::default(); grid.all];
        let mut lines = Vec::new();
        let mut group = Vec::new();
        for (row, element) in rows.iter().zip(tags) {
            let set = self.row(row, *element, head, grid, &mut spans, cx);
            let (height, tied) = (set.height(pad), set.tied);
            for span in &mut spans {
                span.rows = span.rows.saturating_sub(1);
                span.height -= height;
            }
            group.push(set);
            if !tied {
                lines.extend(super::rows::rows(std::mem::take(&mut group), pad, grid.style.leading, grid.most));
            }
        }
        if !group.is_empty() {
            lines.extend(super::rows::rows(group, pad, grid.style.leading, grid.most));
        }
        lines
    }

    fn row(&mut self, row: &Row, parent: u32, head: bool, grid: &Grid, spans: &mut [Span], cx: &Context) -> SetRow {
        let theme = &self.setter.theme;
        let pad = self.cell_pad(cx);
        let mut column = 0;
        let mut cells = Vec::new();
        // A cell that covers rows needs room for its lines by the last of them.
        let ending = spans.iter().filter(|s| s.rows == 1).map(|s| s.height - pad * 2).max().unwrap_or_default();
        for cell in &row.cells {
            while spans.get(column).is_some_and(|s| s.rows > 0) {
                column += 1;
            }
            let covered = usize::from(cell.colspan.max(1)).min(grid.all.saturating_sub(column).max(1));
            let Some(place) = grid.columns.iter().position(|c| *c == column) else {
                // It stands in another part.
                column += covered;
                continue;
            };
            let x: Length = grid.widths.iter().take(place).copied().sum();
            let width: Length = grid.widths.iter().skip(place).take(covered).copied().sum();
            let x = grid.shift + if grid.direction.is_rtl() { grid.width() - x - width } else { x };
            let lines = if grid.key && place == 0 {
                let mut apart = self.apart();
                apart.cell(cell, 0, head, column, width, grid, cx).iter().map(as_artifact).collect()
            } else {
                self.cell(cell, parent, head, column, width, grid, cx)
            };
            let height = lines.iter().map(|l| l.metrics.height).sum::<Length>() + pad * 2;
            for span in spans.iter_mut().skip(column).take(covered) {
                *span = Span { rows: cell.rowspan.max(1), height };
            }
            cells.push(SetCell { node: cell.id, x: cx.x + x, lines, spans: cell.rowspan > 1 });
            column += covered;
        }
        let tied = spans.iter().any(|s| s.rows > 1);
        let mut least = grid.style.leading.max(ending);
        match cx.card.filter(|_| !head) {
            // Room for a pencil below what is printed.
            Some(InCard { room, .. }) if room > Length::ZERO => {
                let printed = cells.iter().map(SetCell::height).max().unwrap_or_default();
                least = least.max(printed) + room;
            }
            Some(InCard { kind: CardKind::Skills, .. }) => {
                let boxes = self.boxes_to_tick(&Context { x: theme.spaces.cell_x, measure: grid.widths.first().copied().unwrap_or_default(), ..cx.clone() });
                if let Some(first) = cells.first_mut() {
                    first.lines.push(boxes);
                }
            }
            _ => {}
        }
        SetRow { node: row.id, cells, least, tied }
    }

    #[allow(clippy::too_many_arguments)] // a cell is where row and column meet
    fn cell(&mut self, cell: &Cell, parent: u32, head: bool, column: usize, width: Length, grid: &Grid, cx: &Context) -> Vec<Line> {
        let theme = &self.setter.theme;
        let (colspan, rowspan) = (cell.colspan.max(1), cell.rowspan.max(1));
        let role = if head || cell.header { Role::HeaderCell { row: !head, colspan, rowspan } } else { Role::DataCell { colspan, rowspan } };
        let element = self.tag(parent, role, Some(cell.id));
        let alignment = match grid.align.get(column).copied().unwrap_or_default() {
            // Authors speak of the sides of the page, whichever way its lines run.
            Align::Left if grid.direction.is_rtl() => Alignment::Right,
            Align::Right if grid.direction.is_rtl() => Alignment::Left,
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
            divide: grid.divide,
            card: cx.card,
            language: cx.language.clone(),
            direction: grid.direction,
        };
        let outer = self.picture_limit.replace(inner.measure);
        let lines = self.boxed(|builder| builder.cell_blocks(&cell.blocks, &inner));
        self.picture_limit = outer;
        lines
    }

    /// A cell of one paragraph needs no element but its own.
    fn cell_blocks(&mut self, blocks: &[Block], cx: &Context) {
        if let [Block { kind: BlockKind::Paragraph(text), id, pos, .. }] = blocks {
            let text = self.text(text, &cx.style, cx.parent, *pos);
            return self.set_text(text, *id, cx, Length::ZERO, Vec::new());
        }
        self.blocks(blocks, cx);
    }

    fn push_table(&mut self, block: &Block, continued: Line, mut head: Vec<Line>, mut body: Vec<Line>, grid: &Grid, cx: &Context) {
        if cx.card.is_some() {
            self.row_rules(&mut body, grid, cx.x);
        }
        self.table_rules(&mut head, &mut body, grid, cx.x);
        let weight = self.setter.theme.rules.table_inner;
        let mut edge = Frame::default();
        edge.push(Point::new(cx.x + grid.shift, -weight / 2), Mark::Artifact(Artifact::Layout), self.rule(grid.width(), weight));
        let text_height = self.setter.theme.text_height();
        let head_rows = head.len();
        for line in head.iter_mut() {
            line.metrics.glued = true;
        }
        let mut repeat: Vec<Line> = std::iter::once(continued).chain(head.iter().map(as_artifact)).collect();
        if repeat.iter().map(|l| l.metrics.height).sum::<Length>() > share_of(text_height, self.setter.theme.keeps.head) {
            // A head that leaves no room is not repeated.
            repeat.clear();
        }
        // Two rows stay with the head, and two at the end, where there are more and they are not high.
        let pair = |rows: &[Line]| rows.iter().map(|l| l.metrics.height).sum::<Length>() <= text_height / 4;
        let more = body.len() > 3;
        let first = if more && pair(&body[..2]) { 2 } else { 1 };
        let last = if more && pair(&body[body.len() - 2..]) { 2 } else { 1 };
        let mut lines = head;
        lines.append(&mut body);
        let height: Length = lines.iter().map(|l| l.metrics.height).sum();
        let keep = Keep {
            together: height <= share_of(text_height, self.setter.theme.keeps.table),
            with_next: false,
            head: (head_rows + first).min(usize::from(u16::MAX)) as u16,
            tail: last,
        };
        let start = self.flow.len();
        self.push_lines(cx, block.id, lines, keep);
        if let Some(Flow::Stack(stack)) = self.flow.get_mut(start) {
            stack.repeat = repeat;
            stack.edge = Some(edge);
        }
    }

    /// A hairline over each row but the first, where a pencil has to find its row.
    fn row_rules(&self, body: &mut [Line], grid: &Grid, x: Length) {
        let theme = &self.setter.theme;
        for line in body.iter_mut().skip(1) {
            let item = Item::Rect { size: Size::new(grid.width(), theme.rules.table_inner / 2), color: theme.colors.rule };
            line.frame.items.insert(0, Placed { at: Point::new(x + grid.shift, Length::ZERO), mark: Mark::Artifact(Artifact::Layout), item });
        }
    }

    /// A rule above the head, one below it, and one below the body.
    fn table_rules(&self, head: &mut [Line], body: &mut [Line], grid: &Grid, x: Length) {
        let rules = &self.setter.theme.rules;
        let x = x + grid.shift;
        let rule = |line: &mut Line, at: Length, weight: Length| {
            let at = Point::new(x, at - weight / 2);
            line.frame.items.insert(0, Placed { at, mark: Mark::Artifact(Artifact::Layout), item: self.rule(grid.width(), weight) });
        };
        if let Some(first) = head.first_mut().or(body.first_mut()) {
            rule(first, Length::ZERO, rules.table_outer);
        }
        if let Some(last) = head.last_mut() {
            let at = last.metrics.height;
            rule(last, at, rules.table_inner);
        }
        if let Some(last) = body.last_mut().or(head.last_mut()) {
            let at = last.metrics.height;
            rule(last, at, rules.table_outer);
        }
    }
}

/// What the cells of a table have in common.
struct Grid {
    /// The columns that stand here, by their numbers.
    columns: Vec<usize>,
    /// Columns of the table.
    all: usize,
    /// The first of them has been read in another part.
    key: bool,
    widths: Vec<Length>,
    style: TextStyle,
    align: Vec<Align>,
    /// Rows higher than this are parted.
    most: Length,
    /// Words may be divided.
    divide: bool,
    /// The first column stands where lines begin.
    direction: Direction,
    /// From the left edge of the measure to the table.
    shift: Length,
}

impl Grid {
    /// Text from right to left begins at the right edge, and so does its table.
    fn shifted(self, measure: Length) -> Grid {
        let shift = if self.direction.is_rtl() { (measure - self.width()).max(Length::ZERO) } else { Length::ZERO };
        Grid { shift, ..self }
    }

    fn width(&self) -> Length {
        self.widths.iter().copied().sum()
    }
}

/// For each column whether some cell covers it and the one before.
fn crossed(table: &Table, columns: usize) -> Vec<bool> {
    let mut crossed = vec![false; columns];
    for rows in [&table.head, &table.body] {
        let mut covered = vec![0u16; columns];
        for row in rows {
            let mut column = 0;
            for cell in &row.cells {
                while covered.get(column).is_some_and(|rows| *rows > 0) {
                    column += 1;
                }
                let span = usize::from(cell.colspan.max(1));
                crossed.iter_mut().skip(column + 1).take(span - 1).for_each(|c| *c = true);
                covered.iter_mut().skip(column).take(span).for_each(|rows| *rows = cell.rowspan.max(1));
                column += span;
            }
            covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
    }
    crossed
}

/// So many hundredths of a height.
fn share_of(height: Length, hundredths: u16) -> Length {
    height.scale(i64::from(hundredths), 100)
}

/// A cell from a row above that reaches into the next ones.
#[derive(Clone, Copy, Default)]
struct Span {
    /// Rows it still covers.
    rows: u16,
    /// Height it still needs.
    height: Length,
}

/// Rows in stacks no higher than `room`: the first begins with `first`, the others with `repeat`.
fn sheets(first: Vec<Line>, repeat: &[Line], body: Vec<Line>, room: Length) -> Vec<Vec<Line>> {
    let mut sheets = Vec::new();
    let mut sheet = first;
    let mut height: Length = sheet.iter().map(|l| l.metrics.height).sum();
    let mut fresh = true;
    let mut glued: Vec<Line> = Vec::new();
    let last = body.len().saturating_sub(1);
    for (index, line) in body.into_iter().enumerate() {
        glued.push(line);
        // Lines that must not be parted go together.
        if index < last && glued.last().is_some_and(|l| l.metrics.glued) {
            continue;
        }
        let more: Length = glued.iter().map(|l| l.metrics.height).sum();
        if height + more > room && !fresh {
            sheets.push(std::mem::replace(&mut sheet, repeat.to_vec()));
            height = repeat.iter().map(|l| l.metrics.height).sum();
        }
        height += more;
        sheet.append(&mut glued);
        fresh = false;
    }
    sheets.push(sheet);
    sheets
}

/// A line whose content has been read once already.
fn as_artifact(line: &Line) -> Line {
    let keep = |placed: &Placed| !matches!(placed.item, Item::Link { .. } | Item::Destination(_));
    let items = line.frame.items.iter().filter(|p| keep(p)).map(|p| Placed { mark: Mark::Artifact(Artifact::Header), ..p.clone() }).collect();
    Line { metrics: LineMetrics { height: line.metrics.height, ..LineMetrics::default() }, frame: Frame { items } }
}
