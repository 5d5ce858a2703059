//! Passages that only some readers get: `<!-- only stages: 3..5 -->` … `<!-- else -->` … `<!-- end -->`, with any number of
//! `<!-- else only … -->` between.
//!
//! They are decided on the Markdown text, before it is parsed, so that a passage may be a word, a paragraph, an item
//! of a list or three sections. Code is not touched, and neither is a comment that is none of these marks and resembles none.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::limits;
use crate::load::{Manuscript, Sources, Text};

use super::conditions::{Decision, Facts, decision};
use super::marks::{Mark, read};

/// A mark and its place.
struct Found<'t> {
    mark: Mark<'t>,
    /// The right way to write it, if this is not it.
    right: Option<String>,
    /// What goes with it: the comment, or its whole line when nothing else stands there.
    range: Range<usize>,
    /// Where the comment begins.
    comment: usize,
}

/// A passage that has begun.
#[derive(Default)]
struct Open {
    /// Where.
    began: usize,
    /// How many branches it has, and which of them this is.
    branches: usize,
    branch: usize,
    /// Whether the text of this branch is the reader's.
    shown: bool,
    /// A branch before this one, or this one, is the reader's: those that follow are not.
    settled: bool,
    /// The format that a mark for the writers names, and whether its `else` was left too.
    marked: Option<&'static str>,
    else_marked: bool,
    /// There was an `else` without a condition.
    ended_by_else: bool,
}

/// Which branch of a passage is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Branches {
    /// The one whose condition holds.
    #[default]
    Reader,
    /// The one of this number, from 0, or the last one, whatever the conditions say: for looking at all that anybody may get.
    Number(usize),
}

/// The text as this reader gets it.
pub(super) fn decide(text: &Text, facts: &Facts<'_>, sources: &Sources, diagnostics: &mut Diagnostics) -> Text {
    let marks = marks(&text.text);
    if marks.is_empty() {
        return text.clone();
    }
    Deciding { text, starts: text.line_starts(), facts, sources, diagnostics, out: Text::default(), done: 0, open: None }.run(&marks)
}

struct Deciding<'a, 'd> {
    text: &'a Text,
    starts: Vec<usize>,
    facts: &'a Facts<'a>,
    sources: &'a Sources,
    diagnostics: &'d mut Diagnostics,
    out: Text,
    /// How far the text has been dealt with.
    done: usize,
    open: Option<Open>,
}

