//! The document: a tree of sections, blocks ([`block`]) and inlines ([`inline`]), each with its source place. No numbers, no sizes, no
//! Markdown.

mod block;
mod inline;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::language::Direction;
use crate::load::Pos;
use crate::select::{EntryKind, Selection};

use super::noted::Noted;

pub use block::*;
pub use inline::*;

/// Names a section by what it is and not by where it stands, so that a chapter put in before it leaves its name as it was:
/// a digest of its path, or of its kind where the program makes it. The order of these numbers means nothing;
/// [`Document::index_of`] says where a section stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SectionId(pub u32);

impl SectionId {
    /// The book's own title and subtitle, which belong to no section.
    pub const BOOK: SectionId = SectionId(u32::MAX);
    /// The list of works that are cited, where it is a chapter of its own.
    pub const WORKS: SectionId = SectionId(u32::MAX - 1);
    /// No section has a number from here on: they are for what the book adds itself.
    pub const FIRST_RESERVED: u32 = u32::MAX - 15;
}

/// Names a node of the document: its section and a count within it, in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NodeId {
    /// Its section.
    pub section: SectionId,
    /// Count within the section, in document order; 0 is the section itself.
    pub index: u32,
}

/// The whole book as a tree.
#[derive(Clone, Debug)]
pub struct Document {
    /// The selection it was parsed from: book data, reader, ladder, fields, sources and assets.
    pub selection: Arc<Selection>,
    /// The book's title as inlines, fields not yet filled.
    pub title: Vec<Inline>,
    /// Subtitle, may be empty.
    pub subtitle: Vec<Inline>,
    /// Chapters and chapter-like matter, in order; shared by the readers of one shape, and with whoever parsed the same before.
    pub sections: Arc<Vec<Arc<Section>>>,
    /// Where each section stands among [`Document::sections`].
    pub(super) order: Arc<BTreeMap<SectionId, usize>>,
}

impl Document {
    /// A document of these sections.
    pub fn new(selection: Arc<Selection>, title: Vec<Inline>, subtitle: Vec<Inline>, sections: Vec<Arc<Section>>) -> Document {
        let order = sections.iter().enumerate().map(|(index, section)| (section.id.section, index)).collect();
        Document { selection, title, subtitle, sections: sections.into(), order: Arc::new(order) }
    }

    /// The same tree for another reader of the same shape.
    pub fn with_selection(&self, selection: Arc<Selection>) -> Document {
        Document { selection, ..self.clone() }
    }

    /// Where a section stands among all.
    pub fn index_of(&self, section: SectionId) -> Option<usize> {
        self.order.get(&section).copied()
    }
}

/// A chapter, or matter that stands like one.
#[derive(Clone, Debug, Hash)]
pub struct Section {
    /// Names it; `index` is 0.
    pub id: NodeId,
    /// What it is.
    pub kind: EntryKind,
    /// Path relative to the text root; empty for generated ones.
    pub path: String,
    /// Title.
    pub title: Vec<Inline>,
    /// What it is called in contents and running heads, where a list of chapters calls it otherwise.
    pub name: Option<Vec<Inline>>,
    /// Summary, set as a standfirst.
    pub summary: Vec<Inline>,
    /// The first milestone of a stage: what its opening promises.
    pub promise: Vec<Inline>,
    /// Nesting: 0 for a chapter.
    pub depth: u8,
    /// Whether it bears a number.
    pub numbered: bool,
    /// Title of the part that begins here.
    pub part: Option<Vec<Inline>>,
    /// Language, where it differs from the book's.
    pub language: Option<String>,
    /// Explicit id of the title heading (`# Title {#id}`), or the slug of its text: what `file.md#slug` may name.
    pub anchor: String,
    /// The book's glossary, whose entries follow the reader's selection and are set closely.
    pub glossary: bool,
    /// Content.
    pub blocks: Vec<Block>,
    /// Footnote definitions, in order of definition, by label.
    pub notes: Vec<NoteDefinition>,
    /// Where it begins.
    pub pos: Pos,
    /// How many node ids it uses (indices below this).
    pub nodes: u32,
    /// What was found out about it.
    pub noted: Noted,
}

impl Section {
    /// Which way it runs in a book that runs so: as its own language does, if it has one.
    pub fn direction(&self, book: Direction) -> Direction {
        self.language.as_deref().map_or(book, Direction::of_language)
    }
}

/// A footnote's text.
#[derive(Clone, Debug, Hash)]
pub struct NoteDefinition {
    /// Names it.
    pub id: NodeId,
    /// The label in the source.
    pub label: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Where it stands.
    pub pos: Pos,
}

/// What differs by format only stays in the tree and is filtered by the writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The typeset book.
    Pdf,
    /// The e-book.
    Epub,
}
