//! Slack: a folio that was kept more room for than it takes stands at the end of its room, and the spaces before it on its line take up what
//! is left, so that no hole stands before it. What follows it stays where it was.

use crate::length::{Length, Point, Size};
use crate::typeset::{Glyph, Item, Placed, TextRun};

/// With fewer spaces to take it up each would be a hole of its own.
const FEWEST: usize = 3;
/// What stands further apart belongs to another line: another cell, the column at the side.
const APART: Length = Length::pt(12);

/// Room that is left before a folio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slack {
    /// Where the room begins, on the line's baseline.
    pub at: Point,
    /// How much of it is left.
    pub left: Length,
}

/// Lets the spaces on a slack's line take it up, if there are enough of them before it.
pub(super) fn take_up(items: &mut [Placed], slack: Slack) {
    let line = line(items, slack.at);
    let spaces: Vec<Length> = line.iter().filter_map(|index| items.get(*index)).flat_map(spaces).collect();
    if spaces.len() < FEWEST || slack.left <= Length::ZERO {
        return;
    }
    let each = slack.left / spaces.len() as i32;
    // How far a place moves: by as much as the spaces before it have grown.
    let moved = |x: Length| x + each * spaces.iter().filter(|end| **end <= x).count() as i32;
    let begins = line.iter().filter_map(|index| items.get(*index)).map(|placed| placed.at.x).min().unwrap_or(slack.at.x);
    for placed in items.iter_mut() {
        let at = placed.at;
        // A tint below whole lines reaches further than the words before the folio.
        let across = |size: &Size| at.x >= begins - APART && at.x + size.width <= slack.at.x + Length::pt(1);
        let within = |size: &Size| at.y <= slack.at.y && at.y + size.height >= slack.at.y && across(size);
        match &mut placed.item {
            Item::Text(run) if at.y == slack.at.y && at.x >= begins && at.x < slack.at.x && !run.turned => {
                placed.at.x = moved(at.x);
                widen(run, each);
            }
            // Areas of links, and what lies behind letters.
            Item::Link { size, .. } | Item::Rect { size, .. } if within(size) => {
                let right = moved(at.x + size.width);
                placed.at.x = moved(at.x);
                size.width = right - placed.at.x;
            }
            _ => {}
        }
    }
}

/// The runs of the line that ends at a place, from there to its beginning.
fn line(items: &[Placed], end: Point) -> Vec<usize> {
    let mut runs: Vec<(usize, Length, Length)> = Vec::new();
    for (index, placed) in items.iter().enumerate() {
        if let Item::Text(run) = &placed.item
            && placed.at.y == end.y
            && placed.at.x < end.x
            && !run.turned
        {
            runs.push((index, placed.at.x, placed.at.x + run.width()));
        }
    }
    runs.sort_by_key(|(_, begin, _)| std::cmp::Reverse(*begin));
    let mut next = end.x;
    let belongs = |(_, begin, until): &(usize, Length, Length)| {
        let near = next - *until < APART;
        next = *begin;
        near
    };
    runs.into_iter().take_while(belongs).map(|(index, ..)| index).collect()
}

/// Whether a glyph is a space between words.
fn is_space(run: &TextRun, glyph: &Glyph) -> bool {
    run.text.get(usize::from(glyph.cluster)..).is_some_and(|text| text.starts_with(' '))
}

/// Where the spaces of a run end.
fn spaces(placed: &Placed) -> Vec<Length> {
    let Item::Text(run) = &placed.item else { return Vec::new() };
    let mut x = placed.at.x;
    let mut ends = Vec::new();
    for glyph in &run.glyphs {
        x += glyph.advance;
        ends.extend(is_space(run, glyph).then_some(x));
    }
    ends
}

fn widen(run: &mut TextRun, each: Length) {
    let spaces: Vec<usize> = run.glyphs.iter().enumerate().filter(|(_, glyph)| is_space(run, glyph)).map(|(index, _)| index).collect();
    for index in spaces {
        if let Some(glyph) = run.glyphs.get_mut(index) {
            glyph.advance += each;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::{Artifact, Destination, LinkTarget, Mark};

    fn run(x: i32, text: &str) -> Placed {
        let run = TextRun::sample(text, text.char_indices().map(|(at, _)| at as u16));
        Placed { at: Point::new(Length::pt(x), Length::pt(100)), mark: Mark::Artifact(Artifact::Layout), item: Item::Text(run) }
    }

    fn ends(items: &[Placed]) -> Vec<(Length, Length)> {
        let end = |placed: &Placed| match &placed.item {
            Item::Text(run) => placed.at.x + run.width(),
            Item::Link { size, .. } => placed.at.x + size.width,
            _ => placed.at.x,
        };
        items.iter().map(|placed| (placed.at.x, end(placed))).collect()
    }

    #[test]
    fn spaces_before_a_folio_take_up_its_slack_and_nothing_else_moves() {
        let to = LinkTarget::Destination(Destination::from("a"));
        let link = Item::Link { size: Size::new(Length::pt(10), Length::pt(12)), to, description: String::new() };
        let link = Placed { at: Point::new(Length::pt(20), Length::pt(92)), mark: Mark::Artifact(Artifact::Layout), item: link };
        // "a b c " in two runs, with a link over `c`; another cell far to the left, and what follows.
        let mut items = vec![run(-200, "x y z "), run(0, "a b "), run(20, "c "), link, run(60, "then")];
        take_up(&mut items, Slack { at: Point::new(Length::pt(30), Length::pt(100)), left: Length::pt(6) });
        let pt = |pairs: [(i32, i32); 5]| pairs.map(|(a, b)| (Length::pt(a), Length::pt(b))).to_vec();
        // The space under the link grows with it.
        assert_eq!(ends(&items), pt([(-200, -170), (0, 24), (24, 36), (24, 36), (60, 80)]));
        // Two spaces are too few.
        let mut items = vec![run(0, "a b ")];
        take_up(&mut items, Slack { at: Point::new(Length::pt(20), Length::pt(100)), left: Length::pt(6) });
        assert_eq!(ends(&items), [(Length::ZERO, Length::pt(20))]);
    }
}
