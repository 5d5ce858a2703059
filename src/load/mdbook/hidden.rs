//! Lines of code that mdBook hides: in Rust those that begin with `# `, elsewhere those with a prefix of the author's.

use std::borrow::Cow;

use crate::load::Fence;

/// A text in which each block of code says what hides its lines: `book.toml` may say so for all blocks of a language. Lines stay lines.
pub(super) fn with_prefixes(text: &str, prefixes: &[(String, String)]) -> Option<String> {
    if prefixes.is_empty() || !text.contains("```") && !text.contains("~~~") {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 64);
    let mut fence = Fence::default();
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        let Some(info) = fence.line(line) else { continue };
        let language = info.split([',', ' ', '{']).next().unwrap_or("");
        let prefix = prefixes.iter().find(|(name, _)| name.eq_ignore_ascii_case(language));
        if let Some((_, prefix)) = prefix.filter(|_| !info.contains("hidelines=")) {
            let end = out.trim_end().len();
            out.insert_str(end, &format!(",hidelines={prefix}"));
        }
    }
    Some(out)
}

/// The code of a block as a reader of an mdBook sees it. `info` is the whole info string, such as `rust,ignore`.
///
/// In Rust a line whose first mark is `#`, alone or before a space, is hidden, and `##` there stands for one `#`;
/// in another language the lines that begin with `hidelines=PREFIX` of the info string are.
pub fn visible_code<'c>(info: &str, code: &'c str) -> Cow<'c, str> {
    let words: Vec<&str> = info.split([',', ' ', '\t', '{', '}']).filter(|w| !w.is_empty()).collect();
    if words.first() == Some(&"rust") {
        return if code.contains('#') { kept(code, rust_line) } else { code.into() };
    }
    match words.iter().find_map(|word| word.strip_prefix("hidelines=")).filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => kept(code, |line| (!line.trim_start().starts_with(prefix)).then_some(Cow::Borrowed(line))),
        None => code.into(),
    }
}

fn kept<'c>(code: &'c str, line_as_seen: impl Fn(&'c str) -> Option<Cow<'c, str>>) -> Cow<'c, str> {
    code.split_inclusive('\n').filter_map(line_as_seen).collect::<String>().into()
}

/// A line of Rust as it is seen, or nothing.
fn rust_line(line: &str) -> Option<Cow<'_, str>> {
    let text = line.trim_start_matches([' ', '\t']);
    let Some(rest) = text.strip_prefix('#') else { return Some(line.into()) };
    match rest.chars().next() {
        None | Some(' ' | '\n') => None,
        Some('#') => {
            let indent = line.get(..line.len() - text.len()).unwrap_or("");
            Some(format!("{indent}{rest}").into())
        }
        Some(_) => Some(line.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{visible_code, with_prefixes};

    #[test]
    fn a_book_may_name_the_prefix_of_a_language() {
        let prefixes = [("python".to_string(), "~".to_string())];
        let text = "```python\n~a\n```\n> ~~~Python ignore\n> ~b\n> ~~~\n```python,hidelines=!\n```\n```rust\n```python\n```\n";
        let shown = "```python,hidelines=~\n~a\n```\n> ~~~Python ignore,hidelines=~\n> ~b\n> ~~~\n```python,hidelines=!\n```\n```rust\n```python\n```\n";
        assert_eq!(with_prefixes(text, &prefixes).as_deref(), Some(shown));
        assert_eq!(with_prefixes("no code", &prefixes), None);
        assert_eq!(with_prefixes(text, &[]), None);
    }

    #[test]
    fn hidden_lines_of_rust() {
        let code = "# use a;\n#\n#[derive(Debug)]\n  # let b;\nlet c = 1;\n## d\n#![e]\n";
        assert_eq!(visible_code("rust,ignore", code), "#[derive(Debug)]\nlet c = 1;\n# d\n#![e]\n");
        assert_eq!(visible_code("python", "# comment\nx = 1\n"), "# comment\nx = 1\n");
        assert_eq!(visible_code("python,hidelines=~", "~hidden\nx\n ~ y\n"), "x\n");
    }
}
