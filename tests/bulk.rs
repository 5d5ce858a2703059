//! Rosters, good and hostile: each ends in safe files with names of their own, or in messages with row, column and hint.
//!
//! A case is one text file in `tests/bulk/` (its form is told at `common::cases::read_case`; `«x×100»` stands for a hundred
//! of the letter); the book is `tests/constructs/manifest`. What comes of it is in `tests/refs/bulk/`.

#![allow(clippy::panic, clippy::unwrap_used)] // a test fails by a panic

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

/// A folder with the case's files and the small book.
fn lay_out(text: &str) -> (TempDir, Vec<String>) {
    let case = common::cases::read_case(&repeated(text));
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("here");
    copy(&common::root().join("tests/constructs/manifest"), &here.join("book"));
    common::cases::lay_out(&case, &here);
    (folder, case.args)
}

/// `«x×100»` becomes a hundred times `x`.
fn repeated(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        let (what, after) = after.split_once('»').unwrap();
        let (letter, count) = what.split_once('×').unwrap();
        out.push_str(before);
        out.push_str(&letter.repeat(count.parse().unwrap()));
        rest = after;
    }
    out + rest
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn handbook(here: &Path, args: &[String]) -> (u8, String, String) {
    common::handbook(here, &args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Everything below a folder, by path.
fn below(folder: &Path) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            all.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_string());
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            }
        }
    }
    all
}

/// What the command says and leaves behind, without what differs from run to run.
fn answer(name: &str, text: &str) -> String {
    let (folder, args) = lay_out(text);
    let here = folder.path().join("here");
    let before = below(folder.path());
    let (status, out, err) = handbook(&here, &args);
    let after = below(folder.path());
    let new: Vec<String> = after.difference(&before).map(|path| path.strip_prefix("here/").unwrap_or(path).to_string()).collect();
    check_names(name, &new);
    // How long it took is another time each time.
    let timeless = |line: &str| if line.starts_with("copies: ") { line.split(';').next().unwrap_or("").to_string() } else { line.to_string() };
    let out: String = out.lines().map(|line| timeless(line) + "\n").collect();
    let shown = |line: &str| if line.chars().count() > 400 { format!("{}…\n", line.chars().take(400).collect::<String>()) } else { format!("{line}\n") };
    let said: String = format!("$ handbook {}\n{out}{err}", args.join(" ")).lines().map(shown).collect();
    format!("{said}{}exit status {status}\n", made(&here, &new))
}

/// What every run leaves beside the copies: what was made of whom, what the book says of itself, and the pictures of its covers.
fn is_of_the_run(path: &str) -> bool {
    path.ends_with(".jsonl") || path.ends_with(".png") || ["out/book.json", "out/manifest.csv"].iter().any(|name| path.ends_with(name))
}

/// The files that were made, and who each is for.
fn made(here: &Path, new: &[String]) -> String {
    let mut text: String = new.iter().filter(|path| !is_of_the_run(path)).map(|path| format!("{path}\n")).collect();
    let manifest = std::fs::read_to_string(here.join("out/manifest.jsonl")).unwrap_or_default();
    for line in manifest.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let files: Vec<&str> = record["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
        text.push_str(&format!("{} {} {} {} {:?}\n", record["row"], record["copy"], record["status"], record["reader"], files));
    }
    text
}

/// Only `out`, only letters, digits and hyphens, short enough, none like another on any file system, and nothing half made.
fn check_names(case: &str, new: &[String]) {
    let mut folded = BTreeSet::new();
    for path in new.iter().filter(|path| *path != "out") {
        let name = path.strip_prefix("out/").unwrap_or_else(|| panic!("{case}: {path} lies outside"));
        let stem = name.split('.').next().unwrap();
        assert!(name.len() <= 200, "{case}: {name} is too long");
        assert!(stem.chars().all(|c| c.is_alphanumeric() || c == '-') && !stem.starts_with('-'), "{case}: {name} is not safe");
        assert!(folded.insert(name.nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect::<String>()), "{case}: {name} twice");
    }
}

