//! Markdown events to the builder.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use super::builder::{Builder, Kind, Layer, OpenNode, Origin, Settings, Space};
use super::code;
use super::document::*;
use super::html;
use super::places::GUARD;
use super::text::Run;
use crate::diag::Code;
use crate::load::{Mathematics, Pos};

/// What of Markdown is read: CommonMark, GFM and the extensions that `docs/authoring.md` tells.
///
/// Subscript is not among them, because it takes the single tilde that GFM strikes out with. Superscript is read only
/// where the author writes for this program: elsewhere `^` is a character like another.
pub(super) fn options(settings: Settings<'_>) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.smart);
    options.set(Options::ENABLE_SUPERSCRIPT, settings.fields);
    options
}

/// Reads the builder's text.
pub(super) fn read(builder: &mut Builder<'_>) {
    let places = builder.places;
    let mut reader = Reader { text: &places.text, run: Run::default(), last_end: 0, html: None, formula: false, columns: 0, attributes_at: None };
    for (event, range) in Parser::new_ext(&places.text, options(builder.settings)).into_offset_iter() {
        reader.event(builder, event, range);
    }
    builder.end_run(&mut reader.run);
}

struct Reader<'t> {
    text: &'t str,
    run: Run,
    /// Where the last event ended, to see what was escaped.
    last_end: usize,
    /// Lines of the HTML block that is open, and where it begins.
    html: Option<(usize, String)>,
    /// Within a paragraph that is a formula, which has been taken as it is written.
    formula: bool,
    /// Columns of the table that is open.
    columns: usize,
    /// Where the last picture or link ended, behind which attributes may stand.
    attributes_at: Option<usize>,
}

