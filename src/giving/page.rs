//! Pages about a book: its form, a reader's own page, why there is nothing. No scripts, nothing from elsewhere; names are text, which
//! `maud` escapes.

use maud::{DOCTYPE, Markup, html};

use crate::bulk::about::Book;
use crate::bulk::media::media_type;
use crate::language::tag;
use crate::words::Words;

use super::catalog::segment;
use super::words::PageWords;

/// Name of the style sheet.
pub const STYLE: &str = "style.css";

/// The way from a reader's page to where the style sheet and the covers are.
const FROM_READER: &str = "../../";

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
struct Frame<'a> {
    /// What stands in the window's title before the book's; the book's alone without it.
    title: Option<&'a str>,
    /// The way from the page to where the style sheet and the covers are: empty, or with a stroke at its end.
    root: &'a str,
    /// Name of the cover's picture, if the page shows one.
    cover: Option<&'a str>,
    /// Nobody is to find the page by searching.
    personal: bool,
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
    pub href: &'static str,
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
}

impl Pages {
    /// Pages of a book.
    pub fn new(book: Book) -> Pages {
        let colors = &book.colors;
        let css = include_str!("page.css").replace("@accent@", &color(&colors.accent)).replace("@accent-dark@", &color(&colors.accent_dark));
        Pages { words: book.words(), says: PageWords::in_language(&book.language), css, book }
    }

    /// The style sheet of all pages.
    pub fn css(&self) -> &str {
        &self.css
    }

    /// A whole page around `content`.
    fn page(&self, frame: Frame<'_>, content: Markup) -> String {
        let book = &self.book;
        let title = frame.title.map_or_else(|| book.title.clone(), |title| format!("{title} · {}", book.title));
        let cover = frame.cover.map(|name| format!("{}{}", frame.root, segment(name)));
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
                    @if let Some(src) = &cover { link rel="icon" type="image/png" href=(src); }
                    link rel="stylesheet" href={ (frame.root) (STYLE) };
                }
                body {
                    main.has-cover[cover.is_some()] {
                        @if let Some(src) = &cover {
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
    fn heading(&self) -> Markup {
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
                @let (before, after) = self.words.around_name();
                p { (before) bdi { strong { (name) } } (after) }
            }
            @if let Some(stage) = target { p.about { (self.words.your_target) ": " (stage.title) } }
            (self.files(page.files))
            (self.catalogues(page.catalogues))
            p.small { (self.says.yours_alone) }
        };
        self.page(Frame { title: None, root: FROM_READER, cover: self.book.cover_of(page.stage), personal: true }, content)
    }

    /// Links to catalogues, with what they are for; nothing if there are none.
    pub fn catalogues(&self, catalogues: &[CatalogueLink]) -> Markup {
        html! {
            @if !catalogues.is_empty() {
                h2 { (self.says.reading_app) }
                ul.catalogues {
                    @for catalogue in catalogues { li { a href=(catalogue.href) type=(catalogue.media) { (catalogue.name) } } }
                }
            }
        }
    }

    /// The front page, with what is given to everybody.
    pub fn front(&self, content: &Markup) -> String {
        let content = html! {
            (self.heading())
            @if let Some(summary) = &self.book.summary { p { (summary) } }
            (content)
        };
        self.page(Frame { cover: self.book.cover.as_deref(), ..Frame::default() }, content)
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
        self.says.good_for(ending)
    }

    /// A page that says why there is nothing, whatever its address: `root` leads from there to where the style sheet is.
    pub fn nothing(&self, why: &str, root: &str) -> String {
        let content = html! { h1 { (why) } p { (self.book.title) } };
        self.page(Frame { title: Some(why), root, cover: None, personal: true }, content)
    }

    /// Edition and rights.
    fn imprint(&self) -> Markup {
        let book = &self.book;
        let edition = book.edition.as_ref().map(|edition| format!("{} {}", self.words.edition, self.words.figures(edition)));
        let parts: Vec<String> = [edition, book.publisher.clone(), book.rights.clone()].into_iter().flatten().collect();
        html! { @if !parts.is_empty() { p { (parts.join(" · ")) } } }
    }
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
        let pages = Pages::new(Book { colors, ..book });
        let files = [FileLink { href: "book.pdf".into(), ending: "pdf".into(), bytes: Some(1_234_567) }];
        let page = pages.reader(&ReaderPage { name: Some("<script>alert('&')</script>"), files: &files, ..ReaderPage::default() });
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("Prepared for <bdi><strong>&lt;script&gt;alert('&amp;')&lt;/script&gt;</strong></bdi>"), "{page}");
        assert!(page.contains("1.2 MB") && page.contains("noindex") && page.contains("Download PDF"), "{page}");
        assert!(pages.css().contains("#123456") && !pages.css().contains("script"), "{}", pages.css());
    }
}
