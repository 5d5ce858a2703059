//! What holds blocks closes: containers, items, notes, cells and what they are parts of; and code, which holds its text as it is.

use std::sync::Arc;

use crate::diag::Code;
use crate::load::{Mathematics, Pos, visible_code};
use crate::parse::builder::{Builder, Kind, OpenNode};
use crate::parse::document::*;
use crate::parse::{cell, html, table};

use super::lines::anchor;
use super::{block, block_of};

pub(super) fn verbatim(builder: &mut Builder<'_>, mut frame: OpenNode) {
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
pub(super) fn container(builder: &mut Builder<'_>, mut frame: OpenNode) {
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
pub(super) fn part(builder: &mut Builder<'_>, mut frame: OpenNode) {
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

pub(super) fn structure(builder: &mut Builder<'_>, mut frame: OpenNode) {
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
