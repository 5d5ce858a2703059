//! A PDF as far as a screen reader needs it: the text of each marked-content sequence, the pages' labels, the places of
//! names. It shares no code with the writer.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// A finished file, read.
pub struct File {
    pub doc: Document,
    pub pages: Vec<Page>,
    /// The label of the page where each named destination lies.
    pub places: BTreeMap<Vec<u8>, String>,
}

/// A page.
pub struct Page {
    pub id: ObjectId,
    pub label: String,
    /// Text by the ids of marked content.
    pub texts: BTreeMap<i64, String>,
    /// Text that is neither content of an element nor an artifact.
    pub unmarked: String,
}

impl File {
    pub fn read(bytes: &[u8]) -> File {
        let doc = Document::load_mem(bytes).expect("a PDF");
        let ids: Vec<ObjectId> = doc.get_pages().values().copied().collect();
        let labels = labels(&doc, ids.len());
        let pages = ids.into_iter().zip(labels).map(|(id, label)| page(&doc, id, label)).collect();
        let mut file = File { doc, pages, places: BTreeMap::new() };
        let mut places = BTreeMap::new();
        if let Some(names) = file.catalog().get(b"Names").ok().map(|names| file.dict(names)) {
            entries(&file.doc, names.get(b"Dests").expect("destinations"), b"Names", &mut |key, value| {
                let place = file.doc.dereference(value).expect("a place").1.as_array().expect("an array").clone();
                let page = place[0].as_reference().expect("a page");
                places.insert(key.as_str().expect("a name").to_vec(), file.label(page));
            });
        }
        file.places = places;
        file
    }

    pub fn catalog(&self) -> &Dictionary {
        self.doc.catalog().expect("a catalog")
    }

    /// A dictionary, wherever it stands.
    pub fn dict<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        self.doc.dereference(object).expect("an object").1.as_dict().expect("a dictionary")
    }

    pub fn page(&self, id: ObjectId) -> usize {
        self.pages.iter().position(|page| page.id == id).expect("a page of the file")
    }

    pub fn label(&self, id: ObjectId) -> String {
        self.pages[self.page(id)].label.clone()
    }
}

/// Visits the entries of a name tree or a number tree.
fn entries(doc: &Document, node: &Object, list: &[u8], visit: &mut dyn FnMut(&Object, &Object)) {
    let node = doc.dereference(node).expect("a node").1.as_dict().expect("a dictionary");
    let listed = |key: &[u8]| node.get(key).and_then(|list| doc.dereference(list)).ok().and_then(|(_, list)| list.as_array().ok());
    for kid in listed(b"Kids").into_iter().flatten() {
        entries(doc, kid, list, visit);
    }
    for pair in listed(list).map_or(&[][..], Vec::as_slice).as_chunks::<2>().0 {
        visit(&pair[0], &pair[1]);
    }
}

