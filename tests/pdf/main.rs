//! The PDF writer over pages built by hand: what other programs say of the file, and what is in it.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

#[path = "../common/mod.rs"]
mod common;
mod pages;

use std::path::{Path, PathBuf};
use std::process::Command;

use handbook::pdf::{PdfOptions, write};
use pages::{Book, at, everything, pt, resolved};

fn bytes(book: Book) -> Vec<u8> {
    let (layout, fonts) = book.layout();
    write(&layout, &resolved(), &fonts, &PdfOptions::default()).expect("the book can be written")
}

/// Writes the bytes where other programs can read them; the file stays there to be looked at.
fn saved(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("the test's folder can be written to");
    file
}

/// What a program prints, and an error that says what went wrong.
fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(program);
    let output = command.args(arguments).arg(file).output().unwrap_or_else(|e| panic!("{program} cannot be run ({e}): `make tools` installs it"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?} {}:\n{said}", file.display());
    said
}

#[test]
fn the_syntax_is_clean() {
    let file = saved("syntax.pdf", &bytes(everything()));
    let said = run("qpdf", &["--check"], &file);
    assert!(said.contains("No syntax or stream encoding errors"), "{said}");
    assert!(!said.contains("WARNING"), "{said}");
}

#[test]
fn every_judge_of_accessibility_and_archiving_is_content() {
    let file = saved("judged.pdf", &bytes(everything()));
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/verapdf");
    for profile in ["ua1", "2a"] {
        let said = run(&judge.to_string_lossy(), &["-f", profile, "--format", "text", "-v"], &file);
        assert!(said.starts_with("PASS"), "{said}");
    }
}

#[test]
fn it_reads_as_it_is_tagged() {
    let file = saved("read.pdf", &bytes(everything()));
    let said = run("pdfinfo", &["-struct-text"], &file);
    // Which number an annotation has is nobody's business.
    let said: String =
        said.lines().map(|line| line.split_once("Object ").map_or(line.to_string(), |(indent, _)| format!("{indent}(annotation)")) + "\n").collect();
    common::reference("pdf/structure.txt", &said);
}

#[test]
fn its_words_come_back() {
    let file = saved("words.pdf", &bytes(everything()));
    let text = {
        let mut command = Command::new("pdftotext");
        let output = command.arg("-layout").arg(&file).arg("-").output().expect("pdftotext can be run");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    common::reference("pdf/words.txt", &text);
    for expected in ["office, 3\noffice ", "for Ada Lovelace – Адa Λάβλεϊς", "Prepared for Ada Lovelace", "déjà vu"] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
}

#[test]
fn fonts_are_embedded_and_what_the_shared_ones_lack_is_the_copy_s_own() {
    let file = saved("fonts.pdf", &bytes(everything()));
    let said = run("pdffonts", &[], &file);
    let rows: Vec<&str> = said.lines().skip(2).collect();
    assert!(rows.iter().all(|row| row.contains("yes yes yes")), "{said}");
    // What plain letters need is shared; the name in other letters has a font of its own.
    assert_eq!(rows.iter().filter(|row| row.contains("SourceCodePro-Regular")).count(), 1, "{said}");
    assert_eq!(rows.iter().filter(|row| row.contains("SourceSerif4-Regular")).count(), 2, "{said}");
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool").install(|| bytes(long_book(70)));
    let many = rayon::ThreadPoolBuilder::new().num_threads(7).build().expect("a pool").install(|| bytes(long_book(70)));
    assert!(one == many);
}

/// Pages of 34 justified lines of 60 glyphs, each page a paragraph.
fn long_book(pages: usize) -> Book {
    let mut book = Book::new();
    let mut run = book.run("the quick brown fox jumps over the lazy dog and runs on to it", 10.5);
    for glyph in run.glyphs.iter_mut().filter(|glyph| run.text.as_bytes()[usize::from(glyph.cluster)] == b' ') {
        glyph.advance += pt(0.37);
    }
    for page in 0..pages {
        book.page();
        let paragraph = book.tag(None, handbook::typeset::Role::Paragraph);
        for line in 0..34 {
            let mut run = run.clone();
            run.scale = 1000 + ((page + line) % 7) as u16;
            book.put(at(50.0, 60.0 + 14.0 * line as f64), paragraph, handbook::typeset::Item::Text(run));
        }
    }
    book
}

/// Figures for who works on speed: `cargo test --release --test pdf -- --ignored --nocapture`.
#[test]
#[ignore = "measures, and shows nothing that could fail"]
#[allow(clippy::print_stdout)]
fn the_time_of_1100_pages() {
    let (layout, fonts) = long_book(1100).layout();
    let resolved = resolved();
    let before = (peak(), cpu());
    let start = std::time::Instant::now();
    let bytes = write(&layout, &resolved, &fonts, &PdfOptions::default()).expect("the book can be written");
    let (memory, work) = ((peak() - before.0) / 1024, cpu() - before.1);
    println!("1,100 pages: {:?}, {work:.2} s on all cores together, {memory} MB above the layout, {} bytes", start.elapsed(), bytes.len());
}

/// The process's largest size so far, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

/// Seconds the process has worked so far, on all cores together.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    fields.iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
