//! The PDF of a book: everything in its file that copies for readers of one shape share, written once; and the copies.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::diag::{Code, Diagnostic, Diagnostics};
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
use super::assembly::Assembly;
use super::canvas::{Counts, Marks};
use super::file::{Shared, Trailer};
use super::fonts::Subsets;
use super::glyphs::Inventory;
use super::metadata;
use super::navigation::Destinations;
use super::object::{deflate, plain, reals, reference};
use super::pictures::Pictures;
use super::profile::{self, VERSION};
use super::sheets::{self, Order};
use super::structure::{Elements, Places, Ways};

/// Name of the stamp's form among the resources.
pub(super) const STAMP: &str = "S0";

/// What copies share, ready for each copy's own.
///
/// Objects that only a copy can write, but that shared ones refer to, have numbers that all copies agree on: the pages with
/// the reader's words, the elements that hold these, the resources, the stamp, the metadata.
#[derive(Debug)]
pub struct SharedPdf {
    pub(super) shared: Shared,
    /// What the shared objects contribute to the digest of a copy's content.
    pub(super) digests: provenance::pdf::Shared,
    pub(super) subsets: Subsets,
    pub(super) tags: Vec<Arc<TagTree>>,
    pub(super) elements: Elements,
    pub(super) ways: Ways,
    pub(super) annotations: Annotations,
    /// How many annotations copies share.
    pub(super) keys: usize,
    /// By page on which something is the reader's own: what of it copies share.
    pub(super) own: BTreeMap<usize, OwnSlot>,
    pub(super) destinations: Destinations,
    pub(super) pages: Vec<ObjectId>,
    /// The node above all pages.
    pub(super) tree: ObjectId,
    /// Fonts and forms that all copies share.
    pub(super) fonts: Dictionary,
    pub(super) forms: Dictionary,
    pub(super) resources: ObjectId,
    pub(super) stamp: Option<StampSlot>,
    pub(super) form: Option<ObjectId>,
    pub(super) metadata: ObjectId,
    pub(super) trailer: Trailer,
    pub(super) paper: Length,
    pub(super) bleed: Length,
}

/// A page on which something is the reader's own.
#[derive(Clone, Debug)]
pub(super) struct OwnSlot {
    /// Content streams of the body that copies share, one before and one after each part that they do not.
    pub body: Vec<Option<Object>>,
    pub furniture: Option<Object>,
    pub marks: Counts,
    pub size: Size,
    pub stamped: bool,
}

/// Where the stamp goes.
#[derive(Clone, Debug)]
pub(super) struct StampSlot {
    pub form: ObjectId,
    /// The content stream by which a page shows it.
    pub call: Object,
    pub size: Size,
}

impl SharedPdf {
    /// Bytes that it takes, roughly: those of the file, and what is kept of its structure for the copies.
    pub fn weight(&self) -> usize {
        self.shared.size() * 2
    }

    /// Makes what copies of a laid-out book share. `sample` are the pages with the reader's words for the shape of reader; what
    /// glyphs they have beside these words is in the shared fonts, whatever the layout at hand has on its own pages. `materials` has
    /// pictures that were made ready before.
    ///
    /// # Errors
    /// A font that cannot be embedded, a picture that cannot be drawn.
    pub fn new(
        layout: &Layout,
        sample: &[Arc<Page>],
        resolved: &Resolved,
        fonts: &FontBook,
        materials: &Memo,
        options: &PdfOptions,
    ) -> Result<SharedPdf, Diagnostics> {
        let inventory = Inventory::shared(&layout.pages, sample, fonts);
        let subsets = Subsets::shared(&inventory, fonts)?;
        let pictures = Pictures::of(&inventory.pictures, fonts, materials)?;
        let orders: Vec<Order<'_>> = layout.pages.iter().map(|page| Order::shared(page)).collect();
        let (drawn, marks): (Vec<_>, Vec<Marks>) = sheets::draw(&orders, &layout.tags, &subsets, deflate)?.into_iter().unzip();
        // Of what is a copy's own only the marks are needed: what elements there are does not depend on the reader.
        let personal = layout.pages.iter().zip(&marks).enumerate().filter(|(_, (page, _))| page.is_personal());
        let own_marks = |page: &Page, shared: &Marks| Order::own(page.segments().1, page.size.height, shared.counts()).marks(&layout.tags, &subsets);
        let own = personal.map(|(index, (page, shared))| (index, own_marks(page, shared))).collect();
        Assembly { layout, resolved, options, marks, own }.shared(subsets, pictures, drawn)
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

        let mut doc = Document::with_version(VERSION);
        doc.max_id = self.shared.next_number() - 1;
        let (mut font_names, mut forms) = (self.fonts.clone(), self.forms.clone());
        subsets.write_own(&mut doc, &mut font_names);
        self.write_stamp(&mut doc, &own.stamp, &subsets, &mut forms)?;
        doc.set_object(self.resources, dictionary! { "Font" => font_names, "XObject" => forms });

        let numbered: Vec<(usize, &Marks)> = slots.iter().zip(&marks).map(|((index, ..), marks)| (*index, marks)).collect();
        let first_key = self.pages.len() + self.keys;
        let mut annotations = self.annotations.clone();
        annotations.write(&mut doc, &numbered, &self.pages, &self.destinations.known, first_key);
        let sheet = Sheet { tree: self.tree, resources: self.resources, paper: self.paper, bleed: self.bleed };
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

    /// A page's content streams: what is shared and what is the copy's own, segment by segment.
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
    Diagnostic::error(Code::ProgramFault, format!("the PDF cannot be written: {why}")).hint("please report this as a bug of handbook").into()
}

impl OwnSlot {
    /// What is to be drawn on the page for a copy.
    fn order<'p>(&self, page: &'p FilledPage) -> Order<'p> {
        Order::own(page.parts.iter().map(|frame| frame.items.as_slice()).collect(), self.size.height, self.marks)
    }
}

/// What the dictionaries of all pages have in common.
pub(super) struct Sheet {
    pub tree: ObjectId,
    pub resources: ObjectId,
    pub paper: Length,
    pub bleed: Length,
}

impl Sheet {
    /// The dictionary of a page.
    pub fn page(&self, index: usize, size: Size, mut contents: Vec<Object>, is_marked: bool, annotations: &Annotations) -> Dictionary {
        let mut dict = profile::page(self.tree, self.resources, size, self.paper, self.bleed);
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
