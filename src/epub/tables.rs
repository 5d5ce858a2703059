//! Tables: scoped heads, captions, columns aligned.

use crate::language::Direction;
use crate::parse::{Align, Block, BlockKind, Cell, Row, Table, table_runs};

use super::scribe::Scribe;
use crate::xml::Attribute;

/// A table with this many columns or more scrolls where the screen is too narrow for it.
const WIDE: usize = 6;
/// With this many columns and fewer its rows become cards there; with three where they are prose.
const CARDS: usize = 3;
/// So many characters have no room on a line of three columns, and a row of them is prose.
const PROSE: usize = 60;
/// With longer words a table scrolls too: more characters have no room on a phone.
const LONG: usize = 46;

impl Scribe<'_> {
    /// A table with its caption. Wide ones lie in a region that can be scrolled, by keyboard too.
    pub(super) fn table(&mut self, block: &Block, table: &Table) {
        self.flush_breaks();
        self.written.characters.tables = true;
        let many = table.align.len() >= WIDE;
        let cards = (CARDS..WIDE).contains(&table.align.len()) && is_plain(table) && (table.align.len() > CARDS || self.is_prose(table));
        let wide = many || !cards && self.longest_words(table) > LONG;
        if wide {
            let label = self.table_label(block, table);
            self.xml.open("div", &[("class", if many { "wide" } else { "wide words" }), ("role", "group"), ("tabindex", "0"), ("aria-label", &label)]);
        }
        let direction = table_runs(self.direction, table);
        let turned = self.turned(direction);
        let outer = self.turn(direction);
        let mut attributes: Vec<Attribute<'_>> = turned.into_iter().collect();
        if cards {
            attributes.push(("class", "cards"));
        }
        self.container("table", block.id, &attributes, |scribe| {
            let word = scribe.context.resolved.words.table.clone();
            scribe.caption(block.id, "caption", "caption", table.caption.as_deref(), Some(&word));
            if !table.head.is_empty() {
                scribe.xml.open("thead", &[]);
                scribe.rows(table, &table.head, true, &[]);
                scribe.xml.close("thead");
                scribe.xml.line();
            }
            if !table.body.is_empty() {
                scribe.xml.open("tbody", &[]);
                let heads = if cards { scribe.heads(table) } else { Vec::new() };
                scribe.rows(table, &table.body, false, &heads);
                scribe.xml.close("tbody");
            }
        });
        self.direction = outer;
        if wide {
            self.xml.close("div");
        }
    }

    /// What a scrolling region is called: the caption, or the word for a table.
    fn table_label(&self, block: &Block, table: &Table) -> String {
        let resolved = self.context.resolved;
        let name = match resolved.caption_numbers.get(&block.id) {
            Some(number) => resolved.words.caption_label(&resolved.words.table, number),
            None => resolved.words.table.clone(),
        };
        let caption = self.plain(table.caption.as_deref().unwrap_or_default());
        format!("{name} {caption}").trim().to_string()
    }

    /// Whether at least half of the rows are prose.
    fn is_prose(&self, table: &Table) -> bool {
        let of_block = |block: &Block| match &block.kind {
            BlockKind::Paragraph(text) => self.plain(text).chars().count(),
            _ => 0,
        };
        let characters = |row: &Row| row.cells.iter().flat_map(|cell| &cell.blocks).map(of_block).sum::<usize>();
        let prose = table.body.iter().filter(|row| characters(row) > PROSE).count();
        prose > 0 && prose * 2 >= table.body.len()
    }

    /// Characters of the longest words of all columns, side by side.
    fn longest_words(&self, table: &Table) -> usize {
        let mut longest = vec![0; table.align.len()];
        for cells in table.head.iter().chain(&table.body).map(|row| &row.cells) {
            // Where cells cover columns or rows this is not exact, and need not be.
            for (most, cell) in longest.iter_mut().zip(cells).filter(|(_, cell)| cell.colspan <= 1) {
                for block in &cell.blocks {
                    if let BlockKind::Paragraph(text) = &block.kind {
                        let words = self.plain(text);
                        *most = words.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0).max(*most);
                    }
                }
            }
        }
        longest.iter().sum()
    }

    /// What the columns are called.
    fn heads(&self, table: &Table) -> Vec<String> {
        let cell = |cell: &Cell| match cell.blocks.as_slice() {
            [Block { kind: BlockKind::Paragraph(text), .. }] => self.plain(text),
            _ => String::new(),
        };
        table.head.iter().flat_map(|row| row.cells.iter().map(cell)).collect()
    }

    /// Rows; `heads` are written into the cells below them, for screens that have no room for columns.
    fn rows(&mut self, table: &Table, rows: &[Row], head: bool, heads: &[String]) {
        for row in rows {
            let counting = self.breaks.enter(row.id);
            self.open_with_id("tr", row.id, &[]);
            let mut column = 0;
            for cell in &row.cells {
                let above = heads.get(column).map(String::as_str);
                self.cell(cell, head, table.align.get(column).copied().unwrap_or_default(), above);
                column += usize::from(cell.colspan.max(1));
            }
            self.xml.close("tr");
            self.xml.line();
            if counting {
                self.breaks.leave();
            }
        }
    }

    fn cell(&mut self, cell: &Cell, head: bool, align: Align, above: Option<&str>) {
        let counting = self.breaks.enter(cell.id);
        let (columns, rows) = (cell.colspan.to_string(), cell.rowspan.to_string());
        // A header cell with nothing in it heads nothing.
        let header = (head || cell.header) && !cell.blocks.is_empty() && !self.cell_is_empty(cell);
        let mut attributes: Vec<Attribute<'_>> = Vec::new();
        if header {
            attributes.push(("scope", scope(head, cell)));
        }
        if cell.colspan > 1 {
            attributes.push(("colspan", &columns));
        }
        if cell.rowspan > 1 {
            attributes.push(("rowspan", &rows));
        }
        if let Some(class) = class(align, self.direction) {
            attributes.push(("class", class));
        }
        attributes.extend(above.filter(|above| !above.is_empty()).map(|above| ("data-head", above)));
        let tag = if header { "th" } else { "td" };
        self.open_with_id(tag, cell.id, &attributes);
        self.strong += usize::from(header);
        self.cell_content(cell);
        self.strong -= usize::from(header);
        self.xml.close(tag);
        if counting {
            self.breaks.leave();
        }
    }

    /// A cell of one paragraph holds its text and no paragraph.
    fn cell_content(&mut self, cell: &Cell) {
        match cell.blocks.as_slice() {
            [only] => match &only.kind {
                BlockKind::Paragraph(text) if only.is_of_its_surroundings() => self.bare_paragraph(only, text),
                _ => self.blocks(&cell.blocks),
            },
            blocks => self.blocks(blocks),
        }
    }

    fn cell_is_empty(&self, cell: &Cell) -> bool {
        cell.blocks.iter().all(|block| matches!(&block.kind, BlockKind::Paragraph(text) if self.plain(text).trim().is_empty()))
    }
}

/// Whether a table has one row of heads, and no cell covers more than its place.
fn is_plain(table: &Table) -> bool {
    let cells = table.head.iter().chain(&table.body).flat_map(|row| &row.cells);
    table.head.len() == 1 && cells.into_iter().all(|cell| cell.colspan <= 1 && cell.rowspan <= 1)
}

fn scope(head: bool, cell: &Cell) -> &'static str {
    match (head, cell.colspan > 1, cell.rowspan > 1) {
        (true, true, _) => "colgroup",
        (true, false, _) => "col",
        (false, _, true) => "rowgroup",
        (false, _, false) => "row",
    }
}

fn class(align: Align, direction: Direction) -> Option<&'static str> {
    match align {
        Align::Left if direction.is_rtl() => Some("left"),
        Align::None | Align::Left => None,
        Align::Center => Some("center"),
        Align::Right => Some("right"),
    }
}
