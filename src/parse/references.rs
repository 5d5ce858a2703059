//! References within running text that Markdown does not know: wikis' `[[Page#Heading|text]]` and `![[picture.png|300]]`, Pandoc's
//! citations `[see @key, p. 12; @other]`, mdbook-bib's `{{#cite key}}`, Quarto's cross-references `@fig-plan`.

use super::document::{Citation, Cited};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A page by its name, and the text that is shown for it; empty where none is given.
    Page { name: String, text: String },
    /// A picture, or another file, shown in its place. `text` is its size or its description.
    Embed { name: String, text: String },
    /// A figure, table, section or the like of this book, by the name that it has; `bare`: only its number is wanted.
    Cross { name: String, bare: bool },
    /// Works.
    Cite(Citation),
}

/// Which of them a text may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    /// The book has works to cite.
    pub(super) citations: bool,
    /// Names of figures and the like stand behind an `@`.
    pub(super) crosses: bool,
}

/// Whether a text may have any.
pub(super) fn possible(raw: &str, wanted: Wanted) -> bool {
    raw.contains("[[") || (wanted.citations || wanted.crosses) && (raw.contains('@') || raw.contains("{{#cite"))
}

/// The first one at or after a place, with where it begins and ends. `is_literal` says of a place whether its character was escaped.
pub(super) fn find(raw: &str, from: usize, wanted: Wanted, is_literal: impl Fn(usize) -> bool) -> Option<(Reference, usize, usize)> {
    let mut at = from;
    loop {
        let start = at + raw.get(at..)?.find(['[', '!', '@', '-', '{'])?;
        let rest = &raw[start..];
        let before = raw[..start].chars().next_back();
        let found = match rest.as_bytes()[0] {
            _ if is_literal(start) => None,
            b'!' => rest.strip_prefix("![[").and_then(page).map(|((name, text), length)| (Reference::Embed { name, text }, 3 + length)),
            b'[' if rest.starts_with("[[") => page(&rest[2..]).map(|((name, text), length)| (Reference::Page { name, text }, 2 + length)),
            b'[' => bracketed(rest, wanted),
            b'{' if wanted.citations => cite_directive(rest),
            b'@' | b'-' if before.is_none_or(|c| !c.is_alphanumeric() && c != '@') => textual(rest, wanted),
            _ => None,
        };
        if let Some((reference, length)) = found {
            return Some((reference, start, start + length));
        }
        at = start + rest.chars().next().map_or(1, char::len_utf8);
    }
}

/// The inside of double brackets: the name and what stands behind a bar. Numbers alone are no page: `[[1]]`, `[[1, 2], [3, 4]]`.
fn page(inner: &str) -> Option<((String, String), usize)> {
    let end = near(inner, 1_000).find("]]")?;
    let content = &inner[..end];
    let (name, text) = content.split_once('|').unwrap_or((content, ""));
    let name = name.trim().trim_end_matches('\\');
    let is_name = name.chars().any(char::is_alphabetic) && !content.contains(['[', ']', '\n', '{', '"']) && name.chars().count() <= 200;
    is_name.then(|| ((name.to_string(), text.trim().to_string()), end + 2))
}

/// The beginning of a text, so many bytes at most: what is looked for in it ends near, or not at all.
fn near(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Names of places that Quarto numbers, by how they begin.
pub(crate) fn is_cross(name: &str) -> bool {
    let kinds = ["fig", "tbl", "sec", "eq", "lst", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr"];
    name.split_once('-').is_some_and(|(kind, rest)| !rest.is_empty() && kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)))
}

/// Length of the key that a text begins with, as Pandoc has it: letters, digits and `_`, between them single marks.
fn key_length(text: &str) -> usize {
    let mut end = 0;
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() || c == '_' {
            end = at + c.len_utf8();
            marks = 0;
        } else if end > 0 && marks == 0 && ":.#$%&-+?<>~/".contains(c) {
            marks = 1;
        } else {
            break;
        }
    }
    end
}

/// A key behind its `@`, also in braces, and what its whole takes.
fn key(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('@')?;
    if let Some(inner) = rest.strip_prefix('{') {
        let end = near(inner, 400).find('}')?;
        return (end > 0 && !inner[..end].contains(char::is_whitespace)).then(|| (&inner[..end], end + 3));
    }
    let length = key_length(rest);
    (length > 0).then(|| (&rest[..length], length + 1))
}

/// `@key`, `@key [p. 12]`, `-@key`, `@fig-plan`.
fn textual(rest: &str, wanted: Wanted) -> Option<(Reference, usize)> {
    let hidden = rest.starts_with('-');
    let after = rest.strip_prefix('-').unwrap_or(rest);
    // mdbook-bib's short way.
    let doubled = after.starts_with("@@");
    let (name, mut length) = key(if doubled { &after[1..] } else { after })?;
    length += usize::from(hidden) + usize::from(doubled);
    if wanted.crosses && is_cross(name) {
        return Some((Reference::Cross { name: name.to_string(), bare: hidden }, length));
    }
    if !wanted.citations {
        return None;
    }
    let mut cited = Cited { key: name.to_string(), prefix: String::new(), suffix: String::new(), hide_author: hidden };
    let mut others = Vec::new();
    if let Some(inner) = rest[length..].strip_prefix(" [").or(rest[length..].strip_prefix('['))
        && let Some(end) = near(inner, 4_000).find(']')
        && !inner[..end].contains(['[', '^'])
        && !inner[end + 1..].starts_with(['(', '['])
    {
        let space = rest[length..].len() - inner.len();
        let content = &inner[..end];
        if content.contains('@') {
            others = content.split(';').filter_map(one).collect();
        } else {
            cited.suffix = content.trim().to_string();
        }
        length += space + end + 1;
    }
    let textual = !hidden && !doubled;
    others.insert(0, cited);
    Some((Reference::Cite(Citation { textual, works: others }), length))
}

