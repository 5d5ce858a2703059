//! Reading XML that may have been made to do harm: how deep it goes is known before any parser that calls itself sees it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;
use usvg::roxmltree::{Document, ParsingOptions};

use crate::limits;

/// Whether a document may have a document type, with entities of its own in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentType {
    /// It is read, as long as its entities are plain text.
    Taken,
    /// The document is refused.
    Refused,
}

/// Why a document is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not well-formed.
    Malformed,
    /// Elements lie deeper in each other than any document needs.
    TooDeep,
    /// An entity of its document type holds more than text.
    Entities,
}

/// Reads a document.
///
/// # Errors
/// Why it is not read.
pub(crate) fn parse(text: &str, document_type: DocumentType) -> Result<Document<'_>, Refusal> {
    sound(text)?;
    let options = ParsingOptions { allow_dtd: document_type == DocumentType::Taken, nodes_limit: limits::XML_NODES };
    Document::parse_with_options(text.trim_start_matches('\u{FEFF}'), options).map_err(|_| Refusal::Malformed)
}

/// Reads through a document without keeping anything: the parsers behind call themselves for each level, and nothing can be done once
/// the stack is used up. What this reader cannot read, they cannot either.
fn sound(text: &str) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|_| Refusal::Malformed)? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(declaration) if has_markup(&declaration) => return Err(Refusal::Entities),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if depth > limits::XML_DEPTH {
            return Err(Refusal::TooDeep);
        }
    }
}

/// Whether some entity of a document type could hold elements, as they are or by the numbers of their characters: those would be
/// nested out of sight. What drawing programs put there are names.
fn has_markup(declaration: &[u8]) -> bool {
    let text: Cow<'_, str> = String::from_utf8_lossy(declaration);
    let mut entities = text.split("<!ENTITY").skip(1);
    entities.any(|entity| {
        // The value stands between quotation marks; what has none is an entity from outside, which nobody reads.
        let Some(start) = entity.find(['"', '\'']) else { return false };
        let mark = entity.as_bytes().get(start).copied().unwrap_or(b'"');
        let value = entity[start + 1..].split(char::from(mark)).next().unwrap_or("");
        entity[..start].trim_start().starts_with('%') || value.contains('<') || value.contains("&#")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
    }

    #[test]
    fn depth_has_a_limit() {
        assert!(parse(&nested(limits::XML_DEPTH), DocumentType::Refused).is_ok());
        assert_eq!(parse(&nested(limits::XML_DEPTH + 1), DocumentType::Refused).err(), Some(Refusal::TooDeep));
        assert_eq!(parse(&nested(500_000), DocumentType::Refused).err(), Some(Refusal::TooDeep));
        // Side by side is not nested, and neither is an element without content.
        assert!(parse(&format!("<a>{}</a>", "<b/><c x='1'></c>".repeat(5000)), DocumentType::Refused).is_ok());
    }

    #[test]
    fn what_stands_in_values_and_comments_neither_opens_nor_closes() {
        for sly in ["<a x='/>'>", "<g a=\"/>\">", "<a><!-- </a></a> -->", "<a><![CDATA[</a></a>]]>", "<a><?x </a></a>?>"] {
            assert_eq!(sound(&sly.repeat(2000)), Err(Refusal::TooDeep), "{sly}");
        }
        assert_eq!(sound("<a><b x=\"</b>\"/><b>"), Ok(()));
    }

    #[test]
    fn entities_are_text() {
        let with = |entity: &str| format!("<!DOCTYPE svg [{entity}]><a>&x;</a>");
        assert!(parse(&with("<!ENTITY x \"http://a.example/\">"), DocumentType::Taken).is_ok());
        assert_eq!(parse(&with("<!ENTITY x \"y\">"), DocumentType::Refused).err(), Some(Refusal::Malformed));
        for hidden in ["<!ENTITY x \"<b><b><b/></b></b>\">", "<!ENTITY x '&#60;b>&#60;/b>'>", "<!ENTITY % p 'q'>"] {
            assert_eq!(parse(&with(hidden), DocumentType::Taken).err(), Some(Refusal::Entities), "{hidden}");
        }
    }
}
