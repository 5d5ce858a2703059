//! Stage 6, *paginate*: a [`Galley`](crate::typeset::Galley) to pages of lines, chosen for a whole section at once.

use crate::length::Length;
use crate::parse::NodeId;
use crate::typeset::Frame;

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
    /// Where its text begins in the document.
    pub start: Start,
    /// Height of the text area that is filled, notes not counted.
    pub filled: Length,
    /// Why the page ends where it does, for traces: `full`, `heading kept with its text`, …
    pub why: String,
    /// Nodes that begin on this page, in order: for contents, index and page list.
    pub nodes: Vec<NodeId>,
}

/// The place in the document where a page's text begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The block.
    pub node: NodeId,
    /// How many bytes of the block's plain text stand on earlier pages.
    pub offset: usize,
}
