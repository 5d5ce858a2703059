//! Files that a chapter takes in, put where it asks for them: mdBook's `{{#include …}}` and its relatives, Quarto's `{{< include … >}}`,
//! Python-Markdown's `--8<-- "…"`. Every line still knows the file that it came from.

mod lines;

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic};
use crate::load::Fence;
use crate::load::assets::relative_to;
use crate::load::manuscript::Text;
use crate::load::text_file::{Reading, TextFile};

use self::lines::Part;

/// Includes within includes, as deep as mdBook goes.
const DEEPEST: usize = 10;
/// A chapter may not grow beyond this by its includes.
const LONGEST: usize = 32 * 1024 * 1024;

/// What a directive asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `\{{#…}}`: the directive itself, without the backslash.
    Escaped,
    Include,
    /// Lines outside the wanted part are there for the compiler and hidden from the reader, so they are left out.
    RustdocInclude,
    /// A whole file as a block of Rust.
    Playground,
    /// The title of a web page: nothing in a book.
    Title,
    /// Python-Markdown's: named from the project's own folder.
    Snippet,
}

/// A directive in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Directive<'t> {
    start: usize,
    end: usize,
    kind: Kind,
    arguments: &'t str,
}

/// Files that were included, read once each.
#[derive(Default)]
pub(super) struct Includes {
    files: BTreeMap<String, Option<TextFile>>,
    /// The way from the text root up to the project's own folder: `/..`.
    up: String,
}

impl Includes {
    /// For a project whose text root is this folder of it.
    pub(super) fn below(text_root: &str) -> Includes {
        let up = text_root.split('/').filter(|part| !part.is_empty()).map(|_| "/..").collect();
        Includes { files: BTreeMap::new(), up }
    }

    /// A chapter's text with everything that it includes.
    pub(super) fn expand(&mut self, path: &str, text: Text, reading: &mut Reading<'_>) -> Text {
        if !has_some(&text.text) {
            return text;
        }
        let mut room = LONGEST;
        self.expand_text(&text, &mut vec![path.to_string()], &mut room, reading)
    }

    fn expand_text(&mut self, text: &Text, trail: &mut Vec<String>, room: &mut usize, reading: &mut Reading<'_>) -> Text {
        let starts = text.line_starts();
        let mut out = Text::default();
        let mut done = 0;
        for directive in directives(&text.text) {
            out.append(text, &starts, done..directive.start);
            done = directive.end;
            let pos = text.pos(&starts, directive.start);
            match directive.kind {
                Kind::Escaped => out.append(text, &starts, directive.start + 1..directive.end),
                Kind::Title => {}
                kind => match self.included(kind, directive.arguments, trail, room, reading, pos) {
                    Some(inner) => insert(&mut out, &inner),
                    None => {
                        // What is not there is shown as it was asked for: as code, unless it stands in code already.
                        let tick = if in_fence(&text.text, directive.start) { "" } else { "`" };
                        let origin = (pos.file, pos.line);
                        out.push(tick, origin);
                        out.append(text, &starts, directive.start..directive.end);
                        out.push(tick, origin);
                    }
                },
            }
        }
        out.append(text, &starts, done..text.text.len());
        out
    }

    /// The lines that a directive brings in, with their own includes resolved. `None`, with a warning, when that cannot be; what lies
    /// outside the boundary is an error.
    fn included(
        &mut self,
        kind: Kind,
        arguments: &str,
        trail: &mut Vec<String>,
        room: &mut usize,
        reading: &mut Reading<'_>,
        pos: crate::load::Pos,
    ) -> Option<Text> {
        let place = reading.sources.place(pos);
        let mut words = arguments.split_whitespace();
        let target = words.next()?;
        let (path, part) = if kind == Kind::Playground { (target, Part::Lines(1, None)) } else { lines::parse(target) };
        let path = match kind {
            Kind::Snippet => relative_to("", &format!("{}/{}", self.up, path)),
            _ => relative_to(trail.last().map_or("", String::as_str), path),
        };
        if trail.contains(&path) || trail.len() > DEEPEST {
            let message = if trail.contains(&path) { format!("`{path}` includes itself") } else { format!("includes are nested more than {DEEPEST} deep") };
            reading.diagnostics.push(Diagnostic::warning(Code::IncludeChain, message).at(place).hint(format!("the chain is {} → {path}", trail.join(" → "))));
            return None;
        }
        let file = match self.files.get(&path) {
            Some(file) => file.clone(),
            None => {
                let file = reading.wished_for(&path, &place, "what asks for it stays in the text");
                self.files.insert(path.clone(), file.clone());
                file
            }
        }?;
        let wanted = wanted_lines(kind, &file, &part, words);
        if wanted.text.is_empty() && !file.text.is_empty() {
            let what = match &part {
                Part::Anchor(name) => format!("`{path}` has nothing between anchors named `{name}`"),
                Part::Lines(..) => format!("`{path}` has no such lines, it has {}", file.text.lines().count()),
            };
            reading.diagnostics.push(Diagnostic::warning(Code::IncludeEmpty, what).at(place.clone()));
        }
        match room.checked_sub(wanted.text.len()) {
            Some(left) => *room = left,
            None => {
                let message = format!("includes make this chapter longer than {} MB", LONGEST / 1024 / 1024);
                reading.diagnostics.push(Diagnostic::error(Code::FileTooLarge, message).at(place));
                return None;
            }
        }
        if !has_some(&wanted.text) {
            return Some(wanted);
        }
        trail.push(path);
        let expanded = self.expand_text(&wanted, trail, room, reading);
        trail.pop();
        Some(expanded)
    }
}

