//! Fields: `{{ reader.name }}` gets its value, as data.

use std::collections::BTreeMap;

use super::Context;
use super::resolved::FieldValue;
use crate::diag::nearest;
use crate::load::Pos;
use crate::parse::{Document, Inline, InlineKind, NOTE, Node, NodeId, note_paragraphs, walk, walk_inlines};

/// Values by node.
pub(super) type Values = BTreeMap<NodeId, FieldValue>;

/// Finds the value of every field in the document. An unknown field is an error; a known one without value and default
/// leaves nothing, with a warning.
pub(super) fn fill(cx: &mut Context<'_>) -> Values {
    let fields = collect(cx.document);
    let mut values = Values::new();
    for inline in fields {
        if let InlineKind::Field { name, default } = &inline.kind
            && let Some(value) = value(cx, name, default.as_deref(), inline.pos)
        {
            values.insert(inline.id, value);
        }
    }
    values
}

/// All fields, those of the book's title first.
fn collect(document: &Document) -> Vec<&Inline> {
    let mut fields = Vec::new();
    let mut visit = |node| {
        if let Node::Inline(inline @ Inline { kind: InlineKind::Field { .. }, .. }) = node {
            fields.push(inline);
        }
    };
    walk_inlines(&document.title, &mut visit);
    walk_inlines(&document.subtitle, &mut visit);
    document.sections.iter().for_each(|section| walk(section, &mut visit));
    fields
}

fn value(cx: &mut Context<'_>, name: &str, default: Option<&str>, pos: Pos) -> Option<FieldValue> {
    let personal = is_personal(name);
    let known = lookup(cx, name);
    let Some(text) = known else {
        let fields = &cx.document.selection.fields;
        let near = nearest(name, fields.keys().map(String::as_str));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the fields are {}", fields.keys().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
        };
        cx.error(pos, format!("the field `{name}` is not known"), hint);
        return None;
    };
    let text = text.filter(|t| !t.trim().is_empty()).or(default.map(str::to_string));
    if text.is_none() {
        let hint = format!("give it a text for such readers: `{{{{ {name} | … }}}}`");
        cx.warn(pos, format!("the field `{name}` has no value for this reader"), hint);
    }
    Some(FieldValue { text: text.unwrap_or_default(), personal })
}

/// The value of a known field. `reader.note.2` is the second paragraph of the mentor's note.
fn lookup(cx: &Context<'_>, name: &str) -> Option<Option<String>> {
    let fields = &cx.document.selection.fields;
    if let Some(value) = fields.get(name) {
        return Some(value.clone());
    }
    let number: usize = name.strip_prefix(NOTE)?.strip_prefix('.')?.parse().ok()?;
    let note = fields.get(NOTE)?.as_deref().unwrap_or("");
    Some(note_paragraphs(note).into_iter().nth(number.checked_sub(1)?))
}

/// Whether a field's text differs between readers of the same selection.
fn is_personal(name: &str) -> bool {
    matches!(name.split('.').next(), Some("reader" | "from" | "field" | "fields" | "copy")) || name == "book.copy"
}

/// The text of inlines with fields filled, white space tidied: for titles in contents, metadata, bookmarks.
pub(super) fn plain(inlines: &[Inline], values: &Values) -> String {
    let mut out = String::new();
    push(inlines, values, &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push(inlines: &[Inline], values: &Values, out: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text) => out.push_str(text),
            InlineKind::Field { .. } => out.push_str(values.get(&inline.id).map_or("", |v| v.text.as_str())),
            InlineKind::Image(image) => out.push_str(image.alt.as_deref().unwrap_or("")),
            InlineKind::Break => out.push(' '),
            kind => push(kind.content().unwrap_or(&[]), values, out),
        }
    }
}
