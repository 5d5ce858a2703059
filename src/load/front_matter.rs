//! What stands at the head of a chapter: strict in a project with a manifest, anything in other people's books.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};
use crate::yaml::Value;
use crate::yaml::strict::{Document, Item, Mapping};

use super::check::{is_language_tag, stage_range};
use super::manuscript::{FrontMatter, Text};
use super::text_file::TextFile;

/// What front matter may name in a project with a manifest.
pub(super) struct Names<'a> {
    /// Ids of the stages, in order.
    pub(super) stages: &'a [String],
    /// Ids of the paths.
    pub(super) paths: &'a [String],
}

/// A chapter's file taken apart.
pub(super) struct Chapter {
    /// What stood at its head.
    pub(super) meta: FrontMatter,
    /// The rest, with the lines it came from.
    pub(super) text: Text,
}

/// The head of a file between its fences.
struct Head<'a> {
    /// What stands between the fences.
    inner: &'a str,
    /// What comes after.
    body: &'a str,
    /// The line on which that begins.
    body_line: u32,
}

/// Divides a file at a head fenced by lines of `fence`. `None` when there is no such head.
fn head<'a>(text: &'a str, fence: &str) -> Option<Head<'a>> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == fence)?;
    let start = first.len();
    let mut at = start;
    for (number, line) in lines.enumerate() {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            let body = text.get(at + line.len()..)?;
            return Some(Head { inner: text.get(start..at)?, body, body_line: number as u32 + 3 });
        }
        at += line.len();
    }
    None
}

/// Says of a text that begins as front matter does, but for its first line of dashes: until a line of dashes all lines are keys that are
/// known, with their values.
fn beheaded(file: &TextFile) -> Option<Diagnostic> {
    const KEYS: [&str; 10] = ["title", "summary", "stages", "paths", "keywords", "milestone", "language", "split", "layout", "description"];
    let end = file.text.lines().take(30).position(|line| line.trim_end() == "---").filter(|end| *end > 0)?;
    let mut lines = file.text.lines().take(end);
    let key = |line: &str| line.split_once(':').is_some_and(|(key, rest)| KEYS.contains(&key) && (rest.is_empty() || rest.starts_with(' ')));
    let goes_on = |line: &str| line.starts_with([' ', '-', '#']) && !line.starts_with("# ");
    if !lines.next().is_some_and(key) || !lines.all(|line| key(line) || goes_on(line)) {
        return None;
    }
    let first = file.text.lines().next().unwrap_or_default().to_string();
    let place = Place { file: file.name.clone(), line: 1, column: 0, cut: 0, text: first };
    Some(Diagnostic::error(Code::FrontMatterOpen, "the front matter has no beginning").at(place).hint("begin it with a line of three dashes, `---`"))
}

/// Says of a text that begins with front matter but for blank lines above it: that makes a rule and a paragraph of it.
fn sunken(file: &TextFile) -> Option<Diagnostic> {
    let above = file.text.lines().take_while(|line| line.trim().is_empty()).count();
    let mut lines = file.text.lines().skip(above);
    if above == 0 || lines.next().is_none_or(|line| line.trim_end() != "---") {
        return None;
    }
    let inner: Vec<&str> = lines.by_ref().take(40).take_while(|line| line.trim_end() != "---").collect();
    let is_key = |line: &&str| line.split_once(':').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    let closed = file.text.lines().nth(above + 1 + inner.len()).is_some_and(|line| line.trim_end() == "---");
    if !closed || !inner.first().is_some_and(is_key) {
        return None;
    }
    let place = Place { file: file.name.clone(), line: above as u32 + 1, column: 0, cut: 0, text: "---".to_string() };
    let problem = Diagnostic::error(Code::FrontMatterOpen, "the front matter does not begin in the first line");
    Some(problem.at(place).hint("take out the blank lines above it"))
}

/// Reads a chapter of a project with a manifest: unknown keys are errors.
pub(super) fn strict(file: &TextFile, names: &Names<'_>, diagnostics: &mut Diagnostics) -> Chapter {
    let Some(head) = head(&file.text, "---") else {
        if file.text.lines().next().is_some_and(|line| line.trim_end() == "---") {
            let place = Place { file: file.name.clone(), line: 1, column: 0, cut: 0, text: "---".to_string() };
            diagnostics.push(Diagnostic::error(Code::FrontMatterOpen, "the front matter has no end").at(place).hint("end it with a line of three dashes"));
        }
        beheaded(file).or_else(|| sunken(file)).into_iter().for_each(|problem| diagnostics.push(problem));
        return Chapter { meta: FrontMatter::default(), text: Text::whole(file.id, &file.text, 1) };
    };
    let doc = Document::new(&file.name, head.inner, 2);
    let meta = match doc.parse() {
        Some(node) if node.value == Value::Null => FrontMatter::default(),
        Some(node) => Item::root(&doc, &node).mapping("front matter").map(|map| known_keys(map, names)).unwrap_or_default(),
        None => FrontMatter::default(),
    };
    doc.finish(diagnostics);
    Chapter { meta, text: Text::whole(file.id, head.body, head.body_line) }
}

