//! Footnotes: references that pop up, and the notes at the end of the file.

use crate::parse::NodeId;

use super::scribe::Scribe;
use crate::xml::Markup;

impl Scribe<'_> {
    /// The mark that calls a note. Within a link it is the number alone.
    pub(super) fn note_reference(&mut self, node: NodeId) {
        let Some(reference) = self.context.resolved.note_refs.get(&node).copied() else { return };
        let number = self.context.resolved.words.figures(&reference.number.to_string()).into_owned();
        let first = !self.notes.contains(&reference.note);
        if first {
            self.notes.push(reference.note);
        }
        if self.in_link {
            return self.xml.element("sup", &[], &number);
        }
        let (id, href) = (reference_id(self.section, reference.note), format!("#{}", note_id(self.section, reference.note)));
        let mut attributes = vec![("epub:type", "noteref"), ("role", "doc-noteref"), ("class", "noteref"), ("href", href.as_str())];
        if first {
            attributes.push(("id", &id));
        }
        self.xml.element("a", &attributes, &number);
    }

    /// All notes that were called, in the order of their calls. Notes may call further notes.
    pub(super) fn write_notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let outer = std::mem::replace(&mut self.xml, Markup::new());
        let mut at = 0;
        while let Some(note) = self.notes.get(at).copied() {
            let known = self.notes.len();
            self.note(note);
            // What a note calls follows it, as it is numbered.
            let called = self.notes.split_off(known);
            at += 1;
            self.notes.splice(at..at, called);
        }
        let notes = std::mem::replace(&mut self.xml, outer).finish();
        let label = self.context.resolved.words.notes.clone();
        self.xml.open("section", &[("epub:type", "footnotes"), ("class", "notes"), ("aria-label", &label)]);
        self.xml.line();
        self.xml.raw(&notes);
        self.xml.close("section");
        self.xml.line();
    }

    fn note(&mut self, node: NodeId) {
        let resolved = self.context.resolved;
        let Some(definition) =
            resolved.document.sections.get(self.section).and_then(|s| s.notes.binary_search_by_key(&node, |n| n.id).ok().and_then(|at| s.notes.get(at)))
        else {
            return;
        };
        let number = resolved.note_numbers.get(&node).map(u32::to_string).unwrap_or_default();
        let number = resolved.words.figures(&number);
        let (id, back) = (note_id(self.section, node), format!("#{}", reference_id(self.section, node)));
        self.xml.open("aside", &[("epub:type", "footnote"), ("role", "doc-footnote"), ("id", &id)]);
        self.xml.open("div", &[("class", "note-mark")]);
        let label = format!("{} {number}", resolved.words.note);
        self.xml.element("a", &[("href", &back), ("role", "doc-backlink"), ("aria-label", &label)], &number);
        self.xml.close("div");
        self.xml.open("div", &[("class", "note-text")]);
        self.blocks(&definition.blocks);
        self.xml.close("div");
        self.xml.close("aside");
        self.xml.line();
    }
}

/// The id of a note, by its section's number.
fn note_id(section: usize, note: NodeId) -> String {
    format!("note-{section}-{}", note.index)
}

/// The id of the first reference to a note.
fn reference_id(section: usize, note: NodeId) -> String {
    format!("ref-{section}-{}", note.index)
}
