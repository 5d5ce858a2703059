//! Stage 4, *resolve*: numbers, labels, cross-references, notes, contents, index terms, pictures.

mod resolved;

pub use resolved::*;
