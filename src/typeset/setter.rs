//! The setter: shapes text and sets lines and paragraphs of it, for galleys and for furniture alike.

use std::sync::Arc;

use crate::fonts::{FaceId, FontBook};
use crate::length::Length;
use crate::memo::{Key, Memo};
use crate::theme::{TextStyle, Theme, Weight};

use super::frame::{LinkTarget, Mark, Placed};
use super::galley::Line;
use super::highlight::{Highlighted, highlighted};
use super::hyphenate::Hyphenator;
use super::lines::LineBuilder;
use super::paragraph::{Paragraph, Shape};
use super::shape::{Shaped, Shaper};
use super::tags::TagId;
use super::text::{Description, Link, ParagraphText, SpanStyle};
use super::units::{Cut, Maker, Units};

/// Bytes of highlighted code that a setter keeps which stands alone.
const MATERIALS: usize = 16 << 20;

/// Theme, fonts and language, with a cache of shaped words. Shared by all threads.
pub struct Setter {
    /// The theme.
    pub theme: Arc<Theme>,
    /// The fonts.
    pub fonts: Arc<FontBook>,
    language: String,
    key: Key,
    shaper: Shaper,
    hyphenator: Hyphenator,
    /// Code that was highlighted before.
    materials: Arc<Memo>,
}

impl std::fmt::Debug for Setter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setter").field("theme", &self.theme.name).finish_non_exhaustive()
    }
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
    /// Where it leads, with the link's element and what it says to somebody who cannot see it.
    pub link: Option<(LinkTarget, TagId, String)>,
}

