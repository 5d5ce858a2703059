//! The plate of a book: everything in its file that copies for readers of one shape share, written once; and the copies.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::diag::{Diagnostic, Diagnostics};
use crate::fonts::FontBook;
use crate::furniture::{FilledPage, FilledPages, Layout, Page};
use crate::length::{Length, Size};
use crate::memo::Memo;
use crate::provenance::digest::Digested;
use crate::provenance::{self, Origin, xmp};
use crate::resolve::Resolved;
use crate::typeset::{Frame, TagTree, TextRun};

use super::PdfOptions;
use super::annotations::Annotations;
use super::canvas::{Counts, Marks};
use super::file::{Shared, Trailer};
use super::fonts::Subsets;
use super::glyphs::Inventory;
use super::metadata;
use super::navigation::{self, Destinations};
use super::object::{compressed, deflate, plain, reals, reference};
use super::pictures::Pictures;
use super::sheets::{self, Order};
use super::structure::{Elements, Places, Ways};

/// Name of the stamp's form among the resources.
const STAMP: &str = "S0";

/// What copies share, ready for each copy's own.
///
/// Objects that only a copy can write, but that shared ones refer to, have numbers that all copies agree on: the pages with
/// the reader's words, the elements that hold these, the resources, the stamp, the metadata.
#[derive(Debug)]
pub struct SharedPdf {
    shared: Shared,
    /// What the shared objects contribute to the digest of a copy's content.
    digests: provenance::pdf::Shared,
    subsets: Subsets,
    tags: Vec<TagTree>,
    elements: Elements,
    ways: Ways,
    annotations: Annotations,
    /// How many annotations copies share.
    keys: usize,
    /// By page on which something is the reader's own: what of it copies share.
    own: BTreeMap<usize, OwnSlot>,
    destinations: Destinations,
    pages: Vec<ObjectId>,
    /// The node above all pages.
    tree: ObjectId,
    /// Fonts and forms that all copies share.
    fonts: Dictionary,
    forms: Dictionary,
    resources: ObjectId,
    stamp: Option<StampSlot>,
    form: Option<ObjectId>,
    metadata: ObjectId,
    trailer: Trailer,
    paper: Length,
    bleed: Length,
}

/// A page on which something is the reader's own.
#[derive(Clone, Debug)]
struct OwnSlot {
    /// Content streams of the body that copies share, one before and one after each part that they do not.
    body: Vec<Option<Object>>,
    furniture: Option<Object>,
    marks: Counts,
    size: Size,
    stamped: bool,
}

/// Where the stamp goes.
#[derive(Clone, Debug)]
struct StampSlot {
    form: ObjectId,
    /// The content stream by which a page shows it.
    call: Object,
    size: Size,
}

impl SharedPdf {
    /// Bytes that it takes, roughly: those of the file, and what is kept of its structure for the copies.
    pub fn weight(&self) -> usize {
        self.shared.size() * 2
    }

    /// Makes the plate of a laid-out book. `sample` are the pages with the reader's words for the shape of reader; what
    /// glyphs they have beside these words is in the shared fonts, whatever the layout at hand has on its own pages. `materials` has
    /// pictures that were made ready before.
    ///
    /// # Errors
    /// A font that cannot be embedded, a picture that cannot be drawn.
    pub fn new(
        layout: &Layout,
        sample: &[Page],
        resolved: &Resolved,
        fonts: &FontBook,
        materials: &Memo,
        options: &PdfOptions,
    ) -> Result<SharedPdf, Diagnostics> {
        let inventory = Inventory::shared(&layout.pages, sample, fonts);
        let subsets = Subsets::shared(&inventory, fonts)?;
        let pictures = Pictures::of(&inventory.pictures, fonts, materials)?;
        let orders: Vec<Order<'_>> = layout.pages.iter().map(Order::shared).collect();
        let (drawn, marks): (Vec<_>, Vec<Marks>) = sheets::draw(&orders, &layout.tags, &subsets, deflate)?.into_iter().unzip();
        // Of what is a copy's own only the marks are needed: what elements there are does not depend on the reader.
        let personal = layout.pages.iter().zip(&marks).enumerate().filter(|(_, (page, _))| page.is_personal());
        let own_marks = |page: &Page, shared: &Marks| Order::own(page.segments().1, page.size.height, shared.counts()).marks(&layout.tags, &subsets);
        let own = personal.map(|(index, (page, shared))| (index, own_marks(page, shared))).collect();
        let mut maker = Maker { layout, doc: Document::with_version("1.7"), marks, own };
        maker.make(resolved, options, subsets, pictures, drawn)
    }

