//! Permits: so many copies are in the making at a time, however many workers there are.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

/// A counting semaphore. Who makes a copy holds a permit; who only writes it to a bucket has given it back.
pub(super) struct Permits {
    free: Mutex<Receiver<()>>,
    back: Sender<()>,
}

impl Permits {
    pub(super) fn new(count: usize) -> Permits {
        let (back, free) = channel();
        for _ in 0..count {
            // The receiver is at hand.
            let _ = back.send(());
        }
        Permits { free: Mutex::new(free), back }
    }

    /// Does something with a permit, as soon as one is free.
    pub(super) fn work<T>(&self, task: impl FnOnce() -> T) -> T {
        // There is always one that comes back: a sender is at hand.
        let _ = self.free.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let result = catch_unwind(AssertUnwindSafe(task));
        let _ = self.back.send(());
        result.unwrap_or_else(|broken| resume_unwind(broken))
    }
}
