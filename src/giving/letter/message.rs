//! The message that a letter is made of: Markdown with the fields of the book. Its first heading is the subject.
//!
//! It is read once, and filled in for each reader. What is filled in is text wherever it stands, never markup: it is put into the
//! events that the Markdown has become.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::files::plain_lines;
use crate::parse::FIELDS;

/// Values by the names of the fields. One that is known and has no value is `None`.
pub type Fields = BTreeMap<String, Option<String>>;

/// Fields whose values are addresses: of the reader's page, and of their files.
pub const ADDRESSES: [&str; 3] = ["copy.page", "copy.pdf", "copy.epub"];

/// Stands for an escaped `\{{` while the Markdown is read: no text has this code point, which is no character.
const BRACES: &str = "\u{FDD0}";

/// What a message says to nobody in particular.
#[derive(Clone, Debug)]
pub struct Message {
    name: String,
    source: String,
    subject: Vec<Piece>,
    body: Vec<Piece>,
}

/// An event and where it stands in the source.
type Piece = (Event<'static>, Range<usize>);

/// A message that is filled in for one reader.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The subject, one line.
    pub subject: String,
    /// All below it.
    pub body: Vec<Event<'static>>,
}

impl Filled {
    /// Puts an address at the end, if there is one: a letter that names none would bring nothing.
    pub fn show(&mut self, address: Option<&str>) {
        let paragraph = |address| [Event::Start(Tag::Paragraph)].into_iter().chain(link(address)).chain([Event::End(TagEnd::Paragraph)]);
        self.body.extend(address.into_iter().flat_map(paragraph));
    }
}

/// A field as it is written: `{{ reader.name | friend }}`.
struct Field<'s> {
    name: &'s str,
    default: Option<&'s str>,
}

impl Message {
    /// Reads a message, which messages call `name`.
    ///
    /// # Errors
    /// What is wrong with it: no subject, pictures, HTML.
    pub fn read(name: &str, text: &str) -> Result<Message, Diagnostics> {
        let mut message = Message { name: name.to_string(), source: plain_lines(text).replace("\\{{", BRACES), subject: Vec::new(), body: Vec::new() };
        let mut problems = Diagnostics::new();
        let (mut subject, mut body) = (Vec::new(), Vec::new());
        let mut state = State::Before;
        let parser = Parser::new_ext(&message.source, Options::ENABLE_STRIKETHROUGH).into_offset_iter();
        for (event, range) in TextMergeWithOffset::new(parser) {
            match (&event, state) {
                (Event::Start(Tag::Heading { .. }), State::Before) => state = State::Subject,
                (Event::End(TagEnd::Heading(_)), State::Subject) => state = State::Body,
                (Event::Start(Tag::Image { .. }), _) => {
                    let problem = Diagnostic::error(Code::LetterMessage, "a letter has no pictures").at(message.place(range.start));
                    problems.push(problem.hint("many programs for mail show none; the book has them"));
                }
                // A block is judged where it begins, as a whole.
                (Event::Html(_) | Event::End(TagEnd::HtmlBlock), _) => {}
                (Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_), _) => {
                    // A comment is the writer's own affair.
                    if !message.source.get(range.clone()).unwrap_or_default().trim_start().starts_with("<!--") {
                        let problem = Diagnostic::error(Code::LetterMessage, "a letter is Markdown, and takes no HTML").at(message.place(range.start));
                        problems.push(problem.hint("write a `<` that is meant as such as `\\<`"));
                    }
                }
                (_, State::Subject) => subject.push((event.into_static(), range)),
                (_, _) => body.push((event.into_static(), range)),
            }
        }
        message.subject = subject;
        message.body = body;
        if message.subject.is_empty() {
            let problem = Diagnostic::error(Code::LetterMessage, "the letter has no subject").at(Place::file(name));
            problems.push(problem.hint("its first heading is the subject: begin with `# Your copy of {{ book.title }}`"));
        }
        if problems.is_empty() { Ok(message) } else { Err(problems) }
    }

    /// The names of all fields in it.
    pub fn fields(&self) -> BTreeSet<String> {
        self.mentions().into_iter().map(|(field, _)| field.name.to_string()).collect()
    }

    /// Finds fields that are not known. `known` are those of all readers together.
    pub fn check(&self, known: &BTreeSet<String>) -> Diagnostics {
        // A column of the roster may be missing where a word stands in.
        let may_be_missing = |field: &Field<'_>| field.name.starts_with("field.") && field.default.is_some();
        let unknown = |(field, _): &(Field<'_>, usize)| !known.contains(field.name) && !may_be_missing(field);
        let told = |(field, at): (Field<'_>, usize)| {
            let problem = Diagnostic::error(Code::FieldUnknown, format!("there is no field `{}`", field.name)).at(self.place(at));
            match (nearest(field.name, known.iter().map(String::as_str)), field.name.strip_prefix("copy.")) {
                (_, Some("page" | "pdf" | "epub")) => problem.hint("addresses are known with `--attach link`"),
                (Some(near), _) => problem.hint(format!("did you mean `{near}`?")),
                (None, _) if FIELDS.iter().any(|head| field.name.starts_with(head)) => problem.hint("docs/sending.md lists the fields"),
                (None, _) => problem.hint("docs/sending.md lists the fields; write `\\{{` for braces that are to stay"),
            }
        };
        self.mentions().into_iter().filter(unknown).map(told).collect()
    }

    /// The fields that have no value here and no word that stands in.
    pub fn missing(&self, fields: &Fields) -> BTreeSet<String> {
        let is_missing = |(field, _): &(Field<'_>, usize)| field.default.is_none() && value(fields, field.name).is_none();
        self.mentions().into_iter().filter(is_missing).map(|(field, _)| field.name.to_string()).collect()
    }

    /// The message for one reader.
    pub fn fill(&self, fields: &Fields) -> Filled {
        let mut subject = String::new();
        for (event, _) in &self.subject {
            match event {
                Event::Text(text) => pieces(text).for_each(|piece| match piece {
                    Cut::Text(text) => subject.push_str(&unmasked(text)),
                    Cut::Field(field) => subject.push_str(&filled(&field, fields)),
                }),
                Event::Code(code) => subject.push_str(&code.replace(BRACES, "\\{{")),
                Event::SoftBreak | Event::HardBreak => subject.push(' '),
                _ => {}
            }
        }
        let body = self.body.iter().flat_map(|(event, _)| filled_event(event, fields)).collect();
        Filled { subject: one_line(&subject), body }
    }

    /// All fields with their places in the source.
    fn mentions(&self) -> Vec<(Field<'_>, usize)> {
        let mut found = Vec::new();
        for (event, range) in self.subject.iter().chain(&self.body) {
            let text = match event {
                Event::Text(text) => text,
                Event::Start(Tag::Link { dest_url, .. }) => dest_url,
                _ => continue,
            };
            let source = self.source.get(range.clone()).unwrap_or_default();
            let mut from = 0;
            for piece in pieces(text) {
                if let Cut::Field(field) = piece {
                    // The same field may stand there twice; each is looked for behind the one before.
                    let at = source.get(from..).and_then(|rest| rest.find(field.name)).map_or(from, |at| from + at);
                    from = at;
                    found.push((field, range.start + at));
                }
            }
        }
        found
    }

    fn place(&self, at: usize) -> Place {
        let before = self.source.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = self.source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().replace(BRACES, "\\{{");
        let column = before.get(start..).map_or(0, |text| text.replace(BRACES, "\\{{").chars().count()) + 1;
        Place::within(self.name.as_str().into(), before.matches('\n').count() as u32 + 1, column as u32, &line)
    }
}

#[derive(Clone, Copy)]
enum State {
    Before,
    Subject,
    Body,
}

enum Cut<'t> {
    Text(&'t str),
    Field(Field<'t>),
}

/// A text, cut at its fields.
fn pieces(text: &str) -> impl Iterator<Item = Cut<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next = rest.find("{{").and_then(|start| Some((start, start + rest.get(start..)?.find("}}")? + 2)));
        let (cut, len) = match next {
            Some((0, stop)) => {
                let inner = rest.get(2..stop - 2).unwrap_or_default();
                let (name, default) = inner.split_once('|').map_or((inner, None), |(name, default)| (name, Some(default.trim())));
                (Cut::Field(Field { name: name.trim(), default }), stop)
            }
            Some((start, _)) => (Cut::Text(rest.get(..start).unwrap_or_default()), start),
            None => (Cut::Text(rest), rest.len()),
        };
        rest = rest.get(len..).unwrap_or_default();
        Some(cut)
    })
}

