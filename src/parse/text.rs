//! Text: runs put together from the parser's pieces, then cut into text, fields and bare addresses.

use super::autolink;
use super::builder::{Builder, Kind, Layer, OpenNode, Origin, Space};
use super::document::*;
use super::html;
use super::mathematics::{MASK, mask_length};
use super::pages;
use super::places::GUARD;
use super::references::{self, Reference};
use super::slips;
use crate::diag::Code;
use crate::load::{Mathematics, Pos};

/// A run of text between two other events, as it is written, with what is known of its pieces.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// As written: quotes straight, entities and escapes already read.
    raw: String,
    pieces: Vec<Piece>,
}

/// A piece of a run.
#[derive(Debug)]
struct Piece {
    /// Offset in the run.
    at: usize,
    /// Offset in the parsed text.
    source: usize,
    /// What is shown instead.
    shown: Option<&'static str>,
    /// Its first character was escaped or written as an entity, and means nothing but itself.
    literal: bool,
}

impl Run {
    /// Adds a piece.
    pub(super) fn push(&mut self, text: &str, source: usize, shown: Option<&'static str>, literal: bool) {
        if self.pieces.is_empty() || shown.is_some() || literal || self.pieces.last().is_some_and(|p| p.shown.is_some()) || self.gap(source) {
            self.pieces.push(Piece { at: self.raw.len(), source, shown, literal });
        }
        if text.contains(GUARD) {
            self.raw.extend(text.chars().filter(|c| *c != GUARD));
        } else {
            self.raw.push_str(text);
        }
    }

    /// Whether text at this source offset does not follow on what is there.
    fn gap(&self, source: usize) -> bool {
        self.pieces.last().is_some_and(|p| p.source + (self.raw.len() - p.at) != source)
    }

    fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The source offset of a place in the run.
    fn source(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|p| p.at <= at).saturating_sub(1);
        self.pieces.get(index).map_or(0, |p| p.source + at.saturating_sub(p.at))
    }

    fn is_literal(&self, at: usize) -> bool {
        self.pieces.binary_search_by_key(&at, |p| p.at).is_ok_and(|i| self.pieces.get(i).is_some_and(|p| p.literal))
    }

    /// Where brackets close in this way, and where the last one before each opens; both are no literal characters. Each part of the text
    /// is looked at once, however many close that nobody opened.
    fn brackets<'r>(&'r self, close: &'r str) -> impl Iterator<Item = (usize, usize)> + 'r {
        let (mut from, mut opens) = (0, None);
        self.raw.match_indices(close).filter_map(move |(at, _)| {
            opens = self.raw[from..at].rfind('[').map(|found| from + found).or(opens);
            from = at;
            opens.filter(|opens| !self.is_literal(*opens) && !self.is_literal(at)).map(|opens| (opens, at))
        })
    }

    /// What is shown of a part of the run.
    fn shown(&self, from: usize, to: usize) -> String {
        let mut out = String::with_capacity(to - from);
        let first = self.pieces.partition_point(|p| p.at <= from).saturating_sub(1);
        for (index, piece) in self.pieces.iter().enumerate().skip(first).take_while(|(_, p)| p.at < to) {
            let end = self.pieces.get(index + 1).map_or(self.raw.len(), |next| next.at).min(to);
            match piece.shown {
                Some(shown) => out.push_str(shown),
                None => out.push_str(self.raw.get(piece.at.max(from)..end).unwrap_or("")),
            }
        }
        out
    }
}

/// Letters of a link that a message can show as a whole.
const LONG_LINK: usize = 100;

/// What a run is cut into.
enum Cut {
    Text(usize, usize),
    Field {
        from: usize,
        to: usize,
    },
    Script {
        from: usize,
        to: usize,
    },
    Address(autolink::Found),
    Reference {
        found: Reference,
        from: usize,
    },
    /// What is masked here.
    Formula {
        at: usize,
    },
}

