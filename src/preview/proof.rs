//! A proof: the book set once, as it is looked at, with what is only known of it when somebody asks.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use rayon::prelude::*;

use crate::diag::Diagnostics;
use crate::epub::Glance;
use crate::furniture::Page;
use crate::load::{Manuscript, Pos};
use crate::memo::Key;
use crate::parse::{Node, NodeId, walk};
use crate::press::Pages;
use crate::resolve::Picture;
use crate::typeset::{Destination, Frame, Item, Mark, TagNode, TagTree};

use super::lines::{PageLine, lines};

/// One setting of the book.
#[derive(Debug)]
pub struct Proof {
    /// Its pages.
    pub(super) pages: Pages,
    /// What names each page: two with the same keys look alike.
    pub(super) keys: Vec<PageKeys>,
    /// Warnings, of reading and of setting.
    pub(super) warnings: Diagnostics,
    positions: OnceLock<BTreeMap<NodeId, Pos>>,
    destinations: OnceLock<BTreeMap<Arc<str>, usize>>,
    glance: OnceLock<Option<Arc<Glance>>>,
}

/// What names a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageKeys {
    /// Without what stands around the text.
    pub body: Key,
    /// All of it, and what it means to somebody who cannot see it.
    pub whole: Key,
}

/// What is seen of a frame: what its marks mean has no part in it.
struct Seen<'a>(&'a Frame);

impl Hash for Seen<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.items.len().hash(hasher);
        for placed in &self.0.items {
            // Where things are named from changes no page, but lines go by the numbers of their items.
            match placed.item {
                Item::Destination(_) => 0_u8.hash(hasher),
                _ => (1_u8, placed.at, &placed.item).hash(hasher),
            }
        }
    }
}

/// What the marks of a frame mean to somebody who cannot see it: the elements that its items belong to, and those around these.
struct Meant<'a>(&'a Frame, &'a [Arc<TagTree>]);

impl Hash for Meant<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let mut last = None;
        for (number, placed) in self.0.items.iter().enumerate() {
            let Mark::Tag(tag) = placed.mark else { continue };
            if last.replace(tag) == Some(tag) {
                continue;
            }
            // Here another element begins, which may be of the same kind.
            number.hash(hasher);
            let tree = self.1.get(tag.tree as usize);
            let node = |index: u32| tree.and_then(|tree| tree.nodes.get(index as usize));
            let mut at = node(tag.index);
            while let Some(TagNode { parent, role, language, .. }) = at {
                (role, language).hash(hasher);
                at = parent.and_then(node);
            }
        }
    }
}

impl Proof {
    /// A proof of these pages. Of those that the proof before has too the keys are known.
    pub(super) fn new(pages: Pages, warnings: Diagnostics, before: Option<&Proof>) -> Proof {
        // Faces are named by their number, which those of the project decide; what the system adds comes behind them.
        let fonts = pages.project().fonts().key();
        let tags = &pages.layout.tags;
        let before = before.filter(|before| before.pages.project().fonts().key() == fonts);
        // While the proof before is there, no other page can lie where one of its pages lies.
        let place = |page: &Arc<Page>| Arc::as_ptr(page).addr();
        let known: HashMap<usize, PageKeys, RandomState> =
            before.iter().flat_map(|before| before.pages.layout.pages.iter().map(place).zip(before.keys.iter().copied())).collect();
        let old_tags = before.map_or(&[][..], |before| &before.pages.layout.tags);
        let same_tree = |tree: u32| matches!((tags.get(tree as usize), old_tags.get(tree as usize)), (Some(tree), Some(old)) if Arc::ptr_eq(tree, old));
        let same_meaning = |page: &Page| page.body.items.iter().all(|placed| !matches!(placed.mark, Mark::Tag(tag) if !same_tree(tag.tree)));
        let keys = |page: &Arc<Page>| {
            if let Some(keys) = known.get(&place(page)).filter(|_| same_meaning(page)) {
                return *keys;
            }
            let body = Key::of(&(fonts, page.size, Seen(&page.body)));
            PageKeys { body, whole: Key::of(&(body, Seen(&page.furniture), Seen(&page.stamp), Meant(&page.body, tags))) }
        };
        let keys = pages.layout.pages.par_iter().map(keys).collect();
        Proof { pages, keys, warnings, positions: OnceLock::new(), destinations: OnceLock::new(), glance: OnceLock::new() }
    }

