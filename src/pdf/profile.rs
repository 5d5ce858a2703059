//! The profile of output: all that makes a file PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) beside what its pages
//! hold. `docs/conformance.md` has the clauses one by one; the structure tree is in [`super::structure`].

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use crate::language::Direction;
use crate::length::{Length, Size};

use super::object::{deflated, reals, reference, text};

/// The version on which both standards stand.
pub(super) const VERSION: &str = "1.7";

/// How a file begins. The second line tells programs that it is not text (2a, 6.1.2).
pub(super) const HEAD: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

/// The only colour spaces of pages and pictures: those that the output intent gives a meaning (2a, 6.2.4.3).
pub(super) const GREY: &str = "DeviceGray";
/// Likewise, in three colours.
pub(super) const COLOR: &str = "DeviceRGB";

/// Flags of an annotation: it is printed, and not hidden (2a, 6.3.2).
pub(super) const ANNOTATION_FLAGS: i64 = 4;

/// sRGB (IEC 61966-2-1) as an ICC profile of version 2: its three primaries adapted to D50, and its tone curve in 256 steps.
const SRGB: &[u8] = include_bytes!("srgb.icc");

/// The output intent: sRGB (2a, 6.2.3).
pub(super) fn intent(doc: &mut Document) -> Object {
    let profile = reference(doc, deflated(dictionary! { "N" => 3 }, SRGB));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => text("sRGB"),
        "Info" => text("sRGB IEC61966-2-1"),
        "DestOutputProfile" => profile,
    };
    reference(doc, intent)
}

/// What the catalog says of an accessible file: it is tagged, in a language, and shows its title (UA, 7.1 and 7.2).
pub(super) fn accessible(catalog: &mut Dictionary, language: &str, direction: Direction) {
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", text(language));
    let mut preferences = dictionary! { "DisplayDocTitle" => true };
    if direction.is_rtl() {
        // Facing pages are shown with the first one at the right.
        preferences.set("Direction", "R2L");
    }
    catalog.set("ViewerPreferences", preferences);
}

/// A page without its content: its boxes, and annotations in the order of the structure (UA, 7.18.3). `paper` and `bleed` are
/// margins around the trimmed page, which begins at the origin whatever lies around it.
pub(super) fn page(parent: ObjectId, resources: ObjectId, size: Size, paper: Length, bleed: Length) -> Dictionary {
    let beyond = |margin: Length| {
        let (width, height, margin) = (size.width.to_pt() as f32, size.height.to_pt() as f32, margin.to_pt() as f32);
        reals(&[-margin, -margin, width + margin, height + margin])
    };
    let mut dict = dictionary! {
        "Type" => "Page",
        "Parent" => parent,
        "MediaBox" => beyond(paper),
        "Resources" => resources,
        "Tabs" => "S",
    };
    if paper > Length::ZERO {
        dict.set("BleedBox", beyond(bleed));
        dict.set("TrimBox", beyond(Length::ZERO));
    }
    dict
}

/// The name spaces of what [`IDENTIFIERS`] says, for the XMP packet's head.
pub(super) const NAMESPACES: &str = "    \
xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"\n    \
xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"\n    \
xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"\n    \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"\n    \
xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\"";

/// Both standards by name, for the XMP packet (2a, 6.6.4; UA, 5). The second is not among the schemas that PDF/A knows, so it is
/// described (2a, 6.6.2.3). The list of described schemas is left open for others: [`IDENTIFIERS_END`].
pub(super) const IDENTIFIERS: &str = "   <pdfaid:part>2</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
   <pdfaExtension:schemas>
    <rdf:Bag>
     <rdf:li rdf:parseType=\"Resource\">
      <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
      <pdfaSchema:property>
       <rdf:Seq>
        <rdf:li rdf:parseType=\"Resource\">
         <pdfaProperty:name>part</pdfaProperty:name>
         <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
         <pdfaProperty:category>internal</pdfaProperty:category>
         <pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
        </rdf:li>
       </rdf:Seq>
      </pdfaSchema:property>
     </rdf:li>
";

/// The end of the list of described schemas.
pub(super) const IDENTIFIERS_END: &str = "    </rdf:Bag>
   </pdfaExtension:schemas>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_names_the_version() {
        assert!(HEAD.starts_with(format!("%PDF-{VERSION}\n").as_bytes()));
    }

    #[test]
    fn the_colour_profile_is_of_three_colours_and_as_long_as_it_says() {
        let length = SRGB.first_chunk().map(|bytes| u32::from_be_bytes(*bytes) as usize);
        assert_eq!(length, Some(SRGB.len()));
        assert_eq!(SRGB.get(12..20), Some(&b"mntrRGB "[..]));
        assert_eq!(SRGB.get(36..40), Some(&b"acsp"[..]));
    }
}
