//! Slips of the hand that Markdown takes for text: rows of a table without the line of dashes, headings without a blank, comments that
//! are none, links with a blank too many, entries of a glossary without their colon.

use crate::diag::Code;
use crate::load::{Fence, Pos, Text};

use super::findings::Findings;

/// Says where a line was meant as a heading or a comment.
pub(super) fn lines(text: &Text, findings: &mut Findings) {
    if !text.text.contains('#') && !["<!-", "<!–", "<!—"].iter().any(|sign| text.text.contains(sign)) && !text.text.contains("<--") {
        return;
    }
    let mut fence = Fence::default();
    for (number, line) in text.text.lines().enumerate() {
        let in_code = fence.is_open();
        fence.line(line);
        if in_code || fence.is_open() || line.starts_with("    ") || line.contains('`') {
            continue;
        }
        let signs = line.len() - line.trim_start_matches('#').len();
        let rest = line.get(signs..).unwrap_or_default();
        // A blank of another width is none for Markdown; some keyboards make one where a hand stays too long on a key.
        let odd_blank = rest.starts_with(|c: char| c.is_whitespace() && !c.is_ascii());
        if (2..=6).contains(&signs) && rest.starts_with(char::is_alphabetic) || (1..=6).contains(&signs) && odd_blank {
            let what = if odd_blank { "a plain blank" } else { "a blank" };
            let hint = format!("put {what} after the signs: `{} {}`", "#".repeat(signs), rest.trim());
            findings.warn_once_a_file(
                Code::MarkText,
                "heading",
                place(text, number, 0),
                format!("`{}` was meant as a heading, and is text", line.trim_end()),
                hint,
            );
        }
        let comment =
            line.match_indices("<!").find(|(at, _)| line.get(at + 2..).is_some_and(|rest| rest.starts_with(['-', '–', '—']) && !rest.starts_with("--")));
        let arrow = || line.match_indices("<--").find(|(at, _)| line.get(*at..).is_some_and(|rest| rest.contains("-->")));
        if let Some((column, _)) = comment.or_else(arrow) {
            let hint = "a comment begins with `<!--`, two hyphens, and ends with `-->`";
            findings.warn_once_a_file(Code::MarkText, "comment", place(text, number, column), "this was meant as a comment, and is text", hint);
        }
    }
}

/// A place in a line by its number from 0. Few texts have anything to say of, so where lines begin is counted then.
fn place(text: &Text, line: usize, column: usize) -> Pos {
    let starts = text.line_starts();
    text.pos(&starts, starts.get(line).copied().unwrap_or_default() + column)
}

/// Says where rows between bars are no table.
pub(super) fn tables(text: &Text, findings: &mut Findings) {
    if !text.text.starts_with('|') && !text.text.contains("\n|") {
        return;
    }
    let lines: Vec<&str> = text.text.lines().collect();
    let mut fence = Fence::default();
    let mut at = 0;
    while let Some(line) = lines.get(at).copied() {
        let in_code = fence.is_open();
        fence.line(line);
        if in_code || fence.is_open() || !is_row(line) {
            at += 1;
            continue;
        }
        let rows: Vec<&str> = lines.get(at..).unwrap_or_default().iter().copied().take_while(|line| is_row(line)).collect();
        // A grid has its rows between lines of its own.
        let before = at.checked_sub(1).and_then(|before| lines.get(before)).map_or("", |line| line.trim());
        if rows.len() > 1 && before.is_empty() && !is_table(&rows) {
            let (message, hint) = match rows.get(1).filter(|second| is_rule(second)) {
                Some(second) => (
                    format!("the head of this table has {} cells, and the line of dashes below it {}", cells(line), cells(second)),
                    "give both the same number: until then its rows are text".to_string(),
                ),
                None => ("rows between bars are no table without a line of dashes below the first".to_string(), format!("write `{}` there", rule(line))),
            };
            findings.warn_once_a_file(Code::TableRule, "table", place(text, at, 0), message, hint);
        }
        at += rows.len();
    }
}

/// A line that begins and ends with a bar, and has a cell.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.starts_with('|') && line.ends_with('|') && !line.ends_with("\\|")
}

/// Whether a line divides the head of a table from its rows.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

fn is_table(rows: &[&str]) -> bool {
    // A table without a head begins with its line of dashes.
    rows.first().is_some_and(|first| is_rule(first))
        || rows.get(1).is_some_and(|second| is_rule(second) && rows.first().is_some_and(|first| cells(first) == cells(second)))
}

