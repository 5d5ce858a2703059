//! The run: copies are made side by side, written whole, and told of in the roster's order.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::book::PlatesMade;
use crate::diag::{Diagnostic, Diagnostics};
use crate::load::reason;
use crate::provenance::digest::Digested;
use crate::select::Reader;

use super::archive::{self, Archive};
use super::check::Job;
use super::manifest::{self, FileRecord, ManifestWriter, Record, Status};
use super::naming::short;
use super::queue::{Queue, Task};
use super::shard::Shard;
use super::shelf::{Finished, Out, Shelf};
use super::work::{private, suffix};

/// So many copies may be ahead of the one whose line comes next in the manifest. In a roster whose readers want many different
/// books in any order a plate is made about once for as many readers.
const AHEAD: u64 = 4096;

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
    pub warnings: Arc<Diagnostics>,
    /// What a person should know though nothing is wrong.
    pub told: Vec<String>,
    /// Why this copy could share nothing with others, where it could not.
    pub alone: Option<Box<Diagnostic>>,
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
    /// Something to know though nothing is wrong. Told once.
    Told(String),
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
    warnings: Arc<Diagnostics>,
    told: Vec<String>,
    /// What would stand against every other copy too.
    fatal: Option<Box<Diagnostic>>,
    time: Duration,
}

/// Makes all copies of this share. A copy that fails stops no other.
///
/// # Errors
/// When nothing can be written where the copies should go, or no line in the manifest. The run stops there; what it had
/// made stays known to the next one.
pub fn run(jobs: impl Iterator<Item = Job>, press: &dyn Press, settings: &Settings, tell: &mut dyn FnMut(&Event)) -> Result<Outcome, Diagnostic> {
    let (shelf, work) = settings.out.open(settings.shard, settings.resume)?;
    let trouble = |e: std::io::Error| Diagnostic::error(format!("the copies cannot be put in their place: {}", why(&e))).hint(AGAIN);
    let desks = Desks::new(settings.jobs.max(1));
    let log = work.path(LOG);
    let mut books = Books {
        manifest: ManifestWriter::begin(&work).map_err(trouble)?,
        log: BufWriter::new(private(&log).map_err(trouble)?),
        outcome: Outcome::default(),
        warned: HashSet::new(),
    };
    let queue = Queue::new(settings.jobs.max(1));
    let (tell_done, done) = channel::<Done>();
    let maker = Maker { press, settings, shelf: shelf.as_ref(), desks: &desks, endings: press.endings() };
    let workers = settings.jobs.max(1) * (1 + shelf.waiting());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (queue, tell_done, maker) = (&queue, tell_done.clone(), &maker);
            scope.spawn(move || maker.work_off(queue, &tell_done));
        }
        drop(tell_done);
        let jobs = jobs.filter(|job| settings.shard.takes(job.entry.row));
        hand_out(jobs, |job| press.shape(&job.entry.reader), &queue, &done, &mut books, tell)
    })?;
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

