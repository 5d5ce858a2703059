//! Targets that make whole books of a few files, and what holds of each: it is set without a panic, nothing of it lies off its page,
//! and both files say the same words.

use std::sync::LazyLock;

use arbitrary::Unstructured;

use crate::diag::Diagnostics;
use crate::press::pages_plainly;
use crate::provenance::verify;
use crate::{Options, Project, Reader, Session};

use super::manuscript::Manuscript;
use super::words;

/// What was shaped and set stays, so that a book takes milliseconds. It is small: most inputs come once.
static SESSION: LazyLock<Session> = LazyLock::new(|| Session::with_limit(32 << 20));

/// The chapter that a book of one has.
const CHAPTER: &str = "a.md";
const MANIFEST: &str = "title: A Book\nlanguage: en\nauthors: [Somebody]\nchapters: [a.md]\n";

/// A chapter of any text.
pub(super) fn markdown(bytes: &[u8]) {
    make(one_chapter(bytes.to_vec()), &Reader::default());
}

/// A book that is made of the bytes, of all kinds of blocks and inlines, whose words are known.
pub(super) fn manuscript(bytes: &[u8]) {
    let Ok(manuscript) = Unstructured::new(bytes).arbitrary::<Manuscript>() else { return };
    let made = make(manuscript.files, &manuscript.reader);
    let Some(made) = made else { unreachable!("the manuscript is refused") };
    for word in &manuscript.words {
        let parts = manuscript.direction.is_rtl() && made.pages.has_parts(word);
        assert!(parts || made.pages.has(word), "`{word}` is not on the pages");
        assert!(made.epub.has(word), "`{word}` is not in the e-book");
    }
}

/// A manifest of any text, with the chapters that one may name.
pub(super) fn manifest(bytes: &[u8]) {
    let chapter = |name: &str| (name.to_string(), format!("---\nsummary: {name}.\n---\n# Of {name}\n\nText.\n").into_bytes());
    let files = ["a.md", "b.md", "c.md", "d/e.md"].map(chapter);
    make(files.into_iter().chain([("handbook.yaml".to_string(), bytes.to_vec())]).collect(), &Reader::named("Ada Lovelace"));
}

/// Front matter of any text, in a book with a ladder.
pub(super) fn front_matter(bytes: &[u8]) {
    let manifest =
        "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: One, years: 0–1, chapter: a.md }\npaths:\n  - { id: p, title: P, chapter: b.md }\n";
    let chapter = [b"---\n", bytes, b"\n---\n# A\n\nText.\n"].concat();
    let files = [("handbook.yaml", manifest.as_bytes().to_vec()), (CHAPTER, chapter), ("b.md", b"# B\n\nText.\n".to_vec())];
    make(files.map(|(name, bytes)| (name.to_string(), bytes)).into(), &Reader::default());
}

/// A summary and settings of mdBook, parted by a line of percent signs; chapters that they may name lie there.
pub(super) fn mdbook(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'%');
    let [settings, summary, chapter] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let other = b"# B\n\nText.\n".as_slice();
    if let Some((_folder, project)) = on_disk(&[("book.toml", settings), ("src/SUMMARY.md", summary), ("src/a.md", chapter), ("src/b.md", other)]) {
        press(&project, &Reader::default());
    }
}

/// A project of files in a folder, which lasts as long as what is returned beside it. None if it is refused.
pub(super) fn on_disk(files: &[(&str, &[u8])]) -> Option<(tempfile::TempDir, Project)> {
    let folder = tempfile::tempdir().ok()?;
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent()?).and_then(|()| std::fs::write(path, bytes)).ok()?;
    }
    let project = Project::open_with(folder.path(), options()).ok()?;
    Some((folder, project))
}

/// A theme of any text.
pub(super) fn theme(bytes: &[u8]) {
    let manifest = format!("{MANIFEST}theme: t.yaml\n");
    let chapter = "# A heading\n\nA paragraph with a note.[^1]\n\n- one\n- two\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```\n\n## Another\n\n> [!NOTE]\n> Said.\n\n[^1]: A note.\n";
    let files = [("handbook.yaml", manifest.into_bytes()), (CHAPTER, chapter.as_bytes().to_vec()), ("t.yaml", bytes.to_vec())];
    make(files.map(|(name, bytes)| (name.to_string(), bytes)).into(), &Reader::default());
}

/// A formula of any text.
pub(super) fn formula(bytes: &[u8]) {
    make(one_chapter([b"# A\n\n```math\n", bytes, b"\n```\n"].concat()), &Reader::default());
}

/// A diagram of any text.
pub(super) fn diagram(bytes: &[u8]) {
    make(one_chapter([b"# A\n\n```mermaid\n", bytes, b"\n```\n"].concat()), &Reader::default());
}

/// A bibliography of any text, and a chapter that cites what it may hold.
pub(super) fn bibliography(bytes: &[u8]) {
    let manifest = format!("{MANIFEST}bibliography: works.bib\n");
    let files = [("handbook.yaml", manifest.into_bytes()), (CHAPTER, b"# A\n\nAs [@a, p. 3; see @b] and @c say.\n".to_vec()), ("works.bib", bytes.to_vec())];
    make(files.map(|(name, bytes)| (name.to_string(), bytes)).into(), &Reader::default());
}

fn one_chapter(text: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    vec![("handbook.yaml".to_string(), MANIFEST.as_bytes().to_vec()), (CHAPTER.to_string(), text)]
}

/// One thread, and no fonts of the machine: the same bytes end the same way everywhere.
pub(super) fn options() -> Options {
    Options { system_fonts: false, threads: Some(1), ..Options::default() }
}

/// The words of a book in both its forms.
pub(super) struct Made {
    pages: words::Text,
    epub: words::Text,
}

/// Makes a book of files in memory. None if they are none.
pub(super) fn make(files: Vec<(String, Vec<u8>)>, reader: &Reader) -> Option<Made> {
    press(&Project::in_memory(files, options()).ok()?, reader)
}

/// Makes a book and holds it against what must hold. None if it is refused; what has pages has files.
pub(super) fn press(project: &Project, reader: &Reader) -> Option<Made> {
    pressed(project, reader).unwrap_or_else(|problems| unreachable!("what has pages has files: {problems}"))
}

/// The same.
///
/// # Errors
/// Why a book that has pages has no files.
pub(super) fn pressed(project: &Project, reader: &Reader) -> Result<Option<Made>, Diagnostics> {
    let Ok(press) = SESSION.press(project) else { return Ok(None) };
    let Ok(layout) = pages_plainly(&press, reader) else { return Ok(None) };
    // A cover of the author's own fills its page, and may lose a little at its edges.
    let own_cover = layout.cover.filter(|_| project.manuscript().book.cover.is_some());
    let off: Vec<String> = layout.pages.iter().enumerate().filter(|(at, _)| own_cover != Some(*at)).flat_map(|(_, page)| page.off()).collect();
    assert!(off.is_empty(), "off the page: {off:?}");
    let copy = press.copy(reader)?;
    for (ending, file) in copy.files() {
        let report = verify::examine(&file.bytes(), None);
        assert!(report.is_ok_and(|report| report.state == verify::State::Unchanged), "the {ending} is not as it was made");
    }
    let made = Made { pages: words::of_pages(&layout), epub: words::of_epub(&copy.epub()?.bytes()) };
    for word in made.epub.words() {
        assert!(made.pages.has(word), "`{word}` of the e-book is not on the pages");
    }
    Ok(Some(made))
}
