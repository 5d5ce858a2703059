//! What no line may break within, although hyphens and dashes would let it: `16–40`, `e-mail`.

/// Longer ones would have no room on a phone.
const LONGEST: usize = 20;

/// Parts of a text in their order, each with whether it stays whole.
pub(super) fn parts(text: &str) -> Vec<(bool, &str)> {
    if !text.contains(['–', '-']) {
        return vec![(false, text)];
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for word in text.split(char::is_whitespace).filter(|word| stays_whole(word)) {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        parts.push((false, text.get(from..at).unwrap_or_default()));
        parts.push((true, word));
        from = at + word.len();
    }
    parts.push((false, text.get(from..).unwrap_or_default()));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// Whether a word is a range of numbers, or has one letter before its hyphen.
fn stays_whole(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let range = || word.split_once('–').is_some_and(|(from, to)| from.ends_with(|c: char| c.is_ascii_digit()) && to.starts_with(|c: char| c.is_ascii_digit()));
    let letter = || {
        let (before, after) = word.split_once('-').unwrap_or_default();
        before.chars().count() == 1 && before.starts_with(char::is_alphabetic) && after.starts_with(char::is_alphabetic)
    };
    word.chars().count() <= LONGEST && (range() || letter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_words_with_one_letter_before_the_hyphen_stay_whole() {
        let whole = |text: &'static str| parts(text).into_iter().filter(|(whole, _)| *whole).map(|(_, part)| part).collect::<Vec<_>>();
        assert_eq!(whole("from 16–40 e-mails, 12–18+ or (x-rays)."), ["16–40", "e-mails,", "12–18+", "(x-rays)."]);
        assert_eq!(whole("well-known – and so on, on-call, 1-2-3, a–b"), [""; 0]);
        for text in ["", "e-mail", "a 1–2 b", "–", "plain"] {
            assert_eq!(parts(text).iter().map(|(_, part)| *part).collect::<String>(), text);
        }
    }
}
