//! Two editions compared: every change is found, and nothing else is called one.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use common::draw::Draw;
use handbook::diff::{ChangeKind, Changes, Piece, State, diff, markdown, people};
use handbook::furniture::Page;
use handbook::load::{Manuscript, Revision, load, load_memory};
use handbook::press::{copy_plainly, pages_plainly};
use handbook::typeset::Item;
use handbook::{Options, Project, Reader};

type Files = BTreeMap<&'static str, String>;

fn book(chapters: &[(&'static str, &str)]) -> Files {
    let listed: Vec<&str> = chapters.iter().map(|(name, _)| *name).collect();
    let manifest = format!("title: A Book\nlanguage: en\nedition: \"1\"\nchapters: [{}]\n", listed.join(", "));
    let files = chapters.iter().map(|(name, text)| (*name, (*text).to_string()));
    files.chain([("handbook.yaml", manifest)]).collect()
}

fn read(files: &Files) -> Arc<Manuscript> {
    let files = files.iter().map(|(name, text)| ((*name).to_string(), text.clone().into_bytes()));
    Arc::new(load_memory(files).unwrap_or_else(|problems| panic!("{problems}")).value)
}

fn opened(path: &Path, here: &Path) -> Arc<Manuscript> {
    Arc::new(load(Some(path), here).unwrap_or_else(|problems| panic!("{problems}")).value)
}

fn compared(old: &Files, new: &Files) -> Changes {
    diff(&read(old), &read(new))
}

const ONE: &str = "---\nsummary: What it is.\n---\n# One\n\nThe first paragraph of some words.\n\n## Under it\n\nThe second paragraph, which has a note.[^a]\n\n\
                   - an item of a list\n- another item\n\n| a | b |\n|---|---|\n| cell | of a row |\n\n```rust\nlet x = 1;\n```\n\n[^a]: The text of the note.\n";
const TWO: &str = "# Two\n\nA chapter of another kind altogether.\n\n<!-- only format: pdf -->\nFor print alone, and for nothing else.\n<!-- end -->\n";
const THREE: &str = "# Three\n\nThe third one speaks of rivers and of bridges.\n\nAnd it has a second paragraph of its own.\n";

#[test]
fn what_changed_is_told() {
    let old = book(&[("one.md", ONE), ("two.md", TWO), ("three.md", THREE)]);
    let changed = ONE
        .replace("some words", "several words")
        .replace("of the note", "of a longer note")
        .replace("of a row", "of that row")
        .replace("x = 1", "x = 2")
        .replace("- another item\n", "- another item\n- a third one here\n");
    let four = "# Four\n\nIt came with this edition.\n\nAnd it has a second paragraph of its own.\n";
    let three = "# Three, renamed\n\nThe third one speaks of rivers and of bridges.\n";
    let mut new = book(&[("three.md", three), ("one.md", &changed), ("four.md", four)]);
    new.entry("handbook.yaml").and_modify(|manifest| *manifest = manifest.replace("\"1\"", "\"2\""));
    let changes = compared(&old, &new);
    common::reference("diff/people.txt", &people(&changes));
    common::reference("diff/notes.md", &markdown(&changes));
    common::reference("diff/changes.json", &format!("{:#}\n", handbook::diff::json(&changes)));
}

#[test]
fn another_way_to_write_the_same_is_no_change() {
    let old = book(&[("one.md", ONE), ("two.md", TWO)]);
    let rewritten =
        ONE.replace("The first paragraph of some", "The first\nparagraph   of *some*").replace("- ", "* ").replace("## Under it", "Under it\n--------");
    let changes = compared(&old, &book(&[("one.md", &rewritten), ("two.md", TWO)]));
    assert_eq!((changes.chapters.len(), changes.same), (0, 2), "{}", people(&changes));
    assert_eq!(people(&changes), "1: nothing changed.\n");
}

#[test]
fn what_moved_is_neither_removed_nor_added() {
    let paragraphs: Vec<String> = (0..12).map(|n| format!("Paragraph number {n} has words of its own, such as w{n}a and w{n}b.")).collect();
    let chapter = |order: &[usize]| format!("# One\n\n{}\n", order.iter().map(|n| paragraphs[*n].as_str()).collect::<Vec<_>>().join("\n\n"));
    let old = book(&[("one.md", &chapter(&[0, 1, 2, 3, 4, 5, 6, 7])), ("two.md", &chapter(&[8, 9, 10, 11]))]);
    let new = book(&[("one.md", &chapter(&[1, 2, 3, 0, 4, 5, 7])), ("two.md", &chapter(&[8, 6, 9, 10, 11]))]);
    let changes = compared(&old, &new);
    let kinds: Vec<ChangeKind> = changes.chapters.iter().flat_map(|chapter| &chapter.changes).map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Moved, ChangeKind::Moved], "{}", people(&changes));
    assert!(changes.chapters.iter().all(|chapter| (chapter.words_added, chapter.words_removed) == (0, 0)));
}

