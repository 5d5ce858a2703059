//! Pandoc's tables drawn with lines, as tables with bars, and its blocks of lines.

use super::Line;

/// No table has more lines than this before its end is looked for in vain.
const LONGEST: usize = 2_000;

/// Rewrites the tables and the blocks of lines among some lines. `is_text` says of each whether it can be one of them.
pub(super) fn rewritten<'t>(lines: Vec<Line<'t>>, is_text: &[bool], changed: &mut bool) -> Vec<Line<'t>> {
    let mut out: Vec<Line<'t>> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let may = is_text.get(at).copied().unwrap_or(false);
        let blank_before = out.last().is_none_or(|line| line.text.trim().is_empty());
        let found = if may { table(&lines[at..], blank_before).or_else(|| lines_of_verse(&lines[at..], blank_before)) } else { None };
        match found {
            Some((made, taken)) => {
                *changed = true;
                if !blank_before {
                    out.push(Line { text: "".into(), at: lines[at].at });
                }
                out.extend(made);
                at += taken;
            }
            None => {
                out.push(lines[at].clone());
                at += 1;
            }
        }
    }
    out
}

fn table<'t>(lines: &[Line<'t>], blank_before: bool) -> Option<(Vec<Line<'t>>, usize)> {
    let first = lines.first()?.text.trim();
    if first.starts_with('+') {
        return grid(lines);
    }
    if !blank_before {
        return None;
    }
    if is_rule(first) {
        return multiline(lines);
    }
    let second = lines.get(1)?.text.trim_end();
    (columns(second).len() > 1 && !first.is_empty() && columns(first).is_empty()).then(|| simple(lines)).flatten()
}

/// One long line of hyphens.
fn is_rule(line: &str) -> bool {
    line.len() >= 10 && line.bytes().all(|byte| byte == b'-')
}

/// Where the columns begin that a line of hyphens in groups marks; none if it is no such line.
fn columns(line: &str) -> Vec<usize> {
    let bare = line.trim();
    if !bare.contains("---") || bare.bytes().any(|byte| byte != b'-' && byte != b' ') || !bare.contains(' ') {
        return Vec::new();
    }
    let bytes = line.as_bytes();
    let groups: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'-' && (*at == 0 || bytes[*at - 1] == b' ')).collect();
    // A thematic break may be written with blanks too, but not in groups.
    let long = bare.split_whitespace().all(|group| group.len() >= 2);
    if long { groups } else { Vec::new() }
}

/// A line's cells, by where the columns begin, counted in characters.
fn cells(line: &str, columns: &[usize]) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let cell = |(index, start): (usize, &usize)| {
        let start = if index == 0 { 0 } else { (*start).min(chars.len()) };
        let end = columns.get(index + 1).copied().unwrap_or(chars.len()).clamp(start, chars.len());
        chars[start..end].iter().collect::<String>().trim().to_string()
    };
    columns.iter().enumerate().map(cell).collect()
}

fn add(row: &mut Vec<String>, more: Vec<String>) {
    if row.is_empty() {
        *row = more;
        return;
    }
    for (cell, more) in row.iter_mut().zip(more) {
        if !cell.is_empty() && !more.is_empty() {
            cell.push(' ');
        }
        cell.push_str(&more);
    }
}

/// A table with bars. Without a head its head is empty.
fn with_bars<'t>(head: &[String], rows: Vec<(Vec<String>, Line<'t>)>, first: &Line<'t>, align: &[String]) -> Vec<Line<'t>> {
    let row = |cells: &[String]| format!("| {} |", cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
    let count = rows.iter().map(|(row, _)| row.len()).max().unwrap_or(0).max(head.len());
    let mut whole = head.to_vec();
    whole.resize(count, String::new());
    let mut rules = align.to_vec();
    rules.resize(count, "---".to_string());
    let mut out = vec![Line { text: row(&whole).into(), at: first.at }, Line { text: row(&rules).into(), at: first.at }];
    out.extend(rows.into_iter().map(|(cells, line)| Line { text: row(&cells).into(), at: line.at }));
    out.push(Line { text: "".into(), at: first.at });
    out
}

/// A head, hyphens in groups, rows up to a blank line.
fn simple<'t>(lines: &[Line<'t>]) -> Option<(Vec<Line<'t>>, usize)> {
    let starts = columns(&lines.get(1)?.text);
    let rows: Vec<&Line<'t>> = lines.iter().skip(2).take(LONGEST).take_while(|line| !line.text.trim().is_empty()).collect();
    let ends = rows.last().is_some_and(|line| !columns(&line.text).is_empty() || is_rule(line.text.trim()));
    let body = &rows[..rows.len() - usize::from(ends)];
    if body.is_empty() {
        return None;
    }
    let made = body.iter().map(|line| (cells(&line.text, &starts), (*line).clone())).collect();
    Some((with_bars(&cells(&lines[0].text, &starts), made, &lines[0], &[]), rows.len() + 2))
}

