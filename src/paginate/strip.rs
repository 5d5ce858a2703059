//! The galley as pagination sees it: heights, spaces and where pages may end, measured once.

use crate::length::Length;
use crate::theme::{Medium, Theme};
use crate::typeset::{Flow, Galley, LineMetrics, NoteGalley, Stack};

use super::cost;

/// A measured galley.
pub(super) struct Strip<'g> {
    /// Stacks with lines in them, in order.
    pub blocks: Vec<Block<'g>>,
    /// Notes, by the galley's index.
    pub notes: Vec<Note>,
    /// Height of the text area.
    pub height: Length,
    /// Distance of the baseline grid's lines.
    pub leading: Length,
    /// Between text and notes, with the rule in it.
    pub notes_space: Length,
    /// Facing pages should end level.
    pub level: bool,
}

/// A measured stack.
pub(super) struct Block<'g> {
    pub stack: &'g Stack,
    /// One for each setting of the stack, the best first; none without lines.
    pub settings: Vec<Measured>,
    /// Space to add to the collapsed one above it, so that what stands off the grid sits well between what stands on it.
    pub extra: Length,
    /// Other spaces above it than the natural one that help to fill a page: what is added, and its cost.
    pub slack: Vec<(Length, i64)>,
    /// Text lines of this block and what follows that must stand on the page of what is before it; 0 lets a page end before it.
    pub need: u16,
    /// A page must end before it.
    pub forced: bool,
    /// Height of the lines repeated on each further page.
    pub repeat: Length,
    /// Kept whole, and fits on a page.
    pub whole: bool,
    /// A table that fits on a page.
    pub table: bool,
    /// A paragraph on the grid.
    pub text: bool,
    /// A float that leaves no room for text on its page.
    pub alone: bool,
}

/// The lines of one setting.
pub(super) struct Measured {
    /// Cost against the best setting.
    pub cost: i64,
    /// Distance of each line's top from the first one's, and at last the height of all; one more than there are lines.
    /// Wide, since code may be longer than a [`Length`] reaches.
    tops: Vec<i64>,
    /// Whether a page may end before each line, the first excepted.
    breakable: Vec<bool>,
    /// Lines that end in a hyphen.
    hyphens: Vec<bool>,
    /// Notes that each line calls; empty if no line calls any.
    notes: Vec<Vec<u32>>,
}

impl Measured {
    fn new(cost: i64, lines: &[&LineMetrics]) -> Measured {
        let mut tops = vec![0];
        let mut top = 0;
        for line in lines {
            top += i64::from(line.height.raw().max(0));
            tops.push(top);
        }
        let calls = lines.iter().any(|l| !l.notes.is_empty());
        Measured {
            cost,
            tops,
            breakable: vec![false; lines.len()],
            hyphens: lines.iter().map(|l| l.hyphen).collect(),
            notes: if calls { lines.iter().map(|l| l.notes.clone()).collect() } else { Vec::new() },
        }
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.tops.len() - 1
    }

    /// Height of some of the lines.
    pub fn height(&self, from: usize, to: usize) -> Length {
        Length::from_wide(self.tops[to] - self.tops[from])
    }

    /// How many lines from `from` on fit into `room`: the index after the last one.
    pub fn fitting(&self, from: usize, room: Length) -> usize {
        if room < Length::ZERO {
            return from;
        }
        let limit = self.tops[from] + i64::from(room.raw());
        (from + self.tops[from..].partition_point(|top| *top <= limit)).saturating_sub(1).max(from)
    }

    /// Whether a page may end before this line.
    pub fn breakable(&self, line: usize) -> bool {
        self.breakable.get(line).copied().unwrap_or(false)
    }

    /// Whether the line before this one ends in a hyphen.
    pub fn hyphen_before(&self, line: usize) -> bool {
        line.checked_sub(1).and_then(|l| self.hyphens.get(l)).copied().unwrap_or(false)
    }

    /// Whether any line calls a note.
    pub fn has_notes(&self) -> bool {
        !self.notes.is_empty()
    }

    /// Notes that a line calls.
    pub fn notes(&self, line: usize) -> &[u32] {
        self.notes.get(line).map_or(&[], Vec::as_slice)
    }
}

