//! The system's fonts, for characters that no other font has.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use skrifa::MetadataProvider;
use skrifa::raw::FontRef;

use super::book::{Face, FontBook, FontData, weight};
use super::door::{self, Refused};
use crate::language::{is_traditional, primary, region};
use crate::{files, limits};

/// A font of the system that is taken for characters that no other font has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFont {
    /// Its family.
    pub family: String,
    /// Characters it was taken for.
    pub characters: BTreeSet<char>,
    /// Its number among the system's faces, in this process.
    pub face: usize,
    /// Those of its kin: its bold, and the family that stands beside it where its script stresses a word.
    kin: Vec<usize>,
}

/// The system's fonts, looked for once: looking through its folders takes longer than all the rest.
struct System {
    database: fontdb::Database,
    /// Upright faces, those nearest to a regular weight first, then those that suit a book, then by name: the same choice on every run.
    faces: Vec<SystemFace>,
    /// The first face that has a character, for those that were asked for, by what is wanted of letters that China, Japan and Korea
    /// draw differently.
    first: Mutex<HashMap<Wanted, Option<usize>>>,
}

/// A character, and the land whose form of it is wanted.
type Wanted = (char, Option<&'static str>);

struct SystemFace {
    id: fontdb::ID,
    family: String,
    weight: u16,
    /// It itself, once it was wanted; nothing if it is of no use.
    loaded: OnceLock<Option<Face>>,
}

impl System {
    fn get() -> &'static System {
        static SYSTEM: OnceLock<System> = OnceLock::new();
        // Of two versions of one font the first by path is taken.
        let path = |info: &fontdb::FaceInfo| match &info.source {
            fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => path.clone(),
            fontdb::Source::Binary(_) => PathBuf::new(),
        };
        SYSTEM.get_or_init(|| {
            let mut database = fontdb::Database::new();
            database.load_system_fonts();
            let mut upright: Vec<&fontdb::FaceInfo> = database.faces().filter(|f| f.style == fontdb::Style::Normal).collect();
            let family = |info: &fontdb::FaceInfo| info.families.first().map_or_else(|| info.post_script_name.clone(), |f| f.0.clone());
            let weight = |info: &fontdb::FaceInfo| weight(info.weight.0, info.post_script_name.ends_with("-Bold"));
            upright.sort_by_cached_key(|f| {
                let wide = f.stretch != fontdb::Stretch::Normal;
                (weight(f).abs_diff(400), wide, rank(&family(f)), f.post_script_name.clone(), f.index, path(f))
            });
            let face = |info: &&fontdb::FaceInfo| SystemFace { id: info.id, family: family(info), weight: weight(info), loaded: OnceLock::new() };
            let faces = upright.iter().map(face).collect();
            System { database, faces, first: Mutex::default() }
        })
    }

    /// Looks for the first faces that have characters, among those of a regular weight that suit them before all others.
    fn look(&self, characters: &BTreeSet<char>, suits: impl Fn(&SystemFace) -> bool) -> BTreeMap<char, usize> {
        let mut left = characters.clone();
        let mut found = BTreeMap::new();
        let suits = |face: &SystemFace| face.weight.abs_diff(400) <= 50 && suits(face);
        let faces = || self.faces.iter().enumerate();
        for (number, face) in faces().filter(|(_, face)| suits(face)).chain(faces().filter(|(_, face)| !suits(face))) {
            if left.is_empty() {
                break;
            }
            let has = self.database.with_face_data(face.id, |data, index| {
                let font = FontRef::from_index(data, index).ok()?;
                let map = font.charmap();
                let has: Vec<char> = left.iter().copied().filter(|c| map.map(*c).is_some_and(|g| g.to_u32() != 0)).collect();
                let usable = || face.loaded.get_or_init(|| door::face(&FontData::Shared(Arc::from(data)), index, true).ok()).is_some();
                Some(has).filter(|has| !has.is_empty() && usable())
            });
            for c in has.flatten().unwrap_or_default() {
                left.remove(&c);
                found.insert(c, number);
            }
        }
        found
    }

    /// A face, read when it is first wanted; nothing if it is of no use.
    fn face(&self, number: usize) -> Option<&Face> {
        let face = self.faces.get(number)?;
        let read = || self.database.with_face_data(face.id, |data, index| door::face(&FontData::Shared(Arc::from(data)), index, true).ok()).flatten();
        face.loaded.get_or_init(read).as_ref()
    }

    /// What goes with a face: the bold of its family, and the regular and bold of the one beside it.
    fn kin(&self, number: usize) -> Vec<usize> {
        let Some(face) = self.faces.get(number) else { return Vec::new() };
        let of = |family: &str, weight: u16| self.faces.iter().position(|other| other.family == family && other.weight == weight);
        let beside = beside(&face.family);
        let beside = beside.iter().flat_map(|family| [of(family, 400), of(family, 700)]);
        [of(&face.family, 700)].into_iter().chain(beside).flatten().filter(|kin| *kin != number && self.face(*kin).is_some()).collect()
    }
}

/// How well a family suits running text in a book's own faces: the smaller the better.
fn rank(family: &str) -> u8 {
    match () {
        () if family.contains("Mono") || family.ends_with(" UI") || family.contains("Nastaliq") || family.contains("Rashi") => 3,
        () if family.starts_with("Noto Serif") || family.starts_with("Noto Naskh") => 0,
        () if family.starts_with("Noto ") => 1,
        () => 2,
    }
}

