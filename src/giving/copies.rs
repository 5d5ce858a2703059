//! COPIES: a folder or bucket that `bulk` wrote, with one manifest or those of many shares, and what the book says of itself.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::bulk::about::{BOOK, Book};
use crate::bulk::manifest::{FileRecord, Record};
use crate::bulk::naming::short;
use crate::bulk::out::Out;
use crate::bulk::shard::Shard;
use crate::bulk::source::{CopySource, SourceFolder};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed_in_part, reason};
use crate::provenance::digest::hex;
use crate::{files, limits};

/// No file of a copy is larger.
const LARGEST: u64 = 2 << 30;

/// Nor is a cover's picture.
const LARGEST_PICTURE: u64 = 64 << 20;

/// So many files are looked at side by side: of those in a bucket each is a question through the network.
const AT_ONCE: usize = 16;

/// So many files with one fault are named; of more only their number is.
const NAMED: usize = 20;

/// What to do about a manifest or a book that cannot be read.
const ANEW: &str = "`handbook bulk ROSTER --resume` writes it anew and leaves the copies as they are";

/// What to do about a file of a copy that is missing or another one.
pub const AGAIN: &str = "`handbook bulk ROSTER --resume` makes copies that are missing or changed";

/// Copies that were made, ready to be handed out.
#[derive(Debug)]
pub struct Copies {
    source: Box<dyn CopySource>,
    /// What messages call it.
    shown: String,
    /// What the book says of itself.
    pub book: Book,
    manifests: Vec<String>,
}

impl Copies {
    /// Opens a folder or a bucket, which messages call as it was typed.
    ///
    /// # Errors
    /// When it holds no copies, or was written by a program that did not say yet what the book is.
    pub fn open(place: &Out) -> Result<Copies, Diagnostic> {
        let (source, shown) = source(place)?;
        let unreadable = |what: String| Diagnostic::error(Code::CopiesUnreadable, what);
        let names = source.names().map_err(|why| unreadable(format!("`{shown}` cannot be read: {why}")).hint("name a folder that `handbook bulk` wrote"))?;
        let mut shares: Vec<(Shard, String)> = names.into_iter().filter_map(|name| Some((share(&name)?, name))).collect();
        shares.sort_by_key(|(share, _)| (share.count, share.index));
        let Some((first, _)) = shares.first() else {
            let none = unreadable(format!("there are no copies in `{shown}`: it has no `manifest.jsonl`"));
            return Err(none.hint("name a folder or bucket that `handbook bulk` wrote"));
        };
        // Lines of another run are of other readers, or of the same ones as they were: nobody who was revoked since may be among them.
        if shares.iter().any(|(share, _)| share.count != first.count) || shares.len() as u64 != first.count {
            let mixed = unreadable(format!("the manifests in `{shown}` are not those of one run with all its shares"));
            return Err(mixed.hint("take away those of earlier runs, or bring those of the other shares"));
        }
        let manifests = shares.into_iter().map(|(_, name)| name).collect();
        let read = source.open(BOOK, limits::SMALL_TEXT).and_then(|file| files::read_all(file, limits::SMALL_TEXT));
        let text = read.map_err(|why| unreadable(format!("`{BOOK}` in `{shown}` cannot be read: {why}")).hint(ANEW))?;
        let book = serde_json::from_slice(&text).map_err(|e| unreadable(format!("`{BOOK}` in `{shown}` is not what `bulk` wrote: {e}")).hint(ANEW))?;
        Ok(Copies { source, shown, book, manifests })
    }

