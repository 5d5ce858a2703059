//! Pages are chosen by rules that no galley may break, whatever stands in it.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;

use handbook::length::Length;
use handbook::paginate::{End, Fragment, PagePlan, plan};
use handbook::parse::NodeId;
use handbook::theme::{Medium, Theme};
use handbook::typeset::{Content, Flow, Frame, Galley, Keep, Line, LineMetrics, NoteGalley, Stack};
use proptest::prelude::*;

fn theme(edition: Medium) -> Theme {
    let yaml = Theme::built_in("classic").expect("classic is built in");
    let mut theme = Theme::parse("classic.yaml", yaml).expect("classic is sound");
    theme.page.medium = edition;
    theme
}

/// What a galley is made of in these tests.
#[derive(Clone, Debug)]
enum Part {
    Text {
        lines: usize,
        notes: Vec<(usize, usize)>,
        hyphens: Vec<usize>,
    },
    Heading {
        lines: usize,
    },
    Code {
        lines: usize,
    },
    Figure {
        height: i32,
        float: bool,
    },
    Table {
        rows: usize,
        glued: Vec<usize>,
    },
    Break,
    /// Nothing that fits anywhere.
    Monster {
        height: i32,
        lines: usize,
        notes: usize,
    },
}

#[derive(Default)]
struct Builder {
    flow: Vec<Flow>,
    notes: Vec<NoteGalley>,
}

fn lines(count: usize, height: Length) -> Vec<Line> {
    let metrics = LineMetrics { height, ..LineMetrics::default() };
    vec![Line { metrics, frame: Frame::default() }; count]
}

fn stack(lines: Vec<Line>) -> Stack {
    Stack {
        node: NodeId::default(),
        content: Content::Lines(lines),
        before: Length::ZERO,
        after: Length::ZERO,
        on_grid: true,
        keep: Keep::default(),
        repeat: Vec::new(),
        edge: None,
        leads: false,
        float: false,
        list: None,
        decorations: Vec::new(),
    }
}

impl Builder {
    fn note(&mut self, count: usize) -> u32 {
        let flow = vec![Flow::Stack(Stack { on_grid: false, ..stack(lines(count, Length::pt(11))) })];
        self.notes.push(NoteGalley { node: NodeId::default(), flow, again: None });
        self.notes.len() as u32 - 1
    }

    fn add(&mut self, part: &Part) {
        let half = Length::pt(7);
        let stack = match part {
            Part::Break => return self.flow.push(Flow::PageBreak),
            Part::Text { lines: count, notes, hyphens } => {
                let mut text = lines(*count, Length::pt(14));
                for (line, length) in notes {
                    let note = self.note(*length);
                    text[line % count].metrics.notes.push(note);
                }
                hyphens.iter().filter(|h| **h + 1 < *count).for_each(|h| text[*h].metrics.hyphen = true);
                stack(text)
            }
            Part::Heading { lines: count } => Stack {
                before: Length::pt(21),
                after: half,
                on_grid: false,
                keep: Keep { with_next: true, together: true, ..Keep::default() },
                ..stack(lines(*count, Length::from_pt(17.5)))
            },
            Part::Code { lines: count } => Stack { before: half, after: half, on_grid: false, ..stack(lines(*count, Length::pt(12))) },
            Part::Figure { height, float } => {
                let mut parts = lines(1, Length::pt(*height));
                parts.extend(lines(2, Length::pt(11)));
                Stack { before: half, after: half, on_grid: false, float: *float, keep: Keep { together: true, ..Keep::default() }, ..stack(parts) }
            }
            Part::Table { rows, glued } => {
                let mut body = lines(*rows, Length::pt(17));
                glued.iter().filter(|g| **g + 1 < *rows).for_each(|g| body[*g].metrics.glued = true);
                let repeat = lines(1, Length::pt(19));
                Stack { before: half, after: half, on_grid: false, repeat, keep: Keep { head: 3, ..Keep::default() }, ..stack(body) }
            }
            Part::Monster { height, lines: count, notes } => {
                let mut all = lines(*count, Length::pt(*height));
                for number in 0..*notes {
                    let note = self.note(25 + number);
                    all[0].metrics.notes.push(note);
                }
                Stack { keep: Keep { together: true, with_next: height % 2 == 0, ..Keep::default() }, ..stack(all) }
            }
        };
        self.flow.push(Flow::Stack(stack));
    }
}

