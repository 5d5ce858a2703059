//! The elements that books use, and what each becomes.

use crate::language::Direction;
use crate::parse::builder::Kind;
use crate::parse::document::*;

use super::token::Tag;

/// What an element becomes.
pub(super) enum Meaning {
    /// A block that holds others, or a line of text.
    Block(Kind),
    /// A part of a structure: `li`, `tr`, `td`, `dt`, `dd`.
    Part(Kind),
    /// A row group: whether the rows in it are the head.
    RowGroup { head: bool },
    /// A span of text.
    Inline(Kind),
    /// `q`.
    Quotation,
    /// Text as it stands: `pre`; not at all: `script`.
    Verbatim(Kind),
    /// Without content: handled at once.
    Void(Void),
    /// Of no meaning for a book, content and all passed through: `html`, `tbody`.
    Nothing,
    /// Not known.
    Unknown,
}

/// Elements without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Void {
    Break,
    Rule,
    Picture,
    /// `wbr`, `col`, `source` and the like.
    Ignored,
}

/// Looks an element up.
pub(super) fn meaning(tag: &Tag<'_>) -> Meaning {
    let name = tag.name.as_str();
    match name {
        "p" => Meaning::Block(Kind::Paragraph),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = name.as_bytes().get(1).map_or(1, |d| d - b'0');
            Meaning::Block(Kind::Heading { level, slug: None })
        }
        "div" | "section" | "article" | "aside" | "header" | "footer" | "center" | "main" | "nav" | "address" | "hgroup" => Meaning::Block(division(tag)),
        "blockquote" => Meaning::Block(Kind::Quote),
        "figure" => Meaning::Block(Kind::Figure),
        "details" => Meaning::Block(Kind::Group(GroupKind::Details)),
        "figcaption" | "summary" | "caption" => Meaning::Block(Kind::Caption),
        "ul" | "menu" => Meaning::Block(Kind::List { start: None, numerals: Numerals::Figures, reversed: false, loose: false, items: Vec::new() }),
        "ol" => {
            let reversed = tag.get("reversed").is_some();
            // One that counts down without saying from where begins with the number of its items, which is known at its end.
            let start = tag.get("start").and_then(|s| s.trim().parse().ok()).unwrap_or(if reversed { 0 } else { 1 });
            Meaning::Block(Kind::List { start: Some(start), numerals: numerals(tag), reversed, loose: false, items: Vec::new() })
        }
        "dl" => Meaning::Block(Kind::Definitions(Vec::new())),
        "table" => Meaning::Block(Kind::Table { align: Vec::new(), head: Vec::new(), body: Vec::new(), in_head: false }),
        "li" => Meaning::Part(Kind::Item { task: None, value: tag.get("value").and_then(|v| v.trim().parse().ok()) }),
        "tr" => Meaning::Part(Kind::Row { cells: Vec::new() }),
        "td" | "th" => Meaning::Part(cell(tag)),
        "dt" => Meaning::Part(Kind::Term),
        "dd" => Meaning::Part(Kind::Detail),
        "thead" => Meaning::RowGroup { head: true },
        "tbody" | "tfoot" => Meaning::RowGroup { head: false },
        "pre" | "textarea" => Meaning::Verbatim(Kind::Code { info: String::new(), language: None }),
        "script" | "style" | "template" => Meaning::Verbatim(Kind::Dropped),
        "br" => Meaning::Void(Void::Break),
        "hr" => Meaning::Void(Void::Rule),
        "img" => Meaning::Void(Void::Picture),
        "wbr" | "col" | "source" | "track" | "meta" | "link" | "base" | "area" | "param" => Meaning::Void(Void::Ignored),
        "html" | "body" | "head" | "colgroup" | "picture" => Meaning::Nothing,
        _ => inline(tag),
    }
}

fn inline(tag: &Tag<'_>) -> Meaning {
    Meaning::Inline(match tag.name.as_str() {
        "em" | "i" | "cite" | "dfn" => Kind::Emphasis,
        "strong" | "b" => Kind::Strong,
        "del" | "s" | "strike" => Kind::Strike,
        "sup" => Kind::Superscript,
        "sub" => Kind::Subscript,
        "code" | "samp" | "tt" | "var" => Kind::Monospace { keyboard: false },
        "kbd" => Kind::Monospace { keyboard: true },
        "a" => match tag.get("href") {
            Some(to) => Kind::Link { to: to.trim().to_string(), title: tag.text("title").map(str::to_string) },
            None => Kind::Transparent,
        },
        "span" if tag.get("class").is_some_and(|c| c.split_whitespace().any(|word| matches!(word, "caption" | "filename"))) => Kind::Legend,
        "span" | "bdi" | "bdo" | "abbr" | "small" | "mark" | "u" | "ins" | "big" | "font" | "time" | "data" | "label" | "acronym" | "rb" | "nobr" => Kind::Span,
        "ruby" => Kind::Ruby,
        "rt" => Kind::Reading,
        "rp" => Kind::Hidden,
        "rtc" => Kind::Transparent,
        "q" => return Meaning::Quotation,
        _ => return Meaning::Unknown,
    })
}

