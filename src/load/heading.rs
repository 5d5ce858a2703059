//! The first heading of a Markdown text, for titles that nobody listed.

/// The first level-one heading of a text, as Markdown, when it is among the first lines with anything on them.
pub(crate) fn first(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("<!--")).peekable();
    for _ in 0..8 {
        let line = lines.next()?;
        if let Some(rest) = line.trim_start().strip_prefix("# ") {
            return Some(without_pictures(&bare(rest))).filter(|t| !t.is_empty());
        }
        if line.trim_start().get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<h1")) {
            let rest: String = std::iter::once(line).chain(lines.by_ref().take(8)).collect::<Vec<_>>().join(" ");
            return Some(without_pictures(&words_of_html(&rest))).filter(|t| !t.is_empty());
        }
        let underline = lines.peek().map_or("", |next| next.trim());
        if !underline.is_empty() && underline.bytes().all(|b| b == b'=') {
            return Some(without_pictures(&bare(line))).filter(|t| !t.is_empty());
        }
    }
    None
}

/// Whether the first heading says that its chapter has no number, as Pandoc has it: `# Preface {.unnumbered}`, `# Preface {-}`.
pub(super) fn is_unnumbered(text: &str) -> bool {
    let line = text.lines().find(|line| line.starts_with("# ")).unwrap_or("").trim_end();
    let attributes = line.rsplit_once('{').and_then(|(_, rest)| rest.strip_suffix('}')).unwrap_or("");
    attributes.split_whitespace().any(|word| matches!(word, ".unnumbered" | "-"))
}

/// A heading's Markdown without its pictures, and without the links around its words: badges are no title.
fn without_pictures(heading: &str) -> String {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};
    if !heading.contains('[') && !heading.contains('<') {
        return heading.to_string();
    }
    let mut out = String::new();
    let mut pictures = 0;
    for (event, range) in Parser::new(heading).into_offset_iter() {
        match event {
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures -= 1,
            Event::Text(_) | Event::Code(_) if pictures == 0 => out.push_str(heading.get(range).unwrap_or("")),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a first-level heading in HTML, up to its end.
fn words_of_html(html: &str) -> String {
    let inner = html.split_once('>').map_or("", |(_, rest)| rest);
    let end = inner.to_ascii_lowercase().find("</h1").unwrap_or(inner.len());
    let mut out = String::new();
    for (number, piece) in inner[..end].split('<').enumerate() {
        out.push_str(if number == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) });
    }
    html_escape::decode_html_entities(&out).split_whitespace().collect::<Vec<_>>().join(" ")
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
        assert_eq!(first("# [![ci](https://ci.org/b.svg)](https://ci.org) My guide\n").as_deref(), Some("My guide"));
        assert_eq!(first("# ![logo](l.png) [The *guide*](x.md), `a`\n").as_deref(), Some("The guide, `a`"));
        assert_eq!(first("<h1 align=\"center\">\n  <img src=\"a.png\"> My <b>guide</b> &amp; more\n</h1>\n\nText\n").as_deref(), Some("My guide & more"));
        assert_eq!(first("# ![only](a.png)\n\nText\n"), None);
        assert_eq!(first("Text.\n\n## Section\n"), None);
    }
}
