//! Draws runs of glyphs: exact positions, few bytes, and the right text behind every glyph.

use std::ops::Range;

use printpdf::{DictItem, Op, Point as PdfPoint, Pt, TextMatrix};

use crate::length::Point;
use crate::typeset::{Glyph, TextRun};

use super::canvas::{Canvas, dict};
use super::fonts::Subset;
use super::glyphs::{Cluster, FontKey, clusters};
use super::object::utf16;
use super::place::{Milli, Spot};

/// The state of text within a content stream, so that only changes are written.
#[derive(Debug)]
pub(super) struct TextState {
    font: Option<(FontKey, Milli)>,
    /// Horizontal scaling in thousandths.
    scale: u16,
    rise: Milli,
    /// The text object that is open.
    line: Option<Line>,
}

impl Default for TextState {
    fn default() -> TextState {
        TextState { font: None, scale: 1000, rise: Milli(0), line: None }
    }
}

/// An open text object.
#[derive(Debug)]
struct Line {
    /// Where the line was begun: what `Td` counts from.
    start: Spot,
    /// Where the viewer's pen stands, in points from the left edge of the page.
    pen: f64,
    /// What is to be shown from there on.
    items: Vec<DictItem>,
    /// The last of the items, while it grows: codes of two bytes.
    codes: Vec<u8>,
}

impl Line {
    fn end_codes(&mut self) {
        if !self.codes.is_empty() {
            self.items.push(DictItem::Bytes(std::mem::take(&mut self.codes)));
        }
    }
}

impl Canvas<'_> {
    /// Draws a run from the start of its baseline. A run that goes on where the last one stood in the same line
    /// becomes part of the same text object, and of the same array if its font and colour are the same too.
    pub(super) fn run(&mut self, at: Point, run: &TextRun) {
        let fonts = self.fonts;
        let Some((key, subset)) = fonts.of_run(run) else { return };
        self.begin(self.axes.spot(at), run.turned);
        self.set_style(key, subset, run);
        let from = if run.turned { 0.0 } else { f64::from(at.x.raw()) };
        let mut writer = RunWriter { subset, run, start: self.axes.spot(at), at: from, unit: unit(run) };
        match &run.actual {
            Some(actual) => self.saying(&mut writer, 0..run.glyphs.len(), actual),
            None => self.clusters(&mut writer),
        }
        if run.turned {
            self.end_text();
        }
    }

    /// Draws glyphs that say a text together: by a code that has it, as a hyphen at a line's end, else by `ActualText`.
    fn saying(&mut self, writer: &mut RunWriter<'_>, glyphs: Range<usize>, text: &str) {
        let alone = if let Some([alone]) = writer.run.glyphs.get(glyphs.clone()) { writer.subset.code_for(alone.id, text) } else { None };
        if alone.is_some() {
            return writer.glyphs(self, glyphs, text);
        }
        writer.resume(self);
        self.open_span(text);
        writer.glyphs(self, glyphs, text);
        self.close_span();
    }

    /// Draws cluster by cluster; neighbours that the font would read wrongly share one `ActualText`.
    fn clusters(&mut self, writer: &mut RunWriter<'_>) {
        let mut misread: Option<Cluster> = None;
        for cluster in clusters(writer.run) {
            let right = writer.reads_right(&cluster);
            if let Some(open) = &mut misread {
                if !right {
                    open.glyphs.end = cluster.glyphs.end;
                    open.text = open.text.start.min(cluster.text.start)..open.text.end.max(cluster.text.end);
                    continue;
                }
                let open = open.clone();
                misread = None;
                self.misread(writer, open);
            }
            if right {
                writer.glyphs(self, cluster.glyphs, &writer.run.text[cluster.text]);
            } else {
                misread = Some(cluster);
            }
        }
        if let Some(open) = misread {
            self.misread(writer, open);
        }
    }

    fn misread(&mut self, writer: &mut RunWriter<'_>, cluster: Cluster) {
        self.saying(writer, cluster.glyphs, writer.run.text.get(cluster.text).unwrap_or(""));
    }

    fn begin(&mut self, at: Spot, turned: bool) {
        if turned { self.begin_turned(at) } else { self.begin_line(at) }
    }

    /// Makes sure that a text object is open and its line has this baseline.
    fn begin_line(&mut self, at: Spot) {
        let from = match &self.text.line {
            Some(line) if line.start.y == at.y => return,
            Some(line) => line.start,
            None => Spot::default(),
        };
        self.show();
        if self.text.line.is_none() {
            self.ops.push(Op::StartTextSection);
        }
        let pos = PdfPoint { x: Pt((at.x - from.x).pt()), y: Pt((at.y - from.y).pt()) };
        self.ops.push(Op::SetTextCursor { pos });
        self.text.line = Some(Line { start: at, pen: at.x.0 as f64 / 1000.0, items: Vec::new(), codes: Vec::new() });
    }

    /// Opens a text object for a run that goes upwards. Places in it count along the run.
    fn begin_turned(&mut self, at: Spot) {
        self.end_text();
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw([0.0, 1.0, -1.0, 0.0, at.x.pt(), at.y.pt()]) });
        self.text.line = Some(Line { start: at, pen: 0.0, items: Vec::new(), codes: Vec::new() });
    }

    fn set_style(&mut self, key: FontKey, subset: &Subset, run: &TextRun) {
        let font = (key, Milli::of(run.size));
        if self.text.font != Some(font) {
            self.show();
            self.text.font = Some(font);
            self.operator("Tf", vec![DictItem::Name(subset.name.clone().into_bytes()), DictItem::Real(font.1.pt())]);
        }
        if self.text.scale != run.scale {
            self.show();
            self.text.scale = run.scale;
            self.ops.push(Op::SetHorizontalScaling { percent: f32::from(run.scale) / 10.0 });
        }
        if self.fill_differs(run.color) {
            self.show();
            self.ink(run.color);
        }
        self.rise(Milli(0));
    }

    fn rise(&mut self, rise: Milli) {
        if self.text.rise != rise {
            self.show();
            self.text.rise = rise;
            self.ops.push(Op::SetLineOffset { multiplier: rise.pt() });
        }
    }

    fn open_span(&mut self, text: &str) {
        self.show();
        let properties = dict([("ActualText", DictItem::Bytes(utf16(text)))]);
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_string(), properties });
    }

    fn close_span(&mut self) {
        self.show();
        self.ops.push(Op::EndMarkedContent);
        self.spent = true;
    }

    /// Writes what is to be shown. The codes go into the file as they are: printpdf would look each of them up in a font of
    /// its own, and write that font only for it to be thrown away.
    fn show(&mut self) {
        let Some(line) = &mut self.text.line else { return };
        line.end_codes();
        let mut items = std::mem::take(&mut line.items);
        match items.as_slice() {
            [] => {}
            [DictItem::Bytes(_)] => self.operator("Tj", vec![items.remove(0)]),
            _ => self.operator("TJ", vec![DictItem::Array(items)]),
        }
    }

    /// Takes back what outlasts a text object.
    pub(super) fn restore_text(&mut self) {
        if self.text.scale != TextState::default().scale {
            self.ops.push(Op::SetHorizontalScaling { percent: 100.0 });
        }
        self.rise(Milli(0));
    }

    /// Ends the text object, if one is open.
    pub(super) fn end_text(&mut self) {
        self.show();
        if self.text.line.take().is_some() {
            self.ops.push(Op::EndTextSection);
        }
    }
}

