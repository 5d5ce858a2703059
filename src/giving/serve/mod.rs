//! `handbook serve`: copies on request. Nothing is kept: no database, no file, no log of who asked.
//!
//! ```text
//! connection ── listen ──▶ routes ── asked, invited: who? ── gate: may they, is there room? ──▶ press (a blocking thread)
//!                                                                                                  │
//!            file: media type, name, tag, range ◀── shared and own bytes, never copied together ◀──┘
//! ```

mod asked;
mod file;
mod form;
mod gate;
mod invited;
mod keys;
mod listen;
mod metrics;
mod origin;
mod routes;
mod service;

pub use gate::Limits;
pub use invited::{Invited, RosterFile};
pub use keys::ApiKeys;
pub use listen::{connection, serve};
pub use origin::{Hosts, Proxies};
pub use routes::router;
pub use service::{Mode, Service, Settings};
