//! Total-fit line breaking, after Knuth and Plass, *Breaking Paragraphs into Lines* (Software: Practice and
//! Experience 11, 1981), with the states kept by number of lines, so that one run gives the best setting for
//! every number of lines near the best.
//!
//! A line that misses the measure by D shares it between its letters (width W, at most the theme's letter fit)
//! and its n spaces by least squares: with both at their allowance the cost is 1. All widths are 1/65536 pt.

use crate::theme::ParagraphDesign;

/// A place where a line may end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Breakpoint {
    /// Letters up to the line's end, summed from the paragraph's start.
    pub end_letters: i64,
    /// What keeps its width up to the line's end: pictures, formulas.
    pub end_rigid: i64,
    /// Natural width of spaces up to the line's end.
    pub end_spaces: i64,
    /// Number of stretchable spaces up to the line's end.
    pub end_count: i64,
    /// Letters up to the next line's start.
    pub start_letters: i64,
    /// What keeps its width up to the next line's start.
    pub start_rigid: i64,
    /// Spaces up to the next line's start.
    pub start_spaces: i64,
    /// Number of spaces up to the next line's start.
    pub start_count: i64,
    /// Width of the hyphen that is added, less what hangs into the right margin.
    pub end_extra: i64,
    /// What hangs into the left margin on the next line.
    pub start_hang: i64,
    /// Cost of breaking here.
    pub cost: f64,
    /// Adds a hyphen.
    pub hyphen: bool,
    /// The line ends in a hyphen, an added one or the word's own.
    pub dash: bool,
    /// Must be taken: a forced break, or the paragraph's end.
    pub forced: bool,
    /// Only to be used when nothing else fits: inside a word that is longer than the measure.
    pub emergency: bool,
    /// The word that ends the line, as a number; 0 where there is none that could stand again at the next line's end.
    pub end_word: u32,
    /// The word that begins the next line, likewise.
    pub start_word: u32,
}

/// How the lines of a paragraph are to be filled.
#[derive(Clone, Debug, Hash)]
pub(super) struct Measure {
    /// Width of the first line.
    pub first: i64,
    /// Width of the others.
    pub rest: i64,
    /// Size of the text, for costs in em.
    pub em: i64,
    /// Justified; otherwise lines keep their natural spaces.
    pub justify: bool,
}

/// How one line is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fill {
    /// Letter fit in thousandths, 1000 for natural.
    pub scale: i64,
    /// What all spaces together get beyond their natural width.
    pub spaces: i64,
    /// Cost.
    pub cost: f64,
}

/// One way to break the paragraph: the breakpoints at which lines end, and its cost.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Solution {
    /// Index of the breakpoint that ends each line.
    pub ends: Vec<usize>,
    /// Total cost.
    pub cost: f64,
}

/// Spaces may be this wide, in thousandths of an em, before the next, more desperate pass.
const TOLERANCE: [i64; 3] = [400, 500, i64::MAX];
/// Settings that cost more than this over the best are not kept.
const NEAR: f64 = 180.0;
/// Allowance of a word space, in em: at this deviation it costs as much as letters at their full fit.
const SPACE_ALLOWANCE: f64 = 0.022;
/// Weight of what a space is wider than the theme calls wide, against the deviation itself.
const WIDE: f64 = 5.0;
/// Cost of a last line that is shorter than the indent.
const SHORT_LAST: f64 = 110.0;
/// Cost of a last line that is one short word, or the end of one: about that of a hyphen, which may be the way out.
const SCRAP: f64 = 30.0;
/// A word is short, and so is what a hyphen leaves of one, below so many hundredths of an em: some four letters and a stop, or six.
const SCRAP_WIDTH: [i64; 2] = [240, 320];
/// Cost of a line that sticks out of the measure.
const OVERFULL: f64 = 1e6;
/// So many settings are enough for pages to choose from, and so many lines a paragraph must have for more to be looked for.
const ENOUGH: usize = 2;
/// See [`ENOUGH`].
const LONG: usize = 4;
/// Cost of the same word at the start, or at the end, of two lines in a row.
const STACK: f64 = 20.0;
/// Cost of a hyphen beyond the allowed ladder, where nothing else is left.
const LADDER: f64 = 1e4;

#[derive(Clone, Copy)]
struct Node {
    breakpoint: usize,
    lines: u32,
    hyphens: u8,
    cost: f64,
    previous: usize,
}