impl Builder<'_> {
    /// Ends a run of text and puts it into the line.
    pub(super) fn end_run(&mut self, run: &mut Run) {
        if run.is_empty() {
            run.pieces.clear();
            return;
        }
        let has_formulas = !self.places.formulas.is_empty() && run.raw.contains(MASK);
        if has_formulas {
            let written = self.unmasked(&run.raw, |at| run.source(at), false);
            self.note_source(&written);
        } else {
            self.note_source(&run.raw);
        }
        if self.top_is(|k| matches!(k, Kind::Code { .. })) {
            let written = has_formulas.then(|| self.unmasked(&run.raw, |at| run.source(at), true));
            if let Some(frame) = self.frames.last_mut() {
                frame.text.push_str(written.as_deref().unwrap_or(&run.raw));
            }
        } else if !self.top_is(|k| matches!(k, Kind::Dropped)) {
            self.undefined_notes(run);
            self.open_fields(run);
            self.open_links(run);
            self.parted_links(run);
            self.open_formulas(run);
            for cut in self.cuts(run, has_formulas) {
                self.put_cut(run, cut);
            }
        }
        run.raw.clear();
        run.pieces.clear();
    }

    fn put_cut(&mut self, run: &Run, cut: Cut) {
        match cut {
            Cut::Text(from, to) => {
                let pos = self.places.pos(run.source(from));
                match run.pieces.as_slice() {
                    [only] if only.shown.is_none() => self.put_text(&run.raw[from..to], pos),
                    _ => self.put_text(&run.shown(from, to), pos),
                }
            }
            Cut::Field { from, to } => {
                let pos = self.places.pos(run.source(from));
                let inside = from + 2..to - 2;
                let (name, default) = match run.raw[inside.clone()].find('|') {
                    Some(bar) => (&run.raw[inside.start..inside.start + bar], Some(run.shown(inside.start + bar + 1, inside.end))),
                    None => (&run.raw[inside], None),
                };
                let default = default.map(|d| d.trim().to_string());
                if default.as_ref().is_some_and(|default| default.starts_with('|')) {
                    let hint = "one bar stands before the word for when there is no value";
                    self.findings.warn(Code::FieldOpen, pos, format!("the field `{}` has two bars, and the second is printed", name.trim()), hint);
                }
                let kind = InlineKind::Field { name: name.trim().to_string(), default };
                self.put_inline(pos, kind, 'x');
            }
            Cut::Script { from, to } => {
                let pos = self.places.pos(run.source(from));
                let kind = if run.raw[from..].starts_with('^') { Kind::Superscript } else { Kind::Subscript };
                let serial = self.open_inline(OpenNode::new(kind, Origin::Markdown, pos));
                self.put_text(&run.shown(from + 1, to - 1), pos);
                if serial > 0 {
                    super::close::close(self, true);
                }
            }
            Cut::Formula { at } => self.put_formula(run.source(at)),
            Cut::Address(found) => {
                let pos = self.places.pos(run.source(found.range.start));
                let text = run.raw[found.range.clone()].to_string();
                let to = format!("{}{text}", found.scheme);
                self.put_link(to, &text, pos);
            }
            Cut::Reference { found, from } => {
                let pos = self.places.pos(run.source(from));
                self.put_reference(found, pos);
            }
        }
    }

    fn put_reference(&mut self, found: Reference, pos: Pos) {
        match found {
            Reference::Page { name, text } if !self.settings.pages.is_some_and(|pages| pages::has(pages, &name)) => {
                let bar = if text.is_empty() { "" } else { "|" };
                let message = format!("`[[{name}]]` names no page of this book and stays as it is written");
                self.findings.warn_once(Code::LinkPage, "page", pos, message, "others like it stay too; a page is called by its file's name");
                self.put_text(&format!("[[{name}{bar}{text}]]"), pos);
            }
            Reference::Page { name, text } => {
                let shown = match (text.is_empty(), name.strip_prefix('#')) {
                    (false, _) => text,
                    (true, Some(heading)) => heading.to_string(),
                    (true, None) => name.replace('#', " › "),
                };
                self.put_link(format!("{BY_NAME}{name}"), &shown, pos);
            }
            // The signs of Obsidian's own buttons are no files.
            Reference::Embed { name, .. } if name.starts_with("lucide-") => {
                self.findings.warn_once(Code::ElementLeftOut, "lucide", pos, "signs of Obsidian's own buttons are left out", "say in words what to press");
            }
            Reference::Embed { name, text } if is_shown(&name) => {
                // `300`, `300x200`, `center|300`, or what it shows.
                let last = text.rsplit('|').next().unwrap_or("");
                let size = last.split(['x', '×']).next().and_then(html::size);
                let words = if size.is_some() { text.rsplit_once('|').map_or("", |(before, _)| before) } else { &text };
                let alt = Some(words.trim()).filter(|alt| !alt.is_empty() && !matches!(*alt, "center" | "left" | "right")).map(str::to_string);
                let image = Image { source: format!("{BY_NAME}{name}"), alt, width: size, height: None, diagram: None };
                self.add_picture(pos, image, String::new());
            }
            // A page within a page, or a file that no book can show: a link stands for it.
            Reference::Embed { name, text } => {
                let shown = if text.is_empty() { name.replace('#', " › ") } else { text };
                self.put_link(format!("{BY_NAME}{name}"), &shown, pos);
            }
            Reference::Cross { name, bare } => self.put_link(format!("#{name}{}", if bare { BARE } else { "" }), "", pos),
            Reference::Cite(citation) => self.put_inline(pos, InlineKind::Citation(citation), 'x'),
        }
    }

    fn put_link(&mut self, to: String, text: &str, pos: Pos) {
        self.open_line(pos);
        self.put_space();
        let serial = self.open_inline(OpenNode::new(Kind::Link { to, title: None }, Origin::Markdown, pos));
        self.put_text(text, pos);
        if serial > 0 {
            super::close::close(self, true);
        }
    }

    /// Cuts a run at its fields, addresses, superscripts and subscripts.
    fn cuts(&self, run: &Run, formulas: bool) -> Vec<Cut> {
        let end = run.raw.len();
        let fields = self.settings.fields && run.raw.contains("{{");
        let scripts = self.settings.fields && run.raw.contains(['^', '~']);
        let may_link = || !self.within(|k| matches!(k, Kind::Link { .. } | Kind::Image { .. } | Kind::Monospace { .. }));
        let addresses = autolink::possible(&run.raw) && may_link();
        let references = references::possible(&run.raw, self.settings.references) && may_link();
        if !fields && !scripts && !addresses && !references && !formulas {
            return vec![Cut::Text(0, end)];
        }
        let mut finder = Finder {
            run,
            before: self.last,
            fields: fields.then_some(0),
            scripts: scripts.then_some(0),
            addresses: addresses.then_some(0),
            references: references.then_some((self.settings.references, 0)),
            formulas: formulas.then_some(0),
        };
        let mut out = Vec::new();
        let mut from = 0;
        while let Some((cut, start, stop)) = finder.next(from) {
            if start > from {
                out.push(Cut::Text(from, start));
            }
            out.push(cut);
            from = stop;
        }
        if from < end {
            out.push(Cut::Text(from, end));
        }
        out
    }

    /// A reference to a footnote that is not defined is text to Markdown; its author should know.
    fn undefined_notes(&mut self, run: &Run) {
        for (at, _) in run.raw.match_indices("[^") {
            let Some(length) = run.raw[at..].find(']') else { break };
            let label = &run.raw[at + 2..at + length];
            if label.is_empty() || label.contains(char::is_whitespace) || run.is_literal(at) || self.within(|k| matches!(k, Kind::Monospace { .. })) {
                continue;
            }
            let message = format!("the footnote `{label}` is not defined");
            self.findings.warn(Code::FootnoteUndefined, self.places.pos(run.source(at)), message, format!("add a line `[^{label}]: …`"));
        }
    }

    /// What was meant as a formula and is text: `$\frac{1}{2$`.
    fn open_formulas(&mut self, run: &Run) {
        if self.settings.mathematics == Mathematics::None || !run.raw.contains('$') || self.within(|k| matches!(k, Kind::Monospace { .. })) {
            return;
        }
        let command = |at: &usize| run.raw[at + 1..].strip_prefix('\\').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        if let Some(at) = run.raw.match_indices('$').map(|(at, _)| at).filter(|at| !run.is_literal(*at)).find(command) {
            let hint = "close what is open in it, braces too, or write `\\$` for a dollar";
            self.findings.warn_once_a_file(Code::MarkText, "formula", self.places.pos(run.source(at)), "this was meant as a formula, and is text", hint);
        }
    }

    /// What was meant as a link and is text: `[here](a b.md)`, `[here](a.md`.
    fn open_links(&mut self, run: &Run) {
        if !run.raw.contains("](") || self.within(|k| matches!(k, Kind::Monospace { .. } | Kind::Link { .. })) {
            return;
        }
        if let Some((_, at)) = run.brackets("](").find(|(_, at)| !run.is_literal(at + 1)) {
            let hint = "write the destination without blanks, or between `<` and `>`, and close the parenthesis";
            self.findings.warn_once_a_file(Code::MarkText, "link", self.places.pos(run.source(at)), "this was meant as a link, and is text", hint);
        }
    }

    /// What was meant as a link and has a blank too many: `[the rules] (https://example.org)`.
    fn parted_links(&mut self, run: &Run) {
        if !run.raw.contains("] ") || self.within(|k| matches!(k, Kind::Monospace { .. } | Kind::Link { .. } | Kind::Image { .. })) {
            return;
        }
        for (begins, at) in run.brackets("] ") {
            let Some(address) = slips::parted_address(&run.raw[begins + 1..at], &run.raw[at + 1..]) else { continue };
            let picture = run.raw[..begins].ends_with('!');
            let (what, from) = if picture { ("picture", begins - 1) } else { ("link", begins) };
            let hint = match run.raw.get(from..=at) {
                Some(words) if words.len() + address.len() <= LONG_LINK => format!("leave out the blank: `{words}({address})`"),
                _ => format!("leave out the blank between `]` and `({address})`"),
            };
            let message = format!("this was meant as a {what}, and is text");
            return self.findings.warn_once_a_file(Code::MarkText, "parted link", self.places.pos(run.source(from)), message, hint);
        }
    }

    /// What was meant as a field and is none: `{{ reader.name` without its end, `{reader.name}`.
    fn open_fields(&mut self, run: &Run) {
        if !self.settings.fields || !run.raw.contains('{') || self.within(|k| matches!(k, Kind::Monospace { .. })) {
            return;
        }
        let mut fields = std::iter::successors(find_field(run, 0), |(_, stop)| find_field(run, *stop)).peekable();
        let mut from = 0;
        while let Some(at) = run.raw.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
            while fields.next_if(|(_, stop)| *stop <= at).is_some() {}
            let inner = run.raw[at..].trim_start_matches('{');
            let braces = run.raw.len() - at - inner.len();
            from = at + braces;
            // `{% reader.name %}` is another tool's.
            let name: String = inner.trim_start_matches(['%', ' ']).chars().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
            let named = name.split_once('.').is_some_and(|(head, rest)| FIELDS.contains(&head) && !rest.is_empty());
            let is_field = fields.peek().is_some_and(|(start, _)| *start < from);
            if !is_field && !run.is_literal(at) && (named || braces == 2 && FIELDS.contains(&name.as_str())) {
                let message = format!("`{}{name}` was meant as a field, and is text", "{".repeat(braces.min(3)));
                let hint = format!("write `{{{{ {name} }}}}`, or `\\{{` before braces that are to stay");
                self.findings.warn_once_a_file(Code::FieldOpen, &name, self.places.pos(run.source(at)), message, hint);
            }
        }
    }

    /// Keeps the text as written for the slug of the heading or term that is open.
    pub(super) fn note_source(&mut self, text: &str) {
        let line = self.frames.iter_mut().rev().find(|f| f.kind.layer() != Layer::Inline);
        if let Some(frame) = line.filter(|f| matches!(f.kind, Kind::Heading { .. } | Kind::Term)) {
            frame.text.push_str(text);
        }
    }

    /// Puts text into the line; runs of white space become one space, none stands at a line's start.
    pub(super) fn put_text(&mut self, text: &str, pos: Pos) {
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.trim_start_matches(blank);
            if word.len() < rest.len() {
                self.want_space(Space::Blank);
            }
            // A word here is all up to the next white space that is not one single space.
            let end = end_of_words(word);
            let (words, after) = word.split_at(end);
            if !words.is_empty() {
                self.put_words(words, pos);
            }
            rest = after;
        }
    }

    fn put_words(&mut self, words: &str, pos: Pos) {
        self.open_line(pos);
        self.put_space_before(words.chars().next());
        self.last = words.chars().next_back();
        self.append(self.frames.len(), words, pos);
    }

    /// Adds text to the frame at a depth, joined to the text that ends it.
    fn append(&mut self, depth: usize, text: &str, pos: Pos) {
        let depth = depth.clamp(1, self.frames.len());
        let around = self.frames[..depth].iter().rev().take_while(|f| f.kind.layer() == Layer::Inline);
        let keyboard = around.into_iter().find_map(|f| match f.kind {
            Kind::Monospace { keyboard } => Some(keyboard),
            _ => None,
        });
        let Some(frame) = self.frames.get_mut(depth - 1) else { return };
        let kind = match (keyboard, frame.inlines.last_mut().map(|i| &mut i.kind)) {
            (None, Some(InlineKind::Text(before))) => return before.push_str(text),
            (Some(false), Some(InlineKind::Code(before))) => return before.push_str(text),
            (Some(true), Some(InlineKind::Keyboard(before))) => return before.push_str(text),
            (None, _) => InlineKind::Text(text.to_string()),
            (Some(false), _) => InlineKind::Code(text.to_string()),
            (Some(true), _) => InlineKind::Keyboard(text.to_string()),
        };
        frame.inlines.push(Inline { id: NodeId::default(), pos, kind });
    }

    /// White space was met; it is put when something follows.
    pub(super) fn want_space(&mut self, space: Space) {
        if self.space == Space::None || space == Space::Blank {
            if self.space == Space::None {
                self.space_depth = self.frames.len();
            }
            self.space = space;
        }
    }

    /// Puts the space that waits, before anything that is not text.
    pub(super) fn put_space(&mut self) {
        self.put_space_before(Some('x'));
    }

    fn put_space_before(&mut self, next: Option<char>) {
        let space = std::mem::replace(&mut self.space, Space::None);
        let Some(last) = self.last else { return };
        let wanted = match space {
            Space::None => false,
            Space::Blank => true,
            Space::Soft => !(sets_no_spaces(last) && next.is_some_and(sets_no_spaces)),
        };
        if !wanted {
            return;
        }
        let pos = self.frames.last().map_or_else(Pos::default, |f| f.pos);
        self.append(self.space_depth, " ", pos);
    }

    /// Puts an inline that is no text: the space before it first. `last` is what a space after it stands after.
    pub(super) fn put_inline(&mut self, pos: Pos, kind: InlineKind, last: char) {
        self.open_line(pos);
        self.put_space();
        self.last = Some(last);
        self.add_inline(pos, kind);
    }

    /// A line break that was asked for; none stands at a line's start.
    pub(super) fn put_break(&mut self, pos: Pos) {
        if self.top_is(|k| matches!(k, Kind::Code { .. })) {
            if let Some(frame) = self.frames.last_mut() {
                frame.text.push('\n');
            }
        } else if matches!(self.layer(), Layer::Line | Layer::Inline) && self.last.is_some() {
            self.space = Space::None;
            self.add_inline(pos, InlineKind::Break);
            self.last = None;
        }
    }

    /// A picture in the line; its title is kept for the caption.
    pub(super) fn add_picture(&mut self, pos: Pos, image: Image, title: String) {
        self.put_inline(pos, InlineKind::Image(image), 'x');
        if let Some(line) = self.frames.iter_mut().rev().find(|f| f.kind.layer() == Layer::Line) {
            line.picture_title = title;
        }
    }

    /// Inlines of a text that stands in an attribute or a title.
    pub(super) fn sub_inlines(&mut self, text: &str, pos: Pos) -> Vec<Inline> {
        let (inlines, findings) = super::section::inline_text(self.settings, text, pos);
        self.findings.extend(findings);
        inlines
    }
}