    /// The lines of all manifests, share by share; of a copy that stands in several the first counts. One is read at a time.
    pub fn records(&self) -> impl Iterator<Item = Result<Record, Diagnostic>> + '_ {
        let mut met = HashSet::new();
        let lines = self.manifests.iter().flat_map(move |name| self.lines(name));
        lines.filter(move |record| record.as_ref().map_or(true, |record| met.insert(short(&record.name))))
    }

    fn lines(&self, name: &str) -> Box<dyn Iterator<Item = Result<Record, Diagnostic>>> {
        let shown = format!("{}/{name}", self.shown);
        let problem = move |line: usize, why: &str| {
            let place = Place { line: line as u32, ..Place::file(&shown) };
            Diagnostic::error(Code::CopiesUnreadable, format!("the manifest cannot be read: {why}")).at(place).hint(ANEW)
        };
        let file = match self.source.open(name, u64::MAX) {
            Ok(file) => file,
            Err(why) => return Box::new(std::iter::once(Err(problem(0, &why)))),
        };
        Box::new(BufReader::new(file).lines().enumerate().filter_map(move |(at, line)| match line {
            Ok(line) if line.trim().is_empty() => None,
            Ok(line) => Some(record(&line).map_err(|why| problem(at + 1, why))),
            Err(error) => Some(Err(problem(at + 1, &reason(&error)))),
        }))
    }

    /// A file of a copy, as the manifest says it is.
    ///
    /// # Errors
    /// Why it cannot be had, in a person's words.
    pub fn read(&self, file: &FileRecord) -> Result<Vec<u8>, String> {
        let read = self.source.open(&file.path, LARGEST).and_then(|open| files::read_all(open, LARGEST));
        let bytes = read.map_err(|why| format!("`{}` cannot be read: {why}", file.path))?;
        if hex(&Sha256::digest(&bytes)) == file.sha256 { Ok(bytes) } else { Err(format!("`{}` is {CHANGED}", file.path)) }
    }

    /// Looks whether files of copies are there, and are what the manifest says.
    ///
    /// # Errors
    /// Those that are not, by what is wrong with them.
    pub fn check<'f>(&self, files: impl Iterator<Item = &'f FileRecord>) -> Result<(), Diagnostics> {
        let files: Vec<&FileRecord> = files.collect();
        let looked =
            |some: &[&'f FileRecord]| -> Vec<(String, &'f str)> { some.iter().filter_map(|file| Some((self.fault(file)?, file.path.as_str()))).collect() };
        let found = std::thread::scope(|scope| {
            let some = files.chunks(files.len().div_ceil(AT_ONCE).max(1));
            let looking: Vec<_> = some.map(|some| scope.spawn(move || looked(some))).collect();
            looking.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect::<Vec<_>>()
        });
        let mut faults: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        found.into_iter().for_each(|(fault, name)| faults.entry(fault).or_default().push(name));
        let told = |(fault, names): (String, Vec<&str>)| {
            Diagnostic::error(Code::CopiesUnreadable, format!("a copy is not whole: {}: {fault}", listed_in_part(&names, NAMED))).hint(AGAIN)
        };
        if faults.is_empty() { Ok(()) } else { Err(faults.into_iter().map(told).collect()) }
    }

    /// What is wrong with a file of a copy, if anything is.
    fn fault(&self, file: &FileRecord) -> Option<String> {
        match self.source.has(file) {
            Ok(true) => None,
            Ok(false) => Some(format!("this is {CHANGED}")),
            Err(why) => Some(why),
        }
    }

    /// The pictures of covers, by their names.
    ///
    /// # Errors
    /// Which of them cannot be read, and why.
    pub fn covers(&self) -> impl Iterator<Item = Result<(&str, Vec<u8>), Diagnostic>> + '_ {
        let names = self.book.cover.iter().chain(self.book.covers.values()).filter(|name| is_plain(name));
        names.map(|name| {
            let read = self.source.open(name, LARGEST_PICTURE).and_then(|file| files::read_all(file, LARGEST_PICTURE));
            let trouble = |why| Diagnostic::error(Code::CopiesUnreadable, format!("the picture of the cover cannot be read: {why}"));
            Ok((name.as_str(), read.map_err(|why| trouble(why).at(Place::file(&format!("{}/{name}", self.shown))).hint(ANEW))?))
        })
    }
}

/// What is said of a file that is there and is another one.
const CHANGED: &str = "not the file that was made";

/// A place to read from, and what messages call it.
fn source(place: &Out) -> Result<(Box<dyn CopySource>, String), Diagnostic> {
    match place {
        Out::Folder(folder, shown) => Ok((Box::new(SourceFolder(folder.clone())), shown.clone())),
        #[cfg(feature = "cloud")]
        Out::Bucket(address) => {
            use crate::bulk::bucket::{Bucket, HINT};
            let trouble = |why| Diagnostic::error(Code::CopiesUnreadable, format!("`{address}` cannot be read: {why}")).hint(HINT);
            Ok((Box::new(Bucket::look(address).map_err(trouble)?), address.clone()))
        }
        #[cfg(not(feature = "cloud"))]
        Out::Bucket(address) => Err(crate::bulk::out::buckets_not_built(address)),
    }
}

/// A line of a manifest.
fn record(line: &str) -> Result<Record, &'static str> {
    let record: Record = serde_json::from_str(line).map_err(|_| "this line is none of its own")?;
    let plain = is_plain(&record.name) && record.files.iter().all(|file| is_plain(&file.path));
    if plain { Ok(record) } else { Err("a file of this copy is not named as `bulk` names files") }
}

/// Whether a name is that of a file in the folder itself: a manifest that somebody changed must not lead out of it.
fn is_plain(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|own| own == name) && !name.contains(['/', '\\', '\0'])
}

