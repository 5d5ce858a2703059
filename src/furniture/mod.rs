//! Stage 7, *furniture*: everything around the text: cover, title pages, contents, running heads, folios.
//!
//! The book is put together from [`Group`]s of leaves: what the book adds itself and the chapters' bodies. [`impose`] gives them
//! folios and sides; contents and index are set with the folios of the chapters, which they cannot change; [`page`] finishes each leaf.

mod bars;
mod bounds;
mod contents;
mod cover;
mod group;
mod impose;
mod index;
mod ladder;
mod outline;
mod page;
mod personal;
mod sheet;
mod slack;
mod titles;

use std::ops::Range;
use std::sync::Arc;

use crate::length::{Length, Size};
use crate::load::OwnPage;
use crate::paginate::{Body, Start};
use crate::parse::NodeId;
use crate::resolve::{Matter, Resolved};
use crate::theme::Medium;
use crate::typeset::{Frame, Placed, Setter, TagTree};
use crate::words::{Words, roman};

use group::{Book, Group};
use impose::Imposition;

pub use cover::NamePlace;
pub use personal::{FilledPage, FilledPages, PersonalPages};

/// A chapter with its pages: what is left of a galley when it has been paginated.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The document's sections it holds.
    pub sections: Range<usize>,
    /// Structure, one tree for each of the sections.
    pub tags: Vec<Arc<TagTree>>,
    /// Its pages.
    pub body: Body,
}

/// Puts the book together: everything around the chapters, and folios. Beside the layout comes where on its pages the reader's words
/// stand, to be filled with another reader's.
pub fn furnish(chapters: Vec<Chapter>, resolved: &Resolved, setter: &Setter) -> (Layout, PersonalPages) {
    let mut book = Book::new(resolved, setter);
    let mut groups = vec![cover::cover(&mut book)];
    let manuscript = &resolved.document.selection.manuscript;
    if manuscript.has(OwnPage::HalfTitle) && setter.theme.page.medium == Medium::Print {
        groups.push(titles::half_title(&mut book));
    }
    groups.push(titles::title_page(&mut book));
    if manuscript.has(OwnPage::Imprint) {
        groups.push(titles::imprint(&mut book));
    }
    let fronts = front_chapters(&chapters, resolved);
    let before_contents = groups.len() + fronts;
    groups.extend(chapters.into_iter().enumerate().map(|(number, chapter)| Group::chapter(&book, number, chapter, number < fronts)));

    // Contents stand after all other front matter and the index after all chapters, so neither moves a folio that they name.
    let folios = Imposition::new(&groups, &setter.theme);
    let index = index::index(&mut book, &mut groups, &folios);
    groups.extend(index);
    let folios = Imposition::new(&groups, &setter.theme);
    let contents = contents::contents(&mut book, &mut groups, &folios);
    if manuscript.has(OwnPage::Colophon) {
        groups.push(titles::colophon(&mut book));
    }
    let news = contents::news(&mut book, &mut groups, &folios);
    for group in [news, contents].into_iter().flatten() {
        groups.insert(before_contents, group);
    }
    page::finish(book, groups)
}

/// The cover alone, as the book has it.
pub fn cover_alone(resolved: &Resolved, setter: &Setter) -> Option<Page> {
    let mut book = Book::new(resolved, setter);
    let group = cover::cover(&mut book);
    let (layout, _) = page::finish(book, vec![group]);
    layout.pages.into_iter().next().map(Arc::unwrap_or_clone)
}

/// How many leading chapters are front matter.
fn front_chapters(chapters: &[Chapter], resolved: &Resolved) -> usize {
    let is_front = |c: &Chapter| resolved.sections.get(c.sections.start).is_some_and(|s| s.matter == Matter::Front);
    chapters.iter().take_while(|c| is_front(c)).count()
}

