//! Copies from one press, the book that `build` makes, and the book made the plain way are the same, byte for byte.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use handbook::book::{Options, PlatesMade, Press, build, build_plainly};
use handbook::diag::Diagnostics;
use handbook::load::{Manuscript, load, load_memory};
use handbook::provenance::digest::{Digest, Digested};
use handbook::provenance::verify::{State, examine};
use handbook::select::Reader;
use handbook::theme::Theme;

fn options(pdf: bool, epub: bool) -> Options {
    let theme = Theme::parse("classic", Theme::built_in("classic").expect("it is built in")).expect("it is sound");
    Options { theme: Arc::new(theme), pdf, epub, date: "2026-11-24".to_string(), strict: false, system_fonts: false, sealer: None }
}

/// A small book in which the reader's words stand in many places: at the begin and end of paragraphs, in lists, quotations
/// and callouts, in links and emphasis, beside notes and index terms, in a paragraph that crosses pages.
fn manuscript() -> Arc<Manuscript> {
    let long = "The work goes on, week after week, and every week has its own small surprise, {{ reader.name }}, which nobody saw coming. ".repeat(9);
    let filler = "A paragraph without anything personal in it stands between the others and fills the page with plain words. ".repeat(5);
    let letter = "---\ntitle: A letter\n---\nDear {{ reader.name }},\n\nthis book is for *{{ reader.name }}* of {{ reader.organisation | nowhere }}.\n\n\
         - first, {{ reader.name }}\n- second: {{ field.team | your team }}\n\n> {{ reader.name }} said so.\n\n\
         > [!NOTE]\n> Note well, {{ reader.name }}.\n\nSee [the first stage for {{ reader.name }}](1.md).[^1]\n\n[^1]: A note with nothing personal in it.\n"
        .to_string();
    let one = format!(
        "---\nsummary: The first.\nmilestone: Do it\n---\n# First\n\n{filler}\n\n{long}<!-- index: surprise -->{long}\n\n{filler}\n\n## More\n\n{filler}\n\n{filler}\n"
    );
    let two = format!("---\nsummary: The second.\nmilestone: Do more\n---\n# Second\n\n{filler}\n\n{filler}\n\n{filler}<!-- index: filler -->\n");
    let files = [
        (
            "handbook.yaml",
            "title: A Small Book\nlanguage: en\nauthors: [The Authors]\nstages:\n  - { id: one, title: First, years: 0–2, chapter: 1.md }\n  - { id: two, title: Second, years: 2–4, chapter: 2.md }\nfront: [letter.md]\n".to_string(),
        ),
        ("letter.md", letter),
        ("1.md", one),
        ("2.md", two),
    ];
    in_memory(files)
}

/// A manuscript of a manifest and chapters, by path.
fn in_memory<const N: usize>(files: [(&str, String); N]) -> Arc<Manuscript> {
    let mut said = Diagnostics::new();
    let manuscript = load_memory(files.map(|(path, text)| (path.to_string(), text.into())), &mut said);
    assert!(said.is_empty(), "{said:?}");
    Arc::new(manuscript.expect("a sound manuscript"))
}

fn named(name: &str) -> Reader {
    Reader { name: Some(name.to_string()), stage: Some("one".to_string()), copy: Some(7), fields: team(""), ..Reader::default() }
}

/// A field of the roster's own.
fn team(value: &str) -> BTreeMap<String, String> {
    [("team".to_string(), value.to_string())].into()
}

fn readers() -> Vec<Reader> {
    let mut readers: Vec<Reader> = [
        "Ada Lovelace",
        "Al",
        "Zoë Łovelace-Żółkiewska",
        "Αθηνά Παππά",
        "Софья Васильевна Ковалевская",
        "Nguyễn Thị Hường",
        "Miles \"Tails\" O'Neill",
        "*Ada* <b>{{x}}</b> & \\",
        "Zoe\u{308} O\u{301} Bria\u{301}in",
        "office fi ffl",
    ]
    .map(named)
    .into();
    readers.push(named(&"Wolfeschlegelsteinhausenbergerdorff ".repeat(4)));
    readers.push(Reader { stage: Some("2".to_string()), ..named("Grace Hopper") });
    readers.push(Reader {
        from: Some("First".to_string()),
        stage: None,
        organisation: Some("Organisation of Long Names and Longer Sentences".to_string()),
        ..named("Grace")
    });
    readers.push(Reader { note: Some("One line.".to_string()), fields: team("Platform"), ..named("Ada Lovelace") });
    readers.push(Reader {
        note: Some("Another note.\n\nWith more in it. ".repeat(40)),
        fields: team("A team with a name of many words"),
        ..named("Ada Lovelace")
    });
    readers.push(Reader { note: Some("Many words make a long note. ".repeat(90)), copy: None, ..named("Ada Lovelace") });
    readers.push(Reader { fields: team(""), ..Reader::default() });
    readers
}

