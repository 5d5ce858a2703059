//! What a page costs: the rules that give way, in the order in which they do (`docs/architecture.md`, *Pages*).
//!
//! Units are those of the line breaker's settings, where a hyphen costs 36,000. Cheapest first: level facing pages, a line more or
//! less (the paragraph's own cost), a hyphen at a page's end or a line of space, a picture's place, one short page. What must never be is not a cost but
//! a break that is not offered; [`NEVER`] is for what no arrangement could avoid, such as a heading before a picture as high as a page.

/// A verso and a recto facing it that do not end on the same line (print editions), and each line by which they differ.
pub(super) const LEVEL: i64 = 60_000;
/// A line by which both pages of a spread end early: two such pages are hardly worse than one.
pub(super) const BOTH: i64 = 100_000;
/// A page that ends in a hyphen.
pub(super) const HYPHEN: i64 = 200_000;
/// A line more around a section's heading or what else stands off the grid.
pub(super) const SPACE: i64 = 150_000;
/// A line more above a heading of a lower level, which then looks like a section's: hardly better than a page that ends a line early.
pub(super) const LOWER: i64 = 400_000;
/// A picture moved to the top of the next page, and each block that then stands between it and its mention.
pub(super) const MOVED: i64 = 300_000;
/// See [`MOVED`].
pub(super) const PASSED: i64 = 15_000;
/// A paragraph or a list that a waiting picture cuts in two: dearer than a page that ends two lines early.
pub(super) const CUT: i64 = 2_500_000;
/// One or two lines alone between the head of a page and a heading: dearer than a page that ends two lines early.
pub(super) const STUB: i64 = 1_300_000;
/// A note longer than half a page that is parted between pages, once for each page that it goes on from.
pub(super) const PARTED_NOTE: i64 = 300_000;
/// Each line of a note that goes on overleaf: as much of it as can stands on the page of its call.
pub(super) const CARRIED_LINE: i64 = 10_000;
/// Each line by which a parted note takes more than half a page, where text could stand.
pub(super) const CROWDED: i64 = 60_000;
/// A page that ends between a line that introduces something and that: dearer than two that end two lines early.
pub(super) const LEAD: i64 = 3_000_000;
/// A last page of fewer than [`LAST_LINES`] lines.
pub(super) const LAST_SHORT: i64 = 30_000_000;
/// A last page less than a third full: dearer than a few pages that end early, or a few paragraphs that are a line longer.
pub(super) const LAST_THIN: i64 = 4_000_000;
/// Lines that the last page of a galley should have at least.
pub(super) const LAST_LINES: i32 = 4;
/// A table parted that fits on a page whole, once: dearer than a page that ends eight lines early, a quarter of it. Where more would stay
/// blank, it is parted.
pub(super) const PARTED_TABLE: i64 = 12_600_000;
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

/// Cost of a recto that ends `lines` early beside a verso that ends `verso` early and has been counted: of both it is the shorter one
/// that is seen, and that they differ.
pub(super) fn facing(verso: i32, lines: i32) -> i64 {
    let differ = i64::from((verso - lines).abs());
    let level = if differ > 0 { LEVEL * (1 + differ) } else { 0 };
    ragged(verso.max(lines)) - ragged(verso) + level + BOTH * i64::from(verso.min(lines))
}

/// Cost of a page that ends `lines` early.
pub(super) fn ragged(lines: i32) -> i64 {
    match lines {
        ..=0 => 0,
        1 => 500_000,
        2 => 1_200_000,
        _ => 1_500_000 * i64::from(lines.min(60)),
    }
}
