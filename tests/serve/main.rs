//! Copies on request: `handbook serve` as a process.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

#[path = "../common/mod.rs"]
mod common;
mod hostile;
mod pages;
mod server;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use server::{Answer, Server, built, links, project, said};

#[test]
fn whoever_asks_gets_the_book_that_build_makes() {
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(here.path(), &[]);
    let page = server.get("/");
    assert_eq!(page.status, 200);
    for part in ["<form method=\"post\"", "name=\"name\"", "name=\"stage\"", "name=\"from\"", "name=\"paths\"", "lang=\"en-GB\""] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.text().contains("<script") && !page.text().contains("organisation") && !page.text().contains("http"), "{}", page.text());
    for (name, value) in [("referrer-policy", "no-referrer"), ("x-content-type-options", "nosniff")] {
        assert_eq!(page.header(name), Some(value));
    }
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));

    let build = built(here.path(), &["--reader", "Ada Lovelace", "--stage", "second", "--path", "side"]);
    for ending in ["pdf", "epub"] {
        let book = server.form(&format!("name=Ada+Lovelace&stage=second&from=&paths=side&format={ending}"));
        assert_eq!((book.status, book.body == build(ending)), (200, true), "{ending}: {}", book.head);
        let media = if ending == "pdf" { "application/pdf" } else { "application/epub+zip" };
        assert_eq!(book.header("content-type"), Some(media));
        assert_eq!(book.header("cache-control"), Some("private, no-store"));
        let name = format!("attachment; filename=\"ada-lovelace--second.{ending}\"; filename*=UTF-8''ada-lovelace--second.{ending}");
        assert_eq!(book.header("content-disposition"), Some(name.as_str()));
        let machine = server.json(&format!("{{\"name\":\"Ada Lovelace\",\"stage\":2,\"paths\":[\"side\"],\"format\":\"{ending}\"}}"), &[]);
        assert_eq!((machine.status, machine.body == build(ending)), (200, true), "{}", machine.head);
    }
    // What was filled in stays, as text, with the fault above it.
    let again = server.form("name=%3Cscript%3Ex&stage=nowhere&format=pdf");
    assert_eq!(again.status, 422);
    assert!(again.text().contains("value=\"&lt;script&gt;x\"") && again.text().contains("role=\"alert\""), "{}", again.text());
    assert!(!again.text().contains("<script"));
    // Nobody stands in the log, nor in what is counted.
    let (log, counts) = (said(&server.log), server.get("/metrics").text());
    assert!(log.contains("POST / 200") && counts.contains("handbook_copies_total{format=\"pdf\"} 2"), "{log}{counts}");
    for word in ["Ada", "Lovelace", "ada-", "127.0.0.1:"] {
        assert!(!log.contains(word) && !counts.contains(word), "{word}: {log}{counts}");
    }
}

const ROSTER: &str = "name,stage,id,email,revoked\nAda Lovelace,third,a-1,,\nЛяля,second,,lyalya@example.org,\nEve,second,e-1,,yes\n";

