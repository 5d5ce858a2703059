//! Numbers of parts, chapters and captions.

use std::collections::BTreeMap;

use super::fields::{Values, plain};
use super::labels::Names;
use super::resolved::{Matter, SectionInfo};
use crate::parse::{BlockKind, Document, Node, NodeId, Section, Table, plain_text, walk};
use crate::select::EntryKind;
use crate::words::Words;

/// What is known of each section.
///
/// A stage's chapter has the number of its rung. Paths and guides bear letters, in one row: their count depends on the reader, and a
/// fourth chapter that is not the fourth stage would have two meanings for one figure. Other chapters count from one. An mdBook's prefix and suffix
/// chapters are its front and back matter and bear none.
pub(super) fn sections(document: &Document, values: &Values, words: &Words) -> Vec<SectionInfo> {
    let first = document.sections.iter().position(|s| s.numbered);
    let last = document.sections.iter().rposition(|s| s.numbered);
    let mut counters: Vec<u32> = Vec::new();
    let (mut parts, mut letters) = (0, 0);
    let mut names = Names::default();
    let mut out = Vec::with_capacity(document.sections.len());
    for (index, section) in document.sections.iter().enumerate() {
        let matter = matter(section, index, first, last);
        if matches!(section.kind, EntryKind::Path | EntryKind::Guide) && section.depth == 0 {
            letters += 1;
        }
        let number = (section.numbered && matter == Matter::Main).then(|| match section.kind {
            EntryKind::Stage { number, .. } if section.depth == 0 => number.to_string(),
            EntryKind::Path | EntryKind::Guide if section.depth == 0 => letter(letters),
            _ => count(&mut counters, usize::from(section.depth)),
        });
        let part = section.part.as_ref().map(|title| {
            parts += 1;
            (words.part_label(parts), plain(title, values))
        });
        let title = plain(section.name.as_ref().unwrap_or(&section.title), values);
        let number = number.filter(|_| !names_itself(&title, words) && !names_itself(&plain(&section.title, values), words));
        let label = names.section(index, matter, number.as_deref(), &section.anchor);
        let number = number.map(|number| words.figures(&number).into_owned());
        out.push(SectionInfo { number, matter, title, label, part });
    }
    out
}

/// Whether a title bears a number of its own: *Appendix B: Operators*, *1. Getting Started*, *第七章 中文*, *IV. Roman*, *10.2 Sub*,
/// *Chapitre 17 : …*, *Part 2*, *الفصل الثاني*. Such a chapter counts, but shows no other number.
fn names_itself(title: &str, words: &Words) -> bool {
    begins_with_number(title) || named_with_number(title, words) || numbered_in_chinese(title)
}

/// *1. Getting Started*, *10.2 Sub*, *3) Third*, *IV. Roman*, *١. مقدمة*. A bare number is none: *3 Ways to Fail*, *2024 in Review*.
fn begins_with_number(title: &str) -> bool {
    let Some((first, rest)) = title.trim().split_once(char::is_whitespace) else { return false };
    if rest.trim().is_empty() {
        return false;
    }
    let (bare, marked) = match first.strip_suffix(['.', ')', ':', '．', '、', '-']) {
        Some(bare) => (bare, true),
        None => (first, false),
    };
    let levels: Vec<&str> = bare.split('.').collect();
    let digits = levels.iter().all(|level| !level.is_empty() && level.chars().count() <= 3 && level.chars().all(char::is_numeric));
    let roman = bare.len() > 1 && bare.chars().all(|c| "IVXLCDM".contains(c)) || matches!(bare, "I" | "V" | "X");
    digits && (marked || levels.len() > 1) || roman && marked
}

/// What chapters and parts are called where books come from, beside the words of this one.
const CHAPTERS: [&str; 66] = [
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
    "раздел",
    "приложение",
    "урок",
    "розділ",
    "частина",
    "додаток",
    "kapitola",
    "část",
    "příloha",
    "kapittel",
    "vedlegg",
    "bilag",
    "luku",
    "osa",
    "liite",
    "bölüm",
    "kısım",
    "ek",
    "κεφάλαιο",
    "μέρος",
    "παράρτημα",
    "capitolul",
    "partea",
    "anexa",
    "الفصل",
    "الباب",
    "الجزء",
    "القسم",
    "فصل",
    "פרק",
    "חלק",
    "נספח",
];

/// *Part 2*, *Chapitre 17 : Le titre*, *Kapitel 3 – Anfang*, *Anhang A*, *Chapter One*, *الفصل الثاني*: one of the words that chapters are
/// called by, and a number.
fn named_with_number(title: &str, words: &Words) -> bool {
    let Some((word, rest)) = title.trim().split_once(char::is_whitespace) else { return false };
    let (word, rest) = (word.to_lowercase(), rest.trim_start());
    let known = CHAPTERS.contains(&word.as_str()) || word == words.chapter.to_lowercase() || word == words.part.to_lowercase();
    known && (is_number(rest.split_whitespace().next().unwrap_or("")) || is_spelled(rest, words)) || any_word_with_number(title)
}

