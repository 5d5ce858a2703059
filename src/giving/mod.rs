//! Giving: what was made comes into its readers' hands.
//!
//! ```text
//!              ┌─ serve: a copy is made while the request waits ──┐
//! links.key ── token ── page, catalog ──────────────────────────── /r/TOKEN/
//!              ├─ publish: the same pages and files, for any web server
//! COPIES ──────┴─ send: a letter for each
//! ```
//!
//! `bulk` writes COPIES, and [`copies`] reads them: `send` and `publish` open no book. An address of one's own is made with a
//! [`token`] that nobody can guess, whoever makes it, so that `links`, `serve`, `send` and `publish` give a reader the same one.

pub mod catalog;
pub mod copies;
#[cfg(feature = "mail")]
pub mod ledger;
#[cfg(feature = "mail")]
pub mod letter;
#[cfg(feature = "mail")]
pub mod mailing;
pub mod page;
#[cfg(feature = "mail")]
pub mod post;
pub mod serve;
pub mod shelf;
pub mod token;
pub mod words;
