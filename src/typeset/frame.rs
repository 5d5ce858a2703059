//! Frames: positioned items, the only thing a writer sees. No PDF notions in here.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::fonts::FaceId;
use crate::length::{Length, Point, Size};
use crate::memo::Key;
use crate::parse::NodeId;
use crate::resolve::PictureFile;
use crate::theme::{Color, TextStyle};

use super::tags::TagId;

/// A frame that many share. Its digest is computed once, when somebody asks for it.
#[derive(Debug, Default)]
pub struct SharedFrame {
    frame: Frame,
    digest: OnceLock<Key>,
}

impl SharedFrame {
    /// What names it: two with the same digest are alike in all that they hold.
    pub fn digest(&self) -> Key {
        *self.digest.get_or_init(|| Key::of(&self.frame))
    }

    /// The frame, to be changed.
    pub fn edit(&mut self) -> &mut Frame {
        self.digest = OnceLock::new();
        &mut self.frame
    }

    /// The frame alone.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

impl From<Frame> for SharedFrame {
    fn from(frame: Frame) -> SharedFrame {
        SharedFrame { frame, digest: OnceLock::new() }
    }
}

impl Hash for SharedFrame {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.digest().hash(hasher);
    }
}

impl Deref for SharedFrame {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl Clone for SharedFrame {
    /// Who wants one of their own wants to change it.
    fn clone(&self) -> SharedFrame {
        SharedFrame::from(self.frame.clone())
    }
}

/// Positioned items, in reading order. Coordinates are relative to the frame's own top left corner, y down.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct Frame {
    /// In reading order.
    pub items: Vec<Placed>,
}

impl Frame {
    /// Takes over another frame's items, moved by `at`.
    pub fn place(&mut self, at: Point, other: Frame) {
        self.items.extend(other.items.into_iter().map(|mut placed| {
            placed.at = placed.at + at;
            placed
        }));
    }

    /// The frame turned by 90° to the left, as the reader sees it who turns the book to the right. What was at `width` from the
    /// left edge is now at the top.
    #[must_use]
    pub fn turned(self, width: Length) -> Frame {
        Frame { items: self.items.into_iter().map(|placed| placed.turned(width)).collect() }
    }

    /// Bytes that it takes, roughly.
    pub fn weight(&self) -> usize {
        let item = |placed: &Placed| match &placed.item {
            Item::Text(run) => size_of_val(run.glyphs.as_slice()) + run.text.len(),
            _ => 0,
        };
        self.items.iter().map(|placed| size_of::<Placed>() + item(placed)).sum()
    }

    /// Adds one item.
    pub fn push(&mut self, at: Point, mark: Mark, item: Item) {
        self.items.push(Placed { at, mark, item });
    }
}

/// An item at its place.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Placed {
    /// Text: the start of the baseline. Everything else: the top left corner.
    pub at: Point,
    /// What it is to somebody who cannot see the page.
    pub mark: Mark,
    /// What is drawn.
    pub item: Item,
}

impl Placed {
    fn turned(self, width: Length) -> Placed {
        let Placed { at, mark, item } = self;
        let across = |size: Size| Size::new(size.height, size.width);
        // The corner that is now at the top left was at the top right.
        let corner = |size: Size| Point::new(at.y, width - at.x - size.width);
        let spot = Point::new(at.y, width - at.x);
        let (at, item) = match item {
            Item::Text(run) => (spot, Item::Text(TextRun { turned: true, ..run })),
            Item::Rect { size, color } => (corner(size), Item::Rect { size: across(size), color }),
            Item::Path(path) => (spot, Item::Path(path.turned())),
            Item::Picture { file, size, .. } => (corner(size), Item::Picture { file, size: across(size), turned: true }),
            Item::Link { size, to, description } => (corner(size), Item::Link { size: across(size), to, description }),
            Item::Destination(name) => (spot, Item::Destination(name)),
            Item::Ground { .. } | Item::Wide | Item::Folio { .. } => (at, item),
            Item::CheckBox { size, label, checked } => (corner(size), Item::CheckBox { size: across(size), label, checked }),
        };
        Placed { at, mark, item }
    }
}

/// Every mark on a page is content of an element of the structure tree, or an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Content of this element.
    Tag(TagId),
    /// Furniture and ornament.
    Artifact(Artifact),
}

/// Kinds of artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Artifact {
    /// Running head.
    Header,
    /// Folio, foot line.
    Footer,
    /// Rules, tints, ornaments.
    Layout,
    /// Crop marks, bleed.
    Page,
}

