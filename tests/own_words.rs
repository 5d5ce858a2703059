//! What a manifest says of the book's own words and pages: `words`, `pages`, `prepared_for`.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use handbook::{Options, Project, Reader};

const MANIFEST: &str =
    "title: Ein Buch\nlanguage: de\nstages:\n  - { id: eins, title: Eins, years: 0-2, chapter: 1.md }\n  - { id: zwei, title: Zwei, chapter: 2.md }\n";

/// The files of the EPUB for a reader, by their names, and how many pages the PDF has.
fn book(more: &str, reader: &Reader) -> (BTreeMap<String, String>, usize) {
    let files = [
        ("handbook.yaml", format!("{MANIFEST}{more}")),
        ("1.md", "---\nmilestone: Getan\n---\n# Eins\n\nText.\n".into()),
        ("2.md", "# Zwei\n\nText.\n".into()),
    ];
    let files = files.map(|(path, text)| (path.to_string(), text.into_bytes()));
    let options = Options { system_fonts: false, ..Options::default() };
    let copy = Project::in_memory(files, options).and_then(|project| project.press()?.copy(reader)).unwrap_or_else(|problems| panic!("{problems}"));
    let mut bytes = Vec::new();
    copy.epub().unwrap().write_to(&mut bytes).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut texts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().to_string();
        let mut text = String::new();
        if name.ends_with("html") && file.read_to_string(&mut text).is_ok() {
            texts.insert(name.rsplit('/').next().unwrap_or_default().to_string(), text);
        }
    }
    (texts, copy.laid.pages)
}

fn all(texts: &BTreeMap<String, String>) -> String {
    texts.values().map(String::as_str).collect()
}

#[test]
fn the_books_words_are_those_of_the_manifest() {
    let ada = Reader::named("Ada").stage("eins");
    let (plain, _) = book("", &ada);
    assert!(all(&plain).contains("Dein Weg") || all(&plain).contains("Ihr Weg"), "the German words changed: {:?}", plain.keys());
    let (own, _) = book("words: { your_route: Wohin du gehst, contents: Was darin steht, colophon: Zuletzt }\n", &ada);
    let text = all(&own);
    for word in ["Wohin du gehst", "Was darin steht", "Zuletzt"] {
        assert!(text.contains(word), "{word}");
    }
    assert!(!text.contains("Inhalt<"), "the language's own word is gone");
}

#[test]
fn a_line_that_is_switched_off_stands_nowhere() {
    let ada = Reader::named("Ada Lovelace").stage("eins");
    for (more, said) in [
        ("prepared_for: \"Gemacht für {}\"\n", Some("Gemacht für")),
        ("prepared_for: false\n", None),
        ("words: { prepared_for: \"Nur für {}\" }\n", Some("Nur für")),
    ] {
        let (texts, _) = book(more, &ada);
        for name in ["title-page.xhtml", "colophon.xhtml"] {
            let text = &texts[name];
            match said {
                Some(said) => assert!(text.contains(said), "{more}: {name}: {text}"),
                None => assert!(!text.contains("Ada Lovelace"), "{more}: {name}: {text}"),
            }
        }
    }
}

#[test]
fn pages_can_be_left_out() {
    let nobody = Reader::default().stage("eins");
    let (plain, pages) = book("", &nobody);
    let (bare, fewer) = book("pages: { half_title: false, imprint: false, colophon: false, milestones: false, route: false, road_beyond: false }\n", &nobody);
    assert!(pages >= fewer + 4, "{pages} pages, and {fewer}");
    for page in ["imprint.xhtml", "colophon.xhtml"] {
        assert!(plain.contains_key(page) && !bare.contains_key(page), "{page}: {:?}", bare.keys());
        assert!(!all(&bare).contains(page), "nothing leads to {page}");
    }
    let headings = |texts: &BTreeMap<String, String>| all(texts).matches("<h1").count();
    assert_eq!(headings(&plain), headings(&bare) + 5, "imprint, route, milestones, road beyond, colophon");
    let (same, count) = book("pages: { colophon: true }\n", &nobody);
    assert_eq!((same.keys().collect::<Vec<_>>(), count), (plain.keys().collect::<Vec<_>>(), pages));
}
