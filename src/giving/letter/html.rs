//! A letter as HTML: one column, the reader's own fonts and colours, light or dark. Nothing is loaded from anywhere.

use maud::{DOCTYPE, PreEscaped, html};

use crate::language::Direction;

use super::{Filled, header};

/// Programs for mail drop much of a style sheet, and some all of it: without it the letter is plain and in order.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;padding:1.5rem 1rem;background:#fff;color:#1c1c1c;font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;\
font-size:1rem;line-height:1.55;overflow-wrap:anywhere}\
main{max-width:38rem;margin:0 auto}\
h1,h2,h3{line-height:1.25;margin:1.6em 0 .5em}h1{font-size:1.5rem;margin-top:0}h2{font-size:1.2rem}h3{font-size:1rem}\
a{color:#0b57a4}blockquote{margin:1em 0;padding-inline-start:1em;border-inline-start:3px solid #b9b9b9}\
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9em}pre{white-space:pre-wrap}hr{border:0;border-top:1px solid #b9b9b9}\
@media(prefers-color-scheme:dark){body{background:#161616;color:#ececec}a{color:#8ec1ff}blockquote,hr{border-color:#5c5c5c}}";

impl Filled {
    /// As a page of HTML, in a language.
    pub fn html(&self, language: &str) -> String {
        let mut words = String::new();
        pulldown_cmark::html::push_html(&mut words, self.body.iter().cloned());
        page(&header(&self.subject), language, &words)
    }
}

fn page(subject: &str, language: &str, words: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(language) dir=(Direction::of_language(language).name()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (subject) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (subject) }
                    // Made of events that hold no HTML but the isolation of names.
                    (PreEscaped(words))
                }
            }
        }
    };
    page.into_string()
}
