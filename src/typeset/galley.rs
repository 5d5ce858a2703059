//! The galley: one section set to one measure, with keeps, notes and tags, and no pages yet.

use std::sync::Arc;

use crate::language::Direction;
use crate::length::Length;
use crate::parse::NodeId;
use crate::theme::Color;

use super::frame::Frame;
use super::paragraph::Paragraph;
use super::setter::Setter;
use super::tags::TagTree;

/// A chapter with the sections nested in it, set to one measure. A galley begins a new page; nested sections follow on.
#[derive(Clone, Debug, Default)]
pub struct Galley {
    /// What is set, in order.
    pub flow: Vec<Flow>,
    /// Notes that lines refer to, by index.
    pub notes: Vec<NoteGalley>,
    /// Structure, one tree for each of the sections.
    pub tags: Vec<TagTree>,
    /// Decorations that stacks refer to, by index.
    pub decorations: Vec<Decoration>,
    /// Which way its lines run: the rule above notes begins where they do.
    pub direction: Direction,
}

/// A footnote set to the measure.
#[derive(Clone, Debug)]
pub struct NoteGalley {
    /// Its definition.
    pub node: NodeId,
    /// Its lines, in the notes' leading.
    pub flow: Vec<Flow>,
    /// Says where this note is, and stands at the foot of pages that call it again.
    pub again: Option<u32>,
}

/// What follows each other in a galley.
#[derive(Clone, Debug)]
pub enum Flow {
    /// Lines.
    Stack(Stack),
    /// A page must end here.
    PageBreak,
}

/// A stack of lines: a paragraph, a heading, a block of code, a table, a picture.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The document's node it comes from.
    pub node: NodeId,
    /// Its lines.
    pub content: Content,
    /// Space above; between two stacks the larger of the two spaces counts, at the top of a page none.
    pub before: Length,
    /// Space below.
    pub after: Length,
    /// Whether its lines stand on the page's baseline grid. If not, what follows returns to the grid.
    pub on_grid: bool,
    /// Where it may be parted.
    pub keep: Keep,
    /// Lines repeated at the top of each further page: a table's head row. Already marked as artifacts.
    pub repeat: Vec<Line>,
    /// Drawn below its last line on a page where it goes on overleaf: a rule below a table's rows.
    pub edge: Option<Frame>,
    /// Introduces the next stack, as a line does that ends in a colon: a page that ends between the two costs.
    pub leads: bool,
    /// May move to the top of the next page while text goes on before it.
    pub float: bool,
    /// The outermost list that it is a piece of.
    pub list: Option<NodeId>,
    /// Decorations it lies in, outermost first; indices into [`Galley::decorations`].
    pub decorations: Vec<u32>,
}

/// Rules for parting a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Never parted where it fits on a page.
    pub together: bool,
    /// Not parted from the first lines of the next stack.
    pub with_next: bool,
    /// Lines that must stay before a break: 2 forbids orphans.
    pub head: u16,
    /// Lines that must stay after a break: 2 forbids widows.
    pub tail: u16,
}

impl Default for Keep {
    fn default() -> Keep {
        Keep { together: false, with_next: false, head: 2, tail: 2 }
    }
}

/// The lines of a stack.
#[derive(Clone, Debug)]
pub enum Content {
    /// A paragraph with its settings, one for each number of lines that comes near its best.
    Paragraph(Arc<Paragraph>),
    /// Lines as they are.
    Lines(Vec<Line>),
}

/// What pagination has to know of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineMetrics {
    /// Height it takes, its leading.
    pub height: Length,
    /// Notes it calls; indices into [`Galley::notes`].
    pub notes: Vec<u32>,
    /// Ends in a hyphen, an added one or the word's own.
    pub hyphen: bool,
    /// Nothing is seen of it: what lies behind the lines of a page does not reach below those that are seen.
    pub empty: bool,
    /// A page may not end after this line (a row spanned by a cell).
    pub glued: bool,
    /// Bytes of the block's plain text that stand before this line. Plain text is what [`crate::parse::plain_text`]
    /// gives, with fields filled.
    pub offset: u32,
    /// The row or cell of a table that goes on here, where it is not the stack's own block; the offset then counts in it.
    pub within: Option<NodeId>,
}

/// A line ready to be placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What pagination has to know.
    pub metrics: LineMetrics,
    /// Its content; origin at the left of the measure and the top of the line's height.
    pub frame: Frame,
}

/// Drawn beside or behind the lines of several stacks, on each page from the first such line's top to the last one's bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoration {
    /// Left edge, from the left of the measure.
    pub x: Length,
    /// Width: that of a rule, or of a tint.
    pub width: Length,
    /// Colour.
    pub color: Color,
    /// How far it reaches above and below the lines.
    pub overhang: Length,
}

impl Stack {
    /// Whether it is a heading of a text in this leading, and no label of what follows it.
    pub fn is_heading(&self, leading: Length) -> bool {
        self.keep.with_next && self.before >= leading
    }

    /// Whether a reader's words stand in it: another reader's may take more lines.
    pub(super) fn is_personal(&self) -> bool {
        matches!(&self.content, Content::Paragraph(paragraph) if paragraph.fields().next().is_some())
    }

    /// The possible settings: for each its cost (0 for the best) and its lines' metrics.
    pub fn settings(&self) -> usize {
        match &self.content {
            Content::Paragraph(p) => p.settings.len(),
            Content::Lines(_) => 1,
        }
    }

    /// Cost of a setting against the best one, in thousandths of what a line costs whose letters and spaces are at their allowance.
    pub fn cost(&self, setting: usize) -> i64 {
        match &self.content {
            Content::Paragraph(p) => p.settings[setting].cost,
            Content::Lines(_) => 0,
        }
    }

    /// Builds a setting's lines, ready to be placed.
    pub fn build(&self, setting: usize, setter: &Setter) -> Vec<Line> {
        match &self.content {
            Content::Paragraph(p) => p.build(setting, setter),
            Content::Lines(lines) => lines.clone(),
        }
    }

    /// Metrics of a setting's lines.
    pub fn metrics(&self, setting: usize) -> Vec<&LineMetrics> {
        match &self.content {
            Content::Paragraph(p) => p.settings[setting].lines.iter().map(|l| &l.metrics).collect(),
            Content::Lines(lines) => lines.iter().map(|l| &l.metrics).collect(),
        }
    }
}
