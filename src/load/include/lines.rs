//! Which lines of a file an include wants: all, a range of numbers, or what stands between two anchor comments.

/// The wanted part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Lines from 1, the last one included; `None` for the file's end.
    Lines(u32, Option<u32>),
    /// Between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(String),
}

/// Divides `file.rs:2:10`, `file.rs:name`, `file.rs::10`, `file.rs:2:` into the path and the part.
pub(super) fn parse(target: &str) -> (&str, Part) {
    let Some((path, part)) = target.split_once(':') else { return (target, Part::Lines(1, None)) };
    let (start, end) = part.split_once(':').map_or((part, None), |(start, end)| (start, Some(end)));
    let number = |text: &str| text.parse::<u32>().ok();
    let part = match (number(start), end) {
        (Some(line), None) => Part::Lines(line.max(1), Some(line.max(1))),
        (Some(line), Some(end)) => Part::Lines(line.max(1), number(end)),
        (None, None) if start.is_empty() => Part::Lines(1, None),
        (None, Some(end)) if start.is_empty() => Part::Lines(1, number(end)),
        (None, _) => Part::Anchor(start.to_string()),
    };
    (path, part)
}

/// The wanted lines with their numbers from 1. `again` takes up an anchor that opens a second time, as listings do;
/// otherwise the first end ends it.
pub(super) fn take<'t>(text: &'t str, part: &Part, again: bool) -> Vec<(u32, &'t str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line));
    match part {
        Part::Lines(first, last) => lines.filter(|(n, _)| n >= first && last.is_none_or(|last| *n <= last)).collect(),
        Part::Anchor(name) => between_anchors(lines, name, again),
    }
}

fn between_anchors<'t>(lines: impl Iterator<Item = (u32, &'t str)>, name: &str, again: bool) -> Vec<(u32, &'t str)> {
    let mut inside = false;
    let mut kept = Vec::new();
    for (number, line) in lines {
        match (anchor(line, "ANCHOR_END:"), anchor(line, "ANCHOR:")) {
            (Some(end), _) if inside && end == name => {
                if !again {
                    break;
                }
                inside = false;
            }
            (None, Some(start)) if !inside => inside = start == name,
            (None, None) if inside => kept.push((number, line)),
            _ => {}
        }
    }
    kept
}

/// The name after an anchor's mark.
fn anchor<'l>(line: &'l str, mark: &str) -> Option<&'l str> {
    let rest = line.split_once(mark)?.1.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_in_many_ways() {
        assert_eq!(parse("a.rs"), ("a.rs", Part::Lines(1, None)));
        assert_eq!(parse("a.rs:2"), ("a.rs", Part::Lines(2, Some(2))));
        assert_eq!(parse("a.rs:2:"), ("a.rs", Part::Lines(2, None)));
        assert_eq!(parse("a.rs::10"), ("a.rs", Part::Lines(1, Some(10))));
        assert_eq!(parse("a.rs:2:10"), ("a.rs", Part::Lines(2, Some(10))));
        assert_eq!(parse("a.rs:here"), ("a.rs", Part::Anchor("here".to_string())));
        assert_eq!(parse("a.rs:0"), ("a.rs", Part::Lines(1, Some(1))));
    }

    #[test]
    fn anchors_nest_and_vanish() {
        let text = "a\n// ANCHOR: one\nb\n# ANCHOR: two\nc\n# ANCHOR_END: two\nd\n// ANCHOR_END: one\ne\n// ANCHOR: one\nf\n// ANCHOR_END: one\n";
        let of = |name: &str, again| take(text, &Part::Anchor(name.to_string()), again).into_iter().map(|(_, line)| line).collect::<String>();
        assert_eq!((of("one", false), of("one", true), of("two", false), of("none", true)), ("bcd".into(), "bcdf".into(), "c".into(), String::new()));
        assert_eq!(take(text, &Part::Lines(3, Some(3)), false), [(3, "b")]);
    }
}
