//! The run: copies are made side by side, written whole, and told of in the roster's order.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use crate::book::PlatesMade;
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::reason;
use crate::provenance::digest::Digested;
use crate::select::Reader;

use super::archive::{self, Archive};
use super::check::Job;
use super::manifest::{self, FileRecord, ManifestWriter, Record, Status};
use super::naming::short;
use super::order::ByPlate;
use super::shard::Shard;
use super::shelf::{Finished, Out, Shelf};
use super::work::{private, suffix};

/// So many copies, for each that is being made, may be ahead of the one whose line comes next in the manifest.
const AHEAD: usize = 256;

/// So many different warnings are told.
const MOST_WARNINGS: usize = 200;

/// A finished file of a copy: its ending and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// `pdf` or `epub`.
    pub ending: &'static str,
    /// The whole file.
    pub file: Digested,
}

/// A finished copy.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    /// Its files, in the order of [`Press::endings`].
    pub files: Vec<Made>,
    /// What the book asked for and did not get.
    pub warnings: Diagnostics,
}

/// Makes copies.
pub trait Press: Sync {
    /// The reader's files.
    ///
    /// # Errors
    /// All that stands against this reader's copy.
    fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics>;

    /// The endings of a copy's files.
    fn endings(&self) -> Vec<&'static str>;

    /// Digest of all that the reader's copy is made from.
    fn input(&self, reader: &Reader) -> String;

    /// The same for readers whose copies share a plate, as a digest.
    fn shape(&self, reader: &Reader) -> u128;

    /// What has been made once for many copies.
    fn plates(&self) -> PlatesMade;

    /// Id of the edition.
    fn edition(&self) -> &str;
}

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the files go.
    pub out: Out,
    /// Threads to work with.
    pub jobs: usize,
    /// This machine's share.
    pub shard: Shard,
    /// Leave what is right already.
    pub resume: bool,
    /// Zip files in place of, or beside, the copies.
    pub archive: Option<Archive>,
}

/// What happened to one copy, for a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was made; bytes written.
    Made(u64),
    /// It was right already.
    Kept,
    /// It could not be made; the file's name and why.
    Failed(String, String),
    /// The book asked for something and did not get it. Told once, whichever copies it is about.
    Warned(Diagnostic),
}

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Copies made.
    pub made: u64,
    /// Copies that were right already.
    pub kept: u64,
    /// Copies that failed.
    pub failed: u64,
    /// Bytes written.
    pub bytes: u64,
    /// What was made once for many copies.
    pub plates: PlatesMade,
}

/// A copy that was dealt with.
struct Done {
    sequence: u64,
    record: Record,
    event: Event,
    warnings: Diagnostics,
    time: Duration,
}

/// Makes all copies of this share. A copy that fails stops no other.
///
/// # Errors
/// When nothing can be written where the copies should go.
pub fn run(jobs: impl Iterator<Item = Job>, press: &dyn Press, settings: &Settings, tell: &mut dyn FnMut(&Event)) -> Result<Outcome, Diagnostic> {
    let (shelf, work) = settings.out.open(settings.shard, settings.resume)?;
    let trouble = |e: std::io::Error| Diagnostic::error(format!("the copies cannot be put in their place: {}", why(&e)));
    let desks = Desks::new(settings.jobs.max(1))
        .map_err(|e| Diagnostic::error(format!("{} threads cannot be started: {e}", settings.jobs)).hint("ask for fewer with `--jobs`"))?;
    let log = work.path(LOG);
    let mut books = Books {
        manifest: ManifestWriter::begin(&work).map_err(trouble)?,
        log: BufWriter::new(private(&log).map_err(trouble)?),
        outcome: Outcome::default(),
        warned: HashSet::new(),
    };
    let (to_do, tasks) = channel::<(u64, Job)>();
    let tasks = Mutex::new(tasks);
    let (tell_done, done) = channel::<Done>();
    let maker = Maker { press, settings, shelf: shelf.as_ref(), desks: &desks, endings: press.endings() };
    let workers = settings.jobs.max(1) * (1 + shelf.waiting());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (tasks, tell_done, maker) = (&tasks, tell_done.clone(), &maker);
            scope.spawn(move || maker.work_off(tasks, &tell_done));
        }
        drop(tell_done);
        let jobs = jobs.filter(|job| settings.shard.takes(job.entry.row));
        let jobs = ByPlate::new(jobs, |job: &Job| press.shape(&job.entry.reader), workers * AHEAD / 2, settings.jobs);
        hand_out(jobs, to_do, &done, workers * AHEAD, |done| books.enter(&done, tell))
    })
    .map_err(trouble)?;
    let Books { manifest, log: mut written, mut outcome, .. } = books;
    outcome.plates = press.plates();
    written.flush().map_err(trouble)?;
    let manifest: PathBuf = manifest.end().map_err(trouble)?;
    if settings.archive == Some(Archive::Group) {
        archive::groups(&work, shelf.as_ref(), settings).map_err(trouble)?;
    }
    shelf.put_file(&log_name(settings.shard), &log).map_err(trouble)?;
    shelf.put_file(&manifest::file_name(settings.shard), &manifest).map_err(trouble)?;
    drop(shelf);
    work.end();
    Ok(outcome)
}

