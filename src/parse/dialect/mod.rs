//! What people write for other tools in ways of those tools: containers between colons, callouts, tabs, page breaks.
//!
//! CommonMark knows nothing of them and would make text of their marks. So a chapter is gone through line by line before it is parsed, and
//! a line that opens or ends such a thing becomes a comment that only this program can have written, for it holds a noncharacter.
//! Comments may stand wherever a block may and end nothing but a paragraph; the [builder](super::builder) opens and ends frames at them as it
//! does at tags. A body that is marked by its indentation becomes a quotation whose first line says what it is: four blanks and `>   `
//! are equally wide, so that places stay true.

mod callout;
mod colons;
mod header;
mod indented;
mod inline;
mod liquid;
mod mark;
mod note;
mod tables;

use std::borrow::Cow;

use crate::load::{Fence, FileId, Text};

pub(super) use callout::{meant, named};
pub(super) use header::value;
pub(super) use mark::{Container, Mark, Shape};

/// Bodies that are indented lie no deeper within each other than this; what is deeper stays as it is written.
const DEEPEST: usize = 16;

/// A line without its ending, and where it came from.
#[derive(Clone, Debug)]
struct Line<'t> {
    text: Cow<'t, str>,
    at: (FileId, u32),
}

/// The text with such lines rewritten, if it has any.
pub(super) fn rewritten(text: &Text) -> Option<Text> {
    if !may_have(&text.text) {
        return None;
    }
    let origin = |number: usize| text.origin.get(number).or(text.origin.last()).copied().unwrap_or_default();
    let lines = text.text.split('\n').enumerate().map(|(number, line)| Line { text: line.into(), at: origin(number) }).collect();
    let mut changed = false;
    let mut lines: Vec<Line<'_>> = lines;
    if ["---", "\n| ", "\n+"].iter().any(|sign| text.text.contains(sign)) {
        let texts = texts(&lines);
        lines = tables::rewritten(lines, &texts, &mut changed);
    }
    let mut lines = rewrite(lines, 0, &mut changed);
    if text.text.contains("^[") {
        note::taken_out(&mut lines, &mut changed);
    }
    if !changed {
        return None;
    }
    let mut out = Text { text: String::with_capacity(text.text.len() + 256), origin: Vec::with_capacity(lines.len()) };
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            out.text.push('\n');
        }
        out.text.push_str(&line.text);
        out.origin.push(line.at);
    }
    Some(out)
}

/// Whether it is worth while to look at each line: most chapters have nothing of this.
fn may_have(text: &str) -> bool {
    const SIGNS: [&str; 21] = [
        ":::",
        "\n| ",
        "\n+-",
        "--- --",
        "==",
        "]{",
        " **",
        "[[",
        "^[",
        "!!! ",
        "???",
        "=== \"",
        "[!",
        "{% ",
        "admonish",
        "header=",
        "```{",
        "\\newpage",
        "\\pagebreak",
        "\\clearpage",
        "{{< pagebreak",
    ];
    SIGNS.iter().any(|sign| text.contains(sign)) || ["{: ", "{:.", "{:#", "{-}", "{ .", "{ #"].iter().any(|sign| text.contains(sign))
}

/// Where a line stands: what it can mean depends on what is open.
#[derive(Debug, Default)]
struct Around {
    /// A block of code.
    fence: Fence,
    /// A comment of the author's.
    comment: bool,
    /// A formula of several lines.
    formula: bool,
    /// Blanks before the content of the list item that is open.
    item: usize,
    /// Containers that are open, and for those between fences the fence that ends them.
    open: Vec<Option<Fence>>,
    /// The line before is one of a quotation.
    quoted: bool,
    /// The line before is blank.
    blank: bool,
}

impl Around {
    /// Whether a line that begins with so many blanks is no indented code.
    fn is_text(&self, indent: usize) -> bool {
        indent < self.item + 4
    }

