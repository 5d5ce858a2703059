//! Fonts: cut down to the characters that the manuscript uses, with their kerning, ligatures, figures and small capitals.

use std::collections::BTreeSet;

use rayon::prelude::*;
use read_fonts::FontRef;
use read_fonts::collections::IntSet;
use read_fonts::types::{GlyphId, NameId, Tag};
use skera::{DEFAULT_DROP_TABLES, DEFAULT_LAYOUT_FEATURES, Plan, SubsetFlags, subset_font};

use crate::fonts::{Face, FaceId, FontBook};
use crate::panics::guarded;
use crate::theme::{Families, Weight};

use super::scribe::Characters;

/// A font as the book carries it.
#[derive(Clone, Debug)]
pub(super) struct Font {
    /// Path in the book.
    pub(super) path: String,
    /// Family, as the stylesheet names it.
    pub(super) family: String,
    /// Weight, as the stylesheet names it.
    pub(super) weight: u16,
    /// Italic.
    pub(super) italic: bool,
    /// The file.
    pub(super) bytes: Vec<u8>,
}

/// A face that the stylesheet asks for, and the characters that are set in it.
struct Wanted<'a> {
    face: &'a Face,
    weight: u16,
    characters: BTreeSet<char>,
}

/// Layout features kept beside the usual ones: small capitals and the kinds of figures.
const FEATURES: &[&[u8; 4]] = &[b"smcp", b"onum", b"lnum", b"tnum", b"pnum"];

/// Cuts down every face that the book uses. A font without TrueType outlines is left out, which
/// [`crate::fonts::warnings`] has said, and the reader's own font of the kind stands in.
pub(super) fn subset(fonts: &FontBook, families: &Families, characters: &Characters) -> Vec<Font> {
    let wanted = wanted(fonts, families, characters);
    wanted.par_iter().filter_map(|wanted| guarded(|| cut(wanted)).ok().flatten()).collect()
}

/// The same faces whole, each with the one that it is, for whoever looks at single files: a font's bytes are those of its face.
pub(super) fn whole(fonts: &FontBook, families: &Families) -> Vec<(Font, FaceId)> {
    let everything = Characters { code: ['a'].into(), bold_italic: true, tables: true, ..Characters::default() };
    let mut wanted = wanted(fonts, families, &everything);
    for family in &families.fallback {
        add(&mut wanted, fonts, family, Weight::Regular, false, BTreeSet::new());
    }
    let font = |wanted: Wanted<'_>| {
        let face = wanted.face;
        let path = format!("fonts/{}.ttf", face.postscript);
        (Font { path, family: face.family.clone(), weight: wanted.weight, italic: face.italic, bytes: Vec::new() }, face.id)
    };
    wanted.into_iter().map(font).collect()
}

/// The faces in use with their characters.
fn wanted<'a>(fonts: &'a FontBook, families: &Families, characters: &Characters) -> Vec<Wanted<'a>> {
    let prose: BTreeSet<char> = characters.prose.iter().copied().chain(basic()).collect();
    let code: BTreeSet<char> = characters.code.iter().copied().chain(basic()).collect();
    // Names stand in the regular face; with all Latin letters at hand most of them need no other font.
    let names: BTreeSet<char> = prose.iter().copied().chain('\u{A0}'..='\u{17F}').collect();
    let mut styles = vec![
        (&families.text, Weight::Regular, false, names),
        (&families.text, Weight::Regular, true, prose.clone()),
        (&families.text, Weight::Bold, false, prose.clone()),
        (&families.display, Weight::Regular, false, prose.clone()),
        (&families.sans, Weight::Semibold, false, prose.clone()),
    ];
    if characters.bold_italic {
        styles.push((&families.text, Weight::Bold, true, prose.clone()));
    }
    if characters.tables {
        styles.push((&families.sans, Weight::Regular, false, prose.clone()));
    }
    if !characters.code.is_empty() {
        styles.push((&families.mono, Weight::Regular, false, code.clone()));
    }
    let mut out: Vec<Wanted<'a>> = Vec::new();
    for (family, weight, italic, characters) in styles {
        add(&mut out, fonts, family, weight, italic, characters);
    }
    let mut missing = lacking(fonts, &families.text, &prose);
    missing.extend(lacking(fonts, &families.mono, &code));
    fallback(&mut out, fonts, families, missing);
    out
}

/// Adds a face for those of the characters that it has, unless it is there already.
fn add<'a>(out: &mut Vec<Wanted<'a>>, fonts: &'a FontBook, family: &str, weight: Weight, italic: bool, characters: BTreeSet<char>) {
    let Some(face) = fonts.find(family, weight, italic).map(|id| fonts.face(id)) else { return };
    if face.system || face.italic != italic {
        return;
    }
    let weight = match weight {
        Weight::Regular => 400,
        Weight::Semibold => 600,
        Weight::Bold => 700,
    };
    if !out.iter().any(|w| w.face.id == face.id) {
        out.push(Wanted { face, weight, characters });
    }
}

/// The characters that a family's regular face does not have.
fn lacking(fonts: &FontBook, family: &str, characters: &BTreeSet<char>) -> BTreeSet<char> {
    let face = fonts.find(family, Weight::Regular, false).map(|id| fonts.face(id));
    characters.iter().copied().filter(|c| !c.is_ascii() && face.is_none_or(|face| face.glyph(*c).is_none())).collect()
}