/// The best settings of a paragraph, the best one first, then those with other numbers of lines.
/// There is always at least one, and `points` must end in a forced breakpoint.
pub(super) fn break_lines(points: &[Breakpoint], start: &Breakpoint, measure: &Measure, design: &ParagraphDesign) -> Vec<Solution> {
    let has_hyphens = points.iter().any(|p| p.hyphen);
    for (pass, tolerance) in TOLERANCE.into_iter().enumerate() {
        if pass == 1 && !has_hyphens {
            continue;
        }
        let last = pass + 1 == TOLERANCE.len();
        let usable = |p: &Breakpoint| (pass > 0 || !p.hyphen) && (last || !p.emergency);
        let breaker = Breaker { points, start, measure, design, tolerance, desperate: last };
        let solutions = breaker.run(usable);
        // Without hyphens a setting that costs less than one hyphen cannot be bettered by any.
        let good = solutions.first().is_some_and(|s| pass > 0 || !has_hyphens || s.cost < f64::from(design.hyphen_cost));
        if good && pass == 0 && solutions.len() < ENOUGH && solutions[0].ends.len() >= LONG {
            return with_others(solutions, breaker.with(TOLERANCE[1]).run(|p| !p.emergency));
        }
        if good {
            return solutions;
        }
    }
    Vec::new()
}

/// Settings with other numbers of lines that hyphens make possible, after those without.
fn with_others(mut solutions: Vec<Solution>, more: Vec<Solution>) -> Vec<Solution> {
    let best = solutions.first().map_or(0.0, |s| s.cost);
    for other in more {
        if other.cost <= best + NEAR && solutions.iter().all(|s| s.ends.len() != other.ends.len()) {
            solutions.push(other);
        }
    }
    solutions.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.ends.len().cmp(&b.ends.len())));
    solutions
}

/// By how many lines a way to a place may differ from the cheapest one there.
const SPREAD: u32 = 8;

/// Takes out the newest states that can come to nothing. Where every line fits somehow, as in ragged text or in a word that is divided
/// anywhere, there would be as many states as lines can be counted: those far from the cheapest never win again. From one place on
/// all ways cost the same, except that hyphens in a row cost more: what is worse than another by more than [`NEAR`] stays so.
fn prune(nodes: &mut Vec<Node>, first_new: usize) {
    let Some(best) = nodes[first_new..].iter().copied().min_by(|a, b| a.cost.total_cmp(&b.cost)) else { return };
    let near = |node: &Node| node.lines.abs_diff(best.lines) <= SPREAD && (node.cost <= best.cost + NEAR || node.hyphens < best.hyphens);
    let newest = nodes.split_off(first_new);
    nodes.extend(newest.into_iter().filter(near));
}

struct Breaker<'a> {
    points: &'a [Breakpoint],
    start: &'a Breakpoint,
    measure: &'a Measure,
    design: &'a ParagraphDesign,
    tolerance: i64,
    /// The last pass: some setting must come of it, however ugly.
    desperate: bool,
}

