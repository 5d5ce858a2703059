//! The pages that a wiki's link may name: the chapters, each by its file's name and by as much of its path as somebody writes.

use std::collections::BTreeSet;

use crate::load::Manuscript;

/// Names of pages, in small letters.
pub(super) type Pages = BTreeSet<String>;

/// The names of all chapters of a manuscript, those that a reader does not get among them; nothing where no text has such links.
pub(super) fn of(manuscript: &Manuscript, texts: impl IntoIterator<Item = impl AsRef<str>>) -> Pages {
    if !texts.into_iter().any(|text| text.as_ref().contains("[[")) {
        return Pages::new();
    }
    let mut pages = Pages::new();
    for chapter in &manuscript.chapters {
        let path = bare(&chapter.path);
        pages.extend(path.match_indices('/').map(|(at, _)| path[at + 1..].to_string()));
        pages.insert(path);
    }
    pages
}

/// Whether a link's page, without the heading in it, is among them. A heading alone is on the page itself.
pub(super) fn has(pages: &Pages, name: &str) -> bool {
    let page = name.split('#').next().unwrap_or("").trim();
    let page = page.trim_start_matches("./").trim_start_matches("../").trim_start_matches('/');
    page.is_empty() && name.contains('#') || pages.contains(&bare(page))
}

fn bare(path: &str) -> String {
    let path = path.to_lowercase();
    [".md", ".markdown", ".qmd"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(&path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_the_end_of_their_path() {
        let pages: Pages = ["notes/my page", "my page", "two"].map(String::from).into();
        for name in ["My Page", "notes/My page", "two.md#A", "#Below", "../two"] {
            assert!(has(&pages, name), "{name}");
        }
        for name in ["Prototype", "page", ""] {
            assert!(!has(&pages, name), "{name}");
        }
    }
}
