//! Broken manuscripts and command lines, each with the message that a person gets.
//!
//! A case is one text file in `tests/broken/` (its form is told at `common::cases::read_case`); what comes of it is in
//! `tests/refs/bad_input/`. `BLESS=1 cargo test --test bad_input` accepts what is said now.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::ffi::OsString;

use handbook::cli::{Surroundings, run};

/// The exit status, standard output and standard error of a case, as one readable text.
fn answer(text: &str) -> String {
    let case = common::cases::read_case(text);
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().join("here");
    std::fs::create_dir_all(&here).expect("a folder");
    common::cases::lay_out(&case, &here);
    let surroundings = Surroundings { here: here.clone(), source_date_epoch: case.epoch.clone().map(OsString::from), terminal: false, smtp_password: None };
    let args = std::iter::once("handbook".to_string()).chain(case.args.clone()).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(args, &surroundings, &mut out, &mut err);
    assert_nothing_half_written(&here);
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut said = format!("$ handbook {}\n{}{}", case.args.join(" ").replace('\n', "\\n"), without_time(&shown(&out)), shown(&err));
    if !said.ends_with('\n') {
        said.push('\n');
    }
    format!("{said}exit status {status}\n")
}

/// How long it took is another time each time.
fn without_time(said: &str) -> String {
    let line = |line: &str| if line.starts_with("  in ") && line.ends_with(" seconds\n") { "  in … seconds\n".to_string() } else { line.to_string() };
    said.split_inclusive('\n').map(line).collect()
}

/// No run may leave a file in the making.
fn assert_nothing_half_written(here: &std::path::Path) {
    let out = here.join("out");
    let left: Vec<_> =
        std::fs::read_dir(out).into_iter().flatten().flatten().map(|e| e.file_name()).filter(|n| n.to_string_lossy().contains(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn each_mistake_has_its_message() {
    let cases = common::cases::all("tests/broken");
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let differences: Vec<String> = cases.iter().filter_map(|(name, text)| common::compare(&format!("bad_input/{name}.txt"), &answer(text)).err()).collect();
    assert!(differences.is_empty(), "{} of {} cases differ:\n{}", differences.len(), cases.len(), differences.join("\n"));
}

#[test]
fn every_message_is_an_error_with_its_status() {
    for (name, text) in common::cases::all("tests/broken") {
        let said = answer(&text);
        assert!(said.contains("error:") || said.contains("warning:") || name == "cli-no-arguments", "{name}: {said}");
        let fault = if name.starts_with("cli-") { "exit status 2\n" } else { "exit status 1\n" };
        // What mdBook itself makes a book of is one here, with a warning.
        let made = name.starts_with("mdbook-") && said.contains("warning:") && !said.contains("error:") && said.ends_with("exit status 0\n");
        assert!(made || said.ends_with(fault), "{name}: {said}");
    }
}
