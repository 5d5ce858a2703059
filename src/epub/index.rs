//! The index: headings with subheadings, each with links to the places, and cross-references.

use std::collections::BTreeMap;

use crate::parse::{NodeId, See};
use crate::resolve::Resolved;

use super::INDEX;
use super::page::{self, Division};
use super::scribe::Written;
use super::targets::Targets;
use crate::xml::Markup;

/// A heading's places, cross-references and subheadings. Subheadings are ordered as a reader looks for them.
#[derive(Debug, Default)]
struct Heading {
    places: Vec<NodeId>,
    see: Vec<(See, String)>,
    below: BTreeMap<Key, Heading>,
}

/// Orders headings without regard to case and marks; then by what is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    folded: String,
    written: String,
}

impl Key {
    fn new(written: &str) -> Key {
        use unicode_normalization::UnicodeNormalization;
        let folded = written.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
        Key { folded, written: written.to_string() }
    }
}

/// The index's file; `None` for a book without index terms. `pages` are the pages in force at the terms.
pub(super) fn write(resolved: &Resolved, targets: &Targets<'_>, pages: &BTreeMap<NodeId, String>) -> Option<Written> {
    let top = collect(resolved, targets);
    if top.below.is_empty() {
        return None;
    }
    let words = &resolved.words;
    let mut xml = Markup::new();
    xml.open("section", &[("epub:type", "index"), ("role", "doc-index"), ("class", "index"), ("aria-labelledby", "index")]);
    xml.line();
    xml.element("h1", &[("id", "index")], &words.index);
    xml.line();
    headings(&mut xml, &top, true, resolved, targets, pages);
    xml.close("section");
    xml.line();
    let xhtml = page::file(&resolved.book.language, resolved.book.direction, &words.index, Division::Back, &xml.finish());
    let mut written = Written { file: INDEX.to_string(), xhtml, ..Written::default() };
    for (_, term) in resolved.index.iter() {
        written.characters.prose.extend(term.path.iter().flat_map(|part| part.chars()));
    }
    Some(written)
}

fn collect(resolved: &Resolved, targets: &Targets<'_>) -> Heading {
    let mut top = Heading::default();
    for (node, term) in resolved.index.iter().filter(|(node, _)| targets.shows(*node)) {
        let mut at = &mut top;
        for part in &term.path {
            at = at.below.entry(Key::new(part)).or_default();
        }
        match &term.see {
            Some(see) if !at.see.contains(see) => at.see.push(see.clone()),
            Some(_) => {}
            None => at.places.push(*node),
        }
    }
    top
}

/// A list of headings; at the top those of another letter stand apart.
fn headings(xml: &mut Markup, heading: &Heading, top: bool, resolved: &Resolved, targets: &Targets<'_>, pages: &BTreeMap<NodeId, String>) {
    xml.open("ul", &[("class", "index")]);
    xml.line();
    let mut last = None;
    for (key, below) in &heading.below {
        let letter = key.folded.chars().find(|c| c.is_alphanumeric());
        let other = top && last.is_some_and(|last| last != letter);
        last = Some(letter);
        xml.open("li", if other { &[("class", "letter")] } else { &[] });
        xml.text(&key.written);
        places(xml, &below.places, resolved, targets, pages);
        for (see, term) in &below.see {
            let word = match see {
                See::See => &resolved.words.see,
                See::SeeAlso => &resolved.words.see_also,
            };
            xml.text(if below.places.is_empty() { ", " } else { "; " });
            xml.element("em", &[], word);
            xml.text(&format!(" {term}"));
        }
        if !below.below.is_empty() {
            headings(xml, below, false, resolved, targets, pages);
        }
        xml.close("li");
        xml.line();
    }
    xml.close("ul");
}

/// Links to the places: page numbers where there are pages, else chapter numbers or titles. One link a page.
fn places(xml: &mut Markup, nodes: &[NodeId], resolved: &Resolved, targets: &Targets<'_>, pages: &BTreeMap<NodeId, String>) {
    let mut last = None;
    for node in nodes {
        let name = pages.get(node).cloned().or_else(|| section_name(resolved, *node)).unwrap_or_else(|| "·".to_string());
        if last.as_ref() == Some(&name) {
            continue;
        }
        // No line begins with a number alone.
        xml.text(if last.is_none() { ",\u{A0}" } else { ", " });
        xml.element("a", &[("href", &targets.href(*node, None))], &name);
        last = Some(name);
    }
}

fn section_name(resolved: &Resolved, node: NodeId) -> Option<String> {
    let info = resolved.sections.get(resolved.document.index_of(node.section)?)?;
    Some(info.number.clone().unwrap_or_else(|| info.title.clone()))
}