    /// Whether the book was made from the same words as another, and looks alike: what is on no page is in the e-book.
    pub(super) fn says_as(&self, other: &Proof) -> bool {
        let [(own, theme), (others, other_theme)] = [self, other].map(|proof| (proof.pages.project().manuscript(), proof.pages.project().theme()));
        let texts = |manuscript: &Manuscript| manuscript.sources.files.iter().map(|file| (file.name.clone(), file.text.clone())).collect::<Vec<_>>();
        let pictures = |proof: &Proof| {
            let files = |picture: &Picture| picture.file.as_ref().map(|file| file.digest.clone());
            proof.pages.resolved().images.values().map(files).collect::<Vec<_>>()
        };
        own.book == others.book && pictures(self) == pictures(other) && Key::of(theme) == Key::of(other_theme) && texts(own) == texts(others)
    }

    /// The lines of a page, counted from 0.
    pub(super) fn lines(&self, page: usize) -> Vec<PageLine> {
        let layout = &self.pages.layout;
        layout.pages.get(page).map(|page| lines(&page.body, &layout.tags)).unwrap_or_default()
    }

    /// Where the nodes of the document stand in the source, as far as they have a place of their own.
    pub(super) fn positions(&self) -> &BTreeMap<NodeId, Pos> {
        self.positions.get_or_init(|| {
            let mut positions = BTreeMap::new();
            for section in self.pages.resolved().document.sections.iter() {
                positions.insert(section.id, section.pos);
                walk(section, &mut |node| {
                    let place = match node {
                        Node::Block(block) => Some((block.id, block.pos)),
                        Node::Item(item) => Some((item.id, item.pos)),
                        Node::Note(note) => Some((note.id, note.pos)),
                        _ => None,
                    };
                    positions.extend(place);
                });
            }
            positions
        })
    }

    /// Lines that hold a text of small letters: page, item, and what the line says.
    pub(super) fn search(&self, wanted: &str, most: usize) -> Vec<(usize, usize, String)> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for page in 0..self.keys.len() {
            let lines = self.lines(page);
            // A text may go on in the next line.
            let small: Vec<String> = lines.iter().map(|line| line.text.to_lowercase()).collect();
            for (number, line) in lines.iter().enumerate() {
                let own = small.get(number).map_or("", String::as_str);
                let next = small.get(number + 1).map_or("", String::as_str);
                let (joined, length) = match own.trim_end().strip_suffix('\u{AD}') {
                    Some(start) => (format!("{start}{next}"), start.len()),
                    None => (format!("{} {next}", own.trim_end()), own.trim_end().len()),
                };
                if joined.find(wanted).is_some_and(|at| at < length) {
                    hits.push((page, line.item, line.text.trim().replace('\u{AD}', "-")));
                }
                if hits.len() >= most {
                    return hits;
                }
            }
        }
        hits
    }

    /// The page of a named place, counted from 0.
    pub(super) fn page_of(&self, name: &str) -> Option<usize> {
        let named = self.destinations.get_or_init(|| {
            let mut named = BTreeMap::new();
            for (number, page) in self.pages.layout.pages.iter().enumerate() {
                for placed in &page.body.items {
                    if let Item::Destination(Destination::Name(name)) = &placed.item {
                        named.entry(name.clone()).or_insert(number);
                    }
                }
            }
            named
        });
        named.get(name).copied()
    }

    /// The e-book, if it can be had.
    pub(super) fn glance(&self) -> Option<Arc<Glance>> {
        self.glance.get_or_init(|| self.pages.glance().ok().map(Arc::new)).clone()
    }
}
