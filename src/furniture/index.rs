//! The index: terms in alphabetical order with sub-entries, page ranges and cross-references, in two columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::length::{Length, Point};
use crate::memo::{Key, Remembered};
use crate::paginate::{PagePlan, plan};
use crate::parse::{IndexTerm, NodeId, See};
use crate::theme::{ColorRole, Figures, TextStyle, Theme, Weight};
use crate::typeset::{Alignment, Artifact, Content, Flow, Frame, Galley, Keep, Line, LineMetrics, LinkTarget, Mark, Piece, Role, Stack, TagId, TagTree};
use crate::words::Words;

use super::contents::page_name;
use super::group::{Book, Group, Leaf, Source, Stamped, Tagger};
use super::impose::Imposition;

/// Levels of entries.
const DEEPEST: usize = 4;
/// An entry of no more lines stays whole, with those below it.
const WHOLE: usize = 4;
/// Entries from which on an index has letters.
const LETTERED: usize = 70;
/// Entries that are looked at when the next page is filled: more than two columns hold.
const AHEAD: usize = 300;

/// An entry in the making, with those below it by their sort keys.
#[derive(Default, Hash)]
struct Entry {
    title: String,
    pages: Vec<usize>,
    see: Vec<(See, String)>,
    below: BTreeMap<(String, String), Entry>,
}

/// The index as a group; nothing for a book without index terms.
pub(super) fn index(book: &mut Book<'_>, groups: &mut [Group], folios: &Imposition) -> Option<Group> {
    if book.resolved.index.is_empty() {
        return None;
    }
    let root = gather(book, folios);
    let mut pages = BTreeMap::new();
    refer(&root, groups, folios, &book.resolved.words, &mut pages);
    let make = || set(book, &root, &pages);
    // Few of the changes to a book that is being written move an entry to another page.
    let kept = book.setter.drafts().map(|memo| memo.get_or_make(Key::of(&(book.setter.key(), &book.resolved.words, &root, &pages)), make));
    let SetIndex { leaves, tree } = kept.map_or_else(make, |kept| (*kept).clone());
    let bookmark = Some((book.resolved.words.index.clone(), "book-index"));
    let tagger = book.tree(Source::Index).grown(tree);
    Some(Group::own(book, leaves, tagger, false, bookmark))
}

/// A page that the index refers to: its folio as shown, whether that is a roman one, and the name by which a link finds it, if one does.
type Referred = (String, bool, Option<String>);

/// An index that is set.
#[derive(Clone)]
struct SetIndex {
    leaves: Vec<Leaf>,
    tree: TagTree,
}

impl Remembered for SetIndex {
    fn weight(&self) -> usize {
        self.leaves.iter().map(|leaf| leaf.body.weight()).sum()
    }
}

/// Sets the index.
fn set(book: &Book<'_>, root: &Entry, pages: &BTreeMap<usize, Referred>) -> SetIndex {
    let mut tagger = book.tree(Source::Index);
    let heading = heading(book, &mut tagger);
    let element = tagger.add(0, Role::Index).index;
    let lettered = root.below.len() >= LETTERED;
    let mut list = if lettered { 0 } else { tagger.add(element, Role::List { ordered: None }).index };
    let mut setter = Entries { book, pages, tagger: &mut tagger, letter: None, stacks: Vec::new() };
    for ((key, _), entry) in &root.below {
        if setter.letter(key, lettered.then_some(element)) {
            list = setter.tagger.add(element, Role::List { ordered: None }).index;
        }
        setter.entry(entry, 0, list);
    }
    let mut stacks = setter.stacks;
    stacks.retain(|s| !s.metrics(0).is_empty());
    SetIndex { leaves: columns(book, heading, stacks), tree: tagger.into_tree() }
}

/// Notes the pages that an entry and those below it refer to, and names those that links lead to.
fn refer(entry: &Entry, groups: &mut [Group], folios: &Imposition, words: &Words, pages: &mut BTreeMap<usize, Referred>) {
    for (first, last) in ranges(&entry.pages) {
        for page in [first, last] {
            let folio = folios.slots[page].folio;
            pages.entry(page).or_insert_with(|| (folio.shown(words), folio.roman, None));
        }
        if let Some((.., name @ None)) = pages.get_mut(&first) {
            *name = page_name(groups, folios, first);
        }
    }
    entry.below.values().for_each(|below| refer(below, groups, folios, words, pages));
}

/// All terms in their order, each with its pages.
fn gather(book: &Book<'_>, folios: &Imposition) -> Entry {
    let mut root = Entry::default();
    for (node, term) in book.resolved.index.iter() {
        let page = folios.page_of(*node, book.resolved);
        add(&mut root, term, page);
    }
    root
}

