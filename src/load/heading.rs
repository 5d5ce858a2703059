//! The first heading of a Markdown text, for titles that nobody listed.

/// The first level-one heading of a text, as Markdown, when it is among the first lines with anything on them.
pub(crate) fn first(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("<!--")).peekable();
    for _ in 0..8 {
        let line = lines.next()?;
        if let Some(rest) = line.trim_start().strip_prefix("# ") {
            return Some(bare(rest)).filter(|t| !t.is_empty());
        }
        let underline = lines.peek().map_or("", |next| next.trim());
        if !underline.is_empty() && underline.bytes().all(|b| b == b'=') {
            return Some(bare(line));
        }
    }
    None
}

/// A heading's text without closing marks and attributes.
fn bare(heading: &str) -> String {
    let text = heading.trim();
    let text = text.rsplit_once(" {").filter(|(_, attributes)| attributes.ends_with('}') && attributes.starts_with(['#', '.'])).map_or(text, |(t, _)| t);
    let open = text.trim_end_matches('#');
    if open.is_empty() || open.ends_with(' ') { open.trim().to_string() } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn headings_of_both_kinds() {
        assert_eq!(first("\n<!-- x -->\n# The `a` {#id}\n").as_deref(), Some("The `a`"));
        assert_eq!(first("Title\n=====\n").as_deref(), Some("Title"));
        assert_eq!(first("# C# ##\n").as_deref(), Some("C#"));
        assert_eq!(first("Text.\n\n## Section\n"), None);
    }
}
