//! A formula drawn: glyphs, rules and paths at their places, in 65536ths of an em, from RaTeX's layout.

use std::collections::HashMap;
use std::sync::Arc;

use ratex_font::FontId;
use ratex_layout::layout_box::BoxContent;
use ratex_layout::{FallbackGlyphMetrics, LayoutBox, LayoutOptions, layout_with_fallback_metrics, to_display_list, validate_layout};
use ratex_parser::ParseNode;
use ratex_parser::parse_node::{AlignType, ArrayTag, AtomFamily};
use ratex_types::color::Color as MathColor;
use ratex_types::display_item::DisplayItem;
use ratex_types::math_style::MathStyle;
use ratex_types::path_command::PathCommand;

use super::read::Reading;
use crate::theme::Color;

/// One em.
const EM: f64 = 65536.0;
/// No formula is longer or higher: fifty pages side by side. What is larger has a mistake in it.
const LARGEST: f64 = 2000.0;
/// Thickness of a line that is drawn along a path, in em: that of the rule of a fraction.
const LINE: f64 = 0.04;

/// Something drawn, around the left end of its baseline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawing {
    /// How far what follows is moved on.
    pub width: i64,
    /// Above the baseline.
    pub height: i64,
    /// Below it.
    pub depth: i64,
    /// In reading order.
    pub traces: Vec<Trace>,
}

/// A thing that leaves ink.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// From the left end of the baseline to the right.
    pub x: i64,
    /// From the baseline downwards: a glyph's own baseline, the top of a rule.
    pub y: i64,
    /// Its colour.
    pub ink: Ink,
    /// What it is.
    pub shape: Shape,
}

/// Colours in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// That of the text around.
    Text,
    /// One that the formula names.
    Own(Color),
}

/// Kinds of trace.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A character of one of the formula fonts, by the name that it bears behind `KaTeX_`; none if they lack the character.
    Glyph {
        font: Option<&'static str>,
        c: char,
        /// Size in 65536ths of the formula's.
        size: i64,
    },
    /// A filled rectangle.
    Rect { width: i64, height: i64 },
    /// A path, filled or drawn along with a pen so thick.
    Path { strokes: Vec<Stroke>, pen: Option<i64> },
}

/// A part of a path: points as in [`Trace`], from the path's own place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stroke {
    Move(i64, i64),
    Line(i64, i64),
    Curve([i64; 6]),
    Close,
}

/// What comes between a piece of a formula and the next, where a line may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// After a relation: `=`, `<`, `→`.
    Relation,
    /// After an operator between two terms: `+`.
    Operator,
    /// After a comma.
    Comma,
    /// Nowhere: only the space gives, as the one on the other side of a sign does.
    Never,
}

/// A part of a formula that is never divided.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// The part.
    pub drawing: Drawing,
    /// The space behind it, and whether a line may end there; nothing for the last one.
    pub end: Option<(Break, i64)>,
}

/// A formula on a line of its own.
#[derive(Clone, Debug)]
pub(crate) struct Display {
    /// The formula without its numbers.
    pub body: Drawing,
    /// Its numbers.
    pub tags: Vec<Tag>,
    /// The rows of a formula that is nothing but rows, each around its own baseline; none for any other.
    pub rows: Vec<Drawing>,
    /// The same in pieces that may stand on lines of their own; one if it cannot be divided. The space stands before a piece.
    pub pieces: Vec<(Drawing, i64)>,
}

/// The number of a formula, or of one of its rows.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub drawing: Drawing,
    /// How far below the formula's baseline its own is.
    pub below: i64,
    /// The row that it belongs to, where the formula has rows.
    pub row: Option<usize>,
}

/// How wide, high and deep characters are that the formula fonts lack.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fallback(HashMap<char, FallbackGlyphMetrics>);

impl Fallback {
    /// Adds a character with its width, height and depth in 65536ths of an em.
    pub fn add(&mut self, c: char, width: i64, height: i64, depth: i64) {
        let em = |length: i64| length as f64 / EM;
        self.0.insert(c, FallbackGlyphMetrics { width: em(width), height: em(height), depth: em(depth) });
    }
}

