//! What a tag or a comment does to the builder.

use crate::diag::Code;
use crate::load::{Pos, is_language_tag, language_hint};
use crate::parse::builder::{Builder, Element, Kind, Layer, OpenNode, Origin};
use crate::parse::comments::{Marker, marker};
use crate::parse::dialect::Mark;
use crate::parse::document::*;
use crate::parse::{close as close_frame, code};

use super::container::{CONTAINER, become_container, open_container};
use super::element::{self, Meaning, Void, meaning};
use super::token::Tag;

/// An opening tag. `block` says that it stands in a block of raw HTML, not within a line.
pub(super) fn open(builder: &mut Builder<'_>, tag: &Tag<'_>, at: usize, block: bool) {
    let pos = builder.places.pos(at);
    if builder.layer() == Layer::Verbatim {
        return within_verbatim(builder, tag);
    }
    match meaning(tag) {
        // HTML lets groups of a definition list stand in divisions of their own.
        Meaning::Block(Kind::Group(GroupKind::Div)) if builder.top_is(|k| matches!(k, Kind::Definitions(_))) => builder.too_deep.push(tag.name.clone()),
        Meaning::Block(kind) => open_block(builder, tag, kind, pos),
        Meaning::Part(kind) => open_part(builder, tag, kind, pos),
        Meaning::RowGroup { head } => row_group(builder, head),
        Meaning::Inline(kind) => open_inline(builder, tag, kind, pos),
        Meaning::Quotation => {
            let mark = builder.smart.mark('"', true, None, None);
            open_inline(builder, tag, Kind::Transparent, pos);
            builder.put_text(mark, pos);
        }
        Meaning::Verbatim(kind) => open_verbatim(builder, tag, kind, pos),
        Meaning::Void(void) => put_void(builder, tag, void, pos),
        Meaning::Nothing => {}
        Meaning::Unknown => open_unknown(builder, tag, at, block),
    }
}

/// In `<pre>` only text counts; `<br>` ends a line and `<code class>` names the language.
fn within_verbatim(builder: &mut Builder<'_>, tag: &Tag<'_>) {
    let Some(OpenNode { kind: Kind::Code { language, .. }, text, .. }) = builder.frames.last_mut() else { return };
    match tag.name.as_str() {
        "br" => text.push('\n'),
        "code" if language.is_none() => *language = class_language(tag),
        _ => {}
    }
}

fn class_language(tag: &Tag<'_>) -> Option<String> {
    tag.get("class")?.split_whitespace().find_map(|c| c.strip_prefix("language-").or(c.strip_prefix("lang-"))).and_then(code::language)
}

fn frame(builder: &mut Builder<'_>, tag: &Tag<'_>, kind: Kind, pos: Pos) -> OpenNode {
    let mut frame = OpenNode::new(kind, Origin::Html, pos);
    frame.language = language(builder, tag, pos);
    frame.element = Some(Element { name: tag.name.clone(), literal: None, break_after: false });
    frame.direction = element::direction(tag);
    frame.anchor = id(tag);
    frame
}

/// The language that a tag names, if it is one.
fn language(builder: &mut Builder<'_>, tag: &Tag<'_>, pos: Pos) -> Option<String> {
    let written = tag.text("lang").or(tag.text("xml:lang"))?;
    if is_language_tag(written) {
        return Some(written.to_string());
    }
    builder.findings.warn(Code::LanguageTag, pos, format!("`{written}` is not a language tag and is passed over"), language_hint(written));
    None
}

fn id(tag: &Tag<'_>) -> Option<String> {
    let named = if tag.name == "a" { tag.text("name") } else { None };
    tag.text("id").or(named).map(str::to_string)
}

/// Remembers an element that got no frame because it lies too deep, so that its end closes nothing else.
fn opened(builder: &mut Builder<'_>, tag: &Tag<'_>, serial: u32) {
    if serial == 0 {
        builder.too_deep.push(tag.name.clone());
    }
}

fn open_block(builder: &mut Builder<'_>, tag: &Tag<'_>, kind: Kind, pos: Pos) {
    if within_caption(builder) && !matches!(kind, Kind::Caption) {
        // A heading within a summary: only its text counts.
        return open_inline(builder, tag, Kind::Transparent, pos);
    }
    if matches!(kind, Kind::Caption) {
        builder.close_line();
        if builder.top_is(|k| matches!(k, Kind::Table { .. })) {
            let made = frame(builder, tag, kind, pos);
            let serial = builder.push(made);
            return opened(builder, tag, serial);
        }
    }
    let (before, after) = element::page_breaks(tag);
    if before {
        builder.leaf(pos, BlockKind::PageBreak);
    }
    let mut made = frame(builder, tag, kind, pos);
    if let Some(element) = &mut made.element {
        element.break_after = after;
    }
    let serial = builder.open_block(made);
    opened(builder, tag, serial);
}

