//! Half title, title page, imprint and colophon.

use crate::length::{Length, Point};
use crate::theme::{ColorRole, Edition, TextStyle};
use crate::typeset::{Mark, Piece, Role};

use super::group::{Book, Group, Leaf, Source};
use super::sheet::Sheet;

/// Families that the binary carries, under the licence named with them.
const CARRIED: [&str; 5] = ["Source Serif 4", "Source Sans 3", "Source Code Pro", "Noto Sans Symbols 2", "Noto Emoji"];
const LICENCE: &str = "SIL Open Font License 1.1";

/// A page with nothing but the title, in print editions only.
pub(super) fn half_title(book: &mut Book<'_>) -> Option<Group> {
    if book.theme().page.edition != Edition::Print {
        return None;
    }
    let mut tagger = book.tree(Source::HalfTitle);
    let theme = book.theme();
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    sheet.plain(&book.resolved.book.title, &theme.styles.standfirst, tagger.mark(0, Role::Paragraph));
    let leaf = Leaf { body: sheet.frame, ..Leaf::default() };
    Some(Group::own(book, vec![leaf], tagger, true, None))
}

/// The title page: title, subtitle, authors, for whom, and where it leads.
pub(super) fn title_page(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::TitlePage);
    let theme = book.theme();
    let styles = &theme.styles;
    let data = &book.resolved.book;
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    sheet.plain(&data.title, &styles.part_title, tagger.mark(0, Role::Paragraph));
    sheet.skip(1);
    sheet.plain(&data.subtitle, &styles.standfirst, tagger.mark(0, Role::Paragraph));
    sheet.skip(4);
    let authors = data.authors.join(", ");
    sheet.plain(&authors, &styles.cover_label, tagger.mark(0, Role::Paragraph));
    let selection = &book.resolved.document.selection;
    sheet.y = theme.text_height() - theme.leading() * 4;
    if let Some(name) = selection.reader.name.as_deref().filter(|n| !n.is_empty()) {
        let mark = tagger.mark(0, Role::Paragraph);
        let text = book.resolved.words.prepared_for.replace("{}", &isolated(name));
        sheet.text(&[Piece::personal(&text, &styles.text, mark)]);
    }
    if let Some(target) = selection.target.and_then(|t| selection.ladder.get(t)) {
        let style = TextStyle { color: ColorRole::Accent, ..styles.text };
        let mark = tagger.mark(0, Role::Paragraph);
        let words = &book.resolved.words;
        let text = format!("{}: {}", words.your_target, target.title);
        sheet.plain(&text, &style, mark);
    }
    let personal = selection.reader.name.is_some();
    let leaf = Leaf { body: sheet.frame, ..Leaf::default() }.personal(personal);
    let bookmark = Some((book.resolved.words.title_page.clone(), "book-title"));
    Group::own(book, vec![leaf], tagger, true, bookmark)
}

/// The imprint, at the foot of the title page's back.
pub(super) fn imprint(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::Imprint);
    let lines = imprint_lines(book);
    let theme = book.theme();
    let mut sheet = sheet(book);
    for text in &lines {
        sheet.spaced(text, &theme.styles.imprint, tagger.mark(0, Role::Paragraph), theme.spaces.item);
    }
    let mut leaf = Leaf::default();
    leaf.body.place(Point::new(Length::ZERO, (theme.text_height() - sheet.y).max(Length::ZERO)), sheet.frame);
    let mut group = Group::own(book, vec![leaf], tagger, true, None);
    group.recto = false;
    group
}

/// What the book says of itself, one entry a line; what is not known is left out.
fn imprint_lines(book: &Book<'_>) -> Vec<String> {
    let data = &book.resolved.book;
    let info = &book.resolved.document.selection.manuscript.book;
    let title = if data.subtitle.is_empty() { data.title.clone() } else { format!("{}: {}", data.title, data.subtitle) };
    let series = info.series.as_ref().map(|(name, number)| number.as_ref().map_or(name.clone(), |n| format!("{name} {n}")));
    let mut lines = vec![title, data.authors.join(", ")];
    lines.extend(info.publisher.clone());
    lines.extend(info.rights.clone());
    lines.push(edition_line(book));
    lines.extend(series);
    lines.extend(info.isbn.as_ref().map(|isbn| format!("ISBN {isbn}")));
    lines.push(data.identifier.clone());
    lines.push(fonts_line(book));
    lines.retain(|line| !line.is_empty());
    lines
}

/// Which edition, and its date, as far as they are known.
fn edition_line(book: &Book<'_>) -> String {
    let info = &book.resolved.document.selection.manuscript.book;
    let edition = info.edition.as_ref().map(|edition| format!("{} {edition}", book.resolved.words.edition));
    let date = book.resolved.book.shown_date().map(str::to_string);
    [edition, date].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The families of the theme with their licence, where that is known.
fn fonts_line(book: &Book<'_>) -> String {
    let families = &book.theme().fonts;
    let mut carried: Vec<&str> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for family in [&families.text, &families.caption, &families.display, &families.sans, &families.mono] {
        // Optical sizes go by the name of their family.
        let known = CARRIED.iter().find(|c| family.starts_with(*c)).copied();
        let (list, name) = known.map_or((&mut others, family.as_str()), |name| (&mut carried, name));
        if !list.contains(&name) {
            list.push(name);
        }
    }
    let licensed = if carried.is_empty() { String::new() } else { format!("{} ({LICENCE})", carried.join(", ")) };
    [licensed, others.join(", ")].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; ")
}

/// The colophon, the book's last page: edition, copy, for whom, fonts and tools.
pub(super) fn colophon(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::Colophon);
    let theme = book.theme();
    let words = &book.resolved.words;
    let selection = &book.resolved.document.selection;
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    sheet.plain(&words.colophon, &theme.styles.heading2, tagger.mark(0, Role::Heading(1)));
    sheet.skip(2);
    let mut entry = |text: &str, personal: bool| {
        if !text.is_empty() {
            let mark: Mark = tagger.mark(0, Role::Paragraph);
            let piece = if personal { Piece::personal(text, &theme.styles.text, mark) } else { Piece::new(text, &theme.styles.text, mark) };
            sheet.text(&[piece]);
            sheet.skip(1);
        }
    };
    entry(&book.resolved.book.title, false);
    entry(&edition_line(book), false);
    if let Some(copy) = selection.reader.copy {
        entry(&format!("{} {copy}", words.copy), true);
    }
    entry(book.resolved.book.prepared_for.as_deref().unwrap_or(""), true);
    entry(&fonts_line(book), false);
    entry(concat!("handbook ", env!("CARGO_PKG_VERSION")), false);
    let personal = selection.reader.copy.is_some() || book.resolved.book.prepared_for.is_some();
    let leaf = Leaf { body: sheet.frame, folio: true, stamp: true, ..Leaf::default() }.personal(personal);
    let bookmark = Some((words.colophon.clone(), "book-colophon"));
    Group::own(book, vec![leaf], tagger, false, bookmark)
}

/// An empty text area.
fn sheet<'a>(book: &Book<'a>) -> Sheet<'a> {
    Sheet::new(book.setter, Point::default(), book.theme().measure())
}

/// A name whose own direction leaves the text around it alone.
pub(super) fn isolated(name: &str) -> String {
    let right_to_left = |c: char| matches!(unicode_bidi::bidi_class(c), unicode_bidi::BidiClass::R | unicode_bidi::BidiClass::AL);
    if name.chars().any(right_to_left) { format!("\u{2068}{name}\u{2069}") } else { name.to_string() }
}
