//! One chapter: its text to blocks, its title, summary and promise found.

use std::sync::Arc;

use super::builder::{Builder, Settings};
use super::document::*;
use super::events;
use super::findings::Findings;
use super::generated;
use super::noted::Noted;
use super::number;
use super::pages::Pages;
use super::places::Places;
use super::plain::plain_text;
use super::references::Wanted;
use super::slips;
use super::title;
use super::walk::{Node, walk_blocks};
use crate::load::{Manuscript, Pos, ProjectKind, Text};
use crate::memo::{Key, Memo, Remembered};
use crate::select::{Entry, EntryKind, Selection};

/// All that the parse of a written chapter may read. Its digest is the key by which a chapter is known that was parsed before.
#[derive(Hash)]
struct Input<'a> {
    id: SectionId,
    kind: EntryKind,
    path: &'a str,
    listed: Option<&'a str>,
    /// The chapter itself names that title, apart from its text.
    own: bool,
    summary: Option<&'a str>,
    promise: Option<&'a str>,
    glossary: bool,
    part: Option<&'a str>,
    depth: u8,
    numbered: bool,
    /// Its language, where it differs from the book's.
    language: Option<&'a str>,
    text: &'a Text,
    pos: Pos,
    settings: Settings<'a>,
}

/// A chapter that was parsed, with what there is to say of it.
struct Parsed {
    section: Arc<Section>,
    findings: Arc<Findings>,
    weight: usize,
}

/// What a parsed chapter takes for each byte of its text: measured over the corpus, 9 to 14.
const WEIGHT: usize = 12;

/// What is noted of a chapter's words, once a glossary asks for them, takes no more than this for each byte: the test below holds it
/// against pages of `docs`. It comes later and stays with the chapter, so it is weighed from the beginning.
const SPOKEN_WEIGHT: usize = 3;

impl Remembered for Parsed {
    fn weight(&self) -> usize {
        self.weight
    }
}

/// How many written chapters were parsed with a memo, and not known from before.
pub(crate) fn parsed(memo: &Memo) -> usize {
    memo.made::<Parsed>()
}

/// Parses an entry. What it has to say comes with it.
pub(super) fn section(selection: &Selection, entry: &Entry, id: SectionId, pages: &Pages, memo: &Memo) -> (Arc<Section>, Arc<Findings>) {
    let input = Input::of(selection, entry, id, pages);
    if matches!(entry.kind, EntryKind::Route | EntryKind::Milestones | EntryKind::RoadBeyond) {
        let (section, findings) = generated(selection, entry, &input);
        return (Arc::new(section), Arc::new(findings));
    }
    let parsed = memo.get_or_make(Key::of(&input), || {
        let (section, findings) = input.parse();
        let each = if selection.manuscript.book.glossary.is_some() { WEIGHT + SPOKEN_WEIGHT } else { WEIGHT };
        Parsed { section: Arc::new(section), findings: Arc::new(findings), weight: input.text.text.len() * each }
    });
    (parsed.section.clone(), parsed.findings.clone())
}

/// A chapter that the program makes from the whole selection.
fn generated(selection: &Selection, entry: &Entry, input: &Input<'_>) -> (Section, Findings) {
    let mut findings = Findings::default();
    let (mut section, listed) = input.begun(&mut findings);
    let made = generated::section(selection, entry, input.settings, &mut findings);
    section.title = listed.unwrap_or(made.title);
    section.anchor = crate::names::fragment(&plain_text(&section.title));
    section.blocks = made.blocks;
    number::section(&mut section, input.id);
    (section, findings)
}

