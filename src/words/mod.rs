//! The words that the book itself says, in its language: *Contents*, *Chapter*, *Your route*.
//!
//! One file a language, each a complete table, so that a missing word does not compile. A language that has no table
//! of its own gets English, and its author a warning.

mod ar;
mod cs;
mod da;
mod de;
mod el;
mod en;
mod es;
mod fa;
mod fi;
mod fr;
mod he;
mod hu;
mod it;
mod ja;
mod ko;
mod nb;
mod nl;
pub mod own;
mod pl;
mod pt;
mod ro;
mod ru;
mod sv;
mod tr;
mod uk;
mod zh_hans;
mod zh_hant;

use std::borrow::Cow;

use crate::language::{is_traditional, primary, region};

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
    /// The same before a number: *p. 101*.
    pub page_short: String,
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
    /// Heads in the contents of a book with a ladder.
    pub stages: String,
    pub paths: String,
    pub guides: String,
    /// Before the letter of a path or a guide: *Path A*.
    pub path: String,
    pub guide: String,
    /// Beside a line to write a date on.
    pub date: String,
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
    /// Heading of what is new since an edition, `{}`.
    pub whats_new: String,
    /// Of a chapter that came with this edition.
    pub is_new: String,
    /// Of a chapter of which something changed.
    pub is_changed: String,
    /// What stands over a chapter's title. In this and the next two `{word}` is the number in words, `{figures}` in figures, `{roman}`
    /// in Roman numerals, as the language has it.
    pub numbered_chapter: String,
    /// What stands over a part's title.
    pub numbered_part: String,
    /// The name of a figure or table, `{name}`, with its number.
    pub numbered_caption: String,
    /// The figures from nought to nine.
    pub digits: String,
    /// Number words, from one on; beyond them figures are used.
    pub numbers: Vec<String>,
}

/// The words of a language, by its BCP 47 tag; English for a language without a table.
pub fn words(language: &str) -> Words {
    own_words(language).unwrap_or_else(en::words)
}

/// Whether there are words of a language.
pub fn has_words(language: &str) -> bool {
    own_words(language).is_some()
}

fn own_words(language: &str) -> Option<Words> {
    Some(match primary(language).as_str() {
        "ar" => match region(language).map(str::to_ascii_uppercase).as_deref() {
            // The Maghreb writes the figures of Europe.
            Some("DZ" | "EH" | "LY" | "MA" | "MR" | "TN") => Words { digits: en::words().digits, ..ar::words() },
            _ => ar::words(),
        },
        "cs" => cs::words(),
        "da" => da::words(),
        "de" => de::words(),
        "el" => el::words(),
        "en" => en::words(),
        "es" => es::words(),
        "fa" | "prs" => fa::words(),
        "fi" => fi::words(),
        "fr" => fr::words(),
        "he" | "iw" => he::words(),
        "hu" => hu::words(),
        "it" => it::words(),
        "ja" => ja::words(),
        "ko" => ko::words(),
        "nb" | "nn" | "no" => nb::words(),
        "nl" => nl::words(),
        "pl" => pl::words(),
        "pt" => pt::words(),
        "ro" | "mo" => ro::words(),
        "ru" => ru::words(),
        "sv" => sv::words(),
        "tr" => tr::words(),
        "uk" => uk::words(),
        "zh" | "cmn" | "yue" if is_traditional(language) => zh_hant::words(),
        "zh" | "cmn" | "yue" => zh_hans::words(),
        _ => return None,
    })
}

impl Words {
    /// The heading of what is new since an edition.
    pub fn news_title(&self, edition: &str) -> String {
        self.whats_new.replace("{}", edition)
    }

    /// What is new of a chapter: so many passages, or the chapter as a whole.
    pub fn news_of(&self, passages: Option<usize>) -> String {
        passages.map_or_else(|| self.is_new.clone(), |count| format!("{} ({})", self.is_changed, self.figures(&count.to_string())))
    }

    /// *Chapter One*, 第一章, الفصل ١: what stands over a chapter's title. Numbers of more than one level stay figures.
    pub fn chapter_label(&self, number: &str) -> String {
        self.numbered(&self.numbered_chapter, number)
    }

    /// *Part I*, 第一部分.
    pub fn part_label(&self, number: u32) -> String {
        self.numbered(&self.numbered_part, &self.figures(&number.to_string()))
    }

    /// *Figure 2.1*, *2.1. ábra*: a caption's name and its number.
    pub fn caption_label(&self, name: &str, number: &str) -> String {
        self.numbered(&self.numbered_caption, number).replace("{name}", name)
    }

    fn numbered(&self, template: &str, number: &str) -> String {
        let value = self.value(number);
        let word = value.and_then(|value| self.numbers.get(value.checked_sub(1)? as usize)).map_or(number, String::as_str);
        let numerals = value.map_or(number.to_string(), |value| roman(value).to_uppercase());
        template.replace("{word}", word).replace("{figures}", number).replace("{roman}", &numerals)
    }

    /// What a number is that is written in this language's figures.
    fn value(&self, number: &str) -> Option<u32> {
        let digit = |c: char| c.to_digit(10).or_else(|| self.digits.chars().position(|digit| digit == c).map(|at| at as u32));
        number.chars().try_fold(0u32, |value, c| value.checked_mul(10)?.checked_add(digit(c)?))
    }