/// Keys that stand in the front matter of texts which were written for other tools: they are no slips of the hand.
const ELSEWHERE: [&str; 62] = [
    "aliases",
    "author",
    "authors",
    "bibliography",
    "categories",
    "category",
    "comments",
    "cover",
    "created",
    "csl",
    "cssclass",
    "cssclasses",
    "date",
    "description",
    "documentclass",
    "draft",
    "excerpt",
    "featured",
    "fontsize",
    "format",
    "geometry",
    "grand_parent",
    "has_children",
    "has_toc",
    "header-includes",
    "hide",
    "icon",
    "id",
    "image",
    "images",
    "keyword",
    "last_modified_at",
    "lastmod",
    "layout",
    "menu",
    "modified",
    "nav_order",
    "order",
    "output",
    "pagination_next",
    "pagination_prev",
    "parent",
    "permalink",
    "position",
    "publish",
    "published",
    "redirect_from",
    "redirect_to",
    "series",
    "sidebar",
    "sidebar_label",
    "sidebar_position",
    "slug",
    "status",
    "tag",
    "tags",
    "template",
    "thumbnail",
    "toc",
    "type",
    "updated",
    "weight",
];

fn known_keys(map: Mapping<'_>, names: &Names<'_>) -> FrontMatter {
    let mut meta = FrontMatter {
        title: map.text("title"),
        summary: map.text("summary"),
        stages: map.get("stages").and_then(|item| {
            let range = stage_range(&item.text()?, names.stages);
            range.map_err(|(message, hint)| item.error(Code::StageRange, message, hint)).ok()
        }),
        paths: map.get("paths").map(|item| path_ids(item, names)).unwrap_or_default(),
        keywords: map.get("keywords").map(|item| item.texts()).unwrap_or_default(),
        milestones: map.get("milestone").map(|item| item.texts()).unwrap_or_default(),
        language: map.get("language").and_then(language),
        split: map.get("split").is_some_and(split),
        other: BTreeMap::new(),
    };
    meta.other = map.pass_over(&ELSEWHERE).into_iter().map(|(key, _)| (key.to_string(), String::new())).collect();
    map.finish();
    meta
}

fn path_ids(item: Item<'_>, names: &Names<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    for one in item.list(true) {
        let Some(id) = one.required_text() else { continue };
        if names.paths.contains(&id) {
            ids.push(id);
            continue;
        }
        let hint = match nearest(&id, names.paths.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the manifest has the paths {}", listed(names.paths)),
        };
        one.error(Code::PathUnknown, format!("there is no path `{id}`"), hint);
    }
    ids
}

/// Whether files with several first-level headings are several chapters.
pub(super) fn split(item: Item<'_>) -> bool {
    let said = item.text().unwrap_or_default();
    if !matches!(said.as_str(), "" | "heading" | "false") {
        item.error(Code::ValueKind, format!("`split` must be `heading`, and here is `{said}`"), "each first-level heading of the file then begins a chapter");
    }
    said == "heading"
}

/// A language tag, checked.
pub(super) fn language(item: Item<'_>) -> Option<String> {
    let tag = item.text()?;
    if is_language_tag(&tag) {
        return Some(tag);
    }
    item.error(Code::LanguageTag, format!("`{tag}` is not a language tag"), language_hint(&tag));
    None
}

/// What to do about a language tag that is none.
pub(crate) fn language_hint(tag: &str) -> String {
    let dashed = tag.replace('_', "-");
    let named = LANGUAGES.iter().find(|(_, names)| names.split(' ').any(|name| name == tag.trim().to_lowercase())).map(|(tag, _)| *tag);
    match named {
        Some(tag) => format!("write it `{tag}`"),
        None if is_language_tag(&dashed) => format!("write it `{dashed}`"),
        None => "write it like `en`, `en-GB` or `pt-BR` (BCP 47)".to_string(),
    }
}

