//! Closing a frame: what was collected becomes a node of the frame around it: of
//! what holds a line in [`lines`], of what holds blocks in [`holders`].

mod holders;
mod lines;

use super::builder::{Builder, Element, Kind, OpenNode};
use super::document::*;
use super::html;
use crate::diag::Code;
use crate::load::Pos;

pub(super) use lines::{append_to_last_text, labelled, settled};

use holders::{container, part, structure, verbatim};
use lines::{caption, heading, image, inline, paragraph, term};

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
