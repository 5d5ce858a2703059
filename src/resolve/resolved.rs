//! The resolved document: the tree as it was, and beside it everything that had to be looked up or counted.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use image::ImageFormat;

use crate::language::Direction;
use crate::parse::{Document, IndexTerm, NodeId};
use crate::select::EntryKind;
pub use crate::words::Words;

/// The document with its annotations, keyed by node. The tree itself is never changed.
/// All maps are ordered, so that nothing depends on hashing. What readers of one shape have in common is shared, so that
/// a copy with another reader's words in it ([`Resolved::for_reader`]) costs little.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The tree.
    pub document: Arc<Document>,
    /// For each section, in order.
    pub sections: Arc<Vec<SectionInfo>>,
    /// Effective heading levels, 2 to 6, without skips. The section's title has level 1 whatever its depth.
    pub heading_levels: Arc<BTreeMap<NodeId, u8>>,
    /// Numbers of figures and tables that have captions, as shown, from 1 in each chapter, nested ones counting on
    /// (`2.1` with the chapter's number where it has one).
    pub caption_numbers: Arc<BTreeMap<NodeId, String>>,
    /// TeX of the formulas that hold labels or references, with numbers in their places; of all others it is as they are written.
    pub formulas: Arc<BTreeMap<NodeId, Arc<str>>>,
    /// Where each link leads.
    pub links: Arc<BTreeMap<NodeId, LinkTo>>,
    /// Text for links written without any.
    pub link_texts: Arc<BTreeMap<NodeId, String>>,
    /// For each [`crate::parse::InlineKind::NoteRef`]: which note it calls. Missing for a reference without definition.
    pub note_refs: Arc<BTreeMap<NodeId, NoteRefInfo>>,
    /// For each note (by definition's id): number as shown, from 1 in each section. Notes never referred to are not here.
    pub note_numbers: Arc<BTreeMap<NodeId, u32>>,
    /// For each [`crate::parse::InlineKind::Field`]: its value.
    pub fields: BTreeMap<NodeId, FieldValue>,
    /// Those of the fields that speak of the reader, with what they ask for.
    pub personal: Arc<Vec<PersonalField>>,
    /// For each [`crate::parse::InlineKind::Image`]: the picture.
    pub images: Arc<BTreeMap<NodeId, Picture>>,
    /// The author's own cover picture.
    pub cover: Option<Arc<PictureFile>>,
    /// Nodes that something links to, with the unique id that both formats use (`c3-what-changes`); at most 40 characters, XML-safe.
    pub labels: Arc<BTreeMap<NodeId, String>>,
    /// Contents, in order.
    pub contents: Arc<Vec<ContentsEntry>>,
    /// Index entries, in order of place; empty if the book has no index terms.
    pub index: Arc<Vec<(NodeId, IndexTerm)>>,
    /// Book data with fields filled, as plain text for metadata and covers.
    pub book: BookData,
    /// Words of the book's language.
    pub words: Arc<Words>,
    /// The drawn map of the ladder read out, for whoever cannot see it; empty when the book has no ladder.
    pub route_description: String,
    /// Whether every picture that carries meaning has an alternative text of its author's.
    pub all_pictures_described: bool,
    /// What is new for a reader who has an old edition.
    pub news: Option<Arc<News>>,
}

/// What is new for this reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What the old edition is called.
    pub since: String,
    /// Chapters of this book that are new or changed, in order.
    pub chapters: Vec<NewsChapter>,
    /// What changed: paragraphs, headings, code, formulas, rows, terms.
    pub changed: BTreeSet<NodeId>,
}

/// A chapter with something new in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsChapter {
    /// Index of its section.
    pub section: usize,
    /// Passages that came, changed or went; none in a chapter that is new as a whole.
    pub passages: Option<usize>,
}

/// What is known of a section.
#[derive(Clone, Debug, Default, Hash)]
pub struct SectionInfo {
    /// Chapter number as shown, `3`; nested ones `3.1`. All chapters of the main matter have one.
    pub number: Option<String>,
    /// Front, main or back matter.
    pub matter: Matter,
    /// Title with fields filled, plain: for running heads and contents.
    pub title: String,
    /// Unique id, also the EPUB's file name without extension: `c03-technical-lead`.
    pub label: String,
    /// The part that begins here, if any: its number as shown (`Part I`) and its title, plain.
    pub part: Option<(String, String)>,
}

/// The three parts of a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Matter {
    /// Roman folios.
    Front,
    /// Arabic folios.
    #[default]
    Main,
    /// After the last chapter, arabic folios go on.
    Back,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkTo {
    /// A node of this book; its label is in [`Resolved::labels`].
    Node(NodeId),
    /// Outside: an address in the ASCII that every reading system can parse.
    Url(String),
    /// Nowhere: the text stays, the link does not.
    Nothing,
}

/// A reference to a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoteRefInfo {
    /// The definition.
    pub note: NodeId,
    /// Number as shown.
    pub number: u32,
    /// The first reference carries the note to its page; later ones only repeat the number.
    pub first: bool,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldValue {
    /// The text, data and never markup.
    pub text: String,
    /// Whether it comes from the reader (and not from the manifest), so that it is set from the copy's own font.
    pub personal: bool,
}

/// A field whose value is the reader's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonalField {
    /// The node.
    pub node: NodeId,
    /// What it asks for: `reader.name`.
    pub name: String,
    /// What stands for it where the reader has no such thing.
    pub default: Option<String>,
}

