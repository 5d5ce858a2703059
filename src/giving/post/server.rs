//! A server that takes letters, by SMTP. `lettre` speaks it; this says when a letter is with the server, when it is not, and when nobody
//! can know.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use lettre::transport::smtp::{self};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::giving::letter::one_line;

/// How long a server may take to answer, and how long when it has a whole letter to look through (RFC 5321, 4.5.3.2).
const PATIENCE: Duration = Duration::from_secs(120);
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(600);

/// What keeps others from reading along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte: `smtps://`.
    Tls,
    /// TLS before anything is said: `smtp://`.
    StartTls,
    /// TLS if the server has it: for servers on this machine.
    Offered,
    /// None.
    Clear,
}

/// Where letters are taken, and by whose leave.
#[derive(Clone, Debug)]
pub struct Server {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
}

impl Server {
    /// From an address: `smtps://host`, `smtp://host:587`, with a user's name before an `@`. `clear` asks for no TLS.
    ///
    /// # Errors
    /// What is wrong with the address, and what to do.
    pub fn parse(address: &str, user: Option<&str>, password: Option<String>, clear: bool) -> Result<Server, (String, &'static str)> {
        const FORM: &str = "write `smtps://mail.example.org`, or `smtp://mail.example.org:587`";
        let wrong = |why: &str| (format!("`{}` is no server for mail: {why}", without_password(address)), FORM);
        let url = Url::parse(address).map_err(|error| wrong(&error.to_string()))?;
        // Hosts of schemes that browsers do not know are texts; only addresses in brackets are read.
        let host = match url.host() {
            Some(Host::Ipv6(ip)) => ip.to_string(),
            Some(host) if !host.to_string().is_empty() => percent_decode_str(&host.to_string()).decode_utf8_lossy().to_lowercase(),
            _ => return Err(wrong("it names no host")),
        };
        let loopback = host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if url.password().is_some() {
            // Everybody on the machine can see a command line.
            let hint = "put it into a file for `--password-file`, or into the variable HANDBOOK_SMTP_PASSWORD";
            return Err(("a password does not belong into an address".to_string(), hint));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it says more than a host and a port"));
        }
        let (security, port) = match (url.scheme(), clear) {
            ("smtps", false) => (Security::Tls, 465),
            ("smtp", false) => (if loopback { Security::Offered } else { Security::StartTls }, 587),
            ("smtp", true) => (Security::Clear, 587),
            ("smtps", true) => return Err(wrong("`smtps` is never in the clear")),
            _ => return Err(wrong("it begins with neither `smtp://` nor `smtps://`")),
        };
        let named = percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
        let user = user.map(str::to_string).or(Some(named)).filter(|user| !user.is_empty());
        let credentials = match (user, password) {
            (Some(user), Some(password)) => Some(Credentials::new(user, password)),
            (Some(_), None) => {
                return Err(("there is no password for the user".to_string(), "give it in a file, `--password-file FILE`, or in HANDBOOK_SMTP_PASSWORD"));
            }
            (None, _) => None,
        };
        Ok(Server { host, port: url.port().unwrap_or(port), security, credentials })
    }

    /// What it is called in messages.
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn connect(&self) -> Result<Connection, Trouble> {
        let tls = || TlsParameters::new(self.host.clone()).map_err(|error| Trouble::Stop(format!("TLS cannot be begun: {error}")));
        let me = ClientId::default();
        let first = if self.security == Security::Tls { Some(tls()?) } else { None };
        let mut connection = SmtpConnection::connect((self.host.as_str(), self.port), Some(PATIENCE), &me, first.as_ref(), None).map_err(Trouble::of)?;
        match self.security {
            Security::StartTls | Security::Offered if connection.can_starttls() => connection.starttls(&tls()?, &me).map_err(Trouble::of)?,
            Security::StartTls => return Err(Trouble::Stop("it offers no STARTTLS, and letters are not sent in the clear".to_string())),
            Security::Tls | Security::Offered | Security::Clear => {}
        }
        // `lettre` remembers what a server offers without the numbers that go with it, so it is asked once more.
        let offers = connection.command(Ehlo::new(me)).map_err(Trouble::of)?;
        let size = offers.message().find_map(announced_size);
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).map_err(|error| match Trouble::of(error) {
                Trouble::Stop(why) => Trouble::Stop(format!("the user or the password is refused: {why}")),
                other => other,
            })?;
        }
        Ok(Connection { smtp: connection, size })
    }
}

