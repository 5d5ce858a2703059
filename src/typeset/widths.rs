//! Widths of a table's columns: what each asks for, and the sharing out that makes the table lowest.

use crate::length::Length;

/// Rows that are weighed when widths are chosen; of a longer table every second, third … one is.
const WEIGHED: usize = 160;
/// Tables of more columns than this are shared out without weighing rows.
const COLUMNS: usize = 14;
/// By so much width is moved from one column to another, in points: coarse first, and once more from a better place.
const STEPS: [i32; 9] = [48, 24, 12, 6, 3, 24, 12, 6, 3];
/// A number of a digit or two is no wider.
const NUMBER: Length = Length::pt(10);
/// Moves of one step.
const MOVES: usize = 24;
/// Pieces that are looked at to find one move, at most: of longer texts the first sharing out stays.
const PATIENCE: usize = 1_000_000;

/// Widths that a column asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Wish {
    /// Its widest piece that cannot be parted.
    pub min: Length,
    /// Its widest cell in one line.
    pub max: Length,
}

impl Wish {
    /// Takes in another one, with something beside it.
    pub fn widen(&mut self, other: Wish, beside: Length) {
        self.min = self.min.max(other.min + beside);
        self.max = self.max.max(other.max + beside);
    }
}

/// A piece of a line that is never parted, and the space before it; a space of [`FORCED`] always begins a line.
pub(super) type Piece = (i64, i64);
/// Wider than any measure.
pub(super) const FORCED: i64 = i64::MAX / 4;

/// Running text of a cell, to be tried at many widths.
#[derive(Clone, Default)]
pub(super) struct CellText {
    /// Its first column, and how many columns and rows it covers.
    pub column: usize,
    pub columns: usize,
    pub rows: u32,
    /// Paragraphs, each with what stands beside it.
    pub paragraphs: Vec<(Length, Vec<Piece>)>,
}

impl CellText {
    /// Lines it takes at a width, each filled as far as it goes.
    fn lines(&self, width: Length) -> u32 {
        let lines: u32 = self.paragraphs.iter().map(|(beside, pieces)| lines(pieces, i64::from((width - *beside).raw()))).sum();
        lines.div_ceil(self.rows.max(1))
    }

    /// Width of its longest paragraph in one line.
    fn natural(&self) -> i64 {
        let one = |pieces: &[Piece]| pieces.iter().map(|(space, width)| if *space == FORCED { *width } else { space + width }).sum();
        self.paragraphs.iter().map(|(_, pieces)| one(pieces)).max().unwrap_or(0)
    }

    fn covers(&self, column: usize) -> bool {
        (self.column..self.column + self.columns).contains(&column)
    }
}

fn lines(pieces: &[Piece], room: i64) -> u32 {
    let mut count = 1;
    let mut end = 0;
    for (index, (space, width)) in pieces.iter().enumerate() {
        let next = end + space + width;
        if index > 0 && next > room {
            count += 1;
            end = *width;
        } else {
            end = if index == 0 { *width } else { next };
        }
    }
    count
}

/// What is known of a table's columns before they have widths.
#[derive(Clone, Default)]
pub(super) struct Columns {
    /// One a column.
    pub wishes: Vec<Wish>,
    /// For each row the texts of its cells.
    pub rows: Vec<Vec<CellText>>,
    /// What lies between two columns, and belongs to a cell that covers both.
    pub between: Length,
    /// Rows of the head, with which `rows` begins.
    pub head: usize,
    /// The first column names what the others judge by degrees: these are as wide as each other, if they have room so.
    pub scale: bool,
}

impl Columns {
    /// Some of the columns only, by their numbers.
    pub fn of(&self, chosen: &[usize]) -> Columns {
        let wishes = chosen.iter().filter_map(|column| self.wishes.get(*column).copied()).collect();
        let cell = |text: &CellText| Some(CellText { column: chosen.iter().position(|c| *c == text.column)?, ..text.clone() });
        let rows = self.rows.iter().map(|row| row.iter().filter_map(cell).collect()).collect();
        Columns { wishes, rows, between: self.between, head: self.head, scale: self.scale }
    }

    /// Least width of all columns together.
    pub fn least(&self) -> Length {
        self.wishes.iter().map(|w| w.min).sum()
    }