    /// The file of one copy: what is its own among what is shared.
    ///
    /// # Errors
    /// A font that cannot be embedded; or what would be a mistake of this program.
    pub fn copy(&self, own: &FilledPages, resolved: &Resolved, fonts: &FontBook, origin: Option<&Origin>) -> Result<Digested, Diagnostics> {
        let wanted = |run: &TextRun| !self.subsets.shares(run);
        let mut inventory = Inventory::default();
        let parts = own.pages.iter().flat_map(|(_, page)| &page.parts);
        parts.chain([&own.stamp]).for_each(|frame| inventory.items(&frame.items, &wanted));
        let subsets = self.subsets.with_own(&inventory, fonts)?;
        let slots: Vec<(usize, &OwnSlot, &FilledPage)> = own.pages.iter().filter_map(|(index, page)| Some((*index, self.own.get(index)?, page))).collect();
        if slots.len() != self.own.len() || slots.iter().any(|(_, slot, page)| page.parts.len() + 1 != slot.body.len()) {
            return Err(mistake("a part of a page with the reader's words is missing".to_string()));
        }
        let orders: Vec<Order<'_>> = slots.iter().map(|(_, slot, page)| slot.order(page)).collect();
        let (drawn, marks): (Vec<_>, Vec<Marks>) = sheets::draw(&orders, &self.tags, &subsets, <[u8]>::to_vec)?.into_iter().unzip();

        let mut doc = Document::with_version("1.7");
        doc.max_id = self.shared.next_number() - 1;
        let (mut font_names, mut forms) = (self.fonts.clone(), self.forms.clone());
        subsets.write_own(&mut doc, &mut font_names);
        self.write_stamp(&mut doc, &own.stamp, &subsets, &mut forms)?;
        doc.set_object(self.resources, dictionary! { "Font" => font_names, "XObject" => forms });

        let numbered: Vec<(usize, &Marks)> = slots.iter().zip(&marks).map(|((index, ..), marks)| (*index, marks)).collect();
        let first_key = self.pages.len() + self.keys;
        let mut annotations = self.annotations.clone();
        annotations.write(&mut doc, &numbered, &self.pages, &self.destinations.known, first_key);
        let (tree, resources, paper, bleed) = (self.tree, self.resources, self.paper, self.bleed);
        let sheet = Sheet { tree, resources, paper, bleed };
        for (((index, slot, _), drawn), marks) in slots.iter().zip(drawn).zip(&marks) {
            let Some(id) = self.pages.get(*index) else { continue };
            let contents = self.contents(&mut doc, slot, drawn);
            let is_marked = slot.marks.content > 0 || !marks.content.is_empty();
            doc.set_object(*id, sheet.page(*index, slot.size, contents, is_marked, &annotations));
        }
        let places = Places { pages: &self.pages, annotations: &annotations.pages };
        self.elements.write_own(&mut doc, &places, &numbered, first_key, &self.ways).map_err(mistake)?;
        self.destinations.write_own(&mut doc, &numbered, &self.pages);
        if let Some(form) = self.form {
            doc.set_object(form, annotations.form());
        }
        let statement = origin.map(|origin| self.statement(origin, &doc, resolved)).transpose().map_err(mistake)?;
        doc.set_object(self.metadata, metadata::xmp(metadata::packet(&resolved.book, statement.as_deref())));
        self.shared.finish(&doc, self.trailer)
    }

    /// A page's content streams: what is shared and what is the copy's own by turns.
    fn contents(&self, doc: &mut Document, slot: &OwnSlot, own: Vec<Vec<u8>>) -> Vec<Object> {
        let mut contents = Vec::with_capacity(slot.body.len() * 2 + 2);
        let mut own = own.into_iter();
        for shared in &slot.body {
            contents.extend(shared.clone());
            contents.extend(own.next().filter(|stream| !stream.is_empty()).map(|stream| reference(doc, plain(Dictionary::new(), &stream))));
        }
        contents.extend(slot.furniture.clone());
        contents.extend(self.stamp.iter().filter(|_| slot.stamped).map(|stamp| stamp.call.clone()));
        contents
    }