fn within_caption(builder: &Builder<'_>) -> bool {
    builder.within(|k| matches!(k, Kind::Caption | Kind::Term))
}

/// A part of a structure: closes the part before it, and opens the structure if there is none.
fn open_part(builder: &mut Builder<'_>, tag: &Tag<'_>, kind: Kind, pos: Pos) {
    builder.close_line();
    let (belongs, siblings): (fn(&Kind) -> bool, &[&str]) = match kind {
        Kind::Item { .. } => (|k| matches!(k, Kind::List { .. }), &["li"]),
        Kind::Row { .. } => (|k| matches!(k, Kind::Table { .. }), &["tr", "td", "th"]),
        Kind::Cell { .. } => (|k| matches!(k, Kind::Row { .. }), &["td", "th"]),
        _ => (|k| matches!(k, Kind::Definitions(_)), &["dt", "dd"]),
    };
    close_siblings(builder, siblings);
    if !builder.top_is(belongs) {
        let needed = match kind {
            Kind::Item { .. } => Some(Kind::List { start: None, numerals: Numerals::Figures, reversed: false, loose: false, items: Vec::new() }),
            Kind::Cell { .. } if builder.top_is(|k| matches!(k, Kind::Table { .. })) => Some(Kind::Row { cells: Vec::new() }),
            Kind::Term | Kind::Detail => Some(Kind::Definitions(Vec::new())),
            _ => None,
        };
        if let Some(needed) = needed {
            builder.open_block(OpenNode::new(needed, Origin::Implied, pos));
        }
    }
    if !builder.top_is(belongs) {
        // A cell without a table: its content joins what is around it.
        return builder.too_deep.push(tag.name.clone());
    }
    if let Kind::Cell { .. } = kind {
        align_column(builder, tag);
    }
    let made = frame(builder, tag, kind, pos);
    let serial = builder.push(made);
    opened(builder, tag, serial);
}

/// Closes what is open of these elements in the innermost structure; Markdown's own containers stay.
fn close_siblings(builder: &mut Builder<'_>, names: &[&str]) {
    let mut depth = None;
    for (index, frame) in builder.frames.iter().enumerate().rev() {
        let part = frame.element.as_ref().is_some_and(|e| names.contains(&e.name.as_str()));
        if part || (frame.origin == Origin::Implied && matches!(frame.kind, Kind::Item { .. } | Kind::Row { .. } | Kind::Cell { .. } | Kind::Detail)) {
            depth = Some(index);
        } else if frame.kind.layer() == Layer::Structure && !matches!(frame.kind, Kind::Row { .. }) || frame.origin == Origin::Markdown {
            break;
        }
    }
    if let Some(depth) = depth {
        builder.close_to(depth);
    }
}

/// The first cell of a column that asks for an alignment decides it.
fn align_column(builder: &mut Builder<'_>, tag: &Tag<'_>) {
    let wanted = element::alignment(tag);
    if wanted == Align::None {
        return;
    }
    let column = match builder.frames.last().map(|f| &f.kind) {
        Some(Kind::Row { cells }) => cells.iter().map(|c| usize::from(c.colspan)).sum::<usize>(),
        _ => return,
    };
    let table = builder.frames.iter_mut().rev().nth(1);
    if let Some(OpenNode { kind: Kind::Table { align, .. }, .. }) = table
        && column < 1000
    {
        if align.len() <= column {
            align.resize(column + 1, Align::None);
        }
        if let Some(slot) = align.get_mut(column).filter(|a| **a == Align::None) {
            *slot = wanted;
        }
    }
}

fn row_group(builder: &mut Builder<'_>, head: bool) {
    builder.close_line();
    close_siblings(builder, &["tr", "td", "th"]);
    if let Some(OpenNode { kind: Kind::Table { in_head, .. }, .. }) = builder.frames.last_mut() {
        *in_head = head;
    }
}

fn open_inline(builder: &mut Builder<'_>, tag: &Tag<'_>, kind: Kind, pos: Pos) {
    if let Some(name) = id(tag) {
        builder.add_mark(pos, InlineKind::Anchor(name));
    }
    if tag.closed {
        // `<a id="x"/>`, `<span/>`: XML's way of writing an empty element.
        return;
    }
    let mut frame = frame(builder, tag, kind, pos);
    frame.anchor = None;
    if matches!(builder.layer(), Layer::Blocks | Layer::Structure) {
        builder.open_line(pos);
    }
    if matches!(frame.kind, Kind::Link { .. }) {
        builder.put_space();
    }
    let serial = builder.open_inline(frame);
    opened(builder, tag, serial);
}