/// Whether a formula takes no more room and no more work than it may.
pub(super) fn is_bounded(reading: &Reading) -> Result<(), String> {
    let whole = laid(&reading.nodes, MathStyle::Display, &Fallback::default());
    validate_layout(&whole).map_err(|_| "it has more parts than can be drawn".to_string())?;
    let sound = [whole.width, whole.height, whole.depth].into_iter().all(|length| length.is_finite() && length.abs() < LARGEST);
    sound.then_some(()).ok_or_else(|| "it is larger than any page".to_string())
}

impl Reading {
    /// The formula in a line of text, in the pieces between which the line may end.
    pub fn inline(&self, display: bool, fallback: &Fallback) -> Vec<Piece> {
        let style = if display { MathStyle::Display } else { MathStyle::Text };
        let (nodes, tags) = without_tags(&self.nodes);
        let whole = laid(&nodes, style, fallback);
        let Some(cells) = cells(&nodes, &whole).filter(|_| tags.is_empty()) else {
            return vec![Piece { drawing: drawn(&laid(&self.nodes, style, fallback)), end: None }];
        };
        let mut pieces = Vec::new();
        let mut begun: Vec<LayoutBox> = Vec::new();
        for (at, cell) in cells.iter().enumerate() {
            let is_sign = matches!(cell.class, Class::Relation | Class::Operator);
            match cell.space {
                Some(space) if is_sign && !begun.is_empty() => {
                    pieces.push(Piece { drawing: drawn(&row(std::mem::take(&mut begun))), end: Some((Break::Never, units(space))) });
                }
                _ => begun.extend(cell.space_box(begun.is_empty())),
            }
            begun.push(cell.content.clone());
            let next = cells.get(at + 1);
            let kind = match cell.class {
                Class::Relation if next.is_some_and(|next| next.class != Class::Relation) => Some(Break::Relation),
                // One that stands between two terms has space on both sides.
                Class::Operator if cell.space.is_some() => Some(Break::Operator),
                Class::Comma => Some(Break::Comma),
                _ => None,
            };
            if let (Some(kind), Some(space)) = (kind, next.and_then(|next| next.space)) {
                pieces.push(Piece { drawing: drawn(&row(std::mem::take(&mut begun))), end: Some((kind, units(space))) });
            }
        }
        pieces.push(Piece { drawing: drawn(&row(begun)), end: None });
        pieces
    }

    /// The formula on a line of its own.
    pub fn display(&self, fallback: &Fallback) -> Display {
        let (nodes, tags) = without_tags(&self.nodes);
        let whole = laid(&nodes, MathStyle::Display, fallback);
        let (lines, rows) = rows(&whole);
        let tag = |(row, nodes): (Option<usize>, Vec<ParseNode>)| {
            let below = row.and_then(|row| lines.get(row)).copied().unwrap_or(0.0);
            Tag { drawing: drawn(&laid(&nodes, MathStyle::Text, fallback)), below: units(below), row }
        };
        let tags = tags.into_iter().map(tag).collect();
        let body = drawn(&whole);
        let pieces = match cells(&nodes, &whole) {
            Some(cells) => divided(&cells),
            None => vec![(body.clone(), 0)],
        };
        Display { body, tags, rows, pieces }
    }
}

/// Before relations and operators a line of a formula of its own may begin.
fn divided(cells: &[Cell]) -> Vec<(Drawing, i64)> {
    let mut pieces = Vec::new();
    let mut begun: Vec<LayoutBox> = Vec::new();
    let mut before = 0;
    for (at, cell) in cells.iter().enumerate() {
        let follows = |class: Class| at > 0 && cells.get(at - 1).is_some_and(|cell| cell.class == class);
        let begins = match (cell.class, cell.space) {
            (Class::Relation, Some(_)) => !follows(Class::Relation),
            (Class::Operator, Some(_)) => true,
            _ => false,
        };
        if begins && !begun.is_empty() {
            pieces.push((drawn(&row(std::mem::take(&mut begun))), before));
            before = units(cell.space.unwrap_or(0.0));
        } else {
            begun.extend(cell.space_box(begun.is_empty()));
        }
        begun.push(cell.content.clone());
    }
    pieces.push((drawn(&row(begun)), before));
    pieces
}

fn laid(nodes: &[ParseNode], style: MathStyle, fallback: &Fallback) -> LayoutBox {
    layout_with_fallback_metrics(nodes, &LayoutOptions::default().with_style(style), Arc::new(fallback.0.clone()))
}

