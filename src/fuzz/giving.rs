//! Targets of what hands copies out: what comes over a connection, and what a roster puts into a letter.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, RwLock};
use std::time::UNIX_EPOCH;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::giving::letter::{self, Fields, Letter, Message, Sender};
use crate::giving::serve::{Hosts, Invited, Limits, Mode, Proxies, RosterFile, Service, Settings, connection, router};
use crate::giving::token::LinksKey;
use crate::{Options, Project, Session};

/// Bytes on their way in each direction.
const PIPE: usize = 64 << 10;

/// Somebody who is invited, and whose name nobody may read who does not have their address.
const INVITED: &str = "Zenobia Quillfeather";

/// Headers that answers have. Any other would be one that a request has put there.
const HEADERS: [&str; 20] = [
    "accept-ranges",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "date",
    "etag",
    "location",
    "referrer-policy",
    "retry-after",
    "transfer-encoding",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-robots-tag",
];

/// A service of a small book: open to all, and by invitation.
static SERVICES: LazyLock<Vec<Arc<Service>>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("a folder: {error}"));
    let path = folder.path().join("roster.csv");
    let roster = format!("name,stage,id\n{INVITED},one,7\n");
    std::fs::write(&path, roster).unwrap_or_else(|error| unreachable!("a roster: {error}"));
    let manifest = "title: A Book\nlanguage: en\nserve: { ask: [name, stage, from, paths, organisation] }\nstages:\n  - { id: one, title: One, years: 0–1, chapter: a.md }\n";
    let files = [("handbook.yaml", manifest), ("a.md", "# A\n\nText for {{ reader.name }}.\n")];
    let files = files.map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()));
    let options = Options { system_fonts: false, threads: Some(1), ..Options::default() };
    let project = Project::in_memory(files, options).unwrap_or_else(|problems| unreachable!("{problems}"));
    let invited = || {
        let file = RosterFile { path: path.clone(), shown: "roster.csv".to_string(), key: LinksKey::generate() };
        let invited = Invited::read(&file, &project).unwrap_or_else(|problems| unreachable!("{problems}"));
        Mode::Invited(file, RwLock::new(Arc::new(invited)))
    };
    let service = |mode| {
        let press = Session::with_limit(32 << 20).press(&project).unwrap_or_else(|problems| unreachable!("{problems}"));
        let limits = Limits { per_minute: None, ..Limits::default() };
        let base = Some("https://books.example".to_string());
        let hosts = Hosts::of(base.as_deref(), ([127, 0, 0, 1], 80).into());
        let settings = Settings { mode, keys: None, proxies: Proxies::default(), hosts, base, limits, verbose: false };
        Arc::new(Service::new(press, settings).unwrap_or_else(|problems| unreachable!("{problems}")))
    };
    vec![service(Mode::Open), service(invited())]
});

/// What a client sends over a connection, in any pieces of HTTP or none: it gets answers that are whole, that have no header of its own
/// making, and in which nobody is named.
pub(super) fn request(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| unreachable!("a runtime: {error}"));
    for service in SERVICES.iter() {
        let answer = runtime.block_on(async {
            let (ours, theirs) = tokio::io::duplex(PIPE);
            let (mut reading, mut writing) = tokio::io::split(ours);
            let asking = async {
                // Who is refused may find the line closed.
                let _ = writing.write_all(bytes).await;
                let _ = writing.shutdown().await;
            };
            let hearing = async {
                let mut answer = Vec::new();
                let _ = reading.read_to_end(&mut answer).await;
                answer
            };
            let speaking = connection(service, router(service.clone(), None), theirs, Some([127, 0, 0, 1].into()), &GracefulShutdown::new());
            tokio::join!(speaking, asking, hearing).2
        });
        hold(&answer);
    }
}

/// What must hold of all that a service says on a connection.
fn hold(mut answers: &[u8]) {
    while !answers.is_empty() {
        let end = find(answers, b"\r\n\r\n").unwrap_or_else(|| unreachable!("a head without an end"));
        let (head, rest) = (String::from_utf8_lossy(answers.get(..end).unwrap_or_default()), answers.get(end + 4..).unwrap_or_default());
        assert!(!head.contains(INVITED), "somebody is named: {head}");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.get(2..5)).unwrap_or_default().to_string();
        assert!(!matches!(status.as_str(), "" | "500"), "no answer is a fault of ours: {head}");
        let mut length = None;
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| unreachable!("no header: {line}"));
            assert!(HEADERS.contains(&name), "a header of the name {name}");
            length = length.or_else(|| (name == "content-length").then(|| value.parse::<usize>().ok()).flatten());
        }
        // An answer to HEAD says how long the other would be; what follows it then begins another answer or nothing does.
        let body = length.filter(|_| !rest.is_empty() && !rest.starts_with(b"HTTP/1.")).unwrap_or(0);
        assert!(body <= rest.len(), "half an answer");
        let (body, next) = rest.split_at(body);
        assert!(find(body, INVITED.as_bytes()).is_none(), "somebody is named");
        answers = next;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A letter's Markdown, what a roster says of a reader, and the name of a file, parted by NUL: whatever they are, the letter has the headers
/// that a letter has, and in its HTML nothing that a reader's words have made.
pub(super) fn letter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split('\0');
    let [message, name, to, value, file] = [(); 5].map(|()| parts.next().unwrap_or_default());
    let Ok(message) = Message::read("letter.md", message) else { return };
    let known: BTreeSet<String> = ["reader.name", "field.team", "book.title", "copy.page"].map(str::to_string).into();
    let _ = message.check(&known);
    let value = format!("\"><img src=x>\r\nBcc: all@example.org\r\n{value}");
    let fields: Fields =
        known.iter().map(|field| (field.clone(), Some(if field == "copy.page" { "https://books.example/r/x/".to_string() } else { value.clone() }))).collect();
    let filled = message.fill(&fields);
    let address = |written: &str| letter::address(written).or_else(|_| letter::address("ada@example.org"));
    let (Ok(to), Ok(from)) = (address(to), letter::mailbox("Books <books@example.org>")) else { return };
    let sender = Sender { from, reply_to: None };
    let message_id = letter::message_id("2026.11", name, &sender.from.email);
    let enclosure = letter::Enclosure { name: file.to_string(), media: "application/pdf", bytes: b"%PDF-2.0\n".to_vec() };
    let to = letter::reader(Some(name), to);
    let written = Letter { sender: &sender, to, message_id, date: UNIX_EPOCH, language: "en", filled: &filled, enclosures: vec![enclosure] };
    let Ok(written) = written.message() else { return };
    let written = written.formatted();
    let end = find(&written, b"\r\n\r\n").unwrap_or_else(|| unreachable!("a head without an end"));
    let head = String::from_utf8_lossy(written.get(..end).unwrap_or_default());
    for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let name = line.split(':').next().unwrap_or_default();
        assert!(["From", "To", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type"].contains(&name), "a header of the name {name}");
    }
    assert!(written.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "a line is longer than one may be");
    assert!(written.windows(2).all(|pair| matches!(pair, [b'\r', b'\n']) || !matches!(pair, [b'\r', _] | [_, b'\n'])), "a line's end that is half of one");
    assert!(!filled.html("en").contains("<img"), "a reader's words are markup");
}