impl Deciding<'_, '_> {
    fn run(mut self, marks: &[Found<'_>]) -> Text {
        for (index, found) in marks.iter().enumerate() {
            self.text_up_to(found.range.start);
            if let Some(right) = &found.right {
                self.error(Code::PassageMark, found.comment, "this comment looks like the mark of a passage and is none", right.clone());
            }
            match found.mark {
                Mark::Only(condition) => self.only(condition, found, branches(marks.get(index..).unwrap_or_default())),
                Mark::Else(condition) => self.otherwise(condition, found),
                Mark::End => self.end(found),
            }
            self.done = found.range.end;
        }
        self.text_up_to(self.text.text.len());
        if let Some(open) = self.open.take() {
            self.error(Code::PassageMark, open.began, "this passage has no end", "end it with `<!-- end -->`");
        }
        self.out
    }

    fn error(&mut self, code: Code, offset: usize, message: impl Into<String>, hint: impl Into<String>) {
        let place = self.sources.place(self.text.pos(&self.starts, offset));
        self.diagnostics.push(Diagnostic::error(code, message).at(place).hint(hint));
    }

    fn text_up_to(&mut self, end: usize) {
        if self.open.as_ref().is_none_or(|open| open.shown) {
            self.out.append(self.text, &self.starts, self.done..end);
        }
    }

    /// Leaves a mark in the text for the writers.
    fn keep(&mut self, found: &Found<'_>, mark: &str) {
        let at = self.text.pos(&self.starts, found.comment);
        let indent = self.text.text.get(found.range.start..found.comment).unwrap_or("");
        let ending = if self.text.text.get(found.range.clone()).is_some_and(|t| t.ends_with('\n')) { "\n" } else { "" };
        self.out.push(&format!("{indent}{mark}{ending}"), (at.file, at.line));
    }

    fn only(&mut self, condition: &str, found: &Found<'_>, branches: usize) {
        if let Some(before) = self.open.take() {
            let line = self.text.pos(&self.starts, found.comment).line;
            let message = format!("this passage has no end before the next one begins, in line {line}");
            self.error(Code::PassageMark, before.began, message, "end it with `<!-- end -->`; passages do not nest, but `and` and `or` join conditions");
        }
        let mut open = Open { began: found.comment, branches, ..Open::default() };
        let decided = self.decided(condition, found, &open);
        self.begin(&mut open, decided, found);
        self.open = Some(open);
    }

    fn otherwise(&mut self, condition: Option<&str>, found: &Found<'_>) {
        let Some(mut open) = self.open.take() else {
            return self.error(Code::PassageMark, found.comment, "`else` without a passage", "a passage begins with `<!-- only … -->`");
        };
        if open.ended_by_else {
            self.error(Code::PassageMark, found.comment, "a passage has one `else` without a condition, and it stands last", "end the passage first");
        }
        open.branch += 1;
        if open.branch == limits::BRANCHES {
            let message = format!("a passage has {} branches at most", limits::BRANCHES);
            self.error(Code::PassageMark, found.comment, message, "end it, and begin another");
        }
        open.ended_by_else = condition.is_none();
        let decided = match condition {
            Some(condition) => self.decided(condition, found, &open),
            None => self.without_condition(&open),
        };
        self.begin(&mut open, decided, found);
        self.open = Some(open);
    }

    /// What a branch's condition says of this reader, or what is asked for in its place.
    fn decided(&mut self, condition: &str, found: &Found<'_>, open: &Open) -> Decision {
        let decided = decision(condition, self.facts).unwrap_or_else(|(message, hint)| {
            self.error(Code::Condition, found.comment, message, hint);
            Decision::Take
        });
        match decided {
            Decision::Take | Decision::Leave if self.facts.reader.branches != Branches::Reader => self.without_condition(open),
            decided => decided,
        }
    }

    fn without_condition(&self, open: &Open) -> Decision {
        match self.facts.reader.branches {
            Branches::Number(number) if open.marked.is_none() && open.branch != number.min(open.branches.saturating_sub(1)) => Decision::Leave,
            _ => Decision::Take,
        }
    }

    /// Begins a branch.
    fn begin(&mut self, open: &mut Open, decided: Decision, found: &Found<'_>) {
        open.shown = false;
        if open.settled {
            return;
        }
        if open.marked.is_some() && !open.else_marked {
            self.keep(found, "<!-- else -->");
            open.else_marked = true;
        }
        (open.shown, open.settled) = match (decided, open.marked) {
            (Decision::Take, _) => (true, true),
            (Decision::Leave, _) => (false, false),
            // After what is for one format there is but the other.
            (Decision::Later(format), Some(other)) => (format != other, format != other),
            (Decision::Later(format), None) => {
                self.keep(found, &format!("<!-- only format: {format} -->"));
                open.marked = Some(format);
                (true, false)
            }
        };
    }

    fn end(&mut self, found: &Found<'_>) {
        match self.open.take() {
            None => self.error(Code::PassageMark, found.comment, "`end` without a passage", "a passage begins with `<!-- only … -->`"),
            Some(open) if open.marked.is_some() => self.keep(found, "<!-- end -->"),
            Some(_) => {}
        }
    }
}

/// How many branches the passage has that the first of these marks begins.
fn branches(marks: &[Found<'_>]) -> usize {
    let more = marks.iter().skip(1).take(limits::BRANCHES).take_while(|found| matches!(found.mark, Mark::Else(_))).count();
    (1 + more).min(limits::BRANCHES)
}

/// How many branches each passage of a text has.
fn all_branches(marks: &[Found<'_>]) -> impl Iterator<Item = usize> {
    let begins = marks.iter().enumerate().filter(|(_, found)| matches!(found.mark, Mark::Only(_)));
    begins.filter_map(|(at, _)| marks.get(at..)).map(branches)
}

/// A text in the ways that between them hold all that any reader gets: in each, of every passage another branch, or nothing where it has
/// no more and no `else`. A text without passages has one way.
pub(crate) fn ways(text: &str) -> Vec<String> {
    let marks = marks(text);
    let most = if marks.is_empty() { 1 } else { all_branches(&marks).max().unwrap_or(0).max(2) };
    (0..most).map(|way| one_way(text, &marks, way)).collect()
}

fn one_way(text: &str, marks: &[Found<'_>], way: usize) -> String {
    let mut out = String::new();
    // Where the text goes on, and the branch that stands there of the passage whose `wanted` one is taken.
    let (mut done, mut branch, mut wanted) = (0, None, way);
    let mut take = |part: Option<&str>, branch: Option<usize>, wanted: usize| {
        if branch.is_none_or(|branch| branch == wanted) {
            out.push_str(part.unwrap_or_default());
        }
    };
    for (index, found) in marks.iter().enumerate() {
        take(text.get(done..found.range.start), branch, wanted);
        done = found.range.end;
        branch = match found.mark {
            Mark::Only(_) => {
                let passage = marks.get(index..).unwrap_or_default();
                let all = passage.get(..branches(passage)).unwrap_or_default();
                wanted = if matches!(all.last(), Some(Found { mark: Mark::Else(None), .. })) { way.min(all.len() - 1) } else { way };
                Some(0)
            }
            Mark::Else(_) => branch.map(|branch| branch + 1),
            Mark::End => None,
        };
    }
    take(text.get(done..), branch, wanted);
    out
}

/// How many branches the passage with the most has, in all chapters; 0 where there are no passages.
pub fn most_branches(manuscript: &Manuscript) -> usize {
    let most = |text: &str| {
        let marks = marks(text);
        all_branches(&marks).max().unwrap_or(0)
    };
    if !manuscript.has_fields() {
        return 0;
    }
    manuscript.chapters.iter().map(|chapter| most(&chapter.text.text)).max().unwrap_or(0)
}

/// The passages of a text and what stands between them, each alone; none of a text without passages.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let marks = marks(text);
    let begins = marks.iter().map(|found| found.range.end);
    let ends = marks.iter().map(|found| found.range.start).skip(1).chain([text.len()]);
    let first = marks.first().and_then(|found| text.get(..found.range.start));
    first.into_iter().chain(begins.zip(ends).filter_map(|(begin, end)| text.get(begin..end))).collect()
}

/// The conditions of a text's passages, as they are written.
pub(super) fn conditions<'t>(text: &'t str) -> Vec<&'t str> {
    let condition = |found: Found<'t>| match found.mark {
        Mark::Only(condition) | Mark::Else(Some(condition)) => Some(condition),
        _ => None,
    };
    marks(text).into_iter().filter_map(condition).collect()
}

