//! The run: copies are made side by side, written whole, and told of in the roster's order.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};

use crate::diag::{Code, Diagnostic, Diagnostics, Severity};

use super::about::BOOK;
use super::archive::{self, Archive};
use super::check::Job;
use super::contract::{CopyMaker, Event, Outcome, Settings};
use super::failure::{AGAIN, why};
use super::manifest;
use super::merge;
use super::permits::Permits;
use super::queue::Queue;
use super::recorder::Recorder;
use super::work::log_name;
use super::worker::{Done, Worker};

/// Copies that may be ahead of the one whose line comes next in the manifest. The queue sees as many readers at a time, so in a
/// roster whose readers want many different books in any order each plate is made about once for as many. It trades memory, a few
/// hundred bytes for each, against plates made twice.
const AHEAD: u64 = 4096;

/// Makes all copies of this share. A copy that fails stops no other.
///
/// # Errors
/// When nothing can be written where the copies should go, or no line in the manifest, or the roster cannot be read on. The run stops
/// there; what it had made stays known to the next one.
pub fn run(
    jobs: impl Iterator<Item = Result<Job, Diagnostic>>,
    press: &dyn CopyMaker,
    settings: &Settings,
    report: &mut dyn FnMut(&Event),
) -> Result<Outcome, Diagnostic> {
    let (store, work) = settings.out.open(settings.shard, settings.resume)?;
    let trouble = |e: std::io::Error| Diagnostic::error(Code::OutputUnwritable, format!("the copies cannot be put in their place: {}", why(&e))).hint(AGAIN);
    let permits = Permits::new(settings.jobs.max(1));
    let worker = Worker { press, settings, store: store.as_ref(), permits: &permits, endings: press.endings() };
    let mut recorder = Recorder::begin(&work, worker.wanted().to_vec()).map_err(trouble)?;
    let queue = Queue::new(settings.jobs.max(1));
    let (tell_done, done) = channel::<Done>();
    let workers = settings.jobs.max(1) * (1 + store.waiting());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (queue, tell_done, worker) = (&queue, tell_done.clone(), &worker);
            scope.spawn(move || worker.work_off(queue, &tell_done));
        }
        drop(tell_done);
        let jobs = jobs.filter(|job| job.as_ref().map_or(true, |job| settings.shard.takes(job.entry.row)));
        hand_out(jobs, |job| press.shape(&job.entry.reader), &queue, &done, &mut recorder, report)
    })?;
    let (manifest, merge, log, mut outcome) = recorder.end(&work).map_err(trouble)?;
    outcome.plates = press.plates();
    if settings.archive == Some(Archive::Group) {
        archive::groups(&work, store.as_ref(), settings).map_err(trouble)?;
    }
    store.put_file(&log_name(settings.shard), &log).map_err(trouble)?;
    match press.book(&settings.targets) {
        Ok(book) => {
            for (name, from) in book.map_or(Ok(Vec::new()), |book| book.write(&work)).map_err(trouble)? {
                store.put_file(&name, &from).map_err(trouble)?;
            }
        }
        Err(problems) => report(&Event::Warned(untold(&problems))),
    }
    store.put_file(&merge::file_name(settings.shard), &merge).map_err(trouble)?;
    store.put_file(&manifest::file_name(settings.shard), &manifest).map_err(trouble)?;
    drop(store);
    work.end();
    Ok(outcome)
}

