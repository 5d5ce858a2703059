//! A chapter's title: what is listed, what opens its text, or what can be found.

use super::document::*;
use super::plain::plain_text;
use crate::load::Pos;
use crate::names::fragment;
use crate::words::words;

/// A title and the anchor that names it.
pub(super) struct Titled {
    pub(super) text: Vec<Inline>,
    pub(super) anchor: String,
}

/// Finds a chapter's title. A heading that is the title leaves the text, and the levels of those below are counted from it.
/// `own` says that the chapter itself names its title, apart from its text: then no heading has another.
pub(super) fn take(listed: Option<Vec<Inline>>, own: bool, blocks: &mut Vec<Block>, path: &str, language: &str, pos: Pos) -> Titled {
    let listed = listed.filter(|l| !l.is_empty());
    let own = own && listed.is_some();
    if let Some(Block { kind: BlockKind::Heading { level, slug, mut text }, anchor, pos, .. }) =
        title_heading(listed.as_deref(), own, blocks).map(|at| blocks.remove(at))
    {
        text.splice(0..0, anchor.map(|name| Inline { id: NodeId::default(), pos, kind: InlineKind::Anchor(name) }));
        raise(blocks, level - 1);
        return Titled { text, anchor: slug };
    }
    let text = listed.unwrap_or_else(|| {
        let name = name_of_file(path).unwrap_or_else(|| words(language).untitled);
        vec![Inline { id: NodeId::default(), pos, kind: InlineKind::Text(name) }]
    });
    Titled { anchor: fragment(&plain_text(&text)), text }
}

/// Index of the heading that is the chapter's title.
///
/// The one that opens the text is, if it is of the first level or says what is listed, or if nothing is listed. Else it is
/// the first one of the first level, which may stand behind a picture or a line of badges, unless something else is listed. Where the
/// chapter's front matter has the title only a heading that repeats it is the title too.
fn title_heading(listed: Option<&[Inline]>, own: bool, blocks: &[Block]) -> Option<usize> {
    let is_title = |level: u8, text: &[Inline]| match listed {
        Some(listed) => same(&plain_text(listed), &plain_text(text)),
        None => level == 1,
    };
    blocks.iter().enumerate().position(|(at, block)| match &block.kind {
        BlockKind::Heading { level, .. } if at == 0 && !own && (*level == 1 || listed.is_none()) => true,
        BlockKind::Heading { level, text, .. } => (at == 0 || *level == 1) && is_title(*level, text),
        _ => false,
    })
}

/// Whether a heading says what is listed, perhaps with a word more: *B - Operators* is listed for *Appendix B: Operators*.
pub(super) fn same(listed: &str, heading: &str) -> bool {
    let words = |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect() };
    let (listed_words, heading_words) = (words(listed), words(heading));
    fragment(listed) == fragment(heading) || listed_words.len() > 1 && heading_words.len() == listed_words.len() + 1 && heading_words[1..] == listed_words[..]
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
    fn a_heading_may_say_one_word_more_than_the_list() {
        assert!(same("B - Operators and Symbols", "Appendix B: Operators and Symbols"));
        assert!(!same("Symbols", "Operators, Symbols") && !same("Operators", "Other Operators"));
    }

    #[test]
    fn files_name_chapters_that_have_no_title() {
        assert_eq!(name_of_file("guides/02-first-days.md").as_deref(), Some("First days"));
        assert_eq!(name_of_file("guides/README.md").as_deref(), Some("Guides"));
        assert_eq!(name_of_file("2024.md").as_deref(), Some("2024"));
        assert_eq!(name_of_file("index.md"), None);
    }
}