/// Where two files differ, for a person.
fn difference(one: &Option<Digested>, other: &Option<Digested>) -> Option<String> {
    if one == other {
        return None;
    }
    let bytes = |file: &Option<Digested>| file.as_ref().map(Digested::bytes).unwrap_or_default();
    let (one, other) = (bytes(one), bytes(other));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, bytes) in [("pressed", &one), ("other", &other)] {
        // For whoever wants to look at them; nothing depends on it.
        let _ = std::fs::write(folder.join(name), bytes);
    }
    let at = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    Some(format!("{} and {} bytes, different from {at} on", one.len(), other.len()))
}

/// Holds copies of a press against both; what plates the press has made.
fn same(manuscript: &Arc<Manuscript>, readers: &[Reader], options: &Options) -> PlatesMade {
    let press = Press::new(manuscript.clone(), options.clone());
    for reader in readers {
        let pressed = press.copy(reader, &|_| {}).unwrap_or_else(|said| panic!("{reader:?}: {said:?}"));
        let built = build(manuscript, reader, options, &|_| {}).expect("it was pressed");
        let plain = build_plainly(manuscript, reader, options).expect("it was pressed");
        for (way, other) in [("build", &built), ("the plain way", &plain)] {
            for (file, difference) in [("PDF", difference(&pressed.pdf, &other.pdf)), ("EPUB", difference(&pressed.epub, &other.epub))] {
                assert_eq!(difference, None, "the {file} of a press and of {way}: {reader:?}");
            }
        }
        assert_eq!(pressed.pages, plain.pages, "{reader:?}");
        for file in [&pressed.pdf, &pressed.epub].into_iter().flatten() {
            assert_eq!(file.sha256, Digest::of(&file.bytes()), "{reader:?}");
            let report = examine(&file.bytes(), None).unwrap_or_else(|why| panic!("{reader:?}: {why:?}"));
            assert_eq!((&report.state, report.statement.copy), (&State::Unchanged, reader.copy), "{:?}: {reader:?}", report.kind);
            assert_eq!(report.statement.edition, press.edition());
        }
    }
    press.plates()
}

#[test]
fn a_copy_is_the_book_that_build_makes_and_the_one_made_the_plain_way() {
    let readers = readers();
    let made = same(&manuscript(), &readers, &options(true, true));
    // Copies would be the same too if each had a plate of its own.
    assert!(made.count < readers.len() / 2 && made.forms > 2, "{made:?} for {} readers", readers.len());
}

/// The files that a press of its own makes for a reader.
fn alone(manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options) -> [Option<Digested>; 2] {
    let built = build(manuscript, reader, options, &|_| {}).unwrap_or_else(|said| panic!("{reader:?}: {said:?}"));
    [built.pdf, built.epub]
}

/// Presses a reader's copy and holds it against the book of a press of its own.
fn pressed_like_alone(press: &Press, manuscript: &Arc<Manuscript>, reader: &Reader, options: &Options) {
    let pressed = press.copy(reader, &|_| {}).unwrap_or_else(|said| panic!("{reader:?}: {said:?}"));
    for (pressed, alone) in [pressed.pdf, pressed.epub].iter().zip(&alone(manuscript, reader, options)) {
        assert_eq!(difference(pressed, alone), None, "{reader:?}");
    }
}

/// Readers of more shapes than a press keeps plates of: by stage, and by what they have.
fn many_shapes() -> Vec<Reader> {
    let given = |yes: bool, text: &str| yes.then(|| text.to_string());
    let shape = |number: usize| {
        let has = |bit: usize| number & bit > 0;
        Reader {
            stage: Some(if has(1) { "two" } else { "one" }.to_string()),
            organisation: given(has(2), "A Company"),
            note: given(has(4), "One line."),
            fields: team(if has(8) { "Platform" } else { "" }),
            ..named("Ada Lovelace")
        }
    };
    (0..12).map(shape).collect()
}

#[test]
fn a_plate_that_was_given_up_is_made_again_alike() {
    let (manuscript, options) = (manuscript(), options(true, true));
    let press = Press::new(manuscript.clone(), options.clone());
    let readers = many_shapes();
    for reader in &readers {
        press.copy(reader, &|_| {}).unwrap_or_else(|said| panic!("{reader:?}: {said:?}"));
    }
    assert_eq!(press.plates().count, readers.len());
    for reader in readers.iter().take(2).chain(readers.last()) {
        pressed_like_alone(&press, &manuscript, reader, &options);
    }
    // The first two had been given up, the last one was still there.
    assert_eq!(press.plates().count, readers.len() + 2);
}

