//! Building a line: from the units between two breakpoints to positioned runs of glyphs.

use unicode_bidi::{BidiInfo, Level};

use crate::language::{is_cjk_letter, primary};
use crate::length::{Length, Point, Size};
use crate::theme::{Color, TextStyle};

use super::frame::{Artifact, Frame, Glyph, Item, Mark, Path, Placed, Segment, TextRun};
use super::linebreak::Fill;
use super::setter::Setter;
use super::shape::{EM, Shaped, at_size};
use super::text::{ParagraphText, SpanStyle};
use super::units::{Cut, Unit, UnitKind, Units, length};

/// Builds one line.
pub(super) struct LineBuilder<'a> {
    setter: &'a Setter,
    text: &'a ParagraphText,
    units: &'a Units,
    left: i64,
    baseline: Length,
    pen: i64,
    scale: i64,
    runs: Vec<Placed>,
    /// Dots beside letters.
    marks: Vec<Placed>,
    /// Stretches of linked or struck text: style, left, right.
    stretches: Vec<(usize, i64, i64)>,
}

impl<'a> LineBuilder<'a> {
    /// A line that begins at `left` and whose baseline is `baseline` below its top.
    pub(super) fn new(setter: &'a Setter, text: &'a ParagraphText, units: &'a Units, left: i64, baseline: Length) -> Self {
        LineBuilder { setter, text, units, left, baseline, pen: left, scale: 1000, runs: Vec::new(), marks: Vec::new(), stretches: Vec::new() }
    }

    /// Sets the units between two cuts; `fill` shares out what the line misses among `count` spaces and all letters.
    pub(super) fn line(&mut self, begin: Cut, end: Cut, hyphen: bool, fill: Option<Fill>, count: i64) {
        self.scale = fill.map_or(1000, |f| f.scale);
        let pieces = self.pieces(begin, end);
        let mut left_over = fill.map_or(0, |f| f.spaces);
        let mut spaces = count;
        for index in visual_order(&pieces) {
            let unit = &pieces[index];
            let from = self.pen;
            match &unit.kind {
                UnitKind::Word(shaped) => self.word(unit, shaped),
                UnitKind::Space => {
                    let mut width = unit.width;
                    if spaces > 0 {
                        // What division leaves over goes to the spaces after, so that the line ends exactly at its edge.
                        let share = left_over / spaces;
                        width += share;
                        left_over -= share;
                        spaces -= 1;
                    } else {
                        width = width * self.scale / 1000;
                    }
                    self.space(unit, width);
                }
                UnitKind::Object(object) => self.object(*object),
                UnitKind::Break => {}
            }
            self.note_stretch(unit.style, from);
        }
        if hyphen {
            self.hyphen(end);
        } else {
            self.parting(end);
        }
    }

    /// The units of the line; words that are divided at its ends are shaped anew.
    fn pieces(&self, begin: Cut, end: Cut) -> Vec<Unit> {
        let last = if end.end_offset > self.units.units.get(end.end_unit).map_or(usize::MAX, |u| u.start) { end.end_unit + 1 } else { end.end_unit };
        let range = begin.next_unit.min(last)..last.min(self.units.units.len());
        let mut pieces: Vec<Unit> = self.units.units[range].to_vec();
        match pieces.as_mut_slice() {
            // A line within one word: what follows it there is never looked at, or an endless word would take as long as its square.
            [only] => self.trim(only, begin.next_offset.max(only.start), end.end_offset.min(only.end)),
            [first, .., last] => {
                self.trim(first, begin.next_offset.max(first.start), first.end);
                self.trim(last, last.start, end.end_offset.min(last.end));
            }
            [] => {}
        }
        pieces
    }