/// The log of times in the working folder.
const LOG: &str = "log.jsonl";

/// Name of a share's log of times.
pub fn log_name(shard: Shard) -> String {
    format!("bulk{}.log.jsonl", suffix(shard))
}

/// Why something could not be written or read. A bucket's own words stay as they are.
fn why(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::Other { error.to_string() } else { reason(error) }
}

/// Gives out tasks and takes in results in the order of their numbers, never more than `ahead` apart.
fn hand_out(
    mut jobs: impl Iterator<Item = (u64, Job)>,
    to_do: Sender<(u64, Job)>,
    done: &Receiver<Done>,
    ahead: usize,
    mut enter: impl FnMut(Done) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut waiting: BTreeMap<u64, Done> = BTreeMap::new();
    let (mut given, mut entered) = (0u64, 0u64);
    let mut to_do = Some(to_do);
    loop {
        while to_do.is_some() && given - entered < ahead as u64 {
            match (jobs.next(), &to_do) {
                (Some(job), Some(sender)) => {
                    // Workers last until the sender is gone.
                    let _ = sender.send(job);
                    given += 1;
                }
                _ => to_do = None,
            }
        }
        if entered == given {
            return Ok(());
        }
        let Ok(result) = done.recv() else { return Err(std::io::Error::other("the work broke off")) };
        waiting.insert(result.sequence, result);
        while let Some(next) = waiting.remove(&entered) {
            enter(next)?;
            entered += 1;
        }
    }
}

/// The manifest, and the log of times apart from it.
struct Books {
    manifest: ManifestWriter,
    log: BufWriter<File>,
    outcome: Outcome,
    /// Warnings that were told.
    warned: HashSet<u128>,
}

impl Books {
    fn enter(&mut self, done: &Done, tell: &mut dyn FnMut(&Event)) -> std::io::Result<()> {
        self.manifest.add(&done.record)?;
        writeln!(self.log, "{{\"copy\":{},\"seconds\":{:.6}}}", done.record.copy, done.time.as_secs_f64())?;
        match &done.event {
            Event::Made(bytes) => {
                self.outcome.made += 1;
                self.outcome.bytes += bytes;
            }
            Event::Kept => self.outcome.kept += 1,
            Event::Failed(..) => self.outcome.failed += 1,
            Event::Warned(_) => {}
        }
        for warning in done.warnings.iter() {
            if self.warned.len() < MOST_WARNINGS && self.warned.insert(short(&warning.to_string())) {
                tell(&Event::Warned(warning.clone()));
            }
        }
        tell(&done.event);
        Ok(())
    }
}

/// What the workers share.
struct Maker<'a> {
    press: &'a dyn Press,
    settings: &'a Settings,
    shelf: &'a dyn Shelf,
    desks: &'a Desks,
    /// Endings of a copy's files.
    endings: Vec<&'static str>,
}

/// Where copies are made: a thread for each copy that is in the making. A copy waits for the plate that another one makes,
/// and that must not keep a thread from the work on this very plate; so no two copies share threads.
struct Desks {
    free: Mutex<Receiver<ThreadPool>>,
    back: Sender<ThreadPool>,
}

impl Desks {
    fn new(count: usize) -> Result<Desks, rayon::ThreadPoolBuildError> {
        let (back, free) = channel();
        for _ in 0..count {
            // The receiver is at hand.
            let _ = back.send(rayon::ThreadPoolBuilder::new().num_threads(1).build()?);
        }
        Ok(Desks { free: Mutex::new(free), back })
    }

