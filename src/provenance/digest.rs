//! Digests, and sums of parts that cannot run into each other.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Of all that a reader gives, which is never held as a whole, and how many bytes that was.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn of_reader(reader: &mut impl Read) -> io::Result<(Digest, u64)> {
        let mut sum = Sha256::new();
        let (mut count, mut piece) = (0, vec![0; 1 << 16]);
        loop {
            let length = match reader.read(&mut piece) {
                Ok(0) => return Ok((Digest(sum.finalize().into()), count)),
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            sum.update(piece.get(..length).unwrap_or_default());
            count += length as u64;
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A finished file: bytes that it may share with others, then its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digested {
    beginning: Arc<Vec<u8>>,
    own: Vec<u8>,
    /// Its digest.
    pub sha256: Digest,
}

impl Digested {
    /// A file that shares nothing.
    pub fn whole(bytes: Vec<u8>) -> Digested {
        Beginning::default().file(bytes)
    }

    /// Its bytes, in the two parts that follow each other.
    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.beginning, &self.own]
    }

    /// The same two parts to be kept: the first is shared with all files that begin so, and not copied.
    pub fn into_parts(self) -> (Arc<Vec<u8>>, Vec<u8>) {
        (self.beginning, self.own)
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.parts().iter().map(|part| part.len() as u64).sum()
    }

    /// All its bytes in one piece.
    pub fn bytes(&self) -> Vec<u8> {
        self.parts().concat()
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        self.parts().into_iter().try_for_each(|part| out.write_all(part))
    }
}

/// The beginning of a file that many files share, taken into their digests once.
#[derive(Clone, Default)]
pub struct Beginning {
    bytes: Arc<Vec<u8>>,
    sum: Sha256,
}

impl Beginning {
    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Of these bytes.
    pub fn new(bytes: Vec<u8>) -> Beginning {
        Beginning { sum: Sha256::new_with_prefix(&bytes), bytes: Arc::new(bytes) }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Digest of a file that begins so and goes on so.
    pub fn digest(&self, own: &[u8]) -> Digest {
        let mut sum = self.sum.clone();
        sum.update(own);
        Digest(sum.finalize().into())
    }

    /// A file that begins so and goes on so.
    pub fn file(&self, own: Vec<u8>) -> Digested {
        Digested { sha256: self.digest(&own), beginning: self.bytes.clone(), own }
    }
}

impl fmt::Debug for Beginning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Beginning({} bytes)", self.bytes.len())
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