/// What can stand on a page.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Item {
    /// A run of glyphs in one face, size and colour.
    Text(TextRun),
    /// A filled rectangle: rules and tints.
    Rect {
        /// Extent.
        size: Size,
        /// Fill.
        color: Color,
    },
    /// Colour over the whole page and into its bleed, or from its head down to this place. What it covers depends on the page, so
    /// furniture puts a rectangle there, and no writer meets it.
    Ground {
        /// Fill.
        color: Color,
        /// The whole page, and not only what is above this place.
        whole: bool,
    },
    /// What stands on the page takes the column at its side too. Furniture reads this where it puts the column, and no writer draws it.
    Wide,
    /// The page of a node, in brackets: where the node will stand nobody knows before all pages are made, so the room that it may take is
    /// kept, and furniture fills it.
    Folio {
        /// Whose page.
        node: NodeId,
        /// How it is set.
        style: TextStyle,
        /// The room that is kept, if what is shorter is to stand at the end of it.
        room: Option<Length>,
        /// In brackets, as behind a link.
        brackets: bool,
    },
    /// A path.
    Path(Path),
    /// A picture scaled to a size.
    Picture {
        /// The file.
        file: Arc<PictureFile>,
        /// Extent on the page.
        size: Size,
        /// Turned by 90° to the left: its top is at the left edge of `size`.
        turned: bool,
    },
    /// A sensitive area. Its mark is the link's element.
    Link {
        /// Extent.
        size: Size,
        /// Where it leads.
        to: LinkTarget,
        /// What it says to somebody who cannot see it: its text and target.
        description: String,
    },
    /// A place that links, contents and the outline can name.
    Destination(Destination),
    /// A box to tick.
    CheckBox {
        /// Extent.
        size: Size,
        /// What is ticked: the item's text.
        label: String,
        /// Ticked in the manuscript.
        checked: bool,
    },
}

/// A place of the book that something may lead to. A chapter speaks of nodes, so that it can be set before anybody knows what
/// they are called; on a finished page every destination has its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// By its node.
    Node(NodeId),
    /// By its name in the files.
    Name(Arc<str>),
}

impl From<&str> for Destination {
    fn from(name: &str) -> Destination {
        Destination::Name(Arc::from(name))
    }
}

/// Where a sensitive area leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkTarget {
    /// A place of this book.
    Destination(Destination),
    /// Outside: an address in ASCII.
    Url(Arc<str>),
}

/// A run of glyphs in one face, size and colour. Glyphs stand in visual order, `text` in logical order.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct TextRun {
    /// Face.
    pub face: FaceId,
    /// Size.
    pub size: Length,
    /// Colour.
    pub color: Color,
    /// Horizontal scale in thousandths of the natural width: the letter fit. 1000 is natural.
    pub scale: u16,
    /// Glyphs, left to right.
    pub glyphs: Vec<Glyph>,
    /// The text that they stand for.
    pub text: Box<str>,
    /// What the run really says, where the glyphs do not (a hyphen at a line's end: U+00AD; a code point in a frame: the character).
    pub actual: Option<Box<str>>,
    /// Whether it comes from the reader and not from the manuscript.
    pub personal: bool,
    /// Turned by 90° to the left: it runs from its place upwards.
    pub turned: bool,
}

impl TextRun {
    /// Width: the sum of all advances.
    pub fn width(&self) -> Length {
        self.glyphs.iter().map(|g| g.advance).sum()
    }
}

#[cfg(test)]
impl TextRun {
    /// A run for tests: glyphs of 5 pt that begin at these bytes of the text.
    pub(crate) fn sample(text: &str, starts: impl IntoIterator<Item = u16>) -> TextRun {
        let glyph = |cluster| Glyph { id: 1, cluster, advance: Length::pt(5), dx: 0, dy: 0 };
        TextRun {
            face: FaceId(0),
            size: Length::pt(10),
            color: Color::BLACK,
            scale: 1000,
            glyphs: starts.into_iter().map(glyph).collect(),
            text: text.into(),
            actual: None,
            personal: false,
            turned: false,
        }
    }
}

/// A glyph and how far the pen moves after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Glyph {
    /// Glyph id in the face.
    pub id: u16,
    /// Byte offset in the run's text of the cluster it belongs to. Several glyphs may share one.
    pub cluster: u16,
    /// From this glyph's origin to the next: natural width × scale, kerning and justification included.
    pub advance: Length,
    /// Offset of the drawn glyph from the pen, to the right, in thousandths of the size.
    pub dx: i16,
    /// Likewise, upwards.
    pub dy: i16,
}

/// A path: filled, stroked or both.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Path {
    /// Segments, relative to the item's place.
    pub segments: Vec<Segment>,
    /// Fill colour.
    pub fill: Option<Color>,
    /// Stroke colour and thickness.
    pub stroke: Option<(Color, Length)>,
    /// Dash and gap lengths for the stroke.
    pub dash: Option<(Length, Length)>,
}

impl Path {
    fn turned(self) -> Path {
        let turn = |p: Point| Point::new(p.y, -p.x);
        let segments = self.segments.into_iter().map(|segment| match segment {
            Segment::Move(p) => Segment::Move(turn(p)),
            Segment::Line(p) => Segment::Line(turn(p)),
            Segment::Curve(a, b, p) => Segment::Curve(turn(a), turn(b), turn(p)),
            Segment::Close => Segment::Close,
        });
        Path { segments: segments.collect(), ..self }
    }
}

/// Path segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Segment {
    Move(Point),
    Line(Point),
    /// Cubic Bézier: two control points and the end.
    Curve(Point, Point, Point),
    Close,
}
