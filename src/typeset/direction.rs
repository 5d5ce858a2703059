//! Which way text runs, as far as the place of what stands beside it depends on that: markers, rules, columns.

use crate::language::first_strong_is_rtl;
use crate::parse::{Block, BlockKind, Table, plain_text};

/// Whether blocks run from right to left: as the first of them that has letters. `None` without letters.
pub(super) fn of_blocks(blocks: &[Block]) -> Option<bool> {
    blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => first_strong_is_rtl(&plain_text(text)),
        BlockKind::List { items, .. } => items.iter().find_map(|item| of_blocks(&item.blocks)),
        BlockKind::Quote { blocks, .. } | BlockKind::Callout { blocks, .. } => of_blocks(blocks),
        _ => None,
    })
}

/// The same of a table: as its first cell with letters.
pub(super) fn of_table(table: &Table) -> Option<bool> {
    table.head.iter().chain(&table.body).flat_map(|row| &row.cells).find_map(|cell| of_blocks(&cell.blocks))
}
