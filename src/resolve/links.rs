//! Links: to chapters and places of this book, to the outside, or nowhere.

use std::collections::BTreeMap;

use super::Context;
use super::address::{Refused, address};
use super::fields::{Values, plain};
use super::formulas::Formulas;
use super::paths::{Chapter, Paths};
use super::resolved::{LinkTo, SectionInfo};
use super::targets::Targets;
use crate::diag::{Code, nearest};
use crate::formula;
use crate::limits;
use crate::load::{Pos, percent_decoded, relative_to, whole_path};
use crate::parse::{BARE, BY_NAME, BlockKind, Document, Inline, InlineKind, Node, NodeId, walk};
use crate::words::Words;

/// Where links lead, and the text of those that have none.
#[derive(Default)]
pub(super) struct Links {
    pub(super) to: BTreeMap<NodeId, LinkTo>,
    pub(super) texts: BTreeMap<NodeId, String>,
}

/// Resolves every link of the document.
pub(super) fn resolve(
    cx: &mut Context<'_>,
    targets: &Targets<'_>,
    sections: &[SectionInfo],
    numbers: &BTreeMap<NodeId, String>,
    words: &Words,
    values: &Values,
    formulas: &Formulas,
) -> Links {
    let document = cx.document;
    let mut found: Vec<(usize, &Inline)> = Vec::new();
    for (index, section) in document.sections.iter().enumerate() {
        walk(section, &mut |node| {
            if let Node::Inline(inline @ Inline { kind: InlineKind::Link { .. }, .. }) = node {
                found.push((index, inline));
            }
        });
    }
    let resolver = Resolver {
        document,
        targets,
        sections,
        values,
        formulas,
        paths: Paths::of(document),
        headings: heading_texts(document, values),
        captions: captions(document, numbers, words),
        words,
    };
    let mut links = Links::default();
    for (section, inline) in found {
        let InlineKind::Link { to, content, .. } = &inline.kind else { continue };
        let (leads, title) = resolver.link(cx, section, to.trim(), inline.pos);
        if is_empty(content) {
            let text = title
                .or_else(|| resolver.numbered(&leads, to))
                .or_else(|| resolver.title(&leads))
                .unwrap_or_else(|| without_mailto(to.trim()).trim_end_matches(BARE).to_string());
            links.texts.insert(inline.id, text);
        }
        links.to.insert(inline.id, leads);
    }
    links
}

/// Titles of headings and terms, for links without text.
fn heading_texts(document: &Document, values: &Values) -> BTreeMap<NodeId, String> {
    let mut out = BTreeMap::new();
    for section in document.sections.iter() {
        walk(section, &mut |node| match node {
            Node::Block(block) => {
                if let BlockKind::Heading { text, .. } = &block.kind {
                    out.insert(block.id, plain(text, values));
                }
            }
            Node::Term(term) => {
                out.insert(term.id, plain(&term.text, values));
            }
            _ => {}
        });
    }
    out
}

/// What a link says that names a figure, a table or a chapter by its number.
#[derive(Clone, Debug)]
struct Called {
    /// *Figure 3.1*, in one piece.
    whole: String,
    /// *3.1*.
    number: String,
}

/// What figures and tables with a number are called, by their node and by the anchors in them.
fn captions(document: &Document, numbers: &BTreeMap<NodeId, String>, words: &Words) -> BTreeMap<NodeId, Called> {
    let mut out = BTreeMap::new();
    if numbers.is_empty() {
        return out;
    }
    for section in document.sections.iter() {
        walk(section, &mut |node| {
            let Node::Block(block) = node else { return };
            let word = match &block.kind {
                BlockKind::Figure { .. } => &words.figure,
                BlockKind::Table(_) => &words.table,
                _ => return,
            };
            let Some(number) = numbers.get(&block.id) else { return };
            let called = Called { whole: words.caption_label(word, number).replace(' ', "\u{A0}"), number: number.clone() };
            node.children(&mut |child| mark_anchors(child, &called, &mut out));
            out.insert(block.id, called);
        });
    }
    out
}