/// Bytes of the longest comment that is looked at: no condition has a tenth of it.
const LONGEST_MARK: usize = 2_000;

/// All marks of a text that do not stand in code.
fn marks(text: &str) -> Vec<Found<'_>> {
    let ends: Vec<usize> = text.match_indices("-->").map(|(at, _)| at).collect();
    let mut found: Vec<Found<'_>> = text.match_indices("<!--").filter_map(|(at, _)| mark(text, at, &ends)).collect();
    if !found.is_empty() {
        let code = code(text);
        found.retain(|f| {
            let after = code.partition_point(|range| range.start <= f.comment);
            after.checked_sub(1).and_then(|at| code.get(at)).is_none_or(|range| f.comment >= range.end)
        });
    }
    found
}

/// The mark that a comment is. `ends` are the ends of all comments: a chapter can begin ten thousand and end none.
fn mark<'t>(text: &'t str, at: usize, ends: &[usize]) -> Option<Found<'t>> {
    let close = *ends.get(ends.partition_point(|end| *end < at + 4))?;
    let inner = text.get(at + 4..close).filter(|inner| inner.len() <= LONGEST_MARK)?;
    let end = close + 3;
    let (mark, right) = read(inner.trim())?;
    Some(Found { mark, right, range: alone(text, at..end), comment: at })
}

/// The whole line of a comment when nothing else stands on it. Only blanks are looked at: a line may be as long as a book.
fn alone(text: &str, comment: Range<usize>) -> Range<usize> {
    let blank = |c: char| c != '\n' && c.is_whitespace();
    let before = text.get(..comment.start).unwrap_or("").trim_end_matches(blank);
    let after = text.get(comment.end..).unwrap_or("");
    let rest = after.trim_start_matches(blank);
    let begins = before.is_empty() || before.ends_with('\n');
    let ends = rest.is_empty() || rest.starts_with('\n');
    if begins && ends { before.len()..(text.len() - rest.len() + usize::from(!rest.is_empty())) } else { comment }
}

