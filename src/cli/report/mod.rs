//! Diagnostics as other programs read them: as JSON, as workflow commands of GitHub, as SARIF.

mod files;
mod github;
mod json;
mod sarif;

#[cfg(test)]
mod tests;

use crate::diag::{Diagnostic, Severity};

pub(super) use files::Files;
pub(super) use github::workflow_commands;
pub(super) use json::as_json;
pub(super) use sarif::log as sarif;

/// How bad it is, in a word that all three forms have.
fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