impl Reader<'_> {
    fn event(&mut self, builder: &mut Builder<'_>, event: Event<'_>, range: Range<usize>) {
        if self.formula {
            if matches!(event, Event::End(pulldown_cmark::TagEnd::Paragraph)) {
                self.formula = false;
                self.last_end = range.end;
                builder.tag_closed();
            }
            return;
        }
        if let Event::Text(text) = &event {
            self.text(builder, text, &range);
            self.last_end = range.end;
            return;
        }
        builder.end_run(&mut self.run);
        let pos = || builder.places.pos(range.start);
        self.last_end = range.end;
        match event {
            Event::Start(Tag::HtmlBlock) => self.html = Some((range.start, String::new())),
            Event::Start(tag) => {
                self.last_end = range.start;
                let pos = pos();
                if let Tag::Table(align) = &tag {
                    self.columns = align.len();
                }
                let unread = builder.settings.mathematics == Mathematics::None && builder.settings.mdbook;
                let source = if unread && matches!(tag, Tag::Paragraph) { formula_of(self.text, &range) } else { None };
                self.formula = source.is_some();
                let serial = match source {
                    Some(source) => formula_alone(builder, pos, source),
                    None => start(builder, tag, pos, &range, self.text),
                };
                builder.tag_opened(serial);
            }
            Event::End(pulldown_cmark::TagEnd::HtmlBlock) => {
                if let Some((start, block)) = self.html.take() {
                    html::block(builder, &block, start);
                }
            }
            Event::End(end) => {
                if end == pulldown_cmark::TagEnd::TableRow {
                    self.cells_beyond(builder, &range);
                }
                builder.tag_closed();
                if matches!(end, pulldown_cmark::TagEnd::Image | pulldown_cmark::TagEnd::Link) {
                    self.attributes_at = Some(range.end);
                }
            }
            Event::Html(line) => match &mut self.html {
                Some((_, block)) => block.push_str(&line),
                None => html::block(builder, &line, range.start),
            },
            Event::InlineHtml(tag) => html::inline(builder, &tag, range.start),
            Event::Code(code) => {
                builder.note_source(&code);
                put_code(builder, pos(), &code);
            }
            Event::FootnoteReference(label) => {
                let pos = pos();
                builder.put_inline(pos, InlineKind::NoteRef(label.to_string()), 'x');
            }
            Event::SoftBreak => {
                builder.note_source(" ");
                soft_break(builder);
            }
            Event::HardBreak => {
                builder.note_source(" ");
                let pos = pos();
                builder.put_break(pos);
            }
            Event::Rule => {
                let pos = pos();
                builder.leaf(pos, BlockKind::Rule);
            }
            Event::TaskListMarker(done) => task(builder, done),
            Event::Text(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    /// A row's cells beyond its table's columns are left out, as GFM has it, and their author should know.
    fn cells_beyond(&self, builder: &mut Builder<'_>, range: &Range<usize>) {
        let cells = cells(self.text.get(range.clone()).unwrap_or(""));
        if cells > self.columns {
            let message = format!("the row has {cells} cells and its table {}: what stands beyond is left out", columns(self.columns));
            let hint = "give the head as many cells, or write `\\|` for a bar that is text";
            builder.findings.warn(Code::TableCells, builder.places.pos(range.start), message, hint);
        }
    }

    /// A piece of text: what was escaped means nothing but itself, what the parser made typographic is made so by the
    /// book's language.
    fn text(&mut self, builder: &mut Builder<'_>, text: &str, range: &Range<usize>) {
        let written = self.text.get(range.clone()).unwrap_or("");
        let escaped = range.start > self.last_end && self.text.as_bytes().get(range.start - 1) == Some(&b'\\');
        let text = if self.attributes_at == Some(range.start) { attributes(builder, text) } else { text };
        if text.is_empty() {
            return;
        }
        if written.ends_with(text) {
            return self.run.push(text, range.start, None, escaped);
        }
        let shown = match written {
            "---" => Some("—"),
            "--" => Some("–"),
            "..." => Some("…"),
            "\"" | "'" => {
                let opens = matches!(text, "“" | "‘");
                let before = self.text.get(..range.start).and_then(|t| t.chars().next_back());
                let next = self.text.get(range.end..).and_then(|t| t.chars().next());
                Some(builder.smart.mark(if written == "'" { '\'' } else { '"' }, opens, before, next))
            }
            _ => None,
        };
        match shown {
            Some(shown) => self.run.push(written, range.start, Some(shown), false),
            // An entity; or text that the parser had to change, which follows its source all the same.
            None => self.run.push(text, range.start, None, true),
        }
    }
}

/// What stands in braces right behind a picture or a link are its attributes, as Pandoc, kramdown and Python-Markdown write them:
/// `![](a.png){#fig-a width=50%}`, `[x](y){: .button }`. Gives the text after them. Of a picture its size, name and description count.
fn attributes<'t>(builder: &mut Builder<'_>, text: &'t str) -> &'t str {
    let Some((inner, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) else { return text };
    let inner = inner.strip_prefix(':').unwrap_or(inner).trim();
    if !super::places::are_attributes(inner) {
        return text;
    }
    let value =
        |key: &str| inner.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('=')).map(|value| value.trim_matches(['"', '\'', '“', '”']));
    let (width, height) = (value("width").and_then(html::size), value("height").and_then(html::size));
    let unread = [("width", width), ("height", height)].into_iter().find_map(|(key, read)| Some((key, value(key).filter(|_| read.is_none())?)));
    let id = inner.split_whitespace().find_map(|word| word.strip_prefix('#')).filter(|id| !id.is_empty());
    let last = builder.frames.last_mut().and_then(|frame| frame.inlines.last_mut());
    if let Some(Inline { kind: InlineKind::Image(image), pos, .. }) = last {
        let pos = *pos;
        if let Some((key, value)) = unread {
            let hint = "write it like `50%`, `300`, `300px`, `8cm` or `3in`";
            builder.findings.warn(Code::PictureSize, pos, format!("the {key} `{value}` cannot be read and is left out"), hint);
        }
        image.width = width.or(image.width);
        image.height = match height {
            Some(ImageWidth::Pixels(pixels)) if image.width.is_none() => Some(pixels),
            _ => image.height,
        };
        if let Some(id) = id {
            builder.add_mark(pos, InlineKind::Anchor(id.to_string()));
        }
    }
    rest
}

fn columns(count: usize) -> String {
    if count == 1 { "one column".to_string() } else { format!("{count} columns") }
}

/// Cells of a row as it is written: a bar parts them wherever it has no backslash before it, in code too.
fn cells(row: &str) -> usize {
    let row = row.trim();
    let bars = row.bytes().zip(std::iter::once(b' ').chain(row.bytes())).filter(|(b, before)| *b == b'|' && *before != b'\\').count();
    let outer = usize::from(row.starts_with('|')) + usize::from(row.len() > 1 && row.ends_with('|') && !row.ends_with("\\|"));
    (bars + 1).saturating_sub(outer)
}

/// The lines of a paragraph that stands between double dollar signs as a whole, without the marks of the quotation it is in: in a book
/// that does not ask for mathematics a formula all the same, from which Markdown would take the backslashes.
fn formula_of(text: &str, range: &Range<usize>) -> Option<String> {
    let inner = text.get(range.clone())?.trim().strip_prefix("$$")?.strip_suffix("$$")?;
    let is_one = !inner.contains("$$") && !inner.trim().is_empty();
    let lines = inner.lines().map(|line| line.trim_start_matches([' ', '\t', '>']).trim_end()).filter(|line| !line.is_empty());
    is_one.then(|| lines.collect::<Vec<_>>().join("\n"))
}

fn soft_break(builder: &mut Builder<'_>) {
    match builder.frames.last_mut() {
        Some(OpenNode { kind: Kind::Code { .. }, text, .. }) => text.push('\n'),
        _ => builder.want_space(Space::Soft),
    }
}

fn put_code(builder: &mut Builder<'_>, pos: Pos, code: &str) {
    match builder.frames.last_mut() {
        Some(OpenNode { kind: Kind::Code { .. }, text, .. }) => text.push_str(&code.replace(GUARD, "")),
        Some(OpenNode { kind: Kind::Dropped, .. }) => {}
        _ => builder.put_inline(pos, InlineKind::Code(code.replace(GUARD, "")), 'x'),
    }
}

fn task(builder: &mut Builder<'_>, done: bool) {
    if let Some(OpenNode { kind: Kind::Item { task, .. }, .. }) =
        builder.frames.iter_mut().rev().find(|f| !matches!(f.kind.layer(), Layer::Line | Layer::Inline))
    {
        *task = Some(done);
    }
}

/// Opens what a tag begins. Gives the serial of its frame, or 0 where it gets none.
fn start(builder: &mut Builder<'_>, tag: Tag<'_>, pos: Pos, range: &Range<usize>, text: &str) -> u32 {
    if matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_))) && never_ends(text, range) {
        let hint = "end it with a line of the signs that it begins with";
        builder.findings.warn(Code::MarkText, pos, "the code that begins here never ends: all that follows is code", hint);
    }
    let kind = match tag {
        Tag::Paragraph => return paragraph(builder, pos),
        Tag::Heading { level, id, .. } => Kind::Heading { level: level as u8, slug: id.map(|id| id.to_string()) },
        Tag::BlockQuote(kind) => kind.map_or(Kind::Quote, |k| Kind::Callout(callout(k))),
        Tag::CodeBlock(kind) => code_block(kind),
        Tag::List(start) => Kind::List { start, numerals: Numerals::Figures, reversed: false, loose: false, items: Vec::new() },
        Tag::Item => Kind::Item { task: None, value: None },
        Tag::FootnoteDefinition(label) => Kind::Note { label: label.to_string() },
        Tag::DefinitionList => Kind::Definitions(Vec::new()),
        Tag::DefinitionListTitle => Kind::Term,
        Tag::DefinitionListDefinition => Kind::Detail,
        Tag::Table(align) => Kind::Table { align: align.iter().map(alignment).collect(), head: Vec::new(), body: Vec::new(), in_head: false },
        Tag::TableHead | Tag::TableRow => {
            builder.close_line();
            let head = matches!(tag, Tag::TableHead);
            if let Some(OpenNode { kind: Kind::Table { in_head, .. }, .. }) = builder.frames.last_mut() {
                *in_head = head;
            }
            Kind::Row { cells: Vec::new() }
        }
        Tag::TableCell => Kind::Cell { colspan: 1, rowspan: 1, header: false },
        Tag::Superscript if has_space(text, range) => return caret(builder, pos),
        inline => return open_inline(builder, inline, pos),
    };
    builder.open_block(OpenNode::new(kind, Origin::Markdown, pos))
}

