//! What tools call their callouts, and which of our five each is.

use crate::parse::document::CalloutKind;

/// The names of docs tools: GitHub, Obsidian, MkDocs Material, Docusaurus, VuePress, GitBook, Quarto, mdbook-admonish. A word beside the
/// kind stands above the body where the author gives no title, because the kind's own word would say less.
const NAMES: [(&str, CalloutKind, &str); 36] = [
    ("note", CalloutKind::Note, ""),
    ("info", CalloutKind::Note, ""),
    ("information", CalloutKind::Note, ""),
    ("abstract", CalloutKind::Note, "Abstract"),
    ("summary", CalloutKind::Note, "Summary"),
    ("tldr", CalloutKind::Note, "TL;DR"),
    ("todo", CalloutKind::Note, "To do"),
    ("question", CalloutKind::Note, "Question"),
    ("help", CalloutKind::Note, "Help"),
    ("faq", CalloutKind::Note, "FAQ"),
    ("example", CalloutKind::Note, "Example"),
    ("exercise", CalloutKind::Note, "Exercise"),
    ("quote", CalloutKind::Note, "Quote"),
    ("cite", CalloutKind::Note, "Quote"),
    ("seealso", CalloutKind::Note, "See also"),
    ("see-also", CalloutKind::Note, "See also"),
    ("tip", CalloutKind::Tip, ""),
    ("hint", CalloutKind::Tip, ""),
    ("success", CalloutKind::Tip, "Success"),
    ("check", CalloutKind::Tip, "Success"),
    ("done", CalloutKind::Tip, "Done"),
    ("important", CalloutKind::Important, ""),
    ("warning", CalloutKind::Warning, ""),
    ("warn", CalloutKind::Warning, ""),
    ("attention", CalloutKind::Warning, ""),
    ("caution", CalloutKind::Caution, ""),
    ("danger", CalloutKind::Caution, ""),
    ("error", CalloutKind::Caution, "Error"),
    ("failure", CalloutKind::Caution, "Failure"),
    ("fail", CalloutKind::Caution, "Failure"),
    ("missing", CalloutKind::Caution, "Missing"),
    ("bug", CalloutKind::Caution, "Bug"),
    ("deprecated", CalloutKind::Warning, "Deprecated"),
    ("security", CalloutKind::Caution, "Security"),
    ("new", CalloutKind::Note, "New"),
    ("version", CalloutKind::Note, "Version"),
];

/// The kind of callout that a name stands for, and the title that it has where the author gives none.
pub(in crate::parse) fn named(name: &str) -> Option<(CalloutKind, &'static str)> {
    let name = name.strip_prefix("callout-").or(name.strip_prefix("alert-")).unwrap_or(name);
    NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, kind, title)| (*kind, *title))
}

/// The name that was meant by one that no tool knows, if it is near to one.
pub(in crate::parse) fn meant(name: &str) -> Option<&'static str> {
    if named(name).is_some() || name.chars().count() < 3 {
        return None;
    }
    let letters = |name: &str| {
        let mut letters: Vec<char> = name.to_lowercase().chars().collect();
        letters.sort_unstable();
        letters
    };
    let (near, ..) = NAMES
        .iter()
        .find(|(known, ..)| strsim::damerau_levenshtein(known, &name.to_lowercase()) == 1 && (known.len() > 4 || letters(known) == letters(name)))?;
    Some(near)
}
