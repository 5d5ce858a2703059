//! Page breaks: where the pages of the typeset book begin, put into the running text.

use std::collections::{BTreeSet, VecDeque};

use crate::furniture::Folio;
use crate::paginate::Start;
use crate::parse::{NodeId, SectionId};
use crate::resolve::Words;

/// A page of the typeset book, as its list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageMark {
    /// Its folio.
    pub(super) label: String,
    /// Id of the mark.
    pub(super) id: String,
}

/// A page mark that waits for its place.
#[derive(Clone, Debug)]
struct Waiting {
    start: Start,
    mark: PageMark,
}

/// A block that is being written and in whose text pages begin.
#[derive(Clone, Debug)]
struct Counter {
    /// Bytes of text written so far.
    count: usize,
    /// Pages that begin in it, by offset.
    marks: VecDeque<(usize, PageMark)>,
}

/// The blocks that were being written when what is only in the e-book began.
#[derive(Debug)]
#[must_use]
pub(super) struct Paused(Vec<Counter>);

/// The page breaks of one section, handed out as its text is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaks {
    waiting: VecDeque<Waiting>,
    counters: Vec<Counter>,
    /// Marks whose place has gone by; they take the next place there is.
    overdue: VecDeque<PageMark>,
}

impl Breaks {
    /// The breaks of every section, and for each the page that is in force where it begins.
    pub(super) fn of_sections(
        pages: &[(Folio, Option<Start>)],
        sections: usize,
        index_of: impl Fn(SectionId) -> Option<usize>,
        words: &Words,
    ) -> Vec<(Breaks, Option<String>)> {
        let mut all = vec![(Breaks::default(), None); sections];
        let mut seen = BTreeSet::new();
        let mut last: Option<(usize, String)> = None;
        for (folio, start) in pages {
            let Some(start) = start else { continue };
            let label = folio.to_string();
            let Some(section) = index_of(start.node.section).filter(|section| *section < sections).filter(|_| seen.insert(label.clone())) else { continue };
            for (_, before) in all.iter_mut().take(section + 1).skip(last.as_ref().map_or(0, |(s, _)| s + 1)) {
                *before = last.as_ref().map(|(_, l)| l.clone());
            }
            let shown = folio.shown(words);
            let mark = PageMark { id: format!("page-{label}"), label: shown.clone() };
            all[section].0.waiting.push_back(Waiting { start: *start, mark });
            last = Some((section, shown));
        }
        for (_, before) in all.iter_mut().skip(last.as_ref().map_or(0, |(s, _)| s + 1)) {
            *before = last.as_ref().map(|(_, l)| l.clone());
        }
        for (breaks, _) in &mut all {
            breaks.waiting.make_contiguous().sort_by_key(|w| (w.start.node, w.start.offset));
        }
        all
    }

    /// A node begins. True if pages begin in it: then [`Breaks::leave`] must follow.
    pub(super) fn enter(&mut self, node: NodeId) -> bool {
        let mut marks = VecDeque::new();
        while let Some(first) = self.waiting.front().filter(|w| w.start.node <= node) {
            match first.start.node == node && first.start.offset > 0 {
                true => marks.push_back((first.start.offset, first.mark.clone())),
                false => self.overdue.push_back(first.mark.clone()),
            }
            self.waiting.pop_front();
        }
        if marks.is_empty() {
            return false;
        }
        self.counters.push(Counter { count: 0, marks });
        true
    }

    /// The innermost node that [`Breaks::enter`] was true for ends.
    pub(super) fn leave(&mut self) {
        if let Some(counter) = self.counters.pop() {
            self.overdue.extend(counter.marks.into_iter().map(|(_, mark)| mark));
        }
    }

    /// The marks that are due before anything else is written.
    pub(super) fn due(&mut self) -> Option<PageMark> {
        self.overdue.pop_front()
    }

    /// Everything that is left at the section's end.
    pub(super) fn rest(&mut self) -> Vec<PageMark> {
        while !self.counters.is_empty() {
            self.leave();
        }
        self.overdue.drain(..).chain(self.waiting.drain(..).map(|w| w.mark)).collect()
    }

