//! One section to one XHTML file: its opening, its blocks, its notes.

use crate::language::primary;
use crate::parse::{Block, BlockKind, Section};
use crate::resolve::{Matter, SectionInfo, Words, opening_label};
use crate::select::EntryKind;

use super::breaks::Breaks;
use super::page::{self, Division};
use super::scribe::{Context, Scribe, Written};
use crate::xml::Markup;

/// Writes a section. `page` is the page in force where it begins.
pub(super) fn write(context: &Context<'_>, index: usize, breaks: Breaks, page: Option<String>) -> Option<Written> {
    let section = context.resolved.document.sections.get(index)?;
    let info = context.resolved.sections.get(index)?;
    let language = section.language.as_deref().unwrap_or(&context.resolved.book.language);
    let mut scribe = Scribe::new(context, index, breaks, page);
    let direction = section.direction(context.resolved.book.direction);
    scribe.turn(direction);
    scribe.written.characters.without_italics |= matches!(primary(language).as_str(), "zh" | "cmn" | "yue" | "ja" | "ko");

    let (kind, role) = kind(section, info);
    let label = heading_id(scribe.context, section);
    let class = match section.kind {
        EntryKind::Stage { number, .. } => Some(format!("stage stage-{number}")),
        EntryKind::Path | EntryKind::Guide => Some("lettered".to_string()),
        _ => None,
    };
    let mut attributes = vec![("epub:type", kind), ("role", role), ("aria-labelledby", label.as_str())];
    attributes.extend(class.as_deref().map(|class| ("class", class)));
    scribe.xml.open("section", &attributes);
    scribe.xml.line();
    let counting = scribe.breaks.enter(section.id);
    scribe.flush_breaks();
    scribe.opening(section, info, &label);
    if counting {
        scribe.breaks.leave();
    }
    scribe.begins = info.matter == Matter::Main && info.number.is_some() && section.depth == 0 && opens_with_text(&section.blocks);
    scribe.blocks(&section.blocks);
    for mark in scribe.breaks.rest() {
        scribe.page_break(&mark);
    }
    scribe.write_notes();
    scribe.xml.close("section");
    scribe.xml.line();

    let body = std::mem::replace(&mut scribe.xml, Markup::new()).finish();
    scribe.written.personal |= title_is_personal(&scribe, section);
    scribe.written.xhtml = page::file(language, direction, &info.title, division(info.matter), &body);
    Some(scribe.written)
}

fn opens_with_text(blocks: &[Block]) -> bool {
    matches!(blocks.first().map(|block| &block.kind), Some(BlockKind::Paragraph(_)))
}

impl Scribe<'_> {
    /// Number, title and summary.
    fn opening(&mut self, section: &Section, info: &SectionInfo, label: &str) {
        self.xml.open("header", &[]);
        self.xml.line();
        if let Some(number) = &info.number {
            let word = &self.context.resolved.words;
            let text = chapter_label(word, section, number);
            self.written.characters.prose.extend(text.chars());
            self.xml.element("p", &[("class", "chapter-label")], &text);
            self.xml.line();
        }
        let direction = self.direction_of(&section.title);
        let mut attributes = vec![("id", label)];
        attributes.extend(direction.iter().map(|d| ("dir", *d)));
        self.xml.open("h1", &attributes);
        if section.title.is_empty() {
            self.text(&info.title);
        } else {
            self.inlines(&section.title);
        }
        self.xml.close("h1");
        self.xml.line();
        if !section.summary.is_empty() {
            self.xml.open("p", &[("class", "standfirst")]);
            self.emphasis += 1;
            self.inlines(&section.summary);
            self.emphasis -= 1;
            self.xml.close("p");
            self.xml.line();
        }
        self.promise(section);
        self.xml.close("header");
        self.xml.line();
    }
}

impl Scribe<'_> {
    /// What will have been done at the end of a stage, with a box to tick.
    fn promise(&mut self, section: &Section) {
        if section.promise.is_empty() {
            return;
        }
        self.xml.open("p", &[("class", "promise")]);
        self.check_box(false);
        self.xml.text(" ");
        self.inlines(&section.promise);
        self.xml.close("p");
        self.xml.line();
    }
}

/// The chapter's word and number: *Chapter One* as long as there are number words, figures after that and for nested chapters.
fn chapter_label(words: &Words, section: &Section, number: &str) -> String {
    let nested = section.depth > 0 && number.contains('.');
    if nested { number.to_string() } else { opening_label(words, section.kind, number) }
}

/// The id of the title: the one that links use, else one of its own.
fn heading_id(context: &Context<'_>, section: &Section) -> String {
    context
        .targets
        .id(section.id)
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| format!("section-{}", context.resolved.document.index_of(section.id.section).unwrap_or_default()))
}

fn division(matter: Matter) -> Division {
    match matter {
        Matter::Front => Division::Front,
        Matter::Main => Division::Body,
        Matter::Back => Division::Back,
    }
}

/// `epub:type` and the DPUB-ARIA role for it. Files with a telling name get what it tells.
fn kind(section: &Section, info: &SectionInfo) -> (&'static str, &'static str) {
    let stem = section.path.rsplit('/').next().unwrap_or("").trim_end_matches(".md").to_ascii_lowercase();
    let named = |word: &str| stem.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word);
    let by_name = [
        ("preface", "doc-preface"),
        ("foreword", "doc-foreword"),
        ("introduction", "doc-introduction"),
        ("prologue", "doc-prologue"),
        ("epilogue", "doc-epilogue"),
        ("afterword", "doc-afterword"),
        ("acknowledgments", "doc-acknowledgments"),
        ("conclusion", "doc-conclusion"),
        ("glossary", "doc-glossary"),
        ("appendix", "doc-appendix"),
    ];
    if let Some((kind, role)) = by_name.iter().find(|(word, _)| named(word)) {
        return (kind, role);
    }
    match (section.kind, info.matter) {
        (EntryKind::Route | EntryKind::Milestones, _) => ("introduction", "doc-introduction"),
        (_, Matter::Front) => ("preface", "doc-preface"),
        (_, Matter::Main) => ("chapter", "doc-chapter"),
        (_, Matter::Back) => ("appendix", "doc-appendix"),
    }
}

/// The file's title is plain text and may hold the reader's data although no field was written.
fn title_is_personal(scribe: &Scribe<'_>, section: &Section) -> bool {
    let fields = &scribe.context.resolved.fields;
    section.title.iter().any(|inline| fields.get(&inline.id).is_some_and(|value| value.personal))
}
