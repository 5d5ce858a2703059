//! A book, a roster and a command line with one mistake each: none may be silent.
//!
//! The project is a sailing school's; each mistake is one that somebody makes who comes from elsewhere, or whose hand slips.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;

/// A sound project.
const SOUND: &[(&str, &str)] = &[
    ("crew.csv", "Name,Stage,From,Boat,Note,Group\nAnn Bonny,mate,deckhand,Rose,Well done,spring\nHenry Avery,3,1,,,autumn\n"),
    ("glossary.md", "# Glossary\n\nBow\n: The front.\n"),
    ("guides/knots.md", "# Knots\n\nText.\n"),
    ("own.yaml", "base: classic\npage: { width: 148mm }\ncolors: { text: \"#1a1a1a\", accent: \"#14506e\" }\nstyles:\n  text: { leading: 14pt }\n"),
    (
        "handbook.yaml",
        "title: The Sailing School\nlanguage: en-GB\nauthors: [The Harbour Crew]\nedition: \"3\"\ndate: 2026-03-01\nstages:\n  - { id: deckhand, title: Deckhand, years: 0-1, chapter: stages/1.md }\n  - { id: mate, title: Mate, years: 1-3, chapter: stages/2.md }\n  - { id: skipper, title: Skipper, years: 3-6, chapter: stages/3.md }\npaths:\n  - { id: racing, title: Racing, chapter: paths/racing.md }\nguides:\n  - { id: knots, title: Knots, chapter: guides/knots.md }\nfront: [letter.md]\nback: [glossary.md]\n",
    ),
    (
        "letter.md",
        "# A letter\n\nDear {{ reader.first-name | sailor }},\n\nwelcome aboard {{ field.boat | our boat }}.\n\n<!-- only from: 1 -->\nFair winds.\n<!-- else -->\nCome aboard.\n<!-- end -->\n",
    ),
    ("paths/racing.md", "---\nstages: 2..\n---\n# Racing\n\nText.\n"),
    ("sail.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"60\"><path d=\"M0 60 L30 0 L60 60z\"/></svg>"),
    (
        "stages/1.md",
        "---\nsummary: Learn the ropes.\nmilestone: You have tied ten knots.\n---\n\n# Deckhand\n\nSee [](2.md) and [](#fig-sail). <!-- index: rope; sheet see rope -->\n\n![A sail](../sail.svg \"The sail\"){#fig-sail}\n\n## Ropes\n\nText.[^1]\n\n[^1]: A note.\n",
    ),
    ("stages/2.md", "# Mate\n\n| Wind | Sail |\n|---|---|\n| 3 | full |\n\nText.\n"),
    ("stages/3.md", "# Skipper\n\nText.\n"),
];

