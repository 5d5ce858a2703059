//! A round: all letters of a campaign, one after another, each once. What is refused for now is tried again, later each time.

use std::collections::VecDeque;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use lettre::Address;

use crate::giving::ledger::{Entry, Fate, Ledger};

use super::server::{Outcome, Post, Server, Stopped};

/// So many readers in a row whose letters are refused for good, and none before that was taken: it is the sender who is refused.
const ALL_REFUSED: usize = 20;

/// No letter waits longer than this for its next try.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// How quickly, and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// The least time from the beginning of one letter to that of the next.
    pub gap: Duration,
    /// How often a letter is tried in one round.
    pub tries: u32,
    /// How long a letter that is refused for now waits; twice as long each time.
    pub wait: Duration,
}

impl Pace {
    /// How long to wait after this many tries.
    fn wait_after(&self, tries: u32) -> Duration {
        self.wait.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1))).min(LONGEST_WAIT)
    }
}

/// A letter that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Who the reader is, for the ledger.
    pub reader: String,
    /// The name of the copy's files.
    pub name: String,
    /// Where it goes.
    pub to: Address,
    /// `<…@…>`.
    pub message_id: String,
}

/// How a round went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many letters the server took.
    pub sent: usize,
    /// Refused for good.
    pub refused: Vec<Entry>,
    /// Refused for now, as often as they were tried.
    pub waiting: Vec<Entry>,
    /// With an unknown fate.
    pub unknown: Vec<Entry>,
    /// Not to be made: the names of the copies and why.
    pub unmade: Vec<(String, String)>,
    /// How many letters were not come to, and why.
    pub stopped: Option<(usize, String)>,
}

/// All that a round needs.
#[derive(Debug)]
pub struct Round<'r> {
    /// Where letters are taken.
    pub server: &'r Server,
    /// Who writes.
    pub from: &'r Address,
    /// How quickly.
    pub pace: Pace,
    /// What became of each.
    pub ledger: &'r mut Ledger,
}

/// A parcel that was tried already.
struct Tried {
    parcel: Parcel,
    tries: u32,
    due: Instant,
}

impl Round<'_> {
    /// Sends them all. `write` makes a letter when its turn has come; `tell` hears what became of each.
    ///
    /// # Errors
    /// When the ledger cannot be written: then nothing more is sent, for nobody would know.
    pub fn run(&mut self, parcels: Vec<Parcel>, write: &dyn Fn(&Parcel) -> Result<Vec<u8>, String>, tell: &mut dyn FnMut(&Entry)) -> io::Result<Report> {
        let mut report = Report::default();
        let (mut new, mut again): (VecDeque<Parcel>, Vec<Tried>) = (parcels.into(), Vec::new());
        let mut post = Post::new(self.server);
        let mut next = Instant::now();
        let (mut in_vain, mut calls) = (0, 0);
        loop {
            let due = again.iter().enumerate().min_by_key(|(_, tried)| tried.due).map(|(at, tried)| (at, tried.due));
            let (parcel, tries) = match (due, new.pop_front()) {
                (Some((at, due)), first) if due <= Instant::now() || first.is_none() => {
                    first.into_iter().for_each(|parcel| new.push_front(parcel));
                    sleep(due.saturating_duration_since(Instant::now()));
                    let tried = again.swap_remove(at);
                    (tried.parcel, tried.tries)
                }
                (_, Some(parcel)) => (parcel, 0),
                (_, None) => break,
            };
            sleep(next.saturating_duration_since(Instant::now()));
            next = Instant::now() + self.pace.gap;
            let letter = match write(&parcel) {
                Ok(letter) => letter,
                Err(why) => {
                    report.unmade.push((parcel.name, why));
                    continue;
                }
            };
            let outcome = match self.deliver(&mut post, &parcel, &letter) {
                Ok(outcome) => outcome,
                Err(Stopped::Ledger(error)) => return Err(error),
                Err(Stopped::Unreachable(_)) if calls + 1 < self.pace.tries => {
                    calls += 1;
                    sleep(self.pace.wait_after(calls));
                    // The letter is as it was.
                    again.push(Tried { parcel, tries, due: Instant::now() });
                    continue;
                }
                Err(Stopped::Server(why) | Stopped::Unreachable(why)) => {
                    report.stopped = Some((new.len() + again.len() + 1, why));
                    break;
                }
            };
            calls = 0;
            let tries = tries + 1;
            let (fate, answer) = match &outcome {
                Outcome::Taken(answer) => (Fate::Sent, answer),
                Outcome::Refused(answer) => (Fate::Refused, answer),
                Outcome::Unknown(answer) => (Fate::Unknown, answer),
                Outcome::Later(answer) | Outcome::Unsent(answer) => (Fate::Waiting, answer),
            };
            let entry = self.ledger.entry(&parcel.reader, &parcel.name, parcel.to.as_ref(), &parcel.message_id, fate, answer);
            self.ledger.write(entry.clone())?;
            tell(&entry);
            in_vain = if fate == Fate::Refused { in_vain + 1 } else { 0 };
            match fate {
                Fate::Sent => report.sent += 1,
                Fate::Refused => report.refused.push(entry),
                Fate::Waiting if tries < self.pace.tries => again.push(Tried { parcel, tries, due: Instant::now() + self.pace.wait_after(tries) }),
                Fate::Waiting => report.waiting.push(entry),
                Fate::Unknown | Fate::Sending => report.unknown.push(entry),
            }
            if in_vain >= ALL_REFUSED && report.sent == 0 {
                report.stopped = Some((new.len() + again.len(), format!("it refused each of the first {in_vain} letters")));
                break;
            }
        }
        post.end();
        Ok(report)
    }

    /// Brings one letter to the server, and writes down that it is on its way.
    fn deliver(&mut self, post: &mut Post<'_>, parcel: &Parcel, letter: &[u8]) -> Result<Outcome, Stopped> {
        let ledger = &mut *self.ledger;
        let mut begun = || ledger.write(ledger.entry(&parcel.reader, &parcel.name, parcel.to.as_ref(), &parcel.message_id, Fate::Sending, ""));
        post.deliver(self.from, &parcel.to, letter, &mut begun)
    }
}
