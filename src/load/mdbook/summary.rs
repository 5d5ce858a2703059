//! `SUMMARY.md`: prefix chapters, numbered and nested ones under parts, suffix chapters, drafts, separators. Tools write it in many ways,
//! mdBook, GitBook and HonKit among them; what one of them takes is taken here, and what a book cannot show is a warning.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::load::assets::{percent_decoded, relative_to};
use crate::load::listed::Listed;
use crate::load::manuscript::{Pos, Text};
use crate::load::text_file::TextFile;

/// Where the reading stands in the grammar of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Region {
    Prefix,
    Numbered,
    Suffix,
}

/// Reads the list of chapters.
pub(super) fn read(file: &TextFile, diagnostics: &mut Diagnostics) -> Vec<Listed> {
    let text = Text::whole(file.id, &file.text, 1);
    let starts = text.line_starts();
    let mut reader = Reader { file, text, starts, diagnostics, listed: Vec::new(), region: Region::Prefix, items: Vec::new(), part: None, begun: false };
    let mut events = Parser::new(&file.text).into_offset_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let title = reader.inner(&mut events, |end| matches!(end, TagEnd::Heading(_)));
                // mdBook's parts are headings of the first level, GitBook's of the second.
                if level <= HeadingLevel::H3 {
                    reader.heading(title, level, &range);
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let title = reader.inner(&mut events, |end| matches!(end, TagEnd::Link));
                reader.link(&dest_url, title, &range);
            }
            Event::Start(Tag::List(_)) => reader.list(&range),
            Event::Start(Tag::Item) => reader.items.push(Item::default()),
            Event::End(TagEnd::Item) => reader.item_ends(&range),
            Event::Text(_) | Event::Code(_) => reader.words(&range),
            _ => {}
        }
    }
    reader.finish()
}

struct Reader<'a, 'd> {
    file: &'a TextFile,
    text: Text,
    starts: Vec<usize>,
    diagnostics: &'d mut Diagnostics,
    listed: Vec<Listed>,
    region: Region,
    /// The list items that are open.
    items: Vec<Item>,
    /// A part's title that waits for its first chapter, and where it stands.
    part: Option<(String, Place)>,
    /// Something has stood before: a heading is then no longer the file's title.
    begun: bool,
}

/// A list item that is open.
#[derive(Clone, Debug, Default)]
struct Item {
    /// Has its link, or stands for those in it.
    done: bool,
    /// Where its words are, as long as it has no link.
    words: Option<Range<usize>>,
}

impl Reader<'_, '_> {
    fn pos(&self, range: &Range<usize>) -> Pos {
        self.text.pos(&self.starts, range.start)
    }

    fn place(&self, range: &Range<usize>) -> Place {
        let pos = self.pos(range);
        let text = self.file.text.lines().nth(pos.line.saturating_sub(1) as usize).unwrap_or("").to_string();
        Place { file: self.file.name.clone(), line: pos.line, column: pos.column, cut: 0, text }
    }

    fn warn(&mut self, code: Code, range: &Range<usize>, message: impl Into<String>, hint: &str) {
        let place = self.place(range);
        self.diagnostics.push(Diagnostic::warning(code, message).at(place).hint(hint));
    }