/// How many cells a row has: bars that are escaped or stand in code divide none.
fn cells(row: &str) -> usize {
    let row = row.trim().trim_start_matches('|');
    let (mut count, mut escaped) = (0, false);
    for c in row.chars() {
        count += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    count
}

/// The line of dashes for a head.
fn rule(head: &str) -> String {
    format!("|{}", "---|".repeat(cells(head)))
}

/// The address of what was meant as a link and has blanks between its words and the parenthesis: `label` stands in the brackets, `rest`
/// behind them. A parenthesis may follow brackets for many reasons, so only what cannot be anything but an address counts.
pub(super) fn parted_address<'t>(label: &str, rest: &'t str) -> Option<&'t str> {
    let inside = rest.trim_start_matches([' ', '\u{a0}']).strip_prefix('(')?;
    let address = inside.get(..inside.find([' ', ')', '('])?)?;
    let file = address.split(['#', '?']).next().unwrap_or_default();
    let ends = ["md", "markdown", "html", "htm", "pdf", "png", "jpg", "jpeg", "svg", "gif", "webp"];
    let named = file.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && ends.iter().any(|known| end.eq_ignore_ascii_case(known)));
    let begins = ["http://", "https://", "mailto:", "www.", "./", "../"].iter().any(|begin| address.len() > begin.len() && address.starts_with(begin));
    let place = address.strip_prefix('#').is_some_and(|place| place.starts_with(char::is_alphabetic));
    // A box to tick, a note, a citation, the number of a source.
    let mark = || label.trim().is_empty() || matches!(label, "x" | "X") || label.starts_with(['^', '@']) || label.bytes().all(|b| b.is_ascii_digit());
    (rest.starts_with([' ', '\u{a0}']) && (named || begins || place) && !mark()).then_some(address)
}

/// Says where a glossary has a term with its text below it, and no colon before the text: to Markdown that is a paragraph, and no entry.
/// A chapter that is not named as the glossary may have a list of terms too; there only what stands beside an entry counts, and is short.
pub(super) fn entries(text: &Text, glossary: bool, findings: &mut Findings) {
    if !glossary && !text.text.contains("\n: ") {
        return;
    }
    let (mut fence, mut before, mut at) = (Fence::default(), Paragraph::Other, 0);
    let lines: Vec<&str> = text.text.lines().collect();
    let mut told: Option<usize> = None;
    while let Some(line) = lines.get(at).copied() {
        let in_code = fence.is_open();
        fence.line(line);
        if in_code || fence.is_open() || line.trim().is_empty() {
            at += 1;
            continue;
        }
        let paragraph: Vec<&str> =
            lines.get(at..).unwrap_or_default().iter().copied().take_while(|line| !line.trim().is_empty() && !opens_code(line)).collect();
        let kind = Paragraph::of(&paragraph, if glossary { 5 } else { 3 });
        match kind {
            // Comments are not seen, and what is indented belongs to the entry before it.
            Paragraph::Unseen => {}
            Paragraph::Entry => {
                if let Some(number) = told.take() {
                    no_colon(text, number, &lines, findings);
                }
                before = kind;
            }
            Paragraph::Open if glossary || before == Paragraph::Entry => no_colon(text, at, &lines, findings),
            // It may be the first of a list that goes on as it should.
            Paragraph::Open => told = Some(at),
            Paragraph::Other => (before, told) = (kind, None),
        }
        at += paragraph.len().max(1);
        if kind == Paragraph::Unseen && paragraph.iter().any(|line| line.contains("<!--")) && !paragraph.iter().any(|line| line.contains("-->")) {
            at += lines.iter().skip(at).take_while(|line| !line.contains("-->")).count() + 1;
        }
    }
}

fn no_colon(text: &Text, number: usize, lines: &[&str], findings: &mut Findings) {
    let term = lines.get(number).map_or("", |line| line.trim());
    let below = lines.get(number + 1).map_or("", |line| line.trim());
    let begin: String = below.chars().take(30).collect();
    let more = if below.len() > begin.len() { "…" } else { "" };
    let hint = format!("begin the line below the term with a colon and a blank: `: {}{more}`", begin.trim_end());
    findings.warn(Code::MarkText, place(text, number, 0), format!("`{term}` was meant as an entry of the glossary, and is text"), hint);
}

fn opens_code(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}

/// What lines between blank ones are to a glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paragraph {
    /// A term with a text behind a colon.
    Entry,
    /// A term with a text below it and no colon.
    Open,
    /// A comment, or what goes on with an entry's text.
    Unseen,
    /// Anything else.
    Other,
}