/// Where code stands, in order: blocks and spans.
fn code(text: &str) -> Vec<Range<usize>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS | Options::ENABLE_DEFINITION_LIST;
    let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    Parser::new_ext(text, options).into_offset_iter().filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::Reader;

    /// The text for a reader who aims at stage 3 of 5 and comes from stage 2, and what is said.
    fn decided(source: &str) -> (Text, Vec<String>) {
        let mut sources = Sources::default();
        let id = sources.add("a.md", source);
        let fields = [("team".to_string(), "Tools".to_string()), ("empty".to_string(), String::new())].into();
        let reader = Reader { note: Some("hello".to_string()), group: Some("Night".to_string()), fields, ..Reader::default() };
        let facts = Facts {
            reader: &reader,
            stages: vec!["one", "two", "three", "four", "five"],
            target: Some(3),
            from: Some(2),
            known: vec!["founder", "guide"],
            chosen: vec!["founder"],
        };
        let mut diagnostics = Diagnostics::new();
        let text = decide(&Text::whole(id, source, 1), &facts, &sources, &mut diagnostics);
        (
            text,
            diagnostics
                .iter()
                .map(|d| format!("{}:{}: {}", d.place.as_ref().map_or(0, |p| p.line), d.place.as_ref().map_or(0, |p| p.column), d.message))
                .collect(),
        )
    }

    #[test]
    fn passages_go_and_lines_keep_their_origin() {
        let (text, said) = decided("a\n\n<!-- only stages: 4..5 -->\n\nb\n\n<!-- else -->\n\nc\n\n<!-- end -->\n\nd\n");
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(text.text, "a\n\n\nc\n\n\nd\n");
        assert_eq!(text.origin.iter().map(|(_, line)| *line).collect::<Vec<_>>(), [1, 2, 8, 9, 10, 12, 13]);
        assert!(text.origin.iter().all(|(file, _)| Some(*file) == text.origin.first().map(|(file, _)| *file)));
    }

    #[test]
    fn what_any_reader_gets_is_in_one_way_or_the_other() {
        let text = "a <!-- only from: 1 -->b<!-- else -->c<!-- end --> d\n<!-- only stages: 1 -->\ne\n<!-- end -->\nf";
        assert_eq!(ways(text), ["a b d\ne\nf", "a c d\nf"]);
        assert_eq!(ways("<!-- only from: 1 -->a<!-- else only from: 2 -->b<!-- else -->c<!-- end -->"), ["a", "b", "c"]);
        assert_eq!(pieces(text), ["a ", "b", "c", " d\n", "e\n", "f"]);
        assert_eq!((ways("plain"), pieces("plain")), (vec!["plain".to_string()], Vec::new()));
    }

    #[test]
    fn a_passage_has_so_many_branches_and_no_more() {
        let passage = |more: usize| format!("<!-- only from: 1 -->a{}<!-- end -->", "<!-- else only from: 1 -->b".repeat(more));
        let said = |more: usize| decided(&passage(more)).1.len();
        assert_eq!((said(limits::BRANCHES - 1), said(limits::BRANCHES), said(100_000)), (0, 1, 1));
        assert_eq!(ways(&passage(100_000)).len(), limits::BRANCHES);
    }

    #[test]
    fn passages_within_a_line() {
        assert_eq!(decided("You <!-- only from: 1..2 -->rise<!-- else -->stay<!-- end --> here.\n").0.text, "You rise here.\n");
        assert_eq!(decided("You <!-- only from: 3 -->rise<!-- else -->stay<!-- end --> here.\n").0.text, "You stay here.\n");
    }

    #[test]
    fn every_key() {
        let taken = |condition: &str| decided(&format!("<!-- only {condition} -->x<!-- end -->\n")).0.text == "x\n";
        for yes in [
            "stages: 3",
            "stages: ..3",
            "from: 2",
            "paths: guide, founder",
            "note: given",
            "stages: 3 and from: 1..2",
            "stages: three",
            "stages: two..four",
            "stages: 1, 3",
            "stages: 1 or from: 2",
            "stages: 1 and from: 1 or note: given",
            "group: day, night",
            "group: given",
            "field.team: given",
            "field.team: tools",
        ] {
            assert!(taken(yes), "{yes}");
        }
        for no in [
            "stages: 4..",
            "from: 1",
            "paths: guide",
            "reader: named",
            "organisation: given",
            "email: given",
            "stages: 3 and from: 1",
            "stages: one",
            "stages: 1 or from: 1",
            "group: day",
            "field.team: sales",
            "field.empty: given",
            "field.none: given",
        ] {
            assert!(!taken(no), "{no}");
        }
    }

    #[test]
    fn formats_stay_marked() {
        let text = "<!-- only format: pdf -->\np\n<!-- else -->\ne\n<!-- end -->\n";
        assert_eq!(decided(text).0.text, text);
        assert_eq!(decided("a <!-- only stages: 3 and format: epub -->b<!-- end -->").0.text, "a <!-- only format: epub -->b<!-- end -->");
        assert_eq!(decided("a <!-- only stages: 4 and format: epub -->b<!-- else -->c<!-- end -->").0.text, "a c");
        let both = "a <!-- only format: pdf -->b<!-- else only format: epub -->c<!-- else -->d<!-- end -->";
        assert_eq!(decided(both).0.text, "a <!-- only format: pdf -->b<!-- else -->c<!-- end -->");
        assert_eq!(decided("<!-- only format: pdf or format: epub -->b<!-- end -->").0.text, "b");
        let later = "<!-- only stages: 1 -->a<!-- else only format: pdf -->b<!-- else -->c<!-- end -->";
        assert_eq!(decided(later).0.text, "<!-- only format: pdf -->b<!-- else -->c<!-- end -->");
    }

    #[test]
    fn the_first_branch_whose_condition_holds_is_taken() {
        let chain = |a: &str, b: &str| decided(&format!("<!-- only stages: {a} -->a<!-- else only stages: {b} -->b<!-- else -->c<!-- end -->")).0.text;
        assert_eq!([chain("3", "3"), chain("1", "3"), chain("1", "2")], ["a", "b", "c"]);
    }

    #[test]
    fn what_resembles_a_mark_is_an_error_at_its_line_and_means_what_it_resembles() {
        let text = "<!-- onyl stages: 1 -->\na\n<!-- ELSE -->\nb\n<!-- endif -->\nc\n<!-- if from: 2 -->d<!-- otherwise -->e<!-- end only -->\n\
            <!-- only from: 1 -->f<!-- elseif from: 2 -->g<!-- end -->\n";
        let (text, said) = decided(text);
        assert_eq!(text.text, "b\nc\nd\ng\n");
        let lines: Vec<&str> = said.iter().map(|line| line.split(": ").next().unwrap_or_default()).collect();
        assert_eq!(lines, ["1:1", "3:1", "5:1", "7:1", "7:21", "7:40", "8:23"], "{said:?}");
    }

    #[test]
    fn code_is_not_touched() {
        let text = "`<!-- only stages: 9 -->`\n\n```\n<!-- end -->\n```\n\n- a\n\n      <!-- else -->\n\n<!-- a note -->\n<!-- end of list -->\n";
        let (decided, said) = decided(text);
        assert_eq!((decided.text.as_str(), said.len()), (text, 0));
    }

    #[test]
    fn mistakes_have_their_place() {
        let text = "<!-- end -->\nx <!-- only stage: 3 -->a<!-- end -->\n<!-- only stages: 3..9 -->a<!-- only paths: x --><!-- else --><!-- else --><!-- end -->\n\
            <!-- only paths: foundr -->a<!-- end --><!-- only reader: yes -->a<!-- end --><!-- only -->a<!-- end --><!-- only format: html -->\n";
        assert_eq!(
            decided(text).1,
            [
                "1:1: `end` without a passage",
                "2:3: unknown condition `stage`",
                "3:1: there is no stage 9",
                "3:1: this passage has no end before the next one begins, in line 3",
                "3:28: there is no path `x`",
                "3:63: a passage has one `else` without a condition, and it stands last",
                "4:1: there is no path `foundr`",
                "4:41: `reader: yes` is not a condition",
                "4:79: `only` does not say for whom",
                "4:105: there is no format `html`",
                "4:105: this passage has no end"
            ]
        );
    }
}
