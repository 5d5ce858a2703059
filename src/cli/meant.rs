//! The command line as it is meant: one place where each option is turned into what the stages need.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::book::Options;
use crate::diag::{Diagnostic, Diagnostics, Place, nearest};
use crate::length::{Length, Size};
use crate::load::{self, Manuscript, PAGE_HINT, reason};
use crate::provenance::seal::Sealer;
use crate::select::{Aim, Reader, aim};
use crate::theme::{Edition, Theme};
use crate::{files, limits};

use super::args::{BookArgs, EditionArg, ReaderArgs};
use super::{Status, Surroundings, date};

/// The theme of a book that names none.
const THEME: &str = "classic";
/// The themes that are built in, for messages.
const THEMES: [&str; 2] = ["classic", "plain"];

/// What is to be made of what, for whom.
pub(super) struct Meant {
    pub(super) manuscript: Arc<Manuscript>,
    pub(super) reader: Reader,
    /// What the reader's words mean for this book.
    pub(super) aim: Aim,
    pub(super) options: Options,
}

/// Turns options into what they mean. What is wrong is in the diagnostics, and whose fault it is in the status.
pub(super) fn meant(
    project: Option<&Path>,
    reader: &ReaderArgs,
    book: &BookArgs,
    surroundings: &Surroundings,
    diagnostics: &mut Diagnostics,
) -> Result<Meant, Status> {
    let typed = typed(project, reader, book, surroundings, diagnostics).ok_or(Status::CommandLine)?;
    let manuscript = load::load_within(project, &surroundings.here, book.root.as_deref(), diagnostics).map(Arc::new).ok_or(Status::Input)?;
    let aim = aim(&manuscript, &typed.reader, diagnostics).ok_or(Status::CommandLine)?;
    // A theme named on the command line brings its own page; that of the manifest belongs to the manifest's theme.
    let page = typed.page.or(manuscript.book.page.filter(|_| typed.theme.is_none()));
    let theme = theme(typed.theme, &manuscript, diagnostics).ok_or(Status::Input)?;
    let theme = shaped(theme, page, book);
    let options = Options {
        theme: Arc::new(theme),
        pdf: true,
        epub: true,
        date: date::decided(typed.date, manuscript.book.date.as_deref()),
        strict: book.strict,
        system_fonts: !book.no_system_fonts,
        sealer: typed.sealer.map(Arc::new),
    };
    Ok(Meant { manuscript, reader: typed.reader, aim, options })
}

/// The key that copies are sealed with.
fn sealer(here: &Path, path: &Path) -> Result<Sealer, Diagnostic> {
    let place = || Place::file(&path.display().to_string());
    let text = files::text(&here.join(path), limits::SMALL_TEXT).map_err(|why| Diagnostic::error(format!("the key cannot be read: {why}")).at(place()))?;
    let hint = "`handbook keygen` makes a pair; the secret one has no ending .pub";
    Sealer::parse(&text).map_err(|what| Diagnostic::error(format!("this is no key to seal with: {what}")).at(place()).hint(hint))
}

/// What can be decided before the manuscript is read.
struct Typed {
    reader: Reader,
    date: Option<String>,
    page: Option<Size>,
    /// A theme's name for messages, and its YAML.
    theme: Option<(String, String)>,
    sealer: Option<Sealer>,
}

fn typed(project: Option<&Path>, reader: &ReaderArgs, book: &BookArgs, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Option<Typed> {
    let here = surroundings.here.as_path();
    let mut problems = Vec::new();
    let mut sound = |result: Result<(), Diagnostic>| problems.extend(result.err());
    sound(project.map_or(Ok(()), |path| exists(here, path)));
    sound(no_field_twice(&reader.fields));
    let mut kept = Typed { reader: reader_of(reader), date: None, page: None, theme: None, sealer: None };
    sound(date::asked(book.date.as_deref(), surroundings.source_date_epoch.as_deref()).map(|date| kept.date = date));
    sound(book.page.as_deref().map(page).transpose().map(|page| kept.page = page));
    sound(book.theme.as_deref().map(|name| theme_text(here, name)).transpose().map(|theme| kept.theme = theme));
    sound(book.seal.as_deref().map(|path| sealer(here, path)).transpose().map(|sealer| kept.sealer = sealer));
    sound(note(here, reader.note.as_deref()).map(|note| kept.reader.note = note));
    kept.reader = kept.reader.tidy();
    let none = problems.is_empty();
    problems.into_iter().for_each(|problem| diagnostics.push(problem));
    none.then_some(kept)
}

fn exists(here: &Path, project: &Path) -> Result<(), Diagnostic> {
    let shown = project.display();
    match fs::metadata(here.join(project)) {
        Ok(_) => Ok(()),
        Err(error) => {
            let folders: Vec<String> = fs::read_dir(here).into_iter().flatten().flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
            let shown = shown.to_string();
            // A name that is not UTF-8 is near to itself, as it can be shown.
            let near = nearest(&shown, folders.iter().map(String::as_str)).filter(|near| **near != shown && project.to_str().is_some());
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if project.to_str().is_none() => "its name is not UTF-8: type it as the shell completes it, or rename it".to_string(),
                None => "name a folder with a book in it, or none for the built-in handbook".to_string(),
            };
            Err(Diagnostic::error(format!("the project `{shown}` cannot be read: {}", reason(&error))).hint(hint))
        }
    }
}

