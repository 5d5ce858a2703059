//! What a style makes of works, as inlines.

use std::collections::BTreeMap;

use hayagriva::citationberg::{FontStyle, FontWeight, VerticalAlign};
use hayagriva::{BibliographyItem, ElemChild, ElemChildren, ElemMeta, Formatting};

use super::located;
use crate::load::Pos;
use crate::parse::{BY_NAME, Citation, Inline, InlineKind, NodeId};

/// All that a style made.
pub(super) struct Rendering {
    /// The citations, by their nodes.
    pub(super) citations: BTreeMap<NodeId, Cited>,
    /// The works, in the order of the list: the key, and what is said of it.
    pub(super) list: Vec<(String, Vec<Inline>)>,
    /// The works that are cited, each with a number.
    pub(super) keys: BTreeMap<String, usize>,
}

/// A citation that was carried out.
pub(super) struct Cited {
    /// Its place among all.
    pub(super) number: usize,
    pub(super) text: Vec<Inline>,
    /// It stands in a note already.
    pub(super) in_note: bool,
    /// What the sentence says, where the work stands in a note.
    pub(super) author: Option<String>,
}

/// The name of a work's place in the list, which no author's anchor has.
pub(super) fn anchor(keys: &BTreeMap<String, usize>, key: &str) -> String {
    format!("{BY_NAME}work-{}", keys.get(key).copied().unwrap_or_default())
}

/// The name of the place of a citation: the `number`th of the document.
pub(super) fn back(number: usize) -> String {
    format!("{BY_NAME}cited-{}", number + 1)
}

/// What a link is in the vocabulary of digital publishing: its kind in EPUB, where there is one, and its role (DPUB-ARIA 1.1).
pub(crate) fn link_role(to: &str) -> Option<(Option<&'static str>, &'static str)> {
    let name = to.strip_prefix('#')?.strip_prefix(BY_NAME)?;
    match () {
        () if name.starts_with("work-") => Some((Some("biblioref"), "doc-biblioref")),
        () if name.starts_with("cited-") => Some((Some("backlink"), "doc-backlink")),
        () => None,
    }
}

/// A citation: each work in it a link to its place in the list.
pub(super) fn citation(citation: &Citation, children: &ElemChildren, pos: Pos, keys: &BTreeMap<String, usize>, plain_style: bool) -> Vec<Inline> {
    let mut maker = Maker { pos, citation: Some(citation), keys };
    let mut inlines = maker.children(children);
    let hidden = !plain_style && citation.works.iter().all(|work| work.hide_author);
    if hidden && !inlines.is_empty() && !plain(&inlines).contains(['(', '[']) {
        // The style's brackets are left out with the author.
        inlines.insert(0, maker.text("("));
        inlines.push(maker.text(")"));
    }
    joined(inlines)
}

/// A work as the list has it.
pub(super) fn work(item: &BibliographyItem, keys: &BTreeMap<String, usize>) -> (String, Vec<Inline>) {
    let mut maker = Maker { pos: Pos::default(), citation: None, keys };
    let mut inlines = Vec::new();
    if let Some(first) = &item.first_field {
        maker.child(first, &mut inlines);
        inlines.push(maker.text(" "));
    }
    inlines.extend(maker.children(&item.content));
    let mut inlines = joined(inlines);
    for inline in &mut inlines {
        // Where a volume has no number, some styles leave the blank before it.
        if let InlineKind::Text(text) = &mut inline.kind
            && text.contains(" : ")
        {
            *text = text.replace(" : ", ": ");
        }
    }
    (item.key.clone(), inlines)
}

struct Maker<'a> {
    pos: Pos,
    citation: Option<&'a Citation>,
    keys: &'a BTreeMap<String, usize>,
}

impl Maker<'_> {
    fn inline(&self, kind: InlineKind) -> Inline {
        Inline { id: NodeId::default(), pos: self.pos, kind }
    }

    fn text(&self, text: &str) -> Inline {
        self.inline(InlineKind::Text(text.to_string()))
    }

    fn children(&mut self, children: &ElemChildren) -> Vec<Inline> {
        let mut out = Vec::new();
        children.0.iter().for_each(|child| self.child(child, &mut out));
        out
    }

    fn child(&mut self, child: &ElemChild, out: &mut Vec<Inline>) {
        match child {
            ElemChild::Text(text) => out.push(self.formatted(&text.text, text.formatting)),
            ElemChild::Markup(text) => out.push(self.text(text)),
            ElemChild::Link { text, url } => {
                let content = vec![self.formatted(&text.text, text.formatting)];
                out.push(self.inline(InlineKind::Link { to: url.clone(), title: None, content }));
            }
            ElemChild::Transparent { .. } => {}
            ElemChild::Elem(elem) => {
                let inner = self.children(&elem.children);
                let work = match (&elem.meta, self.citation) {
                    (Some(ElemMeta::Entry(index)), Some(citation)) => citation.works.get(*index),
                    _ => None,
                };
                let Some(work) = work else {
                    out.extend(inner);
                    return;
                };
                if !work.prefix.is_empty() {
                    out.push(self.text(&format!("{} ", work.prefix)));
                }
                out.push(self.inline(InlineKind::Link { to: format!("#{}", anchor(self.keys, &work.key)), title: None, content: joined(inner) }));
                let rest = located(&work.suffix).1;
                if !rest.is_empty() {
                    let between = if rest.starts_with([',', '.', ';', ':']) { "" } else { " " };
                    out.push(self.text(&format!("{between}{rest}")));
                }
            }
        }
    }

    fn formatted(&self, text: &str, format: Formatting) -> Inline {
        let mut inline = self.text(text);
        if format.font_weight == FontWeight::Bold {
            inline = self.inline(InlineKind::Strong(vec![inline]));
        }
        if format.font_style == FontStyle::Italic {
            inline = self.inline(InlineKind::Emphasis(vec![inline]));
        }
        match format.vertical_align {
            VerticalAlign::Sup => self.inline(InlineKind::Superscript(vec![inline])),
            VerticalAlign::Sub => self.inline(InlineKind::Subscript(vec![inline])),
            _ => inline,
        }
    }
}

fn plain(inlines: &[Inline]) -> String {
    crate::parse::plain_text(inlines)
}

/// Texts beside each other become one.
fn joined(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match (out.last_mut().map(|last| &mut last.kind), inline) {
            (Some(InlineKind::Text(before)), Inline { kind: InlineKind::Text(text), .. }) => {
                // A stop within quotation marks is the sentence's.
                let ends = before.trim_end_matches(['”', '’', '"', '»']).ends_with(['.', '!', '?']) && !before.ends_with(['.', '!', '?']);
                before.push_str(if ends { text.strip_prefix('.').unwrap_or(&text) } else { &text });
            }
            (_, inline) => out.push(inline),
        }
    }
    out
}
