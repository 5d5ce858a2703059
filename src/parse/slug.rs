//! The slugs of a chapter: what a link's fragment names its headings by.

use std::collections::{BTreeMap, BTreeSet};

use crate::names::fragment;

/// The slugs of one chapter, each unique.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    used: BTreeSet<String>,
    /// The number that was given last to each slug that was wanted again.
    counts: BTreeMap<String, usize>,
}

impl Slugs {
    /// A slug for a heading's text: a second one alike gets `-1`, a third `-2`.
    pub(super) fn of(&mut self, text: &str) -> String {
        self.unique(fragment(text))
    }

    /// An explicit id, kept as it is written; made unique only if it was used before.
    pub(super) fn explicit(&mut self, id: &str) -> String {
        self.unique(id.to_string())
    }

    fn unique(&mut self, slug: String) -> String {
        if self.used.insert(slug.clone()) {
            return slug;
        }
        loop {
            let number = self.counts.entry(slug.clone()).or_default();
            *number += 1;
            let candidate = format!("{slug}-{number}");
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_alike_are_counted() {
        let mut slugs = Slugs::default();
        assert_eq!([slugs.of("A"), slugs.of("A"), slugs.explicit("a-2"), slugs.of("A")], ["a", "a-1", "a-2", "a-3"]);
    }
}
