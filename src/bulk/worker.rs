//! A worker: takes jobs from the queue, has each copy made, and puts it into its place.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use crate::diag::{Diagnostic, Diagnostics};
use crate::provenance::digest::Digested;
use crate::select::Reader;

use super::archive::{self, Archive};
use super::check::Job;
use super::contract::{CopyMaker, Event, Made, MadeCopy, Settings};
use super::failure::{Failure, guarded};
use super::manifest::{FileRecord, Record, Status};
use super::permits::Permits;
use super::queue::{Queue, Task};
use super::store::{Finished, OutputStore};

/// A copy that was dealt with.
pub(super) struct Done {
    pub(super) sequence: u64,
    pub(super) record: Record,
    pub(super) event: Event,
    pub(super) warnings: Arc<Diagnostics>,
    pub(super) notices: Vec<String>,
    /// What would stand against every other copy too.
    pub(super) fatal: Option<Box<Diagnostic>>,
    pub(super) time: Duration,
}

/// What the workers share.
pub(super) struct Worker<'a> {
    pub(super) press: &'a dyn CopyMaker,
    pub(super) settings: &'a Settings,
    pub(super) store: &'a dyn OutputStore,
    pub(super) permits: &'a Permits,
    /// Endings of a copy's files.
    pub(super) endings: Vec<&'static str>,
}

impl Worker<'_> {
    pub(super) fn work_off(&self, queue: &Queue, done: &Sender<Done>) {
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
        let Job { entry, name, stage, from, paths } = job;
        let fields = other_columns(&entry.reader);
        let mut record = Record {
            row: entry.row,
            copy: entry.reader.copy.unwrap_or(entry.row),
            name,
            reader: entry.reader.name,
            email: entry.reader.email,
            organisation: entry.reader.organisation,
            group: entry.reader.group,
            id: entry.id,
            revoked: entry.revoked,
            stage,
            from,
            paths,
            fields,
            edition: self.press.edition().to_string(),
            input,
            status: Status::Made,
            files: Vec::new(),
            error: None,
        };
        match result {
            Ok(Attempt { files, kept, warnings, notices }) => {
                let event = if kept { Event::Kept } else { Event::Made(files.iter().map(|f| f.bytes).sum()) };
                Done { sequence, record: Record { files, ..record }, event, warnings, notices, fatal: None, time: Duration::ZERO }
            }
            Err(Failure { problems, fatal }) => {
                let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
                record.status = Status::Failed;
                record.error = Some(problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join("; "));
                let event = Event::Failed(record.name.clone(), text.join("\n"));
                Done { sequence, record, event, warnings: Arc::default(), notices: Vec::new(), fatal, time: Duration::ZERO }
            }
        }
    }

    /// The endings of what is put into the store for a copy.
    pub(super) fn wanted(&self) -> &[&'static str] {
        if self.settings.archive == Some(Archive::Reader) { &["zip"] } else { &self.endings }
    }

    fn attempt(&self, job: &Job, input: &str, made: impl FnOnce()) -> Result<Attempt, Failure> {
        if let Some(files) = self.store.known(&job.name, self.wanted(), input) {
            return Ok(Attempt { files, kept: true, warnings: Arc::default(), notices: Vec::new() });
        }
        let MadeCopy { files, warnings, notices, unshared } = self.permits.work(|| self.press.copy(&job.entry.reader))?;
        made();
        let notices = unshared.filter(|_| self.settings.many).map(|why| why.to_string()).into_iter().chain(notices).collect();
        let files = self.put(job, input, &files).map_err(|e| Failure::of_putting(&e))?;
        Ok(Attempt { files, kept: false, warnings, notices })
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
                self.store.put(&Finished { name: &path, file, sha256: &sha256, input })?;
                Ok(FileRecord { path, bytes: file.size(), sha256 })
            })
            .collect()
    }
}

/// What a row says beyond what its line has a place for.
fn other_columns(reader: &Reader) -> BTreeMap<String, String> {
    let own = |key: &str, value: &Option<String>| value.clone().map(|value| (key.to_string(), value));
    let known = [own("note", &reader.note), own("had", &reader.had), own("first-name", &reader.first_name), reader.all.then(|| ("all".into(), "yes".into()))];
    let others = reader.fields.iter().filter(|(key, value)| *key != "id" && !value.is_empty()).map(|(key, value)| (key.clone(), value.clone()));
    known.into_iter().flatten().chain(others).collect()
}

/// What became of the making of one copy.
struct Attempt {
    files: Vec<FileRecord>,
    kept: bool,
    warnings: Arc<Diagnostics>,
    notices: Vec<String>,
}
