//! Shaping: words to glyphs, each distinct word once.
//!
//! A word is shaped in its style's face; characters that the face lacks come from the theme's fallback
//! families, then from any other font at hand. Widths are kept in em, so that one shaped word serves every size.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use harfrust::{Buffer, Direction, Feature, Font, Language, Script, ShapeOptions, ShapePlan, ShaperFont, Tag, shape};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::fonts::{FaceId, FontBook, FontData, is_ignorable};
use crate::language::{is_cjk_letter, is_cursive, is_wide};
use crate::length::Length;
use crate::theme::{Family, Figures, TextStyle, Theme, Weight};

/// A width in 1/65536 of an em.
pub(super) type Em = i32;

/// One em.
pub(super) const EM: i64 = 65536;

/// A width in em at a size.
pub(super) fn at_size(em: i64, size: Length) -> i64 {
    em * i64::from(size.raw()) / EM
}

/// A shaped word: parts of one face each, in visual order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shaped {
    /// Parts, left to right.
    pub parts: Box<[Part]>,
    /// Sum of the advances.
    pub width: i64,
}

/// A run of glyphs of one face.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// The face, or none for a character that no font has.
    pub face: Option<FaceId>,
    /// Byte range in the word.
    pub start: u32,
    /// End of the byte range.
    pub end: u32,
    /// Glyphs, left to right.
    pub glyphs: Box<[ShapedGlyph]>,
}

/// A glyph as the shaper gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ShapedGlyph {
    /// Glyph id.
    pub id: u16,
    /// Byte offset of its cluster in the word.
    pub cluster: u32,
    /// Advance.
    pub advance: Em,
    /// Offset to the right.
    pub dx: Em,
    /// Offset upwards.
    pub dy: Em,
}

/// What decides how a word is shaped: a style without its size and colour. Index into the shaper's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ConfigId(u16);

#[derive(Clone, PartialEq, Eq, Hash)]
struct ConfigKey {
    face: FaceId,
    small_caps: bool,
    tracking: i16,
    figures: Figures,
    mono: bool,
    /// Wide letters take two cells.
    cells: bool,
}

struct Config {
    key: ConfigKey,
    features: Vec<Feature>,
    words: [Mutex<Words>; SHARDS],
}

type Words = HashMap<(Box<str>, bool), Arc<Shaped>, foldhash::fast::FixedState>;

const SHARDS: usize = 16;

/// Shapes words for one theme and language. Shared by all threads; results do not depend on their order.
pub(super) struct Shaper {
    fonts: Arc<FontBook>,
    theme: Arc<Theme>,
    language: Option<Language>,
    faces: Vec<OnceLock<Option<ShaperFace>>>,
    configs: Mutex<Vec<Arc<Config>>>,
    fallbacks: OnceLock<Vec<FaceId>>,
}

/// A shaping plan with what it was made for.
type CachedPlan = (ConfigKey, Direction, Option<Script>, Arc<ShapePlan>);

struct ShaperFace {
    font: Font,
    coverage: Box<[u64; 1024]>,
    plans: Mutex<Vec<CachedPlan>>,
    scale: i64,
}

impl Shaper {
    pub(super) fn new(fonts: &Arc<FontBook>, theme: &Arc<Theme>, language: &str) -> Shaper {
        Shaper {
            fonts: fonts.clone(),
            theme: theme.clone(),
            language: language.parse().ok(),
            faces: fonts.faces().iter().map(|_| OnceLock::new()).collect(),
            configs: Mutex::new(Vec::new()),
            fallbacks: OnceLock::new(),
        }
    }

    fn family(&self, family: Family) -> &str {
        match family {
            Family::Text => &self.theme.fonts.text,
            Family::Caption => &self.theme.fonts.caption,
            Family::Display => &self.theme.fonts.display,
            Family::Sans => &self.theme.fonts.sans,
            Family::Mono => &self.theme.fonts.mono,
        }
    }

    /// The face of a style; the first face there is, should a theme name a family that nobody has.
    pub(super) fn face(&self, style: &TextStyle) -> FaceId {
        self.fonts.find(self.family(style.family), style.weight, style.italic).unwrap_or(FaceId(0))
    }

