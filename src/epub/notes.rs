//! Footnotes: references that pop up, and the notes at the end of the file.

use crate::parse::NodeId;

use super::scribe::Scribe;
use crate::xml::Markup;

impl Scribe<'_> {
    /// The mark that calls a note. Within a link it is the number alone.
    pub(super) fn note_reference(&mut self, node: NodeId) {
        let Some(reference) = self.context.resolved.note_refs.get(&node).copied() else { return };
        let number = self.context.resolved.words.figures(&reference.number.to_string()).into_owned();
        if !self.notes.contains(&reference.note) {
            self.notes.push(reference.note);
        }
        if self.in_link {
            return self.xml.element("sup", &[], &number);
        }
        let places = self.note_places.entry(reference.note).or_default();
        *places += 1;
        let (id, href) = (reference_id(self.section, reference.note, *places), format!("#{}", note_id(self.section, reference.note)));
        self.xml.element("a", &[("epub:type", "noteref"), ("role", "doc-noteref"), ("class", "noteref"), ("href", &href), ("id", &id)], &number);
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
        let id = note_id(self.section, node);
        self.xml.open("aside", &[("epub:type", "footnote"), ("role", "doc-footnote"), ("id", &id)]);
        self.xml.open("div", &[("class", "note-mark")]);
        let label = format!("{} {number}", resolved.words.note);
        let places = self.note_places.get(&node).copied().unwrap_or(0);
        // Where it was called from within links only, there is no place to go back to.
        match places {
            0 => self.xml.text(&number),
            _ => self.way_back(node, 1, &label, &number),
        }
        self.xml.close("div");
        self.xml.open("div", &[("class", "note-text")]);
        self.blocks(&definition.blocks);
        if places > 1 {
            self.xml.open("p", &[("class", "note-places")]);
            for (place, letter) in (1..=places).zip('a'..='z') {
                self.way_back(node, place, &format!("{label} {letter}"), &letter.to_string());
                self.xml.text(" ");
            }
            self.xml.close("p");
        }
        self.xml.close("div");
        self.xml.close("aside");
        self.xml.line();
    }

    /// A link to a place that a note was called from.
    fn way_back(&mut self, note: NodeId, place: u32, label: &str, text: &str) {
        let back = format!("#{}", reference_id(self.section, note, place));
        self.xml.element("a", &[("href", &back), ("role", "doc-backlink"), ("aria-label", label)], text);
    }
}

/// The id of a note, by its section's number.
fn note_id(section: usize, note: NodeId) -> String {
    format!("note-{section}-{}", note.index)
}

/// The id of a place that a note is called from: the first has the note's own number.
fn reference_id(section: usize, note: NodeId, place: u32) -> String {
    match place {
        1 => format!("ref-{section}-{}", note.index),
        _ => format!("ref-{section}-{}-{place}", note.index),
    }
}