    /// Does something at a desk as soon as one is free.
    fn work<T: Send>(&self, task: impl FnOnce() -> T + Send) -> T {
        let desk = self.free.lock().unwrap_or_else(PoisonError::into_inner).recv();
        // There is always one that comes back.
        let Ok(desk) = desk else { return task() };
        let result = catch_unwind(AssertUnwindSafe(|| desk.install(task)));
        let _ = self.back.send(desk);
        result.unwrap_or_else(|broken| resume_unwind(broken))
    }
}

impl Maker<'_> {
    fn work_off(&self, tasks: &Mutex<Receiver<(u64, Job)>>, done: &Sender<Done>) {
        loop {
            let task = tasks.lock().map(|tasks| tasks.recv());
            let Ok(Ok((sequence, job))) = task else { return };
            let started = Instant::now();
            let (record, event, warnings) = self.deal_with(job);
            if done.send(Done { sequence, record, event, warnings, time: started.elapsed() }).is_err() {
                return;
            }
        }
    }

    fn deal_with(&self, job: Job) -> (Record, Event, Diagnostics) {
        let input = self.press.input(&job.entry.reader);
        let kept = self.shelf.known(&job.name, self.wanted(), &input);
        let was_kept = kept.is_some();
        let mut warnings = Diagnostics::new();
        let result = match kept {
            Some(files) => Ok(files),
            None => self.make(&job, &input).map(|(files, said)| {
                warnings = said;
                files
            }),
        };
        let Job { entry, name, stage } = job;
        let mut record = Record {
            row: entry.row,
            copy: entry.reader.copy.unwrap_or(entry.row),
            name,
            reader: entry.reader.name,
            email: entry.reader.email,
            organisation: entry.reader.organisation,
            group: entry.group,
            stage,
            edition: self.press.edition().to_string(),
            input,
            status: Status::Made,
            files: Vec::new(),
            error: None,
        };
        match result {
            Ok(files) => {
                let bytes = files.iter().map(|f| f.bytes).sum();
                (Record { files, ..record }, if was_kept { Event::Kept } else { Event::Made(bytes) }, warnings)
            }
            Err(problems) => {
                let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
                record.status = Status::Failed;
                record.error = Some(problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join("; "));
                let event = Event::Failed(record.name.clone(), text.join("\n"));
                (record, event, warnings)
            }
        }
    }

    /// The endings of what is put on the shelf for a copy.
    fn wanted(&self) -> &[&'static str] {
        if self.settings.archive == Some(Archive::Reader) { &["zip"] } else { &self.endings }
    }

    fn make(&self, job: &Job, input: &str) -> Result<(Vec<FileRecord>, Diagnostics), Diagnostics> {
        // A mistake of the program in one copy must not cost the others.
        let made = catch_unwind(AssertUnwindSafe(|| self.desks.work(|| self.press.copy(&job.entry.reader))));
        let Copy { files, warnings } = made.unwrap_or_else(|_| Err(problem("the program failed; please report this as a bug of handbook".to_string())))?;
        let files = self.put(job, input, &files).map_err(|e| problem(format!("the copy cannot be put in its place: {}", why(&e))))?;
        Ok((files, warnings))
    }

    fn put(&self, job: &Job, input: &str, files: &[Made]) -> std::io::Result<Vec<FileRecord>> {
        let zipped = match self.settings.archive {
            Some(Archive::Reader) => {
                let bytes = archive::one(&job.name, files)?;
                Some(Made { ending: "zip", file: Digested::whole(bytes) })
            }
            _ => None,
        };
        let files = zipped.as_ref().map_or(files, std::slice::from_ref);
        files
            .iter()
            .map(|Made { ending, file }| {
                let (path, sha256) = (format!("{}.{ending}", job.name), file.sha256.to_string());
                self.shelf.put(&Finished { name: &path, file, sha256: &sha256, input })?;
                Ok(FileRecord { path, bytes: file.size(), sha256 })
            })
            .collect()
    }
}

fn problem(message: String) -> Diagnostics {
    let mut problems = Diagnostics::new();
    problems.push(Diagnostic::error(message));
    problems
}