    /// The configuration of a style.
    pub(super) fn config(&self, style: &TextStyle, cells: bool) -> ConfigId {
        let mono = style.family == Family::Mono;
        let key = ConfigKey { face: self.face(style), small_caps: style.small_caps, tracking: style.tracking, figures: style.figures, mono, cells };
        let mut configs = lock(&self.configs);
        if let Some(found) = configs.iter().position(|c| c.key == key) {
            return ConfigId(found as u16);
        }
        let features = features(&key);
        configs.push(Arc::new(Config { key, features, words: Default::default() }));
        ConfigId(configs.len() as u16 - 1)
    }

    /// The configurations so far, to look words up in without asking for each.
    pub(super) fn handle(&self, id: ConfigId) -> ConfigHandle {
        ConfigHandle(lock(&self.configs)[id.0 as usize].clone())
    }

    /// Shapes a word, or finds it among those that were.
    pub(super) fn word(&self, config: &ConfigHandle, text: &str, rtl: bool) -> Arc<Shaped> {
        let shard = &config.0.words[shard_of(text)];
        // A key is made only for a new word; looking up needs none.
        if let Some(found) = find(&lock(shard), text, rtl) {
            return found;
        }
        let shaped = Arc::new(self.shape_word(&config.0, text, rtl));
        lock(shard).entry((text.into(), rtl)).or_insert(shaped).clone()
    }

    /// The same for a word that may be one reader's own: it is not kept, so that a press does not grow with its readers.
    pub(super) fn word_of(&self, config: &ConfigHandle, text: &str, rtl: bool, personal: bool) -> Arc<Shaped> {
        if personal { Arc::new(self.shape_word(&config.0, text, rtl)) } else { self.word(config, text, rtl) }
    }

    fn shape_word(&self, config: &Config, text: &str, rtl: bool) -> Shaped {
        let mut parts = Vec::new();
        // Nothing may come between letters that are joined.
        let tracking = if config.key.tracking != 0 && is_cursive(text) { 0 } else { config.key.tracking };
        for (face, start, end) in self.split_by_face(config.key.face, text) {
            let word = &text[start..end];
            let mut glyphs = match face.and_then(|id| self.shaper_face(id)) {
                Some(font) => self.shape_part(font, config, word, rtl),
                None => vec![ShapedGlyph { id: 0, cluster: 0, advance: missing_width(word), dx: 0, dy: 0 }],
            };
            if config.key.cells && face != Some(config.key.face) {
                self.in_cells(config, word, &mut glyphs);
            }
            for glyph in &mut glyphs {
                glyph.cluster += start as u32;
                glyph.advance = glyph.advance.saturating_add((i64::from(tracking) * EM / 1000) as i32);
            }
            parts.extend(pieces(face, start as u32..end as u32, glyphs, rtl));
        }
        if rtl {
            parts.reverse();
        }
        let width = parts.iter().flat_map(|p| p.glyphs.iter()).map(|g| i64::from(g.advance)).sum();
        Shaped { parts: parts.into(), width }
    }

    /// Gives wide letters the room of two cells, in whose middle they stand.
    fn in_cells(&self, config: &Config, text: &str, glyphs: &mut [ShapedGlyph]) {
        let Some(face) = self.shaper_face(config.key.face) else { return };
        let cell = self.shape_part(face, config, "0", false).first().map_or(0, |glyph| glyph.advance);
        for glyph in glyphs {
            let wide = text.get(glyph.cluster as usize..).and_then(|rest| rest.chars().next()).is_some_and(is_wide);
            if wide && glyph.advance > 0 {
                let more = cell.saturating_mul(2).saturating_sub(glyph.advance);
                (glyph.dx, glyph.advance) = (glyph.dx.saturating_add(more / 2), glyph.advance.saturating_add(more));
            }
        }
    }

