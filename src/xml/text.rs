//! Text for XML: XHTML, SVG, package documents, XMP.

/// Adds text as it may stand between tags or, as an attribute's value, within double quotes. What XML cannot hold is left out.
pub(crate) fn push_escaped(out: &mut String, text: &str, attribute: bool) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let replacement = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' if attribute => "&quot;",
            '\n' | '\t' if attribute => " ",
            '\n' | '\t' => continue,
            c if c.is_control() => "",
            '\u{FFFE}' | '\u{FFFF}' => "\u{FFFD}",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(replacement);
        plain = at + c.len_utf8();
    }
    out.push_str(&text[plain..]);
}

/// A value as it may stand between tags and in attributes, without white space around it.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text.trim(), true);
    out
}

/// Text of metadata, wherever it stands: quotation marks of both kinds and slashes are escaped too, for those who read metadata
/// with less than an XML parser.
pub(crate) fn metadata(text: &str) -> String {
    html_escape::encode_safe(text).into_owned()
}

/// Metadata as one line: XML has no place for most control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c }).collect()
}
