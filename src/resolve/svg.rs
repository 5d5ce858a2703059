//! SVG drawings: checked, measured, and rid of what no book may hold.
//!
//! A drawing goes into the EPUB as it is, where scripts and references to the outside are forbidden. One that has any is
//! written anew without them; all others keep their bytes.

use std::collections::BTreeSet;

use usvg::roxmltree::{Node, NodeType};
use usvg::{ImageHrefResolver, Options, Tree};

use super::expansion;
use crate::limits;
use crate::xml::{self, DocumentType, Refusal};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// A drawing that can be shown.
#[derive(Debug)]
pub(super) struct Drawing {
    /// Width and height in user units, rounded up.
    pub(super) size: (u32, u32),
    /// The drawing written anew, if something had to be left out.
    pub(super) cleaned: Option<String>,
    /// What was left out that its author should know of.
    pub(super) left_out: Vec<&'static str>,
    /// What it writes in characters beyond ASCII, each once.
    pub(super) text: String,
}

/// Why a drawing cannot be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// In UTF-16, as some drawing programs write.
    Wide,
    /// In another encoding than UTF-8.
    Encoding,
    /// Not well-formed.
    Malformed,
    /// Elements lie too deep in each other.
    TooDeep,
    /// Its document type defines entities that hold elements.
    Entities,
    /// The root does not say that it is SVG.
    NoNamespace,
    /// The root is another element.
    NoDrawing,
    /// It has neither width and height nor a view box.
    NoSize,
    /// It would expand to more than can be drawn.
    TooMuch,
}

impl Fault {
    /// What is wrong, after the drawing's name.
    pub(super) fn reason(self) -> String {
        match self {
            Fault::Wide => "is in UTF-16: save it as UTF-8".to_string(),
            Fault::Encoding => "is not in UTF-8: save it as UTF-8".to_string(),
            Fault::Malformed => "is not well-formed XML".to_string(),
            Fault::TooDeep => format!("has elements within each other more than {} levels deep", limits::XML_DEPTH),
            Fault::Entities => "defines entities that hold elements: save it without a document type".to_string(),
            Fault::NoNamespace => format!("does not say that it is SVG: its first element needs `xmlns=\"{SVG}\"`"),
            Fault::NoDrawing => "is no SVG drawing".to_string(),
            Fault::NoSize => "has no size: its first element needs a `viewBox`, or a width and a height above zero".to_string(),
            Fault::TooMuch => "expands to more than can be drawn: copies of copies, patterns in patterns, or texts without end".to_string(),
        }
    }
}

/// Reads a drawing.
///
/// # Errors
/// Why it cannot be shown.
pub(super) fn read(bytes: &[u8]) -> Result<Drawing, Fault> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(b"<\0") || bytes.starts_with(b"\0<") {
        return Err(Fault::Wide);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?.trim_start_matches('\u{FEFF}');
    let document = xml::parse(text, DocumentType::Taken).map_err(|refusal| match refusal {
        Refusal::Malformed => Fault::Malformed,
        Refusal::TooDeep => Fault::TooDeep,
        Refusal::Entities => Fault::Entities,
    })?;
    match document.root_element().tag_name() {
        name if name.name() != "svg" => return Err(Fault::NoDrawing),
        name if name.namespace() != Some(SVG) => return Err(Fault::NoNamespace),
        _ => {}
    }
    if !expansion::is_bounded(&document) {
        return Err(Fault::TooMuch);
    }
    let mut writer = Writer { out: String::new(), left_out: Vec::new(), changed: has_prologue(text) };
    writer.element(document.root_element(), 0);
    let cleaned = writer.changed.then_some(writer.out);
    let size = size(cleaned.as_deref().unwrap_or(text)).ok_or(Fault::NoSize)?;
    let written = document.descendants().filter(|node| node.is_text() && node.ancestors().any(|node| node.has_tag_name((SVG, "text"))));
    let characters: BTreeSet<char> = written.filter_map(|node| node.text()).flat_map(str::chars).filter(|c| !c.is_ascii()).collect();
    Ok(Drawing { size, cleaned, left_out: writer.left_out, text: characters.into_iter().collect() })
}

/// Width and height as the renderer sees them. It may not read files that the drawing names.
fn size(text: &str) -> Option<(u32, u32)> {
    let options = Options {
        image_href_resolver: ImageHrefResolver { resolve_data: ImageHrefResolver::default_data_resolver(), resolve_string: Box::new(|_, _| None) },
        ..Options::default()
    };
    let size = Tree::from_str(text, &options).ok()?.size();
    Some((size.width().ceil() as u32, size.height().ceil() as u32))
}

/// Document types and processing instructions (style sheets) stand before the drawing.
fn has_prologue(text: &str) -> bool {
    let before = text.find("<svg").map_or("", |at| &text[..at]);
    before.contains("<!DOCTYPE") || before.matches("<?").count() > usize::from(before.contains("<?xml "))
}

struct Writer {
    out: String,
    left_out: Vec<&'static str>,
    changed: bool,
}

impl Writer {
    fn leave_out(&mut self, what: &'static str) {
        self.changed = true;
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }

