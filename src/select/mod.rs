//! Stage 2, *select*: the chapters this reader gets, in order, and why.

mod choose;
mod conditions;
mod fields;
mod ladder;
mod marks;
mod mentions;
mod passages;

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::files::plain_lines;
use crate::fonts::is_ignorable;
use crate::language::primary;
use crate::load::{FrontMatter, Manuscript, Pos, Text};

pub use choose::select;
pub use fields::{NOTE, field_values, note_paragraphs};
pub use ladder::{Aim, find_stage, match_reader, stage_at};
pub use mentions::Mentions;
pub use passages::{Branches, most_branches};
pub(crate) use passages::{pieces, ways};

/// Who the book is for, as the command line or a roster row says it. Names are data, never markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reader {
    /// Name; none for a public edition.
    pub name: Option<String>,
    /// First name, where somebody said it; else it is taken from the name ([`Reader::first_name`]).
    pub first_name: Option<String>,
    /// Target stage by id, number or title; the last one when none is named.
    pub stage: Option<String>,
    /// Present stage, likewise.
    pub from: Option<String>,
    /// Paths asked for, by id.
    pub paths: Vec<String>,
    /// Everything, whatever the stage.
    pub all: bool,
    /// Organisation.
    pub organisation: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// A note from the mentor.
    pub note: Option<String>,
    /// Further fields, `{{ field.KEY }}`.
    pub fields: BTreeMap<String, String>,
    /// The edition that the reader has already, by a name that the book knows.
    pub had: Option<String>,
    /// Number of this copy.
    pub copy: Option<u64>,
    /// Whom the copy belongs with: a cohort, a class.
    pub group: Option<String>,
    /// Which branches of passages are taken: the reader's own but for those who look for mistakes.
    pub branches: Branches,
}

/// Whether there is anything to see in a text.
fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_ignorable(c))
}

/// Stands for a reader's words where only their shape matters.
const STAND_IN: &str = "Reader";
const STAND_IN_ADDRESS: &str = "reader@example.org";

impl Reader {
    /// A reader of this name.
    pub fn named(name: impl Into<String>) -> Reader {
        Reader { name: Some(name.into()), ..Reader::default() }
    }

    /// The same on the way to a stage, by id, number or title.
    #[must_use]
    pub fn stage(self, stage: impl Into<String>) -> Reader {
        Reader { stage: Some(stage.into()), ..self }
    }

    /// The reader as every book has them, however they were written down: no white space around, letters composed, lines of
    /// a note ended alike.
    pub fn tidy(self) -> Reader {
        let tidy = |text: &str| text.trim().nfc().collect::<String>();
        // What nobody can see is not there.
        let plain = |text: Option<String>| text.map(|text| tidy(&text)).filter(|text| is_visible(text));
        Reader {
            // An empty name is somebody's mistake, which is told where it was made.
            name: self.name.map(|name| tidy(&name)),
            first_name: plain(self.first_name),
            stage: plain(self.stage),
            from: plain(self.from),
            paths: self.paths.iter().map(|path| tidy(path)).collect(),
            all: self.all,
            organisation: plain(self.organisation),
            email: plain(self.email),
            note: plain(self.note.map(|note| plain_lines(&note).into_owned())),
            fields: self.fields.iter().map(|(key, value)| (key.clone(), Some(tidy(value)).filter(|text| is_visible(text)).unwrap_or_default())).collect(),
            had: plain(self.had),
            copy: self.copy,
            group: plain(self.group),
            branches: self.branches,
        }
    }

