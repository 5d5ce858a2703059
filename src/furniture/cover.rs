//! The cover: the author's own picture, or the title over the ladder, on which the reader's target carries the accent.

use std::sync::Arc;

use crate::language::isolated;
use crate::length::{Length, Point, Size};
use crate::resolve::PictureFile;
use crate::theme::{ColorRole, TextStyle};
use crate::typeset::{Artifact, Frame, Item, Line, Mark, Piece, Role};

use super::Side;
use super::group::{Book, Group, Leaf, Source};
use super::ladder::rungs;
use super::page::text_left;
use super::sheet::{Sheet, sized};

/// Sizes of the title, in percent, and how many lines it may have in each.
const TITLE: [(i64, usize); 5] = [(100, 4), (75, 4), (55, 4), (40, usize::MAX), (30, usize::MAX)];
/// Sizes of what else stands on the cover.
const OTHERS: [(i64, usize); 3] = [(100, usize::MAX), (75, usize::MAX), (55, usize::MAX)];
/// Nothing stands nearer to the foot of the page.
const FOOT: Length = Length::pt(18);

/// The cover as a group of its own.
pub(super) fn cover(book: &mut Book<'_>) -> Group {
    let picture = book.resolved.cover.clone();
    let mut tagger = book.tree(Source::Cover);
    let personal = picture.is_none() && book.resolved.document.selection.reader.name.is_some();
    let frame = match picture {
        Some(file) => picture_cover(book, tagger.mark(0, Role::Figure { alt: alternative(book) }), file),
        None => typographic(book, &mut tagger),
    };
    let leaf = Leaf { body: frame, bare: true, ..Leaf::default() }.personal(personal);
    let bookmark = Some((book.resolved.words.cover.clone(), "book-cover"));
    Group::own(book, vec![leaf], tagger, true, bookmark)
}

fn alternative(book: &Book<'_>) -> String {
    format!("{}: {}", book.resolved.words.cover, book.resolved.book.title)
}

/// The author's picture, as large as the page allows, in the middle.
fn picture_cover(book: &Book<'_>, mark: Mark, file: Arc<PictureFile>) -> Frame {
    let page = &book.theme().page;
    // It reaches into the bleed.
    let paper = Size::new(page.width + page.bleed * 2, page.height + page.bleed * 2);
    let (w, h) = (i64::from(file.pixels.0.max(1)), i64::from(file.pixels.1.max(1)));
    let by_width = Size::new(paper.width, paper.width.scale(h, w));
    let by_height = Size::new(paper.height.scale(w, h), paper.height);
    let (inside, over) = if by_width.height <= paper.height { (by_width, by_height) } else { (by_height, by_width) };
    // A picture of nearly the page's shape fills it and loses a little at its edges.
    let excess = (over.width - paper.width).max(over.height - paper.height);
    let size = if excess * 12 <= paper.width { over } else { inside };
    let at = Point::new((page.width - size.width) / 2, (page.height - size.height) / 2);
    let mut frame = Frame::default();
    frame.push(at, mark, Item::Picture { file, size, turned: false });
    frame
}

