//! Links: to chapters and places of this book, to the outside, or nowhere.

use std::collections::BTreeMap;

use super::Context;
use super::address::{Refused, address};
use super::fields::{Values, plain};
use super::paths::{Chapter, Paths};
use super::resolved::{LinkTo, SectionInfo};
use super::targets::Targets;
use crate::diag::{Code, nearest};
use crate::load::{Pos, percent_decoded, relative_to};
use crate::parse::{BlockKind, Document, Inline, InlineKind, Node, NodeId, walk};

/// Where links lead, and the text of those that have none.
#[derive(Default)]
pub(super) struct Links {
    pub(super) to: BTreeMap<NodeId, LinkTo>,
    pub(super) texts: BTreeMap<NodeId, String>,
}

/// Resolves every link of the document.
pub(super) fn resolve(cx: &mut Context<'_>, targets: &Targets<'_>, sections: &[SectionInfo], values: &Values) -> Links {
    let document = cx.document;
    let mut found: Vec<(usize, &Inline)> = Vec::new();
    for (index, section) in document.sections.iter().enumerate() {
        walk(section, &mut |node| {
            if let Node::Inline(inline @ Inline { kind: InlineKind::Link { .. }, .. }) = node {
                found.push((index, inline));
            }
        });
    }
    let resolver = Resolver { document, targets, sections, values, paths: Paths::of(document), headings: heading_texts(document, values) };
    let mut links = Links::default();
    for (section, inline) in found {
        let InlineKind::Link { to, content, .. } = &inline.kind else { continue };
        let (leads, title) = resolver.link(cx, section, to.trim(), inline.pos);
        if is_empty(content) {
            let text = title.or_else(|| resolver.title(&leads)).unwrap_or_else(|| without_mailto(to.trim()).to_string());
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
    paths: Paths<'a>,
    headings: BTreeMap<NodeId, String>,
}

impl Resolver<'_> {
    /// Where a link leads, with the title of what it meant if this reader does not get it.
    fn link(&self, cx: &mut Context<'_>, section: usize, to: &str, pos: Pos) -> (LinkTo, Option<String>) {
        if to.is_empty() {
            cx.warn(Code::LinkEmpty, pos, "a link that leads nowhere", "write its destination in the parentheses");
            return (LinkTo::Nothing, None);
        }
        if to.starts_with("//") {
            return (self.outside(cx, &format!("https:{to}"), "https", pos), None);
        }
        if let Some(scheme) = scheme(to) {
            return (self.outside(cx, to, &scheme, pos), None);
        }
        let (file, fragment) = to.split_once('#').map_or((to, ""), |(file, fragment)| (file, fragment));
        let file = file.split('?').next().unwrap_or("");
        let fragment = percent_decoded(fragment);
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
                cx.warn(Code::LinkChapter, pos, message, self.suggestion(own, &path));
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
            Some(s) if !s.path.is_empty() => format!("`{}`", s.path),
            _ => "this chapter".to_string(),
        }
    }

    /// The chapter whose path, as it would be written from here, is nearest.
    fn suggestion(&self, own: &str, path: &str) -> String {
        match nearest(path, self.paths.names()) {
            Some(near) => format!("did you mean `{}`?", written_from(own, near)),
            None => "link to a chapter by its file, or leave the link out".to_string(),
        }
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
fn written_from(own: &str, path: &str) -> String {
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
