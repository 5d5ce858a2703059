//! One chapter: its text to blocks, its title and summary found.

use super::builder::{Builder, Settings};
use super::document::*;
use super::events;
use super::findings::Findings;
use super::generated;
use super::number;
use super::places::Places;
use super::title;
use crate::load::{Pos, ProjectKind};
use crate::select::{Entry, EntryKind, Selection};

/// Parses the entry at an index. What it has to say comes with it.
pub(super) fn section(selection: &Selection, index: usize) -> (Section, Findings) {
    let mut findings = Findings::default();
    let entry = &selection.entries[index];
    let settings = settings(selection, entry);
    let mut section = blank(entry);
    section.language = entry.meta.language.clone().filter(|l| *l != selection.manuscript.book.language);
    section.part = entry.part.as_deref().map(|part| noted(settings, part, entry.pos, &mut findings));
    let listed = entry.title.as_deref().map(|title| noted(settings, title, entry.pos, &mut findings));
    match entry.kind {
        EntryKind::Route | EntryKind::Milestones | EntryKind::RoadBeyond => {
            let made = generated::section(selection, entry, settings, &mut findings);
            section.title = listed.unwrap_or(made.title);
            section.anchor = super::slug::slug(&plain_text(&section.title));
            section.blocks = made.blocks;
        }
        _ => {
            if let Some(summary) = &entry.meta.summary {
                section.summary = noted(settings, summary, entry.pos, &mut findings);
            }
            written(&mut section, entry, settings, listed, &mut findings);
        }
    }
    number::section(&mut section, index as u32);
    (section, findings)
}

/// Reads a chapter that somebody wrote.
fn written(section: &mut Section, entry: &Entry, settings: Settings<'_>, listed: Option<Vec<Inline>>, findings: &mut Findings) {
    let places = Places::new(&entry.text);
    let mut builder = Builder::new(settings, &places);
    events::read(&mut builder);
    section.blocks = builder.finish();
    section.notes = std::mem::take(&mut builder.notes);
    findings.extend(std::mem::take(&mut builder.findings));
    let own = entry.title.is_some() && entry.title == entry.meta.title;
    let titled = title::take(listed, own, &mut section.blocks, &entry.path, settings.language, entry.pos);
    section.title = titled.text;
    section.anchor = titled.anchor;
}

fn settings<'s>(selection: &'s Selection, entry: &'s Entry) -> Settings<'s> {
    let manuscript = &selection.manuscript;
    Settings {
        fields: manuscript.has_fields(),
        smart: manuscript.book.smart_punctuation,
        language: entry.meta.language.as_deref().unwrap_or(&manuscript.book.language),
        mdbook: manuscript.kind == ProjectKind::MdBook,
    }
}

fn blank(entry: &Entry) -> Section {
    Section {
        id: NodeId::default(),
        kind: entry.kind,
        path: entry.path.clone(),
        title: Vec::new(),
        summary: Vec::new(),
        depth: entry.depth,
        numbered: entry.numbered,
        part: None,
        language: None,
        anchor: String::new(),
        blocks: Vec::new(),
        notes: Vec::new(),
        pos: entry.pos,
        nodes: 1,
    }
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
    let mut places = Places::at("", pos);
    places.text = line;
    let mut builder = Builder::new(settings, &places);
    events::read(&mut builder);
    let blocks = builder.finish();
    (blocks.into_iter().flat_map(inlines_of).collect(), std::mem::take(&mut builder.findings))
}

/// The inlines of a block that should have been a line.
fn inlines_of(block: Block) -> Vec<Inline> {
    match block.kind {
        BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => text,
        BlockKind::Figure { blocks, .. } | BlockKind::Group { blocks, .. } | BlockKind::Only(_, blocks) => blocks.into_iter().flat_map(inlines_of).collect(),
        _ => Vec::new(),
    }
}

/// Inlines of the book's own title, read as in its chapters.
pub(super) fn inlines(selection: &Selection, text: &str, pos: Pos) -> Vec<Inline> {
    let book = &selection.manuscript.book;
    let settings = Settings { fields: selection.manuscript.has_fields(), smart: book.smart_punctuation, language: &book.language, mdbook: false };
    inline_text(settings, text, pos).0
}
