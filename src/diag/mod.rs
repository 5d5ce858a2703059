//! What a person should know: errors and warnings with their place and what to do.

mod code;
mod words;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

pub use code::Code;
#[cfg(feature = "web")]
pub(crate) use words::listed_in_part;
pub use words::nearest;
pub(crate) use words::{listed, no_folder, reason};

use crate::memo::Key;

/// Whether a book can be made in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The book is made and stays readable.
    Warning,
    /// The book is not made.
    Error,
}

/// A place in a file, as people count: line and column from 1. Column 0 means the whole line, line 0 the whole file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's name as the person knows it.
    pub file: Arc<str>,
    /// Line, from 1; 0 for the file as a whole.
    pub line: u32,
    /// Column in characters, from 1; 0 for the line as a whole.
    pub column: u32,
    /// Characters of the line that stand before `text`: of a line as long as a book only what is around the column is kept.
    pub cut: u32,
    /// The source line itself, without its line ending; empty when there is none to show.
    pub text: String,
}

/// No more characters of a line than these are kept before its column, and behind it.
const AROUND: usize = 200;

impl Place {
    /// A column of a line. `text` is the whole line.
    pub fn within(file: Arc<str>, line: u32, column: u32, text: &str) -> Place {
        let at = column.saturating_sub(1) as usize;
        if text.len() <= AROUND * 2 {
            return Place { file, line, column, cut: 0, text: text.to_string() };
        }
        let cut = at.saturating_sub(AROUND);
        // Most long lines are data, and ASCII.
        let from = if text.is_ascii() { cut.min(text.len()) } else { text.char_indices().nth(cut).map_or(text.len(), |(at, _)| at) };
        Place { file, line, column, cut: cut as u32, text: text[from..].chars().take(AROUND * 2).collect() }
    }

    /// A file as a whole.
    pub fn file(file: &str) -> Place {
        Place { file: file.into(), line: 0, column: 0, cut: 0, text: String::new() }
    }
}

/// One thing to say: what happened, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Which kind of thing it is: stable, for scripts and for `docs/messages.md`.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// Where, when there is a place.
    pub place: Option<Place>,
    /// What to do, when that is known.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// Something that stops the book.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, severity: Severity::Error, message: message.into(), place: None, hint: None }
    }

    /// Something that leaves the book readable.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The column after the last letter of what is wrong, for editors that underline it; none where the whole line is meant.
    pub fn end_column(&self) -> Option<u32> {
        let place = self.place.as_ref().filter(|place| place.line > 0 && place.column > 0)?;
        let at = (place.column - 1).checked_sub(place.cut)? as usize;
        let rest: String = place.text.chars().skip(at).collect();
        Some(place.column + extent(&rest, &self.message).max(1) as u32)
    }
}

/// How many letters at the beginning of a line's rest a message speaks of: what it names in backquotes, else a mark up to its end, else
/// a word.
fn extent(rest: &str, message: &str) -> usize {
    let named = message.split('`').skip(1).step_by(2).filter(|name| !name.is_empty() && rest.starts_with(name)).map(str::len).max();
    let mark = || {
        let marks = [("{{", "}}"), ("<!--", "-->"), ("<", ">"), ("![", ")"), ("[", ")"), ("\"", "\""), ("'", "'"), ("`", "`")];
        let (begin, end) = marks.into_iter().find(|(begin, _)| rest.starts_with(begin))?;
        rest.get(begin.len()..)?.find(end).map(|at| begin.len() + at + end.len())
    };
    let word = || rest.split(char::is_whitespace).next().unwrap_or_default().trim_end_matches([':', ',', '.', ';']).len();
    let bytes = named.or_else(mark).unwrap_or_else(word);
    rest.get(..bytes).map_or(0, |text| text.chars().count())
}