/// Adds the fallback families for what the others lack.
fn fallback<'a>(out: &mut Vec<Wanted<'a>>, fonts: &'a FontBook, families: &Families, mut missing: BTreeSet<char>) {
    for family in &families.fallback {
        let Some(face) = fonts.find(family, Weight::Regular, false).map(|id| fonts.face(id)) else { continue };
        let has: BTreeSet<char> = missing.iter().copied().filter(|c| face.glyph(*c).is_some()).collect();
        if !has.is_empty() {
            missing.retain(|c| !has.contains(c));
            add(out, fonts, family, Weight::Regular, false, has);
        }
    }
}

/// What every face has, so that titles, labels and most names can be set in it: ASCII, Latin 1 and the usual punctuation.
fn basic() -> impl Iterator<Item = char> {
    (' '..='~').chain('\u{A0}'..='\u{FF}').chain("–—‘’“”„‚•…‹›€™−".chars())
}

fn cut(wanted: &Wanted<'_>) -> Option<Font> {
    let face = wanted.face;
    let font = FontRef::from_index(face.data.as_ref(), face.index).ok()?;
    if !face.outlined {
        return None;
    }
    let unicodes: IntSet<u32> = wanted.characters.iter().map(|c| *c as u32).collect();
    let bytes = subset_font(&font, &plan(&font, &unicodes)).ok()?;
    Some(Font { path: format!("fonts/{}.ttf", face.postscript), family: face.family.clone(), weight: wanted.weight, italic: face.italic, bytes })
}

fn plan(font: &FontRef<'_>, unicodes: &IntSet<u32>) -> Plan {
    let mut drop: IntSet<Tag> = DEFAULT_DROP_TABLES.iter().copied().collect();
    drop.insert(Tag::new(b"meta"));
    let mut scripts = IntSet::<Tag>::empty();
    scripts.invert();
    let mut features: IntSet<Tag> = DEFAULT_LAYOUT_FEATURES.iter().copied().collect();
    features.extend(FEATURES.iter().map(|tag| Tag::new(tag)));
    let mut names = IntSet::<NameId>::empty();
    names.insert_range(NameId::from(0)..=NameId::from(6));
    // The licence travels in the font too.
    names.insert_range(NameId::from(13)..=NameId::from(14));
    let languages: IntSet<u16> = [0x0409].into_iter().collect();
    let flags = SubsetFlags::SUBSET_FLAGS_NO_HINTING;
    Plan::new(&IntSet::<GlyphId>::empty(), unicodes, font, flags, &drop, &scripts, &features, &names, &languages)
}

/// The licences of the fonts that the binary carries, for those families that the book uses: file name and text.
pub(super) fn licences(fonts: &[Font]) -> Vec<(String, &'static str)> {
    let all = [
        ("Alegreya", "alegreya", include_str!("../../fonts/alegreya/OFL.txt")),
        ("Source Serif", "source-serif-4", include_str!("../../fonts/source-serif-4/OFL.md")),
        ("Source Sans", "source-sans-3", include_str!("../../fonts/source-sans-3/OFL.md")),
        ("Source Code", "source-code-pro", include_str!("../../fonts/source-code-pro/OFL.md")),
        ("Noto Sans Symbols", "noto-sans-symbols-2", include_str!("../../fonts/noto-sans-symbols-2/OFL.txt")),
        ("Noto Emoji", "noto-emoji", include_str!("../../fonts/noto-emoji/OFL.txt")),
    ];
    let used = all.into_iter().filter(|(family, _, _)| fonts.iter().any(|font| font.family.starts_with(family)));
    used.map(|(_, name, text)| (format!("fonts/{name}-OFL.txt"), text)).collect()
}

#[cfg(test)]
mod tests {
    use read_fonts::TableProvider;

    use super::*;
    use crate::theme::Theme;

    #[test]
    fn faces_are_cut_to_what_is_used_and_keep_their_features() {
        let fonts = FontBook::built_in();
        let theme = Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default();
        let characters = Characters { prose: "Ada 🂡 ff".chars().collect(), code: "fn".chars().collect(), ..Characters::default() };
        let made = subset(&fonts, &theme.fonts, &characters);
        let names: Vec<&str> = made.iter().map(|font| font.path.as_str()).collect();
        let expected = [
            "fonts/SourceSerif4-Regular.ttf",
            "fonts/SourceSerif4-It.ttf",
            "fonts/SourceSerif4-Bold.ttf",
            "fonts/SourceSerif4Display-Regular.ttf",
            "fonts/SourceSans3-Semibold.ttf",
            "fonts/SourceCodePro-Regular.ttf",
            "fonts/NotoSansSymbols2-Regular.ttf",
        ];
        assert_eq!(names, expected);
        for font in &made {
            let read = FontRef::new(&font.bytes);
            assert!(read.as_ref().is_ok_and(|f| f.glyf().is_ok() && f.cmap().is_ok()), "{}", font.path);
            assert!(font.bytes.len() < 150_000, "{} has {} bytes", font.path, font.bytes.len());
        }
        let text = FontRef::new(&made[0].bytes);
        let has = |tag: &[u8; 4]| {
            text.as_ref()
                .is_ok_and(|f| f.gsub().and_then(|g| g.feature_list()).is_ok_and(|l| l.feature_records().iter().any(|r| r.feature_tag() == Tag::new(tag))))
        };
        assert!(has(b"smcp") && has(b"liga") && has(b"onum"));
        assert_eq!(licences(&made).len(), 4);
    }
}