    /// Takes events up to an end and gives their source: a title stays Markdown.
    fn inner<'e>(&self, events: &mut impl Iterator<Item = (Event<'e>, Range<usize>)>, is_end: fn(&TagEnd) -> bool) -> String {
        let mut span: Option<Range<usize>> = None;
        for (event, range) in events {
            if matches!(&event, Event::End(end) if is_end(end)) {
                break;
            }
            let seen = span.get_or_insert(range.clone());
            *seen = seen.start.min(range.start)..seen.end.max(range.end);
        }
        span.and_then(|range| self.file.text.get(range)).unwrap_or("").replace('\n', " ").trim().to_string()
    }

    fn heading(&mut self, title: String, level: HeadingLevel, range: &Range<usize>) {
        if !std::mem::replace(&mut self.begun, true) && level == HeadingLevel::H1 {
            return;
        }
        self.region = Region::Numbered;
        self.warn_of_empty_part();
        self.part = Some((title, self.place(range)));
    }

    fn warn_of_empty_part(&mut self) {
        if let Some((title, place)) = self.part.take() {
            self.diagnostics.push(Diagnostic::warning(Code::PartEmpty, format!("the part `{title}` has no chapters")).at(place));
        }
    }

    /// A list begins. One within an item without a link makes that the heading of its chapters: *Guides*, with the guides below.
    fn list(&mut self, range: &Range<usize>) {
        self.begun = true;
        self.region = Region::Numbered;
        if let Some(item) = self.items.last().filter(|item| !item.done).cloned() {
            let words = item.words.unwrap_or(range.start..range.start);
            let title = self.file.text.get(words.clone()).unwrap_or("").trim().to_string();
            self.push(title, None, &words);
        }
    }

    /// Words of an item.
    fn words(&mut self, range: &Range<usize>) {
        if let Some(item) = self.items.last_mut().filter(|item| !item.done) {
            let seen = item.words.get_or_insert(range.clone());
            *seen = seen.start.min(range.start)..seen.end.max(range.end);
        }
    }

    fn item_ends(&mut self, range: &Range<usize>) {
        if self.items.pop().is_some_and(|item| !item.done) {
            let hint = "write it `- [Title](file.md)`, or `- [Title]()` for one that is not written yet";
            self.warn(Code::SummaryLink, range, "an item of the list has no link and no chapters in it: it is left out", hint);
        }
    }

    /// Lists a chapter, or a heading of chapters without a file.
    fn push(&mut self, title: String, path: Option<String>, range: &Range<usize>) {
        let numbered = !self.items.is_empty();
        let depth = u8::try_from(self.items.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let part = if numbered { self.part.take().map(|(title, _)| title) } else { None };
        self.listed.push(Listed { title, path, depth, numbered, part, pos: self.pos(range), place: self.place(range) });
        if let Some(item) = self.items.last_mut() {
            item.done = true;
        }
    }

    fn link(&mut self, to: &str, title: String, range: &Range<usize>) {
        self.begun = true;
        if self.items.is_empty() && self.region == Region::Numbered {
            self.warn_of_empty_part();
            self.region = Region::Suffix;
        }
        if to.contains("://") || to.starts_with("mailto:") {
            let hint = "a chapter is a file of the book; a link to the web stands in the text of one";
            self.warn(Code::SummaryLink, range, format!("`{to}` is no chapter and is left out"), hint);
            if let Some(item) = self.items.last_mut() {
                item.done = true;
            }
            return;
        }
        // What stands behind a `#` is a place in the file.
        let file = to.split('#').next().unwrap_or("");
        self.push(title, (!file.is_empty()).then(|| relative_to("", &percent_decoded(file))), range);
    }

    fn finish(mut self) -> Vec<Listed> {
        self.warn_of_empty_part();
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut kept: Vec<Listed> = Vec::with_capacity(self.listed.len());
        let mut waiting = None;
        for mut item in self.listed {
            item.part = item.part.or(waiting.take());
            let before = item.path.as_ref().and_then(|path| seen.get(path).copied());
            match (before, &item.path) {
                // A place in a chapter that is listed already, as GitBook lists the headings of long ones.
                (Some(_), Some(_)) if item.place.text.contains(".md#") => waiting = item.part,
                (Some(before), Some(path)) => {
                    let message = format!("the chapter `{path}` is listed twice: its second place is left out");
                    let warning = Diagnostic::warning(Code::ChapterTwice, message).at(item.place.clone());
                    self.diagnostics.push(warning.hint(format!("it is named in line {before} already")));
                    waiting = item.part;
                }
                (None, Some(path)) => {
                    seen.insert(path.clone(), item.place.line);
                    kept.push(item);
                }
                (_, None) => kept.push(item),
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FileId;

    fn listed(text: &str) -> (Vec<String>, Vec<String>) {
        let file = TextFile { id: FileId(0), name: "SUMMARY.md".into(), text: text.into() };
        let mut diagnostics = Diagnostics::new();
        let lines = read(&file, &mut diagnostics)
            .into_iter()
            .map(|l| {
                let part = l.part.map(|p| format!("{p}: ")).unwrap_or_default();
                let mark = if l.numbered { "-" } else { "." };
                format!("{part}{}{mark} {} = {}", " ".repeat(l.depth.into()), l.title, l.path.as_deref().unwrap_or("draft"))
            })
            .collect();
        (lines, diagnostics.iter().map(|d| format!("{}: {}", d.place.as_ref().map_or(0, |p| p.line), d.message)).collect())
    }

    #[test]
    fn the_whole_grammar() {
        let text = "# Summary\n\n[Preface](a%20b.md)\n\n---\n\n- [The `one`](./one.md)\n  - [Two]()\n    * [Three](x/three.md)\n\n# Part *B*\n\n1. [Four](four.md)\n\n[Notes][n]\n[After](z.md)\n\n[n]: n.md\n";
        let (lines, said) = listed(text);
        assert_eq!(
            lines,
            [
                ". Preface = a b.md",
                "- The `one` = one.md",
                " - Two = draft",
                "  - Three = x/three.md",
                "Part *B*: - Four = four.md",
                ". Notes = n.md",
                ". After = z.md"
            ]
        );
        assert!(said.is_empty(), "{said:?}");
    }

    #[test]
    fn mistakes_have_their_lines() {
        let text = "- [A](a.md)\n- no link\n- [B](a.md)\n- [C](https://example.org)\n\n# Empty\n\n[S](s.md)\n\n- [D](d.md)\n";
        assert_eq!(
            listed(text).1,
            [
                "2: an item of the list has no link and no chapters in it: it is left out",
                "4: `https://example.org` is no chapter and is left out",
                "6: the part `Empty` has no chapters",
                "3: the chapter `a.md` is listed twice: its second place is left out"
            ]
        );
    }

    #[test]
    fn what_other_tools_write_is_taken() {
        let text = "# Table of contents\n\n* [Welcome](README.md)\n\n## Guides\n\n* Group `x`\n  * [One](g/1.md#top)\n  * [Again](g/1.md#below)\n* [Two](g/2.md) and [Three](g/3.md)\n\n[Notes](n.md)\n\n* [Late](l.md)\n";
        let (lines, said) = listed(text);
        assert_eq!(
            lines,
            [
                "- Welcome = README.md",
                "Guides: - Group `x` = draft",
                " - One = g/1.md",
                "- Two = g/2.md",
                "- Three = g/3.md",
                ". Notes = n.md",
                "- Late = l.md"
            ]
        );
        assert!(said.is_empty(), "{said:?}");
    }

    #[test]
    fn a_title_is_only_a_title_at_the_top() {
        assert_eq!(listed("[P](p.md)\n\n# Part\n\n- [A](a.md)\n").0, [". P = p.md", "Part: - A = a.md"]);
        assert_eq!(listed("<!-- x -->\n\n# Title\n\n# Part\n\n- [A](a.md)\n").0, ["Part: - A = a.md"]);
    }
}
