//! Groups of leaves: the parts of a book in order, before they have folios.

use std::sync::Arc;

use crate::paginate::Start;
use crate::parse::NodeId;
use crate::resolve::Resolved;
use crate::select::EntryKind;
use crate::theme::Theme;
use crate::typeset::{Artifact, Frame, Item, Mark, Placed, Role, Setter, TagId, TagTree};

use super::Chapter;

/// What all parts of a book are made with.
pub(super) struct Book<'a> {
    pub resolved: &'a Resolved,
    pub setter: &'a Setter<'a>,
    /// Trees of what the book adds itself. Their numbers follow those of the document's sections.
    own: Vec<TagTree>,
}

impl<'a> Book<'a> {
    pub fn new(resolved: &'a Resolved, setter: &'a Setter<'a>) -> Book<'a> {
        Book { resolved, setter, own: Vec::new() }
    }

    pub fn theme(&self) -> &'a Theme {
        self.setter.theme
    }

    /// A new tree for a part of the book.
    pub fn tree(&mut self, root: Role) -> Tagger {
        let id = (self.resolved.document.sections.len() + self.own.len()) as u32;
        self.own.push(TagTree::default());
        Tagger { id, tree: TagTree::new(root, None) }
    }

    /// Keeps a finished tree and gives its number.
    pub fn keep(&mut self, tagger: Tagger) -> u32 {
        let index = tagger.id as usize - self.resolved.document.sections.len();
        self.own[index] = tagger.tree;
        tagger.id
    }

    /// Takes out a tree of the book's own by its number; none for a section's.
    pub fn take_tree(&mut self, id: u32) -> Option<TagTree> {
        let index = (id as usize).checked_sub(self.resolved.document.sections.len())?;
        self.own.get_mut(index).map(std::mem::take)
    }
}

/// A tree in the making.
pub(super) struct Tagger {
    id: u32,
    tree: TagTree,
}

impl Tagger {
    /// Adds an element and names it.
    pub fn add(&mut self, parent: u32, role: Role) -> TagId {
        TagId { tree: self.id, index: self.tree.add(parent, role, None) }
    }

    /// The mark for content of a new element.
    pub fn mark(&mut self, parent: u32, role: Role) -> Mark {
        Mark::Tag(self.add(parent, role))
    }
}

/// A page in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaf {
    /// Content; origin at the top left of the text area, or of the page if it is `bare`.
    pub body: Frame,
    /// Covers the whole page.
    pub bare: bool,
    /// Where its text begins in the document.
    pub start: Option<Start>,
    /// Nodes that begin on it.
    pub nodes: Vec<NodeId>,
    /// Running head of the recto: the chapter's or section's title. None on openings.
    pub head: Option<String>,
    /// Shows its folio.
    pub folio: bool,
    /// Carries the foot line.
    pub stamp: bool,
    /// Rung of the ladder for the thumb index, from 0.
    pub rung: Option<usize>,
    /// In print editions a blank page follows: the back of a part's title.
    pub blank_after: bool,
}

impl Leaf {
    /// Names a place at the top of the page.
    pub fn name(&mut self, name: &str) {
        let item = Item::Destination(Arc::from(name));
        self.body.items.insert(0, Placed { at: Default::default(), mark: Mark::Artifact(Artifact::Layout), item });
    }
}

/// Leaves that belong together.
pub(super) struct Group {
    pub leaves: Vec<Leaf>,
    /// Numbers of its trees, in reading order.
    pub trees: Vec<u32>,
    /// Trees of its chapter's sections, in the order of `trees`; those of the book's own parts are with the book.
    pub sections: Vec<TagTree>,
    /// Front matter, with roman folios.
    pub front: bool,
    /// Begins on a recto in print editions.
    pub recto: bool,
    /// Bookmark for what the book adds itself: title and destination.
    pub bookmark: Option<(String, &'static str)>,
}

impl Group {
    /// A part that the book adds itself.
    pub fn own(leaves: Vec<Leaf>, tree: u32, front: bool, bookmark: Option<(String, &'static str)>) -> Group {
        let mut group = Group { leaves, trees: vec![tree], sections: Vec::new(), front, recto: true, bookmark };
        if let (Some(first), Some((_, name))) = (group.leaves.first_mut(), &group.bookmark) {
            first.name(name);
        }
        group
    }

    /// A chapter's pages.
    pub fn chapter(book: &Book<'_>, chapter: Chapter, front: bool) -> Group {
        let sections = &book.resolved.sections;
        let title = |index: usize| sections.get(index).map(|s| s.title.clone());
        let rung = match book.resolved.document.sections.get(chapter.sections.start).map(|s| s.kind) {
            Some(EntryKind::Stage { number, .. }) => number.checked_sub(1),
            _ => None,
        };
        let part = sections.get(chapter.sections.start).is_some_and(|s| s.part.is_some());
        let openings = if part && chapter.body.pages.first().is_some_and(|p| p.forced) { 2 } else { 1 };
        // A page that only carries a note on belongs to the section of the page before.
        let mut section = chapter.sections.start;
        let leaf = |(number, page): (usize, crate::paginate::BodyPage)| {
            let opens = number < openings;
            let part_title = number + 2 == openings;
            let begins = page.start.map_or(section, |start| start.node.section as usize);
            section = begins.clamp(chapter.sections.start, chapter.sections.end.max(1) - 1);
            Leaf {
                body: page.frame,
                bare: false,
                start: page.start,
                nodes: page.nodes,
                head: if opens { None } else { title(section) },
                folio: !(part_title || (front && opens)),
                stamp: true,
                rung: if part_title { None } else { rung },
                blank_after: part_title,
            }
        };
        let trees = chapter.sections.clone().map(|s| s as u32).collect();
        Group { leaves: chapter.body.pages.into_iter().enumerate().map(leaf).collect(), trees, sections: chapter.tags, front, recto: true, bookmark: None }
    }
}
