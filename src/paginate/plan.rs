//! The chosen way, written down page by page: which lines stand where, and why each page ends where it does.

use crate::length::Length;

use super::choose::{Step, Then, Turn};
use super::cost;
use super::foot::{Foot, Queues, Room};
use super::strip::{Block, Strip};

/// Lines of one stack that stand together on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Which of the galley's stacks with lines in them, counted from 0.
    pub block: usize,
    /// Which of its settings.
    pub setting: usize,
    /// First line.
    pub from: usize,
    /// The line after the last one.
    pub to: usize,
    /// Top of the first line, from the top of the text area; repeated lines stand above it.
    pub y: Length,
    /// What was added to the space above it to fill the page.
    pub slack: Length,
}

/// Lines of one note that stand together on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotePiece {
    /// Index into [`crate::typeset::Galley::notes`].
    pub note: usize,
    /// First line.
    pub from: usize,
    /// The line after the last one.
    pub to: usize,
}

/// How a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At the place that was best for the whole galley.
    Chosen,
    /// Because the manuscript asks for it.
    Asked,
    /// The galley's text ends; at most what waited for a page of its own follows.
    Last,
}

/// One page as it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePlan {
    /// In the order in which they stand: a float that waited first.
    pub fragments: Vec<Fragment>,
    /// Whether the first fragment is a float that waited for this page.
    pub floated: bool,
    /// That float waited for more than a page: what comes after it in the galley began before this page.
    pub late: bool,
    /// Notes at its foot, from the top.
    pub notes: Vec<NotePiece>,
    /// Height of the notes' lines.
    pub notes_height: Length,
    /// Bottom of the text.
    pub bottom: Length,
    /// How it ends.
    pub end: End,
    /// Why it ends where it does, and which rules gave way.
    pub why: String,
}

impl PagePlan {
    fn new() -> PagePlan {
        PagePlan {
            fragments: Vec::new(),
            floated: false,
            late: false,
            notes: Vec::new(),
            notes_height: Length::ZERO,
            bottom: Length::ZERO,
            end: End::Last,
            why: String::new(),
        }
    }
}

/// Replays the steps.
pub(super) fn plan(strip: &Strip<'_>, steps: &[Step]) -> Vec<PagePlan> {
    let mut replay =
        Replay { strip, queues: Queues::new(), foot: Foot::default(), y: Length::ZERO, pending: None, waited: false, page: PagePlan::new(), pages: Vec::new() };
    for step in steps {
        if let Some(fragment) = step.fragment {
            replay.lines(fragment, step.policy);
        }
        match step.then {
            Then::Go => {}
            Then::Defer(block) => replay.pending = Some(block),
            Then::Turn(turn) => replay.turn(turn),
        }
    }
    replay.finish()
}

struct Replay<'s, 'g> {
    strip: &'s Strip<'g>,
    queues: Queues,
    foot: Foot,
    /// As far as the page is filled, with the space below a float at its top.
    y: Length,
    pending: Option<usize>,
    /// It has waited for a page already.
    waited: bool,
    page: PagePlan,
    pages: Vec<PagePlan>,
}

impl Replay<'_, '_> {
    fn lines(&mut self, fragment: Fragment, policy: Room) {
        let setting = &self.strip.blocks[fragment.block].settings[fragment.setting];
        for line in fragment.from..fragment.to {
            let room = self.strip.height - fragment.y - setting.height(fragment.from, line + 1);
            let called = self.queues.call(self.strip, self.foot, setting.notes(line), room, policy, &mut self.page.notes);
            self.foot = called.unwrap_or(self.foot);
        }
        self.page.bottom = fragment.y + setting.height(fragment.from, fragment.to);
        self.y = self.page.bottom;
        self.page.fragments.push(fragment);
    }