fn galley(parts: &[Part]) -> Galley {
    let mut builder = Builder::default();
    parts.iter().for_each(|part| builder.add(part));
    Galley { flow: builder.flow, notes: builder.notes, ..Galley::default() }
}

fn stacks(galley: &Galley) -> Vec<&Stack> {
    galley.flow.iter().filter_map(|f| if let Flow::Stack(s) = f { Some(s) } else { None }).collect()
}

fn set_lines<'g>(stacks: &[&'g Stack], fragment: &Fragment) -> Vec<&'g LineMetrics> {
    stacks[fragment.block].metrics(0)[fragment.from..fragment.to].to_vec()
}

fn part() -> impl Strategy<Value = Part> {
    let notes = prop_oneof![
        6 => Just(Vec::new()),
        2 => prop::collection::vec((0usize..12, 1usize..6), 1..3),
        1 => prop::collection::vec((0usize..12, 25usize..60), 1..2),
    ];
    let hyphens = prop::collection::vec(0usize..12, 0..3);
    prop_oneof![
        12 => (1usize..12, notes, hyphens).prop_map(|(lines, notes, hyphens)| Part::Text { lines, notes, hyphens }),
        3 => (1usize..3).prop_map(|lines| Part::Heading { lines }),
        1 => (1usize..90).prop_map(|lines| Part::Code { lines }),
        1 => (30i32..200, any::<bool>()).prop_map(|(height, float)| Part::Figure { height, float }),
        1 => (3usize..60, prop::collection::vec(0usize..60, 0..4)).prop_map(|(rows, glued)| Part::Table { rows, glued }),
        1 => Just(Part::Break),
    ]
}

fn monster() -> impl Strategy<Value = Part> {
    prop_oneof![
        2 => part(),
        1 => (1i32..2_000, 1usize..9, 0usize..4).prop_map(|(height, lines, notes)| Part::Monster { height, lines, notes }),
        1 => (1usize..3).prop_map(|lines| Part::Heading { lines }),
    ]
}

/// No line is lost or doubled, in the text or in notes, and order is kept.
fn nothing_is_lost(galley: &Galley, pages: &[PagePlan]) {
    let stacks = stacks(galley);
    let mut next = vec![0; stacks.len()];
    let mut text_order = Vec::new();
    for fragment in pages.iter().flat_map(|p| &p.fragments) {
        assert_eq!(fragment.from, next[fragment.block], "lines in order in {pages:#?}");
        assert!(fragment.to > fragment.from);
        next[fragment.block] = fragment.to;
        if !stacks[fragment.block].float {
            text_order.push(fragment.block);
        }
    }
    let ends: Vec<usize> = stacks.iter().map(|s| s.metrics(0).len()).collect();
    assert_eq!(next, ends, "every line is placed");
    assert!(text_order.is_sorted(), "text keeps its order");
    let mut notes = vec![0; galley.notes.len()];
    for piece in pages.iter().flat_map(|p| &p.notes) {
        assert_eq!(piece.from, notes[piece.note]);
        notes[piece.note] = piece.to;
    }
    let ends: Vec<usize> = galley.notes.iter().map(|n| n.flow.iter().map(|f| if let Flow::Stack(s) = f { s.metrics(0).len() } else { 0 }).sum()).collect();
    assert_eq!(notes, ends, "every line of the notes is placed");
}

