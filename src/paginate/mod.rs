//! Stage 6, *paginate*: a [`Galley`] to pages of lines, chosen for a whole galley at once.
//!
//! Four steps, one file each: [`strip`] measures the galley once, [`choose`] finds the cheapest sequence of pages by dynamic
//! programming, [`plan`] writes the chosen way down as one [`PagePlan`] a page, [`place`] builds the lines and puts them there.

mod audit;
mod choose;
mod cost;
mod foot;
mod place;
mod plan;
mod strip;
mod trace;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::length::Length;
use crate::parse::NodeId;
use crate::theme::Theme;
use crate::typeset::{Content, Frame, Galley, Paragraph, Setter, SharedFrame, Stack};

pub use audit::{Audit, Fault, Finding, audit};
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
    pub frame: Arc<SharedFrame>,
    /// Where its text begins in the document; `None` for a page that only carries a note on, or a float that waited long.
    pub start: Option<Start>,
    /// Height of the text area that is filled, notes not counted.
    pub filled: Length,
    /// Why the page ends where it does, for traces: `full`, `heading kept with its text`, …
    pub why: String,
    /// Which of the frame's items are lines with the reader's words: a range for each piece of a paragraph.
    pub own: Vec<Range<usize>>,
    /// Nodes that begin on this page, in order: for contents, index and page list.
    pub nodes: Vec<NodeId>,
    /// Whether the page ends because the manuscript or the design asks for it, and not because it is full.
    pub forced: bool,
}

/// The place in the document where a page's text begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Start {
    /// The block.
    pub node: NodeId,
    /// How many bytes of the block's plain text stand on earlier pages.
    pub offset: usize,
}

/// Chooses the pages of a galley and puts its lines on them. The text area is as high as the theme says; every line of the galley
/// stands on exactly one page, whatever its size.
pub fn paginate(galley: &Galley, theme: &Theme, setter: &Setter) -> Body {
    place(galley, &plan(galley, theme), theme, setter)
}

/// Draws the planned pages of a galley.
pub fn place(galley: &Galley, plans: &[PagePlan], theme: &Theme, setter: &Setter) -> Body {
    let mut placer = place::Placer::new(galley, &Own::new(), theme, setter);
    Body { pages: plans.iter().map(|plan| placer.page(plan)).collect() }
}

/// One reader's paragraphs, by the number of the stack whose place they take ([`Fragment::block`]).
pub type Own = BTreeMap<usize, Arc<Paragraph>>;

/// The paragraphs of a galley in which the reader's words stand.
pub fn personal(galley: &Galley) -> Own {
    strip::measured_stacks(galley).enumerate().filter_map(|(block, stack)| Some((block, with_fields(stack)?.clone()))).collect()
}

/// The paragraph of a stack, if the reader's words stand in it.
fn with_fields(stack: &Stack) -> Option<&Arc<Paragraph>> {
    match &stack.content {
        Content::Paragraph(paragraph) if paragraph.fields().next().is_some() => Some(paragraph),
        _ => None,
    }
}

/// What a reader has for themselves of a page: what stands in the places of [`BodyPage::own`].
#[derive(Clone, Debug, Default)]
pub struct OwnBody {
    /// A frame for each of them, with its origin where the page's is.
    pub parts: Vec<Frame>,
    /// Where the page's text begins in the document.
    pub start: Option<Start>,
}

/// Draws what is the reader's own of one planned page, with other paragraphs in some places. They must be set as those whose
/// places they take ([`Paragraph::sets_like`]), since the plan was made for these.
pub fn place_own(galley: &Galley, plan: &PagePlan, own: &Own, theme: &Theme, setter: &Setter) -> OwnBody {
    place::Placer::new(galley, own, theme, setter).own(plan)
}

/// The galley with other paragraphs in some places.
pub fn replaced(galley: &Galley, own: &Own) -> Galley {
    let mut galley = galley.clone();
    for (block, stack) in strip::measured_stacks_mut(&mut galley).enumerate() {
        if let Some(paragraph) = own.get(&block) {
            stack.content = Content::Paragraph(paragraph.clone());
        }
    }
    galley
}

/// The chosen pages as a plan: what [`paginate`] draws, and what tests and traces look at.
pub fn plan(galley: &Galley, theme: &Theme) -> Vec<PagePlan> {
    let strip = strip::Strip::measure(galley, theme);
    plan::plan(&strip, &choose::choose(&strip))
}