fn row(boxes: Vec<LayoutBox>) -> LayoutBox {
    ratex_layout::hbox::make_hbox(boxes)
}

/// The number of a row, or of a formula without rows.
type NumberOf = (Option<usize>, Vec<ParseNode>);

/// A formula without its numbers, and these with the rows that they belong to. An environment of one row and one column is what is in
/// it: so it can be divided.
fn without_tags(nodes: &[ParseNode]) -> (Vec<ParseNode>, Vec<NumberOf>) {
    let mut tags = Vec::new();
    let mut kept: Vec<ParseNode> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            ParseNode::Tag { tag, .. } => tags.push((None, tag.clone())),
            node => kept.push(node.clone()),
        }
    }
    if let [ParseNode::Array { tags: numbers, .. }] = &mut kept[..] {
        for (row, number) in numbers.take().into_iter().flatten().enumerate() {
            if let ArrayTag::Explicit(number) = number {
                tags.push((Some(row), number));
            }
        }
    }
    let kept = match alone(&kept) {
        Some(content) => {
            tags.iter_mut().for_each(|(row, _)| *row = None);
            content
        }
        None => kept,
    };
    (kept, tags)
}

/// The content of an array of one cell without rules.
fn alone(nodes: &[ParseNode]) -> Option<Vec<ParseNode>> {
    let [ParseNode::Array { body, hlines_before_row, cols, .. }] = nodes else { return None };
    let [row] = &body[..] else { return None };
    let [cell] = &row[..] else { return None };
    let ruled =
        hlines_before_row.iter().any(|lines| !lines.is_empty()) || cols.iter().flatten().any(|column| matches!(column.align_type, AlignType::Separator));
    if ruled {
        return None;
    }
    let mut content = cell;
    while let ParseNode::Styling { body, .. } | ParseNode::OrdGroup { body, .. } = content {
        match &body[..] {
            [one @ (ParseNode::Styling { .. } | ParseNode::OrdGroup { .. })] => content = one,
            body => return Some(body.to_vec()),
        }
    }
    Some(vec![content.clone()])
}

/// The rows of a formula that is an array: how far below the formula's baseline each has its own, and each drawn apart if no rules go
/// through them.
fn rows(whole: &LayoutBox) -> (Vec<f64>, Vec<Drawing>) {
    let BoxContent::HBox(children) = &whole.content else { return Default::default() };
    let [array @ LayoutBox { content: BoxContent::Array { cells, row_heights, row_depths, offset, hlines_before_row, col_separators, .. }, .. }] =
        &children[..]
    else {
        return Default::default();
    };
    let ruled = hlines_before_row.iter().any(|lines| !lines.is_empty()) || col_separators.iter().any(Option::is_some);
    let (mut baselines, mut drawings) = (Vec::new(), Vec::new());
    let mut top = -offset;
    for ((cells, height), depth) in cells.iter().zip(row_heights).zip(row_depths) {
        baselines.push(top + height);
        top += height + depth;
        let mut one = LayoutBox { height: *height, depth: *depth, ..array.clone() };
        if let BoxContent::Array { cells: all, row_heights: heights, row_depths: depths, offset, row_tags, hlines_before_row, .. } = &mut one.content {
            (*all, *heights, *depths) = (vec![cells.clone()], vec![*height], vec![*depth]);
            (*offset, *row_tags, *hlines_before_row) = (*height, vec![None], vec![Vec::new(), Vec::new()]);
        }
        drawings.push(drawn(&one));
    }
    (baselines, if ruled { Vec::new() } else { drawings })
}

/// What a part of a formula's row is to what stands beside it, as far as lines may end there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Relation,
    Operator,
    Comma,
    Other,
    /// Space: nothing stands beside it.
    None,
}

/// A part of a formula's row.
struct Cell {
    class: Class,
    /// The space that the kinds of both ask for between it and what stands before it.
    space: Option<f64>,
    content: LayoutBox,
}

impl Cell {
    /// The space before it, unless it begins a line.
    fn space_box(&self, begins: bool) -> Option<LayoutBox> {
        self.space.filter(|_| !begins).map(LayoutBox::new_kern)
    }
}