/// Text and notes have room, and lines do not overlap.
fn pages_hold_what_stands_on_them(galley: &Galley, pages: &[PagePlan], theme: &Theme) {
    let stacks = stacks(galley);
    for page in pages {
        let foot = if page.notes.is_empty() { Length::ZERO } else { page.notes_height + theme.spaces.notes };
        assert!(page.bottom + foot <= theme.text_height(), "overfull: {page:#?}");
        let mut y = Length::ZERO;
        for fragment in &page.fragments {
            let stack = stacks[fragment.block];
            let repeat: Length = if fragment.from > 0 { stack.repeat.iter().map(|l| l.metrics.height).sum() } else { Length::ZERO };
            assert!(fragment.y - repeat >= y, "overlap: {page:#?}");
            if stack.on_grid {
                assert_eq!(fragment.y.raw() % theme.leading().raw(), 0, "off the grid: {page:#?}");
            }
            y = fragment.y + stack.metrics(0)[fragment.from..fragment.to].iter().map(|l| l.height).sum();
        }
        assert_eq!(y, if page.fragments.is_empty() { Length::ZERO } else { page.bottom });
    }
}

/// A place in a galley: a stack and a line of it.
type Spot = (usize, usize);

/// How many lines of text these stand for.
fn text_lines(lines: &[&LineMetrics]) -> i32 {
    lines.iter().map(|l| (l.height.raw() / Length::pt(14).raw()).max(1)).sum()
}

/// Where pages may end, said anew and plainly: never where a widow, an orphan or a stranded heading would stand, nor between glued rows,
/// nor within what is kept whole. The end of the galley is the last of them.
fn legal_ends(galley: &Galley) -> Vec<Spot> {
    let mut legal = Vec::new();
    let (mut need, mut forced, mut block) = (0, false, 0);
    for flow in &galley.flow {
        let Flow::Stack(stack) = flow else {
            forced = true;
            continue;
        };
        need = if std::mem::take(&mut forced) { 0 } else { need };
        if need <= 0 {
            legal.push((block, 0));
        }
        let lines = stack.metrics(0);
        let keep = stack.keep;
        let parts = |at: &usize| {
            let widow_or_orphan = *at < usize::from(keep.head) || lines.len() - at < usize::from(keep.tail);
            !keep.together && !widow_or_orphan && !lines[at - 1].glued && text_lines(&lines[..*at]) >= need
        };
        legal.extend((1..lines.len()).filter(parts).map(|at| (block, at)));
        need = if keep.with_next { 2 } else { need - text_lines(&lines) };
        block += 1;
    }
    legal.push((block, 0));
    legal
}

/// Whether what lies between the two legal ends around a spot fits on a page for certain, its notes included. If not, no arrangement
/// can be asked to keep every rule there.
fn fits_on_a_page(galley: &Galley, legal: &[Spot], spot: Spot, theme: &Theme) -> bool {
    let stacks = stacks(galley);
    let from = legal.iter().rev().find(|l| **l <= spot).copied().unwrap_or_default();
    let to = legal.iter().find(|l| **l > spot).copied().unwrap_or((stacks.len(), 0));
    let (mut height, mut notes) = (Length::ZERO, Vec::new());
    for (block, stack) in stacks.iter().enumerate().take(to.0 + usize::from(to.1 > 0)).skip(from.0) {
        let lines = stack.metrics(0);
        let first = if block == from.0 { from.1 } else { 0 };
        let last = if block == to.0 { to.1 } else { lines.len() };
        // A space may be a line more than asked for, to return to the grid.
        height += stack.before + stack.after + theme.leading() + stack.repeat.iter().map(|l| l.metrics.height).sum();
        height += lines[first..last].iter().map(|l| l.height).sum();
        notes.extend(lines[first..last].iter().flat_map(|l| l.notes.iter().copied()));
    }
    // Of a long note its beginning is enough, if no other one has to follow it.
    let whole = |note: &u32| galley.notes[*note as usize].flow.iter().map(|f| if let Flow::Stack(s) = f { s.metrics(0).len() as i32 } else { 0 }).sum::<i32>();
    let long = |lines: i32| Length::pt(11) * lines > theme.text_height() / 2;
    let needed: i32 = notes.iter().enumerate().map(|(i, n)| if i + 1 == notes.len() && long(whole(n)) { 2 } else { whole(n) }).sum();
    height += if needed > 0 { theme.spaces.notes + Length::pt(11) * needed } else { Length::ZERO };
    height <= theme.text_height()
}

