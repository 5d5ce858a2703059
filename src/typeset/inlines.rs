//! Inlines to a paragraph's text: styles, links, notes, pictures in the line.

use std::sync::Arc;

use crate::diag::Code;
use crate::language::{Direction, is_wide, primary};
use crate::length::{Length, Point, Size};
use crate::load::Pos;
use crate::parse::{Format, Image, ImageWidth, Inline, InlineKind, NodeId};
use crate::resolve::{LinkTo, PictureKind};
use crate::theme::{Family, Figures, Medium, TextStyle, Weight};

use super::builder::Builder;
use super::frame::{Destination, Item, LinkTarget, Placed};
use super::setter::Piece;
use super::tags::Role;
use super::text::{Description, Link, Object, ParagraphText, SpanStyle};

/// What stands around the reading of a word of East Asia.
const READING: (&str, &str) = ("（", "）");
/// CSS pixels to points.
const PIXEL: (i64, i64) = (3, 4);

impl Builder<'_> {
    /// The text of a block: its inlines in a style, as content of element `tag`.
    pub(super) fn text(&mut self, inlines: &[Inline], style: &TextStyle, tag: u32, pos: Pos) -> ParagraphText {
        let mut text = ParagraphText { pos, ..ParagraphText::default() };
        for name in std::mem::take(&mut self.pending) {
            text.anchor(name);
        }
        let base = SpanStyle::new(*style, self.mark(tag));
        self.inlines(inlines, &base, tag, pos, &mut text);
        text
    }

    fn inlines(&mut self, inlines: &[Inline], style: &SpanStyle, tag: u32, pos: Pos, out: &mut ParagraphText) {
        for inline in inlines {
            self.inline(inline, style, tag, pos, out);
        }
    }

    fn inline(&mut self, inline: &Inline, style: &SpanStyle, tag: u32, pos: Pos, out: &mut ParagraphText) {
        match &inline.kind {
            InlineKind::Text(text) => {
                self.check_characters(text, pos, false);
                out.push(text, style);
            }
            InlineKind::Field { .. } => self.field(inline.id, style, pos, out),
            InlineKind::Emphasis(content) => self.marked(Role::Emphasis, content, italic(style), tag, pos, out),
            InlineKind::Strong(content) => self.marked(Role::Strong, content, strong(style), tag, pos, out),
            InlineKind::Ruby(content) => self.inlines(content, style, tag, pos, out),
            InlineKind::Reading(content) => self.reading(content, style, tag, pos, out),
            InlineKind::Strike(content) => self.inlines(content, &SpanStyle { strike: true, ..style.clone() }, tag, pos, out),
            InlineKind::Superscript(content) => self.inlines(content, &raised(style, 33), tag, pos, out),
            InlineKind::Subscript(content) => self.inlines(content, &raised(style, -14), tag, pos, out),
            InlineKind::Code(code) | InlineKind::Keyboard(code) => {
                self.check_characters(code, pos, false);
                let child = self.tag(tag, Role::Code, None);
                let start = out.text.len();
                out.push(code, &SpanStyle { mark: self.mark(child), ..code_style(style) });
                out.isolate(start, out.isolates.len(), Some(Direction::LeftToRight));
            }
            InlineKind::Link { content, .. } => self.link(inline, content, style, tag, pos, out),
            InlineKind::Formula(formula) => self.formula(inline, formula, style, tag, out),
            InlineKind::Image(image) => {
                self.check_drawing(inline.id, pos);
                self.picture(inline.id, image, style, tag, out);
            }
            InlineKind::NoteRef(label) => self.note_ref(inline.id, label, style, tag, out),
            InlineKind::Break => out.push_break(style),
            // Carried out before a page is set.
            InlineKind::Citation(_) => {}
            InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => {
                if matches!(inline.kind, InlineKind::IndexTerm(_)) {
                    out.terms.push(out.text.len());
                }
                if self.input.named.contains(&inline.id) {
                    out.anchor(inline.id);
                }
            }
            InlineKind::Span { language, direction, content } => {
                let (start, isolates) = (out.text.len(), out.isolates.len());
                let foreign = language.as_deref().is_some_and(|l| primary(l) != primary(self.input.language));
                let inner = SpanStyle { hyphenate: style.hyphenate && !foreign, ..style.clone() };
                if let Some(language) = language {
                    let child = self.tag(tag, Role::Span, None);
                    self.speaks(child, language);
                    let mark = self.mark(child);
                    self.inlines(content, &SpanStyle { mark, ..inner }, child, pos, out);
                } else {
                    self.inlines(content, &inner, tag, pos, out);
                }
                out.isolate(start, isolates, direction.or(language.as_deref().map(Direction::of_language)));
            }
            InlineKind::Only(format, content) => {
                if *format == Format::Pdf {
                    self.inlines(content, style, tag, pos, out);
                }
            }
        }
    }

    /// How a word is read, in brackets after it. It is not the block's own text, as far as offsets count.
    fn reading(&mut self, content: &[Inline], style: &SpanStyle, tag: u32, pos: Pos, out: &mut ParagraphText) {
        let start = out.text.len();
        let wide = out.text.chars().next_back().is_some_and(is_wide);
        let (open, close) = if wide { READING } else { ("(", ")") };
        // The bracket stays with the word.
        out.push("\u{2060}", style);
        out.push(open, style);
        self.inlines(content, style, tag, pos, out);
        out.push(close, style);
        out.foreign.push((start, out.text.len()));
    }

    /// Inlines that are an element of their own.
    fn marked(&mut self, role: Role, content: &[Inline], style: SpanStyle, tag: u32, pos: Pos, out: &mut ParagraphText) {
        let child = self.tag(tag, role, None);
        self.inlines(content, &SpanStyle { mark: self.mark(child), ..style }, child, pos, out);
    }

    fn field(&mut self, id: NodeId, style: &SpanStyle, pos: Pos, out: &mut ParagraphText) {
        let Some(value) = self.input.fields.get(&id) else { return };
        let (text, personal) = (value.text.clone(), value.personal);
        self.check_characters(&text, pos, personal);
        out.push_value(&text, &SpanStyle { personal: style.personal || personal, field: personal.then_some(id), ..style.clone() });
    }

    fn link(&mut self, inline: &Inline, content: &[Inline], style: &SpanStyle, tag: u32, pos: Pos, out: &mut ParagraphText) {
        let to = match self.input.links.get(&inline.id) {
            Some(LinkTo::Node(node)) => Some(LinkTarget::Destination(Destination::Node(*node))),
            Some(LinkTo::Url(url)) => Some(LinkTarget::Url(Arc::from(url.as_str()))),
            Some(LinkTo::Nothing) | None => None,
        };
        let text = self.input.link_texts.get(&inline.id).copied().cloned();
        let start = out.text.len();
        let term = match &to {
            Some(LinkTarget::Destination(Destination::Node(node))) if Some(node.section) == self.input.glossary && node.index > 0 => Some(*node),
            _ => None,
        };
        // A term is a link where a chapter speaks of it first; more would be a page full of hairlines.
        let again = term.is_some_and(|term| !self.mentioned.insert(term));
        let Some(to) = to.filter(|_| style.link.is_none() && !again) else {
            self.inlines(content, style, tag, pos, out);
            if let Some(text) = text {
                out.push(&text, style);
            }
            return;
        };
        let child = self.tag(tag, Role::Link, Some(inline.id));
        let link = |description| Link { to: to.clone(), tag: self.tag_id(child), description, underline: true, pale: term.is_some() };
        // The description is the link's own text; it is known once the text is set, so it is gathered first.
        let description = text.as_deref().map_or_else(|| Description::of_inlines(content, self.input), Description::of_words);
        let inner = SpanStyle { link: Some(Arc::new(link(description))), mark: self.mark(child), ..style.clone() };
        self.inlines(content, &inner, child, pos, out);
        if let Some(text) = text {
            out.push(&text, &inner);
        }
        if out.text.len() == start {
            // A link without anything to see still has to be somewhere: its address is its text.
            if let LinkTarget::Url(url) = &to {
                out.push(url, &inner);
            }
        }
        if term.is_none() {
            self.page_of(&to, style, out);
        }
    }

    /// On paper nobody can press a link: the page of another chapter's place stands behind it, *(p. 101)*, in a box as wide as that of a
    /// page of three figures, so that no line depends on the number.
    fn page_of(&mut self, to: &LinkTarget, style: &SpanStyle, out: &mut ParagraphText) {
        let LinkTarget::Destination(Destination::Node(node)) = to else { return };
        let elsewhere = self.here().is_some_and(|here| here.section.id.section != node.section);
        if self.setter.theme.page.medium != Medium::Print || self.boxes > 0 || !elsewhere || out.text.is_empty() {
            return;
        }
        let start = out.text.len();
        out.push(" ", style);
        let widest = self.input.words.behind_link(&self.input.words.figures("888"));
        let width = self.setter.line(&[Piece::new(&widest, &style.style, style.mark)]).width;
        let item = Item::Folio { node: *node, style: style.style, room: Some(width), brackets: true };
        let size = style.style.size;
        let object = Object {
            width,
            height: size.scale(7, 10),
            depth: Length::ZERO,
            items: vec![Placed { at: Point::default(), mark: style.mark, item }],
            is_letter: true,
        };
        out.push_object(object, style);
        out.foreign.push((start, out.text.len()));
    }

    fn note_ref(&mut self, id: NodeId, label: &str, style: &SpanStyle, tag: u32, out: &mut ParagraphText) {
        let start = out.text.len();
        let Some(info) = self.input.note_refs.get(&id).copied().copied() else {
            // A reference without a note stays as it was written.
            out.push(&format!("[^{label}]"), style);
            return;
        };
        let reference = self.tag(tag, Role::Reference, Some(id));
        let number = self.input.words.figures(&info.number.to_string()).into_owned();
        let mut mark_style = raised(style, 33);
        mark_style.style.figures = Figures::Lining;
        mark_style.style.small_caps = false;
        mark_style.mark = self.mark(reference);
        if self.input.named.contains(&info.note) && style.link.is_none() {
            let child = self.tag(reference, Role::Link, Some(id));
            mark_style.mark = self.mark(child);
            let description = Description::of_words(format!("{} {number}", self.input.words.note));
            mark_style.link = Some(Arc::new(Link {
                to: LinkTarget::Destination(Destination::Node(info.note)),
                tag: self.tag_id(child),
                description,
                underline: false,
                pale: false,
            }));
        }
        // The number must not part from the word it belongs to.
        out.push("\u{2060}", &mark_style);
        out.push(&number, &mark_style);
        out.foreign.push((start, out.text.len()));
        let note = if info.first { self.note(info.note, info.number, tag) } else { self.note_again(info.note, info.number, tag) };
        out.notes.extend(note.map(|note| (start, note)));
    }

    fn picture(&mut self, id: NodeId, image: &Image, style: &SpanStyle, tag: u32, out: &mut ParagraphText) {
        let Some(picture) = self.input.images.get(&id) else { return };
        let (start, said) = (out.text.len(), image.alt.as_deref().unwrap_or_default().len());
        let Some(file) = picture.file.clone() else {
            out.push(&format!("[{}]", picture.in_its_place(&image.source)), style);
            return out.count(start, said);
        };
        let most = self.picture_limit.unwrap_or(self.setter.theme.measure());
        let natural = asked(image, Size::new(pixels(file.pixels.0), pixels(file.pixels.1)), most);
        let limit = Size::new(most, self.setter.theme.text_height() / 2);
        let size = fit(natural, limit);
        let mark = if picture.alt.is_empty() {
            super::frame::Mark::Artifact(super::frame::Artifact::Layout)
        } else {
            let child = self.tag(tag, Role::Figure { alt: picture.alt.clone() }, Some(id));
            self.mark(child)
        };
        let at = Point::new(Length::ZERO, -size.height);
        let items = vec![Placed { at, mark, item: Item::Picture { file, size, turned: false } }];
        out.push_object(Object { width: size.width, height: size.height, depth: Length::ZERO, items, is_letter: false }, style);
        out.count(start, said);
    }

    /// Warns of characters of a drawing that no font has.
    pub(super) fn check_drawing(&mut self, id: NodeId, pos: Pos) {
        let Some(file) = self.input.images.get(&id).and_then(|picture| picture.file.clone()) else { return };
        for c in file.text.chars().filter(|c| !c.is_control() && !self.setter.covers(*c)) {
            let message = format!("no font has the character `{c}` (U+{:04X}) of the drawing `{}`: a box stands in its place", c as u32, file.path);
            self.warn(Code::CharacterWithoutFont, pos, message, &font_hint(c));
        }
    }

    /// Warns of characters that no font has; in a reader's name that is an error.
    fn check_characters(&mut self, text: &str, pos: Pos, personal: bool) {
        if text.is_ascii() {
            return;
        }
        for c in text.chars().filter(|c| !c.is_ascii() && !c.is_control() && !self.setter.covers(*c)) {
            let message = format!("no font has the character `{c}` (U+{:04X}); it is drawn as its code point", c as u32);
            let hint = font_hint(c);
            let diagnostic = if personal {
                crate::diag::Diagnostic::error(Code::CharacterWithoutFont, message)
            } else {
                crate::diag::Diagnostic::warning(Code::CharacterWithoutFont, message)
            };
            self.findings.push((pos, diagnostic.hint(hint)));
        }
    }
}