fn open_verbatim(builder: &mut Builder<'_>, tag: &Tag<'_>, kind: Kind, pos: Pos) {
    if let Kind::Dropped = kind {
        let message = format!("`<{}>` has no place in a book and is left out", tag.name);
        builder.findings.warn_once(Code::ElementLeftOut, format!("drop {}", tag.name), pos, message, "");
        let made = frame(builder, tag, kind, pos);
        builder.push(made);
        return;
    }
    let mut made = frame(builder, tag, kind, pos);
    made.kind = Kind::Code { info: String::new(), language: class_language(tag) };
    builder.open_block(made);
}

fn put_void(builder: &mut Builder<'_>, tag: &Tag<'_>, void: Void, pos: Pos) {
    match void {
        Void::Break => builder.put_break(pos),
        Void::Rule => builder.leaf(pos, BlockKind::Rule),
        Void::Picture => picture(builder, tag, pos),
        Void::Ignored => {}
    }
}

fn picture(builder: &mut Builder<'_>, tag: &Tag<'_>, pos: Pos) {
    let Some(source) = tag.text("src").or(tag.text("data-src")) else {
        builder.findings.warn(Code::PictureWithoutFile, pos, "a picture without `src`", "name its file: `<img src=\"picture.png\" alt=\"…\">`");
        return;
    };
    if let Some(name) = id(tag) {
        builder.add_mark(pos, InlineKind::Anchor(name));
    }
    let alt = tag.get("alt").map(|a| a.split_whitespace().collect::<Vec<_>>().join(" "));
    let width = element::width(tag);
    let height = element::height(tag).filter(|_| width.is_none());
    let image = Image { source: source.to_string(), alt, width, height, diagram: None };
    builder.add_picture(pos, image, tag.get("title").unwrap_or("").to_string());
}

/// An element that nobody knows keeps its text; what names it becomes a caption.
fn open_unknown(builder: &mut Builder<'_>, tag: &Tag<'_>, at: usize, block: bool) {
    let pos = builder.places.pos(at);
    // `<T>` or `<dyn Fn>` may be no element but a type that nobody put in backticks, `<name>` a placeholder.
    let plain = tag.attributes.iter().all(|(_, value)| value.is_empty()) && !tag.closed;
    if plain && !builder.is_closed(&tag.name, at) {
        builder.findings.never_closed(tag.source, pos);
        return builder.put_text(tag.source, pos);
    }
    let caption = caption(builder, tag, pos);
    if !plain {
        builder.findings.unknown_element(&tag.name, tag.written, pos);
    }
    let in_block = block && matches!(builder.layer(), Layer::Blocks | Layer::Structure);
    let kind = match (in_block, &caption) {
        (true, Some(_)) => Kind::Group(GroupKind::Listing),
        (true, None) => Kind::Group(GroupKind::Div),
        (false, _) => Kind::Transparent,
    };
    if !in_block && let Some(name) = id(tag) {
        builder.add_mark(pos, InlineKind::Anchor(name));
    }
    let mut made = frame(builder, tag, kind, pos);
    if let Some(element) = &mut made.element {
        element.literal = plain.then(|| tag.source.to_string());
    }
    made.caption = caption;
    let serial = if in_block { builder.open_block(made) } else { builder.open_inline(made) };
    opened(builder, tag, serial);
    if tag.closed {
        close(builder, &tag.name);
    }
}

/// `<Listing number="1-1" file-name="src/main.rs" caption="A `main` function">` is captioned
/// *Listing 1-1: A `main` function* (`src/main.rs`).
fn caption(builder: &mut Builder<'_>, tag: &Tag<'_>, pos: Pos) -> Option<Vec<Inline>> {
    let number = tag.text("number").map(|number| format!("{} {number}", tag.written));
    let said = tag.text("caption").or(tag.text("title"));
    let file = tag.text("file-name").or(tag.text("filename"));
    let mut out = match (number, said) {
        (Some(number), Some(said)) => builder.sub_inlines(&format!("{number}: {said}"), pos),
        (Some(one), None) => builder.sub_inlines(&one, pos),
        (None, Some(one)) => builder.sub_inlines(one, pos),
        (None, None) => Vec::new(),
    };
    let make = |kind| Inline { id: NodeId::default(), pos, kind };
    let text = |text: &str| make(InlineKind::Text(text.to_string()));
    match file {
        Some(file) if out.is_empty() => out.push(make(InlineKind::Code(file.to_string()))),
        Some(file) => out.extend([text(" ("), make(InlineKind::Code(file.to_string())), text(")")]),
        None => {}
    }
    (!out.is_empty()).then_some(out)
}

/// A closing tag: closes the element it names, if that is open and nothing of Markdown's stands between.
pub(super) fn close(builder: &mut Builder<'_>, name: &str) {
    if builder.too_deep.last().is_some_and(|n| n == name) {
        builder.too_deep.pop();
        return;
    }
    match name {
        "br" => return builder.put_break(Pos::default()),
        "thead" | "tbody" | "tfoot" => return row_group(builder, false),
        _ => {}
    }
    let Some(index) = find_open(builder, name) else { return };
    builder.close_to(index + 1);
    if name == "q" {
        let mark = builder.smart.mark('"', false, None, None);
        builder.put_text(mark, Pos::default());
    }
    close_frame::close(builder, true);
}

