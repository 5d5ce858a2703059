//! What holds a line closes: paragraphs, headings, captions, and the inlines within them.

use crate::load::Pos;
use crate::parse::builder::{Builder, Kind, OpenNode, Origin, Space};
use crate::parse::document::*;
use crate::parse::places::are_attributes;
use crate::parse::plain::plain_text;

use super::{block, block_of, is_empty, marks};

/// A line ends: no break and no space stands at its end.
fn end_line(builder: &mut Builder<'_>, frame: &mut OpenNode) {
    builder.space = Space::None;
    builder.last = None;
    while matches!(frame.inlines.last().map(|i| &i.kind), Some(InlineKind::Break)) {
        frame.inlines.pop();
    }
}

/// Index terms at the end of a paragraph speak of all of it, so they stand at its beginning: a paragraph that goes on overleaf is looked up on
/// the page where it begins.
fn terms_to_the_front(inlines: &mut Vec<Inline>) {
    let is_blank = |inline: &Inline| matches!(&inline.kind, InlineKind::Text(text) if text.trim().is_empty());
    let is_term = |inline: &Inline| matches!(inline.kind, InlineKind::IndexTerm(_));
    let end = inlines.iter().rposition(|inline| !is_term(inline) && !is_blank(inline)).map_or(0, |last| last + 1);
    let terms: Vec<Inline> = inlines.drain(end..).filter(|inline| is_term(inline)).collect();
    inlines.splice(0..0, terms);
}

pub(super) fn paragraph(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let mut inlines = std::mem::take(&mut frame.inlines);
    if frame.legend.is_none() {
        terms_to_the_front(&mut inlines);
    }
    if is_empty(&inlines) {
        builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name)));
        builder.waiting.extend(marks(inlines));
        return;
    }
    let label = frame.legend.is_some_and(|length| length == plain_text(&inlines).len()) && frame.anchor.is_none();
    let inlines = match legend(builder, &frame, inlines).and_then(|inlines| table_caption(builder, inlines)) {
        Some(inlines) => inlines,
        None => return builder.waiting.extend(frame.anchor.take().map(|name| anchor(frame.pos, name))),
    };
    let in_figure = builder.top_is(|k| matches!(k, Kind::Figure));
    let in_cell = builder.top_is(|k| matches!(k, Kind::Cell { .. }));
    let in_tight_item = frame.origin == Origin::Implied && builder.top_is(|k| matches!(k, Kind::Item { .. } | Kind::Detail));
    let picture = is_picture(&inlines);
    let title = std::mem::take(&mut frame.picture_title);
    // In Quarto the text in the brackets is the caption.
    let caption = if picture && title.trim().is_empty() && builder.settings.references.crosses { described(&inlines) } else { None };
    let kind = BlockKind::Paragraph(inlines);
    if picture && in_figure {
        let made = block_of(&mut frame, kind);
        builder.add_block(made);
        title_as_caption(builder, frame.pos, &title);
    } else if picture && !in_cell && !in_tight_item {
        let caption = caption.or_else(|| (!title.trim().is_empty()).then(|| builder.sub_inlines(&title, frame.pos)));
        let blocks = vec![block(frame.pos, kind)];
        let made = block_of(&mut frame, BlockKind::Figure { blocks, caption });
        builder.add_block(made);
    } else {
        let made = block_of(&mut frame, kind);
        builder.add_block(made);
        if let Some(parent) = builder.frames.last_mut().filter(|_| label) {
            parent.label = parent.blocks.len().checked_sub(1);
        }
    }
}

/// The description of a lone picture as a caption.
fn described(inlines: &[Inline]) -> Option<Vec<Inline>> {
    inlines.iter().find_map(|inline| match &inline.kind {
        InlineKind::Image(image) => {
            let text = InlineKind::Text(image.alt.clone().filter(|alt| !alt.is_empty())?);
            Some(vec![Inline { id: NodeId::default(), pos: inline.pos, kind: text }])
        }
        InlineKind::Link { content, .. } => described(content),
        _ => None,
    })
}

/// Pandoc's captions of tables: a paragraph below one that begins `: `, with the table's name at its end. Gives back any other.
fn table_caption(builder: &mut Builder<'_>, mut inlines: Vec<Inline>) -> Option<Vec<Inline>> {
    let above = builder.frames.last_mut().and_then(|parent| parent.blocks.last_mut());
    let Some(Block { kind: BlockKind::Table(table @ Table { caption: None, .. }), anchor, .. }) = above else { return Some(inlines) };
    let Some(InlineKind::Text(first)) = inlines.first_mut().map(|inline| &mut inline.kind) else { return Some(inlines) };
    let Some(rest) = first.strip_prefix(": ") else { return Some(inlines) };
    *first = rest.trim_start().to_string();
    if let Some(InlineKind::Text(last)) = inlines.last_mut().map(|inline| &mut inline.kind)
        && let Some((text, attributes)) = last.trim_end().strip_suffix('}').and_then(|text| text.rsplit_once('{'))
        && are_attributes(attributes)
    {
        let name = attributes.split_whitespace().find_map(|word| word.strip_prefix('#')).map(str::to_string);
        *last = text.trim_end().to_string();
        *anchor = anchor.take().or(name);
    }
    table.caption = Some(inlines);
    None
}

