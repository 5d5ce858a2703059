//! Draws the pages in sheets on all cores. A sheet is a small printpdf document; only its compressed content streams are kept.

use std::collections::BTreeMap;

use lopdf::{Document, Object};
use printpdf::{FontId, Mm, Op, PdfDocument, PdfFont, PdfFontMap, PdfPage, PdfSaveOptions};
use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::furniture::{Layout, Page};
use crate::typeset::{Frame, TagTree};

use super::canvas::{Canvas, Marks, show_stamp};
use super::fonts::Subsets;
use super::object::deflate;

/// Pages drawn in one printpdf document: enough to share its cost, few enough to keep memory small.
const SHEET: usize = 16;

/// A page's compressed content streams and its marks.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Text, notes and pictures: stays the same when folios change.
    pub body: Vec<u8>,
    /// Running head and folio; empty if there is nothing.
    pub furniture: Vec<u8>,
    /// Which stamp stands on it, if any.
    pub stamp: Option<usize>,
    pub marks: Marks,
}

/// What stands alike on many pages, each drawn once.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// Content of the form.
    pub content: Vec<u8>,
    /// The content stream by which a page shows it.
    pub call: Vec<u8>,
    /// Its name among the resources.
    pub name: String,
    /// Size of its pages in points.
    pub size: [f32; 2],
}

/// Draws all pages and stamps.
///
/// # Errors
/// Only if printpdf gives other pages than it was given, which would be a bug.
pub(super) fn draw(layout: &Layout, fonts: &Subsets) -> Result<(Vec<Drawn>, Vec<Stamp>), Diagnostics> {
    let private = fonts.for_drawing();
    let (distinct, which) = stamps(&layout.pages);
    let starts: Vec<usize> = (0..layout.pages.len()).step_by(SHEET).collect();
    let drawn: Vec<Option<Vec<Drawn>>> = starts
        .par_iter()
        .map(|start| {
            let end = (start + SHEET).min(layout.pages.len());
            sheet(&layout.pages[*start..end], &which[*start..end], &layout.tags, fonts, &private)
        })
        .collect();
    let stamps: Option<Vec<Stamp>> = distinct.iter().enumerate().map(|(number, page)| stamp(number, page, fonts, &private)).collect();
    match (drawn.into_iter().collect::<Option<Vec<_>>>(), stamps) {
        (Some(drawn), Some(stamps)) => Ok((drawn.into_iter().flatten().collect(), stamps)),
        _ => {
            let mut problems = Diagnostics::new();
            problems.push(Diagnostic::error("printpdf did not draw every page").hint("please report this as a bug of handbook"));
            Err(problems)
        }
    }
}

/// The different stamps, and which one each page has.
fn stamps(pages: &[Page]) -> (Vec<&Page>, Vec<Option<usize>>) {
    let mut distinct: Vec<&Page> = Vec::new();
    let which = pages
        .iter()
        .map(|page| {
            if page.stamp.items.is_empty() {
                return None;
            }
            let known = distinct.iter().position(|other| other.size == page.size && other.stamp == page.stamp);
            Some(known.unwrap_or_else(|| {
                distinct.push(page);
                distinct.len() - 1
            }))
        })
        .collect();
    (distinct, which)
}

fn sheet(pages: &[Page], stamps: &[Option<usize>], tags: &[TagTree], fonts: &Subsets, private: &BTreeMap<FontId, PdfFont>) -> Option<Vec<Drawn>> {
    let mut all_marks = Vec::with_capacity(pages.len());
    let mut ops = Vec::with_capacity(pages.len() * 2);
    for page in pages {
        let mut marks = Marks::default();
        let height = page.size.height;
        ops.push(Canvas::new(fonts, tags, height, &mut marks).draw(&page.body));
        ops.push(Canvas::new(fonts, tags, height, &mut marks).draw(&page.furniture));
        all_marks.push(marks);
    }
    let mut streams = streams(ops, private)?.into_iter();
    (all_marks.into_iter().zip(stamps)).map(|(marks, stamp)| Some(Drawn { body: streams.next()?, furniture: streams.next()?, stamp: *stamp, marks })).collect()
}

fn stamp(number: usize, page: &Page, fonts: &Subsets, private: &BTreeMap<FontId, PdfFont>) -> Option<Stamp> {
    let name = format!("S{number}");
    let frame: &Frame = &page.stamp;
    let mut marks = Marks::default();
    let form = Canvas::new(fonts, &[], page.size.height, &mut marks).unmarked().draw(frame);
    let mut streams = streams(vec![form, show_stamp(&name)], private)?.into_iter();
    let size = [page.size.width.to_pt() as f32, page.size.height.to_pt() as f32];
    Some(Stamp { content: streams.next()?, call: streams.next()?, name, size })
}

/// Compressed content streams from operations, by way of a printpdf document with a page for each.
fn streams(contents: Vec<Vec<Op>>, private: &BTreeMap<FontId, PdfFont>) -> Option<Vec<Vec<u8>>> {
    let empty: Vec<bool> = contents.iter().map(Vec::is_empty).collect();
    let mut sheet = PdfDocument::new("");
    sheet.resources.fonts = PdfFontMap { map: private.clone() };
    sheet.pages = contents.into_iter().map(|ops| PdfPage::new(Mm(1.0), Mm(1.0), ops)).collect();
    // `secure` would drop operators that printpdf has no name for; all of ours are drawn by the canvas.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    let doc = sheet.to_lopdf_document(&options, &mut Vec::new());
    let pages = doc.get_pages();
    (pages.len() == empty.len()).then_some(())?;
    pages.values().zip(empty).map(|(page, empty)| if empty { Some(Vec::new()) } else { content(&doc, *page).map(deflate) }).collect()
}

fn content(doc: &Document, page: lopdf::ObjectId) -> Option<&[u8]> {
    let contents = doc.get_dictionary(page).ok()?.get(b"Contents").and_then(Object::as_reference).ok()?;
    doc.get_object(contents).and_then(Object::as_stream).ok().map(|stream| &*stream.content)
}
