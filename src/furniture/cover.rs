//! The cover: the author's own picture, or one of the theme's designs, with the reader's name as part of it.
//!
//! Each design is in two parts: shapes that depend on the book alone, and text. The name is the one thing that is a reader's own, so the
//! e-book's picture is the same page without it, and [`NamePlace`] says where its page lays the name over the picture.

use std::ops::Range;
use std::sync::Arc;

use crate::language::isolated;
use crate::length::{Length, Point, Size};
use crate::load::stable_number;
use crate::resolve::{Matter, PictureFile};
use crate::theme::{Color, CoverDesign, TextStyle};
use crate::typeset::{Artifact, Frame, Item, Line, Mark, Piece, Role};

use super::group::{Book, Group, Leaf, Source, Tagger};
use super::sheet::{Sheet, balanced, sized};

/// Sizes of the title, in percent, and how many lines it may have in each.
const TITLE: [(i64, usize); 6] = [(100, 3), (80, 4), (62, 4), (48, 5), (34, usize::MAX), (24, usize::MAX)];
/// Sizes of what else stands on the cover.
const OTHERS: [(i64, usize); 3] = [(100, usize::MAX), (75, usize::MAX), (55, usize::MAX)];
/// Sizes of the name.
const NAME: [(i64, usize); 5] = [(100, 1), (80, 1), (62, 1), (48, 2), (34, 2)];
/// What parts steps and bands.
const GAP: Length = Length::pt(2);
/// Bands are no more than these; of a book with more chapters several share one.
const BANDS: usize = 24;

/// Where the reader's name stands on the cover: for whoever lays it over the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamePlace {
    /// Left end of its first baseline, from the top left corner of the page.
    pub at: Point,
    /// Width that it may take.
    pub width: Length,
    /// Its largest size.
    pub size: Length,
    /// Its colour.
    pub color: Color,
}

/// The cover as a group of its own.
pub(super) fn cover(book: &mut Book<'_>) -> Group {
    let picture = book.resolved.cover.clone();
    let mut tagger = book.tree(Source::Cover);
    let (body, own) = match picture {
        Some(file) => (picture_cover(book, tagger.mark(0, Role::Figure { alt: alternative(book) }), file), None),
        None => drawn(book, &mut tagger),
    };
    let leaf = Leaf { body: Arc::new(body.into()), own: own.into_iter().collect(), bare: true, ..Leaf::default() };
    let bookmark = Some((book.resolved.words.cover.clone(), "book-cover"));
    Group::own(book, vec![leaf], tagger, true, bookmark)
}

fn alternative(book: &Book<'_>) -> String {
    format!("{}: {}", book.resolved.words.cover, book.resolved.book.title)
}

