//! A page as SVG: glyphs as outlines, each written once and used often; over them the words as text that cannot be seen, in reading order,
//! to be selected, searched and read aloud.
//!
//! Every page is complete in itself. A browser that shows many of them keeps the outlines of all in one place, since a glyph has the same
//! name on every page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::fonts::FontBook;
use crate::furniture::Page;
use crate::length::{Length, Point, Size};
use crate::raster::{outline, path_data};
use crate::resolve::PictureFile;
use crate::theme::Color;
use crate::typeset::{Destination, Frame, Item, LinkTarget, Mark, Path, Placed, Role, TagTree, TextRun};
use crate::xml::escaped;

use super::lines::{PageLine, block_of, lines};

/// What a page is drawn with.
pub(super) struct Surroundings<'a> {
    /// The fonts of its runs.
    pub fonts: &'a FontBook,
    /// The structure of the book.
    pub tags: &'a [Arc<TagTree>],
    /// Paper around the trimmed page.
    pub paper: Length,
    /// The name of each face, the same for every book.
    pub face_name: &'a dyn Fn(u16) -> u32,
    /// Where a picture can be had.
    pub picture: &'a dyn Fn(&Arc<PictureFile>) -> String,
    /// Whether the book has a place of this name.
    pub is_there: &'a dyn Fn(&str) -> bool,
}

/// Draws a page.
pub(super) fn page(page: &Page, around: &Surroundings<'_>) -> String {
    let mut drawing = Drawing { around, glyphs: BTreeMap::new(), body: String::with_capacity(64 << 10), open: None };
    for frame in [&page.body, &page.furniture, &page.stamp] {
        frame.items.iter().for_each(|placed| drawing.item(placed));
    }
    drawing.close();
    let mut out = String::with_capacity(drawing.body.len() * 2);
    let (left, width) = (number(-around.paper), number(page.size.width + around.paper * 2));
    let height = number(page.size.height + around.paper * 2);
    let _ =
        write!(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left} {left} {width} {height}\" width=\"{width}pt\" height=\"{height}pt\"><defs>");
    for (name, path) in drawing.glyphs.values().filter(|(_, path)| !path.is_empty()) {
        let _ = write!(out, "<path id=\"{name}\" d=\"{path}\"/>");
    }
    let _ = write!(out, "</defs><g aria-hidden=\"true\"><rect x=\"{left}\" y=\"{left}\" width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
    out.push_str(&drawing.body);
    out.push_str("</g>");
    words(&page.body, around, &mut out);
    links(&page.body, around, &mut out);
    out.push_str("</svg>");
    out
}

/// Draws what is seen.
struct Drawing<'a> {
    around: &'a Surroundings<'a>,
    /// Names and outlines by face and glyph.
    glyphs: BTreeMap<(u16, u16), (String, String)>,
    body: String,
    /// The group of glyphs that is open: what it was opened for, and where its origin is.
    open: Option<(Style, Point)>,
}

/// What glyphs have in common that stand in one group.
#[derive(Clone, Copy, PartialEq)]
struct Style {
    face: u16,
    size: Length,
    scale: u16,
    color: Color,
    turned: bool,
}

