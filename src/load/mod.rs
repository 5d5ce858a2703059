//! Stage 1, *load*: files to a [`Manuscript`]. Reads, checks and keeps places; chooses nothing.

mod assets;
mod manuscript;

pub use assets::{AssetError, Assets};
pub use manuscript::*;
