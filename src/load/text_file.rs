//! Text files: bytes to text, with every way in which that fails told in a person's words.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, Severity, nearest};
use crate::files::plain_lines;
use crate::limits;

use super::assets::{AssetError, Assets};
use super::elsewhere;
use super::manuscript::{FileId, Sources};

/// What is read into: the project's files and the texts read so far.
pub(super) struct Reading<'a> {
    /// The project's files.
    pub(super) assets: Assets,
    /// What goes before a path of the text root to make the name that a person knows: `src/` for most mdBooks.
    pub(super) prefix: String,
    /// All texts read so far.
    pub(super) sources: Sources,
    /// What there is to say.
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A text that was read.
#[derive(Clone)]
pub(super) struct TextFile {
    /// Its index among the sources.
    pub(super) id: FileId,
    /// Its name for messages.
    pub(super) name: Arc<str>,
    /// Its text, without a byte order mark, lines ended by `\n`.
    pub(super) text: Arc<str>,
}

impl Reading<'_> {
    /// The name that a person knows a file by.
    pub(super) fn name(&self, path: &str) -> String {
        super::assets::relative_to("", &format!("{}{path}", self.prefix))
    }

    /// Reads a text file that `named_at` asks for. What is wrong is reported there, or at the bad byte.
    pub(super) fn text(&mut self, path: &str, named_at: &Place) -> Option<TextFile> {
        match self.assets.read(path) {
            Ok(bytes) => self.decoded(path, &bytes),
            Err(error) => {
                let diagnostic = self.unreadable(path, &error).at(named_at.clone());
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// What there is to say of a file that is to be a chapter and is another program's document. Of one that is not there another message
    /// tells.
    pub(super) fn elsewhere(&self, path: &str) -> Option<Diagnostic> {
        elsewhere::told(path).filter(|_| self.assets.read(path).is_ok())
    }

    /// Reads a text file that the book can do without: what is wrong is a warning, with what is done instead, unless the file lies where
    /// none is read.
    pub(super) fn wished_for(&mut self, path: &str, named_at: &Place, instead: &str) -> Option<TextFile> {
        let before = std::mem::take(self.diagnostics);
        let file = self.text(path, named_at);
        let said = std::mem::replace(self.diagnostics, before);
        for problem in said.iter().cloned() {
            self.diagnostics.push(if problem.code == Code::FileOutside {
                problem
            } else {
                Diagnostic { severity: Severity::Warning, message: format!("{}: {instead}", problem.message), ..problem }
            });
        }
        file
    }

    fn unreadable(&self, path: &str, error: &AssetError) -> Diagnostic {
        match error {
            AssetError::Missing => {
                let names = self.assets.names();
                let diagnostic = Diagnostic::error(Code::FileMissing, format!("there is no file `{path}`"));
                match misspelt(path, &names).or_else(|| same_name(path, &names)) {
                    Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                    None => diagnostic.hint("paths are relative to the file that names them, with `/` between folders"),
                }
            }
            AssetError::Outside => {
                let hint = "a book is made from the files of its own folder and of the repository around it: `--root DIR` names a folder that holds both, or copy the file into the book";
                Diagnostic::error(Code::FileOutside, format!("`{path}` lies outside the project")).hint(hint)
            }
            AssetError::Hidden => Diagnostic::error(Code::FileOutside, format!("`{path}` is hidden, and is not read from outside the book's own folder"))
                .hint("copy what is to be shown into the book"),
            AssetError::Unreadable(reason) => Diagnostic::error(Code::FileUnreadable, format!("`{path}` cannot be read: {reason}")),
        }
    }

    fn decoded(&mut self, path: &str, bytes: &[u8]) -> Option<TextFile> {
        let name = self.name(path);
        if bytes.len() > limits::TEXT {
            let message = format!("the file is longer than {} MB", limits::TEXT >> 20);
            self.diagnostics.push(Diagnostic::error(Code::FileTooLarge, message).at(Place::file(&name)));
            return None;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains('\0') => {
                self.diagnostics.push(no_text(&name, bytes, text.find('\0').unwrap_or(0), "the file holds a NUL, which is no character of any text"));
                None
            }
            Ok(text) => {
                let text = plain_lines(text.strip_prefix('\u{FEFF}').unwrap_or(text));
                let id = self.sources.add(&name, &text);
                let file = self.sources.get(id)?;
                Some(TextFile { id, name: file.name.clone(), text: file.text.clone() })
            }
            Err(error) => {
                self.diagnostics.push(no_text(&name, bytes, error.valid_up_to(), "the file is not UTF-8"));
                None
            }
        }
    }
}

/// The file that was meant, when hardly more than a letter in four is wrong: short names are near to each other anyway.
fn misspelt<'n>(path: &str, names: &'n [String]) -> Option<&'n str> {
    nearest(path, names.iter().map(String::as_str)).filter(|near| strsim::damerau_levenshtein(path, near) <= path.chars().count().max(4) / 4)
}

/// The file of the same name in another folder.
fn same_name<'n>(path: &str, names: &'n [String]) -> Option<&'n str> {
    let last = |p: &str| p.rsplit('/').next().map(str::to_lowercase);
    names.iter().find(|n| last(n) == last(path)).map(String::as_str)
}

/// What is wrong with bytes that are no text from an offset on.
fn no_text(name: &str, bytes: &[u8], good: usize, message: &str) -> Diagnostic {
    let before = bytes.get(..good).unwrap_or_default();
    let line = before.iter().filter(|b| **b == b'\n').count() as u32 + 1;
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count() as u32 + 1;
    let rest = bytes.get(start..).unwrap_or_default();
    let shown = rest.get(..rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len())).unwrap_or_default();
    let place = Place { file: name.into(), line, column, cut: 0, text: String::from_utf8_lossy(shown).chars().take(400).collect() };
    let hint = if is_wide(bytes) {
        "it looks like UTF-16: save it as UTF-8 in your editor"
    } else if bytes.get(good) == Some(&0) {
        "take it out; if there are many, the file is no text at all"
    } else {
        "it may be in Windows-1252 or Latin-1, or no text at all: save it as UTF-8 in your editor"
    };
    Diagnostic::error(Code::FileNotText, message).at(place).hint(hint)
}

/// Whether bytes look like UTF-16: by its mark, or because line ends, spaces and Latin letters have a NUL on the same side.
fn is_wide(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    let nuls = |side: usize| head.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    even.max(odd) * 8 >= head.len() && even.min(odd) * 8 <= even.max(odd)
}
