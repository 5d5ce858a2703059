//! Contents, landmarks and page list, as the navigation document and as the NCX of older readers.

use crate::parse::NodeId;
use crate::resolve::{ContentsEntry, Resolved};

use super::breaks::PageMark;
use super::page::{self, Division};
use super::targets::Targets;
use crate::xml::{Markup, Template};

/// A line of the contents with what stands below it. A head over several chapters is no place, and has no address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) href: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) below: Vec<Entry>,
}

/// A landmark: `epub:type`, file, name.
pub(super) type Landmark = (&'static str, String, String);

/// A page of the list: where it is and its mark.
pub(super) type PageEntry = (String, PageMark);

/// The contents as a tree: all sections of all chapters, since a reading system folds what nobody looks for. Stages, paths and guides
/// have heads where the page of contents has them.
pub(super) fn tree(resolved: &Resolved, targets: &Targets<'_>, grouped: bool) -> Vec<Entry> {
    let shown = || resolved.contents.iter().filter(|entry| targets.shows(entry.node));
    let grouped = grouped && shown().all(|entry| entry.level > 0) && resolved.has_contents_heads(shown().map(|entry| resolved.contents_head(entry.node)));
    let mut entries = shown().peekable();
    let mut top: Vec<Entry> = Vec::new();
    let mut last = None;
    while let Some(next) = entries.peek() {
        let level = next.level;
        let head = if grouped { resolved.contents_head(next.node) } else { None };
        let chapter = one(&mut entries, level, targets);
        match (head, top.last_mut()) {
            (Some(_), Some(group)) if head == last => group.below.extend(chapter),
            (Some(title), _) => top.push(Entry { title: title.to_string(), below: chapter.into_iter().collect(), ..Entry::default() }),
            (None, _) => top.extend(chapter),
        }
        last = head;
    }
    top
}

/// The next entry of a level or below it, with what stands below it. The depth is that of levels, 255 at most.
fn one<'r>(entries: &mut std::iter::Peekable<impl Iterator<Item = &'r ContentsEntry>>, level: u8, targets: &Targets<'_>) -> Option<Entry> {
    let entry = entries.next_if(|entry| entry.level >= level)?;
    let mut made = leaf(entry, targets);
    while let Some(below) = entries.peek().map(|next| next.level).filter(|next| *next > entry.level) {
        made.below.extend(siblings(entries, below, targets));
    }
    Some(made)
}

/// All entries of one level up to a higher one, each with those below it.
fn siblings<'r>(entries: &mut std::iter::Peekable<impl Iterator<Item = &'r ContentsEntry>>, level: u8, targets: &Targets<'_>) -> Vec<Entry> {
    let mut out = Vec::new();
    while let Some(made) = one(entries, level, targets) {
        out.push(made);
        if entries.peek().is_some_and(|next| next.level < level) {
            break;
        }
    }
    out
}

fn leaf(entry: &ContentsEntry, targets: &Targets<'_>) -> Entry {
    let section = targets.section_of(entry.node);
    let href = if entry.level == 0 { targets.part_file(section) } else { targets.href(entry.node, None) };
    let title = if entry.title.trim().is_empty() { "—" } else { entry.title.trim() };
    Entry { href, number: entry.number.clone().unwrap_or_default(), title: title.to_string(), below: Vec::new() }
}

/// The navigation document. Contents are read like a page of the book; landmarks and page list are for the reading system.
pub(super) fn document(resolved: &Resolved, contents: &[Entry], landmarks: &[Landmark], pages: &[PageEntry]) -> String {
    let words = &resolved.words;
    let mut xml = Markup::new();
    xml.open("nav", &[("epub:type", "toc"), ("role", "doc-toc"), ("id", "toc"), ("aria-labelledby", "toc-title")]);
    xml.line();
    xml.element("h1", &[("id", "toc-title")], &words.contents);
    xml.line();
    list(&mut xml, contents);
    xml.close("nav");
    xml.line();
    xml.open("nav", &[("epub:type", "landmarks"), ("id", "landmarks"), ("hidden", "hidden"), ("aria-label", &resolved.book.title)]);
    xml.open("ol", &[]);
    for (kind, file, name) in landmarks {
        xml.open("li", &[]);
        xml.element("a", &[("epub:type", kind), ("href", file)], name);
        xml.close("li");
        xml.line();
    }
    xml.close("ol");
    xml.close("nav");
    xml.line();
    if !pages.is_empty() {
        page_list(&mut xml, pages, &words.page);
    }
    page::file(&resolved.book.language, resolved.book.direction, &words.contents, Division::Front, &xml.finish())
}

fn list(xml: &mut Markup, entries: &[Entry]) {
    xml.open("ol", &[]);
    xml.line();
    for entry in entries {
        xml.open("li", &[]);
        let (tag, attributes) = if entry.href.is_empty() { ("span", ("class", "head")) } else { ("a", ("href", entry.href.as_str())) };
        xml.open(tag, &[attributes]);
        if !entry.number.is_empty() {
            xml.element("span", &[("class", "number")], &entry.number);
            xml.text(" ");
        }
        xml.text(&entry.title);
        xml.close(tag);
        if !entry.below.is_empty() {
            xml.line();
            list(xml, &entry.below);
        }
        xml.close("li");
        xml.line();
    }
    xml.close("ol");
}

