//! Notes at the foot of the page: which fit, which part of a long one, and what is carried to the next page.

use crate::length::Length;

use super::cost;
use super::plan::NotePiece;
use super::strip::{Note, Strip};

/// The foot of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Foot {
    /// Height of the notes' lines on this page so far, without the space above them.
    pub used: Length,
    /// What still waits: an index into [`Queues`], 0 for nothing. When the page ends, as much of it as there is room for joins the
    /// page, and the rest goes on overleaf.
    pub carry: u32,
    /// Which of the notes that are called more than once are on this page: an index into [`Queues`], 0 for none.
    pub seen: u32,
}

/// Notes that wait, each from a line on. Kept apart so that a [`Foot`] stays small.
pub(super) struct Queues {
    list: Vec<Vec<(u32, u32)>>,
}

/// Whether notes have to be taken in although they do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Only what fits; of a note longer than half a page its first lines are enough.
    Fair,
    /// Everything: of any note its first lines are enough, and one that has no room at all begins overleaf.
    Must,
}

/// A part of a note shorter than this is not worth the parting.
const PART_LINES: usize = 2;

/// A note higher than this may be parted, and what is carried over takes no more of its page: half, so that text finds room.
fn most(strip: &Strip<'_>) -> Length {
    strip.height / 2
}

impl Queues {
    /// Nothing waits.
    pub fn new() -> Queues {
        Queues { list: vec![Vec::new()] }
    }

    /// Takes the notes that a line calls to the foot of its page, unless they are there. `room` is what lies between the line's bottom and the bottom
    /// of the page. Gives the new foot and the pieces that stand on this page, or nothing if the line has to move.
    ///
    /// Of a note that may be parted only the first lines are taken now: how many more find room is known when the page ends.
    pub fn call(&mut self, strip: &Strip<'_>, mut foot: Foot, notes: &[u32], room: Length, policy: Room, pieces: &mut Vec<NotePiece>) -> Option<Foot> {
        let mut waiting = self.list[foot.carry as usize].clone();
        let fits = |height: Length| height > Length::ZERO && strip.foot(height) <= room;
        for &index in notes {
            let Some(note) = strip.notes.get(index as usize) else { continue };
            if note.lines.is_empty() {
                continue;
            }
            if let Some(said) = note.said {
                let mut seen = self.list[foot.seen as usize].clone();
                if seen.contains(&(said, 0)) {
                    continue;
                }
                seen.push((said, 0));
                foot.seen = self.intern(seen);
            }
            // A note that has begun comes to its end before the next one begins.
            let rest: Length = waiting.iter().map(|(note, from)| strip.notes[*note as usize].height_from(*from as usize)).sum();
            if !waiting.is_empty() && fits(foot.used + rest) {
                foot.used += rest;
                waiting.drain(..).for_each(|(note, from)| add(pieces, note, from as usize, strip.notes[note as usize].lines.len()));
            }
            let free = waiting.is_empty();
            let whole = note.lines.len();
            let begun = (1..=PART_LINES.min(whole)).rev().find(|to| fits(foot.used + note.height_to(*to)));
            let to = match policy {
                _ if free && note.height <= most(strip) && fits(foot.used + note.height) => whole,
                Room::Fair if free && note.height > most(strip) => begun.filter(|to| *to == PART_LINES.min(whole))?,
                Room::Fair => return None,
                Room::Must if free => begun.unwrap_or(0),
                Room::Must => 0,
            };
            foot.used += note.height_to(to);
            add(pieces, index, 0, to);
            if to < whole {
                waiting.push((index, to as u32));
            }
        }
        foot.carry = self.intern(waiting);
        Some(foot)
    }

    /// The foot when its page ends: what waits takes the room that the text leaves, `room` with the space above the notes.
    pub fn fill(&mut self, strip: &Strip<'_>, foot: Foot, room: Length, pieces: &mut Vec<NotePiece>) -> Foot {
        if foot.carry == 0 {
            return foot;
        }
        let mut waiting = self.list[foot.carry as usize].clone();
        let used = take_first(strip, &mut waiting, foot.used, room - strip.notes_space, pieces);
        Foot { used, carry: self.intern(waiting), ..foot }
    }

