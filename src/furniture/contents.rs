//! The contents: number, title, leader and folio of each part, chapter and section, every line a link.

use crate::length::{Length, Point, Size};
use crate::paginate::paginate;
use crate::parse::NodeId;
use crate::resolve::{ContentsEntry, Matter, NewsChapter, Resolved, Words};
use crate::theme::{ColorRole, TextStyle};
use crate::typeset::{
    Alignment, Artifact, Content, Flow, Frame, Galley, Item, Keep, Line, LineMetrics, LinkTarget, Mark, Path, Piece, Role, Segment, Stack, TagId,
};

use super::group::{Book, Group, Leaf, Source, Stamped, Tagger};
use super::impose::Imposition;
use super::sheet::{put, text_ends};

/// Sections of a chapter that stay with its title, and with each other at its end.
const TOGETHER: usize = 2;
/// Pages of a spread.
const SPREAD: usize = 2;
/// A chapter of no more lines stays whole.
const WHOLE: usize = 7;

/// The contents as a group, or nothing for a book with a single entry.
pub(super) fn contents(book: &mut Book<'_>, groups: &mut [Group], folios: &Imposition) -> Option<Group> {
    let design = &book.theme().contents;
    let listed = entries(book, design.depth)?;
    let mut tagger = book.tree(Source::Contents);
    let index = index_entry(groups, folios, &book.resolved.words);
    let blank = |_: &ContentsEntry| (String::new(), String::new());
    let title = &book.resolved.words.contents;
    let mut listing = Listing { title, entries: listed, index, grouped: design.grouped, close: false };
    let count = |listing: &Listing<'_>| pages(book, listing, &mut book.tree(Source::Contents), folios, blank).len();
    // A book without a ladder says more of itself, as long as all of it is seen at once.
    let mut length = None;
    if book.resolved.document.selection.ladder.is_empty()
        && let Some(deeper) = entries(book, design.depth.saturating_add(1)).filter(|deeper| deeper.len() > listing.entries.len())
    {
        let deeper = Listing { entries: deeper, ..listing.clone() };
        let pages = count(&deeper);
        if pages <= SPREAD {
            (listing, length) = (deeper, Some(pages));
        }
    }
    // Chapters stand a little apart, unless that costs a page.
    let length = length.unwrap_or_else(|| count(&listing));
    let close = Listing { close: true, ..listing.clone() };
    let listing = if length > 1 && count(&close) < length { close } else { listing };
    let pages = pages(book, &listing, &mut tagger, folios, |entry| target(book, groups, folios, entry));
    Some(Group::own(book, leaves(pages, title), tagger, true, Some((title.clone(), "book-contents"))))
}

/// *What is new*, for a reader who has an old edition: a line and a folio for each chapter of which something is.
pub(super) fn news(book: &mut Book<'_>, groups: &mut [Group], folios: &Imposition) -> Option<Group> {
    let resolved = book.resolved;
    let news = resolved.news.as_ref().filter(|news| !news.chapters.is_empty())?;
    let title = resolved.words.news_title(&news.since);
    let entry = |chapter: &NewsChapter| {
        let info = resolved.sections.get(chapter.section)?;
        let node = resolved.document.sections.get(chapter.section)?.id;
        let title = format!("{}\u{2002}·\u{2002}{}", info.title, resolved.words.news_of(chapter.passages));
        Some(ContentsEntry { node, level: 1, number: info.number.clone(), title, matter: info.matter })
    };
    let entries: Vec<ContentsEntry> = news.chapters.iter().filter_map(entry).collect();
    let mut tagger = book.tree(Source::News);
    let listing = Listing { title: &title, entries: entries.iter().collect(), index: None, grouped: false, close: false };
    let pages = pages(book, &listing, &mut tagger, folios, |entry| target(book, groups, folios, entry));
    Some(Group::own(book, leaves(pages, &title), tagger, true, Some((title, "book-news"))))
}

