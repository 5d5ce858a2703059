//! Chapters as a list of another tool names them, and what is read for each.

use crate::diag::{Diagnostic, Place, Severity};

use super::elsewhere;
use super::front_matter;
use super::manuscript::{ChapterSource, FrontMatter, Pos, Role, Text};
use super::text_file::Reading;

/// A chapter as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Title as Markdown; empty where the list gives none.
    pub(super) title: String,
    /// Path relative to the text root; `None` for a draft, or for a heading of chapters without a page of its own.
    pub(super) path: Option<String>,
    /// 0 for a chapter, 1 for one within it, …
    pub(super) depth: u8,
    /// Prefix and suffix chapters are not.
    pub(super) numbered: bool,
    /// The part that begins with it.
    pub(super) part: Option<String>,
    /// Where it is listed.
    pub(super) pos: Pos,
    /// The same, to be shown.
    pub(super) place: Place,
}

/// Reads a listed chapter. `whole` gives its text with everything that it takes in. What is not there is not written yet.
pub(super) fn chapter(item: &Listed, reading: &mut Reading<'_>, whole: &mut dyn FnMut(&str, Text, &mut Reading<'_>) -> Text) -> ChapterSource {
    let mut file_of = |path: &String| {
        if let Some(problem) = reading.elsewhere(path).filter(elsewhere::stops) {
            let message = format!("{}: this one is left out", problem.message);
            reading.diagnostics.push(Diagnostic { severity: Severity::Warning, message, ..problem }.at(item.place.clone()));
            return None;
        }
        reading.wished_for(path, &item.place, "the chapter is left out")
    };
    let written = item.path.as_ref().and_then(|path| Some((path, file_of(path)?)));
    let Some((path, file)) = written else {
        return source(item, String::new(), FrontMatter::default(), Text::default(), item.pos);
    };
    let read = front_matter::foreign(&file, reading.diagnostics);
    let text = whole(path, read.text, reading);
    source(item, path.clone(), read.meta, text, Pos { file: file.id, line: 1, column: 0 })
}

fn source(item: &Listed, path: String, meta: FrontMatter, text: Text, pos: Pos) -> ChapterSource {
    ChapterSource {
        draft: path.is_empty(),
        path,
        role: Role::Chapter { depth: item.depth, numbered: item.numbered },
        listed_title: Some(item.title.clone()).filter(|t| !t.is_empty()),
        meta,
        pos,
        part: item.part.clone(),
        text,
    }
}
