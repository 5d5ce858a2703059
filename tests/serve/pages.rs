//! A reader's page is the same whoever makes it: `serve`, or `publish` of what `bulk` made.

use std::fs;
use std::path::Path;

use crate::common;
use crate::server::Server;

/// A ladder with words of its own, in German.
const BOOK: [(&str, &str); 4] = [
    (
        "handbook.yaml",
        "title: Das Handbuch\nlanguage: de\nauthors: [Vita West]\nedition: \"7\"\nidentifier: urn:example:own\nPREPARED\nwords: { your_target: Ihr *Ziel*, edition: Fassung, cover: Deckel }\nstages:\n  - { id: one, title: Eins, chapter: one.md }\n  - { id: two, title: Zwei, chapter: two.md }\npaths:\n  - { id: side, title: Seitenweg, chapter: side.md }\n",
    ),
    ("one.md", "# Eins\n\nDer Anfang, in {{ field.farbe }}.\n"),
    ("two.md", "# Zwei\n\nDas Ende.\n"),
    ("side.md", "# Seitenweg\n\nNebenher.\n"),
];

const ROSTER: &str = "name,stage,id,farbe\nAda <Lovelace>,one,a-1,rot\nЛяля,two,l-1,blau\nBob,,b-1,grün\n";

fn written(here: &Path, prepared: &str) {
    for (name, text) in BOOK {
        fs::write(here.join(name), text.replace("PREPARED", prepared)).unwrap();
    }
    fs::write(here.join("roster.csv"), ROSTER).unwrap();
}

/// A page without what must differ: names of files, and sizes that are not known before a copy is made.
fn alike(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<a class=\"act\" href=\"") {
        out.push_str(before);
        rest = after.split_once("\" type=").unwrap().1;
    }
    out.push_str(rest);
    let mut whole = String::new();
    let mut rest = out.as_str();
    while let Some((before, after)) = rest.split_once(", <bdi>") {
        whole.push_str(before);
        rest = after.split_once("</bdi>").unwrap().1;
    }
    whole + rest
}

#[test]
fn readers_pages_and_covers_are_the_same_by_serve_and_by_publish() {
    for (prepared, line) in [
        ("prepared_for: Gebunden für {} *allein*", "Gebunden für <bdi><strong>Ada &lt;Lovelace&gt;</strong></bdi> *allein*"),
        ("prepared_for: false", "<p><bdi><strong>Ada"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        written(here, prepared);
        let run = |args: &[&str]| {
            let (status, out, err) = common::handbook(here, args);
            assert_eq!(status, 0, "{err}");
            out
        };
        run(&["keygen", "links.key", "--links"]);
        run(&["bulk", "roster.csv", "--project", ".", "--no-system-fonts", "--out", "copies"]);
        let server = Server::of(here, ".", &["--roster", "roster.csv", "--key", "links.key"]);
        let base = format!("http://{}", server.address);
        run(&["publish", "copies", "--out", "site", "--key", "links.key", "--base-url", &base]);
        let links = run(&["links", "roster.csv", "--project", ".", "--key", "links.key", "--base-url", &base]);
        let readers: Vec<&str> = links.lines().skip(1).map(|line| line.rsplit_once(&base).unwrap().1).collect();
        assert_eq!(readers.len(), 3);
        let same = |path: &str| {
            let (served, published) = (server.get(&format!("/{path}")), fs::read(here.join("site").join(path)).unwrap());
            assert!(served.status == 200 && served.body == published, "{path}: {}", served.head);
            published
        };
        let covers: Vec<Vec<u8>> = readers
            .iter()
            .map(|path| {
                let (served, published) = (server.get(path).text(), fs::read_to_string(here.join("site").join(&path[1..]).join("index.html")).unwrap());
                assert_eq!(alike(&served), alike(&published));
                assert!(served.contains("Ihr *Ziel*: ") && served.contains("Fassung 7") && served.contains("alt=\"Deckel: Das Handbuch\""), "{served}");
                let (_, cover) = served.split_once("<img class=\"cover\" src=\"../../").unwrap();
                same(cover.split_once('"').unwrap().0)
            })
            .collect();
        // What only the roster has nobody can give to a form.
        let (status, _, err) = common::handbook(here, &["serve", ".", "--listen", "127.0.0.1:0"]);
        assert!(status == 1 && err.contains("the field `field.farbe` is not known"), "{err}");
        assert!(server.get(readers[0]).text().contains(line), "{}", server.get(readers[0]).text());
        // The first goes another way than the others, who go as far as the ladder does; the last without having said so.
        assert!(covers[0] != covers[1] && covers[1] == covers[2]);
        assert_eq!(same("cover.png"), covers[1]);
        same("style.css");
        // Catalogues too, but for the names of files and their sizes.
        for (path, cover) in readers.iter().zip(["cover-one.png", "cover.png", "cover.png"]) {
            let (served, published) = (server.get(&format!("{path}catalog.json")), fs::read(here.join("site").join(&path[1..]).join("catalog.json")).unwrap());
            let [mut served, mut published] = [&served.body, &published].map(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).unwrap());
            assert_eq!(served["publications"][0]["images"][0]["href"], format!("{base}/{cover}"));
            for catalogue in [&mut served, &mut published] {
                catalogue["publications"][0]["links"] = serde_json::Value::Null;
            }
            assert_eq!(served, published);
        }
    }
}

#[test]
fn what_is_the_same_for_all_has_a_tag() {
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(here.path(), &[]);
    for (path, media) in [("/style.css", "text/css; charset=utf-8"), ("/cover.png", "image/png")] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type"), answer.header("cache-control")), (200, Some(media), Some("public, max-age=3600")));
        let known = server.ask("GET", path, &[&format!("If-None-Match: {}", answer.header("etag").unwrap())], b"");
        assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, answer.header("etag")));
    }
    // Readers' own covers stand on readers' own pages, of which there is none here.
    assert_eq!(server.get("/cover-first.png").status, 404);
}
