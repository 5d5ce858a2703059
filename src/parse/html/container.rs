//! Containers in the ways of other tools ([`super::super::dialect`]), as frames like those that tags open.

use crate::diag::Code;
use crate::load::Pos;
use crate::parse::builder::{Builder, Element, Kind, OpenNode, Origin};
use crate::parse::dialect::{Container, Shape, meant, named};
use crate::parse::document::*;

/// The name under which a container lies on the stack; no element can have it.
pub(in crate::parse) const CONTAINER: &str = ":::";

/// A container begins.
pub(super) fn open_container(builder: &mut Builder<'_>, container: Container, pos: Pos) {
    let mut frame = OpenNode::new(kind(&container), Origin::Html, pos);
    frame.element = Some(Element { name: CONTAINER.to_string(), literal: None, break_after: false });
    frame.anchor = (!container.anchor.is_empty()).then(|| container.anchor.clone());
    if builder.open_block(frame) == 0 {
        return builder.too_deep.push(CONTAINER.to_string());
    }
    entitle(builder, &container, pos);
}

/// The quotation that has just begun is a container.
pub(super) fn become_container(builder: &mut Builder<'_>, container: Container, pos: Pos) {
    builder.close_line();
    // Too deep for a frame of its own, it stays what it is.
    if let Some(frame @ OpenNode { kind: Kind::Quote, .. }) = builder.frames.last_mut() {
        frame.kind = kind(&container);
        frame.anchor = (!container.anchor.is_empty()).then(|| container.anchor.clone());
    }
    entitle(builder, &container, pos);
}

fn kind(container: &Container) -> Kind {
    match container.shape {
        Shape::Callout => Kind::Callout(named(&container.name).map_or(CalloutKind::Note, |(kind, _)| kind)),
        Shape::Details => Kind::Group(GroupKind::Details),
        Shape::Listing => Kind::Group(GroupKind::Listing),
        Shape::Figure => Kind::Figure,
        Shape::Print => Kind::Only(Format::Pdf),
        Shape::Screen => Kind::Only(Format::Epub),
        Shape::Plain => Kind::Group(GroupKind::Div),
    }
}

/// The title: a caption where the container has one, else a first paragraph in bold.
fn entitle(builder: &mut Builder<'_>, container: &Container, pos: Pos) {
    let own = match (container.shape, named(&container.name)) {
        (Shape::Callout, Some((_, own))) => own.to_string(),
        // A kind that an author made up is called by its name.
        (Shape::Callout, None) => capitalised(&container.name),
        _ => String::new(),
    };
    if container.shape == Shape::Callout
        && let Some(meant) = meant(&container.name)
    {
        let message = format!("a callout of the kind `{}` is set as a note of that name", container.name);
        builder.findings.warn(Code::CalloutKind, pos, message, format!("did you mean `{meant}`?"));
    }
    let title = if container.title.is_empty() { own } else { container.title.clone() };
    if title.is_empty() {
        return;
    }
    let text = builder.sub_inlines(&title, pos);
    if text.is_empty() {
        return;
    }
    match (container.shape, builder.frames.last_mut()) {
        (Shape::Details | Shape::Listing, Some(frame)) => frame.caption = Some(text),
        _ => {
            let strong = Inline { id: NodeId::default(), pos, kind: InlineKind::Strong(text) };
            builder.leaf(pos, BlockKind::Paragraph(vec![strong]));
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