impl<'a> Input<'a> {
    fn of(selection: &'a Selection, entry: &'a Entry, id: SectionId, pages: &'a Pages) -> Input<'a> {
        Input {
            id,
            kind: entry.kind,
            path: &entry.path,
            listed: entry.title.as_deref(),
            own: entry.title.is_some() && entry.title == entry.meta.title,
            summary: entry.meta.summary.as_deref(),
            promise: entry.meta.milestones.first().filter(|_| matches!(entry.kind, EntryKind::Stage { .. })).map(String::as_str),
            glossary: !entry.path.is_empty() && selection.manuscript.book.glossary.as_deref() == Some(entry.path.as_str()),
            part: entry.part.as_deref(),
            depth: entry.depth,
            numbered: entry.numbered,
            language: entry.meta.language.as_deref().filter(|language| *language != selection.manuscript.book.language),
            text: &entry.text,
            pos: entry.pos,
            settings: Settings { pages: entry.text.text.contains("[[").then_some(pages), ..settings(selection, entry) },
        }
    }

    /// Reads a chapter that somebody wrote.
    fn parse(&self) -> (Section, Findings) {
        let mut findings = Findings::default();
        let (mut section, listed) = self.begun(&mut findings);
        if let Some(summary) = self.summary {
            section.summary = noted(self.settings, summary, self.pos, &mut findings);
        }
        slips::lines(self.text, &mut findings);
        slips::tables(self.text, &mut findings);
        slips::entries(self.text, self.glossary, &mut findings);
        if let Some(promise) = self.promise {
            section.promise = noted(self.settings, promise, self.pos, &mut findings);
        }
        let places = Places::new(self.text, self.settings.mathematics, events::options(self.settings));
        let mut builder = Builder::new(self.settings, &places);
        events::read(&mut builder);
        section.blocks = builder.finish();
        section.notes = std::mem::take(&mut builder.notes);
        findings.extend(std::mem::take(&mut builder.findings));
        let called = listed.clone().filter(|_| self.settings.mdbook && !self.own);
        let titled = title::take(listed, self.own, &mut section.blocks, self.path, self.settings.language, self.pos);
        section.title = titled.text;
        section.anchor = titled.anchor;
        // A summary may call a chapter by a shorter name than the chapter itself.
        section.name = called.filter(|name| !name.is_empty() && !title::same(&plain_text(name), &plain_text(&section.title)));
        number::section(&mut section, self.id);
        (section, findings)
    }

    /// The section without its content, and the title that it is listed by.
    fn begun(&self, findings: &mut Findings) -> (Section, Option<Vec<Inline>>) {
        let section = Section {
            id: NodeId::default(),
            kind: self.kind,
            path: self.path.to_string(),
            title: Vec::new(),
            name: None,
            summary: Vec::new(),
            promise: Vec::new(),
            depth: self.depth,
            numbered: self.numbered,
            part: self.part.map(|part| noted(self.settings, part, self.pos, findings)),
            language: self.language.map(str::to_string),
            anchor: String::new(),
            glossary: self.glossary,
            blocks: Vec::new(),
            notes: Vec::new(),
            pos: self.pos,
            nodes: 1,
            noted: Noted::default(),
        };
        (section, self.listed.map(|title| noted(self.settings, title, self.pos, findings)))
    }
}

fn settings<'s>(selection: &'s Selection, entry: &'s Entry) -> Settings<'s> {
    let manuscript = &selection.manuscript;
    Settings {
        fields: manuscript.has_fields(),
        smart: manuscript.book.smart_punctuation,
        language: entry.meta.language.as_deref().unwrap_or(&manuscript.book.language),
        mdbook: manuscript.kind == ProjectKind::MdBook,
        references: wanted(manuscript),
        pages: None,
        mathematics: manuscript.book.mathematics,
    }
}

fn wanted(manuscript: &Manuscript) -> Wanted {
    Wanted { citations: manuscript.works.is_some(), crosses: manuscript.kind == ProjectKind::Quarto }
}

/// The pictures that a text names, whatever becomes of them.
pub(super) fn pictures(manuscript: &Manuscript, language: &str, text: &str) -> Vec<String> {
    let settings = Settings {
        fields: manuscript.has_fields(),
        smart: false,
        language,
        mdbook: manuscript.kind == ProjectKind::MdBook,
        references: wanted(manuscript),
        pages: None,
        mathematics: manuscript.book.mathematics,
    };
    let text = Text { text: text.to_string(), origin: Vec::new() };
    let places = Places::new(&text, settings.mathematics, events::options(settings));
    let mut builder = Builder::new(settings, &places);
    events::read(&mut builder);
    let blocks = builder.finish();
    let mut found = Vec::new();
    let notes = builder.notes.iter().map(|note| note.blocks.as_slice());
    for blocks in [blocks.as_slice()].into_iter().chain(notes) {
        walk_blocks(blocks, &mut |node| {
            if let Node::Inline(Inline { kind: InlineKind::Image(image), .. }) = node
                && image.diagram.is_none()
            {
                found.push(image.source.clone());
            }
        });
    }
    found
}

fn noted(settings: Settings<'_>, text: &str, pos: Pos, findings: &mut Findings) -> Vec<Inline> {
    let (inlines, found) = inline_text(settings, text, pos);
    findings.extend(found);
    inlines
}

/// Stands before a text that is all one line of inlines, so that nothing at its start begins a list or a heading: a
/// reference to the guard character, which is dropped like all others. Its last character is punctuation, so that marks
/// after it may open.
const NO_BLOCK: &str = "&#xFDD0;";

/// A short text of Markdown inlines, such as a title, a caption or a summary.
pub(super) fn inline_text(settings: Settings<'_>, text: &str, pos: Pos) -> (Vec<Inline>, Findings) {
    let line = format!("{NO_BLOCK}{}", text.split_whitespace().collect::<Vec<_>>().join(" "));
    let places = Places::line(line, pos, settings.mathematics, events::options(settings));
    let mut builder = Builder::new(settings, &places);
    events::read(&mut builder);
    let blocks = builder.finish();
    (blocks.into_iter().flat_map(inlines_of).collect(), std::mem::take(&mut builder.findings))
}

/// The inlines of a block that should have been a line.
fn inlines_of(block: Block) -> Vec<Inline> {
    match block.kind {
        BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => text,
        BlockKind::Formula(formula) => vec![Inline { id: NodeId::default(), pos: block.pos, kind: InlineKind::Formula(formula) }],
        BlockKind::Figure { blocks, .. } | BlockKind::Group { blocks, .. } | BlockKind::Only(_, blocks) => blocks.into_iter().flat_map(inlines_of).collect(),
        _ => Vec::new(),
    }
}

/// Inlines of the book's own title, read as in its chapters.
pub(super) fn inlines(selection: &Selection, text: &str, pos: Pos) -> Vec<Inline> {
    let book = &selection.manuscript.book;
    let settings = Settings {
        fields: selection.manuscript.has_fields(),
        smart: book.smart_punctuation,
        language: &book.language,
        mdbook: false,
        references: Wanted::default(),
        pages: None,
        mathematics: book.mathematics,
    };
    inline_text(settings, text, pos).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load_memory;
    use crate::select::{Reader, select};

    #[test]
    fn what_is_noted_of_a_chapter_is_weighed() {
        let text = [include_str!("../../docs/authoring.md"), include_str!("../../docs/content.md"), include_str!("../../docs/bulk.md")].concat();
        let files = [("handbook.yaml", "title: T\nchapters: [a.md]\n"), ("a.md", text.as_str())];
        let read = load_memory(files.map(|(path, text)| (path.to_string(), text.into()))).expect("a sound manuscript");
        let selection = select(&Arc::new(read.value), &Reader::default()).expect("a selection").value;
        let document = crate::parse::parse(Arc::new(selection), &Memo::new(0)).value;
        let noted: usize = document.sections.iter().map(|section| section.spoken().weight()).sum();
        assert!(text.len() > 20_000, "{} bytes", text.len());
        let each = noted as f64 / text.len() as f64;
        assert!((0.5..SPOKEN_WEIGHT as f64).contains(&each), "{each:.2} bytes for each byte of text");
    }
}
