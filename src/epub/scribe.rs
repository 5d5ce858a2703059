//! The scribe writes one file of the book: markup, page breaks, and what the rest of the book must know of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::language::{self, Direction};
use crate::parse::{Inline, InlineKind, NodeId, filled_text};
use crate::resolve::Resolved;
use crate::typeset::Setter;

use super::Parts;
use super::breaks::{Breaks, PageMark};
use super::pictures::Pictures;
use super::targets::Targets;
use super::whole;
use crate::xml::{Attribute, Markup};

/// What all files of a book are written from.
pub(super) struct Context<'a> {
    pub(super) resolved: &'a Resolved,
    pub(super) parts: &'a Parts,
    pub(super) targets: Targets<'a>,
    pub(super) pictures: Arc<Pictures>,
    /// Draws formulas, where the book asks for that.
    pub(super) setter: OnceLock<Setter>,
}

impl Context<'_> {
    /// What draws formulas.
    pub(super) fn setter(&self) -> &Setter {
        self.setter.get_or_init(|| Setter::new(&self.parts.theme, &self.parts.fonts, &self.resolved.book.language))
    }
}

/// The characters of the manuscript's own text, by kind of face: what fonts are cut down to.
/// The reader's text is not among them, so that fonts are the same in every copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Characters {
    pub(super) prose: BTreeSet<char>,
    pub(super) code: BTreeSet<char>,
    /// Bold and italic at once was used.
    pub(super) bold_italic: bool,
    /// A table was used.
    pub(super) tables: bool,
    /// Something runs from right to left.
    pub(super) rtl: bool,
    /// Something is in a language of East Asia, which has no italics.
    pub(super) without_italics: bool,
}

impl Characters {
    /// Takes over what another file uses.
    pub(super) fn merge(&mut self, other: Characters) {
        self.prose.extend(other.prose);
        self.code.extend(other.code);
        self.bold_italic |= other.bold_italic;
        self.tables |= other.tables;
        self.rtl |= other.rtl;
        self.without_italics |= other.without_italics;
    }
}

/// A finished file with what the rest of the book must know of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// File name.
    pub(super) file: String,
    /// The whole file.
    pub(super) xhtml: String,
    /// Whether the reader's words stand in it.
    pub(super) personal: bool,
    /// Whether a drawing stands within its text.
    pub(super) svg: bool,
    /// Whether formulas stand within it as MathML.
    pub(super) mathml: bool,
    /// Whether formulas are drawn within it.
    pub(super) drawn_formulas: bool,
    /// Characters of the manuscript's text.
    pub(super) characters: Characters,
    /// Pages that begin in it.
    pub(super) pages: Vec<PageMark>,
    /// For each index term in it the page in force.
    pub(super) term_pages: BTreeMap<NodeId, String>,
}

/// Writes one section.
pub(super) struct Scribe<'a> {
    pub(super) context: &'a Context<'a>,
    /// Index of the section.
    pub(super) section: usize,
    pub(super) xml: Markup,
    pub(super) breaks: Breaks,
    /// The page in force.
    pub(super) page: Option<String>,
    pub(super) written: Written,
    /// Notes called so far, in order.
    pub(super) notes: Vec<NodeId>,
    /// In how many places each note was called that can be gone back to.
    pub(super) note_places: BTreeMap<NodeId, u32>,
    /// The next paragraph opens a chapter.
    pub(super) begins: bool,
    /// Nesting of blocks.
    pub(super) depth: usize,
    /// Within a link: no link may stand in it.
    pub(super) in_link: bool,
    /// Depth of strong and of emphasis, to know when a bold italic is needed.
    pub(super) strong: usize,
    pub(super) emphasis: usize,
    /// Whether text goes to the code's face.
    pub(super) mono: bool,
    /// Direction in force.
    pub(super) direction: Direction,
}

