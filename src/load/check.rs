//! What a value must look like: dates, language tags, identifiers, page sizes, ranges of stages.

use std::ops::RangeInclusive;

use crate::diag::{Code, Diagnostic, Place, listed, nearest};
use crate::length::{Length, Size};
use crate::limits;
use crate::theme::{page_size, parse_length};

/// Whether a text is a real day written YYYY-MM-DD, of the years 1900 to 9999.
pub fn is_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| text.get(range).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse::<u32>().ok());
    let shape = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    match (digits(0..4), digits(5..7), digits(8..10)) {
        (Some(year), Some(month), Some(day)) if shape => year >= 1900 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day),
        _ => false,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether a text has the form of a BCP 47 language tag (RFC 5646, section 2.1, without the grandfathered ones).
pub fn is_language_tag(tag: &str) -> bool {
    let all = |part: &str, class: fn(&u8) -> bool| part.bytes().all(|b| class(&b));
    let mut parts = tag.split('-').peekable();
    let Some(language) = parts.next() else { return false };
    // Four letters are kept for later, and five to eight were given to no language yet: `English` is none.
    if !(2..=3).contains(&language.len()) || !all(language, u8::is_ascii_alphabetic) {
        return false;
    }
    parts.next_if(|p| p.len() == 3 && all(p, u8::is_ascii_alphabetic));
    parts.next_if(|p| p.len() == 4 && all(p, u8::is_ascii_alphabetic));
    parts.next_if(|p| (p.len() == 2 && all(p, u8::is_ascii_alphabetic)) || (p.len() == 3 && all(p, u8::is_ascii_digit)));
    let variant = |p: &str| (5..=8).contains(&p.len()) || (p.len() == 4 && p.as_bytes().first().is_some_and(u8::is_ascii_digit));
    while parts.next_if(|p| variant(p) && all(p, u8::is_ascii_alphanumeric)).is_some() {}
    while parts.next_if(|p| p.len() == 1 && all(p, u8::is_ascii_alphanumeric)).is_some() {
        if parts.next_if(|p| (1..=8).contains(&p.len()) && all(p, u8::is_ascii_alphanumeric)).is_none() {
            return false;
        }
        while parts.next_if(|p| (2..=8).contains(&p.len()) && all(p, u8::is_ascii_alphanumeric)).is_some() {}
    }
    parts.next().is_none()
}

/// Whether a text can be an id: letters, digits and hyphens, and not digits alone, which would be a number.
pub(super) fn is_id(text: &str) -> bool {
    let shape = text.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '-');
    shape && !text.starts_with('-') && !text.ends_with('-') && text.len() <= 60 && !text.chars().all(|c| c.is_ascii_digit())
}

/// Whether a text is an ISBN of 10 or 13 digits with the right check digit; hyphens and spaces may divide it.
pub(super) fn is_isbn(text: &str) -> bool {
    let plain: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let value = |(at, c): (usize, &char)| if *c == 'X' && at == 9 { Some(10) } else { c.to_digit(10) };
    let Some(digits) = plain.iter().enumerate().map(value).collect::<Option<Vec<u32>>>() else { return false };
    match digits.len() {
        10 => digits.iter().zip((1..=10).rev()).map(|(d, weight)| d * weight).sum::<u32>() % 11 == 0,
        13 => digits.iter().enumerate().map(|(i, d)| d * if i % 2 == 0 { 1 } else { 3 }).sum::<u32>() % 10 == 0 && !plain.contains(&'X'),
        _ => false,
    }
}

/// Whether a text is a URI fit for an identifier: a URN (a `urn:uuid:` with a real UUID) or a web address.
pub(super) fn is_identifier(text: &str) -> bool {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return false;
    }
    match text.split_once(':') {
        Some(("urn", rest)) => match rest.split_once(':') {
            Some(("uuid", id)) => uuid::Uuid::parse_str(id).is_ok() && id.len() == 36,
            Some((space, id)) => space.len() > 1 && !id.is_empty(),
            None => false,
        },
        Some(("http" | "https", rest)) => rest.len() > 2 && rest.starts_with("//"),
        _ => false,
    }
}

/// A page size by name, or as `152mm x 229mm`.
///
/// # Errors
/// What is wrong, to be put after "the page".
pub fn page(text: &str) -> Result<Size, String> {
    if let Some(size) = page_size(text.trim()) {
        return Ok(size);
    }
    match text.split_once(['x', '×']) {
        Some((width, height)) => page_of(width, height),
        None => Err(format!("`{text}` is not known")),
    }
}

/// A page size from its sides as written.
///
/// # Errors
/// What is wrong, to be put after "the page".
pub(super) fn page_of(width: &str, height: &str) -> Result<Size, String> {
    let side = |name: &str, text: &str| {
        let length: Length = parse_length(text).ok_or_else(|| {
            let text = text.trim();
            let what = if text.parse::<f64>().is_ok() { "has no unit: `mm`, `cm`, `in` or `pt`" } else { "is not a length" };
            format!("{name} `{text}` {what}")
        })?;
        let mm = length.to_pt() * 25.4 / 72.0;
        if limits::SIDES.contains(&mm) {
            Ok(length)
        } else {
            Err(format!("{name} `{}` is not between {}mm and {}mm", text.trim(), limits::SIDES.start(), limits::SIDES.end()))
        }
    };
    Ok(Size::new(side("width", width)?, side("height", height)?))
}

