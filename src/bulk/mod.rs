//! Many readers: a copy for every row of a roster.
//!
//! ```text
//! file or standard input ── spool ──▶ rows ── check, all of them ──▶ names ── share of this machine ──▶ copies
//!                                                                                                        │
//!                                                  manifest.jsonl ◀── written beside, then renamed ◀─────┘
//! ```
//!
//! A roster is read twice and never held: once to check every row and to count the names, once to make the copies. Of each
//! row only digests are held that keep names, readers and numbers unique, and with `--resume` the place of its
//! line in the last manifest: 100 to 250 bytes, of hash tables between half full and full.

pub mod about;
pub mod archive;
#[cfg(feature = "cloud")]
pub mod bucket;
pub mod check;
pub mod contract;
mod disk;
pub mod edition;
mod failure;
pub mod folder;
pub mod manifest;
#[cfg(any(feature = "cloud", feature = "web"))]
pub(crate) mod media;
pub(crate) mod merge;
pub mod naming;
pub mod out;
mod permits;
pub mod press;
mod queue;
mod recorder;
pub mod roster;
pub mod run;
pub mod shard;
pub mod source;
pub mod store;
pub mod understood;
pub mod work;
mod worker;
