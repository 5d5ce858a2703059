//! Stage 4, *resolve*: numbers, labels, cross-references, notes, contents, index terms, pictures.
//!
//! The tree stays as it was parsed; what is looked up or counted stands beside it, by node. Fields come first, because
//! titles need them; labels come last, because only what is linked to needs one.

mod address;
mod asked;
mod bitmap;
mod chapter;
mod contents;
mod data;
mod expansion;
mod fields;
mod formulas;
mod headings;
mod imprint;
mod labels;
mod links;
mod notes;
mod numbers;
mod outline;
mod paths;
mod pictures;
mod resolved;
mod svg;
mod targets;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, Warned};
use crate::load::Pos;
use crate::memo::Memo;
use crate::parse::Document;
use crate::select::Reader;
use crate::theme::Color;

pub(crate) use bitmap::bitmap;
pub use chapter::{ChapterInput, RouteInput, SectionInput, StageInput};
pub(crate) use data::{identifier_of, urn};
pub use imprint::{edition_line, imprint};
pub use numbers::opening_label;
pub use outline::outline;
#[cfg(test)]
pub(crate) use pictures::recognise_bitmap;
pub(crate) use pictures::{drawing, is_picture, picture_path};
pub use resolved::*;

/// What the steps share: the tree, and where to say what was found.
struct Context<'a> {
    document: &'a Document,
    diagnostics: Diagnostics,
}

impl Context<'_> {
    fn warn(&mut self, code: Code, pos: Pos, message: impl Into<String>, hint: impl Into<String>) {
        self.say(Diagnostic::warning(code, message), pos, hint.into());
    }

    fn error(&mut self, code: Code, pos: Pos, message: impl Into<String>, hint: impl Into<String>) {
        self.say(Diagnostic::error(code, message), pos, hint.into());
    }

    fn say(&mut self, mut diagnostic: Diagnostic, pos: Pos, hint: String) {
        if pos.line > 0 {
            diagnostic = diagnostic.at(self.document.selection.manuscript.sources.place(pos));
        }
        if !hint.is_empty() {
            diagnostic = diagnostic.hint(hint);
        }
        self.diagnostics.push(diagnostic);
    }
}

impl Resolved {
    /// The same book with the drawings that ask for it in a theme's accent.
    pub fn themed(mut self, accent: Color) -> Resolved {
        let themed = |picture: &Picture| picture.file.as_deref().and_then(|file| pictures::themed(file, accent));
        if self.images.values().any(|picture| themed(picture).is_some()) {
            for picture in Arc::make_mut(&mut self.images).values_mut() {
                if let Some(file) = themed(picture) {
                    picture.file = Some(Arc::new(file));
                }
            }
        }
        self
    }

    /// The same book for another reader of its shape: their words in the fields, their name and number on it. What is
    /// looked up or counted stays as it is, since it depends on the shape alone ([`crate::select::Reader::shape`]).
    pub fn for_reader(&self, reader: &Reader) -> Resolved {
        let selection = Arc::new(self.document.selection.for_reader(reader));
        let document = Arc::new(self.document.with_selection(selection));
        let fields = fields::refill(&self.fields, &self.personal, &document.selection);
        let book = data::for_reader(&self.book, &document.selection, &self.words);
        Resolved { document, fields, book, ..self.clone() }
    }
}

/// Resolves a document. `date` is the build's, YYYY-MM-DD; `materials` has pictures that were read before.
///
/// # Errors
/// What stops the book: an unknown field, a picture that cannot be read.
pub fn resolve(document: Arc<Document>, date: &str, materials: &Memo) -> Result<Warned<Resolved>, Diagnostics> {
    let mut cx = Context { document: &document, diagnostics: Diagnostics::new() };
    let words = document.selection.manuscript.book.words();
    let (fields, personal) = fields::fill(&mut cx);
    let sections = numbers::sections(&document, &fields, &words);
    let heading_levels = headings::levels(&mut cx);
    let caption_numbers = numbers::captions(&document, &sections, &words);
    let notes = notes::number(&mut cx);
    let targets = targets::Targets::of(&document);
    let formulas = formulas::number(&mut cx, &sections);
    let links = links::resolve(&mut cx, &targets, &sections, &caption_numbers, &words, &fields, &formulas);
    let pictures = pictures::read(&mut cx, &fields, materials);
    let cover = pictures::cover(&mut cx, materials);
    asked::ask(&mut cx, &fields);
    let labels = labels::labels(&document, &sections, &links.to);
    let contents = contents::contents(&document, &sections, &heading_levels, &fields);
    let index = contents::index(&document);
    let book = data::book(&document, &fields, &words, date);
    let route_description = data::route_description(&document, &words);
    let found = cx.diagnostics;
    let resolved = Resolved {
        document,
        sections: sections.into(),
        heading_levels: heading_levels.into(),
        caption_numbers: caption_numbers.into(),
        formulas: formulas.tex.into(),
        links: links.to.into(),
        link_texts: links.texts.into(),
        note_refs: notes.refs.into(),
        note_numbers: notes.numbers.into(),
        fields,
        personal: personal.into(),
        images: pictures.images.into(),
        cover,
        labels: labels.into(),
        contents: contents.into(),
        index: index.into(),
        book,
        words: words.into(),
        route_description,
        all_pictures_described: pictures.all_described,
        news: None,
    };
    Warned::unless_stopped(Some(resolved), found)
}
