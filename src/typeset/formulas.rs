//! Formulas: in a line, breakable at relations and operators, and on lines of their own, with numbers.

use std::sync::Arc;

use crate::diag::Code;
use crate::formula::{self, Break, Drawing, Fallback, Ink, Reading, Shape, Stroke};
use crate::language::Direction;
use crate::length::{Length, Point, Size};
use crate::load::Pos;
use crate::parse::{Block, Formula, Inline, NodeId};
use crate::theme::{Color, TextStyle};

use super::builder::{Builder, Context};
use super::frame::{Frame, Glyph, Item, Mark, Path, Placed, Segment, TextRun};
use super::galley::{Keep, Line, LineMetrics};
use super::inlines::font_hint;
use super::setter::Setter;
use super::shape::{EM, at_size};
use super::tags::Role;
use super::text::{Object, ParagraphText, SpanStyle};
use super::units::length;

/// Height of the x of the formulas' letters, in thousandths of an em.
const X_HEIGHT: i64 = 431;
/// What a line costs that ends within a formula: at a relation as much as at a hyphen or two, elsewhere more.
const RELATION: f64 = 80.0;
const OPERATOR: f64 = 120.0;
const COMMA: f64 = 160.0;
/// A formula that is too wide and cannot be divided is set no smaller than this, in percent.
const SMALLEST: i64 = 55;
/// One that fits at this size is set so rather than divided.
const LITTLE: i64 = 94;

/// What to do about a formula that is too wide.
const DIVIDE: &str = "divide it: `\\begin{aligned} … \\\\ … \\end{aligned}`, or give it a smaller part";

impl Setter {
    /// The size of formulas beside text in a style: their x is as high as the text's.
    fn formula_size(&self, style: &TextStyle) -> Length {
        let face = self.fonts.face(self.space_face(style).0);
        let height = i64::from(face.x_height.max(1)) * 1000 / i64::from(face.upem.max(1));
        style.size.scale(height.clamp(380, 560), X_HEIGHT)
    }

    /// The measures of characters of a formula that its own fonts lack: of the text's fonts, at the formula's size.
    fn formula_fallback(&self, tex: &str, style: &TextStyle) -> Fallback {
        let mut fallback = Fallback::default();
        for c in tex.chars().filter(|c| !c.is_ascii() && self.covers(*c)) {
            let width = self.shaped(style, c.encode_utf8(&mut [0; 4]), false).width;
            fallback.add(c, width, EM * 3 / 4, EM / 5);
        }
        fallback
    }

    /// A drawing at a size, around the left end of its baseline.
    fn drawn(&self, drawing: &Drawing, size: Length, style: &TextStyle, color: Color, mark: Mark) -> Vec<Placed> {
        let mut pen = Pen { setter: self, size, style, mark, placed: Vec::new(), end: Point::default(), start: 0 };
        for trace in &drawing.traces {
            let at = Point::new(em(trace.x, size), em(trace.y, size));
            let color = match trace.ink {
                Ink::Text => color,
                Ink::Own(own) => own,
            };
            match &trace.shape {
                Shape::Glyph { font, c, size } => pen.glyph(at, *font, *c, *size, color),
                Shape::Rect { width, height } => pen.put(at, Item::Rect { size: Size::new(em(*width, size), em(*height, size)), color }),
                Shape::Path { strokes, pen: thick } => {
                    let segments = strokes.iter().map(|stroke| segment(stroke, size)).collect();
                    let stroke = thick.map(|thick| (color, em(thick, size)));
                    pen.put(at, Item::Path(Path { segments, fill: thick.is_none().then_some(color), stroke, dash: None }));
                }
            }
        }
        pen.placed
    }

