//! The press: books for readers, from a [`Project`](crate::project::Project) in a [`Session`](crate::session::Session).
//!
//! ```text
//! Press ── Reader::shape ──▶ Plate (select … paginate: what all readers of the shape share)
//!                              │
//!                              ├─ line variants: in how many lines the reader's words fill each chapter's paragraphs
//!                              ▼
//!                            PageVariant (furniture, SharedPdf, SharedEpub: pages and files but for the reader's words)
//!                              │
//!                              ▼
//!                            Copy (the personal slots of the pages filled, both files finished)
//! ```
//!
//! `handbook build` asks for one copy, `handbook bulk` for many: the same code makes both, so that a copy is the book that `build`
//! makes. [`Press::layout`] stops before the files, for whoever only wants to look at pages.

mod audit;
mod chapters;
mod copy;
mod cover;
mod diagrams;
mod everybody;
mod extent;
mod front;
mod pages;
mod plain;
mod plate;
#[allow(clippy::module_inception)] // The press is what this stage is called, and its main piece.
mod press;
mod texts;
mod unshared;
mod variant;
mod watch;

pub use chapters::SetChapter;
pub use copy::Copy;
#[doc(hidden)] // For this project's own tests.
pub use diagrams::draw_diagrams;
pub use front::Front;
pub use pages::Pages;
#[doc(hidden)] // For this project's own tests.
pub use plain::{copy_plainly, pages_plainly};
pub use press::{Laid, PlatesMade, Press};
pub use watch::{Step, Watch};