/// A table or code takes the legend right above it as its caption, if it has none.
pub(in crate::parse) fn labelled(parent: &mut OpenNode, mut block: Block) -> Block {
    let above = parent.label.take().filter(|at| at + 1 == parent.blocks.len());
    let takes = match &block.kind {
        BlockKind::Table(table) => table.caption.is_none(),
        BlockKind::Code { .. } => true,
        _ => false,
    };
    if above.is_none() || !takes {
        parent.label = above;
        settled(parent);
        return block;
    }
    let Some(Block { kind: BlockKind::Paragraph(caption), pos, .. }) = parent.blocks.pop() else { return block };
    if let BlockKind::Table(table) = &mut block.kind {
        table.caption = Some(caption);
        return block;
    }
    Block {
        id: NodeId::default(),
        pos,
        anchor: None,
        language: None,
        direction: None,
        kind: BlockKind::Group { kind: GroupKind::Listing, caption: Some(caption), blocks: vec![block] },
    }
}

/// A legend that nothing below it takes is the caption of the table above it, if that has none.
pub(in crate::parse) fn settled(parent: &mut OpenNode) {
    let Some(at) = parent.label.take().filter(|at| at + 1 == parent.blocks.len()) else { return };
    let above = at.checked_sub(1).and_then(|above| parent.blocks.get(above));
    if !matches!(above, Some(Block { kind: BlockKind::Table(Table { caption: None, .. }), .. })) {
        return;
    }
    let Some(Block { kind: BlockKind::Paragraph(caption), .. }) = parent.blocks.pop() else { return };
    if let Some(Block { kind: BlockKind::Table(table), .. }) = parent.blocks.last_mut() {
        table.caption = Some(caption);
    }
}

/// A paragraph that is nothing but a legend becomes the caption of the figure above it, where that has none. Gives back any other.
fn legend(builder: &mut Builder<'_>, frame: &OpenNode, inlines: Vec<Inline>) -> Option<Vec<Inline>> {
    let is_legend = frame.legend.is_some_and(|length| length == plain_text(&inlines).len());
    let above = builder.frames.last_mut().and_then(|parent| parent.blocks.last_mut());
    match above.map(|block| &mut block.kind) {
        Some(BlockKind::Figure { caption: caption @ None, .. }) if is_legend => {
            *caption = Some(inlines);
            None
        }
        _ => Some(inlines),
    }
}

/// A picture's title is the caption of the figure around it, if that has none of its own.
fn title_as_caption(builder: &mut Builder<'_>, pos: Pos, title: &str) {
    if title.trim().is_empty() {
        return;
    }
    let caption = builder.sub_inlines(title, pos);
    if let Some(figure) = builder.frames.last_mut() {
        figure.caption.get_or_insert(caption);
    }
}

/// Whether a picture, or a link around one, is all that there is to see.
fn is_picture(inlines: &[Inline]) -> bool {
    let mut seen = inlines.iter().filter(|i| !is_empty(std::slice::from_ref(i)));
    let (Some(one), None) = (seen.next(), seen.next()) else { return false };
    match &one.kind {
        InlineKind::Image(_) => true,
        InlineKind::Link { content, .. } => is_picture(content),
        _ => false,
    }
}

pub(super) fn anchor(pos: Pos, name: String) -> Inline {
    Inline { id: NodeId::default(), pos, kind: InlineKind::Anchor(name) }
}

pub(super) fn heading(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let text = std::mem::take(&mut frame.inlines);
    if is_empty(&text) {
        builder.waiting.extend(marks(text));
        return;
    }
    let Kind::Heading { level, slug } = &mut frame.kind else { return };
    let level = *level;
    let explicit = slug.take().or(frame.anchor.take());
    let slug = match explicit {
        Some(id) => builder.slugs.explicit(&id),
        None => builder.slugs.of(&frame.text),
    };
    let made = block_of(&mut frame, BlockKind::Heading { level, slug, text });
    builder.add_block(made);
}

