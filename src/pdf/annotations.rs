//! Links and check boxes: annotations that belong to elements of the structure tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::typeset::{Destination, LinkTarget};

use super::canvas::{Annotation, AnnotationKind, Marks};
use super::object::{deflated, key, reals, reference, text};
use super::place::Milli;
use super::profile::ANNOTATION_FLAGS;

/// The annotations' objects, by page, and the form fields among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Annotations {
    pub pages: BTreeMap<usize, Vec<ObjectId>>,
    pub fields: Vec<Object>,
    /// Appearances by size: ticked and empty.
    boxes: BTreeMap<(Milli, Milli), (Object, Object)>,
}

impl Annotations {
    /// Writes the annotations of pages after those that are there. Their keys in the parent tree go on from `first_key`.
    /// `known` are the destinations that there are.
    pub fn write(&mut self, doc: &mut Document, marks: &[(usize, &Marks)], pages: &[ObjectId], known: &BTreeSet<Arc<str>>, first_key: usize) {
        let mut next = first_key as i64;
        for (index, marks) in marks {
            let Some(page) = pages.get(*index) else { continue };
            let mut writer = Writer { doc, known, all: self };
            let ids: Vec<ObjectId> = marks.annotations.iter().zip(next..).map(|(annotation, key)| writer.annotation(annotation, *page, key)).collect();
            next += ids.len() as i64;
            if !ids.is_empty() {
                self.pages.entry(*index).or_default().extend(ids);
            }
        }
    }

    /// The interactive form of a book with boxes to tick. The boxes bring their own appearances.
    pub fn form(&self) -> Dictionary {
        dictionary! { "Fields" => self.fields.clone() }
    }
}

struct Writer<'a> {
    doc: &'a mut Document,
    known: &'a BTreeSet<Arc<str>>,
    all: &'a mut Annotations,
}

impl Writer<'_> {
    fn annotation(&mut self, annotation: &Annotation, page: ObjectId, parent: i64) -> ObjectId {
        let mut dict = dictionary! {
            "Type" => "Annot",
            "Rect" => reals(&annotation.area.corners()),
            "F" => ANNOTATION_FLAGS,
            "P" => page,
            "StructParent" => parent,
        };
        match &annotation.kind {
            AnnotationKind::Link { to, description } => {
                self.link(&mut dict, to, description);
                self.doc.add_object(dict)
            }
            AnnotationKind::CheckBox { label, checked } => {
                let size = (annotation.area.right - annotation.area.left, annotation.area.top - annotation.area.bottom);
                self.check_box(&mut dict, size, label, *checked);
                let id = self.doc.add_object(dict);
                self.all.fields.push(Object::Reference(id));
                id
            }
        }
    }

    fn link(&mut self, dict: &mut Dictionary, to: &LinkTarget, description: &str) {
        dict.set("Subtype", "Link");
        dict.set("Border", vec![0.into(), 0.into(), 0.into()]);
        dict.set("Contents", text(if description.is_empty() { "Link" } else { description }));
        match to {
            // A name that is nowhere would be a bug of the layout; the area then leads nowhere and harms nobody.
            LinkTarget::Destination(Destination::Name(name)) if self.known.contains(name) => dict.set("Dest", key(name)),
            LinkTarget::Destination(_) => {}
            LinkTarget::Url(url) => dict.set("A", dictionary! { "S" => "URI", "URI" => key(url) }),
        }
    }

    fn check_box(&mut self, dict: &mut Dictionary, size: (Milli, Milli), label: &str, checked: bool) {
        let doc = &mut *self.doc;
        let (ticked, empty) = self.all.boxes.entry(size).or_insert_with(|| (appearance(doc, size, true), appearance(doc, size, false))).clone();
        let state = if checked { "Yes" } else { "Off" };
        dict.set("Subtype", "Widget");
        dict.set("FT", "Btn");
        dict.set("T", key(&format!("box-{}", self.all.fields.len() + 1)));
        dict.set("TU", text(if label.trim().is_empty() { "Check box" } else { label }));
        dict.set("V", state);
        // What the box was first, so that anybody can see whether it was filled in since.
        dict.set("DV", state);
        dict.set("AS", state);
        dict.set("MK", dictionary! { "CA" => key("4") });
        dict.set("AP", dictionary! { "N" => dictionary! { "Yes" => ticked, "Off" => empty } });
    }
}

/// A box as it is drawn: a frame of a twelfth of its side, and a tick of two strokes.
fn appearance(doc: &mut Document, (width, height): (Milli, Milli), ticked: bool) -> Object {
    let (w, h) = (width.pt(), height.pt());
    let line = (w.min(h) / 12.0).max(0.4);
    let place = |x: f32, y: f32| format!("{:.2} {:.2}", w * x, h * y);
    let mut drawing = format!("0.35 G {line:.2} w {:.2} {:.2} {:.2} {:.2} re S", line / 2.0, line / 2.0, w - line, h - line);
    if ticked {
        let (from, over, to) = (place(0.22, 0.52), place(0.43, 0.26), place(0.80, 0.78));
        drawing.push_str(&format!(" 0 G {:.2} w 1 J 1 j {from} m {over} l {to} l S", line * 1.6));
    }
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => reals(&[0.0, 0.0, w, h]),
        "Resources" => Dictionary::new(),
    };
    reference(doc, deflated(dict, drawing.as_bytes()))
}
