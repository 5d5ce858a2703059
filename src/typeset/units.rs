//! From text to what lines are made of: words shaped, spaces, objects, and the places where a line may end.

use std::sync::Arc;

use unicode_linebreak::BreakOpportunity;

use crate::language::Direction;
use crate::length::Length;
use crate::theme::{Family, ParagraphDesign};

use super::breaks::opportunities;
use super::broken::CutText;
use super::direction::levels as levels_of;
use super::hyphenate::Hyphenator;
use super::linebreak::Breakpoint;
use super::shape::{ConfigHandle, EM, Shaped, ShapedGlyph, Shaper, at_size};
use super::text::{LINE_BREAK, OBJECT};

/// A piece of a line.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// What it is.
    pub kind: UnitKind,
    /// Style, index into the text's styles.
    pub style: usize,
    /// Byte range in the text.
    pub start: usize,
    /// End of the range.
    pub end: usize,
    /// Natural width.
    pub width: i64,
    /// Bidirectional embedding level.
    pub level: u8,
}

/// Kinds of unit.
#[derive(Clone, Debug)]
pub(super) enum UnitKind {
    /// Shaped text.
    Word(Arc<Shaped>),
    /// A space, which stretches and shrinks with the line.
    Space,
    /// An object, index into the text's objects.
    Object(usize),
    /// A line break that was asked for.
    Break,
}

/// Where the next line's content begins: unit and offset.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cut {
    /// Line ends before this unit, or within it if `end_offset` lies inside.
    pub end_unit: usize,
    /// Byte offset at which the line's text ends.
    pub end_offset: usize,
    /// First unit of the next line.
    pub next_unit: usize,
    /// Byte offset at which it begins.
    pub next_offset: usize,
}

/// A paragraph cut into units, with its breakpoints.
#[derive(Clone, Debug, Default)]
pub(super) struct Units {
    /// In logical order.
    pub units: Vec<Unit>,
    /// Where lines may end.
    pub points: Vec<Breakpoint>,
    /// Where exactly, one for each breakpoint.
    pub cuts: Vec<Cut>,
    /// What hangs into the left margin at the very start.
    pub start: Breakpoint,
    /// The paragraph runs from right to left.
    pub rtl: bool,
}

/// What units are made with.
pub(super) struct Maker<'a> {
    pub shaper: &'a Shaper,
    /// Divides words, if they may be divided.
    pub hyphenator: Option<&'a Hyphenator>,
    pub design: &'a ParagraphDesign,
    /// One for each style of the text.
    pub configs: Vec<ConfigHandle>,
    /// Which way what is around the text runs.
    pub direction: Direction,
    /// What is wider than this without a place to end a line in it may be divided anywhere.
    pub measure: i64,
}

/// Cost of breaking code at one of its joints.
const CODE_JOINT: f64 = 40.0;
/// Cost of breaking a word anywhere because it is longer than the measure.
const ANYWHERE: f64 = 400.0;
/// Cost of breaking such a word where its style changes, as between code and the comma after it.
const SEAM: f64 = 300.0;
/// Cost of a line that ends in a word's own hyphen: it divides nothing, but it is a hyphen at the line's end.
const OWN_HYPHEN: f64 = 8.0;
/// Cost of a line that ends in a word of one letter, which belongs to what comes next.
const LETTER: f64 = 15.0;
/// Longer words do not stand in a row by chance.
const LONGEST: usize = 24;
/// Additional cost of dividing a word that holds a hyphen already.
const COMPOUND: f64 = 30.0;

