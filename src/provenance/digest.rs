//! Digests, and sums of parts that cannot run into each other.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digested {
    /// All of it.
    pub bytes: Vec<u8>,
    /// Its digest.
    pub sha256: Digest,
}

/// The beginning of a file that many files share, taken into their digests once.
#[derive(Clone)]
pub struct Beginning {
    sum: Sha256,
    length: usize,
}

impl Beginning {
    /// Of these bytes.
    pub fn new(bytes: &[u8]) -> Beginning {
        Beginning { sum: Sha256::new_with_prefix(bytes), length: bytes.len() }
    }

    /// Digest of bytes that begin so.
    pub fn digest(&self, bytes: &[u8]) -> Digest {
        let mut sum = self.sum.clone();
        sum.update(bytes.get(self.length..).unwrap_or_default());
        Digest(sum.finalize().into())
    }

    /// A file that begins so.
    pub fn file(&self, bytes: Vec<u8>) -> Digested {
        Digested { sha256: self.digest(&bytes), bytes }
    }
}

impl fmt::Debug for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Beginning({} bytes)", self.length)
    }
}

/// In hexadecimal.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        text
    })
}

/// A digest in the making. Every part goes in with its length, so that no two lists of parts give the same.
#[derive(Clone)]
pub struct Sum(Sha256);

impl Sum {
    /// Begins; `what` keeps sums of different kinds apart.
    pub fn of(what: &str) -> Sum {
        let mut sum = Sum(Sha256::new());
        sum.part(what.as_bytes());
        sum
    }

    /// Adds some bytes.
    pub fn part(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    /// Adds a digest.
    pub fn digest(&mut self, digest: Digest) {
        self.0.update(digest.0);
    }

    /// Adds a list of digests with its length.
    pub fn list(&mut self, digests: &[Digest]) {
        self.number(digests.len() as u64);
        digests.iter().for_each(|digest| self.digest(*digest));
    }

    /// The digest.
    pub fn end(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sum")
    }
}
