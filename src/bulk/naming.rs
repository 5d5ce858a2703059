//! Names of files: predictable, safe on every file system, and unique over the whole roster.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A part of a name has at most so many bytes; two parts, a number and an ending stay well below the 255 of most file systems.
const LONGEST_PART: usize = 80;

/// The name of a reader's files, without ending: `ada-lovelace--cto`. A book without stages has the name alone.
pub fn stem(name: Option<&str>, stage: Option<&str>) -> String {
    let name = name.map(slug).filter(|s| !s.is_empty()).unwrap_or_else(|| "reader".to_string());
    match stage.map(slug).filter(|s| !s.is_empty()) {
        Some(stage) => format!("{name}--{stage}"),
        None if is_reserved(&name) => format!("{name}-book"),
        None => name,
    }
}

/// Small letters, digits and single hyphens. Latin letters lose their marks; other scripts stay as they are.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let spelt = text.chars().flat_map(|c| spelling(c).chars().chain(spelling(c).is_empty().then_some(c)));
    for c in spelt.collect::<String>().nfkd().filter(|c| !is_combining_mark(*c) || !is_latin_mark(*c)).nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_combining_mark(c) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’' | '.') {
            slug.push('-');
        }
    }
    let slug = slug.trim_start_matches(is_combining_mark).trim_end_matches('-');
    let end = slug.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST_PART).last().unwrap_or(0);
    slug.get(..end).unwrap_or("").trim_end_matches('-').to_string()
}

/// The marks above and below Latin letters; those of other scripts are part of the letter.
fn is_latin_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// How letters that do not come apart are written in ASCII.
fn spelling(c: char) -> &'static str {
    match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' | 'İ' => "i",
        _ => "",
    }
}

/// Names that Windows keeps for itself.
fn is_reserved(name: &str) -> bool {
    let port = |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric));
    matches!(name, "con" | "prn" | "aux" | "nul") || port("com") || port("lpt")
}

/// A short digest of a text.
pub(super) fn short(text: &str) -> u128 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest.iter().take(16).fold(0, |n, byte| n << 8 | u128::from(*byte))
}

/// What file systems that fold case and normalise take two names for.
fn folded(stem: &str) -> u128 {
    short(&stem.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect::<String>())
}

/// Counts all names of a roster first, then gives each out once.
#[derive(Clone, Debug, Default)]
pub struct Names {
    natural: HashMap<u128, bool>,
    given: HashSet<u128>,
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
        let mut number = 2u64;
        loop {
            let name = format!("{stem}-{number}");
            let key = folded(&name);
            if !self.natural.contains_key(&key) && self.given.insert(key) {
                return name;
            }
            number += 1;
        }
    }

    /// Forgets what was given out, to begin at the first row again.
    pub fn rewind(&mut self) {
        self.given.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe() {
        let long = "x".repeat(10_000);
        for (name, expected) in [
            ("Ada Lovelace", "ada-lovelace"),
            ("../../etc/passwd", "etc-passwd"),
            ("José Ñandú", "jose-nandu"),
            ("Łukasz Æther Straße", "lukasz-aether-strasse"),
            ("=HYPERLINK(\"x\")", "hyperlink-x"),
            ("<b>Ada</b>", "b-ada-b"),
            ("李小龙", "李小龙"),
            ("O’Brien", "obrien"),
            ("CON", "con"),
            ("...", ""),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
        assert_eq!(slug(&long).len(), LONGEST_PART);
        assert_eq!(stem(Some("CON"), None), "con-book");
        assert_eq!(stem(Some("COM¹"), None), "com1-book");
        assert_eq!(stem(Some("///"), Some("cto")), "reader--cto");
        assert_eq!(stem(None, Some("cto")), "reader--cto");
    }

    #[test]
    fn names_are_unique_and_nobody_loses_his_own() {
        let stems = ["ada", "ada-2", "ADA", "ada", "ａda", "bob"];
        let mut names = Names::default();
        stems.iter().for_each(|s| names.note(s));
        let given: Vec<String> = stems.iter().map(|s| names.give(s)).collect();
        assert_eq!(given, ["ada", "ada-2", "ADA-3", "ada-4", "ａda-5", "bob"]);
        names.rewind();
        assert_eq!(stems.iter().map(|s| names.give(s)).collect::<Vec<_>>(), given);
    }
}