/// What is listed under a title.
#[derive(Clone)]
struct Listing<'l> {
    title: &'l str,
    entries: Vec<&'l ContentsEntry>,
    /// The index, which is no section of the document: its entry, destination and folio.
    index: Option<(ContentsEntry, &'static str, String)>,
    /// Stages, paths and guides have heads.
    grouped: bool,
    /// All entries stand close together.
    close: bool,
}

/// The leaves of a list: the title stands over the pages after the first.
fn leaves(pages: Vec<crate::paginate::BodyPage>, title: &str) -> Vec<Leaf> {
    let leaf = |(number, page): (usize, crate::paginate::BodyPage)| Leaf {
        body: page.frame,
        folio: number > 0,
        head: (number > 0).then(|| title.to_string()),
        stamp: if number > 0 { Stamped::Text } else { Stamped::Opening },
        ..Leaf::default()
    };
    pages.into_iter().enumerate().map(leaf).collect()
}

/// What is listed: all that tells chapters apart.
fn entries<'a>(book: &Book<'a>, depth: u8) -> Option<Vec<&'a ContentsEntry>> {
    let design = &book.theme().contents;
    let all = &book.resolved.contents;
    let repeated = book.resolved.repeated_titles(design.repeats);
    let entries: Vec<&ContentsEntry> = all.iter().filter(|e| e.level <= depth && !repeated.contains(&e.node)).collect();
    (entries.len() > 1).then_some(entries)
}

/// The pages, with each entry's destination and folio as `target` tells them.
fn pages(
    book: &Book<'_>,
    listing: &Listing<'_>,
    tagger: &mut Tagger,
    folios: &Imposition,
    mut target: impl FnMut(&ContentsEntry) -> (String, String),
) -> Vec<crate::paginate::BodyPage> {
    let Listing { title, entries, index, grouped, close: all_close } = listing;
    let mut flow = vec![Flow::Stack(heading(book, title, tagger))];
    let lines = Lines::new(book, entries, folios);
    let mut levels = Levels::default();
    let mut part = false;
    // Chapters without number and sections, a preface and a foreword, stand close together.
    let plain = |at: usize| entries.get(at).is_some_and(|e| e.level == 1 && e.number.is_none()) && entries.get(at + 1).is_none_or(|e| e.level <= 1);
    let mut groups = Heads::of(book.resolved, entries, *grouped);
    // The back matter stands as far from the chapters as the groups do from each other.
    let mut apart = false;
    for (at, entry) in entries.iter().enumerate() {
        if let Some(head) = groups.before(entry) {
            levels.open.clear();
            let mark = tagger.mark(0, Role::Paragraph);
            flow.extend(head.map(|head| Flow::Stack(lines.head(head, mark))));
            apart = head.is_none();
        }
        let (name, folio) = target(entry);
        let link = levels.entry(tagger, entry.level);
        let close = *all_close || plain(at) && at.checked_sub(1).is_some_and(plain);
        let mut stack = lines.stack(entry, close, &name, &folio, link);
        if std::mem::take(&mut apart) {
            stack.before = book.theme().leading();
        }
        match flow.last_mut() {
            // A part with its first chapter, a chapter with its sections.
            Some(Flow::Stack(above)) if part || entry.level > 1 && !above.keep.with_next => join(above, stack),
            _ => flow.push(Flow::Stack(stack)),
        }
        part = entry.level == 0;
    }
    if let Some((entry, name, folio)) = index {
        let link = levels.entry(tagger, entry.level);
        flow.push(Flow::Stack(lines.stack(entry, *all_close || plain(entries.len() - 1), name, folio, link)));
    }
    let galley = Galley { flow, ..Galley::default() };
    paginate(&galley, book.theme(), book.setter).pages
}

/// Heads over the stages, the paths and the guides of a book with a ladder.
struct Heads<'a> {
    resolved: &'a Resolved,
    /// The head over the entry before, if there was one.
    last: Option<Option<&'a str>>,
    /// Whether there are heads at all.
    grouped: bool,
}