#[test]
fn each_reader_has_an_address_and_nobody_else_knows_it() {
    let here = tempfile::tempdir().unwrap();
    let (server, links) = Server::invite(here.path(), ROSTER, &[]);
    let path = |name: &str| links.iter().find(|(own, _)| own == name).map(|(_, path)| path.clone()).unwrap();
    // Who is revoked is in no table of addresses.
    assert_eq!(links.len(), 2);
    let (status, _, err) = common::handbook(here.path(), &["bulk", "roster.csv", "--no-system-fonts", "--project", &project(), "--out", "copies"]);
    assert_eq!(status, 0, "{err}");
    let front = server.get("/");
    assert!(front.status == 200 && !front.text().contains("<form"), "{}", front.text());
    assert_eq!(server.form("name=Ada&format=pdf").status, 405);

    let ada = path("Ada Lovelace");
    let page = server.get(&ada);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<bdi><strong>Ada Lovelace</strong></bdi>") && page.text().contains("noindex"), "{}", page.text());
    assert_eq!((page.header("cache-control"), page.header("x-robots-tag")), (Some("private, no-store"), Some("noindex, nofollow")));
    let towards = server.get(ada.trim_end_matches('/'));
    assert_eq!(towards.status, 308);
    let whole = server.get(&format!("{ada}book.pdf"));
    assert!(whole.body == fs::read(here.path().join("copies/ada-lovelace--third.pdf")).unwrap(), "{}", whole.head);
    let epub = server.get(&format!("{}book.epub", path("Ляля")));
    assert!(epub.body == fs::read(here.path().join("copies/ляля--second.epub")).unwrap(), "{}", epub.head);
    assert!(epub.header("content-disposition").unwrap().ends_with("filename=\"____--second.epub\"; filename*=UTF-8''%D0%BB%D1%8F%D0%BB%D1%8F--second.epub"));

    // Parts, and what is known already.
    let (tag, size) = (whole.header("etag").unwrap().to_string(), whole.body.len());
    let part = |range: &str, more: &[&str]| {
        let headers: Vec<String> = std::iter::once(format!("Range: {range}")).chain(more.iter().map(ToString::to_string)).collect();
        server.ask("GET", &format!("{ada}book.pdf"), &headers.iter().map(String::as_str).collect::<Vec<_>>(), b"")
    };
    let middle = part("bytes=1000-1999", &[]);
    assert_eq!((middle.status, middle.header("content-range").unwrap()), (206, format!("bytes 1000-1999/{size}").as_str()));
    assert!(middle.body == whole.body[1000..2000]);
    let end = part("bytes=-500", &[]);
    assert!(end.status == 206 && end.body == whole.body[size - 500..]);
    assert_eq!(part(&format!("bytes={size}-"), &[]).status, 416);
    assert_eq!(part("bytes=0-9", &["If-Range: \"another\""]).status, 200);
    assert_eq!(part("bytes=0-9", &[&format!("If-Range: {tag}")]).status, 206);
    let known = server.ask("GET", &format!("{ada}book.pdf"), &[&format!("If-None-Match: {tag}")], b"");
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = server.ask("HEAD", &format!("{ada}book.pdf"), &[], b"");
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, Some(size.to_string().as_str())));

    // Catalogues name the same files.
    for (file, media) in [("catalog.xml", "application/atom+xml"), ("catalog.json", "application/opds+json")] {
        let catalogue = server.get(&format!("{ada}{file}"));
        assert!(catalogue.status == 200 && catalogue.header("content-type").unwrap().starts_with(media), "{}", catalogue.head);
        assert!(catalogue.text().contains(&format!("http://{}{ada}book.epub", server.address)), "{}", catalogue.text());
    }

    // A token that is nearly right is as wrong as any.
    let token = ada.trim_start_matches("/r/").trim_end_matches('/');
    let nearly = format!("/r/{}{}/", &token[..31], if token.ends_with('a') { 'b' } else { 'a' });
    for wrong in [nearly.as_str(), "/r/x/", &format!("/r/{}/", &token[..31]), &format!("/r/{token}a/"), &format!("{ada}book.txt"), &format!("{ada}../")] {
        let answer = server.get(wrong);
        assert!(answer.status == 404 && !answer.text().contains("Ada"), "{wrong}: {}", answer.head);
    }
    assert_eq!(server.get(&ada.to_uppercase().replace("/R/", "/r/")).status, 200, "letters may be written large");
    assert!(!said(&server.log).contains(token) && said(&server.log).contains("/r/…/book.pdf"), "{}", said(&server.log));
}

#[test]
#[cfg(unix)]
fn a_roster_is_read_anew_and_a_wrong_one_changes_nothing() {
    let here = tempfile::tempdir().unwrap();
    let (server, links_before) = Server::invite(here.path(), ROSTER, &[]);
    let ada = links_before[0].1.clone();
    assert_eq!(server.get(&ada).status, 200);
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{what}: {}", said(&server.log));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    // Ada is revoked, under a mended name, and Bob is new.
    fs::write(here.path().join("roster.csv"), "name,stage,id,revoked\nAda King,third,a-1,yes\nBob,first,b-1,\n").unwrap();
    server.signal("HUP");
    until("read anew", &|| said(&server.log).contains("read anew: 2 readers"));
    assert_eq!((server.get(&ada).status, server.get(&format!("{ada}book.pdf")).status), (410, 410));
    let bob = links(here.path())[0].1.clone();
    assert_eq!(server.get(&bob).status, 200);
    fs::write(here.path().join("roster.csv"), "name,stage,id\nSecret Name,nowhere,b-1\n").unwrap();
    server.signal("HUP");
    until("refused", &|| said(&server.log).contains("the one before it stays"));
    assert_eq!(server.get(&bob).status, 200);
    assert!(!said(&server.log).contains("Secret") && !said(&server.log).contains("nowhere"), "{}", said(&server.log));
}