/// Ends a queue, however the run ends: whatever stopped it, nobody begins with another copy, and nobody waits for one.
struct Ending<'q>(&'q Queue);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Gives out jobs and takes in results. Lines are entered in the order of the jobs' numbers; what happened is told at once.
fn hand_out(
    mut jobs: impl Iterator<Item = Job>,
    shape: impl Fn(&Job) -> u128,
    queue: &Queue,
    done: &Receiver<Done>,
    books: &mut Books,
    tell: &mut dyn FnMut(&Event),
) -> Result<(), Diagnostic> {
    let _ending = Ending(queue);
    let mut waiting: BTreeMap<u64, Done> = BTreeMap::new();
    let (mut given, mut entered) = (0u64, 0u64);
    let mut more = true;
    loop {
        while more && given - entered < AHEAD {
            match jobs.next() {
                Some(job) => {
                    let shape = shape(&job);
                    queue.add(given, job, shape);
                    given += 1;
                }
                None => {
                    queue.close();
                    more = false;
                }
            }
        }
        if entered == given {
            return Ok(());
        }
        let Ok(result) = done.recv() else { return Err(Diagnostic::error("the work broke off").hint(AGAIN)) };
        tell(&result.event);
        if result.sequence != entered {
            books.note(&result)?;
        }
        if let Some(fatal) = &result.fatal {
            return Err((**fatal).clone());
        }
        waiting.insert(result.sequence, result);
        while let Some(next) = waiting.remove(&entered) {
            books.enter(&next, tell)?;
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
    /// Notes a copy that was made before those in front of it.
    fn note(&mut self, done: &Done) -> Result<(), Diagnostic> {
        let noted = if done.record.status == Status::Made { self.manifest.note(&done.record) } else { Ok(()) };
        noted.map_err(unwritten)
    }

    fn enter(&mut self, done: &Done, tell: &mut dyn FnMut(&Event)) -> Result<(), Diagnostic> {
        let written =
            self.manifest.add(&done.record).and_then(|()| writeln!(self.log, "{{\"copy\":{},\"seconds\":{:.6}}}", done.record.copy, done.time.as_secs_f64()));
        written.map_err(unwritten)?;
        match &done.event {
            Event::Made(bytes) => {
                self.outcome.made += 1;
                self.outcome.bytes += bytes;
            }
            Event::Kept => self.outcome.kept += 1,
            Event::Failed(..) => self.outcome.failed += 1,
            Event::Warned(_) | Event::Told(_) => {}
        }
        for warning in done.warnings.iter() {
            if self.warned.len() < MOST_WARNINGS && self.warned.insert(short(&warning.to_string())) {
                tell(&Event::Warned(warning.clone()));
            }
        }
        for line in &done.told {
            // Which characters a font is used for differs from reader to reader; that it is used is told once.
            let what = line.rsplit_once(": ").map_or(line.as_str(), |(what, _)| what);
            if self.warned.len() < MOST_WARNINGS && self.warned.insert(short(what)) {
                tell(&Event::Told(line.clone()));
            }
        }
        Ok(())
    }
}

fn unwritten(error: std::io::Error) -> Diagnostic {
    Diagnostic::error(format!("the manifest cannot be written: {}", why(&error))).hint(AGAIN)
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

/// Where copies are made: so many desks, so many copies in the making. Who writes to a bucket has left the desk.
struct Desks {
    free: Mutex<Receiver<()>>,
    back: Sender<()>,
}

impl Desks {
    fn new(count: usize) -> Desks {
        let (back, free) = channel();
        for _ in 0..count {
            // The receiver is at hand.
            let _ = back.send(());
        }
        Desks { free: Mutex::new(free), back }
    }

    /// Does something at a desk as soon as one is free.
    fn work<T>(&self, task: impl FnOnce() -> T) -> T {
        // There is always one that comes back: a sender is at hand.
        let _ = self.free.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let result = catch_unwind(AssertUnwindSafe(task));
        let _ = self.back.send(());
        result.unwrap_or_else(|broken| resume_unwind(broken))
    }
}

impl Maker<'_> {
    fn work_off(&self, queue: &Queue, done: &Sender<Done>) {
        // What could be shared between threads stays on this one: the others have copies of their own to make. Without such a
        // pool, which nothing here could bring about, the threads of the whole program would share it: slower, no worse.
        let _own = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        while let Some(Task { number, job, shape }) = queue.take() {
            let started = Instant::now();
            let mut dealt = self.deal_with(job, number, || queue.open(shape));
            dealt.time = started.elapsed();
            queue.done(shape);
            if done.send(dealt).is_err() {
                return;
            }
        }
    }

    /// Makes one copy, and says when it is made, before it is put in its place. Whatever goes wrong with it is told in its record.
    fn deal_with(&self, job: Job, sequence: u64, made: impl FnOnce()) -> Done {
        let input = guarded(|| Ok(self.press.input(&job.entry.reader)));
        let result = match &input {
            Ok(input) => guarded(|| self.attempt(&job, input, made)),
            Err(failure) => Err(failure.clone()),
        };
        let input = input.unwrap_or_default();
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
            Ok(Attempt { files, kept, warnings, told }) => {
                let event = if kept { Event::Kept } else { Event::Made(files.iter().map(|f| f.bytes).sum()) };
                Done { sequence, record: Record { files, ..record }, event, warnings, told, fatal: None, time: Duration::ZERO }
            }
            Err(Failure { problems, fatal }) => {
                let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
                record.status = Status::Failed;
                record.error = Some(problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join("; "));
                let event = Event::Failed(record.name.clone(), text.join("\n"));
                Done { sequence, record, event, warnings: Arc::default(), told: Vec::new(), fatal, time: Duration::ZERO }
            }
        }
    }

    /// The endings of what is put on the shelf for a copy.
    fn wanted(&self) -> &[&'static str] {
        if self.settings.archive == Some(Archive::Reader) { &["zip"] } else { &self.endings }
    }

    fn attempt(&self, job: &Job, input: &str, made: impl FnOnce()) -> Result<Attempt, Failure> {
        if let Some(files) = self.shelf.known(&job.name, self.wanted(), input) {
            return Ok(Attempt { files, kept: true, warnings: Arc::default(), told: Vec::new() });
        }
        let Copy { files, warnings, told, alone } = self.desks.work(|| self.press.copy(&job.entry.reader))?;
        made();
        let told = alone.map(|why| why.to_string()).into_iter().chain(told).collect();
        let files = self.put(job, input, &files).map_err(|e| Failure::of_putting(&e))?;
        Ok(Attempt { files, kept: false, warnings, told })
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

/// What became of the making of one copy.
struct Attempt {
    files: Vec<FileRecord>,
    kept: bool,
    warnings: Arc<Diagnostics>,
    told: Vec<String>,
}

/// Why there is no copy.
#[derive(Clone, Debug, Default)]
struct Failure {
    problems: Diagnostics,
    /// No other copy would fare better.
    fatal: Option<Box<Diagnostic>>,
}

impl From<Diagnostics> for Failure {
    fn from(problems: Diagnostics) -> Failure {
        Failure { problems, fatal: None }
    }
}

impl Failure {
    fn of_putting(error: &std::io::Error) -> Failure {
        let problem = Diagnostic::error(format!("the copy cannot be put in its place: {}", why(error)));
        // A full disk is told once, not ten thousand times.
        let all = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem);
        let fatal = all.then(|| Diagnostic::error(format!("the run stops, since no copy can be written: {}", why(error))).hint(AGAIN));
        Failure { fatal: fatal.map(Box::new), ..problem.into() }
    }
}

impl From<Diagnostic> for Failure {
    fn from(problem: Diagnostic) -> Failure {
        let mut problems = Diagnostics::new();
        problems.push(problem);
        problems.into()
    }
}

/// What to do when a run had to stop.
const AGAIN: &str = "when that is mended, go on with `--resume`: the copies that were made stay";

/// Does something for one copy; a mistake of the program in it must not cost the others.
fn guarded<T>(task: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    crate::panics::guarded(task).unwrap_or_else(|said| Err(crate::panics::failure(&said).into()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::bulk::roster::Entry;

    /// A press that breaks, in one way or another, for some.
    struct Breaking;

    impl Press for Breaking {
        #[allow(clippy::panic)]
        fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics> {
            match reader.copy {
                Some(2) => panic!("a mistake of the program"),
                Some(5) => Err(Failure::from(Diagnostic::error("something is missing")).problems),
                number => {
                    let file = Digested::whole(format!("copy {number:?}").into_bytes());
                    Ok(Copy { files: vec![Made { ending: "pdf", file }], told: vec![format!("a font is used for: {number:?}")], ..Copy::default() })
                }
            }
        }

        fn endings(&self) -> Vec<&'static str> {
            vec!["pdf"]
        }

        #[allow(clippy::panic)]
        fn input(&self, reader: &Reader) -> String {
            if reader.copy == Some(3) { panic!("another mistake") } else { format!("{:?}", reader.copy) }
        }

        fn shape(&self, _: &Reader) -> u128 {
            0
        }

        fn plates(&self) -> PlatesMade {
            PlatesMade::default()
        }

        fn edition(&self) -> &str {
            "edition"
        }
    }

    /// A press that keeps few plates and counts how many it makes.
    #[derive(Default)]
    struct Counting(Mutex<(Vec<u128>, usize)>);

    impl Press for Counting {
        fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics> {
            let shape = self.shape(reader);
            let known = |plates: &(Vec<u128>, usize)| plates.0.iter().position(|known| *known == shape);
            let is_known = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).is_some();
            if !is_known {
                // A plate takes as long as very many copies.
                std::thread::sleep(Duration::from_millis(3));
            }
            let mut plates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            plates.1 += usize::from(!is_known);
            if let Some(at) = known(&plates) {
                plates.0.remove(at);
            }
            plates.0.push(shape);
            if plates.0.len() > 8 {
                plates.0.remove(0);
            }
            Ok(Copy::default())
        }

        fn endings(&self) -> Vec<&'static str> {
            Vec::new()
        }

        fn input(&self, _: &Reader) -> String {
            String::new()
        }

        fn shape(&self, reader: &Reader) -> u128 {
            // A hundred shapes in an order that is none.
            u128::from(reader.copy.unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 100
        }

        fn plates(&self) -> PlatesMade {
            PlatesMade::default()
        }

        fn edition(&self) -> &str {
            "edition"
        }
    }

    #[test]
    fn of_many_selections_in_any_order_each_is_made_about_once() -> Result<(), Box<dyn std::error::Error>> {
        let (out, press) = (tempfile::tempdir()?, Counting::default());
        let settings = Settings { jobs: 4, ..settings(out.path()) };
        let outcome = run(jobs(4000, |_| None), &press, &settings, &mut |_| {}).map_err(|d| d.to_string())?;
        let made = press.0.into_inner().unwrap_or_else(PoisonError::into_inner).1;
        assert_eq!(outcome.made, 4000);
        assert!((100..150).contains(&made), "{made} plates");
        Ok(())
    }

    fn jobs(count: u64, group: impl Fn(u64) -> Option<String>) -> impl Iterator<Item = Job> {
        (1..=count).map(move |row| {
            let reader = Reader { copy: Some(row), ..Reader::default() };
            Job { entry: Entry { row, reader, group: group(row) }, name: format!("r{row}"), stage: None }
        })
    }

    fn settings(out: &Path) -> Settings {
        Settings { out: Out::Folder(out.to_path_buf(), "out".to_string()), jobs: 2, shard: Shard::WHOLE, resume: false, archive: None }
    }

    fn records(out: &Path) -> Vec<Record> {
        let text = std::fs::read_to_string(out.join("manifest.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    #[test]
    fn whatever_breaks_is_told_of_its_copy_and_the_others_are_made() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let mut told = 0;
        let outcome = run(jobs(300, |_| None), &Breaking, &settings(out.path()), &mut |event| told += u64::from(matches!(event, Event::Told(_))));
        let outcome = outcome.map_err(|d| d.to_string())?;
        assert_eq!((outcome.made, outcome.failed, told), (297, 3, 1));
        let failed: Vec<u64> = records(out.path()).iter().filter(|r| r.status == Status::Failed && r.error.is_some()).map(|r| r.row).collect();
        assert_eq!((failed, records(out.path()).len()), (vec![2, 3, 5], 300));
        Ok(())
    }

    /// A press whose first copy takes long; meanwhile the folder is copied as a `kill -9` would leave it.
    struct Slow<'a> {
        out: &'a Path,
        left: &'a Path,
    }

    impl Press for Slow<'_> {
        #[allow(clippy::unwrap_used)]
        fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics> {
            let number = reader.copy.unwrap_or_default();
            let known = || std::fs::read_to_string(self.out.join(".bulk/known.jsonl")).unwrap_or_default();
            let until = Instant::now() + Duration::from_secs(20);
            while number == 1 && known().lines().count() < 50 && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
            if number == 1 {
                let noted = known();
                std::fs::create_dir(self.left.join(".bulk")).unwrap();
                for entry in std::fs::read_dir(self.out).unwrap().flatten().filter(|entry| entry.path().is_file()) {
                    std::fs::copy(entry.path(), self.left.join(entry.file_name())).unwrap();
                }
                std::fs::write(self.left.join(".bulk/known.jsonl"), noted).unwrap();
            }
            Breaking.copy(&Reader { copy: Some(number + 100), ..Reader::default() })
        }

        fn endings(&self) -> Vec<&'static str> {
            vec!["pdf"]
        }

        fn input(&self, reader: &Reader) -> String {
            format!("{:?}", reader.copy)
        }

        fn shape(&self, reader: &Reader) -> u128 {
            u128::from(reader.copy == Some(1))
        }

        fn plates(&self) -> PlatesMade {
            PlatesMade::default()
        }

        fn edition(&self) -> &str {
            "edition"
        }
    }

    #[test]
    fn what_was_made_before_a_kill_is_known_though_an_earlier_copy_was_not_ready() -> Result<(), Box<dyn std::error::Error>> {
        let (out, left) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let press = Slow { out: out.path(), left: left.path() };
        run(jobs(200, |_| None), &press, &settings(out.path()), &mut |_| {}).map_err(|d| d.to_string())?;
        assert!(!left.path().join("r1.pdf").exists() && !left.path().join("manifest.jsonl").exists());
        let again = Slow { out: left.path(), left: out.path() };
        // The copy that was not ready does not wait this time.
        std::fs::remove_file(out.path().join("manifest.jsonl"))?;
        let resumed = Settings { resume: true, jobs: 1, ..settings(left.path()) };
        let outcome = run(jobs(200, |_| None).skip(1), &again, &resumed, &mut |_| {}).map_err(|d| d.to_string())?;
        assert!(outcome.kept >= 50, "{} of the copies that were there are known", outcome.kept);
        assert_eq!(outcome.kept + outcome.made, 199);
        Ok(())
    }

    #[test]
    fn a_zip_of_a_group_that_is_right_stays() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let group = |row: u64| ["odd", "Even"].get(1 - (row % 2) as usize).map(ToString::to_string);
        let made = |resume: bool, count: u64| {
            let settings = Settings { archive: Some(Archive::Group), resume, ..settings(out.path()) };
            run(jobs(count, group), &Breaking, &settings, &mut |_| {}).map_err(|d| d.to_string())
        };
        made(false, 12)?;
        let (odd, even) = (out.path().join("group-odd.zip"), out.path().join("group-even.zip"));
        let right = std::fs::read(&odd)?;
        // As a run leaves it that was killed before the second one, and after somebody cut the first.
        let about = || -> std::io::Result<_> { Ok((std::fs::metadata(&odd)?.modified()?, std::fs::read(&odd)?)) };
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        File::options().write(true).open(&odd)?.set_modified(long_ago)?;
        std::fs::remove_file(&even)?;
        made(true, 12)?;
        assert!(about()? == (long_ago, right.clone()) && even.exists());
        std::fs::write(&odd, right.get(..right.len() - 5).unwrap_or_default())?;
        made(true, 12)?;
        assert_eq!(about()?.1, right);
        // Another member, or a run that is not to resume, makes it anew.
        File::options().write(true).open(&odd)?.set_modified(long_ago)?;
        made(true, 14)?;
        assert!(about()?.0 != long_ago && about()?.1 != right);
        File::options().write(true).open(&odd)?.set_modified(long_ago)?;
        made(false, 14)?;
        assert!(about()?.0 != long_ago);
        Ok(())
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn without_a_manifest_the_run_stops() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let work = out.path().join(".bulk");
        std::fs::create_dir(&work)?;
        // Every write to it fails, as on a full disk.
        std::os::unix::fs::symlink("/dev/full", work.join("manifest.jsonl"))?;
        let problem = run(jobs(2000, |_| None), &Breaking, &settings(out.path()), &mut |_| {}).err().map(|d| d.to_string()).unwrap_or_default();
        assert!(problem.contains("the manifest cannot be written") && problem.contains("--resume"), "{problem}");
        let made = std::fs::read_dir(out.path())?.count();
        assert!(made < 1000, "{made} copies, though none of them is known");
        assert!(!out.path().join("manifest.jsonl").exists());
        Ok(())
    }

    #[test]
    fn groups_are_gathered_in_the_rosters_order() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let group = |row: u64| ["odd", "Even"].get(1 - (row % 2) as usize).filter(|_| row != 7).map(ToString::to_string);
        run(jobs(12, group), &Breaking, &Settings { archive: Some(Archive::Group), ..settings(out.path()) }, &mut |_| {}).map_err(|d| d.to_string())?;
        let names = |zip: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
            Ok(zip::ZipArchive::new(File::open(out.path().join(zip))?)?.file_names().filter_map(|name| Some(name.ok()?.to_string())).collect())
        };
        assert_eq!(names("group-odd.zip")?, ["r1.pdf", "r9.pdf", "r11.pdf"]);
        assert_eq!(names("group-even.zip")?, ["r4.pdf", "r6.pdf", "r8.pdf", "r10.pdf", "r12.pdf"]);
        Ok(())
    }
}
