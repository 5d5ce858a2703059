//! The project: what a book is, before anybody is asked for whom.
//!
//! [`Project::open`] reads a folder and decides all that its files and the caller's [`Options`] leave open: the theme, the page, the
//! medium, the date, the fonts. The command line, a preview, a server and somebody else's program get the same book, since they
//! all come through here.

mod date;
mod edition;
mod editions;
mod look;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::diag::{Diagnostics, Warned};
use crate::diff::Changes;
use crate::fonts::FontBook;
use crate::length::Size;
use crate::load::{self, Manuscript};
use crate::press::Press;
use crate::provenance::Provenance;
use crate::provenance::seal::Sealer;
use crate::session::Session;
use crate::theme::{Medium, Theme};

use editions::Editions;

pub use date::named as named_date;
pub use look::ThemeText;

/// What a caller wants of a book beyond what its files say. The default is what `handbook build` does without any option.
#[derive(Clone, Debug)]
pub struct Options {
    /// The theme; else the manifest's, else `classic`.
    pub theme: Option<ThemeText>,
    /// The page; else the manifest's, unless another theme is named, which brings its own.
    pub page: Option<Size>,
    /// For the screen or for the press; else as the theme says.
    pub medium: Option<Medium>,
    /// Paper around the page, with marks where to cut it.
    pub crop_marks: bool,
    /// Date of the build, YYYY-MM-DD; else the manifest's, else a fixed one. Never the clock's.
    pub date: Option<String>,
    /// Make the PDF.
    pub pdf: bool,
    /// Make the EPUB.
    pub epub: bool,
    /// Warnings are errors.
    pub strict: bool,
    /// The system's fonts may be used for characters that no other font has.
    pub system_fonts: bool,
    /// How much a copy says of itself in its metadata.
    pub provenance: Provenance,
    /// Seals the copies.
    pub sealer: Option<Arc<Sealer>>,
    /// The folder around the project from which files may be taken; else the repository that the project is part of, if there is one,
    /// else the project's own.
    pub root: Option<PathBuf>,
    /// Threads to work with; as many as there are cores if none are named.
    pub threads: Option<usize>,
    /// Pictures that are larger than a page or a screen can show stay as they are.
    pub keep_pictures: bool,
    /// The edition that readers have of whom nothing else is said.
    pub since: Option<String>,
    /// Old editions beside those that the manifest names: `git:REVISION` or a folder, by name.
    pub editions: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            theme: None,
            page: None,
            medium: None,
            crop_marks: false,
            date: None,
            pdf: true,
            epub: true,
            strict: false,
            system_fonts: true,
            provenance: Provenance::Full,
            sealer: None,
            root: None,
            threads: None,
            keep_pictures: false,
            since: None,
            editions: BTreeMap::new(),
        }
    }
}

impl Options {
    /// Endings of the files that a copy has, in their order.
    pub fn endings(&self) -> Vec<&'static str> {
        [(self.pdf, "pdf"), (self.epub, "epub")].into_iter().filter(|(made, _)| *made).map(|(_, ending)| ending).collect()
    }
}

/// Bytes of each kind that the session of a press keeps which nobody else uses: what is in its plates is kept with them anyhow.
const ALONE: usize = 64 << 20;

/// A book as it was read, with all that had to be decided before it can be set.
#[derive(Clone, Debug)]
pub struct Project {
    manuscript: Arc<Manuscript>,
    options: Arc<Options>,
    theme: Arc<Theme>,
    /// As it is written: what the edition goes by.
    theme_text: Arc<ThemeText>,
    date: String,
    fonts: Arc<FontBook>,
    warnings: Arc<Diagnostics>,
    edition_id: OnceLock<String>,
    editions: Arc<Editions>,
}

impl Project {
    /// Opens a folder with a book in it, or one of the files that stand for such a folder: `handbook.yaml`, `book.toml`, a
    /// Markdown file.
    ///
    /// # Errors
    /// Everything that keeps it from being a book, each with its place.
    pub fn open(path: impl AsRef<Path>) -> Result<Project, Diagnostics> {
        Project::open_with(path, Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Project, Diagnostics> {
        Project::found(Some(path.as_ref()), &PathBuf::new(), options)
    }

    /// The project that a command in the folder `here` means: the one that is named, else `here` if one of its files says that it
    /// is a project, else the built-in handbook; a folder that only holds Markdown has to be named.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn found(path: Option<&Path>, here: &Path, options: Options) -> Result<Project, Diagnostics> {
        Project::decided(load::load_within(path, here, options.root.as_deref())?, options)
    }

    /// The book that mdBook gives to a renderer.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn rendered(context: &load::RenderContext, options: Options) -> Result<Project, Diagnostics> {
        Project::decided(context.manuscript(options.root.as_deref())?, options)
    }

    /// The handbook that this program carries.
    ///
    /// # Errors
    /// As [`Project::open`]; what is built in is sound, but the options may name a theme that is not.
    #[cfg(feature = "builtin")]
    pub fn built_in(options: Options) -> Result<Project, Diagnostics> {
        Project::decided(load::load_built_in()?, options)
    }

    /// A project with a manifest from files in memory, by path.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn in_memory(files: impl IntoIterator<Item = (String, Vec<u8>)>, options: Options) -> Result<Project, Diagnostics> {
        Project::decided(load::load_memory(files)?, options)
    }

    /// Decides what the manuscript and the options leave open.
    fn decided(read: Warned<Manuscript>, options: Options) -> Result<Project, Diagnostics> {
        let Warned { value: mut manuscript, mut warnings } = read;
        manuscript.book.keep_pictures |= options.keep_pictures;
        manuscript.book.editions.extend(options.editions.clone());
        let Some((theme_text, theme)) = look::theme(&options, &manuscript, &mut warnings) else { return Err(warnings) };
        let date = options.date.clone().or_else(|| manuscript.book.date.clone()).unwrap_or_else(|| date::FIXED.to_string());
        let mut fonts = FontBook::built_in();
        if let Some(folder) = manuscript.assets.project_folder() {
            fonts.add_folder(&folder.join("fonts"));
        }
        Ok(Project {
            manuscript: Arc::new(manuscript),
            options: Arc::new(options),
            theme: Arc::new(theme),
            theme_text: Arc::new(theme_text),
            date,
            fonts: Arc::new(fonts),
            warnings: Arc::new(warnings),
            edition_id: OnceLock::new(),
            editions: Arc::default(),
        })
    }

    /// A press for this project alone. Whoever opens projects again and again keeps a [`Session`] and uses [`Session::press`].
    ///
    /// # Errors
    /// When as many threads as were asked for cannot be started.
    pub fn press(&self) -> Result<Press, Diagnostics> {
        Session::with_limit(ALONE).press(self)
    }

    /// The manuscript.
    pub fn manuscript(&self) -> &Arc<Manuscript> {
        &self.manuscript
    }

    /// The theme, on the page and for the medium that were decided.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Date of the build, YYYY-MM-DD.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The fonts of the binary and of the project.
    pub fn fonts(&self) -> &Arc<FontBook> {
        &self.fonts
    }

    /// What the caller wanted.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What the book asked for and did not get, as far as reading it told.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// What changed since an old edition that the manifest or the options name.
    ///
    /// # Errors
    /// When there is none of that name, or it cannot be read.
    pub fn changes_since(&self, edition: &str) -> Result<Arc<Changes>, Diagnostics> {
        self.editions.changes(edition, &self.manuscript)
    }

    /// Id of the edition: 32 hexadecimal digits, the same for the same book.
    pub fn edition_id(&self) -> &str {
        self.edition_id.get_or_init(|| edition::id(self))
    }
}
