//! Paragraphs: shaped text and its settings, one for each number of lines that comes near the best.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::language::Direction;
use crate::length::{Length, Point};
use crate::load::Pos;
use crate::parse::NodeId;
use crate::resolve::FieldValue;

use super::broken::{BreakInput, Broken, CutText};
use super::frame::{Artifact, Destination, Frame, Item, Mark, Placed};
use super::galley::{Line, LineMetrics};
use super::linebreak::{Breakpoint, Extent, Measure, excess, extent, fill};
use super::lines::LineBuilder;
use super::setter::{Alignment, Setter, Surroundings};
use super::text::ParagraphText;
use super::units::{Cut, UnitKind, length};
use super::widths::{FORCED, Piece};

/// A paragraph, shaped, with its settings.
#[derive(Clone, Debug)]
pub struct Paragraph {
    /// The settings, the best one first.
    pub settings: Vec<Setting>,
    text: ParagraphText,
    broken: Arc<Broken>,
    shape: Shape,
    justified: bool,
}

/// One way to break a paragraph into lines.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Cost against the best setting, which has 0, in thousandths of what a line costs whose letters and spaces are at their allowance.
    pub cost: i64,
    /// Its lines.
    pub lines: Vec<SetLine>,
}

/// A line as it was chosen, not yet built.
#[derive(Clone, Debug)]
pub struct SetLine {
    /// What pagination has to know.
    pub metrics: LineMetrics,
    /// Index of the breakpoint that ends it.
    end: u32,
}

/// Where and how a paragraph stands.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Width of its lines.
    pub measure: Length,
    /// From the left of the galley's measure.
    pub x: Length,
    /// Indent of the first line.
    pub indent: Length,
    /// How lines fill the measure.
    pub alignment: Alignment,
    /// Words may be divided.
    pub hyphenate: bool,
    /// Baseline to baseline.
    pub leading: Length,
    /// From a line's top to its baseline.
    pub baseline: Length,
    /// Drawn on the first line, relative to its baseline at the left of the galley's measure: a list item's marker.
    pub lead: Vec<Placed>,
    /// Which way what is around it runs.
    pub direction: Direction,
    /// Its language, where it is not the book's.
    pub language: Option<Arc<str>>,
    /// Lines begin at the side at which those of this direction do, whichever way the text itself runs: what the book's own pages list.
    pub side: Option<Direction>,
}

impl Shape {
    /// What the line breaker has to know of the lines of a text.
    fn lines(&self, text: &ParagraphText, justify: bool) -> Measure {
        let em = text.styles.first().map_or(self.leading, |s| s.style.size);
        Measure { first: i64::from((self.measure - self.indent).raw()), rest: i64::from(self.measure.raw()), em: i64::from(em.raw()), justify }
    }
}

impl Paragraph {
    /// Sets a paragraph: units, breakpoints, settings.
    pub(super) fn set(setter: &Setter, text: ParagraphText, shape: Shape) -> Paragraph {
        let design = &setter.theme.paragraph;
        let justify = shape.alignment == Alignment::Justified && design.justify;
        let broken = setter.broken(&BreakInput {
            text: CutText::of(&text),
            direction: shape.direction,
            hyphenate: (shape.hyphenate && design.hyphenate).then_some(shape.language.as_deref()),
            widest: shape.measure - shape.indent.max(Length::ZERO),
            measure: shape.lines(&text, justify),
        });
        // What one reader's words cost may not move the pages of all others: only how many lines they take does.
        let most = if text.fields().next().is_some() { 1 } else { usize::MAX };
        let solutions = broken.solutions.get(..broken.solutions.len().min(most)).unwrap_or_default();
        let best = solutions.first().map_or(0.0, |s| s.cost);
        let mut paragraph = Paragraph { settings: Vec::new(), text, broken: broken.clone(), shape, justified: justify };
        paragraph.settings = solutions
            .iter()
            .map(|solution| Setting { cost: ((solution.cost - best) * 1000.0).round() as i64, lines: paragraph.set_lines(&solution.ends) })
            .collect();
        if paragraph.settings.is_empty() {
            paragraph.settings.push(Setting { cost: 0, lines: Vec::new() });
        }
        paragraph
    }

