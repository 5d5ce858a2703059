//! What changed, said: for people, as Markdown for release notes, as JSON for scripts.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Change, ChangeKind, Changes, Chapter, Edition, Piece, Spot, State};

/// Words before and after a change that are shown with it.
const AROUND: usize = 6;
/// Letters of a passage that came or went as a whole, for people.
const SHOWN: usize = 160;

/// For a person at a terminal: a line for each chapter, and below it each passage with its place.
pub fn people(changes: &Changes) -> String {
    let mut out = format!("{}\n", headline(changes));
    for chapter in &changes.chapters {
        let _ = writeln!(out, "\n{} {}", mark(chapter), chapter_line(chapter, &|text| text.to_string()));
        for change in shown(chapter) {
            let place = change.at.as_ref().or(change.was.as_ref()).map(|spot| format!("{}:{}", spot.file, spot.line)).unwrap_or_default();
            let under = change.heading.as_deref().map(|heading| format!(", {heading}")).unwrap_or_default();
            let _ = writeln!(out, "    {place}{under}: {}", verb(change));
            let _ = writeln!(out, "      {}", excerpt(change, &|text| format!("{{+{text}+}}"), &|text| format!("[-{text}-]"), &|text| text.to_string()));
        }
    }
    out
}

/// For release notes.
pub fn markdown(changes: &Changes) -> String {
    let mut out = format!("{}\n", escaped(&headline(changes)));
    for chapter in &changes.chapters {
        let _ = writeln!(out, "\n## {}", chapter_line(chapter, &escaped));
        for (index, change) in shown(chapter).enumerate() {
            out.push_str(if index == 0 { "\n" } else { "" });
            let under = change.heading.as_deref().map(|heading| format!("*{}*, ", escaped(heading))).unwrap_or_default();
            let _ = writeln!(out, "- {under}{}: {}", verb(change), excerpt(change, &|text| emphasised("**", text), &|text| emphasised("~~", text), &escaped));
        }
    }
    out
}

/// For scripts.
pub fn json(changes: &Changes) -> Value {
    let edition = |edition: &Edition| json!({ "title": edition.title, "edition": edition.edition });
    json!({
        "old": edition(&changes.old),
        "new": edition(&changes.new),
        "same": changes.same,
        "chapters": changes.chapters.iter().map(chapter_json).collect::<Vec<_>>(),
    })
}

fn chapter_json(chapter: &Chapter) -> Value {
    json!({
        "title": chapter.title,
        "path": chapter.path,
        "state": match chapter.state { State::Added => "added", State::Removed => "removed", State::Kept => "kept" },
        "moved": chapter.moved,
        "was": chapter.was,
        "was_called": chapter.was_called,
        "words_added": chapter.words_added,
        "words_removed": chapter.words_removed,
        "changes": chapter.changes.iter().map(change_json).collect::<Vec<_>>(),
    })
}

fn change_json(change: &Change) -> Value {
    let spot = |spot: &Option<Spot>| spot.as_ref().map(|spot| json!({ "file": &*spot.file, "line": spot.line }));
    let pieces = change.pieces.iter().map(|piece| match piece {
        Piece::Same(text) => json!({ "same": text }),
        Piece::Added(text) => json!({ "added": text }),
        Piece::Removed(text) => json!({ "removed": text }),
    });
    json!({
        "kind": match change.kind { ChangeKind::Added => "added", ChangeKind::Removed => "removed", ChangeKind::Changed => "changed", ChangeKind::Moved => "moved" },
        "heading": change.heading,
        "at": spot(&change.at),
        "was": spot(&change.was),
        "pieces": pieces.collect::<Vec<_>>(),
    })
}

/// `From 2026.11 to 2026.12: 2 chapters came, 1 went, 3 changed, 1 moved; 12 are as they were.`
fn headline(changes: &Changes) -> String {
    let called = |edition: &Edition| edition.edition.clone().unwrap_or_else(|| edition.title.clone());
    let (old, new) = (called(&changes.old), called(&changes.new));
    let between = if old == new { new } else { format!("From {old} to {new}") };
    if changes.chapters.is_empty() {
        return format!("{between}: nothing changed.");
    }
    let count = |wanted: &dyn Fn(&Chapter) -> bool| changes.chapters.iter().filter(|chapter| wanted(chapter)).count();
    let counts = [
        (count(&|c| c.state == State::Added), "came"),
        (count(&|c| c.state == State::Removed), "went"),
        (count(&|c| c.state == State::Kept && !c.changes.is_empty()), "changed"),
        (count(&|c| c.moved), "moved"),
        (count(&|c| c.state == State::Kept && c.changes.is_empty() && !c.moved), "are called otherwise"),
    ];
    let mut said: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, verb)| format!("{count} {verb}")).collect();
    if let Some(first) = said.first_mut() {
        let (count, verb) = first.split_once(' ').unwrap_or((first, ""));
        *first = format!("{count} {} {verb}", if count == "1" { "chapter" } else { "chapters" });
    }
    let same = if changes.same > 0 { format!("; {} as before", changes.same) } else { String::new() };
    format!("{between}: {}{same}.", said.join(", "))
}

