//! Looking on: what is being done, and calling it off.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::diag::{Code, Diagnostic, Diagnostics};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Chapters are chosen and read.
    Parse,
    /// Lines and pages are set.
    Typeset,
    /// The PDF is written.
    Pdf,
    /// The EPUB is written.
    Epub,
}

/// Somebody who looks on: they are told each step as it begins, and may call the work off, which then ends before the next one.
#[derive(Clone, Copy)]
pub struct Watch<'w> {
    told: &'w (dyn Fn(Step) + Sync),
    called_off: &'w AtomicBool,
}

static NEVER: AtomicBool = AtomicBool::new(false);

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("called_off", self.called_off).finish_non_exhaustive()
    }
}

impl<'w> Watch<'w> {
    /// Nobody looks on.
    pub fn nobody() -> Watch<'static> {
        Watch { told: &|_| {}, called_off: &NEVER }
    }

    /// Tells each step.
    pub fn steps(told: &'w (dyn Fn(Step) + Sync)) -> Watch<'w> {
        Watch { told, called_off: &NEVER }
    }

    /// The same, and `called_off` ends the work when it becomes true.
    #[must_use]
    pub fn until(self, called_off: &'w AtomicBool) -> Watch<'w> {
        Watch { called_off, ..self }
    }

    /// A step begins.
    ///
    /// # Errors
    /// When the work was called off.
    pub(super) fn step(&self, step: Step) -> Result<(), Diagnostics> {
        self.go_on()?;
        (self.told)(step);
        Ok(())
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// When the work was called off.
    pub(super) fn go_on(&self) -> Result<(), Diagnostics> {
        if self.is_called_off() { Err(Diagnostics::from(Diagnostic::error(Code::CalledOff, "the work was called off"))) } else { Ok(()) }
    }

    /// Whether somebody called the work off.
    pub(super) fn is_called_off(&self) -> bool {
        self.called_off.load(Ordering::Relaxed)
    }
}
