//! From a line of a page to its line in the source, and back.
//!
//! A block knows where it begins. Which of its lines a line of the page comes from is found by the letters: both are taken without what
//! Markdown and typography add, and the page's line is looked for in the block's source.

use std::path::{Path, PathBuf};

use crate::diag::Place;
use crate::load::{Pos, SourceFile};
use crate::parse::NodeId;
use crate::typeset::{Mark, TagId};

use super::book::Shown;
use super::proof::Proof;

/// A place in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The file as the person knows it.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The file, if the project is a folder.
    pub file: Option<PathBuf>,
}

/// So many letters of a line are looked for, as long as it has them.
const LETTERS: usize = 24;

impl Proof {
    /// Where an item of a page comes from: `None` for what the book adds itself.
    pub(super) fn source_of(&self, page: usize, item: usize) -> Option<Spot> {
        let layout = &self.pages.layout;
        let placed = layout.pages.get(page)?.body.items.get(item)?;
        let Mark::Tag(tag) = placed.mark else { return None };
        let node = self.node_of(tag)?;
        let (begin, end) = self.extent(node)?;
        let line = self.lines(page).into_iter().rev().find(|line| line.item <= item);
        let file = self.source(begin)?;
        let text = line.map(|line| line.text).unwrap_or_default();
        let (line, column) = found(file, begin, end, &text).unwrap_or((begin.line, begin.column));
        Some(self.spot(file, line, column))
    }

    /// The page of a line of a file, by the name that the person knows it by, and the item that it is; the nearest one before it that is
    /// on a page.
    pub(super) fn page_of_source(&self, name: &str, line: u32) -> Option<(usize, usize)> {
        let sources = &self.pages.resolved().document.selection.manuscript.sources;
        let mut best: Option<((u32, std::cmp::Reverse<usize>), usize)> = None;
        for (number, page) in self.pages.layout.pages.iter().enumerate() {
            for (item, placed) in page.body.items.iter().enumerate() {
                let Mark::Tag(tag) = placed.mark else { continue };
                let Some(pos) = self.node_of(tag).and_then(|node| self.place_of(node)) else { continue };
                let rank = (pos.line, std::cmp::Reverse(number));
                if pos.line <= line && best.is_none_or(|(known, _)| known < rank) && sources.get(pos.file).is_some_and(|file| &*file.name == name) {
                    best = Some((rank, item));
                }
            }
        }
        best.map(|((_, page), item)| (page.0, item))
    }

    /// The nearest node around a mark that has a place.
    fn node_of(&self, tag: TagId) -> Option<NodeId> {
        let tree = self.pages.layout.tags.get(tag.tree as usize)?;
        let mut index = Some(tag.index);
        while let Some(node) = index.and_then(|index| tree.nodes.get(index as usize)) {
            if let Some(node) = node.node {
                return Some(node);
            }
            index = node.parent;
        }
        None
    }

    /// Where a node begins: itself, or the last before it in its section that has a place.
    fn place_of(&self, node: NodeId) -> Option<Pos> {
        let (known, pos) = self.positions().range(..=node).next_back()?;
        (known.section == node.section).then_some(*pos)
    }

    /// Where a node begins, and where in the same file the next one does.
    fn extent(&self, node: NodeId) -> Option<(Pos, Option<Pos>)> {
        let begin = self.place_of(node)?;
        let after = self.positions().range(node..).map(|(_, pos)| *pos).take_while(|pos| pos.file == begin.file);
        Some((begin, after.filter(|pos| pos.line > begin.line).min()))
    }

    fn source(&self, pos: Pos) -> Option<&SourceFile> {
        self.pages.resolved().document.selection.manuscript.sources.get(pos.file)
    }

    fn spot(&self, file: &SourceFile, line: u32, column: u32) -> Spot {
        Spot { name: file.name.to_string(), line, column: column.max(1), file: self.path_of(&file.name) }
    }

    fn path_of(&self, name: &str) -> Option<PathBuf> {
        let folder = self.pages.project().manuscript().assets.project_folder()?;
        let path = folder.join(Path::new(name));
        path.is_file().then_some(path)
    }
}

impl Shown {
    /// The file that a message means, where it lies in the project's own folder: also one that no book could be made of yet.
    pub(super) fn spot_of(&self, place: &Place) -> Option<Spot> {
        let home = std::fs::canonicalize(self.home.as_ref()?).ok()?;
        let file = std::fs::canonicalize(home.join(Path::new(&*place.file))).ok().filter(|file| file.is_file() && file.starts_with(&home))?;
        Some(Spot { name: place.file.to_string(), line: place.line.max(1), column: place.column.max(1), file: Some(file) })
    }
}

/// The line and column of a source that a text of the page comes from, between two places.
fn found(file: &SourceFile, begin: Pos, end: Option<Pos>, text: &str) -> Option<(u32, u32)> {
    let wanted: Vec<char> = letters(text).take(LETTERS).collect();
    if wanted.is_empty() {
        return None;
    }
    let last = end.map_or(u32::MAX, |end| end.line);
    let mut stream: Vec<(char, u32, u32)> = Vec::new();
    // A block has no more lines than these; the next one may be in another file.
    for line in (begin.line..last).take(2000) {
        let written = file.line(line);
        if end.is_none() && written.is_empty() && file.line(line + 1).is_empty() && line > begin.line {
            break;
        }
        stream.extend(written.chars().zip(1..).filter(|(c, _)| c.is_alphanumeric()).flat_map(|(c, column)| c.to_lowercase().map(move |c| (c, line, column))));
    }
    let at = |length: usize| stream.windows(length).position(|window| window.iter().map(|(c, _, _)| c).eq(wanted.iter().take(length)));
    // Links, fields and notes stand between the letters of a line; its beginning is enough.
    let lengths = [wanted.len(), wanted.len() * 2 / 3, wanted.len() / 2, 6];
    let place = lengths.into_iter().filter(|length| (1..=wanted.len()).contains(length)).find_map(at)?;
    stream.get(place).map(|(_, line, column)| (*line, *column))
}

/// The letters and figures of a text, small.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Sources;

    #[test]
    fn a_line_is_found_by_its_letters() {
        let mut sources = Sources::default();
        let text = "# One\n\nThe *first* line of a\n[paragraph](x.md) that goes\non in \"three\" lines.\n\nAnother one.\n";
        let id = sources.add("one.md", text);
        let file = sources.get(id).cloned().unwrap_or_else(|| unreachable!("it was added"));
        let pos = |line| Pos { file: id, line, column: 1 };
        let at = |text| found(&file, pos(3), Some(pos(7)), text);
        assert_eq!(at("The first line of"), Some((3, 1)));
        assert_eq!(at("paragraph that goes on in"), Some((4, 2)));
        assert_eq!(at("three” lines."), Some((5, 8)));
        assert_eq!(at("Another one."), None);
        assert_eq!(at("—"), None);
    }
}
