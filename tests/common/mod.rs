//! What the integration tests share.

use std::path::Path;

/// Compares a text with its reference file under `tests/refs`, or with `BLESS=1` in the environment makes it the reference.
pub fn reference(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refs").join(path);
    if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).expect("the folder of references can be made");
        }
        std::fs::write(&file, text).expect("a reference can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if expected == text {
        return;
    }
    let line = expected.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or_else(|| expected.lines().count().min(text.lines().count()));
    panic!(
        "{} differs from line {} on; accept with `make bless` if it should\n  was: {}\n  is:  {}",
        file.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or("(end)"),
        text.lines().nth(line).unwrap_or("(end)"),
    );
}
