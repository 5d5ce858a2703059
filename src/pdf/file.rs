//! The last step: a document to bytes, with compressed object streams and an id made from the content.

use lopdf::{Document, SaveOptions};

use crate::diag::{Diagnostic, Diagnostics};

use super::object::{Digest, deflate};

/// Bytes of an entry in the cross-reference stream: its kind, four for an offset, two for an index.
const ENTRY: usize = 7;

/// Writes the document.
///
/// # Errors
/// If lopdf cannot write it, which would be a bug.
pub(super) fn finish(mut doc: Document) -> Result<Vec<u8>, Diagnostics> {
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).max_objects_per_stream(200).compression_level(9).build();
    let mut bytes = Vec::new();
    let written = doc.save_with_options(&mut bytes, options).map_err(|error| error.to_string());
    written.and_then(|()| tail(bytes, &doc).ok_or_else(|| "the cross-reference stream is not where it should be".to_string())).map_err(|why| {
        let mut problems = Diagnostics::new();
        problems.push(Diagnostic::error(format!("the PDF cannot be written: {why}")).hint("please report this as a bug of handbook"));
        problems
    })
}

/// Replaces the plain cross-reference stream that lopdf writes by a compressed one (a tenth of its size), and sets the
/// file's id: a digest of everything before it.
fn tail(mut bytes: Vec<u8>, doc: &Document) -> Option<Vec<u8>> {
    let start = find_last(&bytes, b"startxref")?;
    let number = std::str::from_utf8(bytes.get(start + 9..)?).ok()?.split_whitespace().next()?;
    let at: usize = number.parse().ok()?;
    let length = usize::try_from(doc.trailer.get(b"Length").and_then(lopdf::Object::as_i64).ok()?).ok()?;
    let data = at + find_first(bytes.get(at..)?, b"stream\n")? + 7;
    let rows = deflate(&predicted(bytes.get(data..data + length)?));
    let (root, info) = (reference(doc, b"Root")?, reference(doc, b"Info")?);
    let object = doc.max_id;
    bytes.truncate(at);
    let id = Digest::of(&bytes).half_hex();
    let head = format!(
        "{object} 0 obj\n<</Type/XRef/Size {size}/W[1 4 2]/Root {root}/Info {info}/ID[<{id}><{id}>]/Filter/FlateDecode\
         /DecodeParms<</Predictor 12/Columns {ENTRY}>>/Length {length}/Index[1 {object}]>>stream\n",
        size = object + 1,
        length = rows.len(),
    );
    bytes.extend(head.as_bytes());
    bytes.extend(rows);
    bytes.extend(format!("\nendstream\nendobj\nstartxref\n{at}\n%%EOF\n").as_bytes());
    Some(bytes)
}

/// Each row as its difference from the one above, with PNG's sign for that in front.
fn predicted(rows: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() / ENTRY * (ENTRY + 1));
    let mut above = [0_u8; ENTRY];
    for row in rows.as_chunks::<ENTRY>().0 {
        out.push(2);
        out.extend(row.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(above)));
        above = *row;
    }
    out
}

fn reference(doc: &Document, key: &[u8]) -> Option<String> {
    let (number, generation) = doc.trailer.get(key).and_then(lopdf::Object::as_reference).ok()?;
    Some(format!("{number} {generation} R"))
}

fn find_first(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}