impl Drawing<'_> {
    fn item(&mut self, placed: &Placed) {
        if let Item::Text(run) = &placed.item {
            return self.run(run, placed.at);
        }
        self.close();
        match &placed.item {
            Item::Rect { size, color } => {
                let _ = write!(self.body, "<rect {} fill=\"{}\"/>", area(placed.at, *size), color.hex());
            }
            Item::Path(path) => self.path(path, placed.at),
            Item::Picture { file, size, turned } => self.picture(file, *size, *turned, placed.at),
            Item::CheckBox { size, checked, .. } => self.check_box(*size, *checked, placed.at),
            Item::Text(_) | Item::Link { .. } | Item::Destination(_) | Item::Ground { .. } | Item::Wide | Item::Folio { .. } => {}
        }
    }

    /// Glyphs of a run, counted in font units from the start of the group that they stand in. A run that goes on in the same style and line
    /// stands in the same group.
    fn run(&mut self, run: &TextRun, at: Point) {
        let face = self.around.fonts.face(run.face);
        let style = Style { face: run.face.0, size: run.size, scale: run.scale, color: run.color, turned: run.turned };
        let unit = run.size.to_pt() / f64::from(face.upem.max(1));
        let fit = f64::from(run.scale) / 1000.0;
        let same_line = |origin: Point| if run.turned { origin.x == at.x } else { origin.y == at.y };
        let origin = match self.open {
            Some((open, origin)) if open == style && same_line(origin) => origin,
            _ => {
                self.close();
                let (a, d) = (unit * fit, unit);
                let matrix = if run.turned { format!("0 {:.6} {:.6} 0", -a, -d) } else { format!("{a:.6} 0 0 {:.6}", -d) };
                let _ = write!(self.body, "<g transform=\"matrix({matrix} {} {})\" fill=\"{}\">", number(at.x), number(at.y), run.color.hex());
                self.open = Some((style, at));
                at
            }
        };
        let from = if run.turned { origin.y - at.y } else { at.x - origin.x };
        let along = unit * fit;
        // Rounded to whole units a glyph of a book's text stands within 0.01 pt of its place.
        let decimals = usize::from(run.size.to_pt() > 16.0);
        let mut pen = from.to_pt();
        for glyph in &run.glyphs {
            let around = self.around;
            let (name, path) = self
                .glyphs
                .entry((run.face.0, glyph.id))
                .or_insert_with(|| (format!("g{}-{}", (around.face_name)(run.face.0), glyph.id), outline(face, glyph.id)));
            if !path.is_empty() {
                let x = (pen + f64::from(glyph.dx) / 1000.0 * run.size.to_pt()) / along;
                let _ = write!(self.body, "<use href=\"#{name}\"");
                if x.abs() >= 0.05 {
                    let _ = write!(self.body, " x=\"{x:.decimals$}\"");
                }
                if glyph.dy != 0 {
                    let _ = write!(self.body, " y=\"{:.1}\"", f64::from(glyph.dy) / 1000.0 * f64::from(face.upem));
                }
                self.body.push_str("/>");
            }
            pen += glyph.advance.to_pt();
        }
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.body.push_str("</g>");
        }
    }

    fn path(&mut self, path: &Path, at: Point) {
        let data = path_data(path, number);
        let inside = path.fill.map_or("none".to_string(), Color::hex);
        let _ = write!(self.body, "<path transform=\"translate({} {})\" d=\"{data}\" fill=\"{inside}\"", number(at.x), number(at.y));
        if let Some((color, thickness)) = path.stroke {
            let _ = write!(self.body, " stroke=\"{}\" stroke-width=\"{}\"", color.hex(), number(thickness));
        }
        if let Some((dash, gap)) = path.dash.filter(|_| path.stroke.is_some()) {
            let _ = write!(self.body, " stroke-dasharray=\"{} {}\"", number(dash), number(gap));
        }
        self.body.push_str("/>");
    }

    fn picture(&mut self, file: &Arc<PictureFile>, size: Size, turned: bool, at: Point) {
        let href = escaped(&(self.around.picture)(file));
        let _ = if turned {
            let (width, height) = (number(size.height), number(size.width));
            let matrix = format!("0 -1 1 0 {} {}", number(at.x), number(at.y + size.height));
            write!(self.body, "<image href=\"{href}\" transform=\"matrix({matrix})\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\"/>")
        } else {
            write!(self.body, "<image href=\"{href}\" {} preserveAspectRatio=\"none\"/>", area(at, size))
        };
    }

    fn check_box(&mut self, size: Size, checked: bool, at: Point) {
        let _ = write!(self.body, "<rect {} fill=\"none\" stroke=\"#000\" stroke-width=\"0.6\"/>", area(at, size));
        if checked {
            let part = |x: i64, y: i64| format!("{} {}", number(at.x + size.width.scale(x, 100)), number(at.y + size.height.scale(y, 100)));
            let (from, to, end) = (part(20, 55), part(42, 78), part(82, 24));
            let _ = write!(self.body, "<path d=\"M{from}L{to}L{end}\" fill=\"none\" stroke=\"#000\" stroke-width=\"0.6\"/>");
        }
    }
}

