//! Marks within a line that Markdown does not have, in those that it has: `==marked==`, `[words]{.class lang=fr}`, `![](a.png =200x)`, and
//! `**bold **` as programs write it that export to Markdown.

use std::borrow::Cow;

use super::header::value;
use super::note::past_code;
use crate::parse::places::are_attributes;

/// The line with such marks rewritten, if it has any. Code in it stays as it is.
pub(super) fn marked(line: &str) -> Option<String> {
    if !["==", "]{", " =", " **"].iter().any(|sign| line.contains(sign)) {
        return None;
    }
    let bytes = line.as_bytes();
    let paired = line.matches("**").count().is_multiple_of(2);
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        let found = match bytes[at] {
            b'\\' => {
                at += 2;
                continue;
            }
            b'`' => {
                at = past_code(bytes, at);
                continue;
            }
            b'$' => {
                at = past_formula(bytes, at);
                continue;
            }
            b'=' => highlight(line, at),
            b'!' => sized(line, at),
            b'[' => span(line, at),
            b'*' if paired && line[at..].starts_with("**") => match bold(line, at) {
                Ok(found) => Some(found),
                // What is bold as it should be is passed as a whole: its end begins nothing.
                Err(end) => {
                    at = end;
                    continue;
                }
            },
            _ => None,
        };
        match found {
            Some((text, end)) => {
                out.push_str(&line[done..at]);
                out.push_str(&text);
                (done, at) = (end, end);
            }
            // All marks of a run belong together.
            None => at += bytes[at..].iter().take_while(|byte| **byte == bytes[at] && matches!(byte, b'=' | b'*')).count().max(1),
        }
    }
    if done == 0 {
        return None;
    }
    out.push_str(&line[done..]);
    Some(out)
}

/// Behind the formula that begins at a place, or behind its dollars if it does not end in the line.
fn past_formula(bytes: &[u8], at: usize) -> usize {
    let count = bytes[at..].iter().take_while(|byte| **byte == b'$').count().min(2);
    let mut end = at + count;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 2,
            b'$' => return end + bytes[end..].iter().take_while(|byte| **byte == b'$').count().min(count),
            _ => end += 1,
        }
    }
    at + count
}

/// `==words==`, where nothing else can be meant.
fn highlight(line: &str, at: usize) -> Option<(String, usize)> {
    let rest = line[at..].strip_prefix("==")?;
    let before = line[..at].chars().next_back();
    if rest.starts_with(['=', ' ']) || before.is_some_and(|c| c.is_alphanumeric() || "=!<>".contains(c)) {
        return None;
    }
    let end = rest.find("==")?;
    let inner = &rest[..end];
    let after = rest[end + 2..].chars().next();
    let is_one = !inner.is_empty() && !inner.ends_with(' ') && !inner.contains('=') && !after.is_some_and(|c| c.is_alphanumeric() || c == '=');
    is_one.then(|| (format!("<mark>{inner}</mark>"), at + end + 4))
}

/// `![what](a.png =200x100)`: the size goes behind the picture.
fn sized(line: &str, at: usize) -> Option<(String, usize)> {
    let rest = line[at..].strip_prefix("![")?;
    let (_, target) = rest.split_once("](")?;
    let (target, _) = target.split_once(')')?;
    let (address, size) = target.rsplit_once(" =")?;
    let (width, height) = size.split_once('x')?;
    let is_size = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '%');
    if !is_size(width) || !is_size(height) || width.is_empty() && height.is_empty() {
        return None;
    }
    let start = target.as_ptr() as usize - line.as_ptr() as usize;
    let attribute = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!(" {name}={value}") };
    let attributes = format!("{}{}", attribute("width", width), attribute("height", height));
    Some((format!("{}{address}){{{}}}", &line[at..start], attributes.trim_start()), start + target.len() + 1))
}

/// `[words]{#name .class lang=fr}`.
fn span(line: &str, at: usize) -> Option<(String, usize)> {
    if line[..at].ends_with(['!', ']']) {
        return None;
    }
    let end = super::note::closed(line.as_bytes(), at + 1)?;
    let rest = line[end..].strip_prefix('{')?;
    let (inner, _) = rest.split_once('}')?;
    if !are_attributes(inner) {
        return None;
    }
    let mut tag = String::from("<span");
    let id = inner.split_whitespace().find_map(|word| word.strip_prefix('#')).map(Cow::Borrowed);
    for (name, value) in [("id", id), ("lang", value(inner, "lang").map(Cow::Borrowed)), ("dir", value(inner, "dir").map(Cow::Borrowed))] {
        if let Some(value) = value.filter(|value| !value.contains(['"', '<', '>', '&'])) {
            tag.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    Some((format!("{tag}>{}</span>", &line[at + 1..end - 1]), end + inner.len() + 2))
}

/// `**bold **`: the blank goes behind the marks. For bold that is right, where it ends.
fn bold(line: &str, at: usize) -> Result<(String, usize), usize> {
    let rest = &line[at + 2..];
    let Some(end) = rest.find("**").filter(|_| !rest.starts_with(['*', ' '])) else { return Err(at + 2) };
    let inner = &rest[..end];
    let bare = inner.trim_end_matches(' ');
    if bare.len() == inner.len() || bare.is_empty() || inner.contains('*') {
        return Err(at + end + 4);
    }
    Ok((format!("**{bare}**{}", &inner[bare.len()..]), at + end + 4))
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn marks_become_those_of_markdown() {
        let cases = [
            ("a ==b c== d", "a <mark>b c</mark> d"),
            ("[x *y*]{.underline} z", "<span>x *y*</span> z"),
            ("[mot]{lang=fr #m}", "<span id=\"m\" lang=\"fr\">mot</span>"),
            ("![a](b.png =200x) c", "![a](b.png){width=200} c"),
            ("![a](b.png =x90)", "![a](b.png){height=90}"),
            ("**bold **text", "**bold** text"),
        ];
        for (written, meant) in cases {
            assert_eq!(marked(written).as_deref(), Some(meant));
        }
        for text in [
            "if a == b or c == d",
            "`==x==`",
            "=====",
            "[x](y){.z}",
            "![x]{.y}",
            "**a** **b**",
            "x **y",
            "[a]{b}",
            "2 ** 3 ** 4",
            "a==b==c",
            "*a**b**c* **a*b*c**",
            "$[a]{#b}$ and $x == y$",
            "$$[a]{.b}$$",
        ] {
            assert_eq!(marked(text), None, "{text}");
        }
    }
}
