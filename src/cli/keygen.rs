//! `handbook keygen`: a pair of keys for seals.

use std::io::Write;
use std::path::PathBuf;

use crate::bulk::work::new_private;
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::load::reason;
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

/// Runs the command. A key that is there already is never written over.
pub(super) fn run(args: &KeygenArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let sealer = Sealer::generate();
    let public = args.file.with_extension("pub");
    for (path, text) in [(&args.file, sealer.secret_text()), (&public, sealer.public_text())] {
        let written = new_private(&surroundings.here.join(path)).and_then(|mut file| file.write_all(text.as_bytes()));
        if let Err(error) = written {
            let mut diagnostics = Diagnostics::new();
            let problem = Diagnostic::error(format!("the key cannot be written: {}", reason(&error)));
            diagnostics.push(problem.at(Place::file(&path.display().to_string())).hint("a key is never written over: name another file"));
            console.diagnostics(&diagnostics, false);
            return Status::Input;
        }
    }
    console.result(format!("{}  the secret key: keep it to yourself", args.file.display()));
    console.result(format!("{}  the public key: give it to whoever verifies copies", public.display()));
    Status::Done
}
