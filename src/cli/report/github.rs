//! Workflow commands, which a runner of GitHub takes from a log and shows at the lines of a change.

use crate::diag::{Diagnostic, Diagnostics, Severity};

use super::{Files, severity};

/// A command for each message. Errors come first, since a runner shows only the first ten of a step.
pub(in crate::cli) fn workflow_commands(diagnostics: &Diagnostics, files: &Files) -> Vec<String> {
    let of = |wanted: Severity| diagnostics.iter().filter(move |d| d.severity == wanted);
    of(Severity::Error).chain(of(Severity::Warning)).map(|diagnostic| command(diagnostic, files)).collect()
}

fn command(diagnostic: &Diagnostic, files: &Files) -> String {
    let mut properties = Vec::new();
    let mut text = diagnostic.message.clone();
    if let Some(place) = &diagnostic.place {
        match files.below_root(&place.file) {
            Some(file) => {
                let numbers = [("line", place.line), ("col", place.column), ("endLine", place.line), ("endColumn", diagnostic.end_column().unwrap_or(0))];
                properties.push(format!("file={}", property(&file)));
                properties.extend(numbers.iter().filter(|(_, number)| *number > 0).map(|(name, number)| format!("{name}={number}")));
            }
            None => text = format!("{}: {text}", place.file),
        }
    }
    properties.push(format!("title={}", property(&format!("handbook: {}", diagnostic.code))));
    if let Some(hint) = &diagnostic.hint {
        text = format!("{text}\nhelp: {hint}");
    }
    format!("::{} {}::{}", severity(diagnostic), properties.join(","), data(&text))
}

/// Text after the second pair of colons: a line's end would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