    /// Goes on by a line that means nothing here.
    fn passed(&mut self, line: &str) {
        let (indent, bare) = indented::split(line);
        self.quoted = bare.starts_with('>');
        if bare.is_empty() {
            self.blank = true;
            return;
        }
        match indented::item(bare) {
            Some(width) if self.is_text(indent) => self.item = indent + width,
            _ if self.blank && indent < self.item => self.item = 0,
            _ => {}
        }
        self.blank = false;
        self.formula = match bare {
            _ if bare.matches("$$").count() % 2 == 1 => !self.formula,
            "\\[" | "\\\\[" => true,
            "\\]" | "\\\\]" => false,
            _ => self.formula,
        };
        self.comment = match bare.rfind("<!--") {
            Some(at) => !bare[at..].contains("-->"),
            None => self.comment && !bare.contains("-->"),
        };
    }
}

fn rewrite<'t>(lines: Vec<Line<'t>>, depth: usize, changed: &mut bool) -> Vec<Line<'t>> {
    let mut out = Vec::with_capacity(lines.len());
    let mut around = Around { blank: true, ..Around::default() };
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        if around.fence.is_open() {
            around.fence.line(&line.text);
            out.push(line);
            continue;
        }
        let (indent, bare) = indented::split(&line.text);
        if !around.comment && !around.formula && around.is_text(indent) {
            if colons::is_diagram(bare) {
                // A block of code, whose lines are nothing else.
                *changed = true;
                let margin = " ".repeat(indent);
                out.push(Line { text: format!("{margin}```mermaid").into(), at: line.at });
                for inner in lines.by_ref() {
                    if inner.text.trim().len() >= 3 && inner.text.trim().bytes().all(|byte| byte == b':') {
                        out.push(Line { text: format!("{margin}```").into(), at: inner.at });
                        break;
                    }
                    out.push(inner);
                }
                around.quoted = false;
                around.blank = false;
                continue;
            }
            if depth < DEEPEST
                && let Some(container) = indented::opening(bare)
            {
                let body = indented::body(&mut lines, indent);
                if !body.is_empty() || container.is_known {
                    *changed = true;
                    let margin = " ".repeat(indent);
                    out.push(Line { text: format!("{margin}>   {}", Mark::Within(container.container).comment()).into(), at: line.at });
                    for inner in rewrite(body, depth + 1, changed) {
                        let mark = if inner.text.is_empty() { ">" } else { ">   " };
                        out.push(Line { text: format!("{margin}{mark}{}", inner.text).into(), at: inner.at });
                    }
                    if let Some(next) = lines.peek().filter(|next| !next.text.trim().is_empty()) {
                        out.push(Line { text: "".into(), at: next.at });
                    }
                    around.quoted = false;
                    around.blank = true;
                    continue;
                }
            }
            if let Some(text) = whole_line(bare, &mut around) {
                *changed = true;
                let margin = &line.text[..line.text.len() - line.text.trim_start().len()];
                out.push(Line { text: format!("{margin}{text}").into(), at: line.at });
                around.quoted = false;
                around.blank = false;
                continue;
            }
        }
        around.fence.line(&line.text);
        let formula = around.formula;
        around.passed(&line.text);
        let formula = formula || around.formula;
        // Code stays as it is written.
        let text = !around.fence.is_open() && !around.comment && !formula && around.is_text(indented::split(&line.text).0);
        match if text { inner(&line.text) } else { None } {
            Some(text) => {
                *changed = true;
                out.push(Line { text: text.into(), at: line.at });
            }
            None => out.push(line),
        }
    }
    out
}

/// What stands for a line's own marks, if it has any that Markdown does not know.
fn inner(line: &str) -> Option<String> {
    match barred(line) {
        Some(text) => Some(inline::marked(&text).unwrap_or(text)),
        None => inline::marked(line),
    }
}

/// Which lines can be tables or verse: those that are neither code nor within comments.
fn texts(lines: &[Line<'_>]) -> Vec<bool> {
    let mut around = Around { blank: true, ..Around::default() };
    let text = |line: &Line<'_>| {
        let inside = around.fence.is_open();
        around.fence.line(&line.text);
        let indent = indented::split(&line.text).0;
        let text = !inside && !around.fence.is_open() && !around.comment && !around.formula && indent < 4;
        around.passed(&line.text);
        text
    };
    lines.iter().map(text).collect()
}

