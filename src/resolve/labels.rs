//! Labels: the ids that both formats use. Short, unique in the book, safe in XML, in file names and in PDF names.

use std::collections::{BTreeMap, BTreeSet};

use super::resolved::{LinkTo, Matter, SectionInfo};
use crate::names::label;
use crate::parse::{BlockKind, Document, InlineKind, Node, NodeId, walk};

/// No label is longer; some reading systems reject long ids.
const LONGEST: usize = 30;

/// Labels given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
    /// The number that was given last to each label that was wanted again.
    counts: BTreeMap<String, usize>,
}

impl Names {
    /// A section's label: `c03-technical-lead`, `f01-letter`, `b02-glossary`; `c03-1-…` for a nested one.
    pub(super) fn section(&mut self, index: usize, matter: Matter, number: Option<&str>, anchor: &str) -> String {
        let prefix = match (matter, number) {
            (_, Some(number)) => {
                let (chapter, nested) = number.split_once('.').unwrap_or((number, ""));
                let nested = if nested.is_empty() { String::new() } else { format!("-{}", nested.replace('.', "-")) };
                let chapter = chapter.to_lowercase();
                // Figures are filled up so that files stand in their order, and letters stand so anyway.
                if chapter.starts_with(|c: char| c.is_ascii_digit()) { format!("c{chapter:0>2}{nested}") } else { format!("c{chapter}{nested}") }
            }
            (Matter::Front, None) => format!("f{:02}", index + 1),
            (Matter::Main, None) => format!("m{:02}", index + 1),
            (Matter::Back, None) => format!("b{:02}", index + 1),
        };
        self.unique(&prefix, anchor)
    }

    /// `prefix-name`, made short and unique.
    fn unique(&mut self, prefix: &str, name: &str) -> String {
        let name = label(name);
        let whole = if name.is_empty() { prefix.to_string() } else { format!("{prefix}-{name}") };
        let base = shortened(&whole, LONGEST);
        if self.used.insert(base.clone()) {
            return base;
        }
        loop {
            let number = self.counts.entry(base.clone()).or_insert(1);
            *number += 1;
            let suffix = format!("-{number}");
            let candidate = format!("{}{suffix}", shortened(&base, LONGEST - suffix.len()));
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// The first `length` bytes, cut at a hyphen if there is one not far back. `text` is ASCII.
fn shortened(text: &str, length: usize) -> String {
    let Some(cut) = text.get(..length).filter(|_| text.len() > length) else { return text.to_string() };
    let end = cut.rfind('-').filter(|at| *at > length / 2).unwrap_or(cut.len());
    cut[..end].trim_end_matches('-').to_string()
}

/// Labels of all sections, headings, terms, notes, captioned blocks and index entries, and of whatever else is linked to.
pub(super) fn labels(document: &Document, sections: &[SectionInfo], links: &BTreeMap<NodeId, LinkTo>) -> BTreeMap<NodeId, String> {
    let linked: BTreeSet<NodeId> = links.values().filter_map(|to| if let LinkTo::Node(node) = to { Some(*node) } else { None }).collect();
    let mut names = Names { used: sections.iter().map(|s| s.label.clone()).collect(), ..Names::default() };
    let mut out = BTreeMap::new();
    for (section, info) in document.sections.iter().zip(sections) {
        let prefix = prefix(&info.label);
        out.insert(section.id, info.label.clone());
        walk(section, &mut |node| {
            let named = match node {
                Node::Block(block) => match &block.kind {
                    BlockKind::Heading { slug, .. } => Some((block.id, slug.as_str())),
                    BlockKind::Figure { caption: Some(_), .. } => Some((block.id, "figure")),
                    BlockKind::Table(table) if table.caption.is_some() => Some((block.id, "table")),
                    _ => linked.contains(&block.id).then_some((block.id, block.anchor.as_deref().unwrap_or("place"))),
                },
                Node::Term(term) => Some((term.id, term.slug.as_str())),
                Node::Note(note) => Some((note.id, "note")),
                Node::Inline(inline) => match &inline.kind {
                    InlineKind::IndexTerm(_) => Some((inline.id, "index")),
                    InlineKind::Formula(_) if linked.contains(&inline.id) => Some((inline.id, "formula")),
                    InlineKind::Anchor(name) if linked.contains(&inline.id) => Some((inline.id, name.as_str())),
                    _ => None,
                },
                _ => None,
            };
            if let Some((id, name)) = named {
                out.insert(id, names.unique(prefix, name));
            }
        });
    }
    out
}

/// What all labels of a section begin with: its own up to the name, `c03` or `c03-1`.
fn prefix(label: &str) -> &str {
    let end = label.char_indices().find(|(i, c)| c.is_ascii_alphabetic() && *i > 0).map_or(label.len(), |(i, _)| i);
    label[..end].trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_safe_short_and_unique() {
        let mut names = Names::default();
        assert_eq!(names.section(0, Matter::Main, Some("3"), "technical-lead"), "c03-technical-lead");
        assert_eq!(names.section(1, Matter::Main, Some("3.1"), "Über „Größe“"), "c03-1-uber-grosse");
        assert_eq!(names.section(2, Matter::Back, None, "你好"), "b03");
        assert_eq!(names.unique("c01", "a"), "c01-a");
        assert_eq!(names.unique("c01", "A"), "c01-a-2");
        let long = "what-changes-from-the-stage-before-and-what-does-not";
        let (first, second) = (names.unique("c01", long), names.unique("c01", long));
        assert!(first.len() <= LONGEST && second.len() <= LONGEST && first != second, "{first} {second}");
    }

    #[test]
    fn prefixes_end_before_the_name() {
        assert_eq!([prefix("c03-technical-lead"), prefix("c03-1-x"), prefix("b03")], ["c03", "c03-1", "b03"]);
    }
}