    /// What somebody is called by in a book of this language: what was said, else what the name tells, *Ada* of *Ada Lovelace* and of
    /// *Lovelace, Ada*. Where the family name comes first a name tells nothing.
    pub fn first_name(&self, language: &str) -> Option<String> {
        let han_or_hangul = |c: char| matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}');
        let family_first = |name: &str| matches!(primary(language).as_str(), "hu" | "ja" | "ko" | "vi" | "zh" | "cmn" | "yue") || name.contains(han_or_hangul);
        let of_name = |name: &String| match name.split_once(',') {
            Some((_, given)) => given.split_whitespace().next().map(str::to_string),
            None if family_first(name) => None,
            // *Dr. Ada Lovelace*, *A. Lovelace*.
            None => name.split_whitespace().next().filter(|first| !first.ends_with('.')).map(str::to_string),
        };
        self.first_name.clone().or_else(|| self.name.as_ref().and_then(of_name))
    }

    /// The reader without a name that nobody can see.
    #[must_use]
    pub fn visible(self) -> Reader {
        Reader { name: self.name.filter(|name| is_visible(name)), ..self }
    }

    /// The reader without what is theirs alone. Readers of one shape get the same chapters with the same structure; their
    /// books differ only in the reader's own words. What the manuscript does not mention has no part in it.
    pub fn shape(&self, mentions: &Mentions) -> Reader {
        let is_there = |text: &&String| is_visible(text);
        let mentioned = |text: &Option<String>, thing: &str| text.clone().filter(|_| mentions.speak_of(thing));
        let fields = self.fields.iter().filter(|(key, _)| mentions.speak_of(key));
        // What a condition compares decides what the reader gets, and is no mere word of theirs.
        let field = |key: &String, value: &String| match is_visible(value) {
            true if mentions.compare(key) => value.clone(),
            true => STAND_IN.to_string(),
            false => String::new(),
        };
        let stand_in = |text: &Option<String>, word: &str| text.as_ref().filter(is_there).map(|_| word.to_string());
        let note = |note: &String| vec![STAND_IN; note_paragraphs(note).len()].join("\n\n");
        Reader {
            name: stand_in(&self.name, STAND_IN),
            organisation: stand_in(&mentioned(&self.organisation, "organisation"), STAND_IN),
            email: stand_in(&mentioned(&self.email, "email"), STAND_IN_ADDRESS),
            note: self.note.as_ref().filter(is_there).map(note),
            fields: fields.map(|(key, value)| (key.clone(), field(key, value))).collect(),
            had: self.had.clone(),
            copy: self.copy.map(|_| 1),
            first_name: mentions.speak_of("first-name").then(|| self.first_name(mentions.language())).flatten().map(|_| STAND_IN.to_string()),
            group: self.group.clone().filter(|_| mentions.speak_of("group")),
            branches: self.branches,
            stage: self.stage.clone(),
            from: self.from.clone(),
            paths: self.paths.clone(),
            all: self.all,
        }
    }
}

impl Selection {
    /// The same selection for another reader of the same shape.
    pub fn for_reader(&self, reader: &Reader) -> Selection {
        let at = |index: Option<usize>| index.and_then(|i| self.ladder.get(i));
        let fields = field_values(&self.manuscript.book, reader, at(self.target), at(self.from));
        Selection { reader: reader.clone(), fields, ..self.clone() }
    }
}

/// What the book calls a place on the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct StageInfo {
    /// Number from 1.
    pub number: usize,
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Years, as written.
    pub years: String,
    /// Summary from the chapter's front matter.
    pub summary: Option<String>,
    /// Milestones from the chapter's front matter.
    pub milestones: Vec<String>,
    /// Whether this reader gets the chapter in full.
    pub included: bool,
}

/// What an entry of the selection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// Front matter written by the author.
    Front,
    /// Generated: *Your route* with its map.
    Route,
    /// Generated: *Your milestones*.
    Milestones,
    /// A stage chapter; its number from 1, and whether it is the target.
    Stage {
        /// Number on the ladder, from 1.
        number: usize,
        /// This reader's target.
        target: bool,
    },
    /// Generated: *The road beyond*, from the summaries of later stages.
    RoadBeyond,
    /// An alternative path.
    Path,
    /// A guide.
    Guide,
    /// A chapter of a folder or an mdBook.
    Chapter,
    /// Back matter.
    Back,
}

/// One chapter that this reader gets.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Path relative to the text root; empty for generated ones.
    pub path: String,
    /// Title as listed or from front matter, as Markdown; `None` takes the first heading.
    pub title: Option<String>,
    /// Front matter.
    pub meta: FrontMatter,
    /// Nesting, 0 for a chapter.
    pub depth: u8,
    /// Whether it bears a number.
    pub numbered: bool,
    /// Part title that begins here.
    pub part: Option<String>,
    /// The text with conditional passages decided; those by format are still marked
    /// (`<!-- only format: pdf -->` … `<!-- end -->`).
    pub text: Text,
    /// Where it begins.
    pub pos: Pos,
    /// Why it was taken, for `--verbose`.
    pub why: String,
}

/// A chapter that this reader does not get; references to it become its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omitted {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Why not.
    pub why: String,
}

/// The chapters this reader gets, in order, and nobody else's data.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Where it came from, for book data, assets and sources.
    pub manuscript: Arc<Manuscript>,
    /// The reader as given.
    pub reader: Reader,
    /// The ladder; empty when the book has none.
    pub ladder: Vec<StageInfo>,
    /// Index of the target in the ladder.
    pub target: Option<usize>,
    /// Index of the present stage in the ladder.
    pub from: Option<usize>,
    /// Paths chosen, as id and title.
    pub paths: Vec<(String, String)>,
    /// Chapters in order.
    pub entries: Arc<Vec<Entry>>,
    /// Chapters left out.
    pub omitted: Arc<Vec<Omitted>>,
    /// Values of fields by name (`reader.name`, `target.title`, …). A known field without a value is `None`.
    pub fields: BTreeMap<String, Option<String>>,
}