/// A row of a table in which the bars of wikis' links, `[[page|text]]`, are escaped: they part no cells.
fn barred(line: &str) -> Option<String> {
    if !line.trim_start().starts_with('|') || !line.contains("[[") {
        return None;
    }
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("[[") {
        let end = rest[at..].find("]]").map(|end| at + end)?;
        out.push_str(&rest[..at]);
        let link = &rest[at..end];
        out.push_str(&if link.contains("\\|") { link.to_string() } else { link.replace('|', "\\|") });
        rest = &rest[end..];
    }
    out.push_str(rest);
    (out != line).then_some(out)
}

/// What stands for a line that opens or ends something, if it does.
fn whole_line(bare: &str, around: &mut Around) -> Option<String> {
    let ends = |fence: &Option<Fence>| fence.as_ref().is_some_and(|fence| fence.is_ended_by(bare));
    if around.open.last().is_some_and(ends) {
        around.open.pop();
        return Some(Mark::End.comment());
    }
    match bare.chars().next()? {
        ':' => colons::line(bare, &mut around.open),
        '`' | '~' => {
            let mut fence = Fence::default();
            let container = header::fenced(fence.line(bare)?)?;
            around.open.push(Some(fence));
            Some(Mark::Open(container).comment())
        }
        '>' if !around.quoted => header::quoted(bare),
        '{' => liquid::line(bare),
        '#' => liquid::heading(bare),
        '\\' if matches!(bare, "\\newpage" | "\\pagebreak" | "\\clearpage") => Some("<!-- pagebreak -->".to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> String {
        let text = Text::whole(FileId(0), source, 1);
        rewritten(&text).map_or(source.to_string(), |text| text.text).replace(mark::SIGN, "§").replace(mark::BETWEEN, "|")
    }

    #[test]
    fn colons_open_and_end() {
        assert_eq!(of("::: warning\nBody\n:::"), "<!--§open|callout|warning||-->\nBody\n<!--§end-->");
        assert_eq!(of(":::tip My title\nx\n:::\n"), "<!--§open|callout|tip||My title-->\nx\n<!--§end-->\n");
        assert_eq!(of(":::tip[My *title*]\nx\n:::\n"), "<!--§open|callout|tip||My *title*-->\nx\n<!--§end-->\n");
        assert_eq!(of("::: {#fig-a .callout-tip title=\"A -- b\"}\nx\n:::\n"), "<!--§open|callout|tip|fig-a|A -\u{FDD0}- b-->\nx\n<!--§end-->\n");
    }

    #[test]
    fn a_lone_end_is_text_and_code_is_code() {
        assert_eq!(of("a\n:::\nb"), "a\n\u{FDD0}:::\nb");
        let code = "```\n::: note\n!!! note\n    x\n```\n\n    ::: note\n\n<!--\n::: note\n-->\n";
        assert_eq!(of(code), code);
    }

    #[test]
    fn an_indented_body_is_a_quotation_of_the_same_width() {
        assert_eq!(of("!!! note \"T\"\n    a\n\n    b\nc"), ">   <!--§within|callout|note||T-->\n>   a\n>\n>   b\n\nc");
        assert_eq!(of("- x\n\n    ??? danger\n        a\n"), "- x\n\n    >   <!--§within|callout|danger||-->\n    >   a");
        assert_eq!(of("!!! done with it\nyes!"), "!!! done with it\nyes!");
    }

    #[test]
    fn notes_within_a_line_are_taken_out() {
        assert_eq!(of("a^[one [x](y) `]`] b^[two]"), "a[^§1] b[^§2]\n\n[^§1]: one [x](y) `]`\n\n[^§2]: two");
        for text in ["`/^[0-9]/` \\^[a]", "[^[a]]", "a^[open", "```\n^[a]\n```"] {
            assert_eq!(of(text), text);
        }
    }

    #[test]
    fn fences_and_quotations_and_tags() {
        assert_eq!(of("~~~admonish warning \"T\"\n```\na\n```\n~~~"), "<!--§open|callout|warning||T-->\n```\na\n```\n<!--§end-->");
        assert_eq!(of("> [!bug]- Title\n> x"), "> <!--§within|callout|bug||Title-->\n> x");
        assert_eq!(of("> [!NOTE]\n> x"), "> [!NOTE]\n> x");
        assert_eq!(of("{% hint style=\"info\" %}\nx\n{% endhint %}"), "<!--§open|callout|info||-->\nx\n<!--§end-->");
    }
}
