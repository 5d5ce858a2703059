//! The cheapest sequence of pages for a whole galley, by dynamic programming.
//!
//! Blocks are taken in order. After each, every way so far is a [`State`]: how far the page is filled, how high its notes are, whether
//! a picture waits for the next page. Of two ways to the same state the cheaper one stays (Bellman 1957; for pages first Plass 1981).
//! Text stands on a grid, so there are few states, about one for each line of a page, and the work grows with the length of the galley only.
//! Where a page may not end is never offered; if a state then has no way on, it gets one at [`cost::NEVER`], so that there always is a book.

use crate::length::Length;

use super::cost;
use super::foot::{Foot, Queues, Room};
use super::plan::Fragment;
use super::strip::{Block, Measured, Strip};

/// What distinguishes two ways for all that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// Bottom of what stands on the page.
    y: Length,
    /// Space asked for below it.
    after: Length,
    /// Notes on the page.
    foot: Foot,
    /// A float that waits for the next page, or [`NONE`].
    pending: u32,
    /// For level facing pages: [`VERSO`], [`ALONE`], or [`ALONE`] + 1 + the blank lines of the verso that this page faces.
    spread: u8,
    /// Nothing of the text stands on the page yet.
    fresh: bool,
}

const NONE: u32 = u32::MAX;
const VERSO: u8 = 0;
const ALONE: u8 = 1;
/// Blank lines of a verso up to which they are told apart.
const FACING: i32 = 8;

/// States from which on not all are kept after a block. Text alone has some forty; notes and tables multiply them.
const BREADTH: usize = 300;
/// How many are then kept that fill the page to the same line. What seems dear now may be the only way on, such as a page that ends
/// early before a heading and the picture after it.
const EACH: usize = 8;

impl State {
    fn empty(&self) -> bool {
        self.fresh && self.y == Length::ZERO && self.foot.used == Length::ZERO
    }
}

/// How a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Because this is the best place.
    Chosen,
    /// Likewise, and a float that waits goes on waiting: a paragraph or a list goes on overleaf.
    Waiting,
    /// Because the manuscript asks for it.
    Asked,
    /// Because the text does; what follows waits for a page of its own.
    Ended,
}

/// What a step does after its fragment, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Goes on below it.
    Go,
    /// Ends the page.
    Turn(Turn),
    /// Leaves this float for the next page.
    Defer(usize),
}

/// One step of the chosen way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub fragment: Option<Fragment>,
    /// How the notes of the fragment were taken to the foot.
    pub policy: Room,
    pub then: Then,
}

/// A way to a state: its last step and the way before it.
#[derive(Clone, Copy, Debug)]
struct Way {
    state: State,
    cost: i64,
    before: u32,
    step: Step,
}

/// Lines that fit on a page, and for each the foot after it.
struct Fit {
    policy: Room,
    to: usize,
    feet: Vec<Foot>,
}

impl Fit {
    /// The foot after the lines before `line`.
    fn foot(&self, from: usize, line: usize, foot: Foot) -> Foot {
        line.checked_sub(from + 1).and_then(|i| self.feet.get(i)).copied().unwrap_or(foot)
    }
}

/// A setting of a block from a line on.
#[derive(Clone, Copy)]
struct Part<'b, 'g> {
    index: usize,
    block: &'b Block<'g>,
    number: usize,
    from: usize,
    /// What is added to the space above it, and its cost.
    slack: (Length, i64),
}

impl<'b> Part<'b, '_> {
    fn setting(&self) -> &'b Measured {
        &self.block.settings[self.number]
    }
}

struct Chooser<'s, 'g> {
    strip: &'s Strip<'g>,
    queues: Queues,
    ways: Vec<Way>,
    /// So many ways at most before the next look for those that lead nowhere.
    most: usize,
}

