//! Change bars: rules in the outer margin beside what is not as it was in the reader's last edition. They are drawn on finished pages, so
//! that no line and no page is another because of them, and are artifacts: nobody has them read aloud.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::length::{Length, Point, Size};
use crate::parse::NodeId;
use crate::theme::Theme;
use crate::typeset::{Artifact, Item, Mark, Placed, TagId, TagTree};

use super::Page;

/// How wide a bar is, and how far from the text.
const WIDTH: Length = Length::pt(1);
const GAP: Length = Length::pt(7);
/// Bars that are no further apart than this share of a line are one.
const JOINED: (i64, i64) = (3, 4);

/// Puts bars beside the text of changed nodes. `edge` is the text's edge at the page's outer side, and whether that is the right one.
pub(super) fn draw(page: &mut Arc<Page>, tags: &[Arc<TagTree>], changed: &BTreeSet<NodeId>, theme: &Theme, edge: (Length, bool)) {
    let mut reaches: Vec<(Length, Length)> = page.body.items.iter().filter(|placed| is_changed(placed, tags, changed)).filter_map(reach).collect();
    reaches.sort_unstable();
    let gap = theme.leading().scale(JOINED.0, JOINED.1);
    let mut bars: Vec<(Length, Length)> = Vec::new();
    for (top, bottom) in reaches {
        match bars.last_mut() {
            Some((_, end)) if top <= *end + gap => *end = bottom.max(*end),
            _ => bars.push((top, bottom)),
        }
    }
    if bars.is_empty() {
        return;
    }
    let (edge, right) = edge;
    let page = Arc::make_mut(page);
    let x = if right { edge + GAP } else { edge - GAP - WIDTH };
    for (top, bottom) in bars {
        let bar = Item::Rect { size: Size::new(WIDTH, bottom - top), color: theme.colors.accent };
        page.furniture.push(Point::new(x, top), Mark::Artifact(Artifact::Layout), bar);
    }
}

/// How far down and up an item's letters reach.
fn reach(placed: &Placed) -> Option<(Length, Length)> {
    match &placed.item {
        Item::Text(run) if !run.turned => Some((placed.at.y - run.size.scale(3, 4), placed.at.y + run.size.scale(1, 4))),
        Item::Picture { size, .. } => Some((placed.at.y, placed.at.y + size.height)),
        _ => None,
    }
}

/// Whether an item belongs to something that changed: its element, or one around it, stands for such a node.
fn is_changed(placed: &Placed, tags: &[Arc<TagTree>], changed: &BTreeSet<NodeId>) -> bool {
    let Mark::Tag(TagId { tree, index }) = placed.mark else { return false };
    let Some(tree) = tags.get(tree as usize) else { return false };
    let mut element = Some(index);
    while let Some(node) = element.and_then(|index| tree.nodes.get(index as usize)) {
        if node.node.is_some_and(|node| changed.contains(&node)) {
            return true;
        }
        element = node.parent;
    }
    false
}
