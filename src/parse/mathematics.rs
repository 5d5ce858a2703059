//! Formulas in Markdown, found before it is parsed: it would take their backslashes, and read their underscores as emphasis.
//!
//! What is found is masked: its bytes become characters that mean nothing to Markdown and are never in a text, as many as there were, so
//! that all places stay. The parser sees a word there, and the builder puts the formula in its place.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::places::GUARD;
use crate::formula;
use crate::limits;
use crate::load::Mathematics;

/// The first byte of what is masked.
pub(super) const MASK: char = '\u{1}';
/// All others.
const FILL: char = '\u{2}';

/// A formula in a line is no longer than this: what goes on is money.
const LONGEST: usize = 4096;

/// A formula, or a reference to one, where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// With its marks.
    pub range: Range<usize>,
    pub what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Formula {
        /// Without its marks.
        inner: Range<usize>,
        display: bool,
        /// Written for a program that reads Markdown first: `\\` is one backslash.
        escaped: bool,
        /// In a table of Markdown, where a bar is written `\|`.
        in_table: bool,
        /// The name that stands behind it in braces, as Quarto and pandoc-crossref write it.
        label: Option<String>,
    },
    Reference {
        label: String,
        brackets: bool,
    },
}

/// The formulas of a text.
pub(super) fn find(text: &str, marks: Mathematics, options: Options) -> Vec<Found> {
    if !is_possible(text, marks) {
        return Vec::new();
    }
    let mut scanner = Scanner { text, marks, structure: Structure::of(text, options), closers: BTreeMap::new(), found: Vec::new() };
    scanner.scan();
    scanner.found
}

/// Whether it is worth to look: most texts have none of the marks.
fn is_possible(text: &str, marks: Mathematics) -> bool {
    let dollars = || text.find('$').is_some_and(|first| text[first + 1..].contains('$'));
    let backslashes = || ["\\(", "\\[", "\\begin{", "ref{"].iter().any(|mark| text.contains(mark));
    marks != Mathematics::None && (dollars() || text.contains('\\') && backslashes())
}

