//! Text for XML, and the little that is read of it.

use usvg::roxmltree::{Document, Node};

use crate::xml::{self, DocumentType};

/// One line without control characters, as it stands in metadata.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text between tags or within double quotes.
pub(super) fn escaped(text: &str) -> String {
    html_escape::encode_safe(text).into_owned()
}

/// Reads a document. Entities of its own are not taken in: nobody needs them here, and they can grow without end.
pub(super) fn parse(text: &str) -> Option<Document<'_>> {
    xml::parse(text, DocumentType::Refused).ok()
}

/// All text in an element, in order.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect()
}
