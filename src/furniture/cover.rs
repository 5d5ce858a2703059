//! The cover: the author's own picture, or the title over the ladder, on which the reader's target carries the accent.

use std::sync::Arc;

use crate::language::isolated;
use crate::length::{Length, Point, Size};
use crate::resolve::PictureFile;
use crate::theme::{ColorRole, TextStyle, Theme};
use crate::typeset::{Alignment, Artifact, Frame, Item, Mark, Piece, Role};

use super::group::{Book, Group, Leaf, Source};
use super::ladder::rungs;
use super::sheet::Sheet;

/// More lines of the title than this are set smaller.
const TITLE_LINES: usize = 4;

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
    let left = left_margin(theme);
    let mut sheet = Sheet::new(book.setter, Point::new(left, theme.page.head + theme.leading() * 3), theme.measure());
    let title = tagger.mark(0, Role::Paragraph);
    sheet.lines(title_lines(book, &data.title, title));
    sheet.y = sheet.y.round_up(theme.leading() / 2);
    sheet.skip(2);
    sheet.plain(&data.subtitle, &theme.styles.cover_subtitle, tagger.mark(0, Role::Paragraph));

    let bottom = theme.page.head + theme.text_height();
    let selection = &book.resolved.document.selection;
    let foot = bottom - theme.leading() * i32::from(theme.ladder.foot_lines);
    if selection.ladder.is_empty() {
        sheet.y = foot;
        sheet.rule(theme.measure() / 4, theme.rules.cover, theme.colors.accent);
    } else {
        let size = Size::new(theme.measure(), theme.leading() * i32::from(theme.ladder.cover_lines));
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
    let label = theme.styles.cover_label;
    let name = selection.reader.name.as_deref().filter(|n| !n.is_empty());
    if let Some(target) = selection.target.and_then(|t| selection.ladder.get(t)) {
        let style = TextStyle { color: ColorRole::Accent, ..label };
        sheet.plain(&target.title, &style, tagger.mark(0, Role::Paragraph));
    } else if name.is_none() {
        sheet.plain(&book.resolved.book.authors.join(", "), &label, tagger.mark(0, Role::Paragraph));
    }
    if let Some(name) = name {
        let style = TextStyle { color: ColorRole::Text, ..theme.styles.cover_subtitle };
        let mark = tagger.mark(0, Role::Paragraph);
        sheet.text(&[Piece::personal(&isolated(name), &style, mark)]);
    }
}

/// The title in the cover's size, or in a smaller one if it is long.
fn title_lines(book: &Book<'_>, title: &str, mark: Mark) -> Vec<crate::typeset::Line> {
    let style = book.theme().styles.cover_title;
    let set = |percent: i64| {
        let style = TextStyle { size: style.size.scale(percent, 100), leading: style.leading.scale(percent, 100), ..style };
        book.setter.paragraph(&[Piece::new(title, &style, mark)], book.theme().measure(), Alignment::Left, false)
    };
    [100, 75, 55].into_iter().map(set).find(|lines| lines.len() <= TITLE_LINES).unwrap_or_else(|| set(40))
}

/// Left margin of a recto.
pub(super) fn left_margin(theme: &Theme) -> Length {
    super::page::text_left(theme, super::Side::Recto)
}
