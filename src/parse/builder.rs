//! The builder: a stack of open nodes that Markdown events and HTML tags drive alike.
//!
//! What is open is a [`OpenNode`]. Opening a block closes the lines that are open, opening an inline opens the line it
//! needs, and a Markdown end closes whatever HTML was left open within, so that no input can break the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::close;
use super::document::*;
use super::findings::Findings;
use super::pages::Pages;
use super::places::Places;
use super::quotes::Smart;
use super::references::Wanted;
use super::slug::Slugs;
use crate::diag::Code;
use crate::language::Direction;
use crate::load::{Mathematics, Pos};

/// No more nodes than this lie within each other; what is nested deeper joins the deepest one.
pub(super) const MAX_DEPTH: usize = 64;

/// What a chapter's parse has to know of its book.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Settings<'a> {
    /// Braces are fields.
    pub(super) fields: bool,
    /// Quotes and dashes are made typographic.
    pub(super) smart: bool,
    /// The text's language.
    pub(super) language: &'a str,
    /// Lines that an mdBook hides are left out.
    pub(super) mdbook: bool,
    /// References that are read.
    pub(super) references: Wanted,
    /// Pages that a wiki's link may name, where the text has any.
    pub(super) pages: Option<&'a Pages>,
    /// What marks a formula.
    pub(super) mathematics: Mathematics,
}

/// Where a frame came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Markdown,
    Html,
    /// Opened because what came needed it.
    Implied,
}

/// What can stand in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// Blocks.
    Blocks,
    /// Only its own parts: a list's items, a table's rows.
    Structure,
    /// Inlines, as a line of text: a paragraph, a heading.
    Line,
    /// Inlines, within a line.
    Inline,
    /// Characters as they are.
    Verbatim,
}

/// A node that is open.
#[derive(Debug)]
pub(super) enum Kind {
    Root,
    Quote,
    Callout(CalloutKind),
    Item {
        task: Option<bool>,
        /// The number that HTML's `value` gives it.
        value: Option<u64>,
    },
    Note {
        label: String,
    },
    Cell {
        colspan: u16,
        rowspan: u16,
        header: bool,
    },
    Detail,
    Group(GroupKind),
    Figure,
    Only(Format),
    List {
        start: Option<u64>,
        numerals: Numerals,
        /// Counts down.
        reversed: bool,
        loose: bool,
        items: Vec<ListItem>,
    },
    Table {
        align: Vec<Align>,
        head: Vec<Row>,
        body: Vec<Row>,
        in_head: bool,
    },
    Row {
        cells: Vec<Cell>,
    },
    Definitions(Vec<Definition>),
    Paragraph,
    Heading {
        level: u8,
        slug: Option<String>,
    },
    Term,
    Caption,
    Emphasis,
    Strong,
    Strike,
    Superscript,
    Subscript,
    Link {
        to: String,
        title: Option<String>,
    },
    Image {
        source: String,
        title: String,
    },
    Span,
    Ruby,
    Reading,
    /// What stands around a reading where nothing can set it: `<rp>`.
    Hidden,
    /// `<span class="caption">` or `"filename"`, as mdBooks write what stands under a picture and above a table or code.
    Legend,
    OnlyInline(Format),
    /// What looked like superscript and is text between two carets.
    Carets,
    /// `<code>`, `<kbd>`: text within becomes code or keys.
    Monospace {
        keyboard: bool,
    },
    /// An element whose text alone counts.
    Transparent,
    Code {
        /// The info string of a fence; empty for other code.
        info: String,
        language: Option<String>,
    },
    /// `<script>`, `<style>`.
    Dropped,
}

impl Kind {
    pub(super) fn layer(&self) -> Layer {
        match self {
            Kind::Root
            | Kind::Quote
            | Kind::Callout(_)
            | Kind::Item { .. }
            | Kind::Note { .. }
            | Kind::Cell { .. }
            | Kind::Detail
            | Kind::Group(_)
            | Kind::Figure
            | Kind::Only(_) => Layer::Blocks,
            Kind::List { .. } | Kind::Table { .. } | Kind::Row { .. } | Kind::Definitions(_) => Layer::Structure,
            Kind::Paragraph | Kind::Heading { .. } | Kind::Term | Kind::Caption => Layer::Line,
            Kind::Code { .. } | Kind::Dropped => Layer::Verbatim,
            _ => Layer::Inline,
        }
    }
}

