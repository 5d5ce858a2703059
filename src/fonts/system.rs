//! The system's fonts, for characters that no other font has.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use skrifa::MetadataProvider;
use skrifa::raw::FontRef;

use super::book::{FontBook, FontData};

/// A font of the system that was taken, for the record of the edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFont {
    /// Its family.
    pub family: String,
    /// Characters it was taken for.
    pub characters: BTreeSet<char>,
}

impl FontBook {
    /// Adds every font of a folder, in order of name, and says how many faces that made. Files that are no fonts are passed over.
    pub fn add_folder(&mut self, folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        let mut files: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        files.sort();
        let font =
            |path: &Path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e.to_ascii_lowercase().as_str(), "ttf" | "otf" | "ttc" | "otc"));
        files.iter().filter(|p| font(p)).filter_map(|p| std::fs::read(p).ok()).map(|bytes| self.add(FontData::Shared(bytes.into()), false)).sum()
    }

    /// Takes fonts of the system for characters that no font at hand has: for each the first, by family and file name,
    /// that has it in an upright regular face. Gives what was taken.
    pub fn add_system(&mut self, missing: &BTreeSet<char>) -> Vec<SystemFont> {
        let mut left = missing.clone();
        let mut taken = Vec::new();
        if left.is_empty() {
            return taken;
        }
        // Looking through the system's folders takes longer than all the rest.
        static DATABASE: OnceLock<fontdb::Database> = OnceLock::new();
        let database = DATABASE.get_or_init(|| {
            let mut database = fontdb::Database::new();
            database.load_system_fonts();
            database
        });
        let mut faces: Vec<&fontdb::FaceInfo> = database.faces().filter(|f| f.style == fontdb::Style::Normal).collect();
        // Nearest to a regular weight first, then by name: the same choice on every run.
        faces.sort_by_key(|f| (f.weight.0.abs_diff(400), f.post_script_name.clone(), f.index));
        for info in faces {
            if left.is_empty() {
                break;
            }
            let found = database.with_face_data(info.id, |data, index| {
                let font = FontRef::from_index(data, index).ok()?;
                let map = font.charmap();
                let has: BTreeSet<char> = left.iter().copied().filter(|c| map.map(*c).is_some_and(|g| g.to_u32() != 0)).collect();
                (!has.is_empty()).then(|| (has, Arc::<[u8]>::from(data)))
            });
            let Some(Some((has, data))) = found else { continue };
            if !self.add_face(FontData::Shared(data), info.index, true) {
                continue;
            }
            left.retain(|c| !has.contains(c));
            let family = info.families.first().map_or_else(|| info.post_script_name.clone(), |f| f.0.clone());
            taken.push(SystemFont { family, characters: has });
        }
        taken
    }

    /// Characters of a text that no face has and that need one.
    pub fn missing<'t>(&self, texts: impl Iterator<Item = &'t str>) -> BTreeSet<char> {
        let mut missing = BTreeSet::new();
        let mut known: BTreeSet<char> = BTreeSet::new();
        for c in texts.flat_map(str::chars).filter(|c| !c.is_ascii() && !c.is_control()) {
            if known.insert(c) && !super::is_ignorable(c) && !self.faces().iter().any(|f| f.glyph(c).is_some()) {
                missing.insert(c);
            }
        }
        missing
    }
}
