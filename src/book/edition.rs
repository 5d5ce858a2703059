//! The edition: a digest of everything that all copies have in common.

use sha2::{Digest as _, Sha256};

use crate::load::Manuscript;
use crate::provenance::digest::hex;

use super::Options;

/// Edition id: sixteen bytes of a digest of everything that the copies have in common: the text, the pictures that it
/// names, the fonts, the theme, how they are made, and the program's version. What else lies in the project, such as the
/// books that were made of it, does not count.
pub fn edition(manuscript: &Manuscript, options: &Options) -> String {
    let mut sha = Sha256::new();
    let mut part = |label: &str, bytes: &[u8]| {
        sha.update(format!("{label} {}\n", bytes.len()).as_bytes());
        sha.update(bytes);
    };
    part("handbook", env!("CARGO_PKG_VERSION").as_bytes());
    part("book", format!("{:?}", manuscript.book).as_bytes());
    part("theme", format!("{:?}", options.theme).as_bytes());
    part("date", options.date.as_bytes());
    part("system fonts", if options.system_fonts { b"1" } else { b"0" });
    for file in &manuscript.sources.files {
        part(&file.name, file.text.as_bytes());
    }
    for name in manuscript.assets.names().into_iter().filter(|name| is_used(manuscript, name)) {
        match manuscript.assets.read(&name) {
            Ok(bytes) => part(&name, &bytes),
            Err(_) => part(&name, b"cannot be read"),
        }
    }
    hex(sha.finalize().get(..16).unwrap_or_default())
}

/// Whether a file of the project is one of the book's: a font of its own, or a picture that is named somewhere.
fn is_used(manuscript: &Manuscript, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    match ending.as_str() {
        "ttf" | "otf" | "ttc" | "otc" => folder.trim_start_matches("../").split('/').next() == Some("fonts"),
        "png" | "jpg" | "jpeg" | "webp" | "svg" => {
            let written = name.replace('%', "%25").replace(' ', "%20");
            let named = |text: &str| text.contains(name) || text.contains(&written);
            manuscript.book.cover.as_deref().is_some_and(named) || manuscript.sources.files.iter().any(|file| named(&file.text))
        }
        _ => false,
    }
}
