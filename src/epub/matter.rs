//! What the book adds itself: cover, title page, imprint, part pages, colophon.

use crate::furniture::NamePlace;
use crate::language::isolated;
use crate::length::Length;
use crate::resolve::Resolved;
use crate::select::StageInfo;

use super::page::{self, Division};
use super::scribe::Written;
use super::targets::Targets;
use super::{COLOPHON, COVER_PAGE, IMPRINT, NEWS, Parts, TITLE_PAGE};
use crate::xml::Markup;

/// The cover picture, with whom the book is for as text: the picture is the same for all. Where the book draws it, it leaves room for the
/// name, which is laid over it.
pub(super) fn cover(resolved: &Resolved, parts: &Parts) -> Written {
    let mut xml = Markup::new();
    let alt = format!("{}: {}", resolved.words.cover, full_title(resolved));
    xml.open("section", &[("epub:type", "cover"), ("class", "cover")]);
    if let Some(place) = parts.cover.name {
        named_picture(resolved, parts, place, &alt, &mut xml);
        xml.close("section");
        xml.line();
        return Written { svg: true, ..made(resolved, COVER_PAGE, &resolved.words.cover, Division::Front, xml) };
    }
    xml.open("p", &[("class", "cover-picture")]);
    xml.empty("img", &[("src", parts.cover.path()), ("alt", &alt), ("role", "doc-cover")]);
    xml.close("p");
    xml.line();
    for_whom(resolved, &mut xml);
    xml.close("section");
    xml.line();
    made(resolved, COVER_PAGE, &resolved.words.cover, Division::Front, xml)
}

/// The picture as a drawing, whose text keeps its place at any size.
fn named_picture(resolved: &Resolved, parts: &Parts, place: NamePlace, alt: &str, xml: &mut Markup) {
    let points = |length: Length| format!("{:.2}", length.to_pt());
    let (width, height) = (points(parts.cover.size.width), points(parts.cover.size.height));
    let view = format!("0 0 {width} {height}");
    xml.open("div", &[("class", "cover-picture")]);
    let svg =
        [("xmlns", "http://www.w3.org/2000/svg"), ("xmlns:xlink", "http://www.w3.org/1999/xlink"), ("viewBox", &view), ("width", "100%"), ("height", "100%")];
    xml.open("svg", &svg);
    xml.element("title", &[], alt);
    xml.empty("image", &[("width", &width), ("height", &height), ("xlink:href", parts.cover.path())]);
    if let Some(name) = resolved.document.selection.reader.name.as_deref().filter(|name| !name.trim().is_empty()) {
        // The reader's program may have another face than the page: as wide as letters are on the whole, and full ones twice as wide.
        let wide = |c: char| if (c as u32) < 0x2e80 { 0.56 } else { 1.05 };
        let ems = name.chars().map(wide).sum::<f64>().max(1.0);
        let size = place.size.to_pt().min(place.width.to_pt() / ems);
        let rtl = resolved.book.direction.is_rtl();
        let x = if rtl { parts.cover.size.width - place.at.x } else { place.at.x };
        let (color, size, x, y) = (place.color.hex(), format!("{size:.2}"), points(x), points(place.at.y));
        let mut attributes = vec![("class", "cover-name personal"), ("fill", &color), ("font-size", &size), ("x", &x), ("y", &y)];
        if rtl {
            attributes.push(("direction", "rtl"));
        }
        xml.element("text", &attributes, &isolated(name));
    }
    xml.close("svg");
    xml.close("div");
    xml.line();
}

/// The title page.
pub(super) fn title_page(resolved: &Resolved) -> Written {
    let book = &resolved.book;
    let mut xml = Markup::new();
    xml.open("section", &[("epub:type", "titlepage"), ("class", "titlepage"), ("aria-labelledby", "book-title")]);
    xml.line();
    xml.element("h1", &[("id", "book-title")], &book.title);
    xml.line();
    if !book.subtitle.is_empty() {
        xml.element("p", &[("epub:type", "subtitle"), ("role", "doc-subtitle"), ("class", "subtitle")], &book.subtitle);
        xml.line();
    }
    for author in &book.authors {
        xml.element("p", &[("class", "author")], author);
        xml.line();
    }
    for_whom(resolved, &mut xml);
    let info = &resolved.document.selection.manuscript.book;
    if let Some(publisher) = &info.publisher {
        xml.element("p", &[("class", "publisher")], publisher);
        xml.line();
    }
    xml.close("section");
    xml.line();
    made(resolved, TITLE_PAGE, &resolved.words.title_page, Division::Front, xml)
}

/// For whom the book is, with the name isolated, and the target stage.
fn for_whom(resolved: &Resolved, xml: &mut Markup) {
    prepared(resolved, xml);
    if let Some(target) = target(resolved) {
        xml.element("p", &[("class", "target")], &format!("{}: {}", resolved.words.your_target, target.title));
        xml.line();
    }
}

/// For whom the book is, with the name isolated.
fn prepared(resolved: &Resolved, xml: &mut Markup) {
    let words = &resolved.words;
    let named = |name: &&str| !name.trim().is_empty() && !words.prepared_for.is_empty();
    if let Some(name) = resolved.document.selection.reader.name.as_deref().filter(named) {
        let (before, after) = words.around_name();
        xml.open("p", &[("class", "prepared")]);
        xml.text(before);
        xml.element("bdi", &[("class", "personal")], name);
        xml.text(after);
        xml.close("p");
        xml.line();
    }
}