impl<'a> Heads<'a> {
    fn of(resolved: &'a Resolved, entries: &[&ContentsEntry], grouped: bool) -> Heads<'a> {
        let grouped = grouped && resolved.has_contents_heads(entries.iter().map(|entry| resolved.contents_head(entry.node)));
        Heads { resolved, last: None, grouped }
    }

    /// The head that stands before an entry, if another group begins with it; the back matter begins one without a head.
    fn before(&mut self, entry: &ContentsEntry) -> Option<Option<&'a str>> {
        let head = self.resolved.contents_head(entry.node);
        let begins = self.grouped && self.last.replace(head).is_some_and(|last| last != head);
        begins.then_some(head)
    }
}

/// The index, which is no section of the document: its entry, destination and folio.
fn index_entry(groups: &[Group], folios: &Imposition, words: &Words) -> Option<(ContentsEntry, &'static str, String)> {
    let (title, name) = groups.iter().find(|group| group.source == Source::Index)?.bookmark.clone()?;
    let folio = folios.slots.get(folios.named(name)?)?.folio.shown(words);
    let entry = ContentsEntry { node: NodeId::default(), level: 1, number: None, title, matter: Matter::Back };
    Some((entry, name, folio))
}

/// Puts a stack below another, as one that is parted only between several sections.
fn join(above: &mut Stack, below: Stack) {
    let (Content::Lines(lines), Content::Lines(more)) = (&mut above.content, below.content) else { return };
    if let Some(last) = lines.last_mut() {
        last.metrics.height += above.after.max(below.before);
    }
    lines.extend(more);
    above.after = below.after;
    let part = (TOGETHER + 1).min(lines.len()) as u16;
    above.keep = Keep { together: lines.len() <= WHOLE, with_next: false, head: part, tail: part - 1 };
}

/// Destination and folio of an entry. Where nothing in the page has its name, the page gets one.
fn target(book: &Book<'_>, groups: &mut [Group], folios: &Imposition, entry: &ContentsEntry) -> (String, String) {
    let part = entry.level == 0;
    let label = book.resolved.labels.get(&entry.node).filter(|l| !part && folios.marked(entry.node, l).is_some());
    let page = if part { folios.first_page_of(entry.node) } else { folios.page_of(entry.node, book.resolved) };
    let folio = page.map(|p| folios.slots[p].folio.shown(&book.resolved.words)).unwrap_or_default();
    let name = label.cloned().or_else(|| page.and_then(|p| page_name(groups, folios, p))).unwrap_or_default();
    (name, folio)
}

/// The name of a page as a destination, which it gets if it has none.
pub(super) fn page_name(groups: &mut [Group], folios: &Imposition, page: usize) -> Option<String> {
    let slot = folios.slots.get(page)?;
    let (group, leaf) = slot.leaf?;
    let name = format!("page-{}", slot.folio);
    groups[group].leaves[leaf].name(&name);
    Some(name)
}

fn heading(book: &Book<'_>, title: &str, tagger: &mut Tagger) -> Stack {
    let theme = book.theme();
    let style = theme.styles.chapter_title;
    let mark = tagger.mark(0, Role::Heading(1));
    let mut line = Line::default();
    let top = theme.leading() * i32::from(theme.page.contents_drop);
    for set in book.setter.paragraph(&[Piece::new(title, &style, mark)], theme.measure(), Alignment::Left, false) {
        line.frame.place(Point::new(Length::ZERO, top + line.metrics.height), set.frame);
        line.metrics.height += set.metrics.height;
    }
    line.metrics.height = (line.metrics.height + top + theme.leading()).round_up(theme.leading());
    stack(vec![line], Keep { with_next: true, together: true, ..Keep::default() })
}

/// A stack on the grid that comes from no node.
fn stack(lines: Vec<Line>, keep: Keep) -> Stack {
    Stack {
        node: NodeId::default(),
        content: Content::Lines(lines),
        before: Length::ZERO,
        after: Length::ZERO,
        on_grid: true,
        keep,
        repeat: Vec::new(),
        edge: None,
        leads: false,
        float: false,
        list: None,
        decorations: Vec::new(),
    }
}

/// Nested `TOC` elements, one for each level that is open.
#[derive(Default)]
struct Levels {
    open: Vec<(u8, u32)>,
}

