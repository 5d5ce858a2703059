//! The pages of a shelf: the front page, and a page for each reader. They hold no scripts, load nothing from elsewhere, and say in the
//! book's language what there is to say: mostly names.

use maud::{DOCTYPE, Markup, html};

use crate::bulk::about::Book;
use crate::language::Direction;
use crate::words::Words;

/// Name of the style sheet.
pub const STYLE: &str = "style.css";

/// A file that a page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its address.
    pub href: String,
    /// What it is: `PDF`, `EPUB`, or a name.
    pub label: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page<'p> {
    /// The book.
    pub book: &'p Book,
    /// What the book says in its language.
    pub words: &'p Words,
    /// From the page to the folder of the front page: empty, or `../../`.
    pub root: &'p str,
    /// Whose it is; nobody's by name, if none.
    pub reader: Option<&'p str>,
    /// It is one reader's own: nobody is to find it by searching.
    pub personal: bool,
    /// What it offers.
    pub offers: &'p [Offer],
    /// Addresses of the catalogues in OPDS 1.2 and 2.0, if there are any.
    pub catalogues: Option<(&'p str, &'p str)>,
}

impl Page<'_> {
    /// The page as HTML.
    pub fn html(&self) -> String {
        let book = self.book;
        let page = html! {
            (DOCTYPE)
            html lang=(book.language) dir=(Direction::of_language(&book.language).name()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width,initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    @if self.personal { meta name="robots" content="noindex,nofollow,noarchive"; }
                    title { (book.title) }
                    link rel="stylesheet" href={ (self.root) (STYLE) };
                    @if let Some((atom, json)) = self.catalogues {
                        link rel="alternate" type=(crate::giving::catalog::ATOM_TYPE) href=(atom);
                        link rel="alternate" type=(crate::giving::catalog::JSON_TYPE) href=(json);
                    }
                }
                body { main { (self.body()) } }
            }
        };
        page.into_string()
    }

    fn body(&self) -> Markup {
        let book = self.book;
        html! {
            @if let Some(cover) = &book.cover {
                img.cover src={ (self.root) (cover) } alt="";
            }
            div.about {
                h1 { (book.title) }
                @if !book.subtitle.is_empty() { p.subtitle { (book.subtitle) } }
                @if !book.authors.is_empty() { p.authors { (book.authors.join(", ")) } }
                @if let Some(reader) = self.reader {
                    @let (before, after) = self.words.prepared_for.split_once("{}").unwrap_or((&self.words.prepared_for, ""));
                    p.reader { (before) bdi { (reader) } (after) }
                }
                @if let Some(summary) = &book.summary { p { (summary) } }
                @if !self.offers.is_empty() {
                    ul.offers {
                        @for offer in self.offers {
                            li { a href=(offer.href) download { (offer.label) " " small { (size(offer.bytes)) } } }
                        }
                    }
                }
                p.small {
                    @if let Some(edition) = &book.edition { (self.words.edition) " " (edition) }
                    @if let Some((atom, json)) = self.catalogues {
                        @if book.edition.is_some() { " · " }
                        a href=(atom) { "OPDS 1.2" } " · " a href=(json) { "OPDS 2.0" }
                    }
                }
            }
        }
    }
}

/// The style sheet of all pages.
pub fn style(book: &Book) -> String {
    let (accent, accent_dark) = (color(&book.colors.accent, "#1a4a7a"), color(&book.colors.accent_dark, "#8ec1ff"));
    format!(
        ":root{{color-scheme:light dark;--accent:{accent};--ground:#fff;--text:#1b1b1b}}\n\
         @media(prefers-color-scheme:dark){{:root{{--accent:{accent_dark};--ground:#1b1b1b;--text:#ececec}}}}\n\
         body{{margin:0;background:var(--ground);color:var(--text);font:1.0625rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}}\n\
         main{{max-width:56rem;margin:0 auto;padding:clamp(1rem,5vw,4rem);display:grid;gap:clamp(1.5rem,5vw,4rem);grid-template-columns:minmax(9rem,17rem) 1fr}}\n\
         main>.about:only-child{{grid-column:1/-1}}\n\
         .cover{{inline-size:100%;block-size:auto;box-shadow:0 1px 6px #0006}}\n\
         h1{{font-size:clamp(1.5rem,4vw,2.25rem);line-height:1.2;margin:0 0 .3em;overflow-wrap:anywhere;text-wrap:balance}}\n\
         p{{margin:.4em 0;overflow-wrap:anywhere}}.subtitle{{font-size:1.2em}}.reader{{color:var(--accent);font-weight:600;margin-block:1.2em}}\n\
         .offers{{list-style:none;padding:0;margin:1.5em 0;display:flex;flex-wrap:wrap;gap:.75rem}}\n\
         .offers a{{display:inline-block;padding:.7em 1.4em;border-radius:.4em;background:var(--accent);color:var(--ground);text-decoration:none;font-weight:600}}\n\
         .offers small{{font-weight:400}}.small{{font-size:.9em}}a{{color:var(--accent)}}a:focus-visible{{outline:3px solid var(--text);outline-offset:2px}}\n\
         @media(max-width:40rem){{main{{grid-template-columns:1fr}}.cover{{inline-size:min(60%,14rem)}}}}\n"
    )
}

/// A colour as `book.json` has it, and nothing else: somebody may have changed that file.
fn color<'c>(written: &'c str, other: &'c str) -> &'c str {
    let sound = written.len() == 7 && written.starts_with('#') && written.chars().skip(1).all(|c| c.is_ascii_hexdigit());
    if sound { written } else { other }
}

/// A size in bytes, in units that need no translation.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} kB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}
