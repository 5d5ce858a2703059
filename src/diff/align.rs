//! Chapters and passages of two editions laid beside each other.

use std::collections::{BTreeMap, HashMap};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::pairs::{pairs, share};
use super::text::{Chapter, Passage};
use super::words::{Piece, pieces};
use super::{Change, ChangeKind, State};
use crate::memo::Key;

/// Chapters of other files and titles are the same if they share so many of their passages, in hundredths.
const ALIKE: usize = 50;
/// Words of a passage that is looked for elsewhere: shorter ones come again by chance.
const MOVES: usize = 4;

/// A passage that went, came or changed, before it is known what moved.
struct Event<'a> {
    /// Index of its chapter in the list of chapters that is given back.
    chapter: usize,
    old: Option<&'a Passage>,
    new: Option<&'a Passage>,
    kind: ChangeKind,
}

/// The chapters that are not as they were, and how many are.
pub(super) fn chapters(before: &[Chapter], after: &[Chapter]) -> (Vec<super::Chapter>, usize) {
    let matched = matched(before, after);
    let stays = ascending(&matched);
    let mut becomes = vec![None; before.len()];
    matched.iter().enumerate().for_each(|(new, old)| old.iter().for_each(|old| becomes[*old] = Some(new)));
    // A removed chapter is told where it stood: after the one that was before it.
    let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut place = 0;
    for (old, new) in becomes.iter().enumerate() {
        match new {
            Some(new) => place = new + 1,
            None => gone.entry(place).or_default().push(old),
        }
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (index, new) in after.iter().enumerate() {
        rows.extend(gone.remove(&index).into_iter().flatten().map(|old| Row { old: before.get(old), new: None, moved: false }));
        let old = matched.get(index).copied().flatten();
        rows.push(Row { old: old.and_then(|old| before.get(old)), new: Some(new), moved: old.is_some() && !stays[index] });
    }
    rows.extend(gone.into_values().flatten().map(|old| Row { old: before.get(old), new: None, moved: false }));
    let mut events: Vec<Event<'_>> = rows.iter().enumerate().flat_map(|(chapter, row)| row.events(chapter)).collect();
    find_moves(&mut events);
    let mut changes: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    events.iter().for_each(|event| changes.entry(event.chapter).or_default().push(event.change()));
    let told = rows.iter().enumerate().map(|(index, row)| row.told(changes.remove(&index).unwrap_or_default()));
    let (same, told): (Vec<_>, Vec<_>) = told.partition(super::Chapter::is_same);
    (told, same.len())
}

impl super::Chapter {
    fn is_same(&self) -> bool {
        self.state == State::Kept && !self.moved && self.was.is_none() && self.was_called.is_none() && self.changes.is_empty()
    }
}

/// A chapter in one edition or both.
struct Row<'a> {
    old: Option<&'a Chapter>,
    new: Option<&'a Chapter>,
    moved: bool,
}

impl<'a> Row<'a> {
    /// What is not the same in it, in the order of the new edition.
    fn events(&self, chapter: usize) -> Vec<Event<'a>> {
        let passages = |chapter: Option<&'a Chapter>| chapter.map_or(&[][..], |chapter| &chapter.passages);
        let (old, new) = (passages(self.old), passages(self.new));
        let gone = |passage| Event { chapter, old: Some(passage), new: None, kind: ChangeKind::Removed };
        let came = |passage| Event { chapter, old: None, new: Some(passage), kind: ChangeKind::Added };
        let mut events = Vec::new();
        let keys = |passages: &[Passage]| passages.iter().map(|passage| passage.key).collect::<Vec<Key>>();
        for op in capture_diff_slices(Algorithm::Patience, &keys(old), &keys(new)) {
            match op {
                DiffOp::Equal { .. } => {}
                DiffOp::Delete { .. } => events.extend(old[op.old_range()].iter().map(gone)),
                DiffOp::Insert { .. } => events.extend(new[op.new_range()].iter().map(came)),
                DiffOp::Replace { .. } => {
                    let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
                    events.extend(pairs(old, new).into_iter().map(|pair| match pair {
                        (Some(old), Some(new)) => Event { chapter, old: Some(old), new: Some(new), kind: ChangeKind::Changed },
                        (Some(old), None) => gone(old),
                        (None, new) => Event { chapter, old: None, new, kind: ChangeKind::Added },
                    }));
                }
            }
        }
        events
    }

    /// The chapter with its changes.
    fn told(&self, changes: Vec<Change>) -> super::Chapter {
        let shown = self.new.or(self.old);
        let differs = |of: fn(&Chapter) -> &String| self.old.zip(self.new).filter(|(old, new)| of(old) != of(new)).map(|(old, _)| of(old).clone());
        let state = match (self.old, self.new) {
            (None, _) => State::Added,
            (_, None) => State::Removed,
            _ => State::Kept,
        };
        let count = |wanted: fn(&Piece) -> Option<&String>| -> usize {
            let counted = changes.iter().filter(|change| change.kind != ChangeKind::Moved);
            counted.flat_map(|change| &change.pieces).filter_map(wanted).map(|text| text.split_whitespace().count()).sum()
        };
        super::Chapter {
            title: shown.map(|chapter| chapter.title.clone()).unwrap_or_default(),
            path: shown.map(|chapter| chapter.path.clone()).unwrap_or_default(),
            state,
            moved: self.moved,
            was: differs(|chapter| &chapter.path),
            was_called: differs(|chapter| &chapter.title),
            words_added: count(|piece| if let Piece::Added(text) = piece { Some(text) } else { None }),
            words_removed: count(|piece| if let Piece::Removed(text) = piece { Some(text) } else { None }),
            changes,
        }
    }
}

