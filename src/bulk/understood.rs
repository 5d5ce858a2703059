//! What was understood of a roster: how each column was read, which stage each reader gets, and what nothing uses.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};
use crate::load::{Manuscript, OwnPage};
use crate::select::{Mentions, Reader, stage_at};

use super::naming::short;
use super::roster::{Column, Row, Spool};

/// Whether the book prints a reader's note or organisation: on the page of the route, or where the text says so.
pub fn printed(manuscript: &Manuscript, mentions: &Mentions, what: &str) -> bool {
    !manuscript.stages.is_empty() && manuscript.has(OwnPage::Route) || mentions.speak_of(what)
}

/// What to say of something that is given and printed nowhere.
pub fn unprinted(what: &str) -> Diagnostic {
    Diagnostic::warning(Code::FieldUnused, format!("the {what} is given, and nothing in this book prints it"))
        .hint(format!("print it in the text: `{{{{ reader.{what} }}}}`"))
}

/// Columns that are kept in mind: a roster of JSON may have others in every row.
const MOST: usize = 1_000;

/// Rows that are told of, where many have the same fault.
const SHOWN: usize = 20;

/// A column as it was read.
#[derive(Clone, Debug)]
pub struct Heading {
    /// As it is written.
    pub text: String,
    /// What it means.
    pub column: Column,
    /// Rows in which something stands under it.
    pub filled: u64,
    /// All that stands in it are stages of the ladder, as far as was seen.
    only_stages: bool,
    /// All that stands in it are e-mail addresses, likewise.
    only_addresses: bool,
    place: Place,
}

/// What was understood.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// All columns, in the order in which they were met.
    pub headings: Vec<Heading>,
    /// How many readers each target stage has, by its place on the ladder.
    pub targets: BTreeMap<usize, u64>,
    /// Readers whose row names no stage: they get the last one.
    pub without_stage: u64,
    /// The first of them.
    first_without_stage: Option<Place>,
    /// Groups, in small letters, with the place of the first row that has them; no more than [`MOST`].
    groups: BTreeMap<String, Place>,
    /// Digests of e-mail addresses with the line in which each was met first.
    addresses: HashMap<u128, u32>,
    /// Rows with an address that another row has: its line, and their place.
    shared_addresses: Vec<(u32, Place)>,
}

