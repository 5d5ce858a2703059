//! The ladder: the one motif of the book, rungs as rules of rising length. Here it is drawn without words: large on the cover,
//! and tiny at the outer margin of stage chapters. The map of *Your route* is part of the text (`typeset/ladder.rs`).

use crate::length::{Length, Point, Size};
use crate::typeset::{Artifact, Frame, Item, Mark, Setter};

/// The rungs alone, the first at the bottom, filling a size; `marked` carries the accent and is heavier.
/// All of it has the mark that is given.
pub(super) fn rungs(setter: &Setter, count: usize, marked: Option<usize>, size: Size, weight: Length, mark: Mark) -> Frame {
    let colors = &setter.theme.colors;
    let mut frame = Frame::default();
    let step = if count > 1 { (size.height - weight) / (count as i32 - 1) } else { Length::ZERO };
    for rung in 0..count {
        let is_marked = marked == Some(rung);
        let height = if is_marked { weight * 3 } else { weight };
        let color = if is_marked { colors.accent } else { colors.faint };
        let y = size.height - weight - step * rung as i32 - if is_marked { weight } else { Length::ZERO };
        let width = size.width.scale(setter.theme.ladder.share(rung, count), 1000);
        let x = if setter.direction.is_rtl() { size.width - width } else { Length::ZERO };
        frame.push(Point::new(x, y), mark, Item::Rect { size: Size::new(width, height), color });
    }
    frame
}

/// The rungs as small as a thumb index, the present one marked. An artifact.
pub(super) fn thumb(setter: &Setter, count: usize, current: usize) -> Frame {
    let design = &setter.theme.ladder;
    let size = Size::new(design.thumb_width, design.thumb_step * count.saturating_sub(1).min(12) as i32 + design.thumb_rule * 2);
    rungs(setter, count, Some(current), size, design.thumb_rule, Mark::Artifact(Artifact::Layout))
}
