//! What a command line means: one place where each option is turned into what the library is asked for.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::bulk::understood::{printed, unprinted};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, nearest, reason};
use crate::length::Size;
use crate::load::{self, PAGE_HINT, revision};
use crate::project::{Options, Project, ThemeText, named_date};
use crate::provenance::Provenance;
use crate::provenance::seal::Sealer;
use crate::select::{Aim, Branches, Mentions, Reader, match_reader};
use crate::theme::Medium;
use crate::{files, limits};

use super::args::{BookArgs, FormatArg, MediumArg, ProjectArgs, ProvenanceArg, ReaderArgs, TalkArgs};
use super::{Status, Surroundings};

/// What is to be made of what, for whom.
pub(super) struct Invocation {
    pub(super) project: Project,
    pub(super) reader: Reader,
    /// What the reader's words mean for this book.
    pub(super) aim: Aim,
}

/// The parts of a command line that all commands have which make books.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) project: Option<&'a Path>,
    /// The built-in handbook is asked for.
    pub(super) built_in: bool,
    pub(super) reader: &'a ReaderArgs,
    pub(super) book: &'a BookArgs,
    pub(super) formats: &'a [FormatArg],
    pub(super) talk: &'a TalkArgs,
}

impl<'a> Asked<'a> {
    /// What a command for one reader's book was given.
    pub(super) fn of(project: &'a ProjectArgs, reader: &'a ReaderArgs, book: &'a BookArgs, formats: &'a [FormatArg], talk: &'a TalkArgs) -> Asked<'a> {
        Asked { project: project.project.as_deref(), built_in: project.built_in, reader, book, formats, talk }
    }
}

impl Invocation {
    /// Opens what is asked for. What is wrong is in the diagnostics, and whose fault it is in the status.
    pub(super) fn of(asked: Asked<'_>, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Result<Invocation, Status> {
        let (reader, options) = asked.meaning(surroundings, diagnostics).ok_or(Status::CommandLine)?;
        let opened = if asked.built_in { Project::built_in(options) } else { Project::found(asked.project, &surroundings.here, options) };
        let project = opened.map_err(|problems| {
            let status = if problems.iter().any(|problem| problem.code == Code::ProjectNotNamed) { Status::CommandLine } else { Status::Input };
            diagnostics.extend(problems);
            status
        })?;
        diagnostics.extend(project.warnings().clone());
        let had = Reader { had: project.options().since.clone(), ..reader.clone() };
        let aim = match_reader(project.manuscript(), &had).map_err(|problems| {
            diagnostics.extend(problems);
            Status::CommandLine
        })?;
        diagnostics.extend(unused(&project, &reader));
        if asked.book.strict {
            diagnostics.make_strict();
        }
        Ok(Invocation { project, reader, aim })
    }

