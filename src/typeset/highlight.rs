//! Highlighting: which bytes of a code block are keywords, literals, comments and names. Both formats use it.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::memo::{Key, Memo, Remembered};

use super::toml_code;

/// What a piece of code is, as far as a reader wants to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum CodeClass {
    /// Everything else.
    #[default]
    Plain,
    /// Keywords and storage words.
    Keyword,
    /// Strings, numbers, constants of the language.
    Literal,
    /// Comments, and the prompt of a console.
    Comment,
    /// Names where they are defined, functions and types where they are used.
    Name,
}

/// A line in classified pieces, as byte ranges of the whole code in order; they cover the line without its line ending.
pub type CodeLine = Vec<(CodeClass, Range<usize>)>;

/// A line longer than this is left plain: grammars take time that grows faster than a line's length.
const LONGEST_LINE: usize = 1000;

/// More code than this in one block is left plain: nobody reads it for its colours.
const LONGEST_CODE: usize = 200_000;

/// Code in classified pieces, line by line.
#[derive(Debug)]
pub struct Highlighted(pub Vec<CodeLine>);

impl Remembered for Highlighted {
    fn weight(&self) -> usize {
        self.0.iter().map(|line| std::mem::size_of::<CodeLine>() + std::mem::size_of_val(line.as_slice())).sum()
    }
}

/// Classifies code, unless it was before: grammars cost more than all else in a book of code, and both formats ask for it.
pub fn highlighted(memo: &Memo, language: Option<&str>, code: &str) -> Arc<Highlighted> {
    memo.get_or_make(Key::of(&(language, code)), || Highlighted(highlight(language, code)))
}

/// Classifies code line by line. A language that is not known gives one plain piece a line. The result depends on the arguments alone.
pub fn highlight(language: Option<&str>, code: &str) -> Vec<CodeLine> {
    let language = language.unwrap_or("").to_ascii_lowercase();
    if code.len() > LONGEST_CODE {
        return plain(code);
    }
    match language.as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "ignore" | "output" => plain(code),
        "console" | "shell-session" | "terminal" | "cmd" => console(code),
        "toml" => lines(code).map(|line| toml_code::line(code, line)).collect(),
        name => grammar(name).map_or_else(|| plain(code), |(set, syntax)| parsed(set, syntax, code)),
    }
}

/// The byte ranges of all lines, without their line endings.
fn lines(code: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    code.split('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    })
}

fn plain(code: &str) -> Vec<CodeLine> {
    lines(code).map(|line| vec![(CodeClass::Plain, line)]).collect()
}

/// A console: prompts step back, what is typed and what comes of it stay plain.
fn console(code: &str) -> Vec<CodeLine> {
    lines(code)
        .map(|line| {
            let text = code.get(line.clone()).unwrap_or("");
            let prompt = ["$ ", "# ", "> ", "PS> "].iter().find(|p| text.starts_with(**p)).map_or(0, |p| p.trim_end().len());
            let split = line.start + prompt;
            let mut pieces = Vec::with_capacity(2);
            push(&mut pieces, CodeClass::Comment, line.start..split);
            push(&mut pieces, CodeClass::Plain, split..line.end);
            pieces
        })
        .collect()
}

/// The grammar for a language's name, file extension or usual short name.
fn grammar(name: &str) -> Option<(&'static SyntaxSet, &'static SyntaxReference)> {
    static SET: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);
    let token = match name {
        "shell" | "zsh" | "fish" | "ksh" => "bash",
        // These grammars are not carried; a near relative reads most of them rightly.
        "typescript" | "ts" | "tsx" | "jsx" | "mjs" | "cjs" => "js",
        "jsonc" | "json5" => "json",
        "c++" | "cxx" | "hpp" => "cpp",
        "golang" => "go",
        "kotlin" | "kt" | "swift" => "scala",
        other => other,
    };
    SET.find_syntax_by_token(token).map(|syntax| (&*SET, syntax))
}

