//! The ladder: the one motif of the book, rungs as rules of rising length. Here it is drawn without words, tiny, at the fore-edge of
//! stage chapters and in the colophon. The cover draws it as steps, and the map of *Your route* is part of the text (`typeset/ladder.rs`).

use crate::length::{Length, Point, Size};
use crate::theme::{Color, LadderDesign};
use crate::typeset::{Artifact, Frame, Item, Mark, Setter};

/// How wide and high the rungs are at the fore-edge.
pub(super) fn thumb_size(design: &LadderDesign, count: usize) -> Size {
    Size::new(design.thumb_width, design.thumb_step * count.saturating_sub(1).min(12) as i32 + design.thumb_rule * 2)
}

/// The rungs as small as a thumb index, the first at the bottom; the present one is heavier and of the colour that is marked. An artifact.
pub(super) fn thumb(setter: &Setter, count: usize, current: usize, color: Color, marked: Color) -> Frame {
    let design = &setter.theme.ladder;
    let weight = design.thumb_rule;
    let size = thumb_size(design, count);
    let mut frame = Frame::default();
    let step = if count > 1 { (size.height - weight) / (count as i32 - 1) } else { Length::ZERO };
    for rung in 0..count {
        let is_marked = rung == current;
        let height = if is_marked { weight * 3 } else { weight };
        let y = size.height - weight - step * rung as i32 - if is_marked { weight } else { Length::ZERO };
        let width = size.width.scale(design.share(rung, count), 1000);
        let x = if setter.direction.is_rtl() { size.width - width } else { Length::ZERO };
        let item = Item::Rect { size: Size::new(width, height), color: if is_marked { marked } else { color } };
        frame.push(Point::new(x, y), Mark::Artifact(Artifact::Layout), item);
    }
    frame
}
