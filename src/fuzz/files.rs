//! Targets that read one file of a kind that somebody else made.

use std::io::{Cursor, Read, Write};
use std::sync::{Arc, LazyLock};

use crate::bulk::check;
use crate::bulk::roster::Spool;
use crate::diag::Code;
use crate::fonts::{FontBook, FontData};
use crate::load::Manuscript;
use crate::provenance::verify;
use crate::{Options, Project, Reader};

use super::book::{make, on_disk, options, pressed};

/// A drawing of any text, in a book.
pub(super) fn svg(bytes: &[u8]) {
    shown("p.svg", bytes);
}

/// A picture of any bytes, in a book: as a picture and as its cover.
pub(super) fn picture(bytes: &[u8]) {
    shown("p.png", bytes);
}

fn shown(name: &str, bytes: &[u8]) {
    let manifest = format!("title: A Book\nlanguage: en\nchapters: [a.md]\ncover: {name}\n");
    let chapter = format!("# A\n\n![A picture]({name})\n\nText with ![a sign]({name}) in it.\n");
    let files = [("handbook.yaml", manifest.into_bytes()), ("a.md", chapter.into_bytes()), (name, bytes.to_vec())];
    make(files.map(|(name, bytes)| (name.to_string(), bytes)).into(), &Reader::default());
}

/// A font of any bytes, as one of a project: what comes in can be read, and a book is set in it, which shapes, draws and cuts it down.
pub(super) fn font(bytes: &[u8]) {
    let mut book = FontBook::default();
    book.add(FontData::Shared(Arc::from(bytes)), false);
    for face in book.faces() {
        assert!(face.font().is_some(), "a face that came in cannot be read");
    }
    let Some(family) = book.faces().first().map(|face| face.family.clone()) else { return };
    // The name goes into a theme in quotation marks.
    if family.is_empty() || !family.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_')) {
        return;
    }
    let fonts = ["text", "caption", "display", "sans", "mono"].map(|role| format!("  {role}: \"{family}\"\n")).concat();
    let theme = format!("name: t\nbase: plain\nfonts:\n{fonts}");
    let files: [(&str, &[u8]); 4] = [
        ("handbook.yaml", b"title: A Book\nlanguage: en\nchapters: [a.md]\ntheme: t.yaml\n"),
        ("t.yaml", theme.as_bytes()),
        ("a.md", b"# (A)\n\nText, *fine* ({[|]}) office.\n\n- `x = 1`\n"),
        ("fonts/f.ttf", bytes),
    ];
    let Some((_folder, project)) = on_disk(&files) else { return };
    // Not all of its letters were tried when it came in: that one of those which the book needs is damaged is told.
    if let Err(problems) = pressed(&project, &Reader::default()) {
        assert!(problems.iter().any(|problem| problem.code == Code::FontUnusable), "it says nothing of the font: {problems}");
    }
}

/// A book that rosters are held against.
static BOOK: LazyLock<Option<Arc<Manuscript>>> = LazyLock::new(|| {
    let manifest = "title: A Book\nlanguage: en\nstages:\n  - { id: one, title: One, years: 0–1, chapter: a.md }\n  - { id: two, title: Two, years: 1–2, chapter: b.md }\n";
    let files = [("handbook.yaml", manifest), ("a.md", "# A\n\n{{ reader.name }} {{ field.tree }}\n"), ("b.md", "# B\n")];
    let files = files.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()));
    Some(Project::in_memory(files, Options::default()).ok()?.manuscript().clone())
});

/// A roster of any text: it is refused as a whole, or each of its readers is one of its rows.
pub(super) fn roster(bytes: &[u8]) {
    let (Some(book), Ok(spool)) = (BOOK.as_ref(), Spool::read(bytes, "roster", None)) else { return };
    let Ok(checked) = check::check(&spool, book, FontBook::built_in(), false) else { return };
    let Ok(jobs) = checked.jobs(&spool, book) else { unreachable!("what was checked can be read again") };
    let mut count = 0;
    let mut names = std::collections::HashSet::new();
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
    for job in jobs {
        let Ok(job) = job else { unreachable!("what was checked is right") };
        count += 1;
        assert!(names.insert(job.name.clone()), "two copies are called `{}`", job.name);
        assert!(job.entry.reader.name.as_ref().is_some_and(|name| !name.trim().is_empty()), "a reader without a name");
    }
    assert_eq!(count, checked.readers, "some reader was lost");
    assert!(count <= lines.max(bytes.len() as u64 / 8 + 1), "more readers than rows");
}