fn mark_anchors(node: Node<'_>, called: &Called, out: &mut BTreeMap<NodeId, Called>) {
    match node {
        Node::Inline(Inline { id, kind: InlineKind::Anchor(_), .. }) => {
            out.insert(*id, called.clone());
        }
        Node::Block(block) if block.anchor.is_some() => {
            out.entry(block.id).or_insert_with(|| called.clone());
        }
        _ => {}
    }
    node.children(&mut |child| mark_anchors(child, called, out));
}

fn is_empty(content: &[Inline]) -> bool {
    content.iter().all(|inline| match &inline.kind {
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::Anchor(_) | InlineKind::IndexTerm(_) | InlineKind::Break => true,
        kind => kind.content().is_some_and(|content| is_empty(content)),
    })
}

struct Resolver<'a> {
    document: &'a Document,
    targets: &'a Targets<'a>,
    sections: &'a [SectionInfo],
    values: &'a Values,
    formulas: &'a Formulas,
    paths: Paths<'a>,
    headings: BTreeMap<NodeId, String>,
    /// Figures and tables with a number, and what in them can be linked to, with what they are called.
    captions: BTreeMap<NodeId, Called>,
    words: &'a Words,
}

impl Resolver<'_> {
    /// Where a link leads, with the title of what it meant if this reader does not get it.
    fn link(&self, cx: &mut Context<'_>, section: usize, to: &str, pos: Pos) -> (LinkTo, Option<String>) {
        if to.is_empty() {
            cx.warn(Code::LinkEmpty, pos, "a link that leads nowhere", "write its destination in the parentheses");
            return (LinkTo::Nothing, None);
        }
        if let Some((label, brackets)) = formula::reference(to) {
            return self.to_formula(cx, to, label, brackets, pos);
        }
        if to.starts_with("//") {
            return (self.outside(cx, &format!("https:{to}"), "https", pos), None);
        }
        if let Some(scheme) = scheme(to) {
            return (self.outside(cx, to, &scheme, pos), None);
        }
        if let Some(name) = to.strip_prefix(BY_NAME) {
            return self.named(cx, section, name, pos);
        }
        let (file, fragment) = to.split_once('#').map_or((to, ""), |(file, fragment)| (file, fragment));
        let file = file.split('?').next().unwrap_or("");
        let fragment = percent_decoded(fragment.trim_end_matches(BARE));
        if file.is_empty()
            && let Some((node, number)) = self.formulas.find(&fragment)
        {
            return (LinkTo::Node(node), Some(format!("({number})")));
        }
        if file.is_empty() {
            return (self.fragment(cx, section, &fragment, pos, LinkTo::Nothing), None);
        }
        let own = self.document.sections.get(section).map_or("", |s| s.path.as_str());
        let path = relative_to(own, &percent_decoded(file));
        match self.paths.find(&path) {
            Some((Chapter::Omitted(index), _)) => {
                let title = self.document.selection.omitted.get(index).map(|o| o.title.clone());
                (LinkTo::Nothing, title)
            }
            Some((Chapter::Here(index), given)) => {
                let fragment = if fragment.is_empty() { given.unwrap_or("").to_string() } else { fragment };
                let chapter = self.document.sections.get(index).map_or(LinkTo::Nothing, |s| LinkTo::Node(s.id));
                (self.fragment(cx, index, &fragment, pos, chapter), None)
            }
            None => {
                let message = format!("the link leads to `{to}`, which is no chapter of this book");
                cx.warn(Code::LinkChapter, pos, message, self.suggestion(own, &path, to));
                (LinkTo::Nothing, None)
            }
        }
    }

    /// A formula by its label, with its number as the text.
    fn to_formula(&self, cx: &mut Context<'_>, to: &str, label: &str, brackets: bool, pos: Pos) -> (LinkTo, Option<String>) {
        match self.formulas.find(label) {
            Some((node, number)) => (LinkTo::Node(node), Some(if brackets { format!("({number})") } else { number.to_string() })),
            None => {
                cx.warn(Code::FormulaLabel, pos, format!("no formula has the label `{label}`"), self.formulas.hint(label));
                (LinkTo::Nothing, Some(to.to_string()))
            }
        }
    }

    /// A page by its name, as wikis link: `Page`, `folder/Page`, `Page#Heading`, `#Heading`. One that is not here stays text.
    fn named(&self, cx: &mut Context<'_>, section: usize, name: &str, pos: Pos) -> (LinkTo, Option<String>) {
        let (page, heading) = name.split_once('#').map_or((name, ""), |(page, heading)| (page, heading));
        // A heading within headings is named with all of them; a block by a sign that only its tool knows.
        let heading = heading.rsplit('#').next().unwrap_or("").trim();
        let fragment = if heading.starts_with('^') { String::new() } else { crate::names::fragment(heading) };
        let own = self.document.sections.get(section).map_or("", |s| s.path.as_str());
        let found = if page.trim().is_empty() { Some(Chapter::Here(section)) } else { self.paths.named(own, page.trim()) };
        match found {
            Some(Chapter::Omitted(index)) => (LinkTo::Nothing, self.document.selection.omitted.get(index).map(|o| o.title.clone())),
            Some(Chapter::Here(index)) => {
                let chapter = self.document.sections.get(index).map_or(LinkTo::Nothing, |s| LinkTo::Node(s.id));
                (self.fragment(cx, index, &fragment, pos, chapter), None)
            }
            None => {
                let hint = match nearest(page, self.paths.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "its text stays, without a link".to_string(),
                };
                cx.warn(Code::LinkChapter, pos, format!("the link leads to the page `{page}`, which is no chapter of this book"), hint);
                (LinkTo::Nothing, None)
            }
        }
    }

    fn outside(&self, cx: &mut Context<'_>, to: &str, scheme: &str, pos: Pos) -> LinkTo {
        match address(to, scheme) {
            Ok(url) => LinkTo::Url(url),
            Err(Refused::Scheme) => {
                let message = format!("a link by `{scheme}:` has no place in a book; its text stays");
                cx.warn(Code::LinkScheme, pos, message, "links lead to chapters, web pages and e-mail addresses");
                LinkTo::Nothing
            }
            Err(Refused::Long) => {
                let shown: String = to.chars().take(40).collect();
                let message = format!("the address `{shown}…` is longer than {} KB, which nothing follows; its text stays", limits::ADDRESS >> 10);
                cx.warn(Code::LinkAddress, pos, message, "shorten it, or write it as code");
                LinkTo::Nothing
            }
            Err(Refused::Host) => {
                cx.warn(
                    Code::LinkAddress,
                    pos,
                    format!("`{to}` is no address that a reading system can follow; its text stays"),
                    "write it as a browser takes it, or as code",
                );
                LinkTo::Nothing
            }
        }
    }

    /// A place in a section. A fragment that is not there leads to what the link means without it.
    fn fragment(&self, cx: &mut Context<'_>, section: usize, fragment: &str, pos: Pos, without: LinkTo) -> LinkTo {
        let Some(target) = self.document.sections.get(section) else { return LinkTo::Nothing };
        if fragment.is_empty() || fragment == "top" {
            return LinkTo::Node(target.id);
        }
        if let Some(node) = self.targets.find(section, fragment) {
            return LinkTo::Node(node);
        }
        // Figures, tables and sections with a name of that kind are known in the whole book.
        if without == LinkTo::Nothing
            && (crate::parse::is_cross(fragment) || fragment.starts_with(BY_NAME))
            && let Some(node) = (0..self.document.sections.len()).find_map(|other| self.targets.find(other, fragment))
        {
            return LinkTo::Node(node);
        }
        // A file may be several chapters.
        let file = whole_path(&target.path);
        let of_file = |section: &crate::parse::Section| !section.path.is_empty() && whole_path(&section.path) == file;
        let parts = self.document.sections.iter().enumerate().filter(|(_, section)| of_file(section));
        if let Some(node) = parts.filter_map(|(other, _)| self.targets.find(other, fragment)).next() {
            return LinkTo::Node(node);
        }
        let hint = match (nearest(fragment, self.targets.names(section)), &without) {
            (Some(near), _) => format!("did you mean `#{near}`?"),
            (None, LinkTo::Node(_)) => "the link leads to the chapter instead".to_string(),
            (None, _) => "name a heading as GitHub does: lower case, hyphens for spaces".to_string(),
        };
        cx.warn(Code::LinkFragment, pos, format!("the link leads to `#{fragment}`, which is not in {}", self.name(section)), hint);
        without
    }

    fn name(&self, section: usize) -> String {
        match self.document.sections.get(section) {
            Some(s) if !s.path.is_empty() => format!("`{}`", whole_path(&s.path)),
            _ => "this chapter".to_string(),
        }
    }

    /// The chapter whose path, as it would be written from here, is nearest.
    fn suggestion(&self, own: &str, path: &str, to: &str) -> String {
        let first = to.split(['/', '#', '?']).next().unwrap_or_default();
        let is_host = |host: &str| host.starts_with("www.") || [".com", ".org", ".net", ".example"].iter().any(|end| host.ends_with(end));
        match nearest(path, self.paths.names()) {
            _ if is_host(first) => format!("an address on the web begins with `https://`: `https://{to}`"),
            _ if first.contains('@') => format!("an e-mail address begins with `mailto:`: `mailto:{first}`"),
            Some(near) => format!("did you mean `{}`?", written_from(own, near)),
            None => "link to a chapter by its file, or leave the link out".to_string(),
        }
    }

    /// What a figure or a table is called, *Figure 3.1*, and what a chapter is that is referred to by such a name, *Chapter 3*.
    fn numbered(&self, leads: &LinkTo, to: &str) -> Option<String> {
        let LinkTo::Node(node) = leads else { return None };
        let name = to.strip_prefix('#').unwrap_or(to);
        let called = self.captions.get(node).cloned().or_else(|| {
            let section = self.sections.get(self.document.index_of(node.section)?)?;
            let number = section.number.as_ref().filter(|_| node.index == 0 && crate::parse::is_cross(name))?;
            Some(Called { whole: format!("{}\u{A0}{number}", self.words.chapter), number: number.clone() })
        })?;
        Some(if name.ends_with(BARE) { called.number } else { called.whole })
    }

    /// The title of what a link leads to.
    fn title(&self, leads: &LinkTo) -> Option<String> {
        match leads {
            LinkTo::Node(node) if node.index == 0 => self.sections.get(self.document.index_of(node.section)?).map(|s| s.title.clone()),
            LinkTo::Node(node) => {
                let within = self.document.sections.get(self.document.index_of(node.section)?)?;
                self.headings.get(node).cloned().or_else(|| Some(plain(&within.title, self.values)))
            }
            // What an author wrote is easier to read than what a parser takes.
            LinkTo::Url(_) | LinkTo::Nothing => None,
        }
    }
}

