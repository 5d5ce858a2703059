//! The texts of a book: for the search for missing characters, and to count its words.

use crate::fonts::SystemFont;
use crate::parse::{Block, BlockKind, Inline, InlineKind, Node, walk};
use crate::resolve::Resolved;

/// All text that is set from the document and is not the reader's own.
pub(super) fn shared(resolved: &Resolved) -> Vec<&str> {
    let mut texts: Vec<&str> = resolved.fields.values().filter(|v| !v.personal).map(|v| v.text.as_str()).collect();
    for section in resolved.document.sections.iter() {
        walk(section, &mut |node| match node {
            Node::Inline(Inline { kind: InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text), .. }) => texts.push(text),
            Node::Block(Block { kind: BlockKind::Code { text, .. }, .. }) => texts.push(text),
            _ => {}
        });
    }
    texts
}

/// The reader's own words, wherever they stand in the book.
pub(super) fn personal(resolved: &Resolved) -> Vec<&str> {
    let reader = &resolved.document.selection.reader;
    let fields = resolved.fields.values().filter(|v| v.personal).map(|v| v.text.as_str());
    fields.chain(reader.name.as_deref()).chain(resolved.book.prepared_for.as_deref()).collect()
}

/// Words of texts, as they hold them.
pub(super) fn words(texts: &[&str]) -> usize {
    texts.iter().map(|text| text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()).sum()
}

/// What there is to tell of a font of the system that was taken.
pub(super) fn notice(font: &SystemFont) -> String {
    let shown: String = font.characters.iter().take(12).collect();
    format!("the system's font {} is used for characters that no other font has: {shown}", font.family)
}
