//! The works that a book cites: bibliographies in BibTeX, BibLaTeX or hayagriva's YAML, and the style in which they are cited.

use std::sync::Arc;

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{IndependentStyle, Style};
use hayagriva::io::{BibLaTeXError, from_biblatex_str, from_yaml_str};
use hayagriva::{Entry, Library};

use crate::diag::{Code, Diagnostic, Place, nearest};

use super::text_file::{Reading, TextFile};

/// The style where a book names none: the one that Pandoc takes.
const STYLE: &str = "chicago-author-date";
/// No more works than this are left out one by one for what is wrong with them.
const MOST_DAMAGED: usize = 200;

/// Works that can be cited.
#[derive(Clone, Debug)]
pub struct Works {
    /// The works, by key.
    pub library: Library,
    /// How they are cited.
    pub style: IndependentStyle,
}

/// Reads bibliographies and a style, whose paths are relative to the text root. `named_at` is where they are named.
/// What is wrong with a file is an error; what is wrong with one work, a warning.
pub(super) fn read(files: &[String], style: Option<&str>, named_at: &Place, reading: &mut Reading<'_>) -> Option<Arc<Works>> {
    if files.is_empty() {
        return None;
    }
    let mut library = Library::new();
    for path in files {
        let file = reading.text(path, named_at)?;
        let yaml = [".yml", ".yaml"].iter().any(|end| path.to_lowercase().ends_with(end));
        let read = if yaml { from_yaml(&file, reading) } else { from_bibtex(&file, reading) };
        // The first work with a key has it, as in a file.
        read?.iter().for_each(|entry: &Entry| {
            if library.get(entry.key()).is_none() {
                library.push(entry);
            }
        });
    }
    let style = self::style(style.unwrap_or(STYLE), named_at, reading)?;
    Some(Arc::new(Works { library, style }))
}

fn from_yaml(file: &TextFile, reading: &mut Reading<'_>) -> Option<Library> {
    match from_yaml_str(&file.text) {
        Ok(library) => Some(library),
        Err(error) => {
            let (line, column) = error.location().map_or((0, 0), |at| (at.line() as u32, at.column() as u32));
            let text = file.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
            let place = Place { file: file.name.clone(), line, column, cut: 0, text };
            let message = format!("this is no bibliography: {}", error.to_string().split(" at line ").next().unwrap_or_default());
            reading.diagnostics.push(Diagnostic::error(Code::Bibliography, message).at(place).hint("write it in BibTeX, BibLaTeX or hayagriva's YAML"));
            None
        }
    }
}

/// A work with a field that cannot be read is left out, and the rest read again.
fn from_bibtex(file: &TextFile, reading: &mut Reading<'_>) -> Option<Library> {
    let mut text = file.text.to_string();
    for _ in 0..MOST_DAMAGED {
        let errors = match from_biblatex_str(&text) {
            Ok(library) => return Some(library),
            Err(errors) => errors,
        };
        let Some(error) = errors.into_iter().next() else { break };
        match error {
            BibLaTeXError::Parse(error) => {
                let message = format!("this is no bibliography: {}", error.kind);
                let diagnostic = Diagnostic::error(Code::Bibliography, message).at(place(file, error.span.start));
                reading.diagnostics.push(diagnostic.hint("a brace, a comma or a quotation mark may be missing here or above"));
                return None;
            }
            BibLaTeXError::Type(error) => {
                let (start, end) = around(&text, error.span.start);
                let key = text[start..end].split_once('{').map_or("", |(_, rest)| rest.split(',').next().unwrap_or("")).trim().to_string();
                let message = format!("the work `{key}` cannot be read and is left out: {}", error.kind);
                reading.diagnostics.push(Diagnostic::warning(Code::BibliographyWork, message).at(place(file, error.span.start)));
                let blank: String = text[start..end].chars().map(|c| if c == '\n' { "\n".to_string() } else { " ".repeat(c.len_utf8()) }).collect();
                text.replace_range(start..end, &blank);
            }
        }
    }
    let message = format!("more than {MOST_DAMAGED} works of the bibliography cannot be read");
    reading.diagnostics.push(Diagnostic::error(Code::Bibliography, message).at(Place::file(&file.name)));
    None
}

/// The work around a place: from the `@` at a line's start to the next.
fn around(text: &str, at: usize) -> (usize, usize) {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind("\n@").map_or_else(|| text.find('@').filter(|first| *first <= at).unwrap_or(0), |before| before + 1);
    let end = text[at..].find("\n@").map_or(text.len(), |next| at + next);
    (start, end)
}

fn place(file: &TextFile, at: usize) -> Place {
    let before = file.text.get(..at).unwrap_or("");
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
    Place { file: file.name.clone(), line, column, cut: 0, text: file.text.lines().nth(line as usize - 1).unwrap_or("").to_string() }
}

/// A style by its name, or from a file of the project.
fn style(name: &str, named_at: &Place, reading: &mut Reading<'_>) -> Option<IndependentStyle> {
    let known = ArchivedStyle::by_name(name).or_else(|| ArchivedStyle::by_id(name)).or_else(|| ArchivedStyle::by_name(name.trim_end_matches(".csl")));
    let found = if name.ends_with(".csl") && reading.assets.read(name).is_ok() || known.is_none() && name.contains(['/', '.']) {
        let file = reading.text(name, named_at)?;
        match Style::from_xml(&file.text) {
            Ok(style) => style,
            Err(error) => {
                let message = format!("`{name}` is no style of citations in CSL: {error}");
                reading.diagnostics.push(Diagnostic::error(Code::CitationStyle, message).at(named_at.clone()));
                return None;
            }
        }
    } else {
        let Some(known) = known else {
            let names: Vec<&str> = ArchivedStyle::all().iter().flat_map(|style| style.names().iter().copied()).collect();
            let hint = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name one such as `apa`, `ieee`, `chicago-author-date`, or a .csl file of the project".to_string(),
            };
            reading
                .diagnostics
                .push(Diagnostic::error(Code::CitationStyle, format!("there is no style of citations `{name}`")).at(named_at.clone()).hint(hint));
            return None;
        };
        known.get()
    };
    match found {
        Style::Independent(style) => Some(style),
        Style::Dependent(style) => {
            let parent = style.parent_link.href.rsplit('/').next().unwrap_or_default().to_string();
            let message = format!("`{name}` only points to another style");
            reading.diagnostics.push(Diagnostic::error(Code::CitationStyle, message).at(named_at.clone()).hint(format!("name that: `{parent}`")));
            None
        }
    }
}
