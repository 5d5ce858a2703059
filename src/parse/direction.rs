//! Which way blocks run: as the language around them does, unless all of their letters run from right to left. Both formats ask here.

use crate::language::{Direction, Letters, letters_of};

use super::document::*;
use super::plain::plain_text;

/// The direction of a run of blocks where what is around it runs so: a callout's content.
pub fn blocks_run(around: Direction, blocks: &[Block]) -> Direction {
    of(around, |seen| of_blocks(blocks, seen))
}

/// That of a list.
pub fn list_runs(around: Direction, items: &[ListItem]) -> Direction {
    of(around, |seen| items.iter().all(|item| of_blocks(&item.blocks, seen)))
}

/// That of a definition list.
pub fn definitions_run(around: Direction, definitions: &[Definition]) -> Direction {
    of(around, |seen| {
        definitions.iter().all(|definition| {
            let mut terms = definition.terms.iter();
            terms.all(|term| of_text(&term.text, seen)) && definition.details.iter().all(|blocks| of_blocks(blocks, seen))
        })
    })
}

/// That of a table.
pub fn table_runs(around: Direction, table: &Table) -> Direction {
    of(around, |seen| table.head.iter().chain(&table.body).flat_map(|row| &row.cells).all(|cell| of_blocks(&cell.blocks, seen)))
}

/// `look` goes on as long as it meets no letter that runs from left to right, and notes whether it met one that runs the other way. Most
/// text ends it at its first letter.
fn of(around: Direction, look: impl FnOnce(&mut bool) -> bool) -> Direction {
    let mut seen = false;
    if !around.is_rtl() && look(&mut seen) && seen { Direction::RightToLeft } else { around }
}

fn of_text(text: &[Inline], seen: &mut bool) -> bool {
    match letters_of(&plain_text(text)) {
        Letters::None => true,
        Letters::RightToLeft => {
            *seen = true;
            true
        }
        Letters::Others => false,
    }
}

/// The words of blocks that stand in a direction; code has its own.
fn of_blocks(blocks: &[Block], seen: &mut bool) -> bool {
    blocks.iter().all(|block| match &block.kind {
        BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => of_text(text, seen),
        BlockKind::List { items, .. } => items.iter().all(|item| of_blocks(&item.blocks, seen)),
        BlockKind::Quote { blocks, .. } | BlockKind::Callout { blocks, .. } | BlockKind::Group { blocks, .. } => of_blocks(blocks, seen),
        _ => true,
    })
}
