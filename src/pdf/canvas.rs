//! A canvas turns frames into printpdf's operations: one content stream, every mark in it content of an element or an artifact.

use std::sync::Arc;

use printpdf::{Color as Ink, CurTransMat, DictItem, Greyscale, LineDashPattern, Op, PaintMode, Pt, Rect, Rgb};

use crate::length::{Length, Point, Size};
use crate::theme::Color;
use crate::typeset::{Artifact, Destination, Item, LinkTarget, Mark, Path, Placed, Role, Segment, TagId, TagTree};

use super::fonts::Subsets;
use super::place::{Area, Axes, Milli, Spot};
use super::text::TextState;

/// What a page's marks belong to, and what lies on them: of a whole page, or of a part of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    /// What comes before on the page.
    pub before: Counts,
    /// The element of each marked-content sequence; their ids on the page go on from those before.
    pub content: Vec<TagId>,
    /// Content and annotations, each with its place in drawing order, which is the order of reading within an element.
    pub order: Vec<(u64, TagId, Piece)>,
    /// The next place in drawing order.
    next: u64,
    /// Sensitive areas and boxes.
    pub annotations: Vec<Annotation>,
    /// Named places.
    pub destinations: Vec<(Arc<str>, Spot)>,
    /// What figures cover.
    pub figures: Vec<(TagId, Area)>,
}

/// Places in drawing order are one number: the segment of the page above, the place within the segment in the low 24 bits. Sixteen bits of
/// segments and 24 of places are more than a page can have: its content would be gigabytes long.
const PLACES: u32 = 24;
pub(super) const ORDER: u32 = PLACES + 16;

/// How many marked-content sequences and annotations there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub content: u32,
    pub annotations: u32,
}

impl Marks {
    /// Marks that go on from others on the same page.
    pub fn after(before: Counts) -> Marks {
        Marks { before, ..Marks::default() }
    }

    /// With those before.
    pub fn counts(&self) -> Counts {
        Counts { content: self.before.content + self.content.len() as u32, annotations: self.before.annotations + self.annotations.len() as u32 }
    }

    /// What is drawn from now on belongs to a segment of the page (see [`crate::furniture::Page::segments`]).
    pub fn segment(&mut self, number: usize) {
        self.next = (number as u64) << PLACES;
    }

    fn note(&mut self, tag: TagId, piece: Piece) {
        self.order.push((self.next, tag, piece));
        self.next += 1;
    }
}

/// A piece of an element on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A marked-content sequence, by its id.
    Content(u32),
    /// An annotation, by its index on the page.
    Annotation(u32),
}

/// An annotation with its element.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub tag: TagId,
    pub area: Area,
    pub kind: AnnotationKind,
}

impl Annotation {
    /// Whether it is a field of the form.
    pub fn is_field(&self) -> bool {
        matches!(self.kind, AnnotationKind::CheckBox { .. })
    }
}

/// Kinds of annotation.
#[derive(Clone, Debug)]
pub(super) enum AnnotationKind {
    Link { to: LinkTarget, description: String },
    CheckBox { label: String, checked: bool },
}

/// Draws frames into one content stream.
pub(super) struct Canvas<'a> {
    pub(super) ops: Vec<Op>,
    pub(super) fonts: &'a Subsets,
    pub(super) axes: Axes,
    pub(super) text: TextState,
    tags: &'a [Arc<TagTree>],
    marks: &'a mut Marks,
    /// Whether marks are written; not in a form, which is marked where it is shown.
    marked: bool,
    open: Option<Mark>,
    /// An `ActualText` was said in the open sequence. Poppler takes its end for the end of that sequence and would lose
    /// what follows, so that goes into a sequence of its own.
    pub(super) spent: bool,
    fill: Option<Color>,
}

impl<'a> Canvas<'a> {
    /// A canvas for a page of a height. Ids of marked content go on from those in `marks`.
    pub fn new(fonts: &'a Subsets, tags: &'a [Arc<TagTree>], height: Length, marks: &'a mut Marks) -> Canvas<'a> {
        Canvas { ops: Vec::new(), fonts, axes: Axes { height }, text: TextState::default(), tags, marks, marked: true, open: None, spent: false, fill: None }
    }

    /// The same for a form.
    pub fn unmarked(mut self) -> Canvas<'a> {
        self.marked = false;
        self
    }

    /// Draws items of a frame and gives the operations. The state of text is left as it was found: another stream may follow.
    pub fn draw(mut self, items: &[Placed]) -> Vec<Op> {
        for placed in items {
            self.item(placed);
        }
        self.close_mark();
        self.restore_text();
        self.ops
    }

