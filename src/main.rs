//! The command; everything is in the library.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use handbook::cli::{Surroundings, run};
use handbook::panics::keep_quiet;
use mimalloc::MiMalloc;

// A book is made of very many small pieces on all cores: the whole takes four fifths of the CPU time that it takes with glibc's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    keep_quiet();
    ExitCode::from(run(std::env::args_os(), &Surroundings::of_process(), &mut stdout(), &mut stderr()))
}
