//! The desk: the one thread at which the book is made, whenever a file or a choice changed, and where what came of it is laid out.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::diag::{Diagnostic, Diagnostics};
use crate::panics::guarded;

use super::book::{Book, Choices, Made, Shown, Source};
use super::change::{Change, change};
use super::proof::Proof;
use super::watch::{Folders, Touch, Watched, add, concerns};

/// So long after the last event it is taken that whoever writes is done.
const QUIET: Duration = Duration::from_millis(15);
/// The same where the file was closed or put in its place: what an editor does besides comes in the next instant.
const SETTLED: Duration = Duration::from_millis(3);
/// More files than these at once are no editor's work, and more of them will follow.
const FEW: usize = 3;
/// However much goes on, after this time the book is made.
const LONGEST: Duration = Duration::from_millis(400);
/// The same for many files.
const LONGEST_OF_MANY: Duration = Duration::from_secs(5);
/// How often somebody looks whether what is not there has come.
const LOOK: Duration = Duration::from_millis(500);

/// So long after the last change the book is checked for all its readers.
const IDLE: Duration = Duration::from_millis(800);

/// What the desk is told.
enum Told {
    Touched(Touch),
    Chosen(Choices),
    Closed,
}

/// Where the book is made and laid out.
pub(super) struct Desk {
    /// What the book is made from.
    pub source: Source,
    told: Mutex<Sender<Told>>,
    /// Something was told, so that what can wait is called off.
    busy: Arc<AtomicBool>,
    shown: watch::Sender<Arc<Shown>>,
    reports: Mutex<Reports>,
    reported: Condvar,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").finish_non_exhaustive()
    }
}

/// What came of making the book.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How often it was made so far.
    pub number: u64,
    /// Pages; none while the source is broken.
    pub pages: Option<usize>,
    /// Pages that are new.
    pub changed: usize,
    /// The page of the change, counted from 1.
    pub place: Option<usize>,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
    /// Time that it took.
    pub took: Duration,
}

#[derive(Default)]
struct Reports {
    last: Option<Report>,
    ended: bool,
}

impl Desk {
    /// Begins to watch, and to make the book.
    pub fn open(source: Source) -> Arc<Desk> {
        let (told, heard) = mpsc::channel();
        let choices = Choices::of(&source);
        let (shown, _) = watch::channel(Arc::new(Shown { choices: choices.clone(), ..Shown::default() }));
        let busy = Arc::new(AtomicBool::new(false));
        let desk =
            Desk { source: source.clone(), told: Mutex::new(told.clone()), busy: busy.clone(), shown, reports: Mutex::default(), reported: Condvar::new() };
        let desk = Arc::new(desk);
        let watched = Watched::new(move |touch| {
            // What editors keep beside a file calls no work off.
            if touch.path.as_deref().is_none_or(concerns) {
                busy.store(true, Ordering::Relaxed);
            }
            drop(told.send(Told::Touched(touch)));
        });
        let worker = Worker { book: Book::new(source), choices, watched, folders: Folders::new(), shown: Shown::default(), checked: false, desk: desk.clone() };
        let named = std::thread::Builder::new().name("desk".to_string());
        let ending = desk.clone();
        let work = move || {
            // However it ends, nobody waits for a report any more.
            let _ = guarded(|| worker.run(&heard));
            ending.end();
        };
        if named.spawn(work).is_err() {
            desk.end();
        }
        desk
    }

    /// What is shown now, and whatever comes after it.
    pub fn shown(&self) -> watch::Receiver<Arc<Shown>> {
        self.shown.subscribe()
    }

    /// Makes the book for other choices.
    pub fn choose(&self, choices: Choices) {
        self.tell(Told::Chosen(choices));
    }

    /// Ends the work.
    pub fn close(&self) {
        self.tell(Told::Closed);
        self.end();
    }

