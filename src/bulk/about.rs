//! What a book says of itself to whoever hands its copies out: `book.json`, and its cover as a picture. Nothing in it is a reader's.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diag::Diagnostics;
use crate::load::BookInfo;
use crate::press::Press;
use crate::resolve::urn;
use crate::theme::{Color, Theme, at_luminance};

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
    /// The ladder, in order.
    #[serde(default)]
    pub stages: Vec<Named>,
    /// Paths and guides, in order.
    #[serde(default)]
    pub paths: Vec<Named>,
    /// Name of the cover's picture, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cover: Option<String>,
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

/// A book and its cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookAbout {
    /// What it says of itself.
    pub book: Book,
    /// The cover as a picture in PNG.
    pub cover: Option<Vec<u8>>,
}

impl BookAbout {
    /// That of a press's project.
    ///
    /// # Errors
    /// All that keeps the book from being read.
    pub fn of(press: &Press) -> Result<BookAbout, Diagnostics> {
        let (front, project) = (press.front(COVER_WIDTH)?, press.project());
        let manuscript = project.manuscript();
        let info = &manuscript.book;
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
            stages: manuscript.stages.iter().map(|stage| Named { id: stage.id.clone(), title: stage.title.clone() }).collect(),
            paths: manuscript.paths.iter().chain(&manuscript.guides).map(|extra| Named { id: extra.id.clone(), title: extra.title.clone() }).collect(),
            cover: front.cover.as_ref().map(|_| COVER.to_string()),
            colors: PageColors::of(project.theme()),
        };
        Ok(BookAbout { book, cover: front.cover })
    }

    /// Writes both in a working folder, and names the files.
    pub(super) fn write(&self, work: &Work) -> io::Result<Vec<(&'static str, PathBuf)>> {
        let mut json = serde_json::to_vec_pretty(&self.book)?;
        json.push(b'\n');
        let files = [(COVER, self.cover.as_deref()), (BOOK, Some(json.as_slice()))];
        let written = files.into_iter().filter_map(|(name, bytes)| Some((name, bytes?))).map(|(name, bytes)| {
            let path = work.path(name);
            private(&path)?.write_all(bytes)?;
            Ok((name, path))
        });
        written.collect()
    }
}

/// What a book is called in all its editions: as its author says, else a UUID of version 5 made of title and authors.
pub fn identifier(book: &BookInfo) -> String {
    let parts = ["the addresses of a book's readers", &book.title].into_iter().chain(book.authors.iter().map(String::as_str));
    book.identifier.clone().unwrap_or_else(|| urn(parts))
}
