//! Closing a frame: what was collected becomes a node of the frame around it.

use std::sync::Arc;

use super::builder::{Builder, Element, Kind, OpenNode, Origin, Space};
use super::cell;
use super::document::*;
use super::html;
use super::places::are_attributes;
use super::plain::plain_text;
use super::table;
use crate::diag::Code;
use crate::load::{Mathematics, Pos, visible_code};

/// Closes the innermost frame. `asked` says that its own end was met, and not only that of something around it.
pub(super) fn close(builder: &mut Builder<'_>, asked: bool) {
    if builder.frames.len() < 2 {
        return;
    }
    let Some(mut frame) = builder.frames.pop() else { return };
    // Most have one part in room for four, and a list can have a hundred thousand of them.
    frame.blocks.shrink_to_fit();
    frame.inlines.shrink_to_fit();
    builder.space_depth = builder.space_depth.min(builder.frames.len());
    if !asked && frame.element.as_ref().is_some_and(|element| element.name == html::CONTAINER) {
        let hint = "end it with a line like the one that opened it, as deep in lists and quotations as that one";
        builder.findings.warn(Code::MarkupOpen, frame.pos, "the block that begins here is never ended: it goes on as far as it can", hint);
    }
    if let Some(Element { name, literal: Some(tag), .. }) = &frame.element {
        if asked {
            builder.findings.unknown_element(name, tag.trim_matches(['<', '>']), frame.pos);
        } else {
            restore_literal(builder, &mut frame);
        }
    }
    let (break_after, pos) = (frame.element.as_ref().is_some_and(|element| element.break_after), frame.pos);
    match frame.kind {
        Kind::Paragraph => paragraph(builder, frame),
        Kind::Heading { .. } => heading(builder, frame),
        Kind::Term => term(builder, frame),
        Kind::Caption => caption(builder, frame),
        Kind::Code { .. } => verbatim(builder, frame),
        Kind::Dropped => {}
        Kind::Root => {}
        Kind::Quote | Kind::Callout(_) | Kind::Group(_) | Kind::Figure | Kind::Only(_) => container(builder, frame),
        Kind::Item { .. } | Kind::Note { .. } | Kind::Cell { .. } | Kind::Detail => part(builder, frame),
        Kind::List { .. } | Kind::Table { .. } | Kind::Row { .. } | Kind::Definitions(_) => structure(builder, frame),
        Kind::Image { .. } => image(builder, frame),
        Kind::Carets => {
            inline(builder, frame);
            builder.put_text("^", Pos::default());
        }
        _ => inline(builder, frame),
    }
    if break_after {
        builder.leaf(pos, BlockKind::PageBreak);
    }
}

/// An unknown element that is never closed was no element: `Vec<T>` written without backticks. Its tag becomes text.
fn restore_literal(builder: &mut Builder<'_>, frame: &mut OpenNode) {
    let Some(Element { literal: Some(tag), .. }) = &frame.element else { return };
    builder.findings.never_closed(tag, frame.pos);
    let text = Inline { id: NodeId::default(), pos: frame.pos, kind: InlineKind::Text(tag.clone()) };
    if matches!(frame.kind, Kind::Group(_)) {
        frame.blocks.insert(0, block(frame.pos, BlockKind::Paragraph(vec![text])));
    } else {
        frame.inlines.insert(0, text);
        merge_texts(&mut frame.inlines);
    }
}

/// Joins a text with the one that follows it.
fn merge_texts(inlines: &mut Vec<Inline>) {
    if inlines.len() > 1
        && let InlineKind::Text(second) = &inlines[1].kind
    {
        let second = second.clone();
        if let InlineKind::Text(first) = &mut inlines[0].kind {
            first.push_str(&second);
            inlines.remove(1);
        }
    }
}

fn block(pos: Pos, kind: BlockKind) -> Block {
    Block { id: NodeId::default(), pos, anchor: None, language: None, direction: None, kind }
}

fn block_of(frame: &mut OpenNode, kind: BlockKind) -> Block {
    Block { id: NodeId::default(), pos: frame.pos, anchor: frame.anchor.take(), language: frame.language.take(), direction: frame.direction, kind }
}

