//! The mould of a book: what is needed to cast the pages that one reader's copy has for itself, once the book is laid out.

use std::collections::BTreeMap;

use crate::length::Point;
use crate::paginate::{OwnBody, Start};
use crate::resolve::Resolved;
use crate::typeset::{Frame, Setter};

use super::group::{Book, Leaf, Source};
use super::page::{Finisher, stamp};
use super::{cover, titles};

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
    /// Where its body stands.
    pub at: Point,
    pub source: Source,
    /// Which leaf of its source.
    pub number: usize,
}

/// What one copy has for itself.
#[derive(Clone, Debug, Default)]
pub struct OwnPages {
    /// Pages with their indices in the layout, ascending.
    pub pages: Vec<(usize, OwnPage)>,
    /// What stands alike on every page that has a stamp.
    pub stamp: Frame,
}

/// What a copy has for itself on a page.
#[derive(Clone, Debug, Default)]
pub struct OwnPage {
    /// What stands in the places of [`super::Page::own`]; origin at the top left of the page.
    pub parts: Vec<Frame>,
    /// Where the page's text begins in the document.
    pub start: Option<Start>,
}

impl Mould {
    /// Fills the pages for a reader of the layout's shape. `own_body` gives what is the reader's own of a chapter's page by the
    /// numbers of both.
    pub fn fill(&self, resolved: &Resolved, setter: &Setter, mut own_body: impl FnMut(usize, usize) -> Option<OwnBody>) -> OwnPages {
        let mut book = Book::new(resolved, setter);
        let mut bodies = Vec::with_capacity(self.blanks.len());
        for blank in &self.blanks {
            let of_book = |leaves: Vec<Leaf>| {
                let leaf = leaves.into_iter().nth(blank.number)?;
                Some(OwnBody { parts: vec![leaf.body], start: leaf.start })
            };
            bodies.push(match blank.source {
                Source::Cover => of_book(cover::cover(&mut book).leaves),
                Source::TitlePage => of_book(titles::title_page(&mut book).leaves),
                Source::Colophon => of_book(titles::colophon(&mut book).leaves),
                Source::Chapter(chapter) => own_body(chapter, blank.number),
                // Nothing of the reader's stands in these.
                Source::HalfTitle | Source::Imprint | Source::Contents | Source::Index => None,
            });
        }
        let finisher = Finisher::new(&book, &self.numbers);
        let cast = |(blank, body): (&Blank, Option<OwnBody>)| {
            let OwnBody { parts, start } = body.unwrap_or_default();
            let placed = |part| {
                let mut frame = Frame::default();
                frame.place(blank.at, finisher.renumbered(part));
                frame
            };
            (blank.page, OwnPage { parts: parts.into_iter().map(placed).collect(), start })
        };
        let pages = self.blanks.iter().zip(bodies).map(cast).collect();
        OwnPages { pages, stamp: stamp(&book) }
    }
}
