//! Values of the fields that prose may name: `{{ reader.name }}`, `{{ target.title }}`, `{{ book.edition }}`, `{{ field.KEY }}`.

use std::collections::BTreeMap;

use crate::load::Manuscript;

use super::{Reader, StageInfo};

/// All known fields. One that is known and has no value is `None`.
pub(super) fn fields(manuscript: &Manuscript, reader: &Reader, target: Option<&StageInfo>, from: Option<&StageInfo>) -> BTreeMap<String, Option<String>> {
    let book = &manuscript.book;
    let some = |text: &str| Some(text.to_string()).filter(|t| !t.is_empty());
    let mut all: BTreeMap<String, Option<String>> = [
        ("reader.name", reader.name.clone()),
        ("reader.organisation", reader.organisation.clone()),
        ("reader.email", reader.email.clone()),
        ("reader.note", reader.note.clone()),
        ("copy.number", reader.copy.map(|n| n.to_string())),
        ("book.title", some(&book.title)),
        ("book.subtitle", some(&book.subtitle)),
        ("book.language", some(&book.language)),
        ("book.authors", some(&book.authors.join(", "))),
        ("book.publisher", book.publisher.clone()),
        ("book.edition", book.edition.clone()),
        ("book.identifier", book.identifier.clone()),
        ("book.isbn", book.isbn.clone()),
        ("book.series", book.series.as_ref().map(|(name, _)| name.clone())),
        ("book.rights", book.rights.clone()),
        ("book.description", book.description.clone()),
        ("book.date", book.date.clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_string(), value))
    .collect();
    for (prefix, stage) in [("target", target), ("from", from)] {
        all.insert(format!("{prefix}.id"), stage.map(|s| s.id.clone()));
        all.insert(format!("{prefix}.number"), stage.map(|s| s.number.to_string()));
        all.insert(format!("{prefix}.title"), stage.map(|s| s.title.clone()));
        all.insert(format!("{prefix}.years"), stage.and_then(|s| some(&s.years)));
    }
    all.extend(reader.fields.iter().map(|(key, value)| (format!("field.{key}"), some(value.trim()))));
    all
}
