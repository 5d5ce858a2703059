//! The chapters that a manifest names: its lists, with what each entry says.

use std::collections::BTreeSet;

use crate::diag::{Code, Place};
use crate::load::assets::{Assets, relative_to};
use crate::load::check::is_id;
use crate::load::manuscript::Role;
use crate::load::patterns::{self, is_pattern};
use crate::yaml::strict::{Item, Mapping};

/// A chapter that the manifest names.
#[derive(Clone)]
pub(super) struct Listed {
    pub(super) role: Role,
    pub(super) path: String,
    /// Where it is named.
    pub(super) place: Place,
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) years: String,
    /// Title of the part that begins with it.
    pub(super) part: Option<String>,
}

/// All chapters in the book's order, with what the manifest says of each.
pub(super) fn listed_chapters(map: &Mapping<'_>, assets: &Assets) -> Vec<Listed> {
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
