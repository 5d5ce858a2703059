//! The words that the book itself says, in its language: *Contents*, *Chapter*, *Your route*.
//!
//! One file a language, each a complete table, so that a missing word does not compile. A language that has no table
//! of its own gets English.

mod de;
mod en;
mod es;
mod fr;
mod it;
mod nl;
mod pl;
mod pt;
mod sv;

use crate::language::primary;

/// Words that the book itself says, in its language. Templates name what is filled in: `{target}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct Words {
    pub contents: String,
    pub chapter: String,
    pub part: String,
    pub figure: String,
    pub table: String,
    pub note: String,
    pub tip: String,
    pub important: String,
    pub warning: String,
    pub caution: String,
    pub notes: String,
    pub index: String,
    pub glossary: String,
    /// Heading of the works that the book cites.
    pub works: String,
    pub cover: String,
    pub title_page: String,
    pub imprint: String,
    pub colophon: String,
    /// The fonts, `{}`: a sentence.
    pub set_in: String,
    /// The program, `{}`: a sentence.
    pub made_with: String,
    pub your_route: String,
    pub your_milestones: String,
    pub road_beyond: String,
    pub prepared_for: String,
    pub edition: String,
    pub copy: String,
    pub stage: String,
    pub years: String,
    pub you_are_here: String,
    pub your_target: String,
    pub see: String,
    pub see_also: String,
    pub continued: String,
    pub page: String,
    /// What an empty box of a task list says.
    pub to_do: String,
    /// What a ticked box says.
    pub done: String,
    /// A chapter that has no title, no heading and no file name to take one from.
    pub untitled: String,
    /// The drawn map of the ladder, before its rungs are read out.
    pub ladder: String,
    /// `{target}`: a sentence.
    pub route_to: String,
    /// `{from}` and `{target}`: a sentence.
    pub route_from: String,
    /// Heading of the paths that were chosen.
    pub your_paths: String,
    /// Heading of the mentor's note.
    pub mentor_note: String,
    /// Before the organisation's name.
    pub organisation: String,
    /// A sentence over the checklist.
    pub milestones_intro: String,
    /// A sentence over the later stages.
    pub road_beyond_intro: String,
    /// Number words for chapter openings, from one on; beyond them figures are used.
    pub numbers: Vec<String>,
}

/// The words of a language, by its BCP 47 tag; English for a language without a table.
pub fn words(language: &str) -> Words {
    match primary(language).as_str() {
        "de" => de::words(),
        "es" => es::words(),
        "fr" => fr::words(),
        "it" => it::words(),
        "nl" => nl::words(),
        "pl" => pl::words(),
        "pt" => pt::words(),
        "sv" => sv::words(),
        _ => en::words(),
    }
}

/// A number in small Roman numerals: `xiv`.
pub fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] =
        [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];
    let (mut out, mut rest) = (String::new(), number);
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

/// A table as its file writes it: fields with string literals, number words in one string.
macro_rules! table {
    ($($field:ident: $word:literal,)* ; numbers: $numbers:literal) => {
        $crate::words::Words {
            $($field: $word.to_string(),)*
            numbers: $numbers.split(", ").map(str::to_string).collect(),
        }
    };
}
use table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_counts_to_thirty_and_fills_its_templates() {
        for tag in ["en", "en-GB", "de", "es", "fr", "it", "nl", "pl", "pt-BR", "sv"] {
            let words = words(tag);
            assert_eq!(words.numbers.len(), 30, "{tag}");
            assert!([&words.prepared_for, &words.set_in, &words.made_with].iter().all(|word| word.contains("{}")), "{tag}");
            assert!(words.route_to.contains("{target}"), "{tag}");
            assert!(words.route_from.contains("{from}") && words.route_from.contains("{target}"), "{tag}");
        }
    }

    #[test]
    fn a_language_without_a_table_gets_english() {
        assert_eq!(words("fi"), words("en"));
        assert_ne!(words("de-AT"), words("en"));
    }
}
