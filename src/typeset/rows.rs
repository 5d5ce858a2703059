//! Rows of tables: cells side by side, and tall rows parted between their lines.

use crate::length::{Length, Point};
use crate::parse::NodeId;

use super::galley::{Line, LineMetrics};

/// A cell that is set: its lines, and where it stands.
pub(super) struct SetCell {
    /// Names it.
    pub node: NodeId,
    /// Left edge.
    pub x: Length,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Covers more than this row.
    pub spans: bool,
}

impl SetCell {
    /// Height of its lines.
    pub(super) fn height(&self) -> Length {
        self.lines.iter().map(|l| l.metrics.height).sum()
    }
}

/// A row that is set.
pub(super) struct SetRow {
    /// Names it.
    pub node: NodeId,
    /// Its cells.
    pub cells: Vec<SetCell>,
    /// Height of its content where the cells need less.
    pub least: Length,
    /// A cell of it, or of a row above, reaches into the next row.
    pub tied: bool,
}

impl SetRow {
    /// Height of its content.
    fn content(&self) -> Length {
        self.cells.iter().filter(|c| !c.spans).map(SetCell::height).fold(self.least, Length::max)
    }

    /// Its height, with `pad` above and below.
    pub(super) fn height(&self, pad: Length) -> Length {
        self.content() + pad * 2
    }
}

/// A line of a cell in its place.
struct Standing {
    /// Which cell, in the order of reading.
    cell: usize,
    x: Length,
    top: Length,
    line: Line,
}

impl Standing {
    fn bottom(&self) -> Length {
        self.top + self.line.metrics.height
    }
}

/// Rows that cells tie together, or one alone, as one line each; or, where they are higher than `most`, as many as there are places
/// where a line ends in all cells. `pad` is left free above and below each row; `leading` is the grid on which lines stand.
pub(super) fn rows(mut group: Vec<SetRow>, pad: Length, leading: Length, most: Length) -> Vec<Line> {
    let height: Length = group.iter().map(|row| row.height(pad)).sum();
    let high = height - pad * 2 > most;
    if !high || group.len() == 1 {
        return group.into_iter().flat_map(|row| alone(row, pad, most)).collect();
    }
    // Rows begin on the grid of their lines, so that lines of cells beside each other end at the same places.
    let mut top = Length::ZERO;
    let mut standing = Vec::new();
    let mut cells = Vec::new();
    for row in &mut group {
        place(row, top + pad, &mut standing, &mut cells);
        top += row.height(pad).round_up(leading);
    }
    let node = group.first().map(|row| row.node).unwrap_or_default();
    parted(node, &cells, standing, top, pad, most)
}

/// A row that nothing ties to another.
fn alone(mut row: SetRow, pad: Length, most: Length) -> Vec<Line> {
    let (content, tied) = (row.content(), row.tied);
    let (mut standing, mut cells) = (Vec::new(), Vec::new());
    place(&mut row, pad, &mut standing, &mut cells);
    let most = if content > most { most } else { Length::MAX };
    let mut lines = parted(row.node, &cells, standing, content + pad * 2, pad, most);
    // A cell that covers rows keeps them together on a page.
    if tied {
        lines.iter_mut().for_each(|line| line.metrics.glued = true);
    }
    lines
}

/// Puts a row's lines in their places, from `top` on, and its cells' names and heights.
fn place(row: &mut SetRow, top: Length, standing: &mut Vec<Standing>, cells: &mut Vec<(NodeId, Length)>) {
    for cell in row.cells.drain(..) {
        let mut y = top;
        for line in cell.lines {
            let height = line.metrics.height;
            standing.push(Standing { cell: cells.len(), x: cell.x, top: y, line });
            y += height;
        }
        cells.push((cell.node, y - top));
    }
}

/// Where lines begin and end, sorted.
struct Edges {
    tops: Vec<Length>,
    bottoms: Vec<Length>,
}

impl Edges {
    fn of(standing: &[Standing]) -> Edges {
        let mut edges = Edges { tops: standing.iter().map(|s| s.top).collect(), bottoms: standing.iter().map(Standing::bottom).collect() };
        edges.tops.sort_unstable();
        edges.bottoms.sort_unstable();
        edges
    }

    /// The first place after another where a line ends and none is cut: as many have ended as have begun.
    fn whole_after(&self, from: Length) -> Option<Length> {
        let first = self.bottoms.partition_point(|y| *y <= from);
        self.bottoms[first..].iter().copied().find(|y| self.tops.partition_point(|top| top < y) <= self.bottoms.partition_point(|bottom| bottom <= y))
    }

    /// The last end of a line that is no further away.
    fn last_within(&self, from: Length, most: Length) -> Option<Length> {
        let end = self.bottoms.partition_point(|y| *y - from <= most);
        self.bottoms[..end].last().copied().filter(|y| *y > from)
    }
}

