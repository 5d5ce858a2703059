//! Personal pages: where on the pages of a laid-out book a reader's words stand, and how another reader's are put there.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::length::Point;
use crate::paginate::{OwnBody, Start};
use crate::parse::NodeId;
use crate::resolve::Resolved;
use crate::typeset::{Frame, Setter};

use super::group::{Book, Leaf, Source};
use super::page::{Finisher, stamp};
use super::{cover, titles};

/// The pages of a layout that hold the reader's words, without these words: a slot for each. Another reader of the same shape whose
/// words take as many lines fills the slots, and no page has to be laid out again.
#[derive(Debug, Default)]
pub struct PersonalPages {
    pub(super) slots: Vec<PersonalSlot>,
    /// For each number of a tree its place in reading order.
    pub(super) numbers: BTreeMap<u32, u32>,
    /// What stands behind links on paper: the folios of all places that something may lead to.
    pub(super) folios: BTreeMap<NodeId, String>,
}

/// A page to be filled.
#[derive(Debug)]
pub(super) struct PersonalSlot {
    /// Index into the layout's pages.
    pub page: usize,
    /// Where its body stands.
    pub at: Point,
    pub source: Source,
    /// Which leaf of its source.
    pub number: usize,
}

/// What one copy has for itself.
#[derive(Clone, Debug, Default)]
pub struct FilledPages {
    /// Pages with their indices in the layout, ascending.
    pub pages: Vec<(usize, FilledPage)>,
    /// What stands alike on every page that has a stamp.
    pub stamp: Frame,
}

/// What a copy has for itself on a page.
#[derive(Clone, Debug, Default)]
pub struct FilledPage {
    /// What stands in the places of [`super::Page::own`]; origin at the top left of the page.
    pub parts: Vec<Frame>,
    /// Where the page's text begins in the document.
    pub start: Option<Start>,
}

impl PersonalPages {
    /// Fills the pages for a reader of the layout's shape. `own_body` gives what is the reader's own of a chapter's page by the
    /// numbers of both.
    pub fn fill(&self, resolved: &Resolved, setter: &Setter, mut own_body: impl FnMut(usize, usize) -> Option<OwnBody>) -> FilledPages {
        let mut book = Book::new(resolved, setter);
        let mut bodies = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let of_book = |leaves: Vec<Leaf>| {
                let leaf = leaves.into_iter().nth(slot.number)?;
                let part = |own: &Range<usize>| Frame { items: leaf.body.items.get(own.clone()).unwrap_or_default().to_vec() };
                Some(OwnBody { parts: leaf.own.iter().map(part).collect(), start: leaf.start })
            };
            bodies.push(match slot.source {
                Source::Cover => Some(OwnBody { parts: cover::own(&book), start: None }),
                Source::TitlePage => of_book(titles::title_page(&mut book).leaves),
                Source::Colophon => of_book(titles::colophon(&mut book).leaves),
                Source::Chapter(chapter) => own_body(chapter, slot.number),
                // Nothing of the reader's stands in these.
                Source::HalfTitle | Source::Imprint | Source::Contents | Source::News | Source::Index => None,
            });
        }
        let finisher = Finisher::new(&book, &self.numbers, &self.folios);
        let filled = |(slot, body): (&PersonalSlot, Option<OwnBody>)| {
            let OwnBody { parts, start } = body.unwrap_or_default();
            let placed = |part| {
                let mut frame = Frame::default();
                frame.place(slot.at, finisher.bound(finisher.numbered(part, &mut [])));
                frame
            };
            (slot.page, FilledPage { parts: parts.into_iter().map(placed).collect(), start })
        };
        let pages = self.slots.iter().zip(bodies).map(filled).collect();
        FilledPages { pages, stamp: stamp(&book) }
    }
}
