//! The service: a press, who may ask it, and how a copy is had of it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use bytes::Bytes;

use crate::bulk::about::{Book, BookAbout};
use crate::bulk::edition;
use crate::diag::{Code, Diagnostics};
use crate::giving::page::{Pages, STYLE};
use crate::load::Ask;
use crate::memo::Key;
use crate::panics::guarded;
use crate::press::Press;
use crate::provenance::digest::Digested;
use crate::select::{Reader, match_reader};

use super::file::PublicFile;
use super::gate::{Gate, Limits, Refused};
use super::invited::{Invited, RosterFile};
use super::keys::ApiKeys;
use super::metrics::Metrics;
use super::origin::{Hosts, Proxies};

/// Selections whose plates are made before anybody asks.
const WARM: usize = 24;

/// Who may ask.
#[derive(Debug)]
pub enum Mode {
    /// Anybody, by the form.
    Open,
    /// Whom a roster names.
    Invited(RosterFile, RwLock<Arc<Invited>>),
}

/// How a service is to be.
#[derive(Debug)]
pub struct Settings {
    /// Who may ask.
    pub mode: Mode,
    /// Machines that may ask for more.
    pub keys: Option<ApiKeys>,
    /// Whose word on the client's address counts.
    pub proxies: Proxies,
    /// Hosts that are answered.
    pub hosts: Hosts,
    /// What all addresses begin with, if that is known: catalogues have whole addresses.
    pub base: Option<String>,
    /// How much is done at once.
    pub limits: Limits,
    /// Each request is told of, without a word on who asked.
    pub verbose: bool,
}

/// Why there is no copy.
#[derive(Clone, Debug)]
pub enum NoCopy {
    /// Later perhaps.
    Refused(Refused),
    /// What was asked cannot be.
    Input(String),
    /// It is not the fault of who asks.
    Fault,
}

/// The service.
#[derive(Debug)]
pub struct Service {
    press: Arc<Press>,
    /// Files that are the same for all, by their names: the style sheet and the pictures of covers.
    pub public: BTreeMap<String, PublicFile>,
    /// The book's pages.
    pub pages: Pages,
    /// What the form asks for.
    pub ask: Vec<Ask>,
    /// How it is to be.
    pub settings: Settings,
    /// Who may ask how often.
    pub gate: Gate,
    /// What was counted.
    pub metrics: Metrics,
    warm: AtomicBool,
    ending: AtomicBool,
}

impl Service {
    /// A service of a press.
    ///
    /// # Errors
    /// All that keeps the book from being read.
    pub fn new(press: Press, settings: Settings) -> Result<Service, Diagnostics> {
        let manuscript = press.project().manuscript();
        // Readers' own covers stand on readers' own pages. What a text asks for that only a roster has, nobody can give to a form: that is said now.
        let (nobody, targets) = match settings.mode {
            Mode::Open => (Reader::default(), BTreeSet::new()),
            Mode::Invited(..) => (press.nobody(), manuscript.stages.iter().map(|stage| stage.id.clone()).collect()),
        };
        let about = BookAbout::of(&press, &nobody, &targets)?;
        let pages = Pages::new(about.book);
        let style = (STYLE.to_string(), PublicFile::new(STYLE, Bytes::copy_from_slice(pages.css().as_bytes())));
        let covers = about.covers.into_iter().map(|(name, png)| {
            let file = PublicFile::new(&name, Bytes::from_owner(png));
            (name, file)
        });
        let has_ladder = !manuscript.stages.is_empty();
        let has_paths = !manuscript.paths.is_empty() || !manuscript.guides.is_empty();
        let ask = manuscript.book.ask.clone().unwrap_or_else(|| Ask::USUAL.to_vec()).into_iter().filter(|ask| match ask {
            Ask::Stage | Ask::From => has_ladder,
            Ask::Paths => has_paths,
            Ask::Name | Ask::Organisation => true,
        });
        Ok(Service {
            public: covers.chain([style]).collect(),
            pages,
            ask: ask.collect(),
            gate: Gate::new(settings.limits),
            metrics: Metrics::default(),
            warm: AtomicBool::new(false),
            ending: AtomicBool::new(false),
            press: Arc::new(press),
            settings,
        })
    }

    /// Whether copies are to be had without waiting for what is asked most, and it is not ending.
    pub fn is_ready(&self) -> bool {
        self.warm.load(Ordering::Relaxed) && !self.ending.load(Ordering::Relaxed)
    }

    /// What the book says of itself.
    pub fn book(&self) -> &Book {
        &self.pages.book
    }

    /// From now on it says that it ends.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Plates made so far.
    pub fn plates(&self) -> usize {
        self.press.plates().count
    }

