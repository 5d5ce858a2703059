//! What is new in the book for a reader who has an old edition of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{ChangeKind, Changes, State};
use crate::load::Pos;
use crate::parse::{Block, BlockKind, Inline, Node, NodeId, Section, walk};

use super::Resolved;

/// What is new for this reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What the old edition is called.
    pub since: String,
    /// Chapters of this book that are new or changed, in order.
    pub chapters: Vec<NewsChapter>,
    /// What changed: paragraphs, headings, code, formulas, rows, terms.
    pub changed: BTreeSet<NodeId>,
}

/// A chapter with something new in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsChapter {
    /// Index of its section.
    pub section: usize,
    /// Passages that came, changed or went; none in a chapter that is new as a whole.
    pub passages: Option<usize>,
}

impl Resolved {
    /// The book for a reader who has the edition that `changes` are counted from. `name` is what they call it.
    #[must_use]
    pub fn with_news(self, changes: &Changes, name: &str) -> Resolved {
        let since = changes.old.edition.clone().unwrap_or_else(|| name.to_string());
        let chapters: BTreeMap<&str, _> = changes.chapters.iter().filter(|chapter| chapter.state != State::Removed).map(|c| (c.path.as_str(), c)).collect();
        let mut news = News { since, ..News::default() };
        for (index, section) in self.document.sections.iter().enumerate() {
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
        Resolved { news: Some(news.into()), ..self }
    }

    /// Whether a node is new or not as it was.
    pub fn is_changed(&self, node: NodeId) -> bool {
        self.news.as_ref().is_some_and(|news| news.changed.contains(&node))
    }
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
