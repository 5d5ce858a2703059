//! Panics of libraries: caught at the places where they meet somebody's files, so that a message can name the file.
//!
//! A panic here is always a fault of the program or of a library it stands on, never of the person; what a person can do is to report
//! it, and to go on without the file.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::diag::{Code, Diagnostic};

thread_local! {
    /// Where the last panic of this thread was, if the quiet hook is in place.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics from printing on their own; what [`guarded`] gives back then tells where they were. For the command: a library must
/// leave the hook of the program around it alone.
pub fn keep_quiet() {
    std::panic::set_hook(Box::new(|about| {
        let place = about.location().map(|at| format!("{}:{}", at.file().rsplit(['/', '\\']).next().unwrap_or_default(), at.line()));
        PLACE.with(|last| last.replace(place));
    }));
}

/// Does some work that a library may fail in.
///
/// # Errors
/// What the library said as it failed, and where.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let said = payload.downcast_ref::<&str>().map(ToString::to_string).or_else(|| payload.downcast_ref::<String>().cloned());
        let said = said.unwrap_or_else(|| "no reason was given".to_string());
        let said: String = said.lines().next().unwrap_or_default().chars().take(200).collect();
        match PLACE.with(RefCell::take) {
            Some(place) => format!("{said} ({place})"),
            None => said,
        }
    })
}

/// Does some work on something that has a name: should it fail, whoever catches that is told the name too.
pub fn naming<T>(name: &str, work: impl FnOnce() -> T) -> T {
    guarded(work).unwrap_or_else(|said| resume_unwind(Box::new(format!("`{name}`: {said}"))))
}

/// The error that tells of a panic: what was said, with the names that were given.
pub fn failure(said: &str) -> Diagnostic {
    Diagnostic::error(Code::ProgramFault, format!("the program failed: {said}")).hint(REPORT)
}

/// Where a fault of the program is to be told.
const REPORT: &str = "please report this as a bug of handbook, with the file if you can";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)] // it is what is tested
    fn what_fails_is_told() {
        assert_eq!(guarded(|| 1), Ok(1));
        assert!(guarded(|| panic!("a table of {} bytes", 3)).is_err_and(|said: String| said.starts_with("a table of 3 bytes")));
        let named = guarded(|| naming("a.md", || naming("b.svg", || panic!("too deep"))));
        assert!(named.is_err_and(|said: String| said.starts_with("`a.md`: `b.svg`: too deep")));
        assert!(failure("`a.md`: no").to_string().contains("`a.md`: no"));
    }
}
