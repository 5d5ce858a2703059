//! Code blocks: the info string.

/// The language that an info string names: its first word up to a comma, lower case.
/// `{.python .numbered}` names `python`.
pub(super) fn language(info: &str) -> Option<String> {
    let info = info.trim();
    let word = info.split(|c: char| c == ',' || c.is_whitespace()).next().unwrap_or("");
    let word = word.trim_start_matches('{').trim_start_matches('.').trim_end_matches('}');
    (!word.is_empty()).then(|| word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_first_words() {
        assert_eq!(language("Rust,ignore,edition2024").as_deref(), Some("rust"));
        assert_eq!(language("  c++ title=x").as_deref(), Some("c++"));
        assert_eq!(language("{.python}").as_deref(), Some("python"));
        assert_eq!(language(" ,x"), None);
    }
}