    fn item(&mut self, placed: &Placed) {
        match &placed.item {
            Item::Text(run) if run.glyphs.is_empty() => {}
            Item::Text(run) => {
                self.open_mark(placed.mark);
                let (from, size) = if run.turned {
                    (Point::new(-run.size, -run.width()), Size::new(run.size, run.width()))
                } else {
                    (Point::new(Length::ZERO, -run.size), Size::new(run.width(), run.size))
                };
                self.note_figure(placed, from, size);
                self.run(placed.at, run);
            }
            Item::Rect { size, color } => {
                self.begin_drawing(placed, *size);
                self.rect(self.axes.area(placed.at, *size), *color);
            }
            Item::Path(path) => {
                let (from, size) = bounds(path);
                self.open_mark(placed.mark);
                self.end_text();
                self.note_figure(placed, from, size);
                self.path(placed.at, path);
            }
            Item::Picture { file, size, turned } => {
                self.begin_drawing(placed, *size);
                self.form(&super::pictures::name(file), self.axes.area(placed.at, *size), *turned);
            }
            Item::Link { size, to, description } => {
                self.annotation(placed, *size, AnnotationKind::Link { to: to.clone(), description: description.clone() });
            }
            Item::CheckBox { size, label, checked } => {
                self.annotation(placed, *size, AnnotationKind::CheckBox { label: label.clone(), checked: *checked });
            }
            Item::Destination(Destination::Name(name)) => self.marks.destinations.push((name.clone(), self.axes.spot(placed.at))),
            // Nothing leads to what has no name in this book.
            Item::Destination(Destination::Node(_)) => {}
            // Furniture has put something else in their place.
            Item::Ground { .. } | Item::Wide | Item::Folio { .. } => {}
        }
    }

    fn begin_drawing(&mut self, placed: &Placed, size: Size) {
        self.open_mark(placed.mark);
        self.end_text();
        self.note_figure(placed, Point::default(), size);
    }

    /// An annotation without an element would not be accessible, so those marked as artifacts are not made.
    fn annotation(&mut self, placed: &Placed, size: Size, kind: AnnotationKind) {
        let Mark::Tag(tag) = placed.mark else { return };
        let index = self.marks.counts().annotations;
        self.marks.annotations.push(Annotation { tag, area: self.axes.area(placed.at, size), kind });
        self.marks.note(tag, Piece::Annotation(index));
    }

    /// Begins a marked-content sequence, unless the same one is open.
    fn open_mark(&mut self, mark: Mark) {
        if !self.marked || (self.open == Some(mark) && !self.spent) {
            return;
        }
        self.close_mark();
        self.open = Some(mark);
        let (tag, properties) = match mark {
            Mark::Tag(id) => {
                let number = self.marks.counts().content;
                self.marks.content.push(id);
                self.marks.note(id, Piece::Content(number));
                (self.role(id), dict([("MCID", DictItem::Int(i64::from(number)))]))
            }
            Mark::Artifact(kind) => ("Artifact", artifact(kind)),
        };
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: tag.to_string(), properties });
    }

    /// Begins the open sequence anew if it is spent; says whether it was.
    pub(super) fn renew_mark(&mut self) -> bool {
        let again = self.open.filter(|_| self.spent);
        if let Some(mark) = again {
            self.open_mark(mark);
        }
        again.is_some()
    }

    fn close_mark(&mut self) {
        self.spent = false;
        self.end_text();
        if self.open.take().is_some() {
            self.ops.push(Op::EndMarkedContent);
        }
    }

    fn role(&self, id: TagId) -> &'static str {
        self.tag(id).map_or("Span", super::structure::name)
    }

    fn tag(&self, id: TagId) -> Option<&'a Role> {
        self.tags.get(id.tree as usize)?.nodes.get(id.index as usize).map(|node| &node.role)
    }

    fn note_figure(&mut self, placed: &Placed, from: Point, size: Size) {
        if let Mark::Tag(id) = placed.mark
            && let Some(Role::Figure { .. } | Role::Formula { .. }) = self.tag(id)
        {
            self.marks.figures.push((id, self.axes.area(placed.at + from, size)));
        }
    }

    /// Whether a colour is another than the one that is set.
    pub(super) fn fill_differs(&self, color: Color) -> bool {
        self.fill != Some(color)
    }

    /// Sets the fill colour, for text and shapes alike.
    pub(super) fn ink(&mut self, color: Color) {
        if self.fill != Some(color) {
            self.fill = Some(color);
            self.ops.push(Op::SetFillColor { col: ink(color) });
        }
    }

    fn rect(&mut self, area: Area, color: Color) {
        self.ink(color);
        let rectangle = Rect {
            x: Pt(area.left.pt()),
            y: Pt(area.bottom.pt()),
            width: Pt((area.right - area.left).pt()),
            height: Pt((area.top - area.bottom).pt()),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    /// Paths are written operator by operator: printpdf's polygons close every ring.
    fn path(&mut self, at: Point, path: &Path) {
        let paint = match (path.fill, path.stroke) {
            (Some(_), Some(_)) => "B",
            (Some(_), None) => "f",
            (None, Some(_)) => "S",
            (None, None) => return,
        };
        if let Some(color) = path.fill {
            self.ink(color);
        }
        let stroked = path.stroke.is_some();
        if let Some((color, thickness)) = path.stroke {
            self.ops.push(Op::SaveGraphicsState);
            self.ops.push(Op::SetOutlineColor { col: ink(color) });
            self.ops.push(Op::SetOutlineThickness { pt: Pt(Milli::of(thickness).pt()) });
            if let Some((dash, gap)) = path.dash {
                let pattern = [Milli::of(dash).pt(), Milli::of(gap).pt()].into_iter().collect();
                self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern { offset: 0.0, pattern } });
            }
        }
        for segment in &path.segments {
            let (operator, points): (_, &[Point]) = match segment {
                Segment::Move(to) => ("m", &[*to]),
                Segment::Line(to) => ("l", &[*to]),
                Segment::Curve(first, second, to) => ("c", &[*first, *second, *to]),
                Segment::Close => ("h", &[]),
            };
            let spots = points.iter().map(|point| self.axes.spot(at + *point));
            self.operator(operator, spots.flat_map(|spot| [spot.x, spot.y]).map(|milli| DictItem::Real(milli.pt())).collect());
        }
        self.operator(paint, Vec::new());
        if stroked {
            self.ops.push(Op::RestoreGraphicsState);
        }
    }

    /// A picture or a form on the unit square, stretched over an area, upright or turned to the left.
    pub(super) fn form(&mut self, name: &str, area: Area, turned: bool) {
        let (width, height) = ((area.right - area.left).pt(), (area.top - area.bottom).pt());
        let matrix =
            if turned { [0.0, height, -width, 0.0, area.right.pt(), area.bottom.pt()] } else { [width, 0.0, 0.0, height, area.left.pt(), area.bottom.pt()] };
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix { matrix: CurTransMat::Raw(matrix) });
        self.operator("Do", vec![DictItem::Name(name.as_bytes().to_vec())]);
        self.ops.push(Op::RestoreGraphicsState);
    }

    pub(super) fn operator(&mut self, operator: &str, operands: Vec<DictItem>) {
        self.ops.push(Op::Unknown { key: operator.to_string(), value: operands });
    }
}

