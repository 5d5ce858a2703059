//! GitBook's and HonKit's settings: `.gitbook.yaml` and `book.json` say where the text is and how its list of chapters is called.

use super::config::Config;
use crate::load::relative_to;
use crate::load::text_file::TextFile;
use crate::yaml::{self, Value};

/// The names of the files, the newer one first.
pub(super) const FILES: [&str; 2] = [".gitbook.yaml", "book.json"];

/// What such a file says; what it does not say is as it is by default.
pub(super) fn read(file: &TextFile) -> Config {
    let settings = if file.name.ends_with(".json") { from_json(&file.text) } else { from_yaml(&file.text) };
    let get = |keys: &[&str]| settings.iter().find(|(path, _)| path.iter().map(String::as_str).eq(keys.iter().copied())).map(|(_, value)| value.clone());
    let own = Config::default();
    Config {
        title: get(&["title"]),
        authors: get(&["author"]).into_iter().collect(),
        language: get(&["language"]).filter(|tag| crate::load::is_language_tag(tag)),
        description: get(&["description"]),
        src: get(&["root"]).map(|root| relative_to("", &root)).filter(|root| !root.starts_with("..")).unwrap_or_default(),
        variables: settings.iter().filter_map(variable).flatten().collect(),
        summary: get(&["structure", "summary"]).map_or(own.summary, |summary| relative_to("", &summary)),
        ..Config::default()
    }
}

/// A variable of the text as it is written, with and without blanks in its braces.
fn variable((path, value): &(Vec<String>, String)) -> Option<[(String, String); 2]> {
    let [first, name] = path.as_slice() else { return None };
    let one = |braces: String| (braces, value.replace('\n', " "));
    (first == "variables").then(|| [one(format!("{{{{ book.{name} }}}}")), one(format!("{{{{book.{name}}}}}"))])
}

/// Texts by the keys that lead to them.
type Settings = Vec<(Vec<String>, String)>;

fn from_json(text: &str) -> Settings {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in map {
        match value {
            serde_json::Value::String(text) => found.push((vec![key], text)),
            serde_json::Value::Object(inner) => {
                let texts = inner.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_string())));
                found.extend(texts.map(|(name, text)| (vec![key.clone(), name], text)));
            }
            _ => {}
        }
    }
    found
}

fn from_yaml(text: &str) -> Settings {
    let Ok(yaml::Node { value: Value::Map(map), .. }) = yaml::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in map {
        let Value::Text(key) = key.value else { continue };
        match value.value {
            Value::Text(text) => found.push((vec![key], text)),
            Value::Map(inner) => {
                for (name, value) in inner {
                    if let (Value::Text(name), Value::Text(text)) = (name.value, value.value) {
                        found.push((vec![key.clone(), name], text));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FileId;

    fn config(name: &str, text: &str) -> (Option<String>, String, String) {
        let config = read(&TextFile { id: FileId(0), name: name.into(), text: text.into() });
        (config.title, config.src, config.summary)
    }

    #[test]
    fn both_kinds_of_settings_are_read() {
        let yaml = "root: ./docs/\n\nstructure:\n  readme: intro.md\n  summary: ./CONTENTS.md\nredirects: {}\n";
        assert_eq!(config(".gitbook.yaml", yaml), (None, "docs".to_string(), "CONTENTS.md".to_string()));
        let json = "{ \"title\": \"T\", \"root\": \"book\", \"plugins\": [\"x\"] }";
        assert_eq!(config("book.json", json), (Some("T".to_string()), "book".to_string(), "SUMMARY.md".to_string()));
        assert_eq!(config("book.json", "no json"), (None, String::new(), "SUMMARY.md".to_string()));
    }
}