    fn turn(&mut self, turn: Turn) {
        self.foot = self.queues.fill(self.strip, self.foot, self.strip.height - self.y, &mut self.page.notes);
        self.y = Length::ZERO;
        let mut page = std::mem::replace(&mut self.page, PagePlan::new());
        page.notes_height = self.foot.used;
        page.end = match turn {
            Turn::Chosen | Turn::Waiting => End::Chosen,
            Turn::Asked => End::Asked,
            Turn::Ended => End::Last,
        };
        self.pages.push(page);
        self.foot = self.queues.turn(self.strip, self.foot.carry, &mut self.page.notes);
        let waited = std::mem::replace(&mut self.waited, turn == Turn::Waiting);
        if let Some(block) = self.pending.take_if(|_| turn != Turn::Waiting) {
            let to = self.strip.blocks[block].settings[0].len();
            self.lines(Fragment { block, setting: 0, from: 0, to, y: Length::ZERO, slack: Length::ZERO }, Room::Must);
            self.y = (self.page.bottom + self.strip.blocks[block].stack.after).round_up(self.strip.leading);
            (self.page.floated, self.page.late) = (true, waited);
        }
    }

    fn finish(mut self) -> Vec<PagePlan> {
        if !self.page.fragments.is_empty() || !self.page.notes.is_empty() {
            self.turn(Turn::Ended);
        }
        self.pages.iter_mut().for_each(|page| even(self.strip, page));
        for index in 0..self.pages.len() {
            self.pages[index].why = why(self.strip, &self.pages[index], self.pages.get(index + 1));
        }
        // A galley begins on a recto, so that its second page faces its third.
        let seen = |page: &PagePlan| if page.notes.is_empty() { self.strip.blank(page.bottom, Length::ZERO) } else { 0 };
        let blank = |page: &PagePlan| (page.end == End::Chosen).then(|| seen(page));
        let unlevel: Vec<usize> = (2..self.pages.len())
            .step_by(2)
            .filter(|recto| self.strip.level && matches!((blank(&self.pages[recto - 1]), blank(&self.pages[*recto])), (Some(a), Some(b)) if a != b))
            .collect();
        unlevel.into_iter().for_each(|recto| self.pages[recto].why.push_str("; not level with the page facing it"));
        self.pages
    }
}

/// Shares evenly what there is to spare on a page around what stands off the grid, up to where text returns to the grid: the spaces
/// there differ from what is asked for by as little as can be. A heading keeps to its text, and what is to spare comes above it, at the
/// head of a page too. What stands off the grid at the page's end is moved to its last line, if no space has to grow by more than it
/// should for that.
fn even(strip: &Strip<'_>, page: &mut PagePlan) {
    let on_grid = |fragment: &Fragment| strip.blocks[fragment.block].stack.on_grid;
    let mut start = 1;
    while start < page.fragments.len() {
        let end = (start..page.fragments.len()).find(|i| on_grid(&page.fragments[*i]));
        let Some(end) = end else { break };
        if end > start || !on_grid(&page.fragments[start - 1]) {
            let group = &mut page.fragments[start - 1..=end];
            if start == 1 && !page.floated && strip.blocks[group[0].block].stack.is_heading(strip.leading) {
                let more = spare(strip, group).1.clamp(0, i64::from(strip.leading.raw()) / 2);
                group[0].y += Length::from_wide(more);
            }
            share(strip, group);
        }
        start = end + 1;
    }
    let rest = page.bottom.round_up(strip.leading) - page.bottom;
    if page.end == End::Chosen && page.notes.is_empty() && start < page.fragments.len() {
        let group = &mut page.fragments[start - 1..];
        let gaps: Vec<Gap> = group.windows(2).map(|pair| Gap::between(strip, &pair[0], &pair[1])).collect();
        if i64::from(rest.raw()) <= gaps.iter().map(|gap| gap.most).sum() {
            group[gaps.len()].y += rest;
            share(strip, group);
            page.bottom += rest;
        }
    }
}

/// The space between two fragments.
struct Gap {
    /// As asked for.
    space: Length,
    kind: Kind,
    /// What it should take at most: half a line, above a heading one, a small one half of itself.
    most: i64,
}

