//! Values of the fields that prose may name: `{{ reader.name }}`, `{{ target.title }}`, `{{ book.edition }}`, `{{ field.KEY }}`.

use std::collections::BTreeMap;

use crate::load::BookInfo;

use super::{Reader, StageInfo};

/// All known fields of a reader's book, and of a letter about it. One that is known and has no value is `None`.
pub fn field_values(book: &BookInfo, reader: &Reader, target: Option<&StageInfo>, from: Option<&StageInfo>) -> BTreeMap<String, Option<String>> {
    let some = |text: &str| Some(text.to_string()).filter(|t| !t.is_empty());
    let mut all: BTreeMap<String, Option<String>> = [
        ("reader.name", reader.name.clone()),
        ("reader.first-name", reader.first_name(&book.language)),
        ("reader.group", reader.group.clone()),
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

/// Field of the mentor's note; `reader.note.2` is its second paragraph.
pub const NOTE: &str = "reader.note";

/// A line of a note that is shorter than this ends where its writer ended it; longer ones were broken by a mail program.
const SHORT: usize = 50;

/// The paragraphs of a note: what blank lines part. Short lines keep their ends.
pub fn note_paragraphs(note: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in note.lines().map(str::trim) {
        match out.last_mut() {
            _ if line.is_empty() => open = false,
            Some(last) if open => {
                let before = last.rsplit('\n').next().unwrap_or_default();
                last.push(if before.chars().count() < SHORT { '\n' } else { ' ' });
                last.push_str(line);
            }
            _ => {
                out.push(line.to_string());
                open = true;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_paragraphs() {
        assert_eq!(note_paragraphs("\n a\n b\n\n\nc "), ["a\nb", "c"]);
        let long = "so long a line that a mail program must have broken it here";
        assert_eq!(note_paragraphs(&format!("{long}\nand on")), [format!("{long} and on")]);
        assert!(note_paragraphs(" \n ").is_empty());
    }
}
