//! Small helpers to make objects of the file.

use std::cell::RefCell;
use std::fmt::Write as _;

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, Document, Object, Stream, StringFormat};
use sha2::{Digest as _, Sha256};

/// Compresses as everything in the file is compressed.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    thread_local!(static BEST: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true)));
    BEST.with_borrow_mut(|encoder| deflate_with(encoder, bytes))
}

/// Compresses quickly: what each of many copies has for itself.
pub(super) fn deflate_own(bytes: &[u8]) -> Vec<u8> {
    thread_local!(static QUICK: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(5), true)));
    QUICK.with_borrow_mut(|encoder| deflate_with(encoder, bytes))
}

/// An encoder has half a megabyte of tables: it is used again and again.
fn deflate_with(encoder: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    encoder.reset();
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    loop {
        let rest = bytes.get(encoder.total_in() as usize..).unwrap_or_default();
        match encoder.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::Ok | Status::BufError) => out.reserve(out.capacity()),
            Ok(Status::StreamEnd) => return out,
            // Compressing has no other errors than a wrong call; should there be one, the stream is longer, but all there.
            Err(_) => return stored(bytes),
        }
    }
}

/// A zlib stream that holds bytes as they are (RFC 1950, and RFC 1951, 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xFF, 0xFF]);
    }
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (low, high) = bytes.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65521;
        (low, (high + low) % 65521)
    });
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// A compressed stream.
pub(super) fn deflated(dict: Dictionary, bytes: &[u8]) -> Stream {
    compressed(dict, deflate(bytes))
}

/// A stream that is compressed when the file is written: until then it can be read as it is.
pub(super) fn plain(dict: Dictionary, bytes: &[u8]) -> Stream {
    Stream::new(dict, bytes.to_vec())
}

/// A stream of bytes that were compressed before.
pub(super) fn compressed(mut dict: Dictionary, bytes: Vec<u8>) -> Stream {
    dict.set("Filter", "FlateDecode");
    Stream::new(dict, bytes)
}

/// Adds an object and refers to it.
pub(super) fn reference(doc: &mut Document, object: impl Into<Object>) -> Object {
    Object::Reference(doc.add_object(object))
}

/// A number; whole ones are written without a point.
pub(super) fn real(value: f64) -> Object {
    if value.fract() == 0.0 && value.abs() < 1e9 { Object::Integer(value as i64) } else { Object::Real(value as f32) }
}

/// An array of numbers.
pub(super) fn reals(values: &[f32]) -> Object {
    Object::Array(values.iter().map(|value| real(f64::from(*value))).collect())
}

/// A text string: ASCII as it is, everything else as UTF-16 (ISO 32000-1, 7.9.2.2).
pub(super) fn text(value: &str) -> Object {
    let plain = value.bytes().all(|b| (b' '..=b'~').contains(&b));
    if plain {
        return Object::String(value.as_bytes().to_vec(), StringFormat::Literal);
    }
    Object::String(utf16(value), StringFormat::Hexadecimal)
}

/// UTF-16, big end first, with its mark.
pub(super) fn utf16(value: &str) -> Vec<u8> {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(value.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}

/// A byte string, for keys that only the file's own references use.
pub(super) fn key(value: &str) -> Object {
    Object::String(value.as_bytes().to_vec(), StringFormat::Literal)
}

/// A SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// As so many capital letters.
    pub fn letters(self, count: usize) -> String {
        self.0.iter().take(count).map(|byte| char::from(b'A' + byte % 26)).collect()
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_stored_or_compressed_is_all_there() -> std::io::Result<()> {
        let all: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(n) >> 3) as u8).collect();
        for length in [0, 1, 65_535, 65_536, 200_000] {
            let bytes = &all[..length];
            for packed in [stored(bytes), deflate(bytes), deflate_own(bytes)] {
                let mut again = Vec::new();
                flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut again)?;
                assert!(again == bytes, "{length} bytes became {}", again.len());
            }
        }
        Ok(())
    }
}
