//! The command; everything is in the library.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use handbook::cli::{Surroundings, run};
use handbook::panics::keep_quiet;

fn main() -> ExitCode {
    keep_quiet();
    ExitCode::from(run(std::env::args_os(), &Surroundings::of_process(), &mut stdout(), &mut stderr()))
}
