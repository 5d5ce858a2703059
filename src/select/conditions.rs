//! Passages that only some readers get: `<!-- only stages: 3..5 -->` … `<!-- else -->` … `<!-- end -->`.
//!
//! They are decided on the Markdown text, before it is parsed, so that a passage may be a word, a paragraph, an item
//! of a list or three sections. Code is not touched, and neither is a comment that is none of the three marks.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::diag::{Code, Diagnostic, Diagnostics, listed, nearest};
use crate::load::{Manuscript, Sources, Text, stage_range};

use super::Reader;

/// What a condition may ask for.
const KEYS: [&str; 8] = ["stages", "from", "paths", "reader", "note", "organisation", "email", "format"];

/// What the conditions are held against.
pub(super) struct Facts<'a> {
    /// The reader.
    pub(super) reader: &'a Reader,
    /// How many stages there are.
    pub(super) stages: usize,
    /// The target's number, from 1.
    pub(super) target: Option<usize>,
    /// The present stage's number, from 1.
    pub(super) from: Option<usize>,
    /// Ids of all paths and guides.
    pub(super) known: Vec<&'a str>,
    /// Ids of those that were asked for.
    pub(super) chosen: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(manuscript: &'a Manuscript, reader: &'a Reader, target: Option<usize>, from: Option<usize>, chosen: Vec<&'a str>) -> Facts<'a> {
        let known = manuscript.paths.iter().chain(&manuscript.guides).map(|extra| extra.id.as_str()).collect();
        Facts { reader, stages: manuscript.stages.len(), target, from, known, chosen }
    }
}

/// A mark in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark<'t> {
    Only(&'t str),
    Else,
    End,
}

/// A mark and its place.
struct Found<'t> {
    mark: Mark<'t>,
    /// What goes with it: the comment, or its whole line when nothing else stands there.
    range: Range<usize>,
    /// Where the comment begins.
    comment: usize,
}

/// What becomes of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Decision {
    Take,
    Leave,
    /// It depends on the format alone, which the writers decide: the marks stay.
    Later(&'static str),
}

/// A passage that has begun.
struct Open {
    decision: Decision,
    in_else: bool,
    began: usize,
}

