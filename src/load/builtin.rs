//! The handbook that the binary carries: the repository's `handbook/` folder.

use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::assets::AssetError;

static HANDBOOK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/handbook");

/// One of its files, by its path in the folder.
pub(super) fn read(path: &str) -> Result<Arc<[u8]>, AssetError> {
    HANDBOOK.get_file(path).map(|file| Arc::from(file.contents())).ok_or(AssetError::Missing)
}

/// The paths of all its files, sorted.
pub(super) fn names() -> Vec<String> {
    let mut names = Vec::new();
    collect(&HANDBOOK, &mut names);
    names.sort();
    names
}

fn collect(folder: &Dir<'_>, names: &mut Vec<String>) {
    names.extend(folder.files().map(|file| file.path().to_string_lossy().replace('\\', "/")));
    for inner in folder.dirs() {
        collect(inner, names);
    }
}