    /// A formula drawn alone, around the left end of its baseline, with its width, height and depth: for those who take no MathML.
    pub fn formula_picture(&self, tex: &str, display: bool, style: &TextStyle, mark: Mark) -> Option<(Frame, Size, Length)> {
        let reading = formula::read(tex).ok()?;
        let size = self.formula_size(style);
        let fallback = self.formula_fallback(tex, style);
        let mut frame = Frame::default();
        let (mut width, mut height, mut depth) = (Length::ZERO, Length::ZERO, Length::ZERO);
        let mut add = |drawing: &Drawing, at: Point| {
            frame.place(at, Frame { items: self.drawn(drawing, size, style, Color::BLACK, mark) });
            width = width.max(at.x + em(drawing.width, size));
            height = height.max(em(drawing.height, size) - at.y);
            depth = depth.max(em(drawing.depth, size) + at.y);
        };
        if display {
            let formula = reading.display(&fallback);
            add(&formula.body, Point::default());
            let right = em(formula.body.width, size) + size * 2;
            formula.tags.iter().for_each(|tag| add(&tag.drawing, Point::new(right, em(tag.below, size))));
        } else {
            let mut x = Length::ZERO;
            for piece in reading.inline(false, &fallback) {
                add(&piece.drawing, Point::new(x, Length::ZERO));
                x += em(piece.drawing.width + piece.end.map_or(0, |end| end.1), size);
            }
        }
        let mut moved = Frame::default();
        moved.place(Point::new(Length::ZERO, height), frame);
        Some((moved, Size::new(width.max(Length::from_raw(1)), (height + depth).max(Length::from_raw(1))), depth))
    }
}

/// 65536ths of an em at a size.
fn em(units: i64, size: Length) -> Length {
    length(at_size(units, size))
}

fn segment(stroke: &Stroke, size: Length) -> Segment {
    let point = |x: i64, y: i64| Point::new(em(x, size), em(y, size));
    match *stroke {
        Stroke::Move(x, y) => Segment::Move(point(x, y)),
        Stroke::Line(x, y) => Segment::Line(point(x, y)),
        Stroke::Curve([ax, ay, bx, by, x, y]) => Segment::Curve(point(ax, ay), point(bx, by), point(x, y)),
        Stroke::Close => Segment::Close,
    }
}

/// Draws glyphs, those that follow each other on a line as one run.
struct Pen<'a> {
    setter: &'a Setter,
    /// The formula's size.
    size: Length,
    /// Style of the text, for what the formulas' fonts lack.
    style: &'a TextStyle,
    mark: Mark,
    placed: Vec<Placed>,
    /// Where the last run ends, and where its last glyph begins.
    end: Point,
    start: i64,
}

impl Pen<'_> {
    fn put(&mut self, at: Point, item: Item) {
        self.placed.push(Placed { at, mark: self.mark, item });
    }

    fn glyph(&mut self, at: Point, font: Option<&'static str>, c: char, scale: i64, color: Color) {
        let size = em(scale, self.size);
        let text = formula::readable(c);
        let own = font.and_then(|font| self.setter.fonts.mathematical(font)).and_then(|face| Some((face, face.glyph(c)?)));
        let Some((face, id)) = own else { return self.foreign(at, c, size, color) };
        let natural = em(i64::from(face.advance(id)) * EM / i64::from(face.upem.max(1)), size);
        let face = face.id;
        if let Some(Placed { at: there, item: Item::Text(run), .. }) = self.placed.last_mut()
            && (run.face, run.size, run.color) == (face, size, color)
            && there.y == at.y
            && i64::from(at.x.raw()) >= self.start
            && run.text.len() < usize::from(u16::MAX) - 8
        {
            if let Some(last) = run.glyphs.last_mut() {
                last.advance = length(i64::from(at.x.raw()) - self.start);
            }
            run.glyphs.push(Glyph { id, cluster: run.text.len() as u16, advance: natural, dx: 0, dy: 0 });
            let mut all = std::mem::take(&mut run.text).into_string();
            all.push(text);
            run.text = all.into();
        } else {
            let glyphs = vec![Glyph { id, cluster: 0, advance: natural, dx: 0, dy: 0 }];
            self.run(at, face, size, color, glyphs, text.to_string());
        }
        self.start = i64::from(at.x.raw());
        self.end = Point::new(at.x + natural, at.y);
    }

    /// A character that the formulas' fonts lack, in the text's.
    fn foreign(&mut self, at: Point, c: char, size: Length, color: Color) {
        let shaped = self.setter.shaped(self.style, c.encode_utf8(&mut [0; 4]), false);
        let mut x = at.x;
        for part in &shaped.parts {
            let Some(face) = part.face else { continue };
            let advance = |units: i32| em(i64::from(units), size);
            let glyphs: Vec<Glyph> =
                part.glyphs.iter().map(|glyph| Glyph { id: glyph.id, cluster: 0, advance: advance(glyph.advance), dx: 0, dy: 0 }).collect();
            let width: Length = glyphs.iter().map(|glyph| glyph.advance).sum();
            self.run(Point::new(x, at.y), face, size, color, glyphs, c.to_string());
            x += width;
        }
    }

    fn run(&mut self, at: Point, face: crate::fonts::FaceId, size: Length, color: Color, glyphs: Vec<Glyph>, text: String) {
        let run = TextRun { face, size, color, scale: 1000, glyphs, text: text.into(), actual: None, personal: false, turned: false };
        self.put(at, Item::Text(run));
    }
}

