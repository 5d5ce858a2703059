//! What a book says of itself to whoever hands its copies out: `book.json`, and its covers as pictures. Nothing in it is a reader's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::Diagnostics;
use crate::load::BookInfo;
use crate::press::Press;
use crate::resolve::urn;
use crate::select::{Reader, StageInfo};
use crate::theme::{Color, Theme, at_luminance};
use crate::words::{Words, words};

use super::work::{Work, private};

/// Its name beside the manifest.
pub const BOOK: &str = "book.json";

/// The name of the cover's picture beside it.
pub const COVER: &str = "cover.png";

/// Width of the cover's picture in pixels: twice what a page shows, for screens with small dots.
const COVER_WIDTH: u32 = 720;

/// A book as a page or a catalogue shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// What it is called in every edition: what addresses of readers are made with.
    pub identifier: String,
    /// Title, as plain text.
    pub title: String,
    /// Subtitle, empty if there is none.
    #[serde(default)]
    pub subtitle: String,
    /// BCP 47 language tag.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// The edition as its author names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edition: Option<String>,
    /// Date of the edition, YYYY-MM-DD.
    pub date: String,
    /// What the book is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub summary: Option<String>,
    /// Authors, in order.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Publisher.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub publisher: Option<String>,
    /// Rights statement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rights: Option<String>,
    /// ISBN.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub isbn: Option<String>,
    /// Series.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub series: Option<String>,
    /// The ladder, in order.
    #[serde(default)]
    pub stages: Vec<Named>,
    /// Paths and guides, in order.
    #[serde(default)]
    pub paths: Vec<Named>,
    /// Name of the cover's picture, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cover: Option<String>,
    /// Names of covers' pictures by the ids of target stages, where a reader's book has another one than that.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub covers: BTreeMap<String, String>,
    /// What the book says otherwise than its language does, by the names of words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub words: BTreeMap<String, String>,
    /// What pages about it are coloured with.
    pub colors: PageColors,
}

/// A stage, a path or a guide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Years of a stage, as written.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub years: String,
}

impl Book {
    /// What pages and letters about it say: the words of its language, but for what the author says otherwise.
    pub fn words(&self) -> Words {
        words(&self.language).otherwise(&self.words)
    }

    /// Name of the picture of a reader's cover, by the target stage; none if there is no picture.
    pub fn cover_of(&self, stage: Option<&str>) -> Option<&str> {
        stage.and_then(|stage| self.covers.get(stage)).or(self.cover.as_ref()).map(String::as_str)
    }

    /// A stage of the ladder, by its id.
    pub fn stage(&self, id: &str) -> Option<StageInfo> {
        let (at, stage) = self.stages.iter().enumerate().find(|(_, stage)| stage.id == id)?;
        Some(StageInfo { number: at + 1, id: stage.id.clone(), title: stage.title.clone(), years: stage.years.clone(), ..StageInfo::default() })
    }

    /// What fields say of it.
    pub fn info(&self) -> BookInfo {
        BookInfo {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            language: self.language.clone(),
            authors: self.authors.clone(),
            publisher: self.publisher.clone(),
            edition: self.edition.clone(),
            identifier: Some(self.identifier.clone()),
            isbn: self.isbn.clone(),
            series: self.series.clone().map(|name| (name, None)),
            rights: self.rights.clone(),
            description: self.summary.clone(),
            date: Some(self.date.clone()),
            ..BookInfo::default()
        }
    }
}

/// Colours of pages about a book, from its theme, as `#rrggbb`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageColors {
    /// The accent on white: 7 : 1 or more.
    pub accent: String,
    /// The accent on a dark ground, as well to be read.
    pub accent_dark: String,
}

/// Relative luminance (WCAG 2.2) of an accent that stands out from white by 7.4 : 1, and lets white text stand on it.
const ON_LIGHT: f64 = 0.09;

/// Relative luminance of one that stands out from `#1b1b1b` by more than 7 : 1.
const ON_DARK: f64 = 0.45;

impl PageColors {
    /// Those of a theme.
    pub fn of(theme: &Theme) -> PageColors {
        let accent = |luminance: f64| -> String { Color::hex(at_luminance(theme.colors.accent, luminance)) };
        PageColors { accent: accent(ON_LIGHT), accent_dark: accent(ON_DARK) }
    }
}

/// A book and its covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookAbout {
    /// What it says of itself.
    pub book: Book,
    /// The pictures of its covers in PNG, by their names.
    pub covers: Vec<(String, Arc<[u8]>)>,
}

impl BookAbout {
    /// That of a press's project, with the covers of readers on their way to these stages. `nobody` is whom the book is for without a name.
    ///
    /// # Errors
    /// All that keeps the book from being read.
    pub fn of(press: &Press, nobody: &Reader, targets: &BTreeSet<String>) -> Result<BookAbout, Diagnostics> {
        let (front, project) = (press.front(nobody, COVER_WIDTH)?, press.project());
        let manuscript = project.manuscript();
        let info = &manuscript.book;
        let mut pictures: Vec<(String, Arc<[u8]>)> = front.cover.iter().map(|png| (COVER.to_string(), png.clone())).collect();
        let mut covers = BTreeMap::new();
        for stage in targets {
            // One that does not show where a reader is going is the book's own.
            let own = press.front(&nobody.clone().stage(stage), COVER_WIDTH)?.cover.filter(|png| front.cover.as_ref() != Some(png));
            if let Some(png) = own {
                let name = format!("cover-{stage}.png");
                covers.insert(stage.clone(), name.clone());
                pictures.push((name, png));
            }
        }
        let named = |id: &str, title: &str, years: &str| Named { id: id.to_string(), title: title.to_string(), years: years.to_string() };
        let book = Book {
            identifier: identifier(info),
            title: front.title,
            subtitle: front.subtitle,
            language: info.language.clone(),
            direction: front.direction.name().to_string(),
            edition: info.edition.clone(),
            date: project.date().to_string(),
            summary: info.description.clone(),
            authors: info.authors.clone(),
            publisher: info.publisher.clone(),
            rights: info.rights.clone(),
            isbn: info.isbn.clone(),
            series: info.series.as_ref().map(|(name, _)| name.clone()),
            stages: manuscript.stages.iter().map(|stage| named(&stage.id, &stage.title, &stage.years)).collect(),
            paths: manuscript.paths.iter().chain(&manuscript.guides).map(|extra| named(&extra.id, &extra.title, "")).collect(),
            cover: front.cover.as_ref().map(|_| COVER.to_string()),
            covers,
            words: info.own_words(),
            colors: PageColors::of(project.theme()),
        };
        Ok(BookAbout { book, covers: pictures })
    }

    /// Writes all of it in a working folder, and names the files.
    pub(super) fn write(&self, work: &Work) -> io::Result<Vec<(String, PathBuf)>> {
        let mut json = serde_json::to_vec_pretty(&self.book)?;
        json.push(b'\n');
        let covers = self.covers.iter().map(|(name, png)| (name.as_str(), &png[..]));
        let written = covers.chain([(BOOK, json.as_slice())]).map(|(name, bytes)| {
            let path = work.path(name);
            private(&path)?.write_all(bytes)?;
            Ok((name.to_string(), path))
        });
        written.collect()
    }
}

/// What a book is called in all its editions: as its author says, else a UUID of version 5 made of title and authors.
pub fn identifier(book: &BookInfo) -> String {
    let parts = ["the addresses of a book's readers", &book.title].into_iter().chain(book.authors.iter().map(String::as_str));
    book.identifier.clone().unwrap_or_else(|| urn(parts))
}
