//! Stage 3, *parse*: Markdown to a [`Document`], a tree of our own with source places.
//!
//! pulldown-cmark reads the Markdown, a tolerant tokenizer of our own ([`html`]) the raw HTML in it, and both drive
//! one [`builder`] that keeps a stack of open nodes. A chapter is parsed alone, so all of them are parsed at once.

mod autolink;
mod builder;
mod cell;
mod close;
mod code;
mod comments;
mod diagrams;
mod dialect;
mod direction;
mod document;
mod events;
mod findings;
mod formulas;
mod generated;
mod glossary;
mod html;
mod mathematics;
mod noted;
mod number;
mod outline;
mod pages;
mod places;
mod plain;
mod quotes;
mod references;
mod replace;
mod section;
mod slips;
mod slug;
mod table;
mod text;
mod title;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::Warned;
use crate::load::{Manuscript, Pos, stable_number};
use crate::memo::Memo;
use crate::panics::naming;
use crate::select::{Entry, EntryKind, Selection};

pub use direction::{blocks_run, definitions_run, list_runs, table_runs};
pub use document::*;
pub use noted::Noted;
pub(crate) use noted::words_of;
pub use outline::outline;
pub use plain::{Plain, filled_text, plain_pieces, plain_text};
pub(crate) use references::is_cross;
pub(crate) use replace::{has_citations, renumbered, replace_blocks, replace_inlines};
pub(crate) use section::parsed;
pub(crate) use text::FIELDS;
pub use walk::{Node, walk, walk_blocks, walk_inlines};

use findings::Findings;

/// The pictures that a text of Markdown names, as it writes them. `language` is the text's.
pub fn pictures_named(manuscript: &Manuscript, language: &str, text: &str) -> Vec<String> {
    section::pictures(manuscript, language, text)
}

/// Parses all chapters of a selection, those that `memo` does not know. Nothing in a manuscript makes this fail: what cannot be
/// kept as it was meant is kept as text, with a warning.
pub fn parse(selection: Arc<Selection>, memo: &Memo) -> Warned<Document> {
    let entries: Vec<_> = selection.entries.iter().zip(section_ids(&selection.entries)).collect();
    let pages = pages::of(&selection.manuscript, selection.entries.iter().map(|entry| entry.text.text.as_str()));
    let (mut sections, found): (Vec<Arc<Section>>, Vec<Arc<Findings>>) =
        entries.into_par_iter().map(|(entry, id)| naming(&entry.path, || section::section(&selection, entry, id, &pages, memo))).unzip();
    glossary::follow(&selection, &mut sections);
    let book = &selection.manuscript.book;
    let mut title = section::inlines(&selection, &book.title, Pos::default());
    let mut subtitle = section::inlines(&selection, &book.subtitle, Pos::default());
    number::book(&mut title, &mut subtitle);
    let warnings = findings::report(&found, &selection.manuscript.sources);
    Warned { value: Document::new(selection, title, subtitle, sections), warnings }
}

/// A name for each entry that stays as it is when others come or go: a digest of its path, or of its kind where it has none.
/// Should two digests be the same, or one file stand twice in the book, the later one takes the next free number.
fn section_ids(entries: &[Entry]) -> Vec<SectionId> {
    let mut taken = BTreeSet::new();
    let mut id = |entry: &Entry| {
        let mut number = match entry.kind {
            EntryKind::Route => 1,
            EntryKind::Milestones => 2,
            EntryKind::RoadBeyond => 3,
            _ => stable_number(&entry.path),
        };
        while number >= SectionId::FIRST_RESERVED || !taken.insert(number) {
            number = if number >= SectionId::FIRST_RESERVED { 0 } else { number + 1 };
        }
        SectionId(number)
    };
    entries.iter().map(&mut id).collect()
}
