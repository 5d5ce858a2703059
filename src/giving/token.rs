//! The address of a reader: a token that nobody can guess, made with a key from the book and from who the reader is.
//!
//! HMAC-SHA-256, of which 160 bits are kept, in base32: short enough for a letter, and no letters and digits that look alike in any case. The
//! same key, book and reader always give the same token, so nothing has to be remembered, and an address outlives an edition.

use data_encoding::BASE32_NOPAD;
use ed25519_compact::Seed;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::diag::{Code, Diagnostic};
use crate::provenance::digest::hex;
use crate::provenance::seal::unhex;

/// What a key's file begins with.
const KEY: &str = "handbook-links-key-1 ";

/// Bytes of a token.
const BYTES: usize = 20;

/// Letters of a token.
pub const LETTERS: usize = 32;

/// The key that addresses are made with, and nothing else.
#[derive(Clone)]
pub struct LinksKey([u8; 32]);

impl std::fmt::Debug for LinksKey {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinksKey")
    }
}

impl LinksKey {
    /// A new key from the system's source of randomness.
    pub fn generate() -> LinksKey {
        LinksKey(*Seed::generate())
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<LinksKey, String> {
        let bytes = unhex(text.trim().strip_prefix(KEY).ok_or("it does not begin as one does")?)?;
        bytes.try_into().map(LinksKey).map_err(|_| "the key has the wrong length".to_string())
    }

    /// The key file's text.
    pub fn text(&self) -> String {
        format!("{KEY}{}\n", hex(&self.0))
    }

    /// The token of a reader of a book. `identity` is the reader's id, else the e-mail address.
    pub fn token(&self, book: &str, identity: &str) -> String {
        let code = self.code(book, identity).finalize().into_bytes();
        BASE32_NOPAD.encode(code.get(..BYTES).unwrap_or_default()).to_lowercase()
    }

    /// Whether a token is this reader's. How long it takes to say no tells nothing about the right one.
    pub fn is_of(&self, token: &str, book: &str, identity: &str) -> bool {
        let bytes = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).unwrap_or_default();
        bytes.len() == BYTES && self.code(book, identity).verify_truncated_left(&bytes).is_ok()
    }

    fn code(&self, book: &str, identity: &str) -> Hmac<Sha256> {
        // The key is as long as HMAC likes it best, so this cannot fail; any length is taken.
        let mut code = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).unwrap_or_else(|_| KeyInit::new(&Default::default()));
        for part in ["handbook reader's address 1", book, &normal(identity)] {
            code.update(&(part.len() as u64).to_be_bytes());
            code.update(part.as_bytes());
        }
        code
    }
}

/// An address is the same however its letters are written, and ids are rarely told apart by that.
fn normal(identity: &str) -> String {
    identity.trim().to_lowercase()
}

/// What to say of somebody who has no address of their own, because nothing says who they are for good.
pub fn nobody(whom: &str) -> Diagnostic {
    Diagnostic::error(Code::RosterIdentity, format!("{whom} has neither an id nor an e-mail address, of which an address of their own could be made"))
        .hint("add a column `id` with something that stays the same whatever becomes of the name: a number, a user name")
}

/// A reader's page below the base of all.
pub fn page_of(base: &str, token: &str) -> String {
    format!("{}/r/{token}/", base.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LinksKey {
        LinksKey([7; 32])
    }

    #[test]
    fn a_token_is_the_same_for_the_same_and_another_for_any_other() {
        let token = key().token("urn:book", "ada@example.org");
        // As any other program of HMAC-SHA-256 makes it of these parts: addresses that were sent must never change.
        assert_eq!(token, "b4khdzeaxpk6tylbb5j6hw37tjtfcoz7");
        assert_eq!((token.len(), &key().token("urn:book", " Ada@Example.org ")), (LETTERS, &token));
        let others =
            [key().token("urn:book", "bob@example.org"), key().token("urn:other", "ada@example.org"), LinksKey([8; 32]).token("urn:book", "ada@example.org")];
        assert!(others.iter().all(|other| *other != token));
        // Parts that run into each other would give two readers one address.
        assert_ne!(key().token("urn:a", "bc"), key().token("urn:ab", "c"));
    }

    #[test]
    fn only_the_whole_token_is_right() {
        let token = key().token("b", "7");
        assert!(key().is_of(&token, "b", "7") && key().is_of(&token.to_uppercase(), "b", "7"));
        let other = format!("{}{}", if token.starts_with('a') { 'b' } else { 'a' }, &token[1..]);
        for wrong in ["", &token[..16], &token[..31], &format!("{token}a"), &format!("{token}aaaaaaaa"), &other, "../../etc/passwd", "ÄÖ"] {
            assert!(!key().is_of(wrong, "b", "7"), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_read_back_and_no_other_file_is_one() {
        let made = LinksKey::generate();
        assert_eq!(LinksKey::parse(&made.text()).map(|key| key.0), Ok(made.0));
        assert_ne!(made.0, LinksKey::generate().0);
        for wrong in ["", "handbook-secret-key-1 00", "handbook-links-key-1 00", "handbook-links-key-1 xy"] {
            assert!(LinksKey::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(format!("{made:?}"), "LinksKey");
    }
}