    /// Where pages begin within a piece of text that is about to be written: byte offsets into it, at the beginning of words.
    pub(super) fn within(&mut self, text: &str) -> Vec<(usize, PageMark)> {
        let mut cuts = Vec::new();
        for counter in &mut self.counters {
            // The place that was looked at last, and where its word begins.
            let mut before = (0, 0);
            while let Some((offset, _)) = counter.marks.front().filter(|(offset, _)| *offset < counter.count + text.len()) {
                before = word_start(text, offset.saturating_sub(counter.count), before);
                cuts.extend(counter.marks.pop_front().map(|(_, mark)| (before.1, mark)));
            }
            counter.count += text.len();
        }
        cuts.sort_by_key(|(at, _)| *at);
        cuts
    }

    /// What follows stands on no page, and no page begins in it, until [`Breaks::go_on`] is given what this returns.
    pub(super) fn pause(&mut self) -> Paused {
        Paused(std::mem::take(&mut self.counters))
    }

    /// What follows stands on the pages again.
    pub(super) fn go_on(&mut self, paused: Paused) {
        self.counters = paused.0;
    }

    /// Whether text can be written without looking for breaks in it.
    pub(super) fn idle(&self) -> bool {
        self.counters.is_empty() && self.overdue.is_empty()
    }
}

/// A place that a character begins at, and the beginning of the word that it lies in: a page may begin within a divided word, its mark not.
/// `before` is the same for a place before it: no further back is looked, since a word may be as long as a book.
fn word_start(text: &str, offset: usize, before: (usize, usize)) -> (usize, usize) {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (from, start) = if before.0 <= at { before } else { (0, 0) };
    let blank = text.get(from..at).and_then(|between| between.char_indices().rev().find(|(_, c)| c.is_whitespace()));
    (at, blank.map_or(start, |(index, c)| from + index + c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn node(section: u32, index: u32) -> NodeId {
        NodeId { section: SectionId(section), index }
    }

    fn page(number: u32, section: u32, index: u32, offset: usize) -> (Folio, Option<Start>) {
        (Folio { number, roman: false }, Some(Start { node: node(section, index), offset }))
    }

    /// Sections that are called by their number.
    fn by_number(section: SectionId) -> Option<usize> {
        Some(section.0 as usize)
    }

    #[test]
    fn a_break_falls_at_the_beginning_of_the_word_it_divides() {
        let mut breaks = Breaks::of_sections(&[page(7, 0, 3, 14)], 1, by_number, &words("en")).remove(0).0;
        assert!(!breaks.enter(node(0, 2)));
        assert!(breaks.enter(node(0, 3)));
        assert!(breaks.within("0123 ").is_empty());
        let cuts = breaks.within("56 89abcdef");
        assert_eq!(cuts.iter().map(|(at, m)| (*at, m.label.as_str())).collect::<Vec<_>>(), [(3, "7")]);
        breaks.leave();
        assert!(breaks.idle());
    }

    #[test]
    fn a_break_whose_node_is_not_shown_takes_the_next_place() {
        let mut breaks = Breaks::of_sections(&[page(1, 0, 0, 0), page(2, 0, 3, 5), page(3, 0, 9, 0)], 1, by_number, &words("en")).remove(0).0;
        assert!(!breaks.enter(node(0, 4)));
        assert_eq!(breaks.due().map(|m| m.label).as_deref(), Some("1"));
        assert_eq!(breaks.due().map(|m| m.label).as_deref(), Some("2"));
        assert_eq!(breaks.due(), None);
        assert_eq!(breaks.rest().len(), 1);
    }

    #[test]
    fn every_section_knows_the_page_it_begins_on() {
        let all = Breaks::of_sections(&[page(1, 0, 0, 0), page(2, 0, 5, 0), page(3, 3, 0, 0)], 5, by_number, &words("en"));
        let before: Vec<_> = all.iter().map(|(_, page)| page.as_deref().unwrap_or("-")).collect();
        assert_eq!(before, ["-", "2", "2", "2", "3"]);
    }
}
