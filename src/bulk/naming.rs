//! Names of files that are unique over the whole roster. [`crate::names`] makes them predictable and safe.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;

/// A short digest of a text.
pub(crate) fn short(text: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest.iter().take(16).fold(0, |n, byte| n << 8 | u128::from(*byte))
}

/// A digest that two names share if some file system takes them for one: it may ignore case (Windows, macOS) and the difference between
/// composed and decomposed letters (macOS). Capitals first and then small letters, since `ß` and `SS` meet only so.
fn folded(stem: &str) -> u128 {
    short(&stem.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect::<String>())
}

/// Counts all names of a roster first, then gives each out once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    natural: HashMap<u128, bool>,
    given: HashSet<u128>,
    /// The number that was given last to each name that somebody else has too: all below it are taken for good.
    numbers: HashMap<u128, u64>,
}

impl Names {
    /// Notes a name that somebody of the roster would have.
    pub fn note(&mut self, stem: &str) {
        self.natural.entry(folded(stem)).and_modify(|twice| *twice = true).or_insert(false);
    }

    /// The name for the next of those who would have this one: the first gets it as it is, the others `-2`, `-3` …, so
    /// that nobody takes a name that is somebody else's own. To be asked in the roster's order.
    pub fn give(&mut self, stem: &str) -> String {
        let own = folded(stem);
        if self.natural.get(&own) != Some(&true) || self.given.insert(own) {
            return stem.to_string();
        }
        let number = self.numbers.entry(own).or_insert(1);
        loop {
            *number += 1;
            let name = format!("{stem}-{number}");
            let key = folded(&name);
            if !self.natural.contains_key(&key) && self.given.insert(key) {
                return name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_nobody_loses_his_own() {
        let stems = ["ada", "ada-2", "ADA", "ada", "ａda", "bob"];
        let mut names = Names::default();
        stems.iter().for_each(|s| names.note(s));
        let mut again = names.clone();
        let given: Vec<String> = stems.iter().map(|s| names.give(s)).collect();
        assert_eq!(given, ["ada", "ada-2", "ADA-3", "ada-4", "ａda-5", "bob"]);
        assert_eq!(stems.iter().map(|s| again.give(s)).collect::<Vec<_>>(), given);
    }

    #[test]
    fn very_many_of_one_name_cost_no_more_each_than_few() {
        let many = 60_000;
        let mut names = Names::default();
        (0..many).for_each(|_| names.note("ada"));
        let begun = std::time::Instant::now();
        let last = (0..many).map(|_| names.give("ada")).last();
        assert_eq!(last.as_deref(), Some("ada-60000"));
        // A digest each; by the square of their number it would be two thousand million.
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