#[test]
fn so_is_a_form_of_a_plate_and_a_way_in_which_words_fill_the_pages() {
    let (manuscript, options) = (manuscript(), options(true, true));
    let press = Press::new(manuscript.clone(), options.clone());
    // A note of one paragraph, a line longer each time: more ways than a chapter keeps, and more forms than a plate.
    let reader = |lines: usize| Reader { note: Some("A note of many words that fill a line of this page. ".repeat(lines + 1)), ..named("Ada Lovelace") };
    let pressed = |lines: usize| press.copy(&reader(lines), &|_| {}).unwrap_or_else(|said| panic!("{lines}: {said:?}"));
    (0..100).for_each(|lines| drop(pressed(lines)));
    let made = press.plates();
    assert_eq!(made.count, 1);
    assert!(made.forms >= 64, "{} forms", made.forms);
    for lines in [0, 1, 30, 60, 99] {
        pressed_like_alone(&press, &manuscript, &reader(lines), &options);
    }
    assert!(press.plates().forms > made.forms, "no form had been given up");
}

#[test]
fn copies_pressed_side_by_side_are_those_pressed_one_after_another() {
    let (manuscript, options) = (manuscript(), options(true, true));
    let mut readers = readers();
    readers.extend(many_shapes());
    let press = Press::new(manuscript.clone(), options.clone());
    let turn = std::sync::atomic::AtomicUsize::new(0);
    // Twice each, so that all threads ask for the same plates and forms at a time.
    let pressed: Vec<(usize, [Option<Digested>; 2])> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let turn = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let at = turn / 2;
                let Some(reader) = readers.get(at) else { return done };
                let copy = press.copy(reader, &|_| {}).unwrap_or_else(|said| panic!("{reader:?}: {said:?}"));
                done.push((at, [copy.pdf, copy.epub]));
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that pressed copies")).collect()
    });
    assert_eq!(pressed.len(), 2 * readers.len());
    let expected: Vec<_> = readers.iter().map(|reader| alone(&manuscript, reader, &options)).collect();
    for (at, files) in &pressed {
        for (pressed, alone) in files.iter().zip(&expected[*at]) {
            assert_eq!(difference(pressed, alone), None, "{:?}", readers[*at]);
        }
    }
}

#[test]
fn names_in_fonts_of_the_system_are_set_like_the_others() {
    // The fonts are those of Debian's `fonts-noto-core` and `fonts-noto-cjk`; `make tools` installs them.
    let manuscript = manuscript();
    let options = Options { system_fonts: true, ..options(true, true) };
    let readers = ["דוד בן־גוריון", "王小明", "Ada Lovelace", "ليلى حسن", "王小明 and דוד"].map(named);
    for (reader, font) in readers.iter().zip([true, true, false, true, true]) {
        let built = build(&manuscript, reader, &options, &|_| {}).unwrap_or_else(|said| panic!("{said:?}: `make tools` installs the fonts"));
        assert_eq!(!built.told.is_empty(), font, "{reader:?}: {:?}", built.told);
    }
    // One press, so that the fonts of one name are at hand when the next one is set.
    let press = Press::new(manuscript.clone(), options.clone());
    readers.iter().chain(&readers).for_each(|reader| pressed_like_alone(&press, &manuscript, reader, &options));
    same(&manuscript, &readers, &options);
    assert_eq!(press.plates().count, 1);
}

#[test]
fn so_it_is_in_print_and_for_one_format_alone() {
    let mut print = options(true, false);
    let mut theme = (*print.theme).clone();
    theme.page.edition = handbook::theme::Edition::Print;
    print.theme = Arc::new(theme);
    same(&manuscript(), &readers()[9..], &print);
    assert_eq!(same(&manuscript(), &readers()[..3], &options(false, true)).count, 1);
    assert_eq!(same(&manuscript(), &readers()[..3], &options(true, false)).count, 1);
}

#[test]
fn fields_in_callouts_are_set_for_each_reader() {
    let files = [
        ("handbook.yaml", "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n".to_string()),
        ("1.md", "# First\n\nText.\n\n> [!NOTE]\n> Note well, {{ reader.name }}.\n\nText.\n".to_string()),
    ];
    same(&in_memory(files), &["Ada Lovelace", "Żaneta Święta", "Bartholomew Featherstonehaugh"].map(named), &options(true, true));
}

#[test]
fn fields_in_titles_tables_and_notes_are_set_for_each_reader_alone() {
    let files = [
        ("handbook.yaml", "title: A Book for {{ reader.name | you }}\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n".to_string()),
        ("1.md", "# First of {{ reader.name }}\n\n## For {{ reader.name }}\n\n| a | b |\n|---|---|\n| 1 | {{ reader.name }} |\n\nText.[^1]\n\n[^1]: For {{ reader.name }}.\n".to_string()),
    ];
    let made = same(&in_memory(files), &[named("Ada Lovelace"), named("Żaneta Święta"), named("Ada Lovelace")], &options(true, true));
    assert_eq!((made.count, made.forms), (4, 3), "one of the shape, which is not drawn, and one for each");
}

