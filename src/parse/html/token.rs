//! A tolerant tokenizer for raw HTML. Whatever is no tag is text; nothing is ever an error.

use html_escape::decode_html_entities;

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::parse) enum Token<'t> {
    /// Text as written, entities not yet read.
    Text(&'t str),
    /// An opening tag.
    Open(Tag<'t>),
    /// A closing tag's name, lower case.
    Close(String),
    /// A comment's content.
    Comment(&'t str),
    /// What swallows all text up to an end that it does not have.
    Endless(Endless),
}

/// Markup whose end is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Endless {
    Comment,
    Script,
    Style,
}

impl Endless {
    pub(in crate::parse) fn name(self) -> &'static str {
        match self {
            Endless::Comment => "comment",
            Endless::Script => "script",
            Endless::Style => "style sheet",
        }
    }

    pub(in crate::parse) fn hint(self) -> &'static str {
        match self {
            Endless::Comment => "end it with `-->`",
            Endless::Script => "end it with `</script>`",
            Endless::Style => "end it with `</style>`",
        }
    }
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::parse) struct Tag<'t> {
    /// Lower case.
    pub(in crate::parse) name: String,
    /// Name as written.
    pub(in crate::parse) written: &'t str,
    /// The whole tag as written.
    pub(in crate::parse) source: &'t str,
    /// Names lower case, values with entities read.
    pub(in crate::parse) attributes: Vec<(String, String)>,
    /// Ends in `/>`.
    pub(in crate::parse) closed: bool,
}

impl Tag<'_> {
    /// An attribute's value.
    pub(in crate::parse) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// An attribute's value, unless it is blank.
    pub(in crate::parse) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|v| !v.is_empty())
    }
}

/// Cuts raw HTML into tokens, each with its offset.
pub(in crate::parse) fn tokens(html: &str) -> Vec<(usize, Token<'_>)> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut text_from = 0;
    while let Some(open) = html[at..].find('<').map(|i| at + i) {
        let Some((token, end)) = markup(html, open) else {
            at = open + 1;
            continue;
        };
        if open > text_from {
            out.push((text_from, Token::Text(&html[text_from..open])));
        }
        let raw_end = match &token {
            Some(Token::Open(tag)) if !tag.closed => raw_text_end(html, end, &tag.name),
            _ => None,
        };
        let endless = match &token {
            Some(Token::Comment(_)) if !html[open..end].ends_with("-->") => Some(Endless::Comment),
            Some(Token::Open(tag)) if raw_end == Some(html.len()) => Some(if tag.name == "script" { Endless::Script } else { Endless::Style }),
            _ => None,
        };
        out.extend(endless.map(|what| (open, Token::Endless(what))));
        out.extend(token.map(|t| (open, t)));
        at = end;
        text_from = end;
        if let Some(raw_end) = raw_end {
            if raw_end > end {
                out.push((end, Token::Text(&html[end..raw_end])));
            }
            at = raw_end;
            text_from = raw_end;
        }
    }
    if text_from < html.len() {
        out.push((text_from, Token::Text(&html[text_from..])));
    }
    out
}

/// In a script or a style sheet nothing is a tag but its own end.
fn raw_text_end(html: &str, from: usize, name: &str) -> Option<usize> {
    if !matches!(name, "script" | "style") {
        return None;
    }
    let lower = html[from..].to_ascii_lowercase();
    Some(lower.find(&format!("</{name}")).map_or(html.len(), |i| from + i))
}

/// The markup that begins with the `<` at `open`, and where it ends. A declaration gives no token.
fn markup(html: &str, open: usize) -> Option<(Option<Token<'_>>, usize)> {
    let rest = &html[open + 1..];
    if let Some(comment) = rest.strip_prefix("!--") {
        let end = comment.find("-->").unwrap_or(comment.len());
        let stop = (open + 4 + end + 3).min(html.len());
        return Some((Some(Token::Comment(&comment[..end])), stop));
    }
    if let Some(data) = rest.strip_prefix("![CDATA[") {
        let end = data.find("]]>").unwrap_or(data.len());
        let stop = (open + 9 + end + 3).min(html.len());
        return Some((Some(Token::Text(&data[..end])), stop));
    }
    match rest.chars().next()? {
        '!' | '?' => rest.find('>').map(|i| (None, open + 1 + i + 1)),
        '/' => closing(rest, open),
        c if c.is_ascii_alphabetic() => opening(html, open),
        _ => None,
    }
}

