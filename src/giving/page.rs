//! Pages about a book: its form, a reader's own page, why there is nothing. No scripts, nothing from elsewhere; names are text, which
//! `maud` escapes.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::bulk::about::Book;
use crate::bulk::media::media_type;
use crate::language::tag;
use crate::words::{Words, words};

use super::words::PageWords;

/// Pages of one book.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The book.
    pub book: Book,
    /// The book's own words.
    pub words: Words,
    /// Those of pages.
    pub says: PageWords,
    css: String,
}

/// What goes around a page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame<'a> {
    /// What stands in the window's title before the book's; the book's alone without it.
    pub title: Option<&'a str>,
    /// Where the cover's picture is, seen from the page.
    pub cover: Option<&'a str>,
    /// Where the style sheet is, seen from the page; within the page without it.
    pub style: Option<&'a str>,
    /// Nobody is to find the page by searching.
    pub personal: bool,
}

/// A file on a reader's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLink {
    /// Where it is, seen from the page.
    pub href: String,
    /// `pdf` or `epub`.
    pub ending: String,
    /// Its size in bytes, where it is known.
    pub bytes: Option<u64>,
}

/// A catalogue on a reader's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueLink {
    /// Where it is, seen from the page.
    pub href: String,
    /// What it is called: `OPDS 2.0`.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
}

/// What a reader's page shows.
#[derive(Clone, Debug, Default)]
pub struct ReaderPage<'a> {
    /// The reader's name.
    pub name: Option<&'a str>,
    /// Id of the target stage.
    pub stage: Option<&'a str>,
    /// The files, in order.
    pub files: &'a [FileLink],
    /// Catalogues for reading apps.
    pub catalogues: &'a [CatalogueLink],
    /// Where the cover's picture is, seen from the page.
    pub cover: Option<&'a str>,
    /// Where the style sheet is, seen from the page; within the page without it.
    pub style: Option<&'a str>,
}

impl Pages {
    /// Pages of a book, with its own words for what the author says otherwise.
    pub fn new(book: Book, own: Option<Words>) -> Pages {
        let colors = &book.colors;
        let css = include_str!("page.css").replace("@accent@", &color(&colors.accent)).replace("@accent-dark@", &color(&colors.accent_dark));
        Pages { words: own.unwrap_or_else(|| words(&book.language)), says: PageWords::in_language(&book.language), css, book }
    }

    /// The style sheet of all pages.
    pub fn css(&self) -> &str {
        &self.css
    }

