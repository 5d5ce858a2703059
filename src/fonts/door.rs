//! The door that every font file comes through: its tables are there, and the libraries that will read it have read some of it.
//!
//! Fonts of a project and of the system are files like others, and may be damaged. What a library cannot cope with is found out here,
//! once, where the file's name is known, and not while a page is drawn.

use std::path::{Path, PathBuf};

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::types::Tag;
use skrifa::raw::{FileRef, FontRef, TableProvider};
use skrifa::{GlyphId, MetadataProvider};
use subsetter::GlyphRemapper;

use super::book::{Face, FontData, read_face};
use crate::panics::guarded;

/// A file in a folder of fonts that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The file.
    pub file: PathBuf,
    /// Why, after "the font".
    pub why: String,
}

impl Refused {
    pub(super) fn new(file: &Path, why: impl Into<String>) -> Refused {
        Refused { file: file.to_path_buf(), why: why.into() }
    }
}

/// Why a face does not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Its own flag forbids that it is embedded; its PostScript name.
    Restricted(String),
    /// What is wrong with it.
    Unsound(String),
}

impl From<String> for Fault {
    fn from(why: String) -> Fault {
        Fault::Unsound(why)
    }
}

/// Tables without which a font cannot be set from.
const NEEDED: [&[u8; 4]; 7] = [b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name"];
/// So many of its glyphs are tried.
const TRIED: usize = 64;

/// How many faces a file has.
///
/// # Errors
/// What is wrong with it.
pub(super) fn faces(data: &FontData) -> Result<u32, String> {
    let file = guarded(|| match FileRef::new(data.as_ref()) {
        Ok(FileRef::Font(_)) => Some(1),
        Ok(FileRef::Collection(all)) => Some(all.len()),
        Err(_) => None,
    })?;
    file.ok_or_else(|| "it is not a font".to_string())
}

/// Reads a face and tries it.
///
/// # Errors
/// Why it is not to be used.
pub(super) fn face(data: &FontData, index: u32, system: bool) -> Result<Face, Fault> {
    guarded(|| {
        let font = FontRef::from_index(data.as_ref(), index).map_err(|_| "it is damaged: it has no table of its tables".to_string())?;
        if let Some(missing) = NEEDED.iter().find(|tag| font.data_for_tag(Tag::new(tag)).is_none_or(|table| table.is_empty())) {
            return Err(format!("it is damaged: it has no table `{}`", String::from_utf8_lossy(*missing)).into());
        }
        let face = read_face(&font, data, index, system).ok_or_else(|| "it does not say what it is called".to_string())?;
        if !may_be_embedded(&font) {
            return Err(Fault::Restricted(face.postscript));
        }
        // The fonts of the binary are known.
        if matches!(data, FontData::Shared(_)) {
            tried(&font, data, index)?;
        }
        Ok(face)
    })
    .unwrap_or_else(|said| Err(format!("it is damaged: {said}").into()))
}

/// Whether a font's own flag lets it into files (OS/2 fsType: 2 alone is a restricted licence).
fn may_be_embedded(font: &FontRef<'_>) -> bool {
    font.os2().is_ok_and(|os2| os2.fs_type() & 0x000F != 0x0002)
}

/// Shapes, draws and subsets some of a font, as is done later with what a book needs.
fn tried(font: &FontRef<'_>, data: &FontData, index: u32) -> Result<(), String> {
    let glyphs = font.maxp().map_err(|e| format!("it is damaged: {e}"))?.num_glyphs();
    let some: Vec<(u32, GlyphId)> = font.charmap().mappings().take(TRIED).collect();
    if some.is_empty() {
        return Err("it has no characters".to_string());
    }
    let outlines = font.outline_glyphs();
    let mut remapper = GlyphRemapper::new();
    for (_, glyph) in some.iter().filter(|(_, glyph)| glyph.to_u32() < u32::from(glyphs)) {
        if let Some(outline) = outlines.get(*glyph) {
            let _ = outline.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), &mut Nothing);
        }
        remapper.remap(glyph.to_u32() as u16);
    }
    let text: String = some.iter().filter_map(|(code, _)| char::from_u32(*code)).collect();
    let shared: std::sync::Arc<dyn AsRef<[u8]> + Send + Sync> = std::sync::Arc::new(data.clone());
    let shaper = harfrust::Font::new(shared, index).ok_or("no shaper can read it")?;
    let mut buffer = harfrust::Buffer::new();
    buffer.push_str(&text);
    buffer.guess_segment_properties();
    harfrust::shape(&harfrust::ShaperFont::new(&shaper), &mut buffer, harfrust::ShapeOptions::new()).map_err(|_| "no shaper can read it")?;
    ttf_parser::Face::parse(data.as_ref(), index).map_err(|e| format!("it is damaged: {e}"))?;
    // Fonts whose outlines are pictures cannot be embedded; those with outlines must be.
    if font.data_for_tag(Tag::new(b"glyf")).is_some() || font.data_for_tag(Tag::new(b"CFF ")).is_some() {
        subsetter::subset(data.as_ref(), index, &remapper).map_err(|e| format!("it cannot be embedded: {e}"))?;
    }
    Ok(())
}

/// A pen that leaves no trace.
struct Nothing;

impl OutlinePen for Nothing {
    fn move_to(&mut self, _: f32, _: f32) {}
    fn line_to(&mut self, _: f32, _: f32) {}
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {}
    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sound font of the binary, as a file would have it.
    fn sound() -> Vec<u8> {
        super::super::builtin::FILES.iter().max_by_key(|file| std::cmp::Reverse(file.len())).map(|file| file.to_vec()).unwrap_or_default()
    }

    /// The font with a table renamed, so that it is missing.
    fn without(table: &[u8; 4]) -> Vec<u8> {
        let mut bytes = sound();
        let count = usize::from(u16::from_be_bytes([bytes[4], bytes[5]]));
        for entry in 0..count {
            let at = 12 + entry * 16;
            if &bytes[at..at + 4] == table {
                bytes[at..at + 4].copy_from_slice(b"zzzz");
            }
        }
        bytes
    }

    fn tried(bytes: Vec<u8>) -> Result<Face, Fault> {
        face(&FontData::Shared(bytes.into()), 0, false)
    }

    #[test]
    fn a_sound_font_comes_in() {
        assert!(tried(sound()).is_ok_and(|face| face.upem == 1000 || face.upem == 2048));
    }

    #[test]
    fn a_font_without_a_table_it_needs_is_refused_with_its_name() {
        for table in NEEDED {
            let name = String::from_utf8_lossy(table).into_owned();
            assert!(tried(without(table)).is_err_and(|fault| matches!(fault, Fault::Unsound(why) if why.contains(&name))), "{name}");
        }
    }

    #[test]
    fn damage_anywhere_ends_in_an_answer() {
        // Every byte of the head and a thousand others are turned over: what comes of it is a face or a reason: no
        // panic that gets out, no abort, no end of waiting.
        let bytes = sound();
        let places = (0..400).chain((1..1000).map(|n| n * 7919 % bytes.len()));
        for at in places {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xFF;
            let _ = tried(damaged);
        }
        for length in [0, 3, 12, 100, 1000, bytes.len() / 2] {
            let _ = faces(&FontData::Shared(bytes[..length].into()));
            assert!(tried(bytes[..length].to_vec()).is_err(), "{length} bytes of a font are none");
        }
    }
}