    /// Where something stands, by its folio: *p. 101*.
    pub fn on_page(&self, folio: &str) -> String {
        format!("{}\u{A0}{folio}", self.page_short)
    }

    /// The same as it is said behind a link on paper: *(p. 101)*.
    pub fn behind_link(&self, folio: &str) -> String {
        format!("({})", self.on_page(folio))
    }

    /// What may stand on a page of the book, for the search for fonts that have its characters.
    pub fn on_pages(&self) -> impl Iterator<Item = &str> {
        let words = [
            &self.contents,
            &self.figure,
            &self.table,
            &self.note,
            &self.tip,
            &self.important,
            &self.warning,
            &self.caution,
            &self.index,
            &self.works,
            &self.colophon,
            &self.set_in,
            &self.made_with,
            &self.edition,
            &self.see,
            &self.continued,
            &self.page_short,
            &self.stages,
            &self.paths,
            &self.guides,
            &self.path,
            &self.guide,
            &self.date,
            &self.stage,
            &self.years,
            &self.numbered_chapter,
            &self.numbered_part,
            &self.numbered_caption,
            &self.digits,
        ];
        words.into_iter().chain(&self.numbers).map(String::as_str)
    }

    /// A text with its figures as the language writes them.
    pub fn figures<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.digits.starts_with('0') || !text.contains(|c: char| c.is_ascii_digit()) {
            return Cow::Borrowed(text);
        }
        let digits: Vec<char> = self.digits.chars().collect();
        text.chars().map(|c| c.to_digit(10).and_then(|digit| digits.get(digit as usize).copied()).unwrap_or(c)).collect()
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
        let tags = "en en-GB de es fr it nl pl pt-BR sv zh-Hans zh-Hant ja ko ar fa he ru uk cs da nb fi tr el hu ro";
        for tag in tags.split(' ') {
            let words = words(tag);
            assert!(has_words(tag), "{tag}");
            assert_eq!((words.numbers.len(), words.digits.chars().count()), (30, 10), "{tag}");
            assert!([&words.prepared_for, &words.set_in, &words.made_with].iter().all(|word| word.contains("{}")), "{tag}");
            assert!(words.route_to.contains("{target}"), "{tag}");
            assert!(words.route_from.contains("{from}") && words.route_from.contains("{target}"), "{tag}");
            let numbered = [words.chapter_label("3"), words.part_label(3), words.caption_label(&words.table, "3.1")];
            assert!(numbered.iter().all(|label| !label.contains('{')), "{tag}: {numbered:?}");
            assert_ne!(words.chapter_label("3"), words.chapter_label("4"), "{tag}");
        }
    }

    #[test]
    fn a_language_is_matched_with_its_script_and_region() {
        for (tag, contents) in [
            ("zh", "目录"),
            ("zh-CN", "目录"),
            ("zh-SG", "目录"),
            ("zh-TW", "目錄"),
            ("zh-HK", "目錄"),
            ("zh-Hans-HK", "目录"),
            ("zh-Hant", "目錄"),
            ("zh_hant_cn", "目錄"),
            ("yue", "目錄"),
            ("nn", "Innhold"),
            ("no-NO", "Innhold"),
            ("iw", "תוכן העניינים"),
            ("de-AT", "Inhalt"),
        ] {
            assert_eq!(words(tag).contents, contents, "{tag}");
        }
    }

    #[test]
    fn numbers_stand_as_the_language_writes_them() {
        let labels = |tag: &str| {
            let words = words(tag);
            let number = |number: &str| words.figures(number).into_owned();
            [words.chapter_label(&number("12")), words.part_label(2), words.caption_label(&words.figure, &number("12.3"))]
        };
        assert_eq!(labels("en"), ["Chapter twelve", "Part II", "Figure 12.3"]);
        assert_eq!(labels("zh-CN"), ["第十二章", "第二部分", "图 12.3"]);
        assert_eq!(labels("ja"), ["第12章", "第2部", "図 12.3"]);
        assert_eq!(labels("ko"), ["제12장", "제2부", "그림 12.3"]);
        assert_eq!(labels("ar"), ["الفصل ١٢", "الجزء ٢", "الشكل ١٢.٣"]);
        assert_eq!(labels("ar-MA"), ["الفصل 12", "الجزء 2", "الشكل 12.3"]);
        assert_eq!(labels("fa"), ["فصل ۱۲", "بخش ۲", "شکل ۱۲.۳"]);
        assert_eq!(labels("hu"), ["12. fejezet", "II. rész", "12.3. ábra"]);
        assert_eq!(labels("ru"), ["Глава 12", "Часть II", "Рисунок 12.3"]);
        // Beyond the words at hand, and at more levels than one.
        assert_eq!((words("zh").chapter_label("31"), words("en").chapter_label("2.1")), ("第31章".to_string(), "Chapter 2.1".to_string()));
    }

    #[test]
    fn a_language_without_a_table_gets_english() {
        assert_eq!(words("eu"), words("en"));
        assert!(!has_words("eu") && has_words("en-IN"));
    }
}