/// `[see @key, p. 12; -@other]`.
fn bracketed(rest: &str, wanted: Wanted) -> Option<(Reference, usize)> {
    let inner = &rest[1..];
    let end = near(inner, 4_000).find(']')?;
    let content = &inner[..end];
    if !content.contains('@') || content.contains(['[', '\n']) {
        return None;
    }
    let works: Option<Vec<Cited>> = content.split(';').map(one).collect();
    let works = works?;
    if wanted.crosses
        && let [only] = works.as_slice()
        && is_cross(&only.key)
    {
        return Some((Reference::Cross { name: only.key.clone(), bare: only.hide_author }, end + 2));
    }
    wanted.citations.then_some((Reference::Cite(Citation { textual: false, works }), end + 2))
}

/// One work of several: `see @key, p. 12`.
fn one(text: &str) -> Option<Cited> {
    let at = text.char_indices().find(|(at, c)| *c == '@' && text[..*at].chars().next_back().is_none_or(|before| !before.is_alphanumeric()))?.0;
    let (name, length) = key(&text[at..])?;
    let before = &text[..at];
    let hide_author = before.ends_with('-');
    let prefix = before.strip_suffix('-').unwrap_or(before).trim().to_string();
    let suffix = text[at + length..].trim().trim_start_matches(',').trim().to_string();
    Some(Cited { key: name.to_string(), prefix, suffix, hide_author })
}

/// mdbook-bib's `{{#cite key}}`.
fn cite_directive(rest: &str) -> Option<(Reference, usize)> {
    let inner = rest.strip_prefix("{{#cite")?;
    let end = near(inner, 1_000).find("}}")?;
    let works: Vec<Cited> =
        inner[..end].split([' ', ',']).filter(|key| !key.is_empty()).map(|key| Cited { key: key.to_string(), ..Cited::default() }).collect();
    (!works.is_empty()).then(|| (Reference::Cite(Citation { textual: false, works }), "{{#cite".len() + end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Wanted = Wanted { citations: true, crosses: true };

    fn first(raw: &str) -> Option<(Reference, &str)> {
        find(raw, 0, ALL, |_| false).map(|(found, from, to)| (found, &raw[from..to]))
    }

    #[allow(clippy::type_complexity)] // the parts of a citation in a row
    fn cited(raw: &str) -> (bool, Vec<(String, String, String, bool)>, &str) {
        let Some((Reference::Cite(citation), text)) = first(raw) else { panic!("{raw}") };
        (citation.textual, citation.works.into_iter().map(|work| (work.prefix, work.key, work.suffix, work.hide_author)).collect(), text)
    }

    #[test]
    fn pages_and_embeds() {
        let page = |name: &str, text: &str| Reference::Page { name: name.into(), text: text.into() };
        assert_eq!(first("see [[My page#A b|this]]."), Some((page("My page#A b", "this"), "[[My page#A b|this]]")));
        assert_eq!(first("![[p.png|300]]"), Some((Reference::Embed { name: "p.png".into(), text: "300".into() }, "![[p.png|300]]")));
        for text in ["[[1]]", "a[[1, 2], [3, 4]]", "[[ -f x", "[[\"a\"]]"] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn citations_as_pandoc_has_them() {
        let work = |prefix: &str, key: &str, suffix: &str, hidden| (prefix.to_string(), key.to_string(), suffix.to_string(), hidden);
        assert_eq!(
            cited("so [see @doe99, pp. 33-35; -@smith:04]."),
            (false, vec![work("see", "doe99", "pp. 33-35", false), work("", "smith:04", "", true)], "[see @doe99, pp. 33-35; -@smith:04]")
        );
        assert_eq!(cited("@doe99 [p. 3] says"), (true, vec![work("", "doe99", "p. 3", false)], "@doe99 [p. 3]"));
        assert_eq!(cited("As @doe99."), (true, vec![work("", "doe99", "", false)], "@doe99"));
        assert_eq!(cited("{{#cite a b}}"), (false, vec![work("", "a", "", false), work("", "b", "", false)], "{{#cite a b}}"));
        assert_eq!(first("mail ada@example.org or [x] y"), None);
    }

    #[test]
    fn figures_are_no_works() {
        assert_eq!(first("In @fig-plan, and"), Some((Reference::Cross { name: "fig-plan".into(), bare: false }, "@fig-plan")));
        assert_eq!(first("([@sec-a])"), Some((Reference::Cross { name: "sec-a".into(), bare: false }, "[@sec-a]")));
    }
}