fn typographic(book: &Book<'_>, tagger: &mut super::group::Tagger) -> Frame {
    let theme = book.theme();
    let data = &book.resolved.book;
    let left = text_left(theme, Side::Recto, book.setter.direction);
    let mut sheet = Sheet::new(book.setter, Point::new(left, theme.page.head + theme.leading() * 3), theme.measure());
    let bottom = theme.page.head + theme.text_height();
    let selection = &book.resolved.document.selection;
    let foot = bottom - theme.leading() * i32::from(theme.ladder.foot_lines);
    let ladder = if selection.ladder.is_empty() { Length::ZERO } else { theme.leading() * i32::from(theme.ladder.cover_lines) };
    // What does not fit above the ladder is set smaller; the title page has all of it in any case.
    let end = foot - ladder - theme.leading();
    let for_subtitle = if data.subtitle.is_empty() { Length::ZERO } else { theme.leading() + theme.styles.cover_subtitle.leading * 3 };
    let title = Piece::new(&data.title, &theme.styles.cover_title, tagger.mark(0, Role::Paragraph));
    sheet.lines(sized(book.setter, &title, theme.measure(), &TITLE, end - for_subtitle - sheet.y));
    sheet.y = sheet.y.round_up(theme.leading() / 2);
    sheet.skip(2);
    if !data.subtitle.is_empty() {
        let subtitle = Piece::new(&data.subtitle, &theme.styles.cover_subtitle, tagger.mark(0, Role::Paragraph));
        sheet.on_grid(sized(book.setter, &subtitle, theme.measure(), &OTHERS, end - sheet.y));
    }

    if selection.ladder.is_empty() {
        sheet.y = foot;
        sheet.rule(theme.measure() / 4, theme.rules.cover, theme.colors.accent);
    } else {
        let size = Size::new(theme.measure(), ladder);
        let ladder = rungs(book.setter, selection.ladder.len(), selection.target, size, theme.ladder.cover_rule, Mark::Artifact(Artifact::Layout));
        sheet.frame.place(Point::new(left, foot - size.height), ladder);
    }
    sheet.y = foot + theme.leading() * 3 / 2;
    foot_lines(book, &mut sheet, tagger);
    sheet.frame
}

/// Where the book leads and who it is for, the name last: the e-book's picture has none, and no gap in its place. Or who wrote it.
fn foot_lines(book: &Book<'_>, sheet: &mut Sheet<'_>, tagger: &mut super::group::Tagger) {
    let theme = book.theme();
    let selection = &book.resolved.document.selection;
    let end = theme.page.height - FOOT;
    let label = theme.styles.cover_label;
    let name = selection.reader.name.as_deref().filter(|n| !n.is_empty());
    if let Some(target) = selection.target.and_then(|t| selection.ladder.get(t)) {
        let style = TextStyle { color: ColorRole::Accent, ..label };
        let for_name = if name.is_some() { theme.styles.cover_subtitle.leading } else { Length::ZERO };
        let title = Piece::new(&target.title, &style, tagger.mark(0, Role::Paragraph));
        sheet.on_grid(sized(book.setter, &title, theme.measure(), &OTHERS, end - for_name - sheet.y));
    } else if name.is_none() && !book.resolved.book.authors.is_empty() {
        sheet.on_grid(authors(book, tagger.mark(0, Role::Paragraph), end - sheet.y));
    }
    if let Some(name) = name {
        let style = TextStyle { color: ColorRole::Text, ..theme.styles.cover_subtitle };
        let mark = tagger.mark(0, Role::Paragraph);
        sheet.on_grid(sized(book.setter, &Piece::personal(&isolated(name), &style, mark), theme.measure(), &OTHERS, end - sheet.y));
    }
}

/// The authors, or the first of them where there is no room for all.
fn authors(book: &Book<'_>, mark: Mark, room: Length) -> Vec<Line> {
    /// More names than these have no room on any cover.
    const MOST: usize = 60;
    let authors = &book.resolved.book.authors;
    let label = book.theme().styles.cover_label;
    let set = |count: usize| {
        let text = if count == authors.len() { authors.join(", ") } else { format!("{} et al.", authors[..count].join(", ")) };
        sized(book.setter, &Piece::new(&text, &label, mark), book.theme().measure(), &[(100, usize::MAX)], Length::MAX)
    };
    let fits = |lines: &Vec<Line>| lines.iter().map(|line| line.metrics.height).sum::<Length>() <= room;
    let some = (1..=authors.len().min(MOST)).rev().map(set).find(fits);
    some.unwrap_or_else(|| sized(book.setter, &Piece::new(&authors[0], &label, mark), book.theme().measure(), &OTHERS, room))
}
