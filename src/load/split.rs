//! `split: heading`: a file with several first-level headings as a chapter for each.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::diag::{Code, Diagnostic, Diagnostics, Place};

use super::fence::Fence;
use super::manuscript::{ChapterSource, FrontMatter, Pos, Role, Text};
use super::text_file::TextFile;

/// Where the first-level headings of a text begin that stand in nothing else.
fn headings(text: &str) -> Vec<usize> {
    // Two are needed, and most chapters have one. What looks like one may stand in code, so who has two is read.
    let may_be_one = |line: &&str| line.starts_with('#') && !line.starts_with("##") || line.starts_with('=');
    if text.lines().map(str::trim_start).filter(may_be_one).take(2).count() < 2 {
        return Vec::new();
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_DEFINITION_LIST | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut depth = 0;
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if depth == 0 => found.push(range.start),
            Event::Start(Tag::Heading { .. }) | Event::End(TagEnd::Heading(_)) => {}
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    found
}

/// The chapters of a file that was read as one: one for each first-level heading if its author asks for that, else the one, with a
/// warning if there are several headings.
pub(super) fn divided(chapter: ChapterSource, file: &TextFile, asked: bool, diagnostics: &mut Diagnostics) -> Vec<ChapterSource> {
    let begins = headings(&chapter.text.text);
    if begins.len() < 2 {
        return vec![chapter];
    }
    if !asked {
        let starts = chapter.text.line_starts();
        let at = chapter.text.pos(&starts, begins.get(1).copied().unwrap_or_default());
        let text = file.text.lines().nth(at.line.saturating_sub(1) as usize).unwrap_or_default().to_string();
        let message = format!("`{}` has {} headings of the first level and is one chapter", file.name, begins.len());
        let place = Place { file: file.name.clone(), line: at.line, column: 0, cut: 0, text };
        let hint = match chapter.role {
            Role::Stage(_) | Role::Path(_) | Role::Guide(_) => "begin the others with `##`",
            _ => "make a chapter of each with `split: heading` at the head of the file or in the manifest, or begin the others with `##`",
        };
        diagnostics.push(Diagnostic::warning(Code::HeadingsSeveral, message).at(place).hint(hint));
        return vec![chapter];
    }
    let (text, definitions) = without_definitions(&chapter.text);
    let mut begins = headings(&text.text);
    // What stands before the first heading goes with it.
    begins.splice(..begins.len().min(1), [0]);
    let ends = begins.iter().copied().skip(1).chain([text.text.len()]);
    let starts = text.line_starts();
    let pieces: Vec<Range<usize>> = begins.iter().copied().zip(ends).map(|(begin, end)| begin..end).collect();
    let named = |piece: &Range<usize>, label: &str| text.text.get(piece.clone()).is_some_and(|text| text.contains(label));
    let one = |(number, piece): (usize, &Range<usize>)| {
        let mut own = Text::default();
        own.append(&text, &starts, piece.clone());
        for (label, definition) in &definitions {
            // A definition that nothing uses stays with the last chapter, so that it is told.
            let unused = number + 1 == pieces.len() && !pieces.iter().any(|piece| named(piece, label));
            if named(piece, label) || unused {
                own.push("\n", definition.origin.first().copied().unwrap_or_default());
                own.append(definition, &definition.line_starts(), 0..definition.text.len());
            }
        }
        let first = number == 0;
        ChapterSource {
            path: if first { chapter.path.clone() } else { part_path(&chapter.path, number + 1) },
            listed_title: chapter.listed_title.clone().filter(|_| first),
            meta: FrontMatter { title: chapter.meta.title.clone().filter(|_| first), ..chapter.meta.clone() },
            pos: own.origin.first().map_or(chapter.pos, |(file, line)| Pos { file: *file, line: *line, column: 0 }),
            part: chapter.part.clone().filter(|_| first),
            text: own,
            ..chapter.clone()
        }
    };
    pieces.iter().enumerate().map(one).collect()
}

/// Stands in the path of a chapter that is a part of a file, before its number.
const PART: char = ':';

fn part_path(path: &str, number: usize) -> String {
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    format!("{stem}{PART}{number}.{ending}")
}

/// The file that a chapter came from, by the chapter's path.
pub(crate) fn whole_path(path: &str) -> String {
    let part = path.rsplit_once('.').and_then(|(stem, ending)| Some((stem.rsplit_once(PART)?, ending)));
    match part {
        Some(((stem, number), ending)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => format!("{stem}.{ending}"),
        _ => path.to_string(),
    }
}

/// The text without what defines notes and the destinations of links, each of these with its label: `[^1]`.
fn without_definitions(text: &Text) -> (Text, Vec<(String, Text)>) {
    let starts = text.line_starts();
    let (mut rest, mut definitions): (Text, Vec<(String, Text)>) = (Text::default(), Vec::new());
    let mut fence = Fence::default();
    let mut within = false;
    for (begin, end) in starts.iter().copied().zip(starts.iter().copied().skip(1).chain([text.text.len()])) {
        let line = text.text.get(begin..end).unwrap_or_default();
        let in_code = fence.is_open();
        fence.line(line.trim_end_matches('\n'));
        let label = line.strip_prefix('[').and_then(|line| line.split_once("]:")).map(|(label, _)| label).filter(|label| !label.is_empty() && !in_code);
        if let Some(label) = label {
            definitions.push((format!("[{label}]"), Text::default()));
            within = true;
        } else if !(within && (line.trim().is_empty() || line.starts_with("    ") || line.starts_with('\t'))) {
            within = false;
        }
        match definitions.last_mut().filter(|_| within) {
            Some((_, definition)) => definition.append(text, &starts, begin..end),
            None => rest.append(text, &starts, begin..end),
        }
    }
    (rest, definitions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FileId;

    fn chapters(text: &str, asked: bool) -> (Vec<(String, String)>, usize) {
        let file = TextFile { id: FileId(1), name: "a.md".into(), text: text.into() };
        let chapter = ChapterSource {
            path: "x/a.md".to_string(),
            role: Role::Chapter { depth: 0, numbered: true },
            listed_title: None,
            meta: FrontMatter::default(),
            pos: Pos::default(),
            part: None,
            text: Text::whole(FileId(1), text, 1),
            draft: false,
        };
        let mut diagnostics = Diagnostics::new();
        let parts = divided(chapter, &file, asked, &mut diagnostics);
        (parts.into_iter().map(|part| (part.path, part.text.text)).collect(), diagnostics.len())
    }

    #[test]
    fn a_chapter_for_each_heading_with_the_notes_that_it_calls() {
        let text = "Before.\n\n# One\n\nText.[^1]\n\n```\n# no\n```\n\nTwo\n===\n\n[link]\n\n[^1]: A note\n    in two lines.\n\n[link]: b.md\n";
        let (parts, said) = chapters(text, true);
        assert_eq!(said, 0);
        let texts: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            ["Before.\n\n# One\n\nText.[^1]\n\n```\n# no\n```\n\n\n[^1]: A note\n    in two lines.\n\n", "Two\n===\n\n[link]\n\n\n[link]: b.md\n"]
        );
        assert_eq!(parts.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["x/a.md", "x/a:2.md"]);
        assert_eq!((whole_path("x/a:2.md"), whole_path("x/a:b.md"), whole_path("x/a.md")), ("x/a.md".into(), "x/a:b.md".into(), "x/a.md".into()));
        assert_eq!(chapters("# One\n\nText\n", true).0.len(), 1);
        assert_eq!((chapters(text, false).0.len(), chapters(text, false).1), (1, 1));
    }
}
