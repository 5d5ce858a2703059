//! Glyph outlines, from the fonts.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};

use crate::fonts::Face;

/// What an outline is drawn into: the five movements of a pen, y upwards, in font units.
pub(super) trait Pen {
    fn move_to(&mut self, x: f32, y: f32);
    fn line_to(&mut self, x: f32, y: f32);
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32);
    fn cubic_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32);
    fn close(&mut self);
}

struct Adapter<'p, P: Pen>(&'p mut P);

impl<P: Pen> OutlinePen for Adapter<'_, P> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.0.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Draws a glyph's outline. A glyph without one, or a font that cannot be read, draws nothing.
pub(super) fn draw(face: &Face, glyph: u16, pen: &mut impl Pen) {
    let Some(font) = face.font() else { return };
    if let Some(outline) = font.outline_glyphs().get(GlyphId::from(glyph)) {
        // A broken outline leaves what was drawn of it.
        let _ = outline.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut Adapter(pen));
    }
}
