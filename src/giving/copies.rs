//! COPIES: a folder that `bulk` wrote, with one manifest or those of many shares, and what the book says of itself.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::bulk::about::{BOOK, Book};
use crate::bulk::manifest::{FileRecord, Record};
use crate::bulk::naming::short;
use crate::bulk::shard::Shard;
use crate::diag::{Code, Diagnostic, Place, reason};
use crate::{files, limits};

/// Copies that were made, ready to be handed out.
#[derive(Clone, Debug)]
pub struct Copies {
    folder: PathBuf,
    /// What messages call it.
    shown: String,
    /// What the book says of itself.
    pub book: Book,
    manifests: Vec<PathBuf>,
}

impl Copies {
    /// Opens a folder, which messages call as it was typed.
    ///
    /// # Errors
    /// When it holds no copies, or was written by a program that did not say yet what the book is.
    pub fn open(here: &Path, folder: &Path) -> Result<Copies, Diagnostic> {
        let shown = folder.display().to_string();
        let folder = here.join(folder);
        let none = |what: String| Diagnostic::error(Code::CopiesUnreadable, what).hint("name a folder that `handbook bulk` wrote");
        let names = fs::read_dir(&folder).map_err(|e| none(format!("`{shown}` cannot be read: {}", reason(&e))))?;
        let mut shares: Vec<(Shard, PathBuf)> = names.flatten().filter_map(|entry| Some((share(&entry.path())?, entry.path()))).collect();
        shares.sort_by_key(|(share, _)| (share.count, share.index));
        let Some((first, _)) = shares.first() else {
            return Err(none(format!("there are no copies in `{shown}`: it has no `manifest.jsonl`")));
        };
        // Lines of another run are of other readers, or of the same ones as they were: nobody who was revoked since may be among them.
        if shares.iter().any(|(share, _)| share.count != first.count) || shares.len() as u64 != first.count {
            let what = format!("the manifests in `{shown}` are not those of one run with all its shares");
            return Err(Diagnostic::error(Code::CopiesUnreadable, what).hint("take away those of earlier runs, or bring those of the other shares"));
        }
        let manifests = shares.into_iter().map(|(_, path)| path).collect();
        let again = "`handbook bulk ROSTER --resume` writes it and leaves the copies as they are";
        let text = files::text(&folder.join(BOOK), limits::SMALL_TEXT)
            .map_err(|why| Diagnostic::error(Code::CopiesUnreadable, format!("`{BOOK}` in `{shown}` cannot be read: {why}")).hint(again))?;
        let book = serde_json::from_str(&text)
            .map_err(|e| Diagnostic::error(Code::CopiesUnreadable, format!("`{BOOK}` in `{shown}` is not what `bulk` wrote: {e}")).hint(again))?;
        Ok(Copies { folder, shown, book, manifests })
    }

    /// The lines of all manifests, share by share; of a copy that stands in several the first counts. One is read at a time.
    pub fn records(&self) -> impl Iterator<Item = Result<Record, Diagnostic>> + '_ {
        let mut met = HashSet::new();
        let lines = self.manifests.iter().flat_map(move |path| self.lines(path));
        lines.filter(move |record| record.as_ref().map_or(true, |record| met.insert(short(&record.name))))
    }

    fn lines(&self, path: &Path) -> Box<dyn Iterator<Item = Result<Record, Diagnostic>>> {
        let name = format!("{}/{}", self.shown, path.file_name().unwrap_or_default().to_string_lossy());
        let problem = move |line: usize, why: String| {
            let place = Place { line: line as u32, ..Place::file(&name) };
            Diagnostic::error(Code::CopiesUnreadable, format!("the manifest cannot be read: {why}"))
                .at(place)
                .hint("`handbook bulk ROSTER --resume` writes it anew")
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => return Box::new(std::iter::once(Err(problem(0, reason(&error))))),
        };
        Box::new(BufReader::new(file).lines().enumerate().filter_map(move |(at, line)| match line {
            Ok(line) if line.trim().is_empty() => None,
            Ok(line) => {
                Some(serde_json::from_str::<Record>(&line).map_err(|_| problem(at + 1, "this line is none of its own".to_string())).and_then(|record| {
                    let outside = !is_plain(&record.name) || record.files.iter().any(|file| !is_plain(&file.path));
                    if outside { Err(problem(at + 1, "a file of this copy is not named as `bulk` names files".to_string())) } else { Ok(record) }
                }))
            }
            Err(error) => Some(Err(problem(at + 1, reason(&error)))),
        }))
    }

    /// Where a file of a copy lies.
    pub fn path(&self, file: &FileRecord) -> PathBuf {
        self.folder.join(&file.path)
    }

    /// Where the cover's picture lies, if there is one.
    pub fn cover(&self) -> Option<PathBuf> {
        self.book.cover.as_deref().filter(|name| is_plain(name)).map(|name| self.folder.join(name))
    }
}

/// Whether a name is that of a file in the folder itself: a manifest that somebody changed must not lead out of it.
fn is_plain(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|own| own == name) && !name.contains(['/', '\\', '\0'])
}

/// The share whose manifest a file is, by its name.
fn share(path: &Path) -> Option<Shard> {
    let share = path.file_name()?.to_str()?.strip_prefix("manifest")?.strip_suffix(".jsonl")?;
    let (index, count) = if share.is_empty() { ("1", "1") } else { share.strip_prefix('-')?.split_once("-of-")? };
    Some(Shard { index: index.parse().ok()?, count: count.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, file: &str) -> String {
        format!(
            "{{\"row\":1,\"copy\":1,\"name\":\"{name}\",\"reader\":\"Ada\",\"edition\":\"e\",\"input\":\"i\",\"status\":\"made\",\"files\":[{{\"path\":\"{file}\",\"bytes\":1,\"sha256\":\"\"}}]}}\n"
        )
    }

    #[test]
    fn all_manifests_count_and_no_copy_twice() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        assert!(Copies::open(here, Path::new(".")).is_err_and(|d| d.message.contains("no `manifest.jsonl`")));
        fs::write(here.join("manifest-1-of-2.jsonl"), line("a", "a.pdf") + &line("b", "b.pdf"))?;
        fs::write(here.join("manifest-2-of-2.jsonl"), line("b", "b.pdf") + "\n" + &line("c", "c.pdf"))?;
        fs::write(here.join("bulk.log.jsonl"), "{}\n")?;
        assert!(Copies::open(here, Path::new(".")).is_err_and(|d| d.message.contains("book.json")));
        fs::write(here.join(BOOK), serde_json::to_vec(&Book::default())?)?;
        // A share that is not there, and lines of a run with other shares, are no run.
        fs::write(here.join("manifest.jsonl"), line("d", "d.pdf"))?;
        assert!(Copies::open(here, Path::new(".")).is_err_and(|d| d.message.contains("one run")));
        fs::remove_file(here.join("manifest.jsonl"))?;
        fs::rename(here.join("manifest-2-of-2.jsonl"), here.join("manifest-old.jsonl"))?;
        assert!(Copies::open(here, Path::new(".")).is_err_and(|d| d.message.contains("one run")));
        fs::rename(here.join("manifest-old.jsonl"), here.join("manifest-2-of-2.jsonl"))?;
        let copies = Copies::open(here, Path::new(".")).map_err(|d| d.to_string())?;
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
                let copies = Copies::open(folder.path(), Path::new(".")).map_err(|d| d.to_string())?;
                let problems: Vec<u32> = copies.records().filter_map(|record| record.err()?.place).map(|place| place.line).collect();
                assert_eq!(problems, [2, 3], "{outside}");
            }
        }
        Ok(())
    }
}