/// `<div class="warning">` is how mdBook and rustdoc write a callout; `closing` ends a letter.
fn division(tag: &Tag<'_>) -> Kind {
    let class = |name: &str| tag.get("class").is_some_and(|c| c.split_whitespace().any(|word| word == name));
    let kinds = [
        ("warning", CalloutKind::Warning),
        ("note", CalloutKind::Note),
        ("tip", CalloutKind::Tip),
        ("important", CalloutKind::Important),
        ("caution", CalloutKind::Caution),
    ];
    let group = if class("closing") { GroupKind::Closing } else { GroupKind::Div };
    kinds.iter().find(|(name, _)| class(name)).map_or(Kind::Group(group), |(_, kind)| Kind::Callout(*kind))
}

fn numerals(tag: &Tag<'_>) -> Numerals {
    let style = tag.get("style").unwrap_or("");
    match tag.get("type").map(str::trim) {
        Some("a") => Numerals::SmallLetters,
        Some("A") => Numerals::Letters,
        Some("i") => Numerals::SmallRoman,
        Some("I") => Numerals::Roman,
        _ if style.contains("lower-alpha") || style.contains("lower-latin") => Numerals::SmallLetters,
        _ if style.contains("upper-alpha") || style.contains("upper-latin") => Numerals::Letters,
        _ if style.contains("lower-roman") => Numerals::SmallRoman,
        _ if style.contains("upper-roman") => Numerals::Roman,
        _ => Numerals::Figures,
    }
}

fn cell(tag: &Tag<'_>) -> Kind {
    let span = |name: &str| tag.get(name).and_then(|v| v.trim().parse::<u16>().ok()).map_or(1, |n| n.clamp(1, 1000));
    Kind::Cell { colspan: span("colspan"), rowspan: span("rowspan"), header: tag.name == "th" }
}

/// How a cell wants its column aligned.
pub(super) fn alignment(tag: &Tag<'_>) -> Align {
    let style = tag.get("style").unwrap_or("");
    let wanted = match style.split(';').find_map(|rule| rule.trim().strip_prefix("text-align")) {
        Some(rule) => rule.trim_start().trim_start_matches(':').trim().to_string(),
        None => tag.get("align").unwrap_or("").trim().to_string(),
    };
    match wanted.to_ascii_lowercase().as_str() {
        "left" => Align::Left,
        "center" => Align::Center,
        "right" => Align::Right,
        _ => Align::None,
    }
}

/// Whether an element's style asks for a new page before it, and after it.
pub(super) fn page_breaks(tag: &Tag<'_>) -> (bool, bool) {
    let style = tag.get("style").unwrap_or("");
    let asks = |side: &str| {
        style.split(';').filter_map(|rule| rule.split_once(':')).any(|(name, value)| {
            let (name, value) = (name.trim(), value.trim().trim_end_matches("!important").trim());
            name.strip_prefix("page-").unwrap_or(name).strip_prefix("break-") == Some(side)
                && matches!(value, "always" | "page" | "left" | "right" | "recto" | "verso")
        })
    };
    let class = |name: &str| tag.get("class").is_some_and(|c| c.split_whitespace().any(|word| word == name));
    (asks("before"), asks("after") || class("page-break") || class("pagebreak"))
}

/// Which way an element runs, by its `dir` or its `style`.
pub(super) fn direction(tag: &Tag<'_>) -> Option<Direction> {
    let style =
        tag.get("style").unwrap_or("").split(';').find_map(|rule| rule.trim().strip_prefix("direction").and_then(|rest| rest.trim_start().strip_prefix(':')));
    tag.get("dir").or(style).and_then(Direction::named)
}

/// The width that a picture asks for, by its `width` or its `style`.
pub(super) fn width(tag: &Tag<'_>) -> Option<ImageWidth> {
    size(rule(tag, "width")?)
}

/// The height that it asks for, in CSS pixels.
pub(super) fn height(tag: &Tag<'_>) -> Option<u32> {
    match size(rule(tag, "height")?)? {
        ImageWidth::Pixels(pixels) => Some(pixels),
        ImageWidth::PerMille(_) => None,
    }
}

fn rule<'t>(tag: &'t Tag<'_>, name: &str) -> Option<&'t str> {
    let style = tag.get("style").unwrap_or("");
    let rule = style.split(';').find_map(|rule| rule.trim().strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix(':')));
    rule.or(tag.get(name)).map(str::trim)
}

/// A size as people write it: pixels, a share of the measure, or a length.
pub(in crate::parse) fn size(wanted: &str) -> Option<ImageWidth> {
    let wanted = wanted.trim();
    let (number, unit) = wanted.split_at(wanted.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(wanted.len()));
    let number: f64 = number.parse().ok()?;
    match unit.trim() {
        "%" if number > 0.0 && number <= 100.0 => Some(ImageWidth::PerMille((number * 10.0).round() as u32)),
        "%" if number > 100.0 => Some(ImageWidth::PerMille(1000)),
        unit => {
            // All in CSS pixels, 96 to the inch.
            let pixels = match unit {
                "" | "px" => number,
                "pt" => number * 96.0 / 72.0,
                "mm" => number * 96.0 / 25.4,
                "cm" => number * 96.0 / 2.54,
                "in" => number * 96.0,
                "em" | "rem" => number * 16.0,
                _ => return None,
            };
            (1.0..=100_000.0).contains(&pixels).then(|| ImageWidth::Pixels(pixels.round() as u32))
        }
    }
}
