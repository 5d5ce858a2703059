//! Text styles: how each kind of text looks, by its role.

use crate::length::Length;

use super::read::group;
use super::values::{ColorRole, Family, Figures, Weight};

/// A text style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct TextStyle {
    /// Family by role.
    pub family: Family,
    /// Weight.
    pub weight: Weight,
    /// Italic.
    pub italic: bool,
    /// Size.
    pub size: Length,
    /// Baseline to baseline.
    pub leading: Length,
    /// Letters in real small capitals (the text itself stays as it is).
    pub small_caps: bool,
    /// Extra space between letters, in thousandths of an em.
    pub tracking: i16,
    /// Figures.
    pub figures: Figures,
    /// Colour by role.
    pub color: ColorRole,
}

group!(TextStyle, "a style", [family, weight, italic, size, leading, small_caps, tracking, figures, color]);

impl TextStyle {
    /// One of the book's own words as it stands in this style: small capitals are all of a height, others begin with a capital.
    pub fn label(&self, word: &str) -> String {
        if self.small_caps { word.to_lowercase() } else { word.to_string() }
    }
}

/// Text styles by role.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
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
    pub opener_numeral: TextStyle,
    pub opener_label: TextStyle,
    pub opener_title: TextStyle,
    pub opener_text: TextStyle,
    pub nested_title: TextStyle,
    pub card: TextStyle,
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
    pub glossary: TextStyle,
    pub cover_title: TextStyle,
    pub cover_subtitle: TextStyle,
    pub cover_label: TextStyle,
    pub cover_name: TextStyle,
    pub imprint: TextStyle,
}

impl Styles {
    /// All styles, in the order of [`Styles::KEYS`].
    pub fn all(&self) -> Vec<TextStyle> {
        vec![
            self.text,
            self.note,
            self.caption,
            self.caption_label,
            self.code,
            self.table,
            self.table_small,
            self.table_head,
            self.part_label,
            self.part_title,
            self.chapter_label,
            self.chapter_title,
            self.opener_numeral,
            self.opener_label,
            self.opener_title,
            self.opener_text,
            self.nested_title,
            self.card,
            self.standfirst,
            self.heading2,
            self.heading3,
            self.heading4,
            self.callout_label,
            self.attribution,
            self.running_head,
            self.folio,
            self.stamp,
            self.contents_part,
            self.contents_chapter,
            self.contents_section,
            self.index,
            self.glossary,
            self.cover_title,
            self.cover_subtitle,
            self.cover_label,
            self.cover_name,
            self.imprint,
        ]
    }
}

group!(
    Styles,
    "`styles`",
    [
        text,
        note,
        caption,
        caption_label,
        code,
        table,
        table_small,
        table_head,
        part_label,
        part_title,
        chapter_label,
        chapter_title,
        opener_numeral,
        opener_label,
        opener_title,
        opener_text,
        nested_title,
        card,
        standfirst,
        heading2,
        heading3,
        heading4,
        callout_label,
        attribution,
        running_head,
        folio,
        stamp,
        contents_part,
        contents_chapter,
        contents_section,
        index,
        glossary,
        cover_title,
        cover_subtitle,
        cover_label,
        cover_name,
        imprint
    ]
);
