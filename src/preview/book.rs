//! The book that is looked at: opened anew at each change, set in one session, so that what did not change is not made again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::load;
use crate::panics::{failure, guarded};
use crate::press::Watch;
use crate::project::{Options, Project, ThemeText};
use crate::select::{Reader, match_reader};
use crate::session::Session;
use crate::theme::Theme;

use super::proof::Proof;
use super::watch::{Folders, add};

/// What is looked at: a project, as a command line names it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The project; else what a command in the folder `here` means.
    pub project: Option<PathBuf>,
    /// The handbook that the program carries.
    pub built_in: bool,
    /// The folder that paths are relative to.
    pub here: PathBuf,
    /// What is wanted of the book. The theme is not among it: see `theme`.
    pub options: Options,
    /// A theme that is built in, or a theme's file, which is read anew at each change.
    pub theme: Option<String>,
    /// Whom the book is for.
    pub reader: Reader,
}

/// What somebody chose in the preview. What is empty is as the command line or the book has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// The reader's name.
    pub name: String,
    /// Target stage.
    pub stage: String,
    /// Present stage.
    pub from: String,
    /// Paths and guides.
    pub paths: Vec<String>,
    /// Everything, whatever the stage.
    pub all: bool,
    /// Theme.
    pub theme: String,
    /// Page.
    pub page: String,
}

/// Letters of a choice at most.
const LONGEST: usize = 200;
/// Paths at most.
const MOST_PATHS: usize = 200;
/// Changes after which what no proof uses any more is forgotten: as long as somebody may go back and forth.
const ROUNDS: usize = 6;

/// The pages that are offered, by name.
pub(super) const PAGES: [&str; 4] = ["a4", "a5", "letter", "6x9"];

impl Choices {
    /// What a command line asks for.
    pub(super) fn of(source: &Source) -> Choices {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let Source { reader, .. } = source;
        Choices {
            name: text(&reader.name),
            stage: text(&reader.stage),
            from: text(&reader.from),
            paths: reader.paths.clone(),
            all: reader.all,
            theme: text(&source.theme),
            page: String::new(),
        }
    }

    /// Whether it is no more than anybody would choose: a theme that is built in or that the command line named, and no endless texts.
    pub(super) fn sound(&self, source: &Source) -> bool {
        let short = |text: &String| text.chars().count() <= LONGEST;
        let theme = self.theme.is_empty() || Theme::BUILT_IN.contains(&self.theme.as_str()) || source.theme.as_ref() == Some(&self.theme);
        theme && self.paths.len() <= MOST_PATHS && [&self.name, &self.stage, &self.from, &self.page].into_iter().chain(&self.paths).all(short)
    }

    fn reader(&self, given: &Reader) -> Reader {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
        // A first name that was given goes with the name that was given.
        let first_name = given.first_name.clone().filter(|_| given.name.as_ref() == Some(&self.name));
        Reader {
            name: text(&self.name),
            first_name,
            stage: text(&self.stage),
            from: text(&self.from),
            paths: self.paths.clone(),
            all: self.all,
            ..given.clone()
        }
        .tidy()
    }
}

/// A book that is set again and again.
pub(super) struct Book {
    pub source: Source,
    session: Session,
}

/// What came of opening and setting the book.
pub(super) struct Made {
    pub proof: Result<Proof, Diagnostics>,
    /// Folders whose changes concern it, as far as they are known.
    pub folders: Folders,
    /// The project's own folder, as far as it is known.
    pub home: Option<PathBuf>,
}

impl Book {
    pub fn new(source: Source) -> Book {
        Book { source, session: Session::of_drafts() }
    }

    /// Opens the project as it is now and sets it. What fails, and be it in a library, is told. Pages that the proof before has too are
    /// known again.
    pub fn make(&self, choices: &Choices, before: Option<&Proof>) -> Made {
        let mut folders = Folders::new();
        let proof = guarded(|| self.proof(choices, before, &mut folders)).unwrap_or_else(|said| Err(failure(&said).into()));
        self.session.end_round(ROUNDS);
        let home = match &proof {
            Ok(proof) => proof.pages.project().manuscript().assets.project_folder(),
            // What cannot be read is where it was looked for.
            Err(_) => self.named_folders(choices).into_iter().find(|(_, deep)| *deep).map(|(folder, _)| folder),
        };
        add(&mut folders, self.named_folders(choices));
        Made { proof, folders, home }
    }

