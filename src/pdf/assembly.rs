//! The shared part of a file is put together: objects are written in the order in which they are numbered here.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::diag::Diagnostics;
use crate::furniture::Layout;
use crate::provenance;
use crate::resolve::Resolved;

use super::PdfOptions;
use super::annotations::Annotations;
use super::canvas::Marks;
use super::file::{Shared, Trailer};
use super::fonts::Subsets;
use super::metadata;
use super::navigation::{self, Destinations};
use super::object::{compressed, reference};
use super::pictures::Pictures;
use super::profile;
use super::shared::{OwnSlot, STAMP, SharedPdf, Sheet, StampSlot};
use super::sheets;
use super::structure::{Elements, Places};

/// What the shared part of a file is put together from.
pub(super) struct Assembly<'a> {
    pub layout: &'a Layout,
    pub resolved: &'a Resolved,
    pub options: &'a PdfOptions,
    /// Of all pages, as far as copies share them.
    pub marks: Vec<Marks>,
    /// Those that are a copy's own, by page.
    pub own: BTreeMap<usize, Marks>,
}

/// The content streams of pages; none where there is nothing.
type Contents = Vec<Vec<Option<Object>>>;

impl Assembly<'_> {
    /// The shared part. `drawn` are the content streams of all pages.
    ///
    /// # Errors
    /// A file that would be too long; a stamp that is not drawn, which would be a bug.
    pub fn shared(self, subsets: Subsets, pictures: Pictures, drawn: Vec<Vec<Vec<u8>>>) -> Result<SharedPdf, Diagnostics> {
        let (layout, marks) = (self.layout, &self.marks);
        let mut doc = Document::with_version(profile::VERSION);
        let (mut fonts, mut forms) = (Dictionary::new(), Dictionary::new());
        let intent = profile::intent(&mut doc);
        subsets.write_shared(&mut doc, &mut fonts);
        pictures.write(&mut doc, &mut forms);
        let contents: Contents = drawn.into_iter().map(|streams| streams.into_iter().map(|stream| content(&mut doc, stream)).collect()).collect();
        let stamp = self.stamp(&mut doc)?;

        let (resources, tree, metadata) = (doc.new_object_id(), doc.new_object_id(), doc.new_object_id());
        let pages: Vec<ObjectId> = marks.iter().map(|_| doc.new_object_id()).collect();
        let shared: Vec<(usize, &Marks)> = marks.iter().enumerate().collect();
        let destinations = Destinations::write(&mut doc, marks, &self.own, &pages);
        let mut annotations = Annotations::default();
        annotations.write(&mut doc, &shared, &pages, &destinations.known, pages.len());
        let elements = Elements::number(&mut doc, &layout.tags, marks, &self.own);
        let places = Places { pages: &pages, annotations: &annotations.pages };
        let ways = elements.write_shared(&mut doc, &places, &shared);
        let outline = navigation::outline(&mut doc, &layout.outline, &destinations.known, &pages);
        let labels = navigation::labels(&mut doc, layout, &self.resolved.words.cover);

        let sheet = Sheet { tree, resources, paper: layout.paper, bleed: layout.bleed };
        let own = self.pages(&mut doc, contents, &sheet, &pages, stamp.as_ref(), &annotations);
        let mut catalog = self.catalog(&Roots { tree, labels, outline, structure: elements.root(), intent, metadata });
        if let Some(destinations) = &destinations.tree {
            catalog.set("Names", navigation::names(&mut doc, destinations.clone()));
        }
        let boxes = marks.iter().chain(self.own.values()).any(|marks| marks.annotations.iter().any(|a| a.is_field()));
        let form = boxes.then(|| doc.new_object_id());
        if let Some(form) = form {
            catalog.set("AcroForm", form);
        }
        let info = doc.add_object(metadata::information(&self.resolved.book));
        let trailer = Trailer { root: doc.add_object(catalog), info };
        Ok(SharedPdf {
            shared: Shared::write(&doc, trailer)?,
            digests: provenance::pdf::Shared::new(doc, pages.clone()),
            subsets,
            tags: layout.tags.clone(),
            elements,
            ways,
            annotations,
            keys: marks.iter().map(|marks| marks.annotations.len()).sum(),
            own,
            destinations,
            pages,
            tree,
            fonts,
            forms,
            resources,
            stamp,
            form,
            metadata,
            trailer,
            paper: layout.paper,
            bleed: layout.bleed,
        })
    }

    /// Writes the pages that all copies share, and gives what they share of the others.
    fn pages(
        &self,
        doc: &mut Document,
        contents: Contents,
        sheet: &Sheet,
        pages: &[ObjectId],
        stamp: Option<&StampSlot>,
        annotations: &Annotations,
    ) -> BTreeMap<usize, OwnSlot> {
        let mut own = BTreeMap::new();
        for (index, (((mut contents, page), id), marks)) in contents.into_iter().zip(&self.layout.pages).zip(pages).zip(&self.marks).enumerate() {
            let stamped = !page.stamp.items.is_empty();
            if page.is_personal() {
                let furniture = contents.pop().flatten();
                own.insert(index, OwnSlot { body: contents, furniture, marks: marks.counts(), size: page.size, stamped });
                continue;
            }
            let contents = contents.into_iter().flatten().chain(stamp.filter(|_| stamped).map(|stamp| stamp.call.clone())).collect();
            doc.set_object(*id, sheet.page(index, page.size, contents, !marks.content.is_empty(), annotations));
        }
        let kids: Vec<Object> = pages.iter().copied().map(Object::Reference).collect();
        doc.set_object(sheet.tree, dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids });
        own
    }

    /// The catalog as far as every file has it.
    fn catalog(&self, roots: &Roots) -> Dictionary {
        let mut catalog = dictionary! {
            "Type" => "Catalog",
            "Pages" => roots.tree,
            "PageLabels" => roots.labels.clone(),
            "PageLayout" => if self.options.facing_pages { "TwoPageRight" } else { "OneColumn" },
            "PageMode" => if roots.outline.is_some() { "UseOutlines" } else { "UseNone" },
            "StructTreeRoot" => roots.structure,
            "OutputIntents" => vec![roots.intent.clone()],
            "Metadata" => roots.metadata,
        };
        profile::accessible(&mut catalog, metadata::language(&self.resolved.book), self.resolved.book.direction);
        if let Some(outline) = &roots.outline {
            catalog.set("Outlines", outline.clone());
        }
        catalog
    }

    /// The stamp's place, if any page has one. It is the same on all of them.
    fn stamp(&self, doc: &mut Document) -> Result<Option<StampSlot>, Diagnostics> {
        let Some(page) = self.layout.pages.iter().find(|page| !page.stamp.items.is_empty()) else { return Ok(None) };
        let call = compressed(Dictionary::new(), sheets::draw_call(STAMP)?);
        Ok(Some(StampSlot { form: doc.new_object_id(), call: reference(doc, call), size: page.size }))
    }
}

/// What the catalog leads to.
struct Roots {
    tree: ObjectId,
    labels: Object,
    outline: Option<Object>,
    structure: ObjectId,
    intent: Object,
    metadata: ObjectId,
}

/// A content stream, unless there is nothing in it.
fn content(doc: &mut Document, stream: Vec<u8>) -> Option<Object> {
    (!stream.is_empty()).then(|| reference(doc, compressed(Dictionary::new(), stream)))
}