/// Whether there is nothing to see in these inlines: only anchors and index terms.
fn is_empty(inlines: &[Inline]) -> bool {
    inlines.iter().all(|i| match &i.kind {
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::Anchor(_) | InlineKind::IndexTerm(_) | InlineKind::Break => true,
        InlineKind::Link { .. } | InlineKind::Image(_) | InlineKind::NoteRef(_) | InlineKind::Field { .. } | InlineKind::Formula(_) => false,
        kind => kind.content().is_some_and(|content| is_empty(content)),
    })
}

/// Anchors and index terms of inlines that show nothing.
fn marks(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::new();
    for mut inline in inlines {
        match inline.kind {
            InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => out.push(inline),
            _ => {
                if let Some(content) = inline.kind.content_mut() {
                    out.extend(marks(std::mem::take(content)));
                }
            }
        }
    }
    out
}

/// A line ends: no break and no space stands at its end.
fn end_line(builder: &mut Builder<'_>, frame: &mut OpenNode) {
    builder.space = Space::None;
    builder.last = None;
    while matches!(frame.inlines.last().map(|i| &i.kind), Some(InlineKind::Break)) {
        frame.inlines.pop();
    }
}

/// Index terms at the end of a paragraph speak of all of it, so they stand at its beginning: a paragraph that goes on overleaf is looked up on
/// the page where it begins.
fn terms_to_the_front(inlines: &mut Vec<Inline>) {
    let is_blank = |inline: &Inline| matches!(&inline.kind, InlineKind::Text(text) if text.trim().is_empty());
    let is_term = |inline: &Inline| matches!(inline.kind, InlineKind::IndexTerm(_));
    let end = inlines.iter().rposition(|inline| !is_term(inline) && !is_blank(inline)).map_or(0, |last| last + 1);
    let terms: Vec<Inline> = inlines.drain(end..).filter(|inline| is_term(inline)).collect();
    inlines.splice(0..0, terms);
}

fn paragraph(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let mut inlines = std::mem::take(&mut frame.inlines);
    if frame.legend.is_none() {
        terms_to_the_front(&mut inlines);
    }
    if is_empty(&inlines) {
        builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name)));
        builder.waiting.extend(marks(inlines));
        return;
    }
    let label = frame.legend.is_some_and(|length| length == plain_text(&inlines).len()) && frame.anchor.is_none();
    let inlines = match legend(builder, &frame, inlines).and_then(|inlines| table_caption(builder, inlines)) {
        Some(inlines) => inlines,
        None => return builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name))),
    };
    let in_figure = builder.top_is(|k| matches!(k, Kind::Figure));
    let in_cell = builder.top_is(|k| matches!(k, Kind::Cell { .. }));
    let in_tight_item = frame.origin == Origin::Implied && builder.top_is(|k| matches!(k, Kind::Item { .. } | Kind::Detail));
    let picture = is_picture(&inlines);
    let title = std::mem::take(&mut frame.picture_title);
    // In Quarto the text in the brackets is the caption.
    let caption = if picture && title.trim().is_empty() && builder.settings.references.crosses { described(&inlines) } else { None };
    let kind = BlockKind::Paragraph(inlines);
    if picture && in_figure {
        let made = block_of(&mut frame, kind);
        builder.add_block(made);
        title_as_caption(builder, frame.pos, &title);
    } else if picture && !in_cell && !in_tight_item {
        let caption = caption.or_else(|| (!title.trim().is_empty()).then(|| builder.sub_inlines(&title, frame.pos)));
        let blocks = vec![block(frame.pos, kind)];
        let made = block_of(&mut frame, BlockKind::Figure { blocks, caption });
        builder.add_block(made);
    } else {
        let made = block_of(&mut frame, kind);
        builder.add_block(made);
        if let Some(parent) = builder.frames.last_mut().filter(|_| label) {
            parent.label = parent.blocks.len().checked_sub(1);
        }
    }
}

/// The description of a lone picture as a caption.
fn described(inlines: &[Inline]) -> Option<Vec<Inline>> {
    inlines.iter().find_map(|inline| match &inline.kind {
        InlineKind::Image(image) => {
            let text = InlineKind::Text(image.alt.clone().filter(|alt| !alt.is_empty())?);
            Some(vec![Inline { id: NodeId::default(), pos: inline.pos, kind: text }])
        }
        InlineKind::Link { content, .. } => described(content),
        _ => None,
    })
}

