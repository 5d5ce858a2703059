//! What the book says of itself on the back of its title page: the same lines in both formats.

use super::resolved::Resolved;
use crate::language::primary;

/// A line, and whether it is the book's name.
pub type ImprintLine = (String, bool);

/// The book, its terms, its identity, in groups; what is not known is left out.
pub fn imprint(resolved: &Resolved) -> Vec<Vec<ImprintLine>> {
    let data = &resolved.book;
    let info = &resolved.document.selection.manuscript.book;
    let series = info.series.as_ref().map(|(name, number)| number.as_ref().map_or(name.clone(), |n| format!("{name} {n}")));
    let of = |text: Option<String>| (text.unwrap_or_default(), false);
    // A number that a machine drew names the file and tells a person nothing.
    let identifier = Some(data.identifier.clone()).filter(|id| !id.starts_with("urn:uuid:"));
    let mut groups = vec![
        vec![(data.title.clone(), true), of(Some(data.subtitle.clone())), of(Some(data.authors.join(", ")))],
        vec![of(info.publisher.clone()), of(series), of(Some(edition_line(resolved)))],
        vec![of(info.rights.as_deref().map(licence))],
        vec![of(info.isbn.as_ref().map(|isbn| format!("ISBN {isbn}"))), of(identifier)],
    ];
    groups.iter_mut().for_each(|group| group.retain(|(line, _)| !line.is_empty()));
    groups.retain(|group| !group.is_empty());
    groups
}

/// Which edition, and its date, as far as they are known.
pub fn edition_line(resolved: &Resolved) -> String {
    let info = &resolved.document.selection.manuscript.book;
    let edition = info.edition.as_ref().map(|edition| format!("{} {edition}", resolved.words.edition));
    // It stays on one line.
    let date = resolved.book.shown_date().map(|date| in_words(date, &resolved.book.language).replace(' ', "\u{A0}"));
    // A date is read as it is written, whatever stands around it.
    let date = date.map(|date| if resolved.book.direction.is_rtl() { format!("\u{2066}{date}\u{2069}") } else { date });
    [edition, date].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A date as people of the language write it; as the standard has it where this is not known.
fn in_words(date: &str, language: &str) -> String {
    const ENGLISH: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    const GERMAN: [&str; 12] = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
    const FRENCH: [&str; 12] = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
    const SPANISH: [&str; 12] = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"];
    let parts: Vec<u32> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month @ 1..=12, day] = parts[..] else { return date.to_string() };
    let name = |months: [&'static str; 12]| months[month as usize - 1];
    match primary(language).as_str() {
        "en" if language.eq_ignore_ascii_case("en-US") => format!("{} {day}, {year}", name(ENGLISH)),
        "en" => format!("{day} {} {year}", name(ENGLISH)),
        "de" => format!("{day}. {} {year}", name(GERMAN)),
        "fr" => format!("{day}{} {} {year}", if day == 1 { "er" } else { "" }, name(FRENCH)),
        "es" => format!("{day} de {} de {year}", name(SPANISH)),
        "ja" | "zh" => format!("{year}年{month}月{day}日"),
        _ => date.to_string(),
    }
}

/// A licence of Creative Commons by its whole name.
fn licence(rights: &str) -> String {
    const KINDS: [(&str, &str); 6] = [
        ("BY", "Attribution"),
        ("BY-SA", "Attribution-ShareAlike"),
        ("BY-ND", "Attribution-NoDerivatives"),
        ("BY-NC", "Attribution-NonCommercial"),
        ("BY-NC-SA", "Attribution-NonCommercial-ShareAlike"),
        ("BY-NC-ND", "Attribution-NonCommercial-NoDerivatives"),
    ];
    let words: Vec<&str> = rights.split_whitespace().collect();
    match words[..] {
        ["CC", kind, version] => KINDS.iter().find(|(short, _)| *short == kind).map_or(rights.to_string(), |(_, name)| {
            format!("Creative Commons {name} {version}{} ({rights})", if version == "4.0" { " International" } else { "" })
        }),
        _ => rights.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_people_do() {
        let of = |language| in_words("2026-12-01", language);
        assert_eq!(
            ["en-GB", "en-US", "de", "fr", "ja", "pl"].map(of),
            ["1 December 2026", "December 1, 2026", "1. Dezember 2026", "1er décembre 2026", "2026年12月1日", "2026-12-01"]
        );
        assert_eq!(in_words("soon", "en"), "soon");
    }

    #[test]
    fn a_licence_is_named_in_full() {
        assert_eq!(licence("CC BY-SA 4.0"), "Creative Commons Attribution-ShareAlike 4.0 International (CC BY-SA 4.0)");
        assert_eq!(licence("All rights reserved"), "All rights reserved");
    }
}