/// The author's picture, as large as the page allows, in the middle.
fn picture_cover(book: &Book<'_>, mark: Mark, file: Arc<PictureFile>) -> Frame {
    let page = &book.theme().page;
    // It reaches over the edge.
    let paper = Size::new(page.width + page.reach() * 2, page.height + page.reach() * 2);
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

/// A filled shape: bands, steps and grounds are ornament.
struct Shape {
    at: Point,
    size: Size,
    color: Color,
}

/// A design made for a book: its shapes, its colours, and the room for its text.
struct Plan {
    shapes: Vec<Shape>,
    /// The title's colour, and that of what stands with it.
    title: Color,
    others: Color,
    /// Title, subtitle and authors stand above this.
    foot: Length,
    /// Lines on steps: the text, where it stands, how wide it may be, its colour.
    labels: Vec<(String, Point, Length, Color)>,
    /// What stands large where the reader's name does, if nobody is named.
    instead: Option<String>,
    name: NamePlace,
}

/// Where a reader's name stands on the book's cover; nowhere on an author's own picture.
pub(super) fn name_place(book: &Book<'_>) -> Option<NamePlace> {
    book.resolved.cover.is_none().then(|| plan(book).name)
}

fn plan(book: &Book<'_>) -> Plan {
    let has_ladder = !book.resolved.document.selection.ladder.is_empty();
    match book.theme().cover.design {
        CoverDesign::Ladder if has_ladder => steps(book),
        CoverDesign::Ladder | CoverDesign::Bands => bands(book),
        CoverDesign::Type => type_only(book),
    }
}

/// The drawn cover, and which of its items are the reader's name.
fn drawn(book: &Book<'_>, tagger: &mut Tagger) -> (Frame, Option<Range<usize>>) {
    let theme = book.theme();
    let data = &book.resolved.book;
    let plan = plan(book);
    let margin = theme.cover.margin;
    let measure = theme.page.width - margin * 2;
    let mut frame = Frame::default();
    for Shape { at, size, color } in &plan.shapes {
        // From right to left steps begin at the right edge.
        let x = if book.setter.direction.is_rtl() { theme.page.width - at.x - size.width } else { at.x };
        frame.push(Point::new(x, at.y), Mark::Artifact(Artifact::Layout), Item::Rect { size: *size, color: *color });
    }
    let mut sheet = Sheet::new(book.setter, Point::new(margin, margin), measure);
    let end = plan.foot - theme.leading();
    if !data.authors.is_empty() {
        sheet.on_grid(inked(authors(book, tagger.mark(0, Role::Paragraph), measure, theme.leading() * 2), plan.others));
    }
    sheet.skip(2);
    // What does not fit above the shapes is set smaller; the title page has all of it in any case.
    let for_subtitle = if data.subtitle.is_empty() { Length::ZERO } else { theme.styles.cover_subtitle.leading * 3 };
    let title = Piece::new(&data.title, &theme.styles.cover_title, tagger.mark(0, Role::Paragraph));
    sheet.lines(inked(sized(book.setter, &title, measure, &TITLE, end - for_subtitle - sheet.y), plan.title));
    sheet.skip(2);
    if !data.subtitle.is_empty() {
        let subtitle = Piece::new(&data.subtitle, &theme.styles.cover_subtitle, tagger.mark(0, Role::Paragraph));
        let lines = balanced(book.setter, measure, 70, |width| sized(book.setter, &subtitle, width, &OTHERS, end - sheet.y));
        sheet.on_grid(inked(lines, plan.others));
    }
    frame.items.append(&mut sheet.frame.items);
    for (text, at, width, color) in &plan.labels {
        let mark = tagger.mark(0, Role::Paragraph);
        let lines = sized(book.setter, &Piece::new(text, &theme.styles.cover_label, mark), *width, &[(100, 1), (85, 1), (70, 1)], Length::MAX);
        put(book, &mut frame, inked(lines, *color), *at, *width, theme.styles.cover_label);
    }
    let own = large(book, &plan, tagger, &mut frame);
    (frame, own)
}

/// What is a reader's own of the cover: the name, set as on the whole of it. All else is the same for every copy, and is not set again.
pub(super) fn own(book: &Book<'_>) -> Vec<Frame> {
    if book.resolved.cover.is_some() {
        return Vec::new();
    }
    let data = &book.resolved.book;
    let plan = plan(book);
    // The name's element comes after those of all other text.
    let mut tagger = book.tree(Source::Cover);
    let before = usize::from(!data.authors.is_empty()) + 1 + usize::from(!data.subtitle.is_empty()) + plan.labels.len();
    (0..before).for_each(|_| {
        tagger.mark(0, Role::Paragraph);
    });
    let mut frame = Frame::default();
    large(book, &plan, &mut tagger, &mut frame).map(|_| frame).into_iter().collect()
}

/// The reader's name, or what stands in its place. Gives which items are the reader's own.
fn large(book: &Book<'_>, plan: &Plan, tagger: &mut Tagger, frame: &mut Frame) -> Option<Range<usize>> {
    let name = book.resolved.document.selection.reader.name.as_deref().filter(|name| !name.is_empty());
    let text = name.map(|name| isolated(name).into_owned()).or_else(|| plan.instead.clone())?;
    let mark = tagger.mark(0, Role::Paragraph);
    let style = TextStyle { size: plan.name.size, leading: plan.name.size.scale(112, 100), ..book.theme().styles.cover_name };
    let piece = if name.is_some() { Piece::personal(&text, &style, mark) } else { Piece::new(&text, &style, mark) };
    let before = frame.items.len();
    let lines = sized(book.setter, &piece, plan.name.width, &NAME, Length::MAX);
    let lead = lines.first().map_or(Length::ZERO, |line| line.metrics.height);
    // Two lines of a long name stand where the one of a short name does.
    let up = if lines.len() > 1 { lead / 2 } else { Length::ZERO };
    let size = lead.scale(100, 112);
    let at = Point::new(plan.name.at.x, plan.name.at.y - up);
    put(book, frame, inked(lines, plan.name.color), at, plan.name.width, TextStyle { size, leading: lead, ..style });
    name.is_some().then_some(before..frame.items.len())
}

/// Puts lines with the first baseline at a place; from right to left they end where they would begin.
fn put(book: &Book<'_>, frame: &mut Frame, lines: Vec<Line>, at: Point, width: Length, style: TextStyle) {
    let x = if book.setter.direction.is_rtl() { book.theme().page.width - at.x - width } else { at.x };
    let mut y = at.y - crate::typeset::baseline(&style);
    for line in lines {
        frame.place(Point::new(x, y), line.frame);
        y += line.metrics.height;
    }
}

/// Lines in a colour of the cover's own.
fn inked(mut lines: Vec<Line>, ink: Color) -> Vec<Line> {
    for placed in lines.iter_mut().flat_map(|line| &mut line.frame.items) {
        if let Item::Text(run) = &mut placed.item {
            run.color = ink;
        }
    }
    lines
}

/// A ground over the whole page and beyond its edges.
fn ground(book: &Book<'_>, color: Color) -> Shape {
    let page = &book.theme().page;
    Shape { at: Point::new(-page.reach(), -page.reach()), size: Size::new(page.width + page.reach() * 2, page.height + page.reach() * 2), color }
}

/// The ladder: steps that climb from the left edge in the colours of their stages, up to the target, which is the brightest and carries
/// the name; those beyond are in the ground.
fn steps(book: &Book<'_>) -> Plan {
    let theme = book.theme();
    let page = &theme.page;
    let selection = &book.resolved.document.selection;
    let count = selection.ladder.len();
    let target = selection.target.unwrap_or(count - 1);
    let reversed = theme.colors.reversed;
    let of_target = theme.stage(target, count);
    let dark = of_target.mixed(Color::BLACK, 620);
    // The target is three quarters higher than the others, and all of them take no more than three fifths of the page.
    let quarters = count as i32 * 4 + 3;
    let step = (theme.leading() * i32::from(theme.cover.step)).min((page.height * 3 / 5) * 4 / quarters);
    let mut shapes = vec![ground(book, dark)];
    let mut labels = Vec::new();
    let mut name = NamePlace { at: Point::default(), width: page.width, size: theme.styles.cover_name.size, color: dark };
    let (margin, label) = (theme.cover.margin, theme.styles.cover_label);
    let mut bottom = page.height + page.reach();
    for (rung, stage) in selection.ladder.iter().enumerate() {
        let is_target = rung == target;
        let below = if rung == 0 { page.reach() } else { Length::ZERO };
        let high = if is_target { step * 7 / 4 } else { step } + below;
        let shortest = i64::from(theme.cover.shortest.min(1000));
        let share = shortest + (1000 - shortest) * rung as i64 / count.saturating_sub(1).max(1) as i64;
        let wide = page.width.scale(share, 1000) + if share == 1000 { page.reach() } else { Length::ZERO };
        let color = match rung.cmp(&target) {
            std::cmp::Ordering::Less => theme.stage(rung, count),
            std::cmp::Ordering::Equal => of_target.mixed(Color::WHITE, 900),
            std::cmp::Ordering::Greater => dark.mixed(reversed, 130),
        };
        let top = bottom - high;
        shapes.push(Shape {
            at: Point::new(-page.reach(), top),
            size: Size::new(wide + page.reach(), high - if rung == 0 { Length::ZERO } else { GAP }),
            color,
        });
        let room = wide.min(page.width) - margin * 3 / 2;
        let text = format!("{}\u{2002}{}", stage.number, stage.title);
        let (middle, ink) = if is_target {
            name.at = Point::new(margin, top + (high - below) * 3 / 4);
            name.width = room;
            name.size = name.size.min(step * 3 / 4);
            (top + (high - below) / 4, of_target)
        } else {
            (top + (high - below) / 2, if rung < target { reversed } else { dark.mixed(reversed, 700) })
        };
        labels.push((text, Point::new(margin, middle + label.size.scale(34, 100)), room, ink));
        bottom = top;
    }
    // They are read as they are climbed, the lowest first; without a name the target's own stands large on its step.
    let instead = selection.reader.name.as_deref().is_none_or(str::is_empty).then(|| selection.ladder[target].title.clone());
    if instead.is_some() {
        labels[target].0 = format!("{} {}", book.resolved.words.stage, selection.ladder[target].number);
    }
    Plan { shapes, title: reversed, others: dark.mixed(reversed, 780), foot: bottom, labels, instead, name }
}

/// Bands from edge to edge, one for each chapter, as high as it is long.
fn bands(book: &Book<'_>) -> Plan {
    let theme = book.theme();
    let page = &theme.page;
    let hue = hue(book);
    let dark = Color::of_hue(hue, 480, 150);
    let shades = [Color::of_hue(hue, 480, 270), Color::of_hue((hue + 14) % 360, 450, 430), Color::of_hue((hue + 34) % 360, 520, 640)];
    let resolved = book.resolved;
    let sections = resolved.document.sections.iter().zip(resolved.sections.iter()).filter(|(section, info)| section.depth == 0 && info.matter == Matter::Main);
    let mut weights: Vec<i64> = sections.map(|(section, _)| i64::from(section.nodes)).collect();
    if weights.is_empty() {
        weights = vec![3, 2, 1];
    }
    let share = weights.len().div_ceil(BANDS);
    let weights: Vec<i64> = weights.chunks(share).map(|some| some.iter().sum()).collect();
    let all = weights.iter().sum::<i64>().max(1);
    let high = page.height * 9 / 20;
    let least = (high / (weights.len() as i32 * 2)).min(theme.leading());
    let rest = high - least * weights.len() as i32;
    let mut shapes = vec![ground(book, dark)];
    let mut top = page.height - high;
    // The first chapter at the top, as the book is read; the brightest at the foot.
    for (number, weight) in weights.iter().enumerate() {
        let last = number + 1 == weights.len();
        let height = least + rest.scale(*weight, all);
        let size = Size::new(page.width + page.reach() * 2, if last { page.height + page.reach() - top } else { height - GAP });
        shapes.push(Shape { at: Point::new(-page.reach(), top), size, color: Color::spread(&shades, number, weights.len()) });
        top += height;
    }
    let foot = page.height - high;
    let others = dark.mixed(Color::WHITE, 780);
    let size = theme.styles.cover_name.size.scale(7, 10);
    let name =
        NamePlace { at: Point::new(theme.cover.margin, foot - theme.leading() * 3 / 2), width: page.width - theme.cover.margin * 2, size, color: others };
    Plan { shapes, title: Color::WHITE, others, foot: foot - theme.leading() * 3, labels: Vec::new(), instead: None, name }
}

/// The title on white paper beside a strip of colour.
fn type_only(book: &Book<'_>) -> Plan {
    let theme = book.theme();
    let page = &theme.page;
    let selection = &book.resolved.document.selection;
    let color = named_hue(book).map_or(theme.colors.accent, |hue| Color::of_hue(hue, 600, 220));
    let wide = theme.cover.margin / 3;
    let strip = Shape { at: Point::new(-page.reach(), -page.reach()), size: Size::new(wide + page.reach(), page.height + page.reach() * 2), color };
    let (margin, foot) = (theme.cover.margin, page.height - theme.cover.margin);
    let width = page.width - margin * 2;
    let target = selection.target.and_then(|target| selection.ladder.get(target));
    let above = foot - theme.styles.cover_name.leading;
    let labels = target.map(|stage| (stage.title.clone(), Point::new(margin, above), width, theme.colors.muted)).into_iter().collect();
    let name = NamePlace { at: Point::new(margin, foot), width, size: theme.styles.cover_name.size, color };
    Plan { shapes: vec![strip], title: color, others: theme.colors.muted, foot: above - theme.leading() * 2, labels, instead: None, name }
}

/// The hue that the manifest names, or the theme.
fn named_hue(book: &Book<'_>) -> Option<u16> {
    book.resolved.document.selection.manuscript.book.hue.or(book.theme().cover.hue.0)
}

/// The same, or else one from the title, so that two books do not look alike.
fn hue(book: &Book<'_>) -> u16 {
    named_hue(book).unwrap_or_else(|| (stable_number(&book.resolved.book.title) % 360) as u16)
}

/// The authors, or the first of them where there is no room for all.
fn authors(book: &Book<'_>, mark: Mark, measure: Length, room: Length) -> Vec<Line> {
    /// More names than these have no room on any cover.
    const MOST: usize = 60;
    let authors = &book.resolved.book.authors;
    let label = book.theme().styles.cover_label;
    let set = |count: usize| {
        let text = if count == authors.len() { authors.join(", ") } else { format!("{} et al.", authors[..count].join(", ")) };
        sized(book.setter, &Piece::new(&text, &label, mark), measure, &[(100, usize::MAX)], Length::MAX)
    };
    let fits = |lines: &Vec<Line>| lines.iter().map(|line| line.metrics.height).sum::<Length>() <= room;
    let some = (1..=authors.len().min(MOST)).rev().map(set).find(fits);
    some.unwrap_or_else(|| sized(book.setter, &Piece::new(&authors[0], &label, mark), measure, &OTHERS, room))
}
