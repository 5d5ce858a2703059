//! Languages and directions.

use unicode_bidi::{BidiClass, bidi_class};

/// A language tag that is well-formed after BCP 47, as near to what was written as can be; `und` if nothing is.
pub(super) fn tag(written: &str) -> String {
    let tag = written.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    let others = parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()));
    if first && others { tag } else { "und".to_string() }
}

/// Whether a language is written from right to left.
pub(super) fn is_rtl(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or("").to_ascii_lowercase();
    matches!(language.as_str(), "ar" | "he" | "iw" | "fa" | "ur" | "yi" | "ji" | "ps" | "sd" | "ug" | "dv" | "ckb" | "syr") && !tag.contains("Latn")
}

/// The direction of the first character that has one.
pub(super) fn first_strong_is_rtl(text: &str) -> Option<bool> {
    text.chars().find_map(|c| match bidi_class(c) {
        BidiClass::L => Some(false),
        BidiClass::R | BidiClass::AL => Some(true),
        _ => None,
    })
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
}
