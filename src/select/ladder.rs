//! Finding what a reader names: stages by id, number or title, paths by id or title.

use crate::diag::{Code, Diagnostic, Diagnostics, listed, nearest};
use crate::load::{Extra, Manuscript, Stage};

use super::{Reader, StageInfo};

/// A name may have so many characters; a page has no room for more.
const LONGEST_NAME: usize = 200;
/// A note may be as long as a chapter.
const LONGEST_NOTE: usize = 100_000;

/// What a reader's words mean for one book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Index of the target in the ladder; `None` in a book without one.
    pub target: Option<usize>,
    /// Index of the present stage.
    pub from: Option<usize>,
    /// Ids of the paths and guides asked for, in the order of the manifest.
    pub chosen: Vec<String>,
}

/// Checks what is said of a reader against the book.
///
/// # Errors
/// All mistakes together.
pub fn match_reader(manuscript: &Manuscript, reader: &Reader) -> Result<Aim, Diagnostics> {
    let mut problems = check_texts(reader);
    let mut found =
        |name: &Option<String>| name.as_deref().map(|name| find_stage(&manuscript.stages, name)).transpose().map_err(|p| problems.push(p)).ok().flatten();
    let (target, from) = (found(&reader.stage), found(&reader.from));
    let target = target.or(manuscript.stages.len().checked_sub(1));
    if let (Some(target), Some(from)) = (target, from)
        && from > target
    {
        let title = |at: usize| manuscript.stages.get(at).map_or("", |stage| stage.title.as_str());
        let message = format!("the present stage, {}, lies beyond the target, {}", title(from), title(target));
        problems.push(Diagnostic::error(Code::StageBeyond, message).hint("the target is the present stage or a later one"));
    }
    let mut chosen = Vec::new();
    for name in &reader.paths {
        match find_extra(manuscript, name) {
            Ok(extra) if chosen.contains(&extra.id) => {}
            Ok(extra) => chosen.push(extra.id.clone()),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(reader.had.as_deref().and_then(|had| unknown_edition(manuscript, had)));
    if !problems.is_empty() {
        return Err(problems.into_iter().collect());
    }
    let order = |id: &String| manuscript.paths.iter().chain(&manuscript.guides).position(|extra| extra.id == *id);
    chosen.sort_by_key(order);
    Ok(Aim { target, from, chosen })
}

/// What is wrong with the edition that a reader is said to have: it is one of those that the manifest names, and nothing else. A roster
/// cannot name files.
fn unknown_edition(manuscript: &Manuscript, had: &str) -> Option<Diagnostic> {
    let known = &manuscript.book.editions;
    if known.contains_key(had) {
        return None;
    }
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    let hint = match nearest(had, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "old editions are named under `editions` in handbook.yaml".to_string(),
        None => format!("the book knows {}", listed(&names)),
    };
    Some(Diagnostic::error(Code::EditionUnknown, format!("there is no edition `{had}`")).hint(hint))
}

/// Index of a stage that is named by id, number or title.
///
/// # Errors
/// A diagnostic with the nearest match and the list of right ones.
pub fn find_stage(stages: &[Stage], name: &str) -> Result<usize, Diagnostic> {
    if stages.is_empty() {
        return Err(Diagnostic::error(Code::StageUnknown, format!("this book has no stages, so there is no stage `{name}`"))
            .hint("a ladder is written under `stages` in handbook.yaml"));
    }
    stage_at(stages, name).ok_or_else(|| {
        let wanted = name.trim().to_lowercase();
        let near = nearest(&wanted, stages.iter().flat_map(|s| [s.id.as_str(), s.title.as_str()]));
        let the = near.map_or_else(|| "the".to_string(), |n| format!("did you mean `{n}`? The"));
        let rows = stages.iter().enumerate().map(|(at, s)| (format!("{}", at + 1), s.id.as_str(), s.title.as_str()));
        Diagnostic::error(Code::StageUnknown, format!("there is no stage `{name}`")).hint(format!("{the} stages are{}", table(rows.collect())))
    })
}

/// Index of the stage that is named by id, number or title, if there is one.
pub fn stage_at(stages: &[Stage], name: &str) -> Option<usize> {
    let wanted = name.trim().to_lowercase();
    // `Stage 2`, `2.`, `level 2`.
    let bare = ["stage", "level", "step"].iter().find_map(|word| wanted.strip_prefix(word)).unwrap_or(&wanted);
    let bare = bare.trim_start_matches([' ', '#', ':', '.']).trim_end_matches(['.', ')', ' ']);
    let by_number = bare.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|at| *at < stages.len());
    by_number.or_else(|| stages.iter().position(|s| s.id.to_lowercase() == wanted || s.title.to_lowercase() == wanted))
}

/// The path or guide that is named by id or title.
fn find_extra<'m>(manuscript: &'m Manuscript, name: &str) -> Result<&'m Extra, Diagnostic> {
    let all = || manuscript.paths.iter().chain(&manuscript.guides);
    let wanted = name.trim().to_lowercase();
    all().find(|e| e.id.to_lowercase() == wanted || e.title.to_lowercase() == wanted).ok_or_else(|| {
        let problem = Diagnostic::error(Code::PathUnknown, format!("there is no path `{name}`"));
        if all().next().is_none() {
            return problem.hint("this book has no paths");
        }
        let near = nearest(&wanted, all().flat_map(|e| [e.id.as_str(), e.title.as_str()]));
        let the = near.map_or_else(|| "the".to_string(), |n| format!("did you mean `{n}`? The"));
        let rows = all().map(|e| (String::new(), e.id.as_str(), e.title.as_str())).collect();
        problem.hint(format!("{the} paths and guides are{}", table(rows)))
    })
}

