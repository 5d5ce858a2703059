//! The texts of a book: for the search for missing characters, and to count its words.

use std::collections::BTreeMap;

use crate::fonts::SystemFont;
use crate::parse::words_of;
use crate::resolve::Resolved;
use crate::theme::Theme;

/// What fields say that is not the reader's own.
fn filled(resolved: &Resolved) -> impl Iterator<Item = &str> {
    resolved.fields.values().filter(|value| !value.personal).map(|value| value.text.as_str())
}

/// Words that are set from the document and are not the reader's own.
pub(super) fn shared_words(resolved: &Resolved) -> usize {
    filled(resolved).map(words_of).sum::<usize>() + resolved.document.sections.iter().map(|section| section.texts().words).sum::<usize>()
}

/// Text that is set and that no chapter writes: on the cover, the title page and the imprint, on the ladder's map, the words of the book
/// and the theme's signs.
pub(super) fn around<'t>(resolved: &'t Resolved, theme: &'t Theme) -> Vec<&'t str> {
    let book = &resolved.book;
    let selection = &resolved.document.selection;
    let info = &selection.manuscript.book;
    let mut texts: Vec<&str> = vec![&book.title, &book.subtitle];
    texts.extend(book.authors.iter().map(String::as_str));
    let named = [&info.publisher, &info.edition, &info.rights].into_iter().filter_map(|text| text.as_deref());
    texts.extend(named.chain(info.series.iter().flat_map(|(name, number)| std::iter::once(name.as_str()).chain(number.as_deref()))));
    for stage in &selection.ladder {
        texts.extend([stage.title.as_str(), stage.years.as_str()].into_iter().chain(stage.milestones.iter().map(String::as_str)));
    }
    texts.extend(resolved.words.on_pages());
    texts.extend(theme.lists.bullets.iter().map(String::as_str));
    texts
}

/// What drawings write.
pub(super) fn drawn(resolved: &Resolved) -> Vec<&str> {
    resolved.images.values().filter_map(|picture| picture.file.as_ref()).chain(&resolved.cover).map(|file| &*file.text).collect()
}

/// The characters beyond ASCII of all text that is set and is not the reader's own, and that text itself where it is short: fonts must have
/// them.
pub(super) fn all<'t>(resolved: &'t Resolved, theme: &'t Theme) -> Vec<&'t str> {
    let chapters = resolved.document.sections.iter().map(|section| section.texts().characters.as_str());
    filled(resolved).chain(chapters).chain(around(resolved, theme)).chain(drawn(resolved)).collect()
}

/// What is set for the reader alone: their own words, and the book's words around them.
pub(super) fn personal(resolved: &Resolved) -> Vec<&str> {
    own(resolved).into_iter().chain(resolved.book.prepared_for.as_deref()).collect()
}

/// The reader's own words, wherever they stand in the book.
pub(super) fn own(resolved: &Resolved) -> Vec<&str> {
    let reader = &resolved.document.selection.reader;
    let fields = resolved.fields.values().filter(|v| v.personal).map(|v| v.text.as_str());
    fields.chain(reader.name.as_deref()).collect()
}

/// Words of texts, as they hold them.
pub(super) fn words(texts: &[&str]) -> usize {
    texts.iter().map(|text| words_of(text)).sum()
}

/// What there is to tell of a font of the system that was taken.
pub(super) fn notice(font: &SystemFont) -> String {
    let shown: String = font.characters.iter().take(12).collect();
    format!("the system's font {} is used for characters that no other font has: {shown}", font.family)
}

/// What there is to tell of pictures that were reduced.
pub(super) fn reduced(resolved: &Resolved) -> Option<String> {
    let files = resolved.images.values().filter_map(|picture| picture.file.as_ref()).chain(&resolved.cover);
    let files: BTreeMap<&str, (usize, usize)> = files.filter_map(|file| Some((file.digest.as_str(), (file.reduced_from?, file.bytes.len())))).collect();
    let (from, to) = files.values().fold((0, 0), |(from, to), (before, after)| (from + before, to + after));
    let megabytes = |bytes: usize| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
    let pictures = if files.len() == 1 { "one picture is".to_string() } else { format!("{} pictures are", files.len()) };
    let room = format!("{} instead of {}: `--keep-pictures` leaves them as they are", megabytes(to), megabytes(from));
    (!files.is_empty()).then(|| format!("{pictures} larger than a page or a screen can show and made smaller, {room}"))
}
