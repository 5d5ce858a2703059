//! What a page costs: the rules that give way, in the order in which they do (`docs/architecture.md`, *Pages*).
//!
//! Units are those of the line breaker's settings, where a hyphen costs 30,000. Cheapest first: level facing pages, a line more or
//! less (the paragraph's own cost), a hyphen at a page's end or a line of space, a picture's place, one short page. What must never be is not a cost but
//! a break that is not offered; [`NEVER`] is for what no arrangement could avoid, such as a heading before a picture as high as a page.

/// A line by which a verso and the recto facing it differ (print editions).
pub(super) const LEVEL: i64 = 40_000;
/// A page that ends in a hyphen.
pub(super) const HYPHEN: i64 = 200_000;
/// The space above a heading or around a block a line more or less than asked for.
pub(super) const SPACE: i64 = 200_000;
/// A picture moved to the top of the next page, and each block that then stands between it and its mention.
pub(super) const MOVED: i64 = 300_000;
/// See [`MOVED`].
pub(super) const PASSED: i64 = 15_000;
/// A note longer than half a page that is parted between pages, once for each page that it goes on from.
pub(super) const PARTED_NOTE: i64 = 300_000;
/// Each line of a note that goes on overleaf: as much of it as can stands on the page of its call.
pub(super) const CARRIED_LINE: i64 = 10_000;
/// Each line by which a parted note takes more than half a page, where text could stand.
pub(super) const CROWDED: i64 = 60_000;
/// A last page of fewer than [`LAST_LINES`] lines.
pub(super) const LAST_SHORT: i64 = 4_000_000;
/// Lines that the last page of a galley should have at least.
pub(super) const LAST_LINES: i32 = 4;
/// A block parted that fits on a page whole.
pub(super) const PARTED: i64 = 300_000_000;
/// A short note parted, because what must stay with its call leaves no room for it.
pub(super) const PARTED_SHORT_NOTE: i64 = 1_000_000_000;
/// A note that begins on the page after its call, because notes called before it fill the foot.
pub(super) const LATE_NOTE: i64 = 3_000_000_000;
/// What no arrangement could avoid.
pub(super) const NEVER: i64 = 10_000_000_000_000;

/// Blank lines up to which a page may end early although more would fit.
pub(super) const EARLY: i32 = 3;

/// Cost of a page that ends `lines` early.
pub(super) fn ragged(lines: i32) -> i64 {
    match lines {
        ..=0 => 0,
        1 => 500_000,
        2 => 1_200_000,
        _ => 1_500_000 * i64::from(lines.min(60)),
    }
}
