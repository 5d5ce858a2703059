//! Themes: every length, font and colour of a book, as data.
//!
//! A theme is one YAML file; `classic` and `plain` are built in (`themes/`). Lengths are written with a unit
//! (`14pt`, `112mm`, `1.5 lines` where a line of text is meant), colours as `#rrggbb`.

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::diag::{Diagnostic, Place};
use crate::length::{Length, Size};

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Color {
    /// Black.
    pub const BLACK: Color = Color { r: 0, g: 0, b: 0 };
    /// White.
    pub const WHITE: Color = Color { r: 255, g: 255, b: 255 };

    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl<'de> Deserialize<'de> for Color {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Color, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hex = text.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii());
        let byte = |i: usize| hex.and_then(|h| u8::from_str_radix(&h[i..i + 2], 16).ok());
        match (byte(0), byte(2), byte(4)) {
            (Some(r), Some(g), Some(b)) => Ok(Color { r, g, b }),
            _ => Err(de::Error::custom(format!("`{text}` is not a colour: write it as `#0f4c5c`"))),
        }
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_length(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is not a length: write it as `14pt`, `112mm` or `6in`")))
    }
}

/// A length as people write it: a number and `pt`, `mm`, `cm` or `in`.
pub fn parse_length(text: &str) -> Option<Length> {
    let text = text.trim();
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: f64 = text[..split].trim().parse().ok()?;
    if !number.is_finite() || number.abs() > 10_000.0 {
        return None;
    }
    match text[split..].trim() {
        "pt" => Some(Length::from_pt(number)),
        "mm" => Some(Length::from_mm(number)),
        "cm" => Some(Length::from_mm(number * 10.0)),
        "in" => Some(Length::from_pt(number * 72.0)),
        _ => None,
    }
}

/// The named page sizes.
pub fn page_size(name: &str) -> Option<Size> {
    let (width, height) = match name.to_ascii_lowercase().as_str() {
        "a4" => (210.0, 297.0),
        "a5" => (148.0, 210.0),
        "letter" => (215.9, 279.4),
        "6x9" => (152.4, 228.6),
        _ => return None,
    };
    Some(Size::new(Length::from_mm(width), Length::from_mm(height)))
}

/// A theme.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The page.
    pub page: PageDesign,
    /// Font families by role.
    pub fonts: Families,
    /// Colours.
    pub colors: Colors,
    /// Paragraphs.
    pub paragraph: ParagraphDesign,
    /// Text styles by role.
    pub styles: Styles,
    /// Spaces.
    pub spaces: Spaces,
}

/// Screen or print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    /// Even margins, no blank pages.
    Screen,
    /// Mirrored margins, chapters on the recto.
    Print,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDesign {
    /// Trimmed width.
    pub width: Length,
    /// Trimmed height.
    pub height: Length,
    /// Margin at the spine (print) or left.
    pub inner: Length,
    /// Margin at the fore edge or right.
    pub outer: Length,
    /// From the top edge to the top of the text area.
    pub head: Length,
    /// Lines of text on a page.
    pub lines: u16,
    /// Screen or print.
    pub edition: Edition,
    /// Lines by which a chapter's opening drops.
    pub opening_drop: u16,
    /// Bleed beyond the trimmed size; zero for none.
    #[serde(default)]
    pub bleed: Length,
    /// Crop marks in the bleed.
    #[serde(default)]
    pub crop_marks: bool,
}

/// Font families by role.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Families {
    /// Running text.
    pub text: String,
    /// Notes and captions.
    pub caption: String,
    /// Titles.
    pub display: String,
    /// Headings, labels, tables.
    pub sans: String,
    /// Code.
    pub mono: String,
    /// Tried in order for characters that the others lack.
    pub fallback: Vec<String>,
}

