//! Slips of the hand that Markdown takes for text: rows of a table without the line of dashes.

use crate::diag::Code;
use crate::load::{Fence, Text};

use super::findings::Findings;

/// Says where rows between bars are no table.
pub(super) fn tables(text: &Text, findings: &mut Findings) {
    if !text.text.starts_with('|') && !text.text.contains("\n|") {
        return;
    }
    let starts = text.line_starts();
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
            let pos = text.pos(&starts, starts.get(at).copied().unwrap_or_default());
            let (message, hint) = match rows.get(1).filter(|second| is_rule(second)) {
                Some(second) => (
                    format!("the head of this table has {} cells, and the line of dashes below it {}", cells(line), cells(second)),
                    "give both the same number: until then its rows are text".to_string(),
                ),
                None => ("rows between bars are no table without a line of dashes below the first".to_string(), format!("write `{}` there", rule(line))),
            };
            findings.warn(Code::TableRule, pos, message, hint);
        }
        at += rows.len().max(1);
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
