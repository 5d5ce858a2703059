//! Inlines: what stands within a line.

use std::sync::Arc;

use crate::language::Direction;
use crate::load::Pos;

use super::*;

/// An inline with its place.
#[derive(Clone, Debug, Hash)]
pub struct Inline {
    /// Names it.
    pub id: NodeId,
    /// Where it begins.
    pub pos: Pos,
    /// What it is.
    pub kind: InlineKind,
}

/// The kinds of inline.
#[derive(Clone, Debug, Hash)]
pub enum InlineKind {
    /// Text. Soft breaks have become spaces, quotes are smart where the book asks for it.
    Text(String),
    /// A field to be filled with the reader's data: `{{ name | default }}`. Resolve checks and fills it.
    Field {
        /// Name, such as `reader.name`.
        name: String,
        /// Text for when there is no value.
        default: Option<String>,
    },
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// Superscript.
    Superscript(Vec<Inline>),
    /// Subscript.
    Subscript(Vec<Inline>),
    /// Code, `<code>`, `<samp>`.
    Code(String),
    /// `<kbd>`.
    Keyboard(String),
    /// A link as written.
    Link {
        /// Destination as written: URL, `other.md#heading`, `#heading`; a page's name behind [`BY_NAME`].
        to: String,
        /// Title as written.
        title: Option<String>,
        /// What is seen; empty content takes the target's title.
        content: Vec<Inline>,
    },
    /// A formula in the line.
    Formula(Formula),
    /// A picture.
    Image(Image),
    /// Reference to a footnote.
    NoteRef(String),
    /// Works that are cited.
    Citation(Citation),
    /// A word with its reading beside it (`<ruby>`): the word's text, and a [`InlineKind::Reading`] after each part of it.
    Ruby(Vec<Inline>),
    /// How the word before it is read (`<rt>`).
    Reading(Vec<Inline>),
    /// A line break that was asked for.
    Break,
    /// A place that a link may name.
    Anchor(String),
    /// An index entry for this place.
    IndexTerm(IndexTerm),
    /// A run with another language or direction (`<span lang dir>`). One with neither is isolated from the text around it and runs as
    /// its first letter does (`<bdi>`).
    Span {
        /// Language, if given.
        language: Option<String>,
        /// Direction, if given.
        direction: Option<Direction>,
        /// Content.
        content: Vec<Inline>,
    },
    /// Only in one format, within a line.
    Only(Format, Vec<Inline>),
}

/// A formula. It was read, so both formats can show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Formula {
    /// TeX as its author wrote it, without its marks: what is said where a formula cannot be seen.
    pub source: Arc<str>,
    /// What is read: with the definitions that hold for it, and its label.
    pub tex: Arc<str>,
    /// Operators have their limits above and below.
    pub display: bool,
}

/// A picture as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Image {
    /// Path as written, relative to the chapter, or a URL; a file's name behind [`BY_NAME`].
    pub source: String,
    /// Alternative text, plain; `None` where none was given, empty where the author marked it as decoration (`alt=""` in HTML).
    pub alt: Option<String>,
    /// Width asked for as a share of the measure in thousandths, or in CSS pixels.
    pub width: Option<ImageWidth>,
    /// Height asked for in CSS pixels, where no width is.
    pub height: Option<u32>,
    /// Source of a diagram in Mermaid's language, which is drawn in the picture's place.
    pub diagram: Option<Arc<str>>,
}

/// A width asked for, in raw HTML or behind a picture as Pandoc writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageWidth {
    /// Thousandths of the measure.
    PerMille(u32),
    /// CSS pixels, 96 to the inch.
    Pixels(u32),
}

/// Works that are cited at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Citation {
    /// The works are part of the sentence: *as Doe (1999) says*.
    pub textual: bool,
    /// The works, in the author's order; at least one.
    pub works: Vec<Cited>,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cited {
    /// The key of the work in the bibliography.
    pub key: String,
    /// What stands before it: `see`.
    pub prefix: String,
    /// What stands behind it, a place in the work first: `p. 12`, `ch. 3 and elsewhere`.
    pub suffix: String,
    /// Its author is named by the sentence.
    pub hide_author: bool,
}

/// A link or a picture whose destination begins with this names a page or a file as wikis do: by its name alone, wherever it lies.
/// A noncharacter, which no author's text holds.
pub const BY_NAME: char = '\u{FDD3}';

/// A link's fragment that ends with this asks for the number alone of what it leads to.
pub const BARE: &str = "\u{FDD4}";

/// An entry for the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexTerm {
    /// Heading and subheadings: `budget > defending`.
    pub path: Vec<String>,
    /// Only a cross-reference: *see* or *see also*, and the term.
    pub see: Option<(See, String)>,
}

/// Kinds of cross-reference in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum See {
    See,
    SeeAlso,
}
