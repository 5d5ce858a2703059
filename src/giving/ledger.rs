//! The ledger of letters: what became of each, by campaign and reader, so that nobody gets a letter twice and nobody is forgotten.
//!
//! A line is written, and on the disk, before the dot that ends a letter, and another when the server has answered. Whoever finds only
//! the first knows that nobody can know: the letter is not sent again by itself.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::bulk::work::appended;

/// Its name beside the copies.
pub const LEDGER: &str = "letters.jsonl";

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// All of it but the last dot is with the server.
    Sending,
    /// The server took it.
    Sent,
    /// The server refused it for good.
    Refused,
    /// The server refused it for now, or could not be reached.
    Waiting,
    /// The last dot was sent and no answer came.
    Unknown,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The campaign.
    pub campaign: String,
    /// Who the reader is: the id, else the address.
    pub reader: String,
    /// The name of the copy's files, for people.
    pub name: String,
    /// Where it was sent.
    pub to: String,
    /// `<…@…>`.
    pub message_id: String,
    /// What became of it.
    pub fate: Fate,
    /// What the server said, or the system.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub answer: String,
    /// When, in seconds since 1970.
    pub at: u64,
}

/// The ledger of one campaign, held by one process.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    campaign: String,
    last: HashMap<String, Entry>,
}

impl Ledger {
    /// Opens a ledger for a campaign, or begins one that only its owner may read. It is held until it is dropped, however that happens.
    ///
    /// # Errors
    /// Those of the system; [`io::ErrorKind::WouldBlock`] when another process holds it; [`io::ErrorKind::InvalidData`] with the number of a
    /// line that is none of a ledger's.
    pub fn open(path: &Path, campaign: &str) -> io::Result<Ledger> {
        let mut file = appended(path)?;
        file.try_lock().map_err(io::Error::from)?;
        let (last, broken) = read(&file, campaign)?;
        if broken {
            // A line that a kill or a full disk broke off must not swallow the next one.
            file.write_all(b"\n")?;
        }
        Ok(Ledger { file, campaign: campaign.to_string(), last })
    }

    /// Whether the campaign has begun.
    pub fn has_begun(&self) -> bool {
        !self.last.is_empty()
    }

    /// What became of a reader's letter, if there was one.
    pub fn get(&self, reader: &str) -> Option<&Entry> {
        self.last.get(reader)
    }

    /// Writes a line; it is on the disk when this returns.
    ///
    /// # Errors
    /// Those of the system. Then nothing may be done that the line was to tell.
    pub fn write(&mut self, entry: Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.last.insert(entry.reader.clone(), entry);
        Ok(())
    }

    /// A line about a letter, as of now.
    pub fn entry(&self, reader: &str, name: &str, to: &str, message_id: &str, fate: Fate, answer: &str) -> Entry {
        let text = |text: &str| text.to_string();
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Entry {
            campaign: self.campaign.clone(),
            reader: text(reader),
            name: text(name),
            to: text(to),
            message_id: text(message_id),
            fate,
            answer: text(answer),
            at,
        }
    }
}

/// The last line about each reader of a campaign, and whether the file ends within a line.
fn read(file: &File, campaign: &str) -> io::Result<(HashMap<String, Entry>, bool)> {
    let mut reader = BufReader::new(file);
    let (mut last, mut line, mut number, mut broken) = (HashMap::new(), Vec::new(), 0, false);
    loop {
        line.clear();
        number += 1;
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok((last, broken));
        }
        broken = !line.ends_with(b"\n");
        match serde_json::from_slice::<Entry>(&line) {
            Ok(entry) if entry.campaign == campaign => {
                // A letter that was begun and of which no more is known: its fate is unknown.
                let fate = if entry.fate == Fate::Sending { Fate::Unknown } else { entry.fate };
                last.insert(entry.reader.clone(), Entry { fate, ..entry });
            }
            Ok(_) => {}
            Err(_) if broken || broken_off(&line) => {}
            Err(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, number.to_string())),
        }
    }
}

/// Whether a line is the beginning of one that a kill or a full disk broke off, and [`Ledger::open`] ended.
fn broken_off(line: &[u8]) -> bool {
    matches!(serde_json::from_slice::<Entry>(line.trim_ascii_end()), Err(error) if error.is_eof())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_begun_and_not_answered_is_unknown() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(LEDGER);
        let mut ledger = Ledger::open(&path, "2026.11")?;
        assert!(!ledger.has_begun());
        for (reader, fates) in [("a", vec![Fate::Sending, Fate::Sent]), ("b", vec![Fate::Sending]), ("c", vec![Fate::Waiting])] {
            for fate in fates {
                ledger.write(ledger.entry(reader, reader, "x@example.org", "<1@example.org>", fate, ""))?;
            }
        }
        assert_eq!(Ledger::open(&path, "2026.11").err().map(|error| error.kind()), Some(io::ErrorKind::WouldBlock), "another process holds it");
        drop(ledger);
        let fates = |campaign: &str| -> io::Result<Vec<Option<Fate>>> {
            let ledger = Ledger::open(&path, campaign)?;
            Ok(["a", "b", "c"].map(|reader| ledger.get(reader).map(|entry| entry.fate)).to_vec())
        };
        assert_eq!(fates("2026.11")?, [Some(Fate::Sent), Some(Fate::Unknown), Some(Fate::Waiting)]);
        assert_eq!(fates("2027.01")?, [None, None, None]);
        Ok(())
    }

    #[test]
    fn a_line_that_was_broken_off_swallows_nothing() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(LEDGER);
        let mut ledger = Ledger::open(&path, "c")?;
        ledger.write(ledger.entry("a", "a", "x@example.org", "<1@example.org>", Fate::Sending, ""))?;
        ledger.write(ledger.entry("a", "a", "x@example.org", "<1@example.org>", Fate::Sent, ""))?;
        drop(ledger);
        let whole = fs::read(&path)?;
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
        for end in first + 1..whole.len() {
            fs::write(&path, &whole[..end])?;
            let mut ledger = Ledger::open(&path, "c")?;
            // The answer that was not written down whole was not written down, unless only its line's end is missing.
            let fate = if end + 1 == whole.len() { Fate::Sent } else { Fate::Unknown };
            assert_eq!(ledger.get("a").map(|entry| entry.fate), Some(fate), "{end}");
            ledger.write(ledger.entry("b", "b", "x@example.org", "<2@example.org>", Fate::Sent, ""))?;
            drop(ledger);
            let ledger = Ledger::open(&path, "c")?;
            assert_eq!(ledger.get("b").map(|entry| entry.fate), Some(Fate::Sent), "{end}");
        }
        fs::write(&path, "no ledger\n")?;
        assert_eq!(Ledger::open(&path, "c").err().map(|error| error.to_string()), Some("1".to_string()));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(LEDGER);
        drop(Ledger::open(&path, "c")?);
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }
}
