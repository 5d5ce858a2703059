//! What only the author can supply, asked for where it is missing: head rows of tables, links that say where they lead,
//! the book's language. Alternative texts are asked for where pictures are read, heading levels where they are counted.
//!
//! Each is a warning, and the book is valid without it; a reader who listens to it would miss something.

use std::collections::BTreeSet;

use super::Context;
use super::fields::{Values, plain};
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::load::ProjectKind;
use crate::parse::{BlockKind, Inline, InlineKind, Node, Table, walk};
use crate::words::has_words;

/// Texts that say nothing away from their sentence (WCAG 2.2, success criterion 2.4.4), in the languages that the program has words for.
const EMPTY_WORDS: &[&str] = &[
    "click",
    "click here",
    "click this link",
    "follow this link",
    "here",
    "learn more",
    "link",
    "more",
    "more here",
    "over here",
    "read more",
    "read on",
    "right here",
    "see here",
    "this",
    "this link",
    "this one",
    "this page", // English
    "dieser link",
    "hier",
    "hier klicken",
    "mehr",
    "siehe hier",
    "weiterlesen", // German
    "ce lien",
    "cliquez ici",
    "en savoir plus",
    "ici",
    "lien",
    "lire la suite", // French
    "aquí",
    "enlace",
    "este enlace",
    "haga clic aquí",
    "leer más", // Spanish
    "clicca qui",
    "leggi di più",
    "questo link",
    "qui", // Italian
    "deze link",
    "klik hier",
    "lees meer", // Dutch
    "kliknij tutaj",
    "ten link",
    "tu",
    "tutaj",
    "więcej", // Polish
    "aqui",
    "clique aqui",
    "este link",
    "leia mais", // Portuguese
    "den här länken",
    "här",
    "klicka här",
    "läs mer", // Swedish
];

/// Asks for all of it.
pub(super) fn ask(cx: &mut Context<'_>, values: &Values) {
    language(cx);
    index(cx);
    let mut found = Vec::new();
    for section in cx.document.sections.iter() {
        walk(section, &mut |node| match node {
            Node::Block(block) => {
                if let BlockKind::Table(table) = &block.kind
                    && headless(table)
                {
                    found.push((Code::TableHeadless, block.pos, "the table has no head row".to_string(), "say in its first row what each column holds"));
                }
            }
            Node::Inline(Inline { pos, kind: InlineKind::Link { content, .. }, .. }) => {
                let text = plain(content, values);
                if says_nothing(&text) {
                    let hint = "let the text say where the link leads: some readers hear the links of a page alone, one after the other";
                    found.push((Code::LinkText, *pos, format!("the text of a link is only “{text}”"), hint));
                }
            }
            _ => {}
        });
    }
    for (code, pos, message, hint) in found {
        cx.warn(code, pos, message, hint);
    }
}

/// What the index refers to must be in it. A reader who does not get all chapters may miss the one that has the term.
fn index(cx: &mut Context<'_>) {
    if !cx.document.selection.omitted.is_empty() {
        return;
    }
    let (mut terms, mut references) = (BTreeSet::new(), Vec::new());
    for section in cx.document.sections.iter() {
        walk(section, &mut |node| {
            let Node::Inline(Inline { pos, kind: InlineKind::IndexTerm(term), .. }) = node else { return };
            // Above a lower entry there is one for what it belongs to.
            terms.extend((1..=term.path.len()).map(|levels| term.path[..levels].join(" > ").to_lowercase()));
            references.extend(term.see.as_ref().map(|(_, to)| (*pos, to.clone())));
        });
    }
    for (pos, to) in references {
        let plain = to.split('>').map(str::trim).collect::<Vec<_>>().join(" > ").to_lowercase();
        if !terms.contains(&plain) {
            let hint = nearest(&plain, terms.iter().map(String::as_str))
                .map_or_else(|| "mark that term somewhere".to_string(), |near| format!("did you mean `{near}`?"));
            cx.warn(Code::IndexSee, pos, format!("the index says see `{to}`, which is no term of it"), hint);
        }
    }
}

/// A screen reader speaks in the voice of the language that the book names.
fn language(cx: &mut Context<'_>) {
    let manuscript = &cx.document.selection.manuscript;
    let language = &manuscript.book.language;
    let (file, named) = match manuscript.kind {
        // The manifest is read first, by either of its names.
        ProjectKind::Manifest | ProjectKind::BuiltIn => {
            (manuscript.sources.files.first().map_or("handbook.yaml", |file| &file.name), format!("add a line such as `language: {language}`"))
        }
        ProjectKind::MdBook
            if manuscript.assets.project_folder().is_some_and(|folder| !folder.join("book.toml").is_file() && folder.join("SUMMARY.md").is_file()) =>
        {
            ("SUMMARY.md", format!("make a file `book.toml` beside it with the lines `[book]`, `language = \"{language}\"` and `src = \".\"`"))
        }
        ProjectKind::MdBook => ("book.toml", format!("add a line such as `language = \"{language}\"` under `[book]`")),
        ProjectKind::MkDocs => ("mkdocs.yml", format!("name it: `theme:`, and below it `language: {language}`")),
        ProjectKind::Quarto => ("_quarto.yml", format!("add a line such as `lang: {language}`")),
        ProjectKind::Folder => (manuscript.name.as_str(), format!("begin the first chapter with `---`, `language: {language}`, `---`")),
    };
    if !has_words(language) {
        let message = format!("there are no words of the book's own in `{language}`: they are English");
        let hint = "what the book itself says, such as “Contents”, is in another language than its text";
        cx.diagnostics.push(Diagnostic::warning(Code::LanguageWords, message).at(Place::file(file)).hint(hint));
    }
    if manuscript.book.language_named {
        return;
    }
    let message = format!("the book's language is not named: it is taken to be `{language}`");
    cx.diagnostics.push(Diagnostic::warning(Code::LanguageNotNamed, message).at(Place::file(file)).hint(named));
}

/// Rows of data without a head above them or a header cell in each of them.
fn headless(table: &Table) -> bool {
    let named = |row: &crate::parse::Row| row.cells.iter().any(|cell| cell.header);
    table.head.is_empty() && !table.body.iter().all(named)
}

fn says_nothing(text: &str) -> bool {
    let words = text.to_lowercase();
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric());
    EMPTY_WORDS.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_say_nothing_are_asked_about() {
        for empty in ["here", "Here.", "→ Read more …", "HIER", "(click here)"] {
            assert!(says_nothing(empty), "{empty}");
        }
        for telling in ["", "here be dragons", "there", "the list of sources", "§ 3"] {
            assert!(!says_nothing(telling), "{telling}");
        }
    }
}
