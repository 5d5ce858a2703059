//! What `handbook.yaml` may say, as a JSON Schema. The reader is [`super::manifest`]; a test holds the keys of the two together.

use serde_json::{Value, json};

use crate::theme::Theme;
use crate::words::own;

use super::manuscript::{Ask, OwnPage};

/// The schema.
pub fn manifest_schema() -> Value {
    let text = |about: &str| json!({ "type": ["string", "number"], "description": about });
    let texts = |about: &str| json!({ "type": ["string", "array"], "items": { "type": "string" }, "description": about });
    let list = |of: &str, about: &str| json!({ "type": ["array", "string"], "items": { "$ref": format!("#/$defs/{of}") }, "description": about });
    let ladder = |of: &str, about: &str| json!({ "type": "array", "items": { "$ref": format!("#/$defs/{of}") }, "description": about });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The manifest of a handbook",
        "type": "object",
        "required": ["title"],
        "additionalProperties": false,
        "properties": {
            "title": text("The book's title, in Markdown"),
            "subtitle": text("The subtitle"),
            "language": { "type": "string", "description": "The language, as a tag such as en, en-GB or pt-BR (BCP 47)" },
            "authors": texts("Who wrote it"),
            "publisher": text("Who publishes it"),
            "edition": text("Which edition: 2026.11"),
            "identifier": { "type": "string", "description": "A URN (urn:uuid:…, urn:isbn:…) or a web address" },
            "isbn": text("ISBN of 10 or 13 digits"),
            "series": {
                "description": "The series, and the number in it",
                "anyOf": [{ "type": "string" }, object(&[("name", text("Its name")), ("number", text("The book's number"))], &["name"])],
            },
            "rights": text("Under which terms it may be used"),
            "description": text("What it is about, in a few sentences"),
            "date": { "type": "string", "format": "date", "description": "Date of the edition, YYYY-MM-DD" },
            "cover": { "type": "string", "description": "A cover of your own: PNG, JPEG, WebP or SVG" },
            "hue": { "type": "integer", "minimum": 0, "maximum": 359, "description": "The hue of the cover that is drawn, in degrees" },
            "glossary": { "type": "string", "description": "The chapter with the glossary, cut down to the terms of the reader's chapters" },
            "subjects": texts("What it is about, for libraries: at most eight"),
            "theme": { "description": "A built-in theme or a theme's file", "anyOf": [{ "enum": Theme::BUILT_IN }, { "type": "string" }] },
            "page": {
                "description": "The page",
                "anyOf": [
                    { "enum": ["a4", "a5", "letter", "6x9"] },
                    { "type": "string" },
                    object(&[("width", text("152mm")), ("height", text("229mm"))], &["width", "height"]),
                ],
            },
            "smart_punctuation": { "type": "boolean", "default": true, "description": "Whether straight quotes and hyphens are made typographic" },
            "math": { "type": "boolean", "default": true, "description": "Whether $…$ is a formula" },
            "math_epub": { "enum": ["mathml", "svg"], "default": "mathml", "description": "How formulas stand in the EPUB" },
            "prepared_for": { "description": "The foot line, with {} for the name; false for none", "anyOf": [{ "type": "string" }, { "const": false }] },
            "words": all_of(own::KEYS.iter().copied(), &json!({ "type": "string" }), "Words of the book's own, said otherwise"),
            "pages": all_of(OwnPage::ALL.iter().map(|(key, _)| *key), &json!({ "type": "boolean" }), "Pages of the book's own; false leaves one out"),
            "serve": serve(),
            "split": { "enum": ["heading", false], "description": "Whether each first-level heading of a file begins a chapter" },
            "bibliography": texts("Files with the works that are cited"),
            "citation_style": { "type": "string", "description": "A style of CSL by its name, or a file" },
            "editions": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Old editions by name: git:REVISION, or a folder" },
            "front": list("chapter", "Chapters before the numbered ones"),
            "chapters": list("chapter", "The chapters of a book without a ladder"),
            "stages": ladder("stage", "The ladder, in order"),
            "paths": ladder("titled", "Paths beside the ladder"),
            "guides": ladder("titled", "Guides"),
            "back": list("chapter", "Chapters after the numbered ones"),
        },
        "$defs": {
            "chapter": { "anyOf": [{ "type": "string" }, object(&[("chapter", file()), ("part", part())], &["chapter"])] },
            "stage": object(&[("id", id()), ("title", text("Its title")), ("years", text("Years that it takes: 0–5")), ("part", part()), ("chapter", file())], &["id", "chapter"]),
            "titled": object(&[("id", id()), ("title", text("Its title")), ("part", part()), ("chapter", file())], &["id", "chapter"]),
        },
    })
}

fn object(keys: &[(&str, Value)], required: &[&str]) -> Value {
    let keys: serde_json::Map<String, Value> = keys.iter().map(|(key, schema)| ((*key).to_string(), schema.clone())).collect();
    json!({ "type": "object", "properties": keys, "required": required, "additionalProperties": false })
}

/// What a service asks.
fn serve() -> Value {
    let names: Vec<&str> = Ask::ALL.iter().map(|(name, _)| *name).collect();
    let ask = json!({ "type": "array", "items": { "enum": names }, "description": "What the form of `handbook serve` asks for" });
    json!({ "type": "object", "properties": { "ask": ask }, "additionalProperties": false, "description": "Copies on request" })
}

/// Keys that all take the same.
fn all_of<'k>(keys: impl Iterator<Item = &'k str>, value: &Value, about: &str) -> Value {
    let keys: serde_json::Map<String, Value> = keys.map(|key| (key.to_string(), value.clone())).collect();
    json!({ "type": "object", "properties": keys, "additionalProperties": false, "description": about })
}

fn file() -> Value {
    json!({ "type": "string", "description": "The chapter's file, from the manifest's folder" })
}

fn part() -> Value {
    json!({ "type": "string", "description": "Title of the part that begins here" })
}

fn id() -> Value {
    json!({ "type": "string", "pattern": "^[^A-Z_ ]+$", "description": "Its id: small letters, digits and hyphens" })
}