    /// Waits for a report of a higher number than this.
    pub fn report(&self, seen: u64) -> Option<Report> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |reports: &mut Reports| !reports.ended && reports.last.as_ref().is_none_or(|report| report.number <= seen);
        let reports = self.reported.wait_while(reports, waits).unwrap_or_else(PoisonError::into_inner);
        reports.last.clone().filter(|report| report.number > seen)
    }

    fn tell(&self, told: Told) {
        self.busy.store(true, Ordering::Relaxed);
        // Nobody hears it once the work has ended.
        let _ = self.told.lock().unwrap_or_else(PoisonError::into_inner).send(told);
    }

    fn tell_report(&self, report: Report) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).last = Some(report);
        self.reported.notify_all();
    }

    fn end(&self) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.reported.notify_all();
    }
}

/// What works at the desk.
struct Worker {
    book: Book,
    choices: Choices,
    watched: Watched,
    /// Folders that the last sound book was read from, and since then others that could not be read; what is missing is waited for there.
    folders: Folders,
    shown: Shown,
    /// The book as it is was checked for all its readers.
    checked: bool,
    desk: Arc<Desk>,
}

impl Worker {
    fn run(mut self, heard: &Receiver<Told>) {
        let mut number = 0;
        let mut look_again = false;
        // What changes while the book is made for the first time is seen too.
        self.folders = self.book.named_folders(&self.choices);
        self.watched.set(&self.folders);
        loop {
            number += 1;
            look_again = self.make(number, look_again);
            if look_again {
                // Something may have happened before the new folders were watched.
                continue;
            }
            match self.wait(heard) {
                Some(folders) => look_again = folders,
                None => return,
            }
        }
    }

    /// Makes the book and shows it. With `look` the folders are looked through anew. Says whether it has to be made again at once, because
    /// more is watched now than before.
    fn make(&mut self, number: u64, look: bool) -> bool {
        self.checked = false;
        let begun = Instant::now();
        let Made { proof, mut folders, home } = self.book.make(&self.choices, self.shown.proof.as_deref());
        let mut report = Report { number, ..Report::default() };
        self.shown.home = home;
        match proof {
            Ok(proof) => self.lay_out(Arc::new(proof), &mut report),
            Err(problems) => {
                report.diagnostics = problems.clone();
                let again = self.shown.begun && self.shown.choices == self.choices && self.shown.problems.iter().eq(problems.iter());
                self.shown.change = Change::default();
                self.shown.problems = problems;
                self.publish(!again);
            }
        }
        report.took = begun.elapsed();
        // A book that was read says where it lies. One that was not may come back where it was.
        if report.pages.is_none() {
            add(&mut folders, self.folders.clone());
        }
        let others = folders != self.folders;
        self.folders = folders;
        let again = (look || others || self.watched.misses()) && self.watched.set(&self.folders);
        self.desk.tell_report(report);
        again
    }

    /// Shows a new proof.
    fn lay_out(&mut self, proof: Arc<Proof>, report: &mut Report) {
        // The one before is let go of only when the new one is out.
        let before = self.shown.proof.replace(proof.clone());
        self.shown.change = match &before {
            Some(before) => change(before, &proof),
            None => Change { pages: (0..proof.keys.len()).collect(), ..Change::default() },
        };
        let same_choices = self.shown.choices == self.choices;
        if !same_choices {
            // Nobody looks for what their own choice changed.
            self.shown.change = Change { pages: std::mem::take(&mut self.shown.change.pages), ..Change::default() };
        }
        let same = before
            .as_ref()
            .is_some_and(|before| before.keys.len() == proof.keys.len() && before.warnings.iter().eq(proof.warnings.iter()) && before.says_as(&proof));
        let unchanged = same_choices && same && self.shown.problems.is_empty() && self.shown.change.pages.is_empty();
        self.shown.problems = Diagnostics::new();
        self.publish(!unchanged);
        let change = &self.shown.change;
        report.pages = Some(proof.keys.len());
        (report.changed, report.place) = (change.pages.len(), change.place.map(|page| page + 1));
        report.diagnostics = proof.warnings.clone();
    }

