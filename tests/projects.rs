//! Projects of other tools, and books that cite: what is read, and what becomes of it.
//!
//! A case is one text file in `tests/cases/projects/` (its form is told at `common::cases::read_case`); what comes of it is in
//! `tests/refs/projects/`: the book, its chapters, the document with its citations carried out, and what was said.
//! `BLESS=1 cargo test --test projects` accepts what comes now.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;
use std::sync::Arc;

use handbook::cite::cite;
use handbook::diag::Diagnostics;
use handbook::load::{Manuscript, RenderContext, Role, load};
use handbook::memo::Memo;
use handbook::select::{Reader, select};
use handbook::{parse, resolve};

/// Reads the project of a case: with a file `context.json` as mdBook gives it to a renderer, else the folder.
fn manuscript(here: &Path) -> Result<(Manuscript, Diagnostics), Diagnostics> {
    let read = match std::fs::read_to_string(here.join("context.json")) {
        Ok(text) => {
            let text = text.replace("ROOT", &here.display().to_string());
            RenderContext::parse(&text).map_err(Diagnostics::from)?.manuscript(Some(here))
        }
        Err(_) => load(Some(Path::new(".")), here),
    };
    read.map(|read| (read.value, read.warnings))
}

fn shown(text: &str) -> String {
    let case = common::cases::read_case(text);
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().join("here");
    std::fs::create_dir_all(&here).expect("a folder");
    common::cases::lay_out(&case, &here);
    let (mut out, mut said) = (String::new(), Diagnostics::new());
    match manuscript(&here) {
        Ok((manuscript, warnings)) => {
            said.extend(warnings);
            out.push_str(&book(&manuscript));
            out.push_str(&document(manuscript, &mut said));
        }
        Err(problems) => said.extend(problems),
    }
    for diagnostic in said.iter() {
        out.push_str(&format!("\n{diagnostic}\n"));
    }
    out.replace(&here.display().to_string(), "HERE")
}

fn book(manuscript: &Manuscript) -> String {
    let book = &manuscript.book;
    let mut out = format!("{:?} {:?} {:?} {} by {}\n", manuscript.kind, book.title, book.subtitle, book.language, book.authors.join("; "));
    for chapter in &manuscript.chapters {
        let part = chapter.part.as_ref().map(|part| format!("part {part:?}: ")).unwrap_or_default();
        let (depth, numbered) = match chapter.role {
            Role::Chapter { depth, numbered } => (depth, numbered),
            _ => (0, true),
        };
        let title = chapter.listed_title.as_ref().map(|title| format!(" {title:?}")).unwrap_or_default();
        let marks = if numbered { "" } else { " without number" };
        let path = if chapter.draft { "draft" } else { &chapter.path };
        out.push_str(&format!("  {}{part}{path}{title}{marks}\n", "  ".repeat(depth.into())));
    }
    out
}

fn document(manuscript: Manuscript, said: &mut Diagnostics) -> String {
    let made = select(&Arc::new(manuscript), &Reader::default()).and_then(|selection| {
        said.extend(selection.warnings);
        let parsed = parse::parse(Arc::new(selection.value), &Memo::new(0));
        said.extend(parsed.warnings);
        let cited = cite(parsed.value)?;
        said.extend(cited.warnings);
        let outline = parse::outline(&cited.value);
        let resolved = resolve::resolve(Arc::new(cited.value), "2026-11-29", &handbook::memo::Memo::new(0))?;
        said.extend(resolved.warnings);
        Ok(format!("\n{outline}\nresolved\n{}", resolve::outline(&resolved.value)))
    });
    made.unwrap_or_else(|problems| {
        said.extend(problems);
        "\nstopped\n".to_string()
    })
}

#[test]
fn each_project_becomes_its_reference() {
    let cases = common::cases::all("tests/cases/projects");
    assert!(cases.len() >= 10, "only {} cases", cases.len());
    let differences: Vec<String> = cases.iter().filter_map(|(name, text)| common::compare(&format!("projects/{name}.txt"), &shown(text)).err()).collect();
    assert!(differences.is_empty(), "{} of {} cases differ:\n{}", differences.len(), cases.len(), differences.join("\n"));
}