impl Levels {
    /// An item at its level, with the link in it.
    fn entry(&mut self, tagger: &mut Tagger, level: u8) -> TagId {
        while self.open.last().is_some_and(|(open, _)| *open > level) {
            self.open.pop();
        }
        let last = self.open.last().copied();
        let parent = match last {
            Some((open, element)) if open == level => element,
            _ => {
                let element = tagger.add(last.map_or(0, |(_, e)| e), Role::Contents).index;
                self.open.push((level, element));
                element
            }
        };
        let item = tagger.add(parent, Role::ContentsItem).index;
        let reference = tagger.add(item, Role::Reference).index;
        tagger.add(reference, Role::Link)
    }
}

/// How the lines of the contents are set.
struct Lines<'b, 'a> {
    book: &'b Book<'a>,
    /// Width kept for the numbers of chapters and of sections, with the gap.
    numbers: [Length; 2],
    /// Width kept for folios.
    folio: Length,
}

impl<'b, 'a> Lines<'b, 'a> {
    fn new(book: &'b Book<'a>, entries: &[&ContentsEntry], folios: &Imposition) -> Lines<'b, 'a> {
        let width = |text: &str, style: &TextStyle| book.setter.line(&[Piece::new(text, style, Mark::Artifact(Artifact::Layout))]).width;
        let styles = &book.theme().styles;
        let number_gap = book.theme().spaces.contents_number;
        let widest = |level: u8, style: &TextStyle| {
            let numbers = entries.iter().filter(|e| e.level == level).filter_map(|e| e.number.as_deref());
            numbers.map(|n| width(n, style) + number_gap).max().unwrap_or_default()
        };
        let shown = entries.iter().filter_map(|e| folios.page_of(e.node, book.resolved)).map(|p| folios.slots[p].folio.shown(&book.resolved.words));
        let folio = shown.map(|f| width(&f, &styles.contents_chapter)).fold(width("000", &styles.contents_chapter), Length::max);
        Lines { book, numbers: [widest(1, &styles.contents_chapter), widest(2, &styles.contents_section)], folio }
    }

    /// The style of a level, on the grid.
    fn style(&self, level: u8) -> TextStyle {
        let theme = self.book.theme();
        let style = match level {
            0 => theme.styles.contents_part,
            1 => theme.styles.contents_chapter,
            // Sections stand closer than the page's grid has it.
            _ => return theme.styles.contents_section,
        };
        TextStyle { leading: theme.leading(), ..style }
    }

    fn stack(&self, entry: &ContentsEntry, close: bool, name: &str, folio: &str, link: TagId) -> Stack {
        let theme = self.book.theme();
        let lines = self.lines(entry, name, folio, link);
        let before = match entry.level {
            0 => theme.leading(),
            1 if !close => theme.leading() / 2,
            _ => Length::ZERO,
        };
        let keep = Keep { together: lines.len() == 1, ..Keep::default() };
        // Chapters stand half a line apart, so only the page as a whole is on the grid.
        Stack { before, on_grid: false, ..stack(lines, keep) }
    }

    /// A head over a group of chapters.
    fn head(&self, text: &str, mark: Mark) -> Stack {
        let theme = self.book.theme();
        let style = self.style(0);
        let lines = self.book.setter.paragraph(&[Piece::new(&style.label(text), &style, mark)], theme.measure(), Alignment::Left, false);
        let keep = Keep { together: true, with_next: true, head: 1, tail: 1 };
        Stack { before: theme.leading(), on_grid: false, ..stack(lines, keep) }
    }

