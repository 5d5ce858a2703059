//! The plate of a book: everything in its file that copies for readers of one shape share, written once; and the copies.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::diag::{Diagnostic, Diagnostics};
use crate::fonts::FontBook;
use crate::furniture::{Layout, OwnPages, Page};
use crate::length::{Length, Size};
use crate::provenance::digest::Digested;
use crate::provenance::{self, Origin, xmp};
use crate::resolve::Resolved;
use crate::typeset::{Frame, TagTree, TextRun};

use super::PdfOptions;
use super::annotations::Annotations;
use super::canvas::Marks;
use super::file::{Shared, Trailer};
use super::fonts::Subsets;
use super::glyphs::Inventory;
use super::metadata;
use super::navigation::{self, Destinations};
use super::object::{compressed, deflate, deflate_own, reals, reference};
use super::pictures::Pictures;
use super::sheets::{self, Drawn};
use super::structure::{Elements, Places, Ways};

/// Name of the stamp's form among the resources.
const STAMP: &str = "S0";

/// What copies share, ready for each copy's own.
///
/// Objects that only a copy can write, but that shared ones refer to, have numbers that all copies agree on: the pages with
/// the reader's words, the elements on them, the resources, the stamp, the metadata.
#[derive(Debug)]
pub struct Plate {
    shared: Shared,
    /// What the shared objects contribute to the digest of a copy's content.
    digests: provenance::pdf::Shared,
    subsets: Subsets,
    tags: Vec<TagTree>,
    elements: Elements,
    ways: Ways,
    annotations: Annotations,
    /// How many annotations stand on shared pages.
    keys: usize,
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

/// Where the stamp goes.
#[derive(Clone, Debug)]
struct StampSlot {
    form: ObjectId,
    /// The content stream by which a page shows it.
    call: Object,
    size: Size,
}

impl Plate {
    /// Makes the plate of a laid-out book. `sample` are the pages with the reader's words for the shape of reader; what
    /// glyphs they have beside these words is in the shared fonts, whatever the layout at hand has on its own pages.
    ///
    /// # Errors
    /// A font that cannot be embedded, a picture that cannot be drawn.
    pub fn new(layout: &Layout, sample: &[Page], resolved: &Resolved, fonts: &FontBook, options: &PdfOptions) -> Result<Plate, Diagnostics> {
        let own: BTreeSet<usize> = layout.pages.iter().enumerate().filter(|(_, page)| page.personal).map(|(index, _)| index).collect();
        let inventory = Inventory::shared(&layout.pages, sample, fonts);
        let subsets = Subsets::shared(&inventory, fonts)?;
        let pictures = Pictures::of(&inventory.pictures, fonts)?;
        let shared: Vec<&Page> = layout.pages.iter().filter(|page| !page.personal).collect();
        let (drawn, mut marks) = sheets::draw(&shared, &layout.tags, &subsets, deflate)?;
        for index in &own {
            // Of a copy's own pages only the marks are needed: what elements there are does not depend on the reader.
            marks.insert(*index, sheets::marks(&layout.pages[*index], &layout.tags, &subsets));
        }
        let mut maker = Maker { layout, doc: Document::with_version("1.7"), own };
        maker.make(resolved, options, subsets, pictures, drawn, &marks)
    }

    /// The file of one copy: its own pages over the shared ones.
    ///
    /// # Errors
    /// A font that cannot be embedded; or what would be a mistake of this program.
    pub fn copy(&self, own: &OwnPages, resolved: &Resolved, fonts: &FontBook, origin: Option<&Origin>) -> Result<Digested, Diagnostics> {
        let wanted = |run: &TextRun| !self.subsets.shares(run);
        let mut inventory = Inventory::default();
        for (_, page) in &own.pages {
            inventory.frame(&page.body, &wanted);
            inventory.frame(&page.furniture, &wanted);
        }
        inventory.frame(&own.stamp, &wanted);
        let subsets = self.subsets.with_own(&inventory, fonts)?;
        let pages: Vec<&Page> = own.pages.iter().map(|(_, page)| page).collect();
        let (drawn, marks) = sheets::draw(&pages, &self.tags, &subsets, deflate_own)?;

        let mut doc = Document::with_version("1.7");
        doc.max_id = self.shared.next_number() - 1;
        let (mut font_names, mut forms) = (self.fonts.clone(), self.forms.clone());
        subsets.write_own(&mut doc, &mut font_names);
        self.write_stamp(&mut doc, &own.stamp, &subsets, &mut forms)?;
        doc.set_object(self.resources, dictionary! { "Font" => font_names, "XObject" => forms });

        let numbered: Vec<(usize, &Marks)> = own.pages.iter().zip(&marks).map(|((index, _), marks)| (*index, marks)).collect();
        let first_key = self.pages.len() + self.keys;
        let mut annotations = self.annotations.clone();
        annotations.write(&mut doc, &numbered, &self.pages, &self.destinations.known, first_key);
        for (((index, page), drawn), marks) in own.pages.iter().zip(drawn).zip(&marks) {
            let Some(id) = self.pages.get(*index) else { continue };
            let mut contents = streams(&mut doc, drawn);
            contents.extend(self.stamp.iter().filter(|_| !page.stamp.items.is_empty()).map(|stamp| stamp.call.clone()));
            let (tree, resources, paper, bleed) = (self.tree, self.resources, self.paper, self.bleed);
            let sheet = Sheet { tree, resources, paper, bleed };
            doc.set_object(*id, sheet.page(*index, page.size, contents, marks, &annotations));
        }
        let places = Places { pages: &self.pages, annotations: &annotations.pages };
        self.elements.write_own(&mut doc, &places, &numbered, first_key, &self.ways).map_err(mistake)?;
        self.destinations.write_own(&mut doc, &numbered, &self.pages);
        if let Some(form) = self.form {
            doc.set_object(form, annotations.form());
        }
        let statement = origin.map(|origin| self.statement(origin, &doc, resolved)).transpose().map_err(mistake)?;
        doc.set_object(self.metadata, metadata::xmp(metadata::packet(&resolved.book, statement.as_deref())));
        Ok(self.shared.finish(&doc, self.trailer))
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
        let content = sheets::draw_form(frame, slot.size.height, subsets, deflate_own)?;
        let dict = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => reals(&[0.0, 0.0, slot.size.width.to_pt() as f32, slot.size.height.to_pt() as f32]),
            "Resources" => self.resources,
        };
        doc.set_object(slot.form, compressed(dict, content));
        forms.set(STAMP, slot.form);
        Ok(())
    }
}

