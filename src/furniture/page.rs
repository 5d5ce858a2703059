//! Finished pages: where the text area stands, running heads, folios, the foot line, thumb index and crop marks.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::language::Direction;
use crate::length::{Length, Point, Size};
use crate::memo::{Key, Memo, Remembered};
use crate::parse::NodeId;
use crate::theme::{ColorRole, Medium, StampPages, TextStyle, Theme};
use crate::typeset::{Artifact, Destination, Frame, Item, LinkTarget, Mark, Piece, Placed, TagTree, baseline};

use super::group::{Book, Group, Leaf, Stamped, Tab};
use super::impose::{Imposition, Slot};
use super::ladder::{thumb, thumb_size};
use super::personal::{PersonalPages, PersonalSlot};
use super::sheet::{fitting, put};
use super::slack::{self, Slack};
use super::{Layout, Page, Side, bars, cover, outline};

/// Width kept at the outer edge of the foot for the folio.
const FOLIO_BOX: Length = Length::pt(40);

/// Left edge of the text area: in the middle on screens, mirrored in print.
pub(super) fn text_left(theme: &Theme, side: Side, direction: Direction) -> Length {
    match (theme.page.medium, at_right(side, direction)) {
        // A column at the side keeps its side.
        (Medium::Screen, _) if theme.side().is_some() => {
            if direction.is_rtl() {
                theme.page.outer
            } else {
                theme.page.inner
            }
        }
        (Medium::Screen, _) => (theme.page.inner + theme.page.outer) / 2,
        (Medium::Print, true) => theme.page.inner,
        (Medium::Print, false) => theme.page.outer,
    }
}

/// Whether a page lies at the right of its spread. A book that is read from right to left is bound on the right, and its rectos, which
/// come first to the eye when a leaf is turned, lie at the left.
fn at_right(side: Side, direction: Direction) -> bool {
    (side == Side::Recto) != direction.is_rtl()
}

/// The side whose outer edge carries head, folio and tab: on screens always the same, so that they stay where they are.
fn outer_side(theme: &Theme, side: Side) -> Side {
    match theme.page.medium {
        Medium::Screen => Side::Recto,
        Medium::Print => side,
    }
}

/// Imposes the groups for good and finishes every page.
pub(super) fn finish(mut book: Book<'_>, mut groups: Vec<Group>) -> (Layout, PersonalPages) {
    let theme = book.theme();
    let imposition = Imposition::new(&groups, theme);
    let outline = outline::outline(&book, &mut groups, &imposition);
    let node_pages = imposition.node_pages(book.resolved);
    let (tags, numbers) = reading_order(&mut book, &mut groups);
    let folios = shown_folios(&groups).filter_map(|node| Some((node, imposition.slots[*node_pages.get(&node)?].folio.shown(&book.resolved.words)))).collect();
    let finisher = Finisher::new(&book, &numbers, &folios);
    let mut slots = Vec::new();
    let mut leaves = Vec::with_capacity(imposition.slots.len());
    for (number, slot) in imposition.slots.iter().enumerate() {
        let leaf = slot.leaf.map(|(group, leaf)| std::mem::take(&mut groups[group].leaves[leaf]));
        if let (Some(leaf), Some((group, at))) = (&leaf, slot.leaf)
            && !leaf.own.is_empty()
        {
            slots.push(PersonalSlot { page: number, at: finisher.origin(slot, leaf), source: groups[group].source, number: at });
        }
        leaves.push((slot, leaf));
    }
    let mut pages: Vec<Arc<Page>> = leaves.into_par_iter().map(|(slot, leaf)| finisher.page(slot, leaf)).collect();
    if let Some(news) = &book.resolved.news {
        for page in &mut pages {
            let right = at_right(outer_side(theme, page.side), book.setter.direction);
            let left = text_left(theme, page.side, book.setter.direction);
            bars::draw(page, &tags, &news.changed, theme, (if right { left + theme.measure() } else { left }, right));
        }
    }
    let page_map = pages.iter().map(|p| (p.folio, p.start)).collect();
    let bleed = theme.page.bleed.max(Length::ZERO);
    let paper = if theme.page.crop_marks { bleed.max(theme.page.crop_gap) + theme.page.crop_length } else { bleed };
    let layout = Layout { pages, tags, outline, cover: Some(0), cover_name: cover::name_place(&book), page_map, paper, bleed, node_pages };
    (layout, PersonalPages { slots, numbers, folios })
}

/// The places whose folios are shown in the text.
fn shown_folios(groups: &[Group]) -> impl Iterator<Item = NodeId> {
    let items = groups.iter().flat_map(|group| &group.leaves).flat_map(|leaf| &leaf.body.items);
    items.filter_map(|placed| if let Item::Folio { node, .. } = &placed.item { Some(*node) } else { None })
}