/// The text with what was found masked.
pub(super) fn masked(text: &str, found: &[Found]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for one in found {
        out.push_str(&text[from..one.range.start]);
        out.push(MASK);
        out.extend(std::iter::repeat_n(FILL, one.range.len() - 1));
        from = one.range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// How long what is masked is, at its beginning.
pub(super) fn mask_length(text: &str) -> usize {
    1 + text[1..].find(|c| c != FILL).unwrap_or(text.len() - 1)
}

/// A formula's TeX, and the way from places in it to places in the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Tex {
    pub text: String,
    /// Where stretches of it come from: offset here, offset there.
    map: Vec<(usize, usize)>,
}

impl Tex {
    /// The TeX of a formula: without the marks of the quotations that it lies in, and with Markdown's escapes read where it has them.
    pub(super) fn of(text: &str, inner: &Range<usize>, escaped: bool, in_table: bool) -> Tex {
        let line = text[..inner.start].rfind('\n').map_or(0, |at| at + 1);
        let quoted = text[line..inner.start].trim_start().starts_with('>');
        let mut tex = Tex::default();
        let mut at = inner.start;
        for (number, written) in text[inner.clone()].split_inclusive('\n').enumerate() {
            let marks = |c: char| c == ' ' || c == '\t' || quoted && c == '>';
            let content = if number == 0 { written } else { written.trim_start_matches(marks) };
            tex.push(content, at + written.len() - content.len(), escaped, in_table);
            at += written.len();
        }
        let end = tex.text.trim_end().len();
        tex.text.truncate(end);
        let start = tex.text.len() - tex.text.trim_start().len();
        if start > 0 {
            tex.map =
                tex.map.iter().map(|(here, there)| if *here >= start { (here - start, *there) } else { (0, there + (start - here).min(start)) }).collect();
            tex.text.drain(..start);
        }
        tex
    }

    fn push(&mut self, line: &str, from: usize, escaped: bool, in_table: bool) {
        self.map.push((self.text.len(), from));
        let mut chars = line.char_indices().peekable();
        while let Some((_, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let unescaped = c == '\\' && (escaped && next.is_some_and(|next| next.is_ascii_punctuation()) || in_table && next == Some('|'));
            if c == GUARD {
                continue;
            }
            if unescaped && let Some((at, next)) = chars.next() {
                self.map.push((self.text.len(), from + at));
                self.text.push(next);
                continue;
            }
            self.text.push(c);
        }
    }

    /// The place in the text of a place in the TeX.
    pub(super) fn origin(&self, at: usize) -> usize {
        let before = self.map.partition_point(|(here, _)| *here <= at).saturating_sub(1);
        self.map.get(before).map_or(at, |(here, there)| there + (at - here))
    }
}

/// What Markdown sees in a text, as far as formulas go by it.
#[derive(Default)]
struct Structure {
    /// Code blocks, in order.
    code: Vec<Range<usize>>,
    /// Those of them that have fences.
    fenced: Vec<Range<usize>>,
    /// Tables.
    tables: Vec<Range<usize>>,
    /// Where blocks begin and end: no formula in a line goes across.
    walls: Vec<usize>,
}

impl Structure {
    fn of(text: &str, options: Options) -> Structure {
        let mut structure = Structure::default();
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    structure.walls.extend([range.start, range.end]);
                    if matches!(kind, pulldown_cmark::CodeBlockKind::Fenced(_)) {
                        structure.fenced.push(range.clone());
                    }
                    structure.code.push(range);
                }
                Event::Start(Tag::Table(_)) => {
                    structure.walls.extend([range.start, range.end]);
                    structure.tables.push(range);
                }
                Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::BlockQuote(_)
                    | Tag::HtmlBlock
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::FootnoteDefinition(_)
                    | Tag::TableCell
                    | Tag::DefinitionList
                    | Tag::DefinitionListTitle
                    | Tag::DefinitionListDefinition,
                ) => structure.walls.extend([range.start, range.end]),
                Event::End(TagEnd::Paragraph) => structure.walls.push(range.end),
                _ => {}
            }
        }
        structure.walls.sort_unstable();
        structure.walls.dedup();
        structure
    }

    /// Where the block around a place ends.
    fn wall(&self, at: usize) -> usize {
        self.walls.get(self.walls.partition_point(|wall| *wall <= at)).copied().unwrap_or(usize::MAX)
    }
}

fn within(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    ranges.get(ranges.partition_point(|range| range.start <= at).checked_sub(1)?).filter(|range| range.contains(&at))
}

struct Scanner<'t> {
    text: &'t str,
    marks: Mathematics,
    structure: Structure,
    /// For each closing mark where it was looked for last, and where it was found.
    closers: BTreeMap<String, Cell<(usize, Option<usize>)>>,
    found: Vec<Found>,
}

