//! A page variant: the pages of a plate for one way in which the reader's words fill its lines, and the files but for these words.
//! Most readers of a shape have the same one.

use std::sync::Arc;

use crate::diag::Diagnostics;
use crate::epub::{self, PageMap, SharedEpub};
use crate::furniture::{Layout, PersonalPages};
use crate::length::Size;
use crate::memo::{Key, Remembered};
use crate::pdf::{self, SharedPdf};
use crate::project::Project;
use crate::raster;
use crate::resolve::Resolved;
use crate::theme::Medium;
use crate::typeset::{self, Artifact, Mark};

use super::chapters::Refilled;
use super::plate::Plate;
use super::press::Press;
use super::watch::{Step, Watch};

/// A variant, or why it cannot be made.
pub(super) type VariantResult = Result<PageVariant, Diagnostics>;

/// The pages of a plate for one way in which the reader's words fill its lines.
#[derive(Debug)]
pub(super) struct PageVariant {
    /// The plate that it belongs to.
    pub plate: Key,
    pub pages: PersonalPages,
    pub page_map: PageMap,
    pub pdf: Option<SharedPdf>,
    pub epub: Option<Arc<SharedEpub>>,
}

impl Remembered for VariantResult {
    fn weight(&self) -> usize {
        let Ok(variant) = self else { return 0 };
        variant.pdf.as_ref().map_or(0, SharedPdf::weight) + variant.epub.as_ref().map_or(0, |epub| epub.weight())
    }
}

/// The variant of a plate for a reader's paragraphs, made now if it was not before; who asks for it meanwhile waits. `resolved` has
/// the words of that reader: where they end decides on which page the words after them stand.
pub(super) fn variant(press: &Press, plate: &Plate, resolved: &Resolved, refilled: &[Refilled], watch: Watch<'_>) -> Arc<VariantResult> {
    let make = || {
        press.on_threads(|| {
            let (layout, pages) = plate.lay_out(refilled);
            make(press, plate, resolved, layout, pages, watch)
        })
    };
    if !plate.shareable {
        // It is for one reader alone.
        return Arc::new(make());
    }
    let lines: Vec<u64> = refilled.iter().map(|chapter| chapter.variant).collect();
    let key = Key::of(&(plate.key, lines));
    let variant = press.memo().once(key, make);
    if variant.is_err() && watch.is_called_off() {
        press.memo().forget::<VariantResult>(key);
    }
    variant
}

fn make(press: &Press, plate: &Plate, resolved: &Resolved, layout: Layout, pages: PersonalPages, watch: Watch<'_>) -> VariantResult {
    let (options, fonts) = (press.project().options(), &plate.setter.fonts);
    let write_pdf = || -> Result<Option<SharedPdf>, Diagnostics> {
        if !options.pdf {
            return Ok(None);
        }
        watch.step(Step::Pdf)?;
        let facing_pages = press.project().theme().page.medium == Medium::Print;
        SharedPdf::new(&layout, plate.sample(), resolved, fonts, plate.session.materials(), &pdf::PdfOptions { facing_pages }).map(Some)
    };
    let page_map: PageMap = layout.page_map.clone().into();
    let write_epub = || -> Result<Option<Arc<SharedEpub>>, Diagnostics> {
        if !options.epub {
            return Ok(None);
        }
        watch.step(Step::Epub)?;
        // Pages that begin at the same places make the same e-book.
        let known = press.memo().all_once::<VariantResult>().into_iter().find_map(|variant| {
            let variant = variant.as_ref().as_ref().ok().filter(|variant| variant.plate == plate.key && variant.page_map == page_map)?;
            variant.epub.clone()
        });
        let made = || SharedEpub::new(resolved, epub_parts(press.project(), plate, plate.cover()?, page_map.clone())).map(Arc::new);
        known.map_or_else(made, Ok).map(Some)
    };
    let (pdf, epub) = rayon::join(write_pdf, write_epub);
    Ok(PageVariant { plate: plate.key, pages, pdf: pdf?, epub: epub?, page_map })
}

/// What the writer of the EPUB takes.
pub(super) fn epub_parts(project: &Project, plate: &Plate, cover: epub::Cover, page_map: PageMap) -> epub::Parts {
    epub::Parts {
        // Page numbers are those of the PDF; without one there is nothing they could refer to.
        pages: project.options().pdf.then_some(page_map),
        cover,
        route_map: route_map(plate).map(Arc::from),
        fonts: plate.setter.fonts.clone(),
        materials: plate.session.materials().clone(),
        theme: project.theme().clone(),
    }
}

/// The map of the ladder as SVG. It is drawn narrower than a page, since a phone shows it smaller.
fn route_map(plate: &Plate) -> Option<String> {
    let (setter, resolved) = (&plate.setter, &plate.resolved);
    if resolved.document.selection.ladder.is_empty() {
        return None;
    }
    let measure = setter.theme.measure().scale(4, 5);
    let line = typeset::route_map(setter, &resolved.route(), measure, Mark::Artifact(Artifact::Layout));
    Some(raster::svg(&line.frame, Size::new(measure, line.metrics.height), &setter.fonts, &resolved.route_description))
}
