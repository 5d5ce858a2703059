//! What a typographer would count on finished pages. Read from the frames and from what stands where, not from the rules that chose it.

mod pages;

use std::collections::BTreeMap;

use crate::fonts::FaceId;
use crate::length::Length;
use crate::parse::NodeId;
use crate::theme::{Medium, Theme};
use crate::typeset::{Content, Frame, Galley, Item, Paragraph, Placed, Setter, Stack, TextRun};

use super::Body;
use super::plan::{Fragment, PagePlan};
use super::strip::measured_stacks;

/// Spaces wider than this, in thousandths of an em, tear a hole into the line.
const LOOSE: i64 = 600;
/// How far punctuation may hang out of the measure, in thousandths of an em.
const HANG: i64 = 350;

/// A line or a page that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The last line of a paragraph alone at the top of a page.
    Widow,
    /// The first line of a paragraph alone at the foot of a page.
    Orphan,
    /// A heading, or what else belongs to its text, with fewer than two lines of it on the page.
    Stranded,
    /// A line that introduces what stands on the next page.
    Lead,
    /// A line whose spaces are wider than 0.6 em.
    Loose,
    /// Such a line beside code that cannot be divided.
    LooseByCode,
    /// A line that sticks out of its measure, or runs into its neighbour.
    Overfull,
    /// A page that ends in a hyphen.
    PageHyphen,
    /// A page that ends lines before its foot.
    Short,
    /// A galley whose last page has fewer than four lines.
    ShortEnd,
    /// Facing pages of a print edition that do not end on the same line.
    Unlevel,
    /// A page of running text that is less than a third full.
    Thin,
    /// A list of up to eight lines that is parted between pages.
    PartedList,
    /// A heading with less space above it than its level asks for, or with more than half a line more.
    HeadingSpace,
    /// One or two lines of text alone between the head of a page and a heading.
    Stub,
    /// A paragraph or a list that a float cuts in two.
    Cut,
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub fault: Fault,
    /// The page, counted from 0 in the galley.
    pub page: usize,
    /// The block.
    pub node: NodeId,
    /// How much of it: thousandths of an em for loose lines and overfull ones, lines for short pages and unlevel ones, points for spaces,
    /// else 0.
    pub amount: i64,
    /// The line's text, or why a page is short.
    pub text: String,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Pages.
    pub pages: usize,
    /// Lines of paragraphs.
    pub lines: usize,
    /// Of these, lines filled to the measure.
    pub justified: usize,
    /// Of the justified lines, those that end in a hyphen, an added one or a word's own.
    pub hyphens: usize,
    /// Most lines in a row that end in a hyphen.
    pub ladder: usize,
    /// Words that stand at the start, or at the end, of two full lines in a row.
    pub stacks: usize,
    /// Full lines that end in a word of one letter.
    pub letters: usize,
    /// Spaces that were made wider to fill their page.
    pub stretched: usize,
    /// What is not as it should be, in the order of pages.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// How many faults of a kind there are.
    pub fn count(&self, fault: Fault) -> usize {
        self.findings.iter().filter(|f| f.fault == fault).count()
    }

    /// Adds what was counted on other pages.
    pub fn add(&mut self, other: Audit) {
        self.pages += other.pages;
        self.lines += other.lines;
        self.justified += other.justified;
        self.hyphens += other.hyphens;
        self.ladder = self.ladder.max(other.ladder);
        self.stacks += other.stacks;
        self.letters += other.letters;
        self.stretched += other.stretched;
        self.findings.extend(other.findings);
    }
}

/// Audits the pages of a galley that were drawn as planned.
pub fn audit(galley: &Galley, plans: &[PagePlan], body: &Body, theme: &Theme, setter: &Setter) -> Audit {
    let stacks: Vec<&Stack> = measured_stacks(galley).collect();
    let mut auditor = Auditor { galley, stacks, theme, code: setter.faces(&theme.styles.code), page: 0, run: 0, audit: Audit::default() };
    for (page, (plan, drawn)) in plans.iter().zip(&body.pages).enumerate() {
        auditor.page = page;
        auditor.lines(plan, &within_text(&drawn.frame, theme));
        auditor.end(plan, plans.get(page + 1));
    }
    auditor.lists(plans);
    if theme.page.medium == Medium::Print {
        auditor.spreads(plans, body);
    }
    auditor.audit.pages = plans.len();
    auditor.audit
}

