//! Blocks: paragraphs, lists, tables and whatever else stands below another.

use std::sync::Arc;

use crate::language::Direction;
use crate::load::Pos;
use crate::words::roman;

use super::*;

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
