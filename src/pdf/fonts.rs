//! Subsets the fonts: only the glyphs that are shown, renumbered, with widths and the text that each stands for.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use rayon::prelude::*;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::types::Tag;
use skrifa::raw::{FontRef, TableProvider};
use skrifa::{GlyphId, MetadataProvider};
use subsetter::GlyphRemapper;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::{Face, FaceId, FontBook};
use crate::panics::guarded;
use crate::typeset::TextRun;

use super::glyphs::{FontKey, GlyphTexts, Inventory};
use super::object::{Digest, deflated, plain, real, reference};

/// All fonts of a file: those that all copies share, and the copy's own for what these lack.
#[derive(Clone, Debug, Default)]
pub(super) struct Subsets {
    shared: Arc<BTreeMap<FaceId, Subset>>,
    own: Arc<BTreeMap<FaceId, Subset>>,
}

/// One font of the file.
#[derive(Debug)]
pub(super) struct Subset {
    /// Its name among the resources.
    pub name: String,
    /// `ABCDEF+SourceSerif4-Regular`: six letters from a digest of the program.
    base_font: String,
    program: Program,
    /// New glyph id by old one; 0 for those that are not in it.
    renumbered: Vec<u16>,
    /// By code. The first are the glyphs of the program in its order; the others show one of them anew, for another text.
    glyphs: Vec<SubsetGlyph>,
    /// Of those others: glyph of the original face, and code.
    others: Vec<(u16, u16)>,
    descriptor: Dictionary,
}

/// A glyph of a subset.
#[derive(Debug)]
pub(super) struct SubsetGlyph {
    /// Which glyph of the program it is.
    outline: u16,
    /// Its natural width in thousandths of an em, as the file's widths say it.
    pub width: f64,
    /// The text it stands for wherever nothing else is said.
    pub text: Box<str>,
}

#[derive(Debug)]
enum Program {
    TrueType(Vec<u8>),
    /// A bare `CFF ` table.
    Cff(Vec<u8>),
}

impl Subsets {
    /// The fonts that all copies share.
    ///
    /// # Errors
    /// Names each font that cannot be subset.
    pub fn shared(inventory: &Inventory, book: &FontBook) -> Result<Subsets, Diagnostics> {
        Ok(Subsets { shared: Arc::new(subset(inventory, book, false)?), own: Arc::default() })
    }

    /// The same with fonts of one copy's own.
    ///
    /// # Errors
    /// As [`Subsets::shared`].
    pub fn with_own(&self, inventory: &Inventory, book: &FontBook) -> Result<Subsets, Diagnostics> {
        Ok(Subsets { shared: self.shared.clone(), own: Arc::new(subset(inventory, book, true)?) })
    }

    /// Whether the shared fonts have all glyphs of a run.
    pub fn shares(&self, run: &TextRun) -> bool {
        self.shared.get(&run.face).is_some_and(|subset| run.glyphs.iter().all(|glyph| subset.has(glyph.id)))
    }

    /// The font that a run is set in.
    pub fn of_run(&self, run: &TextRun) -> Option<(FontKey, &Subset)> {
        let own = !self.shares(run);
        let subset = if own { self.own.get(&run.face) } else { self.shared.get(&run.face) };
        Some((FontKey { own, face: run.face }, subset?))
    }

    /// Adds the fonts that all copies share to a file and to a dictionary of resources.
    pub fn write_shared(&self, doc: &mut Document, resources: &mut Dictionary) {
        write(&self.shared, doc, resources, deflated);
    }

    /// Adds the copy's own.
    pub fn write_own(&self, doc: &mut Document, resources: &mut Dictionary) {
        write(&self.own, doc, resources, plain);
    }
}

/// How the streams of a font are made.
type Streams = fn(Dictionary, &[u8]) -> Stream;

fn write(subsets: &BTreeMap<FaceId, Subset>, doc: &mut Document, resources: &mut Dictionary, stream: Streams) {
    for subset in subsets.values() {
        let id = subset.write(doc, stream);
        resources.set(subset.name.as_str(), Object::Reference(id));
    }
}

/// Subsets every font of an inventory, on all cores.
fn subset(inventory: &Inventory, book: &FontBook, own: bool) -> Result<BTreeMap<FaceId, Subset>, Diagnostics> {
    let of = |face: FaceId, texts| guarded(|| Subset::of(FontKey { own, face }, book.face(face), texts)).unwrap_or_else(Err);
    let done: Vec<(FaceId, Result<Subset, String>)> = inventory.fonts.par_iter().map(|(face, texts)| (*face, of(*face, texts))).collect();
    let mut subsets = BTreeMap::new();
    let mut problems = Diagnostics::new();
    for (face, result) in done {
        match result {
            Ok(subset) => {
                subsets.insert(face, subset);
            }
            Err(why) => problems.push(
                Diagnostic::error(Code::FontUnusable, format!("the font {} cannot be embedded: {why}", book.face(face).postscript))
                    .hint("choose another font in the theme"),
            ),
        }
    }
    if problems.is_empty() { Ok(subsets) } else { Err(problems) }
}

