//! What a machine that searches for faults calls: functions of bytes that hold what must hold of any bytes.
//!
//! `make fuzz` drives them with libFuzzer (`fuzz/`), and `tests/fuzz.rs` with the inputs that were kept, on the stable compiler. A
//! target returns if all is well, whatever it was given, and panics if not: where the program itself caught a panic of a library and
//! made a message of it, that is well.

mod book;
mod files;
mod giving;
mod manuscript;
mod words;

/// A target: holds what must hold of any bytes.
pub type Target = fn(&[u8]);

/// All targets by name. Each has a folder of inputs, `fuzz/corpus/NAME`, and a driver, `fuzz/fuzz_targets/NAME.rs`.
pub const TARGETS: [(&str, Target); 16] = [
    ("markdown", book::markdown),
    ("manuscript", book::manuscript),
    ("manifest", book::manifest),
    ("front_matter", book::front_matter),
    ("mdbook", book::mdbook),
    ("theme", book::theme),
    ("formula", book::formula),
    ("diagram", book::diagram),
    ("bibliography", book::bibliography),
    ("svg", files::svg),
    ("picture", files::picture),
    ("font", files::font),
    ("roster", files::roster),
    ("verify", files::verify),
    ("request", giving::request),
    ("letter", giving::letter),
];