/// The parts of a formula's row with the spaces between them, if it is one row. The layout has a box for each node, and boxes for the
/// spaces that their kinds ask for.
fn cells(nodes: &[ParseNode], whole: &LayoutBox) -> Option<Vec<Cell>> {
    let BoxContent::HBox(children) = &whole.content else { return None };
    let mut boxes = children.iter().peekable();
    let mut out = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        let class = class(node);
        let is_kern = |one: &LayoutBox| matches!(one.content, BoxContent::Kern);
        let more = boxes.len() > nodes.len() - at;
        let space = if class != Class::None && more { boxes.next_if(|one| is_kern(one)).map(|one| one.width) } else { None };
        out.push(Cell { class, space, content: boxes.next()?.clone() });
    }
    boxes.next().is_none().then_some(out)
}

fn class(node: &ParseNode) -> Class {
    match node {
        ParseNode::Atom { family: AtomFamily::Rel, .. } | ParseNode::XArrow { .. } => Class::Relation,
        ParseNode::Atom { family: AtomFamily::Bin, .. } => Class::Operator,
        ParseNode::Atom { family: AtomFamily::Punct, text, .. } if text == "," || text == ";" => Class::Comma,
        ParseNode::MClass { mclass, .. } => match mclass.as_str() {
            "mrel" => Class::Relation,
            "mbin" => Class::Operator,
            _ => Class::Other,
        },
        ParseNode::SupSub { base: Some(base), .. } => class(base),
        ParseNode::HtmlMathMl { html: body, .. } | ParseNode::Html { body, .. } => {
            body.iter().map(class).find(|class| *class != Class::None).unwrap_or(Class::None)
        }
        ParseNode::SpacingNode { .. } | ParseNode::Kern { .. } | ParseNode::Lap { .. } => Class::None,
        _ => Class::Other,
    }
}

/// Em as whole units. What is no number has no extent.
fn units(em: f64) -> i64 {
    if em.is_finite() { (em.clamp(-LARGEST * 4.0, LARGEST * 4.0) * EM).round() as i64 } else { 0 }
}

fn drawn(root: &LayoutBox) -> Drawing {
    let list = to_display_list(root);
    let mut traces = Vec::with_capacity(list.items.len());
    for item in list.items {
        trace(item, list.height, &mut traces);
    }
    Drawing { width: units(list.width), height: units(list.height), depth: units(list.depth), traces }
}

/// Adds a thing of RaTeX's list, whose places are counted from the top.
fn trace(item: DisplayItem, baseline: f64, out: &mut Vec<Trace>) {
    match item {
        DisplayItem::GlyphPath { x, y, scale, font, char_code, color } => {
            let Some(c) = char::from_u32(char_code) else { return };
            let known = FontId::parse(&font).filter(|font| !matches!(font, FontId::CjkRegular | FontId::CjkFallback | FontId::EmojiFallback));
            let shape = Shape::Glyph { font: known.map(FontId::as_str), c, size: units(scale) };
            out.push(Trace { x: units(x), y: units(y - baseline), ink: ink(color), shape });
        }
        DisplayItem::Line { x, y, width, thickness, color, dashed } => {
            let top = units(y - thickness / 2.0 - baseline);
            let mut rule = |x: f64, width: f64| {
                let shape = Shape::Rect { width: units(width), height: units(thickness).max(1) };
                out.push(Trace { x: units(x), y: top, ink: ink(color), shape });
            };
            if !dashed {
                return rule(x, width);
            }
            let dash = (thickness * 4.0).max(0.05);
            let count = (width / (dash * 2.0)).ceil().clamp(0.0, 4096.0) as usize;
            for number in 0..count {
                let from = number as f64 * dash * 2.0;
                rule(x + from, dash.min(width - from).max(0.0));
            }
        }
        DisplayItem::Rect { x, y, width, height, color } => {
            let shape = Shape::Rect { width: units(width), height: units(height) };
            out.push(Trace { x: units(x), y: units(y - baseline), ink: ink(color), shape });
        }
        DisplayItem::Path { x, y, commands, fill, color } => {
            let shape = Shape::Path { strokes: strokes(&commands), pen: (!fill).then(|| units(LINE)) };
            out.push(Trace { x: units(x), y: units(y - baseline), ink: ink(color), shape });
        }
    }
}