impl Scanner<'_> {
    fn scan(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(next) = bytes[at..].iter().position(|b| matches!(b, b'$' | b'\\' | b'`' | b'<' | b']' | b':')).map(|n| at + n) {
            if let Some(code) = within(&self.structure.code, next) {
                at = code.end.max(next + 1);
                continue;
            }
            at = match bytes[next] {
                b'$' => self.dollar(next),
                b'\\' => self.backslash(next),
                b'`' => self.code_span(next),
                b'<' => self.markup(next),
                b']' => self.destination(next),
                _ => self.address(next),
            };
        }
    }

    fn rest(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }

    /// The next place of a closing mark. What was looked for before is not looked for again.
    fn closer(&mut self, mark: &str, from: usize) -> Option<usize> {
        let known = self.closers.entry(mark.to_string()).or_insert_with(|| Cell::new((usize::MAX, None)));
        let (asked, found) = known.get();
        if asked <= from && found.is_none_or(|found| found >= from) {
            return found;
        }
        let found = self.text.get(from..).and_then(|rest| rest.find(mark)).map(|at| from + at);
        known.set((from, found));
        found
    }

    fn push(&mut self, range: Range<usize>, inner: Range<usize>, display: bool, escaped: bool) -> usize {
        let end = range.end;
        let in_table = within(&self.structure.tables, range.start).is_some();
        let (label, end) = if display { self.label(end) } else { (None, end) };
        self.found.push(Found { range: range.start..end, what: What::Formula { inner, display, escaped, in_table, label } });
        end
    }

    /// `{#eq-name}` behind a formula on its own line.
    fn label(&self, end: usize) -> (Option<String>, usize) {
        let rest = self.rest(end);
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let named = rest[blanks..].strip_prefix("{#").and_then(|inner| inner.split_once('}')).filter(|(inner, _)| !inner.contains('\n'));
        match named {
            Some((inner, _)) => {
                let name = inner.split_whitespace().next().unwrap_or("").to_string();
                (Some(name).filter(|name| !name.is_empty()), end + blanks + 2 + inner.len() + 1)
            }
            None => (None, end),
        }
    }

    fn dollar(&mut self, at: usize) -> usize {
        let run = self.rest(at).bytes().take_while(|b| *b == b'$').count();
        match run {
            1 => self.dollar_inline(at).unwrap_or(at + 1),
            2 => self.dollar_display(at).unwrap_or(at + 2),
            _ => at + run,
        }
    }

    fn dollar_display(&mut self, at: usize) -> Option<usize> {
        let inner = at + 2;
        let close = self.closer("$$", inner)?;
        self.is_whole(at, inner, close, close + 2).then_some(())?;
        let escaped = self.marks == Mathematics::MathJax;
        let display = self.marks != Mathematics::GitBook || self.has_lines_alone(at, close + 2);
        Some(self.push(at..close + 2, inner..close, display, escaped))
    }

    fn dollar_inline(&mut self, at: usize) -> Option<usize> {
        if matches!(self.marks, Mathematics::MathJax | Mathematics::GitBook) {
            return None;
        }
        let limit = self.structure.wall(at).min(self.text.len()).min(at + LONGEST);
        if self.rest(at).starts_with("$`") {
            let close = self.closer("`$", at + 2).filter(|close| *close < limit && *close > at + 2)?;
            return Some(self.push(at..close + 2, at + 2..close, false, false));
        }
        let bytes = self.text.as_bytes();
        let first = *bytes.get(at + 1)?;
        if first.is_ascii_whitespace() {
            return None;
        }
        let mut depth = 0_usize;
        let mut here = at + 1;
        while here < limit {
            match bytes[here] {
                b'\\' => here += 1,
                // Code in the line ends all that is open before it.
                b'`' if self.code_span(here) > here + self.rest(here).bytes().take_while(|b| *b == b'`').count() => return None,
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'\n' if is_blank_line(bytes, here + 1) => return None,
                b'$' if depth == 0 => {
                    let money = bytes.get(here + 1).is_some_and(u8::is_ascii_digit);
                    let closes = here > at + 1 && !bytes[here - 1].is_ascii_whitespace() && !money;
                    return closes.then(|| self.push(at..here + 1, at + 1..here, false, false));
                }
                _ => {}
            }
            here += 1;
        }
        None
    }

    /// Whether nothing else stands on the lines of a formula.
    fn has_lines_alone(&self, at: usize, end: usize) -> bool {
        let line = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        self.text[line..at].chars().all(|c| " \t>".contains(c)) && self.rest(end).lines().next().unwrap_or("").trim().is_empty()
    }

    /// Whether what lies between two marks can be a formula of its own: within one block, or, where it begins a line, without an empty
    /// line in it. Between marks that have lines to themselves there may be such.
    fn is_whole(&self, at: usize, inner: usize, close: usize, end: usize) -> bool {
        let content = &self.text[inner..close];
        if content.trim().is_empty() || content.len() > limits::FORMULA {
            return false;
        }
        let line = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let begins = self.text[line..at].chars().all(|c| c.is_ascii_digit() || " \t>*+-.)".contains(c));
        if !begins {
            return end <= self.structure.wall(at) && !has_blank_line(content);
        }
        if self.structure.fenced.iter().any(|code| code.start >= inner && code.start < close) {
            return false;
        }
        let last = self.text[inner..close].rfind('\n').map(|at| inner + at + 1);
        let alone = content.starts_with('\n') && last.is_some_and(|last| self.text[last..close].chars().all(|c| " \t>".contains(c)));
        alone || !has_blank_line(content)
    }

    fn backslash(&mut self, at: usize) -> usize {
        let rest = self.rest(at);
        let mut chars = rest.chars().skip(1);
        let (second, third) = (chars.next(), chars.next());
        // An escaped character means nothing but itself.
        let skipped = at + 1 + second.map_or(0, char::len_utf8);
        let all = self.marks == Mathematics::All;
        let web = all || self.marks == Mathematics::MathJax;
        let found = match (second, third) {
            (Some('\\'), Some('(')) if web => self.bracketed(at, 3, "\\\\)", false, true),
            (Some('\\'), Some('[')) if web => self.bracketed(at, 3, "\\\\]", true, true),
            (Some('('), _) if all => self.bracketed(at, 2, "\\)", false, false),
            (Some('['), _) if all => self.bracketed(at, 2, "\\]", true, false),
            (Some('b'), _) => self.environment(at),
            (Some('e' | 'r'), _) => self.reference(at),
            _ => None,
        };
        found.unwrap_or(skipped)
    }

    fn bracketed(&mut self, at: usize, length: usize, closing: &str, display: bool, escaped: bool) -> Option<usize> {
        let inner = at + length;
        let close = self.closer(closing, inner)?;
        let end = close + length;
        let content = self.text.get(inner..close)?;
        if display {
            self.is_whole(at, inner, close, end).then_some(())?;
        } else {
            (end <= self.structure.wall(at) && content.len() <= LONGEST && !content.trim().is_empty() && !has_blank_line(content)).then_some(())?;
        }
        if !escaped {
            // To Markdown these are escaped brackets, and such there are without any formula.
            is_mathematical(content, display, self.has_lines_alone(at, end)).then_some(())?;
        }
        Some(self.push(at..end, inner..close, display, escaped))
    }

    /// An environment that stands for a formula, from the beginning of a line.
    fn environment(&mut self, at: usize) -> Option<usize> {
        let line = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let web = matches!(self.marks, Mathematics::All | Mathematics::MathJax);
        let begins = web && self.text[line..at].chars().all(|c| " \t>".contains(c));
        let name = formula::environment(self.rest(at)).filter(|_| begins)?;
        let closing = format!("\\end{{{name}}}");
        let close = self.closer(&closing, at)?;
        let end = close + closing.len();
        let content = self.text.get(at..end)?;
        let fenced = self.structure.fenced.iter().any(|code| code.start >= at && code.start < end);
        (content.len() <= limits::FORMULA && !has_blank_line(content) && !fenced).then_some(())?;
        let escaped = self.marks == Mathematics::MathJax;
        Some(self.push(at..end, at..end, true, escaped))
    }

    fn reference(&mut self, at: usize) -> Option<usize> {
        let (label, brackets) = formula::reference(self.rest(at))?;
        let label = label.to_string();
        let end = at + self.rest(at).find('}')? + 1;
        self.found.push(Found { range: at..end, what: What::Reference { label, brackets } });
        Some(end)
    }

    /// Code in a line: nothing in it is a formula.
    fn code_span(&self, at: usize) -> usize {
        let run = |from: usize| self.rest(from).bytes().take_while(|b| *b == b'`').count();
        let length = run(at);
        let limit = self.structure.wall(at).min(self.text.len());
        let mut here = at + length;
        while let Some(next) = self.text.get(here..limit).and_then(|rest| rest.find('`')).map(|n| here + n) {
            let closing = run(next);
            if closing == length {
                return next + closing;
            }
            here = next + closing;
        }
        at + length
    }

    /// A tag, a comment or an address in angle brackets; elements whose text is code as a whole.
    fn markup(&mut self, at: usize) -> usize {
        if self.rest(at).starts_with("<!--") {
            return self.closer("-->", at).map_or(at + 4, |end| end + 3);
        }
        let close = self.closer(">", at);
        let text = self.text;
        let name = text[at + 1..].trim_start_matches('/');
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let close = close.filter(|close| begins && close - at <= LONGEST && !has_blank_line(&text[at..*close]));
        let Some(close) = close else { return at + 1 };
        let tag = &text[at..=close];
        // What has a dollar outside of quotation marks is no tag.
        if tag.split(['"', '\'']).step_by(2).any(|outside| outside.contains('$')) {
            return at + 1;
        }
        let element = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
        if !tag.starts_with("</") && matches!(element.as_str(), "code" | "pre" | "script" | "style" | "kbd" | "samp" | "textarea" | "math" | "svg") {
            let closing = format!("</{element}");
            if let Some(end) = self.closer(&closing, at) {
                return end + closing.len();
            }
        }
        close + 1
    }

    /// Where a link leads is no text.
    fn destination(&self, at: usize) -> usize {
        let rest = self.rest(at);
        let line = rest.lines().next().unwrap_or("");
        match line.strip_prefix("](").and_then(|inner| inner.find(')')) {
            Some(end) => at + 2 + end,
            None => at + 1,
        }
    }

    /// An address goes on to the next blank.
    fn address(&self, at: usize) -> usize {
        match self.rest(at).strip_prefix("://") {
            Some(rest) => at + 3 + rest.find(|c: char| c.is_whitespace() || c == '>' || c == ')' || c == '<').unwrap_or(rest.len()),
            None => at + 1,
        }
    }
}

