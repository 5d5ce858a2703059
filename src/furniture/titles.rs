//! Half title, title page, imprint and colophon.

use crate::language::isolated;
use crate::length::{Length, Point};
use crate::theme::{ColorRole, TextStyle};
use crate::typeset::{Mark, Piece, Role};

use super::group::{Book, Group, Leaf, Source};
use super::ladder::thumb;
use super::sheet::Sheet;

/// Families that the binary carries, under the licence named with them.
const CARRIED: [&str; 5] = ["Source Serif 4", "Source Sans 3", "Source Code Pro", "Noto Sans Symbols 2", "Noto Emoji"];
const LICENCE: &str = "SIL Open Font License 1.1";

/// A page with nothing but the title.
pub(super) fn half_title(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::HalfTitle);
    let theme = book.theme();
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    sheet.plain(&book.resolved.book.title, &theme.styles.standfirst, tagger.mark(0, Role::Paragraph));
    let leaf = Leaf { body: sheet.frame, ..Leaf::default() };
    Group::own(book, vec![leaf], tagger, true, None)
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

/// The imprint, at the foot of the title page's back: the book, its terms, its identity, parted by half lines.
pub(super) fn imprint(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::Imprint);
    let theme = book.theme();
    let style = theme.styles.imprint;
    let mut sheet = sheet(book);
    for (number, group) in imprint_lines(book).into_iter().enumerate() {
        sheet.y += if number > 0 { theme.leading() / 2 } else { Length::ZERO };
        for (text, emphasis) in group {
            let style = TextStyle { italic: emphasis, ..style };
            sheet.spaced(&text, &style, tagger.mark(0, Role::Paragraph), Length::ZERO);
        }
    }
    let mut leaf = Leaf::default();
    leaf.body.place(Point::new(Length::ZERO, (theme.text_height() - sheet.y).max(Length::ZERO)), sheet.frame);
    let mut group = Group::own(book, vec![leaf], tagger, true, None);
    group.recto = false;
    group
}

/// What the book says of itself, in groups; what is not known is left out. The flag marks the book's name.
fn imprint_lines(book: &Book<'_>) -> Vec<Vec<(String, bool)>> {
    let data = &book.resolved.book;
    let info = &book.resolved.document.selection.manuscript.book;
    let series = info.series.as_ref().map(|(name, number)| number.as_ref().map_or(name.clone(), |n| format!("{name} {n}")));
    let of = |text: Option<String>| (text.unwrap_or_default(), false);
    let mut groups = vec![
        vec![(data.title.clone(), true), of(Some(data.subtitle.clone())), of(Some(data.authors.join(", ")))],
        vec![of(info.publisher.clone()), of(series), of(Some(edition_line(book))), of(info.rights.clone())],
        vec![of(info.isbn.as_ref().map(|isbn| format!("ISBN {isbn}"))), of(Some(data.identifier.clone()))],
    ];
    groups.iter_mut().for_each(|group| group.retain(|(line, _)| !line.is_empty()));
    groups.retain(|group| !group.is_empty());
    groups
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

/// The colophon, the book's last page: the ladder once more, then edition, copy, for whom, fonts and tools.
pub(super) fn colophon(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::Colophon);
    let theme = book.theme();
    let words = &book.resolved.words;
    let selection = &book.resolved.document.selection;
    let data = &book.resolved.book;
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    if !selection.ladder.is_empty() {
        let mark = thumb(book.setter, selection.ladder.len(), selection.target.unwrap_or(selection.ladder.len() - 1));
        sheet.frame.place(Point::new(sheet.x, sheet.y), mark);
        sheet.y = (sheet.y + theme.ladder.thumb_step * selection.ladder.len() as i32).round_up(theme.leading());
        sheet.skip(2);
    }
    let label = theme.styles.chapter_label;
    sheet.plain(&words.colophon.to_lowercase(), &label, tagger.mark(0, Role::Heading(1)));
    sheet.skip(1);
    // Lines as long as those of a note read better than a few words lost on a page.
    sheet.measure = theme.measure().scale(3, 4);
    let text = theme.styles.text;
    let title = TextStyle { italic: true, ..text };
    let mark = tagger.mark(0, Role::Paragraph);
    let edition = edition_line(book);
    let after = if edition.is_empty() { String::new() } else { format!(". {edition}") };
    sheet.text(&[Piece::new(&data.title, &title, mark), Piece::new(&(after + "."), &text, mark)]);
    sheet.skip(1);
    let mut personal = false;
    let mut entry = |text_of: Option<String>, own: bool, space: i32| {
        let Some(line) = text_of.filter(|line| !line.is_empty()) else { return };
        let mark: Mark = tagger.mark(0, Role::Paragraph);
        sheet.text(&[if own { Piece::personal(&line, &text, mark) } else { Piece::new(&line, &text, mark) }]);
        sheet.skip(space);
        personal |= own;
    };
    let copy = selection.reader.copy.map(|copy| format!("{} {copy}", words.copy));
    entry(data.prepared_for.clone(), true, if copy.is_some() { 0 } else { 1 });
    entry(copy, true, 1);
    entry(Some(words.set_in.replace("{}", &fonts_line(book))), false, 0);
    entry(Some(words.made_with.replace("{}", concat!("handbook ", env!("CARGO_PKG_VERSION")))), false, 0);
    let leaf = Leaf { body: sheet.frame, folio: true, stamp: true, ..Leaf::default() }.personal(personal);
    let bookmark = Some((words.colophon.clone(), "book-colophon"));
    Group::own(book, vec![leaf], tagger, false, bookmark)
}

/// An empty text area.
fn sheet<'a>(book: &Book<'a>) -> Sheet<'a> {
    Sheet::new(book.setter, Point::default(), book.theme().measure())
}