/// Pandoc's captions of tables: a paragraph below one that begins `: `, with the table's name at its end. Gives back any other.
fn table_caption(builder: &mut Builder<'_>, mut inlines: Vec<Inline>) -> Option<Vec<Inline>> {
    let above = builder.frames.last_mut().and_then(|parent| parent.blocks.last_mut());
    let Some(Block { kind: BlockKind::Table(table @ Table { caption: None, .. }), anchor, .. }) = above else { return Some(inlines) };
    let Some(InlineKind::Text(first)) = inlines.first_mut().map(|inline| &mut inline.kind) else { return Some(inlines) };
    let Some(rest) = first.strip_prefix(": ") else { return Some(inlines) };
    *first = rest.trim_start().to_string();
    if let Some(InlineKind::Text(last)) = inlines.last_mut().map(|inline| &mut inline.kind)
        && let Some((text, attributes)) = last.trim_end().strip_suffix('}').and_then(|text| text.rsplit_once('{'))
        && are_attributes(attributes)
    {
        let name = attributes.split_whitespace().find_map(|word| word.strip_prefix('#')).map(str::to_string);
        *last = text.trim_end().to_string();
        *anchor = anchor.take().or(name);
    }
    table.caption = Some(inlines);
    None
}

/// A table or code takes the legend right above it as its caption, if it has none.
pub(super) fn labelled(parent: &mut OpenNode, mut block: Block) -> Block {
    let above = parent.label.take().filter(|at| at + 1 == parent.blocks.len());
    let takes = match &block.kind {
        BlockKind::Table(table) => table.caption.is_none(),
        BlockKind::Code { .. } => true,
        _ => false,
    };
    if above.is_none() || !takes {
        parent.label = above;
        settled(parent);
        return block;
    }
    let Some(Block { kind: BlockKind::Paragraph(caption), pos, .. }) = parent.blocks.pop() else { return block };
    if let BlockKind::Table(table) = &mut block.kind {
        table.caption = Some(caption);
        return block;
    }
    Block {
        id: NodeId::default(),
        pos,
        anchor: None,
        language: None,
        direction: None,
        kind: BlockKind::Group { kind: GroupKind::Listing, caption: Some(caption), blocks: vec![block] },
    }
}

/// A legend that nothing below it takes is the caption of the table above it, if that has none.
pub(super) fn settled(parent: &mut OpenNode) {
    let Some(at) = parent.label.take().filter(|at| at + 1 == parent.blocks.len()) else { return };
    let above = at.checked_sub(1).and_then(|above| parent.blocks.get(above));
    if !matches!(above, Some(Block { kind: BlockKind::Table(Table { caption: None, .. }), .. })) {
        return;
    }
    let Some(Block { kind: BlockKind::Paragraph(caption), .. }) = parent.blocks.pop() else { return };
    if let Some(Block { kind: BlockKind::Table(table), .. }) = parent.blocks.last_mut() {
        table.caption = Some(caption);
    }
}

/// A paragraph that is nothing but a legend becomes the caption of the figure above it, where that has none. Gives back any other.
fn legend(builder: &mut Builder<'_>, frame: &OpenNode, inlines: Vec<Inline>) -> Option<Vec<Inline>> {
    let is_legend = frame.legend.is_some_and(|length| length == plain_text(&inlines).len());
    let above = builder.frames.last_mut().and_then(|parent| parent.blocks.last_mut());
    match above.map(|block| &mut block.kind) {
        Some(BlockKind::Figure { caption: caption @ None, .. }) if is_legend => {
            *caption = Some(inlines);
            None
        }
        _ => Some(inlines),
    }
}

/// A picture's title is the caption of the figure around it, if that has none of its own.
fn title_as_caption(builder: &mut Builder<'_>, pos: Pos, title: &str) {
    if title.trim().is_empty() {
        return;
    }
    let caption = builder.sub_inlines(title, pos);
    if let Some(figure) = builder.frames.last_mut() {
        figure.caption.get_or_insert(caption);
    }
}

