//! Tables made regular: every row fills all columns.

use super::document::*;

/// No table of a book has more columns; what stands further right joins the last cell of its row.
const MAX_COLUMNS: usize = 256;

/// A table from the rows that were found. `align` has an entry for each column whose alignment is known.
pub(super) fn regular(mut head: Vec<Row>, mut body: Vec<Row>, mut align: Vec<Align>, caption: Option<Vec<Inline>>) -> Table {
    if head.is_empty() && body.first().is_some_and(is_head_row) && body.len() > 1 {
        head.push(body.remove(0));
    }
    if head.iter().all(|row| row.cells.iter().all(|cell| cell.blocks.is_empty())) {
        head.clear();
    }
    head.iter_mut().chain(&mut body).for_each(clamp);
    let columns = width(&head).max(width(&body)).clamp(1, MAX_COLUMNS);
    fill(&mut head, columns);
    fill(&mut body, columns);
    align.resize(columns, Align::None);
    Table { align, head, body, caption }
}

/// A first row of header cells only is the head.
fn is_head_row(row: &Row) -> bool {
    !row.cells.is_empty() && row.cells.iter().all(|c| c.header && c.rowspan == 1)
}

/// Limits a row's columns and moves what is beyond them into its last cell, so that no word is lost.
fn clamp(row: &mut Row) {
    let mut columns = 0_usize;
    let mut kept: Vec<Cell> = Vec::with_capacity(row.cells.len());
    for mut cell in row.cells.drain(..) {
        match kept.last_mut() {
            Some(last) if columns >= MAX_COLUMNS => last.blocks.append(&mut cell.blocks),
            _ => {
                cell.colspan = cell.colspan.clamp(1, (MAX_COLUMNS - columns).max(1) as u16);
                cell.rowspan = cell.rowspan.max(1);
                columns += usize::from(cell.colspan);
                kept.push(cell);
            }
        }
    }
    row.cells = kept;
}

/// Columns that the rows take, spans from rows above counted.
fn width(rows: &[Row]) -> usize {
    let mut covered: Vec<u16> = Vec::new();
    let mut widest = 0;
    for row in rows {
        let own: usize = row.cells.iter().map(|c| usize::from(c.colspan)).sum();
        let above = covered.iter().filter(|c| **c > 0).count();
        widest = widest.max(own + above);
        advance(&mut covered, row);
    }
    widest
}

/// Puts a row's cells into the grid: `covered` says for each column how many further rows are taken.
/// Gives the columns where the row's cells begin.
fn advance(covered: &mut Vec<u16>, row: &Row) -> Vec<usize> {
    let mut starts = Vec::with_capacity(row.cells.len());
    let mut next: Vec<u16> = covered.iter().map(|c| c.saturating_sub(1)).collect();
    let mut column = 0;
    for cell in &row.cells {
        while covered.get(column).is_some_and(|c| *c > 0) {
            column += 1;
        }
        starts.push(column);
        let end = column + usize::from(cell.colspan);
        if next.len() < end {
            next.resize(end, 0);
        }
        for taken in &mut next[column..end] {
            *taken = (*taken).max(cell.rowspan - 1);
        }
        column = end;
    }
    *covered = next;
    starts
}

/// Makes each row fill `columns`: spans that reach too far are cut, missing cells added.
fn fill(rows: &mut [Row], columns: usize) {
    let count = rows.len();
    let mut covered = vec![0_u16; columns];
    let mut carried: Vec<Block> = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        let left = (count - index).min(usize::from(u16::MAX)) as u16;
        let mut free: usize = covered.iter().filter(|c| **c == 0).count();
        let mut kept: Vec<Cell> = Vec::with_capacity(row.cells.len());
        for mut cell in row.cells.drain(..) {
            if free == 0 {
                kept.last_mut().map_or(&mut carried, |last| &mut last.blocks).append(&mut cell.blocks);
                continue;
            }
            cell.rowspan = cell.rowspan.clamp(1, left);
            cell.colspan = cell.colspan.clamp(1, run_of_free(&covered, &kept).max(1) as u16);
            free = free.saturating_sub(usize::from(cell.colspan));
            kept.push(cell);
        }
        let header = !kept.is_empty() && kept.iter().all(|c| c.header);
        kept.extend((0..free).map(|_| empty(header)));
        if let Some(first) = kept.first_mut() {
            first.blocks.splice(0..0, carried.drain(..));
        }
        row.cells = kept;
        advance(&mut covered, row);
        covered.truncate(columns);
    }
    if let Some(last) = rows.iter_mut().rev().find_map(|row| row.cells.last_mut()) {
        last.blocks.append(&mut carried);
    }
}

/// How many columns are free from the next cell's place to the next one that is covered from above.
fn run_of_free(covered: &[u16], placed: &[Cell]) -> usize {
    let mut column = 0;
    for cell in placed {
        while covered.get(column).is_some_and(|c| *c > 0) {
            column += 1;
        }
        column += usize::from(cell.colspan);
    }
    let rest = covered.get(column..).unwrap_or(&[]);
    rest.iter().skip_while(|c| **c > 0).take_while(|c| **c == 0).count()
}

fn empty(header: bool) -> Cell {
    Cell { id: NodeId::default(), colspan: 1, rowspan: 1, header, blocks: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(spans: &[(u16, u16)]) -> Row {
        let cells = spans.iter().map(|(colspan, rowspan)| Cell { colspan: *colspan, rowspan: *rowspan, ..empty(false) }).collect();
        Row { id: NodeId::default(), cells }
    }

    fn spans(rows: &[Row]) -> Vec<Vec<(u16, u16)>> {
        rows.iter().map(|r| r.cells.iter().map(|c| (c.colspan, c.rowspan)).collect()).collect()
    }

    #[test]
    fn rows_are_filled_and_spans_cut() {
        let table = regular(vec![], vec![row(&[(1, 9), (2, 1)]), row(&[(1, 1)]), row(&[(5, 1)])], vec![], None);
        assert_eq!(table.align.len(), 6);
        assert_eq!(spans(&table.body), [vec![(1, 3), (2, 1), (1, 1), (1, 1), (1, 1)], vec![(1, 1); 5], vec![(5, 1)]]);
    }

    #[test]
    fn a_span_does_not_run_into_a_covered_column() {
        let table = regular(vec![], vec![row(&[(1, 1), (1, 2), (1, 1)]), row(&[(2, 1)])], vec![], None);
        for (index, row) in table.body.iter().enumerate() {
            let own: usize = row.cells.iter().map(|c| usize::from(c.colspan)).sum();
            assert_eq!(own, table.align.len() - index, "{:?}", spans(&table.body));
        }
    }

    #[test]
    fn a_table_is_never_wider_than_a_page_could_hold() {
        let table = regular(vec![], vec![row(&[(1, 1); 1000])], vec![], None);
        assert_eq!(table.body[0].cells.len(), MAX_COLUMNS);
    }
}
