//! Stage 3, *parse*: Markdown to a [`Document`], a tree of our own with source places.

mod document;

pub use document::*;
