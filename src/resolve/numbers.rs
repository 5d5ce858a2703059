//! Numbers of parts, chapters and captions.

use std::collections::BTreeMap;

use super::fields::{Values, plain};
use super::labels::Names;
use super::resolved::{Matter, SectionInfo};
use crate::parse::{BlockKind, Document, Node, NodeId, Section, Table, plain_text, walk};
use crate::select::EntryKind;
use crate::words::{Words, roman};

/// What is known of each section.
///
/// All chapters of the main matter bear numbers, paths and guides too: a reader who is told of chapter 7 must be able to
/// find it, and a book in which only some chapters count has two ways to speak of a place. An mdBook's prefix and suffix
/// chapters are its front and back matter and bear none.
pub(super) fn sections(document: &Document, values: &Values, words: &Words) -> Vec<SectionInfo> {
    let first = document.sections.iter().position(|s| s.numbered);
    let last = document.sections.iter().rposition(|s| s.numbered);
    let mut counters: Vec<u32> = Vec::new();
    let mut parts = 0;
    let mut names = Names::default();
    let mut out = Vec::with_capacity(document.sections.len());
    for (index, section) in document.sections.iter().enumerate() {
        let matter = matter(section, index, first, last);
        let number = (section.numbered && matter == Matter::Main).then(|| count(&mut counters, usize::from(section.depth)));
        let part = section.part.as_ref().map(|title| {
            parts += 1;
            (format!("{} {}", words.part, roman(parts as u32).to_uppercase()), plain(title, values))
        });
        let title = plain(section.name.as_ref().unwrap_or(&section.title), values);
        let number = number.filter(|_| !names_itself(&title) && !names_itself(&plain(&section.title, values)));
        let label = names.section(index, matter, number.as_deref(), &section.anchor);
        out.push(SectionInfo { number, matter, title, label, part });
    }
    out
}

/// Whether a title bears a number of its own: *Appendix B: Operators*, *1. Getting Started*, *第七章 中文*, *IV. Roman*, *10.2 Sub*,
/// *Chapitre 17 : …*, *Part 2*. Such a chapter counts, but shows no other number.
fn names_itself(title: &str) -> bool {
    begins_with_number(title) || named_with_number(title) || numbered_in_chinese(title)
}

/// *1. Getting Started*, *10.2 Sub*, *3) Third*, *IV. Roman*. A bare number is none: *3 Ways to Fail*, *2024 in Review*.
fn begins_with_number(title: &str) -> bool {
    let Some((first, rest)) = title.trim().split_once(char::is_whitespace) else { return false };
    if rest.trim().is_empty() {
        return false;
    }
    let (bare, marked) = match first.strip_suffix(['.', ')', ':', '．', '、']) {
        Some(bare) => (bare, true),
        None => (first, false),
    };
    let levels: Vec<&str> = bare.split('.').collect();
    let digits = levels.iter().all(|level| !level.is_empty() && level.len() <= 3 && level.chars().all(|c| c.is_ascii_digit()));
    let roman = bare.len() > 1 && bare.chars().all(|c| "IVXLCDM".contains(c)) || matches!(bare, "I" | "V" | "X");
    digits && (marked || levels.len() > 1) || roman && marked
}

/// *Part 2*, *Chapitre 17 : Le titre*, *Kapitel 3 – Anfang*, *Anhang A*: one of the words that chapters are called by, and a number.
fn named_with_number(title: &str) -> bool {
    const WORDS: [&str; 34] = [
        "appendix",
        "chapter",
        "part",
        "section",
        "unit",
        "lesson",
        "module",
        "lecture",
        "book",
        "volume",
        "annexe",
        "chapitre",
        "partie",
        "leçon",
        "kapitel",
        "teil",
        "anhang",
        "abschnitt",
        "capítulo",
        "parte",
        "apéndice",
        "capitolo",
        "appendice",
        "apêndice",
        "hoofdstuk",
        "deel",
        "bijlage",
        "rozdział",
        "część",
        "dodatek",
        "del",
        "bilaga",
        "глава",
        "часть",
    ];
    let mut words = title.split_whitespace();
    let (Some(word), Some(number)) = (words.next(), words.next()) else { return false };
    let bare = number.trim_end_matches([':', '.', ',', '–', '—', '-']);
    let letter = bare.chars().count() == 1 && bare.chars().all(char::is_uppercase);
    let digits = !bare.is_empty() && bare.split('.').all(|level| !level.is_empty() && level.chars().all(|c| c.is_ascii_digit()));
    let roman = !bare.is_empty() && bare.chars().all(|c| "IVXLC".contains(c));
    let known = WORDS.contains(&word.to_lowercase().as_str());
    known && (letter || digits || roman) || any_word_with_number(title)
}

/// *第七章 中文*, *第 3 节*, *제2장*, *７章*.
fn numbered_in_chinese(title: &str) -> bool {
    let title = title.trim();
    let Some(rest) = title.strip_prefix(['第', '제']) else { return false };
    let rest = rest.trim_start();
    let number = rest.trim_start_matches(|c: char| c.is_numeric() || "〇零一二三四五六七八九十百千两兩".contains(c));
    number.len() < rest.len() && number.trim_start().starts_with(['章', '节', '節', '部', '回', '课', '課', '编', '編', '篇', '卷', '장', '절', '부', '과'])
}

