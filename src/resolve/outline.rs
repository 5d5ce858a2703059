//! What was resolved as a list that a person can read: what the reference files of tests hold.

use std::fmt::Write;

use super::resolved::*;
use crate::parse::{BY_NAME, Inline, InlineKind, Node, NodeId, walk};

/// Sections, then whatever was found in each in the order of its text, then the contents.
pub fn outline(resolved: &Resolved) -> String {
    let mut out = String::new();
    let book = &resolved.book;
    let _ = writeln!(out, "book {:?} {:?} by {} in {}", book.title, book.subtitle, book.authors.join(", "), book.language);
    if let Some(line) = &book.prepared_for {
        let _ = writeln!(out, "  {line}");
    }
    for (section, info) in resolved.document.sections.iter().zip(resolved.sections.iter()) {
        let number = info.number.as_deref().unwrap_or("-");
        let part = info.part.as_ref().map(|(number, title)| format!(" [{number}: {title}]")).unwrap_or_default();
        let _ = writeln!(out, "{number} {:?} {} {:?}{part}", info.title, info.label, info.matter);
        walk(section, &mut |node| {
            if let Some(line) = line(resolved, node) {
                let _ = writeln!(out, "  {line}");
            }
        });
    }
    let _ = writeln!(out, "contents");
    for entry in resolved.contents.iter() {
        let number = entry.number.as_ref().map(|n| format!("{n} ")).unwrap_or_default();
        let _ = writeln!(out, "  {:1$}{number}{2}", "", usize::from(entry.level) * 2, entry.title);
    }
    out
}

/// What is known of a node, if anything.
fn line(resolved: &Resolved, node: Node<'_>) -> Option<String> {
    let label = |id: NodeId| resolved.labels.get(&id).map(|l| format!(" {l}")).unwrap_or_default();
    Some(match node {
        Node::Block(block) => {
            let level = resolved.heading_levels.get(&block.id).map(|l| format!("h{l}"));
            let caption = resolved.caption_numbers.get(&block.id).map(|n| format!("caption {n}"));
            let place = resolved.labels.contains_key(&block.id).then(|| "place".to_string());
            let formula = resolved.formulas.get(&block.id).map(|tex| format!("formula {tex:?}"));
            format!("{}{}", formula.or(level).or(caption).or(place)?, label(block.id))
        }
        Node::Term(term) => format!("term{}", label(term.id)),
        Node::Note(note) => match resolved.note_numbers.get(&note.id) {
            Some(number) => format!("note {number}{}", label(note.id)),
            None => format!("note unused{}", label(note.id)),
        },
        Node::Inline(inline) => inline_line(resolved, inline)?,
        _ => return None,
    })
}

fn inline_line(resolved: &Resolved, inline: &Inline) -> Option<String> {
    let label = resolved.labels.get(&inline.id).map(|l| format!(" {l}")).unwrap_or_default();
    Some(match &inline.kind {
        InlineKind::Link { to, .. } => {
            let text = resolved.link_texts.get(&inline.id).map(|t| format!(" as {t:?}")).unwrap_or_default();
            format!("link {} -> {}{text}", to.replace(BY_NAME, "~"), leads(resolved, resolved.links.get(&inline.id)?))
        }
        InlineKind::NoteRef(name) => match resolved.note_refs.get(&inline.id) {
            Some(info) => format!("[^{name}] {}{}", info.number, if info.first { "" } else { " again" }),
            None => format!("[^{name}] none"),
        },
        InlineKind::Field { name, .. } => match resolved.fields.get(&inline.id) {
            Some(value) => format!("{{{{{name}}}}} {:?}{}", value.text, if value.personal { " personal" } else { "" }),
            None => format!("{{{{{name}}}}} unknown"),
        },
        InlineKind::Image(image) => {
            let picture = resolved.images.get(&inline.id)?;
            let file = picture.file.as_ref().map_or("none".to_string(), |f| format!("{:?} {}x{}", f.kind, f.pixels.0, f.pixels.1));
            format!("image {} {file} alt {:?}", image.source.replace(BY_NAME, "~"), picture.alt)
        }
        InlineKind::Anchor(name) if !label.is_empty() => format!("anchor {name}{label}"),
        InlineKind::IndexTerm(term) => format!("index {}{label}", term.path.join(" > ")),
        _ => return None,
    })
}

fn leads(resolved: &Resolved, to: &LinkTo) -> String {
    match to {
        LinkTo::Node(node) => resolved.labels.get(node).cloned().unwrap_or_else(|| "a node without label".to_string()),
        LinkTo::Url(url) => url.clone(),
        LinkTo::Nothing => "nothing".to_string(),
    }
}