/// Whether a text may have directives.
fn has_some(text: &str) -> bool {
    text.contains("{{") || text.contains(SNIPPET) || text.contains("{% include ")
}

/// Begins a line that asks for a file in Python-Markdown's way.
const SNIPPET: &str = "--8<-- ";

/// Whether a place in a text lies in a fenced block of code.
fn in_fence(text: &str, at: usize) -> bool {
    let mut fence = Fence::default();
    for line in text.get(..at).unwrap_or("").split_inclusive('\n') {
        fence.line(line);
    }
    fence.is_open()
}

/// The wanted lines of a file, as a block of code for a playground.
fn wanted_lines<'w>(kind: Kind, file: &TextFile, part: &Part, attributes: impl Iterator<Item = &'w str>) -> Text {
    let mut text = Text::default();
    if kind == Kind::Playground {
        let info: Vec<&str> = std::iter::once("rust").chain(attributes).collect();
        text.push(&format!("```{}\n", info.join(",")), (file.id, 1));
    }
    let wanted = lines::take(&file.text, part, kind == Kind::RustdocInclude);
    let last = wanted.last().map_or(1, |(number, _)| *number);
    for (number, line) in wanted {
        text.push(&format!("{line}\n"), (file.id, number));
    }
    if kind == Kind::Playground {
        text.push("```\n", (file.id, last));
    }
    text
}

/// Puts included lines where a directive stood: without the last line ending, and each line after the first behind
/// the indent or the quotation marks before the directive, so that it stays in its list item or quotation.
fn insert(out: &mut Text, inner: &Text) {
    let line = out.text.rsplit('\n').next().unwrap_or("");
    let prefix = if line.chars().all(|c| matches!(c, ' ' | '\t' | '>')) { line.to_string() } else { String::new() };
    let count = inner.text.lines().count();
    for (number, line) in inner.text.lines().enumerate() {
        let at = inner.origin.get(number).copied().unwrap_or_default();
        let ending = if number + 1 < count { "\n" } else { "" };
        let prefix = if number == 0 { "" } else { prefix.as_str() };
        out.push(&format!("{prefix}{line}{ending}"), at);
    }
}

/// All directives of a text, in order.
fn directives(text: &str) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    let (snippets, tags) = (text.contains(SNIPPET), text.contains("{% include "));
    let next = |from: usize| {
        let rest = text.get(from..)?;
        let (snippet, tag) = (if snippets { rest.find(SNIPPET) } else { None }, if tags { rest.find("{% include ") } else { None });
        [rest.find("{{"), snippet, tag].into_iter().flatten().min()
    };
    while let Some(at) = next(from) {
        let start = from + at;
        let found_here = match &text[start..] {
            rest if rest.starts_with("{{") => directive(text, start),
            rest if rest.starts_with("{%") => tag(text, start),
            _ => snippet(text, start),
        };
        match found_here {
            Some(directive) => {
                from = directive.end;
                found.push(directive);
            }
            None => from = start + 2,
        }
    }
    found
}

/// GitBook's `{% include "file" %}`; a path that begins with a bar is named from the text root.
fn tag(text: &str, start: usize) -> Option<Directive<'_>> {
    let inner = text.get(start + 2..)?.split_once("%}")?.0;
    let name = inner.trim().strip_prefix("include ")?.trim();
    let name = name.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    let is_one = !name.is_empty() && !name.contains(char::is_whitespace) && !name.contains("://");
    is_one.then_some(Directive { start, end: start + 2 + inner.len() + 2, kind: Kind::Include, arguments: name })
}

