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
    fn height(&self) -> Length {
        self.lines.iter().map(|l| l.metrics.height).sum()
    }

    /// Tops of its lines, and its bottom.
    fn edges(&self) -> Vec<Length> {
        let mut edges = vec![Length::ZERO];
        let mut top = Length::ZERO;
        for line in &self.lines {
            top += line.metrics.height;
            edges.push(top);
        }
        edges
    }
}

/// A row as one line, or as several where it is higher than `most`: then it is parted wherever a line ends in all cells.
/// `pad` is left free above and below, `least` is the height of an empty row.
pub(super) fn row(node: NodeId, cells: Vec<SetCell>, pad: Length, least: Length, most: Length) -> Vec<Line> {
    let height = cells.iter().filter(|c| !c.spans).map(SetCell::height).fold(least, Length::max);
    let cuts = if height > most { cuts(&cells, height) } else { vec![Length::ZERO, height] };
    // What goes on overleaf is told by the longest cell.
    let longest = cells.iter().max_by_key(|c| c.height()).map(|c| (c.node, c.edges(), c.lines.iter().map(|l| l.metrics.offset).collect::<Vec<_>>()));
    let mut rows: Vec<Line> =
        cuts.windows(2).map(|cut| Line { metrics: LineMetrics { height: cut[1] - cut[0], ..LineMetrics::default() }, ..Line::default() }).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        row.metrics.within = Some(node);
        if let Some((cell, edges, offsets)) = longest.as_ref().filter(|_| index > 0) {
            let line = edges.partition_point(|edge| *edge < cuts[index]);
            row.metrics.within = Some(*cell);
            row.metrics.offset = offsets.get(line).copied().unwrap_or(0);
        }
    }
    for cell in cells {
        let edges = cell.edges();
        for (line, top) in cell.lines.into_iter().zip(edges) {
            let index = cuts[1..].partition_point(|cut| *cut <= top).min(rows.len() - 1);
            let space = if index == 0 { pad } else { Length::ZERO };
            rows[index].frame.place(Point::new(cell.x, top - cuts[index] + space), line.frame);
            rows[index].metrics.notes.extend(line.metrics.notes);
        }
    }
    // Two lines stay on either side of a break.
    let count = rows.len();
    for (index, row) in rows.iter_mut().enumerate() {
        row.metrics.glued = count > 1 && (index == 0 || index + 2 == count);
    }
    if let Some(first) = rows.first_mut() {
        first.metrics.height += pad;
    }
    if let Some(last) = rows.last_mut() {
        last.metrics.height += pad;
    }
    rows
}

/// Heights at which no cell has a line that would be cut, with the top and the bottom.
fn cuts(cells: &[SetCell], height: Length) -> Vec<Length> {
    let edges: Vec<Vec<Length>> = cells.iter().map(SetCell::edges).collect();
    let whole = |y: Length| edges.iter().all(|e| e.contains(&y) || e.last().is_none_or(|bottom| *bottom <= y));
    let mut all: Vec<Length> = edges.iter().flatten().copied().filter(|y| whole(*y) && *y < height).collect();
    all.push(Length::ZERO);
    all.push(height);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(x: i32, heights: &[i32]) -> SetCell {
        let line = |h: &i32| Line { metrics: LineMetrics { height: Length::pt(*h), ..LineMetrics::default() }, ..Line::default() };
        SetCell { node: NodeId::default(), x: Length::pt(x), lines: heights.iter().map(line).collect(), spans: false }
    }

    fn heights(rows: &[Line]) -> Vec<f64> {
        rows.iter().map(|l| l.metrics.height.to_pt()).collect()
    }

    #[test]
    fn a_row_that_fits_is_one_line() {
        let rows = row(NodeId::default(), vec![cell(0, &[12, 12]), cell(50, &[12])], Length::pt(2), Length::pt(12), Length::pt(100));
        assert_eq!(heights(&rows), [28.0]);
    }

    #[test]
    fn a_tall_row_is_parted_where_lines_end_in_all_cells() {
        let rows = row(NodeId::default(), vec![cell(0, &[12, 12, 12, 12]), cell(50, &[24, 12])], Length::pt(2), Length::pt(12), Length::pt(20));
        assert_eq!(heights(&rows), [26.0, 12.0, 14.0]);
        assert_eq!(rows.iter().map(|l| l.metrics.glued).collect::<Vec<_>>(), [true, true, false]);
    }
}
