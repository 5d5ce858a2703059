//! `handbook keygen`: a pair of keys for seals.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::bulk::work::new_private;
use crate::diag::{Code, Diagnostic, Place, reason};
use crate::provenance::seal::Sealer;

use super::console::Console;
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook keygen                    writes handbook.key, to be kept, and handbook.pub, for everybody
  handbook bulk readers.csv --seal handbook.key
  handbook verify out/ada-lovelace--cto.pdf --key handbook.pub";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct KeygenArgs {
    /// The secret key's file; the public one has the ending .pub
    #[arg(value_name = "FILE", default_value = "handbook.key")]
    pub(super) file: PathBuf,
}

/// Runs the command. A key that is there already is never written over, and of a pair that cannot be whole nothing is left.
pub(super) fn run(args: &KeygenArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let public = args.file.with_extension("pub");
    if public == args.file {
        let problem = Diagnostic::error(Code::KeyFileName, "the ending .pub is the public key's").at(Place::file(&args.file.display().to_string()));
        return refuse(problem.hint("name the secret key's file, such as `handbook.key`"), Status::CommandLine, console);
    }
    if let Err((path, error)) = write(&surroundings.here, &args.file, &public) {
        let problem =
            Diagnostic::error(Code::OutputUnwritable, format!("the key cannot be written: {}", reason(&error))).at(Place::file(&path.display().to_string()));
        let hint =
            if error.kind() == ErrorKind::AlreadyExists { "a key is never written over: name another file" } else { "name a file in a folder that is there" };
        return refuse(problem.hint(hint), Status::Input, console);
    }
    console.result(format!("{}  the secret key: keep it to yourself", args.file.display()));
    console.result(format!("{}  the public key: give it to whoever verifies copies", public.display()));
    Status::Done
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
