//! Whatever the book itself sets stays on its pages, however long it is: cover, title page, imprint, contents, openings, running
//! heads, captions, colophon. The rows of a review, and as many inputs drawn at random.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;
use std::sync::Arc;

use handbook::furniture::{Layout, Page};
use handbook::length::{Length, Size};
use handbook::select::Reader;
use handbook::typeset::Item;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use common::layouts::{FONTS, layout, theme};

/// Words of many lengths, so many of them; each begins with `tag`, so that it can be found again.
fn words(tag: &str, count: usize) -> String {
    (0..count).map(|n| format!("{tag}{}{n}", "en".repeat(n % 7))).collect::<Vec<_>>().join(" ")
}

/// A book of such texts.
#[derive(Clone, Debug, Default)]
struct Book {
    title: usize,
    subtitle: usize,
    authors: usize,
    edition: usize,
    summary: usize,
    heading: usize,
    chapter: usize,
    caption: usize,
    stages: usize,
    name: usize,
}

impl Book {
    fn lay_out(&self, theme_name: &str, page: (i32, i32)) -> Layout {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("a file");
        let authors: Vec<String> = (0..self.authors).map(|n| format!("Author{n} Name{n}")).collect();
        let mut manifest = format!(
            "title: {}\nsubtitle: {}\nedition: {}\nlanguage: en\nauthors: [{}]\nrights: {}\n",
            words("title", self.title.max(1)),
            words("sub", self.subtitle.max(1)),
            words("edition", self.edition.max(1)),
            authors.join(", "),
            words("right", self.edition.max(1)),
        );
        if self.stages > 0 {
            manifest.push_str("stages:\n");
            for stage in 0..4 {
                manifest.push_str(
                    &format!("  - {{ id: s{stage}, title: {}, years: 0–9, chapter: a.md }}\n", words("stage", self.stages))
                        .replace("a.md", &format!("s{stage}.md")),
                );
                write(&format!("s{stage}.md"), format!("---\nsummary: Short.\nmilestone: {}\n---\n\n# Stage {stage}\n\nText.\n", words("mile", self.stages)));
            }
            manifest.push_str("back: [a.md, b.md]\n");
        } else {
            manifest.push_str("chapters:\n  - { part: PART, chapter: a.md }\n  - b.md\n".replace("PART", &words("part", self.chapter.max(1))).as_str());
        }
        write("handbook.yaml", manifest);
        write("pic.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 300 200'><rect width='300' height='200'/></svg>".into());
        let caption = words("caption", self.caption.max(1));
        write(
            "a.md",
            format!(
                "---\nsummary: {}\n---\n\n# {}\n\nText of the chapter.\n\n## {}\n\nMore text.\n\n![Alt](pic.svg \"{caption}\")\n\n![{caption}](missing.png)\n",
                words("sum", self.summary.max(1)),
                words("chapter", self.chapter.max(1)),
                words("heading", self.heading.max(1)),
            ),
        );
        write("b.md", format!("# Second\n\nText.\n\n## {}\n\nText.\n", words("heading", self.heading.max(1))));
        let reader = Reader { name: (self.name > 0).then(|| words("Name", self.name)), ..Reader::default() };
        let theme = theme(theme_name).resized(Size::new(Length::from_mm(f64::from(page.0)), Length::from_mm(f64::from(page.1))));
        layout(Path::new(folder.path()), &reader, &Arc::new(theme), &FONTS).0
    }
}

/// All text of the pages from one to another, without blanks and the hyphens at lines' ends.
fn text(pages: &[Arc<Page>]) -> String {
    let runs = pages.iter().flat_map(|page| &page.body.items).filter_map(|placed| if let Item::Text(run) = &placed.item { Some(run) } else { None });
    runs.filter(|run| run.actual.as_deref() != Some("\u{AD}")).flat_map(|run| run.text.chars()).filter(|c| !c.is_whitespace()).collect()
}