#[test]
fn each_roster_ends_in_safe_files_or_in_clear_messages() {
    let cases = common::cases::all("tests/bulk");
    assert!(cases.len() >= 50, "only {} cases", cases.len());
    let differences: Vec<String> = cases.iter().filter_map(|(name, text)| common::compare(&format!("bulk/{name}.txt"), &answer(name, text)).err()).collect();
    assert!(differences.is_empty(), "{} of {} cases differ:\n{}", differences.len(), cases.len(), differences.join("\n"));
}

#[test]
fn a_message_says_where_and_makes_nothing() {
    for (name, text) in common::cases::all("tests/bulk") {
        let said = answer(&name, &text);
        let (_, status) = said.trim_end().rsplit_once(' ').unwrap();
        let errors = said.lines().filter(|line| line.starts_with("error")).count();
        let is_about_rows = said.contains("--> r.") && errors > 0;
        match status {
            "0" => assert_eq!(errors, 0, "{name}: {said}"),
            "1" => assert!(errors > 0 && !said.contains("\nout/") && (is_about_rows || said.contains("error: ")), "{name}: {said}"),
            "2" => assert!(errors > 0, "{name}: {said}"),
            _ => assert!(status == "3" && said.contains("failed"), "{name}: {said}"),
        }
    }
}

#[test]
fn of_very_many_problems_some_are_told_and_the_rest_counted() {
    let rows: String = (0..500).map(|n| format!("Reader {n},nowhere\n")).collect();
    let (folder, args) = lay_out(&format!("Many.\n$ bulk r.csv --project book --dry-run\n\n--- file: r.csv\nname,stage\n{rows}"));
    let (status, _, err) = handbook(&folder.path().join("here"), &args);
    assert_eq!(status, 1);
    assert!(err.contains("300 more problems are not shown"));
    assert!(err.contains("r.csv:201:12") && !err.contains("r.csv:202"));
}

/// The cases that somebody might make on purpose, or by a spreadsheet's mistake.
const HOSTILE: [&str; 24] = [
    "path-separators",
    "dots",
    "nul",
    "control-characters",
    "long-name",
    "long-file-names",
    "markup",
    "direction-overrides",
    "invisible",
    "windows-names",
    "same-after-folding",
    "same-after-normalisation",
    "same-reader-composed",
    "formulas",
    "characters-without-a-font",
    "latin-1",
    "utf-16",
    "utf-16-unmarked",
    "utf-32",
    "surrogates",
    "spreadsheet",
    "unclosed-quote",
    "yaml-bomb",
    "yaml-deep",
];

#[test]
fn a_table_shows_what_becomes_of_hostile_rosters() {
    let all: std::collections::BTreeMap<String, String> = common::cases::all("tests/bulk").into_iter().collect();
    let mut table = "| what is in the roster | status | what comes of it |\n|---|---|---|\n".to_string();
    for name in HOSTILE {
        let text = &all[name];
        let said = answer(name, text);
        let (said, status) = said.trim_end().rsplit_once("exit status ").unwrap();
        let told = |prefix: &str| said.lines().filter_map(|line| line.strip_prefix(prefix)).map(|line| line.to_string()).collect::<Vec<_>>();
        let files: Vec<String> = told("out/").iter().map(|line| line.split("  ").next().unwrap().to_string()).collect();
        let mut errors = told("error: ");
        errors.dedup();
        assert!(errors.is_empty() != files.is_empty(), "{name}: either files or errors, and never neither: {said}");
        let outcome = if errors.is_empty() { files.join("<br>") } else { errors.join("<br>") };
        table.push_str(&format!("| {} | {status} | {} |\n", text.lines().next().unwrap(), outcome.replace('|', "\\|")));
    }
    common::compare("hostile-rosters.md", &table).unwrap_or_else(|difference| panic!("{difference}"));
}