/// Whether a picture, or a link around one, is all that there is to see.
fn is_picture(inlines: &[Inline]) -> bool {
    let mut seen = inlines.iter().filter(|i| !is_empty(std::slice::from_ref(i)));
    let (Some(one), None) = (seen.next(), seen.next()) else { return false };
    match &one.kind {
        InlineKind::Image(_) => true,
        InlineKind::Link { content, .. } => is_picture(content),
        _ => false,
    }
}

fn anchor(pos: Pos, name: String) -> Inline {
    Inline { id: NodeId::default(), pos, kind: InlineKind::Anchor(name) }
}

fn heading(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let text = std::mem::take(&mut frame.inlines);
    if is_empty(&text) {
        builder.waiting.extend(marks(text));
        return;
    }
    let Kind::Heading { level, slug } = &mut frame.kind else { return };
    let level = *level;
    let explicit = slug.take().or(frame.anchor.take());
    let slug = match explicit {
        Some(id) => builder.slugs.explicit(&id),
        None => builder.slugs.of(&frame.text),
    };
    let made = block_of(&mut frame, BlockKind::Heading { level, slug, text });
    builder.add_block(made);
}

fn term(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let slug = match frame.anchor.take() {
        Some(id) => builder.slugs.explicit(&id),
        None => builder.slugs.of(&frame.text),
    };
    let term = Term { id: NodeId::default(), slug, text: std::mem::take(&mut frame.inlines) };
    let Some(Kind::Definitions(list)) = builder.frames.last_mut().map(|f| &mut f.kind) else { return };
    match list.last_mut() {
        Some(open) if open.details.is_empty() => open.terms.push(term),
        _ => list.push(Definition { id: NodeId::default(), terms: vec![term], details: Vec::new() }),
    }
}

fn caption(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let inlines = std::mem::take(&mut frame.inlines);
    if is_empty(&inlines) {
        builder.waiting.extend(marks(inlines));
        return;
    }
    match builder.frames.last_mut() {
        Some(parent) if parent.caption.is_none() && takes_caption(&parent.kind) => parent.caption = Some(inlines),
        _ => {
            let made = block_of(&mut frame, BlockKind::Paragraph(inlines));
            builder.add_block(made);
        }
    }
}

fn takes_caption(kind: &Kind) -> bool {
    matches!(kind, Kind::Figure | Kind::Group(_) | Kind::Table { .. })
}

fn verbatim(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let Kind::Code { language, info } = &mut frame.kind else { return };
    let (language, info) = (language.take(), std::mem::take(info));
    let text = std::mem::take(&mut frame.text);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    if language.as_deref() == Some("mermaid") && !text.trim().is_empty() {
        return builder.diagram(frame.pos, text, cell::title(&info).map(|(title, _)| title));
    }
    let cell = cell::cell(&info, text);
    if cell.as_ref().is_some_and(|cell| cell.hidden) {
        let message = "cells of code are not run: what this one makes is missing, and its author does not show the code";
        builder.findings.warn_once(Code::CellNotRun, "hidden cell", frame.pos, message, "put what it makes into the text, as a picture or a table");
        return builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name)));
    }
    let text = cell.as_ref().map_or(text, |cell| &cell.text);
    let text: Arc<str> = if builder.settings.mdbook { visible_code(&info, text).trim_end_matches('\n').into() } else { text.into() };
    let is_formula = matches!(language.as_deref(), Some("math")) && builder.settings.mathematics != Mathematics::None;
    if is_formula && builder.code_formula(frame.pos, &text) {
        return;
    }
    not_drawn(builder, frame.pos, language.as_deref().filter(|_| !is_formula));
    let mut made = block_of(&mut frame, BlockKind::Code { language, text });
    made.anchor = made.anchor.or_else(|| builder.take_anchor());
    if let Some((title, is_code)) = cell::title(&info) {
        let caption = match is_code {
            true => vec![Inline { id: NodeId::default(), pos: frame.pos, kind: InlineKind::Code(title.to_string()) }],
            false => builder.sub_inlines(title, frame.pos),
        };
        let kind = BlockKind::Group { kind: GroupKind::Listing, caption: Some(caption), blocks: vec![made] };
        made = block(frame.pos, kind);
    }
    builder.add_block(made);
}

