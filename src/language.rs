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

/// Which way the lines of a text run, and from which side a book of it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Direction {
    #[default]
    LeftToRight,
    RightToLeft,
}

impl Direction {
    /// The direction of a language, by its tag: its script says it, else the script that it is mostly written in.
    pub fn of_language(tag: &str) -> Direction {
        const LANGUAGES: [&str; 28] = [
            "ar", "aeb", "ajp", "apc", "arq", "ary", "arz", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps",
            "sd", "syr", "ug", "ur", "yi", "arc",
        ];
        const SCRIPTS: [&str; 12] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Syre", "Syrj", "Thaa"];
        let rtl = match script(tag) {
            Some(script) => SCRIPTS.iter().any(|known| known.eq_ignore_ascii_case(script)),
            None => LANGUAGES.contains(&primary(tag).as_str()),
        };
        if rtl { Direction::RightToLeft } else { Direction::LeftToRight }
    }

    /// As HTML's `dir` and mdBook's `text-direction` write it; nothing for anything else.
    pub fn named(name: &str) -> Option<Direction> {
        match name.trim().to_ascii_lowercase().as_str() {
            "rtl" => Some(Direction::RightToLeft),
            "ltr" => Some(Direction::LeftToRight),
            _ => None,
        }
    }

    /// The same the other way round.
    pub fn name(self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    /// Whether lines run from right to left.
    pub fn is_rtl(self) -> bool {
        self == Direction::RightToLeft
    }
}

/// The script subtag of a language tag, if it has one: `Hant` of `zh-Hant-TW`.
pub(crate) fn script(tag: &str) -> Option<&str> {
    let is_script = |part: &&str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic());
    tag.split(['-', '_']).skip(1).take_while(|part| part.len() > 1).find(is_script)
}

/// The region subtag of a language tag, if it has one: `TW` of `zh-Hant-TW`.
pub(crate) fn region(tag: &str) -> Option<&str> {
    let is_region =
        |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()) || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    tag.split(['-', '_']).skip(1).take_while(|part| part.len() > 1).find(is_region)
}

/// Whether Chinese is written in traditional characters: as its script says, else as they write where it is from.
pub(crate) fn is_traditional(language: &str) -> bool {
    match (script(language), region(language)) {
        (Some(script), _) => script.eq_ignore_ascii_case("Hant"),
        (None, Some(region)) => ["TW", "HK", "MO"].iter().any(|known| known.eq_ignore_ascii_case(region)),
        (None, None) => primary(language) == "yue",
    }
}

/// The letters of a text, by the way they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// There are none.
    None,
    /// All run from right to left.
    RightToLeft,
    /// Some or all run from left to right.
    Others,
}

/// Which letters a text has. What is isolated in it, such as a reader's name, does not count.
pub(crate) fn letters_of(text: &str) -> Letters {
    let (mut seen, mut isolates) = (Letters::None, 0u32);
    for c in text.chars() {
        match bidi_class(c) {
            BidiClass::LRI | BidiClass::RLI | BidiClass::FSI => isolates += 1,
            BidiClass::PDI => isolates = isolates.saturating_sub(1),
            BidiClass::L if isolates == 0 => return Letters::Others,
            BidiClass::R | BidiClass::AL if isolates == 0 => seen = Letters::RightToLeft,
            _ => {}
        }
    }
    seen
}

/// Whether all letters of a text run from right to left, and there are some. Such a text runs so wherever it stands; what is mixed runs
/// as its language does.
pub(crate) fn is_rtl_throughout(text: &str) -> bool {
    letters_of(text) == Letters::RightToLeft
}

/// Whether anything in a text can run from right to left: letters, the digits that stand among them, and the marks that
/// ask for it. A text without any needs no bidirectional algorithm.
pub(crate) fn has_rtl(text: &str) -> bool {
    // Nothing of the kind stands before Hebrew, and most text is Latin.
    text.chars()
        .filter(|c| *c >= '\u{590}')
        .any(|c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN | BidiClass::RLE | BidiClass::RLO | BidiClass::RLI))
}

/// Whether a character is of East Asia and as wide as two Latin ones where all have one width.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE10..=0xFE19 | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F900..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// Whether a character is a letter of Chinese, Japanese or Korean, which have no italics: what is stressed has a dot beside each.
pub(crate) fn is_cjk_letter(c: char) -> bool {
    matches!(c as u32, 0x3005..=0x3007 | 0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x3105..=0x312F | 0x3131..=0x318E
        | 0x31A0..=0x31BF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

/// Whether the letters of a text are joined to each other, so that nothing may come between them.
pub(crate) fn is_cursive(text: &str) -> bool {
    // Nothing of the kind stands before Arabic.
    text.chars().any(|c| matches!(c as u32, 0x600..=0x6FF | 0x700..=0x77F | 0x7C0..=0x7FF | 0x840..=0x8FF | 0x1800..=0x18AF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC | 0x1E900..=0x1E95F))
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
    fn a_language_runs_as_its_script_does() {
        let rtl = |tag: &str| Direction::of_language(tag).is_rtl();
        assert!(["ar", "ar-EG", "he", "fa-IR", "ur", "ks", "pa-Arab", "az-Arab-IR", "ku-Arab", "dv", "yi"].into_iter().all(rtl));
        assert!(!["en", "ar-Latn", "uz", "ku", "tr", "he-Latn", "ks-Deva", "zh-Hant", "und", ""].into_iter().any(rtl));
        assert_eq!((script("zh-Hant-TW"), region("zh-Hant-TW"), region("es-419"), script("en-x-Arab")), (Some("Hant"), Some("TW"), Some("419"), None));
    }

    #[test]
    fn only_what_is_right_to_left_throughout_runs_so_by_itself() {
        assert!(is_rtl_throughout("«12» שלום."));
        assert!(!is_rtl_throughout("שלום Ada"));
        assert!(!is_rtl_throughout("– 12 –"));
        assert!(!is_rtl_throughout("\u{2068}שלום\u{2069}, 12"));
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
