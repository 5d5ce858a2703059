//! What a theme's keys hold: colours, lengths, choices; each with the way it is written.

use serde_json::{Value, json};

use crate::diag::{Code, listed, nearest};
use crate::length::{Length, Size};
use crate::yaml::strict::Item;

use super::read::Field;

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

impl Field for Color {
    fn take(&mut self, item: &Item<'_>) {
        let Some(text) = item.text() else {
            return item.error(Code::ThemeValue, "a colour is missing", "write it as `\"#0f4c5c\"`, in quotes, since what follows a bare `#` is a comment");
        };
        let hex = text.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii());
        let byte = |i: usize| hex.and_then(|h| u8::from_str_radix(&h[i..i + 2], 16).ok());
        match (byte(0), byte(2), byte(4)) {
            (Some(r), Some(g), Some(b)) => *self = Color { r, g, b },
            _ => {
                let is_hex = text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
                let example = if is_hex { format!("\"#{text}\"") } else { "\"#0f4c5c\"".to_string() };
                item.error(Code::ThemeValue, format!("`{text}` is not a colour"), format!("write it as `{example}`, in quotes"));
            }
        }
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" })
    }
}

impl Field for Length {
    fn take(&mut self, item: &Item<'_>) {
        const HINT: &str = "write it as `14pt`, `112mm`, `11.2cm` or `6in`; no length is negative";
        let text = item.text().unwrap_or_default();
        match parse_length(&text).filter(|length| *length >= Length::ZERO) {
            Some(length) => *self = length,
            None => item.error(Code::ThemeValue, format!("`{text}` is not a length"), HINT),
        }
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "pattern": "^[0-9]*\\.?[0-9]+ *(pt|mm|cm|in)$" })
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

impl Field for bool {
    fn take(&mut self, item: &Item<'_>) {
        *self = item.truth().unwrap_or(*self);
    }

    fn schema(&self) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Field for String {
    fn take(&mut self, item: &Item<'_>) {
        if let Some(text) = item.required_text() {
            *self = text;
        }
    }

    fn schema(&self) -> Value {
        json!({ "type": ["string", "number"] })
    }
}

impl Field for Vec<String> {
    fn take(&mut self, item: &Item<'_>) {
        *self = item.texts();
    }

    fn schema(&self) -> Value {
        json!({ "type": ["array", "string"], "items": { "type": ["string", "number"] } })
    }
}

/// Whole numbers.
macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Field for $kind {
            fn take(&mut self, item: &Item<'_>) {
                match item.text().and_then(|text| text.parse().ok()) {
                    Some(number) => *self = number,
                    None => item.error(Code::ThemeValue,
                        format!("`{}` is no whole number from {} to {}", item.text().unwrap_or_default(), <$kind>::MIN, <$kind>::MAX),
                        "write it in figures, without a unit",
                    ),
                }
            }

            fn schema(&self) -> Value {
                json!({ "type": "integer", "minimum": <$kind>::MIN, "maximum": <$kind>::MAX })
            }
        }
    )*};
}

number!(u8, u16, i16);

/// One of several words.
macro_rules! choice {
    ($kind:ident { $($word:literal => $variant:ident),* $(,)? }) => {
        impl Field for $kind {
            fn take(&mut self, item: &Item<'_>) {
                const WORDS: &[&str] = &[$($word),*];
                let text = item.text().unwrap_or_default();
                match text.as_str() {
                    $($word => *self = $kind::$variant,)*
                    _ => {
                        let hint = nearest(&text, WORDS.iter().copied()).map_or_else(|| format!("{} are known", listed(WORDS)), |near| format!("did you mean `{near}`?"));
                        item.error(Code::ThemeValue, format!("`{text}` is not known here"), hint);
                    }
                }
            }

            fn schema(&self) -> Value {
                json!({ "enum": [$($word),*] })
            }
        }
    };
}

