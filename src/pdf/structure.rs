//! The structure tree: what every mark means, in reading order (ISO 32000-1, 14.7 and 14.8).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::typeset::{Role, TagId, TagNode, TagTree};

use super::canvas::{Marks, ORDER, Piece};
use super::object::{key, reals, reference, text};
use super::place::Area;
use super::trees::Leaves;

/// The standard structure type of a role. `Em` and `Strong` are mapped to `Span`, which is what PDF 1.7 knows.
pub(super) fn name(role: &Role) -> &'static str {
    match role {
        Role::Section => "Sect",
        Role::Part => "Part",
        Role::Heading(level) => ["H1", "H2", "H3", "H4", "H5", "H6"][usize::from(level.clamp(&1, &6) - 1)],
        Role::Paragraph => "P",
        Role::List { .. } => "L",
        Role::ListItem => "LI",
        Role::Label => "Lbl",
        Role::ListBody => "LBody",
        Role::Table => "Table",
        Role::TableHead => "THead",
        Role::TableBody => "TBody",
        Role::TableRow => "TR",
        Role::HeaderCell { .. } => "TH",
        Role::DataCell { .. } => "TD",
        Role::Figure { .. } => "Figure",
        Role::Formula { .. } => "Formula",
        Role::Caption => "Caption",
        Role::Code => "Code",
        Role::BlockQuote => "BlockQuote",
        Role::Note => "Note",
        Role::Reference => "Reference",
        Role::Link => "Link",
        Role::Emphasis => "Em",
        Role::Strong => "Strong",
        Role::Span => "Span",
        Role::Division => "Div",
        Role::Contents => "TOC",
        Role::ContentsItem => "TOCI",
        Role::Index => "Index",
        Role::Form => "Form",
    }
}

/// Where the file's objects for pages and annotations are.
pub(super) struct Places<'a> {
    pub pages: &'a [ObjectId],
    /// For pages their annotations' objects.
    pub annotations: &'a BTreeMap<usize, Vec<ObjectId>>,
}

/// The elements of a book: their numbers in the file, and what of them all copies share.
///
/// Elements with content that is a reader's own, and those around them, are that copy's own too. They have numbers
/// that all copies agree on, so that what is shared can refer to them.
#[derive(Debug)]
pub(super) struct Elements {
    tags: Vec<Arc<TagTree>>,
    /// By tree and node: its object; none if it is not written.
    ids: Vec<Vec<Option<ObjectId>>>,
    /// By tree and node: its children, in order.
    children: Vec<Vec<Vec<u32>>>,
    /// Content that all copies share.
    content: Content,
    /// What has content that is a copy's own.
    own: BTreeSet<TagId>,
    /// By page on which something is a copy's own: the list of elements that its marks belong to, and its beginning.
    lists: BTreeMap<usize, (ObjectId, Vec<Object>)>,
    root: ObjectId,
    document: ObjectId,
}

/// The leaves of the two trees that lead from content to elements, as far as all copies share them: the parent tree, from a page's or an
/// annotation's number to its elements, and the id tree, from a note's id to its element. A copy adds its own leaves and writes the
/// roots, so both are kept here and not written with the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    parents: Leaves,
    notes: Leaves,
}

impl Elements {
    /// Numbers the elements. `shared` are the marks of all pages that all copies share, `own` those that are a copy's own, by page.
    pub fn number(doc: &mut Document, tags: &[Arc<TagTree>], shared: &[Marks], own: &BTreeMap<usize, Marks>) -> Elements {
        let all = Content::gather(tags, shared.iter().enumerate().chain(own.iter().map(|(page, marks)| (*page, marks))));
        let (root, document) = (doc.new_object_id(), doc.new_object_id());
        let kept = tags.iter().enumerate().map(|(number, tree)| keep(tree, &all.beginnings(number, tree)));
        let ids = kept.map(|kept| kept.into_iter().map(|kept| kept.then(|| doc.new_object_id())).collect()).collect();
        let content = Content::gather(tags, shared.iter().enumerate());
        let mut elements = Elements {
            tags: tags.to_vec(),
            ids,
            children: tags.iter().map(|tree| children(tree)).collect(),
            content,
            own: BTreeSet::new(),
            lists: BTreeMap::new(),
            root,
            document,
        };
        elements.lists = own.keys().map(|page| (*page, (doc.new_object_id(), shared.get(*page).map_or_else(Vec::new, |marks| elements.list(marks))))).collect();
        elements.own = own.values().flat_map(|marks| with_ancestors(tags, marks)).collect();
        elements
    }