/// The scheme that a destination begins with, lower case.
fn scheme(to: &str) -> Option<String> {
    let (scheme, _) = to.split_once(':')?;
    let mut chars = scheme.chars();
    let good = chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'));
    good.then(|| scheme.to_ascii_lowercase())
}

/// An address as a text shows it.
fn without_mailto(to: &str) -> &str {
    to.split_at_checked("mailto:".len()).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("mailto:")).map_or(to, |(_, rest)| rest)
}

/// A chapter's path as a link from another chapter writes it.
pub(super) fn written_from(own: &str, path: &str) -> String {
    let here: Vec<&str> = own.split('/').collect();
    let here = &here[..here.len().saturating_sub(1)];
    let there: Vec<&str> = path.split('/').collect();
    let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count().min(there.len().saturating_sub(1));
    let up = std::iter::repeat_n("..", here.len() - common);
    up.chain(there.iter().skip(common).copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_told_from_paths() {
        assert_eq!(scheme("HTTPS://a.b").as_deref(), Some("https"));
        assert_eq!(scheme("javascript:alert(1)").as_deref(), Some("javascript"));
        assert_eq!(scheme("a/b:c.md"), None);
        assert_eq!(scheme("1:2"), None);
    }

    #[test]
    fn suggestions_are_written_from_the_chapter() {
        assert_eq!(written_from("a/b.md", "a/c.md"), "c.md");
        assert_eq!(written_from("a/b.md", "d/c.md"), "../d/c.md");
        assert_eq!(written_from("b.md", "d/c.md"), "d/c.md");
    }
}