/// All trees in reading order, and for each number of a tree its new one.
fn reading_order(book: &mut Book<'_>, groups: &mut [Group]) -> (Vec<Arc<TagTree>>, BTreeMap<u32, u32>) {
    let mut tags = Vec::new();
    let mut numbers = BTreeMap::new();
    for group in groups {
        let mut sections = std::mem::take(&mut group.sections).into_iter();
        for tree in &group.trees {
            numbers.insert(*tree, tags.len() as u32);
            tags.push(book.take_tree(*tree).or_else(|| sections.next()).unwrap_or_default());
        }
    }
    (tags, numbers)
}

/// The foot line that stands on every page of this copy, at the middle of the page so that it is the same on both sides.
pub(super) fn stamp(book: &Book<'_>) -> Frame {
    let mut frame = Frame::default();
    if let Some(text) = book.resolved.book.prepared_for.as_deref().filter(|t| !t.is_empty()) {
        let theme = book.theme();
        let piece = Piece::personal(text, &theme.styles.stamp, Mark::Artifact(Artifact::Footer));
        let line = fitting(book.setter, &piece, theme.measure() - FOLIO_BOX * 2);
        let x = (theme.page.width - line.width) / 2;
        put(&mut frame, line, x, foot_baseline(theme));
    }
    frame
}

/// Baseline of folio and foot line: two lines below the last line of text.
fn foot_baseline(theme: &Theme) -> Length {
    let lines = theme.text_height() + theme.leading();
    (theme.page.head + lines + baseline(&theme.styles.text)).min(theme.page.height - Length::pt(14))
}

/// Baseline of the running head: two lines above the first line of text.
fn head_baseline(theme: &Theme) -> Length {
    (theme.page.head + baseline(&theme.styles.text) - theme.leading() * 2).max(Length::pt(14))
}

/// Finishes pages one by one.
pub(super) struct Finisher<'b, 'a> {
    book: &'b Book<'a>,
    stamp: Frame,
    numbers: &'b BTreeMap<u32, u32>,
    folios: &'b BTreeMap<NodeId, String>,
    /// Where a book is set again and again: the pages that were finished before, and what names all that they were finished with.
    kept: Option<(&'a Memo, Key)>,
}

impl Remembered for Page {
    fn weight(&self) -> usize {
        size_of::<Page>() + [&self.body, &self.furniture].into_iter().map(Frame::weight).sum::<usize>()
    }
}

impl<'b, 'a> Finisher<'b, 'a> {
    /// For a book whose trees have these numbers in reading order.
    pub fn new(book: &'b Book<'a>, numbers: &'b BTreeMap<u32, u32>, folios: &'b BTreeMap<NodeId, String>) -> Finisher<'b, 'a> {
        let stamp = stamp(book);
        let Book { resolved, setter, .. } = book;
        let rungs = resolved.document.selection.ladder.len();
        let with = || Key::of(&(setter.key(), &resolved.labels, &resolved.words, &resolved.book.title, rungs, &stamp, numbers, folios));
        let kept = setter.drafts().map(|memo| (memo, with()));
        Finisher { book, stamp, numbers, folios, kept }
    }

    /// A leaf in its slot, with its furniture; a slot without one is a blank page.
    pub fn page(&self, slot: &Slot, leaf: Option<Leaf>) -> Arc<Page> {
        match (self.kept, &leaf) {
            (Some((memo, with)), Some(own)) => memo.get_or_make(Key::of(&(with, slot.folio, slot.side, own)), || self.finished(slot, leaf)),
            _ => Arc::new(self.finished(slot, leaf)),
        }
    }

    /// A page is finished with what stands in [`Finisher::kept`], with its slot's folio and side, and with its leaf, and with nothing else.
    fn finished(&self, slot: &Slot, leaf: Option<Leaf>) -> Page {
        let theme = self.book.theme();
        let size = Size::new(theme.page.width, theme.page.height);
        let mut page = Page {
            size,
            folio: slot.folio,
            side: slot.side,
            body: Frame::default(),
            furniture: Frame::default(),
            stamp: Frame::default(),
            start: None,
            own: Vec::new(),
        };
        self.crop_marks(&mut page.furniture);
        let Some(mut leaf) = leaf else { return page };
        if let Some(head) = &leaf.head {
            self.running_head(slot.side, head, &mut page.furniture);
        }
        if leaf.folio {
            self.folio(slot, &mut page.furniture);
        }
        if let Some(tab) = &leaf.tab {
            self.fore_edge(slot.side, tab, &mut page.furniture);
        }
        let stamped = match theme.page.stamp {
            StampPages::All => leaf.stamp != Stamped::Never,
            StampPages::Openings => leaf.stamp == Stamped::Opening,
            StampPages::None => false,
        };
        if stamped {
            page.stamp = self.stamp.clone();
        }
        page.start = leaf.start;
        let body = Arc::unwrap_or_clone(std::mem::take(&mut leaf.body)).into_frame();
        leaf.body = Arc::new(self.numbered(body, &mut leaf.own).into());
        let origin = self.origin(slot, &leaf);
        let body = self.at_the_side(slot.side, self.bound(leaf.named_body()));
        page.body.place(origin, self.grounded(origin, body));
        page.own = leaf.own;
        page
    }