    /// The root of the tree.
    pub fn root(&self) -> ObjectId {
        self.root
    }

    /// Writes the elements that all copies share. Keys of the parent tree: the pages by index, then the annotations that all
    /// copies share in order.
    pub fn write_shared(&self, doc: &mut Document, places: &Places<'_>, marks: &[(usize, &Marks)]) -> Ways {
        let own = Content::default();
        let writer = Writer { elements: self, places, own: &own };
        let mut notes = Vec::new();
        for (number, tree) in self.tags.iter().enumerate() {
            for index in 0..tree.nodes.len() {
                let id = TagId { tree: number as u32, index: index as u32 };
                if !self.own.contains(&id) {
                    writer.write(doc, id, "note", &mut notes);
                }
            }
        }
        let sections: Vec<Object> = self.ids.iter().filter_map(|tree| tree.first().copied().flatten()).map(Object::Reference).collect();
        doc.set_object(self.document, dictionary! { "S" => "Document", "P" => self.root, "K" => sections });
        let mut parents: BTreeMap<i64, Object> = self.lists.iter().map(|(page, (list, _))| (*page as i64, Object::Reference(*list))).collect();
        for (page, marks) in marks.iter().filter(|(page, marks)| !marks.content.is_empty() && !self.lists.contains_key(page)) {
            let list = Object::Array(self.list(marks));
            parents.insert(*page as i64, reference(doc, list));
        }
        parents.extend(self.annotations(marks, places.pages.len()));
        Ways { parents: Leaves::numbers(doc, parents.into_iter().collect()), notes: notes_by_name(doc, notes) }
    }

    /// Writes the elements that are a copy's own, and the root over all. `marks` are its own; their annotations have keys from
    /// `first_key` on.
    ///
    /// # Errors
    /// Where there is content of an element that is not among the copy's own, which would be a mistake of layout.
    pub fn write_own(&self, doc: &mut Document, places: &Places<'_>, marks: &[(usize, &Marks)], first_key: usize, shared: &Ways) -> Result<(), String> {
        let stray = marks.iter().flat_map(|(_, marks)| &marks.order).find(|(_, tag, _)| !self.own.contains(tag));
        if let Some((_, tag, _)) = stray {
            return Err(format!("element {} of tree {} has got onto a page of one copy only", tag.index, tag.tree));
        }
        let own = Content::gather(&self.tags, marks.iter().map(|(page, marks)| (*page, *marks)));
        let writer = Writer { elements: self, places, own: &own };
        let mut notes = Vec::new();
        for id in &self.own {
            // After all others in the order of names.
            writer.write(doc, *id, "own-note", &mut notes);
        }
        for (page, (list, shared)) in &self.lists {
            let found = marks.iter().find(|(at, _)| at == page);
            let own = found.map_or_else(Vec::new, |(_, marks)| self.list(marks));
            doc.set_object(*list, Object::Array(shared.iter().cloned().chain(own).collect()));
        }
        let parents = self.annotations(marks, first_key);
        let next = first_key + marks.iter().map(|(_, marks)| marks.annotations.len()).sum::<usize>();
        let parents = shared.parents.with(Leaves::numbers(doc, parents));
        let parents = parents.root(doc);
        let mut tree = dictionary! {
            "Type" => "StructTreeRoot",
            "K" => self.document,
            "ParentTree" => parents,
            "ParentTreeNextKey" => next as i64,
            "RoleMap" => dictionary! { "Em" => "Span", "Strong" => "Span" },
        };
        let notes = shared.notes.with(notes_by_name(doc, notes));
        if !notes.is_empty() {
            tree.set("IDTree", notes.root(doc));
        }
        doc.set_object(self.root, tree);
        Ok(())
    }