impl Maker<'_> {
    /// Cuts a paragraph.
    pub(super) fn make(&self, text: &CutText<'_>) -> Units {
        let mut out = Units::default();
        let levels;
        (levels, out.rtl) = levels_of(text, self.direction);
        self.segment(text, &levels, &mut out);
        self.breakpoints(text, &mut out);
        // Paragraphs of a few letters have few of them, and room for more would be most of what they take.
        out.units.shrink_to_fit();
        out.points.shrink_to_fit();
        out.cuts.shrink_to_fit();
        out
    }

    /// Words, spaces, objects: parted at break opportunities, style changes and direction changes.
    fn segment(&self, text: &CutText<'_>, levels: &[u8], out: &mut Units) {
        let mut places = opportunities(text.text).filter(|(_, kind)| *kind == BreakOpportunity::Allowed).map(|(i, _)| i).peekable();
        let mut span = 0;
        let mut word_start = 0;
        let level = |at: usize| levels.get(at).copied().unwrap_or(if out.rtl { 1 } else { 0 });
        let mut units = Vec::new();
        let mut chars = text.text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let style = text.spans.get(span).map_or(0, |s| s.1);
            let end = at + c.len_utf8();
            let kind = match c {
                ' ' | '\u{A0}' => Some(UnitKind::Space),
                LINE_BREAK => Some(UnitKind::Break),
                OBJECT => text.objects.binary_search_by_key(&at, |(o, _)| *o).ok().map(UnitKind::Object),
                _ => None,
            };
            let flush = |units: &mut Vec<Unit>, from: usize, to: usize| {
                if from < to {
                    units.push(self.word(text, style, from, to, level(from)));
                }
            };
            if let Some(kind) = kind {
                flush(&mut units, word_start, at);
                let width = self.fixed_width(text, style, &kind, c, at);
                units.push(Unit { kind, style, start: at, end, width, level: level(at) });
                word_start = end;
            }
            while places.peek().is_some_and(|o| *o < end) {
                places.next();
            }
            let span_ends = text.spans.get(span).is_some_and(|s| s.0 <= end);
            let level_changes = level(end) != level(at);
            if span_ends || level_changes || places.peek() == Some(&end) || chars.peek().is_none() {
                flush(&mut units, word_start, end);
                word_start = end.max(word_start);
            }
            if span_ends {
                span += 1;
            }
        }
        out.units = units;
    }

    fn word(&self, text: &CutText<'_>, style: usize, start: usize, end: usize, level: u8) -> Unit {
        let shaped = self.shaper.word_of(&self.configs[style], &text.text[start..end], level % 2 == 1, text.styles[style].personal);
        let width = at_size(shaped.width, text.styles[style].style.size);
        Unit { kind: UnitKind::Word(shaped), style, start, end, width, level }
    }

    fn fixed_width(&self, text: &CutText<'_>, style: usize, kind: &UnitKind, c: char, at: usize) -> i64 {
        let size = text.styles[style].style.size;
        match kind {
            UnitKind::Space if !text.spaces.is_empty() && text.own_space(at).is_some() => text.own_space(at).map_or(0, |space| i64::from(space.width.raw())),
            // Running text has the theme's best space; other faces, code among them, have their own.
            UnitKind::Space if !text.styles[style].code && matches!(text.styles[style].style.family, Family::Text | Family::Caption) => {
                at_size(i64::from(self.design.space_best) * EM / 1000, size)
            }
            UnitKind::Space => at_size(self.shaper.word(&self.configs[style], c.encode_utf8(&mut [0; 4]), false).width, size),
            UnitKind::Object(index) => text.objects.get(*index).map_or(0, |(_, o)| i64::from(o.width.raw())),
            _ => 0,
        }
    }

    /// All places where a line may end, with the sums that the line breaker works on.
    fn breakpoints(&self, text: &CutText<'_>, out: &mut Units) {
        let units = std::mem::take(&mut out.units);
        let ends = self.ends(text, &units);
        let mut sums = Sums::default();
        out.start.start_hang = self.hang_left(text, &units, 0, 0);
        out.start.start_word = number(word_after(text.text));
        let (mut points, mut cuts) = (Vec::new(), Vec::new());
        for (index, unit) in units.iter().enumerate() {
            if matches!(unit.kind, UnitKind::Word(_)) {
                self.inner_points(text, unit, index, ends[index].crowded, sums, &mut points, &mut cuts);
            }
            let before = sums;
            sums.add(unit);
            let (forced, seam) = (ends[index].how == How::Must, ends[index].how == How::Seam);
            if ends[index].how == How::No {
                continue;
            }
            // The spaces at which a line ends belong to no line.
            let mut end_unit = index + 1;
            let mut end = sums;
            if matches!(unit.kind, UnitKind::Break) {
                (end_unit, end) = (index, before);
            }
            while end_unit > 1 && matches!(units[end_unit - 1].kind, UnitKind::Space) {
                end_unit -= 1;
                end.remove(&units[end_unit]);
            }
            let mut next = index + 1;
            let mut begin = sums;
            while !forced && units.get(next).is_some_and(|u| matches!(u.kind, UnitKind::Space)) {
                begin.add(&units[next]);
                next += 1;
            }
            let end_offset = if end_unit > 0 { units[end_unit - 1].end } else { 0 };
            let dash = !forced && matches!(units[end_unit - 1].kind, UnitKind::Word(_)) && text.text[..end_offset].ends_with(['-', '‐']);
            let mut point = Breakpoint { forced, dash, cost: if dash { OWN_HYPHEN } else { 0.0 }, emergency: seam, ..Breakpoint::default() };
            if seam {
                // A mark belongs to what stands before it.
                let mark = text.text[unit.end..].starts_with([',', '.', ';', ':', ')', ']', '}', '!', '?', '”', '’', '»']);
                point.cost += if mark { ANYWHERE } else { SEAM };
            }
            if !forced {
                let (before, after) = (word_before(&text.text[..end_offset]), word_after(&text.text[unit.end..]));
                (point.end_word, point.start_word) = (number(before), number(after));
                let code = end_unit > 0 && text.styles[units[end_unit - 1].style].code;
                point.cost += if is_letter(before) && !code { LETTER } else { 0.0 };
                point.cost += text.own_space(unit.start).and_then(|space| space.cost).unwrap_or(0.0);
            }
            end.end(&mut point);
            begin.start(&mut point);
            point.end_extra = -self.hang_right(text, &units, end_unit);
            point.start_hang = self.hang_left(text, &units, next, units.get(next).map_or(0, |u| u.start));
            points.push(point);
            cuts.push(Cut { end_unit, end_offset, next_unit: next, next_offset: units.get(next).map_or(text.text.len(), |u| u.start) });
        }
        out.units = units;
        (out.points, out.cuts) = (points, cuts);
    }

    /// For each unit whether a line may end after it. What lies between two such places and is wider than the measure is crowded:
    /// a line may end at its seams too, and within its words. The units of such a stretch may be many, as in code, a comma, code.
    fn ends(&self, text: &CutText<'_>, units: &[Unit]) -> Vec<End> {
        let mut allowed = opportunities(text.text).map(|(at, _)| at).peekable();
        let mut ends: Vec<End> = Vec::with_capacity(units.len());
        let (mut first, mut width, mut space) = (0, 0, 0);
        for (index, unit) in units.iter().enumerate() {
            while allowed.next_if(|at| *at < unit.end).is_some() {}
            let forced = matches!(unit.kind, UnitKind::Break) || index + 1 == units.len();
            let how = match () {
                () if forced => How::Must,
                () if allowed.peek() == Some(&unit.end) && !self.glued(text, units, index) && !is_within_word(text, units, index) => How::May,
                () => How::No,
            };
            ends.push(End { how, crowded: false });
            // Spaces at a line's end do not count.
            if matches!(unit.kind, UnitKind::Space) {
                space += unit.width;
            } else {
                (width, space) = (width + space + unit.width, 0);
            }
            if how == How::No {
                continue;
            }
            if width > self.measure {
                let is_space = |unit: &Unit| matches!(unit.kind, UnitKind::Space);
                for (end, pair) in ends[first..].iter_mut().zip(units[first..].windows(2)) {
                    end.crowded = true;
                    if end.how == How::No && !is_space(&pair[1]) {
                        end.how = How::Seam;
                    }
                }
                if let Some(last) = ends.last_mut() {
                    last.crowded = true;
                }
            }
            (first, width, space) = (index + 1, 0, 0);
        }
        ends
    }

    /// No break between a number and its unit.
    fn glued(&self, text: &CutText<'_>, units: &[Unit], index: usize) -> bool {
        if !matches!(units[index].kind, UnitKind::Space) || index == 0 {
            return false;
        }
        let before = &text.text[units[index - 1].start..units[index - 1].end];
        let Some(after) = units.get(index + 1).map(|u| &text.text[u.start..u.end]) else { return false };
        let after = after.trim_end_matches([',', '.', ';', ':', ')']);
        const UNITS: [&str; 21] = ["%", "‰", "°", "°C", "mm", "cm", "m", "km", "pt", "g", "kg", "ms", "s", "h", "kB", "KB", "MB", "GB", "TB", "Hz", "€"];
        before.ends_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&after)
    }

    /// Places inside a word: hyphenation, joints of code, and anywhere in what is longer than the measure.
    #[allow(clippy::too_many_arguments)] // the word, where it stands, and what is gathered
    fn inner_points(&self, text: &CutText<'_>, unit: &Unit, index: usize, crowded: bool, sums: Sums, points: &mut Vec<Breakpoint>, cuts: &mut Vec<Cut>) {
        let UnitKind::Word(shaped) = &unit.kind else { return };
        let style = &text.styles[unit.style];
        let word = &text.text[unit.start..unit.end];
        let mut inner: Vec<(usize, bool, f64)> = Vec::new();
        if style.code {
            inner.extend(code_joints(word).map(|at| (at, false, CODE_JOINT)));
        } else if let Some(hyphenator) = self.hyphenator.filter(|_| style.hyphenate && !style.personal && unit.level == 0) {
            let compound = if word.contains('-') { COMPOUND } else { 0.0 };
            inner.extend(self.hyphens(word, hyphenator).into_iter().map(|at| (at, true, f64::from(self.design.hyphen_cost) + compound)));
        }
        inner.extend(
            word.char_indices().filter(|(_, c)| *c == '\u{AD}' && unit.level == 0).map(|(i, c)| (i + c.len_utf8(), true, f64::from(self.design.hyphen_cost))),
        );
        if crowded {
            use unicode_segmentation::UnicodeSegmentation;
            inner.extend(word.grapheme_indices(true).skip(1).map(|(at, _)| (at, false, ANYWHERE)));
        }
        if inner.is_empty() {
            return;
        }
        inner.sort_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)));
        inner.dedup_by_key(|p| p.0);
        let rtl = unit.level % 2 == 1;
        let hyphen_width = at_size(self.shaper.word(&self.configs[unit.style], "-", false).width, style.style.size);
        let mut clusters = Clusters::new(shaped, rtl);
        for (at, hyphen, cost) in inner {
            let emergency = cost == ANYWHERE;
            let before = match clusters.up_to(at) {
                Some(em) if !rtl || emergency => at_size(em, style.style.size),
                // Within a ligature there is always another place near.
                None if emergency => continue,
                // What is divided takes other shapes.
                _ => at_size(self.shaper.word_of(&self.configs[unit.style], &word[..at], rtl, style.personal).width, style.style.size),
            };
            let mut point = Breakpoint { hyphen, dash: hyphen, cost, emergency, ..Breakpoint::default() };
            let mut cut = sums;
            cut.letters += before;
            cut.end(&mut point);
            cut.start(&mut point);
            if hyphen {
                point.end_extra = hyphen_width - if self.design.protrude { hyphen_width * right_share('-') / 1000 } else { 0 };
            }
            points.push(point);
            let offset = unit.start + at;
            cuts.push(Cut { end_unit: index, end_offset: offset, next_unit: index, next_offset: offset });
        }
    }

    fn hyphens(&self, word: &str, hyphenator: &Hyphenator) -> Vec<usize> {
        // Words are what is between the marks: quotes, brackets, stops.
        let start = word.find(char::is_alphabetic).unwrap_or(word.len());
        let end = word.rfind(char::is_alphabetic).map_or(start, |i| i + word[i..].chars().next().map_or(0, char::len_utf8));
        let core = &word[start..end.max(start)];
        let divisible = |part: &str| part.chars().all(char::is_alphabetic) && part.chars().skip(1).all(|c| !c.is_uppercase());
        let mut out = Vec::new();
        let mut at = start;
        for part in core.split_inclusive(['-', '’', '\'']) {
            let bare = part.trim_end_matches(['-', '’', '\'']);
            if divisible(bare) {
                out.extend(hyphenator.points(bare).into_iter().map(|p| at + p));
            }
            at += part.len();
        }
        out
    }

    /// What hangs into the right margin when a line ends before this unit.
    fn hang_right(&self, text: &CutText<'_>, units: &[Unit], end_unit: usize) -> i64 {
        let Some(unit) = end_unit.checked_sub(1).and_then(|i| units.get(i)) else { return 0 };
        let UnitKind::Word(shaped) = &unit.kind else { return 0 };
        let Some(c) = text.text[unit.start..unit.end].chars().next_back() else { return 0 };
        let last = shaped.parts.last().and_then(|p| p.glyphs.last()).map_or(0, |g| i64::from(g.advance));
        let style = &text.styles[unit.style];
        // In code a mark stands in the middle of a wide cell: half of it hangs as far as elsewhere all of it.
        let share = if style.code { right_share(c) / 2 } else { right_share(c) };
        if self.design.protrude && unit.level == 0 { at_size(last, style.style.size) * share / 1000 } else { 0 }
    }

    /// What hangs into the left margin when a line begins with this unit.
    fn hang_left(&self, text: &CutText<'_>, units: &[Unit], unit: usize, offset: usize) -> i64 {
        let Some(unit) = units.get(unit) else { return 0 };
        let UnitKind::Word(shaped) = &unit.kind else { return 0 };
        let Some(c) = text.text.get(offset.max(unit.start)..unit.end).and_then(|s| s.chars().next()) else { return 0 };
        let first = shaped.parts.first().and_then(|p| p.glyphs.first()).map_or(0, |g| i64::from(g.advance));
        if self.design.protrude && unit.level == 0 { at_size(first, text.styles[unit.style].style.size) * left_share(c) / 1000 } else { 0 }
    }
}