/// No widow, no orphan, no stranded heading, nothing parted that is kept together or glued.
fn breaks_are_allowed(galley: &Galley, pages: &[PagePlan], theme: &Theme) {
    let legal = legal_ends(galley);
    let stacks = stacks(galley);
    for page in pages {
        let Some(last) = page.fragments.last() else { continue };
        let parted = last.to < stacks[last.block].metrics(0).len();
        let end = if parted { (last.block, last.to) } else { (last.block + 1, 0) };
        if page.end == End::Chosen && !legal.contains(&end) {
            assert!(!fits_on_a_page(galley, &legal, end, theme), "a page may not end before {end:?}: {page:#?}");
        }
    }
}

/// Each note begins on the page of its call.
fn notes_stand_on_the_page_of_their_call(galley: &Galley, pages: &[PagePlan], theme: &Theme) {
    let legal = legal_ends(galley);
    let stacks = stacks(galley);
    let mut begins = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        page.notes.iter().filter(|p| p.from == 0).for_each(|p| {
            begins.insert(p.note, number);
        });
    }
    for (number, page) in pages.iter().enumerate() {
        for fragment in &page.fragments {
            for (index, line) in set_lines(&stacks, fragment).into_iter().enumerate() {
                let spot = (fragment.block, fragment.from + index);
                let late = line.notes.iter().any(|note| begins.get(&(*note as usize)) != Some(&number));
                assert!(!late || !fits_on_a_page(galley, &legal, spot, theme), "a note of {spot:?} does not begin on its page: {page:#?}");
            }
        }
    }
}

