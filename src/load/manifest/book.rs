//! What a manifest says of the book itself: its keys but for the lists of chapters.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, listed, nearest};
use crate::length::Size;
use crate::load::assets::{Assets, relative_to};
use crate::load::check::{PAGE_HINT, is_date, is_identifier, is_isbn, page, page_of};
use crate::load::front_matter::language;
use crate::load::manuscript::{Ask, BookInfo, Mathematics, OwnPage};
use crate::theme::Theme;
use crate::words::own;
use crate::yaml::strict::{Item, Mapping};

/// Everything but the chapters.
pub(super) fn book_info(map: &Mapping<'_>, assets: &Assets) -> BookInfo {
    let named = map.get("language").and_then(language);
    BookInfo {
        title: map.required("title").unwrap_or_default(),
        subtitle: map.text("subtitle").unwrap_or_default(),
        language_named: named.is_some(),
        language: named.unwrap_or_else(|| "en".to_string()),
        direction: None,
        authors: map.get("authors").map(|item| item.texts()).unwrap_or_default(),
        publisher: map.text("publisher"),
        edition: map.text("edition"),
        identifier: checked(
            Code::Identifier,
            map,
            "identifier",
            is_identifier,
            "is not an identifier",
            "write it as a URN (`urn:uuid:…`, `urn:isbn:…`) or a web address",
        ),
        isbn: checked(Code::Isbn, map, "isbn", is_isbn, "is not an ISBN", "it has 10 or 13 digits, and the last one checks the others"),
        series: map.get("series").and_then(series),
        rights: map.text("rights"),
        description: map.text("description"),
        glossary: map.text("glossary").map(|path| relative_to("", &path)),
        subjects: map.get("subjects").map(|item| item.texts()).unwrap_or_default(),
        date: checked(Code::Date, map, "date", is_date, "is not a date", "write it as year-month-day: `2026-11-01`"),
        cover: map.get("cover").and_then(|item| cover(item, assets)),
        hue: map.get("hue").and_then(hue),
        theme: map.get("theme").and_then(|item| theme(item, assets)),
        page: map.get("page").and_then(page_size),
        smart_punctuation: map.get("smart_punctuation").and_then(|item| item.truth()).unwrap_or(true),
        mathematics: if map.get("math").and_then(|item| item.truth()).unwrap_or(true) { Mathematics::All } else { Mathematics::None },
        drawn_formulas: map.get("math_epub").is_some_and(drawn_formulas),
        prepared_for: map.get("prepared_for").and_then(prepared_for),
        words: map.get("words").map(own_words).unwrap_or_default(),
        left_out: map.get("pages").map(left_out).unwrap_or_default(),
        ask: map.get("serve").and_then(asked),
        bibliography: map.get("bibliography").map(|item| item.texts()).unwrap_or_default(),
        citation_style: map.text("citation_style"),
        keep_pictures: false,
        editions: map.get("editions").map(editions).unwrap_or_default(),
    }
}

fn checked(code: Code, map: &Mapping<'_>, key: &'static str, good: fn(&str) -> bool, complaint: &str, hint: &str) -> Option<String> {
    let item = map.get(key)?;
    let text = item.text()?;
    if good(&text) {
        return Some(text);
    }
    item.error(code, format!("`{text}` {complaint}"), hint);
    None
}

/// Old editions by name.
fn editions(item: Item<'_>) -> BTreeMap<String, String> {
    let Some(map) = item.mapping("`editions`") else { return BTreeMap::new() };
    map.others().into_iter().filter_map(|(name, place)| Some((name.to_string(), place.required_text()?))).collect()
}

fn series(item: Item<'_>) -> Option<(String, Option<String>)> {
    if !item.is_map() {
        return item.text().map(|name| (name, None));
    }
    let map = item.mapping("a series")?;
    let name = map.required("name");
    let number = map.text("number");
    map.finish();
    Some((name?, number))
}

fn cover(item: Item<'_>, assets: &Assets) -> Option<String> {
    let path = item.text()?;
    let lower = path.to_lowercase();
    if ![".png", ".jpg", ".jpeg", ".webp", ".svg"].iter().any(|end| lower.ends_with(end)) {
        item.error(Code::Cover, format!("`{path}` is not a picture for a cover"), "a cover is a PNG, JPEG, WebP or SVG file");
        return None;
    }
    if assets.read(&path).is_err() {
        let names = assets.names();
        let near = nearest(&path, names.iter().map(String::as_str));
        item.error(
            Code::Cover,
            format!("there is no cover `{path}`"),
            near.map_or("the path is relative to handbook.yaml".to_string(), |near| format!("did you mean `{near}`?")),
        );
        return None;
    }
    Some(path)
}