fn parsed(set: &SyntaxSet, syntax: &SyntaxReference, code: &str) -> Vec<CodeLine> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut line_text = String::new();
    lines(code)
        .map(|line| {
            let text = code.get(line.clone()).unwrap_or("");
            if text.len() > LONGEST_LINE {
                return vec![(CodeClass::Plain, line)];
            }
            line_text.clear();
            line_text.push_str(text);
            line_text.push('\n');
            // A grammar that fails leaves its line plain and goes on with the next.
            let Ok(ops) = state.parse_line(&line_text, set) else { return vec![(CodeClass::Plain, line)] };
            let mut pieces = Vec::new();
            let mut at = 0;
            for (offset, op) in &ops {
                let offset = (*offset).clamp(at, text.len());
                push(&mut pieces, class(&stack), line.start + at..line.start + offset);
                at = offset;
                if stack.apply(op).is_err() {
                    break;
                }
            }
            push(&mut pieces, class(&stack), line.start + at..line.end);
            pieces
        })
        .collect()
}

/// Adds a piece, joined to the one before where both are alike.
fn push(pieces: &mut CodeLine, class: CodeClass, range: Range<usize>) {
    match pieces.last_mut() {
        _ if range.is_empty() => {}
        Some((last, before)) if *last == class && before.end == range.start => before.end = range.end,
        _ => pieces.push((class, range)),
    }
}

/// The class of the innermost scope that has one.
fn class(stack: &ScopeStack) -> CodeClass {
    static CLASSES: LazyLock<Vec<(Scope, CodeClass)>> = LazyLock::new(|| {
        [
            ("comment", CodeClass::Comment),
            ("keyword.operator", CodeClass::Plain),
            ("keyword", CodeClass::Keyword),
            ("storage", CodeClass::Keyword),
            ("string", CodeClass::Literal),
            ("constant", CodeClass::Literal),
            ("entity.name", CodeClass::Name),
            ("support.type", CodeClass::Name),
            ("support.function", CodeClass::Name),
            ("support.class", CodeClass::Name),
            ("support.macro", CodeClass::Name),
            ("variable.function", CodeClass::Name),
        ]
        .into_iter()
        .filter_map(|(name, class)| Some((Scope::new(name).ok()?, class)))
        .collect()
    });
    let found = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
    stack.as_slice().iter().rev().find_map(found).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with its classes, `[k:fn]` and so on; plain text as it is.
    fn shown(language: &str, code: &str) -> String {
        let lines = highlight(Some(language), code);
        let line = |pieces: &CodeLine| -> String {
            pieces
                .iter()
                .map(|(class, range)| {
                    let text = &code[range.clone()];
                    match class {
                        CodeClass::Plain => text.to_string(),
                        CodeClass::Keyword => format!("[k:{text}]"),
                        CodeClass::Literal => format!("[l:{text}]"),
                        CodeClass::Comment => format!("[c:{text}]"),
                        CodeClass::Name => format!("[n:{text}]"),
                    }
                })
                .collect()
        };
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn rust_is_classified() {
        assert_eq!(shown("rs", "fn main() { // go"), "[k:fn] [n:main]() { [c:// go]");
        assert_eq!(shown("rust", "let x = \"a\\n\";"), "[k:let] x = [l:\"a\\n\"];");
    }

    #[test]
    fn a_console_has_its_prompt_set_back() {
        assert_eq!(shown("console", "$ cargo run\nHello"), "[c:$] cargo run\nHello");
    }

    #[test]
    fn what_is_not_known_stays_plain_and_whole() {
        assert_eq!(shown("klingon", "a\n\nb"), "a\n\nb");
        assert_eq!(highlight(None, "").len(), 1);
    }

    #[test]
    fn every_byte_is_covered_once_and_in_order() {
        let code = "/* ü\n*/ struct É<'a> { s: &'a str }\r\n\n\"open\nmacro_rules! x { () => {} }";
        for language in ["rust", "js", "python", "html", "bash", "toml", "console", "c++", "yaml"] {
            for ((pieces, range), text) in highlight(Some(language), code).iter().zip(lines(code)).zip(code.split('\n')) {
                let joined: String = pieces.iter().map(|(_, r)| &code[r.clone()]).collect();
                assert_eq!(joined, text, "{language} {range:?}");
            }
        }
    }
}
