//! Collects what the pages need before anything is drawn: every glyph by font, with the text it stands for, and every picture.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::fonts::{FaceId, FontBook};
use crate::furniture::Page;
use crate::length::Length;
use crate::resolve::PictureFile;
use crate::typeset::{Item, Placed, TextRun};

/// A font of the file: a face, and whether it is the copy's own. What comes from the reader never changes a shared font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FontKey {
    pub own: bool,
    pub face: FaceId,
}

impl FontKey {
    /// Its name among the resources: `F3`, or `P3` for a copy's own.
    pub fn name(self) -> String {
        format!("{}{}", if self.own { 'P' } else { 'F' }, self.face.0)
    }
}

/// Everything the pages need.
#[derive(Clone, Debug, Default)]
pub(super) struct Inventory {
    pub fonts: BTreeMap<FaceId, GlyphTexts>,
    /// By digest.
    pub pictures: BTreeMap<String, Arc<PictureFile>>,
}

/// For each glyph of a font the texts it was seen to stand for alone, and how often. Indexed by glyph.
#[derive(Clone, Debug, Default)]
pub(super) struct GlyphTexts(pub Vec<Vec<(Box<str>, u32)>>);

impl GlyphTexts {
    fn note(&mut self, glyph: u16, text: &str, times: u32) {
        let index = usize::from(glyph);
        if self.0.len() <= index {
            self.0.resize(index + 1, Vec::new());
        }
        match self.0[index].iter_mut().find(|(known, _)| &**known == text) {
            Some((_, count)) => *count = count.saturating_add(times),
            None => self.0[index].push((text.into(), times)),
        }
    }

    /// Glyphs that were seen, in order.
    pub fn glyphs(&self) -> impl Iterator<Item = (u16, &[(Box<str>, u32)])> {
        self.0.iter().enumerate().filter(|(_, texts)| !texts.is_empty()).map(|(glyph, texts)| (glyph as u16, &**texts))
    }

    /// Glyphs with each text that they were seen to stand for alone, in order.
    pub fn alone(&self) -> impl Iterator<Item = (u16, &str)> {
        self.glyphs().flat_map(|(glyph, texts)| {
            let mut alone: Vec<&str> = texts.iter().filter(|(text, count)| *count > 0 && !text.is_empty()).map(|(text, _)| &**text).collect();
            alone.sort_unstable();
            alone.into_iter().map(move |text| (glyph, text))
        })
    }
}

impl Inventory {
    /// What all copies share: everything but the reader's words. Of the faces that these are set in it has the letters of
    /// most names too ([`letters`]), so that few copies need a font of their own.
    pub fn shared<'p>(pages: &'p [Arc<Page>], sample: &'p [Arc<Page>], fonts: &FontBook) -> Inventory {
        let whole = |page: &'p Arc<Page>| [page.body.items.as_slice(), &page.furniture.items];
        let shared: Vec<&[Placed]> = pages.iter().flat_map(|page| page.segments().0.into_iter().chain([&*page.furniture.items])).collect();
        let sample: Vec<&[Placed]> = sample.iter().flat_map(whole).collect();
        let mut inventory = Inventory::of(&shared, &|_| true).join(Inventory::of(&sample, &|run| !run.personal));
        let stamped = pages.iter().find(|page| !page.stamp.items.is_empty());
        let mut personal = Inventory::of(&sample, &|run| run.personal);
        if let Some(page) = stamped {
            personal.items(&page.stamp.items, &|_| true);
        }
        for face in personal.fonts.keys().map(|face| fonts.face(*face)) {
            let texts = inventory.fonts.entry(face.id).or_default();
            for (c, glyph) in letters().filter_map(|c| Some((c, face.glyph(c)?))) {
                texts.note(glyph, c.encode_utf8(&mut [0; 4]), 0);
            }
        }
        inventory
    }

    /// Of pieces of pages, as far as their runs are wanted.
    fn of(pieces: &[&[Placed]], wanted: &(dyn Fn(&TextRun) -> bool + Sync)) -> Inventory {
        let parts: Vec<Inventory> = pieces
            .par_chunks(128)
            .map(|pieces| {
                let mut part = Inventory::default();
                pieces.iter().for_each(|items| part.items(items, wanted));
                part
            })
            .collect();
        parts.into_iter().fold(Inventory::default(), Inventory::join)
    }

    /// Both together; the order does not matter.
    fn join(mut self, other: Inventory) -> Inventory {
        for (key, texts) in other.fonts {
            let mine = self.fonts.entry(key).or_default();
            for (glyph, texts) in texts.glyphs() {
                for (text, count) in texts {
                    mine.note(glyph, text, *count);
                }
            }
        }
        self.pictures.extend(other.pictures);
        self
    }

    /// Takes in items of a frame.
    pub fn items(&mut self, items: &[Placed], wanted: &(dyn Fn(&TextRun) -> bool + Sync)) {
        for placed in items {
            match &placed.item {
                Item::Text(run) if wanted(run) => self.run(run),
                Item::Picture { file, .. } => {
                    self.pictures.entry(file.digest.clone()).or_insert_with(|| file.clone());
                }
                _ => {}
            }
        }
    }

    fn run(&mut self, run: &TextRun) {
        let texts = self.fonts.entry(run.face).or_default();
        for cluster in clusters(run) {
            // Alone a glyph stands for its cluster; one of several is only noted as being there.
            let times = u32::from(cluster.glyphs.len() == 1);
            let text = match &run.actual {
                Some(actual) if run.glyphs.len() == 1 => actual,
                _ => &run.text[cluster.text.clone()],
            };
            for glyph in &run.glyphs[cluster.glyphs.clone()] {
                texts.note(glyph.id, text, times);
            }
        }
    }
}

