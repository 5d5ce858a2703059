//! The command; everything is in the library.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use handbook::cli::{Surroundings, run};
use mimalloc::MiMalloc;

/// Books are made of very many small things, and copies of books of many more.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os(), &Surroundings::of_process(), &mut stdout(), &mut stderr()))
}
