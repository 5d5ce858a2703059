//! Draws the pages in sheets on all cores. A sheet is a small printpdf document; only its compressed content streams are kept.

use std::sync::Arc;

use lopdf::{Document, Object};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};
use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::furniture::Page;
use crate::length::Length;
use crate::typeset::{Frame, Placed, TagTree};

use super::canvas::{Canvas, Counts, Marks, show_stamp};
use super::fonts::Subsets;
use super::object::deflate;

/// Pages drawn in one printpdf document: enough to share its cost, few enough to keep memory small.
const SHEET: usize = 16;

/// How streams are compressed.
pub(super) type Pack = fn(&[u8]) -> Vec<u8>;

/// What is to be drawn of a page: items for a stream each, with the segment of the page that they belong to.
#[derive(Clone, Debug)]
pub(super) struct Order<'a> {
    pub segments: Vec<(usize, &'a [Placed])>,
    /// The page's height.
    pub height: Length,
    /// What the page has already.
    pub before: Counts,
}

impl<'a> Order<'a> {
    /// All of a page that copies share: its body, around what is a reader's own, and its furniture. The body's streams stay
    /// the same when folios change.
    pub fn shared(page: &'a Page) -> Order<'a> {
        let (shared, own) = page.segments();
        let mut segments: Vec<(usize, &[Placed])> = shared.into_iter().enumerate().map(|(number, items)| (number * 2, items)).collect();
        segments.push((own.len() * 2 + 2, &page.furniture.items));
        Order { segments, height: page.size.height, before: Counts::default() }
    }

    /// What is a reader's own of a page that has so much already.
    pub fn own(parts: Vec<&'a [Placed]>, height: Length, before: Counts) -> Order<'a> {
        Order { segments: parts.into_iter().enumerate().map(|(number, items)| (number * 2 + 1, items)).collect(), height, before }
    }

    /// The operations of each stream, and the marks.
    fn ops(&self, tags: &[Arc<TagTree>], fonts: &Subsets) -> (Vec<Vec<Op>>, Marks) {
        let mut marks = Marks::after(self.before);
        let mut draw = |(number, items): &(usize, &[Placed])| {
            marks.segment(*number);
            Canvas::new(fonts, tags, self.height, &mut marks).draw(items)
        };
        let ops = self.segments.iter().map(&mut draw).collect();
        (ops, marks)
    }

    /// The marks alone.
    pub fn marks(&self, tags: &[Arc<TagTree>], fonts: &Subsets) -> Marks {
        self.ops(tags, fonts).1
    }
}

/// The compressed content streams of a page, empty where there is nothing, and its marks.
pub(super) type Drawn = (Vec<Vec<u8>>, Marks);

/// Draws pages.
///
/// # Errors
/// Only if printpdf gives other pages than it was given, which would be a bug.
pub(super) fn draw(pages: &[Order<'_>], tags: &[Arc<TagTree>], fonts: &Subsets, pack: Pack) -> Result<Vec<Drawn>, Diagnostics> {
    let drawn: Vec<Option<Vec<Drawn>>> = pages.par_chunks(SHEET).map(|pages| sheet(pages, tags, fonts, pack)).collect();
    let all: Option<Vec<_>> = drawn.into_iter().collect();
    Ok(all.ok_or_else(not_drawn)?.into_iter().flatten().collect())
}

/// Draws a frame for a form that many pages show: the form's content.
///
/// # Errors
/// As [`draw`].
pub(super) fn draw_form(frame: &Frame, height: Length, fonts: &Subsets, pack: Pack) -> Result<Vec<u8>, Diagnostics> {
    let ops = Canvas::new(fonts, &[], height, &mut Marks::default()).unmarked().draw(&frame.items);
    one_stream(ops, pack)
}

/// The content stream by which a page shows a form.
///
/// # Errors
/// As [`draw`].
pub(super) fn draw_call(name: &str) -> Result<Vec<u8>, Diagnostics> {
    one_stream(show_stamp(name), deflate)
}

fn one_stream(ops: Vec<Op>, pack: Pack) -> Result<Vec<u8>, Diagnostics> {
    streams(vec![ops], pack).and_then(|streams| streams.into_iter().next()).ok_or_else(not_drawn)
}

fn not_drawn() -> Diagnostics {
    Diagnostic::error(Code::ProgramFault, "printpdf did not draw every page").hint("please report this as a bug of handbook").into()
}

fn sheet(pages: &[Order<'_>], tags: &[Arc<TagTree>], fonts: &Subsets, pack: Pack) -> Option<Vec<Drawn>> {
    let (ops, marks): (Vec<Vec<Vec<Op>>>, Vec<Marks>) = pages.iter().map(|page| page.ops(tags, fonts)).unzip();
    let mut streams = streams(ops.into_iter().flatten().collect(), pack)?.into_iter();
    Some(pages.iter().zip(marks).map(|(page, marks)| (streams.by_ref().take(page.segments.len()).collect(), marks)).collect())
}

/// Compressed content streams from operations, by way of a printpdf document with a page for each.
fn streams(contents: Vec<Vec<Op>>, pack: Pack) -> Option<Vec<Vec<u8>>> {
    let empty: Vec<bool> = contents.iter().map(Vec::is_empty).collect();
    let mut sheet = PdfDocument::new("");
    sheet.pages = contents.into_iter().map(|ops| PdfPage::new(Mm(1.0), Mm(1.0), ops)).collect();
    // `secure` would drop operators that printpdf has no name for; all of ours are drawn by the canvas.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    let doc = sheet.to_lopdf_document(&options, &mut Vec::new());
    let pages = doc.get_pages();
    (pages.len() == empty.len()).then_some(())?;
    pages.values().zip(empty).map(|(page, empty)| if empty { Some(Vec::new()) } else { content(&doc, *page).map(pack) }).collect()
}

fn content(doc: &Document, page: lopdf::ObjectId) -> Option<&[u8]> {
    let contents = doc.get_dictionary(page).ok()?.get(b"Contents").and_then(Object::as_reference).ok()?;
    doc.get_object(contents).and_then(Object::as_stream).ok().map(|stream| &*stream.content)
}
