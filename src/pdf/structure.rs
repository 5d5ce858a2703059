//! The structure tree: what every mark means, in reading order (ISO 32000-1, 14.7 and 14.8).

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::typeset::{Role, TagId, TagNode, TagTree};

use super::canvas::Piece;
use super::object::{key, reals, text};
use super::place::Area;
use super::sheets::Drawn;
use super::trees;

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
    pub drawn: &'a [Drawn],
    pub pages: &'a [ObjectId],
    /// For each page its annotations' objects.
    pub annotations: &'a [Vec<ObjectId>],
}

/// Writes the tree and refers to its root. Keys of the parent tree: the pages by index, then the annotations in order.
pub(super) fn write(doc: &mut Document, tags: &[TagTree], places: &Places<'_>) -> Object {
    let content = Content::gather(tags, places.drawn);
    let root = doc.new_object_id();
    let document = doc.new_object_id();
    let mut ids: Vec<Vec<Option<ObjectId>>> = Vec::with_capacity(tags.len());
    for (tree, kept) in tags.iter().zip(&content.kept) {
        ids.push(tree.nodes.iter().zip(kept).map(|(_, kept)| kept.then(|| doc.new_object_id())).collect());
    }
    let writer = Writer { tags, places, content: &content, ids: &ids };
    let mut notes = Vec::new();
    for (number, tree) in tags.iter().enumerate() {
        for (index, node) in tree.nodes.iter().enumerate() {
            let id = TagId { tree: number as u32, index: index as u32 };
            if let Some(object) = writer.object(id) {
                let element = writer.element(id, node, document, &mut notes, object);
                doc.set_object(object, element);
            }
        }
    }
    let sections: Vec<Object> = ids.iter().filter_map(|tree| tree.first().copied().flatten()).map(Object::Reference).collect();
    doc.set_object(document, dictionary! { "S" => "Document", "P" => root, "K" => sections });
    let parents = writer.parents(doc);
    let mut tree = dictionary! {
        "Type" => "StructTreeRoot",
        "K" => document,
        "ParentTree" => parents,
        "ParentTreeNextKey" => (places.pages.len() + places.annotations.iter().map(Vec::len).sum::<usize>()) as i64,
        "RoleMap" => dictionary! { "Em" => "Span", "Strong" => "Span" },
    };
    if !notes.is_empty() {
        notes.sort();
        let names = notes.into_iter().map(|(name, id)| (name, Object::Reference(id))).collect();
        tree.set("IDTree", trees::names(doc, names));
    }
    doc.set_object(root, tree);
    Object::Reference(root)
}

/// Content of elements, gathered from all pages.
struct Content {
    /// By tree and node: its own pieces in drawing order, as (order in the book, page, piece).
    pieces: Vec<Vec<Vec<(u64, u32, Piece)>>>,
    /// By tree and node: where its content, its own or below it, begins.
    first: Vec<Vec<u64>>,
    /// By tree and node: whether it is written.
    kept: Vec<Vec<bool>>,
    /// By tree and node: its children, in order.
    children: Vec<Vec<Vec<u32>>>,
    /// What a figure covers, on its first page.
    figures: std::collections::BTreeMap<TagId, (usize, Area)>,
}

/// Later than everything.
const NOWHERE: u64 = u64::MAX;

impl Content {
    fn gather(tags: &[TagTree], drawn: &[Drawn]) -> Content {
        let mut pieces: Vec<Vec<Vec<(u64, u32, Piece)>>> = tags.iter().map(|tree| vec![Vec::new(); tree.nodes.len()]).collect();
        let mut figures = std::collections::BTreeMap::new();
        let mut order = 0;
        for (page, drawn) in drawn.iter().enumerate() {
            for (tag, piece) in &drawn.marks.order {
                order += 1;
                if let Some(own) = pieces.get_mut(tag.tree as usize).and_then(|tree| tree.get_mut(tag.index as usize)) {
                    own.push((order, page as u32, *piece));
                }
            }
            for (tag, area) in &drawn.marks.figures {
                let known = figures.entry(*tag).or_insert((page, *area));
                if known.0 == page {
                    known.1 = known.1.join(*area);
                }
            }
        }
        let first: Vec<Vec<u64>> = tags.iter().zip(&pieces).map(|(tree, pieces)| beginnings(tree, pieces)).collect();
        let kept = tags.iter().zip(&first).map(|(tree, first)| keep(tree, first)).collect();
        let children = tags.iter().map(children).collect();
        Content { pieces, first, kept, children, figures }
    }

    fn of<T>(table: &[Vec<T>], id: TagId) -> Option<&T> {
        table.get(id.tree as usize)?.get(id.index as usize)
    }
}

/// Where each node's content begins. Children come after their parents, so one pass from the end is enough.
fn beginnings(tree: &TagTree, pieces: &[Vec<(u64, u32, Piece)>]) -> Vec<u64> {
    let mut first: Vec<u64> = pieces.iter().map(|own| own.first().map_or(NOWHERE, |piece| piece.0)).collect();
    for (index, node) in tree.nodes.iter().enumerate().rev() {
        if let Some(parent) = node.parent.map(|p| p as usize).filter(|p| *p < index) {
            first[parent] = first[parent].min(first[index]);
        }
    }
    first
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
    matches!(role, Role::Code | Role::Reference | Role::Link | Role::Emphasis | Role::Strong | Role::Span | Role::Form | Role::Label)
}

