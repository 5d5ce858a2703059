//! Keys of machines that ask for copies: `Authorization: Bearer KEY`.

use ed25519_compact::Seed;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Letters that a key has at least: what is shorter can be guessed.
const LEAST: usize = 24;

/// The keys of a service. Only codes of them are held, with a secret of this run: comparing two takes the same time wherever they differ.
#[derive(Clone, Debug, Default)]
pub struct ApiKeys {
    secret: [u8; 32],
    codes: Vec<[u8; 32]>,
}

impl ApiKeys {
    /// Reads a file with a key on each line; lines that are empty or begin with `#` do not count.
    ///
    /// # Errors
    /// What is wrong, and in which line.
    pub fn parse(text: &str) -> Result<ApiKeys, (u32, String)> {
        let mut keys = ApiKeys { secret: *Seed::generate(), codes: Vec::new() };
        for (number, line) in (1..).zip(text.lines()).map(|(number, line)| (number, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.len() < LEAST || !line.bytes().all(|b| b.is_ascii_graphic()) {
                return Err((number, format!("a key has {LEAST} letters, digits and signs or more, and nothing else stands in its line")));
            }
            let code = keys.code(line).finalize().into_bytes().into();
            keys.codes.push(code);
        }
        if keys.codes.is_empty() { Err((0, "it has no key".to_string())) } else { Ok(keys) }
    }

    /// Whether this is one of the keys.
    pub fn has(&self, key: &str) -> bool {
        // All are compared, so that the time tells nothing of which it was.
        self.codes.iter().fold(false, |known, code| known | self.code(key).verify_slice(code).is_ok())
    }

    fn code(&self, key: &str) -> Hmac<Sha256> {
        let mut code = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.secret).unwrap_or_else(|_| KeyInit::new(&Default::default()));
        code.update(key.as_bytes());
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keys_are_known() {
        let keys = ApiKeys::parse("# staging\nabcdefghijklmnopqrstuvwxyz\n\n0123456789012345678901234567\n").unwrap_or_default();
        assert!(keys.has("abcdefghijklmnopqrstuvwxyz") && keys.has("0123456789012345678901234567"));
        assert!(!keys.has("") && !keys.has("abcdefghijklmnopqrstuvwxy") && !keys.has("# staging"));
        assert_eq!(ApiKeys::parse("short\n").err().map(|(line, _)| line), Some(1));
        assert!(ApiKeys::parse("# none\n").is_err() && ApiKeys::parse("a key with blanks in it, long enough").is_err());
    }
}