/// The size of a picture in points, from CSS pixels.
pub(super) fn pixels(count: u32) -> Length {
    Length::from_wide(i64::from(count) * 65536 * PIXEL.0 / PIXEL.1)
}

/// The size that a picture is asked to have, else its own; a share is one of `measure`.
pub(super) fn asked(image: &Image, natural: Size, measure: Length) -> Size {
    let (w, h) = (i64::from(natural.width.raw().max(1)), i64::from(natural.height.raw().max(1)));
    let wide = |width: Length| Size::new(width, width.scale(h, w));
    match (image.width, image.height) {
        (Some(ImageWidth::PerMille(share)), _) => wide(measure.scale(i64::from(share.min(1000)), 1000)),
        (Some(ImageWidth::Pixels(count)), _) => wide(pixels(count)),
        (None, Some(height)) => Size::new(pixels(height).scale(w, h), pixels(height)),
        (None, None) => natural,
    }
}

/// The largest size of the same shape that fits a limit; never enlarged.
pub(super) fn fit(natural: Size, limit: Size) -> Size {
    let (w, h) = (i64::from(natural.width.raw().max(1)), i64::from(natural.height.raw().max(1)));
    let mut size = natural;
    if size.width > limit.width {
        size = Size::new(limit.width, limit.width.scale(h, w));
    }
    if size.height > limit.height {
        size = Size::new(limit.height.scale(w, h), limit.height);
    }
    Size::new(size.width.max(Length::from_raw(1)), size.height.max(Length::from_raw(1)))
}

