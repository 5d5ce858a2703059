//! SARIF 2.1.0, the form in which editors and servers of code take what a checker found (OASIS, Static Analysis Results Interchange
//! Format).

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::diag::{Code, Diagnostic, Diagnostics};

use super::{Files, severity};

/// A log with one run. Every code of `docs/messages.md` is a rule, whether or not there was such a message.
pub(in crate::cli) fn log(diagnostics: &Diagnostics, files: &Files) -> Value {
    let rules: Vec<Value> = Code::ALL.iter().map(|code| json!({ "id": code.name(), "shortDescription": { "text": code.about() } })).collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, files)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(diagnostic: &Diagnostic, files: &Files) -> Value {
    let rule = Code::ALL.iter().position(|code| *code == diagnostic.code);
    let advice = diagnostic.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    json!({
        "ruleId": diagnostic.code.name(),
        "ruleIndex": rule,
        "level": severity(diagnostic),
        "message": { "text": format!("{}{advice}", diagnostic.message) },
        "locations": location(diagnostic, files).into_iter().collect::<Vec<_>>(),
    })
}

/// Where a message belongs. Servers of code take none without a place: what is about the book as a whole stands at its manifest.
fn location(diagnostic: &Diagnostic, files: &Files) -> Option<Value> {
    let Some(place) = diagnostic.place.as_ref() else {
        return Some(json!({ "physicalLocation": { "artifactLocation": { "uri": address(&files.project()?), "uriBaseId": "%SRCROOT%" } } }));
    };
    let mut region = Map::new();
    if place.line > 0 {
        region.insert("startLine".to_string(), place.line.into());
        region.insert("endLine".to_string(), place.line.into());
    }
    if place.column > 0 {
        region.insert("startColumn".to_string(), place.column.into());
        region.extend(diagnostic.end_column().map(|end| ("endColumn".to_string(), end.into())));
    }
    let mut physical = Map::from_iter([("artifactLocation".to_string(), json!({ "uri": address(&files.name(&place.file)), "uriBaseId": "%SRCROOT%" }))]);
    if !region.is_empty() {
        physical.insert("region".to_string(), region.into());
    }
    Some(json!({ "physicalLocation": physical }))
}

/// A path as a relative address.
fn address(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            // Writing into text cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}