impl<'a> Breaker<'a> {
    /// The same with another tolerance.
    fn with(&self, tolerance: i64) -> Breaker<'a> {
        Breaker { tolerance, ..*self }
    }

    fn run(&self, usable: impl Fn(&Breakpoint) -> bool) -> Vec<Solution> {
        let mut nodes = vec![Node { breakpoint: usize::MAX, lines: 0, hyphens: 0, cost: 0.0, previous: usize::MAX }];
        let mut active: Vec<usize> = vec![0];
        for (index, point) in self.points.iter().enumerate() {
            if !usable(point) {
                continue;
            }
            let first_new = nodes.len();
            let mut rescue: Option<(usize, Fill)> = None;
            let last = index + 1 == self.points.len();
            active.retain(|&id| {
                let node = nodes[id];
                match self.line(&node, point, last) {
                    LineFit::Fits(fill) => {
                        self.reach(&mut nodes, first_new, id, index, fill.cost);
                        true
                    }
                    LineFit::TooLoose => true,
                    LineFit::TooLong(fill) => {
                        if rescue.is_none_or(|(_, best)| fill.cost < best.cost) {
                            rescue = Some((id, fill));
                        }
                        false
                    }
                }
            });
            if let Some((id, fill)) = rescue.filter(|_| self.desperate && active.is_empty() && nodes.len() == first_new) {
                self.reach(&mut nodes, first_new, id, index, fill.cost);
            }
            if point.forced {
                active.clear();
            }
            prune(&mut nodes, first_new);
            active.extend(first_new..nodes.len());
            if active.is_empty() {
                return Vec::new();
            }
        }
        self.solutions(&nodes, &active)
    }

    /// Adds the state reached by a line from node `id` to breakpoint `index`, unless a cheaper one is there.
    fn reach(&self, nodes: &mut Vec<Node>, first_new: usize, id: usize, index: usize, fill: f64) {
        let (from, point) = (nodes[id], &self.points[index]);
        // Beyond the ladder one rung is as bad as the next: counting on would only multiply the states.
        let hyphens = if point.dash { (from.hyphens + 1).min(self.design.ladder.saturating_add(1)) } else { 0 };
        let mut cost = from.cost + fill + point.cost + self.stacks(&from, point);
        if hyphens > self.design.ladder {
            if !self.desperate {
                return;
            }
            cost += LADDER;
        }
        if hyphens > 1 {
            cost += f64::from(self.design.hyphen_cost);
        }
        let lines = from.lines + 1;
        match nodes[first_new..].iter_mut().find(|n| n.lines == lines && n.hyphens == hyphens) {
            Some(known) if known.cost <= cost => {}
            Some(known) => *known = Node { breakpoint: index, lines, hyphens, cost, previous: id },
            None => nodes.push(Node { breakpoint: index, lines, hyphens, cost, previous: id }),
        }
    }

    /// What it costs that this line begins as the next one does, or ends as the one before it.
    fn stacks(&self, from: &Node, point: &Breakpoint) -> f64 {
        if !self.measure.justify {
            return 0.0;
        }
        let begin = self.points.get(from.breakpoint).unwrap_or(self.start);
        // An indented line stands apart from the next.
        let flush = from.lines > 0 || self.measure.first == self.measure.rest;
        let starts = flush && begin.start_word != 0 && begin.start_word == point.start_word;
        let ends = begin.end_word != 0 && begin.end_word == point.end_word;
        f64::from(u8::from(starts) + u8::from(ends)) * STACK
    }

    fn line(&self, node: &Node, point: &Breakpoint, last: bool) -> LineFit {
        let begin = self.points.get(node.breakpoint).unwrap_or(self.start);
        let Extent { letters, rigid, spaces, count } = extent(begin, point);
        let width = if node.lines == 0 { self.measure.first } else { self.measure.rest };
        let missing = width - letters - rigid - spaces;
        // Within what is divided anywhere a line ends where it is nearly full: to weigh all shorter ones would take long.
        if begin.emergency && point.emergency && count == 0 && missing > (width / 4).max(self.measure.em * 4) {
            return LineFit::TooLoose;
        }
        if !self.measure.justify {
            return self.ragged(missing, point.forced);
        }
        if point.forced && missing >= 0 {
            return LineFit::Fits(Fill {
                scale: 1000,
                spaces: 0,
                cost: if last { self.short_last(letters + rigid + spaces, node.lines, count, begin.hyphen) } else { 0.0 },
            });
        }
        let fill = fill(letters, count, missing, self.measure.em, self.design);
        if missing < 0 {
            if fill.spaces < -room(spaces, count, self.measure.em, self.design) {
                return LineFit::TooLong(Fill { cost: OVERFULL + fill.cost.min(OVERFULL), ..fill });
            }
        } else if self.tolerance < i64::MAX && count > 0 && fill.spaces > count * self.measure.em * (self.tolerance - i64::from(self.design.space_best)) / 1000
            || count == 0 && self.tolerance < i64::MAX && fill.spaces > 0
        {
            return LineFit::TooLoose;
        }
        LineFit::Fits(fill)
    }

    fn ragged(&self, missing: i64, forced: bool) -> LineFit {
        let em = missing as f64 / self.measure.em.max(1) as f64;
        let cost = if forced && missing >= 0 { 0.0 } else { em * em };
        let fill = Fill { scale: 1000, spaces: 0, cost };
        if missing < 0 { LineFit::TooLong(Fill { cost: OVERFULL + cost, ..fill }) } else { LineFit::Fits(fill) }
    }

    /// A last line shorter than the indent looks like a gap in the text, and one short word alone like something forgotten.
    fn short_last(&self, width: i64, lines: u32, spaces: i64, divided: bool) -> f64 {
        let least = i64::from(self.design.indent.raw()) + self.measure.em / 2;
        let scrap = self.measure.em * SCRAP_WIDTH[usize::from(divided)] / 100;
        match lines {
            0 => 0.0,
            _ if width < least => SHORT_LAST,
            _ if spaces == 0 && width < scrap => SCRAP,
            _ => 0.0,
        }
    }

    fn solutions(&self, nodes: &[Node], last: &[usize]) -> Vec<Solution> {
        let mut by_lines: Vec<usize> = Vec::new();
        for &id in last {
            match by_lines.iter_mut().find(|other| nodes[**other].lines == nodes[id].lines) {
                Some(known) if nodes[*known].cost <= nodes[id].cost => {}
                Some(known) => *known = id,
                None => by_lines.push(id),
            }
        }
        by_lines.sort_by(|a, b| nodes[*a].cost.total_cmp(&nodes[*b].cost).then(nodes[*a].lines.cmp(&nodes[*b].lines)));
        let best = by_lines.first().map_or(0.0, |id| nodes[*id].cost);
        by_lines.retain(|id| nodes[*id].cost <= best + NEAR);
        by_lines.into_iter().map(|id| self.trace_back(nodes, id)).collect()
    }

    fn trace_back(&self, nodes: &[Node], mut id: usize) -> Solution {
        let cost = nodes[id].cost;
        let mut ends = Vec::with_capacity(nodes[id].lines as usize);
        while nodes[id].previous != usize::MAX {
            ends.push(nodes[id].breakpoint);
            id = nodes[id].previous;
        }
        ends.reverse();
        Solution { ends, cost }
    }
}