/// Lines of cells as lines of the table, cut where that cuts none of them, if the whole is higher than `most`.
fn parted(node: NodeId, cells: &[(NodeId, Length)], mut standing: Vec<Standing>, mut height: Length, pad: Length, most: Length) -> Vec<Line> {
    let mut cuts = vec![Length::ZERO];
    let mut edges = Edges::of(&standing);
    while height > most {
        let from = cuts.last().copied().unwrap_or_default();
        let whole = edges.whole_after(from).filter(|y| *y + pad < height);
        match whole {
            Some(y) if y - from <= most => cuts.push(y),
            _ if height - from <= most => break,
            _ => {
                // Nowhere near do lines end side by side: those that would be cut make room.
                let Some(y) = edges.last_within(from, most).or(whole) else { break };
                let room = standing.iter().filter(|s| s.top < y && s.bottom() > y).map(|s| y - s.top).max().unwrap_or_default();
                standing.iter_mut().filter(|s| s.bottom() > y).for_each(|s| s.top += room);
                height += room;
                edges = Edges::of(&standing);
                cuts.push(y);
            }
        }
    }
    cuts.push(height);
    // What goes on overleaf is told by the longest cell that does.
    let mut rows: Vec<Line> = Vec::with_capacity(cuts.len());
    for (index, cut) in cuts.windows(2).enumerate() {
        let mut row = Line { metrics: LineMetrics { height: cut[1] - cut[0], ..LineMetrics::default() }, ..Line::default() };
        row.metrics.within = Some(node);
        let after = |s: &&Standing| s.top >= cut[0];
        let longest = standing.iter().filter(after).max_by_key(|s| (cells.get(s.cell).map(|cell| cell.1), std::cmp::Reverse((s.cell, s.top))));
        if let Some(first) = longest.filter(|_| index > 0) {
            row.metrics.within = cells.get(first.cell).map(|cell| cell.0);
            row.metrics.offset = first.line.metrics.offset;
        }
        rows.push(row);
    }
    for Standing { x, top, line, .. } in standing {
        let index = cuts[1..].partition_point(|cut| *cut <= top).min(rows.len() - 1);
        rows[index].frame.place(Point::new(x, top - cuts[index]), line.frame);
        rows[index].metrics.notes.extend(line.metrics.notes);
    }
    // Two lines stay on either side of a break.
    let count = rows.len();
    for (index, row) in rows.iter_mut().enumerate() {
        row.metrics.glued = count > 1 && (index == 0 || index + 2 == count);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(x: i32, heights: &[i32]) -> SetCell {
        let line = |h: &i32| Line { metrics: LineMetrics { height: Length::pt(*h), ..LineMetrics::default() }, ..Line::default() };
        SetCell { node: NodeId::default(), x: Length::pt(x), lines: heights.iter().map(line).collect(), spans: false }
    }

    fn set(cells: Vec<SetCell>, tied: bool) -> SetRow {
        SetRow { node: NodeId::default(), cells, least: Length::pt(12), tied }
    }

    fn heights(group: Vec<SetRow>, most: i32) -> Vec<f64> {
        rows(group, Length::pt(2), Length::pt(12), Length::pt(most)).iter().map(|l| l.metrics.height.to_pt()).collect()
    }

    #[test]
    fn a_row_that_fits_is_one_line() {
        assert_eq!(heights(vec![set(vec![cell(0, &[12, 12]), cell(50, &[12])], false)], 100), [28.0]);
    }

    #[test]
    fn a_tall_row_is_parted_where_lines_end_in_all_cells() {
        let row = set(vec![cell(0, &[12, 12, 12, 12]), cell(50, &[24, 12])], false);
        let parted = rows(vec![row], Length::pt(2), Length::pt(12), Length::pt(30));
        assert_eq!(parted.iter().map(|l| l.metrics.height.to_pt()).collect::<Vec<_>>(), [26.0, 12.0, 14.0]);
        assert_eq!(parted.iter().map(|l| l.metrics.glued).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn lines_that_never_end_side_by_side_make_room() {
        // 11 and 12 meet nowhere below 132.
        let parted = heights(vec![set(vec![cell(0, &[12; 8]), cell(50, &[11; 8])], false)], 40);
        assert!(parted.iter().all(|height| *height <= 42.0), "{parted:?}");
        assert!(parted.iter().sum::<f64>() >= 100.0, "{parted:?}");
    }

    #[test]
    fn rows_that_are_tied_and_too_high_are_parted_as_one() {
        let group = |long: usize| {
            let mut first = cell(0, &vec![12; long]);
            first.spans = true;
            let mut last = set(vec![cell(50, &[12])], false);
            last.least = Length::pt(12 * long as i32 - 16);
            vec![set(vec![first, cell(50, &[12])], true), last]
        };
        assert_eq!(heights(group(3), 100).len(), 2);
        let parted = heights(group(40), 100);
        assert!(parted.len() > 30 && parted.iter().all(|height| *height <= 40.0), "{parted:?}");
    }
}
