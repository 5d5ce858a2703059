//! Half title, title page, imprint and colophon.

use std::sync::Arc;

use crate::language::isolated;
use crate::length::{Length, Point};
use crate::resolve::edition_line;
use crate::theme::{Color, ColorRole, OpenerDesign, TextStyle};
use crate::typeset::{Alignment, Artifact, Frame, Item, Line, Mark, Piece, Placed, Role};

use super::group::{Book, Group, Leaf, Source, Stamped};
use super::ladder::thumb;
use super::sheet::{Sheet, balanced, sized};

/// Families that the binary carries, under the licence named with them.
const CARRIED: [&str; 6] = ["Alegreya", "Source Serif 4", "Source Sans 3", "Source Code Pro", "Noto Sans Symbols 2", "Noto Emoji"];
const LICENCE: &str = "SIL Open Font License 1.1";

/// A page with nothing but the title.
pub(super) fn half_title(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::HalfTitle);
    let theme = book.theme();
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    let title = Piece::new(&book.resolved.book.title, &theme.styles.standfirst, tagger.mark(0, Role::Paragraph));
    // The title page has all of it.
    sheet.on_grid(sized(book.setter, &title, theme.measure(), &[(100, usize::MAX)], theme.text_height() - sheet.y));
    let leaf = Leaf { body: Arc::new(sheet.frame.into()), ..Leaf::default() };
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
    let title = Piece::new(&data.title, &styles.part_title, tagger.mark(0, Role::Paragraph));
    let half = theme.text_height() / 2;
    let high = |lines: &[Line]| lines.iter().map(|line| line.metrics.height).sum::<Length>();
    let set = |percent: i64| {
        let style = TextStyle { size: title.style.size.scale(percent, 100), leading: title.style.leading.scale(percent, 100), ..title.style };
        book.setter.paragraph(&[Piece { style, ..title.clone() }], theme.measure(), Alignment::Left, false)
    };
    sheet.on_grid([100, 75].into_iter().map(set).find(|lines| high(lines) <= half).unwrap_or_else(|| set(55)));
    sheet.skip(1);
    if !data.subtitle.is_empty() {
        let subtitle = [Piece::new(&data.subtitle, &styles.standfirst, tagger.mark(0, Role::Paragraph))];
        let lines = balanced(book.setter, theme.measure(), 100, |width| book.setter.paragraph(&subtitle, width, Alignment::Left, false));
        sheet.on_grid(lines);
    }
    sheet.skip(4);
    sheet.plain(&whole_names(&data.authors).join(", "), &styles.cover_label, tagger.mark(0, Role::Paragraph));
    let selection = &book.resolved.document.selection;
    let name = selection.reader.name.as_deref().filter(|n| !n.is_empty());
    let target = selection.target.and_then(|t| selection.ladder.get(t));
    if name.is_some() || target.is_some() {
        sheet.down_to(theme.text_height() - theme.leading() * 4);
    }
    // A few lines for each, whoever the reader is: the copies of all have the same pages. The colophon has all of it.
    let few = |piece: &Piece<'_>| sized(book.setter, piece, theme.measure(), &[(100, 2), (75, 2)], theme.leading() * 2);
    let said = &book.resolved.words.prepared_for;
    if let Some(name) = name.filter(|_| !said.is_empty()) {
        let mark = tagger.mark(0, Role::Paragraph);
        let text = said.replace("{}", &isolated(name));
        sheet.on_grid(few(&Piece::personal(&text, &styles.text, mark)));
    }
    if let Some(target) = target {
        let style = TextStyle { color: ColorRole::Accent, ..styles.text };
        let mark = tagger.mark(0, Role::Paragraph);
        let words = &book.resolved.words;
        let text = format!("{}: {}", words.your_target, target.title);
        sheet.on_grid(few(&Piece::new(&text, &style, mark)));
    }
    let personal = selection.reader.name.is_some();
    let bookmark = Some((book.resolved.words.title_page.clone(), "book-title"));
    Group::own(book, leaves(sheet, personal), tagger, true, bookmark)
}

