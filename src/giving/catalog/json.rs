//! OPDS 2.0: a feed of Readium Web Publication Manifests.

use serde_json::{Map, Value, json};

use super::{ATOM_TYPE, Acquisition, Catalogue, JSON_TYPE, PICTURE, Publication, moment};

/// The catalogue as OPDS 2.0.
pub fn json(catalogue: &Catalogue) -> String {
    let links = [
        json!({ "rel": "self", "href": catalogue.json, "type": JSON_TYPE }),
        json!({ "rel": "start", "href": catalogue.json, "type": JSON_TYPE }),
        json!({ "rel": "alternate", "href": catalogue.atom, "type": ATOM_TYPE }),
        json!({ "rel": "alternate", "href": catalogue.page, "type": "text/html" }),
    ];
    let metadata = json!({
        "identifier": catalogue.identifier,
        "title": catalogue.title,
        "modified": moment(&catalogue.updated),
        "numberOfItems": 1,
    });
    let feed = json!({ "metadata": metadata, "links": links, "publications": [publication(&catalogue.book)] });
    format!("{feed:#}\n")
}

fn publication(book: &Publication) -> Value {
    let mut metadata = Map::new();
    let mut put = |key: &str, value: Value| drop(metadata.insert(key.to_string(), value));
    put("@type", "http://schema.org/Book".into());
    put("identifier", book.identifier.as_str().into());
    put("title", book.title.as_str().into());
    put("language", book.language.as_str().into());
    put("published", book.date.as_str().into());
    put("modified", moment(&book.date).into());
    let optional = [("subtitle", &book.subtitle), ("publisher", &book.publisher), ("description", &book.summary)];
    optional.into_iter().for_each(|(key, value)| value.iter().for_each(|value| put(key, value.as_str().into())));
    if !book.authors.is_empty() {
        put("author", json!(book.authors));
    }
    if book.is_right_to_left() {
        put("readingProgression", "rtl".into());
    }
    let mut publication = json!({ "metadata": metadata, "links": book.files.iter().map(acquisition).collect::<Vec<_>>() });
    if let Some(cover) = &book.cover {
        publication["images"] = json!([{ "href": cover, "type": PICTURE }]);
    }
    publication
}

fn acquisition(file: &Acquisition) -> Value {
    let mut link = json!({ "rel": file.relation(), "href": file.href, "type": file.media });
    if let Some(bytes) = file.bytes.filter(|bytes| *bytes > 0) {
        link["size"] = bytes.into();
    }
    link
}
