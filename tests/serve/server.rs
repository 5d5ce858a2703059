//! A service as a process, asked over plain connections, so that a request may be as wrong as anybody makes it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::common;

/// A service that ends with the test.
pub struct Server {
    pub child: Child,
    pub address: String,
    pub log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn project() -> String {
    common::root().join("tests/constructs/manifest").display().to_string()
}

impl Server {
    /// Starts a service in a folder, on a port that is free.
    pub fn start(here: &Path, more: &[&str]) -> Server {
        Server::of(here, &project(), more)
    }

    /// The same of another project.
    pub fn of(here: &Path, project: &str, more: &[&str]) -> Server {
        let log = here.join("log.txt");
        let mut child = Command::new(env!("CARGO_BIN_EXE_handbook"))
            .args(["serve", project, "--listen", "127.0.0.1:0", "--verbose", "--no-system-fonts"])
            .args(more)
            // As `common::handbook` runs: dates are those of the book, whatever calls the tests.
            .env_remove("SOURCE_DATE_EPOCH")
            .current_dir(here)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_else(|| panic!("{line}{}", said(&log))).to_string();
        Server { child, address, log }
    }

    /// Starts one by invitation, with a roster, and gives the readers' paths by their names.
    pub fn invite(here: &Path, roster: &str, more: &[&str]) -> (Server, Vec<(String, String)>) {
        fs::write(here.join("roster.csv"), roster).unwrap();
        let (status, _, err) = common::handbook(here, &["keygen", "links.key", "--links"]);
        assert_eq!(status, 0, "{err}");
        let links = links(here);
        let more: Vec<&str> = ["--roster", "roster.csv", "--key", "links.key"].iter().chain(more).copied().collect();
        (Server::start(here, &more), links)
    }

    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // Who is refused before all was said may find the line closed.
        let _ = stream.write_all(request);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        Answer::of(&all)
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        headers.iter().for_each(|header| head.push_str(&format!("{header}\r\n")));
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        self.raw(&[head.as_bytes(), b"\r\n", body].concat())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub fn form(&self, fields: &str) -> Answer {
        self.ask("POST", "/", &["Content-Type: application/x-www-form-urlencoded"], fields.as_bytes())
    }

    pub fn json(&self, line: &str, headers: &[&str]) -> Answer {
        let headers: Vec<&str> = ["Content-Type: application/json"].iter().chain(headers).copied().collect();
        self.ask("POST", "/copies", &headers, line.as_bytes())
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap().success());
    }
}

pub fn links(here: &Path) -> Vec<(String, String)> {
    let args = ["links", "roster.csv", "--key", "links.key", "--base-url", "http://127.0.0.1", "--project", &project()];
    let (status, table, err) = common::handbook(here, &args);
    assert_eq!(status, 0, "{err}");
    let row = |line: &str| {
        let (rest, url) = line.rsplit_once(',').unwrap();
        (rest.split(',').next().unwrap().to_string(), url.trim_start_matches("http://127.0.0.1").to_string())
    };
    table.lines().skip(1).map(row).collect()
}

pub fn said(log: &Path) -> String {
    fs::read_to_string(log).unwrap_or_default()
}

#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn of(all: &[u8]) -> Answer {
        let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") else { return Answer::default() };
        let head = String::from_utf8_lossy(&all[..end]).to_string();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, head, body: all[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).to_string()
    }
}

/// The book that `build` makes, by its ending.
pub fn built(here: &Path, args: &[&str]) -> impl Fn(&str) -> Vec<u8> {
    let out = tempfile::tempdir_in(here).unwrap();
    let folder = out.path().display().to_string();
    let project = project();
    let all: Vec<&str> = ["build", &project, "--no-system-fonts", "--out", &folder].iter().chain(args).copied().collect();
    let (status, _, err) = common::handbook(here, &all);
    assert_eq!(status, 0, "{err}");
    move |ending| {
        let files = fs::read_dir(out.path()).unwrap().flatten().map(|entry| entry.path());
        fs::read(files.into_iter().find(|path| path.extension().is_some_and(|own| own == ending)).unwrap()).unwrap()
    }
}
