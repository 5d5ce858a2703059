//! Slugs: what a link's fragment names a heading by, as GitHub and mdBook make them.

use std::collections::{BTreeMap, BTreeSet};

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
        self.unique(slug(text))
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

/// Lower case, spaces to hyphens, punctuation dropped.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            out.extend(c.to_lowercase());
        } else if c.is_whitespace() {
            out.push('-');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_as_github_makes_them() {
        assert_eq!(slug("What they ask, and why"), "what-they-ask-and-why");
        assert_eq!(slug("`Rc<T>`, the Smart Pointer"), "rct-the-smart-pointer");
        assert_eq!(slug("A -- B_c"), "a----b_c");
        assert_eq!(slug("Über Größe"), "über-größe");
    }

    #[test]
    fn slugs_alike_are_counted() {
        let mut slugs = Slugs::default();
        assert_eq!([slugs.of("A"), slugs.of("A"), slugs.explicit("a-2"), slugs.of("A")], ["a", "a-1", "a-2", "a-3"]);
    }
}