fn mistake(why: String) -> Diagnostics {
    let mut problems = Diagnostics::new();
    problems.push(Diagnostic::error(format!("the PDF cannot be written: {why}")).hint("please report this as a bug of handbook"));
    problems
}

/// Puts a plate together. Objects are written in the order in which they are numbered here.
struct Maker<'a> {
    layout: &'a Layout,
    doc: Document,
    own: BTreeSet<usize>,
}

impl Maker<'_> {
    fn make(
        &mut self,
        resolved: &Resolved,
        options: &PdfOptions,
        subsets: Subsets,
        pictures: Pictures,
        drawn: Vec<Drawn>,
        marks: &[Marks],
    ) -> Result<Plate, Diagnostics> {
        let doc = &mut self.doc;
        let (mut fonts, mut forms) = (Dictionary::new(), Dictionary::new());
        let intent = metadata::intent(doc);
        subsets.write_shared(doc, &mut fonts);
        pictures.write(doc, &mut forms);
        let contents: Vec<Vec<Object>> = drawn.into_iter().map(|drawn| streams(doc, drawn)).collect();
        let stamp = self.stamp()?;

        let doc = &mut self.doc;
        let (resources, tree, metadata_slot) = (doc.new_object_id(), doc.new_object_id(), doc.new_object_id());
        let pages: Vec<ObjectId> = marks.iter().map(|_| doc.new_object_id()).collect();
        let shared: Vec<(usize, &Marks)> = marks.iter().enumerate().filter(|(index, _)| !self.own.contains(index)).collect();
        let destinations = Destinations::write(doc, marks, &pages, &self.own);
        let mut annotations = Annotations::default();
        annotations.write(doc, &shared, &pages, &destinations.known, pages.len());
        let keys = shared.iter().map(|(_, marks)| marks.annotations.len()).sum();
        let elements = Elements::number(doc, &self.layout.tags, marks, &self.own);
        let places = Places { pages: &pages, annotations: &annotations.pages };
        let ways = elements.write_shared(doc, &places, &shared);
        let outline = navigation::outline(doc, &self.layout.outline, &destinations.known, &pages);
        let labels = navigation::labels(doc, self.layout, &resolved.words.cover);

        let sheet = Sheet { tree, resources, paper: self.layout.paper, bleed: self.layout.bleed };
        for ((index, marks), mut contents) in shared.iter().zip(contents) {
            let (Some(page), Some(id)) = (self.layout.pages.get(*index), pages.get(*index)) else { continue };
            contents.extend(stamp.iter().filter(|_| !page.stamp.items.is_empty()).map(|stamp| stamp.call.clone()));
            doc.set_object(*id, sheet.page(*index, page.size, contents, marks, &annotations));
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
        let boxes = marks.iter().any(|marks| marks.annotations.iter().any(|a| a.is_field()));
        let form = boxes.then(|| doc.new_object_id());
        if let Some(form) = form {
            catalog.set("AcroForm", form);
        }
        let info = doc.add_object(metadata::information(&resolved.book));
        let trailer = Trailer { root: doc.add_object(catalog), info };
        let doc = std::mem::take(&mut self.doc);
        Ok(Plate {
            shared: Shared::write(&doc, trailer),
            digests: provenance::pdf::Shared::new(doc, pages.clone()),
            subsets,
            tags: self.layout.tags.clone(),
            elements,
            ways,
            annotations,
            keys,
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
            paper: self.layout.paper,
            bleed: self.layout.bleed,
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
    fn page(&self, index: usize, size: Size, mut contents: Vec<Object>, marks: &Marks, annotations: &Annotations) -> Dictionary {
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
        if !marks.content.is_empty() {
            dict.set("StructParents", index as i64);
        }
        if let Some(list) = annotations.pages.get(&index) {
            dict.set("Annots", list.iter().copied().map(Object::Reference).collect::<Vec<_>>());
        }
        dict
    }
}

/// A page's body and furniture as streams of their own.
fn streams(doc: &mut Document, drawn: Drawn) -> Vec<Object> {
    let both = [drawn.body, drawn.furniture].into_iter().filter(|stream| !stream.is_empty());
    both.map(|stream| reference(doc, compressed(Dictionary::new(), stream))).collect()
}
