//! TeX as it is written: labels, references and definitions, which speak of the book and not of one formula, and what the reader of
//! formulas knows by another name.

use std::borrow::Cow;
use std::ops::Range;

use super::symbols;

/// A label of a formula, by which it can be referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Its name.
    pub name: String,
    /// What its author numbered the row that it stands in with.
    pub tag: Option<String>,
}

/// Environments that stand for a formula of their own, with what the reader calls them. Those without a star would be numbered one
/// formula by one; numbers are the book's.
const ENVIRONMENTS: [(&str, &str, bool); 16] = [
    // Name, the reader's name, whether its rows are rows of the formula.
    ("equation", "equation*", false),
    ("equation*", "equation*", false),
    ("displaymath", "equation*", false),
    ("math", "equation*", false),
    ("align", "align*", true),
    ("align*", "align*", true),
    ("flalign", "align*", true),
    ("flalign*", "align*", true),
    ("alignat", "alignat*", true),
    ("alignat*", "alignat*", true),
    ("gather", "gather*", true),
    ("gather*", "gather*", true),
    ("multline", "gather*", true),
    ("multline*", "gather*", true),
    ("eqnarray", "align*", true),
    ("eqnarray*", "align*", true),
];

/// Commands that the reader knows by another name.
const COMMANDS: [(&str, &str); 6] =
    [("mbox", "\\text"), ("mathds", "\\mathbb"), ("mathbbm", "\\mathbb"), ("mathbbmss", "\\mathbb"), ("boldmath", ""), ("displaylines", "\\substack")];

/// The environment, if text that begins with this is a formula without other marks.
pub(crate) fn environment(text: &str) -> Option<&str> {
    let name = text.strip_prefix("\\begin{")?.split_once('}')?.0;
    let known = ENVIRONMENTS.iter().any(|(known, _, _)| *known == name) || name == "CD";
    known.then_some(name)
}

/// A formula's text as the reader takes it, and the way back to the places in what was written.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub text: String,
    /// Where stretches of the text come from: offset here, offset there.
    map: Vec<(usize, usize)>,
}

impl Prepared {
    /// The offset in the source of an offset in the text.
    pub fn origin(&self, at: usize) -> usize {
        let before = self.map.partition_point(|(here, _)| *here <= at).saturating_sub(1);
        self.map.get(before).map_or(at, |(here, there)| there + (at - here))
    }

    fn copy(&mut self, source: &str, range: Range<usize>) {
        self.map.push((self.text.len(), range.start));
        self.text.push_str(source.get(range).unwrap_or(""));
    }

    fn put(&mut self, text: &str, at: usize) {
        self.map.push((self.text.len(), at));
        self.text.push_str(text);
    }
}

/// The formula as the reader takes it. Labels are left out, and references show a question mark: a formula that is to be set has its
/// numbers ([`numbered`]).
pub(super) fn prepared(tex: &str) -> Prepared {
    rewritten(tex, &|_| None)
}

/// The labels of a formula in their order.
pub(crate) fn labels(tex: &str) -> Vec<Label> {
    if !tex.contains("\\label") {
        return Vec::new();
    }
    rows(tex).into_iter().flat_map(|row| row.labels.into_iter().map(move |name| Label { name, tag: row.tag.clone() })).collect()
}

/// Whether a formula may have labels or references.
pub(crate) fn is_referring(tex: &str) -> bool {
    tex.contains("\\label") || tex.contains("ref{")
}

/// The labels that a formula refers to.
pub(crate) fn references(tex: &str) -> Vec<String> {
    let mut out = Vec::new();
    walk(tex, &mut |found| {
        if let Found::Reference { name, .. } = found {
            out.push(name.to_string());
        }
    });
    out
}

/// A formula whose labels are numbers and whose references are what they refer to. `number` knows what each label is called.
pub(crate) fn numbered(tex: &str, number: &dyn Fn(&str) -> Option<String>) -> String {
    rewritten(tex, number).text
}

/// What a reference within text names: `\eqref{name}` or `\ref{name}`, and whether the number stands in brackets.
pub(crate) fn reference(text: &str) -> Option<(&str, bool)> {
    let (rest, brackets) = match text.strip_prefix("\\eqref{") {
        Some(rest) => (rest, true),
        None => (text.strip_prefix("\\ref{")?, false),
    };
    let name = rest.split_once('}')?.0.trim();
    let is_name = !name.is_empty() && name.len() <= 100 && !name.contains(['{', '\\', '\n', '$']);
    is_name.then_some((name, brackets))
}

