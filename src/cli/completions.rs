//! `handbook completions`: what a shell needs to complete the command line.

use clap::Command;
use clap_complete::{Shell, generate};

use super::Status;
use super::console::Console;

pub(super) const EXAMPLES: &str = "Examples:
  handbook completions bash >~/.local/share/bash-completion/completions/handbook
  handbook completions zsh >~/.zfunc/_handbook      with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  handbook completions fish >~/.config/fish/completions/handbook.fish
  handbook completions powershell >>$PROFILE";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(args: &CompletionsArgs, mut command: Command, console: &mut Console<'_>) -> Status {
    let mut script = Vec::new();
    generate(args.shell, &mut command, "handbook", &mut script);
    console.file(&script);
    Status::Done
}
