//! The edition: a digest of everything that all copies have in common.

use std::collections::BTreeSet;

use pulldown_cmark::Parser;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::fonts::font_files;
use crate::load::{BookInfo, ChapterSource, Manuscript};
use crate::parse::pictures_named;
use crate::provenance::digest::hex;
use crate::resolve::{is_picture, picture_path};
use crate::select::{pieces, ways};
use crate::theme::Medium;
use crate::{files, limits};

use super::Project;

/// The id's own version. It changes when the parts below do, and never because the program does: a book keeps its id when
/// the program that makes it is renewed.
const VERSION: &str = "1";

/// Id of the edition: sixteen bytes of a digest of named parts, in hexadecimal: what the book says of itself, its theme, page, medium
/// and date, its texts, and the pictures and fonts that it uses. What else lies in the project, such as the books that were made
/// of it, does not count.
pub(super) fn id(project: &Project) -> String {
    let mut parts = Parts::new();
    let Project { manuscript, theme, theme_text, date, .. } = project;
    about(&manuscript.book, &mut parts);
    parts.text("theme", &theme_text.yaml);
    parts.number("page width", theme.page.width.raw().into());
    parts.number("page height", theme.page.height.raw().into());
    parts.text("medium", if theme.page.medium == Medium::Print { "print" } else { "screen" });
    parts.number("crop marks", theme.page.crop_marks.into());
    parts.text("date", date);
    parts.number("system fonts", project.options.system_fonts.into());
    if manuscript.book.keep_pictures {
        parts.number("large pictures", 1);
    }
    if let Some(style) = &manuscript.book.citation_style {
        parts.text("citation style", style);
    }
    for file in &manuscript.sources.files {
        parts.text("text of", &file.name);
        parts.text("is", &file.text);
    }
    for path in pictures(manuscript) {
        parts.text("bytes of", &path);
        match manuscript.assets.read(&path) {
            Ok(bytes) => parts.bytes("are", &bytes),
            Err(_) => parts.text("are", "not to be had"),
        }
    }
    if let Some(folder) = manuscript.assets.project_folder() {
        for path in font_files(&folder.join("fonts")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            parts.text("bytes of", &format!("fonts/{name}"));
            parts.bytes("are", &files::read(&path, limits::FONT).unwrap_or_default());
        }
    }
    parts.id()
}

/// What the book says of itself, key by key.
fn about(book: &BookInfo, parts: &mut Parts) {
    parts.text("title", &book.title);
    parts.text("subtitle", &book.subtitle);
    parts.text("language", &book.language);
    book.direction.iter().for_each(|direction| parts.text("direction", direction.name()));
    book.authors.iter().for_each(|author| parts.text("author", author));
    let (series, number) = book.series.clone().unwrap_or_default();
    let keys = [
        ("publisher", &book.publisher),
        ("edition", &book.edition),
        ("identifier", &book.identifier),
        ("isbn", &book.isbn),
        ("series", &Some(series)),
        ("number in series", &number),
        ("rights", &book.rights),
        ("description", &book.description),
        ("cover", &book.cover),
        ("prepared for", &book.prepared_for),
    ];
    for (key, value) in keys {
        if let Some(value) = value {
            parts.text(key, value);
        }
    }
    book.subjects.iter().for_each(|subject| parts.text("subject", subject));
    book.glossary.iter().for_each(|glossary| parts.text("glossary", glossary));
    book.hue.iter().for_each(|hue| parts.number("hue", i64::from(*hue)));
    parts.number("smart punctuation", book.smart_punctuation.into());
}

/// Parts of the digest, each with its name and length, so that none can run into the next.
struct Parts(Sha256);

