//! What the book says of itself, with fields filled: metadata, the foot line, the map read out.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fields::{Values, plain};
use super::resolved::BookData;
use crate::parse::Document;
use crate::words::Words;

/// Title, authors, identifier and the like.
pub(super) fn book(document: &Document, values: &Values, words: &Words, date: &str) -> BookData {
    let info = &document.selection.manuscript.book;
    let title = plain(&document.title, values);
    BookData {
        identifier: info.identifier.clone().unwrap_or_else(|| identifier(document, &title)),
        title,
        subtitle: plain(&document.subtitle, values),
        language: info.language.clone(),
        authors: info.authors.clone(),
        date: date.to_string(),
        prepared_for: prepared_for(document, words),
    }
}

/// `Prepared for …`, for a reader who is named, unless the author switched it off.
fn prepared_for(document: &Document, words: &Words) -> Option<String> {
    let name = document.selection.reader.name.as_deref().map(str::trim).filter(|n| !n.is_empty())?;
    let template = document.selection.manuscript.book.prepared_for.as_ref().unwrap_or(&words.prepared_for);
    if template.trim().is_empty() {
        return None;
    }
    Some(if template.contains("{}") { template.replacen("{}", name, 1) } else { format!("{template} {name}") })
}

/// A UUID of version 5 from the book, its text and its reader: the same input has the same one.
fn identifier(document: &Document, title: &str) -> String {
    let selection = &document.selection;
    let book = &selection.manuscript.book;
    let reader = &selection.reader;
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    add(title);
    book.authors.iter().for_each(|author| add(author));
    add(book.edition.as_deref().unwrap_or(""));
    for entry in &selection.entries {
        add(&entry.path);
        add(&entry.text.text);
    }
    for value in [&reader.name, &reader.stage, &reader.from, &reader.organisation, &reader.email, &reader.note] {
        add(value.as_deref().unwrap_or(""));
    }
    reader.paths.iter().for_each(|path| add(path));
    reader.fields.iter().for_each(|(key, value)| {
        add(key);
        add(value);
    });
    add(&reader.copy.map(|c| c.to_string()).unwrap_or_default());
    format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, &digest.finalize()))
}

/// The drawn map of the ladder in words: each rung with its years, where the reader is and where the book leads.
pub(super) fn route_description(document: &Document, words: &Words) -> String {
    let selection = &document.selection;
    if selection.ladder.is_empty() {
        return String::new();
    }
    let rungs: Vec<String> = selection
        .ladder
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let mut rung = format!("{}. {}", stage.number, stage.title);
            if !stage.years.is_empty() {
                rung.push_str(&format!(", {} {}", words.years.to_lowercase(), stage.years));
            }
            if selection.from == Some(index) {
                rung.push_str(&format!(" ({})", words.you_are_here));
            }
            if selection.target == Some(index) {
                rung.push_str(&format!(" ({})", words.your_target));
            }
            rung
        })
        .collect();
    format!("{}: {}.", words.ladder, rungs.join("; "))
}