    fn object(&self, id: TagId) -> Option<ObjectId> {
        of(&self.ids, id).copied().flatten()
    }

    fn node(&self, id: TagId) -> Option<&TagNode> {
        self.tags.get(id.tree as usize)?.nodes.get(id.index as usize)
    }

    fn children(&self, id: TagId) -> impl Iterator<Item = TagId> + '_ {
        of(&self.children, id).into_iter().flatten().map(move |index| TagId { tree: id.tree, index: *index })
    }

    /// From a page's marked-content ids back to the elements.
    fn list(&self, marks: &Marks) -> Vec<Object> {
        marks.content.iter().map(|tag| self.object(*tag).map_or(Object::Null, Object::Reference)).collect()
    }

    /// From annotations, numbered on from a key, back to the elements.
    fn annotations(&self, marks: &[(usize, &Marks)], first_key: usize) -> Vec<(i64, Object)> {
        let annotations = marks.iter().flat_map(|(_, marks)| &marks.annotations).enumerate();
        annotations.filter_map(|(index, annotation)| Some(((first_key + index) as i64, Object::Reference(self.object(annotation.tag)?)))).collect()
    }
}

/// The elements that a page's marks belong to, with all that they stand in.
fn with_ancestors<'a>(tags: &'a [Arc<TagTree>], marks: &'a Marks) -> impl Iterator<Item = TagId> + 'a {
    let parent = move |tag: &TagId| {
        let node = tags.get(tag.tree as usize)?.nodes.get(tag.index as usize)?;
        Some(TagId { tree: tag.tree, index: node.parent? })
    };
    marks.order.iter().flat_map(move |(_, tag, _)| std::iter::successors(Some(*tag), parent))
}

fn notes_by_name(doc: &mut Document, mut notes: Vec<(String, ObjectId)>) -> Leaves {
    notes.sort();
    Leaves::names(doc, notes.into_iter().map(|(name, id)| (name, Object::Reference(id))).collect())
}

fn of<T>(table: &[Vec<T>], id: TagId) -> Option<&T> {
    table.get(id.tree as usize)?.get(id.index as usize)
}

/// A piece of an element: its place in drawing order, its page, and what it is.
type Located = (u64, u32, Piece);

/// Content of elements, gathered from some pages. Elements that have none are not in it.
#[derive(Debug, Default)]
struct Content {
    /// By element: its own pieces in drawing order.
    pieces: BTreeMap<TagId, Vec<Located>>,
    /// By element: where its content, its own or below it, begins.
    first: BTreeMap<TagId, u64>,
    /// What a figure covers, on its first page.
    figures: BTreeMap<TagId, (usize, Area)>,
}

/// Later than everything.
const NOWHERE: u64 = u64::MAX;

impl Content {
    fn gather<'m>(tags: &[Arc<TagTree>], pages: impl Iterator<Item = (usize, &'m Marks)>) -> Content {
        let mut content = Content::default();
        for (page, marks) in pages {
            for (order, tag, piece) in &marks.order {
                let order = (page as u64) << ORDER | *order;
                content.pieces.entry(*tag).or_default().push((order, page as u32, *piece));
            }
            for (tag, area) in &marks.figures {
                let known = content.figures.entry(*tag).or_insert((page, *area));
                if known.0 == page {
                    known.1 = known.1.join(*area);
                }
            }
        }
        for (tag, pieces) in &content.pieces {
            let Some(begin) = pieces.iter().map(|piece| piece.0).min() else { continue };
            let mut at = Some(*tag);
            while let Some(tag) = at {
                let first = content.first.entry(tag).or_insert(NOWHERE);
                if *first <= begin {
                    break;
                }
                *first = begin;
                let node = tags.get(tag.tree as usize).and_then(|tree| tree.nodes.get(tag.index as usize));
                at = node.and_then(|node| node.parent).map(|index| TagId { tree: tag.tree, index });
            }
        }
        content
    }

    /// Where each node of a tree begins.
    fn beginnings(&self, number: usize, tree: &TagTree) -> Vec<u64> {
        let tag = |index| TagId { tree: number as u32, index: index as u32 };
        (0..tree.nodes.len()).map(|index| self.first.get(&tag(index)).copied().unwrap_or(NOWHERE)).collect()
    }
}