/// The share whose manifest a file is, by its name.
fn share(name: &str) -> Option<Shard> {
    let share = name.strip_prefix("manifest")?.strip_suffix(".jsonl")?;
    let (index, count) = if share.is_empty() { ("1", "1") } else { share.strip_prefix('-')?.split_once("-of-")? };
    Some(Shard { index: index.parse().ok()?, count: count.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn open(folder: &Path) -> Result<Copies, Diagnostic> {
        Copies::open(&Out::Folder(folder.to_path_buf(), "copies".to_string()))
    }

    fn line(name: &str, file: &str) -> String {
        format!(
            "{{\"row\":1,\"copy\":1,\"name\":\"{name}\",\"reader\":\"Ada\",\"edition\":\"e\",\"input\":\"i\",\"status\":\"made\",\"files\":[{{\"path\":\"{file}\",\"bytes\":1,\"sha256\":\"\"}}]}}\n"
        )
    }

    #[test]
    fn all_manifests_count_and_no_copy_twice() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        assert!(open(here).is_err_and(|d| d.message.contains("no `manifest.jsonl`")));
        fs::write(here.join("manifest-1-of-2.jsonl"), line("a", "a.pdf") + &line("b", "b.pdf"))?;
        fs::write(here.join("manifest-2-of-2.jsonl"), line("b", "b.pdf") + "\n" + &line("c", "c.pdf"))?;
        fs::write(here.join("bulk.log.jsonl"), "{}\n")?;
        assert!(open(here).is_err_and(|d| d.message.contains("book.json")));
        fs::write(here.join(BOOK), serde_json::to_vec(&Book::default())?)?;
        // A share that is not there, and lines of a run with other shares, are no run.
        fs::write(here.join("manifest.jsonl"), line("d", "d.pdf"))?;
        assert!(open(here).is_err_and(|d| d.message.contains("one run")));
        fs::remove_file(here.join("manifest.jsonl"))?;
        fs::rename(here.join("manifest-2-of-2.jsonl"), here.join("manifest-old.jsonl"))?;
        assert!(open(here).is_err_and(|d| d.message.contains("one run")));
        fs::rename(here.join("manifest-old.jsonl"), here.join("manifest-2-of-2.jsonl"))?;
        let copies = open(here).map_err(|d| d.to_string())?;
        let names: Vec<String> = copies.records().map(|record| record.map_or_else(|d| d.to_string(), |record| record.name)).collect();
        assert_eq!(names, ["a", "b", "c"]);
        Ok(())
    }

    #[test]
    fn a_line_that_leads_elsewhere_is_refused_with_its_place() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join(BOOK), serde_json::to_vec(&Book::default())?)?;
        for outside in ["../secret", "/etc/passwd", "a/b", ".."] {
            for bad in [line("b", outside), line(outside, "b.pdf")] {
                fs::write(folder.path().join("manifest.jsonl"), line("a", "a.pdf") + &bad + "{")?;
                let copies = open(folder.path()).map_err(|d| d.to_string())?;
                let problems: Vec<u32> = copies.records().filter_map(|record| record.err()?.place).map(|place| place.line).collect();
                assert_eq!(problems, [2, 3], "{outside}");
            }
        }
        Ok(())
    }

    #[test]
    fn files_that_are_missing_or_changed_are_named() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        fs::write(here.join(BOOK), serde_json::to_vec(&Book::default())?)?;
        fs::write(here.join("manifest.jsonl"), line("a", "a.pdf"))?;
        let file = |name: &str, bytes: &[u8]| FileRecord { path: name.to_string(), bytes: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) };
        let files = [file("whole.pdf", b"a"), file("changed.pdf", b"b"), file("longer.pdf", b"c"), file("missing.pdf", b"d")];
        for (name, bytes) in [("whole.pdf", "a"), ("changed.pdf", "x"), ("longer.pdf", "cc")] {
            fs::write(here.join(name), bytes)?;
        }
        let copies = open(here).map_err(|d| d.to_string())?;
        let said = copies.check(files.iter()).map_err(|problems| problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>());
        let expected = [
            "a copy is not whole: `missing.pdf`: there is no such file or folder",
            "a copy is not whole: `changed.pdf` and `longer.pdf`: this is not the file that was made",
        ];
        assert_eq!(said, Err(expected.map(str::to_string).to_vec()));
        assert!(copies.check(files[..1].iter()).is_ok());
        assert_eq!(files.each_ref().map(|file| copies.read(file).is_ok()), [true, false, false, false]);
        Ok(())
    }
}
