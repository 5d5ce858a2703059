//! Pictures and other files of a project, read when asked for and never from outside it.

use std::path::PathBuf;
use std::sync::Arc;

/// Why an asset could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetError {
    /// No such file in the project.
    Missing,
    /// The path leads out of the project.
    Outside,
    /// The file is there and cannot be read; the system's reason.
    Unreadable(String),
}

/// The files of a project.
#[derive(Clone, Debug)]
pub enum Assets {
    /// A folder; paths are relative to it and may not leave it.
    Folder(PathBuf),
    /// The handbook in the binary.
    BuiltIn,
    /// Files in memory, by path, for tests.
    Memory(std::collections::BTreeMap<String, Arc<[u8]>>),
}
