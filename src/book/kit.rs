//! What all plates with the same fonts share: the setter with the words it has shaped, chapters that are the same in several
//! selections, and pictures made ready for the files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::epub;
use crate::fonts::{FontBook, SystemFont, system_fonts};
use crate::pdf;
use crate::raster::Prepared;
use crate::typeset::Setter;

use super::Options;
use super::chapters::KnownChapters;

/// So many kits with fonts of the system are kept.
const OTHERS: usize = 32;

/// Fonts, a setter for them, and what was made with them.
#[derive(Debug)]
pub(super) struct Kit {
    pub setter: Arc<Setter>,
    language: String,
    /// Chapters that were set.
    pub chapters: KnownChapters,
    /// Pictures made ready for the PDF.
    pub pdf_pictures: Arc<Prepared<pdf::Ready>>,
    /// Pictures made ready for the EPUB.
    pub epub_pictures: Arc<Prepared<epub::Asset>>,
    /// Kits that have fonts of the system too, by the numbers of these.
    others: Mutex<BTreeMap<Vec<usize>, Arc<Kit>>>,
}

impl Kit {
    /// A new one for a language (BCP 47).
    pub fn new(fonts: &Arc<FontBook>, language: &str, options: &Options) -> Arc<Kit> {
        Kit::with(fonts, language, options, Arc::default(), Arc::default())
    }

    /// A new one with the same fonts for a book that is set for one reader alone, in whose titles that reader's words may
    /// stand: what was shaped and set goes with it. Pictures are shared.
    pub fn apart(&self, options: &Options) -> Arc<Kit> {
        Kit::with(self.fonts(), &self.language, options, self.pdf_pictures.clone(), self.epub_pictures.clone())
    }

    fn with(
        fonts: &Arc<FontBook>,
        language: &str,
        options: &Options,
        pdf_pictures: Arc<Prepared<pdf::Ready>>,
        epub_pictures: Arc<Prepared<epub::Asset>>,
    ) -> Arc<Kit> {
        let setter = Arc::new(Setter::new(&options.theme, fonts, language));
        let language = language.to_string();
        Arc::new(Kit { setter, language, chapters: KnownChapters::default(), pdf_pictures, epub_pictures, others: Mutex::default() })
    }

    /// Whether this is the kit for these fonts and this language.
    pub fn is_of(&self, fonts: &Arc<FontBook>, language: &str) -> bool {
        Arc::ptr_eq(&self.setter.fonts, fonts) && self.language == language
    }

    /// Its fonts.
    pub fn fonts(&self) -> &Arc<FontBook> {
        &self.setter.fonts
    }

    /// The kit for some texts, and what there is to tell of its fonts: this one, unless fonts of the system are needed.
    pub fn for_texts(self: &Arc<Kit>, texts: &[&str], options: &Options) -> (Arc<Kit>, Vec<String>) {
        let needed = if options.system_fonts { system_fonts(&self.fonts().missing(texts.iter().copied())) } else { Vec::new() };
        if needed.is_empty() {
            return (self.clone(), Vec::new());
        }
        let key: Vec<usize> = needed.iter().map(|font| font.face).collect();
        let known = self.others.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let kit = known.unwrap_or_else(|| {
            let mut fonts = (**self.fonts()).clone();
            fonts.add_system(&needed);
            let made = Kit::new(&Arc::new(fonts), &self.language, options);
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            if others.len() >= OTHERS {
                others.clear();
            }
            others.entry(key).or_insert(made).clone()
        });
        (kit, needed.iter().map(told).collect())
    }
}

fn told(font: &SystemFont) -> String {
    let shown: String = font.characters.iter().take(12).collect();
    format!("the system's font {} is used for characters that no other font has: {shown}", font.family)
}
