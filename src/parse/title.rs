//! A chapter's title: what is listed, what opens its text, or what can be found.

use super::document::*;
use super::slug::slug;
use crate::load::Pos;
use crate::words::words;

/// A title and the anchor that names it.
pub(super) struct Titled {
    pub(super) text: Vec<Inline>,
    pub(super) anchor: String,
}

/// Finds a chapter's title. A heading that opens the text and is the title leaves the text, and the levels of those
/// below are counted from it.
pub(super) fn take(listed: Option<Vec<Inline>>, blocks: &mut Vec<Block>, path: &str, language: &str, pos: Pos) -> Titled {
    if let Some(level) = opening_title(listed.as_deref(), blocks)
        && let Some(Block { kind: BlockKind::Heading { slug, mut text, .. }, anchor, pos, .. }) = take_first(blocks)
    {
        text.splice(0..0, anchor.map(|name| Inline { id: NodeId::default(), pos, kind: InlineKind::Anchor(name) }));
        raise(blocks, level - 1);
        return Titled { text, anchor: slug };
    }
    let text = listed
        .filter(|l| !l.is_empty())
        .or_else(|| first_heading(blocks))
        .unwrap_or_else(|| vec![Inline { id: NodeId::default(), pos, kind: InlineKind::Text(name_of_file(path).unwrap_or_else(|| words(language).untitled)) }]);
    Titled { anchor: slug(&plain_text(&text)), text }
}

fn take_first(blocks: &mut Vec<Block>) -> Option<Block> {
    (!blocks.is_empty()).then(|| blocks.remove(0))
}

/// Level of the heading that opens the text, if it is the chapter's title: a first-level one always, a deeper one if it
/// says what is listed, or if nothing is listed and all others are below it.
fn opening_title(listed: Option<&[Inline]>, blocks: &[Block]) -> Option<u8> {
    let BlockKind::Heading { level, text, .. } = &blocks.first()?.kind else { return None };
    let is_title = match listed {
        _ if *level == 1 => true,
        Some(listed) => slug(&plain_text(listed)) == slug(&plain_text(text)),
        None => lowest_level(&blocks[1..]).is_none_or(|other| other > *level),
    };
    is_title.then_some(*level)
}

fn lowest_level(blocks: &[Block]) -> Option<u8> {
    let mut lowest = None;
    super::walk_blocks(blocks, &mut |node| {
        if let super::Node::Block(Block { kind: BlockKind::Heading { level, .. }, .. }) = node {
            lowest = Some(lowest.unwrap_or(*level).min(*level));
        }
    });
    lowest
}

/// Counts levels from the title's.
fn raise(blocks: &mut [Block], by: u8) {
    if by == 0 {
        return;
    }
    for block in blocks {
        match &mut block.kind {
            BlockKind::Heading { level, .. } => *level = level.saturating_sub(by).max(1),
            BlockKind::Quote { blocks, .. }
            | BlockKind::Callout { blocks, .. }
            | BlockKind::Figure { blocks, .. }
            | BlockKind::Group { blocks, .. }
            | BlockKind::Only(_, blocks) => raise(blocks, by),
            BlockKind::List { items, .. } => items.iter_mut().for_each(|item| raise(&mut item.blocks, by)),
            _ => {}
        }
    }
}

/// The text of the first heading of level 1, else of the first one, without the notes and anchors it has in its place.
fn first_heading(blocks: &[Block]) -> Option<Vec<Inline>> {
    let mut best: Option<(u8, &Vec<Inline>)> = None;
    for block in blocks {
        if let BlockKind::Heading { level, text, .. } = &block.kind {
            let rank = u8::from(*level != 1);
            if best.is_none_or(|(other, _)| rank < other) {
                best = Some((rank, text));
            }
        }
    }
    best.map(|(_, text)| text.iter().filter(|i| !is_mark(i)).cloned().collect())
}

fn is_mark(inline: &Inline) -> bool {
    matches!(inline.kind, InlineKind::NoteRef(_) | InlineKind::Anchor(_) | InlineKind::IndexTerm(_))
}

/// `guides/02-first-days.md` is called *First days*, `guides/README.md` *Guides*.
fn name_of_file(path: &str) -> Option<String> {
    let mut folders: Vec<&str> = path.split('/').collect();
    let file = folders.pop()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let own = !matches!(stem.to_ascii_lowercase().as_str(), "readme" | "index");
    let stem = if own { stem } else { folders.pop()? };
    let words: Vec<&str> = stem.split(['-', '_', ' ']).filter(|w| !w.is_empty()).collect();
    let numbers = words.iter().take_while(|w| w.chars().all(|c| c.is_ascii_digit() || c == '.')).count();
    let kept = if numbers < words.len() { words.get(numbers..)? } else { &words };
    let name = kept.join(" ");
    let mut chars = name.chars();
    let first = chars.next()?;
    Some(first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_name_chapters_that_have_no_title() {
        assert_eq!(name_of_file("guides/02-first-days.md").as_deref(), Some("First days"));
        assert_eq!(name_of_file("guides/README.md").as_deref(), Some("Guides"));
        assert_eq!(name_of_file("2024.md").as_deref(), Some("2024"));
        assert_eq!(name_of_file("index.md"), None);
    }
}