/// The text as this reader gets it.
pub(super) fn decide(text: &Text, facts: &Facts<'_>, sources: &Sources, diagnostics: &mut Diagnostics) -> Text {
    let marks = marks(&text.text);
    if marks.is_empty() {
        return text.clone();
    }
    Deciding { text, starts: text.line_starts(), facts, sources, diagnostics, out: Text::default(), done: 0, open: None }.run(marks)
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
    fn run(mut self, marks: Vec<Found<'_>>) -> Text {
        for found in marks {
            self.text_up_to(found.range.start);
            match found.mark {
                Mark::Only(condition) => self.only(condition, &found),
                Mark::Else => self.otherwise(&found),
                Mark::End => self.end(&found),
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
        let shown = match &self.open {
            Some(Open { decision: Decision::Take, in_else, .. }) => !in_else,
            Some(Open { decision: Decision::Leave, in_else, .. }) => *in_else,
            Some(Open { decision: Decision::Later(_), .. }) | None => true,
        };
        if shown {
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

    fn only(&mut self, condition: &str, found: &Found<'_>) {
        if self.open.is_some() {
            self.error(Code::PassageMark, found.comment, "passages do not nest", "end the one before with `<!-- end -->`, or join conditions with `and`");
            return;
        }
        let decision = match decision(condition, self.facts) {
            Ok(decision) => decision,
            Err((message, hint)) => {
                self.error(Code::Condition, found.comment, message, hint);
                Decision::Take
            }
        };
        if let Decision::Later(format) = &decision {
            self.keep(found, &format!("<!-- only format: {format} -->"));
        }
        self.open = Some(Open { decision, in_else: false, began: found.comment });
    }

    fn otherwise(&mut self, found: &Found<'_>) {
        let again = match &mut self.open {
            None => return self.error(Code::PassageMark, found.comment, "`else` without a passage", "a passage begins with `<!-- only … -->`"),
            Some(open) => std::mem::replace(&mut open.in_else, true),
        };
        if again {
            self.error(Code::PassageMark, found.comment, "a passage has one `else`", "end the passage first");
        } else if matches!(self.open, Some(Open { decision: Decision::Later(_), .. })) {
            self.keep(found, "<!-- else -->");
        }
    }

    fn end(&mut self, found: &Found<'_>) {
        match self.open.take() {
            None => self.error(Code::PassageMark, found.comment, "`end` without a passage", "a passage begins with `<!-- only … -->`"),
            Some(Open { decision: Decision::Later(_), .. }) => self.keep(found, "<!-- end -->"),
            Some(_) => {}
        }
    }
}

/// A text in the two ways that between them hold all that any reader gets: with what stands before each `else`, and with what
/// stands after it. A text without passages has one way.
pub(crate) fn both_ways(text: &str) -> Vec<String> {
    let marks = marks(text);
    if marks.is_empty() {
        return vec![text.to_string()];
    }
    let mut ways = [String::new(), String::new()];
    // Which of the two the text goes to, or both.
    let (mut done, mut only) = (0, None);
    for Found { mark, range, .. } in &marks {
        push_to(&mut ways, only, text.get(done..range.start));
        done = range.end;
        only = match mark {
            Mark::Only(_) => Some(0),
            Mark::Else => Some(1),
            Mark::End => None,
        };
    }
    push_to(&mut ways, only, text.get(done..));
    ways.into()
}

fn push_to(ways: &mut [String; 2], only: Option<usize>, text: Option<&str>) {
    ways.iter_mut().enumerate().filter(|(way, _)| only.is_none_or(|only| only == *way)).for_each(|(_, way)| way.push_str(text.unwrap_or_default()));
}

/// The passages of a text and what stands between them, each alone; none of a text without passages.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let marks = marks(text);
    let begins = marks.iter().map(|found| found.range.end);
    let ends = marks.iter().map(|found| found.range.start).skip(1).chain([text.len()]);
    let first = marks.first().and_then(|found| text.get(..found.range.start));
    first.into_iter().chain(begins.zip(ends).filter_map(|(begin, end)| text.get(begin..end))).collect()
}

/// All marks of a text that do not stand in code.
fn marks(text: &str) -> Vec<Found<'_>> {
    let mut found: Vec<Found<'_>> = text.match_indices("<!--").filter_map(|(at, _)| mark(text, at)).collect();
    if !found.is_empty() {
        let code = code(text);
        found.retain(|f| {
            let after = code.partition_point(|range| range.start <= f.comment);
            after.checked_sub(1).and_then(|at| code.get(at)).is_none_or(|range| f.comment >= range.end)
        });
    }
    found
}

fn mark(text: &str, at: usize) -> Option<Found<'_>> {
    let inner = text.get(at + 4..)?.split_once("-->")?.0;
    let end = at + 4 + inner.len() + 3;
    let mark = match inner.trim() {
        "else" => Mark::Else,
        "end" => Mark::End,
        words => Mark::Only(words.strip_prefix("only").filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))?.trim()),
    };
    Some(Found { mark, range: alone(text, at..end), comment: at })
}

/// The whole line of a comment when nothing else stands on it.
fn alone(text: &str, comment: Range<usize>) -> Range<usize> {
    let start = text.get(..comment.start).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    let end = text.get(comment.end..).and_then(|t| t.find('\n')).map_or(text.len(), |n| comment.end + n + 1);
    let blank = |range: Range<usize>| text.get(range).is_some_and(|t| t.trim().is_empty());
    if blank(start..comment.start) && blank(comment.end..end) { start..end } else { comment }
}

/// Where code stands, in order: blocks and spans.
fn code(text: &str) -> Vec<Range<usize>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS | Options::ENABLE_DEFINITION_LIST;
    let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    Parser::new_ext(text, options).into_offset_iter().filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}

/// Decides a condition: tests joined with `and`.
fn decision(condition: &str, facts: &Facts<'_>) -> Result<Decision, (String, String)> {
    if condition.is_empty() {
        return Err(("`only` does not say for whom".to_string(), format!("it takes {}, such as `only stages: 3..5`", listed(&KEYS))));
    }
    let mut decision = Decision::Take;
    for test in condition.split(" and ") {
        match held(test.trim(), facts)? {
            Decision::Take => {}
            Decision::Leave => decision = Decision::Leave,
            Decision::Later(format) => match decision {
                Decision::Later(other) if other != format => return Err(("no format is two formats".to_string(), "make two passages of it".to_string())),
                Decision::Leave => {}
                _ => decision = Decision::Later(format),
            },
        }
    }
    Ok(decision)
}