/// What a space stands between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Two blocks.
    Wide,
    /// Above a heading. Those of a level look alike by it: it gives nothing, and never takes more than it should.
    Above,
    /// Below a heading or a label, which belongs to what follows: it gives and takes what no other space can.
    Below,
    /// Between the items of a list, and the like.
    Small,
}

impl Gap {
    fn between(strip: &Strip<'_>, above: &Fragment, below: &Fragment) -> Gap {
        let [above, below] = [&strip.blocks[above.block], &strip.blocks[below.block]];
        let space = above.stack.after.max(below.stack.before);
        let small = space * 2 < strip.leading;
        let kind = match (above, below) {
            (_, below) if below.stack.is_heading(strip.leading) => Kind::Above,
            (above, _) if above.stack.is_heading(strip.leading) => Kind::Below,
            _ if small => Kind::Small,
            (above, _) if above.stack.keep.with_next => Kind::Below,
            _ => Kind::Wide,
        };
        let most = match kind {
            Kind::Above => strip.leading,
            Kind::Small => space / 2,
            Kind::Wide | Kind::Below => strip.leading / 2,
        };
        let most = i64::from(most.raw());
        Gap { space, kind, most }
    }
}

/// Where a fragment ends.
fn bottom(strip: &Strip<'_>, f: &Fragment) -> Length {
    f.y + strip.blocks[f.block].settings[f.setting].height(f.from, f.to)
}

/// Height of the lines repeated above a fragment, as the head of a table that goes on below a picture: they belong to it and are no space.
fn repeat(strip: &Strip<'_>, f: &Fragment) -> Length {
    if f.from > 0 { strip.blocks[f.block].repeat } else { Length::ZERO }
}

/// The spaces between these, and by how much all together are wider than asked for.
fn spare(strip: &Strip<'_>, fragments: &[Fragment]) -> (Vec<Gap>, i64) {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut spare = 0;
    for pair in fragments.windows(2) {
        let gap = Gap::between(strip, &pair[0], &pair[1]);
        spare += i64::from((pair[1].y - repeat(strip, &pair[1]) - bottom(strip, &pair[0]) - gap.space).raw());
        gaps.push(gap);
    }
    (gaps, spare)
}

/// Shares what is to spare between the first and the last of these, which stay where they are.
fn share(strip: &Strip<'_>, fragments: &mut [Fragment]) {
    let (gaps, spare) = spare(strip, fragments);
    let parts = if spare < 0 { narrower(&gaps, spare) } else { wider(&gaps, spare) };
    let mut y = bottom(strip, &fragments[0]);
    let last = fragments.len() - 1;
    for (fragment, (gap, part)) in fragments[1..last].iter_mut().zip(gaps.iter().zip(parts)) {
        fragment.y = y + (gap.space + Length::from_wide(part)).max(Length::ZERO) + repeat(strip, fragment);
        y = bottom(strip, fragment);
    }
}

/// What each of these spaces loses: what has much gives much, up to half of it. More is asked for below a float only, which stands at the
/// head of its page instead of what was there; then headings give, and at last all.
fn narrower(gaps: &[Gap], mut spare: i64) -> Vec<i64> {
    let mut parts = vec![0; gaps.len()];
    let gives: [fn(Kind, i64) -> i64; 4] = [
        |kind, space| if kind == Kind::Wide { space / 2 } else { 0 },
        |kind, space| if kind == Kind::Below { space / 2 } else { 0 },
        |kind, space| if kind == Kind::Above { space } else { 0 },
        |_, space| space,
    ];
    for gives in gives {
        let gives: Vec<i64> = gaps.iter().zip(&parts).map(|(gap, part)| gives(gap.kind, i64::from(gap.space.raw()) + part)).collect();
        let mut all: i64 = gives.iter().sum();
        for (part, most) in parts.iter_mut().zip(gives).filter(|(_, most)| *most > 0) {
            let share = (spare * most / all).max(-most);
            *part += share;
            (spare, all) = (spare - share, all - most);
        }
    }
    parts
}

