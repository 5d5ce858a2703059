//! Themes as people meet them: documented, on any page, for screen and print.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::sync::Arc;

use handbook::fonts::warnings;
use handbook::furniture::{Layout, Side};
use handbook::length::Length;
use handbook::select::Reader;
use handbook::theme::{Medium, Theme, page_size};
use handbook::typeset::Item;

use common::layouts::{FONTS, layout, theme};

/// The rows of the documentation's table of a group: key and cells.
fn rows(docs: &str, group: &str) -> Vec<(String, Vec<String>)> {
    let head = if group == "style" { "\n## style: ".to_string() } else { format!("\n## `{group}`: ") };
    let section = docs.split(&head).nth(1).unwrap_or_else(|| panic!("docs/themes.md has no section on {group}"));
    let section = section.split("\n## ").next().unwrap_or("");
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_string()).collect::<Vec<_>>();
    section.lines().filter(|line| line.starts_with("| `")).map(cells).map(|cells| (cells[0].clone(), cells[1..].to_vec())).collect()
}

#[test]
fn the_documentation_names_every_key_with_its_defaults() {
    let docs = std::fs::read_to_string(common::root().join("docs/themes.md")).expect("the documentation is there");
    let themes = Theme::BUILT_IN.map(|name| Theme::built_in(name).unwrap_or_default());
    for key in Theme::keys() {
        let (group, name) = key.split_once('.').unwrap_or_default();
        let rows = rows(&docs, group);
        let (_, cells) = rows.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("docs/themes.md does not tell {key}"));
        if group == "style" {
            continue;
        }
        // The last cells are what the themes say.
        for (yaml, cell) in themes.iter().zip(&cells[cells.len() - themes.len()..]) {
            let section = yaml.split(&format!("\n{group}:\n")).nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or("");
            assert!(section.lines().any(|line| line == format!("  {name}: {cell}")), "docs/themes.md says `{cell}` of {key}");
        }
    }
    let known = Theme::keys();
    for group in
        ["page", "fonts", "colors", "cover", "openers", "paragraph", "styles", "style", "spaces", "rules", "lists", "ornament", "contents", "ladder", "keeps"]
    {
        for (name, _) in rows(&docs, group) {
            assert!(known.contains(&format!("{group}.{name}")), "docs/themes.md tells of {group}.{name}, which is no key");
        }
    }
}

/// A book of two stages, parts and a map.
fn small_book(theme: Theme) -> Layout {
    let reader = Reader { name: Some("Ada".to_string()), ..Reader::default() };
    layout(&common::root().join("tests/constructs/manifest"), &reader, &Arc::new(theme), &FONTS).0
}

/// Left and right ends, and the lowest baseline, of all text in a page's body.
fn extent(page: &handbook::furniture::Page) -> Option<(Length, Length, Length)> {
    let runs = page.body.items.iter().filter_map(|placed| match &placed.item {
        Item::Text(run) if !run.turned => Some((placed.at.x, placed.at.x + run.width(), placed.at.y)),
        _ => None,
    });
    runs.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1), a.2.max(b.2)))
}

#[test]
fn print_editions_mirror_their_margins_and_open_on_the_recto() {
    let mut print = theme("classic");
    print.page.medium = Medium::Print;
    let slack = Length::pt(4); // what hangs into the margin
    let (inner, outer, measure) = (print.page.inner, print.page.outer, print.measure());
    let book = small_book(print);
    // The cover has margins of its own.
    for page in book.pages.iter().skip(1) {
        let left = if page.side == Side::Recto { inner } else { outer };
        let Some((from, to, _)) = extent(page) else { continue };
        assert!(from >= left - slack && to <= left + measure + slack, "page {}: {from:?} to {to:?} on the {:?}", page.folio, page.side);
    }
    let openings: Vec<_> = book.outline.iter().filter(|entry| entry.level == 0 && !book.pages[entry.page].folio.roman).collect();
    assert!(openings.len() > 3);
    for entry in openings {
        assert_eq!(book.pages[entry.page].side, Side::Recto, "{} opens on the verso", entry.title);
    }
    // Rectos and versos follow each other, and a screen edition has no blank pages.
    assert!(book.pages.windows(2).all(|pair| pair[0].side != pair[1].side));
    let screen = small_book(theme("classic"));
    assert!(screen.pages.len() < book.pages.len());
    assert!(screen.pages.iter().all(|page| !page.body.items.is_empty()));
}

#[test]
fn what_follows_a_page_in_brackets_stands_close_to_it() {
    let mut print = theme("classic");
    print.page.medium = Medium::Print;
    let mut followed = 0;
    for page in &small_book(print).pages {
        let runs = || page.body.items.iter().filter_map(|placed| if let Item::Text(run) = &placed.item { Some((placed.at, run)) } else { None });
        for (at, run) in runs().filter(|(_, run)| run.text.starts_with("(p.")) {
            let end = at.x + run.width();
            let next = runs().filter(|(other, _)| other.y == at.y && other.x >= end).map(|(other, _)| other.x - end).min();
            followed += usize::from(next.is_some());
            // The room is that of three figures, and two of them are wider than this.
            assert!(next.is_none_or(|gap| gap < Length::pt(6)), "page {}: {next:?} after `{}`", page.folio, run.text);
        }
    }
    assert!(followed > 0, "no page in brackets has text behind it");
}