    /// Id of the target stage.
    pub(super) fn target(&self) -> Option<&str> {
        self.aim.target.and_then(|at| self.project.manuscript().stages.get(at)).map(|stage| stage.id.as_str())
    }
}

impl Asked<'_> {
    /// What can be understood before the project is read; all that is wrong with it is told at once.
    pub(super) fn meaning(&self, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Option<(Reader, Options)> {
        let here = surroundings.here.as_path();
        let Asked { reader, book, .. } = self;
        let mut problems = Vec::new();
        let mut sound = |result: Result<(), Diagnostic>| problems.extend(result.err());
        let mut options = Options {
            medium: book.medium.map(|medium| match medium {
                MediumArg::Screen => Medium::Screen,
                MediumArg::Print => Medium::Print,
            }),
            provenance: match book.provenance {
                ProvenanceArg::Full => Provenance::Full,
                ProvenanceArg::Minimal => Provenance::Minimal,
                ProvenanceArg::None => Provenance::None,
            },
            crop_marks: book.crop_marks,
            keep_pictures: book.keep_pictures,
            pdf: self.formats.contains(&FormatArg::Pdf),
            epub: self.formats.contains(&FormatArg::Epub),
            strict: book.strict,
            system_fonts: !book.no_system_fonts,
            root: book.root.clone(),
            threads: self.talk.jobs.map(usize::from),
            ..Options::default()
        };
        let mut meant = reader_of(reader);
        options.since.clone_from(&book.since);
        options.editions.extend(book.since.as_deref().and_then(|old| edition(here, old)));
        sound(self.project.map_or(Ok(()), |path| exists(here, path, self.reader.name.as_deref())));
        sound(no_field_twice(&reader.fields));
        sound(named_date(book.date.as_deref(), surroundings.source_date_epoch.as_deref()).map(|date| options.date = date));
        sound(book.page.as_deref().map(page).transpose().map(|page| options.page = page));
        sound(book.theme.as_deref().map(|name| ThemeText::named(name, here)).transpose().map(|theme| options.theme = theme));
        sound(book.seal.as_deref().map(|path| sealer(here, path)).transpose().map(|sealer| options.sealer = sealer.map(Arc::new)));
        if options.provenance == Provenance::None && book.seal.is_some() {
            let problem = Diagnostic::error(Code::SealWithoutRecord, "there is nothing to seal: with `--provenance none` a copy says nothing of itself");
            sound(Err(problem.hint("`--provenance minimal` says the edition and the copy number, which can be sealed")));
        }
        sound(note(here, reader.note.as_deref()).map(|note| meant.note = note));
        let names_a_file = |note: &&str| !note.contains(char::is_whitespace) && note.contains('.') && here.join(note).is_file();
        if let Some(file) = reader.note.as_deref().filter(names_a_file) {
            let warning = Diagnostic::warning(Code::NoteFile, format!("the note is the text `{file}`, and there is a file of that name"));
            diagnostics.push(warning.hint(format!("`--note @{file}` reads it")));
        }
        let none = problems.is_empty();
        problems.into_iter().for_each(|problem| diagnostics.push(problem));
        none.then(|| (meant.tidy(), options))
    }
}

/// What is named as an old edition and is no mere name: a revision, or a folder that is there. The manifest may know others.
fn edition(here: &Path, old: &str) -> Option<(String, String)> {
    if revision(Path::new(old)).is_some() {
        return Some((old.to_string(), old.to_string()));
    }
    let folder = here.join(old);
    folder.exists().then(|| (old.to_string(), folder.to_string_lossy().into_owned()))
}

/// The key that copies are sealed with.
fn sealer(here: &Path, path: &Path) -> Result<Sealer, Diagnostic> {
    let place = || Place::file(&path.display().to_string());
    let text = files::text(&here.join(path), limits::SMALL_TEXT)
        .map_err(|why| Diagnostic::error(Code::KeyFile, format!("the key cannot be read: {why}")).at(place()))?;
    let hint = "`handbook keygen` makes a pair; the secret one has no ending .pub";
    Sealer::parse(&text).map_err(|what| Diagnostic::error(Code::KeyFile, format!("this is no key to seal with: {what}")).at(place()).hint(hint))
}

/// What a book may be made as.
const FORMATS: [&str; 2] = ["pdf", "epub"];

fn exists(here: &Path, project: &Path, reader: Option<&str>) -> Result<(), Diagnostic> {
    let shown = project.display();
    match fs::metadata(here.join(project)) {
        Ok(_) => Ok(()),
        Err(error) => {
            let shown = shown.to_string();
            let hint = match beside(here, project) {
                Some(near) => format!("did you mean `{near}`?"),
                None if FORMATS.contains(&shown.as_str()) => format!("if it is a format: they are divided by commas, `--format {}`", FORMATS.join(",")),
                None if reader.is_some_and(|reader| !reader.contains(' ')) && !shown.contains(['/', '\\', '.']) => {
                    format!("if it is a part of the name, put the name in quotes: `--reader \"{} {shown}\"`", reader.unwrap_or_default())
                }
                None if project.to_str().is_none() => "its name is not UTF-8: type it as the shell completes it, or rename it".to_string(),
                None => "name a folder with a book in it, or none for the built-in handbook".to_string(),
            };
            Err(Diagnostic::error(Code::ProjectUnreadable, format!("the project `{shown}` cannot be read: {}", reason(&error))).hint(hint))
        }
    }
}

/// The name in this folder that is nearest to one that is not there.
pub(super) fn beside(here: &Path, named: &Path) -> Option<String> {
    let names: Vec<String> = fs::read_dir(here).into_iter().flatten().flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    // A name that is not UTF-8 is near to itself, as it can be shown.
    let shown = named.to_str()?;
    nearest(shown, names.iter().map(String::as_str)).filter(|near| *near != shown).map(str::to_string)
}

/// What was given of the reader and is printed nowhere.
fn unused(project: &Project, reader: &Reader) -> Diagnostics {
    let mut found = Diagnostics::new();
    if reader.fields.is_empty() && reader.note.is_none() && reader.organisation.is_none() {
        return found;
    }
    let mentions = Mentions::of(project.manuscript());
    for what in [reader.note.as_ref().map(|_| "note"), reader.organisation.as_ref().map(|_| "organisation")].into_iter().flatten() {
        if !printed(project.manuscript(), &mentions, what) {
            found.push(unprinted(what));
        }
    }
    for key in reader.fields.keys().filter(|key| !mentions.ask_for(key)) {
        let hint = match nearest(key, mentions.fields()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("print it with `{{{{ field.{key} }}}}`"),
        };
        found.push(Diagnostic::warning(Code::FieldUnused, format!("the field `{key}` is given, and the text never asks for it")).hint(hint));
    }
    found
}

fn no_field_twice(fields: &[(String, String)]) -> Result<(), Diagnostic> {
    let twice = fields.iter().enumerate().find(|(at, (key, _))| fields.iter().take(*at).any(|(other, _)| other == key));
    twice.map_or(Ok(()), |(_, (key, _))| Err(Diagnostic::error(Code::FieldTwice, format!("the field `{key}` is given twice"))))
}

fn reader_of(args: &ReaderArgs) -> Reader {
    Reader {
        name: args.name.clone(),
        stage: args.stage.clone(),
        from: args.from.clone(),
        paths: args.paths.clone(),
        all: args.all,
        organisation: args.organisation.clone(),
        email: args.email.clone(),
        note: None,
        fields: args.fields.iter().cloned().collect(),
        had: None,
        copy: args.copy,
        first_name: args.first_name.clone(),
        group: args.group.clone(),
        branches: Branches::Reader,
    }
}

/// A page's size by its name or measures.
pub(super) fn page(text: &str) -> Result<Size, Diagnostic> {
    load::page(text).map_err(|wrong| Diagnostic::error(Code::PageSize, format!("the page {wrong}")).hint(PAGE_HINT))
}

/// The mentor's note: the text itself, or that of the file after `@`.
fn note(here: &Path, note: Option<&str>) -> Result<Option<String>, Diagnostic> {
    let text = match note {
        None => return Ok(None),
        Some(note) => match note.strip_prefix('@') {
            None => note.to_string(),
            Some(file) => {
                let problem =
                    |what: String| Diagnostic::error(Code::NoteFile, format!("the note `{file}` {what}")).hint("`--note @FILE` reads a file of plain text");
                let bytes = files::read(&here.join(file), limits::SMALL_TEXT).map_err(|why| problem(format!("cannot be read: {why}")))?;
                String::from_utf8(bytes).map_err(|_| problem("is not UTF-8".to_string()))?
            }
        },
    };
    let plain = files::plain_lines(text.trim_start_matches('\u{FEFF}')).trim().to_string();
    Ok(Some(plain).filter(|t| !t.is_empty()))
}
