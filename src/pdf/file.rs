//! The file's bytes: objects one after the other, small ones packed into streams, cross-references, an id made from the content.
//!
//! What copies share is written once ([`Shared`]), with its cross-references. Each copy begins with these bytes and goes on
//! with its own objects and cross-references to these, as an update of a file does (ISO 32000-1, 7.5.6).

use std::collections::BTreeMap;

use lopdf::{Document, Object, ObjectId, Stream, dictionary};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::provenance::digest::{Beginning, Digested};

use super::object::{compressed, deflate, deflate_own, hex};
use super::profile::HEAD;
use super::sheets::Pack;
use super::syntax;

/// Objects that are packed into one stream.
const PACK: usize = 200;

/// Bytes of an entry in the cross-reference stream: its kind, four for an offset, two for an index.
const ENTRY: usize = 7;

/// A row of the cross-reference stream (ISO 32000-1, 7.5.8.3): of an object that is nowhere, stands at an offset, or in a stream.
type Row = [u8; ENTRY];

/// A file's trailer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trailer {
    /// The catalog.
    pub root: ObjectId,
    /// The document information.
    pub info: ObjectId,
}

/// What copies share of their files.
#[derive(Debug)]
pub(super) struct Shared {
    beginning: Beginning,
    /// Where its cross-references are.
    references: usize,
    /// The lowest number that is not given out.
    next: u32,
}

impl Shared {
    /// Its length in bytes.
    pub fn size(&self) -> usize {
        self.beginning.len()
    }

    /// Writes the objects that copies share. The numbers of their own must have been given out before, except those that
    /// nothing shared refers to.
    ///
    /// # Errors
    /// When the file would be too long.
    pub fn write(doc: &Document, trailer: Trailer) -> Result<Shared, Diagnostics> {
        let mut written = Written { before: 0, bytes: HEAD.to_vec(), rows: BTreeMap::new(), next: doc.max_id + 1 };
        written.objects(doc, deflate);
        // Numbers that only copies write are free so far.
        for number in 1..written.next {
            written.rows.entry(number).or_default();
        }
        let references = written.length();
        written.references(trailer, "", deflate);
        fits(written.length())?;
        Ok(Shared { beginning: Beginning::new(written.bytes), references, next: written.next })
    }

    /// Numbers below this one are given out.
    pub fn next_number(&self) -> u32 {
        self.next
    }

    /// The file of a copy from its own objects.
    ///
    /// # Errors
    /// When it would be too long.
    pub fn finish(&self, own: &Document, trailer: Trailer) -> Result<Digested, Diagnostics> {
        let next = self.next.max(own.max_id + 1);
        let mut written = Written { before: self.beginning.bytes().len(), bytes: Vec::with_capacity(64 << 10), rows: BTreeMap::new(), next };
        written.objects(own, deflate_own);
        let id = hex(&self.beginning.digest(&written.bytes).bytes()[..16]);
        let at = written.length();
        written.references(trailer, &format!("/Prev {}/ID[<{id}><{id}>]", self.references), deflate_own);
        written.bytes.extend(format!("startxref\n{at}\n%%EOF\n").as_bytes());
        fits(written.length())?;
        Ok(self.beginning.file(written.bytes))
    }
}

/// Whether every place in a file of so many bytes can be written in its cross-references.
fn fits(length: usize) -> Result<(), Diagnostics> {
    if u32::try_from(length).is_ok() {
        return Ok(());
    }
    let mut problems = Diagnostics::new();
    let problem =
        Diagnostic::error(Code::FileTooLarge, format!("the PDF would have {length} bytes, and four gigabytes are the most that its places can count"));
    problems.push(problem.hint("make its pictures smaller, or more books of it"));
    Err(problems)
}

/// A part of a file as far as it is written.
#[derive(Debug)]
struct Written {
    /// How long the parts before it are.
    before: usize,
    bytes: Vec<u8>,
    /// By object number.
    rows: BTreeMap<u32, Row>,
    /// The lowest number that is not given out.
    next: u32,
}