    /// A whole page around `content`.
    pub fn page(&self, frame: Frame<'_>, content: Markup) -> String {
        let book = &self.book;
        let title = frame.title.map_or_else(|| book.title.clone(), |title| format!("{title} · {}", book.title));
        let page = html! {
            (DOCTYPE)
            html lang=(tag(&book.language)) dir=(book.direction) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    @if frame.personal { meta name="robots" content="noindex, nofollow"; }
                    title { (title) }
                    // Without one browsers ask for a file that nobody has.
                    @if let Some(src) = frame.cover { link rel="icon" type="image/png" href=(src); }
                    @match frame.style {
                        Some(href) => { link rel="stylesheet" href=(href); }
                        None => { style { (PreEscaped(&self.css)) } }
                    }
                }
                body {
                    main.has-cover[frame.cover.is_some()] {
                        @if let Some(src) = frame.cover {
                            img.cover src=(src) alt=(format!("{}: {}", self.words.cover, book.title)) width="720" height="1022";
                        }
                        div { (content) }
                        footer { (self.imprint()) }
                    }
                }
            }
        };
        page.into_string()
    }

    /// Title, subtitle, authors and what the book is about.
    pub fn heading(&self) -> Markup {
        let book = &self.book;
        html! {
            h1 { (book.title) }
            @if !book.subtitle.is_empty() { p.subtitle { (book.subtitle) } }
            @if !book.authors.is_empty() { p.about { (book.authors.join(", ")) } }
        }
    }

    /// A reader's own page: who it is for, the files, and the catalogues for a reading app.
    pub fn reader(&self, page: &ReaderPage<'_>) -> String {
        let target = page.stage.and_then(|id| self.book.stages.iter().find(|stage| stage.id == id));
        let content = html! {
            (self.heading())
            @if let Some(name) = page.name {
                p { (PreEscaped(prepared_for(&self.words.prepared_for, &html! { bdi { strong { (name) } } }))) }
            }
            @if let Some(stage) = target { p.about { (self.words.your_target) ": " (stage.title) } }
            (self.files(page.files))
            @if !page.catalogues.is_empty() {
                h2 { (self.says.reading_app) }
                ul.catalogues {
                    @for catalogue in page.catalogues { li { a href=(catalogue.href) type=(catalogue.media) { (catalogue.name) } } }
                }
            }
            p.small { (self.says.yours_alone) }
        };
        self.page(Frame { title: None, cover: page.cover, style: page.style, personal: true }, content)
    }

    /// Links to files, each with what it is good for and its size.
    pub fn files(&self, files: &[FileLink]) -> Markup {
        html! {
            div.actions {
                @for file in files {
                    div {
                        a.act href=(file.href) type=(media_type(&file.ending)) { (self.download(&file.ending)) }
                        p.small {
                            (self.good_for(&file.ending))
                            @if let Some(bytes) = file.bytes { ", " bdi { (size(bytes)) } }
                        }
                    }
                }
            }
        }
    }

    /// *Download PDF*.
    pub fn download(&self, ending: &str) -> String {
        self.says.download.replace("{}", &ending.to_uppercase())
    }

    /// What a format is good for.
    pub fn good_for(&self, ending: &str) -> &'static str {
        if ending == "pdf" { self.says.for_paper } else { self.says.for_screens }
    }

    /// A page that says why there is nothing.
    pub fn nothing(&self, why: &str) -> String {
        let content = html! { h1 { (why) } p { (self.book.title) } };
        self.page(Frame { title: Some(why), personal: true, ..Frame::default() }, content)
    }

    /// Edition and rights.
    fn imprint(&self) -> Markup {
        let book = &self.book;
        let edition = book.edition.as_ref().map(|edition| format!("{} {}", self.words.edition, self.words.figures(edition)));
        let parts: Vec<String> = [edition, book.publisher.clone(), book.rights.clone()].into_iter().flatten().collect();
        html! { @if !parts.is_empty() { p { (parts.join(" · ")) } } }
    }
}

/// *Prepared for …* with markup where the name goes. The words are the author's, and text.
fn prepared_for(template: &str, name: &Markup) -> String {
    let (before, after) = template.split_once("{}").unwrap_or(("", ""));
    html! { (before) (name) (after) }.into_string()
}

/// A colour as it may stand in a style sheet: a file may have been changed since it was written.
fn color(text: &str) -> String {
    let sound = text.len() == 7 && text.starts_with('#') && text.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
    if sound { text.to_string() } else { "#333333".to_string() }
}

/// A size for people.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} kB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::about::PageColors;

    #[test]
    fn whatever_a_name_holds_is_text() {
        let book = Book { title: "A <b>book</b>".into(), language: "en".into(), direction: "ltr".into(), ..Book::default() };
        let colors = PageColors { accent: "#123456".into(), accent_dark: "red; } </style><script>".into() };
        let pages = Pages::new(Book { colors, ..book }, None);
        let files = [FileLink { href: "book.pdf".into(), ending: "pdf".into(), bytes: Some(1_234_567) }];
        let page = pages.reader(&ReaderPage { name: Some("<script>alert('&')</script>"), files: &files, ..ReaderPage::default() });
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("Prepared for <bdi><strong>&lt;script&gt;alert('&amp;')&lt;/script&gt;</strong></bdi>"), "{page}");
        assert!(page.contains("1.2 MB") && page.contains("noindex") && page.contains("Download PDF") && page.contains("#123456"), "{page}");
    }
}
