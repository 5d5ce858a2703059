//! What is made once for many copies, and how long that takes.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What plates have cost a press.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlatesMade {
    /// How many were made.
    pub count: usize,
    /// How many further forms of them were made: for readers whose words take another number of lines.
    pub forms: usize,
    /// How long all that took, one after the other.
    pub time: Duration,
}

/// The count.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<PlatesMade>);

impl Tally {
    /// What was made so far.
    pub fn so_far(&self) -> PlatesMade {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a plate.
    pub fn of_plate<T>(&self, make: impl FnOnce() -> T) -> T {
        self.timed(make, |made| made.count += 1)
    }

    /// Counts a form.
    pub fn of_form<T>(&self, make: impl FnOnce() -> T) -> T {
        self.timed(make, |made| made.forms += 1)
    }

    fn timed<T>(&self, make: impl FnOnce() -> T, count: impl FnOnce(&mut PlatesMade)) -> T {
        let begun = Instant::now();
        let result = make();
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut made);
        made.time += begun.elapsed();
        result
    }
}
