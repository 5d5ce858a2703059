//! The document: a tree of sections, blocks and inlines, each with its source place. No numbers, no sizes, no Markdown.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::language::Direction;
use crate::load::Pos;
use crate::select::{EntryKind, Selection};
use crate::words::roman;

use super::noted::Noted;

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

/// A block with its place.
#[derive(Clone, Debug, Hash)]
pub struct Block {
    /// Names it.
    pub id: NodeId,
    /// Where it begins in the source.
    pub pos: Pos,
    /// Explicit anchor (`{#id}`, `<a id>`, `<div id>`), if any. Headings and definition terms have their own.
    pub anchor: Option<String>,
    /// Language, where it differs (`lang` on raw HTML).
    pub language: Option<String>,
    /// Which way it runs, where that is said (`dir` on raw HTML).
    pub direction: Option<Direction>,
    /// What it is.
    pub kind: BlockKind,
}

impl Block {
    /// Which way it runs where what is around it runs so: as it says itself, else as its language does.
    pub fn direction(&self, around: Direction) -> Direction {
        self.direction.or(self.language.as_deref().map(Direction::of_language)).unwrap_or(around)
    }

    /// Whether it is in the language around it and runs as that does.
    pub fn is_of_its_surroundings(&self) -> bool {
        self.language.is_none() && self.direction.is_none()
    }
}

/// The kinds of block.
#[derive(Clone, Debug, Hash)]
pub enum BlockKind {
    /// A heading below the section's title.
    Heading {
        /// Level as written, 1 to 6, counted from the chapter's title (1); resolve repairs skips.
        level: u8,
        /// What a link's fragment names: `{#id}` or the slug of the text, unique in the section.
        slug: String,
        /// Its text.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// An ordered or unordered list.
    List {
        /// First number of an ordered list.
        start: Option<u64>,
        /// Items without space between.
        tight: bool,
        /// Items.
        items: Vec<ListItem>,
    },
    /// A quotation.
    Quote {
        /// Content without the attribution.
        blocks: Vec<Block>,
        /// A last paragraph that began with a dash.
        attribution: Option<Vec<Inline>>,
    },
    /// A GFM alert.
    Callout {
        /// Which.
        kind: CalloutKind,
        /// Content.
        blocks: Vec<Block>,
    },
    /// A code block.
    Code {
        /// Language as written in the info string's first word, lower case, without attributes.
        language: Option<String>,
        /// The code, without a final line ending.
        text: Arc<str>,
    },
    /// A formula on lines of its own.
    Formula(Formula),
    /// A table.
    Table(Table),
    /// A picture that stands alone, or `<figure>`.
    Figure {
        /// Content: usually one paragraph with one [`InlineKind::Image`]; code or tables are possible.
        blocks: Vec<Block>,
        /// Caption from the picture's title or `<figcaption>`.
        caption: Option<Vec<Inline>>,
    },
    /// Definition list.
    Definitions(Vec<Definition>),
    /// Thematic break.
    Rule,
    /// `<!-- pagebreak -->`.
    PageBreak,
    /// `<!-- bibliography -->`: the works that the book cites stand here.
    Bibliography,
    /// A container without meaning of its own: `<div>`, an unknown element with a caption (`<Listing>`), `<details>`.
    Group {
        /// What it is.
        kind: GroupKind,
        /// Caption or summary, if any.
        caption: Option<Vec<Inline>>,
        /// Content.
        blocks: Vec<Block>,
    },
    /// Only in one format.
    Only(Format, Vec<Block>),
    /// Generated: the drawn map of the ladder.
    RouteMap,
}

/// Kinds of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// `<div>` and the like.
    Div,
    /// An unknown element that had a caption, such as `<Listing>`; the caption stands above.
    Listing,
    /// `<div class="closing">`: the closing of a letter, with its signature last.
    Closing,
    /// `<details>`, always shown open; the caption is its summary.
    Details,
    /// The works that the book cites, a paragraph each.
    Works,
    /// `<!-- card: skills -->` … `<!-- end card -->`: a page for a pencil.
    Card(CardKind),
}

/// Kinds of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// A table of skills, to be marked on three dates.
    Skills,
    /// What closes a chapter, with room to write.
    Closing,
    /// A form to fill in.
    Form,
}

