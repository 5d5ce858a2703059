//! A plate: a book set for a shape of reader, with everything that readers of the shape share.

use std::sync::Arc;

use crate::cite::cite;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::diff::news;
use crate::epub;
use crate::fonts;
use crate::furniture::{self, Layout, NamePlace, Page, PersonalPages};
use crate::limits;
use crate::memo::{Key, Remembered};
use crate::parse;
use crate::project::Project;
use crate::resolve::{Resolved, resolve};
use crate::select::{Reader, Selection, select};
use crate::session::Session;
use crate::typeset::{Item, Setter};

use super::chapters::{self, Refilled, SetChapter};
use super::cover;
use super::diagrams;
use super::extent;
use super::press::Press;
use super::texts;
use super::unshared::in_titles;
use super::watch::{Step, Watch};

/// Width of the EPUB's cover picture in pixels: an A5 cover is then 1,703 high, and stores ask for 1,600.
const COVER_WIDTH: u32 = 1200;

/// A plate, or why there is none for this shape.
pub(super) type PlateResult = Result<Plate, Diagnostics>;

/// A book set for a shape of reader.
#[derive(Debug)]
pub(super) struct Plate {
    pub resolved: Resolved,
    pub setter: Arc<Setter>,
    /// What else it is made with.
    pub session: Session,
    pub chapters: Vec<Arc<SetChapter>>,
    /// Words that are not the reader's own.
    pub words: usize,
    /// What was chosen and why, one line for each chapter.
    pub reasons: Vec<String>,
    /// Fonts of the system that were used.
    pub notices: Vec<String>,
    pub warnings: Arc<Diagnostics>,
    /// Whether readers of this shape can share it.
    pub shareable: bool,
    /// The pages with the reader's words as the shape has them: what glyphs they have in common decides the shared fonts.
    sample: Vec<Arc<Page>>,
    /// The cover as the shape has it.
    cover: Option<Arc<Page>>,
    /// Where a reader's name stands on it.
    cover_name: Option<NamePlace>,
    /// Names it among the plates of its press.
    pub key: Key,
}

impl Remembered for PlateResult {
    fn weight(&self) -> usize {
        // The chapters are kept by the session too, but not for longer than this one.
        self.as_ref().map_or(0, |plate| plate.chapters.iter().map(|chapter| chapter.weight()).sum())
    }
}

impl Plate {
    /// Sets the book, with the setter for its language unless one is given that has more fonts.
    ///
    /// # Errors
    /// All errors that were found; under `strict` warnings count as errors.
    pub fn set(press: &Press, session: &Session, shape: &Reader, setter: Option<&Arc<Setter>>, watch: Watch<'_>) -> PlateResult {
        let project = press.project();
        let strict = project.options().strict;
        // Where warnings are errors, those of the reading count too.
        let mut found = if strict { project.warnings().clone() } else { Diagnostics::new() };
        watch.step(Step::Parse)?;
        let (resolved, reasons) = prepare(project, session, shape, &mut found)?;
        let words = texts::shared_words(&resolved);
        let (setter, system) = match setter {
            // Its words stay with the book, since they may be the reader's own.
            Some(setter) => (Arc::new(setter.with_fonts(&setter.fonts)), Vec::new()),
            None => {
                let setter = session.setter(project.theme(), project.fonts(), &resolved.book);
                // Of a shape these are stand-ins; a book that is set for one reader has that reader's words.
                let texts = [texts::all(&resolved, project.theme()), texts::personal(&resolved)].concat();
                session.setter_for(&setter, &texts, project.options().system_fonts)
            }
        };
        let resolved = diagrams::draw_diagrams(resolved, &setter, session.texts(), &mut found);
        fonts::warnings(&setter.fonts, project.theme(), project.options().epub).into_iter().for_each(|warning| found.push(warning));
        watch.step(Step::Typeset)?;
        let chapters = chapters::set(&resolved, &setter, session.texts(), watch, &mut found)?;
        setter.uncovered(texts::around(&resolved, project.theme()).into_iter()).into_iter().for_each(|warning| found.push(warning));
        if strict {
            found.make_strict();
        }
        if found.has_errors() {
            return Err(found);
        }
        let shareable = !in_titles(&resolved) && chapters.iter().all(|chapter| chapter.can_be_refilled());
        let notices = system.iter().map(texts::notice).chain(texts::reduced(&resolved)).collect();
        Ok(Plate {
            resolved,
            setter,
            session: session.clone(),
            chapters,
            words,
            reasons,
            notices,
            warnings: found.into(),
            shareable,
            sample: Vec::new(),
            cover: None,
            cover_name: None,
            key: Key::of(shape),
        })
    }