/// Rows of a hint, one a line, with their columns aligned.
fn table(rows: Vec<(String, &str, &str)>) -> String {
    let width = rows.iter().map(|(_, id, _)| id.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(number, id, title)| format!("\n     {number:>3} {id:width$}  {title}")).collect()
}

/// Whether a text looks like one bare address. It goes to whoever sends the copies, so it must not be a list.
fn is_address(text: &str) -> bool {
    let sides = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    sides && !text.chars().any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'))
}

/// What no book can print: names that are empty, endless or hold control characters.
fn check_texts(reader: &Reader) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let lines = [
        ("the reader's name", &reader.name),
        ("the first name", &reader.first_name),
        ("the group", &reader.group),
        ("the organisation", &reader.organisation),
        ("the e-mail address", &reader.email),
    ];
    for (what, text) in lines {
        if let Some(text) = text {
            problems.extend(check_line(what, text));
        }
    }
    if let Some(email) = reader.email.as_deref().filter(|email| !is_address(email)) {
        problems
            .push(Diagnostic::error(Code::ReaderText, format!("`{email}` is not an e-mail address")).hint("write one bare address, such as `ada@example.org`"));
    }
    // A field may be known and empty, such as a cell of a roster.
    for (key, value) in reader.fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
        problems.extend(check_line(&format!("the field `{key}`"), value));
    }
    if reader.note.as_ref().is_some_and(|note| note.len() > LONGEST_NOTE) {
        problems.push(Diagnostic::error(Code::ReaderText, format!("the note is longer than {} KB", LONGEST_NOTE / 1000)).hint("a note is a page or two"));
    }
    if reader.note.as_ref().is_some_and(|note| note.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t') || is_override(c))) {
        problems.push(Diagnostic::error(Code::ReaderText, "the note holds control characters").hint("write it as plain text"));
    }
    problems
}

fn check_line(what: &str, text: &str) -> Option<Diagnostic> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        Some(Diagnostic::error(Code::ReaderText, format!("{what} is empty")).hint("leave it out"))
    } else if length > LONGEST_NAME {
        Some(Diagnostic::error(Code::ReaderText, format!("{what} has {length} characters, and {LONGEST_NAME} is the most a page has room for")))
    } else if text.chars().any(|c| c.is_control() || is_override(c)) {
        Some(
            Diagnostic::error(Code::ReaderText, format!("{what} holds characters that cannot be printed: line ends, control or direction characters"))
                .hint("write it as one line of plain text"),
        )
    } else {
        None
    }
}

/// Characters that turn the direction of what follows.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The ladder as this reader sees it.
pub(super) fn ladder(manuscript: &Manuscript, target: Option<usize>, all: bool) -> Vec<StageInfo> {
    let info = |(at, stage): (usize, &Stage)| {
        let meta = manuscript.chapters.get(stage.chapter.0).map(|c| c.meta.clone()).unwrap_or_default();
        StageInfo {
            number: at + 1,
            id: stage.id.clone(),
            title: stage.title.clone(),
            years: stage.years.clone(),
            summary: meta.summary,
            milestones: meta.milestones,
            included: all || target.is_none_or(|target| at <= target),
        }
    };
    manuscript.stages.iter().enumerate().map(info).collect()
}