/// How fine the numbers between glyphs are, in thousandths of an em: whole ones, tenths for large type, so that no
/// glyph stands further than 0.01 pt from its place.
fn unit(run: &TextRun) -> f64 {
    if run.size.to_pt() > 16.0 { 0.1 } else { 1.0 }
}

/// Where a run's glyphs belong.
struct RunWriter<'a> {
    subset: &'a Subset,
    run: &'a TextRun,
    /// Where the run begins.
    start: Spot,
    /// The ideal pen, in 1/65536 pt from the left edge of the page. Sums of whole numbers stay exact in it.
    at: f64,
    unit: f64,
}

impl RunWriter<'_> {
    /// Whether the font's own texts say what this cluster says.
    fn reads_right(&self, cluster: &Cluster) -> bool {
        let Some(mut rest) = self.run.text.get(cluster.text.clone()) else { return false };
        if let [alone] = self.of(cluster) {
            return self.subset.code_for(alone.id, rest).is_some();
        }
        for glyph in self.of(cluster) {
            let Some(after) = self.subset.glyph(glyph.id).1.and_then(|known| rest.strip_prefix(&*known.text)) else { return false };
            rest = after;
        }
        rest.is_empty()
    }

    fn of(&self, cluster: &Cluster) -> &[Glyph] {
        self.run.glyphs.get(cluster.glyphs.clone()).unwrap_or(&[])
    }

    /// Goes on where the pen stands, in a marked-content sequence of its own if the open one is spent.
    fn resume(&self, canvas: &mut Canvas<'_>) {
        if canvas.renew_mark() {
            canvas.begin(self.start, self.run.turned);
        }
    }

    /// Adds glyphs that stand for a text to the open line. Each number in front of a glyph is computed from where the
    /// glyph belongs and where the viewer's pen stands, so that rounding never adds up.
    fn glyphs(&mut self, canvas: &mut Canvas<'_>, range: Range<usize>, text: &str) {
        self.resume(canvas);
        let alone = range.len() == 1;
        let em = Milli::of(self.run.size).0 as f64 / 1000.0;
        let natural = em * f64::from(self.run.scale) / 1000.0;
        for glyph in self.run.glyphs.get(range).unwrap_or(&[]) {
            canvas.rise(Milli((f64::from(glyph.dy) * em).round() as i64));
            let Some(line) = &mut canvas.text.line else { return };
            let place = self.at / 65536.0 + f64::from(glyph.dx) * em / 1000.0;
            let back = ((line.pen - place) * 1000.0 / natural.max(1e-6) / self.unit).round() * self.unit;
            if back != 0.0 {
                line.end_codes();
                line.items.push(DictItem::Real(back as f32));
                line.pen -= back / 1000.0 * natural;
            }
            let own = self.subset.glyph(glyph.id).0;
            let shown = if alone { self.subset.code_for(glyph.id, text).unwrap_or(own) } else { own };
            line.codes.extend(shown.to_be_bytes());
            line.pen += self.subset.by_code(shown).map_or(0.0, |known| known.width) / 1000.0 * natural;
            self.at += f64::from(glyph.advance.raw());
        }
    }
}
