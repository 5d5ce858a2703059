//! The file's bytes: objects one after the other, small ones packed into streams, cross-references, an id made from the content.
//!
//! What copies share is written once ([`Shared`]); each copy begins with these bytes and goes on with its own.

use lopdf::{Document, Object, ObjectId, dictionary};

use crate::provenance::digest::{Beginning, Digested};

use super::object::{compressed, deflate, deflate_own, hex};
use super::sheets::Pack;
use super::syntax;

/// Objects that are packed into one stream.
const PACK: usize = 200;

/// Bytes of an entry in the cross-reference stream: its kind, four for an offset, two for an index.
const ENTRY: usize = 7;

/// PDF 1.7; the second line tells programs that the file is not text.
const HEAD: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

/// A row of the cross-reference stream (ISO 32000-1, 7.5.8.3): of an object that is nowhere, stands at an offset, or in a stream.
type Row = [u8; ENTRY];

/// A file as far as it is written.
#[derive(Clone, Debug)]
struct Written {
    bytes: Vec<u8>,
    /// By object number, from 1.
    rows: Vec<Row>,
}

/// What copies share of their files.
#[derive(Debug)]
pub(super) struct Shared {
    written: Written,
    beginning: Beginning,
}

impl Shared {
    /// Writes the objects that copies share. The numbers of their own must have been given out before, except those that
    /// nothing shared refers to.
    pub fn write(doc: &Document) -> Shared {
        let mut written = Written { bytes: HEAD.to_vec(), rows: Vec::new() };
        written.objects(doc, deflate);
        let beginning = Beginning::new(&written.bytes);
        Shared { written, beginning }
    }

    /// Numbers below this one are given out.
    pub fn next_number(&self) -> u32 {
        self.written.rows.len() as u32 + 1
    }

    /// The file of a copy from its own objects.
    pub fn finish(&self, own: Document, root: ObjectId, info: ObjectId) -> Digested {
        let mut bytes = Vec::with_capacity(self.written.bytes.len() + (128 << 10));
        bytes.extend_from_slice(&self.written.bytes);
        let mut written = Written { bytes, rows: self.written.rows.clone() };
        written.objects(&own, deflate_own);
        let id = hex(&self.beginning.digest(&written.bytes).bytes()[..16]);
        self.beginning.file(written.end(&id, root, info))
    }
}

impl Written {
    /// Writes objects in the order of their numbers, small ones packed together.
    fn objects(&mut self, doc: &Document, pack_up: Pack) {
        let mut next = doc.max_id.max(self.rows.len() as u32) + 1;
        let mut pack = Vec::with_capacity(PACK);
        for (id, object) in &doc.objects {
            match object {
                Object::Stream(_) => self.stream(*id, object),
                object => pack.push((*id, object)),
            }
            if pack.len() == PACK {
                self.packed(&mut pack, &mut next, pack_up);
            }
        }
        self.packed(&mut pack, &mut next, pack_up);
        self.rows.resize((next - 1) as usize, Row::default());
    }

    fn set(&mut self, number: u32, row: Row) {
        let index = number.saturating_sub(1) as usize;
        if self.rows.len() <= index {
            self.rows.resize(index + 1, Row::default());
        }
        self.rows[index] = row;
    }

    fn stream(&mut self, id: ObjectId, stream: &Object) {
        self.set(id.0, row(1, self.bytes.len() as u32, 0));
        self.bytes.extend_from_slice(format!("{} 0 obj\n", id.0).as_bytes());
        syntax::write(&mut self.bytes, stream);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// An object stream (ISO 32000-1, 7.5.7).
    fn packed(&mut self, pack: &mut Vec<(ObjectId, &Object)>, next: &mut u32, pack_up: Pack) {
        if pack.is_empty() {
            return;
        }
        let container = *next;
        *next += 1;
        let (mut head, mut body) = (String::new(), Vec::new());
        let count = pack.len();
        for (index, (id, object)) in pack.drain(..).enumerate() {
            self.set(id.0, row(2, container, index as u16));
            head.push_str(&format!("{} {} ", id.0, body.len()));
            syntax::write(&mut body, object);
            body.push(b'\n');
        }
        let dict = dictionary! { "Type" => "ObjStm", "N" => count as i64, "First" => head.len() as i64 };
        let stream = compressed(dict, pack_up(&[head.into_bytes(), body].concat()));
        self.stream((container, 0), &Object::Stream(stream));
    }

    /// Ends the file with its cross-reference stream.
    fn end(mut self, id: &str, root: ObjectId, info: ObjectId) -> Vec<u8> {
        let at = self.bytes.len();
        let number = self.rows.len() as u32 + 1;
        self.set(number, row(1, at as u32, 0));
        let rows = deflate_own(&predicted(&self.rows));
        let head = format!(
            "{number} 0 obj\n<</Type/XRef/Size {size}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R/ID[<{id}><{id}>]/Filter/FlateDecode\
             /DecodeParms<</Predictor 12/Columns {ENTRY}>>/Length {length}/Index[1 {number}]>>stream\n",
            size = number + 1,
            root = root.0,
            info = info.0,
            length = rows.len(),
        );
        self.bytes.extend(head.as_bytes());
        self.bytes.extend(rows);
        self.bytes.extend(format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes());
        self.bytes
    }
}

fn row(kind: u8, field: u32, index: u16) -> Row {
    let ([a, b, c, d], [e, f]) = (field.to_be_bytes(), index.to_be_bytes());
    [kind, a, b, c, d, e, f]
}

/// Each row as its difference from the one above, with PNG's sign for that in front.
fn predicted(rows: &[Row]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * (ENTRY + 1));
    let mut above = Row::default();
    for row in rows {
        out.push(2);
        out.extend(row.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(above)));
        above = *row;
    }
    out
}
