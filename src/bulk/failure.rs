//! What can go wrong with a copy, and with a run as a whole.

use std::io::ErrorKind;

use crate::diag::{Code, Diagnostic, Diagnostics, reason};

/// What to do when a run had to stop.
pub(super) const AGAIN: &str = "when that is mended, go on with `--resume`: the copies that were made stay";

/// Why there is no copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure {
    pub(super) problems: Diagnostics,
    /// No other copy would fare better.
    pub(super) fatal: Option<Box<Diagnostic>>,
}

impl From<Diagnostics> for Failure {
    fn from(problems: Diagnostics) -> Failure {
        Failure { problems, fatal: None }
    }
}

impl Failure {
    pub(super) fn of_putting(error: &std::io::Error) -> Failure {
        let problem = Diagnostic::error(Code::OutputUnwritable, format!("the copy cannot be put in its place: {}", why(error)));
        // A full disk is told once, not ten thousand times.
        let all = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem);
        let fatal = all.then(|| Diagnostic::error(Code::OutputUnwritable, format!("the run stops, since no copy can be written: {}", why(error))).hint(AGAIN));
        Failure { fatal: fatal.map(Box::new), ..problem.into() }
    }
}

impl From<Diagnostic> for Failure {
    fn from(problem: Diagnostic) -> Failure {
        Diagnostics::from(problem).into()
    }
}

/// Does something for one copy; a mistake of the program in it must not cost the others.
pub(super) fn guarded<T>(task: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    crate::panics::guarded(task).unwrap_or_else(|said| Err(crate::panics::failure(&said).into()))
}

/// Why something could not be written or read. A bucket's own words stay as they are.
pub(super) fn why(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::Other { error.to_string() } else { reason(error) }
}

/// The manifest or the log cannot be written.
pub(super) fn unwritten(error: std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::OutputUnwritable, format!("the manifest cannot be written: {}", why(&error))).hint(AGAIN)
}
