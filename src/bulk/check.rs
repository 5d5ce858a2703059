//! Every row is checked before the first book is made, and all problems are told at once.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::{FontBook, is_ignorable, system_fonts};
use crate::load::Manuscript;
use crate::select::{Reader, match_reader};

use crate::names::file_stem;

use super::naming::{Names, short};
use super::roster::{Cell, Column, Entry, Row, Spool};
use super::understood::Understood;

/// Problems that are shown; the rest is counted. Nobody mends more in one go, and a roster of the wrong kind has one in every row.
const MOST_SHOWN: usize = 200;

/// A roster that every copy can be made from.
#[derive(Debug)]
pub struct Checked {
    /// How many readers.
    pub readers: u64,
    /// What was understood of them.
    pub understood: Understood,
    names: Names,
}

/// A copy to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// Its reader and row.
    pub entry: Entry,
    /// Name of its files, without ending.
    pub name: String,
    /// Id of the target stage.
    pub stage: Option<String>,
    /// Id of the present stage.
    pub from: Option<String>,
    /// Ids of the paths and guides asked for.
    pub paths: Vec<String>,
}

/// Checks a roster against a book. `fonts` are those of the program and the project; the system's are tried too if `system` says so.
///
/// # Errors
/// All problems, each with row, column and hint.
pub fn check(spool: &Spool, manuscript: &Manuscript, fonts: FontBook, system: bool) -> Result<Checked, Diagnostics> {
    let mut checking = Checking::new(spool, manuscript, fonts, system);
    match spool.rows() {
        Err(problem) => checking.problem(problem),
        Ok(rows) => rows.for_each(|row| checking.row(row)),
    }
    if checking.readers == 0 && checking.count == 0 {
        checking.problem(Diagnostic::error(Code::RosterEmpty, format!("the roster `{}` has no readers", spool.name)));
    }
    checking.end()
}

struct Checking<'a> {
    spool: &'a Spool,
    manuscript: &'a Manuscript,
    fonts: FontBook,
    /// The system's fonts may be used.
    system: bool,
    readers: u64,
    understood: Understood,
    names: Names,
    /// Who was met, with the line.
    met: HashMap<u128, u32>,
    copies: HashMap<u64, u32>,
    ids: HashMap<u128, u32>,
    /// Characters that some font has.
    printable: BTreeSet<char>,
    problems: Diagnostics,
    count: usize,
}

