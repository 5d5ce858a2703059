//! Chapters of plates: set once for all selections in which they are the same; those in which the reader's words stand can
//! be set again for each copy.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::diag::Diagnostics;
use crate::furniture::Chapter;
use crate::paginate::{self, Body, Own, OwnBody, PagePlan};
use crate::panics::naming;
use crate::resolve::Resolved;
use crate::typeset::{self, Content, Flow, Frame, Galley, Item, Line, Setter, Stack, TagTree};

use super::inputs::fingerprint;

/// So many chapters are kept, whatever plates have them; of a longer book as many as it has in a few selections.
const CHAPTERS: usize = 64;

/// How many selections of a long book that is.
const SELECTIONS: usize = 4;

/// So many ways to set a chapter's own paragraphs are remembered.
const WAYS: usize = 64;

/// A chapter of a plate, or of several.
#[derive(Debug)]
pub(super) struct SetChapter {
    sections: Range<usize>,
    tags: Vec<TagTree>,
    /// Its pages, as the shape has them.
    body: Body,
    own: Option<OwnChapter>,
}

/// What a chapter with the reader's words keeps, to be set again.
#[derive(Debug)]
struct OwnChapter {
    galley: Galley,
    /// The paragraphs with these words.
    paragraphs: Own,
    /// For each number of lines that these paragraphs were seen to take: paragraphs that take as many, and the pages. The
    /// first are those of the shape.
    ways: Mutex<Ways>,
}

/// Ways to set a chapter that were met. Their numbers are never given twice.
#[derive(Debug)]
struct Ways {
    known: Vec<Way>,
    next: u64,
}

#[derive(Debug)]
struct Way {
    number: u64,
    paragraphs: Own,
    plans: Vec<PagePlan>,
}

/// One reader's paragraphs of a chapter, and which of the chapter's ways to set it they take.
#[derive(Clone, Debug, Default)]
pub(super) struct Refilled {
    paragraphs: Own,
    /// Number of the way; 0 is that of the shape.
    pub way: u64,
    plans: Vec<PagePlan>,
}

/// Chapters that were set before with one setter, those used longest ago first.
#[derive(Debug, Default)]
pub(super) struct KnownChapters(Mutex<VecDeque<KnownChapter>>);

#[derive(Clone, Debug)]
struct KnownChapter {
    fingerprint: u128,
    chapter: Arc<SetChapter>,
    said: Diagnostics,
}

impl KnownChapters {
    /// The chapter of some sections, set if it was not before.
    fn get(&self, resolved: &Resolved, setter: &Setter, sections: Range<usize>, room: usize) -> KnownChapter {
        let fingerprint = fingerprint(resolved, &sections);
        if let Some(known) = self.taken(fingerprint) {
            return known;
        }
        let name = resolved.document.sections.get(sections.start).map_or("", |section| section.path.as_str());
        let (chapter, said) = naming(name, || {
            let (galley, said) = typeset::typeset(resolved, setter, sections);
            (SetChapter::new(galley, setter), said)
        });
        let made = KnownChapter { fingerprint, chapter: Arc::new(chapter), said };
        // Another plate may have been quicker; it set the same.
        self.taken(fingerprint).unwrap_or_else(|| {
            let mut chapters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if chapters.len() >= room {
                chapters.pop_front();
            }
            chapters.push_back(made.clone());
            made
        })
    }

    /// A chapter that is known, taken out and put at the end again.
    fn taken(&self, fingerprint: u128) -> Option<KnownChapter> {
        let mut chapters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = chapters.iter().position(|known| known.fingerprint == fingerprint)?;
        let known = chapters.remove(at)?;
        chapters.push_back(known.clone());
        Some(known)
    }
}

/// Sets all chapters side by side, those that are not known.
pub(super) fn set(resolved: &Resolved, setter: &Setter, known: &KnownChapters, said: &mut Diagnostics) -> Vec<Arc<SetChapter>> {
    let chapters = typeset::chapters(resolved);
    let room = CHAPTERS.max(chapters.len() * SELECTIONS);
    let set: Vec<KnownChapter> = chapters.into_par_iter().map(|sections| known.get(resolved, setter, sections, room)).collect();
    let mut chapters = Vec::with_capacity(set.len());
    for known in set {
        chapters.push(known.chapter);
        said.extend(known.said);
    }
    chapters
}