/// Formulas stay code in a book that does not ask for mathematics, and its maker should know.
fn not_drawn(builder: &mut Builder<'_>, pos: Pos, language: Option<&str>) {
    if matches!(language, Some("math" | "katex")) {
        let hint = "say that the book has mathematics: `mathjax-support = true` in book.toml, `math: true` in handbook.yaml";
        builder.findings.warn_once(Code::NotDrawn, "formulas", pos, "formulas are not drawn: their source is set as code", hint);
    }
}

/// Containers of blocks that are blocks themselves.
fn container(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let mut blocks = std::mem::take(&mut frame.blocks);
    let mut caption = frame.caption.take();
    if frame.element.as_ref().is_some_and(|element| element.name == html::CONTAINER) {
        within_container(&frame.kind, &mut blocks, &mut caption);
    }
    if blocks.is_empty() && caption.is_none() && !matches!(frame.kind, Kind::Callout(_)) {
        return builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name)));
    }
    let kind = match &frame.kind {
        Kind::Quote => quote(blocks),
        Kind::Callout(kind) => BlockKind::Callout { kind: *kind, blocks },
        Kind::Only(format) => BlockKind::Only(*format, blocks),
        Kind::Figure => figure(blocks, caption),
        Kind::Group(GroupKind::Div) if caption.is_none() && frame.anchor.is_none() && frame.language.is_none() && frame.direction.is_none() => {
            return blocks.into_iter().for_each(|b| builder.add_block(b));
        }
        Kind::Group(kind) => BlockKind::Group { kind: *kind, caption, blocks },
        _ => return,
    };
    let made = block_of(&mut frame, kind);
    builder.add_block(made);
}

/// As Quarto has it: a callout's first heading is its title, a figure's last paragraph its caption.
fn within_container(kind: &Kind, blocks: &mut Vec<Block>, caption: &mut Option<Vec<Inline>>) {
    match kind {
        Kind::Callout(_) => {
            if let Some(first @ Block { kind: BlockKind::Heading { .. }, .. }) = blocks.first_mut()
                && let BlockKind::Heading { text, .. } = std::mem::replace(&mut first.kind, BlockKind::Rule)
            {
                let strong = Inline { id: NodeId::default(), pos: first.pos, kind: InlineKind::Strong(text) };
                first.kind = BlockKind::Paragraph(vec![strong]);
            }
        }
        Kind::Figure if caption.is_none() && blocks.len() > 1 => {
            if let Some(BlockKind::Paragraph(_)) = blocks.last().map(|block| &block.kind)
                && let Some(BlockKind::Paragraph(text)) = blocks.pop().map(|block| block.kind)
            {
                *caption = Some(text);
            }
        }
        _ => {}
    }
}

/// A figure of a table alone is that table.
fn figure(mut blocks: Vec<Block>, mut caption: Option<Vec<Inline>>) -> BlockKind {
    if let [Block { kind: BlockKind::Table(table), .. }] = &mut blocks[..]
        && table.caption.is_none()
    {
        table.caption = caption.take();
        if let Some(table) = blocks.pop() {
            return table.kind;
        }
    }
    BlockKind::Figure { blocks, caption }
}

/// The last paragraph of a quotation names its source if it begins with a dash.
fn quote(mut blocks: Vec<Block>) -> BlockKind {
    let named = blocks.len() > 1
        && match blocks.last().map(|b| &b.kind) {
            Some(BlockKind::Paragraph(text)) => dash(text).is_some(),
            _ => false,
        };
    let attribution = if named { blocks.pop().and_then(without_dash) } else { None };
    BlockKind::Quote { blocks, attribution }
}

/// Length of the dash and the space after it, if the text begins with them.
fn dash(text: &[Inline]) -> Option<usize> {
    let InlineKind::Text(first) = &text.first()?.kind else { return None };
    let dashes = first.len() - first.trim_start_matches(['—', '–', '―', '-']).len();
    let lone_hyphen = first.starts_with('-') && dashes < 2;
    let space = first[dashes..].chars().next().filter(|c| c.is_whitespace())?;
    (dashes > 0 && !lone_hyphen).then_some(dashes + space.len_utf8())
}