fn paragraph(builder: &mut Builder<'_>, pos: Pos) -> u32 {
    paragraph_as(builder, Kind::Paragraph, pos)
}

/// Such a formula is code.
fn formula_alone(builder: &mut Builder<'_>, pos: Pos, source: String) -> u32 {
    let serial = paragraph_as(builder, Kind::Code { language: Some("math".to_string()), info: String::new() }, pos);
    if let Some(frame @ OpenNode { kind: Kind::Code { .. }, .. }) = builder.frames.last_mut() {
        frame.text = source;
    }
    serial
}

fn paragraph_as(builder: &mut Builder<'_>, kind: Kind, pos: Pos) -> u32 {
    let serial = builder.open_block(OpenNode::new(kind, Origin::Markdown, pos));
    // A paragraph of its own in an item: the list is a loose one.
    let mut around = builder.frames.iter_mut().rev().skip(1);
    if let (Some(OpenNode { kind: Kind::Item { .. }, .. }), Some(OpenNode { kind: Kind::List { loose, .. }, .. })) = (around.next(), around.next()) {
        *loose = true;
    }
    serial
}

fn open_inline(builder: &mut Builder<'_>, tag: Tag<'_>, pos: Pos) -> u32 {
    if builder.layer() == Layer::Verbatim {
        return 0;
    }
    let kind = match tag {
        Tag::Emphasis => Kind::Emphasis,
        Tag::Strong => Kind::Strong,
        Tag::Strikethrough => Kind::Strike,
        Tag::Superscript => Kind::Superscript,
        Tag::Subscript => Kind::Subscript,
        Tag::Link { link_type, dest_url, title, .. } => {
            let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
            Kind::Link { to: format!("{mail}{dest_url}"), title: (!title.is_empty()).then(|| title.to_string()) }
        }
        Tag::Image { dest_url, title, .. } => Kind::Image { source: dest_url.to_string(), title: title.to_string() },
        _ => return 0,
    };
    if matches!(kind, Kind::Image { .. } | Kind::Link { .. }) {
        builder.open_line(pos);
        builder.put_space();
    }
    builder.open_inline(OpenNode::new(kind, Origin::Markdown, pos))
}