/// The words, block by block; figures and formulas with what they show.
fn words(body: &Frame, around: &Surroundings<'_>, out: &mut String) {
    out.push_str("<g class=\"words\">");
    let mut pictures = pictures(body, around.tags).into_iter().peekable();
    let all = lines(body, around.tags);
    for block in all.chunk_by(|a, b| a.block == b.block) {
        let begins = block.first().map_or(usize::MAX, |line| line.item);
        while let Some(picture) = pictures.next_if(|picture| picture.item < begins) {
            picture.write(out);
        }
        let role = match block.first().and_then(|line| block_of(line.block, around.tags).1) {
            Some(Role::Heading(level)) => format!("role=\"heading\" aria-level=\"{level}\""),
            _ => "role=\"paragraph\"".to_string(),
        };
        let _ = write!(out, "<g {role}>");
        block.iter().for_each(|line| word_line(line, out));
        out.push_str("</g>");
    }
    pictures.for_each(|picture| picture.write(out));
    out.push_str("</g>");
}

fn word_line(line: &PageLine, out: &mut String) {
    let (x, y, size, width) = (number(line.at.x), number(line.at.y), number(line.size), number(line.width));
    let turned = if line.turned { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" data-item=\"{}\"{turned}>{}</text>",
        line.item,
        escaped(line.text.trim_end_matches(' '))
    );
}

/// A figure or formula for who cannot see it.
struct Described<'a> {
    item: usize,
    at: Point,
    size: Size,
    text: &'a str,
}

impl Described<'_> {
    fn write(&self, out: &mut String) {
        let _ = write!(
            out,
            "<g role=\"img\" aria-label=\"{}\"><rect {} fill=\"none\" data-item=\"{}\"/></g>",
            escaped(self.text),
            area(self.at, self.size),
            self.item
        );
    }
}

/// Figures and formulas on a page, each once, where it begins.
fn pictures<'a>(body: &Frame, tags: &'a [Arc<TagTree>]) -> Vec<Described<'a>> {
    let mut found: Vec<Described<'a>> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (item, placed) in body.items.iter().enumerate() {
        let Mark::Tag(tag) = placed.mark else { continue };
        let (block, Some(Role::Figure { alt: text } | Role::Formula { alt: text })) = block_of(tag, tags) else { continue };
        let size = match &placed.item {
            Item::Picture { size, .. } | Item::Rect { size, .. } => *size,
            Item::Text(run) => Size::new(run.width(), run.size),
            _ => Size::new(Length::pt(10), Length::pt(10)),
        };
        if seen.insert(block) {
            found.push(Described { item, at: placed.at, size, text });
        }
    }
    found
}

/// Links, over the words: within the book to a place by its name, since its page may be another one tomorrow and this drawing the same; outside it to
/// what anybody's browser may open.
fn links(body: &Frame, around: &Surroundings<'_>, out: &mut String) {
    for placed in &body.items {
        let Item::Link { size, to, description } = &placed.item else { continue };
        let (href, outside) = match to {
            LinkTarget::Destination(Destination::Name(name)) => ((around.is_there)(name).then(|| format!("#at-{name}")), ""),
            LinkTarget::Destination(Destination::Node(_)) => (None, ""),
            LinkTarget::Url(url) => (opened(url), " target=\"_blank\" rel=\"noopener noreferrer\""),
        };
        let Some(href) = href else { continue };
        let label = if description.trim().is_empty() { &href } else { description };
        let _ = write!(
            out,
            "<a href=\"{}\" aria-label=\"{}\"{outside}><rect {} fill=\"transparent\"/></a>",
            escaped(&href),
            escaped(label),
            area(placed.at, *size)
        );
    }
}

/// An address, if it is one of those that lead to a page or a letter and run nothing.
fn opened(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)).then(|| url.to_string())
}

fn area(at: Point, size: Size) -> String {
    format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", number(at.x), number(at.y), number(size.width), number(size.height))
}

/// Points with three decimals at most.
fn number(length: Length) -> String {
    let text = format!("{:.3}", length.to_pt());
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
