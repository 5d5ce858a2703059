//! `handbook` turns one manuscript in Markdown into a book for each reader.
//!
//! The library is a pipeline. Data flows one way and no step looks back:
//!
//! ```text
//! files ── load ──▶ Manuscript ── select(Reader) ──▶ Selection ── parse ──▶ Document ── resolve ──▶ Resolved
//!                                                                                                  │
//!                         Page[] ◀── furniture ◀── paginate ◀── Galley ◀── typeset(Theme, Fonts) ──┤
//!                           │                                                                      │
//!                           ▼                                                                      ▼
//!                       pdf: bytes                                                            epub: bytes
//! ```
//!
//! Each folder is a stage; the types that cross a boundary live with the stage that makes them.
//! [`book`] runs the stages in order for one reader and is the place to begin reading; [`bulk`] runs them for a roster, and
//! [`provenance`] says of a finished file whose copy it is.
//! [`limits`] says what any input may cost. [`diag`], [`length`], [`names`], [`words`], [`theme`], [`fonts`] and `yaml` serve several stages and depend on none.
//! A library function never prints and never ends the process: what a person should
//! know is a [`diag::Diagnostic`].

pub mod book;
pub mod bulk;
pub mod cli;
pub mod diag;
pub mod epub;
mod files;
pub mod fonts;
pub mod furniture;
pub mod length;
pub mod limits;
pub mod load;
pub mod names;
pub mod paginate;
pub mod panics;
pub mod parse;
pub mod pdf;
pub mod provenance;
pub mod raster;
pub mod resolve;
pub mod select;
pub mod theme;
pub mod typeset;
pub mod words;
mod xml;
mod yaml;