/// Where the words end: at white space that is more or other than one single space, or stands at the end.
fn end_of_words(text: &str) -> usize {
    let bytes = text.as_bytes();
    let blank = |i: usize| matches!(bytes.get(i), Some(b' ' | b'\t' | b'\n'));
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| matches!(b, b' ' | b'\t' | b'\n')).map(|i| from + i) {
        if bytes[at] != b' ' || blank(at + 1) || at + 1 == bytes.len() {
            return at;
        }
        from = at + 1;
    }
    text.len()
}

/// What the names of fields begin with.
pub(crate) const FIELDS: [&str; 6] = ["reader", "target", "from", "book", "copy", "field"];

/// Whether a file can be shown in a text: pictures can.
fn is_shown(name: &str) -> bool {
    let name = name.split('#').next().unwrap_or(name);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
    matches!(end.as_str(), "png" | "jpg" | "jpeg" | "webp" | "svg" | "svgz" | "gif" | "bmp" | "tif" | "tiff" | "avif")
}

/// The first field at or after `from`: from its `{{` to behind its `}}`.
fn find_field(run: &Run, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let start = at + run.raw.get(at..)?.find("{{")?;
        if !run.is_literal(start) && !run.is_literal(start + 1) {
            let stop = start + run.raw[start..].find("}}")? + 2;
            // `{{{a}}` holds the field `{{a}}`.
            let inner = run.raw[start..stop].rfind("{{").unwrap_or(0);
            return Some((start + inner, stop));
        }
        at = start + 2;
    }
}

