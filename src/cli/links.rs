//! `handbook links`: the address of each reader, as a table.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::bulk::about::identifier;
use crate::bulk::merge::cell;
use crate::bulk::roster::{Format, Spool};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, reason};
use crate::giving::token::{LinksKey, nobody, page_of};
use crate::project::{Options, Project};
use crate::{files, limits};

use super::console::Console;
use super::output::write_private;
use super::{Status, Surroundings, fault_of};

pub(super) const EXAMPLES: &str = "Examples:
  handbook keygen links.key --links
  handbook links readers.csv --key links.key --base-url https://book.example.org --out links.csv
  handbook serve my-book --roster readers.csv --key links.key --base-url https://book.example.org";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct LinksArgs {
    /// The roster
    #[arg(value_name = "ROSTER")]
    roster: PathBuf,
    /// The project, for the book's identifier
    #[arg(long, value_name = "DIR", help_heading = "Book")]
    project: Option<PathBuf>,
    /// The handbook that this program carries, whatever the current folder holds
    #[arg(long, conflicts_with = "project", help_heading = "Book")]
    built_in: bool,
    /// The key that `handbook keygen --links` made
    #[arg(long, value_name = "KEY", help_heading = "Addresses")]
    key: PathBuf,
    /// What all addresses begin with
    #[arg(long, value_name = "URL", value_parser = base_url, help_heading = "Addresses")]
    base_url: String,
    /// File to write, readable by its owner only; standard output without it
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
}

/// What the addresses of a service begin with: a scheme, a host and maybe a path.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or("it begins with https:// or http://")?;
    if rest.is_empty() || rest.starts_with('/') {
        return Err("it names no host".to_string());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\"<>\\@".contains(c)) {
        return Err("it has characters that no address begins with: it is https://HOST or https://HOST/PATH".to_string());
    }
    Ok(text.trim_end_matches('/').to_string())
}

/// Reads a key for readers' addresses.
pub(super) fn links_key(here: &Path, path: &Path) -> Result<LinksKey, Diagnostic> {
    let place = || Place::file(&path.display().to_string());
    let text = files::text(&here.join(path), limits::SMALL_TEXT)
        .map_err(|why| Diagnostic::error(Code::KeyFile, format!("the key cannot be read: {why}")).at(place()))?;
    LinksKey::parse(&text).map_err(|what| {
        Diagnostic::error(Code::KeyFile, format!("this is no key for readers' addresses: {what}")).at(place()).hint("`handbook keygen --links` makes one")
    })
}

/// Runs the command.
pub(super) fn run(args: &LinksArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    match table(args, surroundings, console) {
        Ok((table, count)) => match &args.out {
            None => {
                console.file(&table);
                Status::Done
            }
            Some(path) => match write_private(&surroundings.here.join(path), &table) {
                Ok(()) => {
                    console.result(format!("{}: the addresses of {count} readers; each opens a copy to whoever has it", path.display()));
                    Status::Done
                }
                Err(error) => {
                    let problem = Diagnostic::error(Code::OutputUnwritable, format!("the addresses cannot be written: {}", reason(&error)));
                    console.diagnostics(&problem.at(Place::file(&path.display().to_string())).into(), false);
                    Status::Input
                }
            },
        },
        Err(problems) => {
            console.diagnostics(&problems, false);
            fault_of(&surroundings.here, [Some(&args.key), Some(&args.roster), args.project.as_ref()].into_iter().flatten().map(PathBuf::as_path))
        }
    }
}

/// The table, and how many readers it has.
fn table(args: &LinksArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Result<(Vec<u8>, usize), Diagnostics> {
    let key = links_key(&surroundings.here, &args.key)?;
    let project =
        if args.built_in { Project::built_in(Options::default()) } else { Project::found(args.project.as_deref(), &surroundings.here, Options::default()) }?;
    let book = identifier(&project.manuscript().book);
    if project.manuscript().book.identifier.is_none() {
        let warning =
            Diagnostic::warning(Code::RosterIdentity, "the book has no identifier of its own: with its title or its authors every reader's address changes");
        console.messages(&warning.hint(format!("write the one that it has now into the manifest: `identifier: {book}`")).into(), false);
    }
    let spool = Spool::open(&surroundings.here.join(&args.roster), &args.roster.display().to_string(), Format::of(&args.roster))?;
    let mut problems = Diagnostics::new();
    let (mut table, mut met, mut count) = (csv::Writer::from_writer(Vec::new()), HashMap::new(), 0);
    let failed = |e: csv::Error| {
        Diagnostics::from(Diagnostic::error(Code::OutputUnwritable, format!("the addresses cannot be written: {}", reason(&io::Error::from(e)))))
    };
    table.write_record(["name", "email", "url"]).map_err(failed)?;
    for row in spool.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let (entry, wrong) = row.entry();
        wrong.into_iter().for_each(|(cell, problem)| problems.push(problem.at(row.place(Some(cell), &spool))));
        let Some(identity) = entry.identity() else {
            problems.push(nobody(&format!("the reader in row {}", row.number)).at(row.place(None, &spool)));
            continue;
        };
        let token = key.token(&book, identity);
        if let Some(line) = met.insert(token.clone(), row.line) {
            let problem =
                Diagnostic::error(Code::RosterReaderTwice, format!("line {line} is of the same id or e-mail address, and would have the same address"));
            problems.push(problem.at(row.place(None, &spool)).hint("give each reader an id of their own, in a column `id`"));
        }
        if entry.revoked {
            continue;
        }
        let (name, email) = (entry.reader.name.as_deref().unwrap_or(""), entry.reader.email.as_deref().unwrap_or(""));
        count += 1;
        table.write_record([&cell(name), &cell(email), &page_of(&args.base_url, &token)]).map_err(failed)?;
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let table = table.into_inner().map_err(|e| failed(e.into_error().into()))?;
    Ok((table, count))
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn addresses_begin_with_a_scheme_and_a_host() {
        assert_eq!(base_url("https://book.example.org/"), Ok("https://book.example.org".to_string()));
        assert_eq!(base_url("http://127.0.0.1:8080/a"), Ok("http://127.0.0.1:8080/a".to_string()));
        for wrong in ["book.example.org", "ftp://b", "https://", "https:///x", "https://a b", "https://a?x", "https://u@h", "https://a\n"] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }
}
