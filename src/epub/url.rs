//! Addresses outside the book, made such that every reading system can parse them.

/// Schemes that a book may link to.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel", "ftp"];

/// An outside address with everything percent-encoded that has to be; `None` if it is none that a book may link to:
/// then the text stays and the link does not.
pub(super) fn external(written: &str) -> Option<String> {
    let written = written.trim();
    let (scheme, rest) = written.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        return None;
    }
    if scheme == "mailto" || scheme == "tel" {
        return (!rest.is_empty()).then(|| format!("{scheme}:{}", encoded(rest)));
    }
    let rest = rest.strip_prefix("//")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    good_authority(authority).then(|| format!("{scheme}://{authority}{}", encoded(path)))
}

/// Whether this is a host, with a port or not, that a strict parser accepts.
fn good_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let good_port = port.is_none_or(|p| p.parse::<u16>().is_ok());
    let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let good_host = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => good_name(host),
    };
    good_port && good_host
}

/// A host by name or number. A name of digits and dots alone must be an IPv4 address.
fn good_name(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or("");
    let good = !host.is_empty() && host.len() < 254 && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) && !host.starts_with('.');
    let numeric = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
    good && !host.contains("..") && (!numeric || host.parse::<std::net::Ipv4Addr>().is_ok())
}

/// Percent-encodes what RFC 3986 does not allow in a path, query or fragment.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let escape = text.as_bytes().get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let allowed = match byte {
            b'%' => escape,
            b'#' => !std::mem::replace(&mut fragment, true),
            b => b.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&b),
        };
        if allowed {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_a_strict_parser_takes_become_links() {
        let cases = [
            ("https://example.org/a b?q=é#x#y", Some("https://example.org/a%20b?q=%C3%A9#x%23y")),
            ("HTTP://localhost:7878", Some("http://localhost:7878")),
            ("http://127.0.0.1:80/100%", Some("http://127.0.0.1:80/100%25")),
            ("http://[::1]/", Some("http://[::1]/")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            ("http://host:port/", None),
            ("http://1.2.3/", None),
            ("http:///x", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("../elsewhere.pdf", None),
        ];
        for (written, expected) in cases {
            assert_eq!(external(written).as_deref(), expected, "{written}");
        }
    }
}
