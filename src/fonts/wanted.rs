//! What a theme asks of the fonts at hand and does not get.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic, nearest};
use crate::theme::Theme;

use super::book::{Face, FontBook};
use super::door::Refused;

/// A warning for each family that no font at hand has, for each file that is no sound font, for each font that may not be embedded,
/// and, if there is to be an e-book, for each font that cannot go into one.
pub fn warnings(fonts: &FontBook, theme: &Theme, epub: bool) -> Vec<Diagnostic> {
    let families = &theme.fonts;
    let mut names: Vec<&str> = vec![&families.text, &families.caption, &families.display, &families.sans, &families.mono];
    names.extend(families.fallback.iter().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    let known: Vec<&str> = fonts.text_faces().map(|face| face.family.as_str()).collect();
    let missing = |name: &str| {
        let hint = nearest(name, known.iter().copied()).map_or_else(
            || "put its files into the project's `fonts` folder".to_string(),
            |near| format!("did you mean `{near}`? Other families go into the project's `fonts` folder"),
        );
        Diagnostic::warning(Code::FontMissing, format!("the theme `{}` asks for the family `{name}`, which no font has", theme.name)).hint(hint)
    };
    let refused = |refused: &Refused| {
        let name = refused.file.file_name().unwrap_or_default().to_string_lossy();
        Diagnostic::warning(Code::FontFile, format!("the font `fonts/{name}` {}", refused.why)).hint("put a sound file in its place, or take it out")
    };
    let restricted = |name: &String| {
        Diagnostic::warning(Code::FontRestricted, format!("the font `{name}` may not be embedded, so no book uses it"))
            .hint("the font says so itself (OS/2 fsType: restricted licence); take one whose licence allows it")
    };
    let without_outlines = |name: &str| {
        Diagnostic::warning(Code::FontNotInEpub, format!("the font `{name}` is left out of the EPUB, since its outlines are not TrueType's"))
            .hint("a reading system sets that text in a font of its own; put the TrueType version (.ttf) into the project's `fonts` folder")
    };
    let all = fonts.refused().iter().map(refused);
    let all = all.chain(names.iter().filter(|name| !fonts.has_family(name)).map(|name| missing(name)));
    let all = all.chain(fonts.restricted().iter().map(restricted));
    if !epub {
        return all.collect();
    }
    let wanted = |face: &&Face| !face.system && !face.outlined && names.iter().any(|name| name.eq_ignore_ascii_case(&face.family));
    let cut: BTreeSet<&str> = fonts.faces().iter().filter(wanted).map(|face| face.postscript.as_str()).collect();
    all.chain(cut.into_iter().map(without_outlines)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::FontData;
    use super::*;

    /// A font of the program's under the same names, changed by a hand on its bytes.
    fn changed(change: impl Fn(&mut [u8])) -> FontBook {
        let mut bytes = include_bytes!("../../fonts/source-serif-4/SourceSerif4-Regular.ttf").to_vec();
        change(&mut bytes);
        let mut fonts = FontBook::default();
        fonts.add(FontData::Shared(bytes.into()), false);
        fonts
    }

    /// Where a table's record stands in a font's directory.
    fn record(bytes: &[u8], tag: &[u8; 4]) -> usize {
        bytes.windows(4).position(|window| window == tag).unwrap_or_default()
    }

    fn said(fonts: &FontBook, epub: bool) -> Vec<String> {
        let text = "SourceSerif4-Regular";
        let theme = Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default();
        warnings(fonts, &theme, epub).into_iter().map(|d| d.message).filter(|message| message.contains(text)).collect()
    }

    #[test]
    fn a_font_that_may_not_be_embedded_is_in_no_book_and_that_is_said() {
        for (fs_type, allowed) in [(0u8, true), (2, false), (4, true), (8, true)] {
            let fonts = changed(|bytes| {
                let at = record(bytes, b"OS/2") + 8;
                let table = u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
                bytes[table + 9] = fs_type;
            });
            assert_eq!((fonts.faces().len(), said(&fonts, false).len()), if allowed { (1, 0) } else { (0, 1) }, "{fs_type}");
        }
    }

    #[test]
    fn a_font_without_truetype_outlines_is_said_to_be_left_out_of_the_epub_alone() {
        let fonts = changed(|bytes| {
            let at = record(bytes, b"glyf");
            bytes[at..at + 4].copy_from_slice(b"gly2");
        });
        assert_eq!(said(&fonts, false), Vec::<String>::new());
        assert_eq!(said(&fonts, true), ["the font `SourceSerif4-Regular` is left out of the EPUB, since its outlines are not TrueType's"]);
        assert!(said(&changed(|_| {}), true).is_empty());
    }
}
