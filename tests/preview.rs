//! The preview over HTTP, as a browser and as somebody hostile asks it.

#![cfg(feature = "web")]
#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use handbook::preview::{Editor, Listen, Preview, Source};
use serde_json::Value;
use tempfile::TempDir;

const MANIFEST: &str = "title: Two Chapters\nlanguage: en\nchapters: [one.md, two.md]\n";
const ONE: &str = "# One\n\nA first line of text.\n\nAnother paragraph stands here, {{ reader.name }}.\n";
const TWO: &str = "# Two\n\nThis one stays as it is.\n\n![A square](square.svg)\n";
const SQUARE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\"><rect width=\"10\" height=\"10\"/></svg>";

/// A book in a folder and its preview.
struct Running {
    folder: TempDir,
    preview: Preview,
}

/// An answer.
struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}

fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("handbook.yaml", MANIFEST), ("one.md", ONE), ("two.md", TWO), ("square.svg", SQUARE)] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn running() -> Running {
    with(project(), None)
}

fn with(folder: TempDir, editor: Option<&str>) -> Running {
    let source = Source { project: Some(folder.path().to_path_buf()), here: folder.path().to_path_buf(), ..Source::default() };
    start(folder, source, editor)
}

fn start(folder: TempDir, source: Source, editor: Option<&str>) -> Running {
    let listen = Listen::parse("127.0.0.1:0").expect("an address");
    let preview = Preview::start(source, &listen, editor.map(|editor| Editor::parse(editor).expect("an editor"))).expect("a preview");
    preview.report(0).expect("it was set");
    Running { folder, preview }
}

impl Running {
    fn host(&self) -> String {
        self.preview.address().to_string()
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.preview.address()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let host = self.host();
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {host}\r\n"));
        }
        headers.iter().filter(|(_, value)| *value != "-").for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        write!(stream, "{request}\r\n{body}").expect("a request");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(answer.len());
        let headers = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let status = headers.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Answer { status, headers, body: answer.get(end + 4..).unwrap_or_default().to_vec() }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    fn state(&self) -> Value {
        self.get("/state").json()
    }

    fn token(&self) -> String {
        let page = self.get("/").text();
        page.split("data-token=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token").to_string()
    }

