//! Giving: what brings copies into their readers' hands. A server hands them out on request, letters carry them, a shelf holds them.
//!
//! Each hands out the very bytes that a build makes. What they share stands here.
//!
//! ```text
//! COPIES ── mailing ──▶ letters ── post ──▶ a server for mail          what became of each: ledger
//!    └──── shelf ─────▶ pages, catalogues ──▶ a folder or a bucket
//! ```

pub mod catalog;
pub mod copies;
#[cfg(feature = "mail")]
pub mod ledger;
#[cfg(feature = "mail")]
pub mod letter;
#[cfg(feature = "mail")]
pub mod mailing;
#[cfg(feature = "mail")]
pub mod post;
pub mod shelf;
pub mod token;
