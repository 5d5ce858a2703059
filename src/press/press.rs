//! The press itself: plates for the shapes of readers, and copies from them.

use std::sync::{Arc, OnceLock};

use rayon::ThreadPool;

use crate::diag::{Diagnostic, Diagnostics};
use crate::memo::{Key, Memo};
use crate::paginate::Audit;
use crate::project::Project;
use crate::provenance::digest::Digested;
use crate::provenance::{Origin, Provenance};
use crate::resolve::{self, BookData, Resolved};
use crate::select::{Mentions, Reader, match_reader};
use crate::session::Session;

use super::audit;
use super::copy::{self, Copy};
use super::pages::{self, Pages};
use super::plate::{Plate, PlateResult};
use super::texts;
use super::unshared::why_unshared;
use super::variant::VariantResult;
use super::watch::Watch;

/// Bytes that the plates of a press and their variants may take. Pieces weigh a good deal less than they take, so the figure is a
/// measured one: 272 readers who want hardly alike books took 480 MB with it, 550 MB with 64 MiB and 940 MB with 128, and 1,000
/// readers of five stages take as long with it as with three times that.
const LIMIT: usize = 48 << 20;

/// Presses copies of one project.
///
/// It has threads that make plates, its session's, and lets nobody else's work run on them, so that no caller can block it, however many copies
/// are pressed at once and on whatever threads.
#[derive(Debug)]
pub struct Press {
    project: Project,
    session: Session,
    origin: OnceLock<Origin>,
    mentions: Mentions,
    plates: Memo,
    threads: Arc<ThreadPool>,
}

/// What a press has made so far for many copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlatesMade {
    /// Plates: one for each shape of reader.
    pub count: usize,
    /// Variants of their pages: one for each way in which readers' words fill the lines.
    pub variants: usize,
}

/// A reader's book laid out, without its files.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    /// Pages.
    pub pages: usize,
    /// Words.
    pub words: usize,
    /// What was chosen and why, one line for each chapter.
    pub reasons: Vec<String>,
    /// What a person should know though nothing is wrong: fonts of the system that were used.
    pub notices: Vec<String>,
    /// Warnings; readers of one shape have the same.
    pub warnings: Arc<Diagnostics>,
    /// Why it shares nothing with the books of other readers, where it does not.
    pub unshared: Option<Box<Diagnostic>>,
}

/// What there is to say of a book that was set for one reader alone: why, and the fonts that were taken for that.
#[derive(Default)]
struct Alone {
    why: Option<Box<Diagnostic>>,
    notices: Vec<String>,
}

impl Alone {
    /// A report with it.
    fn told(self, laid: Laid) -> Laid {
        Laid { unshared: self.why, notices: self.notices.into_iter().chain(laid.notices).collect(), ..laid }
    }
}

