//! The ladder as the map of *Your route*, with names and years: the one of its drawings that stands in running
//! text. The others are furniture (`furniture/ladder.rs`). A pure vector frame, the same in every format.

use std::borrow::Cow;

use crate::length::{Length, Point, Size};
use crate::resolve::RouteInput;
use crate::theme::{Color, ColorRole, OpenerDesign, TextStyle, Weight};

use super::builder::stacked;
use super::frame::{Frame, Item, Mark};
use super::galley::{Line, LineMetrics};
use super::setter::{Alignment, NaturalLine, Piece, Setter, baseline};

/// The map of the route: all rungs with names and years, where the reader is and is going. One line as
/// high as the drawing; text and rules have the mark that is given.
pub fn route_map(setter: &Setter, route: &RouteInput<'_>, measure: Length, mark: Mark) -> Line {
    stacked(route_rows(setter, route, measure, mark))
}

/// The same, a line for each rung, the last one first. None is higher than half a page: of texts that are longer than anybody reads on
/// a map, the first words stand for all.
pub(super) fn route_rows(setter: &Setter, route: &RouteInput<'_>, measure: Length, mark: Mark) -> Vec<Line> {
    const WORDS: usize = 16;
    let rows = |words: usize| -> Vec<Line> {
        let rungs: Vec<Rung<'_>> = (0..route.ladder.len()).map(|rung| Rung::new(setter, route, rung, words, mark)).collect();
        let widths = widths(setter, &rungs, measure);
        rungs.iter().zip(widths).rev().map(|(rung, width)| rung.row(measure, width)).collect()
    };
    let whole = rows(usize::MAX);
    let high = whole.iter().any(|row| row.metrics.height > setter.theme.text_height() / 2);
    if high { rows(WORDS) } else { whole }
}

/// A text of no more than so many words.
fn abridged(text: &str, words: usize) -> Cow<'_, str> {
    match text.split_whitespace().nth(words) {
        Some(_) => format!("{}…", text.split_whitespace().take(words).collect::<Vec<_>>().join(" ")).into(),
        None => text.into(),
    }
}

/// How long the rules are: they grow by even steps from what the theme says, or from more where a name and its years would not
/// have room above their rule.
fn widths(setter: &Setter, rungs: &[Rung<'_>], measure: Length) -> Vec<Length> {
    let steps = rungs.len().saturating_sub(1).max(1) as i64;
    let first = |(rung, step): (&Rung<'_>, i64)| {
        // As long as this makes the first rule, this one has room.
        let missing = i64::from(rung.natural().raw()) * steps - i64::from(measure.raw()) * step;
        Length::from_wide(missing / (steps - step))
    };
    let asked = measure.scale(setter.theme.ladder.share(0, rungs.len()), 1000);
    let shortest = rungs.iter().zip(0..steps).map(first).fold(asked, Length::max).min(measure);
    (0..rungs.len() as i64).map(|step| shortest + (measure - shortest).scale(step, steps)).collect()
}

/// Least room between the name above a rung and the years at its end.
const YEARS_GAP: Length = Length::pt(12);

/// One rung of the map: the name and the years above its rule, or on its step of colour.
struct Rung<'a> {
    setter: &'a Setter,
    mark: Mark,
    target: bool,
    beyond: bool,
    /// The name with its number, and whether the reader is there or is going there; each piece with its style.
    name: Vec<(String, TextStyle)>,
    years: NaturalLine,
    /// The colour of its step, where the theme draws steps.
    step: Option<Color>,
}