    /// The plate laid out as the shape has it, ready for copies: what depends on the shape alone is known then.
    pub fn laid_out(mut self) -> Plate {
        let layout = self.pages();
        self.cover = layout.cover.and_then(|index| layout.pages.get(index)).cloned();
        self.cover_name = layout.cover_name;
        self.sample = layout.pages.into_iter().filter(|page| page.is_personal()).collect();
        self
    }

    /// The plate with the cover of a layout.
    pub fn with_cover(self, cover: Option<Arc<Page>>, cover_name: Option<NamePlace>) -> Plate {
        Plate { cover, cover_name, ..self }
    }

    /// All pages, with the words that it was set with.
    pub fn pages(&self) -> Layout {
        let refilled: Vec<Refilled> = self.chapters.iter().map(|chapter| chapter.refilled(&self.resolved, &self.setter)).collect();
        self.lay_out(&refilled).0
    }

    /// The pages with the reader's words as the shape has them.
    pub fn sample(&self) -> &[Arc<Page>] {
        &self.sample
    }

    /// The book with a reader's paragraphs laid out, and where on its pages the reader's words stand.
    pub fn lay_out(&self, refilled: &[Refilled]) -> (Layout, PersonalPages) {
        let sections = crate::typeset::chapters(&self.resolved);
        let chapters = self.chapters.iter().zip(refilled).zip(sections);
        let chapters = chapters.map(|((chapter, refilled), sections)| chapter.chapter(sections, refilled, &self.setter)).collect();
        furniture::furnish(chapters, &self.resolved, &self.setter)
    }

    /// The cover picture of the EPUB, drawn from the same frame as the PDF's, without the reader's name: it is the same for all.
    ///
    /// # Errors
    /// When the page has a size that no picture can have.
    pub fn cover(&self) -> Result<epub::Cover, Diagnostics> {
        let problem =
            || Diagnostics::from(Diagnostic::error(Code::CoverNotDrawn, "the cover cannot be drawn").hint("choose a page size that a picture can have"));
        let mut page = self.cover.as_deref().cloned().ok_or_else(problem)?;
        page.body.items.retain(|placed| !matches!(&placed.item, Item::Text(run) if run.personal));
        let bytes = cover::picture(&self.session, &self.setter.fonts, &page, COVER_WIDTH).ok_or_else(problem)?;
        Ok(epub::Cover { bytes, size: page.size, name: self.cover_name })
    }
}

/// From the manuscript to the resolved document, and why each chapter was taken.
pub(super) fn prepare(project: &Project, session: &Session, reader: &Reader, found: &mut Diagnostics) -> Result<(Resolved, Vec<String>), Diagnostics> {
    let selection = found.noting(select(project.manuscript(), reader))?;
    extent::of_text(&selection, limits::BOOK)?;
    let reasons = reasons(&selection);
    let document = found.noting(Ok(parse::parse(Arc::new(selection), session.texts())))?;
    extent::of_tree(&document, limits::NODES)?;
    let document = found.noting(cite(document))?;
    let resolved = found.noting(resolve(Arc::new(document), project.date(), session.materials()))?.themed(project.theme().colors.accent);
    let resolved = match &reader.had {
        Some(had) => {
            let news = news(&resolved, &*project.changes_since(had)?, had);
            Resolved { news: Some(news.into()), ..resolved }
        }
        None => resolved,
    };
    Ok((resolved, reasons))
}

/// What was chosen and why, a line for each chapter.
fn reasons(selection: &Selection) -> Vec<String> {
    let name = |path: &str, title: Option<&str>| if path.is_empty() { title.unwrap_or("(made by the program)").to_string() } else { path.to_string() };
    let taken = selection.entries.iter().map(|e| format!("taken    {}: {}", name(&e.path, e.title.as_deref()), e.why));
    let left = selection.omitted.iter().map(|o| format!("left out {}: {}", o.path, o.why));
    taken.chain(left).collect()
}
