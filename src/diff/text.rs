//! A manuscript as a row of passages: for each chapter its paragraphs, headings, blocks of code, rows of tables, whatever can come, go
//! or move by itself.

use std::sync::Arc;

use super::Spot;
use crate::load::{ChapterSource, Manuscript, Pos};
use crate::memo::{Key, Memo};
use crate::parse::{Block, BlockKind, Inline, InlineKind, Node, Section, parse, walk_blocks};
use crate::provenance::digest::Digest;
use crate::resolve::picture_path;
use crate::select::{Entry, EntryKind, Reader, Selection};

/// A chapter's text.
pub(super) struct Chapter {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) passages: Vec<Passage>,
}

/// Something that can come, go or move by itself.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// What it is; what has another kind is another passage.
    pub(super) kind: Kind,
    /// Its words.
    pub(super) text: String,
    /// Of kind and words: two passages are the same if this is.
    pub(super) key: Key,
    /// The last heading before it.
    pub(super) heading: Option<Arc<str>>,
    pub(super) spot: Spot,
}

/// Kinds of passage that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Heading(u8),
    Text,
    Code,
    Row,
    Term,
    Picture,
    Note,
}

/// All chapters of a manuscript with all their passages, whoever gets them.
pub(super) fn chapters(manuscript: &Arc<Manuscript>) -> Vec<Chapter> {
    let entries: Vec<Entry> = manuscript.chapters.iter().filter(|chapter| !chapter.draft).map(entry).collect();
    let selection = Selection {
        manuscript: manuscript.clone(),
        reader: Reader::default(),
        fields: Default::default(),
        paths: Vec::new(),
        target: None,
        from: None,
        ladder: Vec::new(),
        entries: entries.into(),
        omitted: Vec::new().into(),
    };
    let document = parse(Arc::new(selection), &Memo::new(0)).value;
    document.sections.iter().map(|section| chapter(section, manuscript)).collect()
}

/// A chapter as it was written: the marks of passages that only some get are comments like any other, so all of them are there.
fn entry(chapter: &ChapterSource) -> Entry {
    Entry {
        kind: EntryKind::Chapter,
        path: chapter.path.clone(),
        title: chapter.listed_title.clone().or_else(|| chapter.meta.title.clone()),
        meta: chapter.meta.clone(),
        depth: 0,
        numbered: false,
        part: None,
        text: chapter.text.clone(),
        pos: chapter.pos,
        why: String::new(),
    }
}

fn chapter(section: &Section, manuscript: &Manuscript) -> Chapter {
    let mut gathering = Gathering { manuscript, path: &section.path, heading: None, passages: Vec::new(), kind: Kind::Text };
    let summary = gathering.said(&section.summary);
    gathering.add(Kind::Text, summary, section.pos);
    gathering.blocks(&section.blocks);
    for note in &section.notes {
        gathering.heading = None;
        gathering.within(Kind::Note, &note.blocks);
    }
    let title = gathering.said(&section.title);
    Chapter { path: section.path.clone(), title, passages: gathering.passages }
}

struct Gathering<'a> {
    manuscript: &'a Manuscript,
    /// The chapter's path.
    path: &'a str,
    heading: Option<Arc<str>>,
    passages: Vec<Passage>,
    /// What a paragraph is here.
    kind: Kind,
}

