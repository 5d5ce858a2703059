//! Who asks, and for which host: what a proxy in front may say of it, and what nobody else may.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri, header};
use ipnet::IpNet;

/// Proxies whose word on `X-Forwarded-For` counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(pub Vec<IpNet>);

impl Proxies {
    /// Who asks: whoever the connection comes from, or if that is a proxy, whom it says it asks for. Read from the right, where our own
    /// proxies write, up to the first address that is none of them: what stands further left anybody may have made up.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        // A socket of both kinds of addresses calls the older ones by newer ones.
        let peer = peer.to_canonical();
        let is_ours = |address: &IpAddr| self.0.iter().any(|network| network.contains(address));
        if !is_ours(&peer) {
            return peer;
        }
        let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
        let mut nearest = peer;
        for part in lines.iter().flat_map(|line| line.split(',')).rev() {
            let Some(address) = address(part.trim()) else { return nearest };
            nearest = address;
            if !is_ours(&address) {
                return address;
            }
        }
        nearest
    }
}

/// An address as proxies write it, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address: Option<IpAddr> = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

/// Hosts that are answered. Any other is somebody's name that was made to lead here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(Option<Vec<String>>);

impl Hosts {
    /// The host of the base address, if there is one; else on loopback its names, and elsewhere any, since nobody said which.
    pub fn of(base: Option<&str>, listening: SocketAddr) -> Hosts {
        let host = base.and_then(|base| base.parse::<Uri>().ok()).and_then(|uri| uri.authority().map(|authority| bare(authority.as_str())));
        Hosts(match host {
            Some(host) => Some(vec![host]),
            None if listening.ip().is_loopback() => Some(["localhost", "127.0.0.1", "[::1]"].map(str::to_string).to_vec()),
            None => None,
        })
    }

    /// Whether a request is for one of them. The names stand alone: a proxy may keep the port or not.
    pub fn has(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let Some(known) = &self.0 else { return true };
        let mut named = headers.get_all(header::HOST).iter();
        let (first, more) = (named.next(), named.next());
        let host = uri.authority().map(|authority| authority.as_str()).or_else(|| first.and_then(|host| host.to_str().ok()));
        more.is_none() && host.is_some_and(|host| known.contains(&bare(host)))
    }
}

/// A host without its port.
fn bare(host: &str) -> String {
    let end = match host.rfind(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    host.get(..end).unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (axum::http::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_a_proxy_of_ours_says_who_asks() {
        let proxies = Proxies(["10.0.0.0/8", "::1/128"].iter().filter_map(|net| net.parse().ok()).collect());
        let peer = |text: &str| text.parse::<IpAddr>().unwrap_or_else(|e| unreachable!("{e}"));
        for (from, said, who) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1:5000"], "198.51.100.1"),
            ("::1", &["[2001:db8::7]:443"], "2001:db8::7"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["nonsense"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
        ] {
            assert_eq!(proxies.client(peer(from), &headers("x-forwarded-for", said)), peer(who), "{from} {said:?}");
        }
    }

    #[test]
    fn a_name_that_was_made_to_lead_here_is_not_answered() {
        let here: SocketAddr = ([127, 0, 0, 1], 8080).into();
        let (uri, loopback) = (Uri::from_static("/"), Hosts::of(None, here));
        let based = Hosts::of(Some("https://book.example.org/x"), here);
        for (host, on_loopback, on_base) in [
            ("localhost:8080", true, false),
            ("127.0.0.1:8080", true, false),
            ("[::1]:8080", true, false),
            ("Book.Example.org", false, true),
            ("book.example.org:443", false, true),
            ("book.example.org.evil.example", false, false),
            ("evil.example", false, false),
        ] {
            let asked = headers("host", &[host]);
            assert_eq!((loopback.has(&asked, &uri), based.has(&asked, &uri)), (on_loopback, on_base), "{host}");
        }
        assert!(!loopback.has(&HeaderMap::new(), &uri) && !loopback.has(&headers("host", &["localhost", "evil.example"]), &uri));
        assert!(Hosts::of(None, ([0, 0, 0, 0], 80).into()).has(&headers("host", &["any.example"]), &uri));
    }
}
