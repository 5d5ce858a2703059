//! Groups of leaves: the parts of a book in order, before they have folios.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use crate::length::Point;
use crate::paginate::Start;
use crate::parse::{NodeId, Section, SectionId};
use crate::resolve::Resolved;
use crate::select::EntryKind;
use crate::theme::Theme;
use crate::typeset::{Artifact, Destination, Frame, Item, Mark, Placed, Role, Setter, SharedFrame, TagId, TagTree};

use super::Chapter;

/// Where the leaves of a group come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Cover,
    HalfTitle,
    TitlePage,
    Imprint,
    Contents,
    News,
    Index,
    Colophon,
    /// A chapter, by its number.
    Chapter(usize),
}

/// Parts that the book adds itself: all but the chapters.
const OWN_PARTS: usize = 8;

impl Source {
    /// Its place among the parts that the book adds itself.
    fn own(self) -> usize {
        match self {
            Source::Cover => 0,
            Source::HalfTitle => 1,
            Source::TitlePage => 2,
            Source::Imprint => 3,
            Source::Contents => 4,
            Source::News => 5,
            Source::Index => 6,
            Source::Colophon | Source::Chapter(_) => 7,
        }
    }
}

/// What all parts of a book are made with.
pub(super) struct Book<'a> {
    pub resolved: &'a Resolved,
    pub setter: &'a Setter,
    /// Trees of what the book adds itself. Their numbers are those that no section has.
    own: [Arc<TagTree>; OWN_PARTS],
}

impl<'a> Book<'a> {
    pub fn new(resolved: &'a Resolved, setter: &'a Setter) -> Book<'a> {
        Book { resolved, setter, own: Default::default() }
    }

    pub fn theme(&self) -> &'a Theme {
        &self.setter.theme
    }

    /// A new tree for a part that the book adds itself.
    pub fn tree(&self, part: Source) -> Tagger {
        let id = SectionId::FIRST_RESERVED + part.own() as u32;
        Tagger { id, source: part, tree: TagTree::new(Role::Part, None) }
    }

    /// Keeps a finished tree and gives its number.
    fn keep(&mut self, tagger: Tagger) -> u32 {
        self.own[tagger.source.own()] = Arc::new(tagger.tree);
        tagger.id
    }

    /// Takes out a tree of the book's own by its number; none for a section's.
    pub fn take_tree(&mut self, id: u32) -> Option<Arc<TagTree>> {
        let index = id.checked_sub(SectionId::FIRST_RESERVED)?;
        self.own.get_mut(index as usize).map(std::mem::take)
    }
}

/// A tree in the making.
pub(super) struct Tagger {
    id: u32,
    source: Source,
    tree: TagTree,
}

impl Tagger {
    /// Adds an element and names it.
    pub fn add(&mut self, parent: u32, role: Role) -> TagId {
        TagId { tree: self.id, index: self.tree.add(parent, role, None) }
    }

    /// With a tree that was made before.
    pub fn grown(self, tree: TagTree) -> Tagger {
        Tagger { tree, ..self }
    }

    /// The tree alone.
    pub fn into_tree(self) -> TagTree {
        self.tree
    }

    /// The mark for content of a new element.
    pub fn mark(&mut self, parent: u32, role: Role) -> Mark {
        Mark::Tag(self.add(parent, role))
    }
}

/// Whether a page carries the foot line *Prepared for …*: it may be asked for on openings alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Stamped {
    #[default]
    Never,
    Opening,
    Text,
}

/// A tab at the fore-edge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tab {
    /// A stage's, by its rung from 0.
    Stage(usize),
    /// A path's or guide's: its letter, and where it stands among how many.
    Letter(String, usize, usize),
}

/// A page in the making.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Leaf {
    /// Content; origin at the top left of the text area, or of the page if it is `bare`.
    pub body: Arc<SharedFrame>,
    /// Names of the page as a destination.
    pub names: Vec<Arc<str>>,
    /// Covers the whole page.
    pub bare: bool,
    /// Which items of the body are a reader's own, in ranges.
    pub own: Vec<Range<usize>>,
    /// Where its text begins in the document.
    pub start: Option<Start>,
    /// Nodes that begin on it.
    pub nodes: Vec<NodeId>,
    /// Running head of the recto: the chapter's or section's title. None on openings.
    pub head: Option<String>,
    /// Shows its folio.
    pub folio: bool,
    /// Carries the foot line.
    pub stamp: Stamped,
    /// What stands at the fore-edge.
    pub tab: Option<Tab>,
    /// In print editions a blank page follows: the back of a part's title.
    pub blank_after: bool,
}

impl Leaf {
    /// Names the top of the page, unless it has that name.
    pub fn name(&mut self, name: &str) {
        if !self.names.iter().any(|known| **known == *name) {
            self.names.push(Arc::from(name));
        }
    }

    /// A page that is a reader's own as a whole, if the reader's words stand in it.
    pub fn personal(self, personal: bool) -> Leaf {
        let all = 0..self.body.items.len();
        Leaf { own: personal.then_some(all).into_iter().collect(), ..self }
    }