impl<'a> Checking<'a> {
    fn new(spool: &'a Spool, manuscript: &'a Manuscript, fonts: FontBook, system: bool) -> Checking<'a> {
        Checking {
            spool,
            manuscript,
            fonts,
            system,
            readers: 0,
            understood: Understood::default(),
            names: Names::default(),
            met: HashMap::new(),
            copies: HashMap::new(),
            ids: HashMap::new(),
            printable: BTreeSet::new(),
            problems: Diagnostics::new(),
            count: 0,
        }
    }

    fn problem(&mut self, problem: Diagnostic) {
        self.count += 1;
        if self.count <= MOST_SHOWN {
            self.problems.push(problem);
        }
    }

    /// A problem of a cell, or of the row.
    fn at(&mut self, row: &Row, cell: Option<usize>, problem: Diagnostic) {
        let placed = if self.count < MOST_SHOWN { problem.at(row.place(cell, self.spool)) } else { problem };
        self.problem(placed);
    }

    fn row(&mut self, row: Result<Row, Diagnostic>) {
        let row = match row {
            Ok(row) => row,
            Err(problem) => return self.problem(problem),
        };
        self.readers += 1;
        let (entry, problems) = row.entry();
        for (cell, problem) in problems {
            self.at(&row, Some(cell), problem);
        }
        self.fits_the_book(&row, &entry.reader);
        self.can_be_set(&row);
        if entry.reader.name.is_some() {
            self.stands_once(&row, &entry);
        }
        self.understood.note(&row, &entry.reader, self.spool, self.manuscript);
        self.names.note(&name(self.manuscript, &entry.reader, stage(self.manuscript, &entry.reader).as_deref()));
    }

    /// What [`match_reader`] says of the reader, told of the cell at fault.
    fn fits_the_book(&mut self, row: &Row, reader: &Reader) {
        if reader.name.is_none() {
            let cell = row.index_of(Column::is_name);
            self.at(
                row,
                cell,
                Diagnostic::error(Code::RosterName, "this row has no name")
                    .hint("every reader of a roster has a name; `handbook build` makes a copy for nobody"),
            );
        }
        if reader.name.as_deref().is_some_and(|name| name.chars().all(|c| c.is_whitespace() || is_ignorable(c))) {
            let cell = row.index_of(Column::is_name);
            self.at(
                row,
                cell,
                Diagnostic::error(Code::RosterName, "the reader's name has nothing that can be seen").hint("it holds only characters that take no room"),
            );
        }
        let Err(all) = match_reader(self.manuscript, reader) else { return };
        let mut of_cells = Diagnostics::new();
        for (index, cell) in row.cells.iter().enumerate() {
            let own = match_reader(self.manuscript, &only(cell, reader)).err().unwrap_or_default();
            for problem in own.iter() {
                of_cells.push(problem.clone());
                self.at(row, Some(index), problem.clone());
            }
        }
        // What no cell alone is at fault for, such as a present stage beyond the target.
        for problem in all.iter().filter(|p| !of_cells.iter().any(|other| other == *p)) {
            self.at(row, None, problem.clone());
        }
    }

    /// Characters that no font has.
    fn can_be_set(&mut self, row: &Row) {
        for (index, cell) in row.cells.iter().enumerate() {
            if matches!(
                cell.column,
                Column::Email | Column::Group | Column::Had | Column::Copy | Column::Stage | Column::From | Column::Paths | Column::All | Column::Revoked
            ) {
                continue;
            }
            let text: String = cell.value.text().nfc().collect();
            let unknown: BTreeSet<char> =
                text.chars().filter(|c| !c.is_ascii() && !c.is_control() && !is_ignorable(*c) && !self.printable.contains(c)).collect();
            if unknown.is_empty() {
                continue;
            }
            let mut missing = self.fonts.missing(std::iter::once(text.as_str()));
            if self.system && !missing.is_empty() {
                self.fonts.add_system(&system_fonts(&missing, &self.manuscript.book.language));
                missing = self.fonts.missing(std::iter::once(text.as_str()));
            }
            self.printable.extend(unknown.difference(&missing));
            if !missing.is_empty() {
                let list: Vec<String> = missing.iter().take(5).map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
                let problem = Diagnostic::error(Code::CharacterWithoutFont, format!("no font has {}", list.join(", ")));
                self.at(row, Some(index), problem.hint("put a font that has it into the project's folder `fonts`"));
            }
        }
    }

    /// Nobody twice, no number twice.
    fn stands_once(&mut self, row: &Row, entry: &Entry) {
        let reader = &entry.reader;
        let who = [&reader.name, &reader.stage, &reader.email, &reader.organisation].map(|t| t.as_deref().unwrap_or("").to_lowercase());
        // Whom an id tells apart may be alike in all else.
        let who = who.into_iter().chain([entry.id.clone().unwrap_or_default()]).collect::<Vec<_>>();
        if let Some(line) = self.met.insert(short(&who.join("\0")), row.line) {
            let cell = row.index_of(Column::is_name);
            let hint = "take one out, or tell the two apart by e-mail address, organisation or id";
            self.at(row, cell, Diagnostic::error(Code::RosterReaderTwice, format!("the same reader stands in line {line}")).hint(hint));
        }
        if let Some(id) = &entry.id
            && let Some(line) = self.ids.insert(short(id), row.line)
        {
            let cell = row.index_of(|c| *c == Column::Id);
            self.at(
                row,
                cell,
                Diagnostic::error(Code::RosterReaderTwice, format!("line {line} has the id `{id}` too")).hint("give each reader an id of their own"),
            );
        }
        let copy = reader.copy.unwrap_or(entry.row);
        if let Some(line) = self.copies.insert(copy, row.line) {
            let cell = row.index_of(|c| *c == Column::Copy);
            let hint = "number every row, or none";
            self.at(row, cell, Diagnostic::error(Code::CopyNumberTwice, format!("line {line} has the copy number {copy} too")).hint(hint));
        }
    }

    fn end(mut self) -> Result<Checked, Diagnostics> {
        if self.count > MOST_SHOWN {
            self.problems.push(Diagnostic::error(Code::MoreProblems, format!("{} more problems are not shown", self.count - MOST_SHOWN)));
        }
        if self.problems.has_errors() { Err(self.problems) } else { Ok(Checked { readers: self.readers, understood: self.understood, names: self.names }) }
    }
}