/// A picture, read and recognised.
#[derive(Clone, Debug, Hash)]
pub struct Picture {
    /// The file; `None` if it could not be had, and the alternative text stands in a frame.
    pub file: Option<Arc<PictureFile>>,
    /// Alternative text that the formats write: the author's, else the caption or the file's name. Empty for decoration.
    pub alt: String,
}

impl Picture {
    /// What stands in the place of a picture that could not be had: its alternative text, or its address if it has none.
    pub fn in_its_place<'a>(&'a self, source: &'a str) -> &'a str {
        if self.alt.is_empty() { source } else { &self.alt }
    }
}

/// A picture file, shared by all that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Path in the project.
    pub path: String,
    /// What it is.
    pub kind: PictureKind,
    /// Its bytes as read; an SVG without scripts and references to the outside.
    pub bytes: Arc<[u8]>,
    /// Width and height in CSS pixels (SVG: user units).
    pub pixels: (u32, u32),
    /// What a drawing writes in characters beyond ASCII: those need fonts.
    pub text: Arc<str>,
    /// First 16 hex digits of the SHA-256 of its bytes: the name it goes by in the files.
    pub digest: String,
    /// Bytes of the file that it was reduced from.
    pub reduced_from: Option<usize>,
}

impl Hash for PictureFile {
    /// The bytes are known by their digest.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.path, self.kind, self.pixels, &self.text, &self.digest).hash(hasher);
    }
}

/// Picture formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum PictureKind {
    Png,
    Jpeg,
    Webp,
    Gif,
    Svg,
}

impl PictureKind {
    /// The format of a picture made of pixels; none for a drawing.
    pub(crate) fn bitmap_format(self) -> Option<ImageFormat> {
        match self {
            PictureKind::Png => Some(ImageFormat::Png),
            PictureKind::Jpeg => Some(ImageFormat::Jpeg),
            PictureKind::Webp => Some(ImageFormat::WebP),
            PictureKind::Gif => Some(ImageFormat::Gif),
            PictureKind::Svg => None,
        }
    }
}

/// A line of the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentsEntry {
    /// The section or heading.
    pub node: NodeId,
    /// Level: 0 for a part, 1 for a chapter, 2 for a nested chapter or a section's heading, …
    pub level: u8,
    /// Number as shown, if any.
    pub number: Option<String>,
    /// Title with fields filled, plain.
    pub title: String,
    /// Matter, for roman or arabic.
    pub matter: Matter,
}

/// The book's data, fields filled, plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookData {
    /// Title.
    pub title: String,
    /// Subtitle, may be empty.
    pub subtitle: String,
    /// BCP 47 tag.
    pub language: String,
    /// Which way the book runs: as its author says, else as its language does.
    pub direction: Direction,
    /// Authors.
    pub authors: Vec<String>,
    /// Date of the build, YYYY-MM-DD; [`UNDATED`] where nobody named one.
    pub date: String,
    /// Identifier of the edition as a URN, the author's or one made from the content.
    pub identifier: String,
    /// Identifier of this reader's copy as a URN; the edition's where the book is for nobody in particular.
    pub copy_identifier: String,
    /// `Prepared for …` for this reader; `None` without a named reader or where switched off.
    pub prepared_for: Option<String>,
}

/// The date of a book that has none: files need one.
pub const UNDATED: &str = "1980-01-01";

impl BookData {
    /// The date as a page shows it, where there is one.
    pub fn shown_date(&self) -> Option<&str> {
        Some(self.date.as_str()).filter(|date| *date != UNDATED)
    }
}

impl Resolved {
    /// Whether a node is new or not as it was in the edition that the reader has.
    pub fn is_changed(&self, node: NodeId) -> bool {
        self.news.as_ref().is_some_and(|news| news.changed.contains(&node))
    }

    /// The head under which a section stands in contents that are grouped: stages, paths or guides.
    pub fn contents_head(&self, node: NodeId) -> Option<&str> {
        let section = self.document.index_of(node.section).and_then(|index| self.document.sections.get(index))?;
        match section.kind {
            EntryKind::Stage { .. } | EntryKind::RoadBeyond => Some(&self.words.stages),
            EntryKind::Path => Some(&self.words.paths),
            EntryKind::Guide => Some(&self.words.guides),
            _ => None,
        }
    }

    /// Whether contents of such sections have heads: stages do not stand alone.
    pub fn has_contents_heads<'h>(&self, heads: impl Iterator<Item = Option<&'h str>>) -> bool {
        let heads: BTreeSet<&str> = heads.flatten().collect();
        heads.contains(self.words.stages.as_str()) && heads.len() > 1
    }

    /// Sections in the contents whose titles stand in more chapters than `limit` and so tell none of them apart; none if it is 0.
    pub fn repeated_titles(&self, limit: u8) -> BTreeSet<NodeId> {
        if limit == 0 {
            return BTreeSet::new();
        }
        let mut chapter = 0;
        let mut by_title: BTreeMap<String, (BTreeSet<usize>, Vec<NodeId>)> = BTreeMap::new();
        for entry in self.contents.iter() {
            chapter += usize::from(entry.level <= 1);
            if entry.level > 1 && entry.number.is_none() {
                let (chapters, nodes) = by_title.entry(entry.title.to_lowercase()).or_default();
                chapters.insert(chapter);
                nodes.push(entry.node);
            }
        }
        by_title.into_values().filter(|(chapters, _)| chapters.len() > usize::from(limit)).flat_map(|(_, nodes)| nodes).collect()
    }
}
