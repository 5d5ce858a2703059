//! The lines of a page: its runs of glyphs put together as a reader sees them, each with what it says and what it belongs to.

use std::sync::Arc;

use crate::length::{Length, Point, Size};
use crate::typeset::{Frame, Item, Mark, Role, TagId, TagTree, TextRun};

/// A line of text on a page, or as much of one as belongs to one block.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PageLine {
    /// Which item of the page's body it begins with.
    pub item: usize,
    /// Start of its baseline.
    pub at: Point,
    /// How far it reaches, along its own direction.
    pub width: Length,
    /// The largest size in it.
    pub size: Length,
    /// What it says, a hyphen that the setter added as U+00AD.
    pub text: String,
    /// The element around it that stands as a block.
    pub block: TagId,
    /// It runs upwards.
    pub turned: bool,
}

impl PageLine {
    /// The box around it, from the page's top left.
    pub fn area(&self) -> (Point, Size) {
        let (above, height) = (self.size.scale(85, 100), self.size.scale(115, 100));
        if self.turned {
            (Point::new(self.at.x - above, self.at.y - self.width), Size::new(height, self.width))
        } else {
            (Point::new(self.at.x, self.at.y - above), Size::new(self.width, height))
        }
    }
}

/// The lines of a page's body, in reading order. Furniture and ornaments are none, nor what stands within a figure or a formula.
pub(super) fn lines(body: &Frame, tags: &[Arc<TagTree>]) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = Vec::new();
    for (item, placed) in body.items.iter().enumerate() {
        let (Item::Text(run), Mark::Tag(tag)) = (&placed.item, placed.mark) else { continue };
        let (block, role) = block_of(tag, tags);
        if run.glyphs.is_empty() || matches!(role, Some(Role::Figure { .. } | Role::Formula { .. })) {
            continue;
        }
        match lines.last_mut().filter(|line| line.block == block && line.turned == run.turned && goes_on(line, placed.at)) {
            Some(line) => {
                line.width = (if run.turned { line.at.y - placed.at.y } else { placed.at.x - line.at.x }) + run.width();
                line.size = line.size.max(run.size);
                line.text.push_str(said(run));
            }
            None => lines.push(PageLine { item, at: placed.at, width: run.width(), size: run.size, text: said(run).to_string(), block, turned: run.turned }),
        }
    }
    lines
}

/// Whether what stands at a place goes on with a line: on its baseline, or raised and lowered by less than its size, and further on.
fn goes_on(line: &PageLine, at: Point) -> bool {
    let (along, across) = if line.turned { (line.at.y - at.y, at.x - line.at.x) } else { (at.x - line.at.x, at.y - line.at.y) };
    across.abs() < line.size.scale(60, 100) && along + line.size >= line.width
}

fn said(run: &TextRun) -> &str {
    run.actual.as_deref().unwrap_or(&run.text)
}

/// The nearest element around a mark that stands as a block, with its role.
pub(super) fn block_of(tag: TagId, tags: &[Arc<TagTree>]) -> (TagId, Option<&Role>) {
    let Some(tree) = tags.get(tag.tree as usize) else { return (tag, None) };
    let mut index = tag.index;
    loop {
        let Some(node) = tree.nodes.get(index as usize) else { return (tag, None) };
        let inline = matches!(node.role, Role::Code | Role::Link | Role::Reference | Role::Emphasis | Role::Strong | Role::Span | Role::Form);
        match node.parent.filter(|_| inline) {
            Some(parent) => index = parent,
            None => return (TagId { index, ..tag }, Some(&node.role)),
        }
    }
}
