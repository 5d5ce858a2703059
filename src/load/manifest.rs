//! `handbook.yaml`: the manifest of a project, and the chapters that it names.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};
use crate::length::Size;
use crate::theme::Theme;
use crate::words::own;
use crate::yaml::strict::{Document, Item, Mapping};

use super::assets::{AssetError, Assets, relative_to};
use super::check::{PAGE_HINT, empty_chapter, is_date, is_id, is_identifier, is_isbn, page, page_of};
use super::elsewhere;
use super::front_matter::{self, Names, language};
use super::heading;
use super::manuscript::{Ask, BookInfo, ChapterId, ChapterSource, Extra, Manuscript, Mathematics, OwnPage, Pos, ProjectKind, Role, Sources, Stage};
use super::patterns::{self, is_pattern};
use super::split::{divided, whole_path};
use super::text_file::{Reading, TextFile};
use super::works;

/// The manifest's name.
pub(super) const FILE: &str = "handbook.yaml";

/// The names that it may have.
pub(super) const FILES: [&str; 2] = [FILE, "handbook.yml"];

/// Whether a folder has a manifest.
pub(super) fn is_here(folder: &std::path::Path) -> bool {
    FILES.iter().any(|file| folder.join(file).is_file())
}

/// What to say of a folder with a file that is called nearly as a manifest is: `handbook.yaml.txt`, which some programs make of the name,
/// or `Handbook.yaml`.
pub(super) fn looks_like_one(folder: &std::path::Path) -> Option<Diagnostic> {
    let mut names: Vec<String> = std::fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let is_near = |name: &&String| {
        let small = name.to_lowercase();
        FILES.iter().any(|file| small == *file || small.strip_prefix(file).is_some_and(|rest| matches!(rest, ".txt" | ".yaml" | ".yml" | ".md")))
    };
    let near = names.iter().find(is_near).filter(|_| !is_here(folder))?;
    let problem = Diagnostic::error(Code::ProjectNotBook, format!("there is no `{FILE}` here, and `{near}` looks as if it were meant to be one"));
    Some(problem.at(Place::file(near)).hint(format!("call it `{FILE}`")))
}

/// The name that the project's manifest has.
fn named(assets: &Assets, diagnostics: &mut Diagnostics) -> &'static str {
    let there: Vec<&str> = FILES.into_iter().filter(|file| assets.read(file) != Err(AssetError::Missing)).collect();
    if let [one, other] = there.as_slice() {
        let message = format!("there are two manifests, `{one}` and `{other}`");
        diagnostics.push(Diagnostic::error(Code::ManifestTwice, message).at(Place::file(other)).hint("keep one of them"));
    }
    FILES.into_iter().find(|file| there.contains(file)).unwrap_or(FILE)
}

/// A chapter that the manifest names.
#[derive(Clone)]
struct Listed {
    role: Role,
    path: String,
    /// Where it is named.
    place: Place,
    id: String,
    title: Option<String>,
    years: String,
    /// Title of the part that begins with it.
    part: Option<String>,
}

/// Everything the manifest says.
struct Manifest {
    book: BookInfo,
    listed: Vec<Listed>,
    /// Files with several first-level headings are several chapters.
    split: bool,
}