/// *2*, *4.1*, *IV*, *B*, *ז׳*, whatever mark stands after it.
fn is_number(word: &str) -> bool {
    let bare = word.trim_end_matches([':', '.', ',', '–', '—', '-', '،']);
    let letter = bare.chars().count() == 1 && bare.chars().all(char::is_uppercase);
    let digits = !bare.is_empty() && bare.split('.').all(|level| !level.is_empty() && level.chars().all(char::is_numeric));
    let roman = !bare.is_empty() && bare.chars().all(|c| "IVXLC".contains(c));
    // Hebrew counts with its letters.
    let lettered = bare.chars().count() == 1 || bare.ends_with(['׳', '\'']) || bare.contains(['״', '"']);
    let hebrew = lettered && bare.chars().count() <= 5 && bare.chars().all(|c| matches!(c, 'א'..='ת' | '׳' | '״' | '\'' | '"'));
    letter || digits || roman || hebrew
}

/// A number in words, and nothing else in its sentence: *One*, *One: In which …*, *الثاني*.
fn is_spelled(text: &str, words: &Words) -> bool {
    let text = text.to_lowercase();
    let after = |number: &String| text.strip_prefix(number.as_str()).map(str::trim_start);
    words.numbers.iter().filter_map(after).any(|rest| rest.is_empty() || rest.starts_with([':', '.', ',', '–', '—', '-', '،']))
}

/// *第七章 中文*, *第 3 节*, *제2장*, *７章*, *一、绪论*.
fn numbered_in_chinese(title: &str) -> bool {
    const NUMERALS: &str = "〇零一二三四五六七八九十百千两兩";
    const NAMES: [char; 24] =
        ['章', '节', '節', '部', '回', '课', '課', '编', '編', '篇', '卷', '讲', '講', '话', '話', '单', '單', '册', '冊', '幕', '장', '절', '부', '과'];
    let is_numeral = |c: char| c.is_numeric() || NUMERALS.contains(c);
    let title = title.trim();
    let counted = |text: &str| text.trim_start_matches(is_numeral).len() < text.len();
    if counted(title) {
        let rest = title.trim_start_matches(is_numeral);
        return rest.strip_prefix(['、', '．']).is_some_and(|rest| !rest.trim().is_empty()) || rest.starts_with(['章', '장']);
    }
    let Some(rest) = title.strip_prefix(['第', '제']) else { return false };
    let rest = rest.trim_start();
    counted(rest) && rest.trim_start_matches(is_numeral).trim_start().starts_with(NAMES)
}

/// Any word, and a number with a mark behind it or a dash after it.
fn any_word_with_number(title: &str) -> bool {
    let mut words = title.split_whitespace();
    let (Some(word), Some(number), Some(next)) = (words.next(), words.next(), words.next()) else { return false };
    // *Appendix B: Operators*, *Appendix B – Operators*.
    let dashed = matches!(next, "-" | "–" | "—") && words.next().is_some();
    let Some(number) = number.strip_suffix([':', '.']).or(dashed.then_some(number)) else { return false };
    let letter = number.chars().count() == 1 && number.chars().all(char::is_uppercase);
    let digits = !number.is_empty() && number.chars().all(char::is_numeric);
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

/// *A* to *Z*, then *AA*, *AB*.
fn letter(mut count: u32) -> String {
    let mut letters = Vec::new();
    while count > 0 {
        letters.insert(0, char::from(b'A' + ((count - 1) % 26) as u8));
        count = (count - 1) / 26;
    }
    letters.into_iter().collect()
}

/// Counts a chapter at a depth: `3`, `3.1`.
fn count(counters: &mut Vec<u32>, depth: usize) -> String {
    counters.resize(depth + 1, 0);
    if let Some(last) = counters.last_mut() {
        *last += 1;
    }
    counters.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// What stands over a chapter's title: *Stage 3*, *Chapter three*, *Path A*, *Guide D*.
pub fn opening_label(words: &Words, kind: EntryKind, number: &str) -> String {
    match kind {
        EntryKind::Stage { .. } => format!("{} {number}", words.stage),
        EntryKind::Path => format!("{} {number}", words.path),
        EntryKind::Guide => format!("{} {number}", words.guide),
        _ => words.chapter_label(number),
    }
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
            let count = words.figures(&count.to_string()).into_owned();
            let number = match &chapter {
                Some(chapter) => format!("{chapter}.{count}"),
                None => count,
            };
            out.insert(block.id, number);
        });
    }
    out
}

