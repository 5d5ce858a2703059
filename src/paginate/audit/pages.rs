//! What is counted where pages end and where they begin: what is parted, how full they are, what stands beside what.

use std::collections::BTreeMap;

use super::{Auditor, Fault};
use crate::length::Length;
use crate::paginate::cost::LAST_LINES;
use crate::paginate::plan::{End, PagePlan};
use crate::paginate::{Body, BodyPage};
use crate::parse::NodeId;
use crate::typeset::{Content, Flow, Item, Placed};

/// Lines up to which a list is short.
const SHORT_LIST: usize = 8;

/// How far down there is something on a page.
fn bottom(page: &BodyPage) -> Length {
    let bottom = |placed: &Placed| match &placed.item {
        Item::Text(_) | Item::Path(_) => placed.at.y,
        Item::Rect { size, .. } | Item::Picture { size, .. } => placed.at.y + size.height,
        _ => Length::ZERO,
    };
    page.frame.items.iter().map(bottom).max().unwrap_or_default()
}

impl Auditor<'_, '_> {
    /// Facing pages that do not end on the same line, where neither ends because it has to. A galley begins on a recto.
    pub(super) fn spreads(&mut self, plans: &[PagePlan], body: &Body) {
        let foot = self.theme.text_height();
        let unit = self.theme.leading();
        for verso in (1..plans.len().saturating_sub(1)).step_by(2) {
            let facing = [verso, verso + 1];
            let Some(last) = plans[verso].fragments.last() else { continue };
            if facing.iter().any(|page| plans[*page].end != End::Chosen) {
                continue;
            }
            let [left, right] = facing.map(|page| bottom(&body.pages[page]).min(foot));
            let lines = ((left - right).abs() + unit / 4).raw() / unit.raw().max(1);
            if lines > 0 {
                self.page = verso;
                let node = self.stacks[last.block].node;
                self.found(Fault::Unlevel, node, i64::from(lines), format!("{}, beside {}", plans[verso].why, plans[verso + 1].why));
            }
        }
    }

    /// Short lists that stand on more pages than one.
    pub(super) fn lists(&mut self, plans: &[PagePlan]) {
        let mut lines: BTreeMap<NodeId, (usize, usize, usize)> = BTreeMap::new();
        for (page, plan) in plans.iter().enumerate() {
            for fragment in &plan.fragments {
                if let Some(list) = self.stacks[fragment.block].list {
                    let (count, _, last) = lines.entry(list).or_insert((0, page, page));
                    *count += fragment.to - fragment.from;
                    *last = page;
                }
            }
        }
        for (list, (count, first, last)) in lines {
            if count <= SHORT_LIST && first < last {
                self.page = first;
                self.found(Fault::PartedList, list, count as i64, String::new());
            }
        }
    }

    /// A page with little on it, unless it is all in one piece: an opener, a card, a turned table.
    fn thin(&mut self, plan: &PagePlan) {
        let last = plan.fragments.last().map(|fragment| self.stacks[fragment.block]);
        let is_whole = plan.fragments.len() == 1 && last.is_some_and(|stack| matches!(&stack.content, Content::Lines(lines) if lines.len() == 1));
        if let Some(stack) = last.filter(|_| !is_whole && plan.bottom < self.theme.text_height() / 3) {
            self.found(Fault::Thin, stack.node, i64::from(plan.bottom.raw() / self.theme.leading().raw().max(1)), plan.why.clone());
        }
    }

    /// What parts at the page's end, and how the page ends.
    pub(super) fn end(&mut self, plan: &PagePlan, next: Option<&PagePlan>) {
        self.parted(plan);
        self.parted_notes(plan);
        self.thin(plan);
        self.headings(plan);
        self.cut(plan, next);
        let Some(last) = plan.fragments.last() else { return };
        let stack = self.stacks[last.block];
        if plan.end == End::Chosen {
            let hyphen = last.to.checked_sub(1).and_then(|line| stack.metrics(last.setting).get(line).map(|l| l.hyphen));
            if hyphen == Some(true) && last.to < stack.metrics(last.setting).len() {
                self.found(Fault::PageHyphen, stack.node, 0, String::new());
            }
            let foot = if plan.notes.is_empty() { Length::ZERO } else { plan.notes_height + self.theme.spaces.notes };
            let blank = (self.theme.text_height() - foot - plan.bottom).raw().max(0) / self.theme.leading().raw().max(1);
            if blank > 0 {
                self.found(Fault::Short, stack.node, i64::from(blank), plan.why.clone());
            }
        }
        if next.is_none() && self.page > 0 && plan.bottom < self.theme.leading() * LAST_LINES {
            self.found(Fault::ShortEnd, stack.node, i64::from(plan.bottom.raw() / self.theme.leading().raw().max(1)), String::new());
        }
        self.stranded(plan, next);
        let followed = next.and_then(|next| next.fragments.get(usize::from(next.floated))).is_some_and(|f| f.from == 0);
        if plan.end == End::Chosen && stack.leads && last.to == stack.metrics(last.setting).len() && followed {
            self.found(Fault::Lead, stack.node, 0, String::new());
        }
    }

