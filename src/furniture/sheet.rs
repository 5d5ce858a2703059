//! A sheet: lines set one below the other on the half-line grid, for pages that the book adds itself.

use crate::length::{Length, Point, Size};
use crate::theme::{Color, TextStyle};
use crate::typeset::{Alignment, Artifact, Frame, Item, Line, Mark, NaturalLine, Piece, Placed, Setter};

/// A page or text area that is filled from the top.
pub(super) struct Sheet<'s> {
    setter: &'s Setter,
    pub frame: Frame,
    /// Left edge of what is set.
    pub x: Length,
    /// Where the next line begins.
    pub y: Length,
    /// Width at hand.
    pub measure: Length,
}

impl<'s> Sheet<'s> {
    pub fn new(setter: &'s Setter, at: Point, measure: Length) -> Sheet<'s> {
        Sheet { setter, frame: Frame::default(), x: at.x, y: at.y, measure }
    }

    /// Half a line.
    fn half(&self) -> Length {
        self.setter.theme.leading() / 2
    }

    /// Leaves half lines free.
    pub fn skip(&mut self, half_lines: i32) {
        self.y += self.half() * half_lines;
    }

    /// Sets text ragged right; what follows begins on the next half line.
    pub fn text(&mut self, pieces: &[Piece<'_>]) {
        let lines = self.setter.paragraph(pieces, self.measure, Alignment::Left, false);
        let top = self.y;
        self.lines(lines);
        self.y = top + (self.y - top).round_up(self.half());
    }

    /// Sets one piece of the book's own text.
    pub fn plain(&mut self, text: &str, style: &TextStyle, mark: Mark) {
        if !text.is_empty() {
            self.text(&[Piece::new(text, style, mark)]);
        }
    }

    /// Sets one piece in its own leading, off the grid, with a gap below it.
    pub fn spaced(&mut self, text: &str, style: &TextStyle, mark: Mark, gap: Length) {
        let lines = self.setter.paragraph(&[Piece::new(text, style, mark)], self.measure, Alignment::Left, false);
        self.lines(lines);
        self.y += gap;
    }

    /// Puts lines as they are.
    pub fn lines(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.frame.place(Point::new(self.x, self.y), line.frame);
            self.y += line.metrics.height;
        }
    }

    /// A rule as wide as the measure.
    pub fn rule(&mut self, width: Length, weight: Length, color: Color) {
        let item = Item::Rect { size: Size::new(width, weight), color };
        self.frame.push(Point::new(self.x, self.y), Mark::Artifact(Artifact::Layout), item);
    }
}

/// One line of text no wider than `width`: what is too long ends in an ellipsis.
pub(super) fn fitting(setter: &Setter, piece: &Piece<'_>, width: Length) -> NaturalLine {
    let whole = setter.line(std::slice::from_ref(piece));
    if whole.width <= width {
        return whole;
    }
    let cuts: Vec<usize> = piece.text.char_indices().map(|(at, _)| at).collect();
    let shortened = |cut: usize| format!("{}…", piece.text[..cut].trim_end());
    // The widest prefix that fits; widths grow with the prefix, near enough.
    let (mut low, mut high) = (0, cuts.len());
    while low + 1 < high {
        let middle = (low + high) / 2;
        let text = shortened(cuts[middle]);
        if setter.line(&[Piece { text: &text, ..piece.clone() }]).width <= width { low = middle } else { high = middle }
    }
    let text = shortened(cuts.get(low).copied().unwrap_or(0));
    setter.line(&[Piece { text: &text, ..piece.clone() }])
}

/// Right end of the text in a line, from its left edge.
pub(super) fn text_end(line: &Line) -> Length {
    let end = |placed: &Placed| match &placed.item {
        Item::Text(run) => placed.at.x + run.width(),
        _ => Length::ZERO,
    };
    line.frame.items.iter().map(end).max().unwrap_or_default()
}

/// Puts a natural line with its baseline at `y`, its left end at `x`.
pub(super) fn put(frame: &mut Frame, line: NaturalLine, x: Length, y: Length) {
    frame.place(Point::new(x, y), Frame { items: line.items });
}
