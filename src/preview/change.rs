//! What is new on the pages of a proof against the one before it.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::length::{Length, Point, Size};
use crate::memo::Key;

use super::lines::PageLine;
use super::proof::Proof;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Change {
    /// Pages that look otherwise than the page of their number did, or that had none before; counted from 0.
    pub pages: Vec<usize>,
    /// The page where somebody who made the change would look.
    pub place: Option<usize>,
    /// Lines that were not there before, with their pages.
    pub marks: Vec<(usize, (Point, Size))>,
}

/// More lines than these are not marked: nobody would see what is meant.
const MARKS: usize = 60;

/// Compares two proofs.
pub(super) fn change(before: &Proof, after: &Proof) -> Change {
    let pages = (0..after.keys.len()).filter(|page| before.keys.get(*page).map(|keys| keys.whole) != after.keys.get(*page).map(|keys| keys.whole)).collect();
    let bodies = |proof: &Proof| proof.keys.iter().map(|keys| keys.body).collect::<HashSet<Key, RandomState>>();
    let (old, new) = (bodies(before), bodies(after));
    let fresh: Vec<usize> = (0..after.keys.len()).filter(|page| after.keys.get(*page).is_some_and(|keys| !old.contains(&keys.body))).collect();
    // Another theme, another page: everything is new, and so nothing is.
    if fresh.is_empty() || fresh.len() > 8 && fresh.len() * 2 > after.keys.len() {
        return Change { pages, ..Change::default() };
    }
    let gone = (0..before.keys.len()).filter(|page| before.keys.get(*page).is_some_and(|keys| !new.contains(&keys.body)));
    let known: HashSet<(String, Length), RandomState> = gone.flat_map(|page| before.lines(page)).map(named).collect();
    let is_text = |page: &usize| after.pages.layout.pages.get(*page).is_some_and(|page| page.start.is_some());
    let mut marks = Vec::new();
    // What the book makes itself, such as contents and index, changes with the text: the text is meant, if it changed too.
    let (text, own): (Vec<usize>, Vec<usize>) = fresh.into_iter().partition(is_text);
    let meant = if text.is_empty() { own } else { text };
    for page in &meant {
        let lines = after.lines(*page).into_iter().filter(|line| !known.contains(&(line.text.clone(), line.size)));
        marks.extend(lines.map(|line| (*page, line.area())));
        if marks.len() > MARKS {
            break;
        }
    }
    let place = marks.first().map(|(page, _)| *page).or(meant.first().copied());
    marks.truncate(MARKS);
    Change { pages, place, marks }
}

fn named(line: PageLine) -> (String, Length) {
    (line.text, line.size)
}
