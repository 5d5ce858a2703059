//! Chapters that nobody wrote: *Your route*, *Your milestones*, *The road beyond*.
//!
//! What comes from the reader is a field here too, so that it stays data and is set from the copy's own font.

use super::builder::Settings;
use super::document::*;
use super::findings::Findings;
use super::plain::plain_text;
use super::section::inline_text;
use super::slug::Slugs;
use crate::load::Pos;
use crate::select::{Entry, EntryKind, NOTE, Selection, StageInfo, note_paragraphs};
use crate::words::Words;

/// A generated chapter.
pub(super) struct Generated {
    pub(super) title: Vec<Inline>,
    pub(super) blocks: Vec<Block>,
}

/// Makes the chapter that an entry asks for.
pub(super) fn section(selection: &Selection, entry: &Entry, settings: Settings<'_>, findings: &mut Findings) -> Generated {
    let words = selection.manuscript.book.words();
    let mut maker = Maker { selection, settings, pos: entry.pos, words: &words, slugs: Slugs::default(), findings };
    let (title, blocks) = match entry.kind {
        EntryKind::Route => (&words.your_route, maker.route()),
        EntryKind::Milestones => (&words.your_milestones, maker.milestones()),
        _ => (&words.road_beyond, maker.road_beyond()),
    };
    Generated { title: vec![maker.text(title)], blocks }
}

struct Maker<'a> {
    selection: &'a Selection,
    settings: Settings<'a>,
    pos: Pos,
    words: &'a Words,
    slugs: Slugs,
    findings: &'a mut Findings,
}

