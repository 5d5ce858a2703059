//! One book for one reader: the stages in order.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{Diagnostic, Diagnostics};
use crate::epub;
use crate::fonts::FontBook;
use crate::furniture::{self, Chapter, Layout};
use crate::length::Size;
use crate::load::{Assets, Manuscript};
use crate::paginate::paginate;
use crate::parse::{self, Block, BlockKind, Inline, InlineKind, Node, walk};
use crate::pdf;
use crate::raster;
use crate::resolve::{Resolved, resolve};
use crate::select::{Reader, Selection, select};
use crate::theme::{Edition, Theme};
use crate::typeset::{self, Artifact, Mark, Setter, chapters};

/// What to make and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The theme, already on the page size that was asked for.
    pub theme: Arc<Theme>,
    /// Make the PDF.
    pub pdf: bool,
    /// Make the EPUB.
    pub epub: bool,
    /// Date of the build, YYYY-MM-DD: from `--date`, else `SOURCE_DATE_EPOCH`, else the manifest, else a fixed one. Never from a clock.
    pub date: String,
    /// Warnings are errors.
    pub strict: bool,
    /// The system's fonts may be used for characters that no other font has.
    pub system_fonts: bool,
}

/// A finished book.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The PDF, if asked for.
    pub pdf: Option<Vec<u8>>,
    /// The EPUB, if asked for.
    pub epub: Option<Vec<u8>>,
    /// Pages of the PDF.
    pub pages: usize,
    /// Words of the book.
    pub words: usize,
    /// What `--verbose` tells: what was chosen and why, one line each.
    pub reasons: Vec<String>,
    /// What a person should know though nothing is wrong: fonts of the system that were used.
    pub told: Vec<String>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// Names of the steps, for a progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Step {
    Parse,
    Typeset,
    Pdf,
    Epub,
}

/// Width of the EPUB's cover picture in pixels: an A5 cover is then 1,703 high, and stores ask for 1,600.
const COVER_WIDTH: u32 = 1200;

/// Makes a reader's book.
///
/// # Errors
/// All errors that were found, with the warnings found before them; under `strict` warnings count as errors.
pub fn build(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options, progress: &(dyn Fn(Step) + Sync)) -> Result<Built, Diagnostics> {
    let mut said = Diagnostics::new();
    progress(Step::Parse);
    let (resolved, reasons) = prepare(manuscript, reader, options, &mut said)?;
    let mut fonts = FontBook::built_in();
    let told = add_fonts(&mut fonts, &resolved, options);
    options.theme.missing_families(&fonts).into_iter().for_each(|warning| said.push(warning));
    progress(Step::Typeset);
    let fonts = Arc::new(fonts);
    let setter = Setter::new(&options.theme, &fonts, &resolved.book.language);
    let layout = lay_out(&resolved, &options.theme, &setter, &mut said);
    if options.strict {
        said.make_strict();
    }
    if said.has_errors() {
        return Err(said);
    }
    let write_pdf = || {
        options.pdf.then(|| {
            progress(Step::Pdf);
            pdf::write(&layout, &resolved, &fonts, &pdf::PdfOptions { facing_pages: options.theme.page.edition == Edition::Print })
        })
    };
    let write_epub = || {
        options.epub.then(|| {
            progress(Step::Epub);
            write_epub(&resolved, &layout, &fonts, &setter, options)
        })
    };
    let (pdf, epub) = rayon::join(write_pdf, write_epub);
    Ok(Built { pdf: pdf.transpose()?, epub: epub.transpose()?, pages: layout.pages.len(), words: words(&resolved), reasons, told, diagnostics: said })
}

/// From the manuscript to the resolved document.
fn prepare(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options, said: &mut Diagnostics) -> Result<(Resolved, Vec<String>), Diagnostics> {
    let stop = |said: &mut Diagnostics| Err(std::mem::take(said));
    let Some(selection) = select(manuscript, reader, said) else { return stop(said) };
    let reasons = reasons(&selection);
    let document = parse::parse(Arc::new(selection), said);
    let Some(resolved) = resolve(Arc::new(document), &options.date, said) else { return stop(said) };
    if said.has_errors() { stop(said) } else { Ok((resolved, reasons)) }
}