fn mark(chapter: &Chapter) -> char {
    match chapter.state {
        State::Added => '+',
        State::Removed => '-',
        State::Kept => '~',
    }
}

fn chapter_line(chapter: &Chapter, escape: &dyn Fn(&str) -> String) -> String {
    let mut said = Vec::new();
    match chapter.state {
        State::Added => said.push(format!("new, {} words", chapter.words_added)),
        State::Removed => said.push("no longer there".to_string()),
        State::Kept => {
            let kinds = [(ChangeKind::Changed, "changed"), (ChangeKind::Added, "came"), (ChangeKind::Removed, "went"), (ChangeKind::Moved, "moved")];
            for (kind, verb) in kinds {
                let count = chapter.changes.iter().filter(|change| change.kind == kind).count();
                if count > 0 {
                    said.push(format!("{count} {verb}"));
                }
            }
        }
    }
    said.extend(chapter.was_called.as_deref().map(|title| format!("was called {}", escape(title))));
    said.extend(chapter.was.as_deref().map(|path| format!("was in {}", escape(path))));
    said.extend(chapter.moved.then(|| "stands elsewhere in the book".to_string()));
    format!("{} ({}): {}", escape(&chapter.title), escape(&chapter.path), said.join(", "))
}

/// Passages that are told one by one: of a chapter that came or went as a whole only what moved.
fn shown(chapter: &Chapter) -> impl Iterator<Item = &Change> {
    chapter.changes.iter().filter(|change| chapter.state == State::Kept || change.kind == ChangeKind::Moved)
}

fn verb(change: &Change) -> String {
    match change.kind {
        ChangeKind::Added => "new".to_string(),
        ChangeKind::Removed => "no longer there".to_string(),
        ChangeKind::Changed => "changed".to_string(),
        ChangeKind::Moved => format!("moved from {}", change.was.as_ref().map(|spot| format!("{}:{}", spot.file, spot.line)).unwrap_or_default()),
    }
}

/// The words of a change with some around them, on one line.
fn excerpt(change: &Change, added: &dyn Fn(&str) -> String, removed: &dyn Fn(&str) -> String, same: &dyn Fn(&str) -> String) -> String {
    let last = change.pieces.len().saturating_sub(1);
    let after_removed = |index: usize| matches!(index.checked_sub(1).and_then(|before| change.pieces.get(before)), Some(Piece::Removed(_)));
    let parts = change.pieces.iter().enumerate().map(|(index, piece)| match piece {
        Piece::Added(text) if after_removed(index) => format!(" {}", wrapped(&shortened(text), added).trim_start()),
        Piece::Added(text) => wrapped(&shortened(text), added),
        Piece::Removed(text) => wrapped(&shortened(text), removed),
        Piece::Same(text) if change.kind == ChangeKind::Moved => same(&shortened(text)),
        Piece::Same(text) => same(&around(&one_line(text), index == 0, index == last)),
    });
    parts.collect::<String>().trim().to_string()
}

/// Marks stand at the words and not at the blanks around them.
fn wrapped(text: &str, mark: &dyn Fn(&str) -> String) -> String {
    let bare = text.trim();
    if bare.is_empty() {
        return text.to_string();
    }
    let (before, after) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
    format!("{before}{}{after}", mark(bare))
}

fn emphasised(mark: &str, text: &str) -> String {
    format!("{mark}{}{mark}", escaped(text))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn shortened(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Of words that stayed only those beside a change.
fn around(text: &str, first: bool, last: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let keep = match (first, last) {
        (true, true) => return text.to_string(),
        (true, false) | (false, true) => AROUND,
        (false, false) => 2 * AROUND,
    };
    if words.len() <= keep {
        return text.to_string();
    }
    match (first, last) {
        (true, _) => format!("… {}", words[words.len() - AROUND..].concat()),
        (_, true) => format!("{}…", words[..AROUND].concat()),
        _ => format!("{}… {}", words[..AROUND].concat(), words[words.len() - AROUND..].concat()),
    }
}

/// Text that Markdown leaves as it is.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '#' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