#[test]
fn commands_and_options_that_the_pages_name_are_there() {
    let help = |args: &[&str]| handbook(Path::new("."), &args.iter().map(ToString::to_string).collect::<Vec<_>>()).1;
    let commands = ["build", "bulk", "check", "diff", "keygen", "new", "verify"].map(|command| (command, help(&[command, "--help"])));
    let mut seen = BTreeSet::new();
    for page in ["README.md", "docs/bulk.md", "docs/clusters.md", "docs/editions.md"] {
        let text = std::fs::read_to_string(common::root().join(page)).unwrap();
        for line in text.lines() {
            let Some((_, line)) = line.trim_start_matches("$ ").split_once("handbook ").filter(|(before, _)| before.trim_end_matches(['`', ' ']).is_empty())
            else {
                continue;
            };
            let line = line.split(" #").next().unwrap_or_default();
            let Some((command, help)) = commands.iter().find(|(name, _)| line.split(' ').next() == Some(name)) else { continue };
            for option in line.split_whitespace().filter(|word| word.starts_with("--")) {
                let option = option.trim_end_matches(['`', ',', '.']);
                assert!(help.contains(option), "{page}: `handbook {command}` has no {option}");
            }
            seen.insert(*command);
        }
    }
    assert_eq!(seen.len(), commands.len(), "the pages show {seen:?} alone");
}

#[test]
fn what_hands_copies_out_finds_all_that_the_roster_says_and_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    copy(&common::root().join("tests/constructs/manifest"), &here.join("book"));
    let roster = "name,stage,from,paths,email,id,revoked,note,favourite tree\n\
                  Ada Lovelace,third,1,\"side, guide\",ada@example.org,a-1,,Read on.,oak\n\
                  Eve,second,,,,b-1,yes,,\n\
                  =SUM(A1),second,,,,c-1,,,\n";
    std::fs::write(here.join("r.csv"), roster).unwrap();
    let args = ["bulk", "r.csv", "--project", "book", "--format", "pdf,epub", "--no-system-fonts"];
    let (status, _, err) = handbook(here, &args.map(String::from));
    assert_eq!(status, 0, "{err}");
    let read = |name: &str| std::fs::read_to_string(here.join("out").join(name)).unwrap();
    let lines: Vec<serde_json::Value> = read("manifest.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["id"], "a-1");
    assert_eq!(lines[0]["from"], "first", "by its id, however it was named");
    assert_eq!(lines[0]["paths"], serde_json::json!(["side", "guide"]));
    assert_eq!(lines[0]["fields"], serde_json::json!({ "favourite-tree": "oak", "note": "Read on." }));
    assert_eq!((&lines[1]["revoked"], &lines[0]["revoked"]), (&serde_json::json!(true), &serde_json::Value::Null));
    let table = "name,address,stage,pdf,epub\n\
                 Ada Lovelace,ada@example.org,third,ada-lovelace--third.pdf,ada-lovelace--third.epub\n\
                 '=SUM(A1),,second,sum-a1--second.pdf,sum-a1--second.epub\n";
    assert_eq!(read("manifest.csv"), table);
    let book: serde_json::Value = serde_json::from_str(&read("book.json")).unwrap();
    assert_eq!((&book["title"], &book["edition"], &book["cover"]), (&"A small ladder".into(), &"1".into(), &"cover.png".into()));
    assert_eq!(book["stages"].as_array().map(Vec::len), Some(3));
    assert!(!read("book.json").contains("Ada") && std::fs::read(here.join("out/cover.png")).unwrap().starts_with(b"\x89PNG"));
    // Ada goes as far as the ladder does, as the book's own cover has it; the other one does not.
    assert_eq!(book["covers"], serde_json::json!({ "second": "cover-second.png" }));
    let picture = |name: &str| std::fs::read(here.join("out").join(name)).unwrap();
    assert!(picture("cover-second.png").starts_with(b"\x89PNG") && picture("cover-second.png") != picture("cover.png"));
    // Another of the same id is somebody's mistake.
    std::fs::write(here.join("r.csv"), "name,id\nAda,1\nBob,1\n").unwrap();
    let (status, _, err) = handbook(here, &args.map(String::from));
    assert!(status == 1 && err.contains("line 2 has the id `1` too"), "{err}");
}
