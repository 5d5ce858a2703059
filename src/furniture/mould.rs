//! The mould of a book: what is needed to cast the pages that one reader's copy has for itself, once the book is laid out.

use std::collections::BTreeMap;

use crate::paginate::BodyPage;
use crate::resolve::Resolved;
use crate::typeset::{Frame, Setter};

use super::group::{Book, Leaf, Source};
use super::impose::Slot;
use super::page::{Finisher, stamp};
use super::{Page, cover, titles};

/// The pages of a layout that hold the reader's words, without these words.
#[derive(Debug, Default)]
pub struct Mould {
    pub(super) blanks: Vec<Blank>,
    /// For each number of a tree its place in reading order.
    pub(super) numbers: BTreeMap<u32, u32>,
}

/// A page to be filled.
#[derive(Debug)]
pub(super) struct Blank {
    /// Index into the layout's pages.
    pub page: usize,
    pub slot: Slot,
    /// All but the body.
    pub leaf: Leaf,
    pub source: Source,
    /// Which leaf of its source.
    pub number: usize,
}

/// What one copy has for itself.
#[derive(Clone, Debug, Default)]
pub struct OwnPages {
    /// Pages with their indices in the layout, ascending.
    pub pages: Vec<(usize, Page)>,
    /// What stands alike on every page that has a stamp.
    pub stamp: Frame,
}

impl Mould {
    /// Fills the pages for a reader of the layout's shape. `chapter_page` gives a page of a chapter by the numbers of both.
    pub fn fill(&self, resolved: &Resolved, setter: &Setter, mut chapter_page: impl FnMut(usize, usize) -> Option<BodyPage>) -> OwnPages {
        let mut book = Book::new(resolved, setter);
        let mut bodies = Vec::with_capacity(self.blanks.len());
        for blank in &self.blanks {
            let of_book = |leaves: Vec<Leaf>| leaves.into_iter().nth(blank.number).map(|leaf| (leaf.body, leaf.start));
            bodies.push(match blank.source {
                Source::Cover => of_book(cover::cover(&mut book).leaves),
                Source::TitlePage => of_book(titles::title_page(&mut book).leaves),
                Source::Colophon => of_book(titles::colophon(&mut book).leaves),
                Source::Chapter(chapter) => chapter_page(chapter, blank.number).map(|page| (page.frame, page.start)),
                // Nothing of the reader's stands in these.
                Source::HalfTitle | Source::Imprint | Source::Contents | Source::Index => None,
            });
        }
        let finisher = Finisher::new(&book, &self.numbers);
        let cast = |(blank, body): (&Blank, Option<(Frame, _)>)| {
            let (body, start) = body.unwrap_or((Frame::default(), blank.leaf.start));
            (blank.page, finisher.page(&blank.slot, Some(Leaf { body, start, ..blank.leaf.clone() })))
        };
        let pages = self.blanks.iter().zip(bodies).map(cast).collect();
        OwnPages { pages, stamp: stamp(&book) }
    }
}
