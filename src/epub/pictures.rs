//! Pictures: each once by digest, in the formats that every reading system shows.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use image::ImageFormat;
use rayon::prelude::*;

use crate::fonts::FontBook;
use crate::resolve::{PictureFile, PictureKind, Resolved};

/// A picture as the book carries it.
pub(super) struct Asset {
    /// Path in the book.
    pub(super) path: String,
    /// Media type.
    pub(super) media: &'static str,
    /// The file.
    pub(super) bytes: Vec<u8>,
}

/// All pictures of a book, by the digest of the file they come from.
pub(super) struct Pictures {
    /// In the order of their digests.
    pub(super) assets: BTreeMap<String, Asset>,
}

impl Pictures {
    /// Takes in every picture that the book shows. One that cannot be read is left out, and its alternative text stands for it.
    pub(super) fn new(resolved: &Resolved, fonts: &FontBook) -> Pictures {
        let files: BTreeMap<&str, &PictureFile> =
            resolved.images.values().filter_map(|picture| picture.file.as_deref()).map(|file| (file.digest.as_str(), file)).collect();
        let vectors = files.values().any(|file| file.kind == PictureKind::Svg).then(|| Vectors::new(fonts));
        let files: Vec<&PictureFile> = files.into_values().collect();
        let assets = files.par_iter().filter_map(|file| Some((file.digest.clone(), asset(file, vectors.as_ref())?))).collect();
        Pictures { assets }
    }

    /// Where a picture lies in the book.
    pub(super) fn path(&self, file: &PictureFile) -> Option<&str> {
        self.assets.get(&file.digest).map(|asset| asset.path.as_str())
    }
}

fn asset(file: &PictureFile, vectors: Option<&Vectors>) -> Option<Asset> {
    let (extension, media, bytes) = match file.kind {
        PictureKind::Png => ("png", "image/png", file.bytes.to_vec()),
        PictureKind::Jpeg if is_cmyk(&file.bytes) => ("jpg", "image/jpeg", converted(&file.bytes, ImageFormat::Jpeg)?),
        PictureKind::Jpeg => ("jpg", "image/jpeg", file.bytes.to_vec()),
        PictureKind::Webp => ("png", "image/png", converted(&file.bytes, ImageFormat::Png)?),
        PictureKind::Svg => ("svg", "image/svg+xml", vectors?.clean(&file.bytes)?.into_bytes()),
    };
    Some(Asset { path: format!("images/{}.{extension}", file.digest), media, bytes })
}

/// The same picture in another format, in sRGB.
fn converted(bytes: &[u8], format: ImageFormat) -> Option<Vec<u8>> {
    let picture = image::load_from_memory(bytes).ok()?;
    let picture = if format == ImageFormat::Jpeg { image::DynamicImage::ImageRgb8(picture.to_rgb8()) } else { picture };
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).ok()?;
    Some(out.into_inner())
}

/// Whether a JPEG has four components: its frame header (ITU T.81, B.2.2) says so.
fn is_cmyk(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        let is_frame = (0xC0..=0xCF).contains(&marker) && ![0xC4, 0xC8, 0xCC].contains(&marker);
        if is_frame {
            return bytes.get(at + 9) == Some(&4);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    false
}

/// Makes vector pictures safe: parsed and written anew, without scripts, outside files or fonts that the reader may lack.
pub(super) struct Vectors {
    fonts: Arc<usvg::fontdb::Database>,
}

impl Vectors {
    /// With the fonts at hand, to turn text into outlines.
    pub(super) fn new(fonts: &FontBook) -> Vectors {
        let mut database = usvg::fontdb::Database::new();
        for face in fonts.faces().iter().filter(|face| face.index == 0) {
            database.load_font_source(usvg::fontdb::Source::Binary(Arc::new(face.data.clone())));
        }
        database.set_serif_family("Source Serif 4");
        database.set_sans_serif_family("Source Sans 3");
        database.set_monospace_family("Source Code Pro");
        Vectors { fonts: Arc::new(database) }
    }

    /// The picture written anew; `None` if it cannot be read.
    pub(super) fn clean(&self, svg: &[u8]) -> Option<String> {
        let options = usvg::Options {
            font_family: "Source Sans 3".to_string(),
            fontdb: self.fonts.clone(),
            image_href_resolver: usvg::ImageHrefResolver {
                resolve_data: usvg::ImageHrefResolver::default_data_resolver(),
                resolve_string: Box::new(|_, _| None),
            },
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_data(svg, &options).ok()?;
        let writing = usvg::WriteOptions { indent: usvg::Indent::None, coordinates_precision: 3, transforms_precision: 5, ..usvg::WriteOptions::default() };
        Some(with_view_box(tree.to_string(&writing), tree.size()))
    }
}

/// Adds the view box, without which some reading systems clip a picture instead of scaling it.
fn with_view_box(svg: String, size: usvg::Size) -> String {
    match svg.split_once("<svg ") {
        Some((before, after)) => format!("{before}<svg viewBox=\"0 0 {} {}\" {after}", size.width(), size.height()),
        None => svg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_lose_scripts_outside_files_and_live_text() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" onload="x()"><script>x()</script>
            <image href="/etc/passwd" width="5" height="5"/><text x="1" y="8" font-family="Source Sans 3">Hi</text></svg>"#;
        let clean = Vectors::new(&FontBook::built_in()).clean(svg).unwrap_or_default();
        assert!(clean.contains("viewBox=\"0 0 20 10\"") && clean.contains("<path"), "{clean}");
        for trap in ["script", "onload", "passwd", "<text", "<!--"] {
            assert!(!clean.contains(trap), "{trap} in {clean}");
        }
    }

    #[test]
    fn four_colour_jpegs_are_told_by_their_frame() {
        assert!(is_cmyk(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 20, 8, 0, 1, 0, 1, 4]));
        assert!(!is_cmyk(&[0xFF, 0xD8, 0xFF, 0xC2, 0, 17, 8, 0, 1, 0, 1, 3]));
        assert!(!is_cmyk(b"\xFF\xD8"));
    }
}
