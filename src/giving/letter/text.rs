//! A letter as plain text: what a person would have typed.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::language::isolated;

/// A filled message as plain text.
pub(super) fn text(body: &[Event<'static>]) -> String {
    let mut writer = Writer::default();
    body.iter().for_each(|event| writer.event(event));
    let text = writer.out.trim_end().to_string();
    if text.is_empty() { text } else { text + "\n" }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What each line begins with: `> `, the indent of an item.
    margins: Vec<String>,
    /// The marks of items that have not begun yet.
    lists: Vec<Option<u64>>,
    mark: Option<String>,
    /// The destinations of links that are open.
    links: Vec<Option<String>>,
    /// What stands between two blocks, owed before the next text.
    gap: Gap,
    /// How many margins stand before what is owed and behind it too.
    shared: usize,
    /// Within a value that was filled in.
    value: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Line,
    Paragraph,
}

impl Writer {
    fn event(&mut self, event: &Event<'static>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => {
                // Only code has line ends in its text, the last of which is the block's own.
                let text = text.strip_suffix('\n').unwrap_or(text);
                let text = if self.value { isolated(text) } else { text.into() };
                self.lines(&text);
            }
            Event::Code(text) => self.lines(text),
            Event::InlineHtml(tag) => self.value = tag.as_ref() == "<bdi>",
            Event::SoftBreak => self.lines(" "),
            Event::HardBreak => self.lines("\n"),
            Event::Rule => {
                self.owe(Gap::Paragraph);
                self.lines("---");
                self.owe(Gap::Paragraph);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'static>) {
        match tag {
            Tag::Paragraph if self.mark.is_some() => {}
            Tag::Paragraph | Tag::Heading { .. } => self.owe(Gap::Paragraph),
            Tag::CodeBlock(_) => {
                self.owe(Gap::Paragraph);
                self.margins.push("    ".to_string());
            }
            Tag::BlockQuote(_) => {
                self.owe(Gap::Paragraph);
                self.margins.push("> ".to_string());
            }
            Tag::List(first) => {
                self.owe(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
                self.lists.push(*first);
            }
            Tag::Item => {
                self.owe(Gap::Line);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_string(),
                };
                self.margins.push(" ".repeat(mark.len()));
                self.mark = Some(mark);
            }
            Tag::Link { link_type, dest_url, .. } => {
                let shown = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.links.push((!shown).then(|| dest_url.to_string()));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: &TagEnd) {
        match end {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.owe(Gap::Paragraph),
            TagEnd::CodeBlock | TagEnd::BlockQuote(_) => {
                self.margins.pop();
                self.owe(Gap::Paragraph);
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.owe(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
            }
            TagEnd::Item => {
                if self.mark.is_some() {
                    self.lines("");
                }
                self.margins.pop();
                self.owe(Gap::Line);
            }
            TagEnd::Link => {
                if let Some(Some(address)) = self.links.pop() {
                    self.lines(&format!(" <{address}>"));
                }
            }
            _ => {}
        }
    }

    /// What stands before the next text is at least this.
    fn owe(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
        self.shared = self.shared.min(self.margins.len());
    }

    /// Text, each line of it behind the margin.
    fn lines(&mut self, text: &str) {
        self.begin();
        let mut lines = text.split('\n');
        self.out.push_str(lines.next().unwrap_or_default());
        for line in lines {
            self.line();
            self.out.push_str(line);
        }
    }

    /// Pays what is owed before a text.
    fn begin(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.out.is_empty() && gap == Gap::Paragraph {
            let around: String = self.margins.iter().take(self.shared).map(String::as_str).collect();
            self.out.push('\n');
            self.out.push_str(around.trim_end());
        }
        self.shared = self.margins.len();
        if !self.out.is_empty() && gap > Gap::None {
            self.line();
        } else if self.out.is_empty() {
            self.margin();
        }
    }

    fn line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
        self.margin();
    }

    fn margin(&mut self) {
        let (last, outer) = match (self.mark.take(), self.margins.split_last()) {
            (Some(mark), Some((_, outer))) => (mark, outer),
            (None, Some((last, outer))) => (last.clone(), outer),
            (_, None) => return,
        };
        self.out.push_str(&outer.concat());
        self.out.push_str(&last);
    }
}