fn target(resolved: &Resolved) -> Option<&StageInfo> {
    let selection = &resolved.document.selection;
    selection.ladder.get(selection.target?)
}

/// Whose book this is and on what terms.
pub(super) fn imprint(resolved: &Resolved) -> Written {
    let mut xml = Markup::new();
    xml.open("section", &[("epub:type", "copyright-page"), ("class", "imprint"), ("aria-labelledby", "imprint")]);
    xml.line();
    xml.element("h1", &[("id", "imprint")], &resolved.words.imprint);
    xml.line();
    for (line, is_name) in crate::resolve::imprint(resolved).into_iter().flatten() {
        if is_name {
            xml.open("p", &[]);
            xml.element("cite", &[], &line);
            xml.close("p");
        } else {
            xml.element("p", &[], &line);
        }
        xml.line();
    }
    xml.close("section");
    xml.line();
    Written { personal: false, ..made(resolved, IMPRINT, &resolved.words.imprint, Division::Front, xml) }
}

/// What is new since the edition that the reader has.
pub(super) fn news(resolved: &Resolved, targets: &Targets<'_>) -> Option<Written> {
    let news = resolved.news.as_ref().filter(|news| !news.chapters.is_empty())?;
    let title = resolved.words.news_title(&news.since);
    let mut xml = Markup::new();
    xml.open("section", &[("class", "news"), ("aria-labelledby", "news")]);
    xml.line();
    xml.element("h1", &[("id", "news")], &title);
    xml.open("ul", &[("class", "loose")]);
    for chapter in &news.chapters {
        let (Some(info), Some(section)) = (resolved.sections.get(chapter.section), resolved.document.sections.get(chapter.section)) else { continue };
        xml.open("li", &[]);
        xml.element("a", &[("href", targets.href(section.id, None).as_str())], &info.title);
        xml.text(&format!(" · {}", resolved.words.news_of(chapter.passages)));
        xml.close("li");
    }
    xml.close("ul");
    xml.close("section");
    xml.line();
    Some(Written { personal: false, ..made(resolved, NEWS, &title, Division::Front, xml) })
}

/// How this copy was made.
pub(super) fn colophon(resolved: &Resolved, parts: &Parts) -> Written {
    let selection = &resolved.document.selection;
    let words = &resolved.words;
    let families = &parts.theme.fonts;
    let mut fonts: Vec<&str> = Vec::new();
    for family in [&families.text, &families.sans, &families.mono] {
        if !fonts.contains(&family.as_str()) {
            fonts.push(family);
        }
    }
    let edition = selection.manuscript.book.edition.as_ref().map(|edition| format!("{} {edition}", words.edition));
    let copy = selection.reader.copy.map(|copy| format!("{} {copy}", words.copy));
    let made_with = format!("handbook {}", env!("CARGO_PKG_VERSION"));
    let mut xml = Markup::new();
    xml.open("section", &[("epub:type", "colophon"), ("role", "doc-colophon"), ("class", "colophon"), ("aria-labelledby", "colophon")]);
    xml.line();
    xml.element("h1", &[("id", "colophon")], &words.colophon);
    xml.line();
    for line in [Some(full_title(resolved)), edition].into_iter().flatten() {
        xml.element("p", &[], &line);
        xml.line();
    }
    prepared(resolved, &mut xml);
    let rest = [copy, Some(words.set_in.replace("{}", &fonts.join(", "))), Some(words.made_with.replace("{}", &made_with))];
    for line in rest.into_iter().flatten() {
        xml.element("p", &[], &line);
        xml.line();
    }
    xml.close("section");
    xml.line();
    made(resolved, COLOPHON, &words.colophon, Division::Back, xml)
}

/// The page that opens the part which begins with a section.
pub(super) fn part(resolved: &Resolved, targets: &Targets<'_>, section: usize) -> Option<Written> {
    let (number, title) = resolved.sections.get(section)?.part.as_ref()?;
    let mut xml = Markup::new();
    xml.open("section", &[("epub:type", "part"), ("role", "doc-part"), ("class", "part"), ("aria-labelledby", "part")]);
    xml.line();
    if !number.is_empty() {
        xml.element("p", &[("class", "chapter-label")], number);
        xml.line();
    }
    xml.element("h1", &[("id", "part")], title);
    xml.line();
    xml.close("section");
    xml.line();
    let mut written = made(resolved, &targets.part_file(section), title, Division::Body, xml);
    written.personal = false;
    written.characters.prose.extend(number.chars().chain(title.chars()));
    Some(written)
}

/// Title and subtitle in one line.
pub(super) fn full_title(resolved: &Resolved) -> String {
    let book = &resolved.book;
    if book.subtitle.is_empty() { book.title.clone() } else { format!("{}. {}", book.title, book.subtitle) }
}

fn made(resolved: &Resolved, file: &str, title: &str, division: Division, xml: Markup) -> Written {
    let xhtml = page::file(&resolved.book.language, resolved.book.direction, title, division, &xml.finish());
    Written { file: file.to_string(), xhtml, personal: true, ..Written::default() }
}
