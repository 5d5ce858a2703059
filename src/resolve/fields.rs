//! Fields: `{{ reader.name }}` gets its value, as data.

use std::collections::BTreeMap;

use super::Context;
use super::resolved::{FieldValue, PersonalField};
use crate::diag::{Code, nearest};
use crate::load::Pos;
use crate::parse::{Document, Inline, InlineKind, Node, NodeId, filled_text, walk, walk_inlines};
use crate::select::{NOTE, Selection, note_paragraphs};

/// Values by node.
pub(super) type Values = BTreeMap<NodeId, FieldValue>;

/// Finds the value of every field in the document, and lists those that are the reader's own. An unknown field is an
/// error; a known one without value and default leaves nothing, with a warning.
pub(super) fn fill(cx: &mut Context<'_>) -> (Values, Vec<PersonalField>) {
    let fields = collect(cx.document);
    let mut values = Values::new();
    let mut own = Vec::new();
    for inline in fields {
        if let InlineKind::Field { name, default } = &inline.kind
            && let Some(value) = value(cx, name, default.as_deref(), inline.pos)
        {
            if value.personal {
                own.push(PersonalField { node: inline.id, name: name.clone(), default: default.clone() });
            }
            values.insert(inline.id, value);
        }
    }
    (values, own)
}

/// The values with another reader's in place of those that are personal.
pub(super) fn refill(values: &Values, own: &[PersonalField], selection: &Selection) -> Values {
    let mut values = values.clone();
    for field in own {
        let text = lookup(selection, &field.name).flatten().filter(|t| !t.trim().is_empty()).or(field.default.clone());
        values.insert(field.node, FieldValue { text: text.unwrap_or_default(), personal: true });
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
    let known = lookup(&cx.document.selection, name);
    if known.is_none() && name.starts_with("field.") && default.is_some() {
        // A roster may have the column or not; the text says what stands there if not.
        return Some(FieldValue { text: default.unwrap_or_default().to_string(), personal });
    }
    let Some(text) = known else {
        let fields = &cx.document.selection.fields;
        // `{{ name }}` is half of `{{ reader.name }}`.
        let half = || fields.keys().map(String::as_str).find(|known| known.rsplit('.').next() == Some(name));
        let near = half().or_else(|| nearest(name, fields.keys().map(String::as_str)));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if name.starts_with("field.") => {
                let key = name.trim_start_matches("field.");
                format!("give it a value with `--field {key}=…` or a column of the roster, or a text for when there is none: `{{{{ {name} | … }}}}`")
            }
            None => format!("the fields are {}", fields.keys().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
        };
        cx.error(Code::FieldUnknown, pos, format!("the field `{name}` is not known"), hint);
        return None;
    };
    let text = text.filter(|t| !t.trim().is_empty()).or(default.map(str::to_string));
    if text.is_none() {
        let hint = format!("give it a text for such readers: `{{{{ {name} | … }}}}`");
        cx.warn(Code::FieldEmpty, pos, format!("the field `{name}` has no value for this reader"), hint);
    }
    Some(FieldValue { text: text.unwrap_or_default(), personal })
}

/// The value of a known field. `reader.note.2` is the second paragraph of the mentor's note.
fn lookup(selection: &Selection, name: &str) -> Option<Option<String>> {
    let fields = &selection.fields;
    if let Some(value) = fields.get(name) {
        return Some(value.clone());
    }
    let number: usize = name.strip_prefix(NOTE)?.strip_prefix('.')?.parse().ok()?;
    let note = fields.get(NOTE)?.as_deref().unwrap_or("");
    Some(note_paragraphs(note).into_iter().nth(number.checked_sub(1)?))
}

/// Whether a field's text differs between readers of the same shape.
fn is_personal(name: &str) -> bool {
    matches!(name.split('.').next(), Some("reader" | "field" | "copy"))
}

/// The text of inlines with fields filled, white space tidied: for titles in contents, metadata, bookmarks.
pub(super) fn plain(inlines: &[Inline], values: &Values) -> String {
    let text = filled_text(inlines, &|field| values.get(&field.id).map_or("", |value| value.text.as_str()));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