fn add(root: &mut Entry, term: &IndexTerm, page: Option<usize>) {
    let mut entry = root;
    for title in &levels(&term.path) {
        entry = entry.below.entry((sort_key(title), title.clone())).or_default();
        entry.title.clone_from(title);
    }
    match &term.see {
        Some(see) if !entry.see.contains(see) => entry.see.push(see.clone()),
        Some(_) => {}
        None => entry.pages.extend(page.filter(|p| !entry.pages.contains(p))),
    }
    entry.pages.sort_unstable();
}

/// Headings of a term, no more than [`DEEPEST`]; what is below that stands with the last one.
fn levels(path: &[String]) -> Vec<String> {
    let mut levels: Vec<String> = path.iter().take(DEEPEST).cloned().collect();
    if let (Some(last), true) = (levels.last_mut(), path.len() > DEEPEST) {
        *last = path[DEEPEST - 1..].join(", ");
    }
    levels
}

/// Letters without case and accents, so that *É* stands with *E*.
fn sort_key(title: &str) -> String {
    title.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || *c == ' ').collect()
}

/// Runs of pages as first and last.
fn ranges(pages: &[usize]) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for &page in pages {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => out.push((page, page)),
        }
    }
    out
}

/// Sets entries as stacks of a column's width.
struct Entries<'e, 'a> {
    book: &'e Book<'a>,
    pages: &'e BTreeMap<usize, Referred>,
    tagger: &'e mut Tagger,
    letter: Option<char>,
    stacks: Vec<Stack>,
}

impl Entries<'_, '_> {
    /// Leaves half a line before a new letter, and puts the letter there where the index is long enough for it. Says whether a new list
    /// begins.
    fn letter(&mut self, key: &str, element: Option<u32>) -> bool {
        // What begins with a figure or a sign stands together, before all letters.
        let letter = key.chars().next().map(|first| if first.is_alphabetic() { first } else { '#' });
        if self.letter == letter {
            return false;
        }
        self.letter = letter;
        let theme = self.book.theme();
        if let Some(last) = self.stacks.last_mut() {
            last.after = theme.leading() * 2 / 3;
        }
        let Some(element) = element else { return false };
        if let Some(letter) = letter.filter(|letter| letter.is_alphabetic()) {
            let style = TextStyle { weight: Weight::Semibold, color: ColorRole::Accent, figures: Figures::Lining, ..theme.styles.index };
            let mark = self.tagger.mark(element, Role::Paragraph);
            let text: String = letter.to_uppercase().collect();
            let lines = self.book.setter.paragraph(&[Piece::new(&text, &style, mark)], column(theme), Alignment::Left, false);
            self.stacks.push(Stack { keep: Keep { together: true, with_next: true, head: 1, tail: 1 }, ..entry_stack(lines) });
        }
        true
    }

    /// Sets an entry of a list, and those below it as a list within it.
    fn entry(&mut self, entry: &Entry, level: i32, list: u32) {
        let theme = self.book.theme();
        let style = theme.styles.index;
        let italic = TextStyle { italic: true, ..style };
        let item = self.tagger.add(list, Role::ListItem).index;
        let element = self.tagger.add(item, Role::ListBody);
        let mark = Mark::Tag(element);
        let refs = self.references(entry, element.index);
        let words = &self.book.resolved.words;
        // A single entry below another is run up to it.
        let only = run_up(entry);
        let below_refs = only.map(|only| self.references(only, element.index)).unwrap_or_default();
        let mut pieces = vec![Piece::new(&entry.title, &style, mark)];
        add_references(&mut pieces, &refs, &style, mark);
        if let Some(only) = only {
            pieces.push(Piece::new(if refs.is_empty() { ": " } else { "; " }, &style, mark));
            pieces.push(Piece::new(&only.title, &style, mark));
            add_references(&mut pieces, &below_refs, &style, mark);
        }
        let nothing_before = entry.pages.is_empty();
        for (number, (kind, to)) in entry.see.iter().enumerate() {
            let word = if *kind == See::See { &words.see } else { &words.see_also };
            pieces.push(Piece::new(
                if number > 0 {
                    "; "
                } else if nothing_before {
                    ", "
                } else {
                    ". "
                },
                &style,
                mark,
            ));
            pieces.push(Piece::new(word, &italic, mark));
            pieces.push(Piece::new(" ", &style, mark));
            pieces.push(Piece::new(to, &style, mark));
        }
        let indent = theme.spaces.index_indent;
        let left = indent * level;
        let lines = self.book.setter.paragraph(&pieces, column(theme) - left - indent, Alignment::Left, false);
        let rtl = self.book.setter.direction.is_rtl();
        let lines = lines.into_iter().enumerate().map(|(number, line)| {
            // Lines after the first stand further in: from right to left the first has that room at its left.
            let hang = if (number > 0) != rtl { indent } else { Length::ZERO };
            let x = if rtl { hang } else { left + hang };
            let mut frame = Frame::default();
            frame.place(Point::new(x, Length::ZERO), line.frame);
            Line { frame, ..line }
        });
        let more = !entry.below.is_empty() && only.is_none();
        self.put(lines.collect(), &entry.title, level, more);
        if !more {
            return;
        }
        let list = self.tagger.add(element.index, Role::List { ordered: None }).index;
        for below in entry.below.values() {
            self.entry(below, level + 1, list);
        }
    }

