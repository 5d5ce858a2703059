//! `handbook.yaml`: the manifest of a project, and the chapters that it names. [`book`] reads what it says of the book, [`chapters`] its
//! lists.

mod book;
mod chapters;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, nearest};
use crate::yaml::strict::{Document, Item};

use super::assets::{AssetError, Assets};
use super::check::empty_chapter;
use super::elsewhere;
use super::front_matter::{self, Names};
use super::heading;
use super::manuscript::{BookInfo, ChapterId, ChapterSource, Extra, Manuscript, Pos, ProjectKind, Role, Sources, Stage};
use super::split::{divided, whole_path};
use super::text_file::{Reading, TextFile};
use super::works;

use book::book_info;
use chapters::{Listed, listed_chapters};

/// The manifest's name.
pub(super) const FILE: &str = "handbook.yaml";

/// The names that it may have.
pub(super) const FILES: [&str; 2] = [FILE, "handbook.yml"];

/// Whether a folder has a manifest.
pub(super) fn is_here(folder: &std::path::Path) -> bool {
    FILES.iter().any(|file| folder.join(file).is_file())
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
