//! Draws the pages in sheets on all cores. A sheet is a small printpdf document; only its compressed content streams are kept.

use lopdf::{Document, Object};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};
use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::furniture::Page;
use crate::length::Length;
use crate::typeset::{Frame, TagTree};

use super::canvas::{Canvas, Marks, show_stamp};
use super::fonts::Subsets;
use super::object::deflate;

/// Pages drawn in one printpdf document: enough to share its cost, few enough to keep memory small.
const SHEET: usize = 16;

/// How streams are compressed.
pub(super) type Pack = fn(&[u8]) -> Vec<u8>;

/// A page's compressed content streams; empty where there is nothing.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Text, notes and pictures: stays the same when folios change.
    pub body: Vec<u8>,
    /// Running head and folio.
    pub furniture: Vec<u8>,
}

/// Draws pages. With the streams come the marks of each page.
///
/// # Errors
/// Only if printpdf gives other pages than it was given, which would be a bug.
pub(super) fn draw(pages: &[&Page], tags: &[TagTree], fonts: &Subsets, pack: Pack) -> Result<(Vec<Drawn>, Vec<Marks>), Diagnostics> {
    let drawn: Vec<Option<Vec<(Drawn, Marks)>>> = pages.par_chunks(SHEET).map(|pages| sheet(pages, tags, fonts, pack)).collect();
    let all: Option<Vec<_>> = drawn.into_iter().collect();
    Ok(all.ok_or_else(not_drawn)?.into_iter().flatten().unzip())
}

/// Draws a frame for a form that many pages show: the form's content.
///
/// # Errors
/// As [`draw`].
pub(super) fn draw_form(frame: &Frame, height: Length, fonts: &Subsets, pack: Pack) -> Result<Vec<u8>, Diagnostics> {
    let ops = Canvas::new(fonts, &[], height, &mut Marks::default()).unmarked().draw(frame);
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
    let mut problems = Diagnostics::new();
    problems.push(Diagnostic::error("printpdf did not draw every page").hint("please report this as a bug of handbook"));
    problems
}

/// The marks of a page that is not drawn.
pub(super) fn marks(page: &Page, tags: &[TagTree], fonts: &Subsets) -> Marks {
    let mut marks = Marks::default();
    for frame in [&page.body, &page.furniture] {
        Canvas::new(fonts, tags, page.size.height, &mut marks).draw(frame);
    }
    marks
}

fn sheet(pages: &[&Page], tags: &[TagTree], fonts: &Subsets, pack: Pack) -> Option<Vec<(Drawn, Marks)>> {
    let mut all_marks = Vec::with_capacity(pages.len());
    let mut ops = Vec::with_capacity(pages.len() * 2);
    for page in pages {
        let mut marks = Marks::default();
        for frame in [&page.body, &page.furniture] {
            ops.push(Canvas::new(fonts, tags, page.size.height, &mut marks).draw(frame));
        }
        all_marks.push(marks);
    }
    let mut streams = streams(ops, pack)?.into_iter();
    all_marks.into_iter().map(|marks| Some((Drawn { body: streams.next()?, furniture: streams.next()? }, marks))).collect()
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
