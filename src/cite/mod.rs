//! Stage 3½, *cite*: what cites works becomes text, links and notes like any other, and the works that are cited a list.
//!
//! The tree is changed before anything in it is numbered, so that neither the steps after this one nor the two writers know more of
//! citations than that a list of works is one. Which number or which letter a work gets depends on all that are cited in this reader's
//! book, and in which order: so this step sees the whole document. Chapters that cite nothing stay as they were parsed.
//!
//! The styles are those of the Citation Style Language (CSL 1.0.2), carried out by hayagriva.

mod render;
mod replace;

use std::collections::BTreeMap;
use std::sync::Arc;

use hayagriva::citationberg::taxonomy::Locator;
use hayagriva::citationberg::{CitationFormat, LocaleCode, StyleCategory, StyleClass};
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, CitePurpose, Entry, LocatorPayload, SpecificLocator};

use crate::diag::{Code, Diagnostic, Diagnostics, Warned, nearest};
use crate::load::{Pos, Works};
use crate::panics::guarded;
use crate::parse::{BlockKind, Citation, Document, InlineKind, Node, NodeId, Section, walk};

pub(crate) use render::link_role;
use render::{Cited, Rendering};

/// A citation in its place.
struct Mention<'d> {
    id: NodeId,
    citation: &'d Citation,
    pos: Pos,
    /// It stands in a note already.
    in_note: bool,
}

/// Carries out the citations of a document, if its book has works to cite.
///
/// # Errors
/// A key that no work has.
pub fn cite(document: Document) -> Result<Warned<Document>, Diagnostics> {
    let Some(works) = document.selection.manuscript.works.clone() else { return Ok(Warned { value: document, warnings: Diagnostics::new() }) };
    let mut found = Diagnostics::new();
    let mentions = mentions(&document);
    let sources = &document.selection.manuscript.sources;
    for mention in &mentions {
        for work in mention.citation.works.iter().filter(|work| works.library.get(&work.key).is_none()) {
            let hint = match nearest(&work.key, works.library.keys()) {
                Some(near) => format!("did you mean `@{near}`?"),
                None => "add it to the bibliography; an `@` that is none is written `\\@`".to_string(),
            };
            found.push(Diagnostic::error(Code::CitationUnknown, format!("no work has the key `{}`", work.key)).at(sources.place(mention.pos)).hint(hint));
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    let marked = document.sections.iter().any(|section| has_list(section));
    if mentions.is_empty() && !marked {
        return Ok(Warned { value: document, warnings: found });
    }
    let language = document.selection.manuscript.book.language.clone();
    let Ok(rendering) = guarded(|| rendered(&works, &mentions, &language)) else {
        found.push(Diagnostic::error(Code::CitationStyle, "the style of citations failed on these works").hint("try another style, and report this one"));
        return Err(found);
    };
    let words = document.selection.manuscript.book.words();
    let document = replace::carried_out(document, &rendering, works.style.settings.class == StyleClass::Note, marked, &words.works);
    Ok(Warned { value: document, warnings: found })
}

fn has_list(section: &Section) -> bool {
    let mut found = false;
    walk(section, &mut |node| {
        if let Node::Block(block) = node {
            found |= matches!(block.kind, BlockKind::Bibliography);
        }
    });
    found
}

/// All citations in the order of the document. Those in notes come where the notes stand in the tree.
fn mentions(document: &Document) -> Vec<Mention<'_>> {
    let mut out = Vec::new();
    for section in document.sections.iter() {
        let mut in_note = false;
        walk(section, &mut |node| match node {
            // Notes come last in a section.
            Node::Note(_) => in_note = true,
            Node::Inline(inline) => {
                if let InlineKind::Citation(citation) = &inline.kind {
                    out.push(Mention { id: inline.id, citation, pos: inline.pos, in_note });
                }
            }
            _ => {}
        });
    }
    out
}

/// Locators as people write them, in the languages of most styles.
const LOCATORS: [(&str, Locator); 42] = [
    ("pages", Locator::Page),
    ("page", Locator::Page),
    ("pp.", Locator::Page),
    ("p.", Locator::Page),
    ("S.", Locator::Page),
    ("chapters", Locator::Chapter),
    ("chapter", Locator::Chapter),
    ("chaps.", Locator::Chapter),
    ("chap.", Locator::Chapter),
    ("ch.", Locator::Chapter),
    ("Kap.", Locator::Chapter),
    ("sections", Locator::Section),
    ("section", Locator::Section),
    ("secs.", Locator::Section),
    ("sec.", Locator::Section),
    ("§§", Locator::Section),
    ("§", Locator::Section),
    ("figures", Locator::Figure),
    ("figure", Locator::Figure),
    ("figs.", Locator::Figure),
    ("fig.", Locator::Figure),
    ("volumes", Locator::Volume),
    ("volume", Locator::Volume),
    ("vols.", Locator::Volume),
    ("vol.", Locator::Volume),
    ("paragraphs", Locator::Paragraph),
    ("paragraph", Locator::Paragraph),
    ("paras.", Locator::Paragraph),
    ("para.", Locator::Paragraph),
    ("¶¶", Locator::Paragraph),
    ("¶", Locator::Paragraph),
    ("lines", Locator::Line),
    ("line", Locator::Line),
    ("ll.", Locator::Line),
    ("notes", Locator::Note),
    ("note", Locator::Note),
    ("part", Locator::Part),
    ("book", Locator::Book),
    ("verse", Locator::Verse),
    ("table", Locator::Table),
    ("folio", Locator::Folio),
    ("column", Locator::Column),
];

/// Divides what stands behind a work into the place in it and the rest: `pp. 33–35 and passim`.
fn located(suffix: &str) -> (Option<(Locator, &str)>, &str) {
    let named = LOCATORS.iter().find_map(|(word, locator)| {
        let rest =
            suffix.strip_prefix(word).or_else(|| suffix.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).map(|_| &suffix[word.len()..]))?;
        let value = rest.trim_start();
        (value.len() < rest.len() || !word.ends_with(char::is_alphabetic)).then_some((*locator, value))
    });
    let (locator, value) = named.unwrap_or((Locator::Page, suffix));
    // Numbers, also Roman ones, with what lies between and joins them.
    let mut end = 0;
    for (at, word) in words_with_places(value) {
        let bare = word.trim_end_matches([',', ';', '.']);
        let number = bare.chars().any(|c| c.is_ascii_digit()) || !bare.is_empty() && bare.chars().all(|c| "ivxlcIVXLC".contains(c));
        let joins = matches!(word, "&" | "–" | "-" | "—");
        if number || joins && end > 0 {
            end = at + word.len();
        } else {
            break;
        }
    }
    let found = value[..end].trim().trim_end_matches([',', ';', '&', '–', '-']).trim_end();
    if found.is_empty() {
        return (None, suffix);
    }
    (Some((locator, found)), value[end..].trim().trim_start_matches(',').trim())
}

