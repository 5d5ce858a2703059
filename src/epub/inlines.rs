//! Inlines: text, emphasis, links, notes' references, pictures, fields.

use crate::language::{self, Direction};
use crate::parse::{Format, Inline, InlineKind, NodeId};
use crate::resolve::LinkTo;

use super::scribe::Scribe;
use crate::xml::Attribute;

/// Inlines nested deeper than this lose their markup and keep their text.
const DEEPEST: usize = 60;

impl Scribe<'_> {
    /// Writes inlines.
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Field { default, .. } => self.field(inline.id, default.as_deref()),
            InlineKind::Emphasis(content) => {
                self.emphasis += 1;
                self.wrapped("em", &[], content);
                self.emphasis -= 1;
            }
            InlineKind::Strong(content) => {
                self.strong += 1;
                self.wrapped("strong", &[], content);
                self.strong -= 1;
            }
            InlineKind::Strike(content) => self.wrapped("s", &[], content),
            InlineKind::Superscript(content) => self.wrapped("sup", &[], content),
            InlineKind::Subscript(content) => self.wrapped("sub", &[], content),
            InlineKind::Ruby(content) => self.wrapped("ruby", &[], content),
            InlineKind::Reading(content) => self.reading(content),
            InlineKind::Code(text) => self.code_like("code", text),
            InlineKind::Keyboard(text) => self.code_like("kbd", text),
            InlineKind::Link { to, content, .. } => self.link(inline.id, to, content),
            InlineKind::Formula(formula) => self.formula(inline.id, formula),
            InlineKind::Image(image) => self.image(inline.id, image),
            InlineKind::NoteRef(_) => self.note_reference(inline.id),
            // Carried out before a file is written.
            InlineKind::Citation(_) => {}
            InlineKind::Break => {
                self.skip_text(" ");
                self.xml.empty("br", &[]);
            }
            InlineKind::Anchor(_) => self.anchor(inline.id),
            InlineKind::IndexTerm(_) => {
                if let Some(page) = &self.page {
                    self.written.term_pages.insert(inline.id, page.clone());
                }
                self.anchor(inline.id);
            }
            InlineKind::Only(Format::Epub, content) => {
                let paused = self.breaks.pause();
                self.inlines(content);
                self.breaks.go_on(paused);
            }
            InlineKind::Only(Format::Pdf, content) => {
                let text = self.plain(content);
                self.skip_text(&text);
            }
            InlineKind::Span { language, direction, content } => self.span(language.as_deref(), *direction, content),
        }
    }

    /// An inline element around content.
    fn wrapped(&mut self, tag: &str, attributes: &[Attribute<'_>], content: &[Inline]) {
        self.depth += 1;
        let shallow = self.depth < DEEPEST;
        if shallow {
            self.xml.open(tag, attributes);
        }
        self.inlines(content);
        if shallow {
            self.xml.close(tag);
        }
        self.depth -= 1;
    }

    /// How a word is read, above it, or in brackets where a reading system knows no better. It is no text that pages are counted by.
    fn reading(&mut self, content: &[Inline]) {
        let text = self.plain(content);
        self.written.characters.prose.extend(text.chars());
        self.xml.element("rp", &[], "(");
        self.xml.element("rt", &[], &text);
        self.xml.element("rp", &[], ")");
    }

    pub(super) fn code_like(&mut self, tag: &str, text: &str) {
        // An element that names its direction leaves the order of the text around it alone.
        let direction: &[Attribute<'_>] = if self.direction.is_rtl() || language::has_rtl(text) { &[("dir", "ltr")] } else { &[] };
        self.xml.open(tag, direction);
        self.mono = true;
        self.text(text);
        self.mono = false;
        self.xml.close(tag);
    }

    fn span(&mut self, language: Option<&str>, direction: Option<Direction>, content: &[Inline]) {
        let tag = language.map(language::tag);
        let own = direction.or(tag.as_deref().map(Direction::of_language));
        let Some(own) = own else { return self.wrapped("bdi", &[], content) };
        let mut attributes: Vec<Attribute<'_>> = tag.iter().flat_map(|tag| [("lang", tag.as_str()), ("xml:lang", tag.as_str())]).collect();
        // What is said is written; a language says it where it runs another way.
        attributes.extend(direction.map_or(self.turned(own), |direction| Some(("dir", direction.name()))));
        self.running(own, |scribe| scribe.wrapped("span", &attributes, content));
    }

    /// A place that links or the index name; nothing if nothing does.
    fn anchor(&mut self, node: NodeId) {
        if let Some(id) = self.id(node) {
            self.xml.open("span", &[("id", &id)]);
            self.xml.close("span");
        }
    }

    /// A field's value: the manifest's is text like any other, the reader's is isolated.
    fn field(&mut self, node: NodeId, default: Option<&str>) {
        let resolved = self.context.resolved;
        match resolved.fields.get(&node) {
            Some(value) if value.personal => self.personal(&value.text),
            Some(value) => self.text(&value.text),
            None => self.text(default.unwrap_or_default()),
        }
    }

    fn link(&mut self, node: NodeId, written: &str, content: &[Inline]) {
        let resolved = self.context.resolved;
        let href = match resolved.links.get(&node) {
            Some(LinkTo::Node(target)) => Some(self.context.targets.href(*target, Some(self.section))),
            Some(LinkTo::Url(to)) => Some(to.clone()),
            Some(LinkTo::Nothing) | None => None,
        };
        let href = href.filter(|_| !self.in_link);
        let id = self.id(node);
        let mut attributes: Vec<Attribute<'_>> = id.iter().map(|id| ("id", id.as_str())).collect();
        if let Some((kind, role)) = href.as_ref().and_then(|_| crate::cite::link_role(written)) {
            attributes.extend(kind.map(|kind| ("epub:type", kind)));
            attributes.push(("role", role));
        }
        attributes.extend(href.iter().map(|href| ("href", href.as_str())));
        let tag = match (&href, &id) {
            (Some(_), _) => Some("a"),
            (None, Some(_)) => Some("span"),
            (None, None) => None,
        };
        if let Some(tag) = tag {
            self.xml.open(tag, &attributes);
        }
        let outer = self.in_link;
        self.in_link |= href.is_some();
        self.inlines(content);
        match resolved.link_texts.get(&node) {
            Some(text) => self.text(text),
            None if content.is_empty() => self.text(written),
            None => {}
        }
        self.in_link = outer;
        if let Some(tag) = tag {
            self.xml.close(tag);
        }
    }
}