/// The definitions of a formula that holds nothing else (`\newcommand`, `\def`, `\DeclareMathOperator` and the like): they hold for the
/// formulas after it.
pub(crate) fn definitions(tex: &str) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    loop {
        let rest = tex.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = tex.get(at..)?;
        if rest.is_empty() {
            return (!out.is_empty()).then_some(out);
        }
        if rest.starts_with('%') {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let (definition, end) = definition(tex, at)?;
        out.push_str(&definition);
        at = end;
    }
}

/// A definition that begins at an offset, as TeX's own `\def`, which defines anew what is known, and where it ends.
fn definition(tex: &str, at: usize) -> Option<(String, usize)> {
    let (name, mut end) = command(tex, at)?;
    match name {
        "newcommand" | "renewcommand" | "providecommand" => {
            end = skip_star(tex, end);
            let (defined, after) = name_of(tex, end)?;
            let (count, after) = match bracket(tex, after) {
                Some((inner, after)) => (tex.get(inner)?.trim().parse::<usize>().ok().filter(|n| *n <= 9)?, after),
                None => (0, after),
            };
            if bracket(tex, after).is_some() {
                return None;
            }
            let (body, end) = group(tex, after)?;
            let parameters: String = (1..=count).map(|n| format!("#{n}")).collect();
            Some((format!("\\def{defined}{parameters}{{{}}}", guarded(tex.get(body)?)), end))
        }
        "DeclareMathOperator" => {
            let star = tex.get(end..)?.starts_with('*');
            let (defined, after) = name_of(tex, skip_star(tex, end))?;
            let (body, end) = group(tex, after)?;
            Some((format!("\\def{defined}{{\\operatorname{}{{{}}}}}", if star { "*" } else { "" }, tex.get(body)?), end))
        }
        "def" | "gdef" => {
            let (defined, after) = name_of(tex, end)?;
            let open = after + tex.get(after..)?.find('{')?;
            let parameters = tex.get(after..open)?;
            let (body, end) = group(tex, open)?;
            parameters.chars().all(|c| c == '#' || c.is_ascii_digit()).then_some(())?;
            Some((format!("\\def{defined}{parameters}{{{}}}", guarded(tex.get(body)?)), end))
        }
        _ => None,
    }
}

/// What a command stands for. The reader takes a sharp right behind the brace for the end of the parameters.
fn guarded(body: &str) -> Cow<'_, str> {
    if body.starts_with('#') { format!("{{}}{body}").into() } else { body.into() }
}

/// A formula's rows: those of its outermost environment if that has some, else one.
#[derive(Default)]
struct Row {
    labels: Vec<String>,
    tag: Option<String>,
}

fn rows(tex: &str) -> Vec<Row> {
    let mut rows = vec![Row::default()];
    walk(tex, &mut |found| {
        let Some(row) = rows.last_mut() else { return };
        match found {
            Found::Label { name, .. } => row.labels.push(name.to_string()),
            Found::Tag { shown, .. } => row.tag = Some(shown),
            Found::Row { .. } => rows.push(Row::default()),
            _ => {}
        }
    });
    rows
}

/// What is met on the way through a formula.
enum Found<'t> {
    /// A stretch that stays as it is.
    Text(Range<usize>),
    Label {
        name: &'t str,
    },
    Tag {
        range: Range<usize>,
        inner: Range<usize>,
        shown: String,
    },
    /// `\\` between rows of the formula.
    Row {
        range: Range<usize>,
    },
    Reference {
        name: &'t str,
        brackets: bool,
        at: usize,
    },
    /// The name of an environment: what the reader calls it. `last` says that the formula's own ends here.
    Environment {
        range: Range<usize>,
        name: String,
        last: bool,
    },
    /// Something that the reader knows by another name.
    Instead {
        text: String,
        at: usize,
    },
    /// Left out.
    Nothing,
}

