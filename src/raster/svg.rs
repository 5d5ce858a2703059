//! Frames as SVG: text as outlines, each glyph drawn once and used often, so that it looks alike everywhere.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::fonts::{Face, FaceId, FontBook};
use crate::length::{Length, Point, Size};
use crate::theme::Color;
use crate::typeset::{Frame, Item, Path, Placed, Segment, TextRun};
use crate::xml::escaped;

use super::outline::{Pen, draw};

/// A frame as an SVG element that scales with its container; `description` says what it shows. Black becomes the
/// colour of the text around, so that the drawing stays visible on a dark page. Pictures are left out.
pub fn svg(frame: &Frame, size: Size, fonts: &FontBook, description: &str) -> String {
    let mut drawing = Drawing { fonts, glyphs: BTreeMap::new(), body: String::new(), named: true };
    for placed in &frame.items {
        drawing.item(placed);
    }
    let (width, height) = (number(size.width), number(size.height));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{0}\"><title>{0}</title><defs>",
        escaped(description)
    );
    for ((face, glyph), path) in &drawing.glyphs {
        let _ = write!(out, "<path id=\"g{}-{glyph}\" d=\"{path}\"/>", face.0);
    }
    out.push_str("</defs>");
    out.push_str(&drawing.body);
    out.push_str("</svg>");
    out
}

/// A formula's frame as an SVG element within a line of text, with the style that puts it there. Many stand in one file, so glyphs are
/// drawn where they stand and need no names.
pub fn formula(frame: &Frame, size: Size, fonts: &FontBook, description: &str, css: &str) -> String {
    let mut drawing = Drawing { fonts, glyphs: BTreeMap::new(), body: String::new(), named: false };
    frame.items.iter().for_each(|placed| drawing.item(placed));
    let (width, height) = (number(size.width), number(size.height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{0}\" style=\"{css}\"><title>{0}</title>{1}</svg>",
        escaped(description),
        drawing.body
    )
}

struct Drawing<'a> {
    /// Glyphs are drawn once, by name.
    named: bool,
    fonts: &'a FontBook,
    glyphs: BTreeMap<(FaceId, u16), String>,
    body: String,
}

impl Drawing<'_> {
    fn item(&mut self, placed: &Placed) {
        let (x, y) = (number(placed.at.x), number(placed.at.y));
        match &placed.item {
            Item::Text(run) => self.text(run, placed.at.x, placed.at.y),
            Item::Rect { size, color } => {
                let (w, h) = (number(size.width), number(size.height));
                let _ = write!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{}\"/>", fill(*color));
            }
            Item::Path(path) => {
                let data = path_data(path, number);
                let inside = path.fill.map_or("none".to_string(), fill);
                let stroke = path.stroke.map_or(String::new(), |(c, w)| format!(" stroke=\"{}\" stroke-width=\"{}\"", fill(c), number(w)));
                let _ = write!(self.body, "<path transform=\"translate({x} {y})\" d=\"{data}\" fill=\"{inside}\"{stroke}/>");
            }
            Item::Picture { .. } | Item::CheckBox { .. } | Item::Link { .. } | Item::Destination(_) | Item::Ground { .. } | Item::Wide | Item::Folio { .. } => {
            }
        }
    }

    fn text(&mut self, run: &TextRun, x: Length, y: Length) {
        let face = self.fonts.face(run.face);
        let unit = run.size.to_pt() / f64::from(face.upem.max(1));
        let _ = write!(
            self.body,
            "<g transform=\"translate({} {}){} scale({:.5} {:.5})\" fill=\"{}\">",
            number(x),
            number(y),
            if run.turned { " rotate(-90)" } else { "" },
            unit * f64::from(run.scale) / 1000.0,
            -unit,
            fill(run.color)
        );
        let mut pen = 0.0;
        for glyph in &run.glyphs {
            let path = self.glyphs.entry((run.face, glyph.id)).or_insert_with(|| outline(face, glyph.id));
            if !path.is_empty() && !self.named {
                let _ = write!(self.body, "<path transform=\"translate({pen:.0} 0)\" d=\"{path}\"/>");
            } else if !path.is_empty() {
                let _ = write!(self.body, "<use href=\"#g{}-{}\" x=\"{:.0}\"/>", run.face.0, glyph.id, pen);
            }
            pen += glyph.advance.to_pt() / unit / (f64::from(run.scale) / 1000.0);
        }
        self.body.push_str("</g>");
    }
}

/// A glyph's outline as the data of a path, in font units, y upwards. Empty for one that leaves no mark.
pub(crate) fn outline(face: &Face, glyph: u16) -> String {
    let mut data = Data(String::new());
    draw(face, glyph, &mut data);
    data.0
}

/// A path's segments as data of SVG, with lengths written by `number`.
pub(crate) fn path_data(path: &Path, number: impl Fn(Length) -> String) -> String {
    let mut data = String::new();
    let mut add = |command: &str, points: &[Point]| {
        data.push_str(command);
        for (index, point) in points.iter().enumerate() {
            let _ = write!(data, "{}{} {}", if index > 0 { " " } else { "" }, number(point.x), number(point.y));
        }
    };
    for segment in &path.segments {
        match segment {
            Segment::Move(to) => add("M", &[*to]),
            Segment::Line(to) => add("L", &[*to]),
            Segment::Curve(a, b, to) => add("C", &[*a, *b, *to]),
            Segment::Close => add("Z", &[]),
        }
    }
    data
}

fn fill(color: Color) -> String {
    if color == Color::BLACK { "currentColor".to_string() } else { color.hex() }
}

/// Points with two decimals at most.
fn number(length: Length) -> String {
    let text = format!("{:.2}", length.to_pt());
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

struct Data(String);

impl Pen for Data {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "M{x:.0} {y:.0}");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "L{x:.0} {y:.0}");
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let _ = write!(self.0, "Q{cx:.0} {cy:.0} {x:.0} {y:.0}");
    }

    fn cubic_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let _ = write!(self.0, "C{ax:.0} {ay:.0} {bx:.0} {by:.0} {x:.0} {y:.0}");
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}
