//! What another program gets from the library: the very books that the command makes, and a session in which little is made twice.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use handbook::cli::{Surroundings, run};
use handbook::press::{Step, Watch};
use handbook::project::{Options, Project};
use handbook::select::Reader;
use handbook::session::{Made, Session};

/// A book whose manifest names a theme, a page and a date.
fn write_project(folder: &Path) {
    let files = [
        (
            "handbook.yaml",
            "title: A Book of Seams\nlanguage: en\nauthors: [The Authors]\ndate: 2026-03-01\ntheme: mine.yaml\npage: 6x9\nstages:\n\
             \x20 - { id: one, title: First, years: 0–2, chapter: 1.md }\n  - { id: two, title: Second, years: 2–4, chapter: 2.md }\nfront: [letter.md]\n",
        ),
        ("mine.yaml", "name: mine\nbase: classic\nstyles:\n  text: { size: 11pt }\n"),
        ("letter.md", "# A letter\n\nDear {{ reader.name }}, see [the second](2.md).\n"),
        (
            "1.md",
            "---\nsummary: The first.\nmilestone: Do it\n---\n# First\n\nText with `code` and a note.[^1]\n\n```rust\nfn main() {}\n```\n\n[^1]: A note.\n",
        ),
        ("2.md", "---\nsummary: The second.\nmilestone: Do more\n---\n# Second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("a file of the project");
    }
}

#[test]
fn the_library_makes_what_the_command_makes() {
    let folder = tempfile::tempdir().expect("a folder");
    write_project(folder.path());
    let arguments = ["handbook", "build", ".", "--reader", "Ada Lovelace", "--stage", "two", "--no-system-fonts"].map(Into::into);
    let surroundings = Surroundings { here: folder.path().to_path_buf(), source_date_epoch: None, terminal: false, smtp_password: None };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(arguments, &surroundings, &mut out, &mut err);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));

    let project = Project::open_with(folder.path(), Options { system_fonts: false, ..Options::default() }).unwrap_or_else(|problems| panic!("{problems}"));
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    let copy = press.copy(&Reader::named("Ada Lovelace").stage("two")).unwrap_or_else(|problems| panic!("{problems}"));
    for (ending, file) in copy.files() {
        let made = std::fs::read(folder.path().join(format!("out/ada-lovelace--two.{ending}"))).expect("the command made it");
        assert!(file.bytes() == made, "the {ending} differs");
    }
    assert_eq!(copy.files().count(), 2);
}

/// Twelve chapters of plain prose with headings, and a link from each to the next.
fn chapters(change: &str) -> Vec<(String, Vec<u8>)> {
    let chapter = |number: usize| {
        let text = format!("A paragraph of chapter {number} with words enough to fill a line or two, and nothing in it that counts. ").repeat(4);
        let next = if number < 12 { format!("See [what comes next](c{:02}.md).", number + 1) } else { String::new() };
        format!("# Chapter of {number}\n\n{text}\n\n## A section\n\n{text}{}\n\n{next}\n", if number == 6 { change } else { "" })
    };
    (1..=12).map(|number| (format!("c{number:02}.md"), chapter(number).into_bytes())).collect()
}

/// A project of these chapters, with others put before them.
fn project(chapters: Vec<(String, Vec<u8>)>, front: &[&str], first: &[&str]) -> Project {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>();
    let listed: Vec<String> = names(first).into_iter().chain(chapters.iter().map(|(name, _)| name.clone())).collect();
    let manifest = format!("title: Twelve\nlanguage: en\nfront: [{}]\nchapters: [{}]\n", front.join(", "), listed.join(", "));
    let others = front.iter().chain(first).map(|name| ((*name).to_string(), format!("# New: {name}\n\nOnly a line.\n").into_bytes()));
    let files = others.chain(chapters).chain([("handbook.yaml".to_string(), manifest.into_bytes())]).collect::<Vec<_>>();
    Project::in_memory(files, Options::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Lays a project out in a session and says what had to be made for it.
fn made_for(session: &Session, project: &Project) -> Made {
    let before = session.made();
    session.press(project).and_then(|press| press.layout(&Reader::default(), Watch::nobody())).unwrap_or_else(|problems| panic!("{problems}"));
    let after = session.made();
    Made { parsed: after.parsed - before.parsed, set: after.set - before.set }
}

#[test]
fn a_changed_word_costs_one_chapter() {
    let session = Session::new();
    assert_eq!(made_for(&session, &project(chapters(""), &[], &[])), Made { parsed: 12, set: 12 });
    assert_eq!(made_for(&session, &project(chapters(""), &[], &[])), Made::default(), "nothing has changed");
    assert_eq!(made_for(&session, &project(chapters(" But here."), &[], &[])), Made { parsed: 1, set: 1 });
    assert_eq!(made_for(&session, &project(chapters(""), &[], &[])), Made::default(), "as it was before");
}

#[test]
fn a_chapter_put_in_costs_itself_and_those_whose_numbers_it_changes() {
    let session = Session::new();
    made_for(&session, &project(chapters(""), &[], &[]));
    assert_eq!(made_for(&session, &project(chapters(""), &["preface.md"], &[])), Made { parsed: 1, set: 1 }, "one without a number, at the front");
    // All twelve show another number; none of them is parsed anew.
    assert_eq!(made_for(&session, &project(chapters(""), &[], &["new.md"])), Made { parsed: 1, set: 13 });
    // Put in last, it changes no number but its own.
    let mut last = chapters("");
    last.push(("c13.md".to_string(), b"# Last\n\nOnly a line.\n".to_vec()));
    assert_eq!(made_for(&session, &project(last, &[], &[])), Made { parsed: 1, set: 1 });
}

#[test]
fn a_session_keeps_to_its_limit() {
    let session = Session::with_limit(64 << 10);
    for round in 0..20 {
        made_for(&session, &project(chapters(&format!(" Round {round}.")), &[], &[]));
    }
    // What is in use may be larger than the limit; what is kept beside it may not.
    assert!(session.weight() < (64 << 10) * 2 + (8 << 20), "{}", session.weight());
    assert!(session.made().parsed > 12 + 19, "nothing was given up");
}

#[test]
fn work_is_told_and_can_be_called_off() {
    let project = project(chapters(""), &[], &[]);
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    let steps = AtomicUsize::new(0);
    let off = AtomicBool::new(false);
    let told = |step: Step| {
        steps.fetch_add(1, Ordering::Relaxed);
        off.store(step == Step::Typeset, Ordering::Relaxed);
    };
    let stopped = press.copy_watched(&Reader::default(), Watch::steps(&told).until(&off));
    assert!(stopped.is_err_and(|problems| problems.to_string().contains("called off")));
    assert_eq!(steps.load(Ordering::Relaxed), 2, "reading and setting had begun, nothing was written");
    // What was called off is not remembered as a failure.
    assert!(press.copy(&Reader::default()).is_ok());
}

#[test]
fn no_caller_can_block_the_press() {
    let files = chapters("");
    let project = project(files, &[], &[]);
    let press = project.press().unwrap_or_else(|problems| panic!("{problems}"));
    // Copies as tasks of a pool of two threads: each waits for the plate, and who waits in a pool may take up another copy meanwhile.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    let readers: Vec<Reader> = (0..16).map(|number| Reader { copy: Some(number % 3 + 1), ..Reader::named("Ada") }).collect();
    let made = pool.install(|| {
        use rayon::prelude::*;
        readers.par_iter().map(|reader| press.copy(reader).map(|copy| copy.laid.pages)).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(made.unwrap_or_else(|problems| panic!("{problems}")).len(), 16);
}