impl CardKind {
    /// All of them, with their names.
    pub const ALL: [(&'static str, CardKind); 3] = [("skills", CardKind::Skills), ("closing", CardKind::Closing), ("form", CardKind::Form)];

    /// The kind of a name.
    pub fn named(name: &str) -> Option<CardKind> {
        CardKind::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        CardKind::ALL.into_iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// One item of a list.
#[derive(Clone, Debug, Hash)]
pub struct ListItem {
    /// Names it.
    pub id: NodeId,
    /// A task: done or not.
    pub task: Option<bool>,
    /// Its number, where the list does not simply count on in figures.
    pub number: Option<ItemNumber>,
    /// Content.
    pub blocks: Vec<Block>,
    /// Where it begins.
    pub pos: Pos,
}

/// The number of a list's item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemNumber {
    /// Its value.
    pub value: u64,
    /// How it is written.
    pub numerals: Numerals,
}

/// How the items of a list are numbered, as HTML's `type` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Numerals {
    /// 1, 2, 3.
    #[default]
    Figures,
    /// a, b, c.
    SmallLetters,
    /// A, B, C.
    Letters,
    /// i, ii, iii.
    SmallRoman,
    /// I, II, III.
    Roman,
}

impl Numerals {
    /// A number as written so. What letters and Roman numerals cannot say stands in figures.
    pub fn write(self, value: u64) -> String {
        let letters = |first: u8| {
            let (mut left, mut out) = (value, Vec::new());
            while left > 0 {
                left -= 1;
                out.push(char::from(first + (left % 26) as u8));
                left /= 26;
            }
            out.iter().rev().collect::<String>()
        };
        match self {
            Numerals::SmallLetters if value > 0 => letters(b'a'),
            Numerals::Letters if value > 0 => letters(b'A'),
            Numerals::SmallRoman if (1..4000).contains(&value) => roman(value as u32),
            Numerals::Roman if (1..4000).contains(&value) => roman(value as u32).to_uppercase(),
            _ => value.to_string(),
        }
    }

    /// As HTML's `type` has it; nothing for figures.
    pub fn html(self) -> Option<&'static str> {
        match self {
            Numerals::Figures => None,
            Numerals::SmallLetters => Some("a"),
            Numerals::Letters => Some("A"),
            Numerals::SmallRoman => Some("i"),
            Numerals::Roman => Some("I"),
        }
    }
}

/// GFM's five alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CalloutKind {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

impl CalloutKind {
    /// How heavy its rule is: 1 for what is worth knowing, 2 for what matters, 3 for a danger.
    pub fn weight(self) -> i32 {
        match self {
            CalloutKind::Note | CalloutKind::Tip => 1,
            CalloutKind::Important => 2,
            CalloutKind::Warning | CalloutKind::Caution => 3,
        }
    }
}

/// Horizontal alignment of a table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
#[allow(missing_docs)]
pub enum Align {
    #[default]
    None,
    Left,
    Center,
    Right,
}

/// A table. Every row has cells whose spans add up to the number of columns.
#[derive(Clone, Debug, Hash)]
pub struct Table {
    /// One a column.
    pub align: Vec<Align>,
    /// Head rows; empty if the author gave none.
    pub head: Vec<Row>,
    /// Body rows.
    pub body: Vec<Row>,
    /// Caption, if any.
    pub caption: Option<Vec<Inline>>,
}

/// A table row.
#[derive(Clone, Debug, Hash)]
pub struct Row {
    /// Names it.
    pub id: NodeId,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A table cell.
#[derive(Clone, Debug, Hash)]
pub struct Cell {
    /// Names it.
    pub id: NodeId,
    /// Columns it covers, at least 1.
    pub colspan: u16,
    /// Rows it covers, at least 1.
    pub rowspan: u16,
    /// A header cell outside the head (`<th>` in the body heads its row).
    pub header: bool,
    /// Content: Markdown tables have one paragraph.
    pub blocks: Vec<Block>,
}

/// A group of terms with their details.
#[derive(Clone, Debug, Hash)]
pub struct Definition {
    /// Names it.
    pub id: NodeId,
    /// Terms, each with the slug that a link's fragment may name.
    pub terms: Vec<Term>,
    /// Details.
    pub details: Vec<Vec<Block>>,
}

/// A term of a definition list.
#[derive(Clone, Debug, Hash)]
pub struct Term {
    /// Names it.
    pub id: NodeId,
    /// What a link's fragment names, unique in the section.
    pub slug: String,
    /// Its text.
    pub text: Vec<Inline>,
}

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
