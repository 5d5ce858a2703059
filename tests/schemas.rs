//! What the program writes for other programs: schemas for editors, completions for shells, manual pages.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use handbook::load::{load_memory, manifest_schema};
use handbook::theme::Theme;
use serde_json::Value;

/// What the program writes to standard output.
fn said(args: &[&str], here: &Path) -> String {
    let (status, out, err) = common::handbook(here, args);
    assert_eq!(status, 0, "{args:?}: {err}");
    out
}

/// A key that is near to no other.
const FAR: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

/// The keys that the reader of manifests knows at a place of a manifest: it lists them beside an unknown one.
fn known(manifest: &str) -> BTreeSet<String> {
    let files = [("handbook.yaml", manifest), ("a.md", "# A\n")].map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()));
    let problems = load_memory(files).err().unwrap_or_default();
    let problem = problems.iter().find(|problem| problem.message.contains(FAR)).unwrap_or_else(|| panic!("{manifest}: {problems}"));
    let hint = problem.hint.clone().unwrap_or_default();
    let list = hint.split_once(" knows ").unwrap_or_else(|| panic!("{manifest}: {hint}")).1;
    list.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// The keys that a schema has.
fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().unwrap_or_else(|| panic!("{schema}")).keys().cloned().collect()
}

#[test]
fn the_schema_of_manifests_has_every_key_that_the_reader_knows_and_no_other() {
    let schema = manifest_schema();
    let of = |key: &str| &schema["properties"][key];
    let defined = |name: &str| &schema["$defs"][name];
    let within = |key: &str, inner: &str| known(&format!("title: T\nchapters: [a.md]\n{key}: {inner}\n"));
    assert_eq!(keys(&schema), known(&format!("title: T\nchapters: [a.md]\n{FAR}: x\n")));
    assert_eq!(keys(&of("series")["anyOf"][1]), within("series", &format!("{{ name: N, {FAR}: x }}")));
    assert_eq!(keys(&of("page")["anyOf"][2]), within("page", &format!("{{ width: 152mm, height: 229mm, {FAR}: x }}")));
    assert_eq!(keys(of("words")), within("words", &format!("{{ {FAR}: x }}")));
    assert_eq!(keys(of("pages")), within("pages", &format!("{{ {FAR}: x }}")));
    assert_eq!(keys(&defined("chapter")["anyOf"][1]), within("front", &format!("[{{ chapter: a.md, {FAR}: x }}]")));
    assert_eq!(keys(defined("stage")), within("stages", &format!("[{{ id: a, chapter: a.md, {FAR}: x }}]")));
    assert_eq!(keys(defined("titled")), within("paths", &format!("[{{ id: a, chapter: a.md, {FAR}: x }}]")));
    assert_eq!(keys(defined("titled")), within("guides", &format!("[{{ id: a, chapter: a.md, {FAR}: x }}]")));
}

#[test]
fn the_page_for_authors_tells_every_key_of_a_manifest() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/authoring.md")).unwrap();
    let schema = manifest_schema();
    let own = ["words", "pages"].into_iter().flat_map(|key| keys(&schema["properties"][key]));
    for key in keys(&schema).into_iter().chain(own) {
        assert!(page.contains(&format!("`{key}`")) || page.contains(&format!("`{key}: ")), "docs/authoring.md does not tell `{key}`");
    }
}

#[test]
fn the_schema_of_themes_has_every_key() {
    let schema = Theme::schema();
    for key in Theme::keys() {
        let (group, key) = key.split_once('.').unwrap();
        let of = if group == "style" { &schema["properties"]["styles"]["properties"]["text"] } else { &schema["properties"][group] };
        assert!(keys(of).contains(key), "{group}.{key}");
    }
}

#[test]
fn schemas_are_written_as_json() {
    let here = tempfile::tempdir().unwrap();
    for of in ["manifest", "theme"] {
        let schema: Value = serde_json::from_str(&said(&["schema", of], here.path())).unwrap();
        assert_eq!(schema["type"], "object", "{of}");
    }
}

/// The names of all commands, as the help has them.
fn commands() -> Vec<String> {
    let help = said(&["--help"], Path::new("."));
    let list = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let name = |line: &str| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')).and_then(|rest| rest.split_whitespace().next()).map(str::to_string);
    list.lines().filter_map(name).filter(|name| name != "help").collect()
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = said(&["completions", shell], Path::new("."));
        for command in commands() {
            assert!(script.split(|c: char| !c.is_alphanumeric()).any(|word| word == command), "{shell}: {command}");
        }
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let here = tempfile::tempdir().unwrap();
    let written = said(&["man", "pages"], here.path());
    let mut expected: Vec<String> = commands().iter().map(|command| format!("handbook-{command}.1")).chain(["handbook.1".to_string()]).collect();
    expected.sort();
    let mut found: Vec<String> = std::fs::read_dir(here.path().join("pages")).unwrap().flatten().map(|e| e.file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(written.lines().count(), expected.len());
    let page = std::fs::read_to_string(here.path().join("pages/handbook-build.1")).unwrap();
    assert!(page.contains(".SH OPTIONS") && page.contains("Examples:"), "{page}");
}