/// Reads a project with a manifest.
pub(super) fn load(kind: ProjectKind, name: String, assets: Assets, diagnostics: &mut Diagnostics) -> Option<Manuscript> {
    let mut reading = Reading { assets, prefix: String::new(), sources: Sources::default(), diagnostics };
    let name_of_file = named(&reading.assets, reading.diagnostics);
    let file = reading.text(name_of_file, &Place::file(name_of_file))?;
    let manifest = read_manifest(&file, &reading.assets, reading.diagnostics)?;
    let (listed, chapters) = read_chapters(manifest.listed, manifest.split, &mut reading);
    let works = works::read(&manifest.book.bibliography, manifest.book.citation_style.as_deref(), &Place::file(name_of_file), &mut reading);
    unlisted(&chapters, &mut reading);
    front_matter::warn_of_foreign(chapters.iter().map(|c| (c.path.as_str(), &c.meta)), reading.diagnostics);
    same_titles(&listed, &chapters, reading.diagnostics);
    if reading.diagnostics.has_errors() {
        return None;
    }
    let Reading { assets, sources, .. } = reading;
    let ladder = |wanted: fn(&Role) -> Option<usize>| entries(&listed, &chapters, wanted);
    Some(Manuscript {
        kind,
        name,
        stages: ladder(|role| if let Role::Stage(n) = role { Some(*n) } else { None })
            .map(|(chapter, listed, title)| Stage { id: listed.id.clone(), title, years: listed.years.clone(), chapter })
            .collect(),
        paths: ladder(|role| if let Role::Path(n) = role { Some(*n) } else { None })
            .map(|(chapter, listed, title)| Extra { id: listed.id.clone(), title, chapter })
            .collect(),
        guides: ladder(|role| if let Role::Guide(n) = role { Some(*n) } else { None })
            .map(|(chapter, listed, title)| Extra { id: listed.id.clone(), title, chapter })
            .collect(),
        book: manifest.book,
        chapters,
        redirects: BTreeMap::new(),
        assets,
        sources,
        works,
    })
}

/// Says which Markdown files lie among the chapters and are in no list. The project's own folder is for other things too, and what begins
/// with a line is a draft.
fn unlisted(chapters: &[ChapterSource], reading: &mut Reading<'_>) {
    // A list with a mistake in it does not tell what its author meant to name.
    if !matches!(reading.assets, Assets::Folder { .. }) || reading.diagnostics.has_errors() {
        return;
    }
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_string());
    let named: BTreeSet<String> = chapters.iter().map(|chapter| whole_path(&chapter.path)).collect();
    let folders: BTreeSet<String> = named.iter().map(|path| folder(path)).filter(|folder| !folder.is_empty()).collect();
    if folders.is_empty() {
        return;
    }
    let about = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        file.starts_with('_') || file.starts_with("readme.") || file.starts_with("index.")
    };
    let empty = |path: &str| reading.diagnostics.iter().any(|d| d.code == Code::ChapterEmpty && d.place.as_ref().is_some_and(|place| *place.file == *path));
    let (names, _) = reading.assets.markdown();
    let unused: Vec<&String> = names.iter().filter(|name| folders.contains(&folder(name)) && !named.contains(*name) && !about(name) && !empty(name)).collect();
    let Some(first) = unused.first() else { return };
    let message = match unused.len() {
        1 => format!("nothing uses `{first}`: the manifest does not name it"),
        count => format!("nothing uses {count} files among the chapters, `{first}` the first of them: the manifest does not name them"),
    };
    let hint = "name it in a list, or let a draft's name begin with `_`";
    reading.diagnostics.push(Diagnostic::warning(Code::ChapterUnlisted, message).at(Place::file(first)).hint(hint));
}

/// Says which stages have one title, which paths and which guides: contents, routes and forms call them by it, and nobody can tell them apart.
fn same_titles(listed: &[Listed], chapters: &[ChapterSource], diagnostics: &mut Diagnostics) {
    let mut met: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for (listed, chapter) in listed.iter().zip(chapters) {
        let kind = match listed.role {
            Role::Stage(_) => "stage",
            Role::Path(_) => "path",
            Role::Guide(_) => "guide",
            Role::Front | Role::Chapter { .. } | Role::Back => continue,
        };
        let title = title_of(listed, chapter);
        let alike = title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        match met.entry((kind, alike)) {
            Entry::Vacant(free) => drop(free.insert(&listed.id)),
            Entry::Occupied(other) => {
                let message = format!("the {kind}s `{}` and `{}` have one title, `{title}`", other.get(), listed.id);
                let hint = "give each a `title` that tells it from the other";
                diagnostics.push(Diagnostic::warning(Code::TitleTwice, message).at(listed.place.clone()).hint(hint));
            }
        }
    }
}

