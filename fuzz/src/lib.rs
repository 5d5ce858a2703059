//! What all drivers are made of.

pub use handbook;
pub use libfuzzer_sys;

/// A driver for the target of a name. Panics of libraries that the program makes messages of are no findings: libFuzzer's hook, which
/// ends the process at every panic, is put away, and what comes through to the driver ends it all the same.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(
            init: {
                std::panic::set_hook(Box::new(|about| eprintln!("{about}")));
            },
            |data: &[u8]| $crate::call($name, data)
        );
    };
}

/// Calls a target.
pub fn call(name: &str, data: &[u8]) {
    let found = handbook::fuzz::TARGETS.iter().find(|(known, _)| *known == name);
    let (_, target) = found.unwrap_or_else(|| panic!("there is no target `{name}`"));
    target(data);
}