#[test]
fn so_it_is_with_the_handbook() {
    let mut said = Diagnostics::new();
    let manuscript = load(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")), Path::new("."), &mut said);
    let manuscript = Arc::new(manuscript.unwrap_or_else(|| panic!("{said:?}")));
    let readers = [
        Reader { stage: Some("cto".to_string()), from: Some("4".to_string()), ..named("Zoë Łovelace") },
        Reader { stage: Some("2".to_string()), ..named("Ada Lovelace") },
        Reader { stage: Some("2".to_string()), ..named("Bartholomew Featherstonehaugh-Cholmondeley") },
    ];
    assert_eq!(same(&manuscript, &readers, &options(true, true)).count, 2);
}

/// A book of one chapter, for readers with a name.
fn of_one_chapter(text: &str) -> Arc<Manuscript> {
    let manifest = "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n";
    in_memory([("handbook.yaml", manifest.to_string()), ("1.md", text.to_string())])
}

/// What the annotations of a PDF have under a key, as text.
fn annotations(pdf: &Digested, subtype: &[u8], key: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(&pdf.bytes()).expect("a PDF");
    let dictionaries = document.objects.values().filter_map(|object| object.as_dict().ok());
    let of_kind = dictionaries.filter(|dict| dict.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|name| name == subtype));
    of_kind.filter_map(|dict| lopdf::decode_text_string(dict.get(key).ok()?).ok()).collect()
}

#[test]
fn links_and_check_boxes_say_the_readers_words_too() {
    let manuscript = of_one_chapter(
        "# First\n\nSee [*the place* of {{ reader.name }}](#a), [{{ field.team | nobody }}](#a).\n\n\
         - [ ] call {{ reader.name }}, **soon**\n- [x] read {{ book.title }}\n\n## A\n\nText.\n",
    );
    let readers = [named("Ada Lovelace"), Reader { fields: team("Platform"), ..named("Żaneta *Święta*") }];
    let press = Press::new(manuscript.clone(), options(true, true));
    for (reader, team) in readers.iter().zip(["nobody", "Platform"]) {
        let name = reader.name.as_deref().expect("a name");
        let pdf = press.copy(reader, &|_| {}).unwrap_or_else(|said| panic!("{said:?}")).pdf.expect("a PDF");
        let links = annotations(&pdf, b"Link", b"Contents");
        assert!(links.contains(&format!("the place of {name}")) && links.contains(&team.to_string()), "{links:?}");
        // What is the copy's own stands last in the file.
        assert_eq!(annotations(&pdf, b"Widget", b"TU"), ["read A Book".to_string(), format!("call {name}, soon")]);
    }
    same(&manuscript, &readers, &options(true, true));
}

#[test]
fn both_formats_lead_to_the_same_addresses() {
    let manuscript = of_one_chapter(
        "# First\n\n[a](https://münchen.de/ü), [b](doi:10.1000/182), [c](http://1.2.3.4:80/a%zz), [d](mailto:a@example.org), <https://example.org/a?b=(c)>.\n",
    );
    let built = build(&manuscript, &named("Ada"), &options(true, true), &|_| {}).unwrap_or_else(|said| panic!("{said:?}"));
    let mut expected =
        ["https://xn--mnchen-3ya.de/%C3%BC", "https://doi.org/10.1000/182", "http://1.2.3.4:80/a%25zz", "mailto:a@example.org", "https://example.org/a?b=(c)"];
    expected.sort_unstable();
    let document = lopdf::Document::load_mem(&built.pdf.expect("a PDF").bytes()).expect("a PDF");
    let uri = |dict: &lopdf::Dictionary| Some(lopdf::decode_text_string(dict.get(b"A").ok()?.as_dict().ok()?.get(b"URI").ok()?).expect("text"));
    let mut in_pdf: Vec<String> = document.objects.values().filter_map(|object| uri(object.as_dict().ok()?)).collect();
    in_pdf.sort_unstable();
    assert_eq!(in_pdf, expected);
    let epub = built.epub.expect("an EPUB").bytes();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).expect("an archive");
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        if file.name().is_ok_and(|name| name.contains("first.xhtml")) {
            std::io::Read::read_to_string(&mut file, &mut text).expect("text");
        }
    }
    let mut in_epub: Vec<&str> = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|href| href.contains(':')).collect();
    in_epub.sort_unstable();
    assert_eq!(in_epub, expected);
}