    /// The foot of the next page, with what was carried over: at most half its height and at least a line, so that it ends.
    pub fn turn(&mut self, strip: &Strip<'_>, carry: u32, pieces: &mut Vec<NotePiece>) -> Foot {
        if carry == 0 {
            return Foot::default();
        }
        let mut waiting = self.list[carry as usize].clone();
        let mut used = take_first(strip, &mut waiting, Length::ZERO, most(strip), pieces);
        if used == Length::ZERO
            && let Some((note, from)) = waiting.first_mut()
        {
            used = strip.notes[*note as usize].lines[*from as usize].extent();
            add(pieces, *note, *from as usize, *from as usize + 1);
            *from += 1;
            waiting.retain(|(note, from)| (*from as usize) < strip.notes[*note as usize].lines.len());
        }
        Foot { used, carry: self.intern(waiting), ..Foot::default() }
    }

    /// What it costs that notes go on, or begin, on the next page, and that one that may be parted takes more than half of this page;
    /// `carry` is what waited before the page was filled.
    pub fn cost(&self, strip: &Strip<'_>, carry: u32, filled: Foot) -> i64 {
        if carry == 0 {
            return 0;
        }
        let cost = |(note, from): &(u32, u32)| {
            let note = &strip.notes[*note as usize];
            let lines = note.lines.len() as i64 - i64::from(*from);
            lines * cost::CARRIED_LINE
                + match from {
                    0 => cost::LATE_NOTE,
                    _ if note.height > most(strip) => cost::PARTED_NOTE,
                    _ => cost::PARTED_SHORT_NOTE,
                }
        };
        let over = i64::from((filled.used - most(strip)).max(Length::ZERO).raw() / strip.leading.raw());
        over * cost::CROWDED + self.list[filled.carry as usize].iter().map(cost).sum::<i64>()
    }

    fn intern(&mut self, waiting: Vec<(u32, u32)>) -> u32 {
        let known = self.list.iter().position(|q| *q == waiting);
        known.unwrap_or_else(|| {
            self.list.push(waiting);
            self.list.len() - 1
        }) as u32
    }
}

/// Notes a piece; what goes on where the last one ended becomes one with it.
fn add(pieces: &mut Vec<NotePiece>, note: u32, from: usize, to: usize) {
    let note = note as usize;
    match pieces.last_mut() {
        _ if from >= to => {}
        Some(last) if last.note == note && last.to == from => last.to = to,
        _ => pieces.push(NotePiece { note, from, to }),
    }
}

/// Moves what fits from the front of the queue to a foot that is filled to `used`, and gives its new height.
fn take_first(strip: &Strip<'_>, waiting: &mut Vec<(u32, u32)>, mut used: Length, limit: Length, pieces: &mut Vec<NotePiece>) -> Length {
    while let Some((note, from)) = waiting.first().copied() {
        let (to, height) = take(&strip.notes[note as usize], from as usize, limit - used);
        used += height;
        add(pieces, note, from as usize, to);
        if to < strip.notes[note as usize].lines.len() {
            waiting[0].1 = to as u32;
            break;
        }
        waiting.remove(0);
    }
    used
}

/// The lines of a note from `from` on that fit: the index after the last one, and their height. A single line is not left for overleaf.
fn take(note: &Note, from: usize, room: Length) -> (usize, Length) {
    let mut height = Length::ZERO;
    for (index, line) in note.lines.iter().enumerate().skip(from) {
        if height + line.extent() > room {
            let last = index + 1 == note.lines.len();
            return match index.checked_sub(1).filter(|before| last && *before >= from + PART_LINES) {
                Some(before) => (before, height - note.lines[before].extent()),
                None => (index, height),
            };
        }
        height += line.extent();
    }
    (note.lines.len(), height)
}