fn rewritten(tex: &str, number: &dyn Fn(&str) -> Option<String>) -> Prepared {
    let mut out = Prepared::default();
    let mut rows = rows(tex).into_iter();
    let mut row = rows.next().unwrap_or_default();
    // The number of a row stands at its end.
    let tag = |row: &Row| -> Option<String> {
        let name = row.labels.first().filter(|_| row.tag.is_none())?;
        number(name).map(|number| format!("\\tag{{{number}}}"))
    };
    let mut ended = false;
    walk(tex, &mut |found| match found {
        Found::Text(range) => out.copy(tex, range),
        Found::Tag { inner, range, .. } => {
            // A number is text.
            out.copy(tex, range.start..inner.start);
            out.put("\\text{", inner.start);
            out.copy(tex, inner.clone());
            out.put("}", inner.end);
            out.copy(tex, inner.end..range.end);
        }
        Found::Label { .. } | Found::Nothing => {}
        Found::Row { range } => {
            if let Some(tag) = tag(&row) {
                out.put(&tag, range.start);
            }
            row = rows.next().unwrap_or_default();
            out.copy(tex, range);
        }
        Found::Reference { name, brackets, at } => {
            let shown = number(name).unwrap_or_else(|| "?".to_string());
            out.put(&if brackets { format!("\\text{{({shown})}}") } else { format!("\\text{{{shown}}}") }, at);
        }
        Found::Environment { range, name, last } => {
            if last && let Some(tag) = tag(&row) {
                ended = true;
                out.put(&tag, range.start);
            }
            out.put(&name, range.start);
        }
        Found::Instead { text, at } => out.put(&text, at),
    });
    if !ended && let Some(tag) = tag(&row) {
        // A comment at the end would take it.
        out.put(&format!("\n{tag}"), tex.len());
    }
    out
}

/// Goes through a formula.
fn walk<'t>(tex: &'t str, visit: &mut dyn FnMut(Found<'t>)) {
    let outer = outer(tex);
    let mut depth = 0;
    let (mut from, mut at) = (0, 0);
    while let Some(next) = tex.get(at..).and_then(|rest| rest.find(['\\', '%'])).map(|n| at + n) {
        if tex[next..].starts_with('%') {
            at = next + tex[next..].find('\n').unwrap_or(tex.len() - next);
            continue;
        }
        let Some((name, end)) = command(tex, next) else { break };
        let argument = || group(tex, end);
        let found: Option<(Found<'t>, usize)> = match name {
            "begin" | "end" => argument().map(|(inner, after)| {
                let last = name == "end" && depth == 1 && outer.is_some();
                depth = if name == "begin" { depth + 1 } else { depth.max(1) - 1 };
                let written = &tex[inner];
                let known = ENVIRONMENTS.iter().find(|(known, _, _)| *known == written).map_or(written, |(_, known, _)| known);
                (Found::Environment { range: next..after, name: format!("\\{name}{{{known}}}"), last }, after)
            }),
            "\\" if depth == 1 && outer.is_some_and(|rows| rows) => Some((Found::Row { range: next..end }, end)),
            "label" => argument().map(|(inner, after)| (Found::Label { name: tex[inner].trim() }, after)),
            "tag" => group(tex, skip_star(tex, end))
                .map(|(inner, after)| (Found::Tag { range: next..after, shown: symbols::plain(&tex[inner.clone()]), inner }, after)),
            "eqref" | "ref" => argument().map(|(inner, after)| (Found::Reference { name: tex[inner].trim(), brackets: name == "eqref", at: next }, after)),
            "require" | "usepackage" => argument().map(|(_, after)| (Found::Nothing, after)),
            "newcommand" | "renewcommand" | "providecommand" | "DeclareMathOperator" => {
                definition(tex, next).map(|(text, after)| (Found::Instead { text, at: next }, after))
            }
            name => COMMANDS.iter().find(|(known, _)| *known == name).map(|(_, instead)| (Found::Instead { text: instead.to_string(), at: next }, end)),
        };
        match found {
            Some((found, after)) => {
                visit(Found::Text(from..next));
                visit(found);
                (from, at) = (after, after);
            }
            None => at = end,
        }
    }
    visit(Found::Text(from..tex.len()));
}

/// Whether the formula is one environment of those that stand for a formula, and then whether its rows are the formula's.
fn outer(tex: &str) -> Option<bool> {
    let name = environment(tex.trim_start())?;
    let rows = ENVIRONMENTS.iter().find(|(known, _, _)| *known == name).map(|(_, _, rows)| *rows)?;
    tex.trim_end().ends_with(&format!("\\end{{{name}}}")).then_some(rows)
}

/// The command at an offset, without its backslash, and where it ends.
fn command(tex: &str, at: usize) -> Option<(&str, usize)> {
    let rest = tex.get(at..)?.strip_prefix('\\')?;
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let length = if letters > 0 { letters } else { rest.chars().next()?.len_utf8() };
    Some((&rest[..length], at + 1 + length))
}

fn skip_star(tex: &str, at: usize) -> usize {
    at + usize::from(tex.get(at..).is_some_and(|rest| rest.starts_with('*')))
}

/// The command that a definition defines, with or without braces around it.
fn name_of(tex: &str, at: usize) -> Option<(&str, usize)> {
    if let Some((inner, after)) = group(tex, at) {
        let name = tex.get(inner)?.trim();
        let (_, end) = command(name, 0)?;
        return (end == name.len()).then_some((name, after));
    }
    let at = skip_blank(tex, at);
    let (_, end) = command(tex, at)?;
    Some((tex.get(at..end)?, end))
}