/// Colours.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colors {
    /// Text.
    pub text: Color,
    /// The one accent.
    pub accent: Color,
    /// Secondary text: folios, running heads, captions.
    pub muted: Color,
    /// Hairlines.
    pub rule: Color,
    /// Behind code.
    pub tint: Color,
    /// Highlighting: keywords.
    pub code_keyword: Color,
    /// Highlighting: strings and numbers.
    pub code_literal: Color,
    /// Highlighting: comments.
    pub code_comment: Color,
    /// Highlighting: names of functions and types.
    pub code_name: Color,
}

/// How paragraphs are set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParagraphDesign {
    /// Justified, or ragged right.
    pub justify: bool,
    /// Words may be divided.
    pub hyphenate: bool,
    /// First-line indent.
    pub indent: Length,
    /// Letter fit: how much wider or narrower letters may be set, in thousandths (30 is ±3 %).
    pub letter_fit: u16,
    /// Smallest word space, in thousandths of an em.
    pub space_min: u16,
    /// Best word space.
    pub space_best: u16,
    /// A word space over this costs extra.
    pub space_wide: u16,
    /// Cost of a hyphen, in the units of typography.md.
    pub hyphen_cost: u16,
    /// Hyphens in a row.
    pub ladder: u8,
    /// Punctuation hangs into the margin.
    pub protrude: bool,
}

/// A family's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Hash, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Family {
    Text,
    Caption,
    Display,
    Sans,
    Mono,
}

/// Weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Hash, PartialOrd, Ord, Default)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Weight {
    #[default]
    Regular,
    Semibold,
    Bold,
}

/// Capitals and figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Hash, PartialOrd, Ord, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Figures {
    /// Old-style, for running text.
    #[default]
    OldStyle,
    /// Lining and tabular, for tables.
    Tabular,
    /// Lining and proportional, for headings.
    Lining,
}

/// A text style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Hash)]
#[serde(deny_unknown_fields)]
pub struct TextStyle {
    /// Family by role.
    pub family: Family,
    /// Weight.
    #[serde(default)]
    pub weight: Weight,
    /// Italic.
    #[serde(default)]
    pub italic: bool,
    /// Size.
    pub size: Length,
    /// Baseline to baseline.
    pub leading: Length,
    /// Letters in real small capitals (the text itself stays as it is).
    #[serde(default)]
    pub small_caps: bool,
    /// Extra space between letters, in thousandths of an em.
    #[serde(default)]
    pub tracking: i16,
    /// Figures.
    #[serde(default)]
    pub figures: Figures,
    /// Colour by role.
    #[serde(default)]
    pub color: ColorRole,
}

/// A colour's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Hash, Default)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ColorRole {
    #[default]
    Text,
    Accent,
    Muted,
    CodeKeyword,
    CodeLiteral,
    CodeComment,
    CodeName,
}

/// Text styles by role.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Styles {
    pub text: TextStyle,
    pub note: TextStyle,
    pub caption: TextStyle,
    pub caption_label: TextStyle,
    pub code: TextStyle,
    pub table: TextStyle,
    pub table_small: TextStyle,
    pub table_head: TextStyle,
    pub part_label: TextStyle,
    pub part_title: TextStyle,
    pub chapter_label: TextStyle,
    pub chapter_title: TextStyle,
    pub nested_title: TextStyle,
    pub standfirst: TextStyle,
    pub heading2: TextStyle,
    pub heading3: TextStyle,
    pub heading4: TextStyle,
    pub callout_label: TextStyle,
    pub attribution: TextStyle,
    pub running_head: TextStyle,
    pub folio: TextStyle,
    pub stamp: TextStyle,
    pub contents_part: TextStyle,
    pub contents_chapter: TextStyle,
    pub contents_section: TextStyle,
    pub index: TextStyle,
    pub cover_title: TextStyle,
    pub cover_subtitle: TextStyle,
    pub cover_label: TextStyle,
    pub imprint: TextStyle,
}

