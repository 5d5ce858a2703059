//! The preview: the book in a browser, changed pages at once.
//!
//! ```text
//! watch ──▶ desk ── book ──▶ proof ── change ──▶ Shown ──▶ http ──▶ browser
//!            ▲                                              │
//!            └───────────────── choices ────────────────────┘
//! ```
//!
//! One thread, the [`desk`], opens and sets the book whenever a file or a choice changed, and publishes what came of it: a proof, or why
//! there is none, with the last good proof before it. Whoever looks is told over server-sent events which pages are new, and asks for those
//! in sight; a page is drawn when it is asked for. Nothing is written to the disk.

mod book;
mod change;
mod desk;
mod editor;
mod ground;
mod guard;
mod http;
mod lines;
mod listen;
mod places;
mod proof;
mod register;
mod state;
mod svg;
mod watch;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::diag::{Code, Diagnostic, Diagnostics, reason};

pub use book::{Choices, Source};
pub use desk::Report;
pub use editor::Editor;
pub use listen::Listen;

use desk::Desk;
use guard::Guard;
use http::Service;

/// A preview that runs until it is dropped.
#[derive(Debug)]
pub struct Preview {
    address: SocketAddr,
    /// The port that was asked for, if another one had to be taken.
    taken: Option<u16>,
    url: String,
    desk: Arc<Desk>,
    runtime: Option<Runtime>,
}

impl Preview {
    /// Begins to listen, to watch and to set the book.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub fn start(source: Source, listen: &Listen, editor: Option<Editor>) -> Result<Preview, Diagnostics> {
        let (listener, taken) = listen.bind()?;
        let failed =
            |error: std::io::Error| Diagnostics::from(Diagnostic::error(Code::ListenAddress, format!("the preview cannot be served: {}", reason(&error))));
        let address = listener.local_addr().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().enable_time().build().map_err(failed)?;
        let desk = Desk::open(source);
        let guard = Guard::new(address, listen.host());
        let service = Service::new(desk.clone(), guard, editor);
        listener.set_nonblocking(true).map_err(failed)?;
        let listener = runtime.block_on(async { TcpListener::from_std(listener) }).map_err(failed)?;
        runtime.spawn(async move {
            // It ends with the runtime.
            // Without a delay a small answer is there at once.
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            let _ = axum::serve(listener, http::router(service)).await;
        });
        Ok(Preview { address, taken, url: listen.url(address), desk, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to open in a browser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port that was asked for and was taken, so that another one is used.
    pub fn taken(&self) -> Option<u16> {
        self.taken
    }

    /// Waits until the book was opened and set once more than `seen` times, and tells what came of it. `None` when the preview has ended.
    pub fn report(&self, seen: u64) -> Option<Report> {
        self.desk.report(seen)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.desk.close();
        if let Some(runtime) = self.runtime.take() {
            // Browsers keep their connections open.
            runtime.shutdown_background();
        }
    }
}
