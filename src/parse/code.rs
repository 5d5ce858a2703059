//! Code blocks: the info string, and what an mdBook hides.

/// The language that an info string names: its first word up to a comma, lower case.
/// `{.python .numbered}` names `python`.
pub(super) fn language(info: &str) -> Option<String> {
    let info = info.trim();
    let word = info.split(|c: char| c == ',' || c.is_whitespace()).next().unwrap_or("");
    let word = word.trim_start_matches('{').trim_start_matches('.').trim_end_matches('}');
    (!word.is_empty()).then(|| word.to_lowercase())
}

/// Leaves out the lines that an mdBook hides in Rust code: those that begin with `# ` (or are only `#`). `##` stands for
/// a `#` that is shown.
pub(super) fn without_hidden_lines(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        match body.strip_prefix('#') {
            Some(rest) if rest.starts_with('#') => {
                out.push_str(indent);
                out.push_str(rest);
            }
            Some(rest) if rest.is_empty() || rest.starts_with([' ', '\n']) => {}
            _ => out.push_str(line),
        }
    }
    out
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

    #[test]
    fn hidden_lines_leave() {
        let code = "# use std::io;\n#\n#[derive(Debug)]\n  ## x\nfn main() {}\n#";
        assert_eq!(without_hidden_lines(code), "#[derive(Debug)]\n  # x\nfn main() {}\n");
    }
}