    /// Where the body of a leaf stands on its page.
    fn origin(&self, slot: &Slot, leaf: &Leaf) -> Point {
        let theme = self.book.theme();
        if leaf.bare { Point::default() } else { Point::new(text_left(theme, slot.side, self.book.setter.direction), theme.page.head) }
    }

    /// Binds what a chapter names in its own way into this book: structure trees get the numbers of their place in reading order,
    /// destinations the labels of their nodes. A link to what has no label here leads nowhere.
    pub fn bound(&self, mut frame: Frame) -> Frame {
        let labels = &self.book.resolved.labels;
        for placed in &mut frame.items {
            if let Mark::Tag(tag) = &mut placed.mark
                && let Some(number) = self.numbers.get(&tag.tree)
            {
                tag.tree = *number;
            }
            if let Item::Destination(to) | Item::Link { to: LinkTarget::Destination(to), .. } = &mut placed.item
                && let Destination::Node(node) = to
                && let Some(label) = labels.get(node)
            {
                *to = Destination::from(label.as_str());
            }
        }
        frame
    }

    /// Folios where room was kept for them. What is a reader's own is counted by items, so it moves with what comes before it.
    pub fn numbered(&self, frame: Frame, own: &mut [Range<usize>]) -> Frame {
        if !frame.items.iter().any(|placed| matches!(placed.item, Item::Folio { .. })) {
            return frame;
        }
        let mut items = Vec::with_capacity(frame.items.len());
        let mut starts = Vec::with_capacity(frame.items.len() + 1);
        let mut slacks = Vec::new();
        for placed in frame.items {
            starts.push(items.len());
            let Item::Folio { node, style, room, brackets } = &placed.item else {
                items.push(placed);
                continue;
            };
            let (words, folio) = (&self.book.resolved.words, self.folios.get(node).map_or("–", String::as_str));
            let text = if *brackets { words.behind_link(folio) } else { words.on_page(folio) };
            let line = self.book.setter.line(&[Piece::new(&text, style, placed.mark)]);
            // What is shorter than its room stands at the end of it, so that what follows stays close.
            let left = room.map_or(Length::ZERO, |room| room - line.width);
            if *brackets {
                slacks.push(Slack { at: placed.at, left });
            }
            let at = Point::new(placed.at.x + left, placed.at.y);
            items.extend(line.items.into_iter().map(|item| Placed { at: item.at + at, ..item }));
        }
        slacks.into_iter().for_each(|slack| slack::take_up(&mut items, slack));
        starts.push(items.len());
        let now = |index: usize| starts.get(index).copied().unwrap_or(items.len());
        own.iter_mut().for_each(|own| *own = now(own.start)..now(own.end));
        Frame { items }
    }

    /// What stands in the column at the side is set at the right of the text, and moves over where the outer margin is at the left. A page
    /// that takes text and column together, as a card does, moves as a whole.
    fn at_the_side(&self, side: Side, mut frame: Frame) -> Frame {
        let theme = self.book.theme();
        let Some((gap, width)) = theme.side() else { return frame };
        if at_right(outer_side(theme, side), self.book.setter.direction) {
            return frame;
        }
        let begins = theme.measure() + gap;
        if frame.items.iter().any(|placed| placed.item == Item::Wide) {
            frame.items.iter_mut().for_each(|placed| placed.at.x -= width);
            return frame;
        }
        for placed in frame.items.iter_mut().filter(|placed| placed.at.x >= begins - Length::pt(1)) {
            placed.at.x -= begins + gap + width;
        }
        frame
    }

    /// Rectangles for the colour under a page, from edge to edge and beyond.
    fn grounded(&self, origin: Point, mut frame: Frame) -> Frame {
        let page = &self.book.theme().page;
        let reach = page.reach();
        for placed in &mut frame.items {
            if let Item::Ground { color, whole } = placed.item {
                let height = if whole { page.height + reach * 2 } else { origin.y + placed.at.y + reach };
                placed.at = Point::new(-reach - origin.x, -reach - origin.y);
                placed.item = Item::Rect { size: Size::new(page.width + reach * 2, height), color };
            }
        }
        frame
    }

    /// In print the book's title on the verso and the chapter's on the recto, each at the outer edge. On screens pages are seen one by one:
    /// the chapter's on all.
    fn running_head(&self, side: Side, chapter: &str, frame: &mut Frame) {
        let theme = self.book.theme();
        let text = if outer_side(theme, side) == Side::Verso { self.book.resolved.book.title.as_str() } else { chapter };
        let style = theme.styles.running_head;
        self.outer(side, text, &style, Artifact::Header, theme.measure(), head_baseline(theme), frame);
    }