pub(super) fn term(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let slug = match frame.anchor.take() {
        Some(id) => builder.slugs.explicit(&id),
        None => builder.slugs.of(&frame.text),
    };
    let term = Term { id: NodeId::default(), slug, text: std::mem::take(&mut frame.inlines) };
    let Some(Kind::Definitions(list)) = builder.frames.last_mut().map(|f| &mut f.kind) else { return };
    match list.last_mut() {
        Some(open) if open.details.is_empty() => open.terms.push(term),
        _ => list.push(Definition { id: NodeId::default(), terms: vec![term], details: Vec::new() }),
    }
}

pub(super) fn caption(builder: &mut Builder<'_>, mut frame: OpenNode) {
    end_line(builder, &mut frame);
    let inlines = std::mem::take(&mut frame.inlines);
    if is_empty(&inlines) {
        builder.waiting.extend(marks(inlines));
        return;
    }
    match builder.frames.last_mut() {
        Some(parent) if parent.caption.is_none() && takes_caption(&parent.kind) => parent.caption = Some(inlines),
        _ => {
            let made = block_of(&mut frame, BlockKind::Paragraph(inlines));
            builder.add_block(made);
        }
    }
}

fn takes_caption(kind: &Kind) -> bool {
    matches!(kind, Kind::Figure | Kind::Group(_) | Kind::Table { .. })
}

/// A picture: what stood in its brackets is its alternative text.
pub(super) fn image(builder: &mut Builder<'_>, frame: OpenNode) {
    let Kind::Image { source, title } = frame.kind else { return };
    let alt = plain_text(&frame.inlines);
    let alt = (!alt.trim().is_empty()).then(|| alt.trim().to_string());
    builder.add_picture(frame.pos, Image { source, alt, width: None, height: None, diagram: None }, title);
}

pub(super) fn inline(builder: &mut Builder<'_>, mut frame: OpenNode) {
    let mut content = std::mem::take(&mut frame.inlines);
    let (language, direction) = (frame.language.take(), frame.direction);
    let said = language.is_some() || direction.is_some() || frame.element.as_ref().is_some_and(|element| element.name == "bdi");
    if said && !content.is_empty() {
        let kind = InlineKind::Span { language, direction, content };
        content = vec![Inline { id: NodeId::default(), pos: frame.pos, kind }];
    }
    let kind = match frame.kind {
        Kind::Link { to, title } => {
            // A link without text will show its target's title, so a space after it counts.
            builder.last.get_or_insert('x');
            InlineKind::Link { to, title, content }
        }
        _ if content.is_empty() => return,
        Kind::Emphasis => InlineKind::Emphasis(content),
        Kind::Strong => InlineKind::Strong(content),
        Kind::Strike => InlineKind::Strike(content),
        Kind::Hidden => return,
        Kind::Superscript => InlineKind::Superscript(content),
        Kind::Ruby => InlineKind::Ruby(content),
        Kind::Reading => InlineKind::Reading(content),
        Kind::Subscript => InlineKind::Subscript(content),
        Kind::OnlyInline(format) => InlineKind::Only(format, content),
        kind => {
            let Some(parent) = builder.frames.last_mut() else { return };
            let begins = matches!(parent.kind, Kind::Paragraph) && parent.inlines.is_empty();
            splice(parent, content);
            if begins && matches!(kind, Kind::Legend) {
                parent.legend = Some(plain_text(&parent.inlines).len());
            }
            return;
        }
    };
    let Some(parent) = builder.frames.last_mut() else { return };
    parent.inlines.push(Inline { id: NodeId::default(), pos: frame.pos, kind });
}

/// Puts the content of an element that means nothing into what is around it, texts joined.
fn splice(parent: &mut OpenNode, content: Vec<Inline>) {
    let mut content = content.into_iter();
    if let Some(first) = content.next() {
        match (parent.inlines.last_mut().map(|i| &mut i.kind), first) {
            (Some(InlineKind::Text(before)), Inline { kind: InlineKind::Text(text), .. }) => before.push_str(&text),
            (_, first) => parent.inlines.push(first),
        }
    }
    parent.inlines.extend(content);
}

/// Adds marks that nothing followed to the last text there is.
pub(in crate::parse) fn append_to_last_text(blocks: &mut [Block], marks: &mut Vec<Inline>) {
    if marks.is_empty() {
        return;
    }
    for block in blocks.iter_mut().rev() {
        match &mut block.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading { text, .. } => text.append(marks),
            BlockKind::Quote { blocks, .. }
            | BlockKind::Callout { blocks, .. }
            | BlockKind::Group { blocks, .. }
            | BlockKind::Only(_, blocks)
            | BlockKind::Figure { blocks, .. } => append_to_last_text(blocks, marks),
            BlockKind::List { items, .. } => items.iter_mut().rev().for_each(|i| append_to_last_text(&mut i.blocks, marks)),
            _ => {}
        }
        if marks.is_empty() {
            return;
        }
    }
}