impl Event<'_> {
    fn change(&self) -> Change {
        let text = |passage: Option<&Passage>| passage.map(|passage| passage.text.clone()).unwrap_or_default();
        let pieces = match self.kind {
            ChangeKind::Added => vec![Piece::Added(text(self.new))],
            ChangeKind::Removed => vec![Piece::Removed(text(self.old))],
            ChangeKind::Changed => pieces(&text(self.old), &text(self.new)),
            ChangeKind::Moved => vec![Piece::Same(text(self.new))],
        };
        let heading = self.new.or(self.old).and_then(|passage| passage.heading.as_deref()).map(str::to_string);
        let spot = |passage: Option<&Passage>| passage.map(|passage| passage.spot.clone());
        Change { kind: self.kind, heading, at: spot(self.new), was: spot(self.old), pieces }
    }
}

/// For each chapter of the new edition the one of the old that it was: that of its file, else of its title, else the one that
/// shares most of its passages.
fn matched(before: &[Chapter], after: &[Chapter]) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let names: [fn(&Chapter) -> &str; 2] = [|chapter| &chapter.path, |chapter| &chapter.title];
    for name in names {
        // The first that is free of those with the same name.
        let mut free: HashMap<&str, Vec<usize>> = HashMap::new();
        let named = before.iter().enumerate().rev().filter(|(old, chapter)| !taken[*old] && !name(chapter).is_empty());
        named.for_each(|(old, chapter)| free.entry(name(chapter)).or_default().push(old));
        for (place, new) in found.iter_mut().zip(after).filter(|(place, _)| place.is_none()) {
            *place = free.get_mut(name(new)).and_then(Vec::pop);
            place.iter().for_each(|old| taken[*old] = true);
        }
    }
    for (place, new) in found.iter_mut().zip(after).filter(|(place, _)| place.is_none()) {
        let free = before.iter().enumerate().filter(|(old, _)| !taken[*old]);
        let shares = free.map(|(old, chapter)| (share(&chapter.passages, &new.passages), old)).filter(|(alike, _)| *alike >= ALIKE);
        *place = shares.max_by_key(|(alike, old)| (*alike, std::cmp::Reverse(*old))).map(|(_, old)| old);
        place.iter().for_each(|old| taken[*old] = true);
    }
    found
}

/// Which of the new chapters stand in the order in which they stood: those of the longest ascending row. The others moved.
fn ascending(matched: &[Option<usize>]) -> Vec<bool> {
    let mut best: Vec<(usize, Option<usize>)> = vec![(0, None); matched.len()];
    for at in 0..matched.len() {
        let Some(old) = matched[at] else { continue };
        let before = (0..at).filter(|earlier| matched[*earlier].is_some_and(|other| other < old)).max_by_key(|earlier| best[*earlier].0);
        best[at] = (before.map_or(1, |earlier| best[earlier].0 + 1), before);
    }
    let mut at = (0..matched.len()).filter(|at| matched[*at].is_some()).max_by_key(|at| best[*at].0);
    let mut row = vec![false; matched.len()];
    while let Some(place) = at {
        row[place] = true;
        at = best[place].1;
    }
    row
}

/// What went in one place and came in another moved.
fn find_moves(events: &mut Vec<Event<'_>>) {
    let long = |passage: &Passage| passage.text.split_whitespace().count() >= MOVES;
    let mut gone: HashMap<Key, Vec<usize>> = HashMap::new();
    for (index, event) in events.iter().enumerate().rev() {
        if let (ChangeKind::Removed, Some(old)) = (event.kind, event.old)
            && long(old)
        {
            gone.entry(old.key).or_default().push(index);
        }
    }
    let mut taken = vec![false; events.len()];
    for index in 0..events.len() {
        let (ChangeKind::Added, Some(new)) = (events[index].kind, events[index].new) else { continue };
        if let Some(from) = gone.get_mut(&new.key).and_then(Vec::pop) {
            events[index] = Event { old: events[from].old, kind: ChangeKind::Moved, ..events[index] };
            taken[from] = true;
        }
    }
    let mut taken = taken.into_iter();
    events.retain(|_| taken.next() == Some(false));
}