/// The listed chapters of one role, each with its index and its title.
fn entries<'a>(
    listed: &'a [Listed],
    chapters: &'a [ChapterSource],
    wanted: fn(&Role) -> Option<usize>,
) -> impl Iterator<Item = (ChapterId, &'a Listed, String)> {
    listed
        .iter()
        .zip(chapters)
        .enumerate()
        .filter(move |(_, (listed, _))| wanted(&listed.role).is_some())
        .map(|(at, (listed, chapter))| (ChapterId(at), listed, title_of(listed, chapter)))
}

fn title_of(listed: &Listed, chapter: &ChapterSource) -> String {
    let own = || chapter.meta.title.clone().or_else(|| heading::first(&chapter.text.text));
    listed.title.clone().or_else(own).unwrap_or_else(|| listed.id.clone())
}

fn read_manifest(file: &TextFile, assets: &Assets, diagnostics: &mut Diagnostics) -> Option<Manifest> {
    let doc = Document::new(&file.name, &file.text, 1);
    let manifest = doc.parse().and_then(|node| {
        if node.value == crate::yaml::Value::Null {
            doc.report(
                Diagnostic::error(Code::BookEmpty, "the manifest is empty")
                    .at(Place::file(&file.name))
                    .hint("it needs a `title` and chapters, under `stages` or `chapters`"),
            );
            return None;
        }
        let map = Item::root(&doc, &node).mapping("the manifest")?;
        let book = book_info(&map, assets);
        let listed = listed_chapters(&map, assets);
        let split = map.get("split").is_some_and(front_matter::split);
        let named = ["front", "chapters", "stages", "paths", "guides", "back"].into_iter().any(|key| map.get(key).is_some_and(|item| !item.is_empty()));
        if !named {
            map.item().error(Code::BookEmpty, "the book has no chapters", "name them under `stages` or `chapters`");
        }
        if let (Some(glossary), Some(item)) = (&book.glossary, map.get("glossary"))
            && !listed.iter().any(|chapter| chapter.path == *glossary)
        {
            let hint = match nearest(glossary, listed.iter().map(|chapter| chapter.path.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name it under `back` too".to_string(),
            };
            item.error(Code::GlossaryChapter, format!("the glossary `{glossary}` is no chapter of the book"), hint);
        }
        map.finish();
        Some(Manifest { book, listed, split })
    });
    doc.finish(diagnostics);
    manifest
}

fn book_info(map: &Mapping<'_>, assets: &Assets) -> BookInfo {
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

/// All chapters in the book's order, with what the manifest says of each.
fn listed_chapters(map: &Mapping<'_>, assets: &Assets) -> Vec<Listed> {
    let mut ids: Vec<String> = Vec::new();
    let plain = |key: &'static str, role: Role| -> Vec<(Listed, Item<'_>)> {
        let items = map.get(key).map(|item| item.list(true)).unwrap_or_default();
        items.into_iter().filter_map(|item| plain_entry(item, role)).collect()
    };
    let front = plain("front", Role::Front);
    let chapters = plain("chapters", Role::Chapter { depth: 0, numbered: true });
    let back = plain("back", Role::Back);
    let mut ladder = titled_list(map, "stages", "a stage", Role::Stage, &mut ids);
    ladder.extend(titled_list(map, "paths", "a path", Role::Path, &mut ids));
    ladder.extend(titled_list(map, "guides", "a guide", Role::Guide, &mut ids));
    // What is named by itself belongs to no pattern, wherever it is named.
    let plain = || front.iter().chain(&chapters).chain(&back).map(|(listed, _)| listed);
    let mut named: BTreeSet<String> = plain().chain(&ladder).map(|listed| listed.path.clone()).filter(|path| !is_pattern(path)).collect();
    let names = if plain().any(|listed| is_pattern(&listed.path)) { assets.markdown().0 } else { Vec::new() };
    let mut expanded = |listed: Vec<(Listed, Item<'_>)>| -> Vec<Listed> {
        let mut out = Vec::with_capacity(listed.len());
        for (listed, item) in listed {
            // A file may be called like a pattern.
            if !is_pattern(&listed.path) || assets.read(&listed.path).is_ok() {
                out.push(listed);
                continue;
            }
            let files = patterns::files(&listed.path, item, &names, &named);
            named.extend(files.iter().cloned());
            let part = |at: usize| listed.part.clone().filter(|_| at == 0);
            out.extend(files.into_iter().enumerate().map(|(at, path)| Listed { path, part: part(at), ..listed.clone() }));
        }
        out
    };
    let (front, chapters, back) = (expanded(front), expanded(chapters), expanded(back));
    front.into_iter().chain(chapters).chain(ladder).chain(back).collect()
}

/// A chapter's path, which names a file.
fn file_of(item: Item<'_>, written: &str) -> Option<String> {
    let path = relative_to("", written);
    if path.is_empty() || path.ends_with("..") {
        item.error(
            Code::ChapterFolder,
            format!("`{written}` is a folder, and a chapter is a file"),
            "name the chapters one by one, or make a book of the folder: `handbook build FOLDER`",
        );
        return None;
    }
    Some(path)
}

fn plain_entry(item: Item<'_>, role: Role) -> Option<(Listed, Item<'_>)> {
    let (path, at, part) = if item.is_map() {
        let map = item.mapping("a chapter")?;
        let (part, path, at) = (map.text("part"), map.required("chapter"), map.get("chapter"));
        map.finish();
        (path?, at?, part)
    } else {
        (item.required_text()?, item, None)
    };
    Some((Listed { role, path: file_of(at, &path)?, place: at.place(), id: String::new(), title: None, years: String::new(), part }, at))
}

fn titled_list(map: &Mapping<'_>, key: &'static str, what: &'static str, role: fn(usize) -> Role, ids: &mut Vec<String>) -> Vec<Listed> {
    let items = map.get(key).map(|item| item.list(false)).unwrap_or_default();
    let mut listed = Vec::new();
    for item in items {
        if let Some(entry) = titled_entry(item, what, role(listed.len()), ids) {
            listed.push(entry);
        }
    }
    listed
}

fn titled_entry(item: Item<'_>, what: &'static str, role: Role, ids: &mut Vec<String>) -> Option<Listed> {
    let map = item.mapping(what)?;
    let id = map.required("id");
    let title = map.text("title");
    let years = if matches!(role, Role::Stage(_)) { map.text("years").map(|years| ranged(&years)).unwrap_or_default() } else { String::new() };
    let part = map.text("part");
    let chapter = map.required("chapter");
    let (id_item, chapter_item) = (map.get("id"), map.get("chapter"));
    map.finish();
    if let (Some(id), Some(at)) = (&id, id_item) {
        check_id(id, at, ids);
    }
    let (id, path, at) = (id?, chapter?, chapter_item?);
    Some(Listed { role, path: file_of(at, &path)?, place: at.place(), id, title, years, part })
}

/// Years as a page shows them, with a dash between figures: `0-3` is typed and *0–3* printed.
fn ranged(years: &str) -> String {
    let figure = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let parts: Vec<&str> = years.split('-').collect();
    let between = |pair: &[&str]| figure(pair[0].trim_end().chars().next_back()) && figure(pair[1].trim_start().chars().next());
    if parts.len() > 1 && parts.windows(2).all(between) { parts.join("–") } else { years.to_string() }
}

fn check_id(id: &str, at: Item<'_>, ids: &mut Vec<String>) {
    if !is_id(id) {
        at.error(Code::IdForm, format!("`{id}` cannot be an id"), "an id has small letters, digits and hyphens, such as `technical-lead`");
    } else if ids.iter().any(|other| other == id) {
        at.error(Code::IdTwice, format!("the id `{id}` is used twice"), "stages, paths and guides each need an id of their own");
    } else {
        ids.push(id.to_string());
    }
}

/// Reads the chapters. What is left out of the list is in neither of the two that come back.
fn read_chapters(listed: Vec<Listed>, split: bool, reading: &mut Reading<'_>) -> (Vec<Listed>, Vec<ChapterSource>) {
    let ids = |wanted: fn(&Role) -> bool| -> Vec<String> { listed.iter().filter(|l| wanted(&l.role)).map(|l| l.id.clone()).collect() };
    let (stages, paths) = (ids(|role| matches!(role, Role::Stage(_))), ids(|role| matches!(role, Role::Path(_))));
    let names = Names { stages: &stages, paths: &paths };
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    let (mut kept, mut chapters) = (Vec::with_capacity(listed.len()), Vec::with_capacity(listed.len()));
    // The part that a file without text would have opened.
    let mut part = None;
    for mut listed in listed {
        if let Some(before) = seen.insert(listed.path.clone(), listed.place.clone()) {
            let message = format!("the chapter `{}` is in the book twice", listed.path);
            reading
                .diagnostics
                .push(Diagnostic::error(Code::ChapterTwice, message).at(listed.place.clone()).hint(format!("it is named in line {} already", before.line)));
            continue;
        }
        listed.part = listed.part.or(part.take());
        if let Some(problem) = reading.elsewhere(&listed.path) {
            let stops = elsewhere::stops(&problem);
            reading.diagnostics.push(problem.at(listed.place.clone()));
            if stops {
                continue;
            }
        }
        let Some(file) = reading.text(&listed.path, &listed.place) else { continue };
        let Some(chapter) = chapter(&listed, &file, &names, reading.diagnostics) else {
            part = listed.part;
            continue;
        };
        let on_ladder = matches!(listed.role, Role::Stage(_) | Role::Path(_) | Role::Guide(_));
        let asked = (split || chapter.meta.split) && !on_ladder;
        let parts = divided(chapter, &file, asked, reading.diagnostics);
        for chapter in parts {
            kept.push(listed.clone());
            chapters.push(chapter);
        }
    }
    (kept, chapters)
}

/// A chapter. None of a file without text, unless it is a stage, a path or a guide, which readers ask for.
fn chapter(listed: &Listed, file: &TextFile, names: &Names<'_>, diagnostics: &mut Diagnostics) -> Option<ChapterSource> {
    let read = front_matter::strict(file, names, diagnostics);
    let place = || Place { file: file.name.clone(), line: 1, column: 0, cut: 0, text: file.text.lines().next().unwrap_or("").to_string() };
    if read.text.text.trim().is_empty() && read.meta.title.is_none() {
        if matches!(listed.role, Role::Front | Role::Chapter { .. } | Role::Back) {
            diagnostics.push(empty_chapter(&file.name));
            return None;
        }
        diagnostics.push(
            Diagnostic::error(Code::ChapterEmpty, format!("the chapter `{}` is empty", listed.path))
                .at(listed.place.clone())
                .hint("write it, or leave it out of the manifest"),
        );
    } else if matches!(listed.role, Role::Stage(_)) && read.meta.stages.is_some() {
        diagnostics.push(
            Diagnostic::warning(Code::StagesUnused, "`stages` has no effect in a stage's chapter")
                .at(place())
                .hint("the ladder decides who gets it: leave the key out"),
        );
    }
    Some(ChapterSource {
        path: listed.path.clone(),
        role: listed.role,
        listed_title: listed.title.clone(),
        meta: read.meta,
        pos: Pos { file: file.id, line: 1, column: 0 },
        part: listed.part.clone(),
        text: read.text,
        draft: false,
    })
}
