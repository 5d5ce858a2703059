//! The document with its citations carried out.

use std::sync::Arc;

use super::Sections;
use super::render::{Cited, Rendering, anchor, back};
use crate::load::Pos;
use crate::parse::{
    BY_NAME, Block, BlockKind, Document, GroupKind, Inline, InlineKind, NodeId, NoteDefinition, Section, SectionId, has_citations, renumbered, replace_blocks,
    replace_inlines,
};
use crate::select::EntryKind;

/// Puts every citation and the list of works in its place. `notes`: the style sets citations as notes. `marked`: the author says where
/// the list stands; else it is a chapter at the end, called `heading`.
pub(super) fn carried_out(document: Document, rendering: &Rendering, notes: bool, marked: bool, heading: &str) -> Document {
    let mut places: Vec<Vec<String>> = vec![Vec::new(); rendering.keys.len() + 1];
    let mut sections: Sections = Vec::with_capacity(document.sections.len() + 1);
    for section in document.sections.iter() {
        if !has_citations(section) {
            sections.push(section.clone());
            continue;
        }
        let mut section = Section::clone(section);
        let mut made = Vec::new();
        replace_inlines(&mut section, &mut |inline| {
            let InlineKind::Citation(citation) = &inline.kind else { return None };
            let Cited { number, text, in_note, author } = rendering.citations.get(&inline.id)?;
            let (number, text) = (*number, text.clone());
            for work in &citation.works {
                if let Some(of_work) = rendering.keys.get(&work.key).and_then(|key| places.get_mut(*key)) {
                    of_work.push(back(number));
                }
            }
            let here = Inline { id: NodeId::default(), pos: inline.pos, kind: InlineKind::Anchor(back(number)) };
            // A note has no notes of its own.
            if notes && !in_note {
                let label = format!("{BY_NAME}{number}");
                let call = Inline { id: NodeId::default(), pos: inline.pos, kind: InlineKind::NoteRef(label.clone()) };
                made.push(NoteDefinition { id: NodeId::default(), label, pos: inline.pos, blocks: vec![paragraph(text, inline.pos)] });
                let author = author.iter().map(|name| Inline { id: NodeId::default(), pos: inline.pos, kind: InlineKind::Text(name.clone()) });
                return Some(std::iter::once(here).chain(author).chain([call]).collect());
            }
            Some(std::iter::once(here).chain(text).collect())
        });
        section.notes.extend(made);
        sections.push(Arc::new(renumbered(section)));
    }
    let list = list(rendering, &places);
    if marked {
        for section in sections.iter_mut().filter(|section| super::has_list(section)) {
            let mut with_list = Section::clone(section);
            replace_blocks(&mut with_list, &mut |block| {
                matches!(block.kind, BlockKind::Bibliography).then(|| list.iter().map(|list| Block { pos: block.pos, ..list.clone() }).collect())
            });
            *section = Arc::new(renumbered(with_list));
        }
    } else if let Some(list) = list {
        sections.push(Arc::new(chapter(heading, list)));
    }
    Document::new(document.selection, document.title, document.subtitle, sections)
}

fn paragraph(text: Vec<Inline>, pos: Pos) -> Block {
    Block { id: NodeId::default(), pos, anchor: None, language: None, direction: None, kind: BlockKind::Paragraph(text) }
}

/// The works, each a paragraph with links back to where it is cited.
fn list(rendering: &Rendering, places: &[Vec<String>]) -> Option<Block> {
    let work = |(key, text): &(String, Vec<Inline>)| {
        let mut text = text.clone();
        let of_work = rendering.keys.get(key).and_then(|number| places.get(*number)).map(Vec::as_slice).unwrap_or_default();
        for (number, place) in of_work.iter().enumerate() {
            let inline = |kind| Inline { id: NodeId::default(), pos: Pos::default(), kind };
            let sign = if of_work.len() == 1 { "↑".to_string() } else { format!("↑{}", number + 1) };
            text.push(inline(InlineKind::Text(if number == 0 { " " } else { "\u{A0}" }.to_string())));
            text.push(inline(InlineKind::Link { to: format!("#{place}"), title: None, content: vec![inline(InlineKind::Text(sign))] }));
        }
        let mut block = paragraph(text, Pos::default());
        block.anchor = Some(anchor(&rendering.keys, key));
        block
    };
    let blocks: Vec<Block> = rendering.list.iter().map(work).collect();
    let kind = BlockKind::Group { kind: GroupKind::Works, caption: None, blocks };
    (!rendering.list.is_empty()).then(|| Block { id: NodeId::default(), pos: Pos::default(), anchor: None, language: None, direction: None, kind })
}

/// The list as a chapter of its own at the end of the book.
fn chapter(heading: &str, list: Block) -> Section {
    let title = vec![Inline { id: NodeId::default(), pos: Pos::default(), kind: InlineKind::Text(heading.to_string()) }];
    renumbered(Section {
        id: NodeId { section: SectionId::WORKS, index: 0 },
        kind: EntryKind::Back,
        path: String::new(),
        anchor: crate::names::fragment(heading),
        title,
        name: None,
        summary: Vec::new(),
        promise: Vec::new(),
        glossary: false,
        depth: 0,
        numbered: false,
        part: None,
        language: None,
        blocks: vec![list],
        notes: Vec::new(),
        pos: Pos::default(),
        nodes: 1,
        noted: crate::parse::Noted::default(),
    })
}
