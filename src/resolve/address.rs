//! Addresses outside the book: read once, so that both formats have the same links.

use crate::limits;

/// Schemes that a book may lead to.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "doi"];

/// Why an address is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Its scheme has no place in a book.
    Scheme,
    /// No reading system could parse it: its host or port is none.
    Host,
    /// It is longer than anything that a browser follows.
    Long,
}

/// An address in the ASCII that every reading system can parse: what RFC 3986 does not allow is percent-encoded, a host in
/// other letters is written as IDNA has it, and `doi:` leads through the web's resolver.
pub(super) fn address(written: &str, scheme: &str) -> Result<String, Refused> {
    if !SCHEMES.contains(&scheme) {
        return Err(Refused::Scheme);
    }
    if written.len() > limits::ADDRESS {
        return Err(Refused::Long);
    }
    let rest = written.get(scheme.len() + 1..).unwrap_or("");
    match scheme {
        "mailto" | "tel" | "doi" if rest.is_empty() => Err(Refused::Host),
        "mailto" | "tel" => Ok(format!("{scheme}:{}", encoded(rest))),
        "doi" => Ok(format!("https://doi.org/{}", encoded(rest))),
        _ => {
            let rest = rest.strip_prefix("//").ok_or(Refused::Host)?;
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            Ok(format!("{scheme}://{}{}", ascii_authority(authority).ok_or(Refused::Host)?, encoded(path)))
        }
    }
}

/// A host, with a port or not, as a strict parser accepts it.
fn ascii_authority(authority: &str) -> Option<String> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return None;
    }
    let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let host = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok().then(|| host.to_string()),
        None if host.is_ascii() => good_name(host).then(|| host.to_string()),
        None => idna::domain_to_ascii(host).ok().filter(|ascii| good_name(ascii)),
    }?;
    Some(port.map_or(host.clone(), |port| format!("{host}:{port}")))
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
    fn an_address_has_a_limit() {
        let long = |bytes: usize| format!("https://a.b/{}", "x".repeat(bytes - 12));
        assert!(address(&long(limits::ADDRESS), "https").is_ok());
        assert_eq!(address(&long(limits::ADDRESS + 1), "https"), Err(Refused::Long));
    }

    #[test]
    fn only_addresses_that_a_strict_parser_takes_become_links() {
        let cases = [
            ("https://example.org/a b?q=é#x#y", Ok("https://example.org/a%20b?q=%C3%A9#x%23y")),
            ("HTTP://localhost:7878", Ok("http://localhost:7878")),
            ("http://127.0.0.1:80/100%", Ok("http://127.0.0.1:80/100%25")),
            ("http://[::1]/", Ok("http://[::1]/")),
            ("https://münchen.de/ü", Ok("https://xn--mnchen-3ya.de/%C3%BC")),
            ("https://例え.テスト:8080", Ok("https://xn--r8jz45g.xn--zckzah:8080")),
            ("mailto:a@b.example", Ok("mailto:a@b.example")),
            ("doi:10.1000/182", Ok("https://doi.org/10.1000/182")),
            ("DOI:10.1002/(SICI)1<1::AID>3.0", Ok("https://doi.org/10.1002/(SICI)1%3C1::AID%3E3.0")),
            ("http://host:port/", Err(Refused::Host)),
            ("http://1.2.3/", Err(Refused::Host)),
            ("http:///x", Err(Refused::Host)),
            ("https:page", Err(Refused::Host)),
            ("doi:", Err(Refused::Host)),
            ("javascript:alert(1)", Err(Refused::Scheme)),
            ("data:text/html,x", Err(Refused::Scheme)),
            ("file:///etc/passwd", Err(Refused::Scheme)),
        ];
        for (written, expected) in cases {
            let scheme = written.split(':').next().unwrap_or_default().to_lowercase();
            assert_eq!(address(written, &scheme).as_deref(), expected.as_ref().copied(), "{written}");
        }
    }
}
