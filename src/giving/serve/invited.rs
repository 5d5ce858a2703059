//! Who is invited: the readers of a roster by their tokens.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::bulk::about::identifier;
use crate::bulk::check::{Job, check};
use crate::bulk::naming::short;
use crate::bulk::roster::{Format, Spool};
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::giving::token::{self, LinksKey};
use crate::project::Project;

/// Where a roster is, so that it can be read again.
#[derive(Clone, Debug)]
pub struct RosterFile {
    /// The file.
    pub path: PathBuf,
    /// How messages call it.
    pub shown: String,
    /// What addresses are made with.
    pub key: LinksKey,
}

/// Readers of a roster that is sound.
#[derive(Debug)]
pub struct Invited {
    key: LinksKey,
    book: String,
    readers: Vec<Job>,
    /// Places of readers by a digest of their token: how long a search takes tells nothing of the tokens themselves.
    places: HashMap<u128, usize>,
}

impl Invited {
    /// Reads a roster and checks it, as `bulk` does.
    ///
    /// # Errors
    /// All that is wrong with it: nobody is invited by halves.
    pub fn read(file: &RosterFile, project: &Project) -> Result<Invited, Diagnostics> {
        let RosterFile { path, shown, key } = file;
        let manuscript = project.manuscript();
        let spool = Spool::open(path, shown, Format::of(path))?;
        let checked = check(&spool, manuscript, (**project.fonts()).clone(), project.options().system_fonts)?;
        let mut invited = Invited { key: key.clone(), book: identifier(&manuscript.book), readers: Vec::new(), places: HashMap::new() };
        let mut problems = Diagnostics::new();
        for job in checked.jobs(&spool, manuscript)? {
            let job = job?;
            let row = job.entry.row;
            let Some(identity) = job.entry.identity() else {
                problems.push(token::nobody(&format!("the reader in row {row}")).at(Place::file(shown)));
                continue;
            };
            let place = short(&key.token(&invited.book, identity));
            if let Some(other) = invited.places.insert(place, invited.readers.len()) {
                let other = invited.readers.get(other).map_or(0, |job| job.entry.row);
                let problem =
                    Diagnostic::error(Code::RosterReaderTwice, format!("rows {other} and {row} are of one id or e-mail address, and would have one address"));
                problems.push(problem.at(Place::file(shown)).hint("give each reader an id of their own, in a column `id`"));
            }
            invited.readers.push(job);
        }
        if problems.has_errors() { Err(problems) } else { Ok(invited) }
    }

    /// Whom a token belongs to.
    pub fn get(&self, token: &str) -> Option<&Job> {
        let job = self.readers.get(*self.places.get(&short(&token.to_ascii_lowercase()))?)?;
        self.key.is_of(token, &self.book, job.entry.identity()?).then_some(job)
    }

    /// All readers.
    pub fn readers(&self) -> &[Job] {
        &self.readers
    }
}
