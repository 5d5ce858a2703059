//! Bare addresses in text become links, by the rules of GFM's *autolinks (extended)*.

use std::ops::Range;

/// An address found in text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What is put before it to make a URL: `http://` for `www.`, `mailto:` for an e-mail address.
    pub(super) scheme: &'static str,
}

/// Whether there can be an address in the text at all.
pub(super) fn possible(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains('@')
}

/// The first address at or after `from`. `before` is the character that stands before the text.
pub(super) fn find(text: &str, from: usize, before: Option<char>) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (prefix, scheme) in [("http://", ""), ("https://", ""), ("www.", "http://")] {
        let limit = best.as_ref().map_or(text.len(), |b| b.range.start);
        best = find_prefix(text, from, limit, before, prefix, scheme).or(best);
    }
    let limit = best.as_ref().map_or(text.len(), |b| b.range.start);
    find_mail(text, from, limit).or(best)
}

fn find_prefix(text: &str, from: usize, limit: usize, before: Option<char>, prefix: &str, scheme: &'static str) -> Option<Found> {
    let mut at = from;
    loop {
        let start = at + text.get(at..limit)?.find(prefix)?;
        let previous = text[..start].chars().next_back().or(before);
        let free = previous.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '“' | '‘' | '"' | '\''));
        let host = if scheme.is_empty() { start + prefix.len() } else { start };
        if free && let Some(end) = end_of_url(text, host) {
            return Some(Found { range: start..end, scheme });
        }
        // Within a name that is none there is no other: going on behind it keeps this linear.
        at = host + if free { domain(&text[host..]).len() } else { prefix.len() };
    }
}

/// Where a URL ends whose host begins at `host`, if it is one.
fn end_of_url(text: &str, host: usize) -> Option<usize> {
    let rest = text.get(host..)?;
    let name = domain(rest).trim_end_matches('.');
    let mut labels = name.rsplit('.');
    let good = name.contains('.') && labels.clone().all(|l| !l.is_empty()) && labels.by_ref().take(2).all(|l| !l.contains('_'));
    if !good {
        return None;
    }
    let end = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    Some(host + trimmed(&rest[..end]))
}

/// What can be a host's name at the start of the text.
fn domain(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    &text[..end]
}

/// Length without the punctuation that belongs to the sentence.
fn trimmed(url: &str) -> usize {
    let mut url = url;
    loop {
        let shorter = match url.chars().next_back() {
            Some('?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' | '”' | '’' | '…') => url.char_indices().next_back().map_or(0, |(i, _)| i),
            Some(')') if url.matches(')').count() > url.matches('(').count() => url.len() - 1,
            Some(';') => match url.rfind('&') {
                Some(amp) if url[amp + 1..url.len() - 1].chars().all(|c| c.is_ascii_alphanumeric()) => amp,
                _ => url.len() - 1,
            },
            _ => return url.len(),
        };
        url = &url[..shorter];
    }
}

fn find_mail(text: &str, from: usize, limit: usize) -> Option<Found> {
    let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let mut at = from;
    loop {
        let sign = at + text.get(at..limit.max(at))?.find('@')?;
        let name = &text[from..sign];
        let start = from + name.rfind(|c: char| !local(c)).map_or(0, |i| i + name[i..].chars().next().map_or(1, char::len_utf8));
        let domain = domain(&text[sign + 1..]).trim_end_matches('.');
        let top = domain.rsplit('.').next().unwrap_or("");
        let good =
            start < sign && domain.contains('.') && domain.split('.').all(|l| !l.is_empty()) && top.len() > 1 && top.chars().all(|c| c.is_ascii_alphabetic());
        let address = &text[start..sign];
        if good && !address.starts_with('.') {
            return Some(Found { range: start..sign + 1 + domain.len(), scheme: "mailto:" });
        }
        at = sign + 1 + domain.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        let mut out = Vec::new();
        let mut from = 0;
        while let Some(found) = find(text, from, None) {
            from = found.range.end;
            out.push(&text[found.range]);
        }
        out
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(all("See https://a.org/b_(c)) or (www.d.com/e?f=g)."), ["https://a.org/b_(c)", "www.d.com/e?f=g"]);
        assert_eq!(all("http://a.b.c/d&hl; x, ada.l@b-c.org."), ["http://a.b.c/d", "ada.l@b-c.org"]);
        assert_eq!(all("https://rust-lang.org, https://x."), ["https://rust-lang.org"]);
    }

    #[test]
    fn what_is_no_address_stays() {
        assert!(all("xhttp://a.b serde@1.0 @name www. http:// a@b").is_empty());
    }
}