/// Index of the innermost open element of a name. Spans are looked for in their line only, blocks up to the innermost
/// container that Markdown opened.
fn find_open(builder: &Builder<'_>, name: &str) -> Option<usize> {
    let mut left_line = false;
    for (index, frame) in builder.frames.iter().enumerate().rev() {
        let layer = frame.kind.layer();
        if frame.element.as_ref().is_some_and(|e| e.name == name) && !(left_line && layer == Layer::Inline) {
            return Some(index);
        }
        match layer {
            Layer::Blocks | Layer::Structure if frame.origin == Origin::Markdown => return None,
            Layer::Line => left_line = true,
            _ => {}
        }
    }
    None
}

/// A comment: nothing, unless it is one of our markers.
pub(super) fn comment(builder: &mut Builder<'_>, comment: &str, at: usize, block: bool) {
    if builder.layer() == Layer::Verbatim {
        return;
    }
    let pos = builder.places.pos(at);
    let written = comment.trim();
    match marker(comment) {
        Marker::PageBreak => builder.leaf(pos, BlockKind::PageBreak),
        Marker::Bibliography => builder.leaf(pos, BlockKind::Bibliography),
        Marker::Index(terms) => {
            for term in terms {
                builder.add_mark(pos, InlineKind::IndexTerm(term));
            }
        }
        Marker::Only(format) => open_only(builder, format, pos, block),
        Marker::Else => {
            if let Some((format, block)) = close_only(builder) {
                let other = if format == Format::Pdf { Format::Epub } else { Format::Pdf };
                open_only(builder, other, pos, block);
            }
        }
        Marker::End => {
            if close_only(builder).is_none() {
                builder.findings.warn(
                    Code::PassageMark,
                    pos,
                    "`<!-- end -->` without a passage that it ends",
                    "take it out, or begin the passage with `<!-- only … -->`",
                );
            }
        }
        Marker::Card(Ok(kind)) => {
            let mut frame = OpenNode::new(Kind::Group(GroupKind::Card(kind)), Origin::Html, pos);
            frame.element = Some(Element { name: CARD.to_string(), literal: None, break_after: false });
            if builder.open_block(frame) == 0 {
                builder.too_deep.push(CARD.to_string());
            }
        }
        Marker::Card(Err(kind)) => {
            let message = format!("there is no card `{kind}`; what stands in it is kept as text");
            builder.findings.warn(Code::PassageMark, pos, message, "cards are `skills`, `closing` and `form`");
        }
        Marker::EndCard => close(builder, CARD),
        Marker::Dialect(Mark::Open(container)) => open_container(builder, container, pos),
        Marker::Dialect(Mark::Within(container)) => become_container(builder, container, pos),
        Marker::Dialect(Mark::End) => close(builder, CONTAINER),
        Marker::Unknown(condition) => {
            let message = format!("the condition `{condition}` is not known; the passage is kept");
            builder.findings.warn(Code::Condition, pos, message, "formats are `format: pdf` and `format: epub`");
        }
        Marker::Resembles(right) => {
            let message = format!("the comment `{written}` looks like a mark and is none");
            builder.findings.warn(Code::CommentMark, pos, message, format!("write `<!-- {right} -->`, or other words if it is only a comment"));
        }
        Marker::None => {}
    }
}

fn open_only(builder: &mut Builder<'_>, format: Format, pos: Pos, block: bool) {
    let mut frame = if block { OpenNode::new(Kind::Only(format), Origin::Html, pos) } else { OpenNode::new(Kind::OnlyInline(format), Origin::Html, pos) };
    frame.element = Some(Element { name: ONLY.to_string(), literal: None, break_after: false });
    let serial = if block { builder.open_block(frame) } else { builder.open_inline(frame) };
    if serial == 0 {
        builder.too_deep.push(ONLY.to_string());
    }
}

/// The name under which a card lies on the stack.
const CARD: &str = "<!-- card -->";

/// The name under which a passage for one format lies on the stack; no element can have it.
const ONLY: &str = "<!-- only -->";

/// Ends the innermost passage for one format. Gives the format and whether it was a block.
fn close_only(builder: &mut Builder<'_>) -> Option<(Format, bool)> {
    let index = find_open(builder, ONLY)?;
    let ended = match builder.frames.get(index).map(|f| &f.kind) {
        Some(Kind::Only(format)) => (*format, true),
        Some(Kind::OnlyInline(format)) => (*format, false),
        _ => return None,
    };
    close(builder, ONLY);
    Some(ended)
}
