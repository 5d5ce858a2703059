//! Chapters of plates: set once for all selections in which they are the same; those in which the reader's words stand can
//! be set again for each copy.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::furniture::Chapter;
use crate::load::Pos;
use crate::memo::{Key, Memo, Remembered};
use crate::paginate::{self, Body, Own, OwnBody, PagePlan};
use crate::panics::naming;
use crate::resolve::Resolved;
use crate::typeset::{self, Content, Flow, Frame, Galley, Item, Line, Setter, Stack, TagTree};

use super::watch::Watch;

/// Line variants of a chapter that are remembered; beyond that the oldest but the first goes. Names fill a chapter's paragraphs in a
/// handful of ways; a chapter with forty of a reader's fields was seen to have a few dozen.
const LINE_VARIANTS: usize = 64;

/// A chapter of a plate, or of several.
#[derive(Debug)]
pub struct SetChapter {
    tags: Vec<Arc<TagTree>>,
    /// Its pages, as the shape has them.
    body: Body,
    own: Option<PersonalChapter>,
    /// What there is to say of it, by its place in the source.
    findings: Vec<(Pos, Diagnostic)>,
    weight: usize,
}

impl Remembered for SetChapter {
    fn weight(&self) -> usize {
        self.weight
    }
}

/// What a chapter with the reader's words keeps, to be set again.
#[derive(Debug)]
struct PersonalChapter {
    galley: Galley,
    /// The paragraphs with these words.
    paragraphs: Own,
    /// For each number of lines that these paragraphs were seen to take: paragraphs that take as many, and the pages. The
    /// first are those of the shape.
    variants: Mutex<LineVariants>,
}

/// Ways to set a chapter that were met. Their numbers are never given twice.
#[derive(Debug)]
struct LineVariants {
    known: Vec<LineVariant>,
    next: u64,
}

#[derive(Debug)]
struct LineVariant {
    number: u64,
    paragraphs: Own,
    plans: Vec<PagePlan>,
}

/// One reader's paragraphs of a chapter, and which of the chapter's line variants they take.
#[derive(Clone, Debug, Default)]
pub(super) struct Refilled {
    paragraphs: Own,
    /// Number of the variant; 0 is that of the shape.
    pub variant: u64,
    plans: Vec<PagePlan>,
}

/// Sets all chapters side by side, those that are not known.
///
/// # Errors
/// When the work was called off.
pub(super) fn set(
    resolved: &Resolved,
    setter: &Setter,
    memo: &Memo,
    watch: Watch<'_>,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Arc<SetChapter>>, Diagnostics> {
    let set = |sections: Range<usize>| -> Result<Arc<SetChapter>, Diagnostics> {
        watch.go_on()?;
        let input = resolved.chapter(&sections);
        let name = input.sections.first().map_or("", |input| input.section.path.as_str());
        let key = Key::of(&(setter.key(), &input));
        Ok(naming(name, || {
            memo.get_or_make(key, || {
                let (galley, findings) = typeset::typeset(&input, setter);
                SetChapter::new(galley, findings, setter)
            })
        }))
    };
    let chapters: Vec<Arc<SetChapter>> = typeset::chapters(resolved).into_par_iter().map(set).collect::<Result<_, _>>()?;
    let sources = &resolved.document.selection.manuscript.sources;
    for (pos, finding) in chapters.iter().flat_map(|chapter| &chapter.findings) {
        diagnostics.push(finding.clone().at(sources.place(*pos)));
    }
    Ok(chapters)
}

impl SetChapter {
    /// A chapter's galley is dropped as soon as its pages are chosen, unless a copy will need it.
    fn new(mut galley: Galley, findings: Vec<(Pos, Diagnostic)>, setter: &Setter) -> SetChapter {
        let plans = paginate::plan(&galley, &setter.theme);
        let body = paginate::place(&galley, &plans, &setter.theme, setter);
        let tags = std::mem::take(&mut galley.tags).into_iter().map(Arc::new).collect();
        let paragraphs = paginate::personal(&galley);
        let variants = |paragraphs: &Own| LineVariants { known: vec![LineVariant { number: 0, paragraphs: paragraphs.clone(), plans }], next: 1 };
        let items: usize = body.pages.iter().map(|page| page.frame.weight()).sum();
        // A galley has what its pages have, and the paragraphs' shaped text beside it.
        let weight = items * if paragraphs.is_empty() { 1 } else { 4 };
        let own = (!paragraphs.is_empty()).then(|| PersonalChapter { galley, variants: Mutex::new(variants(&paragraphs)), paragraphs });
        SetChapter { tags, body, own, findings, weight }
    }

    /// Whether the reader's words stand in paragraphs only, so that they can be set again.
    pub(super) fn can_be_refilled(&self) -> bool {
        self.own.as_ref().is_none_or(|own| !elsewhere(&own.galley)) && (self.own.is_some() || !self.body.pages.iter().any(|page| is_personal(&page.frame)))
    }

    /// The chapter's own paragraphs for a reader. Nothing where there are none.
    pub(super) fn refilled(&self, resolved: &Resolved, setter: &Setter) -> Refilled {
        let Some(own) = &self.own else { return Refilled::default() };
        let paragraphs: Own = own.paragraphs.iter().map(|(block, paragraph)| (*block, paragraph.refilled(&resolved.fields, setter).into())).collect();
        let mut variants = own.variants.lock().unwrap_or_else(PoisonError::into_inner);
        let alike = |variant: &&LineVariant| paragraphs.iter().zip(&variant.paragraphs).all(|((_, paragraph), (_, other))| paragraph.sets_like(other));
        if let Some(known) = variants.known.iter().find(alike) {
            return Refilled { plans: known.plans.clone(), variant: known.number, paragraphs };
        }
        let plans = paginate::plan(&paginate::replaced(&own.galley, &paragraphs), &setter.theme);
        let number = variants.next;
        variants.next += 1;
        if variants.known.len() >= LINE_VARIANTS {
            variants.known.remove(1);
        }
        variants.known.push(LineVariant { number, paragraphs: paragraphs.clone(), plans: plans.clone() });
        Refilled { plans, variant: number, paragraphs }
    }

    /// The chapter with a reader's paragraphs, as these sections of the document.
    pub(super) fn chapter(&self, sections: Range<usize>, refilled: &Refilled, setter: &Setter) -> Chapter {
        let body = match &self.own {
            Some(own) if refilled.variant > 0 => {
                paginate::place(&paginate::replaced(&own.galley, &refilled.paragraphs), &refilled.plans, &setter.theme, setter)
            }
            _ => self.body.clone(),
        };
        Chapter { sections, tags: self.tags.clone(), body }
    }

    /// What is the reader's own of one of the chapter's pages.
    pub(super) fn own_body(&self, refilled: &Refilled, number: usize, setter: &Setter) -> Option<OwnBody> {
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
