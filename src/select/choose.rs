//! The choice itself: which chapters this reader gets, in which order, and the reason for each.

use std::sync::Arc;

use crate::diag::{Diagnostics, Warned};
use crate::load::{ChapterSource, FrontMatter, Manuscript, OwnPage, Pos, Role, Text, first_heading};

use super::conditions::Facts;
use super::fields::field_values;
use super::ladder::{Aim, ladder, match_reader};
use super::passages::decide;
use super::{Entry, EntryKind, Omitted, Reader, Selection, StageInfo};

/// Chooses the chapters for a reader.
///
/// A book with a ladder has this order: the author's front matter, *Your route*, *Your milestones*, the stages up to the
/// target, *The road beyond* if there are later ones, paths, guides, back matter. A book without has its own order.
///
/// # Errors
/// When the reader names what the book does not have, or a condition cannot be understood.
pub fn select(manuscript: &Arc<Manuscript>, reader: &Reader) -> Result<Warned<Selection>, Diagnostics> {
    let aim = match_reader(manuscript, reader)?;
    let mut found = Diagnostics::new();
    let diagnostics = &mut found;
    let ladder = ladder(manuscript, aim.target, reader.all);
    let facts = Facts::new(manuscript, reader, aim.target.map(|at| at + 1), aim.from.map(|at| at + 1), aim.chosen.iter().map(String::as_str).collect());
    let mut choosing = Choosing { manuscript, reader, aim: &aim, ladder: &ladder, facts, diagnostics, entries: Vec::new(), omitted: Vec::new(), part: None };
    choosing.run();
    let (entries, omitted) = (choosing.entries, choosing.omitted);
    let at = |index: Option<usize>| index.and_then(|i| ladder.get(i));
    let titles = manuscript.paths.iter().chain(&manuscript.guides).filter(|extra| aim.chosen.contains(&extra.id));
    let selection = Selection {
        manuscript: Arc::clone(manuscript),
        reader: reader.clone(),
        fields: field_values(&manuscript.book, reader, at(aim.target), at(aim.from)),
        paths: titles.map(|extra| (extra.id.clone(), extra.title.clone())).collect(),
        target: aim.target,
        from: aim.from,
        ladder,
        entries: entries.into(),
        omitted: omitted.into(),
    };
    Warned::unless_stopped(Some(selection), found)
}

struct Choosing<'a, 'd> {
    manuscript: &'a Manuscript,
    reader: &'a Reader,
    aim: &'a Aim,
    ladder: &'a [StageInfo],
    facts: Facts<'a>,
    diagnostics: &'d mut Diagnostics,
    entries: Vec<Entry>,
    omitted: Vec<Omitted>,
    /// Title of a part whose first chapter was left out; the next one opens it.
    part: Option<String>,
}

