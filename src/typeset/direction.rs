//! Which way text runs: of a paragraph letter by letter, and of blocks as far as the place of what stands beside them depends on that.

use unicode_bidi::{BidiInfo, Level};

use crate::language::{Direction, has_rtl, is_rtl_throughout};

use super::broken::CutText;
use super::text::Isolate;

/// Embedding levels of a paragraph by byte, and whether it runs from right to left: as what is around it does, or because all of its
/// letters do. There are no levels for text that runs from left to right throughout.
pub(super) fn levels(text: &CutText<'_>, around: Direction) -> (Vec<u8>, bool) {
    if !around.is_rtl() && !has_rtl(text.text) {
        return (Vec::new(), false);
    }
    let rtl = around.is_rtl() || is_rtl_throughout(text.text);
    let base = if rtl { Level::rtl() } else { Level::ltr() };
    let marked = Marked::new(text.text, text.isolates);
    let info = BidiInfo::new(&marked.text, Some(base));
    let mut levels = Vec::with_capacity(text.text.len());
    for (from, to) in marked.own {
        levels.extend(info.levels.get(from..to).unwrap_or_default().iter().map(|level| level.number()));
    }
    (levels, rtl)
}

/// A text with the marks of Unicode around what is isolated in it. They are there for the algorithm and reach no page.
struct Marked {
    text: String,
    /// Where the text itself stands in it, in order.
    own: Vec<(usize, usize)>,
}

impl Marked {
    fn new(text: &str, isolates: &[Isolate]) -> Marked {
        let mut marked = Marked { text: String::with_capacity(text.len() + isolates.len() * 6), own: Vec::new() };
        let mut ends: Vec<usize> = Vec::new();
        let mut from = 0;
        for isolate in isolates {
            while let Some(end) = ends.pop_if(|end| *end <= isolate.start) {
                marked.take(text, &mut from, end);
                marked.text.push('\u{2069}');
            }
            marked.take(text, &mut from, isolate.start);
            marked.text.push(match isolate.direction {
                Some(Direction::LeftToRight) => '\u{2066}',
                Some(Direction::RightToLeft) => '\u{2067}',
                None => '\u{2068}',
            });
            ends.push(isolate.end);
        }
        while let Some(end) = ends.pop() {
            marked.take(text, &mut from, end);
            marked.text.push('\u{2069}');
        }
        marked.take(text, &mut from, text.len());
        marked
    }

    /// Takes over the text up to a place.
    fn take(&mut self, text: &str, from: &mut usize, to: usize) {
        if let Some(part) = text.get(*from..to).filter(|part| !part.is_empty()) {
            let start = self.text.len();
            self.text.push_str(part);
            self.own.push((start, self.text.len()));
            *from = to;
        }
    }
}