/// Mistakes of an author: in this file this is written in the place of that.
const AUTHOR: &[(&str, &str, &str)] = &[
    ("sail.svg", "<path", "<text y=\"9\">{{ reader.name }}</text><path"),
    ("handbook.yaml", "title: The", "titel: The"),
    ("handbook.yaml", "en-GB", "English"),
    ("handbook.yaml", "en-GB", "en_GB"),
    ("handbook.yaml", "2026-03-01", "1.3.2026"),
    ("handbook.yaml", "id: mate", "id: Mate 2"),
    ("handbook.yaml", "stages/2.md", "stages/two.md"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\ntheme: clasic"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\npage: A7"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md, \"more/*.md\"]"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\nwords: { contents: \"\" }"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\npages: [colophon]"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\npages: { index: false }"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\nprepared_for: \"For the crew\""),
    ("handbook.yaml", "authors: [The", "autors: [The"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\ncover: cover.gif"),
    ("handbook.yaml", "chapter: paths/racing.md", "file: paths/racing.md"),
    ("handbook.yaml", "back: [glossary.md]", "back: [glossary.md]\nsplit: headings"),
    ("letter.md", "only from: 1", "onyl from: 1"),
    ("letter.md", "only from: 1", "only form: 1"),
    ("letter.md", "only from: 1", "Only from: 1"),
    ("letter.md", "only from: 1", "if from: 1"),
    ("letter.md", "only from: 1", "only from: deckhnd"),
    ("letter.md", "only from: 1", "only from: 1-2"),
    ("letter.md", "only from: 1", "only from 1"),
    ("letter.md", "only from: 1", "only: from 1"),
    ("letter.md", "only from: 1", "only field: boat"),
    ("letter.md", "only from: 1", "only from: 1 or"),
    ("letter.md", "only from: 1", "only not from: 1"),
    ("letter.md", "only from: 1", "only from = 1"),
    ("letter.md", "only from: 1", "only reader: Ann"),
    ("letter.md", "only from: 1", "only stages: 5"),
    ("letter.md", "<!-- else -->", "<!-- ELSE -->"),
    ("letter.md", "<!-- else -->", "<!-- otherwise -->"),
    ("letter.md", "<!-- else -->", "<!-- elseif from: 2 -->"),
    ("letter.md", "<!-- else -->", "<!-- else: -->"),
    ("letter.md", "<!-- else -->", "<!-else->"),
    ("letter.md", "<!-- end -->", "<!-- endif -->"),
    ("letter.md", "<!-- end -->", "<!-- ends -->"),
    ("letter.md", "<!-- end -->", ""),
    ("letter.md", "<!-- end -->", "<!-- end"),
    ("letter.md", "<!-- end -->", "<!-- fin -->"),
    ("letter.md", "<!-- end -->", "<!-- end. -->"),
    ("letter.md", "reader.first-name", "reader.firstname"),
    ("letter.md", "reader.first-name", "first-name"),
    ("letter.md", "reader.first-name", "name"),
    ("letter.md", "{{ reader.first-name | sailor }}", "{{ reader.first-name"),
    ("letter.md", "{{ reader.first-name | sailor }}", "{reader.first-name}"),
    ("letter.md", "{{ reader.first-name | sailor }}", "${reader.first-name}"),
    ("letter.md", "{{ reader.first-name | sailor }}", "{% reader.first-name %}"),
    ("letter.md", "{{ reader.first-name | sailor }}", "<<name>>"),
    ("letter.md", "{{ reader.first-name | sailor }}", "{{ reader.name || sailor }}"),
    ("letter.md", "{{ field.boat | our boat }}", "{{ boat }}"),
    ("letter.md", "{{ field.boat | our boat }}", "{{ target.titel }}"),
    ("stages/1.md", "---\nsummary", "summary"),
    ("stages/1.md", "---\n\n# Deck", "\n# Deck"),
    ("stages/1.md", "summary:", "sumary:"),
    ("stages/1.md", "summary:", "layout: post\nsummary:"),
    ("stages/1.md", "milestone:", "milestones:"),
    ("stages/1.md", "2.md)", "two.md)"),
    ("stages/1.md", "#fig-sail)", "#fig-sial)"),
    ("stages/1.md", "../sail.svg", "../sial.svg"),
    ("stages/1.md", "![A sail]", "![]"),
    ("stages/1.md", "sheet see rope", "sheet see roop"),
    ("stages/1.md", "index: rope", "Index: rope"),
    ("stages/1.md", "index: rope", "index rope"),
    ("stages/1.md", "[^1]\n", "[^2]\n"),
    ("stages/1.md", "## Ropes", "### Ropes"),
    ("stages/1.md", "## Ropes", "##Ropes"),
    ("stages/1.md", "## Ropes", "# Ropes"),
    ("stages/1.md", "Text.[^1]", "[here](2.md)[^1]"),
    ("stages/1.md", "Text.[^1]", "[x](http:/example)[^1]"),
    ("stages/1.md", "Text.[^1]", "[x]( 2.md[^1]"),
    ("stages/1.md", "# Deckhand\n", "# Deckhand\n\n<!-- pagebrake -->\n"),
    ("stages/1.md", "# Deckhand\n", "# Deckhand\n\n> [!TPI]\n> text\n"),
    ("stages/1.md", "\"The sail\"", "The sail"),
    ("stages/2.md", "|---|---|\n", ""),
    ("stages/2.md", "|---|---|", "|---|"),
    ("stages/2.md", "| 3 | full |", "| 3 | full | x | y |"),
    ("stages/2.md", "Text.", "```mermaid\ngrap TD\n```"),
    ("stages/2.md", "Text.", "$\\frac{1}{2$"),
    ("stages/2.md", "Text.", "<div>open"),
    ("stages/2.md", "Text.", "<blink>x</blink>"),
    ("stages/2.md", "Text.", "![](data:image/png;base64,xx)"),
    ("stages/1.md", "## Ropes", "##\u{a0}Ropes"),
    ("stages/1.md", "# Deckhand\n", "#\u{a0}Deckhand\n"),
    ("stages/1.md", "---\nsummary", "\n---\nsummary"),
    ("stages/2.md", "Text.", "```\nText."),
    ("stages/2.md", "Text.", "~~~ sh\nText."),
    ("stages/2.md", "Text.", "- one\n\n  ```\n  Text."),
    ("stages/2.md", "Text.", "<!-- card: skills -->\n\nText."),
    ("stages/2.md", "Text.", "[us](www.crust.example)"),
    ("glossary.md", "The front.", "The front. <!-- alse: bows -->"),
    ("glossary.md", ": The front.", ": The front.\n\nStern\nThe back."),
    ("stages/2.md", "Text.", "[the rules] (https://example.org)"),
    ("stages/2.md", "Text.", "![a sail] (../sail.svg)"),
    ("handbook.yaml", "title: Mate", "title: Skipper"),
    ("letter.md", "only from: 1", "only group: \"night\""),
    ("letter.md", "only from: 1", "only field.boat: “Rose”"),
];

/// Mistakes of a theme's author.
const THEME: &[(&str, &str, &str)] = &[
    ("own.yaml", "#1a1a1a", "#dddddd"),
    ("own.yaml", "#14506e", "#ffff66"),
    ("own.yaml", "#14506e", "teal"),
    ("own.yaml", "148mm", "10000mm"),
    ("own.yaml", "148mm", "148"),
    ("own.yaml", "14pt", "5pt"),
    ("own.yaml", "14pt", "200pt"),
    ("own.yaml", "accent", "acent"),
    ("own.yaml", "classic", "clasic"),
];

/// Projects in which a file is called otherwise than it should be.
const CALLED: &[(&str, &str)] = &[("handbook.yaml", "handbook.yaml.txt"), ("handbook.yaml", "Handbook.yaml"), ("handbook.yaml", "handbook.yml.txt")];

/// Mistakes of a roster's owner, and of both together.
const OWNER: &[(&str, &str, &str)] = &[
    ("letter.md", "only from: 1", "only  groups: x"),
    ("letter.md", "{{ field.boat | our boat }}", "{{ field.boot | our boat }}"),
    ("crew.csv", "Stage", "Level"),
    ("crew.csv", "Stage,", ""),
    ("crew.csv", "Boat", "Boot"),
    ("crew.csv", "Boat", "Ship"),
    ("crew.csv", "Name", "Names"),
    ("crew.csv", "Note", "Remarks"),
    ("crew.csv", "From", "Form"),
    ("crew.csv", "Group", "Cohortt"),
    ("crew.csv", "mate,", "maet,"),
    ("crew.csv", "3,1", "1,3"),
    ("crew.csv", "deckhand,Rose", "deckhand,Rose,x"),
    ("crew.csv", "Henry Avery", ""),
    ("crew.csv", "Name", "Naem"),
    ("crew.csv", "Ann Bonny", "\"Ann Bonny"),
    ("crew.csv", "mate,deckhand", ",deckhand"),
    ("crew.csv", "Rose,Well done,spring", "Rose"),
    (
        "crew.csv",
        "Name,Stage,From,Boat,Note,Group\nAnn Bonny,mate,deckhand,Rose,",
        "Name,Stage,From,Boat,Email,Group\nIan,mate,deckhand,Rose,a@b.example,spring\nAnn Bonny,mate,deckhand,Rose,A@b.example,spring\nAnne,mate,,,",
    ),
    ("letter.md", "only from: 1", "only group: sprng"),
    ("letter.md", "only from: 1", "only group: winter"),
];

/// Mistakes at the command line.
const TYPED: &[&str] = &[
    "build . --lang de",
    "build . --title X",
    "build . --for Ann",
    "build . --format docx",
    "build . --format pdf epub",
    "build . --stage captain",
    "build . --path race",
    "build . --field ship=Rose",
    "build . --out a.pdf",
    "build . --page A9",
    "build . --theme dark",
    "build . --date 1.1.2026",
    "build . --reader",
    "verify out",
    "version",
    "init x",
    "themes",
    "build . --from 3 --stage 1",
    "build . -reader Ann",
    "build . --theme sail.svg",
    "build --reader Ann Bonny",
    "check . --format xml",
    "bulk crew.csv --archive groups",
    "build nowhere",
    "schema maniest",
    "completions ksh",
    "new .",
];

/// Runs a command in a folder: what it says.
fn handbook(here: &Path, args: &str) -> String {
    let (_, out, err) = common::handbook(here, &args.split(' ').collect::<Vec<_>>());
    out + &err
}

/// What a command says of the sound project with one thing written otherwise.
fn said(change: Option<(&str, &str, &str)>, args: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in SOUND {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = match change {
            Some((file, from, to)) if file == *name => {
                assert!(text.contains(from), "{file} has no {from}");
                text.replacen(from, to, 1)
            }
            _ => (*text).to_string(),
        };
        std::fs::write(path, text).unwrap();
    }
    handbook(folder.path(), args)
}

#[test]
fn a_manifest_of_nearly_the_right_name_is_told_and_no_other_book_is_made() {
    for (right, wrong) in CALLED {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(wrong), SOUND.iter().find(|(name, _)| name == right).unwrap().1).unwrap();
        for args in [CHECK, "check --no-system-fonts", "bulk crew.csv --dry-run"] {
            let said = handbook(folder.path(), args);
            assert!(said.contains(&format!("`{wrong}` looks as if it were meant to be one")), "{args}: {said}");
        }
    }
}

#[test]
fn a_roster_is_not_held_against_another_book_without_a_word() {
    let elsewhere = tempfile::tempdir().unwrap();
    let project = elsewhere.path().join("school");
    std::fs::create_dir(&project).unwrap();
    std::fs::write(project.join("handbook.yaml"), "title: T\nchapters: [a.md]\n").unwrap();
    std::fs::write(project.join("crew.csv"), "name\nAnn\n").unwrap();
    let said = handbook(elsewhere.path(), "bulk school/crew.csv --dry-run");
    assert!(said.contains("the roster lies beside one") && said.contains("--project") && said.contains("school"), "{said}");
    std::fs::write(elsewhere.path().join("other.csv"), "name,stage\nAnn,captain\n").unwrap();
    let said = handbook(elsewhere.path(), "bulk other.csv --dry-run");
    assert!(said.contains("held against the handbook that this program carries"), "{said}");
    std::fs::write(elsewhere.path().join("other.csv"), "name,stage\nAnn,cto\n").unwrap();
    assert!(handbook(elsewhere.path(), "bulk other.csv --dry-run").contains("from the built-in handbook"));
}

/// What somebody means as it stands is no mistake.
#[test]
fn nothing_is_said_of_what_is_right() {
    let right = [
        ("stages/2.md", "Text.", "> ```\n> code\n\nText."),
        ("stages/2.md", "Text.", "Text.\n\n<!-- ``` -->"),
        ("stages/2.md", "Text.", "<pre>\n```\n</pre>\n\nText."),
        ("letter.md", "only from: 1", "only field.boat: 's-Hertogenbosch"),
        ("letter.md", "only from: 1", "only field.boat: ‘Ohana"),
        ("stages/2.md", "Text.", "From the quay -- by boat -- to the pier, 9--5, `a -- b`."),
        ("stages/2.md", "Text.", "The rules [of the harbour] (see below) and `[a] (b.md)`."),
        ("stages/2.md", "Text.", "- [x] (https://example.org)"),
        ("stages/2.md", "Text.", "See [it] (it is long).\n\n[it]: 1.md"),
        ("stages/2.md", "Text.", "[it] (1.md)\n\n[it]: 1.md"),
    ];
    for change in right {
        let said = said(Some(change), CHECK);
        assert!(!said.contains("warning: ") && !said.contains("error: "), "{change:?}: {said}");
    }
    let same = (
        "crew.csv",
        "Name,Stage,From,Boat,Note,Group\nAnn Bonny,mate,deckhand,Rose,Well done,spring\nHenry Avery,3,1,,,autumn",
        "Name,Stage,Id,Email\nAnn,mate,1,a@b.example\nEve,mate,2,a@b.example",
    );
    let said = said(Some(same), "bulk crew.csv . --dry-run");
    assert!(!said.contains("this e-mail address too"), "{said}");
}

/// What is said leads to where the fault is.
#[test]
fn hints_lead_to_the_fault() {
    let of = |change, args| said(Some(change), args);
    let hint = of(("stages/1.md", "../sail.svg", "../Sale.svg"), CHECK);
    assert!(hint.contains("did you mean `../sail.svg`?"), "as it is written from the chapter: {hint}");
    let missing = of(("crew.csv", "Rose,Well done,spring", "Rose"), "bulk crew.csv . --dry-run");
    assert!(missing.contains("as many separators as the header"), "{missing}");
    let twice = of(("stages/1.md", "2.md)", "nowhere.md)"), CHECK);
    assert_eq!(twice.matches("nowhere.md` , which").count() + twice.matches("leads to `nowhere.md`").count(), 1, "{twice}");
    let web = of(("stages/2.md", "Text.", "[us](www.crust.example)"), CHECK);
    assert!(web.contains("https://www.crust.example"), "{web}");
    let option = said(None, "build . -reader Ann");
    assert!(option.contains("`--reader`"), "{option}");
    let name = said(None, "build --reader Ann Bonny");
    assert!(name.contains("--reader \"Ann Bonny\""), "{name}");
    let addresses = of(("crew.csv", "Boat", "Kindle"), "bulk crew.csv . --dry-run");
    assert!(addresses.contains("nothing uses the column `Kindle`"), "{addresses}");
    let glossary = of(("glossary.md", ": The front.", ": The front.\n\nStern\nThe back."), CHECK);
    assert!(glossary.contains("glossary.md:6:1") && glossary.contains("`: The back.`"), "{glossary}");
    let parted = of(("stages/2.md", "Text.", "[the rules] (https://example.org)"), CHECK);
    assert!(parted.contains("stages/2.md:7:1") && parted.contains("`[the rules](https://example.org)`"), "{parted}");
    let same = of(("handbook.yaml", "title: Mate", "title: skipper"), CHECK);
    assert!(same.contains("the stages `mate` and `skipper` have one title"), "{same}");
    let kindle = of(
        (
            "crew.csv",
            "Name,Stage,From,Boat,Note,Group\nAnn Bonny,mate,deckhand,Rose,Well done,spring\nHenry Avery,3,1,,,autumn",
            "Name,Stage,Kindle\nAnn Bonny,mate,ann@kindle.example",
        ),
        "bulk crew.csv . --dry-run",
    );
    assert!(!kindle.contains("nothing uses"), "`send --to` uses it: {kindle}");
}

/// A chapter that is another program's document is called what it is, with the way from there.
#[test]
fn a_document_is_no_chapter() {
    let chapter = |file: &str, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("handbook.yaml"), format!("title: T\nlanguage: en\nchapters: [{file}]\n")).unwrap();
        std::fs::write(folder.path().join(file), bytes).unwrap();
        (handbook(folder.path(), CHECK), handbook(folder.path(), &format!("check {file}")))
    };
    let (named, alone) = chapter("plan.docx", b"PK\x03\x04\xff");
    assert!(named.contains("`plan.docx` is a Word document") && named.contains("pandoc plan.docx") && named.contains("plan.md"), "{named}");
    assert!(!named.contains("UTF-8") && alone.contains("is not a book") && alone.contains("pandoc plan.docx"), "{named}{alone}");
    let (named, _) = chapter("plan.odt", b"PK\x03\x04");
    assert!(named.contains("a document of LibreOffice"), "{named}");
    let (named, _) = chapter("plan.html", b"<h1>Plan</h1><p>Text.</p>");
    assert!(named.contains("warning: `plan.html` is a web page") && !named.contains("error: "), "{named}");
    let (named, _) = chapter("plan.txt", b"# Plan\n\nText.\n");
    assert!(!named.contains("plan.txt` is"), "{named}");
}

