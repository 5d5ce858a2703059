//! A sheet: lines set one below the other on the half-line grid, for pages that the book adds itself. What does not fit goes on
//! on another sheet, is set smaller, or ends in an ellipsis; nothing runs off the page.

use crate::length::{Length, Point};
use crate::theme::TextStyle;
use crate::typeset::{Alignment, Frame, Item, Line, Mark, NaturalLine, Piece, Placed, Setter};

/// A page or text area that is filled from the top, and those that came before it.
pub(super) struct Sheet<'s> {
    setter: &'s Setter,
    pub frame: Frame,
    full: Vec<Frame>,
    top: Length,
    bottom: Length,
    /// Left edge of what is set.
    pub x: Length,
    /// Where the next line begins.
    pub y: Length,
    /// Width at hand.
    pub measure: Length,
}

impl<'s> Sheet<'s> {
    pub fn new(setter: &'s Setter, at: Point, measure: Length) -> Sheet<'s> {
        Sheet { setter, frame: Frame::default(), full: Vec::new(), top: at.y, bottom: Length::MAX, x: at.x, y: at.y, measure }
    }

    /// The same that goes on to another sheet at a height.
    pub fn ending_at(self, bottom: Length) -> Sheet<'s> {
        Sheet { bottom, ..self }
    }

    /// Goes on to another sheet.
    fn turn(&mut self) {
        self.full.push(std::mem::take(&mut self.frame));
        self.y = self.top;
    }

    /// Goes down to a height; on another sheet if what is there reaches lower.
    pub fn down_to(&mut self, y: Length) {
        if self.y > y {
            self.turn();
        }
        self.y = y;
    }

    /// Makes sure that so much is free below.
    pub fn need(&mut self, room: Length) {
        if self.y + room > self.bottom && self.y > self.top {
            self.turn();
        }
    }

    /// All sheets that were filled.
    pub fn finish(mut self) -> Vec<Frame> {
        self.full.push(self.frame);
        self.full
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
        self.on_grid(self.setter.paragraph(pieces, self.measure, Alignment::Left, false));
    }

    /// Puts lines; what follows begins on the next half line.
    pub fn on_grid(&mut self, lines: Vec<Line>) {
        let (begin, sheets) = (self.y, self.full.len());
        self.lines(lines);
        let top = if self.full.len() > sheets { self.top } else { begin };
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
            self.need(line.metrics.height);
            self.frame.place(Point::new(self.x, self.y), line.frame);
            self.y += line.metrics.height;
        }
    }

    /// Left edge of something so wide that begins where lines do.
    pub fn beginning(&self, width: Length) -> Length {
        if self.setter.direction.is_rtl() { self.x + self.measure - width } else { self.x }
    }

    /// Takes room from where lines end.
    pub fn narrow(&mut self, measure: Length) {
        (self.x, self.measure) = (self.beginning(measure), measure);
    }
}

/// Text in the first of some sizes in which it takes no more lines than that size may have and no more than `room`: percent and
/// lines. In the last size what is still too long ends in an ellipsis.
pub(super) fn sized(setter: &Setter, piece: &Piece<'_>, measure: Length, sizes: &[(i64, usize)], room: Length) -> Vec<Line> {
    let style = |percent: i64| TextStyle { size: piece.style.size.scale(percent, 100), leading: piece.style.leading.scale(percent, 100), ..piece.style };
    let set = |text: &str, percent: i64| setter.paragraph(&[Piece { text, style: style(percent), ..piece.clone() }], measure, Alignment::Left, false);
    let fits = |lines: &[Line], most: usize| lines.len() <= most && lines.iter().map(|line| line.metrics.height).sum::<Length>() <= room;
    let mut smallest = (100, usize::MAX);
    for (percent, most) in sizes.iter().copied() {
        // What is far too long is not set in every size: a line has hardly a hundred letters.
        let lines = if piece.text.len() > 20_000 { Vec::new() } else { set(piece.text, percent) };
        if !lines.is_empty() && fits(&lines, most) {
            return lines;
        }
        smallest = (percent, most);
    }
    let ends: Vec<usize> = piece.text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).take(4000).collect();
    let cut = |words: usize| set(&format!("{}…", piece.text.get(..ends.get(words).copied().unwrap_or(0)).unwrap_or("").trim_end()), smallest.0);
    cut(words_that_fit(ends.len(), |words| fits(&cut(words), smallest.1)))
}

/// Lines of like length: those that `set` makes in the narrowest of some measures in which there are no more of them, no smaller and no
/// shorter than in `widest` hundredths of the measure. They begin where lines of the whole measure do.
pub(super) fn balanced(setter: &Setter, measure: Length, widest: i64, set: impl Fn(Length) -> Vec<Line>) -> Vec<Line> {
    let letters = |line: &Line| {
        let runs = line.frame.items.iter().filter_map(|placed| if let Item::Text(run) = &placed.item { Some(&run.text) } else { None });
        runs.map(|text| text.chars().filter(|c| !c.is_whitespace()).count()).sum::<usize>()
    };
    let extent = |lines: &[Line]| (lines.len(), lines.iter().map(|line| line.metrics.height).sum::<Length>(), lines.iter().map(letters).sum::<usize>());
    let mut percent = widest;
    let mut chosen = set(measure.scale(percent, 100));
    let asked = extent(&chosen);
    while (2..=MOST_BALANCED).contains(&chosen.len()) && percent > 40 {
        let lines = set(measure.scale(percent - 2, 100));
        if extent(&lines) != asked {
            break;
        }
        (chosen, percent) = (lines, percent - 2);
    }
    if setter.direction.is_rtl() {
        let aside = measure - measure.scale(percent, 100);
        chosen.iter_mut().flat_map(|line| &mut line.frame.items).for_each(|placed| placed.at.x += aside);
    }
    chosen
}

/// Lines up to which some are made alike; of more nobody sees it.
const MOST_BALANCED: usize = 4;

/// The largest number up to `all` that fits; what fits with more words fits with fewer.
fn words_that_fit(all: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, all);
    while low + 1 < high {
        let middle = (low + high) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
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

/// Left and right end of the text in a line, from its left edge.
pub(super) fn text_ends(line: &Line) -> (Length, Length) {
    let ends = line.frame.items.iter().filter_map(|Placed { at, item, .. }| if let Item::Text(run) = item { Some((at.x, at.x + run.width())) } else { None });
    ends.reduce(|(from, to), (left, right)| (from.min(left), to.max(right))).unwrap_or_default()
}

/// Puts a natural line with its baseline at `y`, its left end at `x`.
pub(super) fn put(frame: &mut Frame, line: NaturalLine, x: Length, y: Length) {
    frame.place(Point::new(x, y), Frame { items: line.items });
}