    /// Shares a width among the columns. All get what they need; then width goes from column to column as long as the
    /// table becomes lower by it, or fewer lines of its cells are turned over. What is left is shared alike.
    pub fn share(&self, measure: Length) -> Vec<Length> {
        if let Some(widths) = self.form(measure).or_else(|| self.even(measure)) {
            return widths;
        }
        let mut widths = share(&self.wishes, measure);
        let max: Length = self.wishes.iter().map(|w| w.max).sum();
        if max <= measure || self.least() >= measure || self.wishes.len() > COLUMNS || self.wishes.len() < 2 {
            return widths;
        }
        let mut scale = Scale::new(self, &widths);
        if scale.pieces().saturating_mul(2 * widths.len()) > PATIENCE {
            return widths;
        }
        for balance in [false, true] {
            scale.balance = balance;
            for step in STEPS.map(Length::pt) {
                for _ in 0..MOVES {
                    if !self.best_move(&mut scale, &mut widths, step) {
                        break;
                    }
                }
            }
        }
        self.tighten(&mut scale, &mut widths);
        let rest = measure - widths.iter().copied().sum::<Length>();
        let part = rest / widths.len() as i32;
        widths.iter_mut().for_each(|w| *w += part);
        if let Some(last) = widths.last_mut() {
            *last += rest - part * (self.wishes.len() as i32);
        }
        widths
    }

    /// Widths of a form that has room on the measure: what is left goes to the columns that are to be filled in.
    fn form(&self, measure: Length) -> Option<Vec<Length>> {
        let left = measure - self.wishes.iter().map(|w| w.max).sum::<Length>();
        let mut blank = vec![self.rows.len() > self.head; self.wishes.len()];
        // A number that begins a line to be filled in leaves it blank.
        let written = |cell: &&CellText| cell.paragraphs.iter().flat_map(|(_, pieces)| pieces).map(|piece| piece.1).sum::<i64>() > i64::from(NUMBER.raw());
        let mut empty = false;
        for cell in self.rows.iter().skip(self.head).flatten() {
            empty |= cell.paragraphs.iter().all(|(_, pieces)| pieces.is_empty());
        }
        for cell in self.rows.iter().skip(self.head).flatten().filter(written) {
            blank.iter_mut().skip(cell.column).take(cell.columns).for_each(|blank| *blank = false);
        }
        let count = blank.iter().filter(|blank| **blank).count() as i32;
        (empty && count > 0 && left > Length::ZERO)
            .then(|| self.wishes.iter().zip(blank).map(|(wish, blank)| wish.max + if blank { left / count } else { Length::ZERO }).collect())
    }

    /// Widths of a scale: as much as its names ask for in the first column, a quarter at most, and the rest shared alike.
    fn even(&self, measure: Length) -> Option<Vec<Length>> {
        let (names, degrees) = self.wishes.split_first().filter(|(_, degrees)| self.scale && degrees.len() > 1)?;
        let first = names.max.min(measure / 4).max(names.min);
        let each = (measure - first) / degrees.len() as i32;
        let mut widths = vec![each; self.wishes.len()];
        widths[0] = measure - each * degrees.len() as i32;
        degrees.iter().all(|degree| degree.min <= each).then_some(widths)
    }

    /// Moves a step of width between the two columns where that helps most.
    fn best_move(&self, scale: &mut Scale<'_>, widths: &mut [Length], step: Length) -> bool {
        let mut best = (scale.weight(widths, &[]), None);
        for from in 0..widths.len() {
            if widths[from] - step < self.wishes[from].min {
                continue;
            }
            for to in (0..widths.len()).filter(|to| *to != from) {
                if widths[to] >= self.wishes[to].max {
                    continue;
                }
                let mut tried = widths.to_vec();
                tried[from] -= step;
                tried[to] += step;
                let weight = scale.weight(&tried, &[from, to]);
                if weight < best.0 {
                    best = (weight, Some((from, to)));
                }
            }
        }
        let Some((from, to)) = best.1 else { return false };
        widths[from] -= step;
        widths[to] += step;
        scale.set(widths);
        true
    }

    /// Makes each column as narrow as it can be with no more lines.
    fn tighten(&self, scale: &mut Scale<'_>, widths: &mut [Length]) {
        for column in 0..widths.len() {
            let lines = |weight: Weight| (weight.0, weight.1);
            let now = lines(scale.weight(widths, &[]));
            let (mut low, mut high) = (self.wishes[column].min, widths[column].min(self.wishes[column].max));
            while high - low > Length::pt(1) / 2 {
                widths[column] = (low + high) / 2;
                if lines(scale.weight(widths, &[column])) <= now { high = widths[column] } else { low = widths[column] }
            }
            widths[column] = high;
            scale.set(widths);
        }
    }
}

