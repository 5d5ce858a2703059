//! The little that is read of XML.

use usvg::roxmltree::{Document, Node, ParsingOptions};

use crate::xml::printable;

/// One line without control characters, as it stands in metadata.
pub fn one_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// No metadata has elements nested deeper.
const DEEPEST: usize = 500;

/// Reads a document. Entities of its own are not taken in: nobody needs them here, and they can grow without end.
pub(super) fn parse(text: &str) -> Option<Document<'_>> {
    if depth(text) > DEEPEST {
        // The parser calls itself for each level, and nothing can be done once the stack is used up.
        return None;
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 1_000_000 };
    Document::parse_with_options(text.trim_start_matches('\u{FEFF}'), options).ok()
}

/// How deep elements are nested.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0usize, 0);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        let other = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")].into_iter().find(|(begin, _)| tag.starts_with(begin));
        let end = match other {
            Some((begin, end)) => tag[begin.len()..].find(end).map(|at| begin.len() + at + end.len()),
            None => end_of_tag(tag),
        };
        // What has no end is no XML, and the parser gets no further either.
        let Some(end) = end else { break };
        if tag.starts_with("</") {
            open = open.saturating_sub(1);
        } else if other.is_none() && !tag[..end].ends_with("/>") {
            open += 1;
            deepest = deepest.max(open);
        }
        rest = &tag[end..];
    }
    deepest
}

/// Where a tag ends; a sign between quotation marks does not end it.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = None;
    for (at, c) in tag.char_indices() {
        match (quoted, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quoted = Some(c),
            (Some(mark), c) if mark == c => quoted = None,
            _ => {}
        }
    }
    None
}

/// All text in an element, in order.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_without_end_is_not_read() {
        assert!(parse(&format!("{}{}", "<a>".repeat(DEEPEST), "</a>".repeat(DEEPEST))).is_some());
        assert!(parse(&format!("{}{}", "<a>".repeat(500_000), "</a>".repeat(500_000))).is_none());
        // Side by side is not nested, and neither is an element without content.
        assert!(parse(&format!("<a>{}</a>", "<b/><c x='1'></c>".repeat(5000))).is_some());
        // What stands in values and comments neither opens nor closes anything.
        for sly in ["<a x='/>'>", "<a><!-- </a></a> -->", "<a><![CDATA[</a></a>]]>", "<a><?x </a></a>?>"] {
            assert!(depth(&sly.repeat(2000)) == 2000, "{sly}");
        }
        assert_eq!(depth("<a><b x=\"</b>\"/><b>"), 2);
    }
}