    /// The readers of the roster, by invitation.
    pub fn invited(&self) -> Option<Arc<Invited>> {
        match &self.settings.mode {
            Mode::Open => None,
            Mode::Invited(_, now) => Some(now.read().unwrap_or_else(PoisonError::into_inner).clone()),
        }
    }

    /// Reads the roster anew. What is wrong with it leaves the old one as it is.
    ///
    /// # Errors
    /// What is wrong.
    pub fn read_roster(&self) -> Result<usize, Diagnostics> {
        let Mode::Invited(file, now) = &self.settings.mode else { return Ok(0) };
        let read = Invited::read(file, self.press.project())?;
        let count = read.readers().len();
        *now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        self.metrics.rosters.fetch_add(1, Ordering::Relaxed);
        Ok(count)
    }

    /// Makes the plates that are asked for most: those of the roster's readers, or those of the ladder's stages.
    pub fn warm_up(&self) {
        let readers: Vec<Reader> = match self.invited() {
            Some(invited) => invited.readers().iter().map(|job| job.entry.reader.clone()).collect(),
            None => {
                let stages = &self.book().stages;
                let named = Reader { name: self.ask.contains(&Ask::Name).then(|| "Reader".to_string()), ..Reader::default() };
                let staged = stages.iter().rev().map(|stage| named.clone().stage(&stage.id));
                if stages.is_empty() { vec![named] } else { staged.collect() }
            }
        };
        let mut shapes: BTreeMap<u128, (usize, Reader)> = BTreeMap::new();
        for reader in readers {
            if let Some(shape) = self.press.shape_of(&reader) {
                shapes.entry(Key::of(&shape).into()).or_insert((0, reader)).0 += 1;
            }
        }
        let mut shapes: Vec<(usize, Reader)> = shapes.into_values().collect();
        shapes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        for (_, reader) in shapes.into_iter().take(WARM) {
            if self.ending.load(Ordering::Relaxed) {
                return;
            }
            // What cannot be made is told to who asks for it.
            let _ = guarded(|| self.press.file(&reader, "pdf").map(drop));
        }
        self.warm.store(true, Ordering::Relaxed);
    }

    /// Digest of all that a reader's copy is made from.
    pub fn input(&self, reader: &Reader) -> String {
        edition::input(self.press.edition_id(), reader, self.press.project().options())
    }

    /// The name under which a reader saves a copy, without ending.
    pub fn stem(&self, reader: &Reader) -> String {
        let manuscript = self.press.project().manuscript();
        let target = match_reader(manuscript, reader).ok().and_then(|aim| manuscript.stages.get(aim.target?)).map(|stage| stage.id.as_str());
        crate::names::file_stem(reader.name.as_deref(), &manuscript.book.title, target)
    }

    /// A reader's copy, pressed on a thread that may block.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn copy(self: &Arc<Service>, reader: Reader, ending: &'static str) -> Result<Digested, NoCopy> {
        let turn = self.gate.turn().await.map_err(NoCopy::Refused)?;
        let service = self.clone();
        let pressed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let begun = Instant::now();
            let made = guarded(|| service.press.file(&reader, ending)).map_err(|_| NoCopy::Fault)?;
            match made {
                Ok(file) => {
                    service.metrics.made(ending, file.size(), begun.elapsed());
                    Ok(file)
                }
                Err(problems) => Err(of_the_reader(&service.press, &reader, &problems).map_or_else(
                    || {
                        service.metrics.failed();
                        NoCopy::Fault
                    },
                    NoCopy::Input,
                )),
            }
        });
        pressed.await.unwrap_or(Err(NoCopy::Fault))
    }

    /// Where the service's root is on its host: what stands before all paths, without a stroke at its end.
    pub fn root(&self) -> &str {
        let base = self.settings.base.as_deref().and_then(|base| base.split_once("://")).map_or("", |(_, rest)| rest);
        base.find('/').and_then(|at| base.get(at..)).unwrap_or("")
    }

    /// Formats that the service makes.
    pub fn endings(&self) -> Vec<&'static str> {
        self.press.project().options().endings()
    }

    /// Threads that may block at the same time, for who makes them.
    pub fn threads(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.settings.limits.working + 2).unwrap_or(NonZeroUsize::MIN)
    }
}

/// What of a book's problems is about what the reader asked for: that they may mend, all else is nobody's affair but the host's.
fn of_the_reader(press: &Press, reader: &Reader, problems: &Diagnostics) -> Option<String> {
    let said = |problems: &Diagnostics| problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ");
    if let Err(problems) = match_reader(press.project().manuscript(), reader) {
        return Some(said(&problems));
    }
    let letters: Diagnostics = problems.iter().filter(|problem| problem.code == Code::CharacterWithoutFont).cloned().collect();
    letters.has_errors().then(|| said(&letters))
}
