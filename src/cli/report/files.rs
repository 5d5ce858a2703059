//! Which file a message means, told from where an editor or a CI looks at it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::load;

/// The folders that files of messages are named from.
pub(in crate::cli) struct Files {
    /// In this order.
    folders: Vec<PathBuf>,
    /// What names are told from: the boundary that was named, else the repository around the project, else the project's folder.
    root: PathBuf,
}

impl Files {
    /// Those of the project that a command line names, if it names one, seen from the current folder.
    pub(in crate::cli) fn of(here: &Path, project: Option<&Path>, boundary: Option<&Path>) -> Files {
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let named = project.map_or_else(|| here.to_path_buf(), |project| here.join(project));
        let folder = if named.is_file() { named.parent().map_or_else(|| named.clone(), Path::to_path_buf) } else { named };
        let folder = real(&folder);
        let root = boundary.map(|root| real(&here.join(root))).or_else(|| load::repository(&folder)).unwrap_or_else(|| folder.clone());
        Files { folders: vec![folder, root.clone(), here.to_path_buf()], root }
    }

    /// The file that stands for the project as a whole, from the root: where a message belongs that has no place.
    pub(in crate::cli) fn project(&self) -> Option<String> {
        ["handbook.yaml", "handbook.yml", "book.toml", "SUMMARY.md", "mkdocs.yml", "_quarto.yml"].iter().find_map(|file| self.below_root(file))
    }

    /// A file as messages name it, from the root. `None` if there is no such file, or it lies elsewhere.
    pub(in crate::cli) fn below_root(&self, shown: &str) -> Option<String> {
        let found = self.folders.iter().map(|folder| folder.join(shown)).find(|path| path.is_file())?;
        let inside = fs::canonicalize(found).ok()?;
        let inside = inside.strip_prefix(&self.root).ok()?;
        Some(inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
    }

    /// The same, or the name as it was.
    pub(in crate::cli) fn name(&self, shown: &str) -> String {
        self.below_root(shown).unwrap_or_else(|| shown.to_string())
    }
}