/// An open node with what it holds so far.
#[derive(Debug)]
pub(super) struct OpenNode {
    pub(super) kind: Kind,
    pub(super) origin: Origin,
    /// Tells frames apart; 0 is none.
    pub(super) serial: u32,
    pub(super) pos: Pos,
    /// The HTML element's name as written, and whether only its text counts because nobody knows it.
    pub(super) element: Option<Element>,
    pub(super) anchor: Option<String>,
    pub(super) language: Option<String>,
    pub(super) direction: Option<Direction>,
    pub(super) blocks: Vec<Block>,
    pub(super) inlines: Vec<Inline>,
    pub(super) caption: Option<Vec<Inline>>,
    /// Length of the text of a legend with which this line begins.
    pub(super) legend: Option<usize>,
    /// Index of the last block that is nothing but a legend.
    pub(super) label: Option<usize>,
    /// Title of the last picture in this line.
    pub(super) picture_title: String,
    /// Characters of a verbatim frame; the text that a slug is made from in a line.
    pub(super) text: String,
}

/// The HTML element that a frame stands for.
#[derive(Debug)]
pub(super) struct Element {
    /// Lower case.
    pub(super) name: String,
    /// The tag as written, where it is taken for text if it is never closed.
    pub(super) literal: Option<String>,
    /// Its style asks for a new page after it.
    pub(super) break_after: bool,
}

impl OpenNode {
    pub(super) fn new(kind: Kind, origin: Origin, pos: Pos) -> OpenNode {
        OpenNode {
            kind,
            origin,
            serial: 0,
            pos,
            element: None,
            anchor: None,
            language: None,
            direction: None,
            blocks: Vec::new(),
            inlines: Vec::new(),
            caption: None,
            legend: None,
            label: None,
            picture_title: String::new(),
            text: String::new(),
        }
    }
}

/// White space that waits for what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    None,
    Blank,
    /// A line ending of the source: nothing between characters of scripts that set no spaces.
    Soft,
}

/// A Markdown tag that is open: the frame made for it, and how many HTML elements were too deep at the time.
#[derive(Clone, Copy, Debug)]
struct OpenTag {
    serial: u32,
    too_deep: usize,
}