/// A formula with what is needed to set it.
struct Read {
    reading: Reading,
    fallback: Fallback,
    size: Length,
    color: Color,
    style: TextStyle,
}

impl Builder<'_> {
    fn read_formula(&mut self, id: NodeId, pos: Pos, formula: &Formula, style: &TextStyle) -> Option<Read> {
        let numbered: Option<&Arc<str>> = self.input.formulas.get(&id).copied();
        let tex = numbered.unwrap_or(&formula.tex);
        let reading = formula::read(tex).or_else(|_| formula::read(&formula.tex)).ok()?;
        for c in tex.chars().filter(|c| !c.is_ascii() && !c.is_control() && !self.setter.covers(*c) && !self.setter.fonts.has_mathematical(*c)) {
            let message = format!("no font has the character `{c}` (U+{:04X}) of a formula: it is left out", c as u32);
            self.warn(Code::CharacterWithoutFont, pos, message, &font_hint(c));
        }
        let fallback = self.setter.formula_fallback(tex, style);
        Some(Read { reading, fallback, size: self.setter.formula_size(style), color: self.setter.theme.color(style.color), style: *style })
    }

    /// The mark of what a formula is drawn with.
    fn formula_mark(&mut self, id: NodeId, formula: &Formula, tag: u32) -> Mark {
        let element = self.tag(tag, Role::Formula { alt: formula.source.to_string() }, Some(id));
        self.mark(element)
    }

    /// A formula in a line.
    pub(super) fn formula(&mut self, inline: &Inline, formula: &Formula, style: &SpanStyle, tag: u32, out: &mut ParagraphText) {
        if self.input.named.contains(&inline.id) {
            out.anchor(inline.id);
        }
        let Some(read) = self.read_formula(inline.id, inline.pos, formula, &style.style) else { return out.push(&formula.source, style) };
        let pieces = read.reading.inline(formula.display, &read.fallback);
        if pieces.iter().any(|piece| em(piece.drawing.width, read.size) > self.setter.theme.measure()) {
            let message = "a part of a formula is wider than the page and cannot be divided: its source is shown";
            self.warn(Code::FormulaWide, inline.pos, message.to_string(), DIVIDE);
            return out.push(&formula.source, style);
        }
        let mark = self.formula_mark(inline.id, formula, tag);
        let style = SpanStyle { mark, hyphenate: false, code: false, ..style.clone() };
        let start = out.text.len();
        let passages = out.isolates.len();
        // What only reaches into the leading does not push lines apart.
        let slack = style.style.leading.scale(12, 100);
        for piece in pieces {
            let mut items = self.setter.drawn(&piece.drawing, read.size, &read.style, read.color, mark);
            items.iter_mut().for_each(|placed| placed.at.y -= style.rise);
            let (height, depth) = (em(piece.drawing.height, read.size) + style.rise - slack, em(piece.drawing.depth, read.size) - style.rise - slack);
            out.push_object(Object { width: em(piece.drawing.width, read.size), height, depth, items, is_letter: true }, &style);
            if let Some((kind, space)) = piece.end {
                let cost = match kind {
                    Break::Relation => RELATION,
                    Break::Operator => OPERATOR,
                    Break::Comma => COMMA,
                    Break::Never => 0.0,
                };
                out.push_space(em(space, read.size), (kind != Break::Never).then_some(cost), &style);
            }
        }
        // In text from right to left a formula runs from left to right all the same.
        out.isolate(start, passages, Some(Direction::LeftToRight));
        out.count(start, formula.source.len());
    }

    /// A formula on lines of its own, in the middle of the measure, with its numbers at the edge.
    pub(super) fn display(&mut self, block: &Block, formula: &Formula, cx: &Context) {
        let Some(read) = self.read_formula(block.id, block.pos, formula, &cx.style) else { return };
        let display = read.reading.display(&read.fallback);
        let Some(fit) = self.fit(&display, &read, block.pos, cx) else {
            let message = "a formula is wider than the page, however small it is set, and cannot be divided: its source is shown";
            self.warn(Code::FormulaWide, block.pos, message.to_string(), DIVIDE);
            return self.code(block, None, &formula.source, cx);
        };
        let mark = self.formula_mark(block.id, formula, cx.parent);
        let setting = self.fitted(&display, &read, fit, mark, cx);
        let keep = Keep { together: setting.len() < 12, with_next: false, head: 2, tail: 2 };
        self.push_lines(cx, block.id, setting, keep);
    }

    /// How a formula fits: whole if it is not too wide, else divided, else smaller. Nothing if it does not.
    fn fit<'d>(&mut self, display: &'d formula::Display, read: &Read, pos: Pos, cx: &Context) -> Option<Fit<'d>> {
        let fits = |size: Length| em(display.body.width, size) <= cx.measure - numbers(display, size);
        if fits(read.size) {
            return Some(Fit::Whole(read.size));
        }
        let by = em(display.body.width, read.size) - cx.measure + numbers(display, read.size);
        let told = format!("a formula is {:.0} pt wider than there is room for", by.to_pt());
        // What is hardly too wide is not divided for that.
        let fits_smaller = fits(read.size.scale(LITTLE, 100));
        if let Some(rows) = divided(display, read.size, cx).filter(|_| !fits_smaller) {
            let hint = "divide it yourself where its sense does: `\\begin{aligned} … \\\\ … \\end{aligned}`";
            self.warn(Code::FormulaWide, pos, format!("{told}: it is divided"), hint);
            return Some(Fit::Divided(rows));
        }
        let (percent, size) = (SMALLEST..100).rev().map(|percent| (percent, read.size.scale(percent, 100))).find(|(_, size)| fits(*size))?;
        self.warn(Code::FormulaWide, pos, format!("{told}: it is set at {percent} % of its size"), DIVIDE);
        Some(Fit::Whole(size))
    }

    /// The lines of a formula that fits so.
    fn fitted(&self, display: &formula::Display, read: &Read, fit: Fit<'_>, mark: Mark, cx: &Context) -> Vec<Line> {
        let page = self.setter.theme.text_height();
        let size = match fit {
            Fit::Divided(rows) => return self.divided_lines(rows, read, mark),
            Fit::Whole(size) => size,
        };
        let whole = em(display.body.height + display.body.depth, size);
        if whole > page / 2 && display.rows.len() > 1 {
            return self.formula_rows(display, read, size, mark, cx);
        }
        // No formula is higher than a page.
        let size = if whole <= page { size } else { size.scale(i64::from(page.raw()), i64::from(whole.raw().max(1))) };
        vec![self.whole(display, read, size, mark, cx)]
    }

    /// A line with drawings at places around one baseline.
    fn formula_line(&self, parts: &[Part<'_>], read: &Read, size: Length, mark: Mark) -> Line {
        let above = parts.iter().map(|(drawing, _, below)| em(drawing.height, size) - *below).max().unwrap_or(Length::ZERO).max(size.scale(70, 100));
        let under = parts.iter().map(|(drawing, _, below)| em(drawing.depth, size) + *below).max().unwrap_or(Length::ZERO).max(size.scale(20, 100));
        let mut line = Line { metrics: LineMetrics { height: above + under, ..LineMetrics::default() }, ..Line::default() };
        for (drawing, x, below) in parts {
            let items = self.setter.drawn(drawing, size, &read.style, read.color, mark);
            line.frame.place(Point::new(*x, above + *below), Frame { items });
        }
        line
    }

    fn whole(&self, display: &formula::Display, read: &Read, size: Length, mark: Mark, cx: &Context) -> Line {
        let numbers = numbers(display, size);
        let mut parts = vec![(&display.body, middle(em(display.body.width, size), numbers, cx), Length::ZERO)];
        parts.extend(display.tags.iter().map(|tag| (&tag.drawing, edge(em(tag.drawing.width, size), cx), em(tag.below, size))));
        self.formula_line(&parts, read, size, mark)
    }

    /// Row by row, so that a page may end between them.
    fn formula_rows(&self, display: &formula::Display, read: &Read, size: Length, mark: Mark, cx: &Context) -> Vec<Line> {
        let numbers = numbers(display, size);
        let x = middle(em(display.body.width, size), numbers, cx);
        let row = |(index, row): (usize, &Drawing)| {
            let tags = display.tags.iter().filter(|tag| tag.row == Some(index));
            let mut parts = vec![(row, x, Length::ZERO)];
            parts.extend(tags.map(|tag| (&tag.drawing, edge(em(tag.drawing.width, size), cx), Length::ZERO)));
            self.formula_line(&parts, read, size, mark)
        };
        display.rows.iter().enumerate().map(row).collect()
    }

    /// A formula in several lines.
    fn divided_lines(&self, rows: Vec<Vec<Part<'_>>>, read: &Read, mark: Mark) -> Vec<Line> {
        let gap = read.size.scale(35, 100);
        let mut lines: Vec<Line> = rows.iter().map(|parts| self.formula_line(parts, read, read.size, mark)).collect();
        let count = lines.len();
        lines.iter_mut().take(count.saturating_sub(1)).for_each(|line| line.metrics.height += gap);
        lines
    }
}