/// What languages are called in English and by themselves.
const LANGUAGES: [(&str, &str); 26] = [
    ("ar", "arabic العربية"),
    ("cs", "czech čeština"),
    ("da", "danish dansk"),
    ("de", "german deutsch"),
    ("el", "greek ελληνικά"),
    ("en", "english"),
    ("es", "spanish español"),
    ("fa", "persian farsi فارسی"),
    ("fi", "finnish suomi"),
    ("fr", "french français"),
    ("he", "hebrew עברית"),
    ("hu", "hungarian magyar"),
    ("it", "italian italiano"),
    ("ja", "japanese 日本語"),
    ("ko", "korean 한국어"),
    ("nb", "norwegian norsk"),
    ("nl", "dutch nederlands"),
    ("pl", "polish polski"),
    ("pt", "portuguese português"),
    ("ro", "romanian română"),
    ("ru", "russian русский"),
    ("sv", "swedish svenska"),
    ("tr", "turkish türkçe"),
    ("uk", "ukrainian українська"),
    ("cy", "welsh cymraeg"),
    ("zh", "chinese 中文 汉语"),
];

/// Reads a chapter of somebody else's book: title, summary and language are used, everything else is kept.
/// What begins as front matter and cannot be read is passed over with a warning, except for its title, which is taken as it is written;
/// anything else between two lines of dashes is text, as it is for any Markdown reader.
pub(super) fn foreign(file: &TextFile, diagnostics: &mut Diagnostics) -> Chapter {
    let read = yaml_head(file).or_else(|| toml_head(file)).or_else(|| broken_head(file, diagnostics));
    if read.is_none() {
        beheaded(file).into_iter().for_each(|problem| diagnostics.push(Diagnostic { severity: crate::diag::Severity::Warning, ..problem }));
    }
    read.unwrap_or_else(|| Chapter { meta: FrontMatter::default(), text: Text::whole(file.id, &file.text, 1) })
}

/// Front matter that is no YAML: its first line that is no comment has a key.
fn broken_head(file: &TextFile, diagnostics: &mut Diagnostics) -> Option<Chapter> {
    let head = head(&file.text, "---")?;
    let is_key = |key: &str| key.starts_with(|c: char| c.is_alphabetic()) && key.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c)) && key.len() <= 40;
    let first = head.inner.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let (key, rest) = first.split_once(':')?;
    if !is_key(key) || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let (line, column, why) = match crate::yaml::parse(head.inner) {
        Err(problem) => {
            let (line, column) = problem.position.unwrap_or((1, 0));
            (line, column, problem.message)
        }
        Ok(_) => (1, 0, "it must be keys with values".to_string()),
    };
    let text = head.inner.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
    let place = Place { file: file.name.clone(), line: line + 1, column, cut: 0, text };
    let title = head.inner.lines().find_map(|line| line.strip_prefix("title:")).map(|title| title.trim().trim_matches(['"', '\'']).trim().to_string());
    let title = title.filter(|title| !title.is_empty());
    let taken = if title.is_some() { "only its title is used, as it is written" } else { "nothing of it is used" };
    let hint = "put a value that holds a colon or begins with a mark in quotes: `title: \"One: two\"`";
    diagnostics.push(Diagnostic::warning(Code::YamlSyntax, format!("the front matter cannot be read, {taken}: {why}")).at(place).hint(hint));
    Some(Chapter { meta: FrontMatter { title, ..FrontMatter::default() }, text: Text::whole(file.id, head.body, head.body_line) })
}

fn yaml_head(file: &TextFile) -> Option<Chapter> {
    let head = head(&file.text, "---")?;
    // What is wrong with it is said by whoever finds that no head can be read.
    let doc = Document::new(&file.name, head.inner, 2);
    let node = doc.parse()?;
    let map = Item::root(&doc, &node).mapping("front matter")?;
    let meta = FrontMatter {
        title: map.text("title"),
        summary: map.text("summary").or_else(|| map.text("description")),
        language: map.text("language").or_else(|| map.text("lang")).filter(|tag| is_language_tag(tag)),
        split: map.text("split").is_some_and(|split| split == "heading"),
        other: map.others().into_iter().map(|(key, value)| (key.to_string(), value.text().unwrap_or_default())).collect(),
        ..FrontMatter::default()
    };
    Some(Chapter { meta, text: Text::whole(file.id, head.body, head.body_line) })
}

fn toml_head(file: &TextFile) -> Option<Chapter> {
    let head = head(&file.text, "+++")?;
    let table: toml::Table = head.inner.parse().ok()?;
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_string);
    let other = table.iter().filter(|(key, _)| !matches!(key.as_str(), "title" | "description"));
    let meta = FrontMatter {
        title: text("title"),
        summary: text("description"),
        other: other.map(|(key, value)| (key.clone(), value.to_string())).collect(),
        ..FrontMatter::default()
    };
    Some(Chapter { meta, text: Text::whole(file.id, head.body, head.body_line) })
}

