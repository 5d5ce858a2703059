//! The setter: shapes text and sets lines and paragraphs of it, for galleys and for furniture alike.

use crate::fonts::FontBook;
use crate::length::Length;
use crate::theme::{TextStyle, Theme};

use super::frame::{Mark, Placed};
use super::galley::Line;

/// Theme, fonts and language, with a cache of shaped words. Shared by all threads.
pub struct Setter<'a> {
    /// The theme.
    pub theme: &'a Theme,
    /// The fonts.
    pub fonts: &'a FontBook,
}

/// A piece of text in one style, for what the book itself says.
#[derive(Clone, Debug)]
pub struct Piece<'t> {
    /// The text; data, never markup.
    pub text: &'t str,
    /// Its style.
    pub style: TextStyle,
    /// What it is.
    pub mark: Mark,
    /// Whether it comes from the reader.
    pub personal: bool,
}

/// One line at its natural width.
#[derive(Clone, Debug, Default)]
pub struct NaturalLine {
    /// Items; the baseline is at y 0, the left end at x 0.
    pub items: Vec<Placed>,
    /// Width.
    pub width: Length,
}

/// How lines fill the measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Alignment {
    Justified,
    Left,
    Center,
    Right,
}

impl<'a> Setter<'a> {
    /// A setter for a language (BCP 47).
    pub fn new(theme: &'a Theme, fonts: &'a FontBook, _language: &str) -> Setter<'a> {
        Setter { theme, fonts }
    }

    /// One line at its natural width, not broken.
    pub fn line(&self, _pieces: &[Piece<'_>]) -> NaturalLine {
        NaturalLine::default()
    }

    /// A paragraph broken to a measure. Each line is as high as the largest leading of its pieces.
    pub fn paragraph(&self, _pieces: &[Piece<'_>], _measure: Length, _alignment: Alignment) -> Vec<Line> {
        Vec::new()
    }
}