    fn trim(&self, unit: &mut Unit, start: usize, end: usize) {
        if (start == unit.start && end == unit.end) || start >= end || !matches!(unit.kind, UnitKind::Word(_)) {
            return;
        }
        let style = &self.text.styles[unit.style];
        let Some(fragment) = self.text.text.get(start..end) else { return };
        let shaped = self.setter.shaped_of(&style.style, fragment, unit.level % 2 == 1, style.personal);
        *unit = Unit { width: at_size(shaped.width, style.style.size), kind: UnitKind::Word(shaped), start, end, ..*unit };
    }

    fn word(&mut self, unit: &Unit, shaped: &Shaped) {
        let style = &self.text.styles[unit.style];
        for part in &shaped.parts {
            let text = &self.text.text[unit.start + part.start as usize..unit.start + part.end as usize];
            let Some(face) = part.face else {
                self.missing(style, text, part.glyphs.first().map_or(0, |g| i64::from(g.advance)));
                continue;
            };
            let size = style.style.size;
            let glyphs: Vec<Glyph> = part
                .glyphs
                .iter()
                .map(|g| {
                    let advance = at_size(i64::from(g.advance), size) * self.scale / 1000;
                    Glyph {
                        id: g.id,
                        cluster: (g.cluster - part.start).min(u32::from(u16::MAX)) as u16,
                        advance: length(advance),
                        dx: (i64::from(g.dx) * 1000 / EM) as i16,
                        dy: (i64::from(g.dy) * 1000 / EM) as i16,
                    }
                })
                .collect();
            let joins = unit.level.is_multiple_of(2);
            let dots = if style.stress { self.dots(style, text, &glyphs) } else { Vec::new() };
            self.run(style, face, text, glyphs, joins);
            self.marks.extend(dots);
        }
    }

    /// A dot beside each letter of a script that has no italics: below it in Chinese, above it in Japanese and Korean.
    fn dots(&self, style: &SpanStyle, text: &str, glyphs: &[Glyph]) -> Vec<Placed> {
        let size = style.style.size;
        let below = matches!(primary(self.setter.language()).as_str(), "zh" | "cmn" | "yue");
        let y = self.baseline - style.rise + if below { size.scale(27, 100) } else { -size.scale(98, 100) };
        let radius = size.scale(7, 100);
        let mut x = self.pen;
        let mut dots = Vec::new();
        for glyph in glyphs {
            let advance = i64::from(glyph.advance.raw());
            if advance > 0 && text.get(usize::from(glyph.cluster)..).and_then(|rest| rest.chars().next()).is_some_and(is_cjk_letter) {
                let at = Point::new(length(x + advance / 2), y);
                dots.push(Placed { at, mark: Mark::Artifact(Artifact::Layout), item: Item::Path(dot(radius, self.setter.theme.color(style.style.color))) });
            }
            x += advance;
        }
        dots
    }

    /// Adds glyphs, to the run before where that is of the same kind.
    fn run(&mut self, style: &SpanStyle, face: crate::fonts::FaceId, text: &str, mut glyphs: Vec<Glyph>, joins: bool) {
        let advance: i64 = glyphs.iter().map(|g| i64::from(g.advance.raw())).sum();
        let color = self.setter.theme.color(style.style.color);
        let at = Point::new(length(self.pen), self.baseline - style.rise);
        let scale = self.scale as u16;
        let pen = self.pen;
        self.pen += advance;
        if joins
            && let Some(Placed { at: there, mark, item: Item::Text(run) }) = self.runs.last_mut()
            && *mark == style.mark
            && there.y == at.y
            && run.face == face
            && run.size == style.style.size
            && run.color == color
            && run.scale == scale
            && run.personal == style.personal
            && run.actual.is_none()
            && run.text.len() + text.len() < usize::from(u16::MAX)
            && (i64::from(there.x.raw()) + i64::from(run.width().raw()) - pen).abs() < 8
        {
            let base = run.text.len() as u16;
            glyphs.iter_mut().for_each(|g| g.cluster += base);
            run.glyphs.extend(glyphs);
            let mut all = std::mem::take(&mut run.text).into_string();
            all.push_str(text);
            run.text = all.into();
            return;
        }
        let run = TextRun { face, size: style.style.size, color, scale, glyphs, text: text.into(), actual: None, personal: style.personal, turned: false };
        self.runs.push(Placed { at, mark: style.mark, item: Item::Text(run) });
    }