    /// What a copy says of itself, as properties for its XMP packet.
    fn statement(&self, origin: &Origin, own: &Document, resolved: &Resolved) -> Result<String, String> {
        let packet = metadata::packet(&resolved.book, None);
        let content = self.digests.copy(own, self.trailer.root, self.trailer.info, &packet).map_err(|trouble| trouble.0)?;
        let (statement, seal) = origin.state(&resolved.document.selection, content);
        Ok(xmp::properties(&statement, seal.as_deref()))
    }

    fn write_stamp(&self, doc: &mut Document, frame: &Frame, subsets: &Subsets, forms: &mut Dictionary) -> Result<(), Diagnostics> {
        let Some(slot) = &self.stamp else { return Ok(()) };
        let content = sheets::draw_form(frame, slot.size.height, subsets, <[u8]>::to_vec)?;
        let dict = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => reals(&[0.0, 0.0, slot.size.width.to_pt() as f32, slot.size.height.to_pt() as f32]),
            "Resources" => self.resources,
        };
        doc.set_object(slot.form, plain(dict, &content));
        forms.set(STAMP, slot.form);
        Ok(())
    }
}

fn mistake(why: String) -> Diagnostics {
    let mut problems = Diagnostics::new();
    problems.push(Diagnostic::error(format!("the PDF cannot be written: {why}")).hint("please report this as a bug of handbook"));
    problems
}

impl OwnSlot {
    /// What is to be drawn on the page for a copy.
    fn order<'p>(&self, page: &'p FilledPage) -> Order<'p> {
        Order::own(page.parts.iter().map(|frame| frame.items.as_slice()).collect(), self.size.height, self.marks)
    }
}

/// Puts a plate together. Objects are written in the order in which they are numbered here.
struct Maker<'a> {
    layout: &'a Layout,
    doc: Document,
    /// Of all pages, as far as copies share them.
    marks: Vec<Marks>,
    /// Those that are a copy's own, by page.
    own: BTreeMap<usize, Marks>,
}

