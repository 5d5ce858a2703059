//! Letters that are not sent: each becomes a file that any program for mail opens.

use std::fs;
use std::io;
use std::path::Path;

use crate::cli::console::Console;
use crate::cli::output::write_private;
use crate::cli::{Status, Surroundings};
use crate::diag::{Code, Diagnostic, Diagnostics, Place, reason};
use crate::giving::mailing::Addressed;

use super::{Refusal, SendArgs, at_fault};

/// Writes the letters into a folder.
pub(super) fn dry_run(
    args: &SendArgs,
    surroundings: &Surroundings,
    console: &mut Console<'_>,
    addressed: &[Addressed],
    write: &dyn Fn(&Addressed) -> Result<Vec<u8>, String>,
) -> Result<Status, Refusal> {
    let folder = surroundings.here.join(&args.out);
    let trouble = |path: &Path, error: &io::Error| {
        at_fault(
            Diagnostic::error(Code::OutputUnwritable, format!("the letters cannot be written: {}", reason(error))).at(Place::file(&path.display().to_string())),
        )
    };
    fs::create_dir_all(&folder).map_err(|error| trouble(&folder, &error))?;
    let mut problems = Diagnostics::new();
    for to in addressed {
        match write(to) {
            Ok(letter) => {
                let path = folder.join(format!("{}.eml", to.parcel.name));
                write_private(&path, &letter).map_err(|error| trouble(&path, &error))?;
                if !args.quiet {
                    console.result(format!("{}  to {}", args.out.join(format!("{}.eml", to.parcel.name)).display(), to.parcel.to));
                }
            }
            Err(why) => problems.push(Diagnostic::error(Code::LetterIncomplete, format!("no letter to `{}`: {why}", to.parcel.name))),
        }
    }
    if problems.is_empty() { Ok(Status::Done) } else { Err((problems, Status::Copies)) }
}