#[test]
fn crop_marks_stand_outside_the_bleed() {
    let mut marked = theme("classic");
    (marked.page.crop_marks, marked.page.bleed) = (true, Length::from_mm(3.0));
    let book = small_book(marked.clone());
    assert_eq!(book.bleed, marked.page.bleed);
    assert_eq!(book.paper, book.bleed + marked.page.crop_length);
    let page = &book.pages[2];
    let marks: Vec<_> = page
        .furniture
        .items
        .iter()
        .filter(|p| matches!(p.mark, handbook::typeset::Mark::Artifact(handbook::typeset::Artifact::Page)))
        .filter_map(|p| if let Item::Rect { size, .. } = p.item { Some((p.at, size)) } else { None })
        .collect();
    assert_eq!(marks.len(), 8);
    for (at, size) in marks {
        let outside = |from: Length, to: Length, edge: Length| to <= -book.bleed || from >= edge + book.bleed;
        assert!(outside(at.x, at.x + size.width, page.size.width) || outside(at.y, at.y + size.height, page.size.height), "{at:?} {size:?}");
    }
}

#[test]
fn every_theme_keeps_its_margins_on_every_page_size() {
    for name in Theme::BUILT_IN {
        for size in ["a4", "a5", "letter", "6x9"] {
            let theme = theme(name).resized(page_size(size).expect("a named size"));
            let bottom = theme.page.head + theme.text_height();
            assert!(bottom < theme.page.height, "{name} on {size}");
            let measure = theme.measure();
            let book = small_book(theme.clone());
            let cover = extent(&book.pages[0]).expect("a cover with text");
            let edge = Length::pt(9);
            assert!(cover.0 >= edge && cover.1 <= theme.page.width - edge && cover.2 <= theme.page.height - edge, "{name} on {size}: {cover:?}");
            for page in book.pages.iter().skip(1) {
                let Some((from, to, lowest)) = extent(page) else { continue };
                assert!(to - from <= measure + Length::pt(8), "{name} on {size}, page {}: text {:?} wide", page.folio, to - from);
                assert!(lowest <= bottom, "{name} on {size}, page {}: text down to {lowest:?}", page.folio);
            }
        }
    }
}

#[test]
fn a_family_that_no_font_has_is_warned_of() {
    let mine = Theme::parse("mine.yaml", "fonts: { text: Sorce Serif 4, sans: Nowhere Sans }\n").expect("a sound theme");
    let said: Vec<String> = warnings(&FONTS, &mine, true).iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|s| s.contains("`Sorce Serif 4`") && s.contains("did you mean `Source Serif 4`?")), "{said:?}");
}

/// The handbook has cards that are full: their tables keep the theme's smaller size, and a theme with a column at the side gives it to them,
/// on whichever side of the page it lies.
#[test]
fn tables_on_cards_are_read_with_ease() {
    let reader = Reader { name: Some("Ada".to_string()), ..Reader::default() };
    for name in ["classic", "modern"] {
        let mut theme = theme(name);
        theme.page.medium = Medium::Print;
        let least = theme.styles.table_small.size - Length::pt(1) / 10;
        let (_, side) = theme.side().unwrap_or_default();
        let (page_width, outer, inner) = (theme.page.width, theme.page.outer, theme.page.inner);
        let full = theme.measure() + side;
        let book = layout(&common::root().join("handbook"), &reader, &Arc::new(theme), &FONTS).0;
        let has_boxes = |page: &&Arc<handbook::furniture::Page>| page.body.items.iter().filter(|placed| matches!(placed.item, Item::Path(_))).count() > 20;
        let mut sides = Vec::new();
        for page in book.pages.iter().skip(1).filter(has_boxes) {
            let mut widest = None;
            for placed in &page.body.items {
                match &placed.item {
                    Item::Text(run) => assert!(run.size >= least, "{name}, page {}: {:?} for `{}`", page.folio, run.size, run.text),
                    Item::Rect { size, .. } if size.width < page_width => {
                        let ends = (placed.at.x, placed.at.x + size.width);
                        widest = widest.max(Some((size.width, ends)));
                    }
                    _ => {}
                }
            }
            let Some((width, (from, to))) = widest else { continue };
            let (left, right) = if page.side == Side::Recto { (inner, outer - side) } else { (outer - side, inner) };
            assert!(width > full - Length::pt(2), "{name}, page {}: {width:?}", page.folio);
            assert!(from >= left - Length::pt(2) && to <= page_width - right + Length::pt(2), "{name}, page {}: {from:?} to {to:?}", page.folio);
            sides.push(page.side);
        }
        assert!(sides.contains(&Side::Recto) && sides.contains(&Side::Verso), "{name}: {sides:?}");
    }
}
