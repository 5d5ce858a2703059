//! A plate: a book set for a shape of reader, with everything in its files that readers of the shape share.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::diag::{Diagnostic, Diagnostics};
use crate::epub;
use crate::furniture::{self, Layout, Mould, Page};
use crate::length::Size;
use crate::load::Manuscript;
use crate::parse;
use crate::pdf;
use crate::raster;
use crate::resolve::{Resolved, resolve};
use crate::select::{Reader, select};
use crate::theme::Edition;
use crate::typeset::{self, Artifact, Item, Mark};

use super::alone::in_titles;
use super::chapters::{self, Refilled, SetChapter};
use super::foundry::Foundry;
use super::kit::Kit;
use super::texts;
use super::{Options, Progress, Step, reasons};

/// Width of the EPUB's cover picture in pixels: an A5 cover is then 1,703 high, and stores ask for 1,600.
const COVER_WIDTH: u32 = 1200;

/// So many forms of a plate are kept; the one that was used longest ago goes first.
const FORMS: usize = 16;

/// A book set for a shape of reader.
#[derive(Debug)]
pub(super) struct Plate {
    pub resolved: Resolved,
    pub kit: Arc<Kit>,
    pub chapters: Vec<Arc<SetChapter>>,
    /// Words that are not the reader's own.
    pub words: usize,
    pub reasons: Vec<String>,
    pub told: Vec<String>,
    /// Warnings.
    pub said: Arc<Diagnostics>,
    /// The pages with the reader's words as the shape has them: what glyphs they have in common decides the shared fonts.
    sample: Vec<Page>,
    cover: Option<epub::Cover>,
    /// Whether readers of this shape can share it.
    pub shareable: bool,
    forms: Mutex<Vec<(Vec<u64>, FormSlot)>>,
    foundry: Arc<Foundry>,
}

/// A form that is there or being made; who asks for it meanwhile waits.
type FormSlot = Arc<OnceLock<Result<Form, Diagnostics>>>;

/// A plate for one way in which the reader's words fill the pages. Most readers of a shape have the same one.
#[derive(Debug)]
pub(super) struct Form {
    pub mould: Mould,
    pub page_map: epub::PageMap,
    pub pdf: Option<pdf::Plate>,
    pub epub: Option<Arc<epub::Plate>>,
}

impl Plate {
    /// Sets the book with the kit for its language.
    ///
    /// # Errors
    /// All errors that were found; under `strict` warnings count as errors.
    pub fn set(
        manuscript: &Arc<Manuscript>,
        shape: &Reader,
        options: &Options,
        kit: &dyn Fn(&str) -> Arc<Kit>,
        foundry: &Arc<Foundry>,
        progress: Progress<'_>,
    ) -> Result<Plate, Diagnostics> {
        let mut said = Diagnostics::new();
        progress(Step::Parse);
        let (resolved, reasons) = prepare(manuscript, shape, options, &mut said)?;
        let texts = texts::shared(&resolved);
        let words = texts::words(&texts);
        let around = texts::around(&resolved);
        let (kit, told) = kit(&resolved.book.language).for_texts(&[texts, around.clone(), texts::drawn(&resolved)].concat(), options);
        options.theme.missing_families(kit.fonts()).into_iter().for_each(|warning| said.push(warning));
        progress(Step::Typeset);
        let chapters = chapters::set(&resolved, &kit.setter, &kit.chapters, &mut said);
        kit.setter.uncovered(around.into_iter()).into_iter().for_each(|warning| said.push(warning));
        if options.strict {
            said.make_strict();
        }
        if said.has_errors() {
            return Err(said);
        }
        let shareable = !in_titles(&resolved) && chapters.iter().all(|chapter| chapter.can_be_refilled());
        let forms = Mutex::default();
        Ok(Plate {
            resolved,
            kit,
            chapters,
            words,
            reasons,
            told,
            said: said.into(),
            sample: Vec::new(),
            cover: None,
            shareable,
            forms,
            foundry: foundry.clone(),
        })
    }

    /// The plate laid out as the shape has it, ready for copies: what depends on the shape alone is known then. Forms are made
    /// when a copy needs them.
    ///
    /// # Errors
    /// A cover that cannot be drawn.
    pub fn laid_out(mut self, options: &Options) -> Result<Plate, Diagnostics> {
        let refilled: Vec<Refilled> = self.chapters.iter().map(|chapter| chapter.refilled(&self.resolved, &self.kit.setter)).collect();
        let (layout, _) = self.lay_out(&refilled);
        self.cover = options.epub.then(|| self.draw_cover(&layout)).transpose()?;
        self.sample = layout.pages.into_iter().filter(Page::is_personal).collect();
        Ok(self)
    }

    /// The pages with the reader's words as the shape has them.
    pub fn sample(&self) -> &[Page] {
        &self.sample
    }

    /// The cover picture of the EPUB, if there is to be one.
    pub fn cover(&self) -> Option<epub::Cover> {
        self.cover.clone()
    }

    /// A new form for a reader's chapters.
    ///
    /// # Errors
    /// What the writers say.
    pub fn form_of(&self, resolved: &Resolved, refilled: &[Refilled], options: &Options, progress: Progress<'_>) -> Result<Form, Diagnostics> {
        self.foundry.of_form(|| {
            let (layout, mould) = self.lay_out(refilled);
            self.form(resolved, layout, mould, options, progress)
        })
    }