/// The letters, figures and marks that most names in Latin letters are written with: ASCII, Latin-1, the Latin letters of
/// European languages, the curly apostrophe. Accented glyphs are small: they are made of others.
fn letters() -> impl Iterator<Item = char> {
    [' '..='~', 'À'..='ſ', 'Ș'..='ț', '’'..='’'].into_iter().flatten()
}

/// Glyphs that stand for a piece of text together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    /// Which glyphs of the run.
    pub glyphs: Range<usize>,
    /// Which bytes of its text; on character boundaries.
    pub text: Range<usize>,
}

/// The clusters of a run in visual order. Their texts follow each other forwards, or backwards in a right-to-left run.
pub(super) fn clusters(run: &TextRun) -> impl Iterator<Item = Cluster> + '_ {
    let forwards = match (run.glyphs.first(), run.glyphs.last()) {
        (Some(first), Some(last)) => first.cluster <= last.cluster,
        _ => true,
    };
    // A word joiner has done its work when lines are broken.
    let silent = |cluster: &Cluster| {
        let glyphs = run.glyphs.get(cluster.glyphs.clone()).unwrap_or_default();
        run.text.get(cluster.text.clone()) == Some("\u{2060}") && glyphs.iter().all(|glyph| glyph.advance == Length::ZERO)
    };
    let start_of = |index: usize| run.glyphs.get(index).map(|glyph| usize::from(glyph.cluster));
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = start_of(at)?;
        let first = at;
        while start_of(at) == Some(start) {
            at += 1;
        }
        let next = if forwards { start_of(at) } else { first.checked_sub(1).and_then(start_of) };
        let text = start..next.unwrap_or(run.text.len());
        // Clusters out of order would be a bug of the shaper; they keep their glyphs and lose their text.
        let text = if run.text.get(text.clone()).is_some() { text } else { 0..0 };
        Some(Cluster { glyphs: first..at, text })
    })
    .filter(move |cluster| !silent(cluster))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, starts: &[u16]) -> TextRun {
        TextRun::sample(text, starts.iter().copied())
    }

    fn texts(run: &TextRun) -> Vec<&str> {
        clusters(run).map(|c| &run.text[c.text]).collect()
    }

    #[test]
    fn ligatures_and_marks_share_a_cluster() {
        assert_eq!(texts(&run("office", &[0, 1, 4, 5])), ["o", "ffi", "c", "e"]);
        assert_eq!(texts(&run("e\u{301}a", &[0, 0, 3])), ["e\u{301}", "a"]);
    }

    #[test]
    fn right_to_left_runs_are_read_backwards() {
        assert_eq!(texts(&run("אבג", &[4, 2, 0])), ["ג", "ב", "א"]);
    }

    #[test]
    fn nonsense_from_a_shaper_does_not_panic() {
        assert_eq!(texts(&run("é", &[1, 9, 0])), ["", "", ""]);
    }
}