impl SetChapter {
    /// A chapter's galley is dropped as soon as its pages are chosen, unless a copy will need it.
    fn new(mut galley: Galley, setter: &Setter) -> SetChapter {
        let plans = paginate::plan(&galley, &setter.theme);
        let body = paginate::place(&galley, &plans, &setter.theme, setter);
        let (sections, tags) = (galley.sections.clone(), std::mem::take(&mut galley.tags));
        let paragraphs = paginate::personal(&galley);
        let ways = |paragraphs: &Own| Ways { known: vec![Way { number: 0, paragraphs: paragraphs.clone(), plans }], next: 1 };
        let own = (!paragraphs.is_empty()).then(|| OwnChapter { galley, ways: Mutex::new(ways(&paragraphs)), paragraphs });
        SetChapter { sections, tags, body, own }
    }

    /// Whether the reader's words stand in paragraphs only, so that they can be set again.
    pub fn can_be_refilled(&self) -> bool {
        self.own.as_ref().is_none_or(|own| !elsewhere(&own.galley)) && (self.own.is_some() || !self.body.pages.iter().any(|page| is_personal(&page.frame)))
    }

    /// The chapter's own paragraphs for a reader. Nothing where there are none.
    pub fn refilled(&self, resolved: &Resolved, setter: &Setter) -> Refilled {
        let Some(own) = &self.own else { return Refilled::default() };
        let paragraphs: Own = own.paragraphs.iter().map(|(block, paragraph)| (*block, paragraph.refilled(resolved, setter).into())).collect();
        let mut ways = own.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let alike = |way: &&Way| paragraphs.iter().zip(&way.paragraphs).all(|((_, paragraph), (_, other))| paragraph.sets_like(other));
        if let Some(way) = ways.known.iter().find(alike) {
            return Refilled { plans: way.plans.clone(), way: way.number, paragraphs };
        }
        let plans = paginate::plan(&paginate::replaced(&own.galley, &paragraphs), &setter.theme);
        let number = ways.next;
        ways.next += 1;
        if ways.known.len() >= WAYS {
            ways.known.remove(1);
        }
        ways.known.push(Way { number, paragraphs: paragraphs.clone(), plans: plans.clone() });
        Refilled { plans, way: number, paragraphs }
    }

    /// The chapter with a reader's paragraphs.
    pub fn chapter(&self, refilled: &Refilled, setter: &Setter) -> Chapter {
        let body = match &self.own {
            Some(own) if refilled.way > 0 => paginate::place(&paginate::replaced(&own.galley, &refilled.paragraphs), &refilled.plans, &setter.theme, setter),
            _ => self.body.clone(),
        };
        Chapter { sections: self.sections.clone(), tags: self.tags.clone(), body }
    }

    /// What is the reader's own of one of the chapter's pages.
    pub fn own_body(&self, refilled: &Refilled, number: usize, setter: &Setter) -> Option<OwnBody> {
        let own = self.own.as_ref()?;
        Some(paginate::place_own(&own.galley, refilled.plans.get(number)?, &refilled.paragraphs, &setter.theme, setter))
    }
}

/// Whether the reader's words stand in what a galley has beside its paragraphs of text: in tables, notes, headings of a
/// chapter.
fn elsewhere(galley: &Galley) -> bool {
    let in_lines = |lines: &[Line]| lines.iter().any(|line| is_personal(&line.frame));
    let in_stack = |stack: &Stack| in_lines(&stack.repeat) || matches!(&stack.content, Content::Lines(lines) if in_lines(lines));
    let in_note = |stack: &Stack| in_stack(stack) || matches!(&stack.content, Content::Paragraph(paragraph) if paragraph.fields().next().is_some());
    let stacks = |flow: &[Flow], test: &dyn Fn(&Stack) -> bool| flow.iter().any(|flow| matches!(flow, Flow::Stack(stack) if test(stack)));
    stacks(&galley.flow, &in_stack) || galley.notes.iter().any(|note| stacks(&note.flow, &in_note))
}

fn is_personal(frame: &Frame) -> bool {
    frame.items.iter().any(|placed| matches!(&placed.item, Item::Text(run) if run.personal))
}
