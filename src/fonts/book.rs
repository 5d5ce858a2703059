//! The font book: faces by family and style, with the metrics that layout and writers need.

use std::collections::BTreeMap;
use std::sync::Arc;

use skrifa::raw::{FontRef, TableProvider};
use skrifa::string::StringId;
use skrifa::{GlyphId, MetadataProvider, instance::LocationRef, instance::Size};

use super::door::{self, Fault, Refused};
use crate::memo::Key;
use crate::theme::Weight;

/// Index into a [`FontBook`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub u16);

/// A font file's bytes.
#[derive(Clone, Debug)]
pub enum FontData {
    /// In the binary.
    Static(&'static [u8]),
    /// Read from a file.
    Shared(Arc<[u8]>),
}

impl FontData {
    /// What names the file: a font of the binary by where it lies, which takes no time, any other by its bytes.
    fn key(&self) -> Key {
        match self {
            FontData::Static(bytes) => Key::of(&(bytes.as_ptr() as usize, bytes.len())),
            FontData::Shared(bytes) => Key::of(&**bytes),
        }
    }
}

impl AsRef<[u8]> for FontData {
    fn as_ref(&self) -> &[u8] {
        match self {
            FontData::Static(bytes) => bytes,
            FontData::Shared(bytes) => bytes,
        }
    }
}

/// A face. Metrics are in font units, y upwards.
#[derive(Clone, Debug)]
pub struct Face {
    /// Its index.
    pub id: FaceId,
    /// Family name; optical sizes are families of their own (`Source Serif 4 Display`).
    pub family: String,
    /// PostScript name.
    pub postscript: String,
    /// Weight class, 400 for regular.
    pub weight: u16,
    /// Italic.
    pub italic: bool,
    /// The file.
    pub data: FontData,
    /// Index in a collection.
    pub index: u32,
    /// Units per em.
    pub upem: u16,
    /// Ascender.
    pub ascent: i16,
    /// Descender, negative.
    pub descent: i16,
    /// Height of capitals.
    pub cap_height: i16,
    /// Height of x.
    pub x_height: i16,
    /// Comes from the system and not from the binary or the project.
    pub system: bool,
    /// Has TrueType's outlines, the only ones that can be cut down for an EPUB.
    pub outlined: bool,
    /// For formulas alone: no text is set in it.
    pub mathematical: bool,
}

impl Face {
    /// The font for reading tables. The file was checked when the face was added.
    pub fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(self.data.as_ref(), self.index).ok()
    }

    /// How far a glyph moves the pen, in font units.
    pub fn advance(&self, glyph: u16) -> u16 {
        let metrics = self.font().map(|font| font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        metrics.and_then(|metrics| metrics.advance_width(GlyphId::from(glyph))).map_or(0, |width| width as u16)
    }

    /// Glyph for a character.
    pub fn glyph(&self, c: char) -> Option<u16> {
        self.font()?.charmap().map(c).map(|g| g.to_u32() as u16).filter(|g| *g != 0)
    }
}

/// All faces at hand.
#[derive(Clone, Debug, Default)]
pub struct FontBook {
    faces: Vec<Face>,
    families: BTreeMap<String, Vec<FaceId>>,
    /// Digests of the faces' files, and which face of each: what names the book.
    files: Vec<(Key, u32)>,
    /// PostScript names of fonts that may not be embedded, and so are of no use for a book.
    restricted: Vec<String>,
    /// Files of the project that are no fonts, or damaged ones.
    pub(super) refused: Vec<Refused>,
}

impl FontBook {
    /// The fonts that the binary carries.
    pub fn built_in() -> FontBook {
        let mut book = FontBook::default();
        for file in super::builtin::FILES {
            book.add(FontData::Static(file), false);
        }
        let texts = book.faces.len();
        for file in super::builtin::FORMULAS {
            book.add(FontData::Static(file), false);
        }
        book.faces[texts..].iter_mut().for_each(|face| face.mathematical = true);
        book
    }

    /// Adds every face of a file that may be embedded and says how many; 0 if it is not a font.
    pub fn add(&mut self, data: FontData, system: bool) -> usize {
        self.add_file(data, system).unwrap_or(0)
    }

    /// The same.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(super) fn add_file(&mut self, data: FontData, system: bool) -> Result<usize, String> {
        let (mut faces, mut restricted) = (Vec::new(), Vec::new());
        for index in 0..door::faces(&data)? {
            match door::face(&data, index, system) {
                Ok(face) => faces.push(face),
                Err(Fault::Restricted(name)) => restricted.push(name),
                Err(Fault::Unsound(why)) => return Err(why),
            }
        }
        let count = faces.len();
        faces.into_iter().for_each(|face| self.take(face));
        self.restricted.extend(restricted);
        Ok(count)
    }