impl<'a> Choosing<'a, '_> {
    fn run(&mut self) {
        let chapters = &self.manuscript.chapters;
        let of = |wanted: fn(&Role) -> bool| chapters.iter().enumerate().filter(move |(_, c)| wanted(&c.role));
        self.chapters(of(|role| matches!(role, Role::Front)));
        self.opening_pages();
        self.chapters(of(|role| matches!(role, Role::Chapter { .. })));
        self.chapters(of(|role| matches!(role, Role::Stage(_))));
        self.road_beyond();
        self.chapters(of(|role| matches!(role, Role::Path(_))));
        self.chapters(of(|role| matches!(role, Role::Guide(_))));
        self.chapters(of(|role| matches!(role, Role::Back)));
    }

    fn chapters(&mut self, chapters: impl Iterator<Item = (usize, &'a ChapterSource)>) {
        for (at, chapter) in chapters {
            let text = self.text(chapter);
            match self.verdict(at, chapter) {
                Ok(why) => self.take(chapter, text, why),
                Err(why) => self.leave(chapter, why),
            }
        }
    }

    /// The chapter's text for this reader. Chapters that are left out are looked at too, for their mistakes.
    fn text(&mut self, chapter: &ChapterSource) -> Text {
        if self.manuscript.has_fields() { decide(&chapter.text, &self.facts, &self.manuscript.sources, self.diagnostics) } else { chapter.text.clone() }
    }

    /// Why a chapter is taken, or why not.
    fn verdict(&self, at: usize, chapter: &ChapterSource) -> Result<String, String> {
        match chapter.role {
            Role::Stage(index) => self.stage_verdict(index),
            Role::Chapter { .. } if chapter.draft => self.draft_verdict(at),
            _ if self.reader.all => Ok("everything was asked for".to_string()),
            Role::Path(index) => self.extra_verdict(self.manuscript.paths.get(index).map(|e| e.id.as_str()), &chapter.meta),
            Role::Guide(index) => self.extra_verdict(self.manuscript.guides.get(index).map(|e| e.id.as_str()), &chapter.meta),
            Role::Front => self.extra_verdict(None, &chapter.meta).map(|why| format!("front matter, {why}")),
            Role::Back => self.extra_verdict(None, &chapter.meta).map(|why| format!("back matter, {why}")),
            Role::Chapter { .. } => self.extra_verdict(None, &chapter.meta),
        }
    }

    fn stage_verdict(&self, index: usize) -> Result<String, String> {
        let target = self.aim.target.unwrap_or(index);
        match index.cmp(&target) {
            std::cmp::Ordering::Less => Ok(format!("stage {}, on the way to the target", index + 1)),
            std::cmp::Ordering::Equal => Ok(format!("stage {}, the target", index + 1)),
            std::cmp::Ordering::Greater if self.reader.all => Ok(format!("stage {}, everything was asked for", index + 1)),
            std::cmp::Ordering::Greater => Err(format!("stage {} lies beyond the target, its summary is in the road beyond", index + 1)),
        }
    }

    /// A draft is only kept where chapters are nested in it, as their heading.
    fn draft_verdict(&self, at: usize) -> Result<String, String> {
        let depth = |c: &ChapterSource| if let Role::Chapter { depth, .. } = c.role { depth } else { 0 };
        let chapters = &self.manuscript.chapters;
        let inner = chapters.get(at).zip(chapters.get(at + 1)).is_some_and(|(draft, next)| depth(next) > depth(draft));
        if inner { Ok("a draft, kept as the heading of the chapters in it".to_string()) } else { Err("a draft, not written yet".to_string()) }
    }

    /// For everybody, for a range of targets, for those who chose a path, or asked for by name.
    fn extra_verdict(&self, id: Option<&str>, meta: &FrontMatter) -> Result<String, String> {
        let chosen = |id: &str| self.aim.chosen.iter().any(|c| c == id);
        if id.is_some_and(chosen) {
            return Ok("asked for by name".to_string());
        }
        if let Some(path) = meta.paths.iter().find(|path| chosen(path)) {
            return Ok(format!("it belongs to the path {path}, which was asked for"));
        }
        let target = self.aim.target.map_or(0, |at| at + 1);
        match &meta.stages {
            Some(range) if range.contains(&target) => Ok(format!("for {}, and the target is {target}", spoken(range))),
            Some(range) => Err(format!("for {}, and the target is {target}", spoken(range))),
            None if meta.paths.is_empty() => Ok("for every reader".to_string()),
            None => Err(format!("for those who chose {}", meta.paths.join(" or "))),
        }
    }

    fn take(&mut self, chapter: &ChapterSource, text: Text, why: String) {
        let (kind, depth, numbered) = match chapter.role {
            Role::Front => (EntryKind::Front, 0, false),
            Role::Stage(index) => (EntryKind::Stage { number: index + 1, target: self.aim.target == Some(index) }, 0, true),
            Role::Path(_) => (EntryKind::Path, 0, true),
            Role::Guide(_) => (EntryKind::Guide, 0, true),
            Role::Chapter { depth, numbered } => (EntryKind::Chapter, depth, numbered),
            Role::Back => (EntryKind::Back, 0, false),
        };
        let waiting = self.part.take();
        self.entries.push(Entry {
            kind,
            path: chapter.path.clone(),
            title: title(chapter),
            meta: chapter.meta.clone(),
            depth,
            numbered,
            part: chapter.part.clone().or(waiting),
            text,
            pos: chapter.pos,
            why,
        });
    }

    fn leave(&mut self, chapter: &ChapterSource, why: String) {
        if chapter.part.is_some() {
            self.part.clone_from(&chapter.part);
        }
        let file = || chapter.path.rsplit('/').next().unwrap_or("").trim_end_matches(".md").to_string();
        let title = title(chapter).or_else(|| first_heading(&chapter.text.text)).unwrap_or_else(file);
        self.omitted.push(Omitted { path: chapter.path.clone(), title, why });
    }

    fn opening_pages(&mut self) {
        if self.ladder.is_empty() {
            return;
        }
        if self.manuscript.has(OwnPage::Route) {
            self.generated(EntryKind::Route, "the book has a ladder");
        }
        let on_route = |stage: &StageInfo| self.aim.target.is_some_and(|target| stage.number <= target + 1);
        if self.manuscript.has(OwnPage::Milestones) && self.ladder.iter().any(|stage| on_route(stage) && !stage.milestones.is_empty()) {
            self.generated(EntryKind::Milestones, "stages of the route have milestones");
        }
    }

    fn road_beyond(&mut self) {
        if self.manuscript.has(OwnPage::RoadBeyond) && self.ladder.iter().any(|stage| !stage.included) {
            self.generated(EntryKind::RoadBeyond, "there are stages beyond the target");
        }
    }

    fn generated(&mut self, kind: EntryKind, why: &str) {
        self.entries.push(Entry {
            kind,
            path: String::new(),
            title: None,
            meta: FrontMatter::default(),
            depth: 0,
            numbered: false,
            part: None,
            text: Text::default(),
            pos: Pos::default(),
            why: why.to_string(),
        });
    }
}

/// A stage is listed by its name on the ladder, and its chapter's front matter may call the chapter otherwise.
fn title(chapter: &ChapterSource) -> Option<String> {
    let (listed, own) = (&chapter.listed_title, &chapter.meta.title);
    match chapter.role {
        Role::Stage(_) | Role::Path(_) | Role::Guide(_) => own.as_ref().or(listed.as_ref()).cloned(),
        _ => listed.as_ref().or(own.as_ref()).cloned(),
    }
}

