//! XML by hand: elements, attributes and text, escaped, with nothing in it that XML 1.0 forbids.

use super::push_escaped;

/// A growing piece of XML.
#[derive(Clone, Debug, Default)]
pub(crate) struct Markup {
    out: String,
    /// Where something is still to be put in.
    blanks: Vec<usize>,
}

/// A document with blanks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    text: String,
    blanks: Vec<usize>,
}

impl Template {
    /// The document with markup in its blanks, in their order.
    pub(crate) fn filled(&self, markup: &[&str]) -> String {
        let more: usize = markup.iter().map(|markup| markup.len()).sum();
        let mut out = String::with_capacity(self.text.len() + more);
        let mut from = 0;
        for (at, markup) in self.blanks.iter().zip(markup) {
            out.push_str(self.text.get(from..*at).unwrap_or_default());
            out.push_str(markup);
            from = *at;
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        out
    }
}

/// An attribute's name and value.
pub(crate) type Attribute<'a> = (&'a str, &'a str);

impl Markup {
    /// Nothing yet.
    pub(crate) fn new() -> Markup {
        Markup::default()
    }

    /// A start tag.
    pub(crate) fn open(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push('>');
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push_str("/>");
    }

    /// An end tag.
    pub(crate) fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// An element with text in it.
    pub(crate) fn element(&mut self, tag: &str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Text, escaped.
    pub(crate) fn text(&mut self, text: &str) {
        push_escaped(&mut self.out, text, false);
    }

    /// Markup as it is: only what this writer made itself.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A line ending between elements, for people who look inside.
    pub(crate) fn line(&mut self) {
        self.out.push('\n');
    }

    /// Leaves a blank, to be filled later.
    pub(crate) fn blank(&mut self) {
        self.blanks.push(self.out.len());
    }

    /// What was written, with its blanks.
    pub(crate) fn template(self) -> Template {
        Template { text: self.out, blanks: self.blanks }
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// A start tag, as far as its attributes.
    pub(crate) fn start(&mut self, tag: &str, attributes: &[Attribute<'_>]) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_characters_and_forbidden_ones_are_made_harmless() {
        let mut xml = Markup::new();
        xml.element("p", &[("title", "a\"b<c>\n&")], "x < y & z > \u{0}\u{8}\u{FFFF}\u{9F}\"q\"\n");
        let template = {
            let mut xml = xml.clone();
            xml.blank();
            xml.element("q", &[], "");
            xml.blank();
            xml.template()
        };
        assert_eq!(template.filled(&["1", "2"]), format!("{}1<q></q>2", xml.clone().finish()));
        assert_eq!(xml.finish(), "<p title=\"a&quot;b&lt;c&gt; &amp;\">x &lt; y &amp; z &gt; \u{FFFD}\"q\"\n</p>");
    }
}
