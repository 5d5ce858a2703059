//! Stage 7, *furniture*: everything around the text: cover, title pages, contents, running heads, folios.

use crate::length::Size;
use crate::paginate::Start;
use crate::parse::NodeId;
use crate::typeset::{Frame, TagTree};

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
}

/// A page's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folio {
    /// The number.
    pub number: u32,
    /// Roman (front matter) or arabic.
    pub roman: bool,
}

impl std::fmt::Display for Folio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.roman {
            return write!(f, "{}", self.number);
        }
        let mut rest = self.number;
        for (value, sign) in [
            (1000, "m"),
            (900, "cm"),
            (500, "d"),
            (400, "cd"),
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        ] {
            while rest >= value {
                f.write_str(sign)?;
                rest -= value;
            }
        }
        Ok(())
    }
}

/// Which side of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Side {
    Recto,
    Verso,
}

/// The laid-out book: all that a page writer gets.
#[derive(Clone, Debug)]
pub struct Layout {
    /// All pages, in order.
    pub pages: Vec<Page>,
    /// Structure: one tree a section (indices as in [`crate::typeset::TagId`]), in reading order.
    pub tags: Vec<TagTree>,
    /// The outline (bookmarks), nested by level from 0.
    pub outline: Vec<OutlineEntry>,
    /// The cover alone, for the EPUB's cover picture.
    pub cover: Option<usize>,
    /// For each page the place where its text begins: the EPUB's page list and the index are made from it.
    pub page_map: Vec<(Folio, Option<Start>)>,
    /// Page of each node that begins somewhere, by node: index into `pages`.
    pub node_pages: std::collections::BTreeMap<NodeId, usize>,
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