fn check(book: &Book, theme: &str, page: (i32, i32)) {
    let layout = book.lay_out(theme, page);
    let off: Vec<String> = layout.pages.iter().flat_map(|page| page.off()).collect();
    assert!(off.is_empty(), "{book:?} {theme} {page:?}: {} off the page\n{}", off.len(), off[..off.len().min(12)].join("\n"));
    // The title page has the whole title and all that follows it; the text has its headings.
    let all = text(&layout.pages);
    let bare = |text: String| text.replace(' ', "");
    for (tag, count) in
        [("title", book.title), ("sub", book.subtitle), ("edition", book.edition), ("sum", book.summary), ("heading", book.heading), ("caption", book.caption)]
    {
        assert!(all.contains(&bare(words(tag, count.max(1)))), "{tag} of {count} words is not whole in {book:?}");
    }
    (0..book.authors).for_each(|n| assert!(all.contains(&format!("Author{n}Name{n}")), "author {n} is missing"));
}

#[test]
fn long_texts_stay_on_their_pages() {
    let none = Book::default();
    let books = [
        Book { authors: 19, ..none.clone() },
        Book { authors: 300, ..none.clone() },
        Book { subtitle: 199, ..none.clone() },
        Book { title: 253, ..none.clone() },
        Book { title: 1200, subtitle: 900, ..none.clone() },
        Book { edition: 251, ..none.clone() },
        Book { edition: 2000, name: 12, ..none.clone() },
        Book { summary: 254, ..none.clone() },
        Book { summary: 1500, chapter: 400, ..none.clone() },
        Book { heading: 529, ..none.clone() },
        Book { heading: 3000, ..none.clone() },
        Book { caption: 700, ..none.clone() },
        Book { stages: 60, title: 40, name: 9, ..none.clone() },
        Book { stages: 300, ..none },
    ];
    for book in &books {
        check(book, "classic", (148, 210));
    }
    check(&books[4], "plain", (100, 150));
    check(&books[12], "plain", (105, 148));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_long_stays_on_its_page(
        sizes in proptest::collection::vec(prop_oneof![4 => 0_usize..12, 1 => 12_usize..400], 10),
        theme in prop_oneof![Just("classic"), Just("plain")],
        page in (95_i32..220, 140_i32..300),
    ) {
        let [title, subtitle, authors, edition, summary, heading, chapter, caption, stages, name] = sizes[..] else { unreachable!("ten sizes") };
        let name = name.min(15);
        check(&Book { title, subtitle, authors, edition, summary, heading, chapter, caption, stages, name }, theme, page);
    }

    /// Of any letters, whatever face has them or none: what a column of the code's own face cannot hold is counted as wider.
    #[test]
    fn code_of_any_letters_stays_within_its_lines(text in r"[a-z ]{0,30}([a-z_, ]{0,8}(\u{14}{1,80}|[\u{10000}-\u{10fff}]{1,60}|[\u{600}-\u{6ff}]{1,90}|[\u{b80}-\u{bff}]{1,60}|[漢字😀\t]{1,50})){1,4}") {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("handbook.yaml"), "title: T\nlanguage: en\nauthors: [A]\nchapters: [a.md]\n").expect("a file");
        std::fs::write(folder.path().join("a.md"), format!("# One\n\nText.\n\n```text\n{text}\n```\n")).expect("a file");
        let theme = Arc::new(theme("classic"));
        let layout = layout(folder.path(), &Reader::default(), &theme, &FONTS).0;
        let edge = theme.page.width - theme.page.inner.min(theme.page.outer);
        let items = layout.pages.iter().flat_map(|page| &page.body.items);
        let runs = items.filter_map(|placed| if let Item::Text(run) = &placed.item { Some((placed.at.x + run.width(), &run.text)) } else { None });
        let over: Vec<_> = runs.filter(|(right, text)| *right > edge && !text.trim().is_empty()).collect();
        prop_assert!(over.is_empty(), "{over:?}");
    }
}