/// Whether the place behind a unit lies beside a formula without a space between: there a line ends only where it could end beside a letter
/// of a script that sets no spaces.
fn is_within_word(text: &CutText<'_>, units: &[Unit], index: usize) -> bool {
    let is_letter = |unit: &Unit| matches!(unit.kind, UnitKind::Object(object) if text.objects.get(object).is_some_and(|(_, object)| object.is_letter));
    let is_free = |c: char| c.is_whitespace() || c >= '\u{2E80}' && c != OBJECT;
    let (Some(before), Some(after)) = (units.get(index), units.get(index + 1)) else { return false };
    if !is_letter(before) && !is_letter(after) {
        return false;
    }
    let last = text.text[..before.end].chars().next_back();
    let first = text.text[after.start..].chars().next();
    !(is_letter(after) && last.is_some_and(is_free) || is_letter(before) && first.is_some_and(is_free))
}

/// Whether a line may end after a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    No,
    May,
    Must,
    /// Only because there is no better place within a measure.
    Seam,
}

/// What is known of the place after a unit.
#[derive(Clone, Copy, Debug)]
struct End {
    how: How,
    /// The unit is part of something wider than the measure.
    crowded: bool,
}

/// Widths of a word's beginnings, asked for from the shortest to the longest, so that its glyphs are walked once.
struct Clusters<'s> {
    glyphs: std::iter::Peekable<Box<dyn Iterator<Item = &'s ShapedGlyph> + 's>>,
    em: i64,
}