/// Notes are not parted unless they are long, and as much of a long one as there is room for stands on the page of its call.
fn notes_are_parted_for_want_of_room_only(galley: &Galley, pages: &[PagePlan], theme: &Theme) {
    let legal = legal_ends(galley);
    for page in pages {
        let Some(piece) = page.notes.last() else { continue };
        let lines: usize = galley.notes[piece.note].flow.iter().map(|f| if let Flow::Stack(s) = f { s.metrics(0).len() } else { 0 }).sum();
        if piece.to == lines {
            continue;
        }
        let room = theme.text_height() - page.bottom - theme.spaces.notes - page.notes_height;
        // Up to two lines may be left free, so that none stands alone overleaf; what came over from the page before takes half of this one.
        assert!(piece.from > 0 || room < Length::pt(11) * 2, "room for more of the note: {page:#?}");
        let short = Length::pt(11) * lines as i32 <= theme.text_height() / 2;
        let caller = stacks(galley).iter().enumerate().find_map(|(block, stack)| {
            let line = stack.metrics(0).iter().position(|l| l.notes.contains(&(piece.note as u32)))?;
            Some((block, line))
        });
        assert!(!short || caller.is_none_or(|spot| !fits_on_a_page(galley, &legal, spot, theme)), "a short note parted: {page:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn rules_hold_for_any_sound_galley(parts in prop::collection::vec(part(), 1..60), print in any::<bool>()) {
        let theme = theme(if print { Medium::Print } else { Medium::Screen });
        let galley = galley(&parts);
        let pages = plan(&galley, &theme);
        nothing_is_lost(&galley, &pages);
        pages_hold_what_stands_on_them(&galley, &pages, &theme);
        breaks_are_allowed(&galley, &pages, &theme);
        notes_stand_on_the_page_of_their_call(&galley, &pages, &theme);
        notes_are_parted_for_want_of_room_only(&galley, &pages, &theme);
    }

    #[test]
    fn nothing_is_lost_whatever_comes(parts in prop::collection::vec(monster(), 1..30), print in any::<bool>()) {
        let theme = theme(if print { Medium::Print } else { Medium::Screen });
        let galley = galley(&parts);
        nothing_is_lost(&galley, &plan(&galley, &theme));
    }
}

fn text(lines: usize) -> Part {
    Part::Text { lines, notes: Vec::new(), hyphens: Vec::new() }
}

fn reasons(parts: &[Part]) -> Vec<String> {
    plan(&galley(parts), &theme(Medium::Screen)).into_iter().map(|p| p.why).collect()
}

#[test]
fn an_empty_galley_has_no_pages() {
    assert!(reasons(&[]).is_empty());
    assert!(reasons(&[Part::Break, Part::Break]).is_empty());
}

#[test]
fn a_page_break_ends_the_page_once() {
    assert_eq!(reasons(&[Part::Break, text(9), Part::Break, Part::Break, text(9)]), ["a page break was asked for", "end"]);
}

#[test]
fn a_heading_goes_overleaf_with_its_text() {
    assert_eq!(reasons(&[text(30), Part::Heading { lines: 1 }, text(8)]), ["4 lines short: a heading kept with its text", "end"]);
}

#[test]
fn a_page_ends_early_rather_than_in_a_widow() {
    assert_eq!(reasons(&[text(30), text(5), text(8)]), ["1 line short: no widow", "end"]);
}

#[test]
fn the_last_page_has_four_lines() {
    let pages = plan(&galley(&[text(34 + 2)]), &theme(Medium::Screen));
    assert_eq!(pages[1].bottom, Length::pt(4 * 14));
}

#[test]
fn a_float_that_does_not_fit_waits_for_the_next_page() {
    let pages = plan(&galley(&[text(28), Part::Figure { height: 120, float: true }, text(20)]), &theme(Medium::Screen));
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0].bottom, Length::pt(34 * 14));
    assert!(pages[1].floated);
    assert!(pages[1].why.contains("a picture moved here"), "{}", pages[1].why);
}

#[test]
fn the_head_of_a_table_that_goes_on_stands_below_a_picture_that_moved_there() {
    for (before, rows) in [(20, 22), (24, 16), (19, 22)] {
        let figure = Part::Figure { height: 188, float: true };
        let galley = galley(&[text(before), figure, Part::Table { rows, glued: Vec::new() }, text(9)]);
        let theme = theme(Medium::Screen);
        let pages = plan(&galley, &theme);
        let [picture, table, after] = pages[1].fragments[..] else { panic!("a picture, a table that goes on, text: {pages:#?}") };
        assert!(pages[1].floated && table.from > 0, "{pages:#?}");
        pages_hold_what_stands_on_them(&galley, &pages, &theme);
        // What is to spare is shared: as much space stands above the head as below the last row.
        let stacks = stacks(&galley);
        let bottom = |f: Fragment| set_lines(&stacks, &f).iter().fold(f.y, |y, line| y + line.height);
        let head = table.y - Length::pt(19);
        assert_eq!(head - bottom(picture), after.y - bottom(table), "{pages:#?}");
    }
}

/// Why the pages of a print edition end where they do.
fn printed(parts: &[Part]) -> Vec<String> {
    plan(&galley(parts), &theme(Medium::Print)).into_iter().map(|p| p.why).collect()
}