/// Looks for what a run is cut at. For each kind it remembers from where there may be one, and `None` when there is no more.
struct Finder<'r> {
    run: &'r Run,
    before: Option<char>,
    fields: Option<usize>,
    scripts: Option<usize>,
    addresses: Option<usize>,
    references: Option<(references::Wanted, usize)>,
    formulas: Option<usize>,
}

impl Finder<'_> {
    /// The first cut at or after `from`, and where it begins and ends.
    fn next(&mut self, from: usize) -> Option<(Cut, usize, usize)> {
        let raw = &self.run.raw;
        let field = self.fields.and_then(|at| find_field(self.run, at.max(from)));
        self.fields = field.map(|f| f.0);
        let script = self.scripts.and_then(|at| find_script(self.run, at.max(from)));
        self.scripts = script.map(|s| s.0);
        let address = self.addresses.and_then(|at| autolink::find(raw, at.max(from), self.before));
        self.addresses = address.as_ref().map(|a| a.range.start);
        let reference = self.references.and_then(|(wanted, at)| references::find(raw, at.max(from), wanted, |at| self.run.is_literal(at)));
        self.references = self.references.and_then(|(wanted, _)| Some((wanted, reference.as_ref()?.1)));
        self.formulas = self.formulas.and_then(|at| raw.get(at.max(from)..)?.find(MASK).map(|found| at.max(from) + found));
        let starts = [field.map(|f| f.0), script.map(|s| s.0), self.addresses, reference.as_ref().map(|r| r.1), self.formulas];
        let first = starts.into_iter().flatten().min()?;
        if self.formulas == Some(first) {
            return Some((Cut::Formula { at: first }, first, first + mask_length(&raw[first..])));
        }
        if let Some((found, from, to)) = reference.filter(|r| r.1 == first) {
            return Some((Cut::Reference { found, from }, from, to));
        }
        if let Some(found) = address.filter(|a| a.range.start == first) {
            let (start, stop) = (found.range.start, found.range.end);
            return Some((Cut::Address(found), start, stop));
        }
        match (field, script) {
            (Some((from, to)), _) if from == first => Some((Cut::Field { from, to }, from, to)),
            (_, Some((from, to))) => Some((Cut::Script { from, to }, from, to)),
            _ => None,
        }
    }
}

