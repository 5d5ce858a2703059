//! A paragraph's text before it is shaped: spans of one style, objects among them, anchors and notes.

use std::fmt;
use std::sync::Arc;

use crate::language::{Direction, isolated};
use crate::length::Length;
use crate::load::Pos;
use crate::parse::{Format, Inline, NodeId, Plain, plain_pieces};
use crate::resolve::ChapterInput;
use crate::theme::{ParagraphDesign, TextStyle};

use super::frame::{LinkTarget, Mark, Placed};
use super::tags::TagId;

/// Stands for an object in a paragraph's text.
pub(super) const OBJECT: char = '\u{FFFC}';
/// Stands for a line break that was asked for.
pub(super) const LINE_BREAK: char = '\u{2028}';

/// What all text of a span has in common.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SpanStyle {
    /// Style.
    pub style: TextStyle,
    /// What it is.
    pub mark: Mark,
    /// Comes from the reader.
    pub personal: bool,
    /// The field whose value it is, where it comes from the reader.
    pub field: Option<NodeId>,
    /// How far the baseline is raised.
    pub rise: Length,
    /// Where it leads.
    pub link: Option<Arc<Link>>,
    /// Struck out.
    pub strike: bool,
    /// Stressed: letters of scripts without italics have dots.
    pub stress: bool,
    /// Code: divided only at its joints, never hyphenated.
    pub code: bool,
    /// May be hyphenated: text in the book's language.
    pub hyphenate: bool,
}

impl SpanStyle {
    /// Plain text.
    pub(super) fn new(style: TextStyle, mark: Mark) -> SpanStyle {
        SpanStyle { style, mark, personal: false, field: None, rise: Length::ZERO, link: None, strike: false, stress: false, code: false, hyphenate: true }
    }

    /// The same where a link's description speaks of another reader.
    fn refilled<'v>(&self, value: &impl Fn(NodeId) -> &'v str) -> SpanStyle {
        let link = self.link.as_ref().map(|link| Arc::new(Link { description: link.description.refilled(value), ..(**link).clone() }));
        SpanStyle { link, ..self.clone() }
    }
}

/// A link's target and element.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    /// Where it leads.
    pub to: LinkTarget,
    /// Its element.
    pub tag: TagId,
    /// What it says to somebody who cannot see it.
    pub description: Description,
    /// Has a hairline under it.
    pub underline: bool,
    /// The hairline is paler: a term of the glossary.
    pub pale: bool,
}

/// What is said of something to somebody who cannot see it. The reader's words stand in it as fields, so that it can be said
/// anew for another reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Description(Vec<DescriptionPart>);

#[derive(Clone, Debug, PartialEq)]
enum DescriptionPart {
    Words(String),
    Field(NodeId, String),
}

impl Description {
    /// Words that are the same for every reader.
    pub(super) fn of_words(words: impl Into<String>) -> Description {
        Description(vec![DescriptionPart::Words(words.into())])
    }

    /// What inlines say in the PDF.
    pub(super) fn of_inlines(inlines: &[Inline], input: &ChapterInput<'_>) -> Description {
        let mut parts = Vec::new();
        plain_pieces(inlines, Some(Format::Pdf), &mut |piece| match piece {
            Plain::Text(text) => parts.push(DescriptionPart::Words(text.to_string())),
            Plain::Field(field) => match input.fields.get(&field.id) {
                Some(value) if value.personal => parts.push(DescriptionPart::Field(field.id, value.text.clone())),
                Some(value) => parts.push(DescriptionPart::Words(value.text.clone())),
                None => {}
            },
        });
        Description(parts)
    }

    /// The same with other values in the reader's fields.
    fn refilled<'v>(&self, value: &impl Fn(NodeId) -> &'v str) -> Description {
        let part = |part: &DescriptionPart| match part {
            DescriptionPart::Field(field, _) => DescriptionPart::Field(*field, value(*field).to_string()),
            words => words.clone(),
        };
        Description(self.0.iter().map(part).collect())
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(DescriptionPart::Words(text) | DescriptionPart::Field(_, text))| f.write_str(text))
    }
}

/// Something that stands in a line like a letter: a picture, or any other drawing with a baseline.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its width.
    pub width: Length,
    /// Its height above the baseline.
    pub height: Length,
    /// Its depth below the baseline.
    pub depth: Length,
    /// Items, relative to the left end of the baseline.
    pub items: Vec<Placed>,
    /// Belongs to what stands beside it as a letter does: a line ends before and behind it only at spaces.
    pub is_letter: bool,
}

/// A space that is not the style's own: between the pieces of a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OwnSpace {
    /// Where it stands.
    pub at: usize,
    /// Its width.
    pub width: Length,
    /// What it costs if a line ends there, where it may.
    pub cost: Option<f64>,
}

/// A passage whose direction is its own.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Isolate {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which way it runs; as its first letter does if nothing says it.
    pub direction: Option<Direction>,
}

