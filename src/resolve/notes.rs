//! Footnotes: numbered from 1 in each section, in the order in which a reader meets their calls: those of a note's own text when the
//! note is met, before the text goes on.

use std::collections::BTreeMap;

use super::Context;
use super::resolved::NoteRefInfo;
use crate::diag::Code;
use crate::parse::{Inline, InlineKind, Node, NodeId, walk};

/// Numbers of notes and of the references to them.
pub(super) struct Notes {
    pub(super) refs: BTreeMap<NodeId, NoteRefInfo>,
    pub(super) numbers: BTreeMap<NodeId, u32>,
}

/// Numbers all notes; those never called are warned about and have no number.
pub(super) fn number(cx: &mut Context<'_>) -> Notes {
    let mut notes = Notes { refs: BTreeMap::new(), numbers: BTreeMap::new() };
    for section in cx.document.sections.iter() {
        let mut by_label: BTreeMap<&str, NodeId> = BTreeMap::new();
        for note in &section.notes {
            by_label.entry(note.label.as_str()).or_insert(note.id);
        }
        // Calls of the text and of each note.
        let mut text: Vec<&Inline> = Vec::new();
        let mut within: BTreeMap<NodeId, Vec<&Inline>> = BTreeMap::new();
        let mut note_here = None;
        walk(section, &mut |node| match node {
            Node::Note(note) => note_here = Some(note.id),
            Node::Inline(inline @ Inline { kind: InlineKind::NoteRef(_), .. }) => match note_here {
                Some(note) => within.entry(note).or_default().push(inline),
                None => text.push(inline),
            },
            _ => {}
        });
        let mut next = 1;
        let mut waiting: Vec<&Inline> = text.into_iter().rev().collect();
        while let Some(call) = waiting.pop() {
            let InlineKind::NoteRef(label) = &call.kind else { continue };
            let Some(note) = by_label.get(label.as_str()).copied() else {
                cx.warn(Code::FootnoteUndefined, call.pos, format!("the footnote `{label}` is not defined"), format!("add a line `[^{label}]: …`"));
                continue;
            };
            let first = !notes.numbers.contains_key(&note);
            let number = *notes.numbers.entry(note).or_insert_with(|| {
                next += 1;
                next - 1
            });
            notes.refs.insert(call.id, NoteRefInfo { note, number, first });
            if first {
                waiting.extend(within.remove(&note).into_iter().flatten().rev());
            }
        }
        for note in &section.notes {
            let unused = by_label.get(note.label.as_str()) == Some(&note.id) && !notes.numbers.contains_key(&note.id);
            if unused {
                let hint = format!("call it with `[^{}]`, or take it out: it is not in the book", note.label);
                cx.warn(Code::FootnoteUnused, note.pos, format!("the footnote `{}` is never called", note.label), hint);
            }
        }
    }
    notes
}