/// The size of the largest letter, if a line of what a server offers tells it; 0 where it has no limit (RFC 1870, 3).
fn announced_size(line: &str) -> Option<usize> {
    let mut words = line.split_ascii_whitespace();
    let offered = words.next().is_some_and(|word| word.eq_ignore_ascii_case("SIZE"));
    offered.then(|| words.next().and_then(|bytes| bytes.parse().ok()).unwrap_or(0))
}

/// An address without what stands before its `@`.
fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => format!("{}{}", &address[..scheme + 3], &address[at + 1..]),
        _ => address.to_string(),
    }
}

/// Why there is no connection.
enum Trouble {
    /// It is of no use to try again.
    Stop(String),
    /// It may be better in a moment.
    Wait(String),
}

impl Trouble {
    fn of(error: smtp::Error) -> Trouble {
        let said = said(&error);
        if error.is_permanent() || error.is_client() || error.is_tls() || is_certificate(&error) { Trouble::Stop(said) } else { Trouble::Wait(said) }
    }
}

/// Whether TLS failed for a certificate: the error of the handshake comes as one of the network.
fn is_certificate(error: &smtp::Error) -> bool {
    said(error).contains("certificate")
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Taken(String),
    /// The server refused it for good.
    Refused(String),
    /// The server refused it for now.
    Later(String),
    /// The connection broke before all of it was sent.
    Unsent(String),
    /// All of it was sent and no answer came.
    Unknown(String),
}

/// No letter is taken, whoever it is for.
#[derive(Debug)]
pub enum Stopped {
    /// What the server said.
    Server(String),
    /// There is no server, or it takes no connection now: what the system said.
    Unreachable(String),
    /// What was to be written down before the last dot was not.
    Ledger(io::Error),
}

/// A server, and the connection to it, which lasts as long as it may.
#[derive(Debug)]
pub struct Post<'s> {
    server: &'s Server,
    connection: Option<Connection>,
}

/// A connection, and what `lettre` does not keep of what the server offers.
struct Connection {
    smtp: SmtpConnection,
    /// Bytes of the largest letter, 0 for no limit; none if the server does not want to be told how large a letter is.
    size: Option<usize>,
}

/// `lettre`'s connection shows nothing of itself.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl<'s> Post<'s> {
    /// No connection yet.
    pub fn new(server: &'s Server) -> Post<'s> {
        Post { server, connection: None }
    }

    /// Brings a letter to the server. `begun` is called when the server waits for it, before any of it is sent.
    ///
    /// # Errors
    /// When no letter is taken.
    pub fn deliver(&mut self, from: &Address, to: &Address, letter: &[u8], begun: &mut dyn FnMut() -> io::Result<()>) -> Result<Outcome, Stopped> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.server.connect() {
                Ok(connection) => connection,
                Err(Trouble::Stop(why)) => return Err(Stopped::Server(why)),
                Err(Trouble::Wait(why)) => return Err(Stopped::Unreachable(why)),
            },
        };
        let outcome = hand_over(&mut connection, from, to, letter, begun);
        // After anything but an answer to this letter alone, a new connection is better.
        if matches!(outcome, Ok(Outcome::Taken(_) | Outcome::Refused(_) | Outcome::Later(_))) && !connection.smtp.has_broken() {
            self.connection = Some(connection);
        }
        outcome
    }

    /// Takes leave.
    pub fn end(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // What was taken is taken, whatever the server says now.
            let _ = connection.smtp.quit();
        }
    }
}

