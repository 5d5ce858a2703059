//! Slips of the hand that Markdown takes for text: rows of a table without the line of dashes, headings without a blank, comments that
//! are none.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FileId;

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
