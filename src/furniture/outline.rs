//! The outline: bookmarks for the contents and for what the book adds itself, in the order of pages.

use super::OutlineEntry;
use super::contents::page_name;
use super::group::{Book, Group};
use super::impose::Imposition;
use crate::resolve::Matter;

/// Bookmarks, nested without gaps: a level is never more than one deeper than the one before it.
pub(super) fn outline(book: &Book<'_>, groups: &mut [Group], pages: &Imposition) -> Vec<OutlineEntry> {
    let mut entries = own(groups, pages);
    let mut in_part = false;
    for entry in book.resolved.contents.iter() {
        let part = entry.level == 0;
        in_part = part || (in_part && entry.matter == Matter::Main);
        let page = if part { pages.first_page_of(entry.node) } else { pages.page_of(entry.node, book.resolved) };
        let Some(page) = page else { continue };
        let label = book.resolved.labels.get(&entry.node).filter(|l| !part && pages.marked(entry.node, l).is_some());
        let Some(destination) = label.cloned().or_else(|| page_name(groups, pages, page)) else { continue };
        let title = match (&entry.number, part) {
            (Some(number), true) => format!("{number}: {}", entry.title),
            (Some(number), false) => format!("{number} {}", entry.title),
            (None, _) => entry.title.clone(),
        };
        entries.push(OutlineEntry { level: if in_part { entry.level } else { entry.level.saturating_sub(1) }, title, destination, page });
    }
    // Stable: entries of the contents keep their order within a page.
    entries.sort_by_key(|e| e.page);
    let mut deepest = 0;
    for entry in &mut entries {
        entry.level = entry.level.min(deepest);
        deepest = entry.level + 1;
    }
    entries
}

fn own(groups: &[Group], pages: &Imposition) -> Vec<OutlineEntry> {
    let entry = |group: &Group| {
        let (title, name) = group.bookmark.clone()?;
        Some(OutlineEntry { level: 0, title, destination: name.to_string(), page: pages.named(name)? })
    };
    groups.iter().filter_map(entry).collect()
}