impl<'a> Rung<'a> {
    fn new(setter: &'a Setter, route: &RouteInput<'a>, rung: usize, words_at_most: usize, mark: Mark) -> Rung<'a> {
        let (styles, words) = (&setter.theme.styles, route.words);
        let stage = &route.ladder[rung];
        let (target, here) = (route.target == Some(rung), route.from == Some(rung));
        let beyond = route.target.is_some_and(|t| rung > t);
        let theme = &setter.theme;
        let of_stage = theme.stage(rung, route.ladder.len());
        // Stages beyond the target are in outline only, as on the cover.
        let step = (theme.openers.design == OpenerDesign::Page).then(|| if beyond { of_stage.mixed(Color::WHITE, 900) } else { of_stage });
        let color = match (target, beyond) {
            (_, false) if step.is_some() => ColorRole::Reversed,
            (true, _) => ColorRole::Accent,
            (_, true) => ColorRole::Muted,
            _ => ColorRole::Text,
        };
        let style = TextStyle { color, weight: if beyond { Weight::Regular } else { Weight::Semibold }, ..styles.heading4 };
        let mut name = vec![(format!("{}\u{2002}{}", stage.number, abridged(&stage.title, words_at_most)), style)];
        let sign = match (target, here) {
            (true, _) => words.your_target.to_lowercase(),
            (_, true) => words.you_are_here.to_lowercase(),
            _ => String::new(),
        };
        if !sign.is_empty() {
            // In a narrow drawing it goes below the name as a whole.
            let sign = sign.replace(' ', "\u{A0}");
            name.push(("\u{2003}".to_string(), style));
            name.push((sign, TextStyle { small_caps: true, tracking: 40, color: if step.is_some() { color } else { ColorRole::Accent }, ..styles.caption }));
        }
        let years = if stage.years.is_empty() { String::new() } else { format!("{}\u{2002}{}", words.years, stage.years) };
        let small = TextStyle { color: if step.is_some() && !beyond { ColorRole::Reversed } else { ColorRole::Muted }, ..styles.caption };
        let years = setter.line(&[Piece::new(&years, &small, mark)]);
        Rung { setter, mark, target, beyond, name, years, step }
    }

    fn pieces(&self) -> Vec<Piece<'_>> {
        self.name.iter().map(|(text, style)| Piece::new(text, style, self.mark)).collect()
    }

    /// Room that the years take from the name.
    fn aside(&self) -> Length {
        let inset = if self.step.is_some() { self.setter.theme.leading() } else { Length::ZERO };
        inset + if self.years.width > Length::ZERO { self.years.width + YEARS_GAP } else { Length::ZERO }
    }

    /// Width of the name and the years side by side.
    fn natural(&self) -> Length {
        self.setter.line(&self.pieces()).width + self.aside()
    }

    fn row(&self, measure: Length, width: Length) -> Line {
        let theme = &self.setter.theme;
        let leading = theme.leading();
        let mut frame = Frame::default();
        // On a step of colour the text stands in from its ends.
        let inset = if self.step.is_some() { leading / 2 } else { Length::ZERO };
        let aside = self.years.width + YEARS_GAP / 2;
        let name = self.setter.paragraph(&self.pieces(), width - aside - inset * 2, Alignment::Left, false);
        let last = name.last().map_or(Length::ZERO, |line| line.metrics.height);
        let name = stacked(name);
        let top = if self.step.is_some() { leading * if self.target { 3 } else { 2 } / 4 } else { Length::pt(2) };
        // The rules begin where lines do.
        let rtl = self.setter.direction.is_rtl();
        let left = if rtl { measure - width } else { Length::ZERO };
        let height = match self.step {
            Some(color) => {
                let high = top * 2 + name.metrics.height;
                frame.push(Point::new(left, Length::ZERO), self.mark, Item::Rect { size: Size::new(width, high), color });
                high + Length::pt(2)
            }
            None => {
                let rule = top + name.metrics.height + Length::pt(1);
                let weight = if self.target { theme.ladder.map_target } else { theme.ladder.map_rule };
                let color = match (self.target, self.beyond) {
                    (true, _) => theme.colors.accent,
                    (_, true) => theme.colors.faint,
                    _ => theme.colors.text,
                };
                frame.push(Point::new(left, rule), self.mark, Item::Rect { size: Size::new(width, weight), color });
                (rule + weight + leading).round_up(leading / 2)
            }
        };
        frame.place(Point::new(if rtl { left + aside + inset } else { left + inset }, top), name.frame);
        // On the name's last line, where its step ends.
        let level = top + name.metrics.height - last + baseline(&theme.styles.heading4);
        frame.place(Point::new(if rtl { left + inset } else { width - self.years.width - inset }, level), Frame { items: self.years.items.clone() });
        Line { metrics: LineMetrics { height, ..LineMetrics::default() }, frame }
    }
}
