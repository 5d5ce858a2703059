//! Says what the binary carries besides its sources, so that a new file in one of these folders is seen.

fn main() {
    for folder in ["handbook", "fonts", "themes"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