impl<'s> Clusters<'s> {
    fn new(shaped: &'s Shaped, rtl: bool) -> Clusters<'s> {
        // In the order of the text, which in words from right to left is the other way round.
        let glyphs: Box<dyn Iterator<Item = &'s ShapedGlyph> + 's> = if rtl {
            Box::new(shaped.parts.iter().rev().flat_map(|part| part.glyphs.iter().rev()))
        } else {
            Box::new(shaped.parts.iter().flat_map(|part| part.glyphs.iter()))
        };
        Clusters { glyphs: glyphs.peekable(), em: 0 }
    }

    /// Width in em of the word's first bytes, where its clusters part there.
    fn up_to(&mut self, at: usize) -> Option<i64> {
        while let Some(glyph) = self.glyphs.next_if(|glyph| (glyph.cluster as usize) < at) {
            self.em += i64::from(glyph.advance);
        }
        self.glyphs.peek().is_some_and(|glyph| glyph.cluster as usize == at).then_some(self.em)
    }
}

/// Running sums of letters and spaces.
#[derive(Clone, Copy, Default)]
struct Sums {
    letters: i64,
    /// Of objects, whose widths do not give.
    rigid: i64,
    spaces: i64,
    count: i64,
}

impl Sums {
    fn change(&mut self, unit: &Unit, sign: i64) {
        match unit.kind {
            UnitKind::Space => {
                self.spaces += sign * unit.width;
                self.count += sign;
            }
            UnitKind::Object(_) => self.rigid += sign * unit.width,
            _ => self.letters += sign * unit.width,
        }
    }

