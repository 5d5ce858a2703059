//! What the file says of itself: the document information and the XMP packet.

use lopdf::{Dictionary, Stream, dictionary};

use crate::provenance::xmp;
use crate::resolve::BookData;
use crate::xml;

use super::object::{key, text};
use super::profile::{IDENTIFIERS, IDENTIFIERS_END, NAMESPACES};

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

/// A title is required; a book without one is called what it is.
fn title(book: &BookData) -> &str {
    if book.title.trim().is_empty() { "Handbook" } else { &book.title }
}

pub(super) fn language(book: &BookData) -> &str {
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

/// The XMP packet, which names the standards of the profile. `statement` are the properties by which a copy says whose it is.
pub(super) fn packet(book: &BookData, statement: Option<&str>) -> String {
    let escape = |value: &str| xml::metadata(&xml::printable(value));
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
    let Some(statement) = statement else { return format!("{HEAD}\n{NAMESPACES}>\n{facts}{IDENTIFIERS}{IDENTIFIERS_END}{TAIL}") };
    let (declaration, schema) = (xmp::declaration(), xmp::schema());
    format!("{HEAD}\n{NAMESPACES}\n    {declaration}>\n{facts}{statement}{IDENTIFIERS}{schema}{IDENTIFIERS_END}{TAIL}")
}

const HEAD: &str = "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n \
<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
<rdf:Description rdf:about=\"\"\n    \
xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    \
xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n    \
xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"";

const TAIL: &str = "  </rdf:Description>
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