fn words_with_places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Every citation and the list of works, as the style has them.
fn rendered(works: &Works, mentions: &[Mention<'_>], language: &str) -> Rendering {
    let notes = works.style.settings.class == StyleClass::Note;
    // A number says nothing of the author anyhow.
    let is_number = |category: &StyleCategory| matches!(category, StyleCategory::CitationFormat { format: CitationFormat::Numeric | CitationFormat::Label });
    let plain = notes || works.style.info.category.iter().any(is_number);
    let locales = hayagriva::archive::locales();
    let locale = Some(LocaleCode(language.to_string()));
    let mut driver: BibliographyDriver<'_, Entry> = BibliographyDriver::new();
    for (number, mention) in mentions.iter().enumerate() {
        let items = mention.citation.works.iter().enumerate().filter_map(|(at, work)| {
            let entry = works.library.get(&work.key)?;
            let locator = located(&work.suffix).0.map(|(locator, value)| SpecificLocator(locator, LocatorPayload::Str(value)));
            let purpose = match (plain, work.hide_author) {
                (true, true) => None,
                (true, false) if notes => None,
                (false, true) => Some(CitePurpose::Year),
                (_, false) => (mention.citation.textual && at == 0).then_some(CitePurpose::Prose),
            };
            Some(CitationItem::new(entry, locator, locale.clone(), false, purpose))
        });
        driver.citation(CitationRequest::new(items.collect(), &works.style, locale.clone(), &locales, Some(number + 1)));
    }
    // Where a note holds the work, the sentence still names its author. These come last, so that they change nothing for the notes.
    let named: Vec<&Mention<'_>> = mentions.iter().filter(|mention| notes && mention.citation.textual).collect();
    for mention in &named {
        let first = mention.citation.works.first().and_then(|work| works.library.get(&work.key));
        let items = first.map(|entry| CitationItem::new(entry, None, locale.clone(), false, Some(CitePurpose::Author)));
        driver.citation(CitationRequest::new(items.into_iter().collect(), &works.style, locale.clone(), &locales, None));
    }
    let rendered = driver.finish(BibliographyRequest::new(&works.style, locale, &locales));
    let mut keys = BTreeMap::new();
    for mention in mentions {
        for work in &mention.citation.works {
            let next = keys.len() + 1;
            keys.entry(work.key.clone()).or_insert(next);
        }
    }
    let mut authors: BTreeMap<NodeId, String> = BTreeMap::new();
    for (mention, one) in named.iter().zip(rendered.citations.iter().skip(mentions.len())) {
        authors.insert(mention.id, crate::parse::plain_text(&render::citation(mention.citation, &one.citation, mention.pos, &keys, true)));
    }
    let citations = mentions.iter().zip(&rendered.citations).enumerate().map(|(number, (mention, one))| {
        let text = render::citation(mention.citation, &one.citation, mention.pos, &keys, plain);
        (mention.id, Cited { number, text, in_note: mention.in_note, author: authors.get(&mention.id).cloned() })
    });
    let list = rendered.bibliography.as_ref().map(|list| list.items.iter().map(|item| render::work(item, &keys)).collect()).unwrap_or_default();
    Rendering { citations: citations.collect(), list, keys }
}

/// Shared parts of the tree, each once.
type Sections = Vec<Arc<Section>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_works_are_told_from_what_follows() {
        assert_eq!(located("pp. 33-35, 38 and passim"), (Some((Locator::Page, "33-35, 38")), "and passim"));
        assert_eq!(located("12"), (Some((Locator::Page, "12")), ""));
        assert_eq!(located("ch. 3"), (Some((Locator::Chapter, "3")), ""));
        assert_eq!(located("§ 4 & 5"), (Some((Locator::Section, "4 & 5")), ""));
        assert_eq!(located("p. iv"), (Some((Locator::Page, "iv")), ""));
        assert_eq!(located("and others"), (None, "and others"));
        assert_eq!(located(""), (None, ""));
    }
}