    /// Where the form for a reader's chapters is, or is to be put.
    pub fn form_slot(&self, refilled: &[Refilled]) -> FormSlot {
        let ways: Vec<u64> = refilled.iter().map(|chapter| chapter.way).collect();
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match forms.iter().position(|(known, _)| *known == ways) {
            Some(at) => forms.remove(at).1,
            None => FormSlot::default(),
        };
        if forms.len() >= FORMS {
            forms.remove(0);
        }
        forms.push((ways, slot.clone()));
        slot
    }

    /// The book laid out with a reader's chapters.
    pub fn lay_out(&self, refilled: &[Refilled]) -> (Layout, Mould) {
        let chapters = self.chapters.iter().zip(refilled).map(|(chapter, refilled)| chapter.chapter(refilled, &self.kit.setter)).collect();
        furniture::furnish(chapters, &self.resolved, &self.kit.setter)
    }

    /// The files' plates. `resolved` has the words of a reader with this layout: where they end decides on which page
    /// the words after them stand.
    fn form(&self, resolved: &Resolved, layout: Layout, mould: Mould, options: &Options, progress: Progress<'_>) -> Result<Form, Diagnostics> {
        let fonts = self.kit.fonts();
        let write_pdf = || {
            options.pdf.then(|| {
                progress(Step::Pdf);
                let facing_pages = options.theme.page.edition == Edition::Print;
                pdf::Plate::new(&layout, &self.sample, resolved, fonts, &self.kit.pdf_pictures, &pdf::PdfOptions { facing_pages })
            })
        };
        let page_map: epub::PageMap = layout.page_map.clone().into();
        let write_epub = || {
            self.epub_parts(page_map.clone(), options).map(|parts| {
                progress(Step::Epub);
                // Pages that begin at the same places make the same e-book.
                self.known_epub(&page_map).map_or_else(|| epub::Plate::new(resolved, parts).map(Arc::new), Ok)
            })
        };
        let (pdf, epub) = rayon::join(write_pdf, write_epub);
        Ok(Form { mould, pdf: pdf.transpose()?, epub: epub.transpose()?, page_map })
    }

    /// The e-book's plate of another form with the same pages.
    fn known_epub(&self, page_map: &epub::PageMap) -> Option<Arc<epub::Plate>> {
        let forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        let made = forms.iter().filter_map(|(_, slot)| slot.get()?.as_ref().ok());
        made.filter(|form| form.page_map == *page_map).find_map(|form| form.epub.clone())
    }

    /// What the writer of the EPUB takes, if there is to be one.
    pub fn epub_parts(&self, page_map: epub::PageMap, options: &Options) -> Option<epub::Parts> {
        Some(epub::Parts {
            // Page numbers are those of the PDF; without one there is nothing they could refer to.
            pages: options.pdf.then_some(page_map),
            cover: self.cover.clone()?,
            route_map: self.route_map().map(Arc::from),
            fonts: self.kit.fonts().clone(),
            pictures: self.kit.epub_pictures.clone(),
            theme: options.theme.clone(),
        })
    }

    /// The cover of the EPUB, drawn from the same frame as the PDF's, without the reader's name: it is the same for all.
    fn draw_cover(&self, layout: &Layout) -> Result<epub::Cover, Diagnostics> {
        let mut page = layout.cover.and_then(|index| layout.pages.get(index)).cloned();
        if let Some(page) = &mut page {
            page.body.items.retain(|placed| !matches!(&placed.item, Item::Text(run) if run.personal));
        }
        let fonts = self.kit.fonts();
        let drawn = |page: &Page| raster::page(page, fonts, COVER_WIDTH).and_then(|pixels| Some(epub::Cover { bytes: raster::png(&pixels)?.into() }));
        let cover = page.and_then(|page| self.foundry.cover(&page, fonts, || drawn(&page)));
        let problem = || {
            let mut said = Diagnostics::new();
            said.push(Diagnostic::error("the cover cannot be drawn").hint("choose a page size that a picture can have"));
            said
        };
        cover.ok_or_else(problem)
    }

    /// The map of the ladder as SVG.
    fn route_map(&self) -> Option<String> {
        if self.resolved.document.selection.ladder.is_empty() {
            return None;
        }
        let measure = self.kit.setter.theme.measure();
        let line = typeset::route_map(&self.kit.setter, &self.resolved, measure, Mark::Artifact(Artifact::Layout));
        Some(raster::svg(&line.frame, Size::new(measure, line.metrics.height), self.kit.fonts(), &self.resolved.route_description))
    }
}

/// From the manuscript to the resolved document.
pub(super) fn prepare(
    manuscript: &Arc<Manuscript>,
    reader: &Reader,
    options: &Options,
    said: &mut Diagnostics,
) -> Result<(Resolved, Vec<String>), Diagnostics> {
    let stop = |said: &mut Diagnostics| Err(std::mem::take(said));
    let Some(selection) = select(manuscript, reader, said) else { return stop(said) };
    let reasons = reasons(&selection);
    let document = parse::parse(Arc::new(selection), said);
    let Some(resolved) = resolve(Arc::new(document), &options.date, said) else { return stop(said) };
    if said.has_errors() { stop(said) } else { Ok((resolved.themed(options.theme.colors.accent), reasons)) }
}