#[test]
fn a_chapter_is_known_by_its_file_its_title_or_its_text() {
    let old = book(&[("one.md", ONE), ("two.md", TWO), ("three.md", THREE)]);
    // The first has another file, the third another file and another title.
    let renamed = THREE.replace("# Three", "# Rivers");
    let new = book(&[("first.md", ONE), ("two.md", TWO), ("rivers.md", &renamed)]);
    let changes = compared(&old, &new);
    let told: Vec<_> = changes.chapters.iter().map(|c| (c.path.as_str(), c.state, c.was.as_deref(), c.was_called.as_deref(), c.changes.len())).collect();
    let expected = [("first.md", State::Kept, Some("one.md"), None, 0), ("rivers.md", State::Kept, Some("three.md"), Some("Three"), 0)];
    assert_eq!(told, expected);
}

/// Lines that are paragraphs of plain words: not in code, no list, no table, no markup at their ends.
fn paragraphs(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut code = false;
    let mut found = Vec::new();
    for at in 1..lines.len().saturating_sub(1) {
        code ^= lines[at].trim_start().starts_with("```");
        let alone = lines[at - 1].is_empty() && lines[at + 1].is_empty();
        let plain =
            lines[at].starts_with(|c: char| c.is_ascii_uppercase()) && lines[at].split(' ').count() > 8 && !lines[at].contains(['`', '[', '<', '*', '_']);
        if !code && alone && plain {
            found.push(at);
        }
    }
    found
}