impl Written {
    /// Writes objects in the order of their numbers, small ones packed together, streams compressed that are not yet.
    fn objects(&mut self, doc: &Document, pack_up: Pack) {
        let mut pack = Vec::with_capacity(PACK);
        for (id, object) in &doc.objects {
            match object {
                Object::Stream(stream) if is_plain(stream) => self.stream(*id, &Object::Stream(compressed(stream.dict.clone(), pack_up(&stream.content)))),
                Object::Stream(_) => self.stream(*id, object),
                object => pack.push((*id, object)),
            }
            if pack.len() == PACK {
                self.packed(&mut pack, pack_up);
            }
        }
        self.packed(&mut pack, pack_up);
    }

    fn length(&self) -> usize {
        self.before + self.bytes.len()
    }

    /// Where the next object begins. Of a file that is too long nobody reads it.
    fn place(&self) -> u32 {
        u32::try_from(self.length()).unwrap_or(u32::MAX)
    }

    fn new_number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    fn stream(&mut self, id: ObjectId, stream: &Object) {
        self.rows.insert(id.0, row(1, self.place(), 0));
        self.bytes.extend_from_slice(format!("{} 0 obj\n", id.0).as_bytes());
        syntax::write(&mut self.bytes, stream);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// An object stream (ISO 32000-1, 7.5.7).
    fn packed(&mut self, pack: &mut Vec<(ObjectId, &Object)>, pack_up: Pack) {
        if pack.is_empty() {
            return;
        }
        let container = self.new_number();
        let (mut head, mut body) = (String::new(), Vec::new());
        let count = pack.len();
        for (index, (id, object)) in pack.drain(..).enumerate() {
            self.rows.insert(id.0, row(2, container, index as u16));
            head.push_str(&format!("{} {} ", id.0, body.len()));
            syntax::write(&mut body, object);
            body.push(b'\n');
        }
        let dict = dictionary! { "Type" => "ObjStm", "N" => count as i64, "First" => head.len() as i64 };
        let stream = compressed(dict, pack_up(&[head.into_bytes(), body].concat()));
        self.stream((container, 0), &Object::Stream(stream));
    }

    /// Writes the cross-reference stream (ISO 32000-1, 7.5.8) of what was written, itself included, with some more entries.
    fn references(&mut self, trailer: Trailer, more: &str, pack_up: Pack) {
        let number = self.new_number();
        self.rows.insert(number, row(1, self.place(), 0));
        let runs: Vec<String> = runs(self.rows.keys().copied()).into_iter().map(|(first, count)| format!("{first} {count}")).collect();
        let rows = pack_up(&predicted(self.rows.values()));
        let head = format!(
            "{number} 0 obj\n<</Type/XRef/Size {size}/W[1 4 2]/Root {root} 0 R/Info {info} 0 R{more}/Filter/FlateDecode\
             /DecodeParms<</Predictor 12/Columns {ENTRY}>>/Length {length}/Index[{runs}]>>stream\n",
            size = self.next,
            root = trailer.root.0,
            info = trailer.info.0,
            length = rows.len(),
            runs = runs.join(" "),
        );
        self.bytes.extend(head.as_bytes());
        self.bytes.extend(rows);
        self.bytes.extend(b"\nendstream\nendobj\n");
    }
}

/// Whether a stream is still to be compressed. Metadata never is.
fn is_plain(stream: &Stream) -> bool {
    !stream.dict.has(b"Filter") && !stream.dict.has_type(b"Metadata")
}

/// Ascending numbers as runs: the first of each, and how many.
fn runs(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == number => *count += 1,
            _ => runs.push((number, 1)),
        }
    }
    runs
}

fn row(kind: u8, field: u32, index: u16) -> Row {
    let ([a, b, c, d], [e, f]) = (field.to_be_bytes(), index.to_be_bytes());
    [kind, a, b, c, d, e, f]
}

/// Each row as its difference from the one above, with PNG's sign for that in front.
fn predicted<'r>(rows: impl ExactSizeIterator<Item = &'r Row>) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * (ENTRY + 1));
    let mut above = Row::default();
    for row in rows {
        out.push(2);
        out.extend(row.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(above)));
        above = *row;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_its_places_cannot_count_is_refused() {
        assert!(fits(u32::MAX as usize).is_ok());
        let told = fits(u32::MAX as usize + 1).expect_err("too long").iter().map(ToString::to_string).collect::<String>();
        assert!(told.contains("4294967296 bytes"), "{told}");
    }
}
