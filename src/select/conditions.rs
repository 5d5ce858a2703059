//! What a passage's condition says: `stages: 3..5 and paths: founder or group: night`, held against a reader.

use crate::diag::{listed, nearest};
use crate::load::{Manuscript, stage_range};

use super::Reader;

/// What a condition may ask for, beside `field.KEY`.
pub(super) const KEYS: [&str; 9] = ["stages", "from", "paths", "reader", "note", "organisation", "email", "group", "format"];

/// A condition on a field of the reader's begins so.
pub(super) const FIELD: &str = "field.";

/// What is wrong with a condition, and what to do.
type Problem = (String, String);

/// What the conditions are held against.
pub(super) struct Facts<'a> {
    /// The reader.
    pub(super) reader: &'a Reader,
    /// The ids of the ladder's stages, in order.
    pub(super) stages: Vec<&'a str>,
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
        let stages = manuscript.stages.iter().map(|stage| stage.id.as_str()).collect();
        Facts { reader, stages, target, from, known, chosen }
    }
}

/// What becomes of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Take,
    Leave,
    /// It depends on the format alone, which the writers decide.
    Later(&'static str),
}

/// Decides a condition: alternatives joined with `or`, each of tests joined with `and`.
pub(super) fn decision(condition: &str, facts: &Facts<'_>) -> Result<Decision, Problem> {
    if condition.is_empty() {
        return Err(("`only` does not say for whom".to_string(), format!("it takes {} and `field.KEY`, such as `only stages: 3..5`", listed(&KEYS))));
    }
    let mut decided = Decision::Leave;
    for alternative in condition.split(" or ") {
        decided = match (decided, all_of(alternative, facts)?) {
            (Decision::Take, _) | (_, Decision::Take) => Decision::Take,
            (Decision::Leave, other) | (other, Decision::Leave) => other,
            // One of the two formats, or the other.
            (Decision::Later(one), Decision::Later(other)) => {
                if one == other {
                    Decision::Later(one)
                } else {
                    Decision::Take
                }
            }
        };
    }
    Ok(decided)
}

fn all_of(tests: &str, facts: &Facts<'_>) -> Result<Decision, Problem> {
    let mut decided = Decision::Take;
    for test in tests.split(" and ") {
        decided = match (decided, held(test.trim(), facts)?) {
            (Decision::Leave, _) | (_, Decision::Leave) => Decision::Leave,
            (Decision::Take, other) | (other, Decision::Take) => other,
            (Decision::Later(one), Decision::Later(other)) if one == other => Decision::Later(one),
            (Decision::Later(_), Decision::Later(_)) => {
                return Err(("no format is two formats".to_string(), "join the two with `or`, or make two passages of it".to_string()));
            }
        };
    }
    Ok(decided)
}

/// Holds one test against the facts.
fn held(test: &str, facts: &Facts<'_>) -> Result<Decision, Problem> {
    let Some((key, value)) = test.split_once(':') else {
        return Err((format!("`{test}` is not a condition"), "write it like `stages: 3..5`; two are joined with `and` or `or`".to_string()));
    };
    let (key, value) = (key.trim(), value.trim());
    let reader = facts.reader;
    let holds = match key {
        "stages" => in_range(value, facts.target, facts)?,
        "from" => in_range(value, facts.from, facts)?,
        "paths" => any_path(value, facts)?,
        "reader" => is_given(key, value, "named", reader.name.is_some())?,
        "note" => is_given(key, value, "given", reader.note.is_some())?,
        "organisation" => is_given(key, value, "given", reader.organisation.is_some())?,
        "email" => is_given(key, value, "given", reader.email.is_some())?,
        "group" => is_one_of(key, value, reader.group.as_deref())?,
        "format" => return format(value),
        _ => match key.strip_prefix(FIELD) {
            Some(name) => is_one_of(key, value, reader.fields.get(name).map(String::as_str))?,
            None => return Err(unknown(key)),
        },
    };
    Ok(if holds { Decision::Take } else { Decision::Leave })
}

fn unknown(key: &str) -> Problem {
    let hint = match nearest(key, KEYS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("a passage may depend on {} and `field.KEY`", listed(&KEYS)),
    };
    (format!("unknown condition `{key}`"), hint)
}

/// Whether a stage is in one of the ranges that commas divide.
fn in_range(value: &str, number: Option<usize>, facts: &Facts<'_>) -> Result<bool, Problem> {
    let mut within = false;
    for range in value.split(',') {
        let range = stage_range(range.trim(), &facts.stages)?;
        within |= number.is_some_and(|n| range.contains(&n));
    }
    Ok(within)
}

fn any_path(value: &str, facts: &Facts<'_>) -> Result<bool, Problem> {
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

fn is_given(key: &str, value: &str, word: &str, given: bool) -> Result<bool, Problem> {
    if value == word {
        return Ok(given);
    }
    Err((format!("`{key}: {value}` is not a condition"), format!("write `{key}: {word}`, and use `else` for the other readers")))
}

/// Whether what a roster says of a reader is given at all, or is one of the values that commas divide. Capitals do not count.
fn is_one_of(key: &str, value: &str, said: Option<&str>) -> Result<bool, Problem> {
    if value.is_empty() {
        return Err((format!("`{key}:` does not say what it must be"), format!("write `{key}: given`, or the values that count: `{key}: one, two`")));
    }
    const QUOTES: [(char, &[char]); 6] = [('"', &['"']), ('\'', &['\'']), ('“', &['”', '“']), ('„', &['“', '”']), ('‘', &['’']), ('«', &['»'])];
    let is_quoted = |value: &&str| {
        let inner = |(open, closing): &(char, &[char])| value.strip_prefix(*open).is_some_and(|rest| rest.ends_with(*closing));
        QUOTES.iter().any(inner)
    };
    if let Some(quoted) = value.split(',').map(str::trim).find(is_quoted) {
        let bare = quoted.trim_matches(|c: char| !c.is_alphanumeric());
        return Err((format!("{quoted} is in quotation marks, which would have to stand in the roster too"), format!("write `{key}: {bare}`")));
    }
    let said = said.map(str::trim).filter(|said| !said.is_empty()).map(str::to_lowercase);
    Ok(said.is_some_and(|said| value == "given" || value.split(',').any(|wanted| wanted.trim().to_lowercase() == said)))
}

fn format(value: &str) -> Result<Decision, Problem> {
    match value {
        "pdf" => Ok(Decision::Later("pdf")),
        "epub" => Ok(Decision::Later("epub")),
        _ => Err((format!("there is no format `{value}`"), "the formats are `pdf` and `epub`".to_string())),
    }
}
