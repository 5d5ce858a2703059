//! What the plates of a press have in common: the threads that make them, their number, covers, and kits of fonts.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::epub::Cover;
use crate::fonts::FontBook;
use crate::furniture::Page;

use super::Options;
use super::kit::Kit;

/// So many kits are kept.
const KITS: usize = 8;

/// So many covers are kept.
const COVERS: usize = 16;

/// What plates a press has made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlatesMade {
    /// How many were made.
    pub count: usize,
    /// How many forms of them were made: one for each way in which readers' words fill the lines.
    pub forms: usize,
}

/// Where plates come from.
#[derive(Debug, Default)]
pub(super) struct Foundry {
    /// The threads that make them; without, those of whoever asks.
    threads: Option<ThreadPool>,
    made: Mutex<PlatesMade>,
    covers: Mutex<Vec<KnownCover>>,
    kits: Mutex<Vec<Arc<Kit>>>,
}

/// A cover that was drawn.
#[derive(Debug)]
struct KnownCover {
    page: Page,
    fonts: Arc<FontBook>,
    cover: Cover,
}

impl Foundry {
    /// One whose plates are made with some threads of their own.
    pub fn with(threads: ThreadPool) -> Foundry {
        Foundry { threads: Some(threads), ..Foundry::default() }
    }

    /// What was made so far.
    pub fn so_far(&self) -> PlatesMade {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kit for some fonts and a language.
    pub fn kit(&self, fonts: &Arc<FontBook>, language: &str, options: &Options) -> Arc<Kit> {
        let mut kits = self.kits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kits.iter().find(|kit| kit.is_of(fonts, language)) {
            return known.clone();
        }
        if kits.len() >= KITS {
            // The first is that of most plates.
            kits.truncate(1);
        }
        let kit = Kit::new(fonts, language, options);
        kits.push(kit.clone());
        kit
    }

    /// Counts a plate.
    pub fn of_plate<T: Send>(&self, make: impl FnOnce() -> T + Send) -> T {
        self.made(make, |made| made.count += 1)
    }

    /// Counts a form.
    pub fn of_form<T: Send>(&self, make: impl FnOnce() -> T + Send) -> T {
        self.made(make, |made| made.forms += 1)
    }

    /// The picture of a cover page, drawn if no plate before has had the same: drawing and compressing it takes as long as
    /// setting a short book.
    pub fn cover(&self, page: &Page, fonts: &Arc<FontBook>, draw: impl FnOnce() -> Option<Cover>) -> Option<Cover> {
        let same = |known: &&KnownCover| {
            Arc::ptr_eq(&known.fonts, fonts) && known.page.size == page.size && known.page.body == page.body && known.page.furniture == page.furniture
        };
        let known = self.covers.lock().unwrap_or_else(PoisonError::into_inner).iter().find(same).map(|known| known.cover.clone());
        if known.is_some() {
            return known;
        }
        let cover = draw()?;
        let mut covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
        if covers.len() >= COVERS {
            covers.remove(0);
        }
        covers.push(KnownCover { page: page.clone(), fonts: fonts.clone(), cover: cover.clone() });
        Some(cover)
    }

    fn made<T: Send>(&self, make: impl FnOnce() -> T + Send, count: impl FnOnce(&mut PlatesMade)) -> T {
        let result = match &self.threads {
            Some(threads) => threads.install(make),
            None => make(),
        };
        count(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner));
        result
    }
}
