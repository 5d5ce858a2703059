//! `mkdocs.yml`: the site's name, the folder of its text, and `nav`, the list of its pages.

use crate::diag::{Code, Diagnostic};
use crate::load::assets::relative_to;
use crate::load::manuscript::BookInfo;
use crate::yaml::{Node, Value};

use super::{List, Settings, get, language, text};

/// Sections within sections, as deep as a list of pages goes.
const DEEPEST: usize = 32;

/// Reads the settings.
pub(super) fn read(root: &Node, pages: &mut List<'_>) -> Settings {
    let of = |key: &str| get(root, key).and_then(text).map(str::to_string);
    let mut book = BookInfo { smart_punctuation: true, ..BookInfo::default() };
    book.title = of("site_name").unwrap_or_default();
    book.description = of("site_description");
    book.authors = of("site_author").into_iter().collect();
    book.rights = of("copyright").filter(|rights| !rights.contains('<'));
    language(&mut book, get(root, "theme").and_then(|theme| get(theme, "language")).and_then(text));
    let text_root = relative_to("", &of("docs_dir").unwrap_or_else(|| "docs".to_string()));
    let text_root = if text_root.starts_with("..") { String::new() } else { text_root };
    let listed = get(root, "nav").map(|nav| {
        section(nav, 0, false, &mut None, pages);
        std::mem::take(&mut pages.listed)
    });
    Settings { book, text_root, listed: listed.filter(|listed| !listed.is_empty()) }
}

/// The pages of a section. One at the top is a part; one within it that begins with a page of its own, as `section/index.md` is, is that
/// chapter with the others in it, and any other a heading of chapters.
fn section(pages: &Node, depth: usize, within_part: bool, part: &mut Option<String>, list: &mut List<'_>) {
    let Value::List(items) = &pages.value else { return };
    for item in items {
        match &item.value {
            Value::Text(path) => list.push("", path.trim(), depth, true, part),
            Value::Map(entries) => {
                for (title, target) in entries {
                    let Some(title) = text(title) else { continue };
                    match &target.value {
                        Value::Text(path) => list.push(title, path.trim(), depth, true, part),
                        Value::List(_) if depth >= DEEPEST => {
                            let (_, place) = list.place(title);
                            let message = format!("the section `{title}` lies too deep and is left out");
                            list.diagnostics.push(Diagnostic::warning(Code::SummaryLink, message).at(place));
                        }
                        Value::List(inner) if depth == 0 && !within_part => {
                            // What a part's heading waits for in vain is taken by nothing else.
                            let mut part = Some(title.to_string()).filter(|_| !inner.is_empty());
                            section(target, 0, true, &mut part, list);
                        }
                        Value::List(inner) => {
                            match inner.first().map(|first| &first.value) {
                                Some(Value::Text(path)) if opens(path) => list.push(title, path.trim(), depth, true, part),
                                _ => list.push(title, "", depth, true, part),
                            }
                            let skipped = usize::from(matches!(inner.first().map(|first| &first.value), Some(Value::Text(path)) if opens(path)));
                            let rest = Node { number: target.number, value: Value::List(inner.get(skipped..).unwrap_or_default().to_vec()) };
                            section(&rest, depth + 1, within_part, part, list);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn opens(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    matches!(file.as_str(), "index.md" | "readme.md")
}
