//! Diagnostics as JSON: the shape that every command has.

use crate::diag::{Diagnostic, Diagnostics};

use super::{Files, severity};

/// All of them, in order.
pub(in crate::cli) fn as_json(diagnostics: &Diagnostics, files: &Files) -> Vec<serde_json::Value> {
    diagnostics.iter().map(|diagnostic| one(diagnostic, files)).collect()
}

fn one(diagnostic: &Diagnostic, files: &Files) -> serde_json::Value {
    let place = diagnostic.place.as_ref();
    let line = place.map(|p| p.line).filter(|n| *n > 0);
    serde_json::json!({
        "code": diagnostic.code.name(),
        "severity": severity(diagnostic),
        "message": diagnostic.message,
        "file": place.map(|p| files.name(&p.file)),
        "line": line,
        "column": place.map(|p| p.column).filter(|n| *n > 0),
        "end_line": line,
        "end_column": diagnostic.end_column(),
        "source": place.map(|p| p.text.as_str()).filter(|text| !text.is_empty()),
        "hint": diagnostic.hint,
    })
}
