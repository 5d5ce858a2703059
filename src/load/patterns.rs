//! Lists of chapters may hold patterns: `herbs/*.md`, `**/*.md`.

use std::collections::BTreeSet;

use globset::GlobBuilder;

use crate::diag::Code;
use crate::yaml::strict::Item;

use super::folder::{is_markdown, natural_order};

/// Whether a path is a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '{', '['])
}

/// The Markdown files that a pattern means, in natural order, without those that are named already: `*` is any part of a name, `**` any
/// folders too.
pub(super) fn files(pattern: &str, item: Item<'_>, names: &[String], named: &BTreeSet<String>) -> Vec<String> {
    let glob = GlobBuilder::new(pattern.trim_start_matches("./")).literal_separator(true).build();
    let matcher = match glob {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            item.error(Code::Pattern, format!("`{pattern}` is no pattern: {}", error.kind()), "`*` stands for any part of a name, `**` for any folders");
            return Vec::new();
        }
    };
    let matching = || names.iter().filter(|name| is_markdown(name) && matcher.is_match(name));
    if matching().next().is_none() {
        item.error(
            Code::Pattern,
            format!("no Markdown file matches `{pattern}`"),
            "a pattern is relative to the manifest: `*` stands for any part of a name, `**` for any folders",
        );
    }
    let mut files: Vec<String> = matching().filter(|name| !named.contains(*name)).cloned().collect();
    files.sort_by(|a, b| natural_order(a, b));
    files
}
