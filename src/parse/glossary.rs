//! The glossary follows the reader's selection: an entry stays if a chapter of this reader's book links to it or has its term as words,
//! or one of the forms that the author names beside it, `<!-- also: boards -->`; and so does what an entry links to that stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::document::*;
use super::noted::{Spoken, small_words};
use super::plain::plain_text;
use super::walk::{Node, walk_blocks};
use crate::select::Selection;

/// Leaves out of the glossary what this reader's book does not speak of.
pub(super) fn follow(selection: &Selection, sections: &mut [Arc<Section>]) {
    let Some(path) = selection.manuscript.book.glossary.as_deref() else { return };
    let Some(at) = sections.iter().position(|section| section.glossary) else { return };
    let source = selection.entries.iter().find(|entry| entry.path == path).map(|entry| entry.text.text.as_str()).unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or(path);
    let others: Vec<&Arc<Section>> = sections.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, section)| section).collect();
    let spoken: Vec<&Spoken> = others.par_iter().map(|section| section.spoken()).collect();
    let leads_here = |page: &str| page.is_empty() || page.rsplit('/').next() == Some(file);
    let links = spoken.iter().flat_map(|spoken| &spoken.links).filter(|(page, _)| leads_here(page));
    let mut linked: BTreeSet<&str> = links.map(|(_, fragment)| fragment.as_str()).collect();
    let also = forms(source);
    let said = |definition: &Definition| {
        let terms: Vec<String> = definition.terms.iter().map(|term| small_words(&plain_text(&term.text))).collect();
        let forms = terms.iter().filter_map(|term| also.get(term)).flatten();
        terms.iter().chain(forms).any(|form| spoken.iter().any(|spoken| spoken.has(form)))
    };
    let section = &sections[at];
    let said: BTreeSet<NodeId> = definitions(&section.blocks).filter(|definition| said(definition)).map(|definition| definition.id).collect();
    let mut kept: BTreeSet<NodeId> = BTreeSet::new();
    // What an entry that stays links to stays too, which may have links of its own.
    loop {
        let before = kept.len();
        for definition in definitions(&section.blocks) {
            let named = definition.terms.iter().any(|term| linked.contains(term.slug.as_str()));
            if !kept.contains(&definition.id) && (named || said.contains(&definition.id)) {
                kept.insert(definition.id);
                definition.details.iter().for_each(|detail| {
                    walk_blocks(detail, &mut |node| linked.extend(link(node).filter(|(page, _)| leads_here(page)).map(|(_, fragment)| fragment)))
                });
            }
        }
        if kept.len() == before {
            break;
        }
    }
    // A book that speaks of none of it keeps its glossary: it is no help to a reader to find an empty one.
    if kept.is_empty() || kept.len() == definitions(&section.blocks).count() {
        return;
    }
    let mut section = Section::clone(section);
    for block in &mut section.blocks {
        if let BlockKind::Definitions(list) = &mut block.kind {
            list.retain(|definition| kept.contains(&definition.id));
        }
    }
    section.blocks.retain(|block| !matches!(&block.kind, BlockKind::Definitions(list) if list.is_empty()));
    sections[at] = Arc::new(section);
}

fn definitions(blocks: &[Block]) -> impl Iterator<Item = &Definition> {
    blocks.iter().filter_map(|block| if let BlockKind::Definitions(list) = &block.kind { Some(list) } else { None }).flatten()
}

/// File and fragment of a link.
fn link(node: Node<'_>) -> Option<(&str, &str)> {
    if let Node::Inline(Inline { kind: InlineKind::Link { to, .. }, .. }) = node { to.split_once('#') } else { None }
}

/// The forms that the author names in an entry's text, by its term.
fn forms(source: &str) -> BTreeMap<String, Vec<String>> {
    let mut forms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut term = "";
    let mut before = "";
    for line in source.lines() {
        if line.starts_with(": ") && !before.trim().is_empty() && !before.starts_with(": ") {
            term = before;
        }
        if let Some((_, after)) = line.split_once("<!-- also:")
            && let Some((list, _)) = after.split_once("-->")
        {
            forms.entry(small_words(term)).or_default().extend(list.split(',').map(small_words));
        }
        before = line;
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_stand_beside_their_term() {
        let forms = forms("intro <!-- also: lost -->\n\nboard\n: Directors. <!-- also: boards, Board's -->\n\none-to-one\n: A talk.\n");
        assert_eq!(forms.get("board"), Some(&vec!["boards".to_string(), "board s".to_string()]));
        assert_eq!(forms.get("one to one"), None);
        assert_eq!(small_words("A *one-to-one*, twice!"), "a one to one twice");
    }

    #[test]
    fn an_entry_stays_that_a_chapter_names_or_links_to_and_what_it_links_to_itself() {
        let files = [
            ("handbook.yaml", "title: T\nchapters: [a.md]\nback: [g.md]\nglossary: g.md\n"),
            ("a.md", "# A\n\nThe [wick](g.md#wick) and the logs.\n"),
            ("g.md", "# Glossary\n\nboat\n: Brings it.\n\nlog\n: A book. <!-- also: logs -->\n\noil\n: Burns.\n\nwick\n: Stands in the [oil](#oil).\n"),
        ];
        let read = crate::load::load_memory(files.map(|(path, text)| (path.to_string(), text.into()))).expect("a sound manuscript");
        let selection = crate::select::select(&Arc::new(read.value), &crate::select::Reader::default()).expect("a selection").value;
        let document = crate::parse::parse(Arc::new(selection), &crate::memo::Memo::new(0)).value;
        let glossary = document.sections.iter().find(|section| section.glossary).expect("the glossary");
        let terms: Vec<String> = definitions(&glossary.blocks).flat_map(|d| &d.terms).map(|term| plain_text(&term.text)).collect();
        assert_eq!(terms, ["log", "oil", "wick"]);
    }
}
