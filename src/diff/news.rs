//! What is new in the book for a reader who has an old edition of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeKind, Changes, State};
use crate::load::Pos;
use crate::parse::{Block, BlockKind, Inline, Node, NodeId, Section, walk};
use crate::resolve::{News, NewsChapter, Resolved};

/// What is new of a reader's book since the edition that `changes` are counted from. `name` is what they call it.
pub(crate) fn news(resolved: &Resolved, changes: &Changes, name: &str) -> News {
    let since = changes.old.edition.clone().unwrap_or_else(|| name.to_string());
    let chapters: BTreeMap<&str, _> = changes.chapters.iter().filter(|chapter| chapter.state != State::Removed).map(|c| (c.path.as_str(), c)).collect();
    let mut news = News { since, ..News::default() };
    for (index, section) in resolved.document.sections.iter().enumerate() {
        let Some(chapter) = chapters.get(section.path.as_str()).filter(|_| !section.path.is_empty()) else { continue };
        let new = chapter.state == State::Added;
        let at: BTreeSet<Pos> = chapter.changes.iter().filter_map(|change| change.at.as_ref()).map(|spot| spot.pos).collect();
        let changed = changed(section, &at);
        // What went is nowhere to be seen; that something did is worth a line.
        let went = chapter.changes.iter().filter(|change| change.kind == ChangeKind::Removed).count();
        let passages = changed.len() + went;
        if new || passages > 0 {
            news.chapters.push(NewsChapter { section: index, passages: (!new).then_some(passages) });
        }
        news.changed.extend(changed);
    }
    news
}

/// The nodes of a section that begin where something changed.
fn changed(section: &Section, at: &BTreeSet<Pos>) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    walk(section, &mut |node| match node {
        Node::Block(block) if is_leaf(block) && at.contains(&block.pos) => {
            found.insert(block.id);
        }
        // A row is one passage, and begins with its first paragraph.
        Node::Row(row) => {
            let begins = |block: &Block| matches!(block.kind, BlockKind::Paragraph(_)) && at.contains(&block.pos);
            if row.cells.iter().flat_map(|cell| &cell.blocks).any(begins) {
                found.insert(row.id);
            }
        }
        Node::Term(term) if term.text.first().is_some_and(|Inline { pos, .. }| at.contains(pos)) => {
            found.insert(term.id);
        }
        _ => {}
    });
    found
}

fn is_leaf(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading { .. } | BlockKind::Paragraph(_) | BlockKind::Code { .. } | BlockKind::Formula(_))
}