    fn space(&mut self, unit: &Unit, width: i64) {
        let style = &self.text.styles[unit.style];
        let face = self.setter.space_face(&style.style);
        let glyph = Glyph { id: face.1, cluster: 0, advance: length(width), dx: 0, dy: 0 };
        // A no-break space has done its work.
        self.run(style, face.0, " ", vec![glyph], unit.level.is_multiple_of(2));
    }

    /// Where the line ends between words, a space without width: text that is read from the lines goes on with the next.
    fn parting(&mut self, end: Cut) {
        let between = self.units.units.get(end.end_unit..end.next_unit).unwrap_or_default();
        if let Some(unit) = between.iter().find(|unit| matches!(unit.kind, UnitKind::Space | UnitKind::Break)) {
            let pen = self.pen;
            if self.units.rtl {
                self.pen = self.left;
            }
            self.space(unit, 0);
            self.pen = pen;
        }
    }

    fn hyphen(&mut self, end: Cut) {
        let Some(unit) = self.units.units.get(end.end_unit) else { return };
        let style = &self.text.styles[unit.style];
        let shaped = self.setter.shaped(&style.style, "-", false);
        let (from, first) = (self.pen, self.runs.len());
        for part in &shaped.parts {
            let Some(face) = part.face else { continue };
            let glyphs = part
                .glyphs
                .iter()
                .map(|g| Glyph { id: g.id, cluster: 0, advance: length(at_size(i64::from(g.advance), style.style.size) * self.scale / 1000), dx: 0, dy: 0 })
                .collect();
            self.run(style, face, "-", glyphs, false);
        }
        if let Some(Placed { item: Item::Text(run), .. }) = self.runs.get_mut(first) {
            run.actual = Some("\u{AD}".into());
        }
        self.note_stretch(unit.style, from);
    }

    fn object(&mut self, index: usize) {
        let Some((_, object)) = self.text.objects.get(index) else { return };
        let at = Point::new(length(self.pen), self.baseline);
        let first = self.runs.len();
        self.runs.extend(object.items.iter().map(|placed| Placed { at: placed.at + at, ..placed.clone() }));
        if self.pen == self.left || self.units.rtl {
            // No space stands before it that could be wider, or its end is at the left.
            for placed in self.runs.get_mut(first..).unwrap_or_default() {
                if let Item::Folio { room, .. } = &mut placed.item {
                    *room = None;
                }
            }
        }
        self.pen += i64::from(object.width.raw());
    }

    /// A character that no font has: its code point in a small frame.
    fn missing(&mut self, style: &SpanStyle, text: &str, width: i64) {
        let size = style.style.size;
        let width = at_size(width, size);
        let code = text.chars().next().map_or(0, |c| c as u32);
        let small = TextStyle { size: size.scale(36, 100), ..style.style };
        let digits = format!("{code:04X}");
        let (top, bottom) = digits.split_at(digits.len() / 2);
        let left = self.pen + i64::from(size.scale(8, 100).raw());
        let inner = width - 2 * i64::from(size.scale(8, 100).raw());
        let frame = Size::new(length(inner), size.scale(86, 100));
        let corner = Point::new(length(left), self.baseline - style.rise - size.scale(72, 100));
        self.runs.push(framed(corner, frame, self.setter.theme.color(style.style.color), self.setter.theme.rules.frame));
        for (row, part) in [(42, top), (4, bottom)] {
            let natural = self.setter.natural(part, &SpanStyle { style: small, ..style.clone() });
            let x = left + (inner - i64::from(natural.width.raw())) / 2;
            let at = Point::new(length(x), self.baseline - style.rise - size.scale(row - 6, 100));
            for mut placed in natural.items {
                placed.at = placed.at + at;
                if let Item::Text(run) = &mut placed.item {
                    run.actual = Some(if row == 42 { text.into() } else { "".into() });
                }
                self.runs.push(placed);
            }
        }
        self.pen += width;
    }