fn hue(item: Item<'_>) -> Option<u16> {
    let text = item.text()?;
    let hue = text.parse().ok().filter(|hue| *hue < 360);
    if hue.is_none() {
        item.error(Code::Cover, format!("`{text}` is not a hue"), "write degrees from 0 to 359: 0 is red, 120 green, 240 blue");
    }
    hue
}

fn theme(item: Item<'_>, assets: &Assets) -> Option<String> {
    let name = item.text()?;
    if Theme::built_in(&name).is_none() && assets.read(&name).is_err() {
        let hint = match nearest(&name, Theme::BUILT_IN) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name a built-in theme ({}) or a file of the project", Theme::BUILT_IN.join(", ")),
        };
        item.error(Code::ThemeUnknown, format!("there is no theme `{name}`"), hint);
        return None;
    }
    Some(name)
}

fn page_size(item: Item<'_>) -> Option<Size> {
    let size = if item.is_map() {
        let map = item.mapping("a page")?;
        let (width, height) = (map.required("width"), map.required("height"));
        map.finish();
        page_of(&width?, &height?)
    } else {
        page(&item.text()?)
    };
    size.map_err(|wrong| item.error(Code::PageSize, format!("the page {wrong}"), PAGE_HINT)).ok()
}

/// How formulas stand in the EPUB: as MathML unless the manifest asks for drawings.
fn drawn_formulas(item: Item<'_>) -> bool {
    let said = item.text().unwrap_or_default();
    if !matches!(said.as_str(), "" | "mathml" | "svg") {
        item.error(Code::ValueKind, format!("`math_epub` must be `mathml` or `svg`, and here is `{said}`"), "formulas are MathML unless you say `svg`");
    }
    said == "svg"
}

/// The foot line's wording; `false` and the empty text switch it off.
fn prepared_for(item: Item<'_>) -> Option<String> {
    if item.is_false() {
        return Some(String::new());
    }
    let words = item.text().unwrap_or_default();
    if !words.is_empty() && !words.contains("{}") {
        item.error(Code::PreparedFor, "`prepared_for` does not say where the name goes", "write `Prepared for {}`, or `false` for no such line");
        return None;
    }
    Some(words)
}

/// Words of the book's own, by their names.
fn own_words(item: Item<'_>) -> BTreeMap<String, String> {
    let Some(map) = item.mapping("`words`") else { return BTreeMap::new() };
    let mut words = BTreeMap::new();
    for key in own::KEYS {
        let Some(item) = map.get(key) else { continue };
        let Some(text) = item.required_text() else { continue };
        match own::check(key, &text) {
            Ok(()) => drop(words.insert((*key).to_string(), text)),
            Err((message, hint)) => item.error(Code::OwnWord, message, hint),
        }
    }
    map.finish();
    words
}

/// Pages of the book's own for which the manifest says `false`.
fn left_out(item: Item<'_>) -> BTreeSet<OwnPage> {
    let Some(map) = item.mapping("`pages`") else { return BTreeSet::new() };
    let out = OwnPage::ALL.into_iter().filter(|(key, _)| map.get(key).and_then(|item| item.truth()) == Some(false)).map(|(_, page)| page).collect();
    map.finish();
    out
}

/// What `handbook serve` asks of whoever wants a copy.
fn asked(item: Item<'_>) -> Option<Vec<Ask>> {
    let map = item.mapping("`serve`")?;
    let ask = map.get("ask").map(|item| {
        let known = |item: Item<'_>| {
            let text = item.required_text()?;
            let ask = Ask::named(&text);
            if ask.is_none() {
                let names: Vec<&str> = Ask::ALL.iter().map(|(name, _)| *name).collect();
                let hint = match nearest(&text, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("a form may ask for {}", listed(&names)),
                };
                item.error(Code::ValueKind, format!("nobody can be asked for `{text}`"), hint);
            }
            ask
        };
        item.list(false).into_iter().filter_map(known).collect()
    });
    map.finish();
    ask
}
