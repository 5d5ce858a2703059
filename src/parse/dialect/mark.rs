//! The comments that stand for other tools' lines, written here and read here.

use crate::parse::places::GUARD;

/// Begins the content of such a comment. A noncharacter, which no author's text holds when it is parsed.
pub(super) const SIGN: char = '\u{FDD1}';
/// Stands between the parts of the content.
pub(super) const BETWEEN: char = '\u{FDD2}';

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Shape {
    /// A callout, by one of the names that tools give them.
    Callout,
    /// Shown open; the title is its summary.
    Details,
    /// Code with a title above it.
    Listing,
    /// A figure; its last paragraph is the caption.
    Figure,
    /// Only in the typeset book.
    Print,
    /// Only in the e-book.
    Screen,
    /// Nothing of its own.
    Plain,
}

const SHAPES: [(Shape, &str); 7] = [
    (Shape::Callout, "callout"),
    (Shape::Details, "details"),
    (Shape::Listing, "listing"),
    (Shape::Figure, "figure"),
    (Shape::Print, "print"),
    (Shape::Screen, "screen"),
    (Shape::Plain, "plain"),
];

/// A container as its first line describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::parse) struct Container {
    pub(in crate::parse) shape: Shape,
    /// As it is called: `warning`, `hint`.
    pub(in crate::parse) name: String,
    /// What a link's fragment may name; empty for none.
    pub(in crate::parse) anchor: String,
    /// Markdown; empty for none.
    pub(in crate::parse) title: String,
}

impl Container {
    pub(super) fn new(shape: Shape, name: &str, title: &str) -> Container {
        Container { shape, name: name.to_string(), anchor: String::new(), title: title.trim().to_string() }
    }
}

/// What a line of another tool comes down to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Mark {
    /// A container begins.
    Open(Container),
    /// The quotation that this stands in is a container.
    Within(Container),
    /// The innermost container ends.
    End,
}

impl Mark {
    /// The comment that stands for it.
    pub(super) fn comment(&self) -> String {
        let content = match self {
            Mark::Open(container) => written("open", container),
            Mark::Within(container) => written("within", container),
            Mark::End => "end".to_string(),
        };
        // Two hyphens could end the comment.
        format!("<!--{SIGN}{}-->", content.replace("--", &format!("-{GUARD}-")))
    }

    /// Reads the content of a comment, if it is one of these.
    pub(in crate::parse) fn read(comment: &str) -> Option<Mark> {
        let content = comment.strip_prefix(SIGN)?.replace(GUARD, "");
        let mut parts = content.split(BETWEEN);
        let what = parts.next()?;
        if what == "end" {
            return Some(Mark::End);
        }
        let (shape, name, anchor, title) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let shape = SHAPES.iter().find(|(_, word)| *word == shape)?.0;
        let container = Container { shape, name: name.to_string(), anchor: anchor.to_string(), title: title.to_string() };
        Some(if what == "open" { Mark::Open(container) } else { Mark::Within(container) })
    }
}

fn written(what: &str, container: &Container) -> String {
    let shape = SHAPES.iter().find(|(shape, _)| *shape == container.shape).map_or("plain", |(_, word)| word);
    format!("{what}{BETWEEN}{shape}{BETWEEN}{}{BETWEEN}{}{BETWEEN}{}", container.name, container.anchor, container.title)
}