/// A file without text is no chapter.
pub(super) fn empty_chapter(name: &str) -> Diagnostic {
    Diagnostic::warning(Code::ChapterEmpty, format!("`{name}` is empty and makes no chapter")).at(Place::file(name)).hint("write it, or take it out")
}

/// What page sizes there are, for hints.
pub(crate) const PAGE_HINT: &str = "`a4`, `a5`, `letter` and `6x9` are known, others are written `152mm x 229mm`";

/// A range of stages by their numbers or ids, both ends included: `3..5`, `3`, `..3`, `3..`, `apprentice..master`. `stages` are the ids of
/// the ladder.
///
/// # Errors
/// What is wrong and what to do.
pub fn stage_range<T: AsRef<str>>(text: &str, stages: &[T]) -> Result<RangeInclusive<usize>, (String, String)> {
    let last = stages.len();
    if last == 0 {
        return Err(("this book has no stages".to_string(), "a ladder is written under `stages` in handbook.yaml".to_string()));
    }
    let stage = |name: &str| {
        let name = name.trim();
        name.parse::<usize>().ok().filter(|_| !name.starts_with('+')).or_else(|| Some(stages.iter().position(|id| id.as_ref() == name)? + 1))
    };
    let ends = match text.split_once("..") {
        None => stage(text).map(|one| (one, one)),
        Some((start, end)) if start.trim().is_empty() && end.trim().is_empty() => None,
        Some((start, end)) => {
            let or = |text: &str, open: usize| if text.trim().is_empty() { Some(open) } else { stage(text) };
            or(start, 1).zip(or(end, last))
        }
    };
    let Some((start, end)) = ends else { return Err((format!("`{text}` is not a range of stages"), range_hint(text, stages))) };
    if let Some(beyond) = [start, end].into_iter().find(|n| !(1..=last).contains(n)) {
        return Err((format!("there is no stage {beyond}"), format!("the ladder has the stages 1 to {last}")));
    }
    if start > end {
        return Err((format!("the range `{text}` is empty"), format!("write it `{end}..{start}`")));
    }
    Ok(start..=end)
}

/// What to do about a range that is none: the way it is written here, the stage that was meant, or how it is done.
fn range_hint<T: AsRef<str>>(text: &str, stages: &[T]) -> String {
    let dashed = |dash: &str| text.split_once(dash).map(|(start, end)| (start.trim(), end.trim_start_matches(['=', '.']).trim()));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let range = ["–", "—", "..", "-", " to "].into_iter().filter_map(dashed).find(|(start, end)| is_number(start) && is_number(end));
    if let Some((start, end)) = range {
        return format!("write it `{start}..{end}`");
    }
    match nearest(text.trim(), stages.iter().map(AsRef::as_ref)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write it `3..5`, with both ends included, or `3`, `..3`, `3..`; the stages' ids, {}, do as well", listed(stages)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_real_days() {
        for good in ["2026-11-01", "2024-02-29", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["2026-02-29", "1900-02-29", "2026-13-01", "2026-1-1", "2026/11/01", "+026-11-01", "2026-11-31", "0000-01-01", "２０２６-11-01", ""] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn language_tags_have_the_form_of_the_rfc() {
        for good in ["en", "en-GB", "zh-Hant-TW", "de-1996", "sl-rozaj-biske", "es-419", "en-x-pirate", "zh-yue-HK"] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in ["", "e", "en_GB", "english language", "English", "en-", "en--GB", "en-x", "12", "en-GB-GB"] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }

    #[test]
    fn ranges_include_both_ends() {
        let range = |text| stage_range(text, &["novice", "gardener", "head-gardener", "four", "five"]);
        assert_eq!(range("3..5"), Ok(3..=5));
        assert_eq!(range(" 3 "), Ok(3..=3));
        assert_eq!(range("..3"), Ok(1..=3));
        assert_eq!(range("3.."), Ok(3..=5));
        for bad in ["", "..", "3-5", "3..=5", "0..2", "3..6", "5..3", "three", "3...5", "-1..2", "99999999999999999999"] {
            assert!(range(bad).is_err(), "{bad}");
        }
        assert_eq!(range("gardener"), Ok(2..=2));
        assert_eq!(range("gardener.."), Ok(2..=5));
        assert_eq!(range("1..head-gardener"), Ok(1..=3));
        let hint = |text| range(text).err().map(|(_, hint)| hint).unwrap_or_default();
        assert_eq!(
            (hint("1-2").as_str(), hint("1 – 2").as_str(), hint("gardner").as_str()),
            ("write it `1..2`", "write it `1..2`", "did you mean `gardener`?")
        );
        assert!(stage_range::<&str>("1", &[]).is_err());
    }

    #[test]
    fn identifiers_are_checked() {
        assert!(is_isbn("978-0-306-40615-7") && is_isbn("0-306-40615-2") && is_isbn("080442957X"));
        assert!(!is_isbn("978-0-306-40615-8") && !is_isbn("12345") && !is_isbn("97803064061X7"));
        assert!(is_identifier("urn:uuid:53a1a112-2a1f-445c-a260-8c20a1ecea52") && is_identifier("urn:isbn:9780306406157"));
        assert!(!is_identifier("urn:uuid:123") && !is_identifier("my book") && !is_identifier("book-1"));
    }

    #[test]
    fn pages_have_names_or_sides() {
        assert!(page("A5").is_ok() && page("6x9").is_ok() && page("152mm x 229mm").is_ok() && page("6in×9in").is_ok());
        assert!(page("a55").is_err() && page("152 x 229").is_err() && page("1mm x 2mm").is_err());
    }
}
