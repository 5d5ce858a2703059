//! Marker comments: page breaks, index terms, passages for one format.

use super::dialect::Mark;
use super::document::{CardKind, Format, IndexTerm, See};

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
        return Marker::Index(terms.split(';').filter_map(index_term).collect());
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
    Marker::None
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
}
