//! What opens a container, in the ways of several tools.

use super::callout;
use super::mark::{Container, Mark, Shape};

/// A container by its name.
pub(super) fn called(name: &str, title: &str) -> Container {
    let known = callout::named(name).is_some();
    let shape = match name.to_ascii_lowercase().as_str() {
        "details" | "collapse" | "spoiler" | "dropdown" => Shape::Details,
        _ if known => Shape::Callout,
        _ => Shape::Plain,
    };
    let name = name.strip_prefix("callout-").unwrap_or(name);
    Container::new(shape, &name.to_ascii_lowercase(), title)
}

/// The content of a text that is all one quotation.
pub(super) fn quotation(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
    (!inner.contains(mark)).then_some(inner)
}

/// mdbook-admonish's `admonish warning "Title"` and MyST's `{note} Title` as the info string of a fence.
pub(super) fn fenced(info: &str) -> Option<Container> {
    if let Some((name, title)) = info.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        // `{python}` is code.
        callout::named(name).filter(|_| !name.starts_with('.'))?;
        return Some(called(name, title));
    }
    if let Some(title) = value(info, "header").filter(|_| info.starts_with("smart ") || info.starts_with("warn ")) {
        // javascript.info's way.
        return Some(called(if info.starts_with("warn") { "warning" } else { "note" }, title));
    }
    let rest = info.strip_prefix("admonish").or(info.strip_prefix("ad-"))?;
    if info.starts_with("admonish") && !rest.is_empty() && !rest.starts_with([' ', ',']) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', ',']);
    let end = rest.find([' ', ',']).unwrap_or(rest.len());
    let (first, after) = rest.split_at(end);
    let (name, attributes) = if first.contains('=') || first.starts_with('"') { ("note", rest) } else { (first.split('.').next().unwrap_or(""), after) };
    let title = value(attributes, "title").or_else(|| quotation(attributes.trim())).unwrap_or("");
    let mut container = called(if name.is_empty() { "note" } else { name }, title);
    container.shape = Shape::Callout;
    container.anchor = value(attributes, "id").unwrap_or("").to_string();
    Some(container)
}

/// Obsidian's `> [!note]- Title`. GitHub's five without a title are Markdown's own.
pub(super) fn quoted(bare: &str) -> Option<String> {
    let inner = bare.trim_start_matches(['>', ' ']);
    let quote = &bare[..bare.len() - inner.len()];
    let (name, rest) = inner.strip_prefix("[!")?.split_once(']')?;
    let name = name.split('|').next().unwrap_or(name).trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c));
    if !is_name || rest.starts_with(['(', '[']) {
        return None;
    }
    let title = rest.trim_start_matches(['-', '+']).trim();
    let is_github = ["note", "tip", "important", "warning", "caution"].iter().any(|known| known.eq_ignore_ascii_case(name));
    if is_github && rest.is_empty() {
        return None;
    }
    let mut container = called(name, title);
    container.shape = Shape::Callout;
    Some(format!("{quote}{}", Mark::Within(container).comment()))
}

/// A value among attributes: `title="A word"`, `title=word`.
pub(in crate::parse) fn value<'t>(attributes: &'t str, key: &str) -> Option<&'t str> {
    let mut from = 0;
    while let Some(at) = attributes.get(from..)?.find(key).map(|at| from + at) {
        let before = attributes[..at].chars().next_back();
        let after = &attributes[at + key.len()..];
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '-')
            && let Some(text) = after.trim_start().strip_prefix('=')
        {
            let text = text.trim_start();
            return match text.chars().next() {
                Some(mark @ ('"' | '\'')) => text[1..].split(mark).next(),
                _ => text.split([' ', ',', '}', '\t']).next(),
            };
        }
        from = at + key.len();
    }
    None
}