/// `--8<-- "file"`, alone on its line.
fn snippet(text: &str, start: usize) -> Option<Directive<'_>> {
    let before = text.get(..start)?.rsplit('\n').next()?;
    let line = text.get(start..)?.lines().next()?;
    let inner = line.strip_prefix(SNIPPET)?.trim();
    let name = inner.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    let is_one = before.chars().all(|c| matches!(c, ' ' | '\t' | '>')) && !name.is_empty() && !name.contains(char::is_whitespace);
    is_one.then_some(Directive { start, end: start + line.trim_end().len(), kind: Kind::Snippet, arguments: name })
}

/// The directive whose braces open at `start`.
fn directive(text: &str, start: usize) -> Option<Directive<'_>> {
    let rest = text.get(start + 2..)?;
    let inner = rest.split_once("}}").map(|(inner, _)| inner)?;
    let end = start + 2 + inner.len() + 2;
    let escaped = start > 0 && text.as_bytes().get(start - 1) == Some(&b'\\');
    if escaped {
        return (inner.starts_with('#') && !inner.contains('\n')).then_some(Directive { start: start - 1, end, kind: Kind::Escaped, arguments: inner });
    }
    if let Some(shortcode) = inner.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')) {
        let arguments = shortcode.trim().strip_prefix("include ")?.trim().trim_matches(['"', '\'']);
        return (!arguments.is_empty() && !arguments.contains('\n')).then_some(Directive { start, end, kind: Kind::Include, arguments });
    }
    let (name, arguments) = inner.trim_start().strip_prefix('#')?.split_once(char::is_whitespace)?;
    let kind = match name {
        "include" => Kind::Include,
        "rustdoc_include" => Kind::RustdocInclude,
        "playground" | "playpen" => Kind::Playground,
        "title" => Kind::Title,
        _ => return None,
    };
    (!arguments.contains('}') && !arguments.trim().is_empty()).then_some(Directive { start, end, kind, arguments: arguments.trim() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::load::{Assets, Sources};

    fn expanded(files: &[(&str, &str)], text: &str) -> (Text, Vec<String>) {
        let files = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().into())).collect();
        let mut diagnostics = Diagnostics::new();
        let mut sources = Sources::default();
        let id = sources.add("ch/one.md", text);
        let mut reading = Reading { assets: Assets::Memory(files), prefix: String::new(), sources, diagnostics: &mut diagnostics };
        let text = Includes::default().expand("ch/one.md", Text::whole(id, text, 1), &mut reading);
        (text, diagnostics.iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn lines_keep_their_origin() {
        let (text, said) = expanded(&[("a.rs", "one\ntwo\nthree\n")], "x\n- {{#include ../a.rs:2:}}\n  {{#include ../a.rs:1:2}} y\n\nz\n");
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(text.text, "x\n- two\nthree\n  one\n  two y\n\nz\n");
        let own = text.origin.first().map(|(file, _)| *file);
        let lines: Vec<(bool, u32)> = text.origin.iter().map(|(file, line)| (Some(*file) == own, *line)).collect();
        assert_eq!(lines, [(true, 1), (true, 2), (false, 3), (true, 3), (false, 2), (true, 4), (true, 5)]);
    }

    #[test]
    fn escapes_titles_and_playgrounds() {
        let (text, said) = expanded(&[("ch/p.rs", "fn main() {}\n")], "{{#title T}}\\{{#include x}} {{#foo a}} {{ braces }}\n{{#playground p.rs editable}}\n");
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(text.text, "{{#include x}} {{#foo a}} {{ braces }}\n```rust,editable\nfn main() {}\n```\n");
    }

    #[test]
    fn circles_and_gaps_are_told() {
        let files = [("ch/a.md", "{{#include b.md}}\n"), ("ch/b.md", "{{#include a.md}}\n")];
        assert_eq!(expanded(&files, "{{#include a.md}}\n").1, ["`ch/a.md` includes itself"]);
        assert_eq!(expanded(&files, "{{#include c.md}}\n").1, ["there is no file `ch/c.md`: what asks for it stays in the text"]);
        assert_eq!(expanded(&files, "{{#include ../../x}}\n").1, ["`../x` lies outside the project"]);
        assert_eq!(expanded(&files, "{{#rustdoc_include b.md:none}}\n").1, ["`ch/b.md` has nothing between anchors named `none`"]);
    }

    #[test]
    fn a_bomb_of_includes_is_an_error() {
        let line = "{{#include next}}".repeat(9);
        let names: Vec<(String, String)> = (0..9).map(|n| (format!("ch/{n}"), line.replace("next", &(n + 1).to_string()))).collect();
        let mut files: Vec<(&str, &str)> = names.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let leaf = "x".repeat(4000);
        files.push(("ch/9", &leaf));
        assert_eq!(expanded(&files, "{{#include 0}}\n").1.first().map(String::as_str), Some("includes make this chapter longer than 32 MB"));
    }
}