impl Subset {
    fn of(key: FontKey, face: &Face, texts: &GlyphTexts) -> Result<Subset, String> {
        let font = face.font().ok_or("the file is not a font")?;
        let mut remapper = GlyphRemapper::new();
        for (glyph, _) in texts.glyphs() {
            remapper.remap(glyph);
        }
        let program = subsetter::subset(face.data.as_ref(), face.index, &remapper).map_err(|e| e.to_string())?;
        let program = bare(program)?;
        let mut renumbered = vec![0; texts.0.len()];
        let mut glyphs = vec![SubsetGlyph { outline: 0, width: width(&font, face, 0), text: "".into() }];
        for (glyph, candidates) in texts.glyphs().filter(|(glyph, _)| *glyph != 0) {
            let outline = remapper.get(glyph).unwrap_or(0);
            renumbered[usize::from(glyph)] = outline;
            glyphs.push(SubsetGlyph { outline, width: width(&font, face, glyph), text: choose(face, glyph, candidates) });
        }
        let mut others = Vec::new();
        // Only TrueType outlines can be shown by codes that are not their own.
        for (glyph, text) in texts.alone().filter(|_| matches!(program, Program::TrueType(_))) {
            let Some(SubsetGlyph { outline, width, text: chosen }) = renumbered.get(usize::from(glyph)).and_then(|new| glyphs.get(usize::from(*new))) else {
                continue;
            };
            if *outline != 0 && **chosen != *text && glyphs.len() < usize::from(u16::MAX) {
                others.push((glyph, glyphs.len() as u16));
                glyphs.push(SubsetGlyph { outline: *outline, width: *width, text: text.into() });
            }
        }
        let base_font = format!("{}+{}", program.digest().letters(6), name_of(&face.postscript));
        let descriptor = describe(&font, face, &base_font);
        Ok(Subset { name: key.name(), base_font, program, renumbered, glyphs, others, descriptor })
    }

    /// Whether a glyph of the original face is in it.
    fn has(&self, original: u16) -> bool {
        original == 0 || self.renumbered.get(usize::from(original)).is_some_and(|new| *new != 0)
    }

    /// A glyph of the original face: its code in this font, and what is known of it.
    pub fn glyph(&self, original: u16) -> (u16, Option<&SubsetGlyph>) {
        let new = self.renumbered.get(usize::from(original)).copied().unwrap_or(0);
        (new, self.glyphs.get(usize::from(new)))
    }

    /// The code by which a glyph of the original face reads as a text, if there is one.
    pub fn code_for(&self, original: u16, text: &str) -> Option<u16> {
        let reads = |code: &u16| self.glyphs.get(usize::from(*code)).is_some_and(|known| *known.text == *text);
        let first = self.renumbered.get(usize::from(original)).copied().filter(reads);
        first.or_else(|| self.others.iter().filter(|(glyph, _)| *glyph == original).map(|(_, code)| *code).find(reads))
    }

    /// The glyph that a code shows.
    pub fn by_code(&self, code: u16) -> Option<&SubsetGlyph> {
        self.glyphs.get(usize::from(code))
    }

