//! Seals: who made a copy, by ed25519. The key that a seal is held against always comes from outside the file.

use ed25519_compact::{KeyPair, PublicKey, SecretKey, Seed, Signature};

use super::Statement;
use super::digest::hex;

const SECRET: &str = "handbook-secret-key-1 ";
const PUBLIC: &str = "handbook-public-key-1 ";

/// A secret key, which seals copies.
#[derive(Clone)]
pub struct Sealer(KeyPair);

impl std::fmt::Debug for Sealer {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({})", hex(self.0.pk.as_ref()))
    }
}

impl Sealer {
    /// A new key from the system's source of randomness. Nothing that goes into a book is random but this.
    pub fn generate() -> Sealer {
        Sealer(KeyPair::from_seed(Seed::generate()))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Sealer, String> {
        let bytes = unhex(text.trim().strip_prefix(SECRET).ok_or("it is not a secret key of handbook")?)?;
        let seed = Seed::from_slice(&bytes).map_err(|_| "the key has the wrong length")?;
        Ok(Sealer(KeyPair::from_seed(seed)))
    }

    /// The key file's text.
    pub fn secret_text(&self) -> String {
        let secret: &SecretKey = &self.0.sk;
        format!("{SECRET}{}\n", hex(secret.seed().as_ref()))
    }

    /// The text of the file that may be given to anybody.
    pub fn public_text(&self) -> String {
        format!("{PUBLIC}{}\n", hex(self.0.pk.as_ref()))
    }

    /// A seal over a statement, in hexadecimal. The same statement gives the same seal.
    pub fn seal(&self, statement: &Statement) -> String {
        hex(self.0.sk.sign(statement.bytes(), None).as_ref())
    }
}

/// A public key, which seals are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness(PublicKey);

impl Witness {
    /// Reads a public key file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Witness, String> {
        let text = text.trim();
        if text.starts_with(SECRET) {
            return Err("it is the secret key: keep it, and give the public one".to_string());
        }
        let bytes = unhex(text.strip_prefix(PUBLIC).ok_or("it is not a public key of handbook")?)?;
        PublicKey::from_slice(&bytes).map(Witness).map_err(|_| "the key has the wrong length".to_string())
    }

    /// Whether the seal is this key's over this statement.
    pub fn confirms(&self, statement: &Statement, seal: &str) -> bool {
        let signature = unhex(seal).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|signature| self.0.verify(statement.bytes(), &signature).is_ok())
    }
}

pub(crate) fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digits: Option<Vec<u32>> = text.trim().chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|d| d.len().is_multiple_of(2)).ok_or("it is not hexadecimal")?;
    Ok(digits.chunks(2).map(|pair| pair.iter().fold(0u8, |byte, digit| byte << 4 | *digit as u8)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_statement_and_key_only() -> Result<(), String> {
        let (own, other) = (Sealer::generate(), Sealer::generate());
        let statement = Statement { edition: "e".into(), copy: Some(7), reader: Some("Ada".into()), stage: None, content: "c".into() };
        let seal = Sealer::parse(&own.secret_text())?.seal(&statement);
        assert!(Witness::parse(&own.public_text())?.confirms(&statement, &seal));
        assert!(!Witness::parse(&other.public_text())?.confirms(&statement, &seal));
        let changed = Statement { reader: Some("Bob".into()), ..statement.clone() };
        assert!(!Witness::parse(&own.public_text())?.confirms(&changed, &seal));
        assert!(!Witness::parse(&own.public_text())?.confirms(&statement, "00"));
        assert!(Witness::parse(&own.secret_text()).is_err());
        Ok(())
    }
}