/// Draws a form that was already made, as a footer, at the place where it was drawn: what each page says of a stamp.
pub(super) fn show_stamp(name: &str) -> Vec<Op> {
    vec![
        Op::BeginMarkedContentWithProperties { tag: "Artifact".to_string(), properties: artifact(Artifact::Footer) },
        Op::Unknown { key: "Do".to_string(), value: vec![DictItem::Name(name.as_bytes().to_vec())] },
        Op::EndMarkedContent,
    ]
}

/// A property list.
pub(super) fn dict<const N: usize>(entries: [(&str, DictItem); N]) -> DictItem {
    DictItem::Dict { map: entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect() }
}

/// Artifacts with their type (ISO 32000-1, 14.8.2.2).
fn artifact(kind: Artifact) -> DictItem {
    let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    match kind {
        Artifact::Header => dict([("Type", name("Pagination")), ("Subtype", name("Header"))]),
        Artifact::Footer => dict([("Type", name("Pagination")), ("Subtype", name("Footer"))]),
        Artifact::Layout => dict([("Type", name("Layout"))]),
        Artifact::Page => dict([("Type", name("Page"))]),
    }
}

/// Greys are written as greys; three decimals tell all 256 steps apart.
fn ink(color: Color) -> Ink {
    let step = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    if color.r == color.g && color.g == color.b {
        Ink::Greyscale(Greyscale::new(step(color.r), None))
    } else {
        Ink::Rgb(Rgb { r: step(color.r), g: step(color.g), b: step(color.b), icc_profile: None })
    }
}

/// Top left corner and size of the box around a path's points.
fn bounds(path: &Path) -> (Point, Size) {
    let points = path.segments.iter().flat_map(|segment| match segment {
        Segment::Move(to) | Segment::Line(to) => vec![*to],
        Segment::Curve(first, second, to) => vec![*first, *second, *to],
        Segment::Close => Vec::new(),
    });
    let mut corners: Option<(Point, Point)> = None;
    for point in points {
        let (low, high) = corners.unwrap_or((point, point));
        corners = Some((Point::new(low.x.min(point.x), low.y.min(point.y)), Point::new(high.x.max(point.x), high.y.max(point.y))));
    }
    let (low, high) = corners.unwrap_or_default();
    (low, Size::new(high.x - low.x, high.y - low.y))
}
