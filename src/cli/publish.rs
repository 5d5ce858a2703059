//! `handbook publish`: what `bulk` made, as pages and catalogues for any web server or bucket.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bulk::out::Out;
use crate::diag::{Code, Diagnostic, Place as Spot, reason};
use crate::files;
use crate::giving::copies::Copies;
use crate::giving::shelf::{Folder, Place, Public, Published, Shelf};

use super::args::folder;
use super::console::{Console, grouped};
use super::links::{base_url, links_key};
use super::{Status, Surroundings, fault_of};

pub(super) const EXAMPLES: &str = "Examples:
  handbook publish copies --out site --key links.key --base-url https://books.example.org
  handbook publish copies --out site --key links.key --base-url https://books.example.org --public public/the-book.epub
  handbook publish copies --out s3://books.example.org --key links.key --base-url https://books.example.org

Each reader's page is at r/TOKEN/ below the base URL; `handbook links` lists the addresses, `handbook send --attach link` mails them.
docs/publishing.md says how a web server is set up.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct PublishArgs {
    /// The folder or bucket that `handbook bulk` wrote
    #[arg(value_name = "COPIES")]
    copies: PathBuf,
    /// Folder to write to, or a bucket: s3://BUCKET/PREFIX, gs://… or az://…
    #[arg(long, value_name = "DIR", value_parser = folder)]
    out: PathBuf,
    /// The key that `handbook keygen --links` made
    #[arg(long, value_name = "KEY")]
    key: PathBuf,
    /// What all addresses begin with
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: String,
    /// A PDF or EPUB that everybody may have, on the front page; as often as needed
    #[arg(long, value_name = "FILE", num_args = 1..)]
    public: Vec<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    /// Write the result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &PublishArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    match publish(args, surroundings) {
        Ok(published) => {
            let Published { readers, removed, failed } = published;
            if args.json {
                console.result(json!({ "readers": readers, "removed": removed, "failed": failed, "public": args.public.len() }));
            } else if !args.quiet {
                let gone = if removed > 0 { format!(", {} taken away", grouped(removed)) } else { String::new() };
                let left = if failed > 0 { format!(", {} without a copy: what page they have stays as it is", grouped(failed)) } else { String::new() };
                console.result(format!("{}: pages of {} readers{gone}{left}", args.out.display(), grouped(readers)));
            }
            if failed > 0 { Status::Copies } else { Status::Done }
        }
        Err((problem, status)) => {
            console.diagnostics(&problem.into(), args.quiet);
            status
        }
    }
}

fn publish(args: &PublishArgs, surroundings: &Surroundings) -> Result<Published, (Diagnostic, Status)> {
    let here = &surroundings.here;
    let out = Out::of(&args.out, here).map_err(command_line)?;
    let key = links_key(here, &args.key).map_err(command_line)?;
    let public = args.public.iter().map(|path| public(here, path)).collect::<Result<Vec<_>, _>>().map_err(command_line)?;
    let from = Out::of(&args.copies, here).map_err(command_line)?;
    let copies = Copies::open(&from).map_err(|problem| (problem, fault_of(here, from.folder())))?;
    let place = place(&out).map_err(at_fault)?;
    let shelf = Shelf { copies: &copies, key: &key, base: &args.base_url, public: &public };
    shelf.publish(place.as_ref()).map_err(at_fault)
}

fn place(out: &Out) -> Result<Box<dyn Place>, Diagnostic> {
    match out {
        Out::Folder(path, shown) => {
            let open = Folder::open(path);
            let trouble = |error| Diagnostic::error(Code::OutputUnwritable, format!("`{shown}` cannot be written to: {}", reason(&error)));
            Ok(Box::new(open.map_err(|error| trouble(error).hint("`--out` names the folder to write to"))?))
        }
        #[cfg(feature = "cloud")]
        Out::Bucket(address) => {
            use crate::bulk::bucket::{Bucket, unwritable};
            Ok(Box::new(Bucket::look(address).map_err(|why| unwritable(address, &why))?))
        }
        #[cfg(not(feature = "cloud"))]
        Out::Bucket(address) => Err(crate::bulk::out::buckets_not_built(address)),
    }
}

/// A file that everybody may have.
fn public(here: &Path, path: &Path) -> Result<Public, Diagnostic> {
    const LARGEST: u64 = 1 << 30;
    let place = || Spot::file(&path.display().to_string());
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
    if !name.ends_with(".pdf") && !name.ends_with(".epub") {
        return Err(Diagnostic::error(Code::PublishPersonal, "a public file is a PDF or an EPUB")
            .at(place())
            .hint("`handbook build` without `--reader` makes both"));
    }
    let bytes =
        files::read(&here.join(path), LARGEST).map_err(|why| Diagnostic::error(Code::FileUnreadable, format!("the file cannot be read: {why}")).at(place()))?;
    Ok(Public { name, bytes })
}

fn command_line(problem: Diagnostic) -> (Diagnostic, Status) {
    (problem, Status::CommandLine)
}

fn at_fault(problem: Diagnostic) -> (Diagnostic, Status) {
    (problem, Status::Input)
}