/// Spaces.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spaces {
    /// Above a section heading.
    pub heading2_before: Length,
    /// Below it.
    pub heading2_after: Length,
    /// Above a subsection heading.
    pub heading3_before: Length,
    /// Below it.
    pub heading3_after: Length,
    /// Above and below a block that interrupts text: lists, quotations, code, tables, figures.
    pub block: Length,
    /// Between the items of a loose list.
    pub item: Length,
    /// Indent of a list's or quotation's content.
    pub list_indent: Length,
    /// Indent of a quotation on both sides, and of a callout's text from its rule.
    pub quote_indent: Length,
    /// Between a caption and its figure or table.
    pub caption: Length,
    /// Padding in a table's cell, left and right.
    pub cell_x: Length,
    /// Padding in a table's cell, above and below.
    pub cell_y: Length,
    /// Padding of code in its tint.
    pub code_x: Length,
    /// Above the notes, with the rule in it.
    pub notes: Length,
}

impl Theme {
    /// The measure: width of the text area.
    pub fn measure(&self) -> Length {
        self.page.width - self.page.inner - self.page.outer
    }

    /// The leading of the grid.
    pub fn leading(&self) -> Length {
        self.styles.text.leading
    }

    /// Height of the text area.
    pub fn text_height(&self) -> Length {
        self.leading() * i32::from(self.page.lines)
    }

    /// The colour for a role.
    pub fn color(&self, role: ColorRole) -> Color {
        match role {
            ColorRole::Text => self.colors.text,
            ColorRole::Accent => self.colors.accent,
            ColorRole::Muted => self.colors.muted,
            ColorRole::CodeKeyword => self.colors.code_keyword,
            ColorRole::CodeLiteral => self.colors.code_literal,
            ColorRole::CodeComment => self.colors.code_comment,
            ColorRole::CodeName => self.colors.code_name,
        }
    }

    /// The same theme on another page size: margins scale with the width, the number of lines follows the height.
    pub fn resized(&self, size: Size) -> Theme {
        let mut theme = self.clone();
        let scale = |l: Length| l.scale(i64::from(size.width.raw()), i64::from(self.page.width.raw()).max(1));
        theme.page.width = size.width;
        theme.page.height = size.height;
        theme.page.inner = scale(self.page.inner);
        theme.page.outer = scale(self.page.outer);
        let foot = self.page.height - self.page.head - self.text_height();
        let room = size.height - self.page.head - foot;
        theme.page.lines = (room.raw() / self.leading().raw().max(1)).clamp(4, 200) as u16;
        theme
    }

    /// Names of the built-in themes.
    pub const BUILT_IN: [&'static str; 2] = ["classic", "plain"];

    /// A built-in theme's YAML by name.
    pub fn built_in(name: &str) -> Option<&'static str> {
        match name {
            "classic" => Some(include_str!("../../themes/classic.yaml")),
            "plain" => Some(include_str!("../../themes/plain.yaml")),
            _ => None,
        }
    }

    /// Reads a theme's YAML. `file` names it in messages.
    pub fn parse(file: &str, yaml: &str) -> Result<Theme, Diagnostic> {
        serde_yaml::from_str(yaml).map_err(|error| {
            let mut place = Place::file(file);
            if let Some(at) = error.location() {
                place.line = at.line() as u32;
                place.column = at.column() as u32;
                place.text = yaml.lines().nth(at.line().saturating_sub(1)).unwrap_or("").to_string();
            }
            Diagnostic::error(format!("the theme is not right: {error}")).at(place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_themes_are_sound() {
        for name in Theme::BUILT_IN {
            let theme = Theme::parse(name, Theme::built_in(name).unwrap_or_default());
            assert!(theme.is_ok(), "{theme:?}");
        }
    }

    #[test]
    fn a_wrong_key_is_named_with_its_place() {
        let yaml = Theme::built_in("classic").unwrap_or_default().replace("letter_fit:", "leter_fit:");
        let said = Theme::parse("my.yaml", &yaml).err().map(|d| d.to_string()).unwrap_or_default();
        assert!(said.contains("leter_fit") && said.contains("my.yaml:"), "{said}");
    }
}