/// A text string, in UTF-16 or plain.
pub fn text(object: &Object) -> String {
    let bytes = object.as_str().expect("a string");
    match bytes.strip_prefix(&[0xFE, 0xFF]) {
        Some(units) => String::from_utf16_lossy(&units.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect::<Vec<_>>()),
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The labels of all pages (ISO 32000-1, 12.4.2), as far as this project writes them.
fn labels(doc: &Document, count: usize) -> Vec<String> {
    let mut ranges: Vec<(i64, Dictionary)> = Vec::new();
    entries(doc, doc.catalog().expect("a catalog").get(b"PageLabels").expect("labels"), b"Nums", &mut |page, style| {
        let style = doc.dereference(style).expect("a style").1.as_dict().expect("a style");
        ranges.push((page.as_i64().expect("a number"), style.clone()));
    });
    let mut labels = Vec::new();
    for (at, range) in ranges.iter().enumerate() {
        let end = ranges.get(at + 1).map_or(count as i64, |next| next.0);
        let style = &range.1;
        let first = style.get(b"St").and_then(Object::as_i64).unwrap_or(1);
        let prefix = style.get(b"P").map(text).unwrap_or_default();
        for offset in 0..end - range.0 {
            labels.push(match style.get(b"S").and_then(Object::as_name) {
                Ok(b"r") => prefix.clone() + &roman(first + offset),
                Ok(b"D") => format!("{prefix}{}", first + offset),
                _ => prefix.clone(),
            });
        }
    }
    labels
}

fn roman(mut number: i64) -> String {
    let signs = [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];
    let mut out = String::new();
    for (value, sign) in signs {
        while number >= value {
            out.push_str(sign);
            number -= value;
        }
    }
    out
}

/// What a marked-content sequence is.
enum Marked {
    Content(i64),
    Artifact,
    /// The text that stands for all glyphs in it.
    Said,
    Other,
}

fn page(doc: &Document, id: ObjectId, label: String) -> Page {
    let fonts: BTreeMap<Vec<u8>, BTreeMap<u16, String>> =
        doc.get_page_fonts(id).expect("fonts").into_iter().map(|(name, font)| (name, to_unicode(doc, font))).collect();
    let mut page = Page { id, label, texts: BTreeMap::new(), unmarked: String::new() };
    let mut open: Vec<Marked> = Vec::new();
    let mut font = None;
    let content = Content::decode(&doc.get_page_content(id)).expect("a content stream");
    for operation in content.operations {
        let operands = &operation.operands;
        match operation.operator.as_str() {
            "BDC" | "BMC" => {
                let properties = operands.get(1).and_then(|p| p.as_dict().ok());
                let kind = match (operands[0].as_name(), properties) {
                    (Ok(b"Artifact"), _) => Marked::Artifact,
                    (_, Some(p)) if p.has(b"MCID") => Marked::Content(p.get(b"MCID").and_then(Object::as_i64).expect("a number")),
                    (_, Some(p)) if p.has(b"ActualText") => {
                        page.say(&open, &text(p.get(b"ActualText").expect("a text")));
                        Marked::Said
                    }
                    _ => Marked::Other,
                };
                if let Marked::Content(number) = kind {
                    assert!(page.texts.insert(number, String::new()).is_none(), "two sequences have the id {number}");
                }
                open.push(kind);
            }
            "EMC" => drop(open.pop().expect("a sequence to end")),
            "Tf" => font = fonts.get(operands[0].as_name().expect("a font's name")),
            "Tj" | "TJ" => {
                let shown = operands[0].as_array().map_or_else(|_| vec![operands[0].clone()], Clone::clone);
                let codes = shown.iter().filter_map(|part| part.as_str().ok()).flat_map(|bytes| bytes.as_chunks::<2>().0);
                let said: String = codes.map(|code| font.and_then(|font| font.get(&u16::from_be_bytes(*code))).map_or("\u{FFFD}", String::as_str)).collect();
                page.say(&open, &said);
            }
            _ => {}
        }
    }
    page
}

impl Page {
    fn say(&mut self, open: &[Marked], said: &str) {
        if open.iter().any(|marked| matches!(marked, Marked::Artifact | Marked::Said)) {
            return;
        }
        match open.iter().rev().find_map(|marked| if let Marked::Content(number) = marked { Some(*number) } else { None }) {
            Some(number) => self.texts.entry(number).or_default().push_str(said),
            None => self.unmarked.push_str(said),
        }
    }
}

/// The texts of a font's codes.
fn to_unicode(doc: &Document, font: &Dictionary) -> BTreeMap<u16, String> {
    let map = font.get(b"ToUnicode").and_then(|map| doc.dereference(map)).expect("a map").1.as_stream().expect("a stream");
    let map = map.decompressed_content().expect("compressed as usual");
    let map = String::from_utf8_lossy(&map);
    let hex = |text: &str| -> Vec<u16> {
        text.as_bytes().as_chunks::<4>().0.iter().filter_map(|four| u16::from_str_radix(std::str::from_utf8(four).ok()?, 16).ok()).collect()
    };
    let mut texts = BTreeMap::new();
    for block in map.split("beginbfchar").skip(1) {
        for line in block.split("endbfchar").next().unwrap_or("").lines() {
            let parts: Vec<&str> = line.split(['<', '>']).collect();
            if let [_, code, _, text, _] = parts.as_slice() {
                texts.insert(hex(code)[0], String::from_utf16_lossy(&hex(text)));
            }
        }
    }
    texts
}