#[test]
fn level_pages_give_way_first() {
    // The second page cannot be full, since five lines are parted after three at the latest; the third could be, and ends as early.
    let short = [text(34), text(30), text(5), text(28)];
    assert_eq!(printed(&[&short[..], &[text(9), text(9)]].concat())[1..3], ["1 line short: no widow", "1 line short: a later page is better so"]);
    // Where it can only be full or end much earlier, it is full, and that is said.
    let whole = Part::Figure { height: 408, float: false };
    let why = printed(&[&short[..3], &[whole, text(9), text(9)]].concat());
    assert!(why[2].ends_with("; not level with the page facing it"), "{why:#?}");
    // A screen edition has no facing pages.
    assert!(reasons(&[&short[..], &[text(9), text(9)]].concat())[2].starts_with("full"));
}

#[test]
fn a_hyphen_at_the_page_s_end_gives_way_before_a_picture_s_place_and_a_full_page() {
    let hyphenated = Part::Text { lines: 9, notes: Vec::new(), hyphens: vec![3] };
    assert_eq!(reasons(&[text(30), hyphenated, text(9)])[0], "full; ends in a hyphen");
    // A line of space costs less, but not above a heading of a lower level.
    let hyphenated = Part::Text { lines: 9, notes: Vec::new(), hyphens: vec![3] };
    let why = reasons(&[text(10), Part::Code { lines: 3 }, text(16), hyphenated.clone(), text(9)]);
    assert_eq!(why[0], "full; 1 space changed");
    let why = reasons(&[text(10), Part::Heading { lines: 1 }, text(16), hyphenated, text(9)]);
    assert_eq!(why[0], "full; ends in a hyphen");
}

#[test]
fn a_page_ends_early_rather_than_between_a_line_and_what_it_introduces() {
    let first = |before: usize, lines: usize| {
        let mut galley = galley(&[text(before), text(lines), Part::Code { lines: 12 }, text(9)]);
        let ends = |galley: &Galley| plan(galley, &theme(Medium::Screen))[0].fragments.iter().map(|f| f.to).sum::<usize>();
        let full = ends(&galley);
        if let Flow::Stack(stack) = &mut galley.flow[1] {
            stack.leads = true;
        }
        (full, ends(&galley))
    };
    assert_eq!(first(32, 2), (34, 32));
    // Of a longer one the last two lines are enough.
    assert_eq!(first(29, 5), (34, 32));
    // A page does not end three lines early for it.
    assert_eq!(first(31, 3), (34, 34));
}

#[test]
fn a_picture_s_place_gives_way_before_a_full_page() {
    let why = reasons(&[text(30), Part::Figure { height: 90, float: true }, text(20)]);
    assert_eq!(why, ["full", "end; a picture moved here from the page before"]);
    // One that stays where it is leaves the page short.
    let why = reasons(&[text(30), Part::Figure { height: 90, float: false }, text(20)]);
    assert_eq!(why[0], "4 lines short: the next block is kept whole");
}

#[test]
fn a_short_page_gives_way_before_three_lines_are_parted() {
    assert_eq!(reasons(&[text(32), text(3), text(9)])[0], "2 lines short: a short paragraph kept whole");
}

#[test]
fn a_float_after_a_heading_waits_if_text_follows() {
    let heading = Part::Heading { lines: 1 };
    let figure = Part::Figure { height: 120, float: true };
    let pages = plan(&galley(&[text(26), heading.clone(), figure.clone(), text(20)]), &theme(Medium::Screen));
    assert_eq!(pages[0].fragments.iter().map(|f| f.block).collect::<Vec<_>>(), [0, 1, 3], "{}", pages[0].why);
    assert!(pages[1].floated, "{}", pages[1].why);
    // Another heading is no text: then all three go overleaf.
    let pages = plan(&galley(&[text(26), heading.clone(), figure, heading, text(20)]), &theme(Medium::Screen));
    assert_eq!(pages[0].fragments.len(), 1, "{}", pages[0].why);
}