impl<'t> Piece<'t> {
    /// A piece of the book's own text.
    pub fn new(text: &'t str, style: &TextStyle, mark: Mark) -> Piece<'t> {
        Piece { text, style: *style, mark, personal: false, link: None }
    }

    /// A piece that comes from the reader.
    pub fn personal(text: &'t str, style: &TextStyle, mark: Mark) -> Piece<'t> {
        Piece { personal: true, ..Piece::new(text, style, mark) }
    }
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

/// From the top of a line to its baseline: capitals stand in the middle of the leading.
pub fn baseline(style: &TextStyle) -> Length {
    (style.leading - style.size) / 2 + style.size.scale(80, 100)
}

impl Setter {
    /// A setter for a language (BCP 47).
    pub fn new(theme: &Arc<Theme>, fonts: &Arc<FontBook>, language: &str) -> Setter {
        Setter {
            theme: theme.clone(),
            fonts: fonts.clone(),
            language: language.to_string(),
            key: Setter::key_of(theme, fonts, language),
            shaper: Shaper::new(fonts, theme, language),
            hyphenator: Hyphenator::new(language),
            materials: Arc::new(Memo::new(MATERIALS)),
        }
    }

    /// The same, which keeps highlighted code where others find it too.
    #[must_use]
    pub fn with_materials(self, materials: &Arc<Memo>) -> Setter {
        Setter { materials: materials.clone(), ..self }
    }

    /// A new one with other fonts. It knows no words.
    #[must_use]
    pub fn with_fonts(&self, fonts: &Arc<FontBook>) -> Setter {
        Setter::new(&self.theme, fonts, &self.language).with_materials(&self.materials)
    }

    /// What names a setter: two with the same key set everything alike.
    pub fn key_of(theme: &Theme, fonts: &FontBook, language: &str) -> Key {
        Key::of(&(theme, fonts.key(), language))
    }

    /// What names this one.
    pub fn key(&self) -> Key {
        self.key
    }

    /// Code in classified pieces.
    pub(super) fn highlighted(&self, language: Option<&str>, code: &str) -> Arc<Highlighted> {
        highlighted(&self.materials, language, code)
    }

    /// One line at its natural width, not broken.
    pub fn line(&self, pieces: &[Piece<'_>]) -> NaturalLine {
        self.natural_text(&text_of(pieces))
    }

    /// One line of code at its natural width: spaces keep the width of the face.
    pub fn code_line(&self, pieces: &[Piece<'_>]) -> NaturalLine {
        let mut text = text_of(pieces);
        text.styles.iter_mut().for_each(|style| style.code = true);
        self.natural_text(&text)
    }

    /// A paragraph broken to a measure; its leading is the largest of its pieces. `hyphenate` allows words to be divided.
    pub fn paragraph(&self, pieces: &[Piece<'_>], measure: Length, alignment: Alignment, hyphenate: bool) -> Vec<Line> {
        let Some(largest) = pieces.iter().map(|p| p.style).max_by_key(|s| s.leading) else { return Vec::new() };
        let shape = Shape {
            measure,
            x: Length::ZERO,
            indent: Length::ZERO,
            alignment,
            hyphenate,
            leading: largest.leading,
            baseline: baseline(&largest),
            lead: Vec::new(),
        };
        Paragraph::set(self, text_of(pieces), shape).build(0, self)
    }

    /// Whether some font has this character.
    pub fn covers(&self, c: char) -> bool {
        self.shaper.covered(c)
    }

    /// The faces of a style in all weights, upright and italic.
    pub fn faces(&self, style: &TextStyle) -> Vec<FaceId> {
        let weights = [Weight::Regular, Weight::Semibold, Weight::Bold];
        let styles = weights.into_iter().flat_map(|weight| [false, true].map(|italic| TextStyle { weight, italic, ..*style }));
        styles.map(|style| self.space_face(&style).0).collect()
    }

    pub(super) fn natural(&self, text: &str, style: &SpanStyle) -> NaturalLine {
        let mut paragraph = ParagraphText::default();
        paragraph.push(text, style);
        self.natural_text(&paragraph)
    }

    fn natural_text(&self, text: &ParagraphText) -> NaturalLine {
        let units = self.units(text, false, Length::MAX);
        let all = Cut { end_unit: units.units.len(), end_offset: text.text.len(), ..Cut::default() };
        let mut builder = LineBuilder::new(self, text, &units, 0, Length::ZERO);
        builder.line(Cut::default(), all, false, None, 0);
        let width = builder.width();
        let mut frame = builder.finish(Length::ZERO);
        let size = text.styles.first().map_or(Length::ZERO, |s| s.style.size);
        for placed in &mut frame.items {
            // Sensitive areas reach from the ascenders to the descenders.
            if let super::frame::Item::Link { size: area, .. } = &mut placed.item {
                area.height = size.scale(120, 100);
                placed.at.y = -size.scale(90, 100);
            }
        }
        NaturalLine { items: frame.items, width }
    }

    pub(super) fn units(&self, text: &ParagraphText, hyphenate: bool, measure: Length) -> Units {
        let configs = text.styles.iter().map(|s| self.shaper.handle(self.shaper.config(&s.style))).collect();
        let maker =
            Maker { shaper: &self.shaper, hyphenator: &self.hyphenator, design: &self.theme.paragraph, configs, hyphenate, measure: i64::from(measure.raw()) };
        maker.make(text)
    }

    pub(super) fn shaped(&self, style: &TextStyle, text: &str, rtl: bool) -> Arc<Shaped> {
        self.shaped_of(style, text, rtl, false)
    }

    /// The same for a text that may be one reader's own.
    pub(super) fn shaped_of(&self, style: &TextStyle, text: &str, rtl: bool, personal: bool) -> Arc<Shaped> {
        self.shaper.word_of(&self.shaper.handle(self.shaper.config(style)), text, rtl, personal)
    }

    /// The face of a style and its space.
    pub(super) fn space_face(&self, style: &TextStyle) -> (FaceId, u16) {
        let shaped = self.shaped(style, " ", false);
        let part = shaped.parts.first();
        (part.and_then(|p| p.face).unwrap_or(FaceId(0)), part.and_then(|p| p.glyphs.first()).map_or(0, |g| g.id))
    }
}

fn text_of(pieces: &[Piece<'_>]) -> ParagraphText {
    let mut text = ParagraphText::default();
    for piece in pieces {
        let mut style = SpanStyle::new(piece.style, piece.mark);
        style.personal = piece.personal;
        style.link =
            piece.link.clone().map(|(to, tag, description)| Arc::new(Link { to, tag, description: Description::of_words(description), underline: false }));
        text.push(piece.text, &style);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::{Artifact, Item};

    fn text_of_line(line: &Line) -> String {
        line.frame.items.iter().filter_map(|p| if let Item::Text(run) = &p.item { Some(&*run.text) } else { None }).collect()
    }

    fn set(text: &str, alignment: Alignment) -> (Vec<Line>, Length) {
        let yaml = Theme::built_in("classic").unwrap_or_default();
        let Ok(theme) = Theme::parse("classic", yaml).map(Arc::new) else { unreachable!("the built-in theme is sound") };
        let fonts = Arc::new(FontBook::built_in());
        let setter = Setter::new(&theme, &fonts, "en");
        let mark = Mark::Artifact(Artifact::Layout);
        (setter.paragraph(&[Piece::new(text, &theme.styles.text, mark)], theme.measure(), alignment, true), theme.measure())
    }

    const TEXT: &str = "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. \
        However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so well fixed.";

    #[test]
    fn justified_lines_end_at_the_measure() {
        let (lines, measure) = set(TEXT, Alignment::Justified);
        assert!(lines.len() > 3, "{}", lines.len());
        for line in &lines[..lines.len() - 1] {
            let Some(Placed { at, item: Item::Text(run), .. }) = line.frame.items.last() else { unreachable!("a line of text") };
            let end = (at.x + run.width()).to_pt();
            // Stops and hyphens hang out by a little, nothing else does.
            assert!((end - measure.to_pt()).abs() < 3.5, "{end} for {:?}", text_of_line(line));
        }
    }

    #[test]
    fn no_word_is_lost_between_the_lines() {
        let (lines, _) = set(TEXT, Alignment::Justified);
        let all: Vec<String> = lines.iter().map(text_of_line).collect();
        // A line that ends between words holds the space between them; one that ends in a hyphen does not.
        assert_eq!(all.concat().replace('-', ""), TEXT);
    }

    /// Each of these once took as long as the cube of its length.
    #[test]
    fn endless_words_and_ragged_texts_end() {
        let word = "W".repeat(2000);
        let joined = |lines: &[Line]| lines.iter().map(text_of_line).collect::<String>();
        for alignment in [Alignment::Justified, Alignment::Left] {
            assert_eq!(joined(&set(&word, alignment).0), word);
        }
        let ragged = "many plain words ".repeat(500);
        assert_eq!(joined(&set(&ragged, Alignment::Left).0).replace(' ', ""), ragged.replace(' ', ""));
    }

    #[test]
    fn right_to_left_text_stands_in_visual_order() {
        let (lines, _) = set("abc \u{5d0}\u{5d1}\u{5d2} def", Alignment::Left);
        assert_eq!(lines.len(), 1);
    }
}
