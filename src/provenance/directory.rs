//! Whether an archive is read alike by whoever reads it: from its first byte, each name once, the same name in front of a
//! file as in the directory.
//!
//! Some programs go by the directory at the end, others by what stands in front of each file; some take the first of two
//! files with one name, others the last. An archive that differs by the reader cannot be vouched for. And what is left of a
//! zip that was cut may end in the directory of a zip that it holds.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use zip::ZipArchive;

/// How an entry of the directory and the head of a file begin (APPNOTE 4.3.12 and 4.3.7).
const ENTRY: &[u8] = b"PK\x01\x02";
const HEAD: &[u8] = b"PK\x03\x04";

/// What stands in the way of trusting an archive's directory.
///
/// # Errors
/// What is wrong with it, for a person.
pub fn sound(bytes: &[u8], archive: &ZipArchive<impl Read + Seek>) -> Result<(), String> {
    if archive.offset() != 0 {
        return Err("the archive does not begin with the file: it is a part of another one, or something was put in front".to_string());
    }
    let mut at = usize::try_from(archive.central_directory_start()).map_err(|_| DAMAGED)?;
    let mut names = BTreeSet::new();
    while bytes.get(at..at + 4) == Some(ENTRY) {
        let name = bytes.get(at + 46..at + 46 + number(bytes, at + 28)?).ok_or(DAMAGED)?;
        if !names.insert(name) {
            return Err(format!("it holds two files `{}`", String::from_utf8_lossy(name)));
        }
        let head = long(bytes, at + 42)?;
        // A place beyond four gigabytes stands elsewhere, in an archive that is as large.
        if head != u32::MAX as usize || bytes.len() <= head {
            let same = bytes.get(head..head + 4) == Some(HEAD) && bytes.get(head + 30..head + 30 + number(bytes, head + 26)?) == Some(name);
            if !same {
                return Err(format!("its directory does not fit `{}`", String::from_utf8_lossy(name)));
            }
        }
        at += 46 + name.len() + number(bytes, at + 30)? + number(bytes, at + 32)?;
    }
    if names.len() == archive.len() { Ok(()) } else { Err(DAMAGED.to_string()) }
}

const DAMAGED: &str = "its directory is damaged";

/// A number of two bytes.
fn number(bytes: &[u8], at: usize) -> Result<usize, String> {
    let bytes: Option<[u8; 2]> = bytes.get(at..at + 2).and_then(|two| two.try_into().ok());
    bytes.map(|two| usize::from(u16::from_le_bytes(two))).ok_or_else(|| DAMAGED.to_string())
}

/// A number of four bytes.
fn long(bytes: &[u8], at: usize) -> Result<usize, String> {
    let bytes: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    bytes.map(|four| u32::from_le_bytes(four) as usize).ok_or_else(|| DAMAGED.to_string())
}
