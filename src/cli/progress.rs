//! What is being done, on a terminal, for anything that takes more than half a second.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::press::Step;

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line that says which step is being done.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Closed at the end, which wakes the waiting thread.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to wait. Without a terminal nothing is ever shown.
    pub(super) fn begin(terminal: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        let waiting = terminal.then(|| {
            let (sender, receiver) = channel::<()>();
            let shown = bar.clone();
            let thread = std::thread::spawn(move || {
                if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(100));
                }
            });
            (sender, thread)
        });
        Progress { bar, waiting }
    }

    /// Says which step is being done.
    pub(super) fn step(&self, step: Step) {
        self.bar.set_message(match step {
            Step::Parse => "reading",
            Step::Typeset => "setting the pages",
            Step::Pdf => "writing the PDF",
            Step::Epub => "writing the EPUB",
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.waiting.take() {
            drop(sender);
            // The thread does nothing that could fail but draw.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
