//! What the PDF and the EPUB of a book say alike: a page begins at the same word in both.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use handbook::press::pages_plainly;
use handbook::project::{Options, Project};
use handbook::select::Reader;
use handbook::typeset::Item;

/// What stands between two words of a paragraph, and is longer or shorter in one format than in the other.
const BETWEEN: [&str; 21] = [
    "![a picture that is nowhere to be found](none.png)",
    "![](none.png)",
    "![a small drawing of a square](square.svg)",
    "![](square.svg)",
    "$x^2 + \\frac{1}{y}$",
    "`code`",
    "a note[^n]",
    "<kbd>Ctrl</kbd>+<kbd>C</kbd>",
    "<ruby>over<rt>under</rt></ruby>",
    "[a link](https://example.org/a/long/address)",
    "*so* -- \"and so\" ...",
    "[](#the-end)",
    "<!-- index: a term -->",
    "the line ends  \n",
    "<!-- only format: epub --> on a screen <!-- end -->",
    "<!-- only format: pdf --> on a page <!-- end -->",
    "{{ reader.name }}",
    "{{ reader.note | dear reader }}",
    "un mot\u{a0}; \u{ab} deux \u{bb} trois\u{a0}!",
    "<span lang=\"ar\">\u{633}\u{644}\u{627}\u{645}</span>",
    "10 kg and 1,000 ff",
];

/// A word of its own for each number: four letters, so that no line divides it.
fn word(number: usize) -> String {
    let letter = |place: usize| char::from(b'a' + (number / 16_usize.pow(place as u32) % 16) as u8);
    format!("z{}{}{}", letter(2), letter(1), letter(0))
}

fn is_word(text: &str) -> bool {
    text.len() == 4 && text.starts_with('z') && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The first of the words in a text.
fn first_word(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| is_word(word)).map(str::to_string)
}

/// A paragraph of some pages in which one of [`BETWEEN`] comes again and again.
fn book(between: &str, language: &str) -> Project {
    let mut text = String::from("# A heading\n\n");
    for number in 0..1500 {
        let _ = write!(text, "{} {}", word(number), if number % 5 == 4 { format!("{between} ") } else { String::new() });
    }
    text.push_str("\n\n## The end\n\nFinis.\n\n[^n]: A note.\n");
    let files = [
        ("handbook.yaml", format!("title: A Book\nlanguage: {language}\nauthors: [Somebody]\nchapters: [a.md]\nmath: true\n")),
        ("a.md", text),
        ("square.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" height=\"9\"/></svg>".to_string()),
    ];
    let files = files.map(|(name, text)| (name.to_string(), text.into_bytes()));
    Project::in_memory(files, Options { system_fonts: false, ..Options::default() }).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The first word of each page, by its folio, in the PDF and behind its mark in the EPUB.
fn first_words(project: &Project) -> [BTreeMap<String, Option<String>>; 2] {
    let reader = Reader::named("Ada Lovelace");
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    let layout = pages_plainly(&press, &reader).unwrap_or_else(|problems| panic!("{problems}"));
    let mut pages = BTreeMap::new();
    for page in layout.pages.iter().filter(|page| !page.folio.roman) {
        let runs = page.body.items.iter().filter_map(|placed| if let Item::Text(run) = &placed.item { Some(run.text.as_ref()) } else { None });
        pages.insert(page.folio.to_string(), first_word(&runs.collect::<Vec<_>>().join(" ")));
    }
    let copy = press.copy(&reader).unwrap_or_else(|problems| panic!("{problems}"));
    let epub = copy.epub().unwrap_or_else(|problems| panic!("{problems}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(epub.bytes().to_vec())).expect("an archive");
    let mut marks = BTreeMap::new();
    for index in 0..archive.len() {
        let mut xhtml = String::new();
        let mut file = archive.by_index(index).expect("a file");
        if !file.name().is_ok_and(|name| name.ends_with(".xhtml")) || file.read_to_string(&mut xhtml).is_err() {
            continue;
        }
        for behind in xhtml.split("role=\"doc-pagebreak\"").skip(1) {
            let label = behind.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            marks.insert(label.to_string(), first_word(behind));
        }
    }
    [pages, marks]
}

#[test]
fn a_page_begins_at_the_same_word_in_both_formats() {
    let mut others = String::new();
    for between in BETWEEN {
        // In French some marks bring spaces of their own.
        let language = if between.contains('\u{ab}') { "fr" } else { "en" };
        let [pages, marks] = first_words(&book(between, language));
        let within: Vec<_> = pages.iter().filter(|(_, word)| word.as_ref().is_some_and(|word| *word != self::word(0))).collect();
        assert!(within.len() > 2, "{between}: too few pages begin within the text: {pages:?}");
        for (folio, word) in within.into_iter().filter(|(folio, word)| marks.get(*folio) != Some(*word)) {
            let _ = writeln!(others, "{between:?} in {language}: page {folio} begins with {word:?}, and in the e-book with {:?}", marks.get(folio));
        }
    }
    assert!(others.is_empty(), "{others}");
}
