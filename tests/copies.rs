//! Copies from one press, the book that `build` makes, and the book made the plain way are the same, byte for byte.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

use std::collections::BTreeMap;
use std::path::Path;

use handbook::press::{Copy, PlatesMade, Press, copy_plainly};
use handbook::project::{Options, Project};
use handbook::provenance::digest::{Digest, Digested};
use handbook::provenance::verify::{State, examine};
use handbook::select::Reader;
use handbook::theme::Medium;

fn options(pdf: bool, epub: bool) -> Options {
    Options { pdf, epub, date: Some("2026-11-24".to_string()), system_fonts: false, ..Options::default() }
}

/// A book's files, by path.
type Files = Vec<(String, Vec<u8>)>;

/// The project that these files are.
fn project(files: &Files, options: &Options) -> Project {
    let project = Project::in_memory(files.clone(), options.clone()).expect("a sound manuscript");
    assert!(project.warnings().is_empty(), "{:?}", project.warnings());
    project
}

fn press(project: &Project) -> Press {
    project.press().expect("threads can be started")
}

/// A small book in which the reader's words stand in many places: at the begin and end of paragraphs, in lists, quotations
/// and callouts, in links and emphasis, beside notes and index terms, in a paragraph that crosses pages.
fn manuscript() -> Files {
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

/// A manifest and chapters, by path.
fn in_memory<const N: usize>(files: [(&str, String); N]) -> Files {
    files.map(|(path, text)| (path.to_string(), text.into())).into()
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

/// The files of a copy, PDF and EPUB.
fn files_of(copy: &Copy) -> [Option<Digested>; 2] {
    [copy.pdf().ok().cloned(), copy.epub().ok().cloned()]
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
fn same(project: &Project, readers: &[Reader]) -> PlatesMade {
    let shared = press(project);
    for reader in readers {
        let pressed = shared.copy(reader).unwrap_or_else(|problems| panic!("{reader:?}: {problems:?}"));
        let built = press(project).copy(reader).expect("it was pressed");
        let plain = copy_plainly(project, reader).expect("it was pressed");
        for (way, other) in [("build", &built), ("the plain way", &plain)] {
            for ((file, one), other) in ["PDF", "EPUB"].iter().zip(&files_of(&pressed)).zip(&files_of(other)) {
                assert_eq!(difference(one, other), None, "the {file} of a press and of {way}: {reader:?}");
            }
        }
        assert_eq!(pressed.laid.pages, plain.laid.pages, "{reader:?}");
        for (_, file) in pressed.files() {
            assert_eq!(file.sha256, Digest::of(&file.bytes()), "{reader:?}");
            let report = examine(&file.bytes(), None).unwrap_or_else(|why| panic!("{reader:?}: {why:?}"));
            assert_eq!((&report.state, report.statement.copy), (&State::Unchanged, reader.copy), "{:?}: {reader:?}", report.kind);
            assert_eq!(report.statement.edition, project.edition_id());
        }
    }
    shared.plates()
}

#[test]
fn a_copy_is_the_book_that_build_makes_and_the_one_made_the_plain_way() {
    let readers = readers();
    let made = same(&project(&manuscript(), &options(true, true)), &readers);
    // Copies would be the same too if each had a plate of its own.
    assert!(made.count < readers.len() / 2 && made.variants > 2, "{made:?} for {} readers", readers.len());
}

/// The files that a press of its own makes for a reader.
fn alone(project: &Project, reader: &Reader) -> [Option<Digested>; 2] {
    files_of(&press(project).copy(reader).unwrap_or_else(|problems| panic!("{reader:?}: {problems:?}")))
}

/// Presses a reader's copy and holds it against the book of a press of its own.
fn pressed_like_alone(press: &Press, reader: &Reader) {
    let pressed = press.copy(reader).unwrap_or_else(|problems| panic!("{reader:?}: {problems:?}"));
    for (pressed, alone) in files_of(&pressed).iter().zip(&alone(press.project(), reader)) {
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
    let project = project(&manuscript(), &options(true, true));
    let readers = many_shapes();
    let roomy = press(&project);
    let narrow = press(&project).with_limit(1);
    for reader in readers.iter().chain(&readers) {
        roomy.copy(reader).unwrap_or_else(|problems| panic!("{reader:?}: {problems:?}"));
    }
    assert_eq!(roomy.plates().count, readers.len());
    for reader in readers.iter().take(3).chain(&readers[..3]) {
        pressed_like_alone(&narrow, reader);
    }
    assert_eq!(narrow.plates().count, 6, "a press without room remembers no plate");
}

#[test]
fn so_is_a_variant_of_its_pages_and_a_way_in_which_words_fill_them() {
    let project = project(&manuscript(), &options(true, true));
    let press = press(&project).with_limit(12 << 20);
    // A note of one paragraph, a line longer each time: more ways than a chapter remembers, and more variants than there is room for.
    let reader = |lines: usize| Reader { note: Some("A note of many words that fill a line of this page. ".repeat(lines + 1)), ..named("Ada Lovelace") };
    let pressed = |lines: usize| press.copy(&reader(lines)).unwrap_or_else(|problems| panic!("{lines}: {problems:?}"));
    (0..100).for_each(|lines| drop(pressed(lines)));
    let made = press.plates();
    assert!(made.variants >= 64, "{} variants", made.variants);
    for lines in [0, 1, 30, 60, 99] {
        pressed_like_alone(&press, &reader(lines));
    }
    assert!(press.plates().variants > made.variants, "no variant had been given up");
}

#[test]
fn copies_pressed_side_by_side_are_those_pressed_one_after_another() {
    let project = project(&manuscript(), &options(true, true));
    let mut readers = readers();
    readers.extend(many_shapes());
    let press = press(&project);
    let turn = std::sync::atomic::AtomicUsize::new(0);
    // Twice each, so that all threads ask for the same plates and forms at a time.
    let pressed: Vec<(usize, [Option<Digested>; 2])> = std::thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let turn = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let at = turn / 2;
                let Some(reader) = readers.get(at) else { return done };
                let copy = press.copy(reader).unwrap_or_else(|problems| panic!("{reader:?}: {problems:?}"));
                done.push((at, files_of(&copy)));
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread that pressed copies")).collect()
    });
    assert_eq!(pressed.len(), 2 * readers.len());
    let expected: Vec<_> = readers.iter().map(|reader| alone(&project, reader)).collect();
    for (at, files) in &pressed {
        for (pressed, alone) in files.iter().zip(&expected[*at]) {
            assert_eq!(difference(pressed, alone), None, "{:?}", readers[*at]);
        }
    }
}

#[test]
fn names_in_fonts_of_the_system_are_set_like_the_others() {
    // The fonts are those of Debian's `fonts-noto-core` and `fonts-noto-cjk`; `make tools` installs them.
    let project = project(&manuscript(), &Options { system_fonts: true, ..options(true, true) });
    let readers = ["דוד בן־גוריון", "王小明", "Ada Lovelace", "ليلى حسن", "王小明 and דוד"].map(named);
    for (reader, font) in readers.iter().zip([true, true, false, true, true]) {
        let copy = press(&project).copy(reader).unwrap_or_else(|problems| panic!("{problems:?}: `make tools` installs the fonts"));
        assert_eq!(!copy.laid.notices.is_empty(), font, "{reader:?}: {:?}", copy.laid.notices);
    }
    // One press, so that the fonts of one name are at hand when the next one is set.
    let shared = press(&project);
    readers.iter().chain(&readers).for_each(|reader| pressed_like_alone(&shared, reader));
    same(&project, &readers);
    assert_eq!(shared.plates().count, 1);
}

#[test]
fn so_it_is_in_print_and_for_one_format_alone() {
    let files = manuscript();
    same(&project(&files, &Options { medium: Some(Medium::Print), ..options(true, false) }), &readers()[9..]);
    assert_eq!(same(&project(&files, &options(false, true)), &readers()[..3]).count, 1);
    assert_eq!(same(&project(&files, &options(true, false)), &readers()[..3]).count, 1);
}

#[test]
fn passages_for_groups_and_values_of_fields_go_to_whom_they_are_for() {
    let text = "# One\n\nDear {{ reader.first-name | you }} of {{ field.team | none }}.\n\n<!-- only group: night -->\nNight.\n<!-- else only field.team: tools -->\n\
        Tools for {{ field.team }}.\n<!-- else -->\nRest.\n<!-- end -->\n";
    let files = in_memory([("handbook.yaml", "title: T\nlanguage: en\nchapters: [a.md]\n".to_string()), ("a.md", text.to_string())]);
    let project = project(&files, &options(true, true));
    let group = |name: &str, group: &str, fields| Reader { group: Some(group.to_string()), fields, stage: None, ..named(name) };
    let readers = [
        group("Ada Lovelace", "night", team("tools")),
        group("Grace Hopper", "day", team("tools")),
        group("Lin, Mei", "day", team("TOOLS")),
        group("Zoe", "day", team("sales")),
        group("A. Nonymous", "day", team("")),
    ];
    let plates = same(&project, &readers);
    // The group, the two ways to write one team, another team, and none.
    assert!(plates.count >= 4, "{plates:?}");
}

#[test]
fn fields_in_callouts_are_set_for_each_reader() {
    let files = [
        ("handbook.yaml", "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n".to_string()),
        ("1.md", "# First\n\nText.\n\n> [!NOTE]\n> Note well, {{ reader.name }}.\n\nText.\n".to_string()),
    ];
    same(&project(&in_memory(files), &options(true, true)), &["Ada Lovelace", "Żaneta Święta", "Bartholomew Featherstonehaugh"].map(named));
}

#[test]
fn fields_in_titles_tables_and_notes_are_set_for_each_reader_alone() {
    let files = [
        ("handbook.yaml", "title: A Book for {{ reader.name | you }}\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n".to_string()),
        ("1.md", "# First of {{ reader.name }}\n\n## For {{ reader.name }}\n\n| a | b |\n|---|---|\n| 1 | {{ reader.name }} |\n\nText.[^1]\n\n[^1]: For {{ reader.name }}.\n".to_string()),
    ];
    let made = same(&project(&in_memory(files), &options(true, true)), &[named("Ada Lovelace"), named("Żaneta Święta"), named("Ada Lovelace")]);
    assert_eq!((made.count, made.variants), (1, 0), "one of the shape, which is not drawn; what is set for one reader is no plate");
}

#[test]
fn so_it_is_with_the_handbook() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook");
    let project = Project::open_with(folder, options(true, true)).unwrap_or_else(|problems| panic!("{problems}"));
    let readers = [
        Reader { stage: Some("cto".to_string()), from: Some("4".to_string()), ..named("Zoë Łovelace") },
        Reader { stage: Some("2".to_string()), ..named("Ada Lovelace") },
        Reader { stage: Some("2".to_string()), ..named("Bartholomew Featherstonehaugh-Cholmondeley") },
    ];
    assert_eq!(same(&project, &readers).count, 2);
}

/// A book of one chapter, for readers with a name.
fn of_one_chapter(text: &str) -> Project {
    let manifest = "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: First, chapter: 1.md }\n";
    project(&in_memory([("handbook.yaml", manifest.to_string()), ("1.md", text.to_string())]), &options(true, true))
}

/// What the annotations of a PDF have under a key, as text.
fn annotations(pdf: &Digested, subtype: &[u8], key: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(&pdf.bytes()).expect("a PDF");
    let dictionaries = document.objects.values().filter_map(|object| object.as_dict().ok());
    let of_kind = dictionaries.filter(|dict| dict.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|name| name == subtype));
    let mut found: Vec<String> = of_kind.filter_map(|dict| lopdf::decode_text_string(dict.get(key).ok()?).ok()).collect();
    found.sort_unstable();
    found
}

