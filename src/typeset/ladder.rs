//! The ladder: the one motif of the book, rungs as rules of rising length.
//!
//! Drawn three times from the same numbers: large on the cover, as the map of *Your route* with names, years and
//! milestones, and tiny at the outer margin of stage chapters. A pure vector frame, the same in every format.

use crate::length::{Length, Point, Size};
use crate::resolve::Resolved;
use crate::theme::{ColorRole, TextStyle, Weight};

use super::builder::stacked;
use super::frame::{Artifact, Frame, Item, Mark};
use super::galley::{Line, LineMetrics};
use super::setter::{Alignment, Piece, Setter};

/// Length of a rung as a share of the longest, in thousandths: the first is the shortest.
fn share(setter: &Setter, rung: usize, count: usize) -> i64 {
    let shortest = i64::from(setter.theme.ladder.shortest.min(1000));
    let steps = count.saturating_sub(1).max(1) as i64;
    shortest + (1000 - shortest) * rung as i64 / steps
}

/// The rungs alone, the first at the bottom, filling a size; `marked` carries the accent and is heavier.
/// All of it has the mark that is given.
pub fn rungs(setter: &Setter, count: usize, marked: Option<usize>, size: Size, weight: Length, mark: Mark) -> Frame {
    let colors = &setter.theme.colors;
    let mut frame = Frame::default();
    let step = if count > 1 { (size.height - weight) / (count as i32 - 1) } else { Length::ZERO };
    for rung in 0..count {
        let is_marked = marked == Some(rung);
        let height = if is_marked { weight * 3 } else { weight };
        let color = if is_marked { colors.accent } else { colors.faint };
        let y = size.height - weight - step * rung as i32 - if is_marked { weight } else { Length::ZERO };
        let width = size.width.scale(share(setter, rung, count), 1000);
        frame.push(Point::new(Length::ZERO, y), mark, Item::Rect { size: Size::new(width, height), color });
    }
    frame
}

/// The rungs as small as a thumb index, the present one marked. An artifact.
pub fn thumb(setter: &Setter, count: usize, current: usize) -> Frame {
    let design = &setter.theme.ladder;
    let size = Size::new(design.thumb_width, design.thumb_step * count.saturating_sub(1).min(12) as i32 + design.thumb_rule * 2);
    rungs(setter, count, Some(current), size, design.thumb_rule, Mark::Artifact(Artifact::Layout))
}

/// The map of the route: all rungs with names, years and milestones, where the reader is and is going. One line as
/// high as the drawing; text and rules have the mark that is given.
pub fn route_map(setter: &Setter, resolved: &Resolved, measure: Length, mark: Mark) -> Line {
    let selection = &resolved.document.selection;
    let count = selection.ladder.len();
    let mut rows = Vec::new();
    for rung in (0..count).rev() {
        rows.push(row(setter, resolved, rung, count, measure, mark));
    }
    stacked(rows)
}

/// Room between a rung and the years at its end.
const YEARS_GAP: Length = Length::pt(6);

/// The years of a stage, as the map shows them.
fn years_of(setter: &Setter, resolved: &Resolved, rung: usize, mark: Mark) -> super::setter::NaturalLine {
    let years = &resolved.document.selection.ladder[rung].years;
    let small = TextStyle { color: ColorRole::Muted, ..setter.theme.styles.caption };
    let text = if years.is_empty() { String::new() } else { format!("{}\u{2002}{years}", resolved.words.years) };
    setter.line(&[Piece::new(&text, &small, mark)])
}

/// One rung of the map: the name above its rule, the years at its end, the milestone below.
fn row(setter: &Setter, resolved: &Resolved, rung: usize, count: usize, measure: Length, mark: Mark) -> Line {
    let theme = &setter.theme;
    let selection = &resolved.document.selection;
    let stage = &selection.ladder[rung];
    let (target, here) = (selection.target == Some(rung), selection.from == Some(rung));
    let beyond = selection.target.is_some_and(|t| rung > t);
    let color = if target {
        ColorRole::Accent
    } else if beyond {
        ColorRole::Muted
    } else {
        ColorRole::Text
    };
    let name_style = TextStyle { color, weight: if beyond { Weight::Regular } else { Weight::Semibold }, ..theme.styles.heading4 };
    let label_style = TextStyle { small_caps: true, tracking: 40, color: ColorRole::Accent, ..theme.styles.caption };
    let number = format!("{}\u{2002}", stage.number);
    let words = &resolved.words;
    let sign = if target {
        Some(&words.your_target)
    } else if here {
        Some(&words.you_are_here)
    } else {
        None
    };
    let mut pieces = vec![Piece::new(&number, &name_style, mark), Piece::new(&stage.title, &name_style, mark)];
    let label = sign.map(|sign| sign.to_lowercase()).unwrap_or_default();
    if !label.is_empty() {
        pieces.push(Piece::new("\u{2003}", &name_style, mark));
        pieces.push(Piece::new(&label, &label_style, mark));
    }
    let name = stacked(setter.paragraph(&pieces, measure, Alignment::Left, false));
    let mut frame = Frame::default();
    let top = Length::pt(2);
    let rule = top + name.metrics.height + Length::pt(1);
    frame.place(Point::new(Length::ZERO, top), name.frame);
    let weight = if target { theme.ladder.map_target } else { theme.ladder.map_rule };
    let rule_color = if target {
        theme.colors.accent
    } else if beyond {
        theme.colors.faint
    } else {
        theme.colors.text
    };
    // The longest rung leaves room for the longest years, so that the steps are even.
    let aside = (0..count).map(|rung| years_of(setter, resolved, rung, mark).width).max().unwrap_or_default();
    let room = measure - if aside > Length::ZERO { aside + YEARS_GAP } else { Length::ZERO };
    let width = room.scale(share(setter, rung, count), 1000);
    frame.push(Point::new(Length::ZERO, rule), mark, Item::Rect { size: Size::new(width, weight), color: rule_color });
    let years = years_of(setter, resolved, rung, mark);
    // The middle of its figures is level with the rule.
    let level = rule + weight / 2 + theme.styles.caption.size / 4;
    frame.place(Point::new(width + YEARS_GAP, level), Frame { items: years.items });
    let mut height = rule + weight;
    if let Some(milestone) = stage.milestones.first() {
        let style = TextStyle { color: if beyond { ColorRole::Muted } else { ColorRole::Text }, ..theme.styles.caption };
        let lines = setter.paragraph(&[Piece::new(milestone, &style, mark)], measure, Alignment::Left, false);
        let text = stacked(lines);
        frame.place(Point::new(Length::ZERO, height + Length::pt(3)), text.frame);
        height += text.metrics.height + Length::pt(3);
    }
    let height = (height + Length::pt(8)).round_up(theme.leading() / 2);
    Line { metrics: LineMetrics { height, ..LineMetrics::default() }, frame }
}
