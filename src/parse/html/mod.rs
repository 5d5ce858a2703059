//! Raw HTML: a tolerant tokenizer, a table of the elements that books use, and what each does to the builder.
//!
//! Blocks of raw HTML and Markdown may be mixed as CommonMark allows (`<details>`, a blank line, Markdown, a blank
//! line, `</details>`), so tags open and close frames of the same stack that Markdown uses.

mod apply;
mod container;
mod element;
mod token;

pub(super) use container::CONTAINER;
pub(super) use element::size;

use std::borrow::Cow;

use super::builder::{Builder, Kind, Layer, OpenNode};
use super::places::GUARD;
use super::text::Run;
use crate::diag::Code;
use token::{Token, tokens};

/// A block of raw HTML that begins at an offset of the text.
pub(super) fn block(builder: &mut Builder<'_>, html: &str, start: usize) {
    for (at, token) in tokens(html) {
        apply_token(builder, token, start + at, true);
    }
}

/// One tag or comment within a line of Markdown.
pub(super) fn inline(builder: &mut Builder<'_>, html: &str, start: usize) {
    // Each tag comes alone: its end may be the next.
    for (at, token) in tokens(html).into_iter().filter(|(_, token)| !matches!(token, Token::Endless(_))) {
        apply_token(builder, token, start + at, false);
    }
}

fn apply_token(builder: &mut Builder<'_>, token: Token<'_>, at: usize, block: bool) {
    match token {
        Token::Text(text) => text_between_tags(builder, text, at),
        Token::Open(tag) => apply::open(builder, &tag, at, block),
        Token::Close(name) => apply::close(builder, &name),
        Token::Comment(comment) => apply::comment(builder, comment, at, block),
        Token::Endless(what) => {
            let pos = builder.places.pos(at);
            let message = format!("the {} that begins here never ends: what follows it is left out", what.name());
            builder.findings.warn(Code::MarkupOpen, pos, message, what.hint());
        }
    }
}

/// Text between tags: entities are read, white space means a space, and quotes are made typographic as in Markdown.
fn text_between_tags(builder: &mut Builder<'_>, text: &str, at: usize) {
    let decoded: Cow<'_, str> = html_escape::decode_html_entities(text);
    match builder.layer() {
        Layer::Verbatim => {
            if let Some(OpenNode { kind: Kind::Code { .. }, text, .. }) = builder.frames.last_mut() {
                // HTML drops a line ending right after `<pre>`.
                let first = text.is_empty().then(|| decoded.strip_prefix('\n')).flatten();
                text.push_str(&first.unwrap_or(&decoded).replace(GUARD, ""));
            }
            return;
        }
        Layer::Blocks | Layer::Structure if decoded.trim().is_empty() => return,
        _ => {}
    }
    let mut run = Run::default();
    if builder.settings.smart {
        let before = builder.last;
        let mut offset = at;
        for (raw, shown) in builder.smart.pieces(&decoded, before) {
            run.push(raw, offset, shown, false);
            offset += raw.len();
        }
    } else {
        run.push(&decoded, at, None, false);
    }
    builder.end_run(&mut run);
}
