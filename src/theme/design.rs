//! What a theme says, group by group. Each group is a struct whose fields are the keys.

use crate::length::Length;

use super::read::group;
use super::values::{Color, CoverDesign, Hue, Medium, OpenerDesign, StampPages};

/// The page.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct PageDesign {
    /// Trimmed width.
    pub width: Length,
    /// Trimmed height.
    pub height: Length,
    /// Margin at the spine (print) or left.
    pub inner: Length,
    /// Margin at the fore edge or right.
    pub outer: Length,
    /// Width of a column in the outer margin, which captions and the labels of callouts stand in; zero for none.
    pub side: Length,
    /// Between the text and that column.
    pub side_gap: Length,
    /// From the top edge to the top of the text area.
    pub head: Length,
    /// Lines of text on a page.
    pub lines: u16,
    /// Screen or print.
    pub medium: Medium,
    /// Lines by which a chapter's opening drops.
    pub opening_drop: u16,
    /// Likewise before and behind the chapters, where pages are read once or looked up and should not spread.
    pub front_drop: u16,
    /// Lines above the title of a part.
    pub part_drop: u16,
    /// Lines above the title on the title page, and above the colophon.
    pub title_drop: u16,
    /// Lines above the heads of contents and index.
    pub contents_drop: u16,
    /// Bleed beyond the trimmed size; zero for none.
    pub bleed: Length,
    /// Crop marks in the bleed.
    pub crop_marks: bool,
    /// Length of a crop mark.
    pub crop_length: Length,
    /// Its distance from the trimmed corner, where the bleed is not wider.
    pub crop_gap: Length,
    /// Its thickness.
    pub crop_rule: Length,
    /// Which pages carry the foot line *Prepared for …*.
    pub stamp: StampPages,
}

group!(
    PageDesign,
    "`page`",
    [
        width,
        height,
        inner,
        outer,
        side,
        side_gap,
        head,
        lines,
        medium,
        opening_drop,
        front_drop,
        part_drop,
        title_drop,
        contents_drop,
        bleed,
        crop_marks,
        crop_length,
        crop_gap,
        crop_rule,
        stamp
    ]
);

impl PageDesign {
    /// How far colour reaches past the trimmed page: over the bleed and, where the paper ends there, a little further. A viewer rounds
    /// the edges of page and colour to its pixels, and where both are the same, a white hairline may stay between them.
    pub fn reach(&self) -> Length {
        const BEYOND: Length = Length::pt(2);
        self.bleed + if self.crop_marks { Length::ZERO } else { BEYOND }
    }
}

/// Font families by role.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
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

group!(Families, "`fonts`", [text, caption, display, sans, mono, fallback]);

/// Colours.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Colors {
    /// Text.
    pub text: Color,
    /// The one accent.
    pub accent: Color,
    /// Secondary text: folios, running heads, captions.
    pub muted: Color,
    /// Hairlines.
    pub rule: Color,
    /// Drawings that stand back: the rungs of the ladder that are not the reader's.
    pub faint: Color,
    /// Behind code.
    pub tint: Color,
    /// Highlighting: keywords.
    pub code_keyword: Color,
    /// Highlighting: strings and numbers.
    pub code_literal: Color,
    /// Highlighting: comments.
    pub code_comment: Color,
    /// Text on the colours of stages, on the quiet one and on covers.
    pub reversed: Color,
    /// What opens paths and guides: a colour that is no stage's.
    pub quiet: Color,
    /// Highlighting: names of functions and types.
    pub code_name: Color,
}

group!(Colors, "`colors`", [text, accent, muted, rule, faint, tint, reversed, quiet, code_keyword, code_literal, code_comment, code_name]);

/// The cover.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct CoverTheme {
    /// What is drawn on it where the book has no picture of its own.
    pub design: CoverDesign,
    /// The hue of a cover without a ladder, in degrees, or `title`: each title gives its own.
    pub hue: Hue,
    /// From the edges to the text.
    pub margin: Length,
    /// Lines that a step of the ladder is high; the target's is three quarters higher.
    pub step: u16,
    /// Length of the lowest step as a share of the page's width, in thousandths.
    pub shortest: u16,
}

group!(CoverTheme, "`cover`", [design, hue, margin, step, shortest]);

/// What opens stages, paths and guides.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Openers {
    /// A page of its own in the stage's colour, or the opening that all chapters have.
    pub design: OpenerDesign,
    /// Lines above the numeral of a stage's page.
    pub drop: u16,
    /// Width of the tab at the fore-edge; zero for the small ladder in the margin instead.
    pub tab: Length,
    /// Lines that the tab is high.
    pub tab_lines: u16,
}

group!(Openers, "`openers`", [design, drop, tab, tab_lines]);

/// How paragraphs are set.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
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
    /// Cost of a hyphen, against 1 for a line with letters and spaces at their allowance.
    pub hyphen_cost: u16,
    /// Hyphens in a row.
    pub ladder: u8,
    /// Punctuation hangs into the margin.
    pub protrude: bool,
    /// Letters that the small capitals of a chapter's first words reach, at most; 0 for none.
    pub lead_letters: u16,
}

impl ParagraphDesign {
    /// End of the words with which a chapter's text begins, as many as stand in small capitals; none if they are no plain words.
    pub fn first_words(&self, text: &str) -> Option<usize> {
        let letters = text.char_indices().take(usize::from(self.lead_letters));
        // A word or two alone would look like a slip.
        let cut = letters.filter(|(_, c)| *c == ' ').map(|(at, _)| at).last().filter(|cut| *cut * 3 >= usize::from(self.lead_letters))?;
        let words = &text[..cut];
        // Scripts that know no capitals have no small ones either.
        let has_capitals = words.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        (has_capitals && words.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '’' | '\'' | ','))).then_some(cut)
    }
}

