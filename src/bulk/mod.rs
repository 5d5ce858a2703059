//! Many readers: a copy for every row of a roster.
//!
//! ```text
//! file or standard input ── spool ──▶ rows ── check, all of them ──▶ names ── share of this machine ──▶ copies
//!                                                                                                        │
//!                                                  manifest.jsonl ◀── written beside, then renamed ◀─────┘
//! ```
//!
//! A roster is read twice and never held: once to check every row and to count the names, once to make the copies. So
//! memory does not grow with its length, but for some forty bytes a row by which names stay unique.

pub mod archive;
pub mod bucket;
pub mod check;
pub mod edition;
pub mod folder;
pub mod manifest;
pub mod naming;
mod order;
pub mod press;
pub mod roster;
pub mod run;
pub mod shard;
pub mod shelf;
pub mod work;