    fn folio(&self, slot: &Slot, frame: &mut Frame) {
        let theme = self.book.theme();
        let text = slot.folio.shown(&self.book.resolved.words);
        self.outer(slot.side, &text, &theme.styles.folio, Artifact::Footer, FOLIO_BOX, foot_baseline(theme), frame);
    }

    /// One line at the outer edge of the text area.
    #[allow(clippy::too_many_arguments)] // What, where and in which style.
    fn outer(&self, side: Side, text: &str, style: &TextStyle, kind: Artifact, width: Length, y: Length, frame: &mut Frame) {
        let theme = self.book.theme();
        let line = fitting(self.book.setter, &Piece::new(text, style, Mark::Artifact(kind)), width);
        let direction = self.book.setter.direction;
        let left = text_left(theme, side, direction);
        let x = if at_right(outer_side(theme, side), direction) { left + theme.measure() - line.width } else { left };
        put(frame, line, x, y);
    }

    /// The tab at the fore-edge, lower for each further stage or letter, as the thumb runs over it. With no width for tabs a stage has
    /// its ladder in the margin instead.
    fn fore_edge(&self, side: Side, tab: &Tab, frame: &mut Frame) {
        let theme = self.book.theme();
        let rungs = self.book.resolved.document.selection.ladder.len();
        let (index, count) = match tab {
            Tab::Stage(rung) => (*rung, rungs),
            Tab::Letter(_, index, count) => (*index, *count),
        };
        if index >= count {
            return;
        }
        let step = (theme.text_height() / count.max(1) as i32).raw() / theme.leading().raw().max(1);
        let y = theme.page.head + theme.leading() * (step * index as i32);
        let direction = self.book.setter.direction;
        let right = at_right(outer_side(theme, side), direction);
        let artifact = Mark::Artifact(Artifact::Layout);
        let width = theme.openers.tab;
        if width <= Length::ZERO {
            if let Tab::Stage(rung) = tab {
                let drawing = thumb(self.book.setter, rungs, *rung, theme.colors.faint, theme.colors.accent);
                let left = text_left(theme, side, direction);
                let (margin, wide) = (if right { theme.page.width - left - theme.measure() } else { left }, theme.ladder.thumb_width);
                let x = if right { theme.page.width - (margin + wide) / 2 } else { (margin - wide) / 2 };
                frame.place(Point::new(x, y), drawing);
            }
            return;
        }
        let reach = theme.page.reach();
        let height = theme.leading() * i32::from(theme.openers.tab_lines);
        let color = match tab {
            Tab::Stage(rung) => theme.stage(*rung, rungs),
            Tab::Letter(..) => theme.colors.quiet,
        };
        let from = if right { theme.page.width - width } else { -reach };
        frame.push(Point::new(from, y), artifact, Item::Rect { size: Size::new(width + reach, height), color });
        let left = if right { from } else { Length::ZERO };
        match tab {
            Tab::Stage(rung) => {
                let drawing = thumb(self.book.setter, rungs, *rung, color.mixed(theme.colors.reversed, 400), theme.colors.reversed);
                let size = thumb_size(&theme.ladder, rungs);
                frame.place(Point::new(left + (width - size.width) / 2, y + (height - size.height) / 2), drawing);
            }
            Tab::Letter(letter, ..) => {
                let style = TextStyle { color: ColorRole::Reversed, ..theme.styles.opener_label };
                let line = fitting(self.book.setter, &Piece::new(letter, &style, artifact), width);
                let x = left + (width - line.width) / 2;
                put(frame, line, x, y + height / 2 + style.size.scale(34, 100));
            }
        }
    }

    /// Two short rules at each corner of the trimmed page, outside it.
    fn crop_marks(&self, frame: &mut Frame) {
        let theme = self.book.theme();
        if !theme.page.crop_marks {
            return;
        }
        let gap = theme.page.bleed.max(theme.page.crop_gap);
        let (width, height) = (theme.page.width, theme.page.height);
        let mut mark = |x: Length, y: Length, size: Size| {
            frame.push(Point::new(x, y), Mark::Artifact(Artifact::Page), Item::Rect { size, color: theme.colors.text });
        };
        let (length, rule) = (theme.page.crop_length, theme.page.crop_rule);
        let (across, down) = (Size::new(length, rule), Size::new(rule, length));
        for y in [Length::ZERO, height] {
            mark(-gap - length, y, across);
            mark(width + gap, y, across);
        }
        for x in [Length::ZERO, width] {
            mark(x, -gap - length, down);
            mark(x, height + gap, down);
        }
    }
}