/// Weighs a table by its lines.
struct Scale<'c> {
    columns: &'c Columns,
    /// Every so many rows one is weighed.
    stride: usize,
    /// For each row that is weighed the lines of its cells.
    lines: Vec<Vec<u32>>,
    /// For each row that is weighed the widths of its cells' texts in one line.
    naturals: Vec<Vec<i64>>,
    /// How unlike the columns are filled counts.
    balance: bool,
}

/// What a table weighs: lines of all rows, then lines of all cells, then how unlike the columns are filled.
type Weight = (u64, u64, u64);

impl<'c> Scale<'c> {
    fn new(columns: &'c Columns, widths: &[Length]) -> Scale<'c> {
        let stride = columns.rows.len().div_ceil(WEIGHED).max(1);
        let mut scale = Scale { columns, stride, lines: Vec::new(), naturals: Vec::new(), balance: false };
        scale.naturals = scale.rows().map(|row| row.iter().map(CellText::natural).collect()).collect();
        scale.set(widths);
        scale
    }

    fn rows(&self) -> impl Iterator<Item = &'c Vec<CellText>> + use<'c> {
        self.columns.rows.iter().step_by(self.stride)
    }

    /// How many pieces are in the rows that are weighed.
    fn pieces(&self) -> usize {
        self.rows().flatten().flat_map(|cell| &cell.paragraphs).map(|(_, pieces)| pieces.len()).sum()
    }

    fn set(&mut self, widths: &[Length]) {
        self.lines = self.rows().map(|row| row.iter().map(|cell| self.cell(cell, widths)).collect()).collect();
    }

    fn cell(&self, cell: &CellText, widths: &[Length]) -> u32 {
        cell.lines(self.width(cell, widths))
    }

    fn width(&self, cell: &CellText, widths: &[Length]) -> Length {
        let own: Length = widths.iter().skip(cell.column).take(cell.columns).copied().sum();
        own + self.columns.between * (cell.columns as i32 - 1)
    }

    /// The weight where some columns are other than they were. Of two sharings with as many lines the one is better in which no cell is
    /// much narrower than its text asks for; by such steps, which gain no line yet, one is found that does.
    fn weight(&self, widths: &[Length], changed: &[usize]) -> Weight {
        let (mut high, mut all, mut unlike) = (0, 0, 0);
        for ((row, known), naturals) in self.rows().zip(&self.lines).zip(&self.naturals) {
            let mut most = 0;
            for ((cell, known), natural) in row.iter().zip(known).zip(naturals) {
                let filled = (natural * 16 / i64::from(self.width(cell, widths).raw().max(1))).clamp(0, 16_000) as u64;
                unlike += if self.balance { filled * filled } else { 0 };
                let lines = if changed.iter().any(|c| cell.covers(*c)) { self.cell(cell, widths) } else { *known };
                most = most.max(lines);
                all += u64::from(lines);
            }
            high += u64::from(most);
        }
        (high, all, unlike)
    }
}

/// Widens columns alike until a cell that covers them all has room, with what lies between them.
pub(super) fn stretch(columns: &mut [Wish], asked: Wish, between: Length) {
    let count = columns.len().max(1) as i32;
    let min: Length = columns.iter().map(|w| w.min + between).sum::<Length>() - between;
    let max: Length = columns.iter().map(|w| w.max + between).sum::<Length>() - between;
    // Rounded up, so that the cell has room to the last unit.
    let part = |missing: Length| if missing > Length::ZERO { missing / count + Length::from_wide(1) } else { Length::ZERO };
    for column in columns {
        column.min += part(asked.min - min);
        column.max = (column.max + part(asked.max - max)).max(column.min);
    }
}

/// Shares a width among columns: all get what they need; what is left goes to those that would fill it.
/// A table that would not fill the measure keeps its natural width, unless it comes near.
fn share(wishes: &[Wish], measure: Length) -> Vec<Length> {
    let max: Length = wishes.iter().map(|w| w.max).sum();
    let min: Length = wishes.iter().map(|w| w.min).sum();
    if max <= measure {
        let spread = if max.scale(10, 6) >= measure { measure - max } else { Length::ZERO };
        let total = i64::from(max.raw().max(1));
        return wishes.iter().map(|w| w.max + spread.scale(i64::from(w.max.raw()), total)).collect();
    }
    if min >= measure {
        return squeezed(wishes, measure);
    }
    let room = measure - min;
    // Long columns get more, but not in proportion: a column of paragraphs would starve the others.
    let weight = |w: &Wish| ((w.max - w.min).to_pt().max(0.0)).sqrt();
    let mut widths: Vec<Length> = wishes.iter().map(|w| w.min).collect();
    let mut left = room;
    for _ in 0..4 {
        let open: f64 = wishes.iter().zip(&widths).filter(|(w, width)| w.max > **width).map(|(w, _)| weight(w)).sum();
        if open <= 0.0 || left <= Length::ZERO {
            break;
        }
        let portion = left;
        for (wish, width) in wishes.iter().zip(widths.iter_mut()).filter(|(w, width)| w.max > **width) {
            let part = Length::from_pt(portion.to_pt() * weight(wish) / open).min(wish.max - *width).min(left);
            *width += part;
            left -= part;
        }
    }
    widths
}

/// Widths where not all columns can have what they need: the widest give, down to one width that they then share.
/// One long word does not divide the short ones of the other columns.
fn squeezed(wishes: &[Wish], measure: Length) -> Vec<Length> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|column| (wishes[*column].min, *column));
    let mut widths = vec![Length::ZERO; wishes.len()];
    let mut left = measure;
    for (place, column) in order.iter().enumerate() {
        let open = (order.len() - place) as i32;
        let width = wishes[*column].min.min(left / open);
        widths[*column] = width;
        left -= width;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pt(points: i32) -> Length {
        Length::pt(points)
    }

    /// A cell of so many words, all as wide as told, with spaces of two points.
    fn words(column: usize, count: usize, width: i32) -> CellText {
        let piece = (i64::from(pt(2).raw()), i64::from(pt(width).raw()));
        CellText { column, columns: 1, rows: 1, paragraphs: vec![(Length::ZERO, vec![piece; count])] }
    }

    #[test]
    fn one_long_cell_does_not_take_the_width_that_others_need() {
        // Nine short rows and one long cell in the first column; the second has cells of two lines or one.
        let mut rows: Vec<Vec<CellText>> = (0..9).map(|_| vec![words(0, 1, 20), words(1, 6, 20)]).collect();
        rows.push(vec![words(0, 7, 20), words(1, 1, 20)]);
        let columns =
            Columns { wishes: vec![Wish { min: pt(20), max: pt(152) }, Wish { min: pt(20), max: pt(130) }], rows, between: pt(8), ..Columns::default() };
        let widths = columns.share(pt(200));
        assert!(widths[1] >= pt(130), "{widths:?}");
        assert_eq!(widths.iter().copied().sum::<Length>(), pt(200));
    }

    #[test]
    fn a_form_has_room_where_it_is_to_be_filled_in() {
        let wishes = vec![Wish { min: pt(20), max: pt(40) }; 3];
        let row = |first: usize| vec![words(0, 1, 5), words(1, first, 20), words(2, 0, 20)];
        let columns = Columns { wishes, rows: vec![row(1), row(1), row(2)], between: pt(8), head: 1, scale: false };
        assert_eq!(columns.share(pt(200)), [pt(80), pt(40), pt(80)]);
    }

    #[test]
    fn the_degrees_of_a_scale_are_as_wide_as_each_other() {
        let wish = |min, max| Wish { min: pt(min), max: pt(max) };
        let columns = |degree| Columns { wishes: vec![wish(20, 300), wish(20, 90), wish(degree, 400)], scale: true, ..Columns::default() };
        assert_eq!(columns(75).share(pt(200)), [pt(50), pt(75), pt(75)]);
        // A word that has no room so is worth more than that.
        assert_ne!(columns(76).share(pt(200)), [pt(50), pt(75), pt(75)]);
    }

    #[test]
    fn squeezed_columns_give_in_order_of_what_they_need() {
        let wish = |points| Wish { min: pt(points), max: pt(points) };
        assert_eq!(squeezed(&[wish(300), wish(20), wish(30)], pt(200)), [pt(150), pt(20), pt(30)]);
        assert_eq!(squeezed(&[wish(300), wish(20), wish(200)], pt(200)), [pt(90), pt(20), pt(90)]);
    }
}