enum LineFit {
    Fits(Fill),
    TooLoose,
    TooLong(Fill),
}

/// What a line between two breakpoints holds; hanging punctuation is not counted.
pub(super) struct Extent {
    /// Width of its letters.
    pub letters: i64,
    /// Width of what keeps it.
    pub rigid: i64,
    /// Natural width of its spaces.
    pub spaces: i64,
    /// Their number.
    pub count: i64,
}

pub(super) fn extent(begin: &Breakpoint, end: &Breakpoint) -> Extent {
    Extent {
        letters: end.end_letters - begin.start_letters + end.end_extra - begin.start_hang,
        rigid: end.end_rigid - begin.start_rigid,
        spaces: (end.end_spaces - begin.start_spaces).max(0),
        count: (end.end_count - begin.start_count).max(0),
    }
}

/// By how much the spaces of a line may shrink together. All give alike, so a wide one of code must not let those of the text beside
/// it vanish.
fn room(spaces: i64, count: i64, em: i64, design: &ParagraphDesign) -> i64 {
    let least = em * i64::from(design.space_min) / 1000;
    let best = em * i64::from(design.space_best) / 1000;
    (spaces - count * least).min(count * (best - least)).max(0)
}

/// By how much a line is wider than its measure when all that may give has given; 0 for one that fits.
pub(super) fn excess(begin: &Breakpoint, end: &Breakpoint, width: i64, measure: &Measure, design: &ParagraphDesign) -> i64 {
    let Extent { letters, rigid, spaces, count } = extent(begin, end);
    let missing = width - letters - rigid - spaces;
    match (missing < 0, measure.justify) {
        (false, _) => 0,
        (true, false) => -missing,
        (true, true) => (-fill(letters, count, missing, measure.em, design).spaces - room(spaces, count, measure.em, design)).max(0),
    }
}

/// Shares what a line misses between letters and spaces.
pub(super) fn fill(letters: i64, count: i64, missing: i64, em: i64, design: &ParagraphDesign) -> Fill {
    let em = em.max(1) as f64;
    let missing_em = missing as f64 / em;
    let letters_em = (letters.max(0)) as f64 / em;
    let fit = f64::from(design.letter_fit) / 1000.0;
    let letter_room = fit * letters_em;
    let space_room = SPACE_ALLOWANCE * count as f64;
    let total = letter_room * letter_room + space_room * space_room;
    let share = if total > 0.0 { missing_em * letter_room * letter_room / total } else { 0.0 };
    let share = share.clamp(-letter_room, letter_room);
    // Whole thousandths: the writers know no finer scale, and the spaces take what is left.
    let scale = if letters_em > 0.0 { (share / letters_em * 1000.0).round() as i64 } else { 0 };
    let spaces = missing - letters * scale / 1000;
    let mut cost = if total > 0.0 { square(missing_em) / total } else { square(missing_em / SPACE_ALLOWANCE) };
    if count > 0 {
        let space = spaces as f64 / em / count as f64 + f64::from(design.space_best) / 1000.0;
        let wide = space - f64::from(design.space_wide) / 1000.0;
        cost += WIDE * square(wide.max(0.0) / SPACE_ALLOWANCE);
    }
    Fill { scale: 1000 + scale, spaces, cost }
}

fn square(x: f64) -> f64 {
    x * x
}