    /// The body with the page's names before all else.
    pub fn named_body(&mut self) -> Frame {
        let name = |name| Placed { at: Point::default(), mark: Mark::Artifact(Artifact::Layout), item: Item::Destination(Destination::Name(name)) };
        let mut frame = Frame { items: self.names.drain(..).map(name).collect() };
        let names = frame.items.len();
        self.own.iter_mut().for_each(|own| *own = own.start + names..own.end + names);
        frame.items.append(&mut Arc::unwrap_or_clone(std::mem::take(&mut self.body)).into_frame().items);
        frame
    }
}

/// Leaves that belong together.
pub(super) struct Group {
    /// Where they come from.
    pub source: Source,
    pub leaves: Vec<Leaf>,
    /// Numbers of its trees, in reading order.
    pub trees: Vec<u32>,
    /// Trees of its chapter's sections, in the order of `trees`; those of the book's own parts are with the book.
    pub sections: Vec<Arc<TagTree>>,
    /// Front matter, with roman folios.
    pub front: bool,
    /// Begins on a recto in print editions.
    pub recto: bool,
    /// Begins on a verso in print editions, so that it faces what follows.
    pub verso: bool,
    /// Bookmark for what the book adds itself: title and destination.
    pub bookmark: Option<(String, &'static str)>,
}

impl Group {
    /// A part that the book adds itself.
    pub fn own(book: &mut Book<'_>, leaves: Vec<Leaf>, tagger: Tagger, front: bool, bookmark: Option<(String, &'static str)>) -> Group {
        let source = tagger.source;
        let tree = book.keep(tagger);
        let mut group = Group { source, leaves, trees: vec![tree], sections: Vec::new(), front, recto: true, verso: false, bookmark };
        if let (Some(first), Some((_, name))) = (group.leaves.first_mut(), &group.bookmark) {
            first.name(name);
        }
        group
    }

    /// A chapter's pages.
    pub fn chapter(book: &Book<'_>, number: usize, chapter: Chapter, front: bool) -> Group {
        let sections = &book.resolved.sections;
        let title = |index: usize| sections.get(index).map(|s| s.title.clone());
        // The route faces the milestones.
        let route = book.resolved.document.sections.get(chapter.sections.start).is_some_and(|section| section.kind == EntryKind::Route);
        let tab = tab(book.resolved, chapter.sections.start);
        let part = sections.get(chapter.sections.start).is_some_and(|s| s.part.is_some());
        let parts = usize::from(part && chapter.body.pages.first().is_some_and(|p| p.forced));
        // A page of colour opens the chapter; its text begins overleaf.
        let is_ground = |placed: &Placed| matches!(placed.item, Item::Ground { whole: true, .. });
        let openers = usize::from(chapter.body.pages.get(parts).is_some_and(|page| page.frame.items.iter().any(is_ground)));
        let begins = parts + openers;
        // A band has the colour already.
        let banded = chapter.body.pages.get(begins).is_some_and(|page| page.frame.items.iter().any(|placed| matches!(placed.item, Item::Ground { .. })));
        // A page that only carries a note on belongs to the section of the page before.
        let mut section = chapter.sections.start;
        let leaf = |(number, page): (usize, crate::paginate::BodyPage)| {
            // No head on colour: an opener, a band, a card.
            let coloured = page.frame.items.iter().any(|placed| matches!(placed.item, Item::Ground { .. }));
            let part_title = number < parts;
            let on_colour = number >= parts && number < begins;
            // After a page of colour the text begins as if in the midst of a chapter.
            let opens = number < begins || number == begins && openers == 0;
            let starts = page.start.and_then(|start| book.resolved.document.index_of(start.node.section)).unwrap_or(section);
            section = starts.clamp(chapter.sections.start, chapter.sections.end.max(1) - 1);
            Leaf {
                body: page.frame,
                names: Vec::new(),
                bare: false,
                own: page.own,
                start: page.start,
                nodes: page.nodes,
                head: if opens || coloured { None } else { title(section) },
                folio: !(part_title || on_colour || (front && opens)),
                stamp: match number.cmp(&begins) {
                    Ordering::Less => Stamped::Never,
                    Ordering::Equal => Stamped::Opening,
                    Ordering::Greater => Stamped::Text,
                },
                tab: tab.clone().filter(|_| number > begins || number == begins && !banded),
                blank_after: part_title,
            }
        };
        let trees = book.resolved.document.sections.get(chapter.sections.clone()).unwrap_or_default();
        let trees = trees.iter().map(|section| section.id.section.0).collect();
        let source = Source::Chapter(number);
        Group {
            source,
            leaves: chapter.body.pages.into_iter().enumerate().map(leaf).collect(),
            trees,
            sections: chapter.tags,
            front,
            recto: !route,
            verso: route,
            bookmark: None,
        }
    }
}

/// The tab of a chapter: a stage's, or that of a path or guide among all of them.
fn tab(resolved: &Resolved, section: usize) -> Option<Tab> {
    let lettered = |kind: EntryKind| matches!(kind, EntryKind::Path | EntryKind::Guide);
    let sections = &resolved.document.sections;
    match sections.get(section)?.kind {
        EntryKind::Stage { number, .. } => number.checked_sub(1).map(Tab::Stage),
        kind if lettered(kind) => {
            let letter = resolved.sections.get(section)?.number.clone()?;
            let count = |sections: &[Arc<Section>]| sections.iter().filter(|s| s.depth == 0 && lettered(s.kind)).count();
            Some(Tab::Letter(letter, count(&sections[..section]), count(sections)))
        }
        _ => None,
    }
}