/// A page without what stands in the column at its side.
fn within_text<'f>(frame: &'f Frame, theme: &Theme) -> std::borrow::Cow<'f, Frame> {
    let Some((gap, _)) = theme.side() else { return std::borrow::Cow::Borrowed(frame) };
    let begins = theme.measure() + gap - Length::pt(1);
    std::borrow::Cow::Owned(Frame { items: frame.items.iter().filter(|placed| placed.at.x < begins).cloned().collect() })
}

struct Auditor<'g, 't> {
    galley: &'g Galley,
    stacks: Vec<&'g Stack>,
    theme: &'t Theme,
    /// The faces of code, whose spaces do not stretch.
    code: Vec<FaceId>,
    page: usize,
    /// Lines in a row that end in a hyphen.
    run: usize,
    audit: Audit,
}

/// Text that stands on one line.
#[derive(Default)]
struct Row<'f> {
    runs: Vec<(&'f Placed, &'f TextRun)>,
}

impl<'f> Row<'f> {
    /// The text between two heights of a frame.
    fn between(frame: &'f Frame, top: Length, bottom: Length) -> Row<'f> {
        let inside = |placed: &&Placed| placed.at.y > top && placed.at.y <= bottom;
        Row { runs: frame.items.iter().filter(inside).filter_map(run).collect() }
    }

    fn text(&self) -> String {
        self.runs.iter().map(|(_, run)| &*run.text).collect()
    }

    fn right(&self) -> Option<(Length, Length)> {
        self.runs.iter().map(|(placed, run)| (placed.at.x + run.width(), run.size)).max()
    }

    fn left(&self) -> Option<Length> {
        self.runs.iter().map(|(placed, _)| placed.at.x).min()
    }

    fn ends_in_hyphen(&self) -> bool {
        self.runs.iter().max_by_key(|(placed, _)| placed.at.x).is_some_and(|(_, run)| run.text.ends_with(['-', '‐']))
    }

    /// Mean width of the spaces that may stretch, in thousandths of an em.
    fn space(&self, code: &[FaceId]) -> Option<i64> {
        let mut widths = Vec::new();
        for (_, run) in self.runs.iter().filter(|(_, run)| !code.contains(&run.face)) {
            let space = |glyph: &&crate::typeset::Glyph| run.text.as_bytes().get(usize::from(glyph.cluster)) == Some(&b' ');
            widths.extend(run.glyphs.iter().filter(space).map(|g| thousandths(g.advance, run.size)));
        }
        (!widths.is_empty()).then(|| widths.iter().sum::<i64>() / widths.len() as i64)
    }

    fn begins_with(&self, faces: &[FaceId]) -> bool {
        self.runs.first().is_some_and(|(_, run)| faces.contains(&run.face))
    }

    fn has(&self, faces: &[FaceId]) -> bool {
        self.runs.iter().any(|(_, run)| faces.contains(&run.face))
    }
}

/// The first and the last word of a line, without the marks around them.
fn ends(text: &str) -> (&str, &str) {
    let mut words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let first = words.next().unwrap_or_default();
    (first, words.next_back().unwrap_or_default())
}

/// Text that is read from left to right.
fn run(placed: &Placed) -> Option<(&Placed, &TextRun)> {
    match &placed.item {
        Item::Text(run) if !run.turned => Some((placed, run)),
        _ => None,
    }
}

fn thousandths(width: Length, size: Length) -> i64 {
    i64::from(width.raw()) * 1000 / i64::from(size.raw().max(1))
}

impl Auditor<'_, '_> {
    fn found(&mut self, fault: Fault, node: NodeId, amount: i64, text: String) {
        self.audit.findings.push(Finding { fault, page: self.page, node, amount, text });
    }