    fn shape_part(&self, face: &ShaperFace, config: &Config, text: &str, rtl: bool) -> Vec<ShapedGlyph> {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        if let Some(language) = &self.language {
            buffer.set_language(Some(language.clone()));
        }
        buffer.guess_segment_properties();
        let plan = face.plan(config, buffer.direction(), buffer.script(), self.language.as_ref());
        let font = ShaperFont::new(&face.font);
        if shape(&font, &mut buffer, ShapeOptions::new().plan(Some(&plan)).features(&config.features)).is_err() {
            return Vec::new();
        }
        let em = |units: i32| (i64::from(units) * face.scale / 1000) as i32;
        buffer
            .glyph_infos()
            .iter()
            .zip(buffer.glyph_positions())
            .map(|(info, at)| ShapedGlyph {
                id: info.glyph_id.min(u32::from(u16::MAX)) as u16,
                cluster: info.cluster,
                advance: em(at.x_advance),
                dx: em(at.x_offset),
                dy: em(at.y_offset),
            })
            .collect()
    }

    /// Parts of a text by the face that has their characters; combining sequences stay together.
    fn split_by_face(&self, first: FaceId, text: &str) -> Vec<(Option<FaceId>, usize, usize)> {
        if self.shaper_face(first).is_some_and(|face| text.chars().all(|c| face.has(c))) {
            return vec![(Some(first), 0, text.len())];
        }
        let mut parts: Vec<(Option<FaceId>, usize, usize)> = Vec::new();
        let mut at = 0;
        let mut add = |face: Option<FaceId>, length| {
            match parts.last_mut() {
                // A character without a font stands in a frame of its own.
                Some(last) if last.0 == face && face.is_some() => last.2 = at + length,
                _ => parts.push((face, at, at + length)),
            }
            at += length;
        };
        for cluster in text.graphemes(true) {
            match self.face_for(first, cluster) {
                None => self.divided(first, cluster).into_iter().for_each(|(face, length)| add(face, length)),
                whole => add(whole, cluster.len()),
            }
        }
        parts
    }

    /// A combining sequence that no face has as a whole: what each face has of it, so that a letter is not lost for a mark above it, and
    /// only what no face has stands in a frame. What cannot be seen goes with what is before it.
    fn divided(&self, first: FaceId, cluster: &str) -> Vec<(Option<FaceId>, usize)> {
        let mut parts: Vec<(Option<FaceId>, usize)> = Vec::new();
        for c in cluster.chars() {
            match parts.last_mut() {
                Some((face, length)) if is_ignorable(c) || face.and_then(|face| self.shaper_face(face)).is_some_and(|face| face.has(c)) => {
                    *length += c.len_utf8();
                }
                _ => parts.push((self.face_for(first, c.encode_utf8(&mut [0; 4])), c.len_utf8())),
            }
        }
        parts
    }

    fn face_for(&self, first: FaceId, cluster: &str) -> Option<FaceId> {
        let composed: String = cluster.nfc().collect();
        let has = |id: &FaceId| {
            self.shaper_face(*id).is_some_and(|face| {
                let all = |text: &str| text.chars().all(|c| face.has(c) || is_ignorable(c));
                all(cluster) || all(&composed)
            })
        };
        let found = std::iter::once(first).chain(self.fallbacks().iter().copied()).find(has)?;
        Some(if found == first { found } else { self.like(first, found, cluster, &has) })
    }

    /// The face of a fallback's family that is as bold as the style's own face. Scripts that have no italics stress in another family
    /// that has their letters, or in bold; those of East Asia have dots beside their letters and need no other face.
    fn like(&self, first: FaceId, found: FaceId, cluster: &str, has: &impl Fn(&FaceId) -> bool) -> FaceId {
        let (wanted, fallback) = (self.fonts.face(first), self.fonts.face(found));
        let own = [Family::Text, Family::Caption, Family::Display, Family::Sans, Family::Mono].map(|family| self.family(family));
        if own.iter().any(|family| family.eq_ignore_ascii_case(&fallback.family)) || (wanted.weight <= 500 && !wanted.italic) {
            return found;
        }
        let weight = match wanted.weight {
            ..=500 => Weight::Regular,
            501..=650 => Weight::Semibold,
            _ => Weight::Bold,
        };
        let of_family = |family: &str, weight| self.fonts.find(family, weight, wanted.italic).filter(has);
        let face = of_family(&fallback.family, weight).unwrap_or(found);
        let stressed = wanted.italic && !self.fonts.face(face).italic && cluster.chars().any(char::is_alphabetic) && !cluster.chars().any(is_cjk_letter);
        if !stressed {
            return face;
        }
        let others =
            self.fonts.text_faces().filter(|other| other.family != fallback.family && !own.iter().any(|family| family.eq_ignore_ascii_case(&other.family)));
        let other = others.map(|other| other.id).find(has).and_then(|id| of_family(&self.fonts.face(id).family, weight));
        other.or_else(|| of_family(&fallback.family, Weight::Bold)).unwrap_or(face)
    }

