//! The command; everything is in the library.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use handbook::cli::{Surroundings, run};

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os(), &Surroundings::of_process(), &mut stdout(), &mut stderr()))
}
