//! `handbook keygen`: a pair of keys for seals; a key for readers' addresses.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::bulk::work::new_private;
use crate::diag::{Code, Diagnostic, Place, reason};
use crate::giving::token::LinksKey;
use crate::provenance::seal::Sealer;

use super::console::Console;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook keygen                    writes handbook.key, to be kept, and handbook.pub, for everybody
  handbook bulk readers.csv --seal handbook.key
  handbook verify out/ada-lovelace--cto.pdf --key handbook.pub
  handbook keygen links.key --links  writes the key that readers' addresses are made with";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct KeygenArgs {
    /// The secret key's file; the public one has the ending .pub
    #[arg(value_name = "FILE", default_value = "handbook.key", default_value_if("links", "true", "links.key"))]
    pub(super) file: PathBuf,
    /// A key for readers' addresses, for `links`, `serve`, `send` and `publish`
    #[arg(long)]
    pub(super) links: bool,
}

/// Runs the command. A key that is there already is never written over, and of a pair that cannot be whole nothing is left.
pub(super) fn run(args: &KeygenArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    if args.links {
        return links(args, surroundings, console);
    }
    let public = args.file.with_extension("pub");
    if public == args.file {
        let problem = Diagnostic::error(Code::KeyFileName, "the ending .pub is the public key's").at(Place::file(&args.file.display().to_string()));
        return refuse(problem.hint("name the secret key's file, such as `handbook.key`"), Status::CommandLine, console);
    }
    if let Err((path, error)) = write(&surroundings.here, &args.file, &public) {
        return refuse(unwritten(path, &error), Status::Input, console);
    }
    console.result(format!("{}  the secret key: keep it to yourself", args.file.display()));
    console.result(format!("{}  the public key: give it to whoever verifies copies", public.display()));
    Status::Done
}

/// Makes the key for readers' addresses.
fn links(args: &KeygenArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let written = new_private(&surroundings.here.join(&args.file)).and_then(|mut file| file.write_all(LinksKey::generate().text().as_bytes()));
    if let Err(error) = written {
        return refuse(unwritten(&args.file, &error), Status::Input, console);
    }
    console.result(format!("{}  makes readers' addresses: keep it to yourself, for with another one all of them change", args.file.display()));
    Status::Done
}

fn unwritten(path: &Path, error: &io::Error) -> Diagnostic {
    let problem =
        Diagnostic::error(Code::OutputUnwritable, format!("the key cannot be written: {}", reason(error))).at(Place::file(&path.display().to_string()));
    let there = error.kind() == ErrorKind::AlreadyExists;
    problem.hint(if there { "a key is never written over: name another file" } else { "name a file in a folder that is there" })
}

/// Writes both keys, the public one first: if that fails there is no secret key that nobody knows of.
fn write<'p>(here: &Path, secret: &'p Path, public: &'p Path) -> Result<(), (&'p Path, io::Error)> {
    let sealer = Sealer::generate();
    if here.join(secret).exists() {
        return Err((secret, ErrorKind::AlreadyExists.into()));
    }
    let mut open = File::create_new(here.join(public)).map_err(|error| (public, error))?;
    let written = open.write_all(sealer.public_text().as_bytes()).map_err(|error| (public, error)).and_then(|()| {
        let written = new_private(&here.join(secret)).and_then(|mut file| file.write_all(sealer.secret_text().as_bytes()));
        written.map_err(|error| (secret, error))
    });
    if written.is_err() {
        // A public key alone is of no use; if it cannot be removed, the message still says what is missing.
        let _ = fs::remove_file(here.join(public));
    }
    written
}

fn refuse(problem: Diagnostic, status: Status, console: &mut Console<'_>) -> Status {
    console.diagnostics(&problem.into(), false);
    status
}
