//! A paragraph broken into lines, remembered: a chapter that is set again after one of its paragraphs was changed finds the breaks of all
//! others.
//!
//! [`BreakInput`] is all that cutting and breaking may read of a paragraph. What its spans mean, where they lead and what colour they have is
//! not among it, so that the breaks stay when something is put in before the paragraph, and its elements are counted anew.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::language::Direction;
use crate::length::Length;
use crate::memo::{Key, Remembered};
use crate::theme::TextStyle;

use super::linebreak::{Measure, Solution, break_lines};
use super::setter::{Setter, Surroundings};
use super::text::{Isolate, OwnSpace, ParagraphText};
use super::units::Units;

/// What cutting a text into units may read of it.
#[derive(Clone, Debug)]
pub(super) struct CutText<'a> {
    /// All text.
    pub text: &'a str,
    /// End offset of each span and index of its style.
    pub spans: &'a [(usize, usize)],
    /// Styles.
    pub styles: Vec<CutStyle>,
    /// Objects by offset of their stand-in, ascending.
    pub objects: Vec<(usize, CutObject)>,
    /// Spaces with widths of their own, ascending.
    pub spaces: &'a [OwnSpace],
    /// Passages of a direction of their own.
    pub isolates: &'a [Isolate],
    /// Letters that are twice as wide as others take the room of two.
    pub cells: bool,
}

/// What it may read of a style.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct CutStyle {
    pub style: TextStyle,
    pub personal: bool,
    pub code: bool,
    pub hyphenate: bool,
}

/// What it may read of an object.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct CutObject {
    pub width: Length,
    pub is_letter: bool,
}

impl<'a> CutText<'a> {
    /// Of a paragraph's text.
    pub(super) fn of(text: &'a ParagraphText) -> CutText<'a> {
        let style = |of: &super::text::SpanStyle| CutStyle { style: of.style, personal: of.personal, code: of.code, hyphenate: of.hyphenate };
        let ParagraphText { text: words, spans, styles, objects, spaces, isolates, cells, .. } = text;
        CutText {
            text: words,
            spans,
            styles: styles.iter().map(style).collect(),
            objects: objects.iter().map(|(at, object)| (*at, CutObject { width: object.width, is_letter: object.is_letter })).collect(),
            spaces,
            isolates,
            cells: *cells,
        }
    }

    /// The space at an offset, if it is none of its style's.
    pub(super) fn own_space(&self, at: usize) -> Option<&OwnSpace> {
        self.spaces.binary_search_by_key(&at, |space| space.at).ok().and_then(|index| self.spaces.get(index))
    }
}

impl Hash for CutText<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let CutText { text, spans, styles, objects, spaces, isolates, cells } = self;
        (text, spans, styles, objects, isolates, cells).hash(hasher);
        spaces.iter().for_each(|OwnSpace { at, width, cost }| (at, width, cost.map(f64::to_bits)).hash(hasher));
    }
}

/// All that breaking a paragraph may read: its text, and where it stands.
#[derive(Hash)]
pub(super) struct BreakInput<'a> {
    pub text: CutText<'a>,
    /// Which way what is around it runs.
    pub direction: Direction,
    /// Words may be divided, by the rules of this language where it is not the book's.
    pub hyphenate: Option<Option<&'a str>>,
    /// What is wider may be divided anywhere.
    pub widest: Length,
    /// How its lines are to be filled.
    pub measure: Measure,
}

/// A paragraph in units, and its settings, the best one first.
#[derive(Debug)]
pub(super) struct Broken {
    pub units: Units,
    pub solutions: Vec<Solution>,
}

impl Remembered for Broken {
    fn weight(&self) -> usize {
        let Units { units, points, cuts, .. } = &self.units;
        size_of_val(&**units) + size_of_val(&**points) + size_of_val(&**cuts)
    }
}

impl Setter {
    /// The breaks of a paragraph: those that were found before, where they are kept.
    pub(super) fn broken(&self, input: &BreakInput<'_>) -> Arc<Broken> {
        let make = || {
            let hyphenator = input.hyphenate.map(|language| self.hyphenator(language));
            let units = self.cut(&input.text, &Surroundings { direction: input.direction, hyphenator, measure: input.widest });
            let solutions = break_lines(&units.points, &units.start, &input.measure, &self.theme.paragraph);
            Broken { units, solutions }
        };
        match self.drafts() {
            Some(memo) => memo.get_or_make(Key::of(&(self.key(), input)), make),
            None => Arc::new(make()),
        }
    }
}