    fn add(&mut self, unit: &Unit) {
        self.change(unit, 1);
    }

    fn remove(&mut self, unit: &Unit) {
        self.change(unit, -1);
    }

    fn end(&self, point: &mut Breakpoint) {
        (point.end_letters, point.end_rigid, point.end_spaces, point.end_count) = (self.letters, self.rigid, self.spaces, self.count);
    }

    fn start(&self, point: &mut Breakpoint) {
        (point.start_letters, point.start_rigid, point.start_spaces, point.start_count) = (self.letters, self.rigid, self.spaces, self.count);
    }
}

/// The last word of a text with what stands around it; empty if it is longer than [`LONGEST`].
fn word_before(text: &str) -> &str {
    let text = text.trim_end_matches(' ');
    let start = text.char_indices().rev().take(LONGEST).find(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8());
    start.or((text.len() <= LONGEST).then_some(0)).map_or("", |start| &text[start..])
}

/// The first word of a text, likewise.
fn word_after(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    let end = text.char_indices().take(LONGEST).find(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    end.or((text.len() <= LONGEST).then_some(text.len())).map_or("", |end| &text[..end])
}

/// A number for a word, whatever its case and the marks around it; 0 for none.
fn number(word: &str) -> u32 {
    let letters = word.trim_matches(|c: char| !c.is_alphanumeric()).chars().flat_map(char::to_lowercase);
    // Fowler, Noll and Vo's hash: two words of one paragraph that meet in it by chance cost a little evenness.
    letters.fold(None, |hash, c| Some((hash.unwrap_or(0x811C_9DC5) ^ u32::from(c)).wrapping_mul(0x0100_0193))).map_or(0, |hash: u32| hash.max(1))
}

/// A word of one letter, with at most marks before it: what has one after it ends a sentence or a clause. In scripts without spaces
/// between words letters are words, and lines end anywhere.
fn is_letter(word: &str) -> bool {
    let mut chars = word.trim_start_matches(|c: char| !c.is_alphanumeric()).chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_alphabetic() && c < '\u{2E80}')
}

/// Offsets after which code may be divided without a sign: after its joints.
fn code_joints(word: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = word.as_bytes();
    (1..bytes.len()).filter(move |&i| {
        let (before, after) = (bytes[i - 1], bytes[i]);
        let joint = matches!(before, b'/' | b'.' | b',' | b'_' | b'-' | b'=' | b'&' | b'?' | b'(' | b'<' | b'|' | b';') || before == b':' && after != b':';
        joint && after.is_ascii_alphanumeric() && i >= 3 && bytes.len() - i >= 3
    })
}

/// How much of a character hangs into the right margin, in thousandths of its width.
fn right_share(c: char) -> i64 {
    match c {
        '.' | ',' => 700,
        '-' | '‐' | '\u{AD}' => 600,
        ';' | ':' => 400,
        '’' | '”' | '\'' | '"' | '»' | '›' => 500,
        '–' => 300,
        '—' => 200,
        '!' | '?' => 150,
        ')' | ']' => 100,
        _ => 0,
    }
}

/// How much of a character hangs into the left margin.
fn left_share(c: char) -> i64 {
    match c {
        '‘' | '“' | '\'' | '"' | '«' | '‹' | '„' | '‚' => 500,
        '(' | '[' => 100,
        _ => 0,
    }
}

/// A raw width as a length.
pub(super) fn length(raw: i64) -> Length {
    Length::from_wide(raw)
}
