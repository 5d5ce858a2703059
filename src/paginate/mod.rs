//! Stage 6, *paginate*: a [`Galley`] to pages of lines, chosen for a whole galley at once.
//!
//! Four steps, one file each: [`strip`] measures the galley once, [`choose`] finds the cheapest sequence of pages by dynamic
//! programming, [`plan`] writes the chosen way down as one [`PagePlan`] a page, [`place`] builds the lines and puts them there.

mod choose;
mod cost;
mod foot;
mod place;
mod plan;
mod strip;
mod trace;

use crate::length::Length;
use crate::parse::NodeId;
use crate::theme::Theme;
use crate::typeset::{Frame, Galley, Setter};

pub use plan::{End, Fragment, NotePiece, PagePlan};
pub use trace::{trace, trace_frame};

/// The pages of one section: lines, notes and floats at their places, no furniture.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// In order.
    pub pages: Vec<BodyPage>,
}

/// One page's text area.
#[derive(Clone, Debug, Default)]
pub struct BodyPage {
    /// Content; origin at the top left of the text area.
    pub frame: Frame,
    /// Where its text begins in the document; `None` for a page that only carries a note on.
    pub start: Option<Start>,
    /// Height of the text area that is filled, notes not counted.
    pub filled: Length,
    /// Why the page ends where it does, for traces: `full`, `heading kept with its text`, …
    pub why: String,
    /// Nodes that begin on this page, in order: for contents, index and page list.
    pub nodes: Vec<NodeId>,
    /// Whether the page ends because the manuscript or the design asks for it, and not because it is full.
    pub forced: bool,
}

/// The place in the document where a page's text begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The block.
    pub node: NodeId,
    /// How many bytes of the block's plain text stand on earlier pages.
    pub offset: usize,
}

/// Chooses the pages of a galley and puts its lines on them. The text area is as high as the theme says; every line of the galley
/// stands on exactly one page, whatever its size.
pub fn paginate(galley: &Galley, theme: &Theme, setter: &Setter<'_>) -> Body {
    place::place(galley, &plan(galley, theme), theme, setter)
}

/// The chosen pages as a plan: what [`paginate`] draws, and what tests and traces look at.
pub fn plan(galley: &Galley, theme: &Theme) -> Vec<PagePlan> {
    let strip = strip::Strip::measure(galley, theme);
    plan::plan(&strip, &choose::choose(&strip))
}