#[test]
fn links_and_check_boxes_say_the_readers_words_too() {
    let project = of_one_chapter(
        "# First\n\nSee [*the place* of {{ reader.name }}](#a), [{{ field.team | nobody }}](#a).\n\n\
         - [ ] call {{ reader.name }}, **soon**\n- [x] read {{ book.title }}\n\n## A\n\nText.\n",
    );
    let readers = [named("Ada Lovelace"), Reader { fields: team("Platform"), ..named("Żaneta *Święta*") }];
    let press = press(&project);
    for (reader, team) in readers.iter().zip(["nobody", "Platform"]) {
        let name = reader.name.as_deref().expect("a name");
        let copy = press.copy(reader).unwrap_or_else(|problems| panic!("{problems}"));
        let pdf = copy.pdf().expect("a PDF");
        let links = annotations(pdf, b"Link", b"Contents");
        assert!(links.contains(&format!("the place of {name}")) && links.contains(&team.to_string()), "{links:?}");
        assert_eq!(annotations(pdf, b"Widget", b"TU"), [format!("call {name}, soon"), "read A Book".to_string()]);
    }
    same(&project, &readers);
}

#[test]
fn both_formats_lead_to_the_same_addresses() {
    let project = of_one_chapter(
        "# First\n\n[a](https://münchen.de/ü), [b](doi:10.1000/182), [c](http://1.2.3.4:80/a%zz), [d](mailto:a@example.org), <https://example.org/a?b=(c)>.\n",
    );
    let copy = press(&project).copy(&named("Ada")).unwrap_or_else(|problems| panic!("{problems}"));
    let mut expected =
        ["https://xn--mnchen-3ya.de/%C3%BC", "https://doi.org/10.1000/182", "http://1.2.3.4:80/a%25zz", "mailto:a@example.org", "https://example.org/a?b=(c)"];
    expected.sort_unstable();
    let document = lopdf::Document::load_mem(&copy.pdf().expect("a PDF").bytes()).expect("a PDF");
    let uri = |dict: &lopdf::Dictionary| Some(lopdf::decode_text_string(dict.get(b"A").ok()?.as_dict().ok()?.get(b"URI").ok()?).expect("text"));
    let mut in_pdf: Vec<String> = document.objects.values().filter_map(|object| uri(object.as_dict().ok()?)).collect();
    in_pdf.sort_unstable();
    assert_eq!(in_pdf, expected);
    let epub = copy.epub().expect("an EPUB").bytes();
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
