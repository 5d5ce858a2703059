//! What the browser is told, as JSON.

use serde_json::{Value, json};

use crate::diag::{Diagnostic, Severity};
use crate::length::Length;
use crate::load::{Extra, Stage};
use crate::memo::Key;
use crate::theme::Theme;

use super::book::{PAGES, Shown, Source};
use super::change::Change;
use super::proof::Proof;

/// No more messages than these are told; a book with more has one cause for most of them.
const MESSAGES: usize = 500;
/// No more pages than these are named in an event: who looks sees no more of them at once.
const PAGES_TOLD: usize = 48;

/// Everything.
pub(super) fn state(shown: &Shown, source: &Source) -> Value {
    let mut state = json!({
        "version": shown.version,
        "begun": shown.begun,
        "choices": shown.choices,
        "problems": messages(shown.problems.iter()),
        "messages": messages(shown.messages()),
        "offered": offered(shown, source),
    });
    if let (Some(proof), Some(map)) = (&shown.proof, state.as_object_mut()) {
        map.insert("book".to_string(), book(proof));
    }
    state
}

/// What an event says: which pages are new, and where to look; and which run says so.
pub(super) fn event(shown: &Shown, run: &str) -> Value {
    let Change { pages, place, marks } = &shown.change;
    let marks = marks.iter().map(|(page, (at, size))| {
        let [x, y, width, height] = [at.x, at.y, size.width, size.height].map(points);
        json!([page + 1, x, y, width, height])
    });
    json!({
        "run": run,
        "version": shown.version,
        "good": shown.problems.is_empty(),
        "pages": pages.iter().take(PAGES_TOLD).map(|page| page + 1).collect::<Vec<_>>(),
        "place": place.map(|page| page + 1),
        "marks": marks.collect::<Vec<_>>(),
    })
}

fn book(proof: &Proof) -> Value {
    let layout = &proof.pages.layout;
    let (resolved, laid) = (proof.pages.resolved(), &proof.pages.laid);
    let words = &resolved.words;
    let pages = layout.pages.iter().zip(&proof.keys).map(|(page, keys)| json!([short(keys.whole), short(keys.body), page.folio.shown(words)]));
    let size = layout.pages.first().map(|page| [page.size.width + layout.paper * 2, page.size.height + layout.paper * 2].map(points));
    let outline = layout.outline.iter().map(|entry| json!([entry.level, entry.title, entry.page + 1]));
    json!({
        "title": resolved.book.title,
        "language": resolved.book.language,
        "rtl": resolved.book.direction.is_rtl(),
        "size": size,
        "pages": pages.collect::<Vec<_>>(),
        "outline": outline.collect::<Vec<_>>(),
        "words": laid.words,
        "notices": laid.notices,
    })
}

/// What can be chosen.
fn offered(shown: &Shown, source: &Source) -> Value {
    let manuscript = shown.proof.as_ref().map(|proof| proof.pages.project().manuscript());
    let stage = |stage: &Stage| json!([stage.id, stage.title]);
    let extra = |extra: &Extra| json!([extra.id, extra.title]);
    let own_theme = source.theme.iter().filter(|theme| !Theme::BUILT_IN.contains(&theme.as_str()));
    json!({
        "stages": manuscript.map(|m| m.stages.iter().map(stage).collect::<Vec<_>>()),
        "paths": manuscript.map(|m| m.paths.iter().map(extra).collect::<Vec<_>>()),
        "guides": manuscript.map(|m| m.guides.iter().map(extra).collect::<Vec<_>>()),
        "themes": Theme::BUILT_IN.iter().map(ToString::to_string).chain(own_theme.cloned()).collect::<Vec<_>>(),
        "pages": PAGES,
    })
}

/// Messages, each with what names it when somebody asks for its page.
fn messages<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> Vec<Value> {
    diagnostics.take(MESSAGES).map(message).collect()
}

fn message(diagnostic: &Diagnostic) -> Value {
    let place = diagnostic.place.as_ref();
    json!({
        "severity": if diagnostic.severity == Severity::Error { "error" } else { "warning" },
        "code": diagnostic.code.name(),
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "file": place.map(|place| &*place.file),
        "line": place.map(|place| place.line).filter(|line| *line > 0),
        "column": place.map(|place| place.column).filter(|column| *column > 0),
        "source": place.map(|place| place.text.as_str()).filter(|text| !text.is_empty()),
    })
}

/// A key as it is told: half of it names a page well enough.
pub(super) fn short(key: Key) -> String {
    format!("{:016x}", (u128::from(key) >> 64) as u64)
}

fn points(length: Length) -> f64 {
    (length.to_pt() * 1000.0).round() / 1000.0
}
