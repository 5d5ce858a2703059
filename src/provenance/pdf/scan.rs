//! The names that a content stream uses: fonts, pictures, states. Only these of its resources belong to it.

use std::collections::BTreeSet;

/// All names outside strings and comments (ISO 32000-1, 7.2 and 7.3.5), as they are meant: `#20` is a space.
pub(super) fn names(content: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut names = BTreeSet::new();
    let mut at = 0;
    while let Some(byte) = content.get(at) {
        at += 1;
        match byte {
            b'%' => at += content[at..].iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(content.len() - at),
            b'(' => at = end_of_string(content, at),
            b'/' => {
                let end = at + content[at..].iter().take_while(|b| is_regular(**b)).count();
                names.insert(meant(&content[at..end]));
                at = end;
            }
            // The data of a picture in the stream: what follows `ID` and one white space, up to `EI` as a word.
            b'I' if content.get(at) == Some(&b'D') && is_word(content, at - 1, 2) => at = end_of_picture(content, at + 1),
            _ => {}
        }
    }
    names
}

/// Whether a byte is white space (ISO 32000-1, table 1).
pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Whether a byte may stand in a name or a word.
pub(super) fn is_regular(byte: u8) -> bool {
    !is_white(byte) && !b"()<>[]{}/%".contains(&byte)
}

/// Whether so many bytes from here on are a word by themselves.
fn is_word(content: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| content.get(before)).is_none_or(|b| !is_regular(*b));
    before && content.get(at + length).is_none_or(|b| !is_regular(*b))
}

/// Behind a string in parentheses, which may nest.
pub(super) fn end_of_string(content: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while let Some(byte) = content.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    at.min(content.len())
}

fn end_of_picture(content: &[u8], start: usize) -> usize {
    let end = (start..content.len()).find(|at| content[*at..].starts_with(b"EI") && is_white(content[at - 1]) && is_word(content, *at, 2));
    end.map_or(content.len(), |end| end + 2)
}

/// A name as it is meant: `#20` is a space.
pub(super) fn meant(name: &[u8]) -> Vec<u8> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(name.len());
    let mut at = 0;
    while let Some(byte) = name.get(at) {
        match (byte, digit(name.get(at + 1)), digit(name.get(at + 2))) {
            (b'#', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_count() {
        for (content, expected) in [
            (&b"/F1 10 Tf (a /no \\) \\\\(/no)) Tj<</MCID 1/Lang(x)>>BDC/X#41 Do"[..], &["F1", "Lang", "MCID", "XA"][..]),
            (b"% /no\n/yes gs", &["yes"]),
            (b"BI /W 1 ID \0/no (EI) EI /yes Do", &["W", "yes"]),
            (b"(never closed /no", &[]),
            (b"ID", &[]),
            (b"(\\", &[]),
            (b"/", &[""]),
        ] {
            let found: Vec<String> = names(content).into_iter().map(|n| String::from_utf8_lossy(&n).into_owned()).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(content));
        }
    }
}