/// The imprint, at the foot of the title page's back: the book, its terms, its identity, parted by half lines.
pub(super) fn imprint(book: &mut Book<'_>) -> Group {
    let mut tagger = book.tree(Source::Imprint);
    let theme = book.theme();
    let style = theme.styles.imprint;
    let mut sheet = sheet(book);
    for (number, group) in crate::resolve::imprint(book.resolved).into_iter().enumerate() {
        sheet.y += if number > 0 { theme.leading() / 2 } else { Length::ZERO };
        for (text, emphasis) in group {
            let style = TextStyle { italic: emphasis, ..style };
            sheet.spaced(&text, &style, tagger.mark(0, Role::Paragraph), Length::ZERO);
        }
    }
    let free = (theme.text_height() - sheet.y).max(Length::ZERO);
    let mut sheets = leaves(sheet, false);
    if let [only] = sheets.as_mut_slice() {
        let body = Arc::make_mut(&mut only.body).edit();
        let text = std::mem::take(body);
        body.place(Point::new(Length::ZERO, free), text);
    }
    let mut group = Group::own(book, sheets, tagger, true, None);
    group.recto = false;
    group
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
    // A book that opens in colour ends in it.
    let ground = (theme.openers.design == OpenerDesign::Page).then(|| match selection.ladder.len() {
        0 => theme.colors.quiet,
        rungs => theme.stage(selection.target.unwrap_or(rungs - 1), rungs),
    });
    let on_ground = |style: TextStyle| if ground.is_some() { TextStyle { color: ColorRole::Reversed, ..style } } else { style };
    let mut sheet = sheet(book);
    sheet.skip(i32::from(theme.page.title_drop) * 2);
    if !selection.ladder.is_empty() {
        let rung = selection.target.unwrap_or(selection.ladder.len() - 1);
        let color = theme.stage(rung, selection.ladder.len());
        let (rungs, marked) = if ground.is_some() { (color.mixed(theme.colors.reversed, 400), theme.colors.reversed) } else { (theme.colors.faint, color) };
        let mark = thumb(book.setter, selection.ladder.len(), rung, rungs, marked);
        sheet.frame.place(Point::new(sheet.beginning(theme.ladder.thumb_width), sheet.y), mark);
        sheet.y = (sheet.y + theme.ladder.thumb_step * selection.ladder.len() as i32).round_up(theme.leading());
        sheet.skip(2);
    }
    let label = on_ground(theme.styles.chapter_label);
    sheet.plain(&label.label(&words.colophon), &label, tagger.mark(0, Role::Heading(1)));
    sheet.skip(1);
    // Lines as long as those of a note read better than a few words lost on a page.
    sheet.narrow(theme.measure().scale(3, 4));
    let text = on_ground(theme.styles.text);
    let title = TextStyle { italic: true, ..text };
    let mark = tagger.mark(0, Role::Paragraph);
    let edition = edition_line(book.resolved);
    let after = if edition.is_empty() { String::new() } else { format!(". {edition}") };
    sheet.text(&[Piece::new(&data.title, &title, mark), Piece::new(&(after + "."), &text, mark)]);
    sheet.skip(1);
    // Room for what follows, whoever the reader is: the copies of all have the same pages.
    sheet.need(theme.leading() * 12);
    let mut personal = false;
    let measure = sheet.measure;
    let mut entry = |text_of: Option<String>, own: bool, space: i32| {
        let Some(line) = text_of.filter(|line| !line.is_empty()) else { return };
        let mark: Mark = tagger.mark(0, Role::Paragraph);
        if own {
            sheet.on_grid(sized(book.setter, &Piece::personal(&line, &text, mark), measure, &[(100, 4), (75, 5)], theme.leading() * 4));
        } else {
            sheet.text(&[Piece::new(&line, &text, mark)]);
        }
        sheet.skip(space);
        personal |= own;
    };
    let copy = selection.reader.copy.map(|copy| format!("{} {copy}", words.copy));
    entry(data.prepared_for.clone(), true, if copy.is_some() { 0 } else { 1 });
    entry(copy, true, 1);
    entry(Some(words.set_in.replace("{}", &fonts_line(book))), false, 0);
    entry(Some(words.made_with.replace("{}", concat!("handbook ", env!("CARGO_PKG_VERSION")))), false, 0);
    let leaf = |leaf: Leaf| match ground {
        Some(color) => coloured(leaf, color),
        None => Leaf { folio: true, stamp: Stamped::Opening, ..leaf },
    };
    let leaves = leaves(sheet, personal).into_iter().map(leaf).collect();
    let bookmark = Some((words.colophon.clone(), "book-colophon"));
    Group::own(book, leaves, tagger, false, bookmark)
}

/// A page of colour, which lies before what stands on it.
fn coloured(mut leaf: Leaf, color: Color) -> Leaf {
    let ground = Item::Ground { color, whole: true };
    Arc::make_mut(&mut leaf.body).edit().items.insert(0, Placed { at: Point::default(), mark: Mark::Artifact(Artifact::Layout), item: ground });
    leaf.own.iter_mut().for_each(|own| *own = own.start + 1..own.end + 1);
    leaf
}

/// An empty text area, which goes on to another.
fn sheet<'a>(book: &Book<'a>) -> Sheet<'a> {
    Sheet::new(book.setter, Point::default(), book.theme().measure()).ending_at(book.theme().text_height())
}

/// The pages of a sheet. The reader's words stand on the last.
fn leaves(sheet: Sheet<'_>, personal: bool) -> Vec<Leaf> {
    let frames = sheet.finish();
    let last = frames.len() - 1;
    let leaf = |(number, body): (usize, Frame)| Leaf { body: Arc::new(body.into()), ..Leaf::default() }.personal(personal && number == last);
    frames.into_iter().enumerate().map(leaf).collect()
}

/// Names that no line's end divides between their words, unless they are longer than names are.
fn whole_names(authors: &[String]) -> Vec<String> {
    const LONG: usize = 40;
    authors.iter().map(|name| if name.chars().count() <= LONG { name.replace(' ', "\u{A0}") } else { name.clone() }).collect()
}