/// The steps of the cheapest way, in order; the last page's end is not among them.
pub(super) fn choose(strip: &Strip<'_>) -> Vec<Step> {
    let state = State { y: Length::ZERO, after: Length::ZERO, foot: Foot::default(), pending: NONE, spread: u8::from(strip.level), fresh: true };
    let root = Way { state, cost: 0, before: NONE, step: Step { fragment: None, policy: Room::Fair, then: Then::Go } };
    let mut chooser = Chooser { strip, queues: Queues::new(), ways: vec![root], most: MANY };
    let mut front = vec![0];
    for (index, block) in strip.blocks.iter().enumerate() {
        chooser.open(index, block, &mut front);
        front = chooser.set(index, block, &front);
        chooser.forget(&mut front);
    }
    chooser.finish(front)
}

/// Ways that are kept before those are looked for that lead nowhere any more: some hundred pages of them.
const MANY: usize = 100_000;

impl<'g> Chooser<'_, 'g> {
    /// Drops the ways that none in `front` came by. A few pages back all of them came by the same one, so next to nothing stays, and a long
    /// chapter takes no more memory for its choice than a short one.
    fn forget(&mut self, front: &mut [u32]) {
        if self.ways.len() < self.most {
            return;
        }
        let mut kept = vec![false; self.ways.len()];
        for way in &*front {
            let mut at = *way;
            while at != NONE && !std::mem::replace(&mut kept[at as usize], true) {
                at = self.ways[at as usize].before;
            }
        }
        // A way comes after the one before it, so that one has its new number already.
        let mut numbers = vec![NONE; self.ways.len()];
        let mut count = 0;
        for at in (0..self.ways.len()).filter(|at| kept[*at]) {
            let way = self.ways[at];
            numbers[at] = count as u32;
            self.ways[count] = Way { before: if way.before == NONE { NONE } else { numbers[way.before as usize] }, ..way };
            count += 1;
        }
        self.ways.truncate(count);
        front.iter_mut().for_each(|way| *way = numbers[*way as usize]);
        self.most = (count * 2).max(MANY);
    }

    /// Adds the ways in which the page ends before a block.
    fn open(&mut self, index: usize, block: &Block<'g>, front: &mut Vec<u32>) {
        if block.need > 0 {
            return;
        }
        // A page that holds nothing but a float or notes from the page before may itself have to end, so until nothing new comes.
        let mut fresh = front.clone();
        while !fresh.is_empty() {
            let mut turned = Vec::new();
            for way in fresh {
                let state = self.ways[way as usize].state;
                if !state.empty() && ((block.forced && !state.fresh) || self.worth_turning(index, block, &state)) {
                    let turn = if block.forced && !state.fresh { Turn::Asked } else { Turn::Chosen };
                    let stranded = if self.held(index, &state) { cost::NEVER } else { 0 };
                    let parted = if turn == Turn::Chosen && !state.fresh && self.led(index) { cost::LEAD } else { 0 };
                    let cost = self.cost(way) + stranded + parted;
                    if turn == Turn::Chosen && self.within_list(index) {
                        turned.extend(self.turns(way, state, cost, None));
                    } else {
                        turned.push(self.turn(way, state, cost, None, turn));
                    }
                }
            }
            fresh = self.settle(turned);
            front.extend(&fresh);
        }
        if block.forced {
            let ways = &self.ways;
            front.retain(|way| ways[*way as usize].state.fresh);
        }
    }

    /// Whether this block is introduced by the one before it.
    fn led(&self, index: usize) -> bool {
        index.checked_sub(1).is_some_and(|above| self.strip.blocks[above].stack.leads) && !self.strip.blocks[index].stack.float
    }

    /// Whether this block and the one before it are pieces of one list.
    fn within_list(&self, index: usize) -> bool {
        let list = |index: usize| self.strip.blocks[index].stack.list;
        index.checked_sub(1).is_some_and(|above| list(index).is_some() && list(above) == list(index))
    }

    /// Whether ending the page here can be of use: it is nearly full, the block does not fit, or it begins a chain that may not.
    fn worth_turning(&mut self, index: usize, block: &Block<'g>, state: &State) -> bool {
        let nearly_full = self.blank(state.y, state.foot) <= cost::EARLY;
        let must = block.stack.keep.with_next || block.stack.leads || (block.stack.float && state.pending != NONE);
        nearly_full || must || self.fit(state, &block.settings[0], 0, self.top(index, block, state, 0, Length::ZERO), Room::Fair).to < block.settings[0].len()
    }

    /// All ways to set a block after the ways in `front`.
    fn set(&mut self, index: usize, block: &Block<'g>, front: &[u32]) -> Vec<u32> {
        let mut ends = Vec::new();
        for (number, setting) in block.settings.iter().enumerate() {
            // Ways whose page begins with a certain line of this block.
            let mut parts: Vec<Vec<Way>> = vec![Vec::new(); setting.len()];
            for &way in front {
                self.defer(index, block, number, way, &mut ends);
                let part = Part { index, block, number, from: 0, slack: (Length::ZERO, 0) };
                self.set_part(part, way, &mut ends, &mut parts);
                if !self.ways[way as usize].state.fresh {
                    for slack in &block.slack {
                        self.set_part(Part { slack: *slack, ..part }, way, &mut ends, &mut parts);
                    }
                }
            }
            for from in 0..setting.len() {
                while !parts[from].is_empty() {
                    let ways = std::mem::take(&mut parts[from]);
                    for way in self.settle(ways) {
                        self.set_part(Part { index, block, number, from, slack: (Length::ZERO, 0) }, way, &mut ends, &mut parts);
                    }
                }
            }
        }
        self.settle(ends)
    }

    /// Leaves a float that does not fit here for the top of the next page.
    fn defer(&mut self, index: usize, block: &Block<'g>, setting: usize, way: u32, ends: &mut Vec<Way>) {
        let Way { state, cost, .. } = self.ways[way as usize];
        if setting > 0 || !block.stack.float || state.pending != NONE || state.fresh || (block.need > 0 && !self.text_follows(index)) {
            return;
        }
        let y = self.top(index, block, &state, 0, Length::ZERO);
        if self.fit(&state, &block.settings[0], 0, y, Room::Fair).to < block.settings[0].len() {
            let state = State { pending: index as u32, ..state };
            ends.push(Way { state, cost: cost + cost::MOVED, before: way, step: Step { fragment: None, policy: Room::Fair, then: Then::Defer(index) } });
        }
    }

    /// Whether a heading before this picture can be kept with the text after it instead: with two lines, since no page ends after
    /// a single one of a paragraph that has more.
    fn text_follows(&self, index: usize) -> bool {
        self.strip.blocks.get(index + 1).is_some_and(|next| {
            let keep = next.stack.keep;
            next.text && !next.forced && keep.head >= 2 && !keep.with_next && next.settings.iter().all(|s| s.len() >= 2)
        })
    }

    /// Whether a picture after a heading waits, and this block is the text that the heading is kept with.
    fn held(&self, index: usize, state: &State) -> bool {
        state.pending != NONE && state.pending as usize + 1 == index && self.strip.blocks[state.pending as usize].need > 0
    }

    /// Sets the lines of one setting from `from` on: whole, and parted wherever a page may end. If there is no such place, notes are
    /// let go overleaf, then the page ends before these lines, and if they have a page for themselves, they are parted anywhere.
    fn set_part(&mut self, part: Part<'_, 'g>, way: u32, ends: &mut Vec<Way>, parts: &mut [Vec<Way>]) {
        let Part { block, from, .. } = part;
        let state = self.ways[way as usize].state;
        if block.stack.float && state.pending != NONE && block.need == 0 {
            return; // Pictures keep their order: `open` has turned the page.
        }
        let y = self.top(part.index, block, &state, from, part.slack.0);
        let fit = self.fit(&state, part.setting(), from, y, Room::Fair);
        // A shorter setting or an earlier page end may do where this one does not.
        let other = from == 0 && block.need == 0 && !state.empty();
        if self.emit_breaks(part, way, &fit, (y, other), ends, parts) || other || (from == 0 && part.number > 0) || part.slack.1 > 0 {
            return;
        }
        if state.fresh && !state.empty() {
            // Notes that go on here, or a picture, leave too little room; a page later there is more.
            let turned = self.turn(way, state, self.cost(way), None, Turn::Chosen);
            parts[from].push(turned);
            return;
        }
        let fit = self.fit(&state, part.setting(), from, y, Room::Must);
        if part.setting().has_notes() && self.emit_breaks(part, way, &fit, (y, false), ends, parts) {
            return;
        }
        if state.empty() {
            let to = forced_end(block, part.number, from, fit.to);
            self.emit(part, way, &fit, (y, to), cost::NEVER, ends, parts);
        } else {
            let stranded = if from == 0 { cost::NEVER } else { 0 };
            let turned = self.turn(way, state, self.cost(way) + stranded, None, Turn::Chosen);
            parts[from].push(turned);
        }
    }

    /// Ends the part at its setting's end, if that fits, and before each line where a page may end and is nearly full. If nothing was
    /// found and there is no other way, then at the last place where it may end. Says whether it found any.
    fn emit_breaks(&mut self, part: Part<'_, 'g>, way: u32, fit: &Fit, (y, other): (Length, bool), ends: &mut Vec<Way>, parts: &mut [Vec<Way>]) -> bool {
        let setting = part.setting();
        let foot = self.ways[way as usize].state.foot;
        let mut found = fit.to == setting.len();
        if found {
            self.emit(part, way, fit, (y, fit.to), 0, ends, parts);
        }
        for to in (part.from + 1..=fit.to.min(setting.len() - 1)).rev() {
            let blank = self.blank(y + setting.height(part.from, to), fit.foot(part.from, to, foot));
            if blank > cost::EARLY && (found || other) {
                break;
            }
            if setting.breakable(to) {
                self.emit(part, way, fit, (y, to), 0, ends, parts);
                found = true;
            }
        }
        found
    }

    /// Notes the way that sets the part's lines up to `to`, and then goes on below them or ends the page.
    #[allow(clippy::too_many_arguments)] // The two lists are where results go.
    fn emit(&mut self, part: Part<'_, 'g>, way: u32, fit: &Fit, (y, to): (Length, usize), extra: i64, ends: &mut Vec<Way>, parts: &mut [Vec<Way>]) {
        let setting = part.setting();
        let Way { state, mut cost, .. } = self.ways[way as usize];
        let foot = fit.foot(part.from, to, state.foot);
        cost += extra + if part.from == 0 { setting.cost + self.passing(part.block, &state) + part.slack.1 } else { 0 };
        cost += if state.fresh && to - part.from < 3 && to == setting.len() && self.heading_follows(part) { cost::STUB } else { 0 };
        let fragment = Fragment { block: part.index, setting: part.number, from: part.from, to, y, slack: part.slack.0 };
        let state = State { y: y + setting.height(part.from, to), after: part.block.stack.after, foot, fresh: false, ..state };
        if to == setting.len() {
            ends.push(Way { state, cost, before: way, step: Step { fragment: Some(fragment), policy: fit.policy, then: Then::Go } });
        } else {
            cost += if part.block.whole { cost::PARTED } else { 0 };
            cost += if part.block.table && part.from == 0 { cost::PARTED_TABLE } else { 0 };
            cost += if setting.hyphen_before(to) { cost::HYPHEN } else { 0 };
            let turned = self.turns(way, state, cost, Some(fragment));
            parts[to].extend(turned.into_iter().map(|way| Way { step: Step { policy: fit.policy, ..way.step }, ..way }));
        }
    }

    /// What it costs that a block stands between a moved picture and its mention.
    fn passing(&self, block: &Block<'_>, state: &State) -> i64 {
        match (state.pending, block.stack.is_heading(self.strip.leading)) {
            (NONE, _) => 0,
            (_, true) => cost::MOVED,
            (_, false) => cost::PASSED,
        }
    }

    /// Whether a heading follows these lines of text.
    fn heading_follows(&self, part: Part<'_, 'g>) -> bool {
        let next = self.strip.blocks.get(part.index + 1);
        part.block.text && next.is_some_and(|next| next.stack.is_heading(self.strip.leading) && !next.forced)
    }

    /// Ends the page of a state in the midst of a paragraph or a list. A float that waits would come between its two parts; one that
    /// takes a page for itself may go on waiting.
    fn turns(&mut self, way: u32, state: State, cost: i64, fragment: Option<Fragment>) -> Vec<Way> {
        let waiting = self.strip.blocks.get(state.pending as usize).map(|float| float.alone);
        let cut = if waiting.is_some() { cost::CUT } else { 0 };
        let mut turned = vec![self.turn(way, state, cost + cut, fragment, Turn::Chosen)];
        if waiting == Some(true) {
            turned.push(self.turn(way, state, cost + cost::MOVED, fragment, Turn::Waiting));
        }
        turned
    }

    /// Where the next lines of a block begin.
    fn top(&self, index: usize, block: &Block<'g>, state: &State, from: usize, slack: Length) -> Length {
        match (state.fresh, from) {
            (true, 0) => state.y,
            (true, _) => state.y + block.repeat,
            // Text goes on as if the picture before it, which waits, had never been there.
            (false, _) if state.pending != NONE && state.pending as usize + 1 == index => self.strip.begin(block, state.y, state.after, slack - block.extra),
            (false, _) => self.strip.begin(block, state.y, state.after, slack),
        }
    }

    /// How many lines fit below `y` with the notes that they call. With [`Room::Must`] at least one on an empty page.
    fn fit(&mut self, state: &State, setting: &Measured, from: usize, y: Length, policy: Room) -> Fit {
        let page = self.strip.height;
        let to = setting.fitting(from, page - self.strip.foot(state.foot.used) - y);
        if !setting.has_notes() {
            let least = if policy == Room::Must && state.empty() { from + 1 } else { from };
            return Fit { policy, to: to.max(least), feet: Vec::new() };
        }
        let mut fit = Fit { policy, to: from, feet: Vec::new() };
        let mut foot = state.foot;
        for line in from..setting.len() {
            let room = page - y - setting.height(from, line + 1);
            let unconditional = line == from && policy == Room::Must && state.empty();
            if room < self.strip.foot(foot.used) && !unconditional {
                break;
            }
            if !setting.notes(line).is_empty() {
                let Some(called) = self.queues.call(self.strip, foot, setting.notes(line), room, policy, &mut Vec::new()) else { break };
                foot = called;
            }
            fit.feet.push(foot);
            fit.to = line + 1;
        }
        fit
    }

    /// The foot if the page ends at `y`.
    fn filled(&mut self, y: Length, foot: Foot) -> Foot {
        self.queues.fill(self.strip, foot, self.strip.height - y, &mut Vec::new())
    }

    /// Whole lines left blank if the page ends at `y`.
    fn blank(&mut self, y: Length, foot: Foot) -> i32 {
        let foot = self.filled(y, foot);
        self.strip.blank(y, foot.used)
    }

    fn cost(&self, way: u32) -> i64 {
        self.ways[way as usize].cost
    }

    /// Ends the page of a state and begins the next one, with what waits for it.
    fn turn(&mut self, way: u32, state: State, cost: i64, fragment: Option<Fragment>, turn: Turn) -> Way {
        let filled = self.filled(state.y, state.foot);
        let waits = turn == Turn::Waiting;
        let chosen = waits || turn == Turn::Chosen;
        let blank = if chosen { self.strip.blank(state.y, filled.used) } else { 0 };
        // Notes stand at the foot: with them a page is seen to end where it should.
        let seen = if filled.used > Length::ZERO { 0 } else { blank };
        let (ragged, spread) = match state.spread {
            _ if !self.strip.level => (cost::ragged(blank), VERSO),
            VERSO => (cost::ragged(blank), if chosen { ALONE + 1 + seen.clamp(0, FACING) as u8 } else { ALONE }),
            ALONE => (cost::ragged(blank), VERSO),
            _ if !chosen => (0, VERSO),
            facing => {
                // From that many lines on they are not told apart.
                let verso = i32::from(facing - ALONE - 1);
                let facing = cost::facing(if verso == FACING { verso.max(seen) } else { verso }, seen);
                (cost::ragged(blank) - cost::ragged(seen) + facing, VERSO)
            }
        };
        let cost = cost + ragged + self.queues.cost(self.strip, state.foot.carry, filled);
        let mut foot = self.queues.turn(self.strip, filled.carry, &mut Vec::new());
        let mut y = Length::ZERO;
        if let Some(float) = self.strip.blocks.get(state.pending as usize).filter(|_| !waits) {
            let measured = &float.settings[0];
            y = measured.height(0, measured.len());
            for line in 0..measured.len() {
                let room = self.strip.height - y;
                foot = self.queues.call(self.strip, foot, measured.notes(line), room, Room::Must, &mut Vec::new()).unwrap_or(foot);
            }
            y = (y + float.stack.after).round_up(self.strip.leading);
        }
        let state = State { y, after: Length::ZERO, foot, pending: if waits { state.pending } else { NONE }, spread, fresh: true };
        Way { state, cost, before: way, step: Step { fragment, policy: Room::Fair, then: Then::Turn(turn) } }
    }

    /// Keeps the cheapest way to each state and gives their numbers. Order does not depend on anything but the ways.
    fn settle(&mut self, mut ways: Vec<Way>) -> Vec<u32> {
        ways.sort_by_key(|w| (w.state, w.cost, w.before));
        ways.dedup_by(|b, a| a.state == b.state);
        let best = ways.iter().map(|w| w.cost).min().unwrap_or(0);
        ways.retain(|w| w.cost < best + cost::NEVER / 2);
        if ways.len() > BREADTH {
            let filled = |way: &Way| ((way.state.y + way.state.foot.used).raw() / self.strip.leading.raw(), way.state.foot.carry != 0);
            ways.sort_by_key(|w| (filled(w), w.cost, w.state));
            ways = ways.chunk_by(|a, b| filled(a) == filled(b)).flat_map(|alike| alike.iter().take(EACH).copied()).collect();
        }
        let first = self.ways.len() as u32;
        self.ways.extend(ways);
        (first..self.ways.len() as u32).collect()
    }

    /// Ends the galley: what still waits gets pages of its own, and the cheapest way is read back.
    fn finish(mut self, mut front: Vec<u32>) -> Vec<Step> {
        loop {
            let (waiting, done): (Vec<u32>, Vec<u32>) = front.iter().partition(|way| {
                let state = self.ways[**way as usize].state;
                state.pending != NONE || self.filled(state.y, state.foot).carry != 0
            });
            if waiting.is_empty() {
                break;
            }
            let turned = waiting
                .iter()
                .map(|&way| {
                    let state = self.ways[way as usize].state;
                    // The text ends here, and a float of a page of its own follows: the page is the last one of the text.
                    let (turn, last) = if state.pending == NONE { (Turn::Chosen, 0) } else { (Turn::Ended, self.last_page(state.y)) };
                    self.turn(way, state, self.cost(way) + cost::MOVED + last, None, turn)
                })
                .collect();
            front = done;
            front.extend(self.settle(turned));
        }
        let total = |way: &&u32| {
            let Way { state, cost, .. } = self.ways[**way as usize];
            (cost + self.last_page(state.y), **way)
        };
        let best = front.iter().min_by_key(total).copied();
        self.read_back(best)
    }

    /// What a last page costs that is filled so far.
    fn last_page(&self, y: Length) -> i64 {
        let short = if y < self.strip.leading * cost::LAST_LINES { cost::LAST_SHORT } else { 0 };
        short + if y < self.strip.height / 3 { cost::LAST_THIN } else { 0 }
    }

    fn read_back(&self, last: Option<u32>) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = last.and_then(|way| self.ways.get(way as usize));
        while let Some(way) = at {
            steps.push(way.step);
            at = self.ways.get(way.before as usize);
        }
        steps.pop(); // The root.
        steps.reverse();
        steps
    }
}

/// Where a block that fits nowhere is parted: after the last line that fits and is not glued to the next, or simply the last that fits.
fn forced_end(block: &Block<'_>, setting: usize, from: usize, to: usize) -> usize {
    let metrics = block.stack.metrics(setting);
    if to >= metrics.len() {
        return metrics.len();
    }
    (from + 1..=to).rev().find(|j| !metrics[j - 1].glued).unwrap_or(to)
}