/// A finished page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Size after trimming.
    pub size: Size,
    /// Its number.
    pub folio: Folio,
    /// Right-hand or left-hand page.
    pub side: Side,
    /// Text, notes and pictures; origin at the top left of the page.
    pub body: Frame,
    /// Running head, folio, rules, thumb index; all artifacts.
    pub furniture: Frame,
    /// Text that stands alike on every page of this copy: the foot line `Prepared for …`.
    pub stamp: Frame,
    /// Where its text begins in the document; `None` for pages the book adds itself.
    pub start: Option<Start>,
    /// Which items of the body are a reader's own, in ascending ranges: each copy has others in their place.
    pub own: Vec<Range<usize>>,
}

impl Page {
    /// Whether something of it is a reader's own.
    pub fn is_personal(&self) -> bool {
        !self.own.is_empty()
    }

    /// The body's items in segments: what all copies have, what is the reader's own, what all have, and so on to the end.
    pub fn segments(&self) -> (Vec<&[Placed]>, Vec<&[Placed]>) {
        let items = |range: Range<usize>| self.body.items.get(range).unwrap_or_default();
        let ends = self.own.iter().map(|own| own.end);
        let begins = self.own.iter().map(|own| own.start).chain([self.body.items.len()]);
        let shared = [0].into_iter().chain(ends).zip(begins).map(|(from, to)| items(from..to)).collect();
        (shared, self.own.iter().cloned().map(items).collect())
    }
}

/// A page's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Folio {
    /// The number.
    pub number: u32,
    /// Roman (front matter) or arabic.
    pub roman: bool,
}

impl Folio {
    /// As it is shown in a book of these words.
    pub fn shown(self, words: &Words) -> String {
        words.figures(&self.to_string()).into_owned()
    }
}

impl std::fmt::Display for Folio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.roman {
            return write!(f, "{}", self.number);
        }
        f.write_str(&roman(self.number))
    }
}

/// Which side of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Side {
    Recto,
    Verso,
}

/// The laid-out book: all that a page writer gets.
#[derive(Clone, Debug)]
pub struct Layout {
    /// All pages, in order.
    pub pages: Vec<Arc<Page>>,
    /// Structure: one tree a section (indices as in [`crate::typeset::TagId`]), in reading order.
    pub tags: Vec<Arc<TagTree>>,
    /// The outline (bookmarks), nested by level from 0.
    pub outline: Vec<OutlineEntry>,
    /// The cover alone, for the EPUB's cover picture.
    pub cover: Option<usize>,
    /// Where a reader's name stands on the cover, if it is drawn.
    pub cover_name: Option<NamePlace>,
    /// For each page the place where its text begins: the EPUB's page list and the index are made from it.
    pub page_map: Vec<(Folio, Option<Start>)>,
    /// Paper beyond the trimmed size on every side: bleed and crop marks stand on it. Zero for none.
    pub paper: Length,
    /// How far colour reaches beyond the trimmed size. Not more than `paper`.
    pub bleed: Length,
    /// Page of each node that begins somewhere, by node: index into `pages`.
    pub node_pages: std::collections::BTreeMap<NodeId, usize>,
}

impl Layout {
    /// The pages in which the reader's words stand, and the stamp.
    pub fn filled_pages(&self) -> FilledPages {
        let stamp = self.pages.iter().map(|page| &page.stamp).find(|stamp| !stamp.items.is_empty()).cloned();
        let parts = |page: &Page| page.segments().1.into_iter().map(|items| Frame { items: items.to_vec() }).collect();
        let own = |(index, page): (usize, &Arc<Page>)| (index, FilledPage { parts: parts(page), start: page.start });
        let pages = self.pages.iter().enumerate().filter(|(_, page)| page.is_personal()).map(own).collect();
        FilledPages { pages, stamp: stamp.unwrap_or_default() }
    }
}

/// A bookmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Nesting from 0.
    pub level: u8,
    /// Text.
    pub title: String,
    /// Destination's name.
    pub destination: String,
    /// Page, index into `pages`.
    pub page: usize,
}