fn page_list(xml: &mut Markup, pages: &[PageEntry], name: &str) {
    xml.open("nav", &[("epub:type", "page-list"), ("role", "doc-pagelist"), ("id", "page-list"), ("hidden", "hidden"), ("aria-label", name)]);
    xml.open("ol", &[]);
    xml.line();
    for (file, mark) in pages {
        xml.open("li", &[]);
        xml.element("a", &[("href", &format!("{file}#{}", mark.id))], &mark.label);
        xml.close("li");
        xml.line();
    }
    xml.close("ol");
    xml.close("nav");
    xml.line();
}

/// The NCX: the same contents and pages for readers of EPUB 2.
pub(super) fn ncx(resolved: &Resolved, contents: &[Entry], pages: &[PageEntry]) -> Template {
    let mut xml = Markup::new();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.open("ncx", &[("version", "2005-1"), ("xmlns", "http://www.daisy.org/z3986/2005/ncx/"), ("xml:lang", &crate::language::tag(&resolved.book.language))]);
    xml.line();
    xml.open("head", &[]);
    let highest = pages.iter().filter_map(|(_, mark)| mark.label.parse::<u32>().ok()).max().unwrap_or(0);
    xml.raw("<meta name=\"dtb:uid\" content=\"");
    xml.blank();
    xml.raw("\"/>");
    for (name, content) in
        [("dtb:depth", depth(contents).max(1).to_string()), ("dtb:totalPageCount", pages.len().to_string()), ("dtb:maxPageNumber", highest.to_string())]
    {
        xml.empty("meta", &[("name", name), ("content", &content)]);
    }
    xml.close("head");
    xml.line();
    labelled(&mut xml, "docTitle", &resolved.book.title);
    xml.open("navMap", &[]);
    xml.line();
    let mut order = 0;
    points(&mut xml, contents, &mut order);
    xml.close("navMap");
    xml.line();
    if !pages.is_empty() {
        xml.open("pageList", &[]);
        xml.line();
        for (at, (file, mark)) in pages.iter().enumerate() {
            order += 1;
            page_target(&mut xml, file, mark, at, order);
        }
        xml.close("pageList");
        xml.line();
    }
    xml.close("ncx");
    xml.line();
    xml.template()
}

fn page_target(xml: &mut Markup, file: &str, mark: &PageMark, at: usize, order: usize) {
    let (order, id, value) = (order.to_string(), format!("p{at}"), (at + 1).to_string());
    let kind = if mark.label.parse::<u32>().is_ok() { "normal" } else { "front" };
    xml.open("pageTarget", &[("id", &id), ("type", kind), ("value", &value), ("playOrder", &order)]);
    labelled(xml, "navLabel", &mark.label);
    xml.empty("content", &[("src", &format!("{file}#{}", mark.id))]);
    xml.close("pageTarget");
    xml.line();
}

fn points(xml: &mut Markup, entries: &[Entry], order: &mut usize) {
    for entry in entries {
        // A head is no place to go to, and every point has to be one.
        if entry.href.is_empty() {
            points(xml, &entry.below, order);
            continue;
        }
        *order += 1;
        let number = order.to_string();
        xml.open("navPoint", &[("id", &format!("n{number}")), ("playOrder", &number)]);
        labelled(xml, "navLabel", format!("{} {}", entry.number, entry.title).trim());
        xml.empty("content", &[("src", &entry.href)]);
        points(xml, &entry.below, order);
        xml.close("navPoint");
        xml.line();
    }
}

fn labelled(xml: &mut Markup, tag: &str, text: &str) {
    xml.open(tag, &[]);
    xml.element("text", &[], text);
    xml.close(tag);
}

fn depth(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| usize::from(!entry.href.is_empty()) + depth(&entry.below)).max().unwrap_or(0)
}

/// The first section that a condition holds for, as a node.
pub(super) fn first_section(resolved: &Resolved, holds: impl Fn(usize) -> bool) -> Option<NodeId> {
    resolved.document.sections.iter().enumerate().find(|(at, _)| holds(*at)).map(|(_, section)| section.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `title(below below)` for a tree.
    fn shown(entries: &[Entry]) -> String {
        let one = |entry: &Entry| match entry.below.is_empty() {
            true => entry.title.clone(),
            false => format!("{}({})", entry.title, shown(&entry.below)),
        };
        entries.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn levels_become_a_tree_whatever_their_jumps() {
        let resolved = super::super::tests::book(&[]);
        let targets = Targets::new(&resolved);
        for (levels, expected) in [
            (vec![1, 2, 2, 1], "0(1 2) 3"),
            (vec![0, 1, 2, 3, 1, 0, 1], "0(1(2(3)) 4) 5(6)"),
            (vec![2, 1, 3, 2, 1], "0 1(2 3) 4"),
            (vec![1, 3, 2, 0], "0(1 2) 3"),
        ] {
            let entries: Vec<ContentsEntry> = levels
                .iter()
                .enumerate()
                .map(|(at, level)| ContentsEntry { node: NodeId::default(), level: *level, number: None, title: at.to_string(), matter: Default::default() })
                .collect();
            let mut walk = entries.iter().peekable();
            let mut top = Vec::new();
            while let Some(level) = walk.peek().map(|entry| entry.level) {
                top.extend(siblings(&mut walk, level, &targets));
            }
            assert_eq!(shown(&top), expected, "{levels:?}");
        }
    }
}