fn hand_over(connection: &mut Connection, from: &Address, to: &Address, letter: &[u8], begun: &mut dyn FnMut() -> io::Result<()>) -> Result<Outcome, Stopped> {
    let mut parameters = Vec::new();
    if let Some(most) = connection.size {
        // `lettre` puts a line's end behind every letter.
        let size = letter.len() + 2;
        if most > 0 && size > most {
            return Ok(Outcome::Refused(format!("it has {size} bytes, and the server takes no more than {most}")));
        }
        parameters.push(MailParameter::Size(size));
    }
    let connection = &mut connection.smtp;
    if [from, to].iter().any(|address| !address.to_string().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(Outcome::Refused("the server takes no addresses in this script (SMTPUTF8)".to_string()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if let Err(error) = connection.command(Mail::new(Some(from.clone()), parameters)) {
        // The server speaks of the sender here, which is the same in every letter, unless it speaks of the size.
        return if error.is_permanent() && !is_of_size(&error) {
            Err(Stopped::Server(format!("it refuses the sender: {}", said(&error))))
        } else {
            Ok(before(connection, &error))
        };
    }
    if let Err(error) = connection.command(Rcpt::new(to.clone(), Vec::new())) {
        return Ok(before(connection, &error));
    }
    if let Err(error) = connection.command(Data) {
        return Ok(before(connection, &error));
    }
    begun().map_err(Stopped::Ledger)?;
    let mut sent = false;
    let whole = std::iter::once(letter).chain(std::iter::from_fn(|| {
        // Asked for more when all of the letter is out, before the dot that ends it.
        sent = true;
        None
    }));
    // A limit that cannot be set is the shorter one.
    let _ = connection.set_timeout(Some(PATIENCE_AT_THE_END));
    let answer = connection.message_iter(whole);
    let _ = connection.set_timeout(Some(PATIENCE));
    if answer.as_ref().is_err_and(closes) {
        connection.abort();
    }
    Ok(match answer {
        Ok(response) if response.code().severity == Severity::PositiveCompletion => Outcome::Taken(words(&response)),
        Ok(response) => Outcome::Unknown(words(&response)),
        Err(error) if error.is_permanent() => Outcome::Refused(said(&error)),
        Err(error) if error.is_transient() => Outcome::Later(said(&error)),
        Err(error) if sent => Outcome::Unknown(said(&error)),
        Err(error) => Outcome::Unsent(said(&error)),
    })
}

/// Whether the server finds the letter too large (RFC 1870, 6.1).
fn is_of_size(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| u16::from(code) == 552)
}

/// Whether the server closes the connection with its answer (RFC 5321, 3.8).
fn closes(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| u16::from(code) == 421)
}

/// What an error before the letter means for it.
fn before(connection: &mut SmtpConnection, error: &smtp::Error) -> Outcome {
    let answered = error.is_permanent() || error.is_transient();
    if answered && (closes(error) || connection.command(Rset).is_err()) {
        connection.abort();
    }
    match () {
        () if error.is_permanent() => Outcome::Refused(said(error)),
        () if error.is_transient() => Outcome::Later(said(error)),
        () => Outcome::Unsent(said(error)),
    }
}

/// A server's answer in one line.
fn words(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    shortened(&format!("{} {}", response.code(), text.join(" ")))
}

/// What went wrong in one line: the server's own words, else the system's.
fn said(error: &smtp::Error) -> String {
    use std::error::Error as _;
    let source = error.source().map(|source| source.to_string());
    let text = match (error.status(), source) {
        (Some(code), Some(text)) => format!("{code} {text}"),
        (Some(code), None) => code.to_string(),
        (None, Some(text)) if text == "incomplete response" => "the connection was closed".to_string(),
        (None, Some(text)) => text,
        (None, None) => error.to_string(),
    };
    shortened(&text)
}

/// No more of a server's words than a person reads, and nothing that plays tricks.
fn shortened(text: &str) -> String {
    one_line(text).chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_sizes() {
        let lines = ["mail.example.org greets you", "SIZE 10485760", "size", "SIZE 0", "SIZE much", "SIZES 5", ""];
        assert_eq!(lines.map(announced_size), [None, Some(10_485_760), Some(0), Some(0), Some(0), None, None]);
    }

    #[test]
    fn servers_by_their_addresses() {
        let of = |address: &str| {
            Server::parse(address, None, Some("secret".to_string()), false).map(|s| (s.host.clone(), s.port, s.security, s.credentials.is_some()))
        };
        let host = |host: &str| host.to_string();
        for (address, expected) in [
            ("smtps://mail.example.org", (host("mail.example.org"), 465, Security::Tls, false)),
            ("smtps://ada@mail.example.org:4650", (host("mail.example.org"), 4650, Security::Tls, true)),
            ("smtp://ada%40example.org@mail.example.org", (host("mail.example.org"), 587, Security::StartTls, true)),
            ("smtp://localhost:25", (host("localhost"), 25, Security::Offered, false)),
            ("smtp://127.0.0.1:25", (host("127.0.0.1"), 25, Security::Offered, false)),
            ("smtp://[::1]:25/", (host("::1"), 25, Security::Offered, false)),
        ] {
            assert_eq!(of(address).ok(), Some(expected), "{address}");
        }
        for wrong in ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://ada:secret@mail.example.org", "smtp://mail.example.org/x", "smtp://a b"]
        {
            let (message, _) = of(wrong).err().unwrap_or_default();
            assert!(!message.is_empty() && !message.contains("secret"), "{wrong}: {message}");
        }
        assert_eq!(Server::parse("smtp://mail.example.org", None, None, true).map(|s| s.security).ok(), Some(Security::Clear));
        assert!(Server::parse("smtps://mail.example.org", None, None, true).is_err());
        assert!(Server::parse("smtps://ada@mail.example.org", None, None, false).is_err(), "no password");
    }
}
