//! What a run writes down: a line of the manifest for every copy, and a log of times apart from it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::diag::Diagnostic;

use super::contract::{Event, Outcome};
use super::failure::unwritten;
use super::manifest::{ManifestWriter, Status};
use super::merge::MergeWriter;
use super::naming::short;
use super::work::{Work, private};
use super::worker::Done;

/// Different warnings and notices that are reported; what comes after them is left out. Nobody reads more, and a book for which each
/// reader brings another one must not fill the memory: it trades completeness for that.
const MOST_WARNINGS: usize = 200;

/// The log of times in the working folder.
const LOG: &str = "log.jsonl";

/// The manifest, and the log of times apart from it.
pub(super) struct Recorder {
    manifest: ManifestWriter,
    merge: MergeWriter,
    log: BufWriter<File>,
    outcome: Outcome,
    /// Warnings and notices that were reported.
    warned: HashSet<u128>,
}

impl Recorder {
    /// Begins a manifest and a log in the working folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn begin(work: &Work, endings: Vec<&'static str>) -> io::Result<Recorder> {
        Ok(Recorder {
            manifest: ManifestWriter::begin(work)?,
            merge: MergeWriter::begin(work, endings)?,
            log: BufWriter::new(private(&work.path(LOG))?),
            outcome: Outcome::default(),
            warned: HashSet::new(),
        })
    }

    /// Ends both, and gives the places of the manifest, the table for a mail merge and the log, and how the run went.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn end(mut self, work: &Work) -> io::Result<(PathBuf, PathBuf, PathBuf, Outcome)> {
        self.log.flush()?;
        Ok((self.manifest.end()?, self.merge.end()?, work.path(LOG), self.outcome))
    }

    /// Notes a copy that was made before those in front of it.
    pub(super) fn note(&mut self, done: &Done) -> Result<(), Diagnostic> {
        let noted = if done.record.status == Status::Made { self.manifest.note(&done.record) } else { Ok(()) };
        noted.map_err(unwritten)
    }

    pub(super) fn enter(&mut self, done: &Done, report: &mut dyn FnMut(&Event)) -> Result<(), Diagnostic> {
        let written = self
            .manifest
            .add(&done.record)
            .and_then(|()| self.merge.add(&done.record))
            .and_then(|()| writeln!(self.log, "{{\"copy\":{},\"seconds\":{:.6}}}", done.record.copy, done.time.as_secs_f64()));
        written.map_err(unwritten)?;
        match &done.event {
            Event::Made(bytes) => {
                self.outcome.made += 1;
                self.outcome.bytes += bytes;
            }
            Event::Kept => self.outcome.kept += 1,
            Event::Failed(..) => self.outcome.failed += 1,
            Event::Warned(_) | Event::Noticed(_) => {}
        }
        for warning in done.warnings.iter() {
            if self.warned.len() < MOST_WARNINGS && self.warned.insert(short(&warning.to_string())) {
                report(&Event::Warned(warning.clone()));
            }
        }
        for line in &done.notices {
            // Which characters a font is used for differs from reader to reader; that it is used is reported once.
            let what = line.rsplit_once(": ").map_or(line.as_str(), |(what, _)| what);
            if self.warned.len() < MOST_WARNINGS && self.warned.insert(short(what)) {
                report(&Event::Noticed(line.clone()));
            }
        }
        Ok(())
    }
}