/// What each of these spaces takes: one kind after the other as much as it should, those of a kind alike, and then what is left.
fn wider(gaps: &[Gap], mut spare: i64) -> Vec<i64> {
    let mut parts = vec![0; gaps.len()];
    let as_they_should = [Kind::Wide, Kind::Above, Kind::Below, Kind::Small].map(|kind| (kind, true));
    for (kind, limited) in as_they_should.into_iter().chain([(Kind::Wide, false), (Kind::Below, false)]) {
        let mut left = gaps.iter().filter(|gap| gap.kind == kind).count() as i64;
        for (part, gap) in parts.iter_mut().zip(gaps).filter(|(_, gap)| gap.kind == kind) {
            let share = if limited { (spare / left).min(gap.most) } else { spare / left };
            *part += share;
            (spare, left) = (spare - share, left - 1);
        }
    }
    parts
}

/// Why a page ends where it does; then, what gave way on it.
fn why(strip: &Strip<'_>, page: &PagePlan, next: Option<&PagePlan>) -> String {
    let mut parts = vec![reason(strip, page, next)];
    if let Some(last) = page.fragments.last()
        && strip.blocks[last.block].settings[last.setting].hyphen_before(last.to)
        && page.end == End::Chosen
    {
        parts.push("ends in a hyphen".to_string());
    }
    for fragment in page.fragments.iter().filter(|f| f.from == 0 && f.setting > 0) {
        let block = &strip.blocks[fragment.block];
        let lines = block.settings[fragment.setting].len() as i64 - block.settings[0].len() as i64;
        if lines != 0 {
            parts.push(format!("a paragraph {}", length_word(lines)));
        }
    }
    let spaces = page.fragments.iter().filter(|f| f.slack != Length::ZERO).count();
    if spaces > 0 {
        parts.push(format!("{spaces} {} changed", if spaces == 1 { "space" } else { "spaces" }));
    }
    if page.floated {
        parts.push("a picture moved here from the page before".to_string());
    }
    if page.bottom + strip.foot(page.notes_height) > strip.height {
        parts.push("higher than the page".to_string());
    }
    parts.join("; ")
}

fn length_word(lines: i64) -> String {
    let plural = if lines.abs() == 1 { "line" } else { "lines" };
    format!("{} {plural} {}", lines.abs(), if lines > 0 { "longer" } else { "shorter" })
}

fn reason(strip: &Strip<'_>, page: &PagePlan, next: Option<&PagePlan>) -> String {
    match page.end {
        End::Last if page.bottom < strip.leading * cost::LAST_LINES => return "end, a short page".to_string(),
        End::Last => return "end".to_string(),
        End::Asked => return "a page break was asked for".to_string(),
        End::Chosen => {}
    }
    let blank = strip.blank(page.bottom, page.notes_height);
    if blank == 0 {
        return if page.notes.is_empty() { "full".to_string() } else { "full with its notes".to_string() };
    }
    let plural = if blank == 1 { "line" } else { "lines" };
    let first = next.and_then(|n| n.fragments.get(usize::from(n.floated)).or(n.fragments.first()));
    let because = first.map_or("notes go on overleaf", |first| cause(&strip.blocks[first.block], first, blank));
    format!("{blank} {plural} short: {because}")
}

/// Why the next page's first lines did not go on this one.
fn cause(block: &Block<'_>, first: &Fragment, blank: i32) -> &'static str {
    let setting = &block.settings[first.setting];
    let keep = block.stack.keep;
    if first.from > 0 {
        let widow = setting.len() - first.from <= usize::from(keep.tail);
        return if widow { "no widow" } else { "a later page is better so" };
    }
    if keep.with_next {
        return "a heading kept with its text";
    }
    if block.whole || block.stack.float {
        return "the next block is kept whole";
    }
    if block.table && blank > cost::EARLY {
        return "the table is better whole";
    }
    match setting.len() {
        1 => "a later page is better so",
        2 | 3 => "a short paragraph kept whole",
        _ if blank < i32::from(keep.head) => "no orphan",
        _ => "a later page is better so",
    }
}
