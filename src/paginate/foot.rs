//! Notes at the foot of the page: which fit, which part of a long one, and what is carried to the next page.

use crate::length::Length;

use super::plan::NotePiece;
use super::strip::Strip;

/// The foot of one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Foot {
    /// Height of the notes' lines on this page, without the space above them.
    pub used: Length,
    /// What does not fit and goes on overleaf: an index into [`Queues`], 0 for nothing.
    pub carry: u32,
}

/// Notes that wait for the next page, each from a line on. Kept apart so that a [`Foot`] stays small.
pub(super) struct Queues {
    list: Vec<Vec<(u32, u32)>>,
}

/// Whether notes have to be taken in although they do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Only what fits; of a note longer than half a page a part is enough.
    Fair,
    /// Everything; a note that does not fit begins overleaf.
    Must,
}

/// A part of a note shorter than this is not worth the parting.
const PART_LINES: usize = 2;

/// Most of a page that notes take while they can be parted: half, so that the text that calls them finds room.
fn most(strip: &Strip<'_>) -> Length {
    strip.height / 2
}

impl Queues {
    /// Nothing waits.
    pub fn new() -> Queues {
        Queues { list: vec![Vec::new()] }
    }

    /// Takes the notes that a line calls to the foot of its page. `room` is what lies between the line's bottom and the bottom
    /// of the page. Gives the new foot and the pieces that stand on this page, or nothing if the line has to move.
    pub fn call(&mut self, strip: &Strip<'_>, mut foot: Foot, notes: &[u32], room: Length, policy: Room, pieces: &mut Vec<NotePiece>) -> Option<Foot> {
        let mut waiting = self.list[foot.carry as usize].clone();
        for &index in notes {
            let Some(note) = strip.notes.get(index as usize) else { continue };
            if note.lines.is_empty() {
                continue;
            }
            let long = note.height > most(strip);
            let free = waiting.is_empty();
            let fits = free && !long && strip.foot(foot.used + note.height) <= room;
            let (to, height) = match policy {
                _ if fits => (note.lines.len(), note.height),
                Room::Must => (0, Length::ZERO),
                Room::Fair if free && long => take(strip, index, 0, (room - strip.notes_space).min(most(strip)) - foot.used),
                Room::Fair => return None,
            };
            if policy == Room::Fair && to < note.lines.len().min(PART_LINES) {
                return None;
            }
            foot.used += height;
            if to > 0 {
                pieces.push(NotePiece { note: index as usize, from: 0, to });
            }
            if to < note.lines.len() {
                waiting.push((index, to as u32));
            }
        }
        foot.carry = self.intern(waiting);
        Some(foot)
    }

    /// The foot of the next page, with what was carried over: at most half its height and at least a line, so that it ends.
    pub fn turn(&mut self, strip: &Strip<'_>, carry: u32, pieces: &mut Vec<NotePiece>) -> Foot {
        let mut waiting = self.list[carry as usize].clone();
        let mut used = Length::ZERO;
        let limit = most(strip);
        while let Some((note, from)) = waiting.first().copied() {
            let (mut to, mut height) = take(strip, note, from as usize, limit - used);
            if used == Length::ZERO && to == from as usize {
                (to, height) = (to + 1, strip.notes[note as usize].lines[to].extent());
            }
            used += height;
            if to > from as usize {
                pieces.push(NotePiece { note: note as usize, from: from as usize, to });
            }
            if to < strip.notes[note as usize].lines.len() {
                waiting[0].1 = to as u32;
                break;
            }
            waiting.remove(0);
        }
        Foot { used, carry: self.intern(waiting) }
    }

    fn intern(&mut self, waiting: Vec<(u32, u32)>) -> u32 {
        let known = self.list.iter().position(|q| *q == waiting);
        known.unwrap_or_else(|| {
            self.list.push(waiting);
            self.list.len() - 1
        }) as u32
    }
}

/// The lines of a note from `from` on that fit: the index after the last one, and their height.
fn take(strip: &Strip<'_>, note: u32, from: usize, room: Length) -> (usize, Length) {
    let lines = &strip.notes[note as usize].lines;
    let mut height = Length::ZERO;
    for (index, line) in lines.iter().enumerate().skip(from) {
        if height + line.extent() > room {
            return (index, height);
        }
        height += line.extent();
    }
    (lines.len(), height)
}