    /// A paragraph that is only measured, and not broken: its one line is as long as it is, and of a word as long as a chapter every place
    /// where it may be divided would be tried as that line's end.
    pub(super) fn measured(setter: &Setter, text: ParagraphText, shape: Shape) -> Paragraph {
        let surroundings = Surroundings { direction: shape.direction, hyphenator: None, measure: Length::MAX };
        let units = setter.cut(&CutText::of(&text), &surroundings);
        let broken = Arc::new(Broken { units, solutions: Vec::new() });
        Paragraph { settings: vec![Setting { cost: 0, lines: Vec::new() }], text, broken, shape, justified: false }
    }

    /// The reader's fields that stand in it.
    pub fn fields(&self) -> impl Iterator<Item = NodeId> {
        self.text.fields()
    }

    /// The paragraph with another reader's words in its fields.
    pub fn refilled(&self, fields: &BTreeMap<NodeId, FieldValue>, setter: &Setter) -> Paragraph {
        let text = self.text.refilled(|field| fields.get(&field).map_or("", |value| value.text.as_str()));
        Paragraph::set(setter, text, self.shape.clone())
    }

    /// Whether another paragraph may take this one's place on its pages: its best setting has the same lines, as far as
    /// pagination looks at them, and what contents and index name stands on the same ones.
    pub fn sets_like(&self, other: &Paragraph) -> bool {
        let seen = |paragraph: &Paragraph| -> (Vec<LineMetrics>, Vec<usize>) {
            let lines = paragraph.settings.first().map_or(&[][..], |setting| &setting.lines);
            let ends: Vec<usize> = lines.iter().filter_map(|line| paragraph.broken.units.cuts.get(line.end as usize)).map(|cut| cut.next_offset).collect();
            let line_of = |at: usize| ends.iter().position(|end| at < *end).unwrap_or(ends.len());
            let places = paragraph.text.terms.iter().copied().chain(paragraph.text.anchors.iter().map(|(at, _)| *at));
            (lines.iter().map(|line| LineMetrics { offset: 0, ..line.metrics.clone() }).collect(), places.map(line_of).collect())
        };
        seen(self) == seen(other)
    }

    /// Whether its lines are filled to the measure.
    pub fn justified(&self) -> bool {
        self.justified
    }

    /// By how much its widest line sticks out of the measure, and where in the source it stands: what cannot be divided is wider.
    pub(super) fn overfull(&self, setter: &Setter) -> Option<(Length, Pos)> {
        /// What nobody sees.
        const LEAST: Length = Length::pt(1);
        let measure = self.shape.lines(&self.text, self.justified);
        let mut begin = &self.broken.units.start;
        let mut widest = 0;
        for (number, line) in self.settings.first()?.lines.iter().enumerate() {
            let end = self.broken.units.points.get(line.end as usize)?;
            widest = widest.max(excess(begin, end, if number == 0 { measure.first } else { measure.rest }, &measure, &setter.theme.paragraph));
            begin = end;
        }
        (widest >= i64::from(LEAST.raw())).then(|| (length(widest), self.text.pos))
    }

    /// Right edge of its measure, from the left of the galley's.
    pub fn right(&self) -> Length {
        self.shape.x + self.shape.measure
    }

    fn set_lines(&self, ends: &[usize]) -> Vec<SetLine> {
        let mut start = 0;
        let mut own = OwnOffsets::default();
        ends.iter()
            .map(|&end| {
                let cut = self.broken.units.cuts[end];
                // Notes are called from the text up to where the next line begins.
                let notes = within(&self.text.notes, start..cut.next_offset.max(cut.end_offset)).iter().map(|(_, n)| *n).collect();
                let metrics = LineMetrics {
                    height: self.line_height(start, cut.end_offset),
                    notes,
                    hyphen: self.broken.units.points[end].dash,
                    glued: false,
                    empty: false,
                    offset: own.before(&self.text, start),
                    within: None,
                };
                start = cut.next_offset;
                SetLine { metrics, end: end as u32 }
            })
            .collect()
    }

    /// Objects higher than the room above the baseline, or deeper than the room below it, make their line higher.
    fn line_height(&self, start: usize, end: usize) -> Length {
        let (above, below) = self.excess(start, end);
        self.shape.leading + above + below
    }