/// The form a terminal shows, after the manner of rustc:
///
/// ```text
/// error: unknown key `titel`
///   --> handbook.yaml:3:1
///    |
///  3 | titel: The Book
///    | ^
///    = help: did you mean `title`?
/// ```
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{word}: {}", printable(&self.message))?;
        let mut gutter = 1;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            gutter = number.len();
            write!(f, "\n{:gutter$}--> {}", "", printable(&place.file))?;
            if place.line > 0 {
                write!(f, ":{}", place.line)?;
                if place.column > 0 {
                    write!(f, ":{}", place.column)?;
                }
            }
            if place.line > 0 && !place.text.is_empty() {
                let (shown, caret) = excerpt(&place.text, place.column as usize, place.cut as usize);
                write!(f, "\n{:gutter$} |\n{number} | {shown}", "")?;
                if let Some(caret) = caret {
                    write!(f, "\n{:gutter$} | {:caret$}^", "", "")?;
                }
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{:gutter$} = help: {}", "", printable(hint))?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// A source line as shown: at most 100 characters around the column, control characters made visible, and where the caret stands.
/// `cut` characters of it are not in `text`.
fn excerpt(text: &str, column: usize, cut: usize) -> (String, Option<usize>) {
    const WIDTH: usize = 100;
    let chars: Vec<char> = text.chars().map(|c| if c == '\t' { ' ' } else { visible(c) }).collect();
    let at = column.saturating_sub(1 + cut).min(chars.len());
    let start = if at > WIDTH * 3 / 4 { at - WIDTH / 2 } else { 0 };
    let end = (start + WIDTH).min(chars.len());
    let mut shown = String::new();
    let before = start > 0 || cut > 0;
    if before {
        shown.push('…');
    }
    shown.extend(&chars[start..end]);
    if end < chars.len() {
        shown.push('…');
    }
    (shown, (column > 0).then_some(at - start + usize::from(before)))
}

/// Text that cannot play tricks on a terminal: control and bidirectional format characters become visible ones.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}

fn visible(c: char) -> char {
    match c {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' => '\u{FFFD}',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

/// Everything there is to say so far, in the order in which it was found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Digests of what is in the list: a book can have tens of thousands of mistakes.
    said: HashSet<Key>,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one, unless the very same was said before.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        // The same thing is said once, though another reader's book knows another hint.
        let Diagnostic { severity, code, message, place, .. } = &diagnostic;
        if self.said.insert(Key::of(&(severity, code, message, place))) {
            self.list.push(diagnostic);
        }
    }

    /// Takes over all of another collection.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    /// Whether anything stops the book.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Turns every warning into an error, as `--strict` asks.
    pub fn make_strict(&mut self) {
        let all = std::mem::take(self).list;
        all.into_iter().for_each(|diagnostic| self.push(Diagnostic { severity: Severity::Error, ..diagnostic }));
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(all: I) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        all.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
        diagnostics
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        [diagnostic].into_iter().collect()
    }
}

/// What a step gives that may have something to say though nothing stopped it. A step that can be stopped gives
/// `Result<Warned<T>, Diagnostics>`, the errors with the warnings found before them.
#[derive(Clone, Debug)]
pub struct Warned<T> {
    /// What was made.
    pub value: T,
    /// What there is to say of it.
    pub warnings: Diagnostics,
}

impl<T> Warned<T> {
    /// The result of work that gathered what there is to say: `made`, unless there is nothing or an error among it.
    pub fn unless_stopped(made: Option<T>, found: Diagnostics) -> Result<Warned<T>, Diagnostics> {
        match made {
            Some(value) if !found.has_errors() => Ok(Warned { value, warnings: found }),
            _ => Err(found),
        }
    }
}

impl Diagnostics {
    /// Takes over what a step has to say and gives what it made.
    ///
    /// # Errors
    /// When the step was stopped: everything found so far, which is then taken out of here.
    pub fn noting<T>(&mut self, result: Result<Warned<T>, Diagnostics>) -> Result<T, Diagnostics> {
        match result {
            Ok(Warned { value, warnings }) => {
                self.extend(warnings);
                Ok(value)
            }
            Err(problems) => {
                self.extend(problems);
                Err(std::mem::take(self))
            }
        }
    }
}

/// All of them as a terminal shows them, an empty line between two.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, diagnostic) in self.list.iter().enumerate() {
            let gap = if number > 0 { "\n\n" } else { "" };
            write!(f, "{gap}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