    fn note_stretch(&mut self, style: usize, from: i64) {
        let span = &self.text.styles[style];
        if span.link.is_none() && !span.strike {
            return;
        }
        match self.stretches.last_mut() {
            Some(last) if last.0 == style && last.2 == from => last.2 = self.pen,
            _ => self.stretches.push((style, from, self.pen)),
        }
    }

    /// The line's frame, with the hairlines and sensitive areas of its links.
    pub(super) fn finish(self, height: Length) -> Frame {
        let mut frame = Frame { items: self.runs };
        frame.items.extend(self.marks);
        for (style, from, to) in self.stretches {
            let span = &self.text.styles[style];
            let size = span.style.size;
            let width = length(to - from);
            if width <= Length::ZERO {
                continue;
            }
            if span.strike {
                let at = Point::new(length(from), self.baseline - size.scale(26, 100));
                let item = Item::Rect { size: Size::new(width, self.setter.theme.rules.strike), color: self.setter.theme.color(span.style.color) };
                frame.push(at, Mark::Artifact(Artifact::Layout), item);
            }
            let Some(link) = &span.link else { continue };
            if link.underline {
                let at = Point::new(length(from), self.baseline + size.scale(17, 100));
                let colors = &self.setter.theme.colors;
                let item = Item::Rect { size: Size::new(width, self.setter.theme.rules.link), color: if link.pale { colors.faint } else { colors.accent } };
                frame.push(at, Mark::Artifact(Artifact::Layout), item);
            }
            let item = Item::Link { size: Size::new(width, height), to: link.to.clone(), description: link.description.to_string() };
            frame.push(Point::new(length(from), Length::ZERO), Mark::Tag(link.tag), item);
        }
        frame.items.shrink_to_fit();
        frame
    }

    /// Where the pen stands, from the line's left.
    pub(super) fn width(&self) -> Length {
        length(self.pen - self.left)
    }
}

/// The order in which units stand on the line, left to right.
fn visual_order(pieces: &[Unit]) -> Vec<usize> {
    if pieces.iter().all(|u| u.level == 0) {
        return (0..pieces.len()).collect();
    }
    let levels: Vec<Level> = pieces.iter().map(|u| Level::new(u.level).unwrap_or(Level::ltr())).collect();
    BidiInfo::reorder_visual(&levels)
}

/// A round dot around the origin, as four curves.
fn dot(radius: Length, color: Color) -> Path {
    // A quarter of a circle as a curve: its controls lie so far along the tangents.
    let bend = radius.scale(552, 1000);
    let p = |x: Length, y: Length| Point::new(x, y);
    let (zero, r) = (Length::ZERO, radius);
    let segments = vec![
        Segment::Move(p(r, zero)),
        Segment::Curve(p(r, bend), p(bend, r), p(zero, r)),
        Segment::Curve(p(-bend, r), p(-r, bend), p(-r, zero)),
        Segment::Curve(p(-r, -bend), p(-bend, -r), p(zero, -r)),
        Segment::Curve(p(bend, -r), p(r, -bend), p(r, zero)),
        Segment::Close,
    ];
    Path { segments, fill: Some(color), stroke: None, dash: None }
}

/// A hairline frame.
fn framed(at: Point, size: Size, color: Color, thickness: Length) -> Placed {
    let corner = |x, y| Point::new(x, y);
    let segments = vec![
        Segment::Move(corner(Length::ZERO, Length::ZERO)),
        Segment::Line(corner(size.width, Length::ZERO)),
        Segment::Line(corner(size.width, size.height)),
        Segment::Line(corner(Length::ZERO, size.height)),
        Segment::Close,
    ];
    let path = Path { segments, fill: None, stroke: Some((color, thickness)), dash: None };
    Placed { at, mark: Mark::Artifact(Artifact::Layout), item: Item::Path(path) }
}
