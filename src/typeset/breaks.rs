//! Where a line of text may end: by Unicode's rules (UAX 14), and between the words of scripts that write none between them.

use std::sync::OnceLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// All places in a text where a line may or must end, in bytes, in order. Thai, Lao, Khmer and Burmese are parted by dictionaries, and
/// only their stretches of a text are: all other text is looked at once.
pub(super) fn opportunities(text: &str) -> impl Iterator<Item = (usize, BreakOpportunity)> + '_ {
    let mut rules = linebreaks(text).peekable();
    let mut words = between_words(text).into_iter().peekable();
    std::iter::from_fn(move || {
        let word = words.next_if(|word| rules.peek().is_none_or(|(at, _)| word < at));
        word.map(|at| (at, BreakOpportunity::Allowed)).or_else(|| rules.next())
    })
}

/// Places between words within stretches of scripts without spaces.
fn between_words(text: &str) -> Vec<usize> {
    // In UTF-8 their letters begin with one of these; Latin ones and most others do not.
    if !text.bytes().any(|byte| matches!(byte, 0xE0 | 0xE1 | 0xEA)) || !text.contains(is_unspaced) {
        return Vec::new();
    }
    let mut places = Vec::new();
    let mut start = 0;
    while let Some(begin) = text[start..].find(is_unspaced).map(|at| start + at) {
        let end = text[begin..].find(|c| !is_unspaced(c)).map_or(text.len(), |at| begin + at);
        let inner = segmenter().segment_str(&text[begin..end]).filter(|at| *at > 0 && *at < end - begin);
        places.extend(inner.map(|at| begin + at));
        start = end;
    }
    places
}

/// The letters and marks of Thai, Lao, Burmese and Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E81}'..='\u{ECE}' | '\u{EDC}'..='\u{EDF}' | '\u{1000}'..='\u{103F}' | '\u{1050}'..='\u{109F}'
        | '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}' | '\u{17DD}' | '\u{A9E0}'..='\u{A9FE}' | '\u{AA60}'..='\u{AA7F}')
}

/// The dictionaries, opened at the first word that needs them.
fn segmenter() -> LineSegmenterBorrowed<'static> {
    static SEGMENTER: OnceLock<LineSegmenterBorrowed<'static>> = OnceLock::new();
    *SEGMENTER.get_or_init(|| LineSegmenter::new_dictionary(LineBreakOptions::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a bar at each place.
    fn shown(text: &str) -> String {
        let places: Vec<usize> = opportunities(text).map(|(at, _)| at).collect();
        text.char_indices().map(|(at, c)| if at > 0 && places.contains(&at) { format!("|{c}") } else { c.to_string() }).collect()
    }

    #[test]
    fn words_of_scripts_without_spaces_are_told_apart() {
        assert_eq!(shown("ภาษาไทยเขียนติดกัน"), "ภาษา|ไทย|เขียน|ติด|กัน");
        assert_eq!(shown("ພາສາລາວ"), "ພາສາ|ລາວ");
        assert_eq!(shown("ខ្ញុំរៀនភាសា"), "ខ្ញុំ|រៀន|ភាសា");
        assert_eq!(shown("မြန်မာစာ"), "မြန်မာ|စာ");
    }

    #[test]
    fn other_text_is_parted_by_the_rules_alone() {
        for text in ["a few words, and-more", "ἀρχή 日本語のテキスト", "ქართული ენა", "", "é"] {
            assert!(opportunities(text).eq(linebreaks(text)), "{text}");
        }
        assert_eq!(shown("Rust กับ ภาษาไทย 2 คำ"), "Rust |กับ |ภาษา|ไทย |2 |คำ");
    }
}
