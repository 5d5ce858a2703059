//! Where words may be divided, by language.

use std::sync::OnceLock;

use hyphenation::{Hyphenator as _, Language, Load, Standard};
use hypher::Lang;

use crate::language::primary;
use crate::limits;

/// Divides words of one language.
pub(super) struct Hyphenator {
    patterns: Patterns,
}

enum Patterns {
    /// hypher's automata, which need no loading.
    Automaton(Lang),
    /// British English, which hypher lacks: the `hyphenation` crate's patterns, loaded at the first word.
    British(OnceLock<Option<Standard>>),
    /// A language without patterns is not hyphenated.
    None,
}

/// Letters that must stay on the line, and those that must go to the next.
const MIN_BEFORE: usize = 2;
const MIN_AFTER: usize = 3;
/// Words shorter than this are not divided.
const MIN_WORD: usize = 5;

impl Hyphenator {
    /// For a BCP 47 language tag.
    pub(super) fn new(language: &str) -> Hyphenator {
        let tag = language.to_ascii_lowercase();
        let patterns = match tag.as_str() {
            "en-gb" | "en-au" | "en-nz" | "en-ie" | "en-za" | "en-in" => Patterns::British(OnceLock::new()),
            _ => match primary(&tag).as_bytes() {
                [a, b] => Lang::from_iso([*a, *b]).map_or(Patterns::None, Patterns::Automaton),
                _ => Patterns::None,
            },
        };
        Hyphenator { patterns }
    }

    /// Byte offsets at which a word, letters only, may be divided.
    pub(super) fn points(&self, word: &str) -> Vec<usize> {
        let letters = word.chars().count();
        if !(MIN_WORD..=limits::LETTERS_OF_A_WORD).contains(&letters) {
            return Vec::new();
        }
        let lower = word.to_lowercase();
        if lower.len() != word.len() {
            return Vec::new();
        }
        let points: Vec<usize> = match &self.patterns {
            Patterns::None => return Vec::new(),
            Patterns::Automaton(lang) => {
                let ends = hypher::hyphenate(&lower, *lang).scan(0, |at, syllable| {
                    *at += syllable.len();
                    Some(*at)
                });
                ends.filter(|end| *end < lower.len()).collect()
            }
            Patterns::British(cell) => match cell.get_or_init(|| Standard::from_embedded(Language::EnglishGB).ok()) {
                Some(patterns) => patterns.opportunities(&lower),
                None => return Vec::new(),
            },
        };
        let offset = |letter: usize| word.char_indices().nth(letter).map_or(word.len(), |(at, _)| at);
        let inside = offset(MIN_BEFORE)..=offset(letters - MIN_AFTER);
        points.into_iter().filter(|p| word.is_char_boundary(*p) && inside.contains(p)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &str, word: &str) -> String {
        let mut out = String::new();
        let points = Hyphenator::new(language).points(word);
        for (i, c) in word.char_indices() {
            if points.contains(&i) {
                out.push('-');
            }
            out.push(c);
        }
        out
    }

    #[test]
    fn words_divide_by_the_language_they_are_in() {
        assert_eq!(shown("en", "extensive"), "ex-ten-sive");
        assert_eq!(shown("en-GB", "organisation"), "or-gan-isa-tion");
        assert_eq!(shown("de", "Silbentrennung"), "Sil-ben-tren-nung");
        assert_eq!(shown("en-US", "organization"), "or-ga-ni-za-tion");
        assert_eq!(shown("fr", "typographie"), "ty-po-gra-phie");
        assert_eq!(shown("es", "tipografía"), "ti-po-gra-fía");
        assert_eq!(shown("it", "tipografia"), "ti-po-gra-fia");
        assert_eq!(shown("pt-BR", "tipografia"), "ti-po-gra-fia");
        assert_eq!(shown("nl", "lettertype"), "let-ter-type");
        assert_eq!(shown("pl", "drukarnia"), "dru-kar-nia");
        assert_eq!(shown("sv", "avstavning"), "av-stav-ning");
        assert_eq!(shown("xx", "extensive"), "extensive");
        assert_eq!(shown("en", "able"), "able");
        // Compounds have no end.
        let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        assert!(shown("de", long).matches('-').count() > 15, "{}", shown("de", long));
        let most = "silben".repeat(limits::LETTERS_OF_A_WORD / 6);
        assert!(!Hyphenator::new("de").points(&most).is_empty());
        assert!(Hyphenator::new("de").points(&"silben".repeat(limits::LETTERS_OF_A_WORD / 6 + 1)).is_empty());
    }
}
