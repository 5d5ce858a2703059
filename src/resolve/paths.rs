//! Which chapter a link means: by its file's name, `.md` or `.html`, a folder for its README, or a redirect.

use std::collections::BTreeMap;

use crate::load::relative_to;
use crate::parse::Document;

/// A chapter of the manuscript, as far as this reader gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chapter {
    /// Index of its section.
    Here(usize),
    /// Index into [`crate::select::Selection::omitted`].
    Omitted(usize),
}

/// Chapters by the names under which they can be linked.
pub(super) struct Paths<'d> {
    exact: BTreeMap<&'d str, Chapter>,
    by_key: BTreeMap<String, Chapter>,
    redirects: BTreeMap<String, &'d str>,
}

impl<'d> Paths<'d> {
    pub(super) fn of(document: &'d Document) -> Paths<'d> {
        let selection = &document.selection;
        let here = document.sections.iter().enumerate().filter(|(_, s)| !s.path.is_empty()).map(|(i, s)| (s.path.as_str(), Chapter::Here(i)));
        let omitted = selection.omitted.iter().enumerate().map(|(i, o)| (o.path.as_str(), Chapter::Omitted(i)));
        let mut paths = Paths { exact: BTreeMap::new(), by_key: BTreeMap::new(), redirects: BTreeMap::new() };
        for (path, chapter) in here.chain(omitted) {
            paths.exact.entry(path).or_insert(chapter);
            paths.by_key.entry(key(path)).or_insert(chapter);
        }
        for (from, to) in &selection.manuscript.redirects {
            paths.redirects.insert(key(from), to);
        }
        paths
    }

    /// The chapter at a path relative to the text root, and the fragment that a redirect gave.
    pub(super) fn find(&self, path: &str) -> Option<(Chapter, Option<&'d str>)> {
        let mut path = path.to_string();
        let mut fragment = None;
        // A redirect may lead to another one, but not for ever.
        for _ in 0..8 {
            if let Some(chapter) = self.exact.get(path.as_str()).or_else(|| self.by_key.get(&key(&path))) {
                return Some((*chapter, fragment));
            }
            let to = self.redirects.get(&key(&path))?;
            let (file, part) = to.split_once('#').map_or((*to, None), |(file, part)| (file, Some(part)));
            path = file.trim_start_matches('/').to_string();
            fragment = part.filter(|p| !p.is_empty());
        }
        None
    }

    /// The chapter that a page's name means in the chapter `own`, as wikis have it: its path, else the first file so called, wherever it
    /// lies; the case of letters does not count.
    pub(super) fn named(&self, own: &str, name: &str) -> Option<Chapter> {
        let near = relative_to(own, name);
        if let Some((chapter, _)) = self.find(&near).or_else(|| self.find(&relative_to("", name))) {
            return Some(chapter);
        }
        let wanted = key(name).to_lowercase();
        let is_it = |path: &str| {
            let path = key(path).to_lowercase();
            path == wanted || path.strip_suffix(&wanted).is_some_and(|folder| folder.ends_with('/'))
        };
        self.exact.iter().find(|(path, _)| !wanted.is_empty() && is_it(path)).map(|(_, chapter)| *chapter)
    }

    /// Names of the chapters in the book, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.exact.iter().filter(|(_, c)| matches!(c, Chapter::Here(_))).map(|(name, _)| *name)
    }
}

/// What the names of one chapter have in common: no extension, and the folder for its README or index.
fn key(path: &str) -> String {
    let path = path.trim_end_matches('/');
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = [".md", ".markdown", ".qmd", ".html", ".htm"].iter().find_map(|e| file.strip_suffix(e)).unwrap_or(file);
    match (stem.to_ascii_lowercase().as_str(), folder) {
        ("readme" | "index", _) => folder.to_string(),
        (_, "") => stem.to_string(),
        _ => format!("{folder}/{stem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_chapter_have_one_key() {
        assert_eq!(key("a/README.md"), "a");
        assert_eq!(key("a/index.html"), "a");
        assert_eq!(key("a/"), "a");
        assert_eq!(key("index.html"), "");
        assert_eq!(key("a/b.c.html"), "a/b.c");
    }
}