fn strokes(commands: &[PathCommand]) -> Vec<Stroke> {
    let mut pen = (0.0, 0.0);
    let stroke = |command: &PathCommand| {
        let (made, to) = match *command {
            PathCommand::MoveTo { x, y } => (Stroke::Move(units(x), units(y)), (x, y)),
            PathCommand::LineTo { x, y } => (Stroke::Line(units(x), units(y)), (x, y)),
            PathCommand::CubicTo { x1, y1, x2, y2, x, y } => (Stroke::Curve([x1, y1, x2, y2, x, y].map(units)), (x, y)),
            PathCommand::QuadTo { x1, y1, x, y } => {
                // A quadratic curve as a cubic one: its control points lie two thirds of the way to the one it has.
                let toward = |from: f64, to: f64| from + (to - from) * 2.0 / 3.0;
                let points = [toward(pen.0, x1), toward(pen.1, y1), toward(x, x1), toward(y, y1), x, y];
                (Stroke::Curve(points.map(units)), (x, y))
            }
            PathCommand::Close => (Stroke::Close, pen),
        };
        pen = to;
        made
    };
    commands.iter().map(stroke).collect()
}

fn ink(color: MathColor) -> Ink {
    let MathColor { r, g, b, .. } = color;
    if r == 0.0 && g == 0.0 && b == 0.0 {
        return Ink::Text;
    }
    Ink::Own(self::color(color))
}

/// A colour as pages have it.
pub(super) fn color(MathColor { r, g, b, .. }: MathColor) -> Color {
    let step = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color { r: step(r), g: step(g), b: step(b) }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn pieces(tex: &str) -> Vec<Option<Break>> {
        read(tex).map(|reading| reading.inline(false, &Fallback::default()).iter().map(|piece| piece.end.map(|end| end.0)).collect()).unwrap_or_default()
    }

    #[test]
    fn lines_may_end_at_relations_and_operators_of_the_row() {
        use Break::{Comma, Never, Operator, Relation};
        assert_eq!(pieces("a = b + c"), [Some(Never), Some(Relation), Some(Never), Some(Operator), None]);
        assert_eq!(pieces("a \\le -b"), [Some(Never), Some(Relation), None]);
        assert_eq!(pieces("f(x_1, \\dots, x_n)"), [Some(Comma), Some(Comma), None]);
        assert_eq!(pieces("\\frac{a = b}{c + d}"), [None]);
        assert_eq!(pieces("a := b"), [Some(Never), Some(Relation), None]);
        assert_eq!(pieces("x \\neq y \\quad z"), [Some(Never), Some(Relation), None]);
        assert_eq!(pieces("{a = b}"), [None]);
    }

    #[test]
    fn pieces_are_as_wide_as_the_whole() {
        for tex in ["a = b + c", "x \\neq y - \\frac{1}{2}, z", "a \\xrightarrow{f} b \\implies c", "\\int_0^1 x\\,dx = \\tfrac12"] {
            let reading = read(tex).unwrap_or_else(|fault| unreachable!("{fault:?}"));
            let whole = drawn(&laid(&reading.nodes, MathStyle::Text, &Fallback::default())).width;
            let parts: i64 = reading.inline(false, &Fallback::default()).iter().map(|piece| piece.drawing.width + piece.end.map_or(0, |end| end.1)).sum();
            assert!((whole - parts).abs() < 8, "{tex}: {whole} {parts}");
        }
    }

    #[test]
    fn numbers_are_apart_from_what_they_number() {
        let display = |tex: &str| read(tex).map(|reading| reading.display(&Fallback::default())).unwrap_or_else(|fault| unreachable!("{fault:?}"));
        let one = display("x = 1 \\tag{3}");
        assert_eq!((one.tags.len(), one.pieces.len()), (1, 2));
        assert_eq!(one.body.width, display("x = 1").body.width);
        let rows = display("\\begin{align*} a &= b \\tag{1} \\\\ c &= d \\\\ e &= f \\tag{3} \\end{align*}");
        assert_eq!((rows.tags.len(), rows.pieces.len()), (2, 1));
        let places: Vec<(Option<usize>, i64)> = rows.tags.iter().map(|tag| (tag.row, tag.below.signum())).collect();
        assert_eq!(places, [(Some(0), -1), (Some(2), 1)]);
        assert_eq!(rows.rows.len(), 3);
        // An environment of one row is what is in it.
        assert_eq!(display("\\begin{equation} x = 1 \\tag{3} \\end{equation}").pieces.len(), 2);
    }
}
