//! Stage 3, *parse*: Markdown to a [`Document`], a tree of our own with source places.
//!
//! pulldown-cmark reads the Markdown, a tolerant tokenizer of our own ([`html`]) the raw HTML in it, and both drive
//! one [`builder`] that keeps a stack of open nodes. A chapter is parsed alone, so all of them are parsed at once.

mod autolink;
mod builder;
mod close;
mod code;
mod comments;
mod document;
mod events;
mod findings;
mod generated;
mod html;
mod number;
mod outline;
mod places;
mod quotes;
mod section;
mod slug;
mod table;
mod text;
mod title;
mod walk;

use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::Diagnostics;
use crate::load::Pos;
use crate::panics::naming;
use crate::select::Selection;

pub use document::*;
pub use outline::outline;
pub use walk::{Node, walk, walk_blocks, walk_inlines};

use findings::Findings;

/// Nodes of the book's own title and subtitle belong to no section; their [`NodeId::section`] is this.
pub const BOOK: u32 = u32::MAX;

/// Parses all chapters of a selection. Nothing in a manuscript makes this fail: what cannot be kept as it was meant is
/// kept as text, with a warning.
pub fn parse(selection: Arc<Selection>, diagnostics: &mut Diagnostics) -> Document {
    let (sections, found): (Vec<Section>, Vec<Findings>) =
        (0..selection.entries.len()).into_par_iter().map(|index| naming(&selection.entries[index].path, || section::section(&selection, index))).unzip();
    let book = &selection.manuscript.book;
    let mut title = section::inlines(&selection, &book.title, Pos::default());
    let mut subtitle = section::inlines(&selection, &book.subtitle, Pos::default());
    number::book(&mut title, &mut subtitle);
    findings::report(found, &selection.manuscript.sources, diagnostics);
    Document { selection, title, subtitle, sections: sections.into() }
}
