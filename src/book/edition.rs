//! The edition: a digest of everything that all copies have in common.

use std::collections::BTreeSet;

use pulldown_cmark::Parser;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::fonts::font_files;
use crate::load::{Assets, ChapterSource, Manuscript};
use crate::parse::pictures_named;
use crate::provenance::digest::hex;
use crate::resolve::{is_picture, picture_path};
use crate::select::{both_ways, pieces};

use super::Options;

/// Edition id: sixteen bytes of a digest of everything that the copies have in common: the text, the pictures that it
/// names, the fonts, the theme, how they are made, and the program's version. What else lies in the project, such as the
/// books that were made of it, does not count.
pub fn edition(manuscript: &Manuscript, options: &Options) -> String {
    let mut sha = Sha256::new();
    let mut part = |label: &str, bytes: &[u8]| {
        sha.update(format!("{label} {}\n", bytes.len()).as_bytes());
        sha.update(bytes);
    };
    part("handbook", env!("CARGO_PKG_VERSION").as_bytes());
    part("book", format!("{:?}", manuscript.book).as_bytes());
    part("theme", format!("{:?}", options.theme).as_bytes());
    part("date", options.date.as_bytes());
    part("system fonts", if options.system_fonts { b"1" } else { b"0" });
    for file in &manuscript.sources.files {
        part(&file.name, file.text.as_bytes());
    }
    for path in pictures(manuscript) {
        match manuscript.assets.read(&path) {
            Ok(bytes) => part(&path, &bytes),
            Err(_) => part(&path, b"cannot be read"),
        }
    }
    if let Assets::Folder { root, .. } = &manuscript.assets {
        for path in font_files(&root.join("fonts")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            part(&format!("fonts/{name}"), &std::fs::read(&path).unwrap_or_default());
        }
    }
    hex(sha.finalize().get(..16).unwrap_or_default())
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
    let ways = both_ways(&chapter.text.text);
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
    use std::sync::Arc;

    use super::*;
    use crate::diag::Diagnostics;
    use crate::load::load;
    use crate::theme::Theme;

    /// A project in a folder, and its edition.
    fn edition_of(folder: &Path) -> String {
        let manuscript = load(Some(folder), folder, &mut Diagnostics::new()).unwrap_or_else(|| unreachable!("a sound project"));
        let theme = Arc::new(Theme::default());
        edition(&manuscript, &Options { theme, pdf: true, epub: true, date: "2026-01-01".to_string(), strict: false, system_fonts: false, sealer: None })
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