    fn lines(&self, entry: &ContentsEntry, name: &str, folio: &str, link: TagId) -> Vec<Line> {
        let theme = self.book.theme();
        let style = self.style(entry.level);
        let mark = Mark::Tag(link);
        let left = if entry.level < 2 { Length::ZERO } else { self.numbers[0].max(theme.spaces.contents_number) };
        let column = match entry.level {
            0 => Length::ZERO,
            level => self.numbers[usize::from(level > 1)],
        };
        let from = left + column;
        let title = if entry.level == 0 { part_title(entry) } else { entry.title.clone() };
        let measure = theme.measure() - from - self.folio - theme.contents.dots * 3;
        let rtl = self.book.setter.direction.is_rtl();
        // What begins so far from where lines begin, and is so wide.
        let at = |from: Length, width: Length| if rtl { theme.measure() - from - width } else { from };
        let mut lines = self.book.setter.paragraph(&[Piece::new(&title, &style, mark)], measure, Alignment::Left, false);
        let baseline = crate::typeset::baseline(&style);
        for line in &mut lines {
            let text = std::mem::take(&mut line.frame);
            line.frame.place(Point::new(at(from, measure), Length::ZERO), text);
        }
        if let (Some(first), Some(number), true) = (lines.first_mut(), &entry.number, entry.level > 0) {
            // The spaces after the number and before the folio are there to be heard.
            let number = self.book.setter.line(&[Piece::new(&format!("{number} "), &style, mark)]);
            let mut frame = Frame::default();
            let x = at(left, number.width);
            put(&mut frame, number, x, baseline);
            frame.items.append(&mut first.frame.items);
            first.frame = frame;
        }
        if let Some(last) = lines.last_mut() {
            let (begin, end) = text_ends(last);
            self.leader(last, if rtl { theme.measure() - begin } else { end }, baseline);
            let figures = TextStyle { color: ColorRole::Text, small_caps: false, tracking: 0, ..theme.styles.contents_chapter };
            let number = self.book.setter.line(&[Piece::new(&format!(" {folio}"), &figures, mark)]);
            let x = at(theme.measure() - number.width, number.width);
            put(&mut last.frame, number, x, baseline);
        }
        self.link(&mut lines, name, &title, folio, mark);
        lines
    }

    /// Dots from the title to the folio, at the same places in every line. `from` is where the title ends, from where lines begin.
    fn leader(&self, line: &mut Line, from: Length, baseline: Length) {
        let theme = self.book.theme();
        let dots = theme.contents.dots.max(Length::pt(1));
        let (mut begin, mut end) = ((from + dots).round_up(dots), theme.measure() - self.folio - dots / 2);
        if begin + dots * 2 > end {
            return;
        }
        if self.book.setter.direction.is_rtl() {
            (begin, end) = ((theme.measure() - end).round_up(dots), theme.measure() - begin);
        }
        let dot = theme.contents.dot.min(dots);
        let segments = vec![Segment::Move(Point::default()), Segment::Line(Point::new(end - begin, Length::ZERO))];
        let path = Path { segments, fill: None, stroke: Some((theme.colors.rule, dot)), dash: Some((dot, dots - dot)) };
        line.frame.push(Point::new(begin, baseline - dot / 2), Mark::Artifact(Artifact::Layout), Item::Path(path));
    }

    /// One sensitive area over the whole entry.
    fn link(&self, lines: &mut Vec<Line>, name: &str, title: &str, folio: &str, mark: Mark) {
        if name.is_empty() || lines.is_empty() {
            return;
        }
        let theme = self.book.theme();
        let description = format!("{title}, {} {folio}", self.book.resolved.words.page.to_lowercase());
        let area = |line: &mut Line| {
            let size = Size::new(theme.measure(), line.metrics.height);
            line.frame.push(Point::default(), mark, Item::Link { size, to: LinkTarget::Destination(name.into()), description: description.clone() });
        };
        if lines.iter().map(|line| line.metrics.height).sum::<Length>() > theme.text_height() / 2 {
            // Nobody writes such a title, and no page may have to hold it whole.
            return lines.iter_mut().for_each(area);
        }
        // An entry is not parted: as one line it has one area.
        let mut all = Line { metrics: LineMetrics::default(), frame: Frame::default() };
        for line in lines.drain(..) {
            all.frame.place(Point::new(Length::ZERO, all.metrics.height), line.frame);
            all.metrics.height += line.metrics.height;
        }
        area(&mut all);
        lines.push(all);
    }
}

/// `Part I  Title`.
fn part_title(entry: &ContentsEntry) -> String {
    entry.number.as_ref().map_or_else(|| entry.title.clone(), |number| format!("{number}\u{2002}{}", entry.title))
}