/// What figures, tables and listings are called where books come from, beside the word of this one.
const CAPTIONS: [&str; 44] = [
    "Figure",
    "Fig.",
    "Table",
    "Listing",
    "Example",
    "Diagram",
    "Abbildung",
    "Abb.",
    "Tabelle",
    "Tableau",
    "Figura",
    "Tabla",
    "Tabella",
    "Tabela",
    "Rysunek",
    "Figuur",
    "Tabel",
    "Tabell",
    "Рисунок",
    "Рис.",
    "Таблица",
    "Таблиця",
    "Листинг",
    "Obrázek",
    "Tabulka",
    "Kuva",
    "Taulukko",
    "Şekil",
    "Tablo",
    "Σχήμα",
    "Πίνακας",
    "Tabelul",
    "图",
    "表",
    "圖",
    "図",
    "그림",
    "표",
    "شكل",
    "الشكل",
    "جدول",
    "الجدول",
    "איור",
    "טבלה",
];

/// Whether a caption begins with the word and a number: *Figure 4-1*, *Table B-1*, *图 4-1*, *الشكل ٢*, *2.1. ábra*.
fn is_numbered(caption: &str, word: &str) -> bool {
    let caption = caption.trim_start();
    let same = |word: &&str| caption.get(..word.len()).is_some_and(|start| start.to_lowercase() == word.to_lowercase());
    if let Some(named) = std::iter::once(word).chain(CAPTIONS).find(same) {
        let number = caption[named.len()..].trim_start();
        // In an appendix a letter stands before the number.
        let bytes = number.as_bytes();
        let lettered = bytes.len() > 2 && bytes[0].is_ascii_uppercase() && matches!(bytes[1], b'-' | b'.') && bytes[2].is_ascii_digit();
        return number.starts_with(char::is_numeric) || lettered;
    }
    // Where the number comes first, the word ends what is counted.
    let rest = caption.trim_start_matches(|c: char| c.is_numeric() || matches!(c, '.' | '-'));
    rest.len() < caption.len() && rest.trim_start().get(..word.len()).is_some_and(|start| start.to_lowercase() == word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn chapters_count_at_each_depth() {
        let mut counters = Vec::new();
        let numbers: Vec<String> = [0, 1, 1, 2, 0, 1, 0].iter().map(|d| count(&mut counters, *d)).collect();
        assert_eq!(numbers, ["1", "1.1", "1.2", "1.2.1", "2", "2.1", "3"]);
    }

    #[test]
    fn a_title_may_name_its_own_number() {
        let en = words("en");
        let names_itself = |title: &str| names_itself(title, &en);
        assert!(names_itself("Appendix B: Operators and Symbols") && names_itself("Chapter 12. In which nothing happens"));
        assert!(names_itself("Appendix G - How Rust is Made") && !names_itself("Plan G -"));
        assert!(!names_itself("Installing Rust: macOS") && !names_itself("Plan B"));
        for own in [
            "1. Getting Started",
            "第七章 中文",
            "IV. Roman",
            "10.2 Sub",
            "Chapitre 17 : Le titre",
            "Part 2",
            "Anhang A",
            "Глава 3",
            "3) Third",
            "제2장 시작",
            "Chapter One",
            "Part Two: The Return",
            "الفصل 2",
            "الفصل ٢: البداية",
            "פרק ז׳ – סוף",
            "١. مقدمة",
            "一、绪论",
            "第十二讲 线程",
            "Bölüm 4",
        ] {
            assert!(names_itself(own), "{own}");
        }
        for none in [
            "3 Ways to Fail",
            "2024 in Review",
            "Mix. A drink",
            "Part of the whole",
            "1.",
            "第一次",
            "I am here",
            "Section headings",
            "Part one of many",
            "一切都好",
            "الفصل بين السلطات",
            "חלק מן הדרך",
        ] {
            assert!(!names_itself(none), "{none}");
        }
    }

    #[test]
    fn a_number_may_be_written_out_in_the_books_language() {
        assert!(names_itself("الفصل الثاني: البداية", &words("ar")) && names_itself("Глава двадцать первая", &words("ru")));
        assert!(!names_itself("الفصل الأول من الكتاب", &words("ar")));
    }

    #[test]
    fn a_caption_may_come_with_its_number() {
        assert!(is_numbered("Figure 4-1: A lamp", "Figure") && is_numbered("figure 2", "Figure"));
        assert!(!is_numbered("Figures of speech, 12 of them", "Figure") && !is_numbered("A lamp", "Figure"));
        assert!(is_numbered("图 4-1 一盏灯", "Figure") && is_numbered("Listing 3-2: Loop", "Figure") && is_numbered("Abb. 3: Lampe", "Figure"));
        assert!(is_numbered("الشكل ٢: منارة", "Figure") && is_numbered("図1 灯台", "Figure") && is_numbered("2.1. ábra: torony", "ábra"));
        assert!(!is_numbered("表示一盏灯", "Table") && !is_numbered("2 lamps", "Figure"));
    }
}