fn children(tree: &TagTree) -> Vec<Vec<u32>> {
    let mut children = vec![Vec::new(); tree.nodes.len()];
    for (index, node) in tree.nodes.iter().enumerate() {
        if let Some(siblings) = node.parent.and_then(|parent| children.get_mut(parent as usize)) {
            siblings.push(index as u32);
        }
    }
    children
}

/// Elements without content are not written, except the rows and cells of a table that has some: it stays rectangular,
/// and a form's empty rows are there to be filled.
fn keep(tree: &TagTree, first: &[u64]) -> Vec<bool> {
    let mut kept: Vec<bool> = first.iter().map(|begin| *begin != NOWHERE).collect();
    for (index, node) in tree.nodes.iter().enumerate() {
        let part = matches!(node.role, Role::TableHead | Role::TableBody | Role::TableRow | Role::HeaderCell { .. } | Role::DataCell { .. });
        // Parents come before their children, so a kept table keeps its parts, and they keep theirs.
        if part && node.parent.is_some_and(|parent| kept.get(parent as usize) == Some(&true)) {
            kept[index] = true;
        }
    }
    kept
}

/// Whether an element stands within the lines of its parent, in drawing order, and not between its blocks.
fn inline(role: &Role) -> bool {
    matches!(role, Role::Formula { .. } | Role::Code | Role::Reference | Role::Link | Role::Emphasis | Role::Strong | Role::Span | Role::Form | Role::Label)
}

struct Writer<'a> {
    elements: &'a Elements,
    places: &'a Places<'a>,
    /// Content on a copy's own pages.
    own: &'a Content,
}

