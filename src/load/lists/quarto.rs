//! `_quarto.yml` of a book: what it is called, its chapters under parts, its appendices. A project of another kind is a folder.

use crate::load::manuscript::BookInfo;
use crate::yaml::{Node, Value};

use super::{List, Settings, get, language, list, text};

/// Reads the settings.
pub(super) fn read(root: &Node, chapters: &mut List<'_>) -> Settings {
    let named = |key: &str| get(root, "book").and_then(|book| get(book, key)).or_else(|| get(root, key));
    let of = |key: &str| named(key).and_then(text).map(str::to_string);
    let mut book = BookInfo { smart_punctuation: true, ..BookInfo::default() };
    book.title = of("title").or_else(|| get(root, "website").and_then(|site| get(site, "title")).and_then(text).map(str::to_string)).unwrap_or_default();
    book.subtitle = of("subtitle").unwrap_or_default();
    book.description = of("description").or_else(|| of("abstract"));
    book.authors = named("author").map(authors).unwrap_or_default();
    book.date = of("date").filter(|date| crate::load::is_date(date));
    book.cover = of("cover-image");
    book.rights = of("license");
    book.bibliography = named("bibliography")
        .map(|files| text(files).map_or_else(|| list(files).iter().filter_map(text).collect(), |one| vec![one]))
        .unwrap_or_default()
        .into_iter()
        .map(str::to_string)
        .collect();
    book.citation_style = of("csl");
    language(&mut book, of("lang").as_deref());
    let listed = get(root, "book").and_then(|book| get(book, "chapters")).map(|list| {
        entries(list, true, chapters);
        if let Some(appendices) = named("appendices") {
            entries(appendices, false, chapters);
        }
        std::mem::take(&mut chapters.listed)
    });
    Settings { book, text_root: String::new(), listed: listed.filter(|listed| !listed.is_empty()) }
}

/// Chapters: a file's name, one with a title of its own, or a part with chapters. A part may be a file too; it is then called as that is.
fn entries(chapters: &Node, numbered: bool, found: &mut List<'_>) {
    for item in list(chapters) {
        if let Some(path) = text(item) {
            found.push("", path, 0, numbered, &mut None);
            continue;
        }
        let title = get(item, "text").and_then(text).unwrap_or("");
        if let Some(path) = get(item, "file").or_else(|| get(item, "href")).and_then(text) {
            found.push(title, path, 0, numbered, &mut None);
        }
        let Some(part) = get(item, "part").and_then(text) else { continue };
        let mut heading = Some(part.to_string());
        if crate::load::folder::is_markdown(part) {
            // The empty title is filled in when the file has been read.
            heading = None;
            found.push("", part, 0, false, &mut Some(String::new()));
        }
        for chapter in get(item, "chapters").map(list).unwrap_or_default() {
            let title = get(chapter, "text").and_then(text).unwrap_or("");
            let path = text(chapter).or_else(|| get(chapter, "file").or_else(|| get(chapter, "href")).and_then(text));
            if let Some(path) = path {
                found.push(title, path, 0, numbered, &mut heading);
            }
        }
    }
}

/// Names as one text, a list, or maps with `name`, which may be in parts.
fn authors(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(name) => vec![name.trim().to_string()],
        Value::List(all) => all.iter().flat_map(authors).collect(),
        Value::Map(_) => match get(node, "name") {
            Some(name) => match text(name) {
                Some(name) => vec![name.to_string()],
                None => {
                    let part = |key| get(name, key).and_then(text);
                    let whole = [part("given"), part("family")].into_iter().flatten().collect::<Vec<_>>().join(" ");
                    part("literal").map(str::to_string).or(Some(whole).filter(|name| !name.is_empty())).into_iter().collect()
                }
            },
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}
