//! The frame of every XHTML file.

use crate::language::{self, Direction};

use crate::xml::Markup;

/// The parts of the book that reading systems know (`epub:type` of the body).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    Front,
    Body,
    Back,
}

impl Division {
    fn name(self) -> &'static str {
        match self {
            Division::Front => "frontmatter",
            Division::Body => "bodymatter",
            Division::Back => "backmatter",
        }
    }
}

/// A whole XHTML file around `body`.
pub(super) fn file(language: &str, direction: Direction, title: &str, division: Division, body: &str) -> String {
    let language = language::tag(language);
    let mut xml = Markup::new();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n");
    let mut attributes = vec![
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language.as_str()),
        ("xml:lang", language.as_str()),
    ];
    if direction.is_rtl() {
        attributes.push(("dir", "rtl"));
    }
    xml.open("html", &attributes);
    xml.raw("\n<head>\n<meta charset=\"UTF-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    xml.element("title", &[], if title.trim().is_empty() { "—" } else { title });
    xml.raw("\n<link rel=\"stylesheet\" type=\"text/css\" href=\"stylesheet.css\"/>\n<link rel=\"stylesheet\" type=\"text/css\" href=\"dark.css\" media=\"(prefers-color-scheme: dark) and (color)\"/>\n</head>\n");
    xml.open("body", &[("epub:type", division.name())]);
    xml.line();
    xml.raw(body);
    xml.raw("</body>\n</html>\n");
    xml.finish()
}
