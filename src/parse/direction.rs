//! Which way blocks run: as the language around them does, unless all of their letters run from right to left. Both formats ask here.

use crate::language::{Direction, is_rtl_throughout};

use super::document::*;
use super::plain::plain_text;

/// The direction of a run of blocks where what is around it runs so: a callout's content.
pub fn blocks_run(around: Direction, blocks: &[Block]) -> Direction {
    of_texts(around, |text| of_blocks(blocks, text))
}

/// That of a list.
pub fn list_runs(around: Direction, items: &[ListItem]) -> Direction {
    of_texts(around, |text| items.iter().for_each(|item| of_blocks(&item.blocks, text)))
}

/// That of a definition list.
pub fn definitions_run(around: Direction, definitions: &[Definition]) -> Direction {
    of_texts(around, |text| {
        for definition in definitions {
            definition.terms.iter().for_each(|term| text.push_str(&plain_text(&term.text)));
            definition.details.iter().for_each(|blocks| of_blocks(blocks, text));
        }
    })
}

/// That of a table.
pub fn table_runs(around: Direction, table: &Table) -> Direction {
    of_texts(around, |text| table.head.iter().chain(&table.body).flat_map(|row| &row.cells).for_each(|cell| of_blocks(&cell.blocks, text)))
}

fn of_texts(around: Direction, gather: impl FnOnce(&mut String)) -> Direction {
    if around.is_rtl() {
        return around;
    }
    let mut text = String::new();
    gather(&mut text);
    if is_rtl_throughout(&text) { Direction::RightToLeft } else { around }
}

/// The words of blocks that stand in a direction; code has its own.
fn of_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => out.push_str(&plain_text(text)),
            BlockKind::List { items, .. } => items.iter().for_each(|item| of_blocks(&item.blocks, out)),
            BlockKind::Quote { blocks, .. } | BlockKind::Callout { blocks, .. } | BlockKind::Group { blocks, .. } => of_blocks(blocks, out),
            _ => {}
        }
    }
}