    /// Files of the project's folder that are not used, each with the reason.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// Adds a face that came through the door.
    pub(super) fn take(&mut self, face: Face) {
        let id = FaceId(self.faces.len().min(usize::from(u16::MAX)) as u16);
        if usize::from(id.0) < self.faces.len() {
            // No book has as many.
            return;
        }
        self.files.push((face.data.key(), face.index));
        self.families.entry(face.family.to_lowercase()).or_default().push(id);
        self.faces.push(Face { id, ..face });
    }

    /// What names these fonts: two books with the same key have the same faces, and there is the same to say of files that gave none.
    pub fn key(&self) -> Key {
        Key::of(&(&self.files, &self.restricted, &self.refused))
    }

    /// What names each face: the same one has the same key in every book.
    #[cfg(feature = "web")]
    pub(crate) fn face_keys(&self) -> impl Iterator<Item = Key> {
        self.files.iter().map(Key::of)
    }

    /// A face by its index.
    pub fn face(&self, id: FaceId) -> &Face {
        &self.faces[id.0 as usize]
    }

    /// A face for formulas by what stands behind `KaTeX_` in its name: `Main-Regular`.
    pub fn mathematical(&self, name: &str) -> Option<&Face> {
        self.faces.iter().find(|face| face.mathematical && face.postscript.strip_prefix("KaTeX_") == Some(name))
    }

    /// Whether a face for formulas has a character.
    pub fn has_mathematical(&self, c: char) -> bool {
        self.faces.iter().any(|face| face.mathematical && face.glyph(c).is_some())
    }

    /// All faces.
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// Those that text is set in: all but the ones for formulas.
    pub fn text_faces(&self) -> impl Iterator<Item = &Face> {
        self.faces.iter().filter(|face| !face.mathematical)
    }

    /// PostScript names of the fonts that were not taken, since they may not be embedded.
    pub fn restricted(&self) -> &[String] {
        &self.restricted
    }

    /// Whether there is such a family.
    pub fn has_family(&self, family: &str) -> bool {
        self.families.contains_key(&family.to_lowercase())
    }

    /// The face of a family nearest to a style.
    pub fn find(&self, family: &str, weight: Weight, italic: bool) -> Option<FaceId> {
        let wanted = match weight {
            Weight::Regular => 400,
            Weight::Semibold => 600,
            Weight::Bold => 700,
        };
        self.families.get(&family.to_lowercase())?.iter().copied().min_by_key(|id| {
            let face = self.face(*id);
            (face.italic != italic, face.weight.abs_diff(wanted), *id)
        })
    }
}

pub(super) fn read_face(font: &FontRef<'_>, data: &FontData, index: u32, system: bool) -> Option<Face> {
    let name = |id| font.localized_strings(id).english_or_first().map(|s| s.to_string());
    let metrics = font.metrics(Size::unscaled(), LocationRef::default());
    let os2 = font.os2().ok()?;
    let italic = os2.fs_selection().bits() & 1 != 0;
    // Optical sizes are families of their own in the trade; their files agree only in the PostScript name's first half.
    let postscript = name(StringId::POSTSCRIPT_NAME)?;
    let mut family = name(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(StringId::FAMILY_NAME))?;
    for cut in ["Caption", "Display", "SmText", "Subhead"] {
        if postscript.split('-').next().is_some_and(|stem| stem.ends_with(cut)) && !family.ends_with(cut) {
            family = format!("{family} {cut}");
        }
    }
    Some(Face {
        id: FaceId(0),
        family,
        postscript,
        weight: weight(os2.us_weight_class(), os2.fs_selection().bits() & 1 << 5 != 0),
        italic,
        data: data.clone(),
        index,
        upem: metrics.units_per_em,
        ascent: metrics.ascent as i16,
        descent: metrics.descent as i16,
        cap_height: metrics.cap_height.unwrap_or(700.0) as i16,
        x_height: metrics.x_height.unwrap_or(500.0) as i16,
        system,
        outlined: font.glyf().is_ok(),
        mathematical: false,
    })
}

/// The weight of a face that says how heavy it is and whether it is bold. Some bold ones say that they are as heavy as a regular one.
pub(super) fn weight(class: u16, bold: bool) -> u16 {
    if bold && class <= 500 { 700 } else { class }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bold_face_is_bold_whatever_weight_it_names() {
        assert_eq!([weight(400, false), weight(400, true), weight(600, true), weight(700, true), weight(300, false)], [400, 700, 600, 700, 300]);
    }

    #[test]
    fn every_family_of_the_default_theme_is_in_the_binary() {
        let book = FontBook::built_in();
        for family in
            ["Source Serif 4", "Source Serif 4 Caption", "Source Serif 4 Display", "Source Sans 3", "Source Code Pro", "Noto Sans Symbols 2", "Noto Emoji"]
        {
            assert!(book.has_family(family), "{family} missing among {:?}", book.families.keys());
        }
        let bold = book.find("Source Serif 4", Weight::Bold, true).map(|id| book.face(id).postscript.clone());
        assert_eq!(bold.as_deref(), Some("SourceSerif4-BoldIt"));
    }
}
