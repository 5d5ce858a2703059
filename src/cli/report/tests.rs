use std::fs;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};

use super::*;

/// A book in a folder of a repository, and messages about it.
fn found() -> (tempfile::TempDir, Files, Diagnostics) {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("books/mine");
    fs::create_dir_all(&book).expect("a folder");
    fs::create_dir_all(folder.path().join(".git")).expect("a folder");
    fs::write(book.join("a, b.md"), "text").expect("a file");
    let files = Files::of(folder.path(), Some("books/mine".as_ref()), None);
    let text = "For {{ reader.nme }}: 100 %.";
    let diagnostics = Diagnostics::from_iter([
        Diagnostic::warning(Code::LinkChapter, "100 % gone").at(Place::file("a, b.md")),
        Diagnostic::error(Code::FieldUnknown, "the field `reader.nme` is not known")
            .at(Place::within("a, b.md".into(), 3, 5, text))
            .hint("write:\n`reader.name`"),
        Diagnostic::error(Code::RosterEmpty, "nobody").at(Place::file("not/there.csv")),
    ]);
    (folder, files, diagnostics)
}

#[test]
fn files_are_told_from_the_repository() {
    let (folder, files, _) = found();
    assert_eq!((files.name("a, b.md"), files.name("b.md")), ("books/mine/a, b.md".to_string(), "b.md".to_string()));
    let alone = Files::of(folder.path(), Some("books/mine/a, b.md".as_ref()), Some("books".as_ref()));
    assert_eq!(alone.name("a, b.md"), "mine/a, b.md");
}

#[test]
fn json_has_the_extent_of_what_is_wrong() {
    let (_folder, files, diagnostics) = found();
    let json = as_json(&diagnostics, &files);
    let at = |index: usize, key: &str| json[index][key].clone();
    assert_eq!(
        ["file", "line", "column", "end_line", "end_column"].map(|key| at(1, key)),
        ["books/mine/a, b.md".into(), 3.into(), 5.into(), 3.into(), 21.into()] as [serde_json::Value; 5]
    );
    assert_eq!(["line", "end_line", "end_column"].map(|key| at(0, key)), [(); 3].map(|()| serde_json::Value::Null));
}

#[test]
fn github_gets_errors_first_and_nothing_that_ends_a_command() {
    let (_folder, files, diagnostics) = found();
    assert_eq!(
        workflow_commands(&diagnostics, &files),
        [
            "::error file=books/mine/a%2C b.md,line=3,col=5,endLine=3,endColumn=21,title=handbook%3A field-unknown::the field `reader.nme` is not known%0Ahelp: write:%0A`reader.name`",
            "::error title=handbook%3A roster-empty::not/there.csv: nobody",
            "::warning file=books/mine/a%2C b.md,title=handbook%3A link-chapter::100 %25 gone",
        ]
    );
}

/// What the schema of SARIF asks of the parts that are written here.
#[test]
fn sarif_names_its_rules_and_places() {
    let (_folder, files, diagnostics) = found();
    let log = sarif(&diagnostics, &files);
    assert_eq!((log["version"].as_str(), log["runs"].as_array().map(Vec::len)), (Some("2.1.0"), Some(1)));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), Code::ALL.len());
    assert!(rules.iter().all(|rule| rule["shortDescription"]["text"].as_str().is_some_and(|text| text.ends_with('.'))));
    for result in run["results"].as_array().expect("results") {
        assert_eq!(rules[result["ruleIndex"].as_u64().expect("a number") as usize]["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")));
    }
    let place = &run["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "books/mine/a%2C%20b.md");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 21 }));
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"].get("region"), None);
}