/// Any word, and a number with a mark behind it or a dash after it.
fn any_word_with_number(title: &str) -> bool {
    let mut words = title.split_whitespace();
    let (Some(word), Some(number), Some(next)) = (words.next(), words.next(), words.next()) else { return false };
    // *Appendix B: Operators*, *Appendix B – Operators*.
    let dashed = matches!(next, "-" | "–" | "—") && words.next().is_some();
    let Some(number) = number.strip_suffix([':', '.']).or(dashed.then_some(number)) else { return false };
    let letter = number.chars().count() == 1 && number.chars().all(char::is_uppercase);
    let digits = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    word.chars().all(char::is_alphabetic) && (letter || digits)
}

fn matter(section: &Section, index: usize, first: Option<usize>, last: Option<usize>) -> Matter {
    match section.kind {
        EntryKind::Front | EntryKind::Route | EntryKind::Milestones => Matter::Front,
        EntryKind::Back => Matter::Back,
        EntryKind::Stage { .. } | EntryKind::RoadBeyond | EntryKind::Path | EntryKind::Guide => Matter::Main,
        EntryKind::Chapter if first.is_some_and(|first| index < first) => Matter::Front,
        EntryKind::Chapter if last.is_some_and(|last| index > last) && section.depth == 0 && !section.numbered => Matter::Back,
        EntryKind::Chapter if last.is_some_and(|last| index > last) && !section.numbered => Matter::Back,
        EntryKind::Chapter => Matter::Main,
    }
}

/// Counts a chapter at a depth: `3`, `3.1`.
fn count(counters: &mut Vec<u32>, depth: usize) -> String {
    counters.resize(depth + 1, 0);
    if let Some(last) = counters.last_mut() {
        *last += 1;
    }
    counters.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// Numbers of figures and of tables that have captions, from 1 in each chapter; the chapters nested in it count on.
/// A caption whose author numbered it, *Figure 4-1: …* or *Table B-1: …*, gets no other number.
pub(super) fn captions(document: &Document, sections: &[SectionInfo], words: &Words) -> BTreeMap<NodeId, String> {
    let mut out = BTreeMap::new();
    let mut chapter: Option<String> = None;
    let mut counts = (0_u32, 0_u32);
    for (section, info) in document.sections.iter().zip(sections) {
        if section.depth == 0 {
            chapter = info.number.clone();
            counts = (0, 0);
        }
        walk(section, &mut |node| {
            let Node::Block(block) = node else { return };
            let (caption, word, count) = match &block.kind {
                BlockKind::Figure { caption: Some(caption), .. } => (caption, &words.figure, &mut counts.0),
                BlockKind::Table(Table { caption: Some(caption), .. }) => (caption, &words.table, &mut counts.1),
                _ => return,
            };
            if is_numbered(&plain_text(caption), word) {
                return;
            }
            *count += 1;
            let number = match &chapter {
                Some(chapter) => format!("{chapter}.{count}"),
                None => count.to_string(),
            };
            out.insert(block.id, number);
        });
    }
    out
}

/// Whether a caption begins with the word and a number.
fn is_numbered(caption: &str, word: &str) -> bool {
    // What captions are called in the languages that books are translated from, beside the word of this one.
    const WORDS: [&str; 18] = [
        "Figure",
        "Fig.",
        "Table",
        "Listing",
        "Example",
        "Abbildung",
        "Abb.",
        "Tabelle",
        "Tableau",
        "Figura",
        "Tabla",
        "Tabella",
        "Рисунок",
        "Рис.",
        "Таблица",
        "图",
        "表",
        "圖",
    ];
    let begun = std::iter::once(word).chain(WORDS).find(|word| caption.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    let begins = begun.is_some();
    let number = || caption[begun.map_or(0, str::len)..].trim_start();
    // In an appendix a letter stands before the number: *Table B-1*.
    let lettered = |n: &str| n.len() > 2 && n.as_bytes()[0].is_ascii_uppercase() && matches!(n.as_bytes()[1], b'-' | b'.') && n.as_bytes()[2].is_ascii_digit();
    begins && (number().starts_with(|c: char| c.is_ascii_digit()) || lettered(number()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_count_at_each_depth() {
        let mut counters = Vec::new();
        let numbers: Vec<String> = [0, 1, 1, 2, 0, 1, 0].iter().map(|d| count(&mut counters, *d)).collect();
        assert_eq!(numbers, ["1", "1.1", "1.2", "1.2.1", "2", "2.1", "3"]);
    }

    #[test]
    fn a_title_may_name_its_own_number() {
        assert!(names_itself("Appendix B: Operators and Symbols") && names_itself("Chapter 12. In which nothing happens"));
        assert!(names_itself("Appendix G - How Rust is Made") && !names_itself("Plan G -"));
        assert!(!names_itself("Installing Rust: macOS") && !names_itself("Plan B"));
        for own in
            ["1. Getting Started", "第七章 中文", "IV. Roman", "10.2 Sub", "Chapitre 17 : Le titre", "Part 2", "Anhang A", "Глава 3", "3) Third", "제2장 시작"]
        {
            assert!(names_itself(own), "{own}");
        }
        for none in ["3 Ways to Fail", "2024 in Review", "Mix. A drink", "Part of the whole", "1.", "第一次", "I am here", "Section headings"] {
            assert!(!names_itself(none), "{none}");
        }
    }

    #[test]
    fn a_caption_may_come_with_its_number() {
        assert!(is_numbered("Figure 4-1: A lamp", "Figure") && is_numbered("figure 2", "Figure"));
        assert!(!is_numbered("Figures of speech, 12 of them", "Figure") && !is_numbered("A lamp", "Figure"));
        assert!(is_numbered("图 4-1 一盏灯", "Figure") && is_numbered("Listing 3-2: Loop", "Figure") && is_numbered("Abb. 3: Lampe", "Figure"));
        assert!(!is_numbered("表示一盏灯", "Table"));
    }
}