    fn proof(&self, choices: &Choices, before: Option<&Proof>, folders: &mut Folders) -> Result<Proof, Diagnostics> {
        let project = self.open(choices)?;
        add(folders, read_folders(&project));
        let mut warnings = project.warnings().clone();
        let reader = choices.reader(&self.source.reader);
        let reader = Reader { had: project.options().since.clone(), ..reader };
        match_reader(project.manuscript(), &reader)?;
        let press = self.session.press(&project)?;
        let pages = press.pages(&reader, Watch::nobody())?;
        add(folders, read_folders(&project));
        warnings.extend((*pages.laid.warnings).clone());
        Ok(Proof::new(pages, warnings, before))
    }

    /// What `handbook check` says: warnings of this reader's book for every target, and of what only others get. `None` when it was called
    /// off, or the book cannot be made.
    pub fn check(&self, choices: &Choices, called_off: &AtomicBool) -> Option<Diagnostics> {
        let watch = Watch::nobody().until(called_off);
        let check = || {
            let project = self.open(choices).ok()?;
            let mut warnings = project.warnings().clone();
            let reader = choices.reader(&self.source.reader);
            let reader = Reader { had: project.options().since.clone(), ..reader };
            let aim = match_reader(project.manuscript(), &reader).ok()?;
            let press = self.session.press(&project).ok()?;
            for target in press.targets(&reader, &aim) {
                warnings.extend((*press.layout(&target, watch).ok()?.warnings).clone());
            }
            if reader.stage.is_none() {
                warnings.extend(press.warnings_of_everybody(watch));
            }
            (!called_off.load(std::sync::atomic::Ordering::Relaxed)).then_some(warnings)
        };
        guarded(check).ok().flatten()
    }

    fn open(&self, choices: &Choices) -> Result<Project, Diagnostics> {
        let Source { project, here, options, .. } = &self.source;
        let mut options = options.clone();
        if !choices.theme.is_empty() {
            let theme = ThemeText::named(&choices.theme, here).map_err(|problem| problem.at(Place::file(&choices.theme)))?;
            options.theme = Some(theme);
        }
        if !choices.page.is_empty() {
            let size = load::page(&choices.page).map_err(|wrong| Diagnostic::error(Code::PageSize, format!("the page {wrong}")))?;
            options.page = Some(size);
        }
        #[cfg(feature = "builtin")]
        if self.source.built_in {
            return Project::built_in(options);
        }
        Project::found(project.as_deref(), here, options)
    }

    /// The folders of what the command line names, whether they are there or not. What lies in the project's counts as well.
    pub fn named_folders(&self, choices: &Choices) -> Folders {
        let Source { project, here, built_in, .. } = &self.source;
        let folder_of = |path: &Path| if path.is_file() { path.parent().map(Path::to_path_buf) } else { Some(path.to_path_buf()) };
        let named = match project {
            Some(project) => folder_of(&here.join(project)),
            None => (!built_in).then(|| here.clone()),
        };
        let theme = (!choices.theme.is_empty() && !Theme::BUILT_IN.contains(&choices.theme.as_str()))
            .then(|| here.join(&choices.theme).parent().map(Path::to_path_buf))
            .flatten();
        // As the project names its own folder, so that it is not watched twice.
        let real = |path: PathBuf| std::fs::canonicalize(&path).unwrap_or(path);
        let mut folders = Folders::new();
        add(&mut folders, named.into_iter().map(|folder| (real(folder), true)).chain(theme.map(|folder| (real(folder), false))));
        folders
    }
}

/// The project's own folder, and those of files that were read from outside it.
fn read_folders(project: &Project) -> Folders {
    let assets = &project.manuscript().assets;
    let mut folders = Folders::new();
    if let load::Assets::Folder { root, .. } = assets {
        let outside = assets.outside().into_iter().filter_map(|file| Some((root.join(file).parent()?.to_path_buf(), false)));
        add(&mut folders, assets.project_folder().map(|folder| (folder, true)).into_iter().chain(outside));
    }
    folders
}

/// What is shown: the last proof that could be made, and why there is no newer one.
#[derive(Clone, Default)]
pub(super) struct Shown {
    /// Counts what was published.
    pub version: u64,
    /// The project's own folder, as far as it is known.
    pub home: Option<PathBuf>,
    /// The last good proof.
    pub proof: Option<Arc<Proof>>,
    /// What is new in it against the one before.
    pub change: super::change::Change,
    /// Why the book cannot be made as it is now.
    pub problems: Diagnostics,
    /// What there is to say of what this reader does not get.
    pub elsewhere: Diagnostics,
    /// What was chosen.
    pub choices: Choices,
    /// The book was opened at least once.
    pub begun: bool,
}

impl Shown {
    /// All there is to say: why there is no newer proof, what is wrong with the last one, and with what only others get.
    pub fn messages(&self) -> impl Iterator<Item = &Diagnostic> {
        self.problems.iter().chain(self.proof.iter().flat_map(|proof| proof.warnings.iter())).chain(self.elsewhere.iter())
    }
}
