//! What the file says of itself: the document information, the XMP packet and the output intent.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use crate::provenance::xmp;
use crate::resolve::BookData;

use super::icc;
use super::object::{deflated, key, reference, text};

/// What made the file.
pub(super) const PRODUCER: &str = concat!("handbook ", env!("CARGO_PKG_VERSION"));

/// The document information.
pub(super) fn information(book: &BookData) -> Dictionary {
    let mut info = dictionary! { "Title" => text(title(book)), "Creator" => text("handbook"), "Producer" => text(PRODUCER) };
    if !book.authors.is_empty() {
        info.set("Author", text(&book.authors.join(", ")));
    }
    if !book.subtitle.is_empty() {
        info.set("Subject", text(&book.subtitle));
    }
    if let Some((year, month, day)) = date(book) {
        let stamp = key(&format!("D:{year}{month}{day}000000Z"));
        info.set("CreationDate", stamp.clone());
        info.set("ModDate", stamp);
    }
    info
}

/// The XMP packet as a stream. It is never compressed, so that any tool finds it.
pub(super) fn xmp(packet: String) -> Stream {
    Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, packet.into_bytes())
}

/// The output intent: sRGB.
pub(super) fn intent(doc: &mut Document) -> Object {
    let profile = reference(doc, deflated(dictionary! { "N" => 3 }, &icc::srgb()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => text("sRGB"),
        "Info" => text("sRGB IEC61966-2-1"),
        "DestOutputProfile" => profile,
    };
    reference(doc, intent)
}

/// The catalog's marks of an accessible file.
pub(super) fn accessible(catalog: &mut Dictionary, book: &BookData) {
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", text(language(book)));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
}

/// A title is required; a book without one is called what it is.
fn title(book: &BookData) -> &str {
    if book.title.trim().is_empty() { "Handbook" } else { &book.title }
}

fn language(book: &BookData) -> &str {
    if book.language.is_empty() { "en" } else { &book.language }
}

/// Year, month and day of the build, if the date is one.
fn date(book: &BookData) -> Option<(&str, &str, &str)> {
    let mut parts = book.date.split('-');
    let digits = |part: Option<&'_ str>, count: usize| part.is_some_and(|p| p.len() == count && p.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let right = digits(year, 4) && digits(month, 2) && digits(day, 2) && parts.next().is_none();
    right.then(|| (year.unwrap_or(""), month.unwrap_or(""), day.unwrap_or("")))
}

/// The XMP packet, which names both standards. `statement` are the properties by which a copy says whose it is.
pub(super) fn packet(book: &BookData, statement: Option<&str>) -> String {
    let escape = |value: &str| html_escape::encode_safe(&printable(value)).into_owned();
    let alternative = |value: &str| format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt>", escape(value));
    let mut facts = format!("   <dc:format>application/pdf</dc:format>\n   <dc:title>{}</dc:title>\n", alternative(title(book)));
    if !book.authors.is_empty() {
        let authors: String = book.authors.iter().map(|author| format!("<rdf:li>{}</rdf:li>", escape(author))).collect();
        facts.push_str(&format!("   <dc:creator><rdf:Seq>{authors}</rdf:Seq></dc:creator>\n"));
    }
    if !book.subtitle.is_empty() {
        facts.push_str(&format!("   <dc:description>{}</dc:description>\n", alternative(&book.subtitle)));
    }
    facts.push_str(&format!("   <dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>\n", escape(language(book))));
    if !book.copy_identifier.is_empty() {
        facts.push_str(&format!("   <dc:identifier>{}</dc:identifier>\n", escape(&book.copy_identifier)));
    }
    if let Some((year, month, day)) = date(book) {
        for name in ["CreateDate", "ModifyDate", "MetadataDate"] {
            facts.push_str(&format!("   <xmp:{name}>{year}-{month}-{day}T00:00:00Z</xmp:{name}>\n"));
        }
    }
    facts.push_str(&format!("   <xmp:CreatorTool>handbook</xmp:CreatorTool>\n   <pdf:Producer>{}</pdf:Producer>\n", escape(PRODUCER)));
    let Some(statement) = statement else { return format!("{HEAD}>\n{facts}{STANDARDS}{TAIL}") };
    format!("{HEAD}\n    {}>\n{facts}{statement}{STANDARDS}{}{TAIL}", xmp::declaration(), xmp::schema())
}

/// XML has no place for most control characters.
fn printable(value: &str) -> String {
    value.chars().map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c }).collect()
}

const HEAD: &str = "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n \
<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
<rdf:Description rdf:about=\"\"\n    \
xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    \
xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n    \
xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n    \
xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"\n    \
xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"\n    \
xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"\n    \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"\n    \
xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\"";

/// PDF/A-2a and PDF/UA-1. The second is not among the schemas PDF/A knows, so it is described.
const STANDARDS: &str = "   <pdfaid:part>2</pdfaid:part>
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

const TAIL: &str = "    </rdf:Bag>
   </pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end=\"r\"?>
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_packet() {
        let book = BookData { title: "A <b> & \"c\"\u{1}]]>".into(), date: "2026-11-01".into(), ..BookData::default() };
        let packet = packet(&book, None);
        assert!(packet.contains("A &lt;b&gt; &amp; &quot;c&quot; ]]&gt;"), "{packet}");
        assert!(packet.contains("<xmp:CreateDate>2026-11-01T00:00:00Z"));
    }

    #[test]
    fn a_date_that_is_none_is_left_out() {
        for wrong in ["", "2026", "2026-1-2", "2026-11-01-", "２０２６-11-01"] {
            assert_eq!(date(&BookData { date: wrong.into(), ..BookData::default() }), None, "{wrong}");
        }
    }
}