    fn fallbacks(&self) -> &[FaceId] {
        self.fallbacks.get_or_init(|| {
            let named = self.theme.fonts.fallback.iter().filter_map(|f| self.fonts.find(f, Default::default(), false));
            let families = [Family::Text, Family::Sans, Family::Mono].map(|f| self.family(f));
            let own = families.into_iter().filter_map(|f| self.fonts.find(f, Default::default(), false));
            let others = self.fonts.text_faces().filter(|f| !f.italic && f.weight <= 500).map(|f| f.id);
            let mut list: Vec<FaceId> = Vec::new();
            for id in named.chain(own).chain(others) {
                if !list.contains(&id) {
                    list.push(id);
                }
            }
            list
        })
    }

    /// Whether any face has this character.
    pub(super) fn covered(&self, c: char) -> bool {
        is_ignorable(c) || self.fonts.text_faces().any(|f| self.shaper_face(f.id).is_some_and(|face| face.has(c)))
    }

    fn shaper_face(&self, id: FaceId) -> Option<&ShaperFace> {
        self.faces.get(id.0 as usize)?.get_or_init(|| ShaperFace::new(&self.fonts, id)).as_ref()
    }
}

/// A part as it is, or in pieces in the order of the text, if it is so long that a run could not say where its clusters begin.
fn pieces(face: Option<FaceId>, text: Range<u32>, mut glyphs: Vec<ShapedGlyph>, rtl: bool) -> Vec<Part> {
    const MOST: u32 = u16::MAX as u32;
    if text.end - text.start <= MOST {
        return vec![Part { face, start: text.start, end: text.end, glyphs: glyphs.into() }];
    }
    let mut pieces = Vec::new();
    let mut start = text.start;
    let mut piece = Vec::new();
    let mut end = |text: Range<u32>, mut glyphs: Vec<ShapedGlyph>| {
        if rtl {
            glyphs.reverse();
        }
        pieces.push(Part { face, start: text.start, end: text.end, glyphs: glyphs.into() });
    };
    if rtl {
        glyphs.reverse();
    }
    for glyph in glyphs {
        if glyph.cluster - start > MOST {
            end(start..glyph.cluster, std::mem::take(&mut piece));
            start = glyph.cluster;
        }
        piece.push(glyph);
    }
    end(start..text.end, piece);
    pieces
}

/// A configuration, held by those who shape many words with it.
#[derive(Clone)]
pub(super) struct ConfigHandle(Arc<Config>);

impl ShaperFace {
    fn new(fonts: &FontBook, id: FaceId) -> Option<ShaperFace> {
        let face = fonts.face(id);
        let font = match &face.data {
            FontData::Static(bytes) => Font::new(*bytes, face.index)?,
            FontData::Shared(bytes) => {
                let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes.clone());
                Font::new(shared, face.index)?
            }
        };
        let mut coverage = Box::new([0u64; 1024]);
        for (code, glyph) in skrifa::MetadataProvider::charmap(&face.font()?).mappings() {
            if code < 0x10000 && glyph.to_u32() != 0 {
                coverage[(code / 64) as usize] |= 1 << (code % 64);
            }
        }
        Some(ShaperFace { font, coverage, plans: Mutex::new(Vec::new()), scale: EM * 1000 / i64::from(face.upem.max(1)) })
    }

    fn has(&self, c: char) -> bool {
        let code = c as u32;
        match self.coverage.get((code / 64) as usize) {
            Some(bits) => bits & (1 << (code % 64)) != 0,
            None => ShaperFont::new(&self.font).nominal_glyph(code).is_some(),
        }
    }

    fn plan(&self, config: &Config, direction: Direction, script: Option<Script>, language: Option<&Language>) -> Arc<ShapePlan> {
        let mut plans = lock(&self.plans);
        if let Some(found) = plans.iter().find(|(k, d, s, _)| *d == direction && *s == script && *k == config.key) {
            return found.3.clone();
        }
        let plan = Arc::new(ShapePlan::new(&self.font, direction, script, language, &config.features));
        plans.push((config.key.clone(), direction, script, plan.clone()));
        plan
    }
}

