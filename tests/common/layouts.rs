//! Whole books laid out, without a file being written.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use handbook::diag::{Diagnostic, Diagnostics};
use handbook::fonts::FontBook;
use handbook::furniture::{Chapter, Layout, furnish};
use handbook::load::Pos;
use handbook::memo::Memo;
use handbook::paginate::paginate;
use handbook::press::draw_diagrams;
use handbook::resolve::Resolved;
use handbook::select::Reader;
use handbook::theme::Theme;
use handbook::typeset::{Setter, chapters, typeset};
use handbook::{load, parse, resolve, select};

/// Only the fonts of the binary: those of a system must not change a page.
pub static FONTS: LazyLock<Arc<FontBook>> = LazyLock::new(|| Arc::new(FontBook::built_in()));

/// A built-in theme.
pub fn theme(name: &str) -> Theme {
    Theme::parse(name, Theme::built_in(name).expect("the theme is built in")).expect("the theme is sound")
}

/// A project, read and resolved for a reader.
pub fn resolved(project: &Path, reader: &Reader, said: &mut Diagnostics) -> Option<Resolved> {
    let mut manuscript = said.noting(load::load(Some(project), super::root())).map_err(|all| *said = all).ok()?;
    // What a bare file is asked for is tested elsewhere.
    manuscript.book.language_named = true;
    let manuscript = Arc::new(manuscript);
    let selection = said.noting(select::select(&manuscript, reader)).map_err(|all| *said = all).ok()?;
    let document = parse::parse(Arc::new(selection), &Memo::new(0));
    said.extend(document.warnings);
    said.noting(resolve::resolve(Arc::new(document.value), "2026-11-01", &handbook::memo::Memo::new(0))).map_err(|all| *said = all).ok()
}

/// Findings with their places.
pub fn placed(resolved: &Resolved, findings: Vec<(Pos, Diagnostic)>) -> impl Iterator<Item = Diagnostic> {
    let sources = &resolved.document.selection.manuscript.sources;
    findings.into_iter().map(|(pos, finding)| finding.at(sources.place(pos)))
}

/// The laid-out book, with what was said about it.
pub fn layout(project: &Path, reader: &Reader, theme: &Arc<Theme>, fonts: &Arc<FontBook>) -> (Layout, Diagnostics) {
    let mut said = Diagnostics::new();
    let Some(resolved) = resolved(project, reader, &mut said) else { panic!("{} cannot be read: {said:?}", project.display()) };
    let setter = Arc::new(Setter::new(theme, fonts, &resolved.book.language));
    let resolved = draw_diagrams(resolved, &setter, &Memo::new(0), &mut said);
    let set = chapters(&resolved).into_iter().map(|sections| {
        let (galley, findings) = typeset(&resolved.chapter(&sections), &setter);
        placed(&resolved, findings).for_each(|finding| said.push(finding));
        Chapter { sections, body: paginate(&galley, theme, &setter), tags: galley.tags.into_iter().map(Arc::new).collect() }
    });
    let set: Vec<Chapter> = set.collect();
    (furnish(set, &resolved, &setter).0, said)
}