    /// How much of a line's objects has no room in the leading: above the baseline, and below it.
    fn excess(&self, start: usize, end: usize) -> (Length, Length) {
        let objects = within(&self.text.objects, start..end).iter().map(|(_, object)| object);
        objects.fold((Length::ZERO, Length::ZERO), |(above, below), object| {
            (above.max(object.height - self.shape.baseline), below.max(object.depth - (self.shape.leading - self.shape.baseline)))
        })
    }

    /// Builds a setting's lines, ready to be placed.
    pub fn build(&self, setting: usize, setter: &Setter) -> Vec<Line> {
        let Some(setting) = self.settings.get(setting) else { return Vec::new() };
        let mut lines = Vec::with_capacity(setting.lines.len());
        let mut begin = (self.broken.units.start, Cut::default());
        for (number, line) in setting.lines.iter().enumerate() {
            let end = line.end as usize;
            let (point, cut) = (self.broken.units.points[end], self.broken.units.cuts[end]);
            let frame = self.build_line(setter, number, &begin, &(point, cut));
            lines.push(Line { metrics: line.metrics.clone(), frame });
            begin = (point, cut);
        }
        lines
    }

    fn build_line(&self, setter: &Setter, number: usize, begin: &(Breakpoint, Cut), end: &(Breakpoint, Cut)) -> Frame {
        let shape = &self.shape;
        let indent = if number == 0 { shape.indent } else { Length::ZERO };
        let width = shape.measure - indent;
        let Extent { letters, rigid, spaces, count } = extent(&begin.0, &end.0);
        let missing = i64::from(width.raw()) - letters - rigid - spaces;
        let justified = shape.alignment == Alignment::Justified && setter.theme.paragraph.justify;
        let em = self.text.styles.first().map_or(shape.leading, |s| s.style.size);
        let fill =
            if justified && (!end.0.forced || missing < 0) { Some(fill(letters, count, missing, i64::from(em.raw()), &setter.theme.paragraph)) } else { None };
        let slack = if fill.is_some() { 0 } else { missing };
        let rtl = shape.side.map_or(self.broken.units.rtl, Direction::is_rtl);
        let shift = match shape.alignment {
            Alignment::Justified | Alignment::Left if rtl => slack,
            Alignment::Justified | Alignment::Left => 0,
            Alignment::Center => slack / 2,
            Alignment::Right if rtl => 0,
            Alignment::Right => slack,
        };
        let indent = if rtl { Length::ZERO } else { indent };
        let left = i64::from((shape.x + indent).raw()) + shift - begin.0.start_hang;
        let baseline = shape.baseline + self.excess(begin.1.next_offset, end.1.end_offset).0;
        let mut builder = LineBuilder::new(setter, &self.text, &self.broken.units, left, baseline);
        builder.line(begin.1, end.1, end.0.hyphen, fill, count);
        let mut frame = builder.finish(self.line_height(begin.1.next_offset, end.1.end_offset));
        for (at, node) in &self.text.anchors {
            if (begin.1.next_offset..end.1.next_offset.max(end.1.end_offset + 1)).contains(at) && (number == 0 || *at > begin.1.next_offset.saturating_sub(1)) {
                frame.items.insert(
                    0,
                    Placed {
                        at: Point::new(length(left), Length::ZERO),
                        mark: Mark::Artifact(Artifact::Layout),
                        item: Item::Destination(Destination::Node(*node)),
                    },
                );
            }
        }
        if number == 0 && !shape.lead.is_empty() {
            let lead = shape.lead.iter().map(|placed| {
                let item = match &placed.item {
                    Item::CheckBox { size, checked, .. } => Item::CheckBox { size: *size, label: self.text.label.to_string(), checked: *checked },
                    item => item.clone(),
                };
                Placed { at: placed.at + Point::new(Length::ZERO, baseline), item, ..*placed }
            });
            frame.items = lead.chain(std::mem::take(&mut frame.items)).collect();
        }
        frame
    }

    /// Natural width of the text when it is not broken.
    pub(super) fn natural_width(&self) -> Length {
        length(self.broken.units.units.iter().map(|u| u.width).sum())
    }