/// A reader of whom only one cell is known, so that a problem is that cell's.
fn only(cell: &Cell, reader: &Reader) -> Reader {
    let none = Reader::default();
    match &cell.column {
        Column::Name | Column::Given | Column::Family => Reader { name: reader.name.clone(), ..none },
        Column::Stage => Reader { stage: reader.stage.clone(), ..none },
        Column::From => Reader { from: reader.from.clone(), ..none },
        Column::Paths => Reader { paths: reader.paths.clone(), ..none },
        Column::Organisation => Reader { organisation: reader.organisation.clone(), ..none },
        Column::Email => Reader { email: reader.email.clone(), ..none },
        Column::Note => Reader { note: reader.note.clone(), ..none },
        Column::Field(key) => Reader { fields: reader.fields.iter().filter(|(k, _)| *k == key).map(|(k, v)| (k.clone(), v.clone())).collect(), ..none },
        Column::Group => Reader { group: reader.group.clone(), ..none },
        Column::Had => Reader { had: reader.had.clone(), ..none },
        Column::All | Column::Copy | Column::Id | Column::Revoked => none,
    }
}

/// The name that a reader's files would have if nobody else had it.
fn name(manuscript: &Manuscript, reader: &Reader, stage: Option<&str>) -> String {
    file_stem(reader.name.as_deref(), &manuscript.book.title, stage)
}

/// Id of the target stage.
fn stage(manuscript: &Manuscript, reader: &Reader) -> Option<String> {
    let plain = Reader { stage: reader.stage.clone(), ..Reader::default() };
    let target = match_reader(manuscript, &plain).ok()?.target?;
    manuscript.stages.get(target).map(|s| s.id.clone())
}

impl Checked {
    /// All copies in the roster's order, with the names of their files.
    ///
    /// # Errors
    /// When the spooled roster can no longer be read: at once, or in place of the row that could not be had.
    pub fn jobs<'a>(&'a self, spool: &Spool, manuscript: &'a Manuscript) -> Result<impl Iterator<Item = Result<Job, Diagnostic>> + 'a, Diagnostic> {
        let mut names = self.names.clone();
        Ok(spool.rows()?.map(move |row| {
            let (entry, _) = row?.entry();
            let stage = stage(manuscript, &entry.reader);
            let name = names.give(&name(manuscript, &entry.reader, stage.as_deref()));
            let aim = match_reader(manuscript, &entry.reader).ok();
            let from = aim.as_ref().and_then(|aim| manuscript.stages.get(aim.from?)).map(|stage| stage.id.clone());
            Ok(Job { name, stage, from, paths: aim.map(|aim| aim.chosen).unwrap_or_default(), entry })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::roster::Format;
    use crate::load::load_built_in;

    #[test]
    fn a_roster_that_breaks_between_the_readings_does_not_end_as_a_success() -> Result<(), Box<dyn std::error::Error>> {
        let manuscript = load_built_in()?.value;
        // Longer than what is read ahead, so that the trouble comes in the middle.
        let many = |row: &str, before: &str| format!("{before}{}", (0..2000).map(|n| row.replace('#', &n.to_string())).collect::<String>());
        for (format, text) in
            [(Format::Csv, many("Reader #\n", "name\n")), (Format::Json, many("{\"name\":\"Reader #\"}\n", "")), (Format::Yaml, many("- name: Reader #\n", ""))]
        {
            let spool = Spool::read(text.as_bytes(), "roster", Some(format)).map_err(|d| d.to_string())?;
            let checked = check(&spool, &manuscript, FontBook::built_in(), false).map_err(|_| "not sound")?;
            assert_eq!(checked.readers, 2000);
            let mut jobs = checked.jobs(&spool, &manuscript).map_err(|d| d.to_string())?;
            assert!(jobs.next().is_some_and(|job| job.is_ok()), "{format:?}");
            spool.break_it()?;
            let rest: Vec<Result<Job, Diagnostic>> = jobs.collect();
            let problem = rest.last().and_then(|job| job.as_ref().err()).map(|d| d.message.clone()).unwrap_or_default();
            assert!(rest.len() < 1999 && problem.starts_with("the roster cannot be read"), "{format:?}: {} rows, {problem}", rest.len());
            assert!(check(&spool, &manuscript, FontBook::built_in(), false).is_err(), "{format:?}");
        }
        Ok(())
    }
}