fn skip_blank(tex: &str, at: usize) -> usize {
    tex.get(at..).map_or(at, |rest| at + rest.len() - rest.trim_start().len())
}

/// What stands in the braces that open at an offset, blanks before them left out, and where it goes on behind them.
pub(super) fn group(tex: &str, at: usize) -> Option<(Range<usize>, usize)> {
    delimited(tex, at, '{', '}')
}

fn bracket(tex: &str, at: usize) -> Option<(Range<usize>, usize)> {
    delimited(tex, at, '[', ']')
}

fn delimited(tex: &str, at: usize, open: char, close: char) -> Option<(Range<usize>, usize)> {
    let start = skip_blank(tex, at);
    let mut depth = 0_usize;
    let mut escaped = false;
    for (offset, c) in tex.get(start..)?.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == open => depth += 1,
            c if c == close && depth == 1 => return Some((start + 1..start + offset, start + offset + 1)),
            c if c == close && depth > 1 => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_numbers(tex: &str) -> String {
        numbered(tex, &|name| Some(format!("n.{name}")))
    }

    #[test]
    fn labels_become_numbers_at_the_end_of_their_rows() {
        assert_eq!(with_numbers("a = b \\label{x}"), "a = b \n\\tag{n.x}");
        assert_eq!(with_numbers("\\begin{equation}\\label{x} a\\end{equation}"), "\\begin{equation*} a\\tag{n.x}\\end{equation*}");
        assert_eq!(
            with_numbers("\\begin{align} a &= b \\label{x} \\\\ c &= d \\\\ e &= f \\label{y}\\end{align}"),
            "\\begin{align*} a &= b  \\tag{n.x}\\\\ c &= d \\\\ e &= f \\tag{n.y}\\end{align*}"
        );
        // Rows of what lies within are none of the formula's.
        let within = "\\begin{aligned} a \\\\ b \\label{x} \\end{aligned}";
        assert_eq!(with_numbers(within), "\\begin{aligned} a \\\\ b  \\end{aligned}\n\\tag{n.x}");
    }

    #[test]
    fn an_authors_own_number_stays_and_is_what_a_reference_shows() {
        assert_eq!(with_numbers("a \\tag{$\\ast$} \\label{x}"), "a \\tag{\\text{$\\ast$}} ");
        let label = |name: &str, tag: Option<&str>| Label { name: name.to_string(), tag: tag.map(str::to_string) };
        assert_eq!(labels("a \\tag{$\\ast$} \\label{x}"), [label("x", Some("∗"))]);
        assert_eq!(labels("\\begin{gather} a \\tag*{A}\\label{x} \\\\ b \\label{y} \\end{gather}"), [label("x", Some("A")), label("y", None)]);
    }

    #[test]
    fn places_lead_back_to_what_was_written() {
        let tex = "\\label{eq:one} \\begin{align} x \\foo \\end{align}";
        let prepared = prepared(tex);
        assert_eq!(prepared.text, " \\begin{align*} x \\foo \\end{align*}");
        assert_eq!(prepared.origin(prepared.text.find("\\foo").unwrap_or(0)), tex.find("\\foo").unwrap_or(0));
    }

    #[test]
    fn definitions_are_known_as_such() {
        let tex = "\\newcommand{\\R}{\\mathbb{R}}\n\\newcommand\\norm[1]{\\|#1\\|} % the norm\n\\DeclareMathOperator*{\\am}{arg\\,max}\\def\\x#1{y}";
        let expected = "\\def\\R{\\mathbb{R}}\\def\\norm#1{\\|#1\\|}\\def\\am{\\operatorname*{arg\\,max}}\\def\\x#1{y}";
        assert_eq!(definitions(tex).as_deref(), Some(expected));
        assert_eq!(definitions("\\newcommand{\\R}{x} \\R"), None);
        assert_eq!(definitions("\\newcommand{\\a}[1]{#1_x}").as_deref(), Some("\\def\\a#1{{}#1_x}"));
        assert_eq!(definitions(" "), None);
    }

    #[test]
    fn references_in_text_name_a_formula() {
        assert_eq!(reference("\\eqref{a:b} and"), Some(("a:b", true)));
        assert_eq!(reference("\\ref{x}"), Some(("x", false)));
        assert_eq!(reference("\\ref{}"), None);
        assert_eq!(reference("\\reference{x}"), None);
    }
}
