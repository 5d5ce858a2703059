//! A shelf: what `bulk` made, as pages and catalogues for any web server or bucket.
//!
//! ```text
//! index.html  style.css  cover.png …  catalog.xml  catalog.json    what is everybody's
//! public/…                                                         the files of `--public`
//! r/index.html                                                     empty: nobody lists what is below
//! r/TOKEN/index.html  catalog.xml  catalog.json  NAME.pdf …        what is one reader's
//! ```

mod place;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

use maud::html;
use sha2::{Digest as _, Sha256};

use crate::bulk::manifest::{Record, Status};
use crate::diag::{Code, Diagnostic, reason};
use crate::provenance::digest::hex;

use super::catalog::{self, ATOM, Acquisition, Catalogue, JSON, Whose, segment};
use super::copies::{AGAIN, Copies};
use super::page::{FileLink, Pages, ReaderPage, STYLE};
use super::token::{LETTERS, LinksKey, nobody, page_of};

pub use place::{Folder, Place, READERS, media};

/// A file that everybody may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Public {
    /// Its name.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// All that a shelf is made of.
#[derive(Debug)]
pub struct Shelf<'s> {
    /// The copies.
    pub copies: &'s Copies,
    /// What addresses are made with.
    pub key: &'s LinksKey,
    /// What all addresses begin with, without a stroke at its end.
    pub base: &'s str,
    /// What is everybody's.
    pub public: &'s [Public],
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Readers with a page.
    pub readers: usize,
    /// Readers whose page was taken away: they are revoked, or no longer among the copies.
    pub removed: usize,
    /// Readers whose copy could not be made: what page they have stays as it is.
    pub failed: usize,
}

/// Readers by their tokens.
#[derive(Debug, Default)]
struct Readers {
    /// Who has a copy.
    made: BTreeMap<String, Record>,
    /// Whose copy could not be made.
    failed: HashSet<String>,
}