struct Writer<'a> {
    tags: &'a [TagTree],
    places: &'a Places<'a>,
    content: &'a Content,
    ids: &'a [Vec<Option<ObjectId>>],
}

impl Writer<'_> {
    fn object(&self, id: TagId) -> Option<ObjectId> {
        Content::of(self.ids, id).copied().flatten()
    }

    fn element(&self, id: TagId, node: &TagNode, document: ObjectId, notes: &mut Vec<(String, ObjectId)>, object: ObjectId) -> Dictionary {
        let parent = node.parent.and_then(|index| self.object(TagId { tree: id.tree, index })).unwrap_or(document);
        let mut element = dictionary! { "S" => name(&node.role), "P" => parent };
        let page = Content::of(&self.content.pieces, id).and_then(|own| own.first()).map(|piece| piece.1);
        if let Some(page) = page.and_then(|page| self.places.pages.get(page as usize)) {
            element.set("Pg", *page);
        }
        let mut kids = self.kids(id, page);
        match kids.len() {
            0 => {}
            1 => element.set("K", kids.remove(0)),
            _ => element.set("K", kids),
        }
        if let Some(language) = &node.language {
            element.set("Lang", text(language));
        }
        if let Role::Figure { alt } = &node.role {
            element.set("Alt", text(alt));
        }
        if node.role == Role::Link
            && let Some(alt) = self.pictured(id)
        {
            element.set("Alt", text(&alt));
        }
        if node.role == Role::Note {
            let name = format!("note-{}-{}", id.tree, id.index);
            element.set("ID", key(&name));
            notes.push((name, object));
        }
        if let Some(attributes) = self.attributes(id, &node.role) {
            element.set("A", attributes);
        }
        element
    }

    /// What a link that is nothing but pictures says: their alternative texts.
    fn pictured(&self, id: TagId) -> Option<String> {
        let own = Content::of(&self.content.pieces, id)?;
        if own.iter().any(|(_, _, piece)| matches!(piece, Piece::Content(_))) {
            return None;
        }
        let nodes = &self.tags.get(id.tree as usize)?.nodes;
        let alts: Vec<&str> = self
            .children(id)
            .filter_map(|child| if let Role::Figure { alt } = &nodes.get(child.index as usize)?.role { Some(alt.as_str()) } else { None })
            .collect();
        (!alts.is_empty()).then(|| alts.join(" "))
    }

    /// Own pieces and inline children in drawing order; block children in the tree's order, each after what was drawn
    /// before it began.
    fn kids(&self, id: TagId, page: Option<u32>) -> Vec<Object> {
        let own = Content::of(&self.content.pieces, id).map_or(&[][..], Vec::as_slice);
        let mut flow: Vec<(u64, Object)> = own.iter().map(|(order, at, piece)| (*order, self.piece(*at, *piece, page))).collect();
        let mut blocks = Vec::new();
        for child in self.children(id) {
            let (Some(object), Some(first)) = (self.object(child), Content::of(&self.content.first, child)) else { continue };
            let is_inline = self.tags.get(child.tree as usize).and_then(|tree| tree.nodes.get(child.index as usize)).is_some_and(|node| inline(&node.role));
            if is_inline { &mut flow } else { &mut blocks }.push((*first, Object::Reference(object)));
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

    fn children(&self, id: TagId) -> impl Iterator<Item = TagId> + '_ {
        let next = self.content.children.get(id.tree as usize).and_then(|tree| tree.get(id.index as usize));
        next.into_iter().flatten().map(move |index| TagId { tree: id.tree, index: *index })
    }

    fn piece(&self, at: u32, piece: Piece, element_page: Option<u32>) -> Object {
        let page = self.places.pages.get(at as usize).copied().unwrap_or_default();
        match piece {
            Piece::Content(number) if element_page == Some(at) => Object::Integer(i64::from(number)),
            Piece::Content(number) => dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => i64::from(number) }.into(),
            Piece::Annotation(index) => {
                let object = self.places.annotations.get(at as usize).and_then(|page| page.get(index as usize)).copied().unwrap_or_default();
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
            Role::Figure { .. } => {
                let (_, area) = self.content.figures.get(&id)?;
                Some(dictionary! { "O" => "Layout", "BBox" => reals(&area.corners()), "Placement" => "Block" }.into())
            }
            _ => None,
        }
    }

    /// The parent tree: from a page's marked-content ids, and from each annotation, back to the element.
    fn parents(&self, doc: &mut Document) -> Object {
        let mut numbers = Vec::new();
        for (index, drawn) in self.places.drawn.iter().enumerate() {
            if !drawn.marks.content.is_empty() {
                let elements = drawn.marks.content.iter().map(|tag| self.object(*tag).map_or(Object::Null, Object::Reference)).collect();
                let array = doc.add_object(Object::Array(elements));
                numbers.push((index as i64, Object::Reference(array)));
            }
        }
        let annotations = self.places.drawn.iter().flat_map(|drawn| &drawn.marks.annotations);
        for (index, annotation) in annotations.enumerate() {
            if let Some(object) = self.object(annotation.tag) {
                numbers.push(((self.places.pages.len() + index) as i64, Object::Reference(object)));
            }
        }
        trees::numbers(doc, numbers)
    }
}
