//! Languages and the direction of text: what several steps ask of a tag or of characters.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, bidi_class};

/// The primary subtag of a language tag, lower case: `pt` of `pt-BR`.
pub(crate) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase()
}

/// A language tag that is well-formed after BCP 47, as near to what was written as can be; `und` if nothing is.
pub(crate) fn tag(written: &str) -> String {
    let tag = written.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    let others = parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()));
    if first && others { tag } else { "und".to_string() }
}

/// Whether a language is written from right to left.
pub(crate) fn is_rtl_language(tag: &str) -> bool {
    matches!(primary(tag).as_str(), "ar" | "he" | "iw" | "fa" | "ur" | "yi" | "ji" | "ps" | "sd" | "ug" | "dv" | "ckb" | "syr") && !tag.contains("Latn")
}

/// Whether a text runs from right to left: as its first letter does. `None` without letters.
pub(crate) fn first_strong_is_rtl(text: &str) -> Option<bool> {
    text.chars().find_map(|c| match bidi_class(c) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    })
}

/// Whether anything in a text can run from right to left: letters, the digits that stand among them, and the marks that
/// ask for it. A text without any needs no bidirectional algorithm.
pub(crate) fn has_rtl(text: &str) -> bool {
    // Nothing of the kind stands before Hebrew, and most text is Latin.
    text.chars()
        .filter(|c| *c >= '\u{590}')
        .any(|c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN | BidiClass::RLE | BidiClass::RLO | BidiClass::RLI))
}

/// A text that comes from elsewhere, such as a reader's name, whose own direction leaves the text around it alone.
pub(crate) fn isolated(text: &str) -> Cow<'_, str> {
    if has_rtl(text) { Cow::Owned(format!("\u{2068}{text}\u{2069}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_well_formed() {
        let tags: Vec<String> = ["en_GB", "de", "", "klingon language", "zh-Hant-TW"].iter().map(|t| tag(t)).collect();
        assert_eq!(tags, ["en-GB", "de", "und", "und", "zh-Hant-TW"]);
    }

    #[test]
    fn the_first_strong_character_decides() {
        assert_eq!(first_strong_is_rtl("«12» שלום Ada"), Some(true));
        assert_eq!(first_strong_is_rtl("1. Ada"), Some(false));
        assert_eq!(first_strong_is_rtl("– 12 –"), None);
    }

    #[test]
    fn every_script_from_right_to_left_is_known_wherever_text_is_looked_at() {
        // Hebrew, Arabic, N'Ko, Phoenician, Hanifi Rohingya, Adlam, Arabic digits, and the mark that begins an isolate.
        for text in ["ש", "ع", "ߊ", "𐤀", "𐴀", "𞤀", "٣", "\u{2067}x\u{2069}"] {
            assert!(has_rtl(text) && isolated(text).starts_with('\u{2068}'), "{text}");
        }
        for text in ["Łódź", "Αθηνά", "日本", "😀", "é\u{200D}"] {
            assert!(!has_rtl(text) && isolated(text) == text, "{text}");
        }
    }

    #[test]
    fn the_primary_subtag_is_found_however_a_tag_is_written() {
        assert_eq!(["pt-BR", "DE", "en_GB", ""].map(primary), ["pt", "de", "en", ""]);
    }
}