fn value<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name).and_then(|value| value.as_deref()).filter(|value| !value.is_empty())
}

fn filled(field: &Field<'_>, fields: &Fields) -> String {
    // Line ends of all kinds are one, and nothing else is in it that no text has.
    let text = plain_lines(value(fields, field.name).or(field.default).unwrap_or_default());
    text.chars().map(|c| if matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') { '\n' } else { c }).filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn filled_event(event: &Event<'static>, fields: &Fields) -> Vec<Event<'static>> {
    match event {
        Event::Text(text) => pieces(text).flat_map(|piece| filled_piece(piece, fields)).collect(),
        Event::Code(code) => vec![Event::Code(code.replace(BRACES, "\\{{").into())],
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            vec![Event::Start(Tag::Link { link_type: *link_type, dest_url: address(dest_url, fields).into(), title: title.clone(), id: id.clone() })]
        }
        other => vec![other.clone()],
    }
}

fn filled_piece(piece: Cut<'_>, fields: &Fields) -> Vec<Event<'static>> {
    match piece {
        Cut::Text(text) => vec![Event::Text(unmasked(text).into())],
        Cut::Field(field) if ADDRESSES.contains(&field.name) => link(&filled(&field, fields)),
        // A name of another script leaves the text around it alone.
        Cut::Field(field) => vec![Event::InlineHtml("<bdi>".into()), Event::Text(filled(&field, fields).into()), Event::InlineHtml("</bdi>".into())],
    }
}

/// A link that shows its address.
fn link(address: &str) -> Vec<Event<'static>> {
    let (address, none): (CowStr<'static>, CowStr<'static>) = (address.to_string().into(), "".into());
    let tag = Tag::Link { link_type: LinkType::Autolink, dest_url: address.clone(), title: none.clone(), id: none };
    // An address runs from left to right, also where the text does not.
    vec![Event::Start(tag), Event::InlineHtml("<bdi dir=\"ltr\">".into()), Event::Text(address), Event::InlineHtml("</bdi>".into()), Event::End(TagEnd::Link)]
}

/// A link's destination. What a reader is called cannot become more of an address than a part of it.
fn address(written: &str, fields: &Fields) -> String {
    let part = |piece| match piece {
        Cut::Text(text) => unmasked(text),
        Cut::Field(field) if ADDRESSES.contains(&field.name) => filled(&field, fields),
        Cut::Field(field) => utf8_percent_encode(&filled(&field, fields), NON_ALPHANUMERIC).to_string(),
    };
    pieces(written).map(part).collect()
}

fn unmasked(text: &str) -> String {
    text.replace(BRACES, "{{")
}

/// A text as a header takes it: no line ends in it, nor anything else that is not to be seen.
pub fn one_line(text: &str) -> String {
    let visible = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    text.split(|c: char| c.is_whitespace() || !visible(c)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
