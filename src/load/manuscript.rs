//! The manuscript: everything that was read, and no choice made.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::diag::Place;
use crate::language::Direction;
use crate::length::Size;
use crate::words::{Words, words};

use super::assets::Assets;
use super::works::Works;

/// Which kind of input this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectKind {
    /// A folder with `handbook.yaml`.
    Manifest,
    /// A folder with `book.toml` or `SUMMARY.md`.
    MdBook,
    /// A folder with `mkdocs.yml`.
    MkDocs,
    /// A folder with `_quarto.yml`.
    Quarto,
    /// A folder of `.md` files.
    Folder,
    /// The handbook that the binary carries.
    BuiltIn,
}

/// One text file that was read, kept so that a diagnostic can show the line.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Name as the person knows it, `/` between folders, relative to the project where possible.
    pub name: Arc<str>,
    /// The whole text, without a byte order mark, line endings made `\n`.
    pub text: Arc<str>,
    /// Where its lines begin.
    starts: Arc<[usize]>,
}

impl SourceFile {
    /// A line by its number from 1; nothing for one that is not there.
    pub fn line(&self, number: u32) -> &str {
        let Some(index) = (number as usize).checked_sub(1) else { return "" };
        let Some(start) = self.starts.get(index) else { return "" };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        self.text.get(*start..end).unwrap_or("")
    }
}

/// Names one of the [`Sources`] by its file's name, so that a file that is read before it leaves its name as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A number for a name that is the same in every run and on every machine: its digest by FNV-1a, 32 bits. Whoever uses it looks
/// out for two names with the same one.
pub(crate) fn stable_number(name: &str) -> u32 {
    name.bytes().fold(0x811C_9DC5, |digest, byte| (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// All text files that were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// In the order of reading.
    pub files: Vec<SourceFile>,
    /// Where each stands among them.
    order: BTreeMap<FileId, usize>,
}

impl Sources {
    /// Adds a file and names it.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let mut id = FileId(stable_number(name));
        while self.order.contains_key(&id) {
            id.0 = id.0.wrapping_add(1);
        }
        self.order.insert(id, self.files.len());
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        self.files.push(SourceFile { name: name.into(), text: text.into(), starts });
        id
    }

    /// A file that was read.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(*self.order.get(&id)?)
    }

    /// The full place for a position: name, line, column and the line itself.
    pub fn place(&self, pos: Pos) -> Place {
        let Some(file) = self.get(pos.file) else { return Place::file("?") };
        Place::within(file.name.clone(), pos.line, pos.column, file.line(pos.line))
    }
}

/// A position in a source file: line and column in characters from 1; 0 for a whole line or file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos {
    /// Which file.
    pub file: FileId,
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
}

/// Markdown text that may be put together from several files (includes) with passages left out,
/// and still knows where each line came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    /// The text, lines ended by `\n`.
    pub text: String,
    /// For each line of `text`, the file and line it came from.
    pub origin: Vec<(FileId, u32)>,
}

impl Text {
    /// The text of one file as it stands, from its line `first` (from 1) on.
    pub fn whole(file: FileId, text: &str, first: u32) -> Text {
        let origin = (0..text.lines().count().max(1) as u32).map(|n| (file, first + n)).collect();
        Text { text: text.to_string(), origin }
    }

    /// Adds part of a line, or a line with its ending, that came from `at`. A line that has begun keeps its origin.
    pub fn push(&mut self, part: &str, at: (FileId, u32)) {
        if !part.is_empty() && (self.text.is_empty() || self.text.ends_with('\n')) {
            self.origin.push(at);
        }
        self.text.push_str(part);
    }

    /// Adds a range of bytes of another text, each line with the origin that it has there. `line_starts` are those of `from`.
    pub fn append(&mut self, from: &Text, line_starts: &[usize], range: std::ops::Range<usize>) {
        let first = line_starts.partition_point(|s| *s <= range.start).saturating_sub(1);
        for (number, part) in from.text.get(range).unwrap_or("").split_inclusive('\n').enumerate() {
            let at = from.origin.get(first + number).or(from.origin.last()).copied().unwrap_or_default();
            self.push(part, at);
        }
    }

    /// Start offsets of all lines, to be made once and passed to [`Text::pos`].
    pub fn line_starts(&self) -> Vec<usize> {
        std::iter::once(0).chain(self.text.match_indices('\n').map(|(i, _)| i + 1)).collect()
    }

    /// The source position of a byte offset into `text`.
    pub fn pos(&self, line_starts: &[usize], offset: usize) -> Pos {
        let offset = offset.min(self.text.len());
        let line = line_starts.partition_point(|s| *s <= offset).saturating_sub(1);
        let Some((file, number)) = self.origin.get(line).or(self.origin.last()).copied() else { return Pos::default() };
        let start = line_starts.get(line).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(1, |s| s.chars().count() + 1) as u32;
        Pos { file, line: number, column }
    }
}