/// Superscript holds no spaces, as Pandoc has it: `2^10 and 3^4` is two carets.
fn has_space(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).unwrap_or("").contains([' ', '\n'])
}

/// Both carets are characters: the second is put when the frame closes.
fn caret(builder: &mut Builder<'_>, pos: Pos) -> u32 {
    builder.put_text("^", pos);
    builder.open_inline(OpenNode::new(Kind::Carets, Origin::Markdown, pos))
}

fn callout(kind: BlockQuoteKind) -> CalloutKind {
    match kind {
        BlockQuoteKind::Note => CalloutKind::Note,
        BlockQuoteKind::Tip => CalloutKind::Tip,
        BlockQuoteKind::Important => CalloutKind::Important,
        BlockQuoteKind::Warning => CalloutKind::Warning,
        BlockQuoteKind::Caution => CalloutKind::Caution,
    }
}

fn alignment(alignment: &Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

/// Whether a block of code goes on to the end of the text because no line ends it.
fn never_ends(text: &str, range: &Range<usize>) -> bool {
    if text.get(range.end..).is_none_or(|after| !after.trim().is_empty()) {
        return false;
    }
    let bare = |line: &'_ str| line.trim_start_matches([' ', '>', '\t']).trim_end().to_string();
    let mut lines = text.get(range.clone()).unwrap_or_default().trim_end().lines().map(bare);
    let first = lines.next().unwrap_or_default();
    let Some(mark) = first.chars().next() else { return false };
    let count = first.chars().take_while(|c| *c == mark).count();
    !lines.next_back().is_some_and(|last| last.len() >= count && last.chars().all(|c| c == mark))
}

fn code_block(kind: CodeBlockKind<'_>) -> Kind {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.to_string(),
        CodeBlockKind::Indented => String::new(),
    };
    Kind::Code { language: code::language(&info), info }
}