#[test]
fn a_long_note_goes_on_overleaf_and_a_short_one_moves_its_line() {
    let long = Part::Text { lines: 10, notes: vec![(3, 50)], hyphens: Vec::new() };
    let pages = plan(&galley(&[text(10), long, text(30)]), &theme(Medium::Screen));
    assert!(pages[0].notes[0].to < 50 && pages[1].notes[0].from == pages[0].notes[0].to);
    let short = Part::Text { lines: 10, notes: vec![(3, 5)], hyphens: Vec::new() };
    let pages = plan(&galley(&[text(29), short, text(30)]), &theme(Medium::Screen));
    assert_eq!(pages[1].notes[0].from, 0);
    assert_eq!(pages[1].fragments[0].from, 3, "lines before the call stay: {pages:#?}");
}

#[test]
fn a_card_comes_where_a_paragraph_ends() {
    // A page for itself: it waits a page more rather than to part the paragraph of twenty lines.
    let card = Part::Figure { height: 440, float: true };
    let pages = plan(&galley(&[text(20), card.clone(), text(20), text(28), text(20)]), &theme(Medium::Screen));
    let blocks = |page: &PagePlan| page.fragments.iter().map(|f| f.block).collect::<Vec<_>>();
    assert_eq!(pages.iter().map(blocks).collect::<Vec<_>>(), [vec![0, 2], vec![2, 3], vec![1], vec![4]]);
    assert_eq!(pages.iter().map(|page| page.late).collect::<Vec<_>>(), [false, false, true, false]);
    // A picture that leaves room for text stays near its mention, and the page ends two lines early for it, but no more.
    let first = |before: usize, after: usize| {
        let figure = Part::Figure { height: 120, float: true };
        let pages = plan(&galley(&[text(before), figure, text(after), text(10)]), &theme(Medium::Screen));
        (pages[0].bottom.raw() / Length::pt(14).raw(), pages[1].floated)
    };
    assert_eq!(first(24, 8), (32, true));
    assert_eq!(first(27, 4), (34, true));
}

#[test]
fn two_lines_do_not_stand_alone_over_a_heading() {
    let first = |lines: usize, next: Part| plan(&galley(&[text(30), text(lines), next, text(20)]), &theme(Medium::Screen))[0].fragments[1].to;
    assert_eq!(first(6, text(9)), 4);
    assert_eq!(first(6, Part::Heading { lines: 1 }), 3);
    assert_eq!(first(7, Part::Heading { lines: 1 }), 4);
}

#[test]
fn a_page_that_calls_a_note_again_says_where_it_is() {
    let mut galley = galley(&[Part::Text { lines: 90, notes: vec![(2, 2), (85, 1)], hyphens: Vec::new() }]);
    galley.notes[1].again = Some(0);
    if let Flow::Stack(Stack { content: Content::Lines(lines), .. }) = &mut galley.flow[0] {
        // Again on the first page, where the note stands, and once more on the last.
        [5, 87].into_iter().for_each(|line| lines[line].metrics.notes.push(1));
    }
    let theme = theme(Medium::Screen);
    let pages = plan(&galley, &theme);
    let notes = |page: &PagePlan| page.notes.iter().map(|piece| piece.note).collect::<Vec<_>>();
    assert_eq!(pages.iter().map(notes).collect::<Vec<_>>(), [vec![0], vec![], vec![1]]);
    pages_hold_what_stands_on_them(&galley, &pages, &theme);
}

#[test]
fn a_thousand_pages_take_no_time() {
    let mut parts = Vec::new();
    for number in 0..9_000 {
        parts.push(text(2 + number * 7 % 9));
        if number % 23 == 0 {
            parts.push(Part::Heading { lines: 1 });
        }
        if number % 41 == 0 {
            parts.push(Part::Text { lines: 6, notes: vec![(2, 2)], hyphens: vec![1] });
        }
    }
    let galley = galley(&parts);
    let start = std::time::Instant::now();
    let pages = plan(&galley, &theme(Medium::Screen));
    let seconds = start.elapsed().as_secs_f64();
    assert!(pages.len() > 1_000);
    assert!(seconds < 5.0, "{seconds} s for {} pages", pages.len());
}