    /// Looseness, overfull lines and hyphens.
    fn lines(&mut self, plan: &PagePlan, frame: &Frame) {
        for fragment in &plan.fragments {
            self.audit.stretched += usize::from(fragment.slack > Length::ZERO);
            if let Content::Paragraph(paragraph) = &self.stacks[fragment.block].content {
                self.paragraph(fragment, paragraph, frame);
            }
        }
        self.overlaps(plan, frame);
        let notes = Row::between(frame, plan.bottom, self.theme.text_height().max(plan.bottom + plan.notes_height) + self.theme.leading());
        if let Some(node) = plan.notes.first().and_then(|n| self.galley.notes.get(n.note)).map(|n| n.node) {
            let mut rows: BTreeMap<Length, Row<'_>> = BTreeMap::new();
            notes.runs.into_iter().for_each(|run| rows.entry(run.0.at.y).or_default().runs.push(run));
            for row in rows.values() {
                self.row(row, None, node, self.theme.measure(), true);
            }
        }
    }

    fn paragraph(&mut self, fragment: &Fragment, paragraph: &Paragraph, frame: &Frame) {
        let node = self.stacks[fragment.block].node;
        let metrics: Vec<Length> = paragraph.settings[fragment.setting].lines.iter().map(|l| l.metrics.height).collect();
        let mut top = fragment.y;
        let rows: Vec<Row<'_>> = metrics[fragment.from..fragment.to]
            .iter()
            .map(|height| {
                top += *height;
                Row::between(frame, top - *height, top)
            })
            .collect();
        if fragment.from == 0 {
            self.run = 0;
        }
        for (index, row) in rows.iter().enumerate() {
            let justified = paragraph.justified() && fragment.from + index + 1 < metrics.len();
            self.audit.lines += 1;
            self.row(row, rows.get(index + 1), node, paragraph.right(), justified);
            if !justified {
                self.run = 0;
                continue;
            }
            self.audit.justified += 1;
            self.run = if row.ends_in_hyphen() { self.run + 1 } else { 0 };
            self.audit.hyphens += usize::from(self.run > 0);
            self.audit.ladder = self.audit.ladder.max(self.run);
            let text = row.text();
            let (first, last) = ends(&text);
            self.audit.letters +=
                usize::from(last.chars().count() == 1 && last.chars().all(|c| c.is_alphabetic() && c < '\u{2E80}') && text.trim_end().ends_with(last));
            // The line before it, where that is full as well; an indented first line stands apart.
            if let Some(before) = index.checked_sub(1).and_then(|i| rows.get(i)) {
                let before_text = before.text();
                let (first_before, last_before) = ends(&before_text);
                let flush = before.left() == row.left();
                let same = |a: &str, b: &str| !a.is_empty() && a.to_lowercase() == b.to_lowercase();
                self.audit.stacks += usize::from(flush && same(first, first_before)) + usize::from(same(last, last_before));
            }
        }
    }

    fn row(&mut self, row: &Row<'_>, next: Option<&Row<'_>>, node: NodeId, edge: Length, justified: bool) {
        if let Some((right, size)) = row.right().filter(|(right, size)| *right > edge + size.scale(HANG, 1000)) {
            self.found(Fault::Overfull, node, thousandths(right - edge, size), row.text());
        }
        if let Some(space) = row.space(&self.code).filter(|space| justified && *space > LOOSE) {
            let by_code = row.has(&self.code) || next.is_some_and(|next| next.begins_with(&self.code));
            self.found(if by_code { Fault::LooseByCode } else { Fault::Loose }, node, space, row.text());
        }
    }

    /// Text that runs into its neighbour on the same line, such as the next cell's.
    fn overlaps(&mut self, plan: &PagePlan, frame: &Frame) {
        let mut last: BTreeMap<Length, (Length, Length)> = BTreeMap::new();
        for (placed, run) in frame.items.iter().filter_map(run) {
            let ends = (placed.at.x + run.width(), run.size);
            let before = last.insert(placed.at.y, ends);
            let edge = self.theme.measure() + run.size.scale(HANG, 1000);
            let overlap = before.filter(|(right, size)| *right > placed.at.x + size.scale(HANG, 1000) && ends.0 > *right);
            if overlap.is_some() || ends.0 > edge {
                let at = plan.fragments.iter().rev().find(|f| f.y <= placed.at.y).or(plan.fragments.first());
                let Some(stack) = at.and_then(|f| self.stacks.get(f.block)).filter(|s| matches!(s.content, Content::Lines(_))) else { continue };
                self.found(Fault::Overfull, stack.node, thousandths(ends.0 - edge, run.size).max(0), run.text.to_string());
            }
        }
    }
}
