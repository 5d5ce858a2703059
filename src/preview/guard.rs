//! Who is answered: the host that the preview listens on, and for what acts the page that it served itself.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, StatusCode, header};
use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha256};

use crate::provenance::digest::hex;

/// The header with this run's token.
pub(super) const TOKEN: &str = "x-preview-token";

/// What a request is held against.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// Hosts that are answered by name, in small letters.
    hosts: Vec<String>,
    /// Any address of this machine is, without a name: all are listened on. A name that somebody makes lead here is none.
    any_address: bool,
    port: u16,
    token: String,
}

impl Guard {
    /// For an address that is listened on, under the name that the person called it by.
    pub fn new(address: SocketAddr, host: &str) -> Guard {
        let ip = address.ip();
        let mut hosts = vec![host.to_string()];
        if ip.is_loopback() || ip.is_unspecified() {
            hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(String::from));
        }
        hosts.push(if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() });
        let seed = ed25519_compact::Seed::generate();
        let token = BASE32_NOPAD.encode(seed.get(..20).unwrap_or(&seed[..])).to_ascii_lowercase();
        Guard { hosts, any_address: ip.is_unspecified(), port: address.port(), token }
    }

    /// What names this run, and is no secret: a page of another run has a token that counts no more.
    pub fn run(&self) -> String {
        hex(&Sha256::digest(self.token.as_bytes())).get(..16).unwrap_or_default().to_string()
    }

    /// This run's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether a request means this preview: a page of another host must not get at it by a name that leads here.
    ///
    /// # Errors
    /// The status of the answer.
    pub fn host(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let mut named = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else { return Err(StatusCode::BAD_REQUEST) };
        let host = host.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
        if self.is_here(host) { Ok(()) } else { Err(StatusCode::MISDIRECTED_REQUEST) }
    }

    /// Whether a request may act: it has the token that stands in the page, and comes from there.
    ///
    /// # Errors
    /// The status of the answer.
    pub fn acts(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let own_origin = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| self.is_here(host));
        let same = text("origin").is_none_or(own_origin) && text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
        let token = text(TOKEN).is_some_and(|token| same_bytes(token.as_bytes(), self.token.as_bytes()));
        if same && token { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    fn is_here(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let (name, port) = match host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty()) {
            Some((name, port)) => (name, port.parse().ok()),
            None => (host.as_str(), Some(80)),
        };
        let address = || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        port == Some(self.port) && (self.hosts.iter().any(|known| known == name) || self.any_address && address())
    }
}

/// Compares without telling by the time it takes how much is right.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(address: &str, host: &str) -> Guard {
        Guard::new(address.parse().expect("an address"), host)
    }

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn only_the_host_that_is_listened_on_is_answered() {
        let here = guard("127.0.0.1:4280", "127.0.0.1");
        for (host, is) in [
            ("127.0.0.1:4280", true),
            ("LOCALHOST:4280", true),
            ("[::1]:4280", true),
            ("127.0.0.1", false),
            ("127.0.0.1:4281", false),
            ("evil.example:4280", false),
            ("localhost.evil.example:4280", false),
            ("192.168.0.7:4280", false),
            ("", false),
        ] {
            assert_eq!(here.host(&headers(&[("host", host)])).is_ok(), is, "{host}");
        }
        assert_eq!(here.host(&HeaderMap::new()), Err(StatusCode::BAD_REQUEST));
        let open = guard("0.0.0.0:80", "0.0.0.0");
        for (host, is) in [("192.168.0.7", true), ("192.168.0.7:80", true), ("localhost", true), ("evil.example", false), ("192.168.0.7:81", false)] {
            assert_eq!(open.host(&headers(&[("host", host)])).is_ok(), is, "{host}");
        }
    }

    #[test]
    fn what_acts_needs_the_token_and_comes_from_the_page() {
        let here = guard("127.0.0.1:4280", "127.0.0.1");
        let token = here.token().to_string();
        let own = [("x-preview-token", token.as_str()), ("origin", "http://127.0.0.1:4280"), ("sec-fetch-site", "same-origin")];
        assert_eq!(here.acts(&headers(&own)), Ok(()));
        let mut other = own;
        for (at, value) in [(0, "x"), (1, "http://evil.example"), (1, "null"), (1, "https://127.0.0.1:4280"), (2, "cross-site"), (2, "same-site")] {
            other[at].1 = value;
            assert_eq!(here.acts(&headers(&other)), Err(StatusCode::FORBIDDEN), "{value}");
            other = own;
        }
        assert_eq!(here.acts(&headers(&own[1..])), Err(StatusCode::FORBIDDEN));
        assert_ne!(guard("127.0.0.1:1", "127.0.0.1").token(), token);
    }
}