fn spoken(range: &std::ops::RangeInclusive<usize>) -> String {
    if range.start() == range.end() { format!("stage {}", range.start()) } else { format!("the stages {} to {}", range.start(), range.end()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::load_memory;

    const MANIFEST: &str = "title: T\nstages:\n  - { id: one, title: First Stage, years: 0–2, chapter: 1.md }\n  - { id: two, title: Second, chapter: 2.md }\n  - { id: three, title: Third, chapter: 3.md }\npaths:\n  - { id: side, chapter: side.md }\n  - { id: late, chapter: late.md }\nguides:\n  - { id: help, title: Help, chapter: help.md }\nfront: [letter.md]\nback: [end.md]\n";

    fn manuscript() -> Arc<Manuscript> {
        let files = [
            ("handbook.yaml", MANIFEST),
            ("1.md", "---\nmilestone: Done one\n---\n# One\n"),
            ("2.md", "---\nmilestone: Done two\nsummary: Two in short\n---\n# Two\n"),
            ("3.md", "# Three\n"),
            ("side.md", "# The side path\n"),
            ("late.md", "---\nstages: 3\n---\n# Late\n"),
            ("help.md", "---\npaths: [late]\n---\n# Help\n"),
            ("letter.md", "# Letter\n\nDear <!-- only reader: named -->friend<!-- else -->reader<!-- end -->\n"),
            ("end.md", "# End\n"),
        ];
        let read = load_memory(files.map(|(path, text)| (path.to_string(), text.into()))).expect("a sound manuscript");
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
        Arc::new(read.value)
    }

    fn chosen(reader: Reader) -> (Vec<String>, Vec<String>) {
        let selection = select(&manuscript(), &reader).expect("a selection").value;
        let entries = selection.entries.iter().map(|e| if e.path.is_empty() { format!("{:?}", e.kind) } else { e.path.clone() }).collect();
        (entries, selection.omitted.iter().map(|o| format!("{}: {}", o.title, o.why)).collect())
    }

    fn said(reader: Reader) -> Vec<String> {
        let problems = select(&manuscript(), &reader).err().unwrap_or_default();
        assert!(!problems.is_empty());
        problems.iter().map(|d| d.message.clone()).collect()
    }

    #[test]
    fn stages_up_to_the_target() {
        let (entries, omitted) = chosen(Reader { stage: Some("second".to_string()), ..Reader::default() });
        assert_eq!(entries, ["letter.md", "Route", "Milestones", "1.md", "2.md", "RoadBeyond", "side.md", "end.md"]);
        assert_eq!(
            omitted,
            [
                "Third: stage 3 lies beyond the target, its summary is in the road beyond",
                "Late: for stage 3, and the target is 2",
                "Help: for those who chose late"
            ]
        );
    }

    #[test]
    fn the_last_stage_is_the_default_and_paths_bring_their_guides() {
        assert_eq!(chosen(Reader::default()).0, ["letter.md", "Route", "Milestones", "1.md", "2.md", "3.md", "side.md", "late.md", "end.md"]);
        let reader = Reader { stage: Some("1".to_string()), paths: vec!["Late".to_string()], ..Reader::default() };
        assert_eq!(chosen(reader).0, ["letter.md", "Route", "Milestones", "1.md", "RoadBeyond", "side.md", "late.md", "help.md", "end.md"]);
        let everything = Reader { stage: Some("one".to_string()), all: true, ..Reader::default() };
        assert_eq!(chosen(everything).0.len(), 10);
    }

    #[test]
    fn fields_and_passages_know_the_reader() {
        let reader = Reader { name: Some("Ada".to_string()), stage: Some("2".to_string()), from: Some("one".to_string()), ..Reader::default() };
        let selection = select(&manuscript(), &reader).expect("a selection").value;
        let field = |name: &str| selection.fields.get(name).cloned().flatten();
        assert_eq!(
            (field("reader.name").as_deref(), field("target.title").as_deref(), field("from.years").as_deref()),
            (Some("Ada"), Some("Second"), Some("0–2"))
        );
        assert_eq!(selection.fields.get("reader.email"), Some(&None));
        assert!(selection.entries.first().is_some_and(|e| e.text.text.contains("Dear friend\n")));
        let milestones: Vec<_> = selection.ladder.iter().map(|s| (s.included, s.milestones.len())).collect();
        assert_eq!(milestones, [(true, 1), (true, 1), (false, 0)]);
    }

    #[test]
    fn all_mistakes_about_a_reader_at_once() {
        let reader = Reader {
            name: Some("A\nB".to_string()),
            stage: Some("secnd".to_string()),
            from: Some("9".to_string()),
            paths: vec!["sid".to_string()],
            email: Some("nobody".to_string()),
            ..Reader::default()
        };
        assert_eq!(said(reader).len(), 5);
        let backwards = Reader { stage: Some("1".to_string()), from: Some("2".to_string()), ..Reader::default() };
        assert_eq!(said(backwards), ["the present stage, Second, lies beyond the target, First Stage"]);
    }
}