    /// Puts an entry's lines into the column: those of entries below another go on in its stack, so that it can be said again where
    /// a column begins with them.
    fn put(&mut self, mut lines: Vec<Line>, title: &str, level: i32, more: bool) {
        let count = lines.len();
        for line in lines.iter_mut().take(count.saturating_sub(1)) {
            line.metrics.glued = true;
        }
        if level > 0 {
            if let Some(Stack { content: Content::Lines(above), keep, .. }) = self.stacks.last_mut() {
                above.append(&mut lines);
                *keep = Keep { together: above.len() <= WHOLE, with_next: false, head: 2, tail: (count as u16).max(2) };
            }
            return;
        }
        if let Some(last) = lines.last_mut() {
            last.metrics.glued = more;
        }
        let mut stack = entry_stack(lines);
        if more {
            let (style, mark) = (self.book.theme().styles.index, Mark::Artifact(Artifact::Layout));
            let italic = TextStyle { italic: true, ..style };
            let word = format!(" ({})", self.book.resolved.words.continued.to_lowercase());
            let pieces = [Piece::new(title, &style, mark), Piece::new(&word, &italic, mark)];
            stack.repeat = self.book.setter.paragraph(&pieces, column(self.book.theme()), Alignment::Left, false);
        }
        self.stacks.push(stack);
    }

    /// Folios, ranges joined by an en dash, each a link to its first page.
    fn references(&mut self, entry: &Entry, parent: u32) -> Vec<Reference> {
        let page_word = self.book.resolved.words.page.to_lowercase();
        let mut out = Vec::new();
        for (first, last) in ranges(&entry.pages) {
            let (Some((from, roman, name)), Some((to, also_roman, _))) = (self.pages.get(&first), self.pages.get(&last)) else { continue };
            let text = match (first == last, roman == also_roman) {
                (true, _) => from.clone(),
                (false, true) => format!("{from}–{to}"),
                (false, false) => format!("{from}, {to}"),
            };
            let description = format!("{}, {page_word} {text}", entry.title);
            let link = name.clone().map(|name| {
                let reference = self.tagger.add(parent, Role::Reference).index;
                (name, self.tagger.add(reference, Role::Link), description)
            });
            out.push((text, link));
        }
        out
    }
}

/// A folio or a range, and perhaps a link: destination, element and description.
type Reference = (String, Option<(String, TagId, String)>);

/// The one entry below another, if it is one of a few words with nothing below it.
fn run_up(entry: &Entry) -> Option<&Entry> {
    let mut below = entry.below.values();
    let only = below.next().filter(|_| below.next().is_none())?;
    (only.below.is_empty() && only.see.is_empty() && entry.see.is_empty()).then_some(only)
}

fn add_references<'p>(pieces: &mut Vec<Piece<'p>>, refs: &'p [Reference], style: &TextStyle, mark: Mark) {
    for (number, (text, link)) in refs.iter().enumerate() {
        // No line has nothing but a number: the first one stays with the last word, the last one with the one before.
        let stays = number == 0 || number + 1 == refs.len();
        pieces.push(Piece::new(if stays { ",\u{A0}" } else { ", " }, style, mark));
        match link {
            Some((name, tag, description)) => pieces.push(Piece {
                link: Some((LinkTarget::Destination(name.as_str().into()), *tag, description.clone())),
                ..Piece::new(text, style, Mark::Tag(*tag))
            }),
            None => pieces.push(Piece::new(text, style, mark)),
        }
    }
}

fn column(theme: &Theme) -> Length {
    (theme.measure() - theme.spaces.index_gutter) / 2
}

fn entry_stack(lines: Vec<Line>) -> Stack {
    Stack {
        node: NodeId::default(),
        content: Content::Lines(lines),
        before: Length::ZERO,
        after: Length::ZERO,
        on_grid: false,
        keep: Keep { together: true, with_next: false, head: 1, tail: 1 },
        repeat: Vec::new(),
        edge: None,
        leads: false,
        float: false,
        list: None,
        decorations: Vec::new(),
    }
}