/// The changes of which nothing is said.
fn silent(changes: &[(&str, &str, &str)], args: &str) -> Vec<String> {
    let is_silent = |said: &str| !said.contains("error: ") && !said.contains("warning: ");
    assert!(is_silent(&said(None, args)), "{}", said(None, args));
    let silent = changes.iter().filter(|change| is_silent(&said(Some(**change), args)));
    silent.map(|(file, from, to)| format!("{file}: {from} -> {to}")).collect()
}

const CHECK: &str = "check . --no-system-fonts";

#[test]
fn no_mistake_of_an_author_is_silent() {
    // In halves, since each is a book.
    let (first, second) = AUTHOR.split_at(AUTHOR.len() / 2);
    let halves = std::thread::scope(|scope| {
        let other = scope.spawn(|| silent(second, CHECK));
        [silent(first, CHECK), other.join().unwrap()].concat()
    });
    assert_eq!(halves, Vec::<String>::new());
}

#[test]
fn no_mistake_of_a_themes_author_is_silent() {
    assert_eq!(silent(THEME, "check . --no-system-fonts --theme own.yaml"), Vec::<String>::new());
}

#[test]
fn no_mistake_of_a_rosters_owner_is_silent() {
    assert_eq!(silent(OWNER, "bulk crew.csv . --dry-run --no-system-fonts"), Vec::<String>::new());
}

#[test]
fn no_mistake_at_the_command_line_is_silent() {
    for typed in TYPED {
        let said = said(None, typed);
        assert!(said.contains("error: ") || said.contains("warning: "), "{typed}: {said}");
    }
}
