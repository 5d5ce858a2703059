//! Marker comments: page breaks, index terms, passages for one format.

use super::dialect::Mark;
use super::document::{CardKind, Format, IndexTerm, See};
use crate::diag::nearest;

/// What a comment says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `<!-- pagebreak -->`.
    PageBreak,
    /// `<!-- bibliography -->`.
    Bibliography,
    /// `<!-- index: a; b > c; d see also e -->`.
    Index(Vec<IndexTerm>),
    /// `<!-- only format: pdf -->`.
    Only(Format),
    /// `<!-- else -->`.
    Else,
    /// `<!-- end -->`.
    End,
    /// `<!-- only … -->` with a condition that is not known here.
    Unknown(String),
    /// A line in the way of another tool, rewritten.
    Dialect(Mark),
    /// It resembles a mark, which is written so.
    Resembles(String),
    /// `<!-- card: skills -->`; of a kind that is not known, its name.
    Card(Result<CardKind, String>),
    /// `<!-- end card -->`.
    EndCard,
    /// An ordinary comment, which nobody sees.
    None,
}

/// Reads a comment's content, without its `<!--` and `-->`.
pub(super) fn marker(comment: &str) -> Marker {
    if let Some(mark) = Mark::read(comment) {
        return Marker::Dialect(mark);
    }
    let comment = comment.trim();
    match comment {
        "pagebreak" => return Marker::PageBreak,
        "bibliography" => return Marker::Bibliography,
        "else" => return Marker::Else,
        "end" => return Marker::End,
        "end card" => return Marker::EndCard,
        _ => {}
    }
    if let Some(terms) = comment.strip_prefix("index:") {
        let terms: Vec<IndexTerm> = terms.split(';').filter_map(index_term).collect();
        return if terms.is_empty() { Marker::Resembles("index: term".to_string()) } else { Marker::Index(terms) };
    }
    if let Some(kind) = comment.strip_prefix("card:") {
        return Marker::Card(CardKind::named(kind.trim()).ok_or_else(|| kind.trim().to_string()));
    }
    if let Some(condition) = comment.strip_prefix("only ") {
        let (key, value) = condition.split_once(':').unwrap_or((condition, ""));
        return match (key.trim(), value.trim()) {
            ("format", "pdf") => Marker::Only(Format::Pdf),
            ("format", "epub") => Marker::Only(Format::Epub),
            _ => Marker::Unknown(condition.trim().to_string()),
        };
    }
    resembling(comment)
}

/// What people write in the place of a mark.
fn resembling(comment: &str) -> Marker {
    let plain = comment.to_lowercase();
    let bare = plain.trim_end_matches([':', '.', ';']).trim();
    if matches!(bare, "pagebreak" | "page break" | "page-break" | "page_break" | "newpage" | "new page" | "new-page" | "\\newpage" | "\\pagebreak") {
        return Marker::Resembles("pagebreak".to_string());
    }
    if bare == "bibliography" {
        return Marker::Resembles("bibliography".to_string());
    }
    if bare.len() > 6
        && !bare.contains(' ')
        && let Some(near) = nearest(bare, ["pagebreak", "bibliography"])
    {
        return Marker::Resembles(near.to_string());
    }
    if let Some(terms) = plain.strip_prefix("index ").filter(|terms| terms.contains([';', '>']) || terms.contains(" see ") || !terms.contains(' ')) {
        return Marker::Resembles(format!("index: {terms}"));
    }
    if matches!(bare, "endcard" | "end-card" | "end of card" | "/card" | "end card") {
        return Marker::Resembles("end card".to_string());
    }
    if let Some(("card" | "cards" | "crad", kind)) = plain.split_once(':').map(|(key, kind)| (key.trim(), kind.trim())) {
        return Marker::Resembles(format!("card: {kind}"));
    }
    if let Some((key, forms)) = comment.split_once(':')
        && matches!(key.trim().to_lowercase().as_str(), "also" | "alse" | "aslo" | "als" | "alos" | "allso" | "see also")
        && !comment.starts_with("also:")
    {
        return Marker::Resembles(format!("also: {}", forms.trim()));
    }
    let index = ["index", "indx", "idx", "idnex", "inedx", "index term", "index terms", "index-term", "indexes"];
    match comment.split_once(':') {
        Some((key, terms)) if index.contains(&key.trim().to_lowercase().as_str()) => {
            Marker::Resembles(format!("index: {}", if terms.trim().is_empty() { "term" } else { terms.trim() }))
        }
        _ => Marker::None,
    }
}

/// `budget > defending`, `one-to-one see also feedback`.
fn index_term(term: &str) -> Option<IndexTerm> {
    let (path, see) = if let Some((path, to)) = term.split_once(" see also ") {
        (path, Some((See::SeeAlso, to)))
    } else if let Some((path, to)) = term.split_once(" see ") {
        (path, Some((See::See, to)))
    } else {
        (term, None)
    };
    let path: Vec<String> = path.split('>').map(tidy).filter(|p| !p.is_empty()).collect();
    let see = see.map(|(kind, to)| (kind, tidy(to))).filter(|(_, to)| !to.is_empty());
    (!path.is_empty()).then_some(IndexTerm { path, see })
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_terms_have_subentries_and_references() {
        let Marker::Index(terms) = marker(" index: board; budget >  defending ; a see b; c see also d;; ") else { panic!("no index") };
        let shown: Vec<String> = terms.iter().map(|t| format!("{} {:?}", t.path.join("/"), t.see)).collect();
        assert_eq!(shown, ["board None", "budget/defending None", "a Some((See, \"b\"))", "c Some((SeeAlso, \"d\"))"]);
    }

    #[test]
    fn conditions_by_format_are_known() {
        assert_eq!(marker("only format: pdf"), Marker::Only(Format::Pdf));
        assert_eq!(marker("only format:epub"), Marker::Only(Format::Epub));
        assert_eq!(marker("only stages: 3"), Marker::Unknown("stages: 3".into()));
        assert_eq!(marker("Old headings. Do not remove"), Marker::None);
    }

    #[test]
    fn what_resembles_a_mark_is_told() {
        let right = |comment: &str| if let Marker::Resembles(right) = marker(comment) { right } else { String::new() };
        for (comment, expected) in [
            ("Index: a; b", "index: a; b"),
            ("index:", "index: term"),
            ("Pagebreak", "pagebreak"),
            ("page break", "pagebreak"),
            ("pagebrake", "pagebreak"),
            ("Card: skills", "card: skills"),
            ("endcard", "end card"),
            ("alse: boards", "also: boards"),
            ("index rope; sheet", "index: rope; sheet"),
        ] {
            assert_eq!(right(comment), expected);
        }
        assert!(
            ["an index: of sorts", "index of all things", "paragraph", "a new page", "index", "See the bibliography"]
                .iter()
                .all(|comment| right(comment).is_empty())
        );
    }
}