fn heading(book: &Book<'_>, tagger: &mut Tagger) -> Line {
    let theme = book.theme();
    let mark = tagger.mark(0, Role::Heading(1));
    let mut line = Line::default();
    let top = theme.leading() * i32::from(theme.page.contents_drop);
    for set in book.setter.paragraph(&[Piece::new(&book.resolved.words.index, &theme.styles.chapter_title, mark)], theme.measure(), Alignment::Left, false) {
        line.frame.place(Point::new(Length::ZERO, top + line.metrics.height), set.frame);
        line.metrics.height += set.metrics.height;
    }
    line.metrics.height = (line.metrics.height + top + theme.leading()).round_up(theme.leading());
    line
}

/// Fills pages with two columns each, the last two of equal height.
fn columns(book: &Book<'_>, heading: Line, mut stacks: Vec<Stack>) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut top = heading.metrics.height;
    let mut first = Some(heading.frame);
    while !stacks.is_empty() {
        let rest = stacks.split_off(stacks.len().min(AHEAD));
        let room = book.theme().page.lines.saturating_sub((top.raw() / book.theme().leading().raw().max(1)) as u16).max(4);
        let (plans, galley) = fill(book.theme(), stacks, room, rest.is_empty());
        let mut leaf = Leaf {
            folio: true,
            stamp: if first.is_none() { Stamped::Text } else { Stamped::Opening },
            head: first.is_none().then(|| book.resolved.words.index.clone()),
            ..Leaf::default()
        };
        let body = Arc::make_mut(&mut leaf.body).edit();
        *body = first.take().unwrap_or_default();
        for (number, page) in plans.iter().take(2).enumerate() {
            // The first column is the one that is read first.
            let place = if book.setter.direction.is_rtl() { 1 - number as i32 } else { number as i32 };
            let x = (column(book.theme()) + book.theme().spaces.index_gutter) * place;
            put_column(&galley, page, Point::new(x, top), body);
        }
        leaves.push(leaf);
        stacks = left_over(galley, &plans);
        stacks.extend(rest);
        top = Length::ZERO;
    }
    leaves
}

/// Columns of a height, or of the least that still needs no more than two if these are the last.
fn fill(theme: &Theme, stacks: Vec<Stack>, lines: u16, last: bool) -> (Vec<PagePlan>, Galley) {
    let galley = Galley { flow: stacks.into_iter().map(Flow::Stack).collect(), ..Galley::default() };
    let planned = |lines: u16| {
        let mut theme = theme.clone();
        theme.page.lines = lines;
        plan(&galley, &theme)
    };
    let plans = planned(lines);
    if last && plans.len() <= 2 {
        let balanced = (1..lines).map(planned).find(|plans| plans.len() <= 2);
        return (balanced.unwrap_or(plans), galley);
    }
    (plans, galley)
}

/// What the first two columns have no room for.
fn left_over(galley: Galley, plans: &[PagePlan]) -> Vec<Stack> {
    let last = plans.iter().take(2).flat_map(|p| &p.fragments).last();
    let (block, line) = last.map_or((usize::MAX, 0), |f| (f.block, f.to));
    let stacks = galley.flow.into_iter().filter_map(|f| if let Flow::Stack(s) = f { Some(s) } else { None });
    let mut rest: Vec<Stack> = stacks.skip(block).collect();
    if let Some(Stack { content: Content::Lines(lines), repeat, .. }) = rest.first_mut() {
        lines.drain(..line.min(lines.len()));
        if line > 0 && !lines.is_empty() {
            lines.splice(0..0, repeat.iter().cloned().map(|line| Line { metrics: LineMetrics { glued: true, ..line.metrics }, ..line }));
        }
    }
    rest.retain(|s| !s.metrics(0).is_empty());
    rest
}

fn put_column(galley: &Galley, page: &PagePlan, at: Point, frame: &mut Frame) {
    for fragment in &page.fragments {
        let Some(Flow::Stack(Stack { content: Content::Lines(lines), repeat, .. })) = galley.flow.get(fragment.block) else { continue };
        let mut y = at.y + fragment.y;
        if fragment.from > 0 {
            let mut above = y - repeat.iter().map(|line| line.metrics.height).sum::<Length>();
            for line in repeat {
                frame.place(Point::new(at.x, above), line.frame.clone());
                above += line.metrics.height;
            }
        }
        for line in lines.iter().take(fragment.to).skip(fragment.from) {
            frame.place(Point::new(at.x, y), line.frame.clone());
            y += line.metrics.height;
        }
    }
}
