//! The setter: shapes text and sets lines and paragraphs of it, for galleys and for furniture alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diag::{Code, Diagnostic};
use crate::fonts::{FaceId, FontBook};
use crate::language::Direction;
use crate::length::Length;
use crate::memo::{Key, Memo};
use crate::theme::{TextStyle, Theme, Weight};

use super::broken::CutText;
use super::frame::{LinkTarget, Mark, Placed};
use super::galley::Line;
use super::highlight::{Highlighted, highlighted};
use super::hyphenate::Hyphenator;
use super::inlines::font_hint;
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
    /// Which way the book runs, and all text of its own.
    pub direction: Direction,
    key: Key,
    shaper: Shaper,
    hyphenator: Arc<Hyphenator>,
    /// Those of other languages in the book.
    hyphenators: Mutex<BTreeMap<String, Arc<Hyphenator>>>,
    /// Code that was highlighted before.
    materials: Arc<Memo>,
    /// Breaks of paragraphs that were found before, where chapters are set again and again, a little changed each time.
    drafts: Option<Arc<Memo>>,
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

/// What the text of a paragraph is cut into units for.
pub(super) struct Surroundings {
    /// Which way what is around it runs.
    pub direction: Direction,
    /// Divides its words, if they may be divided.
    pub hyphenator: Option<Arc<Hyphenator>>,
    /// What is wider may be divided anywhere.
    pub measure: Length,
}

/// How lines fill the measure. Left is the edge at which lines begin: in text from right to left the sides change places.
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
    /// A setter for a language (BCP 47), which decides the direction.
    pub fn new(theme: &Arc<Theme>, fonts: &Arc<FontBook>, language: &str) -> Setter {
        let direction = Direction::of_language(language);
        Setter {
            theme: theme.clone(),
            fonts: fonts.clone(),
            language: language.to_string(),
            direction,
            key: Setter::key_of(theme, fonts, language, direction),
            shaper: Shaper::new(fonts, theme, language),
            hyphenator: Arc::new(Hyphenator::new(language)),
            hyphenators: Mutex::default(),
            materials: Arc::new(Memo::new(MATERIALS)),
            drafts: None,
        }
    }

    /// The same for a book that runs the other way than its language.
    #[must_use]
    pub fn running(self, direction: Direction) -> Setter {
        let key = Setter::key_of(&self.theme, &self.fonts, &self.language, direction);
        Setter { direction, key, ..self }
    }

    /// The same, which keeps highlighted code where others find it too.
    #[must_use]
    pub fn with_materials(self, materials: &Arc<Memo>) -> Setter {
        Setter { materials: materials.clone(), ..self }
    }

    /// The same, which keeps the breaks of paragraphs.
    #[must_use]
    pub fn with_drafts(self, drafts: Option<&Arc<Memo>>) -> Setter {
        Setter { drafts: drafts.cloned(), ..self }
    }

    /// A new one with other fonts. It knows no words.
    #[must_use]
    pub fn with_fonts(&self, fonts: &Arc<FontBook>) -> Setter {
        Setter::new(&self.theme, fonts, &self.language).running(self.direction).with_materials(&self.materials).with_drafts(self.drafts.as_ref())
    }

    /// Where breaks of paragraphs are kept, if they are.
    pub fn drafts(&self) -> Option<&Memo> {
        self.drafts.as_deref()
    }

    /// What names a setter: two with the same key set everything alike.
    pub fn key_of(theme: &Theme, fonts: &FontBook, language: &str, direction: Direction) -> Key {
        Key::of(&(theme, fonts.key(), language, direction))
    }

    /// The book's language, a BCP 47 tag.
    pub fn language(&self) -> &str {
        &self.language
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
        self.natural_text(&text_of(pieces), self.direction)
    }

    /// The same within text of a direction.
    pub(super) fn line_in(&self, direction: Direction, pieces: &[Piece<'_>]) -> NaturalLine {
        self.natural_text(&text_of(pieces), direction)
    }

    /// One line of code at its natural width: spaces keep the width of the face, and its pieces stand side by side as they were written.
    pub fn code_line(&self, pieces: &[Piece<'_>]) -> NaturalLine {
        let mut text = text_of(pieces);
        text.styles.iter_mut().for_each(|style| style.code = true);
        text.isolate_code();
        text.cells = true;
        self.natural_text(&text, Direction::LeftToRight)
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
            direction: self.direction,
            language: None,
            side: Some(self.direction),
        };
        Paragraph::set(self, text_of(pieces), shape).build(0, self)
    }

    /// Whether some font has this character.
    pub fn covers(&self, c: char) -> bool {
        self.shaper.covered(c)
    }

    /// Warnings of characters that no font has, in texts that stand in no chapter. Where a chapter or a drawing has them too, that is
    /// told with its place.
    pub fn uncovered<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Diagnostic> {
        let characters: BTreeSet<char> = texts.flat_map(str::chars).filter(|c| !c.is_ascii() && !c.is_control() && !self.covers(*c)).collect();
        let warning = |c: char| {
            let message = format!("no font has the character `{c}` (U+{:04X}) of the book's titles and pages of its own", c as u32);
            Diagnostic::warning(Code::CharacterWithoutFont, message).hint(font_hint(c))
        };
        characters.into_iter().map(warning).collect()
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
        self.natural_text(&paragraph, self.direction)
    }

    fn natural_text(&self, text: &ParagraphText, direction: Direction) -> NaturalLine {
        let units = self.cut(&CutText::of(text), &Surroundings { direction, hyphenator: None, measure: Length::MAX });
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

    /// What divides words of a language; nothing stands for the book's.
    pub(super) fn hyphenator(&self, language: Option<&str>) -> Arc<Hyphenator> {
        let Some(language) = language else { return self.hyphenator.clone() };
        let mut known = self.hyphenators.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(language.to_string()).or_insert_with(|| Arc::new(Hyphenator::new(language))).clone()
    }

    /// Cuts a text into units.
    pub(super) fn cut(&self, text: &CutText<'_>, around: &Surroundings) -> Units {
        let configs = text.styles.iter().map(|s| self.shaper.handle(self.shaper.config(&s.style, text.cells))).collect();
        let maker = Maker {
            shaper: &self.shaper,
            hyphenator: around.hyphenator.as_deref(),
            design: &self.theme.paragraph,
            configs,
            direction: around.direction,
            measure: i64::from(around.measure.raw()),
        };
        maker.make(text)
    }

    pub(super) fn shaped(&self, style: &TextStyle, text: &str, rtl: bool) -> Arc<Shaped> {
        self.shaped_of(style, text, rtl, false)
    }

    /// The same for a text that may be one reader's own.
    pub(super) fn shaped_of(&self, style: &TextStyle, text: &str, rtl: bool, personal: bool) -> Arc<Shaped> {
        self.shaper.word_of(&self.shaper.handle(self.shaper.config(style, false)), text, rtl, personal)
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
        style.link = piece
            .link
            .clone()
            .map(|(to, tag, description)| Arc::new(Link { to, tag, description: Description::of_words(description), underline: false, pale: false }));
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