/// Says once what the front matter of somebody else's book holds that is not used, and where it first stands.
pub(super) fn warn_of_foreign<'a>(chapters: impl Iterator<Item = (&'a str, &'a FrontMatter)>, diagnostics: &mut Diagnostics) {
    let mut keys: Vec<&str> = Vec::new();
    let mut first = None;
    for (name, meta) in chapters.filter(|(_, meta)| !meta.other.is_empty()) {
        first.get_or_insert(name);
        keys.extend(meta.other.keys().map(String::as_str));
    }
    keys.sort_unstable();
    keys.dedup();
    let Some(name) = first else { return };
    let shown: Vec<&str> = keys.iter().copied().take(8).collect();
    let more = if keys.len() > shown.len() { format!(" and {} more", keys.len() - shown.len()) } else { String::new() };
    let message = format!("front matter is kept but not used: {}{more}", listed(&shown));
    diagnostics.push(Diagnostic::warning(Code::FrontMatterUnused, message).at(Place::file(name)).hint("`title`, `summary` and `language` are used"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Sources;

    fn file(text: &str) -> TextFile {
        let mut sources = Sources::default();
        let id = sources.add("a.md", text);
        TextFile { id, name: "a.md".into(), text: text.into() }
    }

    #[test]
    fn heads_are_told_from_rules() {
        let foreign = |file: &TextFile| foreign(file, &mut Diagnostics::new());
        let chapter = foreign(&file("---\ntitle: A\nlayout: x\n---\n\n# A\n"));
        assert_eq!((chapter.meta.title.as_deref(), chapter.meta.other.get("layout").map(String::as_str)), (Some("A"), Some("x")));
        assert_eq!((chapter.text.text.as_str(), chapter.text.origin.first()), ("\n# A\n", Some(&(file("").id, 5))));
        let ruled = "---\nOnly text between rules.\n---\n";
        assert_eq!(foreign(&file(ruled)).text.text, ruled);
        assert_eq!(foreign(&file("+++\ntitle = \"B\"\n+++\nText\n")).meta.title.as_deref(), Some("B"));
    }

    #[test]
    fn a_head_without_its_first_line_is_told() {
        for wrong in ["title: A\nsummary: B\n---\n\n# A\n", "title: A\nmilestone:\n  - x\n---\n"] {
            assert!(beheaded(&file(wrong)).is_some(), "{wrong}");
        }
        for right in ["Note: A\n---\n", "title: A\n\nText.\n", "# A\n\n---\n", "title: A\nA text that goes on.\n---\n", "---\ntitle: A\n---\n"] {
            assert!(beheaded(&file(right)).is_none(), "{right}");
        }
    }

    #[test]
    fn broken_heads_are_no_text() {
        let read = |text: &str| {
            let mut diagnostics = Diagnostics::new();
            let chapter = foreign(&file(text), &mut diagnostics);
            let said: Vec<(u32, u32)> = diagnostics.iter().map(|d| d.place.as_ref().map_or((0, 0), |p| (p.line, p.column))).collect();
            (chapter.meta.title, chapter.text.text, said)
        };
        let (title, text, said) = read("---\ntitle: My chapter: a subtitle\nauthor: me\n---\nText\n");
        assert_eq!((title.as_deref(), text.as_str(), said.as_slice()), (Some("My chapter: a subtitle"), "Text\n", &[(2, 18)][..]));
        let (title, text, said) = read("---\nlayout: post\ntags: [a, b\ntitle: \"One\"\n---\nText\n");
        assert_eq!((title.as_deref(), text.as_str(), said.len()), (Some("One"), "Text\n", 1));
        let (title, text, said) = read("---\nkey: @at\n---\nText\n");
        assert_eq!((title, text.as_str(), said.len()), (None, "Text\n", 1));
        // What is sound YAML is front matter, whatever it was meant to be.
        let (title, text, said) = read("---\nNote: well, *this* is text.\n---\n");
        assert_eq!((title, text.as_str(), said.len()), (None, "", 0));
    }

    #[test]
    fn strict_heads_collect_all_mistakes() {
        let mut diagnostics = Diagnostics::new();
        let names = Names { stages: &["one", "two", "three", "four", "five"].map(String::from), paths: &["fractional-cto".to_string()] };
        let text = "---\ntitel: A\nstages: 3..9\npaths: [fractional]\nlanguage: en_GB\nkeywords: { a: b }\n---\nText\n";
        let chapter = strict(&file(text), &names, &mut diagnostics);
        assert_eq!(chapter.text.text, "Text\n");
        let said: Vec<String> = diagnostics.iter().map(|d| format!("{}: {}", d.place.as_ref().map_or(0, |p| p.line), d.message)).collect();
        assert_eq!(
            said,
            [
                "2: unknown key `titel`",
                "3: there is no stage 9",
                "4: there is no path `fractional`",
                "5: `en_GB` is not a language tag",
                "6: `keywords` must be a list, and here is keys with values"
            ]
        );
    }
}
