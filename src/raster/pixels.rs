//! Frames as pixels.

use resvg::tiny_skia::{FillRule, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Stroke, StrokeDash, Transform};

use crate::fonts::FontBook;
use crate::furniture::Page;
use crate::length::{Length, Size};
use crate::resolve::{PictureFile, PictureKind};
use crate::theme::Color;
use crate::typeset::{Frame, Item, Placed, Segment, TextRun};

use super::outline::{Pen, draw};
use super::pictures::{decode, svg_fonts, svg_tree};

/// Draws a page on white, so many pixels wide. `None` if that is no size for a picture.
pub fn page(page: &Page, fonts: &FontBook, width: u32) -> Option<Pixmap> {
    let scale = f64::from(width) / page.size.width.to_pt().max(1.0);
    let height = (page.size.height.to_pt() * scale).round() as u32;
    let mut canvas = Canvas { pixmap: Pixmap::new(width, height)?, fonts, scale: scale as f32 };
    canvas.pixmap.fill(resvg::tiny_skia::Color::WHITE);
    for frame in [&page.body, &page.furniture, &page.stamp] {
        canvas.frame(frame);
    }
    Some(canvas.pixmap)
}

struct Canvas<'a> {
    pixmap: Pixmap,
    fonts: &'a FontBook,
    /// Pixels in a point.
    scale: f32,
}

impl Canvas<'_> {
    fn frame(&mut self, frame: &Frame) {
        for placed in &frame.items {
            self.item(placed);
        }
    }

    fn item(&mut self, placed: &Placed) {
        let (x, y) = (self.px(placed.at.x), self.px(placed.at.y));
        match &placed.item {
            Item::Text(run) => self.text(run, x, y),
            Item::Rect { size, color } => {
                // As a path: filling a rectangle between pixels trips over itself when it is narrower than two of them.
                if let Some(rect) = Rect::from_xywh(x, y, self.px(size.width), self.px(size.height)) {
                    self.pixmap.fill_path(&PathBuilder::from_rect(rect), &paint(*color), FillRule::Winding, Transform::identity(), None);
                }
            }
            Item::Path(path) => self.path(path, x, y),
            Item::Picture { file, size, turned } => self.picture(file, *size, *turned, x, y),
            Item::CheckBox { size, checked, .. } => self.check_box(*size, *checked, x, y),
            Item::Link { .. } | Item::Destination(_) | Item::Ground { .. } | Item::Wide | Item::Folio { .. } => {}
        }
    }

    fn px(&self, length: Length) -> f32 {
        length.to_pt() as f32 * self.scale
    }

    fn text(&mut self, run: &TextRun, x: f32, y: f32) {
        let face = self.fonts.face(run.face);
        let unit = self.px(run.size) / f32::from(face.upem.max(1));
        let fit = f32::from(run.scale) / 1000.0;
        let mut pen = 0.0;
        let mut outlines = Builder(PathBuilder::new());
        for glyph in &run.glyphs {
            let along = pen + f32::from(glyph.dx) / 1000.0 * self.px(run.size);
            let up = f32::from(glyph.dy) / 1000.0 * self.px(run.size);
            let at = if run.turned {
                Transform::from_row(0.0, -unit * fit, -unit, 0.0, x - up, y - along)
            } else {
                Transform::from_row(unit * fit, 0.0, 0.0, -unit, x + along, y - up)
            };
            let mut one = Builder(PathBuilder::new());
            draw(face, glyph.id, &mut one);
            if let Some(path) = one.0.finish().and_then(|p| p.transform(at)) {
                outlines.0.push_path(&path);
            }
            pen += self.px(glyph.advance);
        }
        if let Some(path) = outlines.0.finish() {
            self.pixmap.fill_path(&path, &paint(run.color), FillRule::Winding, Transform::identity(), None);
        }
    }

    fn path(&mut self, path: &crate::typeset::Path, x: f32, y: f32) {
        let Some(outline) = segments(&path.segments, self.scale) else { return };
        let at = Transform::from_translate(x, y);
        if let Some(color) = path.fill {
            self.pixmap.fill_path(&outline, &paint(color), FillRule::Winding, at, None);
        }
        if let Some((color, thickness)) = path.stroke {
            let dash = path.dash.and_then(|(on, off)| StrokeDash::new(vec![self.px(on), self.px(off)], 0.0));
            let stroke = Stroke { width: self.px(thickness), dash, ..Stroke::default() };
            self.pixmap.stroke_path(&outline, &paint(color), &stroke, at, None);
        }
    }

    /// A picture that cannot be drawn leaves its place empty; resolve has said so already.
    fn picture(&mut self, file: &PictureFile, size: Size, turned: bool, x: f32, y: f32) {
        let (width, height) = (self.px(size.width), self.px(size.height));
        // From a picture of so many units to its place.
        let fit = |w: f32, h: f32| {
            if turned {
                Transform::from_row(0.0, -height / w, width / h, 0.0, x, y + height)
            } else {
                Transform::from_row(width / w, 0.0, 0.0, height / h, x, y)
            }
        };
        if file.kind == PictureKind::Svg {
            let Ok(tree) = svg_tree(file, &svg_fonts(self.fonts)) else { return };
            resvg::render(&tree, fit(tree.size().width(), tree.size().height()), &mut self.pixmap.as_mut());
            return;
        }
        let Ok(rgba) = decode(file) else { return };
        let Some(mut picture) = Pixmap::new(rgba.width(), rgba.height()) else { return };
        for (pixel, source) in picture.pixels_mut().iter_mut().zip(rgba.pixels()) {
            let [r, g, b, a] = source.0;
            *pixel = resvg::tiny_skia::ColorU8::from_rgba(r, g, b, a).premultiply();
        }
        let paint = PixmapPaint { quality: resvg::tiny_skia::FilterQuality::Bicubic, ..PixmapPaint::default() };
        self.pixmap.draw_pixmap(0, 0, picture.as_ref(), &paint, fit(rgba.width() as f32, rgba.height() as f32), None);
    }

    fn check_box(&mut self, size: Size, checked: bool, x: f32, y: f32) {
        let (w, h) = (self.px(size.width), self.px(size.height));
        let mut outline = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x, y, w, h) {
            outline.push_rect(rect);
        }
        if checked {
            outline.move_to(x + w * 0.2, y + h * 0.55);
            outline.line_to(x + w * 0.42, y + h * 0.78);
            outline.line_to(x + w * 0.82, y + h * 0.24);
        }
        if let Some(path) = outline.finish() {
            let stroke = Stroke { width: 0.6 * self.scale, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &paint(Color::BLACK), &stroke, Transform::identity(), None);
        }
    }
}

fn paint(color: Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(color.r, color.g, color.b, 255);
    paint
}

fn segments(segments: &[Segment], scale: f32) -> Option<Path> {
    let px = |l: Length| l.to_pt() as f32 * scale;
    let mut out = PathBuilder::new();
    for segment in segments {
        match segment {
            Segment::Move(p) => out.move_to(px(p.x), px(p.y)),
            Segment::Line(p) => out.line_to(px(p.x), px(p.y)),
            Segment::Curve(a, b, p) => out.cubic_to(px(a.x), px(a.y), px(b.x), px(b.y), px(p.x), px(p.y)),
            Segment::Close => out.close(),
        }
    }
    out.finish()
}

struct Builder(PathBuilder);

impl Pen for Builder {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, cy, x, y);
    }

    fn cubic_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.0.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
