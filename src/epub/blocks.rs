//! Blocks: paragraphs, headings, lists, quotations, callouts, groups.

use std::sync::Arc;

use crate::language;
use crate::parse::{
    Block, BlockKind, CalloutKind, Definition, Format, GroupKind, Inline, InlineKind, ListItem, NodeId, blocks_run, definitions_run, list_runs,
};

use super::scribe::Scribe;
use crate::xml::Attribute;

/// Blocks nested deeper than this lose their containers and keep their text.
const DEEPEST: usize = 40;

impl Scribe<'_> {
    /// Writes blocks where flow content may stand.
    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        self.depth += 1;
        let counting = self.breaks.enter(block.id);
        if block.is_of_its_surroundings() {
            self.block_kind(block);
        } else {
            self.in_language(block);
        }
        if counting {
            self.breaks.leave();
        }
        self.depth -= 1;
    }

    /// A block in another language or of another direction, in a container that says so.
    fn in_language(&mut self, block: &Block) {
        let direction = block.direction(self.direction);
        let tag = block.language.as_deref().map(language::tag);
        let mut attributes: Vec<Attribute<'_>> = tag.iter().flat_map(|tag| [("lang", tag.as_str()), ("xml:lang", tag.as_str())]).collect();
        attributes.push(("dir", direction.name()));
        self.xml.open("div", &attributes);
        self.running(direction, |scribe| scribe.block_kind(block));
        self.xml.close("div");
    }

    fn block_kind(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading { level, text, .. } => self.heading(block, *level, text),
            BlockKind::Paragraph(text) => self.paragraph(block, text),
            BlockKind::List { start, tight, items } => self.list(block, *start, *tight, items),
            BlockKind::Quote { blocks, attribution } => self.quote(block, blocks, attribution.as_deref()),
            BlockKind::Callout { kind, blocks } => self.callout(block, *kind, blocks),
            BlockKind::Code { language, text } => self.code_block(block, language.as_deref(), text),
            BlockKind::Formula(formula) => self.display(block, formula),
            BlockKind::Table(table) => self.table(block, table),
            BlockKind::Figure { blocks, caption } => self.figure(block, blocks, caption.as_deref()),
            BlockKind::Definitions(groups) => self.definitions(block, groups),
            BlockKind::Rule => {
                self.flush_breaks();
                self.xml.empty("hr", &[]);
            }
            BlockKind::Bibliography => {}
            BlockKind::PageBreak => {
                self.flush_breaks();
                self.container("div", block.id, &[("class", "page-break")], |_| ());
            }
            BlockKind::Group { kind, caption, blocks } => self.group(block, *kind, caption.as_deref(), blocks),
            BlockKind::Only(Format::Epub, blocks) => self.blocks(blocks),
            BlockKind::Only(Format::Pdf, _) => {}
            BlockKind::RouteMap => self.route_map(block),
        }
        self.xml.line();
    }

    /// An element around what `content` writes. The id is the block's label or its explicit anchor, where anything names it.
    pub(super) fn container(&mut self, tag: &str, node: NodeId, attributes: &[Attribute<'_>], content: impl FnOnce(&mut Self)) {
        let shallow = self.depth < DEEPEST;
        if shallow {
            self.open_with_id(tag, node, attributes);
        }
        content(self);
        if shallow {
            self.xml.close(tag);
        }
    }

    fn heading(&mut self, block: &Block, level: u8, text: &[Inline]) {
        self.flush_breaks();
        let level = self.context.resolved.heading_levels.get(&block.id).copied().unwrap_or(level).clamp(2, 6);
        let tag = ["h2", "h3", "h4", "h5", "h6"].get(usize::from(level) - 2).copied().unwrap_or("h6");
        let direction = self.direction_of(text);
        let attributes: Vec<Attribute<'_>> = direction.iter().map(|d| ("dir", *d)).collect();
        self.open_with_id(tag, block.id, &attributes);
        self.inlines(text);
        self.xml.close(tag);
    }

    fn paragraph(&mut self, block: &Block, text: &[Inline]) {
        let direction = self.direction_of(text);
        let attributes: Vec<Attribute<'_>> = direction.iter().map(|d| ("dir", *d)).collect();
        self.open_with_id("p", block.id, &attributes);
        self.flush_breaks();
        let begins = std::mem::take(&mut self.begins);
        // Marks for the index and places to lead to may stand before the first word, and are not seen.
        let unseen = text.iter().take_while(|inline| matches!(inline.kind, InlineKind::Anchor(_) | InlineKind::IndexTerm(_))).count();
        let (unseen, seen) = text.split_at(unseen);
        self.inlines(unseen);
        match seen.split_first() {
            Some((Inline { kind: InlineKind::Text(first), .. }, rest)) if begins => {
                self.first_words(first);
                self.inlines(rest);
            }
            _ => self.inlines(seen),
        }
        self.xml.close("p");
    }

    /// The text that opens a chapter, its first words in small capitals.
    fn first_words(&mut self, text: &str) {
        let cut = self.context.parts.theme.paragraph.first_words(text).unwrap_or(0);
        if cut > 0 {
            self.xml.open("span", &[("class", "lead")]);
            self.text(&text[..cut]);
            self.xml.close("span");
        }
        self.text(&text[cut..]);
    }

    fn list(&mut self, block: &Block, start: Option<u64>, tight: bool, items: &[ListItem]) {
        self.flush_breaks();
        let tasks = items.iter().any(|item| item.task.is_some());
        let number = start.filter(|n| *n != 1).map(|n| n.min(i32::MAX as u64).to_string());
        let class = match (tasks, tight) {
            (true, _) => "tasks",
            (false, true) => "tight",
            (false, false) => "loose",
        };
        let mut attributes = vec![("class", class)];
        attributes.extend(number.iter().map(|n| ("start", n.as_str())));
        let numerals = items.first().and_then(|item| item.number).and_then(|number| number.numerals.html());
        attributes.extend(numerals.filter(|_| start.is_some()).map(|numerals| ("type", numerals)));
        let tag = if start.is_some() { "ol" } else { "ul" };
        let direction = list_runs(self.direction, items);
        attributes.extend(self.turned(direction));
        if self.depth >= DEEPEST {
            return items.iter().for_each(|item| self.blocks(&item.blocks));
        }
        self.open_with_id(tag, block.id, &attributes);
        self.xml.line();
        let mut next = start.unwrap_or(1);
        for item in items {
            let counting = self.breaks.enter(item.id);
            let own = item.number.map(|number| number.value).filter(|value| start.is_some() && *value != next);
            next = item.number.map_or(next, |number| number.value).saturating_add(1);
            let value = own.map(|value| value.min(i32::MAX as u64).to_string());
            let attributes: Vec<Attribute<'_>> = value.iter().map(|value| ("value", value.as_str())).collect();
            self.open_with_id("li", item.id, &attributes);
            self.running(direction, |scribe| scribe.item(item, tight));
            self.xml.close("li");
            self.xml.line();
            if counting {
                self.breaks.leave();
            }
        }
        self.xml.close(tag);
    }

    /// A box to tick, or one that is.
    pub(super) fn check_box(&mut self, done: bool) {
        let words = &self.context.resolved.words;
        let (sign, label) = if done { ("☑", &words.done) } else { ("☐", &words.to_do) };
        self.written.characters.prose.extend(sign.chars());
        self.xml.element("span", &[("class", "box"), ("role", "img"), ("aria-label", label)], sign);
    }

    /// A list item's content. In a tight list its paragraphs are bare text.
    fn item(&mut self, item: &ListItem, tight: bool) {
        self.flush_breaks();
        if let Some(done) = item.task {
            self.check_box(done);
            self.xml.text(" ");
        }
        for (at, block) in item.blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Paragraph(text) if tight && block.is_of_its_surroundings() => {
                    if at > 0 {
                        self.xml.empty("br", &[]);
                    }
                    self.bare_paragraph(block, text);
                }
                _ => self.block(block),
            }
        }
    }

    pub(super) fn bare_paragraph(&mut self, block: &Block, text: &[Inline]) {
        let counting = self.breaks.enter(block.id);
        self.flush_breaks();
        let direction = self.direction_of(text);
        let id = self.id(block.id);
        let mut attributes: Vec<Attribute<'_>> = id.iter().map(|id| ("id", id.as_str())).collect();
        attributes.extend(direction.iter().map(|d| ("dir", *d)));
        if attributes.is_empty() {
            self.inlines(text);
        } else {
            self.xml.open("span", &attributes);
            self.inlines(text);
            self.xml.close("span");
        }
        if counting {
            self.breaks.leave();
        }
    }

    fn quote(&mut self, block: &Block, blocks: &[Block], attribution: Option<&[Inline]>) {
        self.flush_breaks();
        self.container("blockquote", block.id, &[], |scribe| {
            scribe.xml.line();
            scribe.blocks(blocks);
            if let Some(attribution) = attribution {
                scribe.xml.open("p", &[("class", "attribution")]);
                if !scribe.plain(attribution).starts_with(['—', '–', '―', '-']) {
                    scribe.xml.text("— ");
                }
                scribe.inlines(attribution);
                scribe.xml.close("p");
            }
        });
    }

    fn callout(&mut self, block: &Block, kind: CalloutKind, blocks: &[Block]) {
        self.flush_breaks();
        let words = &self.context.resolved.words;
        let (class, label) = match kind {
            CalloutKind::Note => ("callout note", &words.note),
            CalloutKind::Tip => ("callout tip", &words.tip),
            CalloutKind::Important => ("callout important", &words.important),
            CalloutKind::Warning => ("callout warning", &words.warning),
            CalloutKind::Caution => ("callout caution", &words.caution),
        };
        let direction = blocks_run(self.direction, blocks);
        let mut attributes = vec![("class", class), ("role", "note"), ("aria-label", label)];
        attributes.extend(self.turned(direction));
        self.container("aside", block.id, &attributes, |scribe| {
            scribe.xml.element("p", &[("class", "callout-label")], label);
            scribe.xml.line();
            scribe.running(direction, |scribe| scribe.blocks(blocks));
        });
    }

    fn definitions(&mut self, block: &Block, groups: &[Definition]) {
        self.flush_breaks();
        if self.depth >= DEEPEST {
            for group in groups {
                for term in &group.terms {
                    self.open_with_id("p", term.id, &[]);
                    self.inlines(&term.text);
                    self.xml.close("p");
                }
                group.details.iter().for_each(|detail| self.blocks(detail));
            }
            return;
        }
        let direction = definitions_run(self.direction, groups);
        let turned = self.turned(direction);
        self.open_with_id("dl", block.id, turned.as_slice());
        self.xml.line();
        let outer = self.turn(direction);
        for group in groups {
            let counting = self.breaks.enter(group.id);
            for term in &group.terms {
                let counting = self.breaks.enter(term.id);
                self.open_with_id("dt", term.id, &[]);
                self.flush_breaks();
                self.strong += 1;
                self.inlines(&term.text);
                self.strong -= 1;
                self.xml.close("dt");
                if counting {
                    self.breaks.leave();
                }
            }
            // A list ends in an explanation, be it an empty one.
            if group.details.is_empty() {
                self.xml.element("dd", &[], "");
            }
            for detail in &group.details {
                self.xml.open("dd", &[]);
                match detail.as_slice() {
                    [Block { kind: BlockKind::Paragraph(text), language: None, direction: None, .. }] => {
                        if let Some(only) = detail.first() {
                            self.bare_paragraph(only, text);
                        }
                    }
                    blocks => self.blocks(blocks),
                }
                self.xml.close("dd");
                self.xml.line();
            }
            if counting {
                self.breaks.leave();
            }
        }
        self.direction = outer;
        self.xml.close("dl");
    }

    fn group(&mut self, block: &Block, kind: GroupKind, caption: Option<&[Inline]>, blocks: &[Block]) {
        self.flush_breaks();
        match kind {
            GroupKind::Div => self.container("div", block.id, &[], |scribe| {
                scribe.caption(block.id, "p", "summary", caption, None);
                scribe.blocks(blocks);
            }),
            GroupKind::Works => {
                let attributes = [("class", "works"), ("epub:type", "bibliography"), ("role", "doc-bibliography")];
                self.container("section", block.id, &attributes, |scribe| scribe.blocks(blocks));
            }
            GroupKind::Card(kind) => {
                let class = format!("card {}", kind.name());
                self.container("section", block.id, &[("class", &class)], |scribe| scribe.blocks(blocks));
            }
            GroupKind::Closing => self.container("div", block.id, &[("class", "closing")], |scribe| scribe.blocks(blocks)),
            GroupKind::Details => self.container("div", block.id, &[("class", "details")], |scribe| {
                scribe.caption(block.id, "p", "summary", caption, None);
                scribe.blocks(blocks);
            }),
            GroupKind::Listing => self.container("figure", block.id, &[("class", "listing")], |scribe| {
                if scribe.depth < DEEPEST {
                    scribe.caption(block.id, "figcaption", "caption", caption, None);
                }
                scribe.blocks(blocks);
            }),
        }
    }

    fn figure(&mut self, block: &Block, blocks: &[Block], caption: Option<&[Inline]>) {
        self.flush_breaks();
        let word = self.context.resolved.words.figure.clone();
        self.container("figure", block.id, &[], |scribe| {
            for inner in blocks {
                match &inner.kind {
                    BlockKind::Paragraph(text) if only_images(text) => match scribe.undrawn(text) {
                        Some(source) => scribe.code_block(inner, Some("mermaid"), &source),
                        None => scribe.inlines(text),
                    },
                    _ => scribe.block(inner),
                }
            }
            if scribe.depth < DEEPEST {
                scribe.caption(block.id, "figcaption", "caption", caption, Some(&word));
            }
        });
    }

    /// The source of a diagram that is not drawn: it is code.
    fn undrawn(&self, inlines: &[Inline]) -> Option<Arc<str>> {
        let diagram = |inline: &Inline| match &inline.kind {
            InlineKind::Image(image) => {
                let is_drawn = self.context.resolved.images.get(&inline.id).is_some_and(|picture| picture.file.is_some());
                image.diagram.clone().filter(|_| !is_drawn)
            }
            _ => None,
        };
        inlines.iter().find_map(diagram)
    }

    /// A caption, with its word and number where the book gives it one.
    pub(super) fn caption(&mut self, node: NodeId, tag: &str, class: &str, caption: Option<&[Inline]>, word: Option<&str>) {
        let number = self.context.resolved.caption_numbers.get(&node).zip(word);
        if caption.is_none() && number.is_none() {
            return;
        }
        self.xml.open(tag, &[("class", class)]);
        if let Some((number, word)) = number {
            self.xml.element("span", &[("class", "label")], &self.context.resolved.words.caption_label(word, number));
            self.xml.text(" ");
        }
        self.inlines(caption.unwrap_or_default());
        self.xml.close(tag);
        self.xml.line();
    }
}

/// Whether there is nothing but pictures (which may be links) and space.
fn only_images(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match &inline.kind {
        InlineKind::Image(_) | InlineKind::Break | InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => true,
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::Link { content, .. } | InlineKind::Span { content, .. } => !content.is_empty() && only_images(content),
        _ => false,
    })
}