group!(
    ParagraphDesign,
    "`paragraph`",
    [justify, hyphenate, indent, letter_fit, space_min, space_best, space_wide, hyphen_cost, ladder, protrude, lead_letters]
);

/// Spaces.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Spaces {
    /// Above a section heading.
    pub heading2_before: Length,
    /// Below it.
    pub heading2_after: Length,
    /// Above a subsection heading.
    pub heading3_before: Length,
    /// Below it.
    pub heading3_after: Length,
    /// Above what is set in `heading4`.
    pub heading4_before: Length,
    /// Below it.
    pub heading4_after: Length,
    /// Above and below a block that interrupts text: lists, quotations, code, tables, figures.
    pub block: Length,
    /// Between the items of a list.
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
    /// By how much the tint of code reaches above and below its lines.
    pub code_y: Length,
    /// By how much the rule of a callout reaches above and below its lines.
    pub callout_y: Length,
    /// Around the text that stands for a picture that is not there.
    pub frame: Length,
    /// Between a list's number and its text.
    pub marker: Length,
    /// Above the notes, with the rule in it.
    pub notes: Length,
    /// Room for a note's number, left of its text.
    pub note_indent: Length,
    /// Between a note's number and its text.
    pub note_gap: Length,
    /// Between a number and its title in the contents.
    pub contents_number: Length,
    /// Between the columns of the index.
    pub index_gutter: Length,
    /// Indent of an index's lower entries and turned-over lines.
    pub index_indent: Length,
}

group!(
    Spaces,
    "`spaces`",
    [
        heading2_before,
        heading2_after,
        heading3_before,
        heading3_after,
        heading4_before,
        heading4_after,
        block,
        item,
        list_indent,
        quote_indent,
        caption,
        cell_x,
        cell_y,
        code_x,
        code_y,
        callout_y,
        frame,
        marker,
        notes,
        note_indent,
        note_gap,
        contents_number,
        index_gutter,
        index_indent
    ]
);

/// Rules: how thick they are.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Rules {
    /// At the head and the foot of a table.
    pub table_outer: Length,
    /// Under a table's head row.
    pub table_inner: Length,
    /// Left of a callout.
    pub callout: Length,
    /// Above notes.
    pub notes: Length,
    /// Length of the rule above notes.
    pub notes_width: Length,
    /// Under a link.
    pub link: Length,
    /// Through what is struck out.
    pub strike: Length,
    /// Around what is missing: a picture, a character's code point.
    pub frame: Length,
}

group!(Rules, "`rules`", [table_outer, table_inner, callout, notes, notes_width, link, strike, frame]);

/// Lists.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Lists {
    /// Markers by level; the last one serves all deeper levels.
    pub bullets: Vec<String>,
}

group!(Lists, "`lists`", [bullets]);

/// The ornament of a thematic break: lozenges in a row.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Ornament {
    /// From a lozenge's middle to its corners.
    pub size: Length,
    /// From middle to middle.
    pub step: Length,
    /// How many.
    pub count: u8,
}

group!(Ornament, "`ornament`", [size, step, count]);

/// The contents.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct ContentsDesign {
    /// Deepest level that is listed: 0 for parts, 1 for chapters, 2 for sections.
    pub depth: u8,
    /// Stages, paths and guides of a book with a ladder stand under heads of their own.
    pub grouped: bool,
    /// The title of a section that stands in more chapters than this tells none of them apart and is left out; 0 lists all.
    pub repeats: u8,
    /// Distance of a leader's dots.
    pub dots: Length,
    /// Size of a dot.
    pub dot: Length,
}

group!(ContentsDesign, "`contents`", [depth, grouped, repeats, dots, dot]);

/// The ladder, the motif of the book: as the map of the route, at the outer margin.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct LadderDesign {
    /// Length of the lowest rung as a share of the highest, in thousandths.
    pub shortest: u16,
    /// Width of the thumb index.
    pub thumb_width: Length,
    /// From rung to rung in the thumb index.
    pub thumb_step: Length,
    /// Thickness of a rung in the thumb index.
    pub thumb_rule: Length,
    /// Thickness of a rung on the map.
    pub map_rule: Length,
    /// Thickness of the reader's rung on the map.
    pub map_target: Length,
}

impl LadderDesign {
    /// Length of a rung as a share of the longest, in thousandths: the first is the shortest.
    pub fn share(&self, rung: usize, count: usize) -> i64 {
        let shortest = i64::from(self.shortest.min(1000));
        let steps = count.saturating_sub(1).max(1) as i64;
        shortest + (1000 - shortest) * rung as i64 / steps
    }
}

group!(LadderDesign, "`ladder`", [shortest, thumb_width, thumb_step, thumb_rule, map_rule, map_target]);

/// What is kept together.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Keeps {
    /// Blocks of code of so many lines are kept whole.
    pub code_lines: u16,
    /// Lists of so many lines are kept whole.
    pub list_lines: u16,
    /// Tables up to this share of a page are kept whole, in hundredths.
    pub table: u16,
    /// Rows higher than this share of a page are parted between lines, in hundredths.
    pub row: u16,
    /// A head higher than this share of a page is not repeated, in hundredths.
    pub head: u16,
}

group!(Keeps, "`keeps`", [code_lines, list_lines, table, row, head]);