    /// The font as ISO 32000-1, 9.7, has it: a Type 0 font over one CID font whose codes are glyph ids.
    fn write(&self, doc: &mut Document, stream: Streams) -> ObjectId {
        let (subtype, key, program) = match &self.program {
            Program::TrueType(bytes) => ("CIDFontType2", "FontFile2", stream(dictionary! { "Length1" => bytes.len() as i64 }, bytes)),
            Program::Cff(bytes) => ("CIDFontType0", "FontFile3", stream(dictionary! { "Subtype" => "CIDFontType0C" }, bytes)),
        };
        let mut descriptor = self.descriptor.clone();
        descriptor.set(key, reference(doc, program));
        let descriptor = reference(doc, descriptor);
        let mut descendant = dictionary! {
            "Type" => "Font",
            "Subtype" => subtype,
            "BaseFont" => self.base_font.as_str(),
            "CIDSystemInfo" => dictionary! { "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0 },
            "FontDescriptor" => descriptor,
            "DW" => 0,
            "W" => vec![Object::Integer(0), Object::Array(self.glyphs.iter().map(|glyph| real(glyph.width)).collect())],
        };
        if subtype == "CIDFontType2" {
            let map: Vec<u8> = self.glyphs.iter().flat_map(|glyph| glyph.outline.to_be_bytes()).collect();
            let identity = self.others.is_empty();
            descendant.set("CIDToGIDMap", if identity { "Identity".into() } else { reference(doc, stream(Dictionary::new(), &map)) });
        }
        let descendant = reference(doc, descendant);
        let to_unicode = reference(doc, stream(Dictionary::new(), self.to_unicode().as_bytes()));
        doc.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => self.base_font.as_str(),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![descendant],
            "ToUnicode" => to_unicode,
        })
    }

    /// A CMap from codes to UTF-16, in blocks of at most a hundred (ISO 32000-1, 9.10.3).
    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let lines: Vec<String> = (self.glyphs.iter().enumerate())
            .filter(|(_, glyph)| !glyph.text.is_empty())
            .map(|(code, glyph)| {
                let text: String = glyph.text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
                format!("<{code:04X}> <{text}>\n")
            })
            .collect();
        for block in lines.chunks(100) {
            map.push_str(&format!("{} beginbfchar\n{}endbfchar\n", block.len(), block.concat()));
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

/// The text that a glyph stands for by its own code: one that the face itself maps to it, else what it most often
/// stood for, else the first in order. Where it stands alone for another text, that has a code of its own; everywhere
/// else the text is said anew (`ActualText`).
fn choose(face: &Face, glyph: u16, candidates: &[(Box<str>, u32)]) -> Box<str> {
    let mapped = |text: &str| {
        let mut chars = text.chars();
        matches!((chars.next(), chars.next()), (Some(c), None) if face.glyph(c) == Some(glyph))
    };
    candidates
        .iter()
        .filter(|(text, _)| !text.is_empty())
        .max_by_key(|(text, count)| (mapped(text), *count, std::cmp::Reverse((text.len(), text))))
        .map_or_else(|| "\u{FFFD}".into(), |(text, _)| text.clone())
}

/// In thousandths of an em, to two decimals, as the file will say it.
fn width(font: &FontRef<'_>, face: &Face, glyph: u16) -> f64 {
    let advance = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(GlyphId::from(glyph)).unwrap_or(0.0);
    (f64::from(advance) * 100_000.0 / f64::from(face.upem.max(1))).round() / 100.0
}

/// CFF outlines are embedded without the wrapping of an OpenType file.
fn bare(program: Vec<u8>) -> Result<Program, String> {
    if !program.starts_with(b"OTTO") {
        return Ok(Program::TrueType(program));
    }
    let font = FontRef::new(&program).map_err(|e| e.to_string())?;
    let table = font.table_data(Tag::new(b"CFF ")).ok_or("it has no outlines")?;
    Ok(Program::Cff(table.as_bytes().to_vec()))
}

impl Program {
    fn digest(&self) -> Digest {
        match self {
            Program::TrueType(bytes) | Program::Cff(bytes) => Digest::of(bytes),
        }
    }
}

/// A PostScript name without what a name in the file may not hold.
fn name_of(postscript: &str) -> String {
    let name: String = postscript.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').take(63).collect();
    if name.is_empty() { "Font".to_string() } else { name }
}

/// The font descriptor (ISO 32000-1, 9.8), in thousandths of an em. Stems are estimated from the weight, as is usual.
fn describe(font: &FontRef<'_>, face: &Face, base_font: &str) -> Dictionary {
    let upem = f64::from(face.upem.max(1));
    let scaled = |units: f64| Object::Integer((units * 1000.0 / upem).round() as i64);
    let bounds = font.head().map_or([0, 0, 1000, 1000], |head| [head.x_min(), head.y_min(), head.x_max(), head.y_max()]);
    let (fixed, angle) = font.post().map_or((false, 0.0), |post| (post.is_fixed_pitch() != 0, post.italic_angle().to_f64()));
    const FIXED_PITCH: i64 = 1;
    const SYMBOLIC: i64 = 1 << 2;
    const ITALIC: i64 = 1 << 6;
    let flags = SYMBOLIC | if fixed { FIXED_PITCH } else { 0 } | if face.italic { ITALIC } else { 0 };
    dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => base_font,
        "Flags" => flags,
        "FontBBox" => bounds.iter().map(|units| scaled(f64::from(*units))).collect::<Vec<_>>(),
        "ItalicAngle" => real(angle),
        "Ascent" => scaled(f64::from(face.ascent)),
        "Descent" => scaled(f64::from(face.descent)),
        "CapHeight" => scaled(f64::from(face.cap_height)),
        "StemV" => 50 + (i64::from(face.weight) * i64::from(face.weight)) / 4225,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_s_own_mapping_wins_over_frequency() {
        let book = FontBook::built_in();
        let face = &book.faces()[0];
        let glyph = face.glyph('\u{2600}').unwrap_or(1);
        let chosen = choose(face, glyph, &[("often".into(), 9), ("\u{2600}".into(), 1)]);
        assert_eq!(&*chosen, "\u{2600}");
        assert_eq!(&*choose(face, 1, &[("b".into(), 2), ("a".into(), 2)]), "a");
    }
}