/// Holds one test against the facts.
fn held(test: &str, facts: &Facts<'_>) -> Result<Decision, (String, String)> {
    let Some((key, value)) = test.split_once(':') else {
        return Err((format!("`{test}` is not a condition"), "write it like `stages: 3..5`; two are joined with `and`".to_string()));
    };
    let (key, value) = (key.trim(), value.trim());
    let holds = match key {
        "stages" => in_range(value, facts.target, facts)?,
        "from" => in_range(value, facts.from, facts)?,
        "paths" => any_path(value, facts)?,
        "reader" => is_given(key, value, "named", facts.reader.name.is_some())?,
        "note" => is_given(key, value, "given", facts.reader.note.is_some())?,
        "organisation" => is_given(key, value, "given", facts.reader.organisation.is_some())?,
        "email" => is_given(key, value, "given", facts.reader.email.is_some())?,
        "format" => return format(value),
        _ => {
            let hint = match nearest(key, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a passage may depend on {}", listed(&KEYS)),
            };
            return Err((format!("unknown condition `{key}`"), hint));
        }
    };
    Ok(if holds { Decision::Take } else { Decision::Leave })
}

fn in_range(value: &str, number: Option<usize>, facts: &Facts<'_>) -> Result<bool, (String, String)> {
    let range = stage_range(value, facts.stages)?;
    Ok(number.is_some_and(|n| range.contains(&n)))
}

fn any_path(value: &str, facts: &Facts<'_>) -> Result<bool, (String, String)> {
    let mut any = false;
    for id in value.split(',').map(str::trim) {
        if !facts.known.contains(&id) {
            let hint = match nearest(id, facts.known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the manifest has {}", listed(&facts.known)),
            };
            return Err((format!("there is no path `{id}`"), hint));
        }
        any |= facts.chosen.contains(&id);
    }
    Ok(any)
}

fn is_given(key: &str, value: &str, word: &str, given: bool) -> Result<bool, (String, String)> {
    if value == word {
        return Ok(given);
    }
    Err((format!("`{key}: {value}` is not a condition"), format!("write `{key}: {word}`, and use `else` for the other readers")))
}

fn format(value: &str) -> Result<Decision, (String, String)> {
    match value {
        "pdf" => Ok(Decision::Later("pdf")),
        "epub" => Ok(Decision::Later("epub")),
        _ => Err((format!("there is no format `{value}`"), "the formats are `pdf` and `epub`".to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text for a reader who aims at stage 3 of 5 and comes from stage 2, and what is said.
    fn decided(source: &str) -> (Text, Vec<String>) {
        let mut sources = Sources::default();
        let id = sources.add("a.md", source);
        let reader = Reader { note: Some("hello".to_string()), ..Reader::default() };
        let facts = Facts { reader: &reader, stages: 5, target: Some(3), from: Some(2), known: vec!["founder", "guide"], chosen: vec!["founder"] };
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
        assert_eq!(both_ways(text), ["a b d\ne\nf", "a c d\nf"]);
        assert_eq!(pieces(text), ["a ", "b", "c", " d\n", "e\n", "f"]);
        assert_eq!((both_ways("plain"), pieces("plain")), (vec!["plain".to_string()], Vec::new()));
    }

    #[test]
    fn passages_within_a_line() {
        assert_eq!(decided("You <!-- only from: 1..2 -->rise<!-- else -->stay<!-- end --> here.\n").0.text, "You rise here.\n");
        assert_eq!(decided("You <!-- only from: 3 -->rise<!-- else -->stay<!-- end --> here.\n").0.text, "You stay here.\n");
    }

    #[test]
    fn every_key() {
        let taken = |condition: &str| decided(&format!("<!-- only {condition} -->x<!-- end -->\n")).0.text == "x\n";
        for yes in ["stages: 3", "stages: ..3", "from: 2", "paths: guide, founder", "note: given", "stages: 3 and from: 1..2"] {
            assert!(taken(yes), "{yes}");
        }
        for no in ["stages: 4..", "from: 1", "paths: guide", "reader: named", "organisation: given", "email: given", "stages: 3 and from: 1"] {
            assert!(!taken(no), "{no}");
        }
    }

    #[test]
    fn formats_stay_marked() {
        let text = "<!-- only format: pdf -->\np\n<!-- else -->\ne\n<!-- end -->\n";
        assert_eq!(decided(text).0.text, text);
        assert_eq!(decided("a <!-- only stages: 3 and format: epub -->b<!-- end -->").0.text, "a <!-- only format: epub -->b<!-- end -->");
        assert_eq!(decided("a <!-- only stages: 4 and format: epub -->b<!-- else -->c<!-- end -->").0.text, "a c");
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
                "3:28: passages do not nest",
                "3:63: a passage has one `else`",
                "4:1: there is no path `foundr`",
                "4:41: `reader: yes` is not a condition",
                "4:79: `only` does not say for whom",
                "4:105: there is no format `html`",
                "4:105: this passage has no end"
            ]
        );
    }
}