/// A paragraph's text.
#[derive(Clone, Debug, Default)]
pub(super) struct ParagraphText {
    /// Where its block stands in the source.
    pub pos: Pos,
    /// All text; objects and line breaks by their stand-ins.
    pub text: String,
    /// End offset of each span and index of its style.
    pub spans: Vec<(usize, usize)>,
    /// Styles.
    pub styles: Vec<SpanStyle>,
    /// Objects by offset of their stand-in, ascending.
    pub objects: Vec<(usize, Object)>,
    /// Spaces with widths of their own, ascending.
    pub spaces: Vec<OwnSpace>,
    /// Destinations by offset, ascending.
    pub anchors: Vec<(usize, NodeId)>,
    /// Offsets of index terms, ascending.
    pub terms: Vec<usize>,
    /// Notes called, by offset, ascending; indices into the galley's notes.
    pub notes: Vec<(usize, u32)>,
    /// Passages of a direction of their own, which leave the order of the text around them alone: start, end, and which way they run if
    /// that is known. Those around others come first.
    pub isolates: Vec<Isolate>,
    /// Offsets of text that is not the block's own (note numbers), to be left out when offsets are counted: start and end.
    pub foreign: Vec<(usize, usize)>,
    /// Where text stands for something longer or shorter in the block's plain text, ascending: its end, and by how much.
    pub counted: Vec<(usize, i64)>,
    /// What a check box beside it says.
    pub label: Description,
    /// Letters that are twice as wide as others take the room of two: lines of code.
    pub cells: bool,
}

impl ParagraphText {
    /// Adds text in a style. Control characters, which no font draws, become spaces.
    pub(super) fn push(&mut self, text: &str, style: &SpanStyle) {
        if text.is_empty() {
            return;
        }
        self.push_characters(text);
        self.close(style);
    }

