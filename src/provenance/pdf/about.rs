//! What a PDF says of itself: title, authors and the like, wherever they stand. Dates and the makers of files are not part
//! of it, since viewers put their own there.

use lopdf::{Dictionary, Object};

use super::super::digest::{Digest, Sum};
use super::super::{xml, xmp};

/// Keys of the document information that count.
const INFORMATION: [&[u8]; 4] = [b"Title", b"Author", b"Subject", b"Keywords"];

/// The namespace of Dublin Core.
const DC: &str = "http://purl.org/dc/elements/1.1/";

/// Digest of the document information and of the Dublin Core in an XMP packet.
pub fn digest(information: &Dictionary, packet: &str) -> Digest {
    let mut sum = Sum::of("about");
    for key in INFORMATION {
        let text = information.get(key).ok().and_then(|value| value.as_str().ok()).map(text).unwrap_or_default();
        sum.part(text.trim().as_bytes());
    }
    let mut facts = xml::parse(packet).map(|packet| xmp::values(&packet, DC)).unwrap_or_default();
    facts.sort_by(|one, other| one.0.cmp(&other.0));
    for (name, value) in facts.iter().filter(|(name, _)| name != "date" && name != "format") {
        sum.part(name.as_bytes());
        sum.part(value.trim().as_bytes());
    }
    sum.end()
}

/// A text string, however it is written (ISO 32000-1, 7.9.2.2).
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => lopdf::decode_text_string(&Object::String(bytes.to_vec(), lopdf::StringFormat::Literal)).unwrap_or_default(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    #[test]
    fn the_same_text_in_another_writing_is_the_same() {
        let plain = dictionary! { "Title" => Object::string_literal("Ab"), "ModDate" => Object::string_literal("D:2026") };
        let wide = dictionary! { "Title" => Object::string_literal(&b"\xFE\xFF\0A\0b"[..]) };
        let other = dictionary! { "Title" => Object::string_literal("Ac") };
        assert_eq!(digest(&plain, ""), digest(&wide, ""));
        assert_ne!(digest(&plain, ""), digest(&other, ""));
    }
}
