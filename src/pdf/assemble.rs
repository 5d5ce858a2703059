//! Puts the parts together: one document with its pages, structure and catalog.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::furniture::{Layout, Page};
use crate::length::Length;
use crate::resolve::Resolved;

use super::PdfOptions;
use super::annotations;
use super::fonts::Subsets;
use super::metadata;
use super::navigation;
use super::object::{compressed, reals, reference};
use super::pictures::Pictures;
use super::sheets::{Drawn, Stamp};
use super::structure;

/// What a file is made of.
pub(super) struct Parts<'a> {
    pub layout: &'a Layout,
    pub resolved: &'a Resolved,
    pub options: &'a PdfOptions,
    pub subsets: &'a Subsets,
    pub drawn: Vec<Drawn>,
    pub stamps: Vec<Stamp>,
}

/// The document, ready to be written. Objects are written in the order in which they are numbered here: first what
/// copies share, then what is one reader's own.
pub(super) fn assemble(mut parts: Parts<'_>, pictures: Pictures) -> Document {
    let mut doc = Document::with_version("1.7");
    let (mut fonts, mut forms) = (Dictionary::new(), Dictionary::new());
    let intent = metadata::intent(&mut doc);
    parts.subsets.write(false, &mut doc, &mut fonts);
    pictures.write(&mut doc, &mut forms);
    let streams: Vec<Vec<Object>> = parts.drawn.iter_mut().map(|drawn| streams(&mut doc, drawn)).collect();

    let resources = doc.new_object_id();
    let pages: Vec<ObjectId> = streams.iter().map(|_| doc.new_object_id()).collect();
    let annotations = annotations::write(&mut doc, &parts.drawn, &pages);
    let places = structure::Places { drawn: &parts.drawn, pages: &pages, annotations: &annotations.pages };
    let structure = structure::write(&mut doc, &parts.layout.tags, &places);
    let destinations = navigation::destinations(&mut doc, &parts.drawn, &pages);
    let outline = navigation::outline(&mut doc, &parts.layout.outline, &parts.drawn, &pages);
    let labels = navigation::labels(&mut doc, parts.layout, &parts.resolved.words.cover);

    parts.subsets.write(true, &mut doc, &mut fonts);
    let calls: Vec<Object> = parts.stamps.iter().map(|stamp| stamp_form(&mut doc, stamp, resources, &mut forms)).collect();
    let tree = page_tree(&mut doc, &parts, &pages, streams, &calls, &annotations.pages, resources);
    doc.set_object(resources, dictionary! { "Font" => fonts, "XObject" => forms });

    let book = &parts.resolved.book;
    let mut catalog = dictionary! {
        "Type" => "Catalog",
        "Pages" => tree,
        "PageLabels" => labels,
        "PageLayout" => if parts.options.facing_pages { "TwoPageRight" } else { "OneColumn" },
        "PageMode" => if outline.is_some() { "UseOutlines" } else { "UseNone" },
        "StructTreeRoot" => structure,
        "OutputIntents" => vec![intent],
    };
    metadata::accessible(&mut catalog, book);
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
    }
    if let Some(destinations) = destinations {
        catalog.set("Names", navigation::names(&mut doc, destinations));
    }
    if let Some(form) = annotations::form(&mut doc, annotations.fields) {
        catalog.set("AcroForm", form);
    }
    catalog.set("Metadata", metadata::xmp(&mut doc, book));
    let info = metadata::information(&mut doc, book);
    doc.trailer.set("Info", info);
    let catalog = reference(&mut doc, catalog);
    doc.trailer.set("Root", catalog);
    doc
}

/// A page's body and furniture as streams of their own.
fn streams(doc: &mut Document, drawn: &mut Drawn) -> Vec<Object> {
    [std::mem::take(&mut drawn.body), std::mem::take(&mut drawn.furniture)]
        .into_iter()
        .filter(|stream| !stream.is_empty())
        .map(|stream| reference(doc, compressed(Dictionary::new(), stream)))
        .collect()
}

/// A stamp's form among the resources, and the stream by which each of its pages shows it.
fn stamp_form(doc: &mut Document, stamp: &Stamp, resources: ObjectId, forms: &mut Dictionary) -> Object {
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => reals(&[0.0, 0.0, stamp.size[0], stamp.size[1]]),
        "Resources" => resources,
    };
    forms.set(stamp.name.as_str(), reference(doc, compressed(dict, stamp.content.clone())));
    reference(doc, compressed(Dictionary::new(), stamp.call.clone()))
}

/// Pages under one node; their number is far below what makes a deeper tree worth while.
fn page_tree(
    doc: &mut Document,
    parts: &Parts<'_>,
    pages: &[ObjectId],
    streams: Vec<Vec<Object>>,
    calls: &[Object],
    annotations: &[Vec<ObjectId>],
    resources: ObjectId,
) -> Object {
    let tree = doc.new_object_id();
    for (index, (id, mut contents)) in pages.iter().zip(streams).enumerate() {
        let Some((page, drawn)) = parts.layout.pages.get(index).zip(parts.drawn.get(index)) else { continue };
        contents.extend(drawn.stamp.and_then(|stamp| calls.get(stamp).cloned()));
        let mut dict = page_dict(parts.layout, page, tree, resources, contents);
        if !drawn.marks.content.is_empty() {
            dict.set("StructParents", index as i64);
        }
        if let Some(list) = annotations.get(index).filter(|list| !list.is_empty()) {
            dict.set("Annots", list.iter().copied().map(Object::Reference).collect::<Vec<_>>());
        }
        doc.set_object(*id, dict);
    }
    let kids: Vec<Object> = pages.iter().copied().map(Object::Reference).collect();
    doc.set_object(tree, dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids });
    Object::Reference(tree)
}

fn page_dict(layout: &Layout, page: &Page, tree: ObjectId, resources: ObjectId, mut contents: Vec<Object>) -> Dictionary {
    // The trimmed page begins at the origin, whatever paper lies around it.
    let beyond = |margin: Length| {
        let (width, height, margin) = (page.size.width.to_pt() as f32, page.size.height.to_pt() as f32, margin.to_pt() as f32);
        reals(&[-margin, -margin, width + margin, height + margin])
    };
    let mut dict = dictionary! {
        "Type" => "Page",
        "Parent" => tree,
        "MediaBox" => beyond(layout.paper),
        "Resources" => resources,
        "Tabs" => "S",
    };
    if layout.paper > Length::ZERO {
        dict.set("BleedBox", beyond(layout.bleed));
        dict.set("TrimBox", beyond(Length::ZERO));
    }
    match contents.len() {
        0 => {}
        1 => dict.set("Contents", contents.remove(0)),
        _ => dict.set("Contents", contents),
    }
    dict
}
