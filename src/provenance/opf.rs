//! A statement in an EPUB's package document, and what is left of that document without it.

use usvg::roxmltree::{Document, Node};

use crate::xml::metadata;

use super::digest::{Digest, Sum};
use super::{Found, NAMESPACE, PREFIX, Statement, xml};

const OPF: &str = "http://www.idpf.org/2007/opf";
const DC: &str = "http://purl.org/dc/elements/1.1/";

/// The value of the package element's `prefix` attribute.
pub fn prefix() -> String {
    format!("{PREFIX}: {NAMESPACE}")
}

/// The properties, a `meta` element a line, for the `metadata` element.
pub fn properties(statement: &Statement, seal: Option<&str>) -> String {
    let line = |(name, value): (&str, String)| format!("<meta property=\"{PREFIX}:{name}\">{}</meta>\n", metadata(&value));
    statement.properties(seal).into_iter().map(line).collect()
}

/// The statement in a package document; `None` where there is none that can be read.
pub fn read(package: &str) -> Option<Found> {
    let package = xml::parse(package)?;
    let prefix = own_prefix(&package);
    let metas = package.descendants().filter(|n| n.has_tag_name((OPF, "meta")));
    let own = metas.filter_map(|meta| Some((property(meta, &prefix)?.to_string(), xml::text_of(meta))));
    Found::gather(own)
}

/// The prefix that the document gives to our namespace.
fn own_prefix(package: &Document<'_>) -> String {
    let declared = package.root_element().attribute("prefix").unwrap_or("");
    let words: Vec<&str> = declared.split_whitespace().collect();
    let found = words.chunks(2).find(|pair| pair.get(1) == Some(&NAMESPACE)).and_then(|pair| pair.first()?.strip_suffix(':'));
    found.unwrap_or(PREFIX).to_string()
}

/// The name of one of our properties.
fn property<'a>(meta: Node<'a, '_>, prefix: &str) -> Option<&'a str> {
    meta.attribute("property")?.strip_prefix(prefix)?.strip_prefix(':')
}

/// Digest of a package document without the statement, dates, and what does not matter in XML: white space between
/// elements, the order of attributes, prefixes. `None` if it is not XML.
pub fn digest(package: &str) -> Option<Digest> {
    let package = xml::parse(package)?;
    let prefix = own_prefix(&package);
    let mut sum = Sum::of("package document");
    element(package.root_element(), &prefix, &mut sum);
    Some(sum.end())
}

fn element(node: Node<'_, '_>, prefix: &str, sum: &mut Sum) {
    let mut open = vec![(node, false)];
    while let Some((node, ended)) = open.pop() {
        if ended {
            sum.part(b">");
            continue;
        }
        if node.is_element() {
            if is_left_out(node, prefix) {
                continue;
            }
            sum.part(b"<");
            sum.part(node.tag_name().namespace().unwrap_or("").as_bytes());
            sum.part(node.tag_name().name().as_bytes());
            let mut attributes: Vec<_> = node.attributes().filter(|a| a.name() != "prefix").map(|a| (a.namespace(), a.name(), a.value())).collect();
            attributes.sort_unstable();
            for (namespace, name, value) in attributes {
                sum.part(namespace.unwrap_or("").as_bytes());
                sum.part(name.as_bytes());
                sum.part(value.as_bytes());
            }
            open.push((node, true));
            // Children in order: the last one goes in first.
            open.extend(node.children().rev().map(|child| (child, false)));
        } else if let Some(text) = node.text().filter(|t| node.is_text() && !t.trim().is_empty()) {
            sum.part(text.trim().as_bytes());
        }
    }
}

/// The statement itself, and dates.
fn is_left_out(node: Node<'_, '_>, prefix: &str) -> bool {
    let is_meta = node.has_tag_name((OPF, "meta"));
    node.has_tag_name((DC, "date")) || (is_meta && (property(node, prefix).is_some() || node.attribute("property") == Some("dcterms:modified")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(metadata: &str) -> String {
        let prefix = prefix();
        format!("<?xml version=\"1.0\"?>\n<package xmlns=\"{OPF}\" prefix=\"{prefix}\"><metadata xmlns:dc=\"{DC}\">{metadata}</metadata></package>\n")
    }

    #[test]
    fn what_is_written_is_read_and_does_not_count() {
        let bare = "\n<dc:title>A &amp; B</dc:title>\n<dc:date>2026-01-01</dc:date>";
        let statement = Statement::new("ed", None, Some("Zoë <&>"), None, Digest::of(b"x"));
        let full = package(&format!("{bare}<meta property=\"dcterms:modified\">2027</meta>{}", properties(&statement, None)));
        assert_eq!(read(&full).map(|f| f.statement), Some(statement));
        assert_eq!(digest(&full), digest(&package(bare)));
        assert_eq!(digest(&full), digest(&package("<dc:title>A &amp; B</dc:title>").replace(" prefix=", "\n  prefix=")));
        assert_ne!(digest(&full), digest(&package("<dc:title>A &amp; C</dc:title>")));
        assert_eq!(digest("<package"), None);
    }

    #[test]
    fn elements_cannot_run_into_each_other() {
        assert_ne!(digest(&package("<a><b/></a>")), digest(&package("<a/><b/>")));
        assert_ne!(digest(&package("<a>b</a>")), digest(&package("<a/>b")));
    }
}