fn no_field_twice(fields: &[(String, String)]) -> Result<(), Diagnostic> {
    let twice = fields.iter().enumerate().find(|(at, (key, _))| fields.iter().take(*at).any(|(other, _)| other == key));
    twice.map_or(Ok(()), |(_, (key, _))| Err(Diagnostic::error(format!("the field `{key}` is given twice"))))
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
        copy: args.copy,
    }
}

fn page(text: &str) -> Result<Size, Diagnostic> {
    load::page(text).map_err(|wrong| Diagnostic::error(format!("the page {wrong}")).hint(PAGE_HINT))
}

/// The mentor's note: the text itself, or that of the file after `@`.
fn note(here: &Path, note: Option<&str>) -> Result<Option<String>, Diagnostic> {
    let text = match note {
        None => return Ok(None),
        Some(note) => match note.strip_prefix('@') {
            None => note.to_string(),
            Some(file) => {
                let problem = |what: String| Diagnostic::error(format!("the note `{file}` {what}")).hint("`--note @FILE` reads a file of plain text");
                let bytes = files::read(&here.join(file), limits::SMALL_TEXT).map_err(|why| problem(format!("cannot be read: {why}")))?;
                String::from_utf8(bytes).map_err(|_| problem("is not UTF-8".to_string()))?
            }
        },
    };
    let plain = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").trim().to_string();
    Ok(Some(plain).filter(|t| !t.is_empty()))
}

/// A theme that is named on the command line: its name for messages and its YAML.
fn theme_text(here: &Path, name: &str) -> Result<(String, String), Diagnostic> {
    if let Some(yaml) = Theme::built_in(name) {
        return Ok((name.to_string(), yaml.to_string()));
    }
    if name.is_empty() {
        return Err(Diagnostic::error("the theme's name is empty").hint(format!("the themes are {}, or name a theme's file", load::listed(&THEMES))));
    }
    files::text(&here.join(name), limits::SMALL_TEXT).map(|yaml| (name.to_string(), yaml)).map_err(|why| {
        let near = nearest(name, THEMES);
        let known = format!("the themes are {}, or name a theme's file", load::listed(&THEMES));
        let hint = near.map_or(known, |near| format!("did you mean `{near}`?"));
        Diagnostic::error(format!("there is no theme `{name}`: {why}")).hint(hint)
    })
}

/// The theme of the command line, else of the book, else the usual one.
fn theme(asked: Option<(String, String)>, manuscript: &Manuscript, diagnostics: &mut Diagnostics) -> Option<Theme> {
    let (name, yaml) = match asked {
        Some(asked) => asked,
        None => {
            let name = manuscript.book.theme.clone().unwrap_or_else(|| THEME.to_string());
            let yaml = match Theme::built_in(&name) {
                Some(yaml) => yaml.to_string(),
                None => project_theme(manuscript, &name, diagnostics)?,
            };
            (name, yaml)
        }
    };
    Theme::parse(&name, &yaml).map_err(|problems| diagnostics.extend(problems)).ok()
}

fn project_theme(manuscript: &Manuscript, name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = manuscript.assets.read(name).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    if text.is_none() {
        diagnostics.push(Diagnostic::error("the theme is not a file of UTF-8 text").at(Place::file(name)));
    }
    text
}

/// Bleed where crop marks are asked for and the theme has none.
const BLEED_MM: f64 = 3.0;

fn shaped(theme: Theme, page: Option<Size>, book: &BookArgs) -> Theme {
    let mut theme = match page {
        Some(size) if size != Size::new(theme.page.width, theme.page.height) => theme.resized(size),
        _ => theme,
    };
    if book.crop_marks {
        theme.page.crop_marks = true;
        if theme.page.bleed == Length::ZERO {
            theme.page.bleed = Length::from_mm(BLEED_MM);
        }
    }
    match book.edition {
        Some(EditionArg::Screen) => theme.page.edition = Edition::Screen,
        Some(EditionArg::Print) => theme.page.edition = Edition::Print,
        None => {}
    }
    theme
}