fn without_dash(block: Block) -> Option<Vec<Inline>> {
    let BlockKind::Paragraph(mut text) = block.kind else { return None };
    let length = dash(&text)?;
    if let Some(InlineKind::Text(first)) = text.first_mut().map(|i| &mut i.kind) {
        first.replace_range(..length, "");
    }
    if matches!(text.first().map(|i| &i.kind), Some(InlineKind::Text(t)) if t.is_empty()) {
        text.remove(0);
    }
    Some(text)
}

/// Parts of a structure.
fn part(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let mut blocks = std::mem::take(&mut frame.blocks);
    for block in blocks.iter_mut().filter(|block| block.is_of_its_surroundings()) {
        (block.language, block.direction) = (frame.language.clone(), frame.direction);
    }
    let id = NodeId::default();
    if let Kind::Note { label } = frame.kind {
        return note(builder, NoteDefinition { id, label, blocks, pos: frame.pos });
    }
    let blocks = match frame.anchor.take() {
        Some(name) => anchored(blocks, frame.pos, name),
        None => blocks,
    };
    match (frame.kind, builder.frames.last_mut().map(|f| &mut f.kind)) {
        (Kind::Item { task, value }, Some(Kind::List { items, numerals, .. })) => {
            let number = value.map(|value| ItemNumber { value, numerals: *numerals });
            items.push(ListItem { id, task, number, blocks, pos: frame.pos });
        }
        (Kind::Cell { colspan, rowspan, header }, Some(Kind::Row { cells })) => cells.push(Cell { id, colspan, rowspan, header, blocks }),
        (Kind::Detail, Some(Kind::Definitions(list))) => match list.last_mut() {
            Some(open) => open.details.push(blocks),
            None => list.push(Definition { id, terms: Vec::new(), details: vec![blocks] }),
        },
        _ => blocks.into_iter().for_each(|b| builder.add_block(b)),
    }
}

/// Gives an anchor to the first of some blocks.
fn anchored(mut blocks: Vec<Block>, pos: Pos, name: String) -> Vec<Block> {
    match blocks.first_mut() {
        Some(first) if first.anchor.is_none() => first.anchor = Some(name),
        _ => {
            let content = std::mem::take(&mut blocks);
            let mut group = block(pos, BlockKind::Group { kind: GroupKind::Div, caption: None, blocks: content });
            group.anchor = Some(name);
            blocks.push(group);
        }
    }
    blocks
}

fn note(builder: &mut Builder<'_>, note: NoteDefinition) {
    if !builder.note_labels.insert(note.label.clone()) {
        let message = format!("the footnote `{}` is defined twice; the first definition counts", note.label);
        builder.findings.warn(Code::FootnoteTwice, note.pos, message, "give each note a label of its own");
    }
    builder.notes.push(note);
}

fn structure(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let caption = frame.caption.take();
    let kind = match std::mem::replace(&mut frame.kind, Kind::Root) {
        Kind::Row { cells } => return row(builder, cells),
        Kind::List { start, numerals, reversed, loose, mut items } if !items.is_empty() => {
            let start = numbered(start, numerals, reversed, &mut items);
            BlockKind::List { start, tight: !loose, items }
        }
        Kind::Definitions(mut list) => {
            // What explains nothing is text before the list.
            if list.first().is_some_and(|first| first.terms.is_empty()) {
                list.remove(0).details.into_iter().flatten().for_each(|block| builder.add_block(block));
            }
            if list.is_empty() {
                return builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name)));
            }
            BlockKind::Definitions(list)
        }
        Kind::Table { align, head, body, .. } if !(head.is_empty() && body.is_empty()) => BlockKind::Table(table::regular(head, body, align, caption)),
        Kind::Table { .. } => match caption {
            Some(text) => BlockKind::Paragraph(text),
            None => return,
        },
        _ => return,
    };
    let made = block_of(&mut frame, kind);
    builder.add_block(made);
}

/// Gives the items of a list their numbers, where it does not simply count on in figures. Gives the list's first number.
fn numbered(start: Option<u64>, numerals: Numerals, reversed: bool, items: &mut [ListItem]) -> Option<u64> {
    let start = start?;
    let first = if reversed && start == 0 { items.len() as u64 } else { start };
    if numerals == Numerals::Figures && !reversed && items.iter().all(|item| item.number.is_none()) {
        return Some(first);
    }
    let mut next = first;
    for item in items.iter_mut() {
        let value = item.number.map_or(next, |number| number.value);
        item.number = Some(ItemNumber { value, numerals });
        next = if reversed { value.saturating_sub(1) } else { value.saturating_add(1) };
    }
    items.first().and_then(|item| item.number).map(|number| number.value)
}