#[test]
fn machines_with_a_key_may_ask_for_more() {
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("keys.txt"), "# of the portal\nkey-of-the-portal-0123456789\n").unwrap();
    let (server, _) = Server::invite(here.path(), ROSTER, &["--api-keys", "keys.txt", "--rate", "1"]);
    let line = "{\"name\":\"Grace Hopper\",\"stage\":\"second\",\"note\":\"Read on.\",\"copy\":7,\"format\":\"pdf\"}";
    for wrong in [&[][..], &["Authorization: Bearer key-of-the-portal-012345678"], &["Authorization: Basic a2V5"]] {
        let answer = server.json(line, wrong);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{wrong:?}");
    }
    let key = ["Authorization: Bearer key-of-the-portal-0123456789"];
    let build = built(here.path(), &["--reader", "Grace Hopper", "--stage", "second", "--note", "Read on.", "--copy", "7"]);
    // However often: who has a key is known.
    for _ in 0..3 {
        let answer = server.json(line, &key);
        assert!(answer.status == 200 && answer.body == build("pdf"), "{} {}", answer.head, answer.text());
    }
    assert_eq!(server.json("{\"name\":\"A\",\"revoked\":true,\"format\":\"pdf\"}", &key).status, 410);
    assert_eq!(server.json(&format!("{{\"name\":\"A\",\"note\":\"{}\",\"format\":\"pdf\"}}", "n".repeat(4001)), &key).status, 413);
}

#[test]
fn who_asks_too_often_is_told_when_to_come_again() {
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(here.path(), &["--rate", "2", "--trust-proxy", "127.0.0.0/8"]);
    let ask = |client: &str| {
        let client = format!("X-Forwarded-For: 6.6.6.6, {client}");
        server.ask("POST", "/", &["Content-Type: application/x-www-form-urlencoded", &client], b"name=Ada&stage=first&format=pdf")
    };
    assert_eq!([ask("198.51.100.1").status, ask("198.51.100.1").status, ask("198.51.100.2").status], [200, 200, 200]);
    let often = ask("198.51.100.1");
    assert_eq!(often.status, 429);
    assert!(often.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok()).is_some_and(|seconds| (1..=60).contains(&seconds)), "{}", often.head);
    assert!(server.get("/metrics").text().contains("{status=\"429\"} 1"));
}