/// Two hundred edits at random: words put in, words changed, paragraphs put in and taken out. Each is found at its place, and no other.
#[test]
fn every_edit_is_found_and_nothing_else() {
    let folder = Some(common::corpus().join("rust-book/whole")).filter(|folder| folder.is_dir()).unwrap_or_else(|| common::root().join("docs/proof"));
    let copy = tempfile::tempdir().expect("a folder");
    let mut files: Vec<_> = walk(&folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    files.sort();
    let mut draw = Draw(7);
    let mut places: Vec<(usize, usize)> = Vec::new();
    let mut texts: Vec<Vec<String>> = Vec::new();
    for (file, path) in files.iter().enumerate() {
        let text = std::fs::read_to_string(path).expect("a chapter");
        places.extend(paragraphs(&text).into_iter().map(|line| (file, line)));
        texts.push(text.lines().map(str::to_string).collect());
    }
    let wanted = places.len().min(200);
    let mut edits = BTreeMap::new();
    while edits.len() < wanted {
        let at = draw.below(places.len());
        // Paragraphs beside each other would be one change more or less.
        let (file, line) = places[at];
        if !edits.keys().any(|(other, near): &(usize, usize)| *other == file && near.abs_diff(line) < 8) {
            edits.insert((file, line), draw.below(4));
        } else if edits.len() + 1 >= places.len() / 3 {
            break;
        }
    }
    for (number, ((file, line), kind)) in edits.iter().enumerate() {
        let text = &mut texts[*file][*line];
        let (first, rest) = text.split_once(' ').unwrap_or((text.as_str(), ""));
        *text = match kind {
            0 => format!("{first} inserted{number} {rest}"),
            1 => format!("Changed{number} {rest}"),
            2 => format!("{text}\n\nAn entirely new paragraph{number} with words that stood nowhere else{number} before."),
            _ => String::new(),
        };
    }
    for (path, lines) in files.iter().zip(&texts) {
        let to = copy.path().join(path.strip_prefix(&folder).expect("a file of the book"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::write(to, lines.join("\n") + "\n").expect("a chapter");
    }
    if folder.join("handbook.yaml").exists() {
        std::fs::copy(folder.join("handbook.yaml"), copy.path().join("handbook.yaml")).expect("the manifest");
    }
    let here = common::root();
    let changes = diff(&opened(&folder, here), &opened(copy.path(), here));
    let found: Vec<_> = changes.chapters.iter().flat_map(|chapter| &chapter.changes).collect();
    let count = |kind: ChangeKind| found.iter().filter(|change| change.kind == kind).count();
    let made = |kinds: &[usize]| edits.values().filter(|kind| kinds.contains(kind)).count();
    let numbers = [count(ChangeKind::Changed), count(ChangeKind::Added), count(ChangeKind::Removed), count(ChangeKind::Moved)];
    assert_eq!(numbers, [made(&[0, 1]), made(&[2]), made(&[3]), 0], "{}", people(&changes));
    let said: String =
        found.iter().flat_map(|change| &change.pieces).filter_map(|piece| if let Piece::Added(text) = piece { Some(text.as_str()) } else { None }).collect();
    for (number, kind) in edits.values().enumerate() {
        let word = ["inserted", "Changed", "paragraph", ""][*kind];
        assert!(word.is_empty() || said.contains(&format!("{word}{number}")), "{word}{number}");
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn git(folder: &Path, words: &[&str]) {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(words)
        .output()
        .expect("git can be run");
    assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A revision is the project at its place in the tree, whatever an archive would leave out, and the author's folder is not touched.
#[test]
fn a_revision_is_read_from_the_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("deep/book");
    std::fs::create_dir_all(&project).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(project.join(name), text).expect("a file");
    for (name, text) in book(&[("one.md", ONE), ("two.md", TWO)]) {
        write(name, &text);
    }
    std::fs::write(folder.path().join(".gitattributes"), "*.md export-ignore\n").expect("a file");
    write("big.png", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "one"]);
    git(folder.path(), &["tag", "v1"]);
    write("one.md", &ONE.replace("some words", "other words"));

    let revision = Revision::read("v1", &project).unwrap_or_else(|problem| panic!("{problem}"));
    assert_eq!(revision.pointers, 1);
    let (old, new) = (opened(&revision.project(), folder.path()), opened(&project, folder.path()));
    let changes = diff(&old, &new);
    assert_eq!(changes.chapters.len(), 1, "{}", people(&changes));
    assert_eq!(changes.chapters[0].changes.len(), 1);
    assert!(std::fs::read_to_string(project.join("one.md")).is_ok_and(|text| text.contains("other words")), "the author's file is as it was");

    let said = |revision: &str, project: &Path| Revision::read(revision, project).err().map(|problem| problem.message).unwrap_or_default();
    assert_eq!(said("v2", &project), "there is no revision `v2`");
    assert_eq!(said("--output=x", &project), "there is no revision `--output=x`");
    let elsewhere = tempfile::tempdir().expect("a folder");
    assert!(said("v1", elsewhere.path()).starts_with("git says: not a git repository"), "{}", said("v1", elsewhere.path()));
    assert!(said("v1", Path::new("/nowhere/at/all")).contains("cannot be read"));
}

/// A folder with an old edition and a new one, whose manifest names the old.
fn editions(folder: &Path) -> std::path::PathBuf {
    let filler = "A paragraph that stays as it is, with words enough to fill some lines of the page on which it stands, and more.\n\n".repeat(30);
    let old =
        book(&[("one.md", &format!("# One\n\nThe first paragraph of some words.\n\n{filler}")), ("two.md", TWO), ("three.md", &format!("{THREE}\n{filler}"))]);
    let mut new = old.clone();
    new.entry("one.md").and_modify(|text| *text = text.replace("some words", "several words"));
    new.insert("four.md", "# Four\n\nIt came with this edition.\n".to_string());
    let chapters = "chapters: [one.md, two.md, three.md, four.md]\neditions: { old: ../old }\n";
    new.entry("handbook.yaml")
        .and_modify(|manifest| *manifest = manifest.replace("\"1\"", "\"2\"").replace("chapters: [one.md, two.md, three.md]\n", chapters));
    for (name, files) in [("old", &old), ("new", &new)] {
        std::fs::create_dir(folder.join(name)).expect("a folder");
        files.iter().for_each(|(file, text)| std::fs::write(folder.join(name).join(file), text).expect("a file"));
    }
    folder.join("new")
}

/// Who has an old edition gets the same pages, with one more leaf in front and bars beside what changed.
#[test]
fn who_has_an_old_edition_is_shown_what_is_new() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = editions(folder.path());
    let options = Options { system_fonts: false, ..Options::default() };
    let project = Project::open_with(&project, options).unwrap_or_else(|problems| panic!("{problems}"));
    let had = Reader { had: Some("old".to_string()), ..Reader::named("Ada Lovelace") };
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    let pages = |reader: &Reader| pages_plainly(&press, reader).unwrap_or_else(|problems| panic!("{problems}")).pages;
    let (plain, marked) = (pages(&Reader::named("Ada Lovelace")), pages(&had));
    assert_eq!(marked.len(), plain.len() + 1);
    let main = |pages: &[Arc<Page>]| pages.iter().filter(|page| !page.folio.roman).cloned().collect::<Vec<_>>();
    let mut barred = Vec::new();
    for (plain, marked) in main(&plain).iter().zip(&main(&marked)) {
        let items = |page: &Page| page.body.items.iter().map(|placed| (placed.at, placed.item.clone())).collect::<Vec<_>>();
        assert!(plain.folio == marked.folio && items(plain) == items(marked), "page {} is another", plain.folio);
        if marked.furniture != plain.furniture {
            barred.push(marked.folio.number);
            assert_eq!(marked.furniture.items.len(), plain.furniture.items.len() + 1);
        }
    }
    // The changed paragraph, and the chapter that is new.
    assert_eq!(barred.len(), 2, "{barred:?}");
    assert_eq!(barred[0], 1);
    let text = |page: &Arc<Page>| {
        page.body.items.iter().filter_map(|placed| if let Item::Text(run) = &placed.item { Some(run.text.to_string()) } else { None }).collect::<String>()
    };
    let news: Vec<String> = marked.iter().map(text).filter(|text| text.contains("What is new since 1")).collect();
    assert!(news.len() == 1 && news[0].contains("One") && news[0].contains("changed (1)") && news[0].contains("Four") && news[0].contains("new"), "{news:?}");
    assert!(!news[0].contains("Three"), "{news:?}");

    // The copy that is pressed for many is the one that is made alone.
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    let copy = press.copy(&had).unwrap_or_else(|problems| panic!("{problems}"));
    let alone = copy_plainly(&project, &had).unwrap_or_else(|problems| panic!("{problems}"));
    for ((ending, pressed), (_, plain)) in copy.files().zip(alone.files()) {
        assert!(pressed.bytes() == plain.bytes(), "the {ending} is another");
    }
    let strange = Reader { had: Some("odl".to_string()), ..Reader::default() };
    let said = press.copy(&strange).err().map(|problems| problems.to_string()).unwrap_or_default();
    assert!(said.contains("there is no edition `odl`") && said.contains("did you mean `old`?"), "{said}");
}