/// A finished file of any bytes, as `handbook verify` is given it: whole or as it is read, an e-book is judged alike, and nothing that is
/// unsealed is taken for sealed. Bytes that begin no such file are changes to a finished one.
pub(super) fn verify(bytes: &[u8]) {
    let Some(kind) = verify::kind(bytes) else { return altered(bytes) };
    let examined = verify::examine(bytes, None);
    if kind == verify::Kind::Epub {
        assert_eq!(examined, verify::examine_epub(Cursor::new(bytes), None));
    }
    assert!(!examined.is_ok_and(|report| report.sealed == verify::Sealed::Right), "a seal is right without a key");
}

/// A finished copy of a small book: its PDF with nothing packed, and the files of its EPUB.
struct Finished {
    pdf: Vec<u8>,
    epub: Vec<(String, Vec<u8>)>,
}

static FINISHED: LazyLock<Finished> = LazyLock::new(|| {
    let finished = finished().unwrap_or_else(|| unreachable!("a small book is made"));
    assert!(is_unchanged(&finished.pdf), "unpacking is a change");
    assert!(zipped(&finished.epub).is_some_and(|epub| is_unchanged(&epub)), "packing again is a change");
    finished
});

fn finished() -> Option<Finished> {
    let chapter = "# A\n\nText for {{ reader.name }}. [A link](https://example.org)\n\n- [ ] To do\n\n| a | b |\n|---|---|\n| c | d |\n";
    let manifest = "title: A Book\nlanguage: en\nchapters: [a.md]\n";
    let files = [("handbook.yaml", manifest), ("a.md", chapter)].map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()));
    let project = Project::in_memory(files, options()).ok()?;
    let copy = project.press().ok()?.copy(&Reader::named("Ada Lovelace")).ok()?;
    let mut document = lopdf::Document::load_mem(&copy.pdf().ok()?.bytes()).ok()?;
    document.decompress();
    let mut pdf = Vec::new();
    document.save_to(&mut pdf).ok()?;
    Some(Finished { pdf, epub: unzipped(&copy.epub().ok()?.bytes())? })
}

/// Whether a file is said to be as it was made.
fn is_unchanged(bytes: &[u8]) -> bool {
    verify::examine(bytes, None).is_ok_and(|report| report.state == verify::State::Unchanged)
}

/// The files of an archive, in their order.
fn unzipped(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let files = (0..archive.len()).map(|index| {
        let mut file = archive.by_index(index).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        Some((file.name().ok()?.to_string(), bytes))
    });
    files.collect()
}

/// An archive of files, packed as little as may be.
fn zipped(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).ok()?;
        archive.write_all(bytes).ok()?;
    }
    archive.finish().ok().map(Cursor::into_inner)
}

/// Changes to a finished copy: the first byte names the file, the others are a place of three bytes, how many bytes go, how many come, and
/// these. What is said to be unchanged reads as it did: the pages draw the same, and so do the e-book's files but the package document, of
/// which the content alone counts.
fn altered(changes: &[u8]) {
    let (finished, Some((which, changes))) = (&*FINISHED, changes.split_first()) else { return };
    if which.is_multiple_of(2) {
        let pdf = edited(finished.pdf.clone(), changes);
        if is_unchanged(&pdf) {
            assert!(drawn(&pdf) == drawn(&finished.pdf), "a page is another, and said to be unchanged");
        }
        return;
    }
    let mut epub = finished.epub.clone();
    let index = usize::from(which / 2) % epub.len();
    if let Some((_, bytes)) = epub.get_mut(index) {
        *bytes = edited(std::mem::take(bytes), changes);
    }
    let Some(bytes) = zipped(&epub) else { return };
    assert_eq!(verify::examine(&bytes, None), verify::examine_epub(Cursor::new(&bytes), None));
    if is_unchanged(&bytes) {
        let is_package = epub.get(index).is_some_and(|(name, _)| name.ends_with(".opf"));
        assert!(is_package || epub == finished.epub, "a file of the e-book is another, and said to be unchanged");
    }
}

fn edited(mut bytes: Vec<u8>, mut changes: &[u8]) -> Vec<u8> {
    while let [a, b, c, gone, come, rest @ ..] = changes {
        let at = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let at = at % (bytes.len() + 1);
        let end = (at + usize::from(*gone)).min(bytes.len());
        let (new, rest) = rest.split_at(usize::from(*come).min(rest.len()));
        bytes.splice(at..end, new.iter().copied());
        changes = rest;
    }
    bytes
}

/// What the pages of a PDF draw.
fn drawn(pdf: &[u8]) -> Option<Vec<Vec<u8>>> {
    let document = lopdf::Document::load_mem(pdf).ok()?;
    Some(document.page_iter().map(|page| document.get_page_content(page)).collect())
}