#[test]
#[cfg(unix)]
fn a_download_on_its_way_arrives_though_the_service_is_told_to_end() {
    let here = tempfile::tempdir().unwrap();
    let mut server = Server::start(here.path(), &[]);
    let whole = server.form("name=Ada&stage=third&format=epub").body;
    let body = "name=Ada&stage=third&format=epub";
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut begun = [0; 1000];
    stream.read_exact(&mut begun).unwrap();
    server.signal("TERM");
    let waited = Instant::now();
    while !said(&server.log).contains("ending when") {
        assert!(waited.elapsed() < Duration::from_secs(20), "{}", said(&server.log));
        std::thread::sleep(Duration::from_millis(10));
    }
    // Nobody new comes in, and who was there gets all of it, however slowly.
    assert!(TcpStream::connect(&server.address).is_err());
    let mut all = begun.to_vec();
    let mut piece = [0; 16 << 10];
    loop {
        let count = stream.read(&mut piece).unwrap();
        if count == 0 {
            break;
        }
        all.extend(&piece[..count]);
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = stream.shutdown(Shutdown::Both);
    assert!(Answer::of(&all).body == whole);
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn what_cannot_be_served_is_said_without_anybodys_name() {
    let here = tempfile::tempdir().unwrap();
    common::handbook(here.path(), &["keygen", "links.key", "--links"]);
    fs::write(here.path().join("roster.csv"), "name,stage\nAda Lovelace,third\nBob,nowhere\n").unwrap();
    let project = project();
    let serve = |more: &[&str]| {
        let args: Vec<&str> = ["serve", &project, "--listen", "127.0.0.1:0"].iter().chain(more).copied().collect();
        common::handbook(here.path(), &args)
    };
    let (status, _, err) = serve(&["--roster", "roster.csv", "--key", "links.key"]);
    assert!(status == 1 && err.contains("roster.csv:3") && !err.contains("Bob") && !err.contains("nowhere"), "{err}");
    fs::write(here.path().join("roster.csv"), "name,stage\nAda Lovelace,third\n").unwrap();
    let (status, _, err) = serve(&["--roster", "roster.csv", "--key", "links.key"]);
    assert!(status == 1 && (err.contains("roster-identity") || err.contains("who the reader is")) && !err.contains("Ada"), "{err}");
    let (status, _, err) =
        common::handbook(here.path(), &["links", "roster.csv", "--key", "links.key", "--base-url", "https://b.example", "--project", &project]);
    assert!(status == 1 && err.contains("add a column `id`"), "{err}");
    common::handbook(here.path(), &["keygen", "seal.key"]);
    assert_eq!(serve(&["--seal", "seal.key"]).0, 2);
    assert_eq!(serve(&["--roster", "roster.csv", "--key", "seal.key"]).0, 1);
    assert_eq!(serve(&["--roster", "roster.csv"]).0, 2);
    assert_eq!(serve(&["--base-url", "book.example.org"]).0, 2);
}

#[test]
fn a_copy_says_as_little_of_its_reader_as_it_is_told_to() {
    let here = tempfile::tempdir().unwrap();
    let project = project();
    let build = |how: &str, out: &str, name: &str| {
        let args = ["build", &project, "--no-system-fonts", "--reader", name, "--stage", "second", "--copy", "7", "--provenance", how, "--out", out];
        let (status, _, err) = common::handbook(here.path(), &args);
        assert_eq!(status, 0, "{err}");
        format!("{out}/{}--second.epub", name.to_lowercase())
    };
    let verify = |file: &str| common::handbook(here.path(), &["verify", file]);
    let full = verify(&build("full", "full", "Ada"));
    assert!(full.0 == 0 && full.1.contains("reader   Ada") && full.1.contains("personal the name, the target stage, the copy number"), "{}", full.1);
    let minimal = verify(&build("minimal", "minimal", "Ada"));
    assert!(minimal.0 == 0 && minimal.1.contains("copy     7") && !minimal.1.contains("Ada") && !minimal.1.contains("second\n"), "{}", minimal.1);
    let none = verify(&build("none", "none", "Ada"));
    assert!(none.0 == 1 && none.2.contains("carries no record"), "{}{}", none.1, none.2);
    // The identifier is made of edition and copy number, so that it tells nothing of the name.
    let identifier = |file: &str| {
        let mut zip = zip::ZipArchive::new(fs::File::open(here.path().join(file)).unwrap()).unwrap();
        let name = zip.file_names().map(|name| name.unwrap().to_string()).find(|name| name.ends_with("content.opf")).unwrap();
        let mut text = String::new();
        zip.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        text.split("id=\"identifier\">").nth(1).unwrap().split('<').next().unwrap().to_string()
    };
    let others = [identifier(&build("minimal", "o1", "Bob")), identifier(&build("none", "o2", "Ada"))];
    let own = identifier("minimal/ada--second.epub");
    assert!(own.starts_with("urn:uuid:") && others.iter().all(|other| *other == own), "{own} {others:?}");
    assert_ne!(own, identifier("full/ada--second.epub"));
    common::handbook(here.path(), &["keygen", "seal.key"]);
    let (status, _, err) = common::handbook(here.path(), &["build", &project, "--seal", "seal.key", "--provenance", "none"]);
    assert!(status == 2 && err.contains("nothing to seal"), "{err}");
}