    fn act(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[("Content-Type", "application/json"), ("X-Preview-Token", &self.token())], body)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// Waits until the state is as wanted.
    fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let state = self.state();
            if wanted(&state) {
                return state;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {state}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The words of all pages.
    fn words(&self) -> String {
        let count = self.state()["book"]["pages"].as_array().map_or(0, Vec::len);
        (1..=count).map(|page| words(&self.get(&format!("/page/{page}")).text())).collect::<Vec<_>>().join("\n")
    }

    fn until_words(&self, wanted: &str) {
        let begun = Instant::now();
        while !self.words().contains(wanted) {
            assert!(begun.elapsed() < Duration::from_secs(20), "{wanted} in {}", self.words());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// How often the book was made by now, when nothing happens any more.
    fn made(&self) -> u64 {
        let mut last = 0;
        loop {
            let now = self.state()["version"].as_u64().unwrap_or_default();
            std::thread::sleep(Duration::from_millis(250));
            if now == last {
                return now;
            }
            last = now;
        }
    }
}

/// The words of a page's layer of text.
fn words(svg: &str) -> String {
    let parts = svg.split("<text ").skip(1).filter_map(|part| part.split_once('>')?.1.split_once("</text>").map(|(text, _)| text.to_string()));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_is_drawn_with_its_words_and_what_it_shows_has_a_number() {
    let book = running();
    let state = book.state();
    assert_eq!(state["book"]["title"], "Two Chapters");
    let pages = state["book"]["pages"].as_array().map_or(0, Vec::len);
    assert!(pages > 4, "{state}");
    let all: Vec<String> = (1..=pages).map(|page| book.get(&format!("/page/{page}")).text()).collect();
    let page = all.iter().find(|svg| words(svg).contains("A first line of text.")).expect("its page");
    assert!(page.starts_with("<svg ") && page.contains("<use href=\"#g"), "glyphs are drawn once and used");
    assert!(page.contains("role=\"heading\" aria-level=\"1\""), "{page}");
    assert!(words(page).contains("Another paragraph stands here"));
    let picture = all.iter().find_map(|svg| svg.split("<image href=\"").nth(1)?.split('"').next()).expect("a picture");
    assert_eq!(picture, "/picture/0");
    let picture = book.get("/picture/0");
    assert!(picture.headers.contains("content-type: image/svg+xml") && picture.headers.contains("content-security-policy: default-src 'none'"));
    assert!(all.iter().any(|svg| svg.contains("aria-label=\"A square\"")), "what it shows is said");
}

#[test]
fn a_saved_line_is_shown_and_told() {
    let book = running();
    let before = book.state();
    let events = TcpStream::connect(book.preview.address()).expect("a connection");
    write!(&events, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", book.host()).expect("a request");
    events.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let mut events = BufReader::new(events).lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("data: ").map(str::to_string));
    let first: Value = serde_json::from_str(&events.next().expect("an event")).expect("JSON");
    assert_eq!(first["version"], before["version"]);
    // The page knows by this that it is one of an earlier run, whose token counts no more.
    assert!(first["run"].as_str().is_some_and(|run| book.get("/").text().contains(&format!("data-run=\"{run}\""))), "{first}");
    book.write("one.md", &ONE.replace("first line", "mended line"));
    let event: Value = serde_json::from_str(&events.next().expect("an event")).expect("JSON");
    assert_eq!(event["version"].as_u64(), before["version"].as_u64().map(|version| version + 1));
    let place = event["place"].as_u64().expect("a place");
    assert_eq!(event["marks"].as_array().map(Vec::len), Some(1), "one line is new: {event}");
    assert_eq!(event["pages"].as_array().map(Vec::len), Some(1), "one page is new: {event}");
    assert!(words(&book.get(&format!("/page/{place}")).text()).contains("A mended line of text."));
    // Somebody who was asleep hears at once how things stand.
    assert_eq!(book.state()["version"], event["version"]);
}

#[test]
fn files_come_go_and_are_put_in_place_of_others() {
    let book = running();
    let path = |name: &str| book.folder.path().join(name);
    // As many editors write: beside, then in its place.
    book.write(".one.md.swp", "rubbish");
    book.write("one.md~new", &ONE.replace("first", "second"));
    fs::rename(path("one.md~new"), path("one.md")).expect("a rename");
    book.until_words("A second line");
    book.write("handbook.yaml", &MANIFEST.replace("two.md", "two.md, deep/three.md"));
    book.until("the file is missing", |state| state["problems"][0]["code"] == "file-missing");
    fs::create_dir(path("deep")).expect("a folder");
    book.write("deep/three.md", "# Three\n\nA chapter in a folder.\n");
    book.until_words("A chapter in a folder.");
    book.write("deep/three.md", "# Three\n\nA chapter that was changed.\n");
    book.until_words("A chapter that was changed.");
    fs::remove_file(path("square.svg")).expect("removed");
    book.until("the picture is missed", |state| state["messages"].to_string().contains("square.svg"));
}

#[test]
fn the_last_good_pages_stay_while_the_source_is_broken() {
    let book = running();
    let pages = book.state()["book"]["pages"].clone();
    book.write("handbook.yaml", "title: [\n");
    let broken = book.until("it is broken", |state| state["problems"].as_array().is_some_and(|problems| !problems.is_empty()));
    assert_eq!(broken["book"]["pages"], pages);
    assert_eq!(broken["problems"][0]["file"], "handbook.yaml");
    assert!(broken["problems"][0]["line"].as_u64().is_some());
    assert_eq!(book.get("/page/1").status, 200);
    book.write("handbook.yaml", MANIFEST);
    let whole = book.until("it is whole again", |state| state["problems"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(whole["book"]["pages"], pages);
}

#[test]
fn a_file_half_written_is_no_end() {
    let book = running();
    let mut file = fs::File::create(book.folder.path().join("one.md")).expect("a file");
    let whole = ONE.replace("first", "finished");
    let (half, rest) = whole.split_at(20);
    file.write_all(half.as_bytes()).expect("written");
    file.flush().expect("written");
    std::thread::sleep(Duration::from_millis(120));
    file.write_all(rest.as_bytes()).expect("written");
    drop(file);
    book.until_words("A finished line");
    book.until_words("Another paragraph stands here");
    assert_eq!(book.state()["problems"].as_array().map(Vec::len), Some(0));
}

#[test]
fn ten_saves_in_a_second_end_with_the_last() {
    let book = running();
    for number in 0..10 {
        book.write("one.md", &ONE.replace("first", &format!("no. {number}")));
        std::thread::sleep(Duration::from_millis(90));
    }
    book.until_words("A no. 9 line");
}

#[test]
fn five_hundred_files_are_one_change() {
    let folder = project();
    let text = |turn: usize, number: usize| format!("# Chapter {number}\n\nText {turn}.\n");
    let names: Vec<String> = (0..500).map(|number| format!("c{number:03}.md")).collect();
    for (number, name) in names.iter().enumerate() {
        fs::write(folder.path().join(name), text(0, number)).expect("a file");
    }
    fs::write(folder.path().join("handbook.yaml"), format!("title: Many\nlanguage: en\nchapters: [{}]\n", names.join(", "))).expect("a manifest");
    let book = with(folder, None);
    let before = book.made();
    for (number, name) in names.iter().enumerate() {
        // As Git does it.
        fs::remove_file(book.folder.path().join(name)).expect("removed");
        book.write(name, &text(1, number));
    }
    let all_are_new = |state: &Value| {
        let pages = state["book"]["pages"].as_array().map_or(0, Vec::len);
        let words = |page: usize| words(&book.get(&format!("/page/{page}")).text());
        state["version"].as_u64() > Some(before) && words(pages - 1).contains("Text 1.")
    };
    book.until("it is set", all_are_new);
    // One, unless whoever writes is kept waiting by the machine.
    assert!(book.made() - before < 20, "{} times for 500 files", book.made() - before);
}

#[test]
fn a_project_that_goes_and_comes_back_is_shown_again() {
    let book = running();
    let (here, away) = (book.folder.path().to_path_buf(), book.folder.path().with_extension("away"));
    fs::rename(&here, &away).expect("away");
    book.until("it is missed", |state| state["problems"].as_array().is_some_and(|problems| !problems.is_empty()));
    assert_eq!(book.get("/page/1").status, 200, "the last good pages stay");
    fs::rename(&away, &here).expect("back");
    book.until("it is there again", |state| state["problems"].as_array().is_some_and(Vec::is_empty));
    book.write("one.md", &ONE.replace("first", "later"));
    book.until_words("A later line");
}

#[test]
fn a_broken_theme_is_told_and_read_anew() {
    let folder = project();
    let classic = fs::read_to_string(common::root().join("themes/classic.yaml")).expect("a theme");
    fs::write(folder.path().join("own.yaml"), &classic).expect("a file");
    let here = folder.path().to_path_buf();
    let source = Source { project: Some(here.clone()), here, theme: Some("own.yaml".to_string()), ..Source::default() };
    let book = start(folder, source, None);
    let size = book.state()["book"]["size"].clone();
    book.write("own.yaml", &classic.replace("  width: 148mm", "  width: wide"));
    let broken = book.until("it is broken", |state| state["problems"].as_array().is_some_and(|problems| !problems.is_empty()));
    assert!(broken["problems"][0]["file"].as_str().is_some_and(|file| file.contains("own.yaml")), "{broken}");
    assert_eq!(broken["book"]["size"], size);
    book.write("own.yaml", &classic.replace("  width: 148mm", "  width: 158mm"));
    book.until("it is whole again", |state| state["problems"].as_array().is_some_and(Vec::is_empty) && state["book"]["size"] != size);
}

#[test]
fn what_is_in_the_e_book_alone_is_told_too() {
    let book = running();
    let pages = book.state()["book"]["pages"].clone();
    let version = book.made();
    book.write("one.md", &format!("{ONE}\n<!-- only format: epub -->\n\nOn screens alone.\n\n<!-- end -->\n"));
    let state = book.until("it is told", |state| state["version"].as_u64() > Some(version));
    // The cover is drawn from how long the chapters are.
    let inner = |pages: &Value| pages.as_array().map(|pages| pages[1..].to_vec());
    assert_eq!(inner(&state["book"]["pages"]), inner(&pages), "no page has it");
    // A picture there too.
    book.write("own.svg", SQUARE);
    book.write("one.md", &format!("{ONE}\n<!-- only format: epub -->\n\nOn screens alone. ![A square](own.svg)\n\n<!-- end -->\n"));
    book.until("it is read", |state| state["version"].as_u64() > Some(version + 1) && !state["messages"].to_string().contains("own.svg"));
    let version = book.made();
    book.write("own.svg", &SQUARE.replace("<rect", "<rect fill=\"blue\""));
    book.until("another picture is told", |state| state["version"].as_u64() > Some(version));
    let chapters = book.get("/chapters").json();
    let file =
        chapters.as_array().and_then(|all| all.iter().find(|chapter| chapter[1].as_str().is_some_and(|title| title.contains("One")))).expect("the chapter");
    assert!(book.get(&format!("/book/light/{}", file[0].as_str().unwrap_or_default())).text().contains("On screens alone."));
}

#[test]
fn alternative_texts_and_where_links_lead_are_part_of_a_page() {
    let book = running();
    let pages = book.state()["book"]["pages"].clone();
    book.write("two.md", &TWO.replace("A square", "A black square"));
    let state = book.until("it is told", |state| state["book"]["pages"] != pages);
    let is_other = |number: &usize| state["book"]["pages"][*number] != pages[*number];
    let number = (0..pages.as_array().map_or(0, Vec::len)).find(is_other).expect("a page");
    assert!(book.get(&format!("/page/{}", number + 1)).text().contains("A black square"));
}

#[test]
fn a_link_leads_to_where_its_place_is_now_and_a_picture_that_comes_back_is_shown() {
    let folder = project();
    fs::write(folder.path().join("one.md"), "# One\n\n[the last](two.md#end)\n").expect("a file");
    fs::write(folder.path().join("two.md"), format!("{TWO}\n## End\n\nFinis.\n")).expect("a file");
    let book = with(folder, None);
    let pages = |state: &Value| state["book"]["pages"].as_array().map_or(0, Vec::len);
    let find = |wanted: &str| (1..=pages(&book.state())).find(|page| words(&book.get(&format!("/page/{page}")).text()).contains(wanted)).expect(wanted);
    let link = find("the last");
    let leads = || {
        let svg = book.get(&format!("/page/{link}")).text();
        let name = svg.split("href=\"#at-").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_string();
        book.get(&format!("/named?name={name}")).json()["page"].as_u64().expect("a page") as usize
    };
    assert_eq!(leads(), find("Finis."));
    let before = leads();
    book.write("two.md", &format!("{TWO}\n{}\n\n## End\n\nFinis.\n", "<!-- pagebreak -->\n\nMore.\n\n".repeat(3)));
    book.until("pages were added", |_| leads() > before);
    assert_eq!(leads(), find("Finis."));
    assert_eq!(book.get("/named?name=nowhere").status, 404);
    // As long as somebody writes elsewhere, nobody keeps the picture as it was.
    let page = find("This one stays");
    let picture = |svg: &str| svg.split("<image href=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_string).expect("a picture");
    let first = picture(&book.get(&format!("/page/{page}")).text());
    book.write("square.svg", &SQUARE.replace("<rect", "<rect fill=\"blue\""));
    book.until("it is another", |_| picture(&book.get(&format!("/page/{page}")).text()) != first);
    for number in 0..10 {
        book.write("one.md", &format!("# One\n\n[the last](two.md#end) {number}\n"));
        book.until_words(&format!("the last {number}"));
    }
    book.write("square.svg", SQUARE);
    book.until("it is the first again", |_| picture(&book.get(&format!("/page/{page}")).text()) == first);
    assert_eq!(book.get(&first).status, 200);
}

#[test]
fn the_file_of_a_message_opens_though_no_book_was_made_yet() {
    let (folder, out) = (project(), tempfile::tempdir().expect("a folder"));
    fs::write(folder.path().join("handbook.yaml"), "title: [\n").expect("a broken manifest");
    let told = out.path().join("told");
    let script = out.path().join("editor.sh");
    fs::write(&script, format!("printf '%s' \"$1\" > '{}'\n", told.display())).expect("a script");
    let file = folder.path().join("handbook.yaml");
    let book = with(folder, Some(&format!("sh {} {{file}}", script.display())));
    assert!(book.state()["book"].is_null());
    assert_eq!(book.act("/open", r#"{"message":0}"#).status, 204);
    let begun = Instant::now();
    while fs::read_to_string(&told).unwrap_or_default().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the editor was not run");
        std::thread::sleep(Duration::from_millis(10));
    }
    let opened = fs::canonicalize(fs::read_to_string(&told).unwrap_or_default()).expect("a file");
    assert_eq!(opened, fs::canonicalize(file).expect("the manifest"));
}

#[test]
fn a_choice_is_set_without_a_restart() {
    let book = running();
    assert_eq!(book.act("/choose", r#"{"name":"Grace Hopper","page":"a4","theme":"plain"}"#).status, 202);
    let state = book.until("it is chosen", |state| state["choices"]["name"] == "Grace Hopper");
    assert_eq!((state["choices"]["theme"].as_str(), state["choices"]["page"].as_str()), (Some("plain"), Some("a4")));
    book.until_words("stands here, Grace Hopper.");
    let refused = [r#"{"theme":"/etc/passwd"}"#, r#"{"theme":"one.md"}"#, r#"{"pages":1}"#, "", "7", r#"{"name":7}"#];
    for body in refused {
        assert!((400..500).contains(&book.act("/choose", body).status), "{body}");
    }
    assert_eq!(book.act("/choose", &format!("{{\"name\":\"{}\"}}", "x".repeat(201))).status, 422);
    assert_eq!(book.act("/choose", &format!("{{\"name\":\"{}\"}}", "x".repeat(70_000))).status, 413);
    // What cannot be set is told, and the pages stay.
    assert_eq!(book.act("/choose", r#"{"stage":"nowhere"}"#).status, 202);
    book.until("it is told", |state| state["problems"].as_array().is_some_and(|problems| !problems.is_empty()));
}

#[test]
fn the_hostile_are_not_answered() {
    let book = running();
    let token = book.token();
    let host = book.host();
    let port = book.preview.address().port().to_string();
    let foreign = format!("evil.example:{port}");
    let own = format!("http://{host}");
    let paths = ["/", "/state", "/page/1", "/picture/0", "/events", "/chapters", "/book/light/stylesheet.css", "/nothing"];
    for path in paths {
        for name in [foreign.as_str(), "127.0.0.1", "", "evil.example"] {
            let answer = book.ask("GET", path, &[("Host", name)], "");
            assert!(matches!(answer.status, 400 | 421), "{path} for {name}: {}", answer.status);
            assert!(!answer.text().contains("Two Chapters"));
        }
        assert_eq!(book.ask("GET", path, &[("Host", "-")], "").status, 400, "{path} without a host");
    }
    // (origin, sec-fetch-site, token, status)
    let choices = r#"{"name":"Mallory"}"#;
    let table = [
        (own.as_str(), "same-origin", token.as_str(), 202),
        ("-", "-", token.as_str(), 202),
        (own.as_str(), "same-origin", "-", 403),
        (own.as_str(), "same-origin", "wrong", 403),
        ("http://evil.example", "same-origin", token.as_str(), 403),
        ("null", "same-origin", token.as_str(), 403),
        (own.as_str(), "cross-site", token.as_str(), 403),
        (own.as_str(), "same-site", token.as_str(), 403),
        ("http://localhost:1", "same-origin", token.as_str(), 403),
    ];
    for (origin, site, token, status) in table {
        let headers = [("Content-Type", "application/json"), ("Origin", origin), ("Sec-Fetch-Site", site), ("X-Preview-Token", token)];
        assert_eq!(book.ask("POST", "/choose", &headers, choices).status, status, "{origin} {site} {token}");
    }
    // A form of another page can send no JSON, and no token.
    assert_eq!(book.ask("POST", "/choose", &[("Content-Type", "text/plain")], choices).status, 403);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        assert!(matches!(book.ask(method, "/choose", &[("X-Preview-Token", &token)], "").status, 400 | 405), "{method}");
    }
    for path in [
        "/picture/999",
        "/picture/-1",
        "/picture/../one.md",
        "/picture/%2e%2e%2fone.md",
        "/page/0",
        "/page/99999",
        "/page/18446744073709551616",
        "/book/light/../../handbook.yaml",
        "/book/light/%2e%2e%2f%2e%2e%2fhandbook.yaml",
        "/book/light//etc/passwd",
        "/book/light/one.md",
        "/book/grey/cover.xhtml",
        "/font/..%2f..%2fetc%2fpasswd",
        "/one.md",
        "/handbook.yaml",
        "/place?page=1&item=99999",
        "/place?page=0&item=0",
        "/place",
        "/message?number=77",
        "/search",
    ] {
        assert!(matches!(book.get(path).status, 400 | 404), "{path}: {}", book.get(path).status);
    }
    for path in ["/", "/state", "/page/1", "/nothing", "/preview.js"] {
        let headers = book.get(path).headers;
        for header in
            ["content-security-policy: ", "x-content-type-options: nosniff", "referrer-policy: no-referrer", "cross-origin-resource-policy: same-origin"]
        {
            assert!(headers.contains(header), "{path}: {header} in {headers}");
        }
        assert!(!headers.contains("access-control-allow"), "{headers}");
    }
    let page = book.get("/").headers;
    assert!(page.contains("default-src 'none'; script-src 'self'") && page.contains("frame-ancestors 'self'"), "{page}");
}

#[test]
fn what_the_book_says_is_never_markup() {
    let folder = project();
    fs::write(folder.path().join("one.md"), "# One <script>alert(1)</script>\n\nA [link](javascript:alert(1)) and [one](https://example.org/?a=\"b\").\n")
        .expect("a file");
    fs::write(
        folder.path().join("square.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><script>alert(1)</script><rect width=\"9\" height=\"9\" onload=\"x()\"/></svg>",
    )
    .expect("a file");
    let book = with(folder, None);
    assert_eq!(book.act("/choose", r#"{"name":"<script>alert(2)</script>\"&"}"#).status, 202);
    book.until("it is chosen", |state| state["choices"]["name"].as_str().is_some_and(|name| name.contains("script")));
    let count = book.state()["book"]["pages"].as_array().map_or(0, Vec::len);
    let mut all: Vec<String> = (1..=count).map(|page| book.get(&format!("/page/{page}")).text()).collect();
    all.push(book.get("/picture/0").text());
    for chapter in book.get("/chapters").json().as_array().expect("chapters") {
        let answer = book.get(&format!("/book/light/{}", chapter[0].as_str().expect("a file")));
        assert_eq!(answer.status, 200, "{chapter}");
        assert!(answer.headers.contains("default-src 'none'"), "{}", answer.headers);
        all.push(answer.text());
    }
    for text in all {
        assert!(!text.contains("<script") && !text.contains("javascript:") && !text.contains("onload"), "{text}");
    }
}

#[test]
fn a_line_leads_to_its_source_and_a_message_to_its_page() {
    let folder = project();
    fs::write(folder.path().join("two.md"), format!("{TWO}\nA [link](nowhere.md) that leads\nto no chapter.\n")).expect("a file");
    let opened = folder.path().join("opened.txt");
    let script = folder.path().join("my editor");
    fs::write(&script, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\n", opened.display())).expect("a script");
    #[cfg(unix)]
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it can be run");
    let book = with(folder, Some(&format!("'{}' -g {{file}}:{{line}}", script.display())));
    let count = book.state()["book"]["pages"].as_array().map_or(0, Vec::len);
    let line = |wanted: &str| {
        (1..=count).find_map(|page| {
            let svg = book.get(&format!("/page/{page}")).text();
            let text = svg.split("<text ").find(|part| part.contains(wanted))?;
            Some((page, text.split("data-item=\"").nth(1)?.split('"').next()?.to_string()))
        })
    };
    let (page, item) = line("Another paragraph").expect("the line");
    let place = book.get(&format!("/place?page={page}&item={item}")).json();
    assert_eq!((place["file"].as_str(), place["line"].as_u64()), (Some("one.md"), Some(5)));
    let messages = book.state()["messages"].clone();
    let number = messages.as_array().and_then(|all| all.iter().position(|message| message["file"] == "two.md")).unwrap_or_else(|| panic!("{messages}"));
    let of_message = book.get(&format!("/message?number={number}")).json();
    let (page_of_link, _) = line("that leads").expect("the line");
    assert_eq!(of_message["page"].as_u64(), Some(page_of_link as u64));
    assert_eq!(book.ask("POST", "/open", &[("Content-Type", "application/json")], &format!("{{\"page\":{page},\"item\":{item}}}")).status, 403);
    assert!(!opened.exists());
    #[cfg(unix)]
    {
        assert_eq!(book.act("/open", &format!("{{\"page\":{page},\"item\":{item}}}")).status, 204);
        let begun = Instant::now();
        let said = loop {
            match fs::read_to_string(&opened) {
                Ok(said) if said.ends_with('\n') => break said,
                _ => assert!(begun.elapsed() < Duration::from_secs(10), "the editor was not run"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let file = fs::canonicalize(book.folder.path()).expect("a folder").join("one.md");
        assert_eq!(said, format!("-g\n{}:5\n", file.display()));
    }
    assert_eq!(running().act("/open", "{\"page\":1,\"item\":0}").status, 409, "no editor is named");
}

#[test]
fn words_are_found_on_their_pages() {
    let book = running();
    let hits = book.get("/search?text=ANOTHER%20paragraph").json();
    assert_eq!(hits["hits"].as_array().map(Vec::len), Some(1), "{hits}");
    assert_eq!(book.get("/search?text=nowhere").json()["hits"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_chapter_of_the_e_book_is_made_when_it_is_asked_for() {
    let book = running();
    let chapters = book.get("/chapters").json();
    let file =
        chapters.as_array().and_then(|all| all.iter().find(|chapter| chapter[1].as_str().is_some_and(|title| title.ends_with("Two")))).expect("a chapter");
    let light = book.get(&format!("/book/light/{}", file[0].as_str().expect("a name")));
    assert!(light.headers.contains("application/xhtml+xml") && light.text().contains("This one stays as it</span> is."), "{}\n{}", light.headers, light.text());
    let dark = book.get(&format!("/book/dark/{}", file[0].as_str().expect("a name"))).text();
    assert!(light.text().contains("/frame/light.css") && dark.contains("/frame/dark.css"));
    for address in light.text().split(['"', '\'']).filter(|part| part.ends_with(".css") || part.starts_with("images/")) {
        let path = if address.starts_with('/') { address.to_string() } else { format!("/book/light/{address}") };
        assert_eq!(book.get(&path).status, 200, "{path}");
    }
    let css = book.get("/book/light/stylesheet.css").text();
    let font = css.split("url(").nth(1).and_then(|rest| rest.split(')').next()).expect("a font");
    assert_eq!(book.get(&format!("/book/light/{font}")).status, 200);
}

#[test]
fn two_browsers_are_shown_the_same_and_one_that_was_away_catches_up() {
    let book = running();
    assert_eq!(book.act("/choose", r#"{"name":"Ada"}"#).status, 202);
    let one = book.until("it is chosen", |state| state["choices"]["name"] == "Ada");
    assert_eq!(book.state(), one);
    let sleeping = TcpStream::connect(book.preview.address()).expect("a connection");
    write!(&sleeping, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", book.host()).expect("a request");
    for number in 0..4 {
        book.write("one.md", &ONE.replace("first", &format!("{number}th")));
        book.until_words(&format!("A {number}th line"));
    }
    drop(sleeping);
    let again = TcpStream::connect(book.preview.address()).expect("a connection");
    again.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    write!(&again, "GET /events HTTP/1.1\r\nHost: {}\r\nLast-Event-ID: 1\r\n\r\n", book.host()).expect("a request");
    let mut lines = BufReader::new(again).lines().map_while(Result::ok);
    let event = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_string)).expect("an event");
    let event: Value = serde_json::from_str(&event).expect("JSON");
    assert_eq!(event["version"], book.state()["version"]);
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let folder = project();
    let source = Source { project: Some(folder.path().to_path_buf()), here: folder.path().to_path_buf(), ..Source::default() };
    let preview = Preview::start(source, &Listen::parse(&format!("127.0.0.1:{port}")).expect("an address"), None).expect("a preview");
    assert_eq!(preview.taken(), Some(port));
    assert!(preview.address().port() > port);
}

#[test]
fn the_command_says_what_is_wrong_with_its_options() {
    let (status, _, said) = common::handbook(Path::new("/"), &["preview", "--listen", "a b"]);
    assert_eq!(status, 2);
    assert!(said.contains("HOST:PORT"), "{said}");
    let (status, _, said) = common::handbook(Path::new("/"), &["preview", "--editor", "'x"]);
    assert_eq!(status, 2);
    assert!(said.contains("quotation mark"), "{said}");
    let (status, _, said) = common::handbook(Path::new("/"), &["preview", "/nowhere/at/all"]);
    assert_eq!(status, 2);
    assert!(said.contains("cannot be read"), "{said}");
    let (status, out, _) = common::handbook(Path::new("/"), &["preview", "--help"]);
    assert_eq!(status, 0);
    assert!(out.contains("--editor 'code -g {file}:{line}'"), "{out}");
}
