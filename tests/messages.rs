//! Every message has a code: the program, `docs/messages.md` and what scripts read hold together.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use handbook::cli::{Surroundings, run};
use handbook::diag::Code;

/// The page's entries: each code with the text below its heading.
fn entries() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(common::root().join("docs/messages.md")).expect("the page is there");
    let entry = |part: &str| {
        let (head, rest) = part.split_once('\n').expect("a heading is a line");
        (head.trim().trim_matches('`').to_string(), rest.split("\n## ").next().unwrap_or_default().to_string())
    };
    page.split("\n### ").skip(1).map(entry).collect()
}

#[test]
fn the_page_has_every_code_once_with_an_example_and_advice() {
    let entries = entries();
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, Code::ALL.iter().map(|code| code.name()).collect::<Vec<_>>());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name stands for one code");
    for (name, text) in &entries {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
        let (before, rest) = text.split_once("\n```text\n").unwrap_or_else(|| panic!("{name} has no example"));
        let (example, after) = rest.split_once("\n```\n").unwrap_or_else(|| panic!("the example of {name} has no end"));
        assert!(example.starts_with("error: ") || example.starts_with("warning: "), "{name}: {example}");
        assert!(!before.trim().is_empty() && !after.trim().is_empty(), "{name}: {text}");
    }
}

/// All Rust files below a folder.
fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            // What tests say is said to nobody.
            out.push((path.display().to_string(), text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_string()));
        }
    }
}

#[test]
fn every_code_is_used() {
    let mut files = Vec::new();
    sources(&common::root().join("src"), &mut files);
    files.retain(|(name, _)| !name.ends_with("diag/code.rs"));
    for code in Code::ALL {
        let used = format!("Code::{code:?}");
        let found = files.iter().any(|(_, text)| text.match_indices(&used).any(|(at, _)| !text[at + used.len()..].starts_with(char::is_alphanumeric)));
        assert!(found, "nothing says `{code}`");
    }
}

/// What `handbook check --json` says of a case that is built, if its command line can be read.
fn checked(text: &str) -> Option<serde_json::Value> {
    let case = common::cases::read_case(text);
    let folder = tempfile::tempdir().expect("a folder");
    common::cases::lay_out(&case, folder.path());
    let (command, rest) = case.args.split_first()?;
    let rest = rest.iter().filter(|arg| *arg != "--quiet" && *arg != "--verbose");
    let args: Vec<OsString> = ["handbook", "check", "--json", "--no-system-fonts"].into_iter().map(OsString::from).chain(rest.map(OsString::from)).collect();
    let surroundings =
        Surroundings { here: folder.path().to_path_buf(), source_date_epoch: case.epoch.map(OsString::from), terminal: false, smtp_password: None };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    run(args, &surroundings, &mut out, &mut err);
    (command == "build").then(|| serde_json::from_slice(&out).ok()).flatten()
}

#[test]
fn scripts_read_what_people_read() {
    let mut table = String::new();
    for (name, text) in common::cases::all("tests/broken") {
        let Some(answer) = checked(&text) else { continue };
        for diagnostic in answer["diagnostics"].as_array().expect("a list") {
            let keys: BTreeSet<&str> = diagnostic.as_object().expect("an object").keys().map(String::as_str).collect();
            let expected = ["code", "column", "end_column", "end_line", "file", "hint", "line", "message", "severity", "source"];
            assert_eq!(keys, BTreeSet::from(expected), "{name}");
            let code = diagnostic["code"].as_str().expect("text");
            assert!(Code::ALL.iter().any(|known| known.name() == code), "{name}: {code}");
            let place = |key: &str| if diagnostic[key].is_null() { "-".to_string() } else { diagnostic[key].to_string() };
            table.push_str(&format!("{name}: {} {code} {}:{}:{}\n", diagnostic["severity"], place("file"), place("line"), place("column")));
        }
    }
    common::reference("codes.txt", &table.replace('"', ""));
}