    /// The spaces above headings, and what stands before one at the head of a page. Below a float that was moved to the head of the page
    /// no space is asked for.
    fn headings(&mut self, plan: &PagePlan) {
        let most = self.theme.leading();
        let near = Length::pt(1) / 8;
        for (index, pair) in plan.fragments.windows(2).enumerate() {
            let [above, below] = [&pair[0], &pair[1]];
            let (before, heading) = (self.stacks[above.block], self.stacks[below.block]);
            if below.from > 0 || !heading.is_heading(self.theme.leading()) || (index == 0 && plan.floated) {
                continue;
            }
            let lines = &before.metrics(above.setting)[above.from..above.to];
            let bottom = above.y + lines.iter().map(|line| line.height).sum();
            let more = below.y - bottom - before.after.max(heading.before);
            if more < -near || more > most + near {
                self.found(Fault::HeadingSpace, heading.node, i64::from(more.raw() / Length::pt(1).raw()), String::new());
            }
            if index == usize::from(plan.floated) && lines.len() < 3 && matches!(before.content, Content::Paragraph(_)) {
                self.found(Fault::Stub, before.node, lines.len() as i64, String::new());
            }
        }
    }

    /// A float that stands alone on the next page, or at its head, while a paragraph or a list goes on behind it.
    fn cut(&mut self, plan: &PagePlan, next: Option<&PagePlan>) {
        let (Some(last), Some(next)) = (plan.fragments.last(), next.filter(|next| next.floated)) else { return };
        let stack = self.stacks[last.block];
        let goes_on = last.to < stack.metrics(last.setting).len();
        let list = stack.list.is_some() && self.stacks.get(last.block + 1).is_some_and(|after| after.list == stack.list);
        if goes_on || list {
            let float = next.fragments.first().map_or(stack.node, |float| self.stacks[float.block].node);
            self.found(Fault::Cut, float, 0, String::new());
        }
    }

    fn parted(&mut self, plan: &PagePlan) {
        for fragment in &plan.fragments {
            let stack = self.stacks[fragment.block];
            let count = stack.metrics(fragment.setting).len();
            let text = matches!(stack.content, Content::Paragraph(_)) || (stack.keep.head > 1 && stack.keep.tail > 1);
            if !text || count < 2 {
                continue;
            }
            if fragment.from > 0 && fragment.from + 1 == count {
                self.found(Fault::Widow, stack.node, 0, String::new());
            }
            if fragment.from == 0 && fragment.to == 1 {
                self.found(Fault::Orphan, stack.node, 0, String::new());
            }
        }
    }

    fn parted_notes(&mut self, plan: &PagePlan) {
        for piece in &plan.notes {
            let Some(note) = self.galley.notes.get(piece.note) else { continue };
            let count: usize = note.flow.iter().map(|f| if let Flow::Stack(s) = f { s.metrics(0).len() } else { 0 }).sum();
            if piece.from > 0 && piece.from + 1 == count {
                self.found(Fault::Widow, note.node, 0, String::new());
            }
            if piece.from == 0 && piece.to == 1 && count > 1 {
                self.found(Fault::Orphan, note.node, 0, String::new());
            }
        }
    }

    /// A heading with fewer than two lines of what it belongs to below it, although something follows.
    fn stranded(&mut self, plan: &PagePlan, next: Option<&PagePlan>) {
        let Some(heading) = plan.fragments.iter().rposition(|f| self.stacks[f.block].keep.with_next) else { return };
        if plan.end != End::Chosen || next.is_none() {
            return;
        }
        let unit = self.theme.leading().raw().max(1);
        let below = plan.fragments[heading + 1..].iter().flat_map(|f| self.stacks[f.block].metrics(f.setting)[f.from..f.to].to_vec());
        if below.map(|l| (l.height.raw() / unit).max(1)).sum::<i32>() < 2 {
            self.found(Fault::Stranded, self.stacks[plan.fragments[heading].block].node, 0, String::new());
        }
    }
}