impl<'a> Scribe<'a> {
    /// A scribe for a section.
    pub(super) fn new(context: &'a Context<'a>, section: usize, breaks: Breaks, page: Option<String>) -> Scribe<'a> {
        Scribe {
            context,
            section,
            xml: Markup::new(),
            breaks,
            page,
            written: Written { file: context.targets.file(section), ..Written::default() },
            notes: Vec::new(),
            note_places: BTreeMap::new(),
            begins: false,
            depth: 0,
            in_link: false,
            strong: 0,
            emphasis: 0,
            mono: false,
            direction: Direction::LeftToRight,
        }
    }

    /// The attribute for a node's id, if anything names it.
    pub(super) fn id(&self, node: NodeId) -> Option<String> {
        self.context.targets.id(node)
    }

    /// A start tag with the node's id before other attributes.
    pub(super) fn open_with_id(&mut self, tag: &str, node: NodeId, attributes: &[Attribute<'_>]) {
        let id = self.id(node);
        let mut all: Vec<Attribute<'_>> = id.iter().map(|id| ("id", id.as_str())).collect();
        all.extend_from_slice(attributes);
        if !self.context.resolved.is_changed(node) {
            return self.xml.open(tag, &all);
        }
        let class = attributes.iter().find(|(name, _)| *name == "class").map(|(_, class)| format!("{class} changed"));
        all.retain(|(name, _)| *name != "class");
        all.push(("class", class.as_deref().unwrap_or("changed")));
        self.xml.open(tag, &all);
    }

    /// Text of the manuscript, with the page breaks that fall into it.
    pub(super) fn text(&mut self, text: &str) {
        self.note_characters(text);
        self.written.characters.bold_italic |= self.strong > 0 && self.emphasis > 0;
        if self.mono {
            return self.text_with_breaks(text);
        }
        for (stays_whole, part) in whole::parts(text) {
            if stays_whole {
                self.flush_breaks();
                self.xml.open("span", &[("class", "whole")]);
                self.text_with_breaks(part);
                self.xml.close("span");
            } else {
                self.text_with_breaks(part);
            }
        }
    }

    /// Text that is not the manuscript's, and in which no pages begin.
    pub(super) fn own_text(&mut self, text: &str) {
        self.note_characters(text);
        self.xml.text(text);
    }

    /// What is written needs fonts.
    fn note_characters(&mut self, text: &str) {
        let set = if self.mono { &mut self.written.characters.code } else { &mut self.written.characters.prose };
        for c in text.chars() {
            if !set.contains(&c) {
                set.insert(c);
            }
        }
    }

    /// The reader's text, isolated for the bidirectional algorithm.
    pub(super) fn personal(&mut self, text: &str) {
        self.written.personal = true;
        self.flush_breaks();
        self.xml.open("bdi", &[("class", "personal")]);
        self.text_with_breaks(text);
        self.xml.close("bdi");
    }

    fn text_with_breaks(&mut self, text: &str) {
        if self.breaks.idle() {
            return self.xml.text(text);
        }
        self.flush_breaks();
        let mut from = 0;
        for (at, mark) in self.breaks.within(text) {
            self.xml.text(text.get(from..at).unwrap_or_default());
            self.page_break(&mark);
            from = from.max(at);
        }
        self.xml.text(text.get(from..).unwrap_or_default());
    }

    /// Counts text that is not written, such as a picture's.
    pub(super) fn skip_text(&mut self, text: &str) {
        for (_, mark) in self.breaks.within(text) {
            self.page_break(&mark);
        }
    }

    /// Writes the page breaks that are due. To be called where a `span` may stand.
    pub(super) fn flush_breaks(&mut self) {
        while let Some(mark) = self.breaks.due() {
            self.page_break(&mark);
        }
    }

    /// Writes a page break.
    pub(super) fn page_break(&mut self, mark: &PageMark) {
        let attributes = [("epub:type", "pagebreak"), ("role", "doc-pagebreak"), ("id", mark.id.as_str()), ("aria-label", mark.label.as_str())];
        self.xml.open("span", &attributes);
        self.xml.close("span");
        self.page = Some(mark.label.clone());
        self.written.pages.push(mark.clone());
    }

    /// The direction of a paragraph, where it differs from that around it: all of its letters run from right to left.
    pub(super) fn direction_of(&mut self, inlines: &[Inline]) -> Option<&'static str> {
        let rtl = !self.direction.is_rtl() && language::is_rtl_throughout(&self.plain(inlines));
        self.written.characters.rtl |= rtl;
        rtl.then_some("rtl")
    }

    /// The attribute for a structure whose direction is this, where it differs from that around it.
    pub(super) fn turned(&self, direction: Direction) -> Option<Attribute<'static>> {
        (direction != self.direction).then_some(("dir", direction.name()))
    }

    /// Writes something that runs so.
    pub(super) fn running(&mut self, direction: Direction, content: impl FnOnce(&mut Self)) {
        let outer = self.turn(direction);
        content(self);
        self.direction = outer;
    }

    /// From here on everything runs so. Gives what it did before.
    pub(super) fn turn(&mut self, direction: Direction) -> Direction {
        self.written.characters.rtl |= direction.is_rtl();
        std::mem::replace(&mut self.direction, direction)
    }

    /// Plain text of inlines, fields filled: as page breaks count it.
    pub(super) fn plain(&self, inlines: &[Inline]) -> String {
        plain(self.context.resolved, inlines)
    }
}

/// Plain text of inlines, fields filled.
pub(super) fn plain(resolved: &Resolved, inlines: &[Inline]) -> String {
    filled_text(inlines, &|field| match (resolved.fields.get(&field.id), &field.kind) {
        (Some(value), _) => &value.text,
        (None, InlineKind::Field { default: Some(default), .. }) => default,
        _ => "",
    })
}