impl Writer<'_> {
    /// An element's own pieces, on all pages.
    fn pieces(&self, id: TagId) -> Vec<Located> {
        let lists = [&self.elements.content, self.own].map(|content| content.pieces.get(&id).map_or(&[][..], Vec::as_slice));
        let mut pieces = lists.concat();
        pieces.sort_by_key(|piece| piece.0);
        pieces
    }

    fn first(&self, id: TagId) -> Option<u64> {
        let both = [&self.elements.content, self.own].map(|content| content.first.get(&id).copied());
        both.into_iter().flatten().min()
    }

    fn write(&self, doc: &mut Document, id: TagId, prefix: &str, notes: &mut Vec<(String, ObjectId)>) {
        let (Some(object), Some(node)) = (self.elements.object(id), self.elements.node(id)) else { return };
        let parent = node.parent.and_then(|index| self.elements.object(TagId { tree: id.tree, index })).unwrap_or(self.elements.document);
        let mut element = dictionary! { "S" => name(&node.role), "P" => parent };
        let pieces = self.pieces(id);
        let page = pieces.first().map(|piece| piece.1);
        if let Some(page) = page.and_then(|page| self.places.pages.get(page as usize)) {
            element.set("Pg", *page);
        }
        let mut kids = self.kids(id, &pieces, page);
        match kids.len() {
            0 => {}
            1 => element.set("K", kids.remove(0)),
            _ => element.set("K", kids),
        }
        if let Some(language) = &node.language {
            element.set("Lang", text(language));
        }
        if let Role::Figure { alt } | Role::Formula { alt } = &node.role {
            element.set("Alt", text(alt));
        }
        if node.role == Role::Link
            && let Some(alt) = self.pictured(id, &pieces)
        {
            element.set("Alt", text(&alt));
        }
        if node.role == Role::Note {
            let name = format!("{prefix}-{}-{}", id.tree, id.index);
            element.set("ID", key(&name));
            notes.push((name, object));
        }
        if let Some(attributes) = self.attributes(id, &node.role) {
            element.set("A", attributes);
        }
        doc.set_object(object, element);
    }

    /// What a link that is nothing but pictures says: their alternative texts.
    fn pictured(&self, id: TagId, own: &[Located]) -> Option<String> {
        if own.iter().any(|(_, _, piece)| matches!(piece, Piece::Content(_))) {
            return None;
        }
        let alt = |child| if let Role::Figure { alt } = &self.elements.node(child)?.role { Some(alt.as_str()) } else { None };
        let alts: Vec<&str> = self.elements.children(id).filter_map(alt).collect();
        (!alts.is_empty()).then(|| alts.join(" "))
    }

    /// Own pieces and inline children in drawing order; block children in the tree's order, each after what was drawn
    /// before it began.
    fn kids(&self, id: TagId, own: &[Located], page: Option<u32>) -> Vec<Object> {
        let mut flow: Vec<(u64, Object)> = own.iter().map(|(order, at, piece)| (*order, self.piece(*at, *piece, page))).collect();
        let mut blocks = Vec::new();
        for child in self.elements.children(id) {
            let Some(object) = self.elements.object(child) else { continue };
            let first = self.first(child).unwrap_or(NOWHERE);
            let is_inline = self.elements.node(child).is_some_and(|node| inline(&node.role));
            if is_inline { &mut flow } else { &mut blocks }.push((first, Object::Reference(object)));
        }
        flow.sort_by_key(|(order, _)| *order);
        let mut kids = Vec::with_capacity(flow.len() + blocks.len());
        let mut flow = flow.into_iter().peekable();
        for (first, block) in blocks {
            while let Some((_, piece)) = flow.next_if(|(order, _)| *order < first) {
                kids.push(piece);
            }
            kids.push(block);
        }
        kids.extend(flow.map(|(_, piece)| piece));
        kids
    }

    fn piece(&self, at: u32, piece: Piece, element_page: Option<u32>) -> Object {
        let page = self.places.pages.get(at as usize).copied().unwrap_or_default();
        match piece {
            Piece::Content(number) if element_page == Some(at) => Object::Integer(i64::from(number)),
            Piece::Content(number) => dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => i64::from(number) }.into(),
            Piece::Annotation(index) => {
                let object = self.places.annotations.get(&(at as usize)).and_then(|page| page.get(index as usize)).copied().unwrap_or_default();
                dictionary! { "Type" => "OBJR", "Pg" => page, "Obj" => object }.into()
            }
        }
    }

    fn attributes(&self, id: TagId, role: &Role) -> Option<Object> {
        let spans = |mut table: Dictionary, colspan: u16, rowspan: u16| {
            if colspan > 1 {
                table.set("ColSpan", i64::from(colspan));
            }
            if rowspan > 1 {
                table.set("RowSpan", i64::from(rowspan));
            }
            (table.len() > 1).then(|| Object::Dictionary(table))
        };
        match role {
            Role::List { ordered } => {
                let numbering = match ordered {
                    Some(true) => "Decimal",
                    Some(false) => "Disc",
                    None => "None",
                };
                Some(dictionary! { "O" => "List", "ListNumbering" => numbering }.into())
            }
            Role::HeaderCell { row, colspan, rowspan } => {
                spans(dictionary! { "O" => "Table", "Scope" => if *row { "Row" } else { "Column" } }, *colspan, *rowspan)
            }
            Role::DataCell { colspan, rowspan } => spans(dictionary! { "O" => "Table" }, *colspan, *rowspan),
            Role::Figure { .. } | Role::Formula { .. } => {
                let (_, area) = [&self.elements.content, self.own].into_iter().filter_map(|content| content.figures.get(&id)).min_by_key(|(page, _)| *page)?;
                Some(dictionary! { "O" => "Layout", "BBox" => reals(&area.corners()), "Placement" => "Block" }.into())
            }
            _ => None,
        }
    }
}
