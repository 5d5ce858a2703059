//! Where the preview listens.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};

use crate::diag::{Code, Diagnostic, Diagnostics, reason};

/// The port that is tried first.
const PORT: u16 = 4280;
/// So many ports after one that is taken are tried.
const TRIES: u16 = 100;

/// An address to listen on: `127.0.0.1:4280`, a host, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    host: String,
    port: u16,
}

impl Default for Listen {
    /// This machine alone.
    fn default() -> Listen {
        Listen { host: Ipv4Addr::LOCALHOST.to_string(), port: PORT }
    }
}

impl Listen {
    /// Reads `HOST:PORT`, `HOST` or `PORT`. Port 0 is any free one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Listen, String> {
        let usual = Listen::default();
        let text = text.trim();
        if let Ok(port) = text.parse() {
            return Ok(Listen { port, ..usual });
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Listen { host: address.to_string(), port: PORT });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| format!("`{port}` is no port"))?),
            None => (text, PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || !host.chars().all(letters) {
            return Err("write it HOST:PORT, such as 127.0.0.1:4280".to_string());
        }
        Ok(Listen { host: host.to_ascii_lowercase(), port })
    }

    /// The host, as it was named.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Listens on the port that is wanted, or the next one that is free; tells which one was taken.
    pub(super) fn bind(&self) -> Result<(TcpListener, Option<u16>), Diagnostics> {
        let mut port = self.port;
        loop {
            match self.bound(port) {
                Ok(listener) => return Ok((listener, (port != self.port).then_some(self.port))),
                Err(error) if error.kind() == ErrorKind::AddrInUse && self.port > 0 && port < self.port.saturating_add(TRIES) && port < u16::MAX => port += 1,
                Err(error) => {
                    let message = format!("`{}:{port}` cannot be listened on: {}", self.host, reason(&error));
                    let hint = "`--listen` names another address of this machine, such as 127.0.0.1:4280";
                    return Err(Diagnostic::error(Code::ListenAddress, message).hint(hint).into());
                }
            }
        }
    }

    fn bound(&self, port: u16) -> std::io::Result<TcpListener> {
        let addresses: Vec<SocketAddr> = (self.host.as_str(), port).to_socket_addrs()?.collect();
        TcpListener::bind(addresses.as_slice())
    }

    /// What a person opens.
    pub(super) fn url(&self, address: SocketAddr) -> String {
        let port = address.port();
        match self.host.parse::<IpAddr>() {
            Ok(ip) if ip.is_unspecified() => format!("http://localhost:{port}/"),
            Ok(IpAddr::V6(ip)) => format!("http://[{ip}]:{port}/"),
            _ => format!("http://{}:{port}/", self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let read = |text| Listen::parse(text).map(|listen| (listen.host, listen.port));
        let is = |host: &str, port| Ok((host.to_string(), port));
        assert_eq!(read("8000"), is("127.0.0.1", 8000));
        assert_eq!(read("0.0.0.0:8000"), is("0.0.0.0", 8000));
        assert_eq!(read("::1"), is("::1", PORT));
        assert_eq!(read("[::1]:80"), is("::1", 80));
        assert_eq!(read("Studio.local"), is("studio.local", PORT));
        assert!(read("").is_err() && read("a b:1").is_err() && read("host:port").is_err());
    }

    #[test]
    fn the_next_port_is_taken_where_one_is_not_free() {
        let first = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = first.local_addr().expect("an address").port();
        let (second, taken) = Listen { host: "127.0.0.1".to_string(), port }.bind().expect("another port");
        assert_eq!(taken, Some(port));
        assert!(second.local_addr().expect("an address").port() > port);
    }
}
