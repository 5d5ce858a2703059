//! What was understood of a roster: how each column was read, which stage each reader gets, and what nothing uses.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};
use crate::load::{Manuscript, OwnPage};
use crate::select::{Mentions, Reader, stage_at};

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
                self.headings.push(Heading { text: cell.heading.clone(), column: cell.column.clone(), filled: 0, only_stages: true, place });
            }
            let text = cell.value.text();
            if let Some(heading) = self.headings.get_mut(at).filter(|_| !text.trim().is_empty()) {
                heading.filled += 1;
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
        let given: Vec<&str> =
            self.headings.iter().filter_map(|heading| if let Column::Field(key) = &heading.column { Some(key.as_str()) } else { None }).collect();
        let missing: Vec<&str> = mentions.fields().filter(|asked| !given.contains(asked)).collect();
        for heading in &self.headings {
            let Column::Field(key) = &heading.column else { continue };
            if mentions.ask_for(key) {
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
