//! The plain text of inlines: what slugs, bookmarks, descriptions and alternative texts are made from.

use super::document::{Format, Inline, InlineKind};

/// A piece of plain text.
#[derive(Clone, Copy, Debug)]
pub enum Plain<'d> {
    /// Words of the manuscript.
    Text(&'d str),
    /// A field, for whoever knows its value.
    Field(&'d Inline),
}

/// Visits the pieces of the plain text of inlines, in order. With a format, what stands only in the other one is left out.
pub fn plain_pieces<'d>(inlines: &'d [Inline], format: Option<Format>, visit: &mut dyn FnMut(Plain<'d>)) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(t) | InlineKind::Code(t) | InlineKind::Keyboard(t) => visit(Plain::Text(t)),
            InlineKind::Formula(formula) => visit(Plain::Text(&formula.source)),
            InlineKind::Image(image) => visit(Plain::Text(image.alt.as_deref().unwrap_or(""))),
            InlineKind::Break => visit(Plain::Text(" ")),
            InlineKind::Field { .. } => visit(Plain::Field(inline)),
            InlineKind::Only(only, _) if format.is_some_and(|format| format != *only) => {}
            // A word is read as it stands; its reading is beside it.
            InlineKind::Reading(_) | InlineKind::NoteRef(_) | InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => {}
            kind => plain_pieces(kind.content().map_or(&[], Vec::as_slice), format, visit),
        }
    }
}

/// The plain text of inlines with their fields filled, in whatever format.
pub fn filled_text<'d>(inlines: &'d [Inline], value: &dyn Fn(&'d Inline) -> &'d str) -> String {
    let mut out = String::new();
    plain_pieces(inlines, None, &mut |piece| match piece {
        Plain::Text(text) => out.push_str(text),
        Plain::Field(field) => out.push_str(value(field)),
    });
    out
}

/// The plain text of inlines whose fields give nothing: what is the same for every reader.
pub fn plain_text(inlines: &[Inline]) -> String {
    filled_text(inlines, &|_| "")
}