/// Arrows, signs of mathematics, pictograms and the like, which belong to no script.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The family in which a script without italics stresses what this one sets: without serifs beside those with. East Asia needs none.
fn beside(family: &str) -> Option<String> {
    if family.contains("CJK") {
        return None;
    }
    family.strip_prefix("Noto Serif ").or(family.strip_prefix("Noto Naskh ")).map(|script| format!("Noto Sans {script}"))
}

/// The land whose forms of Han letters a language uses, as families of fonts are called by it.
fn land(language: &str) -> Option<&'static str> {
    match primary(language).as_str() {
        "ja" => Some("JP"),
        "ko" => Some("KR"),
        "zh" | "cmn" | "yue" if region(language).is_some_and(|region| region.eq_ignore_ascii_case("HK")) => Some("HK"),
        "zh" | "cmn" | "yue" if is_traditional(language) => Some("TC"),
        "zh" | "cmn" | "yue" => Some("SC"),
        _ => None,
    }
}

/// The fonts of the system that are taken for characters that no font at hand has: for each the first that has it, in an
/// upright face. Characters that none has are in none of them. `language` decides between forms of the same letter.
pub fn system_fonts(characters: &BTreeSet<char>, language: &str) -> Vec<SystemFont> {
    if characters.is_empty() {
        return Vec::new();
    }
    let system = System::get();
    let land = land(language);
    let known = |c: &char| system.first.lock().unwrap_or_else(PoisonError::into_inner).get(&(*c, land)).copied();
    let unknown: BTreeSet<char> = characters.iter().copied().filter(|c| known(c).is_none()).collect();
    if !unknown.is_empty() {
        let (signs, letters): (BTreeSet<char>, BTreeSet<char>) = unknown.iter().partition(|c| is_sign(**c));
        let mut found = system.look(&letters, |face| land.is_some_and(|land| face.family.contains("CJK") && face.family.ends_with(land)));
        // Signs are better drawn by a font of signs than by one of some script.
        found.extend(system.look(&signs, |face| face.family.contains("Symbols") || face.family.ends_with(" Math")));
        system.first.lock().unwrap_or_else(PoisonError::into_inner).extend(unknown.iter().map(|c| ((*c, land), found.get(c).copied())));
    }
    let mut by_face: BTreeMap<usize, BTreeSet<char>> = BTreeMap::new();
    for c in characters {
        if let Some(face) = known(c).flatten() {
            by_face.entry(face).or_default().insert(*c);
        }
    }
    let family = |face: usize| system.faces.get(face).map_or_else(String::new, |f| f.family.clone());
    let font = |(face, characters): (usize, _)| SystemFont { family: family(face), characters, face, kin: system.kin(face) };
    by_face.into_iter().map(font).collect()
}

/// The files of a folder that may be fonts, in order of name.
pub fn font_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_font =
        |path: &Path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e.to_ascii_lowercase().as_str(), "ttf" | "otf" | "ttc" | "otc"));
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| is_font(path)).collect();
    files.sort();
    files
}

impl FontBook {
    /// Adds every font of a folder, in order of name, and says how many faces that made. Files that cannot be used are remembered with
    /// the reason ([`FontBook::refused`]).
    pub fn add_folder(&mut self, folder: &Path) -> usize {
        let mut left = limits::FONTS;
        let mut count = 0;
        for path in &font_files(folder) {
            let added = files::read(path, limits::FONT).map_err(|why| format!("cannot be read: {why}")).and_then(|bytes| {
                left = left.checked_sub(bytes.len() as u64).ok_or_else(|| format!("is one too many: the fonts have more than {} MB", limits::FONTS >> 20))?;
                self.add_file(FontData::Shared(bytes.into()), false).map_err(|why| format!("cannot be used: {why}"))
            });
            match added {
                Ok(faces) => count += faces,
                Err(why) => self.refused.push(Refused::new(path, why)),
            }
        }
        count
    }

    /// Adds fonts of the system.
    pub fn add_system(&mut self, fonts: &[SystemFont]) {
        let mut taken = BTreeSet::new();
        // All that have characters come before their kin, so that none of these is a fallback.
        for number in fonts.iter().map(|font| font.face).chain(fonts.iter().flat_map(|font| font.kin.iter().copied())) {
            if let Some(face) = System::get().face(number).filter(|_| taken.insert(number)) {
                self.take(face.clone());
            }
        }
    }

    /// Characters of a text that no face has and that need one.
    pub fn missing<'t>(&self, texts: impl Iterator<Item = &'t str>) -> BTreeSet<char> {
        let mut missing = BTreeSet::new();
        let mut known: BTreeSet<char> = BTreeSet::new();
        for c in texts.flat_map(str::chars).filter(|c| !c.is_ascii() && !c.is_control()) {
            if known.insert(c) && !super::is_ignorable(c) && !self.text_faces().any(|f| f.glyph(c).is_some()) {
                missing.insert(c);
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_of_formulas_are_none_for_text() {
        let built_in = FontBook::built_in();
        assert!(built_in.has_mathematical('∈'));
        assert_eq!(built_in.missing(["a ∈ é"].into_iter()), BTreeSet::from(['∈']));
    }
}