fn closing(rest: &str, open: usize) -> Option<(Option<Token<'_>>, usize)> {
    let name = &rest[1..];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = name.find('>')?;
    let name: String = name[..end].trim().to_ascii_lowercase();
    Some((Some(Token::Close(name)), open + 2 + end + 1))
}

fn opening(html: &str, open: usize) -> Option<(Option<Token<'_>>, usize)> {
    let from = open + 1;
    let length = html[from..].find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_' | '.')))?;
    let written = &html[from..from + length];
    let mut at = from + length;
    let mut attributes = Vec::new();
    loop {
        at += html[at..].len() - html[at..].trim_start().len();
        let rest = &html[at..];
        let closed = rest.starts_with("/>");
        if closed || rest.starts_with('>') {
            let end = at + if closed { 2 } else { 1 };
            let tag = Tag { name: written.to_ascii_lowercase(), written, source: &html[open..end], attributes, closed };
            return Some((Some(Token::Open(tag)), end));
        }
        if let Some(slash) = rest.strip_prefix('/') {
            at = html.len() - slash.len();
            continue;
        }
        let (attribute, end) = attribute(html, at)?;
        attributes.push(attribute);
        at = end;
    }
}

/// `name`, `name=value`, `name = "value"`. `None` if the tag is not one after all.
fn attribute(html: &str, at: usize) -> Option<((String, String), usize)> {
    let rest = html.get(at..)?;
    let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '"' | '\'' | '<'))?;
    if length == 0 {
        return None;
    }
    let name = rest[..length].to_ascii_lowercase();
    let after = rest[length..].trim_start();
    let Some(value) = after.strip_prefix('=') else { return Some(((name, String::new()), at + length)) };
    let value = value.trim_start();
    let start = html.len() - value.len();
    let (text, end) = match value.chars().next()? {
        quote @ ('"' | '\'') => {
            let close = value[1..].find(quote)?;
            (&value[1..1 + close], start + close + 2)
        }
        _ => {
            let close = value.find(|c: char| c.is_whitespace() || c == '>')?;
            (&value[..close], start + close)
        }
    };
    Some(((name, decode_html_entities(text).into_owned()), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> String {
        let one = |token: Token<'_>| match token {
            Token::Text(text) => format!("{text:?}"),
            Token::Open(tag) => {
                format!("<{}{}{}>", tag.name, tag.attributes.iter().map(|(n, v)| format!(" {n}={v:?}")).collect::<String>(), if tag.closed { "/" } else { "" })
            }
            Token::Close(name) => format!("</{name}>"),
            Token::Comment(text) => format!("<!{text}>"),
            Token::Endless(what) => format!("<{what:?} …>"),
        };
        tokens(html).into_iter().map(|(_, t)| one(t)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_are_read_as_browsers_read_them() {
        assert_eq!(show("<A HREF = 'x&amp;y' b c=d>t</A >"), "<a href=\"x&y\" b=\"\" c=\"d\"> \"t\" </a>");
        assert_eq!(show("<br/><img alt=\"a > b\"\n src=x />"), "<br/> <img alt=\"a > b\" src=\"x\"/>");
        assert_eq!(show("<!-- c --><!DOCTYPE html><![CDATA[a<b]]>"), "<! c > \"a<b\"");
    }

    #[test]
    fn what_has_no_end_is_told() {
        assert_eq!(show("<p>a<!-- b"), "<p> \"a\" <Comment …> <! b>");
        assert_eq!(show("<script>a"), "<Script …> <script> \"a\"");
        assert_eq!(show("<!-- a --><style>b</style>"), "<! a > <style> \"b\" </style>");
    }

    #[test]
    fn what_is_no_tag_is_text() {
        assert_eq!(show("a < b <3 <b"), "\"a < b <3 <b\"");
        assert_eq!(show("<a b=\"c"), "\"<a b=\\\"c\"");
    }

    #[test]
    fn nothing_in_a_script_is_a_tag() {
        assert_eq!(show("<script>if (a<b) '</p>'</SCRIPT>x"), "<script> \"if (a<b) '</p>'\" </script> \"x\"");
    }
}