fn features(key: &ConfigKey) -> Vec<Feature> {
    let on = |tag: &[u8; 4]| Feature::new(Tag::new(tag), 1, ..);
    let off = |tag: &[u8; 4]| Feature::new(Tag::new(tag), 0, ..);
    let mut list = match key.figures {
        _ if key.mono => vec![off(b"liga"), off(b"calt")],
        Figures::OldStyle => vec![on(b"onum"), on(b"pnum")],
        Figures::Tabular => vec![on(b"lnum"), on(b"tnum")],
        Figures::Lining => vec![on(b"lnum"), on(b"pnum")],
    };
    if key.small_caps {
        list.push(on(b"smcp"));
    }
    if key.tracking != 0 {
        // Letters that are set apart are not joined.
        list.push(off(b"liga"));
    }
    list
}

/// Room for a code point in a small frame.
fn missing_width(text: &str) -> Em {
    let digits = text.chars().next().map_or(4, |c| if c as u32 > 0xFFFF { 6 } else { 4 });
    (EM * (digits * 16 + 16) / 100) as Em
}

fn find(words: &Words, text: &str, rtl: bool) -> Option<Arc<Shaped>> {
    words.get(&(text, rtl) as &dyn WordKey).cloned()
}

/// Lets the cache be asked with a borrowed word.
trait WordKey {
    fn parts(&self) -> (&str, bool);
}

impl WordKey for (Box<str>, bool) {
    fn parts(&self) -> (&str, bool) {
        (&self.0, self.1)
    }
}

impl WordKey for (&str, bool) {
    fn parts(&self) -> (&str, bool) {
        (self.0, self.1)
    }
}

impl<'k> std::borrow::Borrow<dyn WordKey + 'k> for (Box<str>, bool) {
    fn borrow(&self) -> &(dyn WordKey + 'k) {
        self
    }
}

impl std::hash::Hash for dyn WordKey + '_ {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialEq for dyn WordKey + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn WordKey + '_ {}

fn shard_of(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sample = |i: usize| bytes.get(i).copied().unwrap_or(0) as usize;
    (bytes.len() + sample(0) * 3 + sample(2) * 5) % SHARDS
}

/// A lock whose holder panicked still guards sound data: caches hold nothing half-made.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_end_keeps_the_places_of_its_clusters() {
        // Thrice as long as a run can count; most of it takes no room and stays on one line.
        let clusters: Vec<u32> = (0..20_000).map(|n| 7 + n * 10).collect();
        let glyph = |cluster: &u32| ShapedGlyph { id: 1, cluster: *cluster, advance: 0, dx: 0, dy: 0 };
        for rtl in [false, true] {
            let mut glyphs: Vec<ShapedGlyph> = clusters.iter().map(glyph).collect();
            if rtl {
                glyphs.reverse();
            }
            let parts = pieces(None, 7..200_007, glyphs, rtl);
            assert_eq!(parts.len(), 4);
            // Together they are the text, and each glyph's place in its piece can be told.
            assert!(parts.first().is_some_and(|part| part.start == 7) && parts.last().is_some_and(|part| part.end == 200_007));
            assert!(parts.windows(2).all(|two| two[0].end == two[1].start));
            let told = |part: &Part| part.glyphs.iter().all(|g| (part.start..part.end).contains(&g.cluster) && g.cluster - part.start <= u32::from(u16::MAX));
            assert!(parts.iter().all(told));
            let visual = |part: &Part| part.glyphs.windows(2).all(|two| (two[0].cluster > two[1].cluster) == rtl);
            assert!(parts.iter().all(visual));
            assert_eq!(parts.iter().map(|part| part.glyphs.len()).sum::<usize>(), clusters.len());
        }
        assert_eq!(pieces(None, 0..65_535, vec![glyph(&0)], false).len(), 1);
    }
}
