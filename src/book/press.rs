//! The press: plates for the shapes of readers, and copies from them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::ThreadPool;

use crate::diag::Diagnostics;
use crate::fonts::FontBook;
use crate::load::Manuscript;
use crate::provenance::Origin;
use crate::select::{Mentions, Reader, aim};

use super::alone::why_alone;
use super::copy::copy;
use super::edition::edition;
use super::foundry::{Foundry, PlatesMade};
use super::kit::Kit;
use super::plate::Plate;
use super::texts;
use super::{Built, Options, Progress};

/// So many plates are kept; the one that was used longest ago goes first.
const PLATES: usize = 8;

/// Presses copies of one edition.
#[derive(Debug)]
pub struct Press {
    manuscript: Arc<Manuscript>,
    options: Options,
    fonts: Arc<FontBook>,
    origin: Origin,
    mentions: Mentions,
    plates: Mutex<Vec<Slot>>,
    foundry: Arc<Foundry>,
}

/// A plate that is there or being made; who asks for it meanwhile waits.
#[derive(Clone, Debug)]
struct Slot {
    shape: Reader,
    plate: Arc<OnceLock<Result<Plate, Diagnostics>>>,
}

impl Press {
    /// A press for a manuscript.
    pub fn new(manuscript: Arc<Manuscript>, options: Options) -> Press {
        let mut fonts = FontBook::built_in();
        if let Some(folder) = manuscript.assets.project_folder() {
            fonts.add_folder(&folder.join("fonts"));
        }
        let origin = Origin { edition: edition(&manuscript, &options), sealer: options.sealer.clone() };
        let mentions = Mentions::of(&manuscript);
        Press { manuscript, options, fonts: Arc::new(fonts), origin, mentions, plates: Mutex::default(), foundry: Arc::default() }
    }

    /// The same, whose plates are made with some threads of their own, however few make the copies.
    pub fn with_threads(self, threads: ThreadPool) -> Press {
        Press { foundry: Arc::new(Foundry::with(threads)), ..self }
    }

    /// Id of the edition.
    pub fn edition(&self) -> &str {
        &self.origin.edition
    }

    /// Presses a reader's copy. The steps of a plate that is made for it are told to `progress`.
    ///
    /// Copies may be pressed side by side, but not as tasks of the thread pool that makes the plates: a copy waits for its
    /// plate while another makes it with the pool's threads.
    ///
    /// # Errors
    /// All errors that were found, with the warnings found before them; under `strict` warnings count as errors.
    pub fn copy(&self, reader: &Reader, progress: Progress<'_>) -> Result<Built, Diagnostics> {
        let reader = self.by_id(reader)?;
        let shared = self.plate(&self.shape(&reader));
        let kit = |language: &str| self.foundry.kit(&self.fonts, language, &self.options);
        let plate = shared.plate.get_or_init(|| self.plate_of(&shared.shape, &kit, |plate| plate.shareable, progress)).as_ref().map_err(Clone::clone)?;
        if plate.shareable {
            return copy(plate, &reader, &self.options, &self.origin, progress);
        }
        // The reader's words stand where they change the book as a whole, so it is set for this reader alone.
        // The fonts of the manuscript's texts come first, so that the reader's change none of them.
        let own = plate.resolved.for_reader(&reader);
        let (kit, told) = plate.kit.for_texts(&texts::own(&own), &self.options);
        let alone = self.plate_of(&reader, &|_| kit.apart(&self.options), |_| true, progress)?;
        let built = copy(&alone, &reader, &self.options, &self.origin, progress)?;
        let told = plate.told.iter().cloned().chain(told).collect();
        Ok(Built { alone: Some(Box::new(why_alone(&plate.resolved))), told, ..built })
    }

    /// The shape of a reader: who has the same shares a plate. None for somebody who cannot have a copy.
    pub fn shape_of(&self, reader: &Reader) -> Option<Reader> {
        self.by_id(reader).ok().map(|reader| self.shape(&reader))
    }

    /// What plates were made so far.
    pub fn plates(&self) -> PlatesMade {
        self.foundry.so_far()
    }

    /// A new plate. It is laid out if somebody will use it.
    fn plate_of(
        &self,
        shape: &Reader,
        kit: &(dyn Fn(&str) -> Arc<Kit> + Sync),
        used: impl Fn(&Plate) -> bool + Send + Sync,
        progress: Progress<'_>,
    ) -> Result<Plate, Diagnostics> {
        self.foundry.of_plate(|| {
            let plate = Plate::set(&self.manuscript, shape, &self.options, kit, &self.foundry, progress)?;
            if used(&plate) { plate.laid_out(&self.options) } else { Ok(plate) }
        })
    }

    /// The reader with stages and paths by their ids, so that all who mean the same have the same shape.
    pub(super) fn by_id(&self, reader: &Reader) -> Result<Reader, Diagnostics> {
        let reader = reader.clone().tidy().visible();
        let mut said = Diagnostics::new();
        let Some(aim) = aim(&self.manuscript, &reader, &mut said) else { return Err(said) };
        let id = |at: Option<usize>| at.and_then(|at| self.manuscript.stages.get(at)).map(|stage| stage.id.clone());
        Ok(Reader { stage: reader.stage.as_ref().and_then(|_| id(aim.target)), from: id(aim.from), paths: aim.chosen, ..reader })
    }

    /// The shape of a reader whose stages and paths are by id.
    pub(super) fn shape(&self, reader: &Reader) -> Reader {
        reader.shape(&self.mentions)
    }

    /// Where copies come from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The fonts of the binary and the project.
    pub(super) fn fonts(&self) -> &Arc<FontBook> {
        &self.fonts
    }

    fn plate(&self, shape: &Reader) -> Slot {
        let mut plates = self.plates.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match plates.iter().position(|slot| slot.shape == *shape) {
            Some(at) => plates.remove(at),
            None => Slot { shape: shape.clone(), plate: Arc::default() },
        };
        if plates.len() >= PLATES {
            plates.remove(0);
        }
        plates.push(slot.clone());
        slot
    }
}
