//! `handbook` turns one manuscript in Markdown into a book for each reader.
//!
//! ```no_run
//! use std::fs::File;
//!
//! use handbook::{Project, Reader};
//!
//! let copy = Project::open("my-book")?.press()?.copy(&Reader::named("Ada Lovelace").stage("cto"))?;
//! copy.pdf()?.write_to(&mut File::create("ada.pdf")?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The library is a pipeline. Data flows one way and no step looks back:
//!
//! ```text
//! files ── load ──▶ Manuscript ── select(Reader) ──▶ Selection ── parse, cite ──▶ Document ── resolve ──▶ Resolved
//!                                                                                                  │
//!                         Page[] ◀── furniture ◀── paginate ◀── Galley ◀── typeset(Theme, Fonts) ──┤
//!                           │                                                                      │
//!                           ▼                                                                      ▼
//!                       pdf: bytes                                                            epub: bytes
//! ```
//!
//! Each folder is a stage; the types that cross a boundary live with the stage that makes them.
//! Three owners run them: a [`project`] is a book as it was read, with all that has to be decided before it is set; a [`session`] keeps
//! what outlives one reading of the files; a [`press`] makes copies of one project in one session, and is the place to begin reading.
//! [`bulk`] presses copies for a roster, [`diff`] compares two editions, and [`provenance`] says of a finished file whose copy it is.
//! `giving` hands copies out: over HTTP, as pages, as letters.
//! [`limits`] says what any input may cost, and [`panics`] names the file that a library failed in.
//! [`diag`], `diagram`, `formula`, `language`, [`length`], [`memo`], [`names`], [`words`], [`theme`], [`fonts`], `files`, `xml` and `yaml`
//! serve several stages and depend on none. `fuzz`, with the feature of that name, is what a machine that searches for faults calls.
//! A library function never prints and never ends the process: what a person should
//! know is a [`diag::Diagnostic`].

pub mod bulk;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diag;
mod diagram;
pub mod diff;
#[cfg(feature = "web")]
pub mod giving;
pub mod press;
#[cfg(feature = "web")]
pub mod preview;
pub mod project;
pub mod provenance;
pub mod select;
pub mod session;
pub mod theme;

// The stages and what serves them. They are public for this project's own tests, and left out of the documentation: a caller of the
// library needs none of them, and they change as the program does.
#[doc(hidden)]
pub mod cite;
#[doc(hidden)]
pub mod epub;
mod files;
#[doc(hidden)]
pub mod fonts;
mod formula;
#[doc(hidden)]
pub mod furniture;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
#[doc(hidden)]
pub mod language;
#[doc(hidden)]
pub mod length;
#[doc(hidden)]
pub mod limits;
#[doc(hidden)]
pub mod load;
#[doc(hidden)]
pub mod memo;
#[doc(hidden)]
pub mod names;
#[doc(hidden)]
pub mod paginate;
#[doc(hidden)]
pub mod panics;
#[doc(hidden)]
pub mod parse;
#[doc(hidden)]
pub mod pdf;
#[doc(hidden)]
pub mod raster;
#[doc(hidden)]
pub mod resolve;
#[doc(hidden)]
pub mod typeset;
#[doc(hidden)]
pub mod words;
mod xml;
mod yaml;

pub use press::{Copy, Press};
pub use project::{Options, Project};
pub use select::Reader;
pub use session::Session;