fn row(builder: &mut Builder<'_>, cells: Vec<Cell>) {
    let Some(Kind::Table { head, body, in_head, .. }) = builder.frames.last_mut().map(|f| &mut f.kind) else { return };
    if cells.is_empty() {
        return;
    }
    let rows = if *in_head { head } else { body };
    rows.push(Row { id: NodeId::default(), cells });
}

/// A picture: what stood in its brackets is its alternative text.
fn image(builder: &mut Builder<'_>, frame: OpenNode) {
    let Kind::Image { source, title } = frame.kind else { return };
    let alt = plain_text(&frame.inlines);
    let alt = (!alt.trim().is_empty()).then(|| alt.trim().to_string());
    builder.add_picture(frame.pos, Image { source, alt, width: None, height: None, diagram: None }, title);
}

fn inline(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let mut content = std::mem::take(&mut frame.inlines);
    let (language, direction) = (frame.language.take(), frame.direction);
    let said = language.is_some() || direction.is_some() || frame.element.as_ref().is_some_and(|element| element.name == "bdi");
    if said && !content.is_empty() {
        let kind = InlineKind::Span { language, direction, content };
        content = vec![Inline { id: NodeId::default(), pos: frame.pos, kind }];
    }
    let kind = match frame.kind {
        Kind::Link { to, title } => {
            // A link without text will show its target's title, so a space after it counts.
            builder.last.get_or_insert('x');
            InlineKind::Link { to, title, content }
        }
        _ if content.is_empty() => return,
        Kind::Emphasis => InlineKind::Emphasis(content),
        Kind::Strong => InlineKind::Strong(content),
        Kind::Strike => InlineKind::Strike(content),
        Kind::Hidden => return,
        Kind::Superscript => InlineKind::Superscript(content),
        Kind::Ruby => InlineKind::Ruby(content),
        Kind::Reading => InlineKind::Reading(content),
        Kind::Subscript => InlineKind::Subscript(content),
        Kind::OnlyInline(format) => InlineKind::Only(format, content),
        kind => {
            let Some(parent) = builder.frames.last_mut() else { return };
            let begins = matches!(parent.kind, Kind::Paragraph) && parent.inlines.is_empty();
            splice(parent, content);
            if begins && matches!(kind, Kind::Legend) {
                parent.legend = Some(plain_text(&parent.inlines).len());
            }
            return;
        }
    };
    let Some(parent) = builder.frames.last_mut() else { return };
    parent.inlines.push(Inline { id: NodeId::default(), pos: frame.pos, kind });
}

/// Puts the content of an element that means nothing into what is around it, texts joined.
fn splice(parent: &mut OpenNode, content: Vec<Inline>) {
    let mut content = content.into_iter();
    if let Some(first) = content.next() {
        match (parent.inlines.last_mut().map(|i| &mut i.kind), first) {
            (Some(InlineKind::Text(before)), Inline { kind: InlineKind::Text(text), .. }) => before.push_str(&text),
            (_, first) => parent.inlines.push(first),
        }
    }
    parent.inlines.extend(content);
}

/// Adds marks that nothing followed to the last text there is.
pub(super) fn append_to_last_text(blocks: &mut [Block], marks: &mut Vec<Inline>) {
    if marks.is_empty() {
        return;
    }
    for block in blocks.iter_mut().rev() {
        match &mut block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => text.append(marks),
            BlockKind::Quote { blocks, .. }
            | BlockKind::Callout { blocks, .. }
            | BlockKind::Group { blocks, .. }
            | BlockKind::Only(_, blocks)
            | BlockKind::Figure { blocks, .. } => append_to_last_text(blocks, marks),
            BlockKind::List { items, .. } => items.iter_mut().rev().for_each(|i| append_to_last_text(&mut i.blocks, marks)),
            _ => {}
        }
        if marks.is_empty() {
            return;
        }
    }
}