impl Paragraph {
    /// A term has so many words at the most.
    fn of(lines: &[&str], most: usize) -> Paragraph {
        let (Some(first), second) = (lines.first(), lines.get(1)) else { return Paragraph::Other };
        if lines.iter().any(|line| line.starts_with(": ") || line.starts_with(":\t")) {
            return Paragraph::Entry;
        }
        if first.starts_with("  ") || first.starts_with("<!--") {
            return Paragraph::Unseen;
        }
        // A term that the text stands below behind a blank line is an entry already; here both stand together.
        let Some(second) = second.map(|line| line.trim()) else { return Paragraph::Other };
        let term = first.trim_end();
        let plain = first.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '[')) && !first.ends_with("  ");
        let listed = |line: &str| {
            let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            line.starts_with(['-', '+', '>', '|', '#', '=', '<', '$', '~'])
                || line.starts_with("* ")
                || digits.len() < line.len() && digits.starts_with(['.', ')'])
        };
        // Scripts without blanks between words have a line of prose in one.
        let wide = term.chars().filter(|c| *c >= '\u{2E80}').count();
        let short = term.chars().count() <= 40 && wide <= 10 && term.split_whitespace().count() <= most;
        let ended = term.ends_with(['.', ',', ';', '!', '?', '…', '|', '\\', '。', '，']);
        if plain && short && !ended && !listed(first) && !listed(second) { Paragraph::Open } else { Paragraph::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FileId;

    #[test]
    fn entries_without_a_colon_are_told_and_prose_is_not() {
        let said = |glossary: bool, source: &str| {
            let mut findings = Findings::default();
            entries(&Text::whole(FileId(1), source, 1), glossary, &mut findings);
            findings.len()
        };
        let entry = "Bow\n: The front.\n\n";
        for wrong in ["Stern\nThe back.\n", "Stern\n The back.\n", "**Stern**\nThe back.\n", "## S\n\nStern\nThe back.\n"] {
            assert_eq!(said(true, wrong), 1, "{wrong}");
            assert_eq!(said(true, &format!("{entry}{wrong}\n{entry}")), 1, "{wrong}");
        }
        assert_eq!(said(false, &format!("{entry}Stern\nThe back.\n\nKeel\nBelow.\n")), 2);
        assert_eq!(said(false, &format!("Stern\nThe back.\n\n{entry}")), 1);
        for right in [
            "Bow\n: The front.\n",
            "Bow\n\n: The front.\n\n  More of it\n  in two lines.\n",
            "# Glossary\n\nThese are the words that are used in this book,\nand what they mean.\n",
            "- Bow\n- Stern\n",
            "Bow\n===\n\nText.\n",
            "Words of the sea.\nAnd of the land.\n",
            "```\nBow\nthe front\n```\n",
            "| Bow |\n|---|\n| front |\n",
            "<!-- Bow\nThe front. -->\n",
            "<!--\n\nBow\nThe front.\n\n-->\n",
            "船首\n: 前。\n\n這是一本關於航海的書裡所用的詞\n以及它們的意思\n",
        ] {
            assert_eq!(said(true, right), 0, "{right}");
        }
        for right in ["Stern\nThe back.\n", "Bow\n: The front.\n\n# More\n\nStern\nThe back.\n", "Bow\n: The front.\n\nA line of five words\nand another.\n"] {
            assert_eq!(said(false, right), 0, "{right}");
        }
    }

    #[test]
    fn only_addresses_are_taken_for_links_that_were_parted() {
        for (label, rest) in [("the rules", " (https://example.org)"), ("it", "  (b.md#c) and"), ("it", " (#there)"), ("a", " (../a.svg \"A\")")] {
            assert!(parted_address(label, rest).is_some(), "{label} {rest}");
        }
        for (label, rest) in [
            ("it", " (see below)"),
            ("1", " (https://example.org)"),
            ("x", " (a.md)"),
            ("it", "(a.md)"),
            ("it", " (e.g.)"),
            ("it", " (#3)"),
            ("^1", " (a.md)"),
            ("it", " (p.12)"),
        ] {
            assert_eq!(parted_address(label, rest), None, "{label} {rest}");
        }
    }

    #[test]
    fn lines_that_were_meant_as_something_else_are_told() {
        let said = |source: &str| {
            let mut findings = Findings::default();
            lines(&Text::whole(FileId(1), source, 1), &mut findings);
            findings.len()
        };
        for wrong in ["##Ropes\n", "a <!-else-> b\n", "<--only-->\n", "<!—end—>\n"] {
            assert_eq!(said(wrong), 1, "{wrong}");
        }
        for right in ["## Ropes\n", "#hashtag\n", "<!-- end -->\n", "```\n##x\n```\n", "`##x` and `<!-`\n", "a <-- b\n", "<!DOCTYPE html>\n", "##\n", "##1\n"] {
            assert_eq!(said(right), 0, "{right}");
        }
    }

    #[test]
    fn rows_that_are_no_table_are_told_once() {
        let said = |source: &str| {
            let mut findings = Findings::default();
            tables(&Text::whole(FileId(1), source, 1), &mut findings);
            findings.len()
        };
        for wrong in ["| a | b |\n| c | d |\n", "Text\n\n| a | b |\n|---|\n| c | d |\n", "| a | b |\n| c | d |\n| e | f |\n"] {
            assert_eq!(said(wrong), 1, "{wrong}");
        }
        for right in [
            "| a | b |\n|---|---|\n| c | d |\n",
            "| one line |\n",
            "```\n| a |\n| b |\n```\n",
            "+---+\n| a |\n| b |\n+---+\n",
            "| verse\n| verse\n",
            "| a \\| b | c |\n|---|---|\n",
        ] {
            assert_eq!(said(right), 0, "{right}");
        }
    }
}