impl Gathering<'_> {
    fn add(&mut self, kind: Kind, text: String, pos: Pos) {
        if text.trim().is_empty() {
            return;
        }
        let file = self.manuscript.sources.get(pos.file).map_or_else(|| "?".into(), |file| file.name.clone());
        let spot = Spot { file, line: pos.line, pos };
        let words: Vec<&str> = text.split_whitespace().collect();
        let key = Key::of(&(kind, &words));
        self.passages.push(Passage { kind, key, heading: self.heading.clone(), spot, text });
    }

    fn within(&mut self, kind: Kind, blocks: &[Block]) {
        let outer = std::mem::replace(&mut self.kind, kind);
        self.blocks(blocks);
        self.kind = outer;
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading { level, text, .. } => {
                let said = self.said(text);
                self.heading = Some(said.as_str().into());
                self.add(Kind::Heading(*level), said, block.pos);
            }
            BlockKind::Paragraph(text) => {
                let said = self.said(text);
                let kind = if text.iter().all(|inline| matches!(inline.kind, InlineKind::Image(_))) { Kind::Picture } else { self.kind };
                self.add(kind, said, block.pos);
            }
            BlockKind::Code { text, .. } => self.add(Kind::Code, text.to_string(), block.pos),
            BlockKind::Formula(formula) => self.add(self.kind, formula.source.to_string(), block.pos),
            BlockKind::List { items, .. } => items.iter().for_each(|item| self.blocks(&item.blocks)),
            BlockKind::Quote { blocks, attribution } => {
                self.blocks(blocks);
                self.inlines(attribution.as_deref(), block.pos);
            }
            BlockKind::Figure { blocks, caption } | BlockKind::Group { blocks, caption, .. } => {
                self.inlines(caption.as_deref(), block.pos);
                self.blocks(blocks);
            }
            BlockKind::Callout { blocks, .. } | BlockKind::Only(_, blocks) => self.blocks(blocks),
            BlockKind::Table(table) => {
                self.inlines(table.caption.as_deref(), block.pos);
                for row in table.head.iter().chain(&table.body) {
                    self.row(row.cells.iter().flat_map(|cell| &cell.blocks), block.pos);
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    for term in &definition.terms {
                        let said = self.said(&term.text);
                        self.add(Kind::Term, said, term.text.first().map_or(block.pos, |inline| inline.pos));
                    }
                    definition.details.iter().for_each(|blocks| self.blocks(blocks));
                }
            }
            BlockKind::Rule | BlockKind::PageBreak | BlockKind::Bibliography | BlockKind::RouteMap => {}
        }
    }

    fn inlines(&mut self, text: Option<&[Inline]>, pos: Pos) {
        let said = text.map(|text| self.said(text)).unwrap_or_default();
        self.add(self.kind, said, pos);
    }

    /// A table's row is one passage.
    fn row<'d>(&mut self, blocks: impl Iterator<Item = &'d Block>, pos: Pos) {
        let mut cells = Vec::new();
        let mut at = pos;
        for block in blocks {
            walk_blocks(std::slice::from_ref(block), &mut |node| {
                if let Node::Block(Block { kind: BlockKind::Paragraph(text), pos, .. }) = node {
                    at = if cells.is_empty() { *pos } else { at };
                    cells.push(self.said(text));
                }
            });
        }
        self.add(Kind::Row, cells.join(" | "), at);
    }

    /// What inlines say, with what is behind a link and in a picture, since those can change as well.
    fn said(&self, inlines: &[Inline]) -> String {
        let mut out = String::new();
        self.say(inlines, &mut out);
        out
    }

    fn say(&self, inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text) => out.push_str(text),
                InlineKind::Formula(formula) => out.push_str(&formula.source),
                InlineKind::Break => out.push(' '),
                InlineKind::Field { name, .. } => out.push_str(&format!("{{{{ {name} }}}}")),
                InlineKind::Citation(citation) => {
                    let works: Vec<&str> = citation.works.iter().map(|work| work.key.as_str()).collect();
                    out.push_str(&format!("[@{}]", works.join("; @")));
                }
                InlineKind::Link { to, content, .. } => {
                    self.say(content, out);
                    if to.contains("://") {
                        out.push_str(&format!(" ({to})"));
                    }
                }
                InlineKind::Image(image) => {
                    out.push_str(&format!("[{}{}]", image.alt.as_deref().unwrap_or_default(), self.picture(&image.source)));
                }
                InlineKind::NoteRef(_) | InlineKind::Anchor(_) | InlineKind::IndexTerm(_) => {}
                kind => self.say(kind.content().map_or(&[], Vec::as_slice), out),
            }
        }
    }

    /// A picture's file and what is in it: one that was drawn anew is another.
    fn picture(&self, written: &str) -> String {
        let Some(path) = picture_path(self.path, written) else { return format!(" {written}") };
        match self.manuscript.assets.read(&path) {
            Ok(bytes) if !crate::load::is_pointer(&bytes) => format!(" {path} {}", &Digest::of(&bytes).to_string()[..8]),
            _ => format!(" {path}"),
        }
    }
}