/// The fonts of the project's `fonts` folder; those of the system only for characters that no other font has.
fn add_fonts(fonts: &mut FontBook, resolved: &Resolved, options: &Options) -> Vec<String> {
    let mut told = Vec::new();
    let manuscript = &resolved.document.selection.manuscript;
    if let Assets::Folder { root, .. } = &manuscript.assets {
        fonts.add_folder(&root.join("fonts"));
    }
    if !options.system_fonts {
        return told;
    }
    let missing = fonts.missing(texts(resolved).into_iter());
    for font in fonts.add_system(&missing) {
        let shown: String = font.characters.iter().take(12).collect();
        told.push(format!("the system's font {} is used for characters that no other font has: {shown}", font.family));
    }
    told
}

/// Galleys, pages and furniture. A chapter's galley is dropped as soon as its pages are chosen.
fn lay_out(resolved: &Resolved, theme: &Theme, setter: &Setter, said: &mut Diagnostics) -> Layout {
    let set: Vec<(Chapter, Diagnostics)> = chapters(resolved)
        .into_par_iter()
        .map(|sections| {
            let (galley, said) = typeset::typeset(resolved, setter, sections.clone());
            (Chapter { sections, body: paginate(&galley, theme, setter), tags: galley.tags, personal: Default::default() }, said)
        })
        .collect();
    let mut chapters = Vec::with_capacity(set.len());
    for (chapter, more) in set {
        chapters.push(chapter);
        said.extend(more);
    }
    furniture::furnish(chapters, resolved, setter).0
}

/// The EPUB, with its cover drawn from the same frames as the PDF's.
fn write_epub(resolved: &Resolved, layout: &Layout, fonts: &FontBook, setter: &Setter, options: &Options) -> Result<Vec<u8>, Diagnostics> {
    let page = layout.cover.and_then(|index| layout.pages.get(index));
    let picture = page.and_then(|page| raster::page(page, fonts, COVER_WIDTH)).map(|pixels| raster::png(&pixels));
    let Some(bytes) = picture else {
        let mut said = Diagnostics::new();
        said.push(Diagnostic::error("the cover cannot be drawn").hint("choose a page size that a picture can have"));
        return Err(said);
    };
    let parts = epub::Parts {
        // Page numbers are those of the PDF; without one there is nothing they could refer to.
        pages: options.pdf.then_some(layout.page_map.as_slice()),
        cover: epub::Cover { bytes: bytes.into() },
        route_map: route_map(resolved, setter, fonts),
        fonts,
        theme: &options.theme,
    };
    epub::write(resolved, &parts)
}

/// The map of the ladder as SVG.
fn route_map(resolved: &Resolved, setter: &Setter, fonts: &FontBook) -> Option<String> {
    if resolved.document.selection.ladder.is_empty() {
        return None;
    }
    let measure = setter.theme.measure();
    let line = typeset::route_map(setter, resolved, measure, Mark::Artifact(Artifact::Layout));
    Some(raster::svg(&line.frame, Size::new(measure, line.metrics.height), fonts, &resolved.route_description))
}

/// All text that is set from the document, for the search for missing characters.
fn texts(resolved: &Resolved) -> Vec<&str> {
    let mut texts: Vec<&str> = resolved.fields.values().map(|v| v.text.as_str()).collect();
    for section in resolved.document.sections.iter() {
        walk(section, &mut |node| match node {
            Node::Inline(Inline { kind: InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text), .. }) => texts.push(text),
            Node::Block(Block { kind: BlockKind::Code { text, .. }, .. }) => texts.push(text),
            _ => {}
        });
    }
    texts
}

/// Words of the book, as its text and code hold them.
fn words(resolved: &Resolved) -> usize {
    texts(resolved).iter().map(|text| text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()).sum()
}

/// What was chosen and why, a line for each chapter.
fn reasons(selection: &Selection) -> Vec<String> {
    let name = |path: &str, title: Option<&str>| if path.is_empty() { title.unwrap_or("(made by the program)").to_string() } else { path.to_string() };
    let taken = selection.entries.iter().map(|e| format!("taken    {}: {}", name(&e.path, e.title.as_deref()), e.why));
    let left = selection.omitted.iter().map(|o| format!("left out {}: {}", o.path, o.why));
    taken.chain(left).collect()
}