    /// Checks the book for all its readers, while nothing else is to be done.
    fn check(&mut self) {
        self.checked = true;
        if !self.shown.problems.is_empty() {
            return;
        }
        let busy = self.desk.busy.clone();
        let found = self.book.check(&self.choices, &busy);
        self.checked = found.is_some() || !busy.load(Ordering::Relaxed);
        let own = self.shown.proof.clone();
        let is_own = |warning: &Diagnostic| own.iter().any(|proof| proof.warnings.iter().any(|own| own == warning));
        let mut elsewhere = Diagnostics::new();
        found.iter().flat_map(|found| found.iter()).filter(|warning| !is_own(warning)).for_each(|warning| elsewhere.push(warning.clone()));
        if found.is_some() && elsewhere.iter().ne(self.shown.elsewhere.iter()) {
            self.shown.elsewhere = elsewhere;
            self.shown.change = Change::default();
            self.publish(true);
        }
    }

    /// Puts out what is shown; those who look are told if there is something new in it.
    fn publish(&mut self, new: bool) {
        self.shown.version += u64::from(new);
        self.shown.begun = true;
        self.shown.choices = self.choices.clone();
        let shown = Arc::new(self.shown.clone());
        self.desk.shown.send_if_modified(|now| {
            *now = shown;
            new
        });
    }

    /// Waits until something happened and those who do it are done. Says whether folders may have come or gone; `None` at the end.
    fn wait(&mut self, heard: &Receiver<Told>) -> Option<bool> {
        let mut burst = Burst::default();
        loop {
            let idle = || match () {
                () if !self.checked => IDLE,
                () if self.watched.misses() => LOOK,
                () => Duration::from_secs(3600),
            };
            let timeout = burst.rest().unwrap_or_else(idle);
            if burst.begun.is_none() {
                // What was told before is heard now, and what is told from here on calls the work off that comes after the silence.
                self.desk.busy.store(false, Ordering::Relaxed);
            }
            match heard.recv_timeout(timeout) {
                Ok(Told::Touched(touch)) if !self.watched.concerns(&touch) => {}
                Ok(Told::Touched(touch)) => {
                    if touch.folders
                        && let Some(path) = &touch.path
                        && !path.exists()
                    {
                        self.watched.forget(path);
                    }
                    burst.touched(touch);
                }
                Ok(Told::Chosen(choices)) => {
                    self.choices = choices;
                    burst.chosen();
                }
                Ok(Told::Closed) | Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if burst.begun.is_some() => return Some(burst.folders),
                Err(RecvTimeoutError::Timeout) if !self.checked => self.check(),
                Err(RecvTimeoutError::Timeout) if self.watched.misses() => return Some(true),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// Events that come so close upon each other that they are one change.
#[derive(Default)]
struct Burst {
    begun: Option<Instant>,
    last: Option<Instant>,
    paths: BTreeSet<PathBuf>,
    settled: bool,
    folders: bool,
}

impl Burst {
    fn touched(&mut self, touch: Touch) {
        self.settled = touch.settled;
        self.folders |= touch.folders;
        if self.paths.len() <= FEW {
            self.paths.extend(touch.path);
        }
        self.heard();
    }

    fn chosen(&mut self) {
        self.settled = true;
        self.heard();
    }

    fn heard(&mut self) {
        let now = Instant::now();
        self.begun.get_or_insert(now);
        self.last = Some(now);
    }

    /// How long to wait for more; nothing before anything has happened.
    fn rest(&self) -> Option<Duration> {
        let (begun, last) = (self.begun?, self.last?);
        let many = self.paths.len() > FEW;
        let quiet = if self.settled && !many { SETTLED } else { QUIET };
        let longest = if many { LONGEST_OF_MANY } else { LONGEST };
        Some((last + quiet).min(begun + longest).saturating_duration_since(Instant::now()))
    }
}