/// What the book says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BookInfo {
    /// Title; Markdown inlines and fields allowed.
    pub title: String,
    /// Subtitle, may be empty.
    pub subtitle: String,
    /// BCP 47 language tag, `en` by default.
    pub language: String,
    /// Whether the language was named by the author.
    pub language_named: bool,
    /// Which way the book runs, where the author says otherwise than its language.
    pub direction: Option<Direction>,
    /// Authors, in order.
    pub authors: Vec<String>,
    /// Publisher, if any.
    pub publisher: Option<String>,
    /// Edition, such as `2026.11`.
    pub edition: Option<String>,
    /// Identifier as a URN, if the author gave one.
    pub identifier: Option<String>,
    /// ISBN, if any.
    pub isbn: Option<String>,
    /// Series name and number in it, if any.
    pub series: Option<(String, Option<String>)>,
    /// Rights statement.
    pub rights: Option<String>,
    /// One paragraph on the book, for metadata.
    pub description: Option<String>,
    /// What the book is about, for libraries.
    pub subjects: Vec<String>,
    /// The chapter that is the glossary, relative to the text root.
    pub glossary: Option<String>,
    /// The edition's date as YYYY-MM-DD, if given.
    pub date: Option<String>,
    /// The author's own cover picture, relative to the project.
    pub cover: Option<String>,
    /// The cover's hue in degrees, where the author names one.
    pub hue: Option<u16>,
    /// Theme as named: `classic`, `plain`, `modern` or a file relative to the project.
    pub theme: Option<String>,
    /// Page size, if the book names one.
    pub page: Option<Size>,
    /// Quotes and dashes made typographic.
    pub smart_punctuation: bool,
    /// Files of works to cite, relative to the text root.
    pub bibliography: Vec<String>,
    /// The style of citations: the name of one, or a file.
    pub citation_style: Option<String>,
    /// Large pictures stay as they are.
    pub keep_pictures: bool,
    /// What marks a formula.
    pub mathematics: Mathematics,
    /// Formulas are drawn in the EPUB, for readers whose programs know no MathML.
    pub drawn_formulas: bool,
    /// Old editions by name: `git:REVISION`, or a folder relative to the project.
    pub editions: BTreeMap<String, String>,
    /// How the line with the name begins, `Prepared for {}`; `None` for the language's own words, empty for no line.
    pub prepared_for: Option<String>,
    /// Words of the book's own that the author says otherwise, by their names.
    pub words: BTreeMap<String, String>,
    /// Pages of the book's own that are left out.
    pub left_out: BTreeSet<OwnPage>,
    /// What `handbook serve` asks of whoever wants a copy; [`Ask::USUAL`] if the author does not say.
    pub ask: Option<Vec<Ask>>,
}

impl BookInfo {
    /// What the book itself says: in its language, but for what the author says otherwise.
    pub fn words(&self) -> Words {
        words(&self.language).otherwise(&self.own_words())
    }

    /// What the author says otherwise than the language does, by the names of words, the line with the name among them.
    pub fn own_words(&self) -> BTreeMap<String, String> {
        let line = self.prepared_for.iter().map(|line| ("prepared_for".to_string(), line.clone()));
        self.words.clone().into_iter().chain(line).collect()
    }
}

/// What is asked of whoever wants a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// The name.
    Name,
    /// The target stage.
    Stage,
    /// The present stage.
    From,
    /// Paths and guides.
    Paths,
    /// The organisation.
    Organisation,
}

impl Ask {
    /// All of them, by their names in the manifest and in the form.
    pub const ALL: [(&'static str, Ask); 5] =
        [("name", Ask::Name), ("stage", Ask::Stage), ("from", Ask::From), ("paths", Ask::Paths), ("organisation", Ask::Organisation)];

    /// What is asked where the manifest does not say.
    pub const USUAL: [Ask; 4] = [Ask::Name, Ask::Stage, Ask::From, Ask::Paths];

    /// By its name.
    pub fn named(name: &str) -> Option<Ask> {
        Ask::ALL.iter().find(|(own, _)| *own == name).map(|(_, ask)| *ask)
    }
}

/// A page of the book's own that may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnPage {
    /// The title alone, before the title page.
    HalfTitle,
    /// The book's identity and terms.
    Imprint,
    /// The drawn map of the ladder.
    Route,
    /// What to tick.
    Milestones,
    /// The summaries of later stages.
    RoadBeyond,
    /// The last page: edition, copy, fonts.
    Colophon,
}

impl OwnPage {
    /// All of them, by their names in the manifest.
    pub const ALL: [(&'static str, OwnPage); 6] = [
        ("half_title", OwnPage::HalfTitle),
        ("imprint", OwnPage::Imprint),
        ("route", OwnPage::Route),
        ("milestones", OwnPage::Milestones),
        ("road_beyond", OwnPage::RoadBeyond),
        ("colophon", OwnPage::Colophon),
    ];
}

/// What marks a formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mathematics {
    /// `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments of TeX, and blocks of code in the language `math`.
    #[default]
    All,
    /// What MathJax finds in a page that mdBook made of Markdown: `\\(…\\)`, `\\[…\\]`, `$$…$$`, environments of TeX.
    MathJax,
    /// What preprocessors for KaTeX take: `$…$`, `$$…$$`.
    Dollars,
    /// What GitBook takes: `$$…$$`, which within a line is part of it.
    GitBook,
    /// Nothing does.
    None,
}

/// A stage of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Id, unique among stages.
    pub id: String,
    /// Title.
    pub title: String,
    /// Years of a career, as written: `4–8`.
    pub years: String,
    /// Its chapter.
    pub chapter: ChapterId,
}

