//! Catalogues word for word; `tests/send/run.py` holds them against the schemas.

use super::*;

fn catalogue() -> Catalogue {
    let file = |href: &str, media, bytes| Acquisition { href: href.to_string(), media, bytes, open: false };
    let book = Publication {
        identifier: "urn:uuid:6f1c2d1e-0000-5000-8000-000000000001".to_string(),
        title: "Führen & <leiten>".to_string(),
        subtitle: Some("Ein Weg".to_string()),
        language: "de".to_string(),
        authors: vec!["A. B.".to_string(), "\"C\"".to_string()],
        date: "2026-11-01".to_string(),
        cover: Some("../../cover.png".to_string()),
        files: vec![file("ada.pdf", "application/pdf", Some(1234)), file("ada.epub", "application/epub+zip", None)],
        ..Publication::default()
    };
    Catalogue {
        identifier: "urn:uuid:6f1c2d1e-0000-5000-8000-000000000002".to_string(),
        title: "Ada Lovelace".to_string(),
        language: "de".to_string(),
        updated: "2026-11-01".to_string(),
        atom: ATOM.to_string(),
        json: JSON.to_string(),
        page: "./".to_string(),
        book,
    }
}

#[test]
fn atom_word_for_word() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/terms/" xml:lang="de">
<id>urn:uuid:6f1c2d1e-0000-5000-8000-000000000002</id>
<title>Ada Lovelace</title>
<updated>2026-11-01T00:00:00Z</updated>
<link rel="self" href="catalog.xml" type="application/atom+xml;profile=opds-catalog;kind=acquisition"/>
<link rel="start" href="catalog.xml" type="application/atom+xml;profile=opds-catalog;kind=acquisition"/>
<link rel="alternate" href="catalog.json" type="application/opds+json"/>
<link rel="alternate" href="./" type="text/html"/>
<entry xml:lang="de">
<title>Führen &amp; &lt;leiten&gt;</title>
<id>urn:uuid:6f1c2d1e-0000-5000-8000-000000000001</id>
<updated>2026-11-01T00:00:00Z</updated>
<author><name>A. B.</name></author>
<author><name>"C"</name></author>
<dc:language>de</dc:language>
<dc:issued>2026-11-01</dc:issued>
<summary>Ein Weg</summary>
<link rel="http://opds-spec.org/image" href="../../cover.png" type="image/png"/>
<link rel="http://opds-spec.org/image/thumbnail" href="../../cover.png" type="image/png"/>
<link rel="http://opds-spec.org/acquisition" href="ada.pdf" type="application/pdf" length="1234"/>
<link rel="http://opds-spec.org/acquisition" href="ada.epub" type="application/epub+zip"/>
</entry>
</feed>
"#;
    assert_eq!(atom(&catalogue()), expected);
}

#[test]
fn json_says_the_same() {
    let said: serde_json::Value = serde_json::from_str(&json(&catalogue())).expect("JSON");
    assert_eq!(said["metadata"]["numberOfItems"], 1);
    let book = &said["publications"][0];
    assert_eq!(book["metadata"]["title"], "Führen & <leiten>");
    assert_eq!(book["metadata"]["author"], serde_json::json!(["A. B.", "\"C\""]));
    assert_eq!(book["links"][0], serde_json::json!({ "rel": "http://opds-spec.org/acquisition", "href": "ada.pdf", "type": "application/pdf", "size": 1234 }));
    assert_eq!(book["images"], serde_json::json!([{ "href": "../../cover.png", "type": "image/png" }]));
    assert!(atom(&Catalogue { book: Publication::default(), ..catalogue() }).contains("<author><name>Ada Lovelace</name></author>"));
}
