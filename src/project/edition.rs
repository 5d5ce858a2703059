//! The edition: a digest of everything that all copies have in common.

use sha2::{Digest as _, Sha256};

use crate::load::{BookInfo, Manuscript};
use crate::provenance::digest::hex;
use crate::theme::Medium;

use super::Project;

/// The id's own version. It changes when the parts below do, and never because the program does: a book keeps its id when
/// the program that makes it is renewed.
const VERSION: &str = "1";

/// Id of the edition: sixteen bytes of a digest of named parts, in hexadecimal: what the book says of itself, its theme, page, medium
/// and date, its texts, and the pictures and fonts that it uses. What else lies in the project, such as the books that were made
/// of it, does not count.
pub(super) fn id(project: &Project) -> String {
    let mut parts = Parts::new();
    let Project { manuscript, theme, theme_text, date, .. } = project;
    about(&manuscript.book, &mut parts);
    parts.text("theme", &theme_text.yaml);
    parts.number("page width", theme.page.width.raw().into());
    parts.number("page height", theme.page.height.raw().into());
    parts.text("medium", if theme.page.medium == Medium::Print { "print" } else { "screen" });
    parts.number("crop marks", theme.page.crop_marks.into());
    parts.text("date", date);
    parts.number("system fonts", project.options.system_fonts.into());
    for file in &manuscript.sources.files {
        parts.text("text of", &file.name);
        parts.text("is", &file.text);
    }
    for name in manuscript.assets.names().into_iter().filter(|name| is_used(manuscript, name)) {
        parts.text("bytes of", &name);
        match manuscript.assets.read(&name) {
            Ok(bytes) => parts.bytes("are", &bytes),
            Err(_) => parts.text("are", "not to be had"),
        }
    }
    parts.id()
}

/// What the book says of itself, key by key.
fn about(book: &BookInfo, parts: &mut Parts) {
    parts.text("title", &book.title);
    parts.text("subtitle", &book.subtitle);
    parts.text("language", &book.language);
    book.authors.iter().for_each(|author| parts.text("author", author));
    let (series, number) = book.series.clone().unwrap_or_default();
    let keys = [
        ("publisher", &book.publisher),
        ("edition", &book.edition),
        ("identifier", &book.identifier),
        ("isbn", &book.isbn),
        ("series", &Some(series)),
        ("number in series", &number),
        ("rights", &book.rights),
        ("description", &book.description),
        ("cover", &book.cover),
        ("prepared for", &book.prepared_for),
    ];
    for (key, value) in keys {
        if let Some(value) = value {
            parts.text(key, value);
        }
    }
    parts.number("smart punctuation", book.smart_punctuation.into());
}

/// Parts of the digest, each with its name and length, so that none can run into the next.
struct Parts(Sha256);

impl Parts {
    fn new() -> Parts {
        let mut parts = Parts(Sha256::new());
        parts.text("handbook edition", VERSION);
        parts
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.0.update(format!("{name} {}\n", bytes.len()).as_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.bytes(name, text.as_bytes());
    }

    fn number(&mut self, name: &str, number: i64) {
        self.text(name, &number.to_string());
    }

    fn id(self) -> String {
        hex(self.0.finalize().get(..16).unwrap_or_default())
    }
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

#[cfg(test)]
mod tests {
    use crate::project::{Options, Project};
    use crate::theme::Medium;

    fn id(manifest: &str, text: &str, options: Options) -> String {
        let files = [("handbook.yaml", manifest), ("a.md", text)].map(|(path, text)| (path.to_string(), text.as_bytes().to_vec()));
        Project::in_memory(files, options).unwrap_or_else(|problems| unreachable!("{problems}")).edition_id().to_string()
    }

    /// Should this fail, copies that are out in the world belong to no edition any more: then [`super::VERSION`] must change, and
    /// somebody must have wanted it.
    #[test]
    fn the_id_is_that_of_the_parts_and_stays() {
        let theme = Some(crate::project::ThemeText { name: "mine".to_string(), yaml: "base: plain\n".to_string() });
        let options = Options { theme, ..Options::default() };
        let manifest = "title: A\nchapters: [a.md]\n";
        let pinned = id(manifest, "# A\n", options.clone());
        assert_eq!(pinned, "PINNED");
        let others = [
            id("title: A\nchapters: [a.md]\nsubtitle: B\n", "# A\n", options.clone()),
            id(manifest, "# A\n\nx\n", options.clone()),
            id(manifest, "# A\n", Options::default()),
            id(manifest, "# A\n", Options { medium: Some(Medium::Print), ..options.clone() }),
            id(manifest, "# A\n", Options { date: Some("2026-11-28".to_string()), ..options.clone() }),
            id(manifest, "# A\n", Options { system_fonts: false, ..options.clone() }),
        ];
        assert!(others.iter().all(|other| *other != pinned), "{others:?}");
        // Who asks for which files, and how strictly, is no other edition.
        assert_eq!(id(manifest, "# A\n", Options { epub: false, strict: true, threads: Some(1), ..options }), pinned);
    }
}
