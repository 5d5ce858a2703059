//! Containers between colons: `::: warning Title` … `:::`, as pandoc, Quarto, VuePress, Docusaurus and markdown-it write them.

use super::header::{called, value};
use super::mark::{Container, Mark, Shape};
use crate::load::Fence;
use crate::parse::places::GUARD;

/// Whether a line opens a diagram, `::: mermaid`.
pub(super) fn is_diagram(bare: &str) -> bool {
    let rest = bare.trim_start_matches(':');
    bare.len() - rest.len() >= 3 && matches!(rest.trim(), "mermaid" | "{mermaid}" | "{.mermaid}")
}

/// What stands for a line of three colons or more. `open` are the containers that are open. A line that neither opens nor ends one is text.
pub(super) fn line(bare: &str, open: &mut Vec<Option<Fence>>) -> Option<String> {
    let rest = bare.trim_start_matches(':');
    if bare.len() - rest.len() < 3 {
        return None;
    }
    let rest = rest.trim().trim_end_matches(':').trim_end();
    if rest.is_empty() {
        // The end of the innermost one; of those within a fence only the fence is the end.
        return Some(match open.last() {
            Some(None) => {
                open.pop();
                Mark::End.comment()
            }
            _ => format!("{GUARD}{bare}"),
        });
    }
    let Some(container) = opening(rest) else { return Some(format!("{GUARD}{bare}")) };
    open.push(None);
    Some(Mark::Open(container).comment())
}

fn opening(rest: &str) -> Option<Container> {
    if let Some((inner, after)) = rest.strip_prefix('{').and_then(|inner| inner.rsplit_once('}')) {
        let inner = inner.trim();
        let is_name = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.contains(['=', ' ']);
        // MyST writes `:::{note} Title`.
        return Some(if is_name { called(inner, after) } else { with_attributes(inner) });
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let after = after.trim();
    let (title, attributes) = match after.strip_prefix('[').and_then(|inner| inner.rsplit_once(']')) {
        Some((title, attributes)) => (title, attributes),
        None => match after.split_once('{') {
            Some((title, attributes)) if attributes.ends_with('}') => (title, attributes),
            _ => (after, ""),
        },
    };
    let title = if title.trim().is_empty() { value(attributes, "title").unwrap_or("") } else { title };
    Some(called(name, title))
}

/// Pandoc's attributes: `#id .class key="value"`.
fn with_attributes(inner: &str) -> Container {
    let word = |sign: char| move |word: &&str| word.starts_with(sign) && word.len() > 1;
    let anchor = inner.split_whitespace().find(word('#')).map_or("", |id| &id[1..]);
    let classes = || inner.split_whitespace().filter(word('.')).map(|class| &class[1..]);
    let format = |key: &str| value(inner, key).map(|format| format == "pdf" || format == "latex" || format == "typst");
    let shape = |class: &str| match class {
        "content-visible" => format("when-format").or(format("unless-format").map(|print| !print)),
        "content-hidden" => format("when-format").map(|print| !print).or(format("unless-format")),
        _ => None,
    };
    let title = value(inner, "title").unwrap_or("");
    let mut container = match (classes().find_map(shape), classes().map(|class| called(class, title)).find(|one| one.shape != Shape::Plain)) {
        (Some(print), _) => Container::new(if print { Shape::Print } else { Shape::Screen }, "", ""),
        (None, Some(container)) => container,
        (None, None) if ["fig-", "tbl-", "lst-"].iter().any(|kind| anchor.starts_with(kind)) => Container::new(Shape::Figure, "", ""),
        (None, None) => Container::new(Shape::Plain, classes().next().unwrap_or(""), title),
    };
    container.anchor = anchor.to_string();
    container
}
