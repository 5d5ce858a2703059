//! What the integration tests share.
#![allow(dead_code)] // Each test uses its own share of this module.

pub mod cases;
pub mod draw;
pub mod layouts;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use handbook::cli::{Surroundings, run};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a command in a folder: its status, and what it says on standard output and standard error.
pub fn handbook(here: &Path, args: &[&str]) -> (u8, String, String) {
    let surroundings = Surroundings { here: here.to_path_buf(), source_date_epoch: None, terminal: false, smtp_password: None };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(std::iter::once("handbook").chain(args.iter().copied()).map(OsString::from), &surroundings, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is said is UTF-8");
    (status, text(out), text(err))
}

/// The corpus of real books: `CORPUS`, else `../shared/corpus` beside the repository.
pub fn corpus() -> PathBuf {
    std::env::var_os("CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from)
}

/// Compares a text with its reference file under `tests/refs`, or with `BLESS=1` in the environment makes it the reference.
pub fn reference(path: &str, text: &str) {
    if let Err(difference) = compare(path, text) {
        panic!("{difference}");
    }
}

/// As [`reference`], and gives the difference back, so that a test can collect several.
pub fn compare(path: &str, text: &str) -> Result<(), String> {
    let file = root().join("tests/refs").join(path);
    if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).expect("the folder of references can be made");
        }
        std::fs::write(&file, text).expect("a reference can be written");
        return Ok(());
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if expected == text {
        return Ok(());
    }
    let line = expected.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or_else(|| expected.lines().count().min(text.lines().count()));
    Err(format!(
        "{} differs from line {} on; accept with `make bless` if it should\n  was: {}\n  is:  {}",
        file.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or("(end)"),
        text.lines().nth(line).unwrap_or("(end)"),
    ))
}