/// Makes something of a plate for a reader.
type Then<'t, T> = &'t mut dyn FnMut(&Plate, &Reader, Watch<'_>) -> Result<T, Diagnostics>;

impl Press {
    /// A press for a project in a session.
    pub(crate) fn new(project: &Project, session: &Session) -> Result<Press, Diagnostics> {
        let threads = session.threads(project.options().threads.unwrap_or(0))?;
        let mentions = Mentions::of(project.manuscript());
        Ok(Press { project: project.clone(), session: session.clone(), origin: OnceLock::new(), mentions, plates: Memo::new(LIMIT), threads })
    }

    /// The same with room for so many bytes of plates and their variants.
    #[must_use]
    pub fn with_limit(self, bytes: usize) -> Press {
        Press { plates: Memo::new(bytes), ..self }
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Presses a reader's copy.
    ///
    /// # Errors
    /// All errors that were found, with the warnings found before them; under `strict` warnings count as errors.
    pub fn copy(&self, reader: &Reader) -> Result<Copy, Diagnostics> {
        self.copy_watched(reader, Watch::nobody())
    }

    /// The same while somebody looks on.
    ///
    /// # Errors
    /// As [`Press::copy`], and when the work was called off.
    pub fn copy_watched(&self, reader: &Reader, watch: Watch<'_>) -> Result<Copy, Diagnostics> {
        let (copy, alone) = self.with_plate(reader, watch, &mut |plate, reader, watch| copy::copy(self, plate, reader, None, watch))?;
        Ok(Copy { laid: alone.told(copy.laid), ..copy })
    }

    /// One file of a reader's copy, by its ending, without the time that the other would take. Its bytes are those of [`Press::copy`].
    ///
    /// # Errors
    /// As [`Press::copy`], and when the options do not ask for such a file.
    pub fn file(&self, reader: &Reader, ending: &str) -> Result<Digested, Diagnostics> {
        let (copy, _) = self.with_plate(reader, Watch::nobody(), &mut |plate, reader, watch| copy::copy(self, plate, reader, Some(ending), watch))?;
        let file = copy.files().find(|(own, _)| *own == ending).map(|(_, file)| file.clone());
        file.ok_or_else(|| copy.pdf().and_then(|_| copy.epub()).err().unwrap_or_default())
    }

    /// Lays out a reader's book and makes no file of it: for looking at its pages and at what there is to say of it.
    ///
    /// # Errors
    /// As [`Press::copy_watched`].
    pub fn layout(&self, reader: &Reader, watch: Watch<'_>) -> Result<Laid, Diagnostics> {
        let (laid, alone) = self.with_plate(reader, watch, &mut |plate, reader, _| copy::laid(self, plate, reader))?;
        Ok(alone.told(laid))
    }

    /// Lays out a reader's book and gives its pages with what they were made from, for whoever shows them.
    ///
    /// # Errors
    /// As [`Press::copy_watched`].
    pub fn pages(&self, reader: &Reader, watch: Watch<'_>) -> Result<Pages, Diagnostics> {
        let reader = self.by_id(reader)?;
        self.on_threads(|| pages::pages(self, &reader, watch))
    }

    /// Counts on the pages of a reader's book what a typographer would mark, each finding with its place in the manuscript.
    ///
    /// # Errors
    /// As [`Press::copy`].
    pub fn audit(&self, reader: &Reader) -> Result<(Audit, Vec<crate::diag::Place>), Diagnostics> {
        let reader = self.by_id(reader)?;
        self.on_threads(|| audit::audit(self, &reader))
    }

    /// The shape of a reader: who has the same one shares a plate. None for somebody who cannot have a copy.
    pub fn shape_of(&self, reader: &Reader) -> Option<Reader> {
        self.by_id(reader).ok().map(|reader| self.shape(&reader))
    }

    /// What was made so far for many copies.
    pub fn plates(&self) -> PlatesMade {
        PlatesMade { count: self.plates.made::<PlateResult>(), variants: self.plates.made::<VariantResult>() }
    }

    /// Does something with the plate of a reader's shape, or where the reader's words change the book as a whole, with one that is
    /// set for this reader alone. With what comes of it goes why it was set alone, and what fonts were taken for that.
    fn with_plate<T>(&self, reader: &Reader, watch: Watch<'_>, then: Then<'_, T>) -> Result<(T, Alone), Diagnostics> {
        let reader = self.by_id(reader)?;
        let plate = self.plate(&self.shape(&reader), watch);
        let plate = plate.as_ref().as_ref().map_err(Clone::clone)?;
        if plate.shareable {
            return Ok((then(plate, &reader, watch)?, Alone::default()));
        }
        // The fonts of the manuscript's texts come first, so that the reader's change none of them.
        let personal = plate.resolved.for_reader(&reader);
        let (setter, fonts) = self.session.setter_for(&plate.setter, &texts::personal(&personal), self.project.options().system_fonts);
        let apart = self.session.apart();
        let alone = self.on_threads(|| Plate::set(self, &apart, &reader, Some(&setter), watch).map(Plate::laid_out))?;
        let done = then(&alone, &reader, watch)?;
        let notices = plate.notices.iter().cloned().chain(fonts.iter().map(texts::notice)).collect();
        Ok((done, Alone { why: Some(Box::new(why_unshared(&plate.resolved))), notices }))
    }

    /// The plate of a shape, made now if it was not before; who asks for it meanwhile waits.
    fn plate(&self, shape: &Reader, watch: Watch<'_>) -> Arc<PlateResult> {
        let key = Key::of(shape);
        let plate = self.plates.once(key, || {
            self.on_threads(|| {
                let plate = Plate::set(self, &self.session, shape, None, watch)?;
                Ok(if plate.shareable { plate.laid_out() } else { plate })
            })
        });
        // What was called off is nothing to remember.
        if plate.is_err() && watch.is_called_off() {
            self.plates.forget::<PlateResult>(key);
        }
        plate
    }

    /// Works on the press's own threads, while the caller's waits and does nothing else.
    ///
    /// A thread of some pool that waits for another pool takes up other work of its own meanwhile, and that could be a copy that needs
    /// the very plate which this thread is having made: it would wait for itself. So a plain thread goes between. It costs some
    /// fifty microseconds, and what is done here takes longer than that by a thousand times.
    pub(super) fn on_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| match scope.spawn(|| self.threads.install(work)).join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    }

    /// The reader with stages and paths by their ids, so that all who mean the same have the same shape.
    pub(super) fn by_id(&self, reader: &Reader) -> Result<Reader, Diagnostics> {
        let reader = reader.clone().tidy().visible();
        let reader = Reader { had: reader.had.or_else(|| self.project.options().since.clone()), ..reader };
        let manuscript = self.project.manuscript();
        let aim = match_reader(manuscript, &reader)?;
        let id = |at: Option<usize>| at.and_then(|at| manuscript.stages.get(at)).map(|stage| stage.id.clone());
        Ok(Reader { stage: reader.stage.as_ref().and_then(|_| id(aim.target)), from: id(aim.from), paths: aim.chosen, ..reader })
    }

    /// The shape of a reader whose stages and paths are by id.
    pub(super) fn shape(&self, reader: &Reader) -> Reader {
        reader.shape(&self.mentions)
    }

    /// Id of the edition that the copies are of: [`Project::edition_id`].
    pub(crate) fn edition_id(&self) -> &str {
        &self.origin().edition
    }

    /// Where copies come from. It is asked for by copies alone: the edition takes the bytes of all pictures and fonts, and who only
    /// looks at pages need not wait for that. The threads are the press's own for the reason that [`Press::on_threads`] tells.
    pub(super) fn origin(&self) -> &Origin {
        self.origin.get_or_init(|| {
            let edition = self.on_threads(|| self.project.edition_id().to_string());
            let options = self.project.options();
            Origin { edition, sealer: options.sealer.clone(), provenance: options.provenance }
        })
    }

    /// The same for whoever writes a statement; none where copies are to have none.
    pub(super) fn stated(&self) -> Option<&Origin> {
        Some(self.origin()).filter(|origin| origin.provenance != Provenance::None)
    }

    /// The book for a reader, under the identifier that the copy is to have: where its metadata say nothing of the reader, the identifier is
    /// made of edition and copy number alone, so that nobody finds a name by trying names.
    pub(super) fn identified(&self, resolved: Resolved) -> Resolved {
        let copy = resolved.document.selection.reader.copy;
        match (self.project.options().provenance, copy) {
            (Provenance::Full, _) => resolved,
            (_, None) => Resolved { book: BookData { copy_identifier: resolved.book.identifier.clone(), ..resolved.book }, ..resolved },
            (_, Some(copy)) => {
                let copy_identifier = resolve::identifier_of(self.edition_id(), copy);
                Resolved { book: BookData { copy_identifier, ..resolved.book }, ..resolved }
            }
        }
    }

    /// Plates and their variants.
    pub(super) fn memo(&self) -> &Memo {
        &self.plates
    }

    /// What outlives the press.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }
}
