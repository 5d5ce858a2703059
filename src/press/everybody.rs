//! What there is to say of a book as a whole: laid out for every target, and for readers who between them get all of it.

use std::sync::Arc;

use crate::diag::{Code, Diagnostics};
use crate::load::{ChapterSource, Manuscript};
use crate::select::{Aim, Branches, Mentions, Reader, most_branches};

use super::press::{Laid, Press};
use super::watch::Watch;

impl Press {
    /// The readers that a check lays the book out for: the one that is given, if a stage is named or there is no ladder, else one for each
    /// stage from the present one on.
    pub fn targets(&self, reader: &Reader, aim: &Aim) -> Vec<Reader> {
        let stages = &self.project().manuscript().stages;
        if reader.stage.is_some() || stages.is_empty() {
            return vec![reader.clone()];
        }
        stages.iter().skip(aim.from.unwrap_or(0)).map(|stage| Reader { stage: Some(stage.id.clone()), ..reader.clone() }).collect()
    }

    /// Nobody by name, with every field that a roster may have and nothing in it: for what a book says of itself, whatever its text asks for.
    pub fn nobody(&self) -> Reader {
        let fields = Mentions::of(self.project().manuscript()).fields().map(|key| (key.to_string(), String::new())).collect();
        Reader { fields, ..Reader::default() }
    }

    /// Warnings of what only some readers get: every chapter, and of every passage each branch.
    pub fn warnings_of_everybody(&self, watch: Watch<'_>) -> Diagnostics {
        let mut found = Vec::new();
        for reader in everybody(self.project().manuscript()) {
            // Warnings of a strict run come as what stands in a book's way.
            found.push(self.layout(&reader, watch).map_or_else(Arc::new, |Laid { warnings, .. }| warnings));
        }
        let mut warnings = Diagnostics::new();
        for warning in found.iter().flat_map(|found| found.iter()) {
            // What nothing calls in one branch may be called in another.
            let may_be_elsewhere = matches!(warning.code, Code::FootnoteUnused | Code::IndexSee);
            if !may_be_elsewhere || found.iter().all(|found| found.iter().any(|other| other == warning)) {
                warnings.push(warning.clone());
            }
        }
        warnings
    }
}

/// Readers who between them get every chapter, and of every passage each branch, with something in each field. None for a book that is
/// the same for all.
fn everybody(manuscript: &Manuscript) -> Vec<Reader> {
    let choice = |chapter: &ChapterSource| chapter.meta.stages.is_some() || !chapter.meta.paths.is_empty();
    let branches = most_branches(manuscript);
    if branches == 0 && manuscript.paths.is_empty() && manuscript.guides.is_empty() && !manuscript.chapters.iter().any(choice) {
        return Vec::new();
    }
    let some = |text: &str| Some(text.to_string());
    let mentions = Mentions::of(manuscript);
    let reader = |branch| Reader {
        name: some("Reader"),
        from: manuscript.stages.first().map(|stage| stage.id.clone()),
        paths: manuscript.paths.iter().chain(&manuscript.guides).map(|extra| extra.id.clone()).collect(),
        all: true,
        organisation: some("Organisation"),
        email: some("reader@example.org"),
        note: some("A note."),
        fields: mentions.fields().map(|key| (key.to_string(), "Field".to_string())).collect(),
        copy: Some(1),
        group: some("Group"),
        branches: Branches::Number(branch),
        ..Reader::default()
    };
    (0..branches.max(1)).map(reader).collect()
}
