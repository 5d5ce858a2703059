//! Fonts: those of the theme, which the binary carries, those of the project, and as a last resort the system's.

mod book;
mod builtin;

pub use book::{Face, FaceId, FontBook, FontData};