impl Parts {
    fn new() -> Parts {
        let mut parts = Parts(Sha256::new());
        parts.text("handbook edition", VERSION);
        parts
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.0.update(format!("{name} {}\n", bytes.len()).as_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
    }

    fn number(&mut self, name: &str, number: i64) {
        self.text(name, &number.to_string());
    }

    fn id(self) -> String {
        hex(self.0.finalize().get(..16).unwrap_or_default())
    }
}

/// The files of all pictures that any reader's book may show, by their paths from the text root, whether they can be read or
/// not. They are found as [`crate::parse`] and [`crate::resolve`] find them, in all passages of all chapters.
fn pictures(manuscript: &Manuscript) -> BTreeSet<String> {
    let mut paths: BTreeSet<String> = manuscript.book.cover.iter().cloned().collect();
    let chapters: Vec<BTreeSet<String>> = manuscript.chapters.par_iter().map(|chapter| pictures_of(manuscript, chapter)).collect();
    paths.extend(chapters.into_iter().flatten());
    for text in [&manuscript.book.title, &manuscript.book.subtitle] {
        paths.extend(pictures_in(manuscript, &manuscript.book.language, "", text));
    }
    paths
}

fn pictures_of(manuscript: &Manuscript, chapter: &ChapterSource) -> BTreeSet<String> {
    let meta = &chapter.meta;
    let language = meta.language.as_deref().unwrap_or(&manuscript.book.language);
    let short = [&meta.title, &meta.summary, &chapter.listed_title, &chapter.part].into_iter().flatten().chain(&meta.milestones);
    let ways = ways(&chapter.text.text);
    let texts = short.chain(&ways);
    let mut paths: BTreeSet<String> = texts.flat_map(|text| pictures_in(manuscript, language, &chapter.path, text)).collect();
    // Passages may name different files for one reference, of which each way has but the first: so each is asked alone.
    for piece in pieces(&chapter.text.text) {
        let named =
            Parser::new(piece).reference_definitions().iter().filter_map(|(_, definition)| picture_path(&chapter.path, &definition.dest)).collect::<Vec<_>>();
        paths.extend(named.into_iter().filter(|path| manuscript.assets.read(path).is_ok_and(|bytes| is_picture(&bytes))));
    }
    paths
}

fn pictures_in(manuscript: &Manuscript, language: &str, chapter: &str, text: &str) -> Vec<String> {
    let names = text.contains("![") || text.to_ascii_lowercase().contains("<img");
    let named = if names { pictures_named(manuscript, language, text) } else { Vec::new() };
    named.iter().filter_map(|written| picture_path(chapter, written)).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::project::{Options, Project};
    use crate::theme::Medium;

    fn id(manifest: &str, text: &str, options: Options) -> String {
        let files = [("handbook.yaml", manifest), ("a.md", text)].map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()));
        Project::in_memory(files, options).unwrap_or_else(|problems| unreachable!("{problems}")).edition_id().to_string()
    }

    /// Should this fail, copies that are out in the world belong to no edition any more: then [`super::VERSION`] must change, and
    /// somebody must have wanted it.
    #[test]
    fn the_id_is_that_of_the_parts_and_stays() {
        let theme = Some(crate::project::ThemeText { name: "mine".to_string(), yaml: "base: plain\n".to_string() });
        let options = Options { theme, ..Options::default() };
        let manifest = "title: A\nchapters: [a.md]\n";
        let pinned = id(manifest, "# A\n", options.clone());
        assert_eq!(pinned, "3e3fcad4486432c78e38daa74ebdc42a");
        let others = [
            id("title: A\nchapters: [a.md]\nsubtitle: B\n", "# A\n", options.clone()),
            id(manifest, "# A\n\nx\n", options.clone()),
            id(manifest, "# A\n", Options::default()),
            id(manifest, "# A\n", Options { medium: Some(Medium::Print), ..options.clone() }),
            id(manifest, "# A\n", Options { date: Some("2026-11-28".to_string()), ..options.clone() }),
            id(manifest, "# A\n", Options { system_fonts: false, ..options.clone() }),
        ];
        assert!(others.iter().all(|other| *other != pinned), "{others:?}");
        // Who asks for which files, and how strictly, is no other edition.
        assert_eq!(id(manifest, "# A\n", Options { epub: false, strict: true, threads: Some(1), ..options }), pinned);
    }

    /// The edition of a project in a folder.
    fn edition_of(folder: &Path) -> String {
        Project::open(folder).unwrap_or_else(|problems| unreachable!("{problems}")).edition_id().to_string()
    }

    /// Whether the edition is another once a file of a project with this chapter has changed.
    fn counts(chapter: &str, file: &str) -> std::io::Result<bool> {
        let folder = tempfile::tempdir()?;
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            std::fs::write(path, bytes)
        };
        write("handbook.yaml", b"title: T\nchapters: [text/one.md]\n")?;
        write("text/one.md", format!("# One\n\n{chapter}\n").as_bytes())?;
        write(file, b"\x89PNG\r\n\x1a\n 1")?;
        let before = edition_of(folder.path());
        write(file, b"\x89PNG\r\n\x1a\n 2")?;
        Ok(edition_of(folder.path()) != before)
    }

    #[test]
    fn every_picture_that_a_book_may_show_counts_however_it_is_named() -> std::io::Result<()> {
        let deep = format!("{}a.png", "d/".repeat(17));
        let cases = [
            ("![x](caf%C3%A9.png)", "text/café.png"),
            ("<img src=\"a&amp;b.png\" alt=\"x\">", "text/a&b.png"),
            ("![x](a&amp;b.png)", "text/a&b.png"),
            ("<IMG alt=\"x\" SRC='.hidden/p.png'>", "text/.hidden/p.png"),
            ("![x](../target/p.png)", "target/p.png"),
            (&format!("![x]({deep})"), &format!("text/{deep}")),
            ("![x](<a b.png> \"A caption\")", "text/a b.png"),
            ("![x][p]\n\n[p]: p.png", "text/p.png"),
            ("Note.[^1]\n\n[^1]: ![x](p.png)", "text/p.png"),
            ("a <!-- only reader: named -->b<!-- else -->![x](p.png)<!-- end -->", "text/p.png"),
            ("!<!-- only reader: named -->[x](p.png)<!-- end -->", "text/p.png"),
            ("![x][p]\n\n<!-- only reader: named -->\n[p]: a.png\n<!-- end -->\n<!-- only note: given -->\n[p]: b.png\n<!-- end -->", "text/b.png"),
        ];
        for (chapter, file) in cases {
            assert!(counts(chapter, file)?, "{chapter} shows {file}");
        }
        Ok(())
    }

    #[test]
    fn what_no_book_shows_does_not_count() -> std::io::Result<()> {
        for (chapter, file) in [("No picture.", "text/p.png"), ("`![x](p.png)`", "text/p.png"), ("[x](p.png)", "text/p.png"), ("p.png", "out/p.png")] {
            assert!(!counts(chapter, file)?, "{chapter} does not show {file}");
        }
        Ok(())
    }

    #[test]
    fn fonts_of_the_project_count() -> std::io::Result<()> {
        assert!(counts("Text.", "fonts/mine.ttf")? && counts("Text.", "fonts/.mine.OTF")?);
        assert!(!counts("Text.", "fonts/licence.txt")?);
        Ok(())
    }
}