impl Maker<'_> {
    fn inline(&self, kind: InlineKind) -> Inline {
        Inline { id: NodeId::default(), pos: self.pos, kind }
    }

    fn text(&self, text: &str) -> Inline {
        self.inline(InlineKind::Text(text.to_string()))
    }

    fn field(&self, name: &str) -> Inline {
        self.inline(InlineKind::Field { name: name.to_string(), default: None })
    }

    fn block(&self, kind: BlockKind) -> Block {
        Block { id: NodeId::default(), pos: self.pos, anchor: None, language: None, direction: None, kind }
    }

    fn paragraph(&self, inlines: Vec<Inline>) -> Block {
        self.block(BlockKind::Paragraph(inlines))
    }

    fn heading(&mut self, level: u8, text: Vec<Inline>) -> Block {
        let slug = self.slugs.of(&plain_text(&text));
        self.block(BlockKind::Heading { level, slug, text })
    }

    /// An author's line of Markdown, from front matter.
    fn markdown(&mut self, text: &str) -> Vec<Inline> {
        let (inlines, found) = inline_text(self.settings, text, self.pos);
        self.findings.extend(found);
        inlines
    }

    fn item(&self, task: Option<bool>, text: Vec<Inline>) -> ListItem {
        ListItem { id: NodeId::default(), task, number: None, blocks: vec![self.paragraph(text)], pos: self.pos }
    }

    /// *Your route*: a sentence, the drawn map, the ladder in words, and what was said of this reader.
    fn route(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        blocks.extend(self.route_sentence());
        if !self.selection.ladder.is_empty() {
            blocks.push(self.block(BlockKind::RouteMap));
            blocks.push(self.ladder());
        }
        if self.has_field("reader.organisation") {
            let label = self.text(&format!("{}: ", self.words.organisation));
            blocks.push(self.paragraph(vec![label, self.field("reader.organisation")]));
        }
        blocks.extend(self.paths());
        blocks.extend(self.note());
        blocks
    }

    fn has_field(&self, name: &str) -> bool {
        self.selection.fields.get(name).is_some_and(Option::is_some)
    }

    /// The sentence that says where this book leads.
    fn route_sentence(&self) -> Option<Block> {
        let target = self.stage(self.selection.target)?;
        let from = self.stage(self.selection.from).filter(|from| from.number != target.number);
        let template = if from.is_some() { &self.words.route_from } else { &self.words.route_to };
        let mut inlines = Vec::new();
        let mut rest = template.as_str();
        while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
            inlines.push(self.text(before));
            inlines.push(match (name, from) {
                ("from", Some(_)) if self.has_field("from.title") => self.field("from.title"),
                ("from", Some(stage)) => self.text(&stage.title),
                _ => self.text(&target.title),
            });
            rest = after;
        }
        inlines.push(self.text(rest));
        inlines.retain(|i| !matches!(&i.kind, InlineKind::Text(t) if t.is_empty()));
        Some(self.paragraph(inlines))
    }

    fn stage(&self, index: Option<usize>) -> Option<&StageInfo> {
        self.selection.ladder.get(index?)
    }

    /// The ladder in words: in the EPUB, where its links lead to the chapters. The PDF's map says the same in its description.
    fn ladder(&self) -> Block {
        // The highest first, as it is drawn.
        let rung = |(index, stage): (usize, &StageInfo)| {
            let number = Some(ItemNumber { value: stage.number as u64, numerals: Numerals::default() });
            ListItem { number, ..self.item(None, self.rung(index, stage)) }
        };
        let items: Vec<ListItem> = self.selection.ladder.iter().enumerate().rev().map(rung).collect();
        let list = self.block(BlockKind::List { start: Some(self.selection.ladder.len() as u64), tight: true, items });
        self.block(BlockKind::Only(Format::Epub, vec![list]))
    }

    fn rung(&self, index: usize, stage: &StageInfo) -> Vec<Inline> {
        let years = if stage.years.is_empty() { String::new() } else { format!(", {} {}", self.words.years.to_lowercase(), stage.years) };
        let mut out = vec![self.chapter_link(self.stage_path(index).filter(|_| stage.included), &stage.title), self.text(&years)];
        for (here, word) in [(self.selection.from, &self.words.you_are_here), (self.selection.target, &self.words.your_target)] {
            if here == Some(index) {
                out.push(self.text(" – "));
                out.push(self.inline(InlineKind::Strong(vec![self.text(word)])));
            }
        }
        out.retain(|i| !matches!(&i.kind, InlineKind::Text(t) if t.is_empty()));
        out
    }

    fn stage_path(&self, index: usize) -> Option<&str> {
        let manuscript = &self.selection.manuscript;
        let chapter = manuscript.stages.get(index)?.chapter;
        manuscript.chapters.get(chapter.0).map(|c| c.path.as_str())
    }

    fn chapter_link(&self, path: Option<&str>, title: &str) -> Inline {
        let content = vec![self.text(title)];
        match path {
            Some(path) => self.inline(InlineKind::Link { to: encode(path), title: None, content }),
            None => self.text(title),
        }
    }

    /// The paths and guides that were chosen, each a link to its chapter.
    fn paths(&mut self) -> Vec<Block> {
        if self.selection.paths.is_empty() {
            return Vec::new();
        }
        let manuscript = &self.selection.manuscript;
        let path_of = |id: &str| {
            let chapter = manuscript.paths.iter().chain(&manuscript.guides).find(|p| p.id == id)?.chapter;
            manuscript.chapters.get(chapter.0).map(|c| c.path.as_str())
        };
        let items = self.selection.paths.iter().map(|(id, title)| self.item(None, vec![self.chapter_link(path_of(id), title)])).collect();
        let list = self.block(BlockKind::List { start: None, tight: true, items });
        let title = vec![self.text(&self.words.your_paths)];
        vec![self.heading(2, title), list]
    }

    /// The mentor's note under its heading, a field for each of its paragraphs.
    fn note(&mut self) -> Vec<Block> {
        let Some(note) = self.selection.fields.get(NOTE).and_then(Option::as_deref).filter(|n| !n.trim().is_empty()) else {
            return Vec::new();
        };
        let count = note_paragraphs(note).len();
        let title = vec![self.text(&self.words.mentor_note)];
        let mut blocks = vec![self.heading(2, title)];
        blocks.extend((1..=count).map(|n| self.paragraph(vec![self.field(&format!("{NOTE}.{n}"))])));
        blocks
    }

    /// *Your milestones*: a checklist for each stage up to the target.
    fn milestones(&mut self) -> Vec<Block> {
        let last = self.selection.target.unwrap_or(usize::MAX);
        let mut blocks = vec![self.paragraph(vec![self.text(&self.words.milestones_intro)])];
        for (index, stage) in self.selection.ladder.iter().enumerate() {
            if index > last || stage.milestones.is_empty() {
                continue;
            }
            let title = vec![self.chapter_link(self.stage_path(index).filter(|_| stage.included), &stage.title)];
            blocks.push(self.heading(2, title));
            let texts: Vec<_> = stage.milestones.iter().map(|m| self.markdown(m)).collect();
            let items = texts.into_iter().map(|text| self.item(Some(false), text)).collect();
            blocks.push(self.block(BlockKind::List { start: None, tight: true, items }));
        }
        blocks
    }

    /// *The road beyond*: the later stages, each by its summary.
    fn road_beyond(&mut self) -> Vec<Block> {
        let target = self.selection.target.unwrap_or(usize::MAX);
        let mut blocks = vec![self.paragraph(vec![self.text(&self.words.road_beyond_intro)])];
        for (index, stage) in self.selection.ladder.iter().enumerate() {
            if index <= target || stage.included {
                continue;
            }
            let title = vec![self.text(&stage.title)];
            blocks.push(self.heading(2, title));
            let mut text = Vec::new();
            if !stage.years.is_empty() {
                let years = self.text(&format!("{} {}. ", self.words.years, stage.years));
                text.push(self.inline(InlineKind::Emphasis(vec![years])));
            }
            if let Some(summary) = &stage.summary {
                text.extend(self.markdown(summary));
            }
            if !text.is_empty() {
                blocks.push(self.paragraph(text));
            }
        }
        blocks
    }
}

/// A path as a link writes it.
fn encode(path: &str) -> String {
    path.replace('%', "%25").replace('#', "%23").replace('?', "%3F")
}