impl Shelf<'_> {
    /// Puts everything in its place, and takes away what is nobody's any more.
    ///
    /// # Errors
    /// What keeps it from being whole. All files that are there are whole.
    pub fn publish(&self, place: &dyn Place) -> Result<Published, Diagnostic> {
        let pages = Pages::new(self.copies.book.clone());
        let Readers { made, failed } = self.readers()?;
        let stays = |token: &str| made.contains_key(token) || failed.contains(token);
        self.know_somebody(place, &stays, made.len())?;
        let put = |name: &str, bytes: &[u8]| place.put(name, bytes).map_err(|error| unwritten(name, &error));
        // Before the first of the folders that it hides.
        put(&format!("{READERS}/index.html"), b"")?;
        // Whatever comes after may fail, and who is revoked must have no page then.
        let removed = self.tidy(place, &stays)?;
        put(STYLE, pages.css().as_bytes())?;
        for cover in self.copies.covers() {
            let (name, png) = cover?;
            put(name, &png)?;
        }
        for (token, record) in &made {
            self.put_reader(place, &pages, token, record)?;
        }
        self.put_front(place, &pages)?;
        Ok(Published { readers: made.len(), removed, failed: failed.len() })
    }

    /// If there are readers' pages and none of them would stay, it is rather the book that has become another one, or the key: then all
    /// addresses that were ever given away would lead nowhere, and nobody asked for that.
    fn know_somebody(&self, place: &dyn Place, stays: &dyn Fn(&str) -> bool, now: usize) -> Result<(), Diagnostic> {
        let (mut there, _) = place.names(READERS).map_err(|error| unwritten(READERS, &error))?;
        there.retain(|name| is_token(name));
        if there.len() < 2 || now == 0 || there.iter().any(|token| stays(token)) {
            return Ok(());
        }
        let problem = Diagnostic::error(Code::PublishStrange, format!("there are pages of {} readers, and none is of a reader of these copies", there.len()));
        Err(problem.hint(format!(
            "addresses change with the key, and with the book's identifier, title or authors where the manifest has no `identifier`; if these readers are all others, take `{READERS}` away first"
        )))
    }

    /// The copies by their readers' tokens.
    fn readers(&self) -> Result<Readers, Diagnostic> {
        let Readers { mut made, mut failed } = Readers::default();
        let mut public: HashMap<String, &str> = self.public.iter().map(|file| (hex(&Sha256::digest(&file.bytes)), file.name.as_str())).collect();
        for record in self.copies.records() {
            let record = record?;
            for file in &record.files {
                if let Some(name) = public.remove(&file.sha256) {
                    let problem = Diagnostic::error(Code::PublishPersonal, format!("`{name}` is the copy `{}`, and everybody could have it", record.name));
                    return Err(problem.hint("a public edition is made without a reader: `handbook build` without `--reader`"));
                }
            }
            if record.revoked {
                continue;
            }
            let Some(identity) = record.identity() else { return Err(nobody(&format!("`{}`", record.name))) };
            let token = self.key.token(&self.copies.book.identifier, identity);
            if record.status != Status::Made {
                failed.insert(token);
                continue;
            }
            if let Some(other) = made.get(&token) {
                let problem = Diagnostic::error(
                    Code::RosterReaderTwice,
                    format!("`{}` and `{}` have the same id or e-mail address, and would have the same page", other.name, record.name),
                );
                return Err(problem.hint("give each reader an id of their own, in a column `id`"));
            }
            made.insert(token, record);
        }
        Ok(Readers { made, failed })
    }

    fn put_reader(&self, place: &dyn Place, pages: &Pages, token: &str, record: &Record) -> Result<(), Diagnostic> {
        let folder = format!("{READERS}/{token}");
        let put = |name: &str, bytes: &[u8]| {
            let name = format!("{folder}/{name}");
            place.put(&name, bytes).map_err(|error| unwritten(&name, &error))
        };
        for file in &record.files {
            let bytes = self.copies.read(file).map_err(|why| Diagnostic::error(Code::CopiesUnreadable, why).hint(AGAIN))?;
            put(&file.path, &bytes)?;
        }
        let page = page_of(self.base, token);
        let catalogue = self.reader_catalogue(&page, record);
        put(ATOM, catalog::atom(&catalogue).as_bytes())?;
        put(JSON, catalog::json(&catalogue).as_bytes())?;
        let files: Vec<FileLink> = record.files.iter().map(|file| file_link(segment(&file.path), &file.path, file.bytes)).collect();
        let (name, stage) = (record.reader.as_deref(), record.stage.as_deref());
        put("index.html", pages.reader(&ReaderPage { name, stage, files: &files, catalogues: &catalog::links() }).as_bytes())?;
        let kept: BTreeSet<&str> = record.files.iter().map(|file| file.path.as_str()).chain([ATOM, JSON, "index.html"]).collect();
        let (_, files) = place.names(&folder).map_err(|error| unwritten(&folder, &error))?;
        for name in files.iter().filter(|name| !kept.contains(name.as_str())) {
            let name = format!("{folder}/{name}");
            place.remove(&name).map_err(|error| unwritten(&name, &error))?;
        }
        Ok(())
    }

    /// A reader's own catalogue.
    fn reader_catalogue(&self, page: &str, record: &Record) -> Catalogue {
        let whose = Whose { identity: record.identity().unwrap_or(&record.name), stage: record.stage.as_deref() };
        let files = record.files.iter().map(|file| acquisition(format!("{page}{}", segment(&file.path)), &file.path, file.bytes, false)).collect();
        catalog::catalogue(&self.copies.book, self.base, page, Some(whose), files)
    }

    /// The front page, with the public files and their catalogues if there are any.
    fn put_front(&self, place: &dyn Place, pages: &Pages) -> Result<(), Diagnostic> {
        let put = |name: &str, bytes: &[u8]| place.put(name, bytes).map_err(|error| unwritten(name, &error));
        let name = |file: &Public| format!("public/{}", file.name);
        for file in self.public {
            put(&name(file), &file.bytes)?;
        }
        if !self.public.is_empty() {
            let file = |file: &Public| acquisition(format!("{}/public/{}", self.base, segment(&file.name)), &file.name, file.bytes.len() as u64, true);
            let files = self.public.iter().map(file).collect();
            let catalogue = catalog::catalogue(&self.copies.book, self.base, &format!("{}/", self.base), None, files);
            put(ATOM, catalog::atom(&catalogue).as_bytes())?;
            put(JSON, catalog::json(&catalogue).as_bytes())?;
        }
        let files: Vec<FileLink> =
            self.public.iter().map(|file| file_link(format!("public/{}", segment(&file.name)), &file.name, file.bytes.len() as u64)).collect();
        let content = html! { @if !files.is_empty() { (pages.files(&files)) (pages.catalogues(&catalog::links())) } };
        put("index.html", pages.front(&content).as_bytes())?;
        self.tidy_front(place)
    }

    /// Takes away public files, and catalogues of them, that an earlier run left.
    fn tidy_front(&self, place: &dyn Place) -> Result<(), Diagnostic> {
        let remove = |name: &str| place.remove(name).map_err(|error| unwritten(name, &error));
        let (_, there) = place.names("public").map_err(|error| unwritten("public", &error))?;
        for name in there.iter().filter(|name| !self.public.iter().any(|file| file.name == **name)) {
            remove(&format!("public/{name}"))?;
        }
        if self.public.is_empty() {
            let (_, there) = place.names("").map_err(|error| unwritten("", &error))?;
            [ATOM, JSON].into_iter().filter(|name| there.iter().any(|file| file == name)).try_for_each(remove)?;
        }
        Ok(())
    }

    /// Takes away the pages of who has none any more. What looks like no token is somebody else's.
    fn tidy(&self, place: &dyn Place, stays: &dyn Fn(&str) -> bool) -> Result<usize, Diagnostic> {
        let trouble = |name: &str| {
            let name = name.to_string();
            move |error: io::Error| unwritten(&name, &error)
        };
        let (folders, _) = place.names(READERS).map_err(trouble(READERS))?;
        let mut removed = 0;
        for folder in folders.iter().filter(|name| is_token(name) && !stays(name)) {
            let folder = format!("{READERS}/{folder}");
            let (_, files) = place.names(&folder).map_err(trouble(&folder))?;
            for file in &files {
                place.remove(&format!("{folder}/{file}")).map_err(trouble(&folder))?;
            }
            removed += 1;
        }
        Ok(removed)
    }
}

/// Whether a folder's name is a reader's. Any other is somebody else's.
fn is_token(name: &str) -> bool {
    name.len() == LETTERS && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'2'..=b'7'))
}

fn file_link(href: String, name: &str, bytes: u64) -> FileLink {
    FileLink { href, ending: name.rsplit_once('.').map_or(name, |(_, ending)| ending).to_string(), bytes: Some(bytes) }
}

fn acquisition(href: String, name: &str, bytes: u64, open: bool) -> Acquisition {
    Acquisition { href, media: media(name), bytes: Some(bytes), open }
}

fn unwritten(name: &str, error: &io::Error) -> Diagnostic {
    // The name of a reader's page is what keeps it private: it is not shown.
    let shown = if name.starts_with("r/") { "a reader's page" } else { name };
    Diagnostic::error(Code::OutputUnwritable, format!("{shown} cannot be written: {}", reason(error))).hint("`--out` names the folder or bucket to write to")
}
