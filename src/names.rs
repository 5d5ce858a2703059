//! Names made from text, each by the rules of where it stands: files, places in a text, ids, fields.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A part of a name is no longer than this many bytes, so that two parts, an extension and a temporary suffix
/// stay below the 255 that file systems allow.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The name of a book without its extension: `ada-lovelace--cto`, `the-cto-handbook--cto`, and `the-rust-book` without a ladder.
pub fn file_stem(reader: Option<&str>, title: &str, stage: Option<&str>) -> String {
    let title = slug(&without_fields(title), "book");
    match (reader.map(|name| slug(name, "reader")), stage) {
        (Some(reader), Some(stage)) => format!("{reader}--{}", slug(stage, "stage")),
        (None, Some(stage)) => format!("{title}--{}", slug(stage, "stage")),
        (Some(reader), None) => format!("{reader}--{title}"),
        (None, None) => title,
    }
}

/// Letters and digits in small letters, joined with hyphens; accents of the Latin alphabet are left off.
/// What is too long is cut, and what has no letters gets `fallback`, both with a digest, so that they stay different.
pub fn slug(text: &str, fallback: &str) -> String {
    let mut out = String::new();
    let mut latin = false;
    for c in text.nfkd().flat_map(char::to_lowercase).flat_map(spelled) {
        if is_combining_mark(c) {
            if !latin && !out.is_empty() && !out.ends_with('-') {
                out.push(c);
            }
        } else if c.is_alphanumeric() {
            latin = c.is_ascii();
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') && !is_within_words(c) {
            out.push('-');
        }
    }
    let name: String = out.trim_end_matches('-').nfc().collect();
    if name.is_empty() {
        format!("{fallback}-{}", digest(text))
    } else if name.len() > LONGEST {
        format!("{}-{}", cut(&name), digest(text))
    } else if is_reserved(&name) {
        format!("{name}-{fallback}")
    } else {
        name
    }
}

/// Letters that have no decomposition and a spelling in plain ones.
fn spelled(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => "",
    };
    plain.chars().chain(plain.is_empty().then_some(c))
}

/// Marks that stand within words and divide nothing: apostrophes, soft hyphens, joiners.
fn is_within_words(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '"' | '“' | '”' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn is_reserved(name: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| name.strip_prefix(reserved).is_some_and(|rest| rest.is_empty() || (rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))))
}

/// The first bytes of a name, whole characters, without a hyphen at the end.
fn cut(name: &str) -> &str {
    let end = (0..=LONGEST - 9).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    name.get(..end).unwrap_or("").trim_end_matches('-')
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().take(4).map(|b| format!("{b:02x}")).collect()
}

/// A title without `{{ fields }}`, whose braces would say nothing in a file's name.
fn without_fields(title: &str) -> String {
    let mut out = String::new();
    let mut rest = title;
    while let Some((before, (_, after))) = rest.split_once("{{").and_then(|(before, field)| Some((before, field.split_once("}}")?))) {
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text as a link's fragment names a heading, as GitHub and mdBook do: lower case, spaces to hyphens, punctuation dropped.
pub(crate) fn fragment(text: &str) -> String {
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

/// A text as an id of both formats has it: lower-case ASCII letters, digits and single hyphens; accents are dropped, and all that is
/// left is too.
pub(crate) fn label(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfkd().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ß' => out.push_str("ss"),
            '-' | '_' | '.' | ' ' | '/' if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_matches('-').to_string()
}

/// The key of a field: small letters and digits, everything else one hyphen.
pub(crate) fn field_key(heading: &str) -> String {
    let mut key = String::new();
    for c in heading.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_predictable() {
        assert_eq!(file_stem(Some("Ada Lovelace"), "The CTO Handbook", Some("cto")), "ada-lovelace--cto");
        assert_eq!(file_stem(None, "The CTO Handbook", Some("cto")), "the-cto-handbook--cto");
        assert_eq!(file_stem(None, "The Rust Programming Language", None), "the-rust-programming-language");
        assert_eq!(file_stem(None, "For {{ reader.name | you }}: *Notes*", None), "for-notes");
    }

    #[test]
    fn names_of_the_world() {
        for (name, expected) in [
            ("José Ñandú-O’Brien", "jose-nandu-obrien"),
            ("Łukasz Żółć", "lukasz-zolc"),
            ("Nguyễn Thị Ánh", "nguyen-thi-anh"),
            ("Jürgen Groß", "jurgen-gross"),
            ("王小明", "王小明"),
            ("김철수", "김철수"),
            ("हिन्दी", "हिन्दी"),
            ("Ωμέγα", "ωμέγα"),
            ("Dr. A. B. (Jr.)", "dr-a-b-jr"),
        ] {
            assert_eq!(slug(name, "reader"), expected.nfc().collect::<String>());
        }
        assert_eq!(slug("e\u{301}a", "x"), slug("éa", "x"));
    }

    #[test]
    fn nothing_hostile_reaches_a_file_system() {
        let hostile = ["../../etc/passwd", "a\0b", "a/b\\c:d*e?f\"g<h>i|j", "CON", "com1", "...", "🙂", "\u{202E}abc", " . ", "a\u{7f}\n", "-rf"];
        for name in hostile.into_iter().map(str::to_string).chain([("x".repeat(10_000)), "é".repeat(10_000), "王".repeat(500)]) {
            let stem = slug(&name, "reader");
            assert!(stem.chars().all(|c| c.is_alphanumeric() || c == '-'), "{stem}");
            assert!(!stem.is_empty() && stem.len() <= LONGEST && !stem.starts_with('-') && !stem.ends_with('-') && !is_reserved(&stem), "{stem}");
        }
        assert_ne!(slug(&"x".repeat(1_000), "reader"), slug(&"x".repeat(1_001), "reader"));
        assert_ne!(slug("🙂", "reader"), slug("🙃", "reader"));
    }

    #[test]
    fn slugs_are_made_as_github_makes_them() {
        assert_eq!(fragment("What they ask, and why"), "what-they-ask-and-why");
        assert_eq!(fragment("`Rc<T>`, the Smart Pointer"), "rct-the-smart-pointer");
        assert_eq!(fragment("A -- B_c"), "a----b_c");
        assert_eq!(fragment("Über Größe"), "über-größe");
    }
}