impl Understood {
    /// Takes note of a row and of the reader it speaks of.
    pub(super) fn note(&mut self, row: &Row, reader: &Reader, spool: &Spool, manuscript: &Manuscript) {
        for (index, cell) in row.cells.iter().enumerate() {
            // Rows of CSV have their columns in one order.
            let at = match self.headings.get(index) {
                Some(heading) if heading.text == cell.heading => index,
                _ => self.headings.iter().position(|heading| heading.text == cell.heading).unwrap_or(self.headings.len()),
            };
            if at == self.headings.len() {
                if at == MOST {
                    continue;
                }
                let place = row.heading_place(index, spool);
                self.headings.push(Heading {
                    text: cell.heading.clone(),
                    column: cell.column.clone(),
                    filled: 0,
                    only_stages: true,
                    only_addresses: true,
                    place,
                });
            }
            let text = cell.value.text();
            if let Some(heading) = self.headings.get_mut(at).filter(|_| !text.trim().is_empty()) {
                heading.filled += 1;
                let is_address = text
                    .trim()
                    .split_once('@')
                    .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !text.trim().contains(char::is_whitespace));
                heading.only_addresses = heading.only_addresses && is_address;
                heading.only_stages = heading.only_stages && matches!(heading.column, Column::Field(_)) && stage_at(&manuscript.stages, &text).is_some();
            }
        }
        let target = match &reader.stage {
            Some(stage) => stage_at(&manuscript.stages, stage),
            None => manuscript.stages.len().checked_sub(1),
        };
        if let Some(target) = target {
            *self.targets.entry(target).or_default() += 1;
            self.without_stage += u64::from(reader.stage.is_none());
            if reader.stage.is_none() && self.first_without_stage.is_none() {
                self.first_without_stage = Some(row.place(row.index_of(|column| *column == Column::Stage), spool));
            }
        }
        let group = reader.group.as_deref().map(|group| group.trim().to_lowercase()).filter(|group| !group.is_empty());
        if let Some(group) = group.filter(|group| self.groups.len() < MOST && !self.groups.contains_key(group)) {
            self.groups.insert(group, row.place(row.index_of(|column| *column == Column::Group), spool));
        }
        let has_id = row.index_of(|column| *column == Column::Id).and_then(|at| row.cells.get(at)).is_some_and(|cell| !cell.value.text().trim().is_empty());
        if let Some(email) = reader.email.as_ref().filter(|_| !has_id)
            && let Some(line) = self.addresses.insert(short(&email.trim().to_lowercase()), row.line)
            && self.shared_addresses.len() < SHOWN
        {
            self.shared_addresses.push((line, row.place(row.index_of(|column| *column == Column::Email), spool)));
        }
    }

    fn has(&self, column: &Column) -> bool {
        self.headings.iter().any(|heading| heading.column == *column)
    }

    /// What nothing uses, and what is asked for and not there.
    pub fn warnings(&self, roster: &str, manuscript: &Manuscript, mentions: &Mentions) -> Diagnostics {
        let mut found = Diagnostics::new();
        if let (Some(last), false) = (manuscript.stages.last(), self.has(&Column::Stage)) {
            let readers = if self.without_stage == 1 { "the reader gets".to_string() } else { format!("all {} readers get", self.without_stage) };
            let warning = Diagnostic::warning(Code::RosterColumnMissing, format!("no column says the target stage: {readers} the last one, {}", last.title));
            found.push(warning.at(Place::file(roster)).hint("add a column `stage` with ids, numbers or titles of stages"));
        }
        if let (Some(last), Some(place), true) = (manuscript.stages.last(), &self.first_without_stage, self.has(&Column::Stage)) {
            let rows = if self.without_stage == 1 { "a row names".to_string() } else { format!("{} rows name", self.without_stage) };
            let them = if self.without_stage == 1 { "this reader gets" } else { "these readers get" };
            let warning = Diagnostic::warning(Code::RosterColumnMissing, format!("{rows} no target stage: {them} the last one, {}", last.title));
            found.push(warning.at(place.clone()).hint("write the stage into each row, also where it is the last one"));
        }
        for (line, place) in &self.shared_addresses {
            let warning = Diagnostic::warning(Code::RosterReaderTwice, format!("line {line} has this e-mail address too"));
            found.push(warning.at(place.clone()).hint("if two people share it, give each an `id`: by the address alone nobody tells them apart"));
        }
        for heading in &self.headings {
            let what = match heading.column {
                Column::Note if !printed(manuscript, mentions, "note") => "note",
                Column::Organisation if !printed(manuscript, mentions, "organisation") => "organisation",
                _ => continue,
            };
            found.push(unprinted(what).at(heading.place.clone()));
        }
        if mentions.depend_on_groups() && !self.has(&Column::Group) {
            let warning = Diagnostic::warning(Code::RosterColumnMissing, "no column says the group, on which a passage depends");
            found.push(warning.at(Place::file(roster)).hint("add a column `group`: without it nobody gets the passage"));
        }
        self.groups_that_miss_each_other(roster, mentions, &mut found);
        let given: Vec<&str> =
            self.headings.iter().filter_map(|heading| if let Column::Field(key) = &heading.column { Some(key.as_str()) } else { None }).collect();
        let missing: Vec<&str> = mentions.fields().filter(|asked| !given.contains(asked)).collect();
        for heading in &self.headings {
            let Column::Field(key) = &heading.column else { continue };
            // Addresses are for letters: `send --to` names their column.
            if mentions.ask_for(key) || heading.only_addresses && heading.filled > 0 {
                continue;
            }
            let message = format!("nothing uses the column `{}`: it becomes the field `{key}`, for which the text never asks", heading.text);
            found.push(Diagnostic::warning(Code::FieldUnused, message).at(heading.place.clone()).hint(self.meant(heading, key, &missing)));
        }
        for key in missing.into_iter().filter(|key| mentions.compare(key)) {
            let message = format!("no column is the field `{key}`, on which a passage depends");
            found.push(Diagnostic::warning(Code::RosterColumnMissing, message).at(Place::file(roster)).hint("without it nobody gets the passage"));
        }
        found
    }

    /// Groups of passages that no reader is of, and readers' groups that are nearly called as one of a passage.
    fn groups_that_miss_each_other(&self, roster: &str, mentions: &Mentions, found: &mut Diagnostics) {
        // Beyond the limit nobody knows which groups there are.
        if !self.has(&Column::Group) || self.groups.len() >= MOST {
            return;
        }
        let asked: BTreeSet<String> = mentions.groups().into_iter().map(str::to_lowercase).collect();
        for group in asked.iter().filter(|group| !self.groups.contains_key(*group)) {
            let near = nearest(group, self.groups.keys().map(String::as_str).filter(|known| !asked.contains(*known)));
            let warning = Diagnostic::warning(Code::RosterColumnMissing, format!("no reader is of the group `{group}`, for which a passage is"));
            let place = near.and_then(|near| self.groups.get(near)).cloned().unwrap_or_else(|| Place::file(roster));
            found.push(warning.at(place).hint(match near {
                Some(near) => format!("the roster has `{near}`: is it the same?"),
                None => "nobody gets the passage".to_string(),
            }));
        }
    }

    /// What an unused column may have been meant to be.
    fn meant(&self, heading: &Heading, key: &str, missing: &[&str]) -> String {
        if let Some(near) = nearest(key, missing.iter().copied()) {
            return format!("did you mean `{near}`? The text asks for `{{{{ field.{near} }}}}`");
        }
        if heading.filled > 0 && heading.only_stages {
            let name = if self.has(&Column::Stage) { "from" } else { "stage" };
            return format!("what stands in it are stages of the ladder: call the column `{name}`");
        }
        let words: Vec<&str> = key.split('-').collect();
        let near = Column::NAMES.into_iter().find(|name| words.contains(name)).or_else(|| nearest(&key.replace('-', " "), Column::NAMES));
        match near {
            Some(near) => format!("did you mean `{near}`? Or print it with `{{{{ field.{key} }}}}`"),
            None => format!("print it with `{{{{ field.{key} }}}}`; the columns with a meaning of their own are {}", listed(&Column::NAMES)),
        }
    }
}
