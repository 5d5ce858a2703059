//! What a chapter is set from.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::resolved::*;
use crate::language::Direction;
use crate::parse::{Block, BlockKind, Node, NodeId, Section, SectionId, walk};
use crate::select::{EntryKind, StageInfo};

/// All that the setting of a chapter may read, and nothing else: its digest is the key by which a chapter is known that was set
/// before, so what is not in here cannot be set, and what is in here counts. Nothing in it says where the chapter stands in the
/// book, except the numbers that it shows.
#[derive(Debug, Hash)]
pub struct ChapterInput<'r> {
    /// The chapter's section and those nested in it.
    pub sections: Vec<SectionInput<'r>>,
    /// The book's language, a BCP 47 tag.
    pub language: &'r str,
    /// Which way the book runs.
    pub direction: Direction,
    /// Words of that language.
    pub words: &'r Words,
    /// The section that is the glossary: links to its terms are many, and quieter.
    pub glossary: Option<SectionId>,
    /// The reader's way on the ladder, if the chapter draws it.
    pub route: Option<RouteInput<'r>>,
    /// As in [`Resolved`], for the chapter's nodes.
    pub heading_levels: BTreeMap<NodeId, &'r u8>,
    /// As in [`Resolved`].
    pub caption_numbers: BTreeMap<NodeId, &'r String>,
    /// As in [`Resolved`].
    pub formulas: BTreeMap<NodeId, &'r Arc<str>>,
    /// As in [`Resolved`].
    pub links: BTreeMap<NodeId, &'r LinkTo>,
    /// As in [`Resolved`].
    pub link_texts: BTreeMap<NodeId, &'r String>,
    /// As in [`Resolved`].
    pub note_refs: BTreeMap<NodeId, &'r NoteRefInfo>,
    /// As in [`Resolved`].
    pub note_numbers: BTreeMap<NodeId, &'r u32>,
    /// As in [`Resolved`].
    pub fields: BTreeMap<NodeId, &'r FieldValue>,
    /// As in [`Resolved`].
    pub images: BTreeMap<NodeId, &'r Picture>,
    /// The nodes that something may lead to. What they are called is not the setter's business.
    pub named: BTreeSet<NodeId>,
}

/// A section of the chapter.
#[derive(Debug, Hash)]
pub struct SectionInput<'r> {
    /// The tree.
    pub section: &'r Section,
    /// Chapter number as shown.
    pub number: Option<&'r str>,
    /// Title with fields filled, plain.
    pub title: &'r str,
    /// Front, main or back matter.
    pub matter: Matter,
    /// The part that begins here, if any: its number as shown and its title.
    pub part: Option<(&'r str, &'r str)>,
    /// The stage that it is about, if it is a stage's chapter.
    pub stage: Option<StageInput<'r>>,
}

/// What the opening of a stage's chapter shows of its stage.
#[derive(Clone, Copy, Debug, Hash)]
pub struct StageInput<'r> {
    /// Its rung, from 0.
    pub rung: usize,
    /// How many rungs the ladder has.
    pub rungs: usize,
    /// Years, as written.
    pub years: &'r str,
}

/// What the drawn map of the ladder shows.
#[derive(Clone, Copy, Debug, Hash)]
pub struct RouteInput<'r> {
    /// The ladder.
    pub ladder: &'r [StageInfo],
    /// Index of the target.
    pub target: Option<usize>,
    /// Index of the present stage.
    pub from: Option<usize>,
    /// The map read out.
    pub description: &'r str,
    /// Words of the book's language.
    pub words: &'r Words,
}

impl ChapterInput<'_> {
    /// Which way a section runs: as its own language does, else as the book.
    pub fn direction_of(&self, section: &Section) -> Direction {
        section.direction(self.direction)
    }
}

impl Resolved {
    /// What the chapter of these sections is set from.
    pub fn chapter(&self, sections: &Range<usize>) -> ChapterInput<'_> {
        let trees = self.document.sections.get(sections.clone()).unwrap_or_default();
        let infos = self.sections.get(sections.clone()).unwrap_or_default();
        ChapterInput {
            sections: trees.iter().zip(infos).map(|(section, info)| SectionInput::of(section, info, self.stage(section))).collect(),
            language: &self.book.language,
            direction: self.book.direction,
            words: &self.words,
            glossary: self.document.sections.iter().find(|section| section.glossary).map(|section| section.id.section),
            route: trees.iter().any(|section| draws_the_map(section)).then(|| self.route()),
            heading_levels: of(trees, &self.heading_levels),
            caption_numbers: of(trees, &self.caption_numbers),
            formulas: of(trees, &self.formulas),
            links: of(trees, &self.links),
            link_texts: of(trees, &self.link_texts),
            note_refs: of(trees, &self.note_refs),
            note_numbers: of(trees, &self.note_numbers),
            fields: of(trees, &self.fields),
            images: of(trees, &self.images),
            named: of(trees, &self.labels).into_keys().collect(),
        }
    }

    fn stage(&self, section: &Section) -> Option<StageInput<'_>> {
        let EntryKind::Stage { number, .. } = section.kind else { return None };
        let ladder = &self.document.selection.ladder;
        let rung = number.checked_sub(1)?;
        Some(StageInput { rung, rungs: ladder.len(), years: &ladder.get(rung)?.years })
    }

    /// What the map of the ladder is drawn from.
    pub fn route(&self) -> RouteInput<'_> {
        let selection = &self.document.selection;
        RouteInput { ladder: &selection.ladder, target: selection.target, from: selection.from, description: &self.route_description, words: &self.words }
    }
}

impl<'r> SectionInput<'r> {
    fn of(section: &'r Section, info: &'r SectionInfo, stage: Option<StageInput<'r>>) -> SectionInput<'r> {
        SectionInput {
            section,
            number: info.number.as_deref(),
            title: &info.title,
            matter: info.matter,
            part: info.part.as_ref().map(|(number, title)| (number.as_str(), title.as_str())),
            stage,
        }
    }
}

/// The entries of some sections' nodes.
fn of<'r, T>(sections: &[Arc<Section>], entries: &'r BTreeMap<NodeId, T>) -> BTreeMap<NodeId, &'r T> {
    let nodes = |section: &Arc<Section>| NodeId { index: 0, ..section.id }..=NodeId { index: u32::MAX, ..section.id };
    sections.iter().flat_map(|section| entries.range(nodes(section))).map(|(node, entry)| (*node, entry)).collect()
}

fn draws_the_map(section: &Section) -> bool {
    let mut found = false;
    walk(section, &mut |node| found = found || matches!(node, Node::Block(Block { kind: BlockKind::RouteMap, .. })));
    found
}