    /// The pieces that are never parted, each with the space before it. Words are whole: hyphens and the joints of code do not count.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let units = &self.broken.units.units;
        let mut begins = vec![false; units.len()];
        for (cut, point) in self.broken.units.cuts.iter().zip(&self.broken.units.points) {
            if !point.hyphen && units.get(cut.next_unit).is_some_and(|unit| cut.next_offset == unit.start) {
                begins[cut.next_unit] = true;
            }
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut space, mut parted) = (0, true);
        for (unit, begins) in units.iter().zip(begins) {
            parted |= begins;
            match unit.kind {
                UnitKind::Break => (space, parted) = (FORCED, true),
                UnitKind::Space => space += unit.width,
                _ => {
                    match pieces.last_mut() {
                        Some((_, width)) if !parted => *width += space + unit.width,
                        _ => pieces.push((space, unit.width)),
                    }
                    (space, parted) = (0, false);
                }
            }
        }
        pieces
    }

    /// The paragraph shared.
    pub(super) fn shared(self) -> Arc<Paragraph> {
        Arc::new(self)
    }
}

/// Of things by their offsets, ascending, those that stand in a range: a paragraph can have as many lines as things.
fn within<T>(things: &[(usize, T)], range: std::ops::Range<usize>) -> &[(usize, T)] {
    let from = things.partition_point(|(at, _)| *at < range.start);
    let to = things.partition_point(|(at, _)| *at < range.end).max(from);
    &things[from..to]
}

/// Counts the block's own text from line to line: what is not its own, and what stands for something longer or shorter, is met once.
#[derive(Default)]
struct OwnOffsets {
    foreign: (usize, usize),
    counted: (usize, i64),
}

impl OwnOffsets {
    /// Bytes of the block's own text before an offset, which is no smaller than the last one.
    fn before(&mut self, text: &ParagraphText, at: usize) -> u32 {
        while let Some((start, end)) = text.foreign.get(self.foreign.0).filter(|(_, end)| *end <= at) {
            self.foreign = (self.foreign.0 + 1, self.foreign.1 + end - start);
        }
        while let Some((_, by)) = text.counted.get(self.counted.0).filter(|(end, _)| *end <= at) {
            self.counted = (self.counted.0 + 1, self.counted.1 + by);
        }
        ((at - self.foreign.1.min(at)) as i64 + self.counted.1).max(0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::FontBook;
    use crate::theme::Theme;
    use crate::typeset::text::{Object, SpanStyle};

    #[test]
    fn what_is_deeper_than_its_line_pushes_only_the_lines_below() {
        let theme = Arc::new(Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default());
        let setter = Setter::new(&theme, &Arc::new(FontBook::built_in()), "en");
        let style = SpanStyle::new(theme.styles.text, Mark::Artifact(Artifact::Layout));
        let (leading, baseline) = (theme.leading(), super::super::setter::baseline(&theme.styles.text));
        let shape = Shape {
            measure: theme.measure(),
            x: Length::ZERO,
            indent: Length::ZERO,
            alignment: Alignment::Left,
            hyphenate: false,
            leading,
            baseline,
            lead: Vec::new(),
            direction: Direction::LeftToRight,
            language: None,
            side: None,
        };
        // The heights of the line and where the text stands in it, for a box of a height and depth among the words.
        let set = |height: Length, depth: Length| {
            let mut text = ParagraphText::default();
            text.push("before ", &style);
            text.push_object(Object { width: Length::pt(10), height, depth, items: Vec::new(), is_letter: false }, &style);
            text.push(" after", &style);
            let lines = Paragraph::set(&setter, text, shape.clone()).build(0, &setter);
            let first = lines.first().and_then(|line| line.frame.items.iter().find(|placed| matches!(placed.item, Item::Text(_))));
            (lines.first().map(|line| line.metrics.height), first.map(|placed| placed.at.y))
        };
        let room = leading - baseline;
        assert_eq!(set(Length::pt(1), room), (Some(leading), Some(baseline)));
        assert_eq!(set(Length::pt(1), room + Length::pt(3)), (Some(leading + Length::pt(3)), Some(baseline)));
        assert_eq!(set(baseline + Length::pt(2), room + Length::pt(3)), (Some(leading + Length::pt(5)), Some(baseline + Length::pt(2))));
    }
}