/// Screen or print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum Medium {
    #[default]
    /// Even margins, no blank pages.
    Screen,
    /// Mirrored margins, chapters on the recto.
    Print,
}

choice!(Medium { "screen" => Screen, "print" => Print });

/// What is drawn on a cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum CoverDesign {
    /// The ladder's steps in the colours of its stages, the reader's name on the target's; bands for a book without a ladder.
    #[default]
    Ladder,
    /// A band for each chapter, as high as the chapter is long.
    Bands,
    /// The title on white paper, beside a strip of colour.
    Type,
}

choice!(CoverDesign { "ladder" => Ladder, "bands" => Bands, "type" => Type });

/// What opens stages, paths and guides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum OpenerDesign {
    /// Stages a page of their own in their colour, paths and guides a band of the quiet one.
    #[default]
    Page,
    /// As all chapters.
    Line,
}

choice!(OpenerDesign { "page" => Page, "line" => Line });

/// Which pages carry the foot line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub enum StampPages {
    /// Those on which the text of a chapter begins, and the colophon.
    #[default]
    Openings,
    /// All pages of text.
    All,
    /// None.
    None,
}

choice!(StampPages { "openings" => Openings, "all" => All, "none" => None });

/// A hue in degrees, or that which the book's title gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Hue(pub Option<u16>);

impl Field for Hue {
    fn take(&mut self, item: &Item<'_>) {
        let text = item.text().unwrap_or_default();
        match (text.as_str(), text.parse()) {
            ("title", _) => *self = Hue(None),
            (_, Ok(degrees @ 0..=359)) => *self = Hue(Some(degrees)),
            _ => item.error(Code::ThemeValue, format!("`{text}` is not a hue"), "write degrees from 0 to 359, or `title`"),
        }
    }

    fn schema(&self) -> Value {
        json!({ "anyOf": [{ "const": "title" }, { "type": "integer", "minimum": 0, "maximum": 359 }] })
    }
}

impl Field for Vec<Color> {
    fn take(&mut self, item: &Item<'_>) {
        let mut colors = Vec::new();
        for item in item.list(false) {
            let mut color = Color::default();
            color.take(&item);
            colors.push(color);
        }
        if colors.len() < 2 {
            item.error(
                Code::ThemeValue,
                "`stages` has fewer than two colours",
                "list the colours of the lowest and the highest stage, and of those between if you like",
            );
            return;
        }
        *self = colors;
    }

    fn schema(&self) -> Value {
        json!({ "type": "array", "minItems": 2, "items": Color::default().schema() })
    }
}

/// A family's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[allow(missing_docs)]
pub enum Family {
    #[default]
    Text,
    Caption,
    Display,
    Sans,
    Mono,
}

/// Weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[allow(missing_docs)]
pub enum Weight {
    #[default]
    Regular,
    Semibold,
    Bold,
}

/// Capitals and figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Figures {
    /// Old-style, for running text.
    #[default]
    OldStyle,
    /// Lining and tabular, for tables.
    Tabular,
    /// Lining and proportional, for headings.
    Lining,
}

choice!(Family { "text" => Text, "caption" => Caption, "display" => Display, "sans" => Sans, "mono" => Mono });
choice!(Weight { "regular" => Regular, "semibold" => Semibold, "bold" => Bold });
choice!(Figures { "old-style" => OldStyle, "tabular" => Tabular, "lining" => Lining });

/// A colour's role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs)]
pub enum ColorRole {
    #[default]
    Text,
    Accent,
    Muted,
    Reversed,
    CodeKeyword,
    CodeLiteral,
    CodeComment,
    CodeName,
}

choice!(ColorRole {
    "text" => Text,
    "accent" => Accent,
    "muted" => Muted,
    "reversed" => Reversed,
    "code-keyword" => CodeKeyword,
    "code-literal" => CodeLiteral,
    "code-comment" => CodeComment,
    "code-name" => CodeName,
});
