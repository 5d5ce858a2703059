//! The little that is read of XML.

use usvg::roxmltree::{Document, Node};

use crate::xml::{self, DocumentType};

use crate::xml::printable;

/// One line without control characters, as it stands in metadata.
pub fn one_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a document. Entities of its own are not taken in: nobody needs them here, and they can grow without end.
pub(super) fn parse(text: &str) -> Option<Document<'_>> {
    xml::parse(text, DocumentType::Refused).ok()
}

/// All text in an element, in order.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect()
}
