//! Stage 1, *load*: files to a [`Manuscript`]. Reads, checks and keeps places; chooses nothing.

mod assets;
mod builtin;
mod manuscript;
mod yaml;

pub use assets::{AssetError, Assets, relative_to};
pub use manuscript::*;