fn is_blank_line(bytes: &[u8], from: usize) -> bool {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'>')).is_none_or(|b| *b == b'\n')
}

fn has_blank_line(text: &str) -> bool {
    text.match_indices('\n').any(|(at, _)| text[at + 1..].contains('\n') && is_blank_line(text.as_bytes(), at + 1))
}

/// Whether what stands between escaped brackets is a formula: it has a sign of one, or no word. Square ones, in which there are notes and links
/// too, need a sign unless they stand alone on their lines.
fn is_mathematical(content: &str, display: bool, alone: bool) -> bool {
    if content.contains(['\\', '^', '_', '=', '<', '>', '+', '{']) {
        return true;
    }
    let has_word = content.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 1);
    let has_letter = content.contains(char::is_alphabetic);
    !has_word && if display { alone } else { has_letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, marks: Mathematics) -> Vec<String> {
        let show = |found: &Found| match &found.what {
            What::Formula { inner, display, escaped, in_table, label } => {
                let tex = Tex::of(text, inner, *escaped, *in_table).text;
                let label = label.as_ref().map(|label| format!(" #{label}")).unwrap_or_default();
                format!("{}{tex}{label}", if *display { "D " } else { "" })
            }
            What::Reference { label, brackets } => format!("{} {label}", if *brackets { "eqref" } else { "ref" }),
        };
        find(text, marks, Options::ENABLE_TABLES).iter().map(show).collect()
    }

    fn all(text: &str) -> Vec<String> {
        shown(text, Mathematics::All)
    }

    #[test]
    fn money_is_no_formula() {
        for text in ["It costs $5 and $6.", "From $20,000 to $30,000", "US$5, EU$6", "A $ sign and a $ sign", "$5/$10", "\\$x\\$", "$\n\nx$", "${a} and ${b}"] {
            assert_eq!(all(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(all("the $n$th of $x$, ($y$)"), ["n", "x", "y"]);
        assert_eq!(all("${a}_{b}$ and $\\text{if $x$}$"), ["{a}_{b}", "\\text{if $x$}"]);
    }

    #[test]
    fn code_and_addresses_hold_no_formulas() {
        for text in [
            "`$x$` and ``$y$ ` $z$``",
            "```\n$x$\n```\n",
            "    $x$\n",
            "[a](b$c$d)",
            "https://a.b/$c$d",
            "<code>$x$</code>",
            "<a title=\"$x$\">",
            "<!-- $x$ -->",
        ] {
            assert_eq!(all(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(all("$`a_b`$ and `code`, $5, `$x$`"), ["a_b"]);
        assert_eq!(all("$a < b$ and $c > d$"), ["a < b", "c > d"]);
        assert_eq!(all("[$x$](y)"), ["x"]);
    }

    #[test]
    fn formulas_stay_within_their_blocks() {
        assert_eq!(all("- costs A$\n- and B$\n"), Vec::<String>::new());
        assert_eq!(all("| $a$ | b$ |\n|--|--|\n| c$ | $\\|x\\|$ |\n"), ["a", "|x|"]);
        assert_eq!(all("> $$\n> a\n> > b\n> $$\n"), ["D a\nb"]);
        assert_eq!(all("- text\n\n  $$\n  a\n  $$\n"), ["D a"]);
        assert_eq!(all("$$\na\n\nb\n$$\n"), ["D a\n\nb"]);
        assert_eq!(all("$$ a\n\nb $$\n"), Vec::<String>::new());
        assert_eq!(all("$$\na\n=\nb\n    + c\n$$\n"), ["D a\n=\nb\n+ c"]);
        assert_eq!(all("$$\n- a\n+ b\n$$\n"), ["D - a\n+ b"]);
        assert_eq!(all("$$x$$ {#eq-one}\n"), ["D x #eq-one"]);
    }

    #[test]
    fn brackets_need_a_reason() {
        assert_eq!(all("\\(x\\) and \\[y = 1\\]"), ["x", "D y = 1"]);
        assert_eq!(all("\\[\nx\n\\]\n"), ["D x"]);
        for text in ["\\[citation needed\\]", "see \\[1\\]", "\\(see below\\)", "a \\[x\\](y)"] {
            assert_eq!(all(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(all("\\\\(a \\\\\\\\ b\\\\)"), ["a \\\\ b"]);
    }

    #[test]
    fn books_for_the_web_have_their_own_marks() {
        let text = "$a$ \\\\( b \\_ c \\\\) $$d \\\\\\\\ e$$ \\(f\\)";
        assert_eq!(shown(text, Mathematics::MathJax), ["b _ c", "D d \\\\ e"]);
        assert_eq!(shown("$a$ \\\\(b\\\\) $$c \\\\ d$$", Mathematics::Dollars), ["a", "D c \\\\ d"]);
        assert_eq!(shown("$a$", Mathematics::None), Vec::<String>::new());
        assert_eq!(shown("a $$b$$ c $d$\n\n$$\ne\n$$\n", Mathematics::GitBook), ["b", "D e"]);
    }

    #[test]
    fn environments_and_references() {
        assert_eq!(
            all("\\begin{align}\na &= b\n\\end{align}\nsee \\eqref{a} and \\ref{b c}"),
            ["D \\begin{align}\na &= b\n\\end{align}", "eqref a", "ref b c"]
        );
        assert_eq!(all("\\begin{table} x \\end{table}"), Vec::<String>::new());
    }

    #[test]
    fn masks_keep_places() {
        let text = "a $x_é$ b";
        let found = find(text, Mathematics::All, Options::empty());
        let masked = masked(text, &found);
        assert_eq!(masked.len(), text.len());
        assert_eq!(mask_length(&masked[2..]), "$x_é$".len());
    }

    #[test]
    fn endless_marks_end() {
        for piece in ["$", "$$", "\\[", "\\(", "\\\\(", "\\begin{align}\n", "${", "`", "<a ", "$x ", "](", "://", "\\ref{"] {
            let text = piece.repeat(50_000);
            find(&text, Mathematics::All, Options::empty());
        }
    }
}