    fn push_characters(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                LINE_BREAK | OBJECT => self.text.push('\u{FFFD}'),
                '\n' | '\t' | '\u{2029}' => self.text.push(' '),
                c if c.is_control() => self.text.push('\u{FFFD}'),
                c => self.text.push(c),
            }
        }
    }

    /// Adds the value of a field, each of its lines on one of its own. A right-to-left name keeps its own order and leaves that of the
    /// text around it alone.
    pub(super) fn push_value(&mut self, text: &str, style: &SpanStyle) {
        if text.is_empty() {
            return;
        }
        for (number, line) in isolated(text).split('\n').enumerate() {
            if number > 0 {
                self.text.push(LINE_BREAK);
            }
            self.push_characters(line);
        }
        self.close(style);
    }

    /// The reader's fields that stand in it.
    pub(super) fn fields(&self) -> impl Iterator<Item = NodeId> {
        self.spans.iter().filter_map(|(_, style)| self.styles.get(*style)?.field)
    }

    /// The same text with other values in the reader's fields.
    pub(super) fn refilled<'v>(&self, value: impl Fn(NodeId) -> &'v str) -> ParagraphText {
        let styles = self.styles.iter().map(|style| style.refilled(&value)).collect();
        let mut new = ParagraphText { pos: self.pos, styles, label: self.label.refilled(&value), ..ParagraphText::default() };
        // Where each span ended and where it ends now: what stands at an offset moves with the span before it.
        let mut moved: Vec<(usize, usize)> = vec![(0, 0)];
        let mut from = 0;
        for (end, style) in &self.spans {
            let field = self.styles.get(*style).and_then(|s| s.field);
            match (field, new.styles.get(*style).cloned()) {
                (Some(field), Some(style)) => new.push_value(value(field), &style),
                _ => new.text.push_str(self.text.get(from..*end).unwrap_or_default()),
            }
            if field.is_none() {
                new.spans.push((new.text.len(), *style));
            }
            moved.push((*end, new.text.len()));
            from = *end;
        }
        let place = |at: usize| {
            let span = moved.partition_point(|(old, _)| *old <= at).saturating_sub(1);
            moved.get(span).map_or(at, |(old, now)| at - old + now)
        };
        new.objects = self.objects.iter().map(|(at, object)| (place(*at), object.clone())).collect();
        new.spaces = self.spaces.iter().map(|space| OwnSpace { at: place(space.at), ..*space }).collect();
        new.counted = self.counted.iter().map(|(at, by)| (place(*at), *by)).collect();
        new.anchors = self.anchors.iter().map(|(at, node)| (place(*at), *node)).collect();
        new.terms = self.terms.iter().map(|at| place(*at)).collect();
        new.notes = self.notes.iter().map(|(at, note)| (place(*at), *note)).collect();
        new.isolates = self.isolates.iter().map(|i| Isolate { start: place(i.start), end: place(i.end), ..*i }).collect();
        new.foreign = self.foreign.iter().map(|(start, end)| (place(*start), place(*end))).collect();
        new
    }

    /// Adds a line break. The block's plain text has a space there.
    pub(super) fn push_break(&mut self, style: &SpanStyle) {
        let start = self.text.len();
        self.text.push(LINE_BREAK);
        self.count(start, 1);
        self.close(style);
    }

    /// Adds an object.
    pub(super) fn push_object(&mut self, object: Object, style: &SpanStyle) {
        self.objects.push((self.text.len(), object));
        self.text.push(OBJECT);
        self.close(style);
    }

    /// Isolates what was added since `start`. `at` is how many passages there were then.
    pub(super) fn isolate(&mut self, start: usize, at: usize, direction: Option<Direction>) {
        if start < self.text.len() {
            self.isolates.insert(at.min(self.isolates.len()), Isolate { start, end: self.text.len(), direction });
        }
    }

    /// Isolates each piece of code.
    pub(super) fn isolate_code(&mut self) {
        let starts = std::iter::once(0).chain(self.spans.iter().map(|(end, _)| *end));
        let codes = starts.zip(&self.spans).filter(|(_, (_, style))| self.styles.get(*style).is_some_and(|style| style.code));
        self.isolates = codes.map(|(start, (end, _))| Isolate { start, end: *end, direction: Some(Direction::LeftToRight) }).collect();
    }

    /// Adds a space of a width, at which a line may end for a cost, or not at all.
    pub(super) fn push_space(&mut self, width: Length, cost: Option<f64>, style: &SpanStyle) {
        self.spaces.push(OwnSpace { at: self.text.len(), width, cost });
        self.text.push(if cost.is_some() { ' ' } else { '\u{A0}' });
        self.close(style);
    }

    /// What was added since `start` stands for so many bytes of the block's plain text.
    pub(super) fn count(&mut self, start: usize, bytes: usize) {
        self.counted.push((self.text.len(), bytes as i64 - (self.text.len() - start) as i64));
    }

    /// Names this place.
    pub(super) fn anchor(&mut self, node: NodeId) {
        self.anchors.push((self.text.len(), node));
    }

    /// Takes over another text after this one.
    pub(super) fn append(&mut self, other: ParagraphText) {
        let base = self.text.len();
        self.pos = other.pos;
        self.text.push_str(&other.text);
        for (end, style) in other.spans {
            let index = self.style(&other.styles[style]);
            self.spans.push((base + end, index));
        }
        self.objects.extend(other.objects.into_iter().map(|(at, o)| (base + at, o)));
        self.spaces.extend(other.spaces.into_iter().map(|space| OwnSpace { at: base + space.at, ..space }));
        self.counted.extend(other.counted.into_iter().map(|(at, by)| (base + at, by)));
        self.anchors.extend(other.anchors.into_iter().map(|(at, a)| (base + at, a)));
        self.terms.extend(other.terms.into_iter().map(|at| base + at));
        self.notes.extend(other.notes.into_iter().map(|(at, n)| (base + at, n)));
        self.isolates.extend(other.isolates.into_iter().map(|i| Isolate { start: base + i.start, end: base + i.end, ..i }));
        self.foreign.extend(other.foreign.into_iter().map(|(a, b)| (base + a, base + b)));
    }

    fn close(&mut self, style: &SpanStyle) {
        let end = self.text.len();
        if let Some(last) = self.spans.last_mut()
            && self.styles[last.1] == *style
        {
            last.0 = end;
            return;
        }
        let index = self.style(style);
        self.spans.push((end, index));
    }

    /// The index of a style. It is looked for among the latest only: a paragraph of thousands of links has as many styles, each
    /// once, while a text that goes to and fro between a few finds them there.
    fn style(&mut self, style: &SpanStyle) -> usize {
        const LATEST: usize = 16;
        let from = self.styles.len().saturating_sub(LATEST);
        self.styles[from..].iter().rposition(|s| s == style).map_or_else(
            || {
                self.styles.push(style.clone());
                self.styles.len() - 1
            },
            |at| from + at,
        )
    }

    /// Sets the first words in small capitals, as a chapter begins: up to the last space within so many letters,
    /// where they are plain words in one style.
    pub(super) fn small_caps_at_start(&mut self, design: &ParagraphDesign) {
        let Some((first_end, style)) = self.spans.first().copied() else { return };
        let base = &self.styles[style];
        if base.personal || base.link.is_some() || base.code {
            return;
        }
        let Some(cut) = design.first_words(&self.text[..first_end]) else { return };
        let mut capitals = base.clone();
        capitals.style.small_caps = true;
        capitals.style.tracking = 30;
        self.styles.push(capitals);
        self.spans.insert(0, (cut, self.styles.len() - 1));
    }

    /// The same without the hairlines under its links: a heading is no running text.
    pub(super) fn without_hairlines(mut self) -> ParagraphText {
        for link in self.styles.iter_mut().filter_map(|s| s.link.as_mut()) {
            Arc::make_mut(link).underline = false;
        }
        self
    }

    /// Whether there is nothing to set.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
