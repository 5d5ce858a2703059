//! XML by hand: elements, attributes and text, escaped, with nothing in it that XML 1.0 forbids.

/// A growing piece of XML.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup {
    out: String,
}

/// An attribute's name and value.
pub(super) type Attribute<'a> = (&'a str, &'a str);

impl Markup {
    /// Nothing yet.
    pub(super) fn new() -> Markup {
        Markup::default()
    }

    /// A start tag.
    pub(super) fn open(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push('>');
    }

    /// An element without content.
    pub(super) fn empty(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push_str("/>");
    }

    /// An end tag.
    pub(super) fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// An element with text in it.
    pub(super) fn element(&mut self, tag: &str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, text: &str) {
        push_escaped(&mut self.out, text, false);
    }

    /// Markup as it is: only what this writer made itself.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A line ending between elements, for people who look inside.
    pub(super) fn line(&mut self) {
        self.out.push('\n');
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    fn start(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_escaped(&mut self.out, value, true);
            self.out.push('"');
        }
    }
}

/// Text as it may stand between tags or within quotes.
fn push_escaped(out: &mut String, text: &str, attribute: bool) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_characters_and_forbidden_ones_are_made_harmless() {
        let mut xml = Markup::new();
        xml.element("p", &[("title", "a\"b<c>\n&")], "x < y & z > \u{0}\u{8}\u{FFFF}\u{9F}\"q\"\n");
        assert_eq!(xml.finish(), "<p title=\"a&quot;b&lt;c&gt; &amp;\">x &lt; y &amp; z &gt; \u{FFFD}\"q\"\n</p>");
    }
}