/// Superscript and subscript within a word, as Pandoc writes them: `2^10^`, `H~2~O`. At a word's edge the parser reads the
/// marks itself, and a tilde there strikes out as in GFM.
fn find_script(run: &Run, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let start = at + run.raw.get(at..)?.find(['^', '~'])?;
        let mark = run.raw[start..].chars().next()?;
        let content = &run.raw[start + 1..];
        let length = content.find(|c: char| c == mark || c.is_whitespace()).filter(|l| *l > 0 && content[*l..].starts_with(mark));
        let plain = length.is_some_and(|l| !content[..l].contains("{{"));
        let within_word = run.raw[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let doubled = length.is_some_and(|l| content[l + 1..].starts_with(mark));
        if let Some(length) = length
            && within_word
            && plain
            && !doubled
            && !run.is_literal(start)
        {
            return Some((start, start + length + 2));
        }
        at = start + 1;
    }
}

/// Characters of scripts that set no spaces between words: Chinese and Japanese, with their punctuation.
fn sets_no_spaces(c: char) -> bool {
    matches!(c as u32,
        0x2E80..=0x312F | 0x3190..=0x31FF | 0x3200..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_wide_space() {
        assert_eq!(end_of_words("a b  c"), 3);
        assert_eq!(end_of_words("a b\tc"), 3);
        assert_eq!(end_of_words("a b "), 3);
        assert_eq!(end_of_words("a b"), 3);
    }

    #[test]
    fn an_escaped_field_is_text() {
        let mut run = Run::default();
        run.push("a ", 0, None, false);
        run.push("{{ b }} {{ c }}", 3, None, true);
        assert_eq!(find_field(&run, 0), Some((10, 17)));
        assert_eq!(run.source(10), 11);
    }

    #[test]
    fn shown_text_has_its_marks() {
        let mut run = Run::default();
        run.push("say ", 0, None, false);
        run.push("\"", 4, Some("“"), false);
        run.push("a", 5, None, false);
        assert_eq!(run.shown(0, 6), "say “a");
        assert_eq!(run.shown(4, 5), "“");
    }
}
