//! Targets that read one file of a kind that somebody else made.

use std::sync::{Arc, LazyLock};

use crate::bulk::check;
use crate::bulk::roster::Spool;
use crate::fonts::{FontBook, FontData};
use crate::load::Manuscript;
use crate::provenance::verify;
use crate::{Options, Project, Reader};

use super::book::make;

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

/// A font of any bytes, as one of a project.
pub(super) fn font(bytes: &[u8]) {
    let mut book = FontBook::default();
    book.add(FontData::Shared(Arc::from(bytes)), false);
    for face in book.faces() {
        assert!(face.font().is_some(), "a face that came in cannot be read");
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
    let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
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
/// unsealed is taken for sealed.
pub(super) fn verify(bytes: &[u8]) {
    let examined = verify::examine(bytes, None);
    if verify::kind(bytes) == Some(verify::Kind::Epub) {
        assert_eq!(examined, verify::examine_epub(std::io::Cursor::new(bytes), None));
    }
    assert!(!examined.is_ok_and(|report| report.sealed == verify::Sealed::Right), "a seal is right without a key");
}