/// Between two long lines of hyphens a head, hyphens in groups, and rows of several lines with blank ones between.
fn multiline<'t>(lines: &[Line<'t>]) -> Option<(Vec<Line<'t>>, usize)> {
    let rule = lines.iter().take(8).skip(1).position(|line| columns(&line.text).len() > 1)? + 1;
    if lines[1..rule].iter().any(|line| line.text.trim().is_empty()) {
        return None;
    }
    let starts = columns(&lines[rule].text);
    let end = lines.iter().take(LONGEST).skip(rule + 1).position(|line| is_rule(line.text.trim()))? + rule + 1;
    let mut head = Vec::new();
    lines[1..rule].iter().for_each(|line| add(&mut head, cells(&line.text, &starts)));
    let mut rows: Vec<(Vec<String>, Line<'t>)> = Vec::new();
    let mut open = false;
    for line in &lines[rule + 1..end] {
        if line.text.trim().is_empty() {
            open = false;
        } else if open {
            rows.last_mut().into_iter().for_each(|row| add(&mut row.0, cells(&line.text, &starts)));
        } else {
            rows.push((cells(&line.text, &starts), line.clone()));
            open = true;
        }
    }
    (!rows.is_empty()).then(|| (with_bars(&head, rows, &lines[0], &[]), end + 1))
}

/// Cells between lines of `+---+`. One in which cells cover others stays as it is.
fn grid<'t>(lines: &[Line<'t>]) -> Option<(Vec<Line<'t>>, usize)> {
    let is_border = |line: &str| line.len() > 4 && line.starts_with('+') && line.ends_with('+') && line.bytes().all(|byte| b"+-=:".contains(&byte));
    let first = lines.first()?.text.trim();
    if !is_border(first) || !first.contains('-') {
        return None;
    }
    let edges: Vec<usize> = first.char_indices().filter(|(_, c)| *c == '+').map(|(at, _)| at).collect();
    let taken = lines.iter().take(LONGEST).take_while(|line| line.text.trim().starts_with(['+', '|'])).count();
    let (mut head, mut rows, mut row, mut begun, mut align) = (Vec::new(), Vec::new(), Vec::new(), None, Vec::new());
    for line in &lines[1..taken] {
        let text = line.text.trim();
        if is_border(text) {
            let same = text.char_indices().filter(|(_, c)| *c == '+').map(|(at, _)| at).eq(edges.iter().copied());
            if !same {
                return None;
            }
            let rule = |cell: &str| format!("{}---{}", if cell.starts_with(':') { ":" } else { "" }, if cell.ends_with(':') { ":" } else { "" });
            if text.contains('=') && rows.is_empty() {
                head = std::mem::take(&mut row);
                align = text.trim_matches('+').split('+').map(rule).collect();
            } else if let Some(from) = begun.take() {
                rows.push((std::mem::take(&mut row), from));
            }
            begun = None;
            continue;
        }
        let chars: Vec<char> = text.chars().collect();
        if edges.iter().any(|edge| chars.get(*edge) != Some(&'|')) {
            return None;
        }
        let cells = edges.windows(2).map(|pair| chars[pair[0] + 1..pair[1]].iter().collect::<String>().trim().to_string()).collect();
        begun.get_or_insert_with(|| line.clone());
        add(&mut row, cells);
    }
    (!rows.is_empty()).then(|| (with_bars(&head, rows, &lines[0], &align), taken))
}

/// Lines that begin with a bar and a blank, and are no table: they end where their author ended them.
fn lines_of_verse<'t>(lines: &[Line<'t>], blank_before: bool) -> Option<(Vec<Line<'t>>, usize)> {
    let is_one = |line: &&Line<'t>| line.text.strip_prefix("| ").is_some_and(|rest| !rest.contains('|')) || line.text == "|";
    let count = lines.iter().take(LONGEST).take_while(is_one).count();
    let goes_on = lines.get(count).is_some_and(|line| line.text.trim_start().starts_with('|'));
    if !blank_before || count < 2 || goes_on {
        return None;
    }
    let made = lines[..count].iter().enumerate().map(|(number, line)| {
        let rest = line.text.strip_prefix("| ").unwrap_or("");
        let text = rest.trim_start();
        let indent = "\u{A0}".repeat(rest.len() - text.len());
        let end = if number + 1 < count { "\\" } else { "" };
        Line { text: format!("{indent}{}{end}", if text.is_empty() { "\u{A0}" } else { text }).into(), at: line.at }
    });
    Some((made.collect(), count))
}