/// A measured note.
pub(super) struct Note {
    /// Its lines with the space above each.
    pub lines: Vec<NoteLine>,
    /// Height of all.
    pub height: Length,
    /// Of a note that is called again: its index, which the line that says where it is bears too.
    pub said: Option<u32>,
}

impl Note {
    /// Height of the lines before `to`.
    pub fn height_to(&self, to: usize) -> Length {
        self.lines.iter().take(to).map(NoteLine::extent).sum()
    }

    /// Height of the lines from `from` on.
    pub fn height_from(&self, from: usize) -> Length {
        self.lines.iter().skip(from).map(NoteLine::extent).sum()
    }
}

/// A line of a note.
pub(super) struct NoteLine {
    pub space: Length,
    pub height: Length,
}

impl NoteLine {
    /// Height with the space above.
    pub fn extent(&self) -> Length {
        self.space + self.height
    }
}

/// The space above a heading gives so many times less than another.
const HEADING: i64 = 4;

impl<'g> Strip<'g> {
    /// Measures a galley.
    pub fn measure(galley: &'g Galley, theme: &Theme) -> Strip<'g> {
        let leading = theme.leading().max(Length::pt(1));
        let mut strip = Strip {
            blocks: Vec::with_capacity(galley.flow.len()),
            notes: galley.notes.iter().map(measure_note).collect(),
            height: theme.text_height().max(leading),
            leading,
            notes_space: theme.spaces.notes,
            level: theme.page.medium == Medium::Print,
        };
        strip.collect(galley);
        strip.nest_notes(galley);
        strip.pair_notes(galley);
        strip.settle_needs();
        strip.settle_breaks();
        strip.settle_grid();
        strip.settle_slack();
        strip
    }

    fn collect(&mut self, galley: &'g Galley) {
        let mut forced = false;
        for flow in &galley.flow {
            match flow {
                Flow::PageBreak => forced = true,
                Flow::Stack(stack) if has_lines(stack) => {
                    let settings = (0..stack.settings()).map(|s| Measured::new(stack.cost(s), &stack.metrics(s))).collect();
                    let repeat = stack.repeat.iter().map(|l| l.metrics.height).sum();
                    let forced = std::mem::take(&mut forced) && !self.blocks.is_empty();
                    let height: Length = stack.metrics(0).iter().map(|l| l.height).sum();
                    self.blocks.push(Block {
                        stack,
                        settings,
                        extra: Length::ZERO,
                        slack: Vec::new(),
                        need: 0,
                        forced,
                        repeat,
                        whole: false,
                        table: stack.edge.is_some() && height <= self.height,
                        text: stack.on_grid && !stack.float,
                        alone: stack.float && height + self.leading * cost::LAST_LINES > self.height,
                    });
                }
                Flow::Stack(_) => {}
            }
        }
    }

    /// A note that calls notes takes them along; each is taken once.
    fn nest_notes(&mut self, galley: &Galley) {
        if !galley.notes.iter().any(|n| note_stacks(n).any(|s| s.metrics(0).iter().any(|l| !l.notes.is_empty()))) {
            return;
        }
        let mut seen = vec![false; galley.notes.len()];
        for block in &mut self.blocks {
            for setting in &mut block.settings {
                seen.fill(false);
                for calls in &mut setting.notes {
                    *calls = with_nested(calls, galley, &mut seen);
                }
            }
        }
    }

    /// A note and the line that says where it is are one, as far as a page is concerned.
    fn pair_notes(&mut self, galley: &Galley) {
        for (index, note) in galley.notes.iter().enumerate() {
            let Some(of) = note.again else { continue };
            for note in [index, of as usize] {
                if let Some(note) = self.notes.get_mut(note) {
                    note.said = Some(of);
                }
            }
        }
    }

    /// Two text lines must follow a heading, whatever they belong to.
    fn settle_needs(&mut self) {
        let mut need = 0u16;
        let leading = self.leading;
        for block in &mut self.blocks {
            block.need = if block.forced { 0 } else { need };
            let lines = (0..block.settings.len()).map(|s| text_lines(&block.stack.metrics(s), leading)).min().unwrap_or(0);
            need = if block.stack.keep.with_next { 2 } else { block.need.saturating_sub(lines) };
        }
    }

    /// Where pages may end within a block: never where a widow, an orphan or a stranded heading would stand.
    fn settle_breaks(&mut self) {
        for block in &mut self.blocks {
            let keep = block.stack.keep;
            let best = &block.settings[0];
            block.whole = (keep.together || keep.with_next) && block.repeat + best.height(0, best.len()) <= self.height;
            for (index, setting) in block.settings.iter_mut().enumerate() {
                let lines = setting.len();
                let metrics = block.stack.metrics(index);
                let head = (1..lines).find(|j| text_lines(&metrics[..*j], self.leading) >= block.need).unwrap_or(lines).max(usize::from(keep.head));
                for j in head.max(1)..lines {
                    let tail = lines - j >= usize::from(keep.tail);
                    setting.breakable[j] = tail && !metrics[j - 1].glued;
                }
            }
        }
    }

    /// What stands off the grid between two stacks on it is made to take whole lines: the spaces around and within it become a little
    /// wider, or a little narrower where that is nearer, each in proportion. Small spaces, as between the items of a list, stay.
    fn settle_grid(&mut self) {
        let mut start = 0;
        while start < self.blocks.len() {
            if self.blocks[start].stack.on_grid || start == 0 {
                start += 1;
                continue;
            }
            let end = (start..self.blocks.len()).find(|i| self.blocks[*i].stack.on_grid).unwrap_or(self.blocks.len());
            if end < self.blocks.len() && !(start..=end).any(|i| self.blocks[i].forced) {
                self.share_rest(start, end);
            }
            start = end;
        }
    }

    fn share_rest(&mut self, start: usize, end: usize) {
        let spaces: Vec<i64> = (start..=end).map(|i| i64::from(self.space_between(i - 1, i).raw())).collect();
        let heights = self.blocks[start..end].iter().map(|b| b.settings[0].height(0, b.settings[0].len()));
        let natural: i64 = spaces.iter().copied().chain(heights.map(|l| i64::from(l.raw()))).sum();
        let unit = i64::from(self.leading.raw());
        let wide = |space: &i64| *space * 2 >= unit;
        // Headings of a level look alike by the space above them: it gives nothing, and takes little where other spaces can. The one
        // below them gives and takes nothing.
        let heads = |block: usize| self.blocks[block].stack.is_heading(self.leading);
        let other = |block: usize, space: &i64| wide(space) && !heads(block) && !heads(block - 1);
        let gives: i64 = (start..=end).zip(&spaces).filter(|(block, space)| other(*block, space)).map(|(_, space)| space).sum();
        // No space gives more than a quarter of itself.
        let lines = (natural - (unit / 2).min(gives / 4)).max(0).div_ceil_of(unit);
        let mut rest = lines * unit - natural;
        let others = gives > 0;
        let weight = |(block, space): (usize, &i64)| match wide(space) {
            false => 0,
            true if heads(block) && rest < 0 => 0,
            true if heads(block) && others => *space / HEADING,
            true if heads(block) => *space,
            true if heads(block - 1) => 0,
            true => *space,
        };
        let spaces: Vec<i64> = (start..=end).zip(&spaces).map(weight).collect();
        let mut sum: i64 = spaces.iter().sum();
        if sum == 0 {
            self.blocks[start].extra = Length::from_wide(rest / 2);
            self.blocks[end].extra = Length::from_wide(rest - rest / 2);
            return;
        }
        for (block, space) in (start..=end).zip(&spaces).filter(|(_, space)| **space > 0) {
            let share = rest * space / sum;
            self.blocks[block].extra = Length::from_wide(share);
            (rest, sum) = (rest - share, sum - space);
        }
    }

    /// A heading, or what stands off the grid between two lines of text, may have half a line more above it; the text after it returns to
    /// the grid in any case, so that it is a line in all, which `plan` shares out. No heading stands nearer than its level asks: a page may
    /// end a line early instead.
    fn settle_slack(&mut self) {
        let half = self.leading / 2;
        for index in 1..self.blocks.len() {
            let above_on_grid = self.blocks[index - 1].stack.on_grid;
            let block = &mut self.blocks[index];
            let is_heading = block.stack.is_heading(self.leading);
            if block.need == 0 && !block.stack.on_grid && (above_on_grid || is_heading) {
                let is_lower = is_heading && block.stack.before < self.leading * 2;
                block.slack.push((half, if is_lower { cost::LOWER } else { cost::SPACE }));
            }
        }
    }

    fn space_between(&self, above: usize, below: usize) -> Length {
        self.blocks[above].stack.after.max(self.blocks[below].stack.before)
    }

    /// By how much a space may be smaller than asked for to end on the grid: a quarter of a line, and no more than a third of it.
    fn tolerance(&self, space: Length) -> Length {
        (self.leading / 4).min(space / 3).max(Length::ZERO)
    }

    /// Where a block begins that follows what ends at `y` and asks for `after` below it.
    /// `slack` is added to the space between.
    pub fn begin(&self, block: &Block<'_>, y: Length, after: Length, slack: Length) -> Length {
        let asked = after.max(block.stack.before);
        let space = (asked + block.extra + slack).max(Length::ZERO);
        if !block.stack.on_grid {
            return y + space;
        }
        (y + space - self.tolerance(asked)).max(y).round_up(self.leading)
    }

    /// Height that notes take at the foot, with the space above them.
    pub fn foot(&self, notes: Length) -> Length {
        if notes == Length::ZERO { notes } else { notes + self.notes_space }
    }

    /// Whole lines left blank below `bottom`.
    pub fn blank(&self, bottom: Length, notes: Length) -> i32 {
        (self.height - self.foot(notes) - bottom).raw().max(0) / self.leading.raw()
    }
}

/// Division rounded up, for counts that are not negative.
trait DivCeil {
    fn div_ceil_of(self, unit: Self) -> Self;
}

impl DivCeil for i64 {
    fn div_ceil_of(self, unit: i64) -> i64 {
        (self + unit - 1) / unit.max(1)
    }
}

/// How many lines of text these lines stand for: a picture for as many as it is high, a line of code or of a table for one.
fn text_lines(lines: &[&LineMetrics], leading: Length) -> u16 {
    let count = |line: &&LineMetrics| match line.height {
        h if h <= Length::ZERO => 0,
        h => (h.raw() / leading.raw()).clamp(1, 100) as u16,
    };
    lines.iter().map(count).fold(0, u16::saturating_add)
}

/// Whether every setting of a stack has lines.
fn has_lines(stack: &Stack) -> bool {
    stack.settings() > 0 && (0..stack.settings()).all(|s| !stack.metrics(s).is_empty())
}

/// The stacks that become blocks, in the blocks' order.
pub(super) fn measured_stacks(galley: &Galley) -> impl Iterator<Item = &Stack> {
    galley.flow.iter().filter_map(|flow| match flow {
        Flow::Stack(stack) if has_lines(stack) => Some(stack),
        _ => None,
    })
}

/// The same, to be changed.
pub(super) fn measured_stacks_mut(galley: &mut Galley) -> impl Iterator<Item = &mut Stack> {
    galley.flow.iter_mut().filter_map(|flow| match flow {
        Flow::Stack(stack) if has_lines(stack) => Some(stack),
        _ => None,
    })
}

fn note_stacks(note: &NoteGalley) -> impl Iterator<Item = &Stack> {
    note.flow.iter().filter_map(|flow| match flow {
        Flow::Stack(stack) if stack.settings() > 0 => Some(stack),
        _ => None,
    })
}

fn measure_note(note: &NoteGalley) -> Note {
    let mut lines = Vec::new();
    let mut after = Length::ZERO;
    for stack in note_stacks(note) {
        for (index, metrics) in stack.metrics(0).iter().enumerate() {
            let first = index == 0 && !lines.is_empty();
            let space = if first { after.max(stack.before) } else { Length::ZERO };
            lines.push(NoteLine { space, height: metrics.height.max(Length::ZERO) });
        }
        after = stack.after;
    }
    let height = lines.iter().map(NoteLine::extent).sum();
    Note { lines, height, said: None }
}

/// Notes with those that they call themselves, each after its caller.
fn with_nested(calls: &[u32], galley: &Galley, seen: &mut [bool]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut open: Vec<u32> = calls.iter().rev().copied().collect();
    while let Some(note) = open.pop() {
        let index = note as usize;
        if index >= seen.len() || std::mem::replace(&mut seen[index], true) {
            continue;
        }
        out.push(note);
        let nested: Vec<u32> = note_stacks(&galley.notes[index]).flat_map(|s| s.metrics(0).into_iter().flat_map(|l| l.notes.clone())).collect();
        open.extend(nested.into_iter().rev());
    }
    out
}
