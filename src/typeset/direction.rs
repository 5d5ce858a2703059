//! Which way text runs, as far as the place of what stands beside it depends on that: markers, rules, columns.

use unicode_bidi::{BidiClass, bidi_class};

use crate::parse::{Block, BlockKind, Table, plain_text};

/// Whether a text runs from right to left: as its first letter does. `None` without letters.
pub(super) fn of_text(text: &str) -> Option<bool> {
    text.chars().find_map(|c| match bidi_class(c) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    })
}

/// The same of blocks: as the first of them that has letters.
pub(super) fn of_blocks(blocks: &[Block]) -> Option<bool> {
    blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => of_text(&plain_text(text)),
        BlockKind::List { items, .. } => items.iter().find_map(|item| of_blocks(&item.blocks)),
        BlockKind::Quote { blocks, .. } | BlockKind::Callout { blocks, .. } => of_blocks(blocks),
        _ => None,
    })
}

/// The same of a table: as its first cell with letters.
pub(super) fn of_table(table: &Table) -> Option<bool> {
    table.head.iter().chain(&table.body).flat_map(|row| &row.cells).find_map(|cell| of_blocks(&cell.blocks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_decides() {
        assert_eq!(of_text("12. שלום Ada"), Some(true));
        assert_eq!(of_text("(Ada) שלום"), Some(false));
        assert_eq!(of_text("1846 …"), None);
    }
}
