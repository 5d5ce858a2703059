//! `handbook man`: a manual page for the program and one for each command.

use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;

use crate::diag::{Code, Diagnostic, Place, reason};
use crate::provenance::digest::Digested;

use super::console::Console;
use super::output::{Output, write_all};
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "Examples:
  handbook man ~/.local/share/man/man1    then `man handbook` and `man handbook-build`";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ManArgs {
    /// Folder to write the pages to
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &ManArgs, command: Command, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let folder = surroundings.here.join(&args.folder);
    let failed = |error: &std::io::Error| {
        Diagnostic::error(Code::OutputUnwritable, format!("the manual cannot be written: {}", reason(error))).at(Place::file(&folder.display().to_string()))
    };
    let written = pages(command).map_err(|error| failed(&error)).and_then(|pages| {
        let outputs: Vec<Output<'_>> = pages.iter().map(|(name, page)| Output { path: folder.join(name), file: page }).collect();
        write_all(&folder, &outputs).map(|()| pages)
    });
    match written {
        Ok(pages) => {
            pages.iter().for_each(|(name, _)| console.result(args.folder.join(name).display()));
            Status::Done
        }
        Err(problem) => {
            console.diagnostics(&problem.into(), false);
            Status::Input
        }
    }
}

/// The pages, each with its file's name: the program's and those of its commands.
fn pages(command: Command) -> std::io::Result<Vec<(String, Digested)>> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let commands = std::iter::once(command.clone()).chain(command.get_subcommands().cloned());
    commands
        .map(|command| {
            let page = Man::new(command);
            let mut text = Vec::new();
            page.render(&mut text)?;
            Ok((page.get_filename(), Digested::whole(text)))
        })
        .collect()
}
