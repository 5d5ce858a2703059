//! The channel for tags: what each mark on a page means, as a tree that mirrors the document.

use std::sync::Arc;

use crate::parse::NodeId;

/// Names an element of the structure tree: the section and an index into its [`TagTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId {
    /// Index of the section's tree in the book's list of trees.
    pub tree: u32,
    /// Index into [`TagTree::nodes`].
    pub index: u32,
}

/// The structure of one section, in document order: children come after their parent, and siblings in reading order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TagTree {
    /// Node 0 is the section itself.
    pub nodes: Vec<TagNode>,
}

/// An element of the structure tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TagNode {
    /// Index of the parent in the same tree; `None` for node 0.
    pub parent: Option<u32>,
    /// What it is.
    pub role: Role,
    /// The document's node it stands for, where there is one.
    pub node: Option<NodeId>,
    /// Language, where it differs from the parent's.
    pub language: Option<Arc<str>>,
}

/// Roles, in the words of ISO 32000-1, 14.8.4.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Role {
    /// A chapter or other section (`Sect`).
    Section,
    /// `Part`, for what the book adds itself (cover, title page).
    Part,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// `P`.
    Paragraph,
    /// A list; whether it is numbered.
    List {
        /// Ordered (`ListNumbering Decimal`) or not (`Disc`), or `None` for lists without such labels.
        ordered: Option<bool>,
    },
    /// `LI`.
    ListItem,
    /// `Lbl`: a list item's marker, a note's number, a caption's number.
    Label,
    /// `LBody`.
    ListBody,
    /// `Table`, with a summary if there is one.
    Table,
    /// `THead`.
    TableHead,
    /// `TBody`.
    TableBody,
    /// `TR`.
    TableRow,
    /// `TH`.
    HeaderCell {
        /// Heads its row instead of its column.
        row: bool,
        /// Columns covered.
        colspan: u16,
        /// Rows covered.
        rowspan: u16,
    },
    /// `TD`.
    DataCell {
        /// Columns covered.
        colspan: u16,
        /// Rows covered.
        rowspan: u16,
    },
    /// `Figure` with its alternative text.
    Figure {
        /// Alternative text, never empty.
        alt: String,
    },
    /// `Formula`, with what it says.
    Formula {
        /// TeX, as its author wrote it.
        alt: String,
    },
    /// `Caption`.
    Caption,
    /// `Code`: inline, or a block within a paragraph.
    Code,
    /// `BlockQuote`.
    BlockQuote,
    /// `Note`, a footnote.
    Note,
    /// `Reference`: the mark that calls a note.
    Reference,
    /// `Link`.
    Link,
    /// `Em` becomes `Span` in PDF 1.7.
    Emphasis,
    /// `Strong` likewise.
    Strong,
    /// `Span`, for a language or other attribute.
    Span,
    /// `Div`, a group such as a callout.
    Division,
    /// `TOC`.
    Contents,
    /// `TOCI`.
    ContentsItem,
    /// `Index`.
    Index,
    /// `Form`: a box to tick.
    Form,
}

impl TagTree {
    /// A tree with its root.
    pub fn new(root: Role, node: Option<NodeId>) -> TagTree {
        TagTree { nodes: vec![TagNode { parent: None, role: root, node, language: None }] }
    }

    /// Adds a child and gives its index.
    pub fn add(&mut self, parent: u32, role: Role, node: Option<NodeId>) -> u32 {
        self.nodes.push(TagNode { parent: Some(parent), role, node, language: None });
        self.nodes.len() as u32 - 1
    }
}
