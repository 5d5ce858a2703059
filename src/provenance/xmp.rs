//! A statement in a PDF's XMP packet. The schema is described there too, as PDF/A asks for every schema it does not know
//! (ISO 19005-2, 6.6.2.3).

use usvg::roxmltree::Document;

use crate::xml::metadata;

use super::{Found, NAMESPACE, PREFIX, Statement, xml};

/// The declaration of the namespace, for the `rdf:Description` that the properties stand in.
pub fn declaration() -> String {
    format!("xmlns:{PREFIX}=\"{NAMESPACE}\"")
}

/// The properties, an element each, for an `rdf:Description`.
pub fn properties(statement: &Statement, seal: Option<&str>) -> String {
    let line = |(name, value): (&str, String)| format!("   <{PREFIX}:{name}>{}</{PREFIX}:{name}>\n", metadata(&value));
    statement.properties(seal).into_iter().map(line).collect()
}

/// The description of the schema, an item for the bag in `pdfaExtension:schemas`.
pub fn schema() -> String {
    let property = |(name, kind, what): &(&str, &str, &str)| {
        format!(
            "        <rdf:li rdf:parseType=\"Resource\">
         <pdfaProperty:name>{name}</pdfaProperty:name>
         <pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
         <pdfaProperty:category>internal</pdfaProperty:category>
         <pdfaProperty:description>{what}</pdfaProperty:description>
        </rdf:li>\n"
        )
    };
    let properties: String = SCHEMA.iter().map(property).collect();
    format!(
        "     <rdf:li rdf:parseType=\"Resource\">
      <pdfaSchema:schema>Provenance of a copy</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>{PREFIX}</pdfaSchema:prefix>
      <pdfaSchema:property>
       <rdf:Seq>
{properties}       </rdf:Seq>
      </pdfaSchema:property>
     </rdf:li>\n"
    )
}

/// Name, type and meaning of each property.
const SCHEMA: [(&str, &str, &str); 7] = [
    ("edition", "Text", "Id of the edition that the copy belongs to"),
    ("copy", "Integer", "Number of the copy"),
    ("reader", "Text", "Name of the reader whom the copy was made for"),
    ("stage", "Text", "Id of the stage that the copy leads to"),
    ("content", "Text", "SHA-256 of the content, by the walk that handbook verify takes"),
    ("check", "Text", "SHA-256 of this statement"),
    ("seal", "Text", "Ed25519 signature over this statement"),
];

/// The statement in a packet; `None` where there is none that can be read.
pub fn read(packet: &str) -> Option<Found> {
    let packet = xml::parse(packet)?;
    Found::gather(values(&packet, NAMESPACE).into_iter())
}

/// All values of a namespace's properties, as elements or as attributes, in order; each item of a list by itself.
pub(super) fn values(packet: &Document<'_>, namespace: &str) -> Vec<(String, String)> {
    const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    let mut all = Vec::new();
    for description in packet.descendants().filter(|n| n.has_tag_name((RDF, "Description"))) {
        let attributes = description.attributes().filter(|a| a.namespace() == Some(namespace));
        all.extend(attributes.map(|a| (a.name().to_string(), a.value().to_string())));
        for property in description.children().filter(|n| n.tag_name().namespace() == Some(namespace)) {
            let name = property.tag_name().name().to_string();
            let items: Vec<_> = property.descendants().filter(|n| n.has_tag_name((RDF, "li"))).collect();
            if items.is_empty() {
                all.push((name, xml::text_of(property)));
            } else {
                all.extend(items.into_iter().map(|item| (name.clone(), xml::text_of(item))));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::digest::Digest;

    fn packet(description: &str) -> String {
        let rdf = "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"";
        format!(
            "\u{FEFF}<?xpacket begin=\"\u{FEFF}\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF {rdf}>{description}</rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
        )
    }

    #[test]
    fn what_is_written_is_read() {
        let statement = Statement::new("ed", Some(3), Some("Ada <b> & \"c\" ]]>"), Some("cto"), Digest::of(b"x"));
        let text = packet(&format!("<rdf:Description {}>{}</rdf:Description>", declaration(), properties(&statement, Some("ab"))));
        let found = read(&text);
        assert_eq!(found.as_ref().map(|f| &f.statement), Some(&statement));
        assert_eq!(found.and_then(|f| f.seal).as_deref(), Some("ab"));
    }

    #[test]
    fn tools_write_properties_as_attributes() {
        let text = packet(&format!("<rdf:Description xmlns:h=\"{NAMESPACE}\" h:edition=\"e\" h:content=\"c\" h:check=\"k\"/>"));
        assert_eq!(read(&text).map(|f| f.check).as_deref(), Some("k"));
        assert_eq!(read(&packet("")), None);
        assert_eq!(read("no packet"), None);
    }
}