/// A drawing on a line: from the left, and below the line's baseline.
type Part<'d> = (&'d Drawing, Length, Length);

/// How a formula on lines of its own fits the measure.
enum Fit<'d> {
    /// At this size.
    Whole(Length),
    /// In several rows, at its own size.
    Divided(Vec<Vec<Part<'d>>>),
}

/// The rows of a formula in several lines, the first at the left and those after it further in; nothing if a piece is wider than that.
fn divided<'d>(display: &'d formula::Display, size: Length, cx: &Context) -> Option<Vec<Vec<Part<'d>>>> {
    if display.pieces.len() < 2 || cx.measure < size * 8 {
        return None;
    }
    let indent = size * 2;
    let number = display.tags.first();
    let numbers = number.map_or(Length::ZERO, |tag| em(tag.drawing.width, size) + size);
    let mut rows: Vec<Vec<Part<'_>>> = Vec::new();
    let mut end = Length::ZERO;
    for (index, (piece, space)) in display.pieces.iter().enumerate() {
        let (space, width) = (em(*space, size), em(piece.width, size));
        // The last line has the number beside it.
        let last = index + 1 == display.pieces.len();
        let most = cx.measure - if last { numbers } else { Length::ZERO };
        match rows.last_mut() {
            Some(row) if end + space + width <= most => {
                row.push((piece, cx.x + end + space, Length::ZERO));
                end += space + width;
            }
            _ => {
                let from = if rows.is_empty() { Length::ZERO } else { indent };
                if from + width > most {
                    return None;
                }
                rows.push(vec![(piece, cx.x + from, Length::ZERO)]);
                end = from + width;
            }
        }
    }
    if let (Some(tag), Some(row)) = (number, rows.last_mut()) {
        row.push((&tag.drawing, edge(em(tag.drawing.width, size), cx), Length::ZERO));
    }
    Some(rows)
}

/// The room that a formula's numbers take, with the space before them.
fn numbers(display: &formula::Display, size: Length) -> Length {
    display.tags.iter().map(|tag| em(tag.drawing.width, size) + size).max().unwrap_or(Length::ZERO)
}

/// Where something so wide begins that stands in the middle, or further to the edge at which numbers do not stand.
fn middle(width: Length, numbers: Length, cx: &Context) -> Length {
    let centred = (cx.measure - width) / 2;
    let from = if centred >= numbers { centred } else { (cx.measure - numbers - width).max(Length::ZERO) };
    cx.beside(from, width)
}

/// Where a number stands: at the edge where lines end.
fn edge(width: Length, cx: &Context) -> Length {
    cx.beside(cx.measure - width, width)
}