/// What to say where the book cannot be told of: the copies are made, and who gives them out misses it.
fn untold(problems: &Diagnostics) -> Diagnostic {
    let first = problems.iter().find(|problem| problem.severity == Severity::Error).or(problems.iter().next());
    let why = first.map_or("nothing says why".to_string(), |problem| problem.message.clone());
    let warning = Diagnostic::warning(Code::BookUntold, format!("`{BOOK}` is not written, or stays as it was: {why}"))
        .hint("copies are as they should be; `send` and `publish` read it, so mend that and run again with `--resume`");
    match first.and_then(|problem| problem.place.clone()) {
        Some(place) => warning.at(place),
        None => warning,
    }
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
    mut jobs: impl Iterator<Item = Result<Job, Diagnostic>>,
    shape: impl Fn(&Job) -> u128,
    queue: &Queue,
    done: &Receiver<Done>,
    recorder: &mut Recorder,
    report: &mut dyn FnMut(&Event),
) -> Result<(), Diagnostic> {
    let _ending = Ending(queue);
    let mut waiting: BTreeMap<u64, Done> = BTreeMap::new();
    let (mut given, mut entered) = (0u64, 0u64);
    let mut more = true;
    loop {
        while more && given - entered < AHEAD {
            match jobs.next() {
                Some(job) => {
                    let job = job?;
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
        let Ok(result) = done.recv() else { return Err(Diagnostic::error(Code::RunBroken, "the work broke off").hint(AGAIN)) };
        report(&result.event);
        if result.sequence != entered {
            recorder.note(&result)?;
        }
        if let Some(fatal) = &result.fatal {
            return Err((**fatal).clone());
        }
        waiting.insert(result.sequence, result);
        while let Some(next) = waiting.remove(&entered) {
            recorder.enter(&next, report)?;
            entered += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::bulk::about::BookAbout;
    use crate::bulk::contract::{Made, MadeCopy};
    use crate::bulk::manifest::{Record, Status};
    use crate::bulk::out::Out;
    use crate::bulk::roster::Entry;
    use crate::bulk::shard::Shard;
    use crate::press::PlatesMade;
    use crate::provenance::digest::Digested;
    use crate::select::Reader;

    /// A press that breaks, in one way or another, for some.
    struct Breaking;

    impl CopyMaker for Breaking {
        #[allow(clippy::panic)]
        fn copy(&self, reader: &Reader) -> Result<MadeCopy, Diagnostics> {
            match reader.copy {
                Some(2) => panic!("a mistake of the program"),
                Some(5) => Err(Diagnostic::error(Code::ProgramFault, "something is missing").into()),
                number => {
                    let file = Digested::whole(format!("copy {number:?}").into_bytes());
                    Ok(MadeCopy { files: vec![Made { ending: "pdf", file }], notices: vec![format!("a font is used for: {number:?}")], ..MadeCopy::default() })
                }
            }
        }

        fn endings(&self) -> Vec<&'static str> {
            vec!["pdf"]
        }

        fn book(&self, _: &BTreeSet<String>) -> Result<Option<BookAbout>, Diagnostics> {
            Err(Diagnostic::error(Code::FieldEmpty, "the field `reader.name` has no value").into())
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

    impl CopyMaker for Counting {
        fn copy(&self, reader: &Reader) -> Result<MadeCopy, Diagnostics> {
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
            Ok(MadeCopy::default())
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

    #[test]
    fn a_roster_that_breaks_stops_the_run_as_an_error() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let broken = std::iter::once(Err(Diagnostic::error(Code::RosterUnreadable, "the roster cannot be read: the disk failed")));
        let result = run(jobs(5, |_| None).chain(broken), &Breaking, &settings(out.path()), &mut |_| {});
        assert_eq!(result.err().map(|problem| problem.code), Some(Code::RosterUnreadable));
        Ok(())
    }

    fn jobs(count: u64, group: impl Fn(u64) -> Option<String>) -> impl Iterator<Item = Result<Job, Diagnostic>> {
        (1..=count).map(move |row| {
            let reader = Reader { copy: Some(row), ..Reader::default() };
            Ok(Job { entry: Entry { row, reader: Reader { group: group(row), ..reader }, ..Entry::default() }, name: format!("r{row}"), ..Job::default() })
        })
    }

    fn settings(out: &Path) -> Settings {
        Settings {
            out: Out::Folder(out.to_path_buf(), "out".to_string()),
            jobs: 2,
            shard: Shard::WHOLE,
            resume: false,
            archive: None,
            targets: BTreeSet::new(),
            many: true,
        }
    }

    fn records(out: &Path) -> Vec<Record> {
        let text = std::fs::read_to_string(out.join("manifest.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    #[test]
    fn whatever_breaks_is_told_of_its_copy_and_the_others_are_made() -> Result<(), Box<dyn std::error::Error>> {
        let out = tempfile::tempdir()?;
        let (mut noticed, mut warned) = (0, Vec::new());
        let outcome = run(jobs(300, |_| None), &Breaking, &settings(out.path()), &mut |event| match event {
            Event::Noticed(_) => noticed += 1,
            Event::Warned(warning) => warned.push(warning.to_string()),
            _ => {}
        });
        let outcome = outcome.map_err(|d| d.to_string())?;
        assert_eq!((outcome.made, outcome.failed, noticed), (297, 3, 1));
        let failed: Vec<u64> = records(out.path()).iter().filter(|r| r.status == Status::Failed && r.error.is_some()).map(|r| r.row).collect();
        assert_eq!((failed, records(out.path()).len()), (vec![2, 3, 5], 300));
        assert!(matches!(warned.as_slice(), [one] if one.contains("`book.json` is not written") && one.contains("`reader.name` has no value")), "{warned:?}");
        Ok(())
    }

    /// A press whose first copy takes long; meanwhile the folder is copied as a `kill -9` would leave it.
    struct Slow<'a> {
        out: &'a Path,
        left: &'a Path,
    }

    impl CopyMaker for Slow<'_> {
        #[allow(clippy::unwrap_used)]
        fn copy(&self, reader: &Reader) -> Result<MadeCopy, Diagnostics> {
            let number = reader.copy.unwrap_or_default();
            let known = || std::fs::read_to_string(self.out.join(".bulk/known.jsonl")).unwrap_or_default();
            let until = Instant::now() + Duration::from_secs(20);
            // Fifty whole lines, behind the empty one that the file begins with; the last may be half written when it is looked at.
            while number == 1 && known().matches('\n').count() <= 50 && Instant::now() < until {
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