impl Maker<'_> {
    fn make(
        &mut self,
        resolved: &Resolved,
        options: &PdfOptions,
        subsets: Subsets,
        pictures: Pictures,
        drawn: Vec<Vec<Vec<u8>>>,
    ) -> Result<SharedPdf, Diagnostics> {
        let (layout, marks) = (self.layout, std::mem::take(&mut self.marks));
        let doc = &mut self.doc;
        let (mut fonts, mut forms) = (Dictionary::new(), Dictionary::new());
        let intent = metadata::intent(doc);
        subsets.write_shared(doc, &mut fonts);
        pictures.write(doc, &mut forms);
        let contents: Vec<Vec<Option<Object>>> = drawn.into_iter().map(|streams| streams.into_iter().map(|stream| content(doc, stream)).collect()).collect();
        let stamp = self.stamp()?;

        let doc = &mut self.doc;
        let (resources, tree, metadata_slot) = (doc.new_object_id(), doc.new_object_id(), doc.new_object_id());
        let pages: Vec<ObjectId> = marks.iter().map(|_| doc.new_object_id()).collect();
        let shared: Vec<(usize, &Marks)> = marks.iter().enumerate().collect();
        let destinations = Destinations::write(doc, &marks, &self.own, &pages);
        let mut annotations = Annotations::default();
        annotations.write(doc, &shared, &pages, &destinations.known, pages.len());
        let keys = marks.iter().map(|marks| marks.annotations.len()).sum();
        let elements = Elements::number(doc, &layout.tags, &marks, &self.own);
        let places = Places { pages: &pages, annotations: &annotations.pages };
        let ways = elements.write_shared(doc, &places, &shared);
        let outline = navigation::outline(doc, &layout.outline, &destinations.known, &pages);
        let labels = navigation::labels(doc, layout, &resolved.words.cover);

        let sheet = Sheet { tree, resources, paper: layout.paper, bleed: layout.bleed };
        let mut own = BTreeMap::new();
        for (((index, mut contents), page), id) in contents.into_iter().enumerate().zip(&layout.pages).zip(&pages) {
            let stamped = !page.stamp.items.is_empty();
            let Some(marks) = marks.get(index) else { continue };
            if page.is_personal() {
                let furniture = contents.pop().flatten();
                own.insert(index, OwnSlot { body: contents, furniture, marks: marks.counts(), size: page.size, stamped });
                continue;
            }
            let contents = contents.into_iter().flatten().chain(stamp.iter().filter(|_| stamped).map(|stamp| stamp.call.clone())).collect();
            doc.set_object(*id, sheet.page(index, page.size, contents, !marks.content.is_empty(), &annotations));
        }
        let kids: Vec<Object> = pages.iter().copied().map(Object::Reference).collect();
        doc.set_object(tree, dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids });

        let mut catalog = dictionary! {
            "Type" => "Catalog",
            "Pages" => tree,
            "PageLabels" => labels,
            "PageLayout" => if options.facing_pages { "TwoPageRight" } else { "OneColumn" },
            "PageMode" => if outline.is_some() { "UseOutlines" } else { "UseNone" },
            "StructTreeRoot" => elements.root(),
            "OutputIntents" => vec![intent],
            "Metadata" => metadata_slot,
        };
        metadata::accessible(&mut catalog, &resolved.book);
        if let Some(outline) = outline {
            catalog.set("Outlines", outline);
        }
        if let Some(destinations) = &destinations.tree {
            catalog.set("Names", navigation::names(doc, destinations.clone()));
        }
        let boxes = marks.iter().chain(self.own.values()).any(|marks| marks.annotations.iter().any(|a| a.is_field()));
        let form = boxes.then(|| doc.new_object_id());
        if let Some(form) = form {
            catalog.set("AcroForm", form);
        }
        let info = doc.add_object(metadata::information(&resolved.book));
        let trailer = Trailer { root: doc.add_object(catalog), info };
        let doc = std::mem::take(&mut self.doc);
        Ok(SharedPdf {
            shared: Shared::write(&doc, trailer)?,
            digests: provenance::pdf::Shared::new(doc, pages.clone()),
            subsets,
            tags: layout.tags.clone(),
            elements,
            ways,
            annotations,
            keys,
            own,
            destinations,
            pages,
            tree,
            fonts,
            forms,
            resources,
            stamp,
            form,
            metadata: metadata_slot,
            trailer,
            paper: layout.paper,
            bleed: layout.bleed,
        })
    }

    /// The stamp's place, if any page has one. It is the same on all of them.
    fn stamp(&mut self) -> Result<Option<StampSlot>, Diagnostics> {
        let Some(page) = self.layout.pages.iter().find(|page| !page.stamp.items.is_empty()) else { return Ok(None) };
        let call = compressed(Dictionary::new(), sheets::draw_call(STAMP)?);
        Ok(Some(StampSlot { form: self.doc.new_object_id(), call: reference(&mut self.doc, call), size: page.size }))
    }
}

/// What all pages' dictionaries have in common.
struct Sheet {
    tree: ObjectId,
    resources: ObjectId,
    paper: Length,
    bleed: Length,
}

impl Sheet {
    fn page(&self, index: usize, size: Size, mut contents: Vec<Object>, is_marked: bool, annotations: &Annotations) -> Dictionary {
        // The trimmed page begins at the origin, whatever paper lies around it.
        let beyond = |margin: Length| {
            let (width, height, margin) = (size.width.to_pt() as f32, size.height.to_pt() as f32, margin.to_pt() as f32);
            reals(&[-margin, -margin, width + margin, height + margin])
        };
        let mut dict = dictionary! {
            "Type" => "Page",
            "Parent" => self.tree,
            "MediaBox" => beyond(self.paper),
            "Resources" => self.resources,
            "Tabs" => "S",
        };
        if self.paper > Length::ZERO {
            dict.set("BleedBox", beyond(self.bleed));
            dict.set("TrimBox", beyond(Length::ZERO));
        }
        match contents.len() {
            0 => {}
            1 => dict.set("Contents", contents.remove(0)),
            _ => dict.set("Contents", contents),
        }
        if is_marked {
            dict.set("StructParents", index as i64);
        }
        if let Some(list) = annotations.pages.get(&index) {
            dict.set("Annots", list.iter().copied().map(Object::Reference).collect::<Vec<_>>());
        }
        dict
    }
}

/// A content stream, unless there is nothing in it.
fn content(doc: &mut Document, stream: Vec<u8>) -> Option<Object> {
    (!stream.is_empty()).then(|| reference(doc, compressed(Dictionary::new(), stream)))
}