/// Builds one section's blocks.
pub(super) struct Builder<'a> {
    pub(super) settings: Settings<'a>,
    pub(super) places: &'a Places<'a>,
    pub(super) frames: Vec<OpenNode>,
    serials: u32,
    tags: Vec<OpenTag>,
    /// HTML elements that were too deep for a frame of their own, innermost last.
    pub(super) too_deep: Vec<String>,
    /// Anchors and index terms that wait for a text to stand in.
    pub(super) waiting: Vec<Inline>,
    pub(super) space: Space,
    /// Depth of the frame in which the waiting space stood.
    pub(super) space_depth: usize,
    /// The last character of the open line.
    pub(super) last: Option<char>,
    pub(super) smart: Smart,
    pub(super) slugs: Slugs,
    pub(super) notes: Vec<NoteDefinition>,
    /// Labels of the notes defined so far.
    pub(super) note_labels: BTreeSet<String>,
    pub(super) findings: Findings,
    /// What formulas so far have defined for those after them.
    pub(super) definitions: String,
    /// Where the last end of each element stands in the text, by its name; looked for when it is first asked for.
    ends: Option<BTreeMap<String, usize>>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(settings: Settings<'a>, places: &'a Places<'a>) -> Builder<'a> {
        Builder {
            settings,
            places,
            frames: vec![OpenNode::new(Kind::Root, Origin::Markdown, places.pos(0))],
            serials: 0,
            tags: Vec::new(),
            too_deep: Vec::new(),
            waiting: Vec::new(),
            space: Space::None,
            space_depth: 0,
            last: None,
            smart: Smart::new(settings.language),
            slugs: Slugs::default(),
            notes: Vec::new(),
            note_labels: BTreeSet::new(),
            findings: Findings::default(),
            definitions: String::new(),
            ends: None,
        }
    }

    /// Closes all that is open and gives the blocks.
    pub(super) fn finish(&mut self) -> Vec<Block> {
        self.open_at_the_end();
        self.close_to(1);
        if let Some(root) = self.frames.first_mut() {
            close::settled(root);
        }
        let mut blocks = self.frames.first_mut().map(|root| std::mem::take(&mut root.blocks)).unwrap_or_default();
        let mut waiting = std::mem::take(&mut self.waiting);
        close::append_to_last_text(&mut blocks, &mut waiting);
        blocks
    }

    /// Elements that are still open at the end of the chapter, and that HTML never closes by itself: the outermost of each kind.
    fn open_at_the_end(&mut self) {
        const MUST_END: [&str; 9] = ["blockquote", "center", "details", "div", "figure", "section", "span", "strong", "table"];
        let mut said: Vec<&str> = Vec::new();
        for frame in &self.frames {
            if matches!(frame.kind, Kind::Group(GroupKind::Card(_))) {
                let hint = "end it with `<!-- end card -->`: until then it takes in all that follows";
                self.findings.warn(Code::ElementOpen, frame.pos, "the card that begins here never ends", hint);
            }
            let open = frame.element.as_ref().filter(|element| element.literal.is_none());
            let Some(name) = open.and_then(|element| MUST_END.into_iter().find(|name| *name == element.name)) else { continue };
            if !said.contains(&name) {
                said.push(name);
                let hint = format!("end it with `</{name}>`: until then it takes in all that follows");
                self.findings.warn(Code::ElementOpen, frame.pos, format!("the `<{name}>` that begins here is never closed"), hint);
            }
        }
    }

    /// Layer of the innermost frame.
    pub(super) fn layer(&self) -> Layer {
        self.frames.last().map_or(Layer::Blocks, |f| f.kind.layer())
    }

    /// Whether a frame of this kind is open in the line.
    pub(super) fn within(&self, test: impl Fn(&Kind) -> bool) -> bool {
        self.frames.iter().rev().take_while(|f| !matches!(f.kind.layer(), Layer::Blocks | Layer::Structure)).any(|f| test(&f.kind))
    }

    /// Closes frames until `depth` are left.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.frames.len() > depth.max(1) {
            close::close(self, false);
        }
    }

    /// Closes the line that is open, with all in it.
    pub(super) fn close_line(&mut self) {
        while matches!(self.layer(), Layer::Line | Layer::Inline | Layer::Verbatim) {
            close::close(self, false);
        }
    }

    /// Opens a frame, if it is not too deep. Gives its serial, or 0.
    pub(super) fn push(&mut self, mut frame: OpenNode) -> u32 {
        let leaf = matches!(frame.kind.layer(), Layer::Line | Layer::Verbatim);
        if self.frames.len() >= MAX_DEPTH + usize::from(leaf) {
            self.findings.warn_once(
                Code::NestingDepth,
                "depth",
                frame.pos,
                "nested too deep: what lies deeper is set with what is around it",
                format!("no more than {MAX_DEPTH} levels are kept"),
            );
            return 0;
        }
        self.serials += 1;
        frame.serial = self.serials;
        let begins_line = frame.kind.layer() == Layer::Line;
        self.frames.push(frame);
        if begins_line {
            self.begin_line();
        }
        self.serials
    }

    fn begin_line(&mut self) {
        self.space = Space::None;
        self.last = None;
        self.smart.restart();
        if let Some(line) = self.frames.last_mut() {
            line.inlines.append(&mut self.waiting);
        }
    }

    /// Opens a block: closes the line that is open and opens what the block needs around it.
    /// Gives 0 where the block has no place and its content joins what is around it.
    pub(super) fn open_block(&mut self, frame: OpenNode) -> u32 {
        self.close_line();
        match frame.kind {
            Kind::Item { .. } if !self.top_is(|k| matches!(k, Kind::List { .. })) => return 0,
            Kind::Row { .. } if !self.top_is(|k| matches!(k, Kind::Table { .. })) => return 0,
            Kind::Cell { .. } if !self.top_is(|k| matches!(k, Kind::Row { .. })) => return 0,
            Kind::Term | Kind::Detail if !self.top_is(|k| matches!(k, Kind::Definitions(_))) => return 0,
            Kind::Item { .. } | Kind::Row { .. } | Kind::Cell { .. } | Kind::Term | Kind::Detail => {}
            _ => self.open_content(frame.pos),
        }
        self.push(frame)
    }

    pub(super) fn top_is(&self, test: impl Fn(&Kind) -> bool) -> bool {
        self.frames.last().is_some_and(|f| test(&f.kind))
    }

    /// Where only parts of a structure can stand, opens a part that content can stand in.
    fn open_content(&mut self, pos: Pos) {
        while self.layer() == Layer::Structure {
            let kind = match self.frames.last().map(|f| &f.kind) {
                Some(Kind::List { .. }) => Kind::Item { task: None, value: None },
                Some(Kind::Table { .. }) => Kind::Row { cells: Vec::new() },
                Some(Kind::Row { .. }) => Kind::Cell { colspan: 1, rowspan: 1, header: false },
                _ => Kind::Detail,
            };
            if self.push(OpenNode::new(kind, Origin::Implied, pos)) == 0 {
                // Too deep: the structure itself ends, and its content goes on behind it.
                close::close(self, false);
            }
        }
    }

    /// Makes sure that a line is open for an inline.
    pub(super) fn open_line(&mut self, pos: Pos) {
        if matches!(self.layer(), Layer::Blocks | Layer::Structure) {
            self.open_content(pos);
            self.push(OpenNode::new(Kind::Paragraph, Origin::Implied, pos));
        }
    }

    /// Opens an inline.
    pub(super) fn open_inline(&mut self, frame: OpenNode) -> u32 {
        self.open_line(frame.pos);
        self.push(frame)
    }

    /// Notes that a Markdown tag was opened, with the frame made for it (0 for none).
    pub(super) fn tag_opened(&mut self, serial: u32) {
        self.tags.push(OpenTag { serial, too_deep: self.too_deep.len() });
    }

    /// A Markdown tag ends: closes its frame and all within, if it is still open.
    pub(super) fn tag_closed(&mut self) {
        let Some(tag) = self.tags.pop() else { return };
        self.too_deep.truncate(tag.too_deep);
        if let Some(index) = self.frames.iter().rposition(|f| f.serial == tag.serial && tag.serial > 0) {
            self.close_to(index + 1);
            close::close(self, true);
        }
    }

    /// Whether an element that begins at an offset of the text could be closed: its end stands somewhere behind.
    pub(super) fn is_closed(&mut self, name: &str, at: usize) -> bool {
        let text = &self.places.text;
        let ends = self.ends.get_or_insert_with(|| {
            // No element's name is longer.
            let name = |at: usize| text[at + 2..].chars().take(64).take_while(|c| *c != '>' && !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
            text.match_indices("</").map(|(at, _)| (name(at), at)).collect()
        });
        ends.get(name).is_some_and(|end| *end > at)
    }

    /// Adds a block to the innermost frame that holds blocks.
    pub(super) fn add_block(&mut self, block: Block) {
        self.close_line();
        self.open_content(block.pos);
        if let Some(frame) = self.frames.last_mut() {
            let block = super::close::labelled(frame, block);
            frame.blocks.push(block);
        }
    }

    /// A block without children of its own, with the anchor that waits for it.
    pub(super) fn leaf(&mut self, pos: Pos, kind: BlockKind) {
        let anchor = self.take_anchor();
        self.add_block(Block { id: NodeId::default(), pos, anchor, language: None, direction: None, kind });
    }

    /// The first anchor that waits, for a block that has no text to put it in.
    pub(super) fn take_anchor(&mut self) -> Option<String> {
        let at = self.waiting.iter().position(|i| matches!(i.kind, InlineKind::Anchor(_)))?;
        match self.waiting.remove(at).kind {
            InlineKind::Anchor(name) => Some(name),
            _ => None,
        }
    }

    /// Adds an inline to the innermost line, opened if need be.
    pub(super) fn add_inline(&mut self, pos: Pos, kind: InlineKind) {
        self.open_line(pos);
        if let Some(frame) = self.frames.last_mut() {
            frame.inlines.push(Inline { id: NodeId::default(), pos, kind });
        }
    }

    /// Adds an anchor or an index term: to the line that is open, else to the next.
    pub(super) fn add_mark(&mut self, pos: Pos, kind: InlineKind) {
        match self.layer() {
            Layer::Line | Layer::Inline => self.add_inline(pos, kind),
            _ => self.waiting.push(Inline { id: NodeId::default(), pos, kind }),
        }
    }
}
