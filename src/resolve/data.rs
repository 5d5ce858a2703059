//! What the book says of itself, with fields filled: metadata, the foot line, the map read out.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fields::{Values, plain};
use super::resolved::BookData;
use crate::language::Direction;
use crate::parse::Document;
use crate::select::{Reader, Selection};
use crate::words::Words;

/// Title, authors, identifier and the like.
pub(super) fn book(document: &Document, values: &Values, words: &Words, date: &str) -> BookData {
    let info = &document.selection.manuscript.book;
    let title = plain(&document.title, values);
    let book = BookData {
        identifier: info.identifier.clone().unwrap_or_else(|| identifier(document, &title)),
        title,
        subtitle: plain(&document.subtitle, values),
        language: info.language.clone(),
        direction: info.direction.unwrap_or(Direction::of_language(&info.language)),
        authors: info.authors.clone(),
        date: date.to_string(),
        ..BookData::default()
    };
    for_reader(&book, &document.selection, words)
}

/// The same for another reader of the same shape.
pub(super) fn for_reader(book: &BookData, selection: &Selection, words: &Words) -> BookData {
    BookData { copy_identifier: copy_identifier(&book.identifier, &selection.reader), prepared_for: prepared_for(selection, words), ..book.clone() }
}

/// `Prepared for …`, for a reader who is named, unless the author switched it off.
fn prepared_for(selection: &Selection, words: &Words) -> Option<String> {
    let name = selection.reader.name.as_deref().map(str::trim).filter(|n| !n.is_empty())?;
    let template = &words.prepared_for;
    (!template.is_empty()).then(|| template.replacen("{}", name, 1))
}

/// A UUID of version 5 from parts, each with its length so that no two lists of parts read alike.
pub(crate) fn urn<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, &digest.finalize()))
}

/// An identifier from the book and its text: the same input has the same one.
fn identifier(document: &Document, title: &str) -> String {
    let selection = &document.selection;
    let book = &selection.manuscript.book;
    let head = std::iter::once(title).chain(book.authors.iter().map(String::as_str)).chain(std::iter::once(book.edition.as_deref().unwrap_or("")));
    urn(head.chain(selection.entries.iter().flat_map(|entry| [entry.path.as_str(), entry.text.text.as_str()])))
}

/// The identifier of a copy by its edition and number, from which nothing can be told of its reader.
pub(crate) fn identifier_of(edition: &str, copy: u64) -> String {
    urn(["a copy by its number", edition, &copy.to_string()])
}

/// The identifier of one reader's copy; the edition's own for a book that was made for nobody in particular.
fn copy_identifier(edition: &str, reader: &Reader) -> String {
    if *reader == Reader::default() {
        return edition.to_string();
    }
    let Reader { name, stage, from, paths, all, organisation, email, note, fields, copy, first_name, group, had, branches: _ } = reader;
    let copy = copy.map(|c| c.to_string()).unwrap_or_default();
    let texts = [name, stage, from, organisation, email, note].map(|text| text.as_deref().unwrap_or(""));
    let own = fields.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
    let all = if *all { "all" } else { "" };
    let more = [("first name", first_name), ("group", group), ("had", had)].into_iter().filter_map(|(what, text)| Some([what, text.as_deref()?])).flatten();
    urn([edition, &copy, all].into_iter().chain(texts).chain(paths.iter().map(String::as_str)).chain(own).chain(more))
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
