//! A session: what outlives a project.
//!
//! A command opens one project and ends. A preview opens the project anew at each change, a server many of them. What was read, shaped,
//! set and drawn for one is as good for the next wherever its input is the same, so it is kept in a [`Session`], which the caller
//! owns: one [`Memo`] with a limit in bytes for what is made of text, another for what is made of pictures and code.
//!
//! ```
//! use handbook::press::Watch;
//! use handbook::{Options, Project, Reader, Session};
//!
//! let session = Session::new();
//! for draft in ["A first draft.", "A second draft."] {
//!     let files = [
//!         ("handbook.yaml", "title: Two Chapters\nlanguage: en\nchapters: [one.md, two.md]\n".to_string()),
//!         ("one.md", format!("# One\n\n{draft}\n")),
//!         ("two.md", "# Two\n\nThis one stays as it is.\n".to_string()),
//!     ];
//!     let project = Project::in_memory(files.map(|(path, text)| (path.to_string(), text.into())), Options::default())?;
//!     let book = session.press(&project)?.layout(&Reader::default(), Watch::nobody())?;
//!     assert!(book.pages > 2);
//! }
//! // The second time only the first chapter was parsed and set.
//! assert_eq!((session.made().parsed, session.made().set), (3, 3));
//! # Ok::<(), handbook::diag::Diagnostics>(())
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::{FontBook, SystemFont, system_fonts};
use crate::memo::{Key, Memo, Remembered};
use crate::parse;
use crate::press::{Press, SetChapter};
use crate::project::Project;
use crate::resolve::BookData;
use crate::theme::Theme;
use crate::typeset::Setter;

/// Bytes that a session keeps of each kind unless its owner says otherwise. A book of 200,000 words takes some 90 MB when it is set.
const LIMIT: usize = 256 << 20;
/// Bytes that are kept of chapters that are being written: of their breaks, and of finished pages. Those of a book of 200,000 words take some
/// 90 MB, most of which the proof that is shown has too.
const DRAFTS: usize = 144 << 20;

/// What was made before, for all projects that are opened in it. Cheap to clone: all clones share one memo.
#[derive(Clone, Debug)]
pub struct Session {
    /// What is made of text: parsed chapters, set chapters, shaped words, covers.
    texts: Arc<Memo>,
    /// What is made of pictures and code, in which no reader's words can stand.
    materials: Arc<Memo>,
    /// Breaks of paragraphs, where chapters are set again and again.
    drafts: Option<Arc<Memo>>,
    /// Threads by their number, 0 for as many as there are cores. All presses of the session share
    /// them: no press works within another's work.
    threads: Arc<Mutex<BTreeMap<usize, Arc<ThreadPool>>>>,
}

/// How much a session has made so far, and not known from before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Written chapters parsed.
    pub parsed: usize,
    /// Chapters set.
    pub set: usize,
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

impl Session {
    /// A session that keeps as much as is sensible for one person's books.
    pub fn new() -> Session {
        Session::with_limit(LIMIT)
    }

    /// A session that keeps up to so many bytes of what is made of text, and as many of what is made of pictures and code.
    pub fn with_limit(bytes: usize) -> Session {
        Session { texts: Arc::new(Memo::new(bytes)), materials: Arc::new(Memo::new(bytes)), drafts: None, threads: Arc::default() }
    }

    /// A session for a book that is being written: chapters are set again and again, a little changed each time, and paragraphs that did
    /// not change keep their breaks.
    pub fn of_drafts() -> Session {
        Session { drafts: Some(Arc::new(Memo::new(DRAFTS))), ..Session::new() }
    }

    /// A press for a project in this session.
    ///
    /// # Errors
    /// When as many threads as were asked for cannot be started.
    pub fn press(&self, project: &Project) -> Result<Press, Diagnostics> {
        Press::new(project, self)
    }

    /// How much was made so far.
    pub fn made(&self) -> Made {
        Made { parsed: parse::parsed(&self.texts), set: self.texts.made::<SetChapter>() }
    }

    /// Bytes that are kept, roughly.
    pub fn weight(&self) -> usize {
        self.texts.weight() + self.materials.weight()
    }

    /// A round ends, such as setting a book that is about to be changed again: what none of the last `keep` rounds used is forgotten.
    pub fn end_round(&self, keep: usize) {
        self.texts.end_round(keep);
        self.materials.end_round(keep);
        self.drafts.iter().for_each(|drafts| drafts.end_round(keep));
    }

    /// A session for a book that is set for one reader, in whose titles that reader's words may stand: what is made of text goes
    /// with it, pictures and code are shared.
    pub(crate) fn apart(&self) -> Session {
        Session { texts: Arc::new(Memo::new(self.texts.limit())), ..self.clone() }
    }

    /// Threads to work on, as many as are asked for, or with 0 as there are cores. No work on them may wait for other work on them.
    pub(crate) fn threads(&self, count: usize) -> Result<Arc<ThreadPool>, Diagnostics> {
        let mut known = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(threads) = known.get(&count) {
            return Ok(threads.clone());
        }
        let threads = rayon::ThreadPoolBuilder::new().num_threads(count).build().map_err(|error| {
            Diagnostics::from(Diagnostic::error(Code::Threads, format!("{count} threads cannot be started: {error}")).hint("ask for fewer with `--jobs`"))
        })?;
        Ok(known.entry(count).or_insert(Arc::new(threads)).clone())
    }

    /// What is made of text.
    pub(crate) fn texts(&self) -> &Arc<Memo> {
        &self.texts
    }

    /// What is made of pictures and code.
    pub(crate) fn materials(&self) -> &Arc<Memo> {
        &self.materials
    }

    /// The setter for a theme, fonts and a book's language and direction, with the words that it has shaped.
    pub(crate) fn setter(&self, theme: &Arc<Theme>, fonts: &Arc<FontBook>, book: &BookData) -> Arc<Setter> {
        let BookData { language, direction, .. } = book;
        let key = Setter::key_of(theme, fonts, language, *direction);
        self.texts
            .get_or_make(key, || Setter::new(theme, fonts, language).running(*direction).with_materials(&self.materials).with_drafts(self.drafts.as_ref()))
    }

    /// The setter for some texts, and the fonts of the system that it takes for them: `setter` itself, if it needs none or may have
    /// none.
    pub(crate) fn setter_for(&self, setter: &Arc<Setter>, texts: &[&str], system: bool) -> (Arc<Setter>, Vec<SystemFont>) {
        let needed = if system { system_fonts(&setter.fonts.missing(texts.iter().copied()), setter.language()) } else { Vec::new() };
        if needed.is_empty() {
            return (setter.clone(), needed);
        }
        let faces: Vec<usize> = needed.iter().map(|font| font.face).collect();
        let wider = self.texts.get_or_make(Key::of(&(setter.key(), &faces)), || {
            let mut fonts = (*setter.fonts).clone();
            fonts.add_system(&needed);
            setter.with_fonts(&Arc::new(fonts))
        });
        (wider, needed)
    }
}

impl Remembered for Setter {
    /// Its shaped words, which come and go, are counted by what they take in a long book.
    fn weight(&self) -> usize {
        8 << 20
    }
}
