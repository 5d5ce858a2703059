//! How the book looks: which theme counts, on which page, for which medium.

use std::path::Path;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};
use crate::length::{Length, Size};
use crate::load::Manuscript;
use crate::theme::Theme;
use crate::{files, limits};

use super::Options;

/// Bleed where crop marks are asked for and the theme has none: what printers ask for.
const BLEED_MM: f64 = 3.0;

/// A theme as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeText {
    /// Its name, for messages.
    pub name: String,
    /// Its YAML.
    pub yaml: String,
}

impl ThemeText {
    /// A theme that is built in.
    pub fn built_in(name: &str) -> Option<ThemeText> {
        Theme::built_in(name).map(|yaml| ThemeText { name: name.to_string(), yaml: yaml.to_string() })
    }

    /// A theme that is built in, or else a theme's file, relative to the folder `here`.
    ///
    /// # Errors
    /// When there is neither.
    pub fn named(name: &str, here: &Path) -> Result<ThemeText, Diagnostic> {
        if let Some(theme) = ThemeText::built_in(name) {
            return Ok(theme);
        }
        let known = || format!("the themes are {}, or name a theme's file", listed(&Theme::BUILT_IN));
        if name.is_empty() {
            return Err(Diagnostic::error(Code::ThemeUnknown, "the theme's name is empty").hint(known()));
        }
        files::text(&here.join(name), limits::SMALL_TEXT).map(|yaml| ThemeText { name: name.to_string(), yaml }).map_err(|why| {
            let hint = nearest(name, Theme::BUILT_IN).map_or_else(known, |near| format!("did you mean `{near}`?"));
            let message =
                if here.join(name).is_file() { format!("the theme `{name}` cannot be read: {why}") } else { format!("there is no theme `{name}`: {why}") };
            Diagnostic::error(Code::ThemeUnknown, message).hint(hint)
        })
    }
}

/// The theme that counts: the caller's, else the manifest's, else the usual one. A theme that the caller names brings its own page;
/// that of the manifest belongs to the manifest's theme.
pub(super) fn theme(options: &Options, manuscript: &Manuscript, diagnostics: &mut Diagnostics) -> Option<(ThemeText, Theme)> {
    let text = match &options.theme {
        Some(text) => text.clone(),
        None => of_manuscript(manuscript, diagnostics)?,
    };
    let theme = Theme::parse(&text.name, &text.yaml).map_err(|problems| diagnostics.extend(problems)).ok()?;
    let page = options.page.or(manuscript.book.page.filter(|_| options.theme.is_none()));
    Some((text, shaped(theme, page, options)))
}

fn of_manuscript(manuscript: &Manuscript, diagnostics: &mut Diagnostics) -> Option<ThemeText> {
    let name = manuscript.book.theme.as_deref().unwrap_or(Theme::BUILT_IN[0]);
    if let Some(theme) = ThemeText::built_in(name) {
        return Some(theme);
    }
    let yaml = manuscript.assets.read(name).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    if yaml.is_none() {
        diagnostics.push(Diagnostic::error(Code::FileNotText, "the theme is not a file of UTF-8 text").at(Place::file(name)));
    }
    yaml.map(|yaml| ThemeText { name: name.to_string(), yaml })
}

/// The theme on the page and for the medium that were asked for.
fn shaped(theme: Theme, page: Option<Size>, options: &Options) -> Theme {
    let mut theme = match page {
        Some(size) if size != Size::new(theme.page.width, theme.page.height) => theme.resized(size),
        _ => theme,
    };
    if options.crop_marks {
        theme.page.crop_marks = true;
        if theme.page.bleed == Length::ZERO {
            theme.page.bleed = Length::from_mm(BLEED_MM);
        }
    }
    theme.page.medium = options.medium.unwrap_or(theme.page.medium);
    theme
}
