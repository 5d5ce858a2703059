//! Whether an archive is read alike by whoever reads it: from its first byte, each name once, the same name in front of a
//! file as in the directory.
//!
//! Some programs go by the directory at the end, others by what stands in front of each file; some take the first of two
//! files with one name, others the last. An archive that differs by the reader cannot be vouched for. And what is left of a
//! zip that was cut may end in the directory of a zip that it holds.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

/// How an entry of the directory and the head of a file begin (APPNOTE 4.3.12 and 4.3.7).
const ENTRY: &[u8] = b"PK\x01\x02";
const HEAD: &[u8] = b"PK\x03\x04";

/// What stands in the way of trusting the directory of an archive that says to begin at `offset`, its directory at `start`, and to hold
/// so many files. Of the archive only the directory and the heads of its files are read.
///
/// # Errors
/// What is wrong with it, for a person.
pub fn sound(bytes: &mut (impl Read + Seek), offset: u64, start: u64, files: usize) -> Result<(), String> {
    if offset != 0 {
        return Err("the archive does not begin with the file: it is a part of another one, or something was put in front".to_string());
    }
    let length = bytes.seek(SeekFrom::End(0)).map_err(damaged)?;
    let mut at = start;
    let mut names = BTreeSet::new();
    while let Some(entry) = part(bytes, at, 46).filter(|entry| entry.starts_with(ENTRY)) {
        let name = part(bytes, at + 46, number(&entry, 28)).ok_or(DAMAGED)?;
        let head = long(&entry, 42);
        // A place beyond four gigabytes stands elsewhere, in an archive that is as large.
        if head != u64::from(u32::MAX) || length <= head {
            let found = part(bytes, head, 30).filter(|found| found.starts_with(HEAD));
            let same = found.and_then(|found| part(bytes, head + 30, number(&found, 26))).is_some_and(|found| found == name);
            if !same {
                return Err(format!("its directory does not fit `{}`", String::from_utf8_lossy(&name)));
            }
        }
        at += 46 + name.len() as u64 + number(&entry, 30) as u64 + number(&entry, 32) as u64;
        if names.contains(&name) {
            return Err(format!("it holds two files `{}`", String::from_utf8_lossy(&name)));
        }
        names.insert(name);
    }
    if names.len() == files { Ok(()) } else { Err(DAMAGED.to_string()) }
}

const DAMAGED: &str = "its directory is damaged";

fn damaged(_: io::Error) -> String {
    DAMAGED.to_string()
}

/// So many bytes from a place on, if they are there.
fn part(bytes: &mut (impl Read + Seek), at: u64, length: usize) -> Option<Vec<u8>> {
    bytes.seek(SeekFrom::Start(at)).ok()?;
    let mut part = vec![0; length];
    bytes.read_exact(&mut part).ok()?;
    Some(part)
}

/// A number of two bytes; the part it is read from is long enough.
fn number(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, |two| usize::from(u16::from_le_bytes(two)))
}

/// A number of four bytes, likewise.
fn long(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, |four| u64::from(u32::from_le_bytes(four)))
}