    fn element(&mut self, node: Node<'_, '_>, depth: usize) {
        let name = node.tag_name().name();
        if node.tag_name().namespace() != Some(SVG) {
            // What editors keep for themselves, and what no drawing needs.
            self.changed = true;
            return;
        }
        match name {
            "script" => return self.leave_out("a script"),
            "foreignObject" => return self.leave_out("a foreign object"),
            "style" if is_outside_style(node.text().unwrap_or("")) => return self.leave_out("a style sheet from outside"),
            _ => {}
        }
        self.out.push('<');
        self.out.push_str(name);
        if depth == 0 {
            self.out.push_str(&format!(" xmlns=\"{SVG}\" xmlns:xlink=\"{XLINK}\""));
        }
        node.attributes().for_each(|attribute| self.attribute(name, attribute.namespace(), attribute.name(), attribute.value()));
        if !node.has_children() {
            self.out.push_str("/>");
            return;
        }
        self.out.push('>');
        for child in node.children() {
            match child.node_type() {
                NodeType::Element => self.element(child, depth + 1),
                NodeType::Text => escape(child.text().unwrap_or(""), &mut self.out),
                NodeType::PI => self.changed = true,
                _ => {}
            }
        }
        self.out.push_str(&format!("</{name}>"));
    }

    fn attribute(&mut self, element: &str, namespace: Option<&str>, name: &str, value: &str) {
        let prefix = match namespace {
            None => "",
            Some(XLINK) => "xlink:",
            Some("http://www.w3.org/XML/1998/namespace") => "xml:",
            Some(_) => return self.changed = true,
        };
        if namespace.is_none() && name.len() > 2 && name.to_ascii_lowercase().starts_with("on") {
            return self.leave_out("a script");
        }
        if name == "href" && !is_inside(value) {
            // A link on a picture goes nowhere in a book; its drawing stays.
            return if element == "a" { self.changed = true } else { self.leave_out("a reference to the outside") };
        }
        if names_outside(value) {
            return self.leave_out("a reference to the outside");
        }
        self.out.push_str(&format!(" {prefix}{name}=\""));
        escape(value, &mut self.out);
        self.out.push('"');
    }
}

/// Whether a reference stays within the drawing.
fn is_inside(reference: &str) -> bool {
    let reference = reference.trim();
    reference.starts_with('#') || reference.starts_with("data:image/")
}

/// Whether a value has a `url(…)` that leaves the drawing.
fn names_outside(value: &str) -> bool {
    value.match_indices("url(").any(|(at, _)| !is_inside(value[at + 4..].trim_start_matches(['"', '\'', ' '])))
}

fn is_outside_style(style: &str) -> bool {
    style.contains("@import") || names_outside(style)
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(content: &str) -> String {
        format!("<svg xmlns='{SVG}' xmlns:xlink='{XLINK}' viewBox='0 0 10.2 20'>{content}</svg>")
    }

    #[test]
    fn a_clean_drawing_keeps_its_bytes() {
        let drawing = read(svg("<g id='a'><rect width='1' height='1' fill='url(#b)'/></g>").as_bytes()).expect("a drawing");
        assert_eq!((drawing.size, drawing.cleaned, drawing.left_out), ((11, 20), None, vec![]));
    }

    #[test]
    fn scripts_and_the_outside_are_left_out() {
        let content = "<script>alert(1)</script><image href='http://a.b/c.png'/><rect onclick='x()' fill='url(http://a)' width='1'/>\
            <a xlink:href='https://a.b'><text>A &amp; B</text></a><use xlink:href='#a'/>";
        let drawing = read(svg(content).as_bytes()).expect("a drawing");
        let cleaned = drawing.cleaned.expect("written anew");
        for gone in ["script", "http://a", "onclick", "https://a.b"] {
            assert!(!cleaned.contains(gone), "{gone} in {cleaned}");
        }
        assert!(cleaned.contains("<text>A &amp; B</text>") && cleaned.contains("xlink:href=\"#a\""), "{cleaned}");
        assert_eq!(drawing.left_out, ["a script", "a reference to the outside"]);
    }

    #[test]
    fn document_types_go_quietly() {
        let text = format!("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x \"y\">]>{}", svg("<text>&x;</text>"));
        let drawing = read(text.as_bytes()).expect("a drawing");
        assert!(drawing.left_out.is_empty());
        assert!(drawing.cleaned.is_some_and(|c| c.contains("<text>y</text>") && !c.contains("DOCTYPE")));
    }

    #[test]
    fn what_is_no_drawing_is_refused_with_its_reason() {
        let cases: [(&[u8], Fault); 9] = [
            (b"<svg>", Fault::Malformed),
            (b"<html/>", Fault::NoDrawing),
            (b"<svg viewBox='0 0 1 1'/>", Fault::NoNamespace),
            (b"<\0s\0v\0g\0", Fault::Wide),
            (b"\xFF\xFE<\0", Fault::Wide),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><title>\xE9</title></svg>", Fault::Encoding),
            (b"<svg xmlns='http://www.w3.org/2000/svg' width='0' height='3'/>", Fault::NoSize),
            (b"<!DOCTYPE svg [<!ENTITY a '<g/>'>]><svg xmlns='http://www.w3.org/2000/svg'/>", Fault::Entities),
            (&b"<svg>".repeat(100_000), Fault::TooDeep),
        ];
        for (bytes, fault) in cases {
            assert_eq!(read(bytes).err(), Some(fault), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(80)]));
        }
    }
}