/// Whether a picture is drawn rather than photographed, and may be enlarged to the measure.
pub(super) fn scales(kind: PictureKind) -> bool {
    kind == PictureKind::Svg
}

fn italic(style: &SpanStyle) -> SpanStyle {
    let mut style = style.clone();
    style.stress = !style.stress;
    style.style.italic = !style.style.italic;
    // There are no italic small capitals.
    style.style.small_caps = false;
    style
}

fn strong(style: &SpanStyle) -> SpanStyle {
    let mut style = style.clone();
    style.style.weight = match (style.style.family, style.style.weight) {
        (Family::Text | Family::Caption, Weight::Regular) => Weight::Semibold,
        _ => Weight::Bold,
    };
    if style.style.family == Family::Caption {
        style.style.family = Family::Text;
    }
    style
}

fn raised(style: &SpanStyle, percent: i64) -> SpanStyle {
    let mut style = style.clone();
    style.rise += style.style.size.scale(percent, 100);
    style.style.size = style.style.size.scale(66, 100);
    style
}

/// Code in running text: the mono face at the size at which its x-height matches.
fn code_style(style: &SpanStyle) -> SpanStyle {
    let mut style = style.clone();
    if style.style.family != Family::Mono {
        style.style.size = style.style.size.scale(90, 100);
    }
    style.style = TextStyle { family: Family::Mono, small_caps: false, tracking: 0, figures: Figures::Lining, ..style.style };
    style.code = true;
    style
}

/// What to do about a character that no font has.
pub fn font_hint(c: char) -> String {
    format!("install {} or put a font that has it into the project's `fonts` folder", font_package(c))
}

/// Debian's package with a font for a character.
fn font_package(c: char) -> &'static str {
    match c as u32 {
        0x1100..=0x11FF | 0x2E80..=0x9FFF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF => "fonts-noto-cjk",
        0x1F000..=0x1FAFF => "fonts-noto-color-emoji",
        _ => "fonts-noto-core",
    }
}