/// An alternative path or a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Id, unique in the manifest.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its chapter.
    pub chapter: ChapterId,
}

/// Index into [`Manuscript::chapters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChapterId(pub usize);

/// Where a chapter stands in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Before the first numbered chapter, roman folios.
    Front,
    /// A stage chapter; index into [`Manuscript::stages`].
    Stage(usize),
    /// An alternative path; index into [`Manuscript::paths`].
    Path(usize),
    /// A guide; index into [`Manuscript::guides`].
    Guide(usize),
    /// An ordinary chapter of a folder or an mdBook, nested `depth` deep (0 is the top) and numbered or not.
    Chapter {
        /// 0 for a chapter, 1 for a chapter within a chapter, …
        depth: u8,
        /// mdBook's prefix and suffix chapters have no number.
        numbered: bool,
    },
    /// After the last chapter.
    Back,
}

/// What stands at the head of a chapter file, all optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontMatter {
    /// Title; else the first heading.
    pub title: Option<String>,
    /// Summary: the standfirst, and the text of *The road beyond*.
    pub summary: Option<String>,
    /// Target stages it is for, numbers from 1, both ends included.
    pub stages: Option<RangeInclusive<usize>>,
    /// Path ids it is for.
    pub paths: Vec<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Milestones, each one box to tick.
    pub milestones: Vec<String>,
    /// Language of the chapter, if it differs.
    pub language: Option<String>,
    /// Each first-level heading begins a chapter.
    pub split: bool,
    /// What a theme names, and (outside a manifest project) what others wrote.
    pub other: BTreeMap<String, String>,
}

/// A chapter as it was read.
#[derive(Clone, Debug)]
pub struct ChapterSource {
    /// Path relative to the project's text root, `/` between folders; links name chapters by it.
    pub path: String,
    /// Where it stands.
    pub role: Role,
    /// Its title as the manifest or `SUMMARY.md` gives it.
    pub listed_title: Option<String>,
    /// Front matter.
    pub meta: FrontMatter,
    /// Where the front matter or the file begins.
    pub pos: Pos,
    /// Title of the part that begins with this chapter (mdBook).
    pub part: Option<String>,
    /// Markdown without the front matter, includes resolved. A draft chapter of an mdBook has none.
    pub text: Text,
    /// A draft: listed, not written.
    pub draft: bool,
}

/// Everything that was read, with file and line, and no choice made.
#[derive(Clone, Debug)]
pub struct Manuscript {
    /// Which kind of input it came from.
    pub kind: ProjectKind,
    /// How the command names it: a folder, or "the built-in handbook".
    pub name: String,
    /// What the book says of itself.
    pub book: BookInfo,
    /// The ladder, in order; empty unless there is a manifest.
    pub stages: Vec<Stage>,
    /// Alternative paths.
    pub paths: Vec<Extra>,
    /// Guides.
    pub guides: Vec<Extra>,
    /// All chapters in the book's order.
    pub chapters: Vec<ChapterSource>,
    /// Other names under which a chapter may be linked (`book.toml`'s redirects): from → to, both relative to the text root.
    pub redirects: BTreeMap<String, String>,
    /// Pictures and other files, read when asked for.
    pub assets: Assets,
    /// All text that was read.
    pub sources: Sources,
    /// Works that the book may cite.
    pub works: Option<Arc<Works>>,
}

impl Manuscript {
    /// Whether the book has a page of its own.
    pub fn has(&self, page: OwnPage) -> bool {
        !self.book.left_out.contains(&page)
    }

    /// Whether braces are fields: only in books with a `handbook.yaml`.
    pub fn has_fields(&self) -> bool {
        matches!(self.kind, ProjectKind::Manifest | ProjectKind::BuiltIn)
    }
}
