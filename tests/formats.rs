//! What the PDF and the EPUB of a book say alike: a page begins at the same word in both, a chapter with the same words in small capitals.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use handbook::press::{Press, pages_plainly};
use handbook::project::{Options, Project};
use handbook::select::Reader;
use handbook::typeset::{Item, TextRun};

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
    project(text, language)
}

/// A book of one chapter, with a drawing beside it.
fn project(text: String, language: &str) -> Project {
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
    let mut marks = BTreeMap::new();
    for xhtml in chapters(&press, &reader) {
        for behind in xhtml.split("role=\"doc-pagebreak\"").skip(1) {
            let label = behind.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            marks.insert(label.to_string(), first_word(behind));
        }
    }
    [pages, marks]
}

/// The XHTML files of the e-book.
fn chapters(press: &Press, reader: &Reader) -> Vec<String> {
    let copy = press.copy(reader).unwrap_or_else(|problems| panic!("{problems}"));
    let epub = copy.epub().unwrap_or_else(|problems| panic!("{problems}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(epub.bytes().to_vec())).expect("an archive");
    let count = archive.len();
    let read = |index| {
        let (mut file, mut xhtml) = (archive.by_index(index).expect("a file"), String::new());
        let is_one = file.name().is_ok_and(|name| name.ends_with(".xhtml")) && file.read_to_string(&mut xhtml).is_ok();
        is_one.then_some(xhtml)
    };
    (0..count).filter_map(read).collect()
}

#[test]
fn a_chapter_begins_with_the_same_words_in_small_capitals() {
    let reader = Reader::default();
    // Whether there are any, behind what may stand before the first word.
    for (before, any) in [
        ("", true),
        ("<!-- index: a term -->", true),
        ("<a id=\"here\"></a>", true),
        ("<!-- index: a term -->*So* ", false),
        ("[A link](https://example.org) ", false),
        ("{{ reader.name | Friend }}, ", false),
    ] {
        let others = "The second paragraph is one like any other in this book, and so is the third, in which nothing stands apart.";
        let text = format!("# A heading\n\n{before}The first words of a chapter stand apart from all that follows.\n\n{others}\n");
        let project = project(text, "en");
        let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
        let layout = pages_plainly(&press, &reader).unwrap_or_else(|problems| panic!("{problems}"));
        let chapters = chapters(&press, &reader).concat();
        let led: Vec<&str> = chapters.split("<span class=\"lead\">").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert!(led.iter().all(|words| words.starts_with("The first words")), "{before}: {led:?}");
        assert_eq!(led.len(), usize::from(any), "{before}: {led:?}");
        // On the page the letters of the first `The` are others than those of the second.
        let runs = layout.pages.iter().flat_map(|page| &page.body.items).filter_map(|placed| if let Item::Text(run) = &placed.item { Some(run) } else { None });
        let letter = |run: &TextRun| {
            let at = run.text.find("The")? + 1;
            run.glyphs.iter().find(|glyph| usize::from(glyph.cluster) == at).map(|glyph| glyph.id)
        };
        let letters: Vec<_> = runs.filter_map(letter).collect();
        assert_eq!(letters.windows(2).map(|two| two[0] != two[1]).collect::<Vec<_>>(), [any], "{before}: on the page");
    }
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
